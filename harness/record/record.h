/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record/record.h - what results.json or claims.json holds.
 * Depends on: base, record/run, record/claims.
 */
#ifndef ASSAY_RECORD_RECORD_H
#define ASSAY_RECORD_RECORD_H

#include "record/claims.h"

/* One document and the memory it lives in. */
struct document {
    struct arena arena;
    /* One of them; the other is NULL. */
    struct record_run *run;
    struct record_claims *claims;
};

/* An empty one. */
void document_init(struct document *d);
/* Accepts one whose document_read failed. */
void document_fini(struct document *d);

/*
 * Read |json| into |out|; document_fini it in every case. Of a results.json, members that are
 * missing or of another type count as empty; a claims.json is taken whole or not at all.
 *
 * problem  receives what is wrong, in one line; NULL: nobody asks
 *
 * E_PARSE  no JSON, or neither of the two; results without "cases" or "summary"; claims with
 *          anything missing, of another type, or past its limit
 * E_NOMEM
 */
MUST_USE enum status document_read(struct bytes json, struct buffer *problem, struct document *out);
/* Append the document as its file has it. E_NOMEM; E_LIMIT from |out|. */
MUST_USE enum status document_write(const struct document *d, struct buffer *out);

#endif
