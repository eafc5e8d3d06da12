/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "memory_file.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

void memory_file_open(struct memory_file *file, const uint8_t *data, size_t size)
{
    file->fd = memfd_create("input", MFD_CLOEXEC);
    if (file->fd < 0 || write(file->fd, data, size) != (ssize_t)size)
        __builtin_trap();
    snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
}

void memory_file_close(struct memory_file *file) { close(file->fd); }
