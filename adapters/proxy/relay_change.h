/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * relay_change.h - what takes the place of a stanza that is passed on: itself, or what a flaw makes
 * of it.
 * Depends on: base, proxy_flaws.
 *
 * Stanzas are those of the harness's clients and gatekeeper, which write attributes in double
 * quotes and nothing before the root.
 */
#ifndef PROXY_RELAY_CHANGE_H
#define PROXY_RELAY_CHANGE_H

#include "base/buffer.h"
#include "proxy_flaws.h"

#define RELAY_DOCUMENT_MAX (16u * 1024u * 1024u)
#define RELAY_CHANGED_MAX 2u

/* What a flaw remembers of one user. */
struct relay_memory {
    unsigned n_messages;
    struct buffer held; /* a message that comes after the next stanza; empty: none */
};
void relay_memory_init(struct relay_memory *m);
void relay_memory_fini(struct relay_memory *m);

/* What is passed on, in order, and what the sender gets at once. */
struct relay_changed {
    struct buffer documents[RELAY_CHANGED_MAX];
    size_t n;
    struct buffer answer; /* empty: none */
};
void relay_changed_fini(struct relay_changed *c);

/* |user|: the visible identifier. |out| is released by the caller, whatever comes. */
MUST_USE enum status relay_change_up(const struct relay_rules *rules, struct relay_memory *m,
                                     const char *user, struct bytes document,
                                     struct relay_changed *out);
MUST_USE enum status relay_change_down(const struct relay_rules *rules, const char *user,
                                       struct bytes document, struct relay_changed *out);

#endif
