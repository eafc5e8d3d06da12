/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy_flaws.h"

#include "flaw_table.h"

#define RULES struct proxy_rules

static const struct flaw_row rows[] = {
    /* Whom it lets in. */
    FLAW("lets-nobody-in", "PX-01", admission.admits_nobody, "turns everybody away"),
    FLAW("lets-everybody-in", "PX-06", admission.admits_all, "looks at no token of its clients"),
    FLAW("takes-bad-signatures", "PX-06", admission.takes_bad_signatures,
         "does not verify its clients' tokens"),
    FLAW("takes-other-subjects", "PX-06", admission.takes_other_subjects,
         "lets a client be another user than its token says"),
    /* How it dials the gatekeeper. */
    FLAW("keeps-token", "PX-04", gatekeeper.token.is_reused,
         "keeps a user's token, and connects with it again"),
    FLAW("expired-tokens", "PX-04", gatekeeper.token.is_expired,
         "connects with tokens that are expired"),
    FLAW("long-lived-tokens", "PX-04", gatekeeper.token.lives_too_long,
         "makes tokens that live ten times as long as the profile allows"),
    FLAW("unbound-tokens", "PX-04", gatekeeper.token.is_unbound,
         "makes tokens that are bound to no static key"),
    FLAW("tokens-for-others", "PX-04", gatekeeper.token.has_other_audience,
         "makes tokens for another gatekeeper"),
    FLAW("tokens-with-email", "PX-04", gatekeeper.token.says_email,
         "says an e-mail address in its tokens"),
    FLAW("reuses-ephemeral", "PX-07", gatekeeper.channel.reuses_ephemeral,
         "shakes hands with the gatekeeper under one ephemeral key"),
    FLAW("merges-users", "PX-05", relay.merges_users,
         "connects everybody to the gatekeeper as its first user"),
    FLAW("stays", "PX-05", relay.stays,
         "keeps a user's connection to the gatekeeper when their client has gone"),
    FLAW("ignores-end", "PX-05", relay.ignores_end,
         "keeps a client's connection when the gatekeeper ended the user's"),
    UNSEEN("says-user-in-clear", "PX-08", relay.says_user_in_clear,
           "writes the user before the first byte of a connection to the gatekeeper",
           "the profile public has no place for bytes in clear; under the profile observed a case "
           "sees it"),
    /* Towards the gatekeeper. */
    FLAW("loses-acks", "PX-02", relay.loses_acks, "passes on no ack of a client"),
    FLAW("loses-receipts", "PX-02", relay.loses_receipts, "passes on no receipt of a client"),
    FLAW("loses-messages", "PX-02", relay.loses_messages, "loses each second message"),
    FLAW("repeats-messages", "PX-02", relay.repeats_messages, "passes each message on twice"),
    FLAW("swaps-messages", "PX-02", relay.swaps_messages,
         "passes on each message after the stanza behind it"),
    FLAW("cuts-bodies", "PX-02", relay.cuts_bodies,
         "passes on an encrypted body with its last bytes cut off"),
    FLAW("marks-messages", "PX-02", relay.marks_messages,
         "adds an attribute with the user's visible identifier to messages"),
    FLAW("rewrites-ids", "PX-02", relay.rewrites_ids, "gives messages ids of its own"),
    /* Towards the clients. */
    FLAW("answers-itself", "PX-03", relay.answers_itself,
         "acknowledges a message before the gatekeeper has it"),
    FLAW("loses-answers", "PX-03", relay.loses_answers, "passes on no receipt of another user"),
    FLAW("rewrites-from", "PX-03", relay.rewrites_from, "says another sender of a message"),
    FLAW("exchanges-keys", "PX-03", relay.exchanges_keys,
         "puts another one-time prekey in the place of the one that was fetched"),
    FLAW("marks-answers", "PX-03", relay.marks_answers,
         "adds an attribute to messages to its clients"),
};

const struct flaw_table proxy_flaws = FLAW_TABLE(rows);
