/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/verbs.h - what each verb of a case does. One function a verb, found in one table.
 * Depends on: run/exchange, scenario/verb.
 */
#ifndef ASSAY_RUN_VERBS_H
#define ASSAY_RUN_VERBS_H

#include "run/context.h"

struct server_client;

/*
 * In how many parts |op| is done: each message of a <deliver> is one, everything else is one. The
 * caller judges what was seen of a part before it asks for the next.
 */
size_t verb_n_parts(const struct op *op);

/*
 * Do one part: |out|->seen and detail say what was seen. Not OK is trouble of the harness: E_NOMEM,
 * E_LIMIT, E_CRYPTO, E_MISSING (something that an earlier step was to make is not there, or a sweep
 * is past the end of a field).
 */
MUST_USE enum status verb_do(struct context *s, const struct op *op, size_t part,
                             struct step_result *out);

/* The verbs kept in files of their own. */
MUST_USE enum status verb_tamper(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_converse(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_check(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_measure(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_recorded(struct context *s, const struct op *op, struct step_result *out);

/* Those of the client surface. */
MUST_USE enum status verb_connect(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_disconnect(struct context *s, const struct op *op,
                                     struct step_result *out);
MUST_USE enum status verb_hang_up(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_turn_away(struct context *s, const struct op *op,
                                    struct step_result *out);
MUST_USE enum status verb_push(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_queue(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_retry(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_say(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_arrived(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_hold(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_release(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_decline(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_ignore(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_serve(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_rotate(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_read(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_write(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_heard(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_acknowledge(struct context *s, const struct op *op,
                                      struct step_result *out);
MUST_USE enum status verb_answered(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_shown(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_warned(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_verify(struct context *s, const struct op *op, struct step_result *out);

/* Those of the service surface. */
MUST_USE enum status verb_host(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_take(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_expire(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_request(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_mint(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_rotate_keys(struct context *s, const struct op *op,
                                      struct step_result *out);
MUST_USE enum status verb_enlist(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_withdraw(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_notify(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_drained(struct context *s, const struct op *op, struct step_result *out);

/* Those of the server surface. */
MUST_USE enum status verb_sign_in(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_sign_out(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_post(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_received(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_look_up(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_utter(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_opt_in(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_opt_out(struct context *s, const struct op *op, struct step_result *out);
MUST_USE enum status verb_pushed(struct context *s, const struct op *op, struct step_result *out);

/* That of the proxy surface alone. */
MUST_USE enum status verb_relayed(struct context *s, const struct op *op, struct step_result *out);

/* For several of them. */
/* Of the server surface: the client that the step is about; is it connected? If not, that is what
 * was seen. */
struct server_client *verb_client(struct context *s, const struct op *op);
bool verb_client_is_here(struct context *s, const struct server_client *l, struct step_result *out);
/* What was shown of a handshake or of passing traffic is no business of <shown>. */
void verb_forget_shown(struct context *s);
void verb_take_relation(bool holds, struct step_result *out);
/* Whom or what operand |a| names; NULL when it names nothing, or nothing that was made. */
struct case_party *verb_party(struct context *s, const struct op *op, enum attr a);
struct artifact *verb_artifact(struct context *s, const struct op *op, enum attr a);
/* The id under which |message| came last: it, what it was made from, or a copy; NULL for none. */
const char *verb_id_before(struct context *s, const struct artifact *message);
/* How the party |at| names its conversation with |whom|. */
struct target_conversation verb_conversation(struct context *s, const struct op *op,
                                             enum attr whom);
/* What the list |a| names, at most OP_LISTED_MAX; none without it. E_MISSING. */
MUST_USE enum status verb_artifacts(struct context *s, const struct op *op, enum attr a,
                                    struct artifact **out, size_t *out_count);
/* Until |at| is connected again, or says that it gave up (and keeps to it); a relation. */
MUST_USE enum status verb_await_return(struct context *s, struct case_party *at,
                                       size_t events_before, struct step_result *out);
MUST_USE enum status verb_await_giving_up(struct context *s, struct case_party *at,
                                          size_t events_before, struct step_result *out);

/* After a return: did it take more dials than |op| allows, of those after |before| connections? */
void verb_limit_dials(struct context *s, const struct op *op, size_t before,
                      struct step_result *out);

/* Every verb has its function; for the test of the table. */
bool verb_is_known(enum verb verb);

#endif
