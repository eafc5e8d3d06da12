/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a list of known failures; each line that is read covers its own case.
 */
#include "memory_file.h"
#include "scenario/known.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct diags diags;
    struct known_failures known;
    memory_file_open(&file, data, size);
    diags_init(&diags);
    enum status st = known_failures_load(file.path, &known, &diags);
    if ((st == E_INPUT) != (diags.count > 0))
        __builtin_trap();
    for (size_t i = 0; st == OK && i < known.count; i++)
        if (!strstr(known.items[i].case_id, "@*") &&
            !known_failures_find(&known, known.items[i].case_id))
            __builtin_trap();
    known_failures_free(&known);
    diags_fini(&diags);
    memory_file_close(&file);
    return 0;
}
