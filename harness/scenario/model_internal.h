/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/model_internal.h - what the model's files know of each other. Each calls those after it
 * only: all verbs (model.c); what steps must say of a whole client (model_complete.c), what it
 * remembers of what was written (model_outbox.c) and of what came (model_mail.c); sessions and
 * messages (model_traffic.c), groups (model_group.c), changed copies (model_tamper.c); who there
 * is, is trusted and comes back (model_people.c); what is written down (model_books.c).
 * Depends on: scenario/model.
 */
#ifndef ASSAY_SCENARIO_MODEL_INTERNAL_H
#define ASSAY_SCENARIO_MODEL_INTERNAL_H

#include "scenario/model.h"

#define NOTHING (-1)

extern const struct model_answer model_open_question;
struct model_answer model_does(enum theme theme);
/* Of |to|, in what |p| is about. */
struct model_answer model_refuse(struct model *m, struct model_party *p, unsigned to,
                                 enum theme theme);

unsigned model_bit(unsigned who);
/* MODEL_NOBODY for whom the target was before it restarted. */
unsigned model_who(const struct model *m, const struct op *op, enum attr a);
/* Does |op| name the target as it is now? */
bool model_is_current(const struct model *m, const struct op *op, enum attr a);
/* Has nobody else its address and device? */
bool model_is_alone(const struct model *m, unsigned who);
/* At |address|, with an identity of its own. There is room for it. */
struct model_party *model_add_party(struct model *m, uint32_t party, const char *address);
/* Whose conversation with the target it is, of two parties one of which is the target. NULL when
 * they are not, and for whom the target does not know any more. */
struct model_party *model_between(struct model *m, unsigned one, unsigned two);
unsigned model_index(const struct model *m, const struct model_party *p);
struct model_party *model_home(struct model *m, const struct model_party *p);
/* The target knows the identity of |p| at its address from now on. */
void model_trust(struct model *m, const struct model_party *p);
/* For |count| more, where so many were sealed. */
bool model_has_room(unsigned sealed, unsigned count);
/* What |op| names; NULL for none. */
struct model_message *model_message_in(struct model *m, const struct op *op, enum attr a);
struct model_bundle *model_bundle_in(struct model *m, const struct op *op);
/* An honest one of no conversation yet. There is room for it. */
struct model_message *model_add_message(struct model *m, const struct op *op, unsigned author);

/* ---- sessions, and messages in them */

struct model_answer model_publish(struct model *m, const struct op *op);
struct model_answer model_start(struct model *m, const struct op *op);
struct model_answer model_establish(struct model *m, const struct op *op);
struct model_answer model_seal(struct model *m, const struct op *op);
struct model_answer model_drop(struct model *m, const struct op *op);
struct model_answer model_converse(struct model *m, const struct op *op);
struct model_answer model_deliver(struct model *m, const struct op *op);
/* |msg|, of a pair, comes to the target as what it is. */
struct model_answer model_deliver_to_target(struct model *m, struct model_message *msg);
/* The addressee opens |msg|, which the target's person wrote. */
void model_note_heard(struct model *m, struct model_message *msg);
/* The target may begin one more session with |p|; counted. */
bool model_may_begin_session(struct model *m, struct model_party *p);

/* ---- sender keys */

struct model_answer model_distribute(struct model *m, const struct op *op);
struct model_answer model_seal_in_group(struct model *m, const struct op *op, unsigned by);
/* The sender key under which |op| seals |count| messages; NULL when that is not possible. */
struct model_chain *model_sealing_chain(struct model *m, const struct op *op, unsigned by,
                                        unsigned count);
struct model_answer model_deliver_in_group(struct model *m, const struct op *op,
                                           struct model_message *msg, unsigned to, unsigned from);

/* ---- a whole client */

/* Has something come that was not looked at yet, or been written and not been heard? */
bool model_is_busy(const struct model *m);
/* The target has a connection when the step is done. */
void model_connect_target(struct model *m);
/* It comes from what it stored. */
void model_restart_client(struct model *m);
/* A new one of |msg|'s author, under the id |id| (0: a new one); NULL when there is no room. */
struct model_letter *model_letter_new(struct model *m, const struct model_message *msg,
                                      unsigned id);
/* |msg| came to the target by itself, and was answered. */
void model_came(struct model *m, struct model_message *msg, bool is_shown);

/* A connection ended: what is on its way may or may not have arrived, in both directions. */
void model_lose(struct model *m);

#define MODEL_GIVE_UP 5u /* a request of this count is neither sent nor answered */

/* The letter as which |msg| (or NULL) came last; NULL for none. */
struct model_letter *model_letter_of(struct model *m, const struct model_message *msg);
/* How often |l| must have been answered in the way |by|, an enum answered_by. */
struct model_answering {
    unsigned times;
    bool or_more;
    unsigned count; /* of a request; 0: any */
    enum theme theme;
};
/* False when that is not known. */
bool model_expect_answer(const struct model *m, const struct model_letter *l, uint32_t by,
                         struct model_answering *out);

struct model_answer model_connect(struct model *m, const struct op *op);
struct model_answer model_disconnect(struct model *m, const struct op *op);
struct model_answer model_hang_up(struct model *m, const struct op *op);
struct model_answer model_acknowledge(struct model *m, const struct op *op);
struct model_answer model_queue(struct model *m, const struct op *op);
struct model_answer model_shown(struct model *m, const struct op *op);
struct model_answer model_answered(struct model *m, const struct op *op);
struct model_answer model_read(struct model *m, const struct op *op);
struct model_answer model_write(struct model *m, const struct op *op);
struct model_answer model_heard(struct model *m, const struct op *op);
struct model_answer model_push(struct model *m, const struct op *op);
struct model_answer model_verify(struct model *m, const struct op *op);
struct model_answer model_retry(struct model *m, const struct op *op);

/* ---- changed copies */

struct model_answer model_tamper(struct model *m, const struct op *op);

/* ---- who there is */

struct model_answer model_peer(struct model *m, const struct op *op);
struct model_answer model_snapshot(struct model *m, const struct op *op);
struct model_answer model_restore(struct model *m, const struct op *op);
struct model_answer model_forget(struct model *m, const struct op *op);
struct model_answer model_accept(struct model *m, const struct op *op);
struct model_answer model_fingerprint(struct model *m, const struct op *op);

#endif
