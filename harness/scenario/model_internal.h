/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/model_internal.h - what the model's files know of each other: conversations (model.c)
 * call the others: changed copies (model_tamper.c), groups (model_group.c), who there is, is
 * trusted and comes back (model_people.c); all call what is written down (model_books.c).
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

/* ---- sender keys */

struct model_answer model_distribute(struct model *m, const struct op *op);
struct model_answer model_seal_in_group(struct model *m, const struct op *op, unsigned by);
/* The sender key under which |op| seals |count| messages; NULL when that is not possible. */
struct model_chain *model_sealing_chain(struct model *m, const struct op *op, unsigned by,
                                        unsigned count);
struct model_answer model_deliver_in_group(struct model *m, const struct op *op,
                                           struct model_message *msg, unsigned to, unsigned from);

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
