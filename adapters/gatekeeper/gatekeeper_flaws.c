/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gatekeeper_flaws.h"

#include "flaw_table.h"

#include <string.h>

#define RULES struct gatekeeper_rules

static const struct flaw_row rows[] = {
    /* Whom it lets in. */
    FLAW("lets-nobody-in", "GK-01", admission.admits_nobody, "turns everybody away"),
    FLAW("lets-everybody-in", "GK-02", admission.admits_all, "looks at no token"),
    FLAW("takes-no-token", "GK-02", admission.takes_no_token, "lets in who brings no token"),
    FLAW("takes-alg-none", "GK-02", admission.takes_none, "takes tokens that nobody signed"),
    FLAW("takes-hmac", "GK-02", admission.takes_hmac,
         "takes tokens with an HMAC that anybody can make"),
    FLAW("takes-unknown-keys", "GK-02", admission.takes_unknown_keys,
         "takes tokens under a key that the provider does not publish"),
    FLAW("takes-bad-signatures", "GK-02", admission.takes_bad_signatures,
         "does not verify a token's signature"),
    FLAW("takes-other-issuers", "GK-03", admission.takes_other_issuers,
         "takes tokens of other issuers"),
    FLAW("takes-other-audiences", "GK-03", admission.takes_other_audiences,
         "takes tokens for other gatekeepers"),
    FLAW("takes-other-subjects", "GK-04", admission.takes_other_subjects,
         "takes one user's token for another user's account"),
    FLAW("takes-expired", "GK-03", admission.takes_expired, "takes tokens that are expired"),
    FLAW("takes-early", "GK-03", admission.takes_early, "takes tokens of tomorrow"),
    FLAW("takes-long-lived", "GK-03", admission.takes_long_lived,
         "takes tokens that live longer than the profile allows"),
    FLAW("takes-without-id", "GK-05", admission.takes_without_id, "takes tokens without jti"),
    FLAW("takes-tokens-again", "GK-05", admission.takes_again, "takes a token more than once"),
    FLAW("takes-unbound", "GK-05", admission.takes_unbound,
         "does not ask whose static key a token is bound to"),
    FLAW("takes-other-product", "GK-02", admission.takes_other_product,
         "lets in clients of another product"),
    FLAW("waits-after-bad-handshake", "GK-06", server.waits_after_bad_handshake,
         "drops a handshake message that does not verify and waits for another"),
    FLAW("reuses-ephemeral", "GK-06", server.reuses_ephemeral,
         "shakes hands under one ephemeral key"),
    FLAW("stays-after-failure", "GK-02", server.stays_after_failure,
         "says that it lets nobody in, and leaves the connection open"),
    /* What it takes from a connection. */
    FLAW("takes-zero-frames", "GK-07", server.takes_zero_frames,
         "goes on after a frame of length zero"),
    FLAW("takes-long-frames", "GK-07", server.takes_long_frames,
         "waits for a frame over the profile's maximum"),
    FLAW("goes-on-after-bad", "GK-07", server.goes_on_after_bad,
         "goes on after a transport message that does not verify"),
    FLAW("goes-on-after-broken", "GK-08", server.goes_on_after_broken,
         "goes on after a document that is no stanza"),
    FLAW("blames-all", "GK-17", server.blames_all,
         "ends every connection when one client makes a mistake"),
    FLAW("ends-on-unknown", "GK-17", server.ends_on_unknown,
         "ends the connection for a stanza that it does not know"),
    FLAW("has-few-places", "GK-17", server.has_few_places,
         "takes fifty connections, whoever's they are, and no more"),
    FLAW("keeps-older", "GK-16", server.keeps_older,
         "keeps the older of two connections of one account"),
    FLAW("stays-after-replaced", "GK-16", server.stays_after_replaced,
         "says that the older of two connections is replaced, and leaves it open"),
    /* Routing. */
    FLAW("trusts-from", "GK-10", server.trusts_from, "lets clients say whom a message is from"),
    FLAW("acks-lost", "GK-13", server.acks_lost, "acknowledges messages to nobody"),
    FLAW("acks-empty", "GK-13", server.acks_empty, "acknowledges messages with nothing in them"),
    FLAW("alters-bodies", "GK-09", server.alters_bodies, "passes on less than it was given"),
    FLAW("drops-media-types", "GK-18", server.drops_media_types,
         "passes on media without saying of which type they are"),
    FLAW("calls-all-text", "GK-18", server.calls_all_text, "passes on media as texts"),
    FLAW("sends-twice", "GK-09", server.sends_twice, "sends each message twice"),
    FLAW("repeats-late", "GK-09", server.repeats_late,
         "sends each message once more when it was acknowledged a while ago"),
    FLAW("loses-waiting", "GK-11", server.loses_waiting,
         "drops messages for somebody who is not there"),
    FLAW("drains-backwards", "GK-11", server.drains_backwards,
         "sends what waited in the reverse order"),
    FLAW("forgets-sent", "GK-12", server.forgets_sent,
         "does not send again what was not acknowledged"),
    /* Prekeys. */
    FLAW("repeats-keys", "GK-14", server.repeats_keys, "gives a one-time prekey to everybody"),
    FLAW("takes-bad-uploads", "GK-15", server.takes_bad_uploads,
         "answers prekeys that are not well-formed as if it had kept them"),
    FLAW("invents-users", "GK-15", server.invents_users,
         "answers for a user who does not exist with the asker's own keys"),
    FLAW("ignores-lost-fetches", "GK-15", server.ignores_lost_fetches,
         "does not answer a fetch of the keys of a user who does not exist"),
    /* Enlistment and pushes. */
    FLAW("refuses-enlistment", "GK-19", enlistment.refuses_all, "enlists nobody"),
    FLAW("no-credential", "GK-19", enlistment.says_no_credential,
         "answers an enlistment without a credential"),
    FLAW("enlists-without-proof", "GK-20", enlistment.takes_without_proof,
         "enlists whom nobody proves to want it"),
    FLAW("takes-bad-proofs", "GK-20", enlistment.takes_bad_proofs,
         "does not verify the signature of a proof"),
    FLAW("takes-others-proofs", "GK-20", enlistment.takes_others_proofs,
         "enlists a user with the proof of another"),
    FLAW("takes-proofs-for-others", "GK-20", enlistment.takes_for_others,
         "takes proofs for another gatekeeper"),
    FLAW("takes-expired-proofs", "GK-20", enlistment.takes_expired,
         "takes proofs that are expired"),
    FLAW("takes-proofs-again", "GK-20", enlistment.takes_again, "takes a proof twice"),
    FLAW("pushes-in-clear", "GK-20", enlistment.pushes_in_clear,
         "enlists whose pushes would go over a connection in clear"),
    FLAW("anybody-withdraws", "GK-20", enlistment.lets_anybody_withdraw,
         "withdraws a user without a proof"),
    FLAW("never-pushes", "GK-21", enlistment.never_pushes, "posts no pushes"),
    FLAW("pushes-without-credential", "GK-21", enlistment.pushes_without_credential,
         "posts pushes without the credential of the enlistment"),
    FLAW("repeats-push-ids", "GK-21", enlistment.repeats_ids, "gives each push one id"),
    FLAW("says-sender", "GK-21", enlistment.says_sender, "says in a push who wrote"),
    FLAW("pushes-to-all", "GK-21", enlistment.pushes_to_all, "posts pushes for whom nothing waits"),
    FLAW("ignores-withdrawal", "GK-22", enlistment.ignores_withdrawal,
         "keeps a user reachable who was withdrawn"),
    FLAW("pushes-after-withdrawal", "GK-22", enlistment.pushes_after_withdrawal,
         "posts a push for a user who was withdrawn"),
};

size_t gatekeeper_flaws_count(void) { return sizeof(rows) / sizeof(rows[0]); }

const struct flaw *gatekeeper_flaws_at(size_t index)
{
    return index < gatekeeper_flaws_count() ? &rows[index].flaw : NULL;
}

bool gatekeeper_flaws_rules(const char *name, struct gatekeeper_rules *out)
{
    memset(out, 0, sizeof(*out));
    return flaw_table_set(rows, gatekeeper_flaws_count(), name, out);
}
