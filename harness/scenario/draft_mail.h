/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/draft_mail.h - what happens to a whole client, while a conversation is being drawn: what
 * comes, what is written, connections.
 * Depends on: scenario/draft.
 */
#ifndef ASSAY_SCENARIO_DRAFT_MAIL_H
#define ASSAY_SCENARIO_DRAFT_MAIL_H

#include "scenario/draft.h"

/* The name of the target, where it is not the first; NULL. */
const char *draft_mail_at(const struct draft *d);
bool draft_mail_is_connected(const struct draft *d);
/* One at another address or device than |whose|; MODEL_NOBODY. */
unsigned draft_mail_any_other(struct draft *d, unsigned whose);

/* ---- what comes */

/* |n| messages at once; |has_same_id|: each that came before under its id. */
bool draft_mail_queue(struct draft *d, const struct model_message *const *messages, size_t n,
                      bool has_same_id);
/* How often |m| was answered in the way |by|; false when that is not known. */
bool draft_mail_answered(struct draft *d, const struct model_message *m, const char *by);
/* What was shown, and what some of what came was answered with. */
void draft_mail_settle(struct draft *d);
/* One that came already; NULL. */
const struct model_message *draft_mail_any_letter(struct draft *d);
/* A copy of |m| (or NULL) with another MAC; NULL. */
const struct model_message *draft_mail_bent(struct draft *d, const struct model_message *m);
/* Several in one read: new, held back, bent, again. */
void draft_mail_batch(struct draft *d);

/* ---- connections */

/* Lost, in any way, and made again. */
void draft_mail_lose(struct draft *d);
void draft_mail_perhaps_lose(struct draft *d, uint32_t one_in);
/* Made again where there is none. */
void draft_mail_come_back(struct draft *d);

/* ---- what is written */

/* Up to |most| texts, to whoever can be written to. */
void draft_mail_write_some(struct draft *d, uint32_t most);
/* What came of all that was written, where there is a connection. */
void draft_mail_hear(struct draft *d);
/* What may be asked of what was heard: anything; a late ack; that it comes again. */
enum draft_heard { DRAFT_HEARD_ANY, DRAFT_HEARD_UNACKNOWLEDGED, DRAFT_HEARD_WANTED };
const struct model_message *draft_mail_any_heard(struct draft *d, enum draft_heard which);
/* A stanza of the gatekeeper's own about the message |of|. */
bool draft_mail_push(struct draft *d, const char *stanza, const char *of, const char *from,
                     const char *then);
/* "everything", "nothing" */
void draft_mail_acknowledge(struct draft *d, const char *what);

#endif
