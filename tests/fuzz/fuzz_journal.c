/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the journal of a run, as a crash may have left it.
 */
#include "cli/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document document;
    struct journal journal;
    struct buffer problem;
    document_init(&document);
    buffer_init(&problem, 1024);
    enum status st = journal_read(bytes_of(data, size), &problem, &document, &journal);
    if (st == OK && (!document.run || journal.n_lines != document.run->n_cases))
        __builtin_trap();
    buffer_fini(&problem);
    document_fini(&document);
    return 0;
}
