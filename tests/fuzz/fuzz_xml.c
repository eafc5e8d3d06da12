/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a suite file, as far as the tree of elements.
 */
#include "memory_file.h"
#include "scenario/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct diags diags;
    struct xml_document *document = NULL;
    memory_file_open(&file, data, size);
    struct xml_options options = {.path = file.path, .root = "suite", .ns = "urn:assay:suite:1"};
    diags_init(&diags);
    enum status st = xml_load(&options, &document, &diags);
    if ((st == OK) != (diags.count == 0))
        __builtin_trap();
    xml_free(document);
    diags_fini(&diags);
    memory_file_close(&file);
    return 0;
}
