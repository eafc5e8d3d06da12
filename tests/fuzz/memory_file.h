/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of one input as a file that has a name, for readers that take a path.
 */
#ifndef ASSAY_TESTS_FUZZ_MEMORY_FILE_H
#define ASSAY_TESTS_FUZZ_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>

struct memory_file {
    int fd;
    char path[32];
};

/* Traps where there is no such file to be had. memory_file_close. */
void memory_file_open(struct memory_file *file, const uint8_t *data, size_t size);
void memory_file_close(struct memory_file *file);

#endif
