/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a file of claims.
 */
#include "experiments/claims.h"
#include "memory_file.h"

#define CLAIMS_ROOM ((size_t)64 * 1024 * 1024) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct diags diags;
    struct arena arena;
    struct claims claims;
    memory_file_open(&file, data, size);
    diags_init(&diags);
    arena_init(&arena, CLAIMS_ROOM);
    enum status st = claims_load(file.path, SUITES_DIR "/claims.rng", &arena, &claims, &diags);
    if ((st == E_INPUT) != (diags.count > 0))
        __builtin_trap();
    arena_fini(&arena);
    diags_fini(&diags);
    memory_file_close(&file);
    return 0;
}
