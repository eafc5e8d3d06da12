/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the file of an interop profile.
 */
#include "cli/profile_file.h"
#include "memory_file.h"

#define ROOM ((size_t)64 * 1024 * 1024) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    struct memory_file file;
    struct arena arena;
    struct profile_file profile;
    if (!nowhere && !(nowhere = fopen("/dev/null", "w")))
        __builtin_trap();
    memory_file_open(&file, data, size);
    arena_init(&arena, ROOM);
    const struct cli cli = {
        .out = nowhere, .err = nowhere, .data_dir = SUITES_DIR "/..", .arena = &arena};
    enum exit_code code = profile_file_load(&cli, file.path, &profile);
    if (code != EXIT_CONFORMANT && code != EXIT_BAD_INPUT)
        __builtin_trap();
    arena_fini(&arena);
    memory_file_close(&file);
    return 0;
}
