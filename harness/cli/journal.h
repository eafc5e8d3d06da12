/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/journal.h - results.jsonl, the journal of a run, back into its record.
 * Depends on: base, record.
 */
#ifndef ASSAY_CLI_JOURNAL_H
#define ASSAY_CLI_JOURNAL_H

#include "record/record.h"

/* The cases of a journal as its lines have them: those whose line break is there. */
struct journal {
    const struct record_line *lines;
    size_t n_lines;
    const size_t *ends; /* of lines 0 to n_lines: bytes of the journal up to where case 0, 1, ...
                           begins; ends[0] is 0 when the first line was cut */
    bool is_ended;      /* the run came to its end, and said how */
};

/* Is |path| called as a journal is? */
bool journal_is_named(const char *path);

/*
 * Read |text|, which may have been cut anywhere, into out->run: the header, each case whose line is
 * whole, and the ending, without which run->interrupted says how far the journal goes. Nothing is
 * scored. document_fini in every case.
 *
 * journal  receives the same as lines, in the memory of |out|; NULL: nobody asks
 *
 * E_PARSE  |problem|: the header is not whole, or a line that others follow cannot be read
 * E_NOMEM
 */
MUST_USE enum status journal_read(struct bytes text, struct buffer *problem, struct document *out,
                                  struct journal *journal);

#endif
