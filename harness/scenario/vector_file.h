/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/vector_file.h - which messages a canned conversation holds; the only file of this module
 * that reads JSON.
 * Depends on: base; jansson.
 *
 * A recording under vectors/ is JSON: "initiator", "responder", "messages" and "bad". Each message
 * has "name", "from" ("initiator" or "responder"), "kind", "body" and "plaintext" in hex; each bad
 * one has "name", "of" (the good message it was made from), "kind" and "body". What a case can
 * deliver are the initiator's messages and the bad ones.
 */
#ifndef ASSAY_SCENARIO_VECTOR_FILE_H
#define ASSAY_SCENARIO_VECTOR_FILE_H

#include "base/arena.h"
#include "base/diag.h"

#define VECTOR_MESSAGES_MAX 256u

struct vector_message {
    const char *name;
    const char *of; /* of a bad one: the good one's name; else NULL */
    size_t plaintext_len;
};

struct vector_file {
    struct vector_message messages[VECTOR_MESSAGES_MAX];
    size_t count;
};

/*
 * Read |dir|/|name|; texts live in |arena|. E_INPUT: *out_problem is a clause that says what is
 * wrong. E_NOMEM.
 */
MUST_USE enum status vector_file_load(const char *dir, const char *name, struct arena *arena,
                                      struct vector_file *out, const char **out_problem);

#endif
