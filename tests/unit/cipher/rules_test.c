/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One rule changed at a time: what an honest party refuses is then let through, and honest traffic
 * still flows, so that a flaw is one field. A row is a rule and an experiment that comes out
 * differently with it.
 */
#include "help.h"

#include "cipher/signal/keys.h"
#include "support/rows.h"

#include <string.h>

struct conversation {
    struct actor alice, bob; /* bob has the changed rules */
};

/* An experiment answers whether the honest thing happened. */
typedef bool (*experiment)(struct conversation *w);

struct row {
    const char *name;
    void (*mutation)(struct rules *r);
    experiment is_honest;
};

/* ---- experiments */

static bool opens(struct actor *to, struct address from, const struct sealed *s, const char *text)
{
    return open_as(to, from, s, text) == REFUSAL_NONE;
}

static bool refuses_mutated(struct conversation *w, const char *mutation)
{
    struct sealed s;

    establish(&w->alice, &w->bob);
    seal(&w->alice, &w->bob, "bent", mutation, &s);
    struct buffer plain;
    enum refusal why;
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    bool refused =
        party_open(w->bob.party, ALICE, s.kind, buffer_bytes(&s.body), &plain, &why) != OK;
    buffer_fini(&plain);
    sealed_fini(&s);
    return refused;
}

static bool refuses_zero_mac(struct conversation *w) { return refuses_mutated(w, "mac-zero"); }

static bool refuses_swapped_mac(struct conversation *w)
{
    return refuses_mutated(w, "mac-swapped-identities");
}

static bool refuses_bare_mac(struct conversation *w)
{
    return refuses_mutated(w, "mac-no-identities");
}

static bool refuses_constant_version(struct conversation *w)
{
    return refuses_mutated(w, "mac-constant-version,version:52");
}

static bool refuses_padding_over_block(struct conversation *w)
{
    return refuses_mutated(w, "padding:over-block");
}

static bool refuses_inconsistent_padding(struct conversation *w)
{
    return refuses_mutated(w, "padding:inconsistent");
}

static bool refuses_padding_none(struct conversation *w)
{
    return refuses_mutated(w, "padding:none");
}

static bool refuses_jump_2001(struct conversation *w) { return refuses_mutated(w, "counter:2001"); }

static bool takes_jump_2000(struct conversation *w) { return !refuses_mutated(w, "counter:2000"); }

static bool takes_previous_counter_absent(struct conversation *w)
{
    return !refuses_mutated(w, "omit-previous-counter");
}

static bool takes_low_nibble_4(struct conversation *w) { return !refuses_mutated(w, "version:52"); }

static bool refuses_low_order(struct conversation *w)
{
    return refuses_mutated(w, "ratchet-key:low-order-2");
}

static bool refuses_replay(struct conversation *w)
{
    struct sealed s;

    establish(&w->alice, &w->bob);
    seal(&w->alice, &w->bob, "once", NULL, &s);
    assert_true(opens(&w->bob, ALICE, &s, "once"));
    bool refused = !opens(&w->bob, ALICE, &s, "once");
    sealed_fini(&s);
    return refused;
}

static bool refuses_replay_of_skipped(struct conversation *w)
{
    struct sealed s;

    establish(&w->alice, &w->bob);
    seal(&w->alice, &w->bob, "once", NULL, &s);
    say(&w->alice, &w->bob, "overtakes");
    assert_true(opens(&w->bob, ALICE, &s, "once"));
    bool refused = !opens(&w->bob, ALICE, &s, "once");
    sealed_fini(&s);
    return refused;
}

/* A forged copy first, then the genuine message. */
static bool genuine_opens_after_forged(struct conversation *w)
{
    struct sealed s;

    establish(&w->alice, &w->bob);
    seal(&w->alice, &w->bob, "genuine", NULL, &s);
    s.body.data[s.body.len - 1] ^= 1;
    assert_false(opens(&w->bob, ALICE, &s, "genuine"));
    s.body.data[s.body.len - 1] ^= 1;
    bool good = opens(&w->bob, ALICE, &s, "genuine");
    sealed_fini(&s);
    return good;
}

static bool genuine_opens_after_bad_padding(struct conversation *w)
{
    struct sealed s;
    struct buffer plain;
    enum refusal why;

    establish(&w->alice, &w->bob);
    seal(&w->alice, &w->bob, "bent", "padding:zero,counter:0", &s);
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    assert_int_equal(party_open(w->bob.party, ALICE, s.kind, buffer_bytes(&s.body), &plain, &why),
                     E_CRYPTO);
    sealed_fini(&s);
    seal(&w->alice, &w->bob, "genuine", NULL, &s);
    bool good = opens(&w->bob, ALICE, &s, "genuine");
    sealed_fini(&s);
    buffer_fini(&plain);
    return good;
}

static bool reflected_leaves_session(struct conversation *w)
{
    struct sealed s;

    establish(&w->alice, &w->bob);
    seal(&w->bob, &w->alice, "to alice", NULL, &s);
    open_as(&w->bob, ALICE, &s, "to alice");
    sealed_fini(&s);
    seal(&w->alice, &w->bob, "still here", NULL, &s);
    bool good = opens(&w->bob, ALICE, &s, "still here");
    sealed_fini(&s);
    return good;
}

static bool refuses_reflected(struct conversation *w)
{
    struct sealed s;

    establish(&w->alice, &w->bob);
    seal(&w->bob, &w->alice, "to alice", NULL, &s);
    bool refused = !opens(&w->bob, ALICE, &s, "to alice");
    sealed_fini(&s);
    return refused;
}

static bool last_of_a_chain_opens(struct conversation *w)
{
    struct sealed s;

    establish(&w->alice, &w->bob);
    say(&w->alice, &w->bob, "one");
    seal(&w->alice, &w->bob, "late", NULL, &s);
    say(&w->bob, &w->alice, "turn");
    say(&w->alice, &w->bob, "next");
    bool good = opens(&w->bob, ALICE, &s, "late");
    sealed_fini(&s);
    return good;
}

/* Bob's next message after hearing something new carries a new ratchet key. */
static bool turns_each_time(struct conversation *w)
{
    struct signal_message first, second;
    struct sealed a, b;

    establish(&w->alice, &w->bob);
    say(&w->alice, &w->bob, "turn");
    seal(&w->bob, &w->alice, "one", NULL, &a);
    assert_true(opens(&w->alice, BOB, &a, "one"));
    say(&w->alice, &w->bob, "turn again");
    seal(&w->bob, &w->alice, "two", NULL, &b);
    assert_true(opens(&w->alice, BOB, &b, "two"));
    assert_int_equal(signal_message_decode(buffer_bytes(&a.body), &first), OK);
    assert_int_equal(signal_message_decode(buffer_bytes(&b.body), &second), OK);
    bool differ = !bytes_equal(first.ratchet_key, second.ratchet_key);
    sealed_fini(&a);
    sealed_fini(&b);
    return differ;
}

static bool refuses_second_use_of_prekey(struct conversation *w)
{
    struct sealed s;

    start(&w->alice, &w->bob, true, NULL);
    seal(&w->alice, &w->bob, "once", NULL, &s);
    assert_true(opens(&w->bob, ALICE, &s, "once"));
    party_forget(w->bob.party, ALICE);
    bool refused = !opens(&w->bob, ALICE, &s, "once");
    sealed_fini(&s);
    return refused;
}

static bool forged_first_message_leaves_prekey(struct conversation *w)
{
    struct sealed s;

    start(&w->alice, &w->bob, true, NULL);
    seal(&w->alice, &w->bob, "genuine", "mac-zero", &s);
    assert_false(opens(&w->bob, ALICE, &s, "genuine"));
    sealed_fini(&s);
    seal(&w->alice, &w->bob, "genuine", NULL, &s);
    bool good = opens(&w->bob, ALICE, &s, "genuine");
    sealed_fini(&s);
    return good;
}

static bool refuses_unknown_prekey(struct conversation *w)
{
    struct sealed s;

    start(&w->alice, &w->bob, true, "claim-one-time-prekey:4242");
    seal(&w->alice, &w->bob, "bent", NULL, &s);
    bool refused = !opens(&w->bob, ALICE, &s, "bent");
    sealed_fini(&s);
    return refused;
}

static bool refuses_omitted_dh4(struct conversation *w)
{
    struct sealed s;

    start(&w->alice, &w->bob, true, "omit-dh4");
    seal(&w->alice, &w->bob, "bent", NULL, &s);
    bool refused = !opens(&w->bob, ALICE, &s, "bent");
    sealed_fini(&s);
    return refused;
}

static bool refuses_no_block(struct conversation *w)
{
    struct sealed s;

    start(&w->alice, &w->bob, true, "no-discontinuity-block");
    seal(&w->alice, &w->bob, "bent", NULL, &s);
    bool refused = !opens(&w->bob, ALICE, &s, "bent");
    sealed_fini(&s);
    return refused;
}

/* Bob processes a bundle of Alice's with another signature. */
static bool refuses_signature(struct conversation *w, size_t len, bool is_zero)
{
    struct buffer bundle, mutated;
    struct signal_bundle b;
    uint8_t signature[SIGNAL_SIGNATURE_LEN + 1] = {0};
    enum refusal why;

    publish(&w->alice, true, &bundle);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&bundle), &b), OK);
    if (!is_zero)
        memcpy(signature, b.signature.data, SIGNAL_SIGNATURE_LEN);
    b.signature = bytes_of(signature, len);
    buffer_init(&mutated, 4096);
    assert_int_equal(signal_bundle_encode(&b, &mutated), OK);
    bool refused = party_start(w->bob.party, ALICE, buffer_bytes(&mutated), NULL, &why) != OK;
    buffer_fini(&bundle);
    buffer_fini(&mutated);
    return refused;
}

static bool refuses_wrong_signature(struct conversation *w)
{
    return refuses_signature(w, SIGNAL_SIGNATURE_LEN, true);
}

static bool refuses_no_signature(struct conversation *w) { return refuses_signature(w, 0, true); }

static bool refuses_long_signature(struct conversation *w)
{
    return refuses_signature(w, SIGNAL_SIGNATURE_LEN + 1, false);
}

static bool refuses_new_identity(struct conversation *w)
{
    struct actor other;
    struct sealed s;

    establish(&w->alice, &w->bob);
    actor_init(&other, ALICE, "another alice", NULL, NULL);
    start(&other, &w->bob, true, NULL);
    seal(&other, &w->bob, "me, too", NULL, &s);
    bool refused = !opens(&w->bob, ALICE, &s, "me, too");
    sealed_fini(&s);
    actor_fini(&other);
    return refused;
}

/* A forged first message of somebody else, then the genuine one. */
static bool forged_identity_is_not_pinned(struct conversation *w)
{
    struct actor other;
    struct sealed s;

    actor_init(&other, ALICE, "another alice", NULL, NULL);
    start(&other, &w->bob, true, NULL);
    seal(&other, &w->bob, "x", "mac-zero", &s);
    assert_false(opens(&w->bob, ALICE, &s, "x"));
    sealed_fini(&s);
    start(&w->alice, &w->bob, true, NULL);
    seal(&w->alice, &w->bob, "genuine", NULL, &s);
    bool good = opens(&w->bob, ALICE, &s, "genuine");
    sealed_fini(&s);
    actor_fini(&other);
    return good;
}

/* A forged first message must not become what Bob sends on. */
static bool forged_first_message_does_not_redirect(struct conversation *w)
{
    struct sealed s;

    establish(&w->alice, &w->bob);
    start(&w->alice, &w->bob, true, "other-handshake-info");
    seal(&w->alice, &w->bob, "x", NULL, &s);
    assert_false(opens(&w->bob, ALICE, &s, "x"));
    sealed_fini(&s);
    seal(&w->bob, &w->alice, "on the session as it was", NULL, &s);
    bool good = opens(&w->alice, BOB, &s, "on the session as it was");
    sealed_fini(&s);
    return good;
}

static bool archived_session_opens(struct conversation *w)
{
    struct sealed s;

    establish(&w->alice, &w->bob);
    seal(&w->alice, &w->bob, "of the session before", NULL, &s);
    establish(&w->alice, &w->bob);
    bool good = opens(&w->bob, ALICE, &s, "of the session before");
    sealed_fini(&s);
    return good;
}

static bool gives_each_prekey_once(struct conversation *w)
{
    struct buffer a, b;
    struct signal_bundle first, second;

    publish(&w->bob, true, &a);
    publish(&w->bob, true, &b);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&a), &first), OK);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&b), &second), OK);
    bool differ = !bytes_equal(first.one_time_prekey, second.one_time_prekey);
    buffer_fini(&a);
    buffer_fini(&b);
    return differ;
}

static bool base_keys_differ(struct conversation *w)
{
    struct prekey_message first, second;
    struct sealed a, b;

    start(&w->bob, &w->alice, true, NULL);
    seal(&w->bob, &w->alice, "one", NULL, &a);
    start(&w->bob, &w->alice, true, NULL);
    seal(&w->bob, &w->alice, "two", NULL, &b);
    assert_int_equal(prekey_message_decode(buffer_bytes(&a.body), &first), OK);
    assert_int_equal(prekey_message_decode(buffer_bytes(&b.body), &second), OK);
    bool differ = !bytes_equal(first.base_key, second.base_key);
    sealed_fini(&a);
    sealed_fini(&b);
    return differ;
}

static bool repeats_header(struct conversation *w)
{
    struct sealed s;

    start(&w->bob, &w->alice, true, NULL);
    seal(&w->bob, &w->alice, "one", NULL, &s);
    sealed_fini(&s);
    seal(&w->bob, &w->alice, "two", NULL, &s);
    bool is_prekey = s.kind == SIGNAL_KIND_PREKEY;
    sealed_fini(&s);
    return is_prekey;
}

/* ---- rules */

#define MUTATION(name, statement)                                                                  \
    static void name(struct rules *r) { statement; }

MUTATION(no_mac, r->mac.is_checked = false)
MUTATION(zero_mac, r->mac.may_be_zero = true)
MUTATION(no_mac_bytes, r->mac.compared_len = 0)
MUTATION(swapped_mac, r->mac.also_takes_swapped = true)
MUTATION(bare_mac, r->mac.also_takes_bare = true)
MUTATION(constant_version, r->mac.has_received_version = false)
MUTATION(any_padding, r->parsing.padding = PADDING_ANY_LENGTH)
MUTATION(last_byte_padding, r->parsing.padding = PADDING_LAST_BYTE)
MUTATION(kept_padding, r->parsing.padding = PADDING_KEPT_WHEN_BAD)
MUTATION(one_more_skip, r->ratchet.max_skip = 2001)
MUTATION(one_less_skip, r->ratchet.max_skip = 1999)
MUTATION(needs_previous, r->parsing.needs_previous_counter = true)
MUTATION(low_nibble, r->parsing.refuses_newer_low_nibble = true)
MUTATION(low_order, r->ratchet.refuses_low_order = false)
MUTATION(keeps_keys, r->replay.deletes_keys = false)
MUTATION(keeps_skipped, r->replay.deletes_skipped_keys = false)
MUTATION(before_mac, r->storage.stores_before_mac = true)
MUTATION(bad_padding_spends, r->storage.stores_on_bad_padding = true)
MUTATION(reflected_drops, r->storage.damage.reflected_drops_session = true)
MUTATION(any_drops, r->storage.damage.drops_session = 1u << REFUSAL_AUTHENTICATION)
MUTATION(takes_reflected, r->replay.opens_reflected = true)
MUTATION(closes_chain, r->ratchet.receiver_chains_max = 1)
MUTATION(never_turns, r->ratchet.new_key = RATCHET_KEY_NEVER)
MUTATION(turns_late, r->ratchet.new_key = RATCHET_KEY_ONE_LATE)
MUTATION(keeps_prekey, r->handshake.deletes_one_time_prekey = DELETE_NEVER)
MUTATION(spends_prekey, r->handshake.deletes_one_time_prekey = DELETE_BEFORE_AUTHENTICATION)
MUTATION(unknown_absent, r->handshake.unknown_one_time_prekey = UNKNOWN_PREKEY_IS_ABSENT)
MUTATION(takes_no_dh4, r->handshake.also_takes = DERIVATION_WITHOUT_DH4)
MUTATION(takes_no_block, r->handshake.also_takes = DERIVATION_WITHOUT_BLOCK)
MUTATION(no_signature_check, r->signature.is_checked = false)
MUTATION(signature_optional, r->signature.is_required = false)
MUTATION(signature_cut, r->signature.has_exact_length = false)
MUTATION(any_identity, r->identity.accepts_new = true)
MUTATION(pins_early, r->identity.pins_before_authentication = true)
MUTATION(redirects, r->storage.redirects_before_mac = true)
MUTATION(no_archive, r->storage.archived_max = 0)
MUTATION(tries_current_only, r->storage.tries_archived = false)
MUTATION(gives_twice, r->handshake.gives_prekey_once = false)
MUTATION(same_prekey, r->handshake.renews_prekey_key = false)
MUTATION(same_base_key, r->handshake.base_key = BASE_KEY_OF_PARTY)
MUTATION(identity_as_base_key, r->handshake.base_key = BASE_KEY_OF_IDENTITY)
MUTATION(header_once, r->handshake.header = HEADER_ONCE)

static const struct row rows[] = {
    {"no MAC check", no_mac, refuses_zero_mac},
    {"zero MAC taken", zero_mac, refuses_zero_mac},
    {"no byte of the MAC compared", no_mac_bytes, refuses_zero_mac},
    {"MAC with swapped identities taken", swapped_mac, refuses_swapped_mac},
    {"MAC without identities taken", bare_mac, refuses_bare_mac},
    {"constant version in the MAC", constant_version, refuses_constant_version},
    {"padding of any length", any_padding, refuses_padding_over_block},
    {"padding's last byte believed", last_byte_padding, refuses_inconsistent_padding},
    {"bad padding is plaintext", kept_padding, refuses_padding_none},
    {"one skip more", one_more_skip, refuses_jump_2001},
    {"one skip less", one_less_skip, takes_jump_2000},
    {"previous counter required", needs_previous, takes_previous_counter_absent},
    {"low nibble above 3 refused", low_nibble, takes_low_nibble_4},
    {"low-order ratchet keys taken", low_order, refuses_low_order},
    {"message keys kept", keeps_keys, refuses_replay},
    {"skipped keys kept", keeps_skipped, refuses_replay_of_skipped},
    {"state stored before the MAC", before_mac, genuine_opens_after_forged},
    {"bad padding spends the key", bad_padding_spends, genuine_opens_after_bad_padding},
    {"reflected message drops session", reflected_drops, reflected_leaves_session},
    {"forged message drops session", any_drops, genuine_opens_after_forged},
    {"own messages open", takes_reflected, refuses_reflected},
    {"one receiving chain", closes_chain, last_of_a_chain_opens},
    {"ratchet never turns", never_turns, turns_each_time},
    {"ratchet turns one message late", turns_late, turns_each_time},
    {"one-time prekey kept", keeps_prekey, refuses_second_use_of_prekey},
    {"one-time prekey spent early", spends_prekey, forged_first_message_leaves_prekey},
    {"unknown prekey is absent", unknown_absent, refuses_unknown_prekey},
    {"missing DH4 taken", takes_no_dh4, refuses_omitted_dh4},
    {"missing block taken", takes_no_block, refuses_no_block},
    {"no signature check", no_signature_check, refuses_wrong_signature},
    {"signature optional", signature_optional, refuses_no_signature},
    {"signature cut to length", signature_cut, refuses_long_signature},
    {"any identity", any_identity, refuses_new_identity},
    {"pins before authentication", pins_early, forged_identity_is_not_pinned},
    {"redirects before the MAC", redirects, forged_first_message_does_not_redirect},
    {"no archived sessions", no_archive, archived_session_opens},
    {"only the current session tried", tries_current_only, archived_session_opens},
    {"prekey given twice", gives_twice, gives_each_prekey_once},
    {"one key for all prekeys", same_prekey, gives_each_prekey_once},
    {"one base key", same_base_key, base_keys_differ},
    {"identity as base key", identity_as_base_key, base_keys_differ},
    {"header once", header_once, repeats_header},
};

static bool run(const struct row *row, const struct rules *rules)
{
    struct conversation w;

    actor_init(&w.alice, ALICE, "alice", NULL, NULL);
    actor_init(&w.bob, BOB, "bob", rules, NULL);
    bool honest = row->is_honest(&w);
    actor_fini(&w.alice);
    actor_fini(&w.bob);
    return honest;
}

/* The experiment tells the honest party and the flawed one apart, and honest talk goes on between
 * them. */
static void one_rule(void **state)
{
    const struct row *row = *state;
    struct rules rules = *rules_honest();
    struct conversation w;

    row->mutation(&rules);
    assert_true(run(row, rules_honest()));
    assert_false(run(row, &rules));
    actor_init(&w.alice, ALICE, "alice", NULL, NULL);
    actor_init(&w.bob, BOB, "bob", &rules, NULL);
    establish(&w.alice, &w.bob);
    for (unsigned i = 0; i < 6; i++)
        say(i % 2 ? &w.alice : &w.bob, i % 2 ? &w.bob : &w.alice, "honest talk");
    actor_fini(&w.alice);
    actor_fini(&w.bob);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, name, one_rule);
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
