/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a suite file, as far as the tree of elements.
 */
#define _GNU_SOURCE /* memfd_create */
#include "scenario/xml.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    struct diags diags;
    struct xml_document *document = NULL;
    int fd = memfd_create("suite", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        __builtin_trap();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    struct xml_options options = {.path = path, .root = "suite", .ns = "urn:assay:suite:1"};
    diags_init(&diags);
    enum status st = xml_load(&options, &document, &diags);
    if ((st == OK) != (diags.count == 0))
        __builtin_trap();
    xml_free(document);
    diags_fini(&diags);
    close(fd);
    return 0;
}
