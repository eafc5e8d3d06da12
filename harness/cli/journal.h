/*
 * cli/journal.h - results.jsonl, the journal of a run, back into its record.
 * Depends on: base, record.
 */
#ifndef ASSAY_CLI_JOURNAL_H
#define ASSAY_CLI_JOURNAL_H

#include "record/record.h"

/* Is |path| called as a journal is? */
bool journal_is_named(const char *path);

/*
 * Read |text|, which may have been cut anywhere, into out->run: the header, each case whose line is
 * whole, and the ending, without which run->interrupted says how far the journal goes. Nothing is
 * scored. document_fini in every case.
 *
 * E_PARSE  |problem|: the header is not whole, or a line that others follow cannot be read
 * E_NOMEM
 */
MUST_USE enum status journal_read(struct bytes text, struct buffer *problem, struct document *out);

#endif
