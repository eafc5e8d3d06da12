/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/verify_upload.h - the rules of <verify> for what a client published, and its keys in a
 * retry receipt.
 * Depends on: run/verbs, run/client_context.
 */
#ifndef ASSAY_RUN_VERIFY_UPLOAD_H
#define ASSAY_RUN_VERIFY_UPLOAD_H

#include "run/client_context.h"
#include "run/verbs.h"

/* What a rule looks at; what it finds is said in |out|. */
struct look {
    struct context *s;
    struct case_party *at;
    const struct client_context_account *account;
    const struct observed_connection *connection; /* of a connection */
    const struct artifact *message;
    struct step_result *out;
};

/* All that |account| published in this case: sizes, types and numbers; ids; keys; signatures; and
 * whether there was more after the first time. */
bool verify_upload_shape(struct look *l);
bool verify_upload_ids(struct look *l);
bool verify_upload_keys(struct look *l);
bool verify_upload_signature(struct look *l);
bool verify_upload_refilled(struct look *l);
/* And whether the newest that signs is one of a rotation. */
bool verify_upload_rotated(struct look *l);

/*
 * Are the keys in |receipt| those of |account|: its identity, under the ids that it published, with
 * signatures that verify? What is wrong goes to |out|; the bundle that they are to |*out_bundle|,
 * in the case's arena, or nothing.
 */
bool verify_retry_keys(struct look *l, const struct stanza *receipt, struct bytes *out_bundle);

#endif
