/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a repro file: its tape, seed and profile.
 */
#include "memory_file.h"
#include "scenario/repro_file.h"

#define ROOM ((size_t)64 * 1024 * 1024) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct diags diags;
    struct arena arena;
    struct repro repro;
    memory_file_open(&file, data, size);
    diags_init(&diags);
    arena_init(&arena, ROOM);
    enum status st = repro_load(file.path, &arena, &repro, &diags);
    if ((st == E_INPUT) != (diags.count > 0))
        __builtin_trap();
    arena_fini(&arena);
    diags_fini(&diags);
    memory_file_close(&file);
    return 0;
}
