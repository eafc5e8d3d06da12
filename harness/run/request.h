/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/request.h - what the rules of <request> share (run/verbs_request.c has their table).
 * Depends on: run/service_context.
 */
#ifndef ASSAY_RUN_REQUEST_H
#define ASSAY_RUN_REQUEST_H

#include "run/service_context.h"

/* What a rule looks at. |st| is set when the harness could not do its part. */
struct request_look {
    struct context *s;
    struct service_context *c;
    struct step_result *out;
    struct service_medium *medium; /* where the rule is about one */
    struct service_token *token;
    enum status st;
};

/* False; |text| (static, or in the arena) says why the rule does not hold. */
bool request_says(struct request_look *l, const char *text);
/* Ask. Not answered, or trouble: false, and said. */
bool request_ask(struct request_look *l, const struct fetch_scope *scope, const char *url,
                 struct fetch_request r, struct fetch_answer *out);
/* A host of media that leads elsewhere, or does not prove its name, violates what asks for that:
 * the rule was not looked at. */
void request_blames(struct request_look *l, const struct fetch_scope *scope,
                    enum fetch_outcome outcome);
/* Does the host of |url| prove its name, whatever it answers? */
bool request_is_trusted(struct request_look *l, const struct fetch_scope *scope, const char *url);

/* Does it hold? Those about media and their host (run/request_media.c). */
typedef bool request_rule(struct request_look *l);
request_rule request_genuine, request_repeated, request_concurrent, request_head, request_range,
    request_range_beyond, request_resumed, request_conditional, request_opaque_type,
    request_no_cookie, request_no_key_in_url, request_nothing_readable, request_read_only,
    request_other_key, request_gone, request_unknown, request_not_listed, request_no_traversal,
    request_plain_errors, request_trusted, request_no_old_tls;
/* Those about the key set, and tokens under it (run/request_keys.c). */
request_rule request_keys_served, request_keys_type, request_keys_cached, request_keys_conditional,
    request_keys_trusted, request_keys_changed, request_keys_kept, request_keys_retired,
    request_proof, request_connected_token, request_fresh_token;
bool request_token(struct request_look *l, enum token_rule rule);

#endif
