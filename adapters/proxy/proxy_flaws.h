/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * proxy_flaws.h - named flaws of the proxy: each is the honest rules with one decision wrong.
 * Depends on: flawed/flaw_table, gatekeeper/admission, harness/app.
 */
#ifndef PROXY_FLAWS_H
#define PROXY_FLAWS_H

#include "admission.h"
#include "app/app_rules.h"
#include "flaw_table.h"

/* What a proxy may do wrongly with what it passes on: false everywhere is honest. */
struct relay_rules {
    /* Towards the gatekeeper. */
    bool loses_acks, loses_receipts, loses_messages, repeats_messages, swaps_messages;
    bool cuts_bodies, marks_messages, rewrites_ids;
    /* Towards the clients. */
    bool answers_itself; /* acknowledges a message before the gatekeeper did, and again with it */
    bool loses_answers, rewrites_from, exchanges_keys, marks_answers;
    /* Connections. */
    bool merges_users, stays, ignores_end, says_user_in_clear;
};

struct proxy_rules {
    struct admission_rules admission; /* of its clients */
    struct app_rules gatekeeper;      /* of its connections to the gatekeeper */
    struct relay_rules relay;
};

/* Of struct proxy_rules. */
extern const struct flaw_table proxy_flaws;

#endif
