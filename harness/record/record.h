/*
 * record/record.h - what results.json holds, read.
 * Depends on: base, record/run.
 */
#ifndef ASSAY_RECORD_RECORD_H
#define ASSAY_RECORD_RECORD_H

#include "record/run.h"

/* One document and the memory it lives in. */
struct document {
    struct arena arena;
    struct record_run *run;
};

/* An empty one. */
void document_init(struct document *d);
/* Accepts one whose document_read failed. */
void document_fini(struct document *d);

/*
 * Read the results.json in |json| into |out|; document_fini it in every case. Members that are
 * missing or of another type count as empty.
 *
 * problem  receives what is wrong, in one line; NULL: nobody asks
 *
 * E_PARSE  no JSON, of another format, or without "cases" or "summary"; E_NOMEM
 */
MUST_USE enum status document_read(struct bytes json, struct buffer *problem, struct document *out);
/* Append the document as its file has it. E_NOMEM; E_LIMIT from |out|. */
MUST_USE enum status document_write(const struct document *d, struct buffer *out);

#endif
