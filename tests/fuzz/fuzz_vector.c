/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a canned conversation.
 */
#include "memory_file.h"
#include "scenario/vector_file.h"

#include <string.h>

#define ROOM ((size_t)64 * 1024 * 1024) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vector_file vectors;
    struct memory_file file;
    struct arena arena;
    const char *problem = NULL;
    memory_file_open(&file, data, size);
    arena_init(&arena, ROOM);
    enum status st =
        vector_file_load("/proc/self/fd", strrchr(file.path, '/') + 1, &arena, &vectors, &problem);
    if ((st == E_INPUT) != (problem != NULL) || vectors.count > VECTOR_MESSAGES_MAX)
        __builtin_trap();
    arena_fini(&arena);
    memory_file_close(&file);
    return 0;
}
