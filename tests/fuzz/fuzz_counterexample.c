/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a counter-example; one that is read is written, and read again.
 */
#include "experiments/counterexample.h"
#include "memory_file.h"

#define ROOM ((size_t)16 * 1024 * 1024) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct diags diags;
    struct arena arena;
    struct buffer written;
    struct counterexample read, again;
    memory_file_open(&file, data, size);
    diags_init(&diags);
    arena_init(&arena, ROOM);
    buffer_init(&written, ROOM);
    bool is_one = counterexample_is(file.path);
    enum status st = counterexample_load(file.path, &arena, &read, &diags);
    if ((st == E_INPUT) != (diags.count > 0) || (st == OK && !is_one))
        __builtin_trap();
    memory_file_close(&file);
    if (st == OK && counterexample_save(&read, &written) == OK) {
        memory_file_open(&file, written.data, written.len);
        if (counterexample_load(file.path, &arena, &again, &diags) == E_INPUT)
            __builtin_trap();
        memory_file_close(&file);
    }
    buffer_fini(&written);
    arena_fini(&arena);
    diags_fini(&diags);
    return 0;
}
