/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signal v4: two parties of ours, PQXDH and the Triple Ratchet. */
#include "cipher/signal/store.h"
#include "cipher/signal4/signal4.h"
#include "help.h"
#include "support/rows.h"

#include <string.h>

#define N_STATES (BRAID_CT2_SAMPLED + 1u)

struct fixture {
    struct actor alice, bob;
};

static void set_up(struct fixture *f)
{
    actor_init(&f->alice, ALICE, "alice", rules_honest_v4(), NULL);
    actor_init(&f->bob, BOB, "bob", rules_honest_v4(), NULL);
}

static void tear_down(struct fixture *f)
{
    actor_fini(&f->alice);
    actor_fini(&f->bob);
}

static struct spqr *spqr_of(const struct actor *a, const struct actor *peer)
{
    const struct record *r = store_find(a->party, peer->address);
    assert_non_null(r);
    assert_true(r->current && r->current->pq && r->current->pq->has_spqr);
    return &r->current->pq->spqr;
}

static uint64_t newest_epoch(const struct actor *a, const struct actor *peer)
{
    const struct spqr_chain *chain = &spqr_of(a, peer)->chain;
    return chain->epochs[chain->n_epochs - 1].number;
}

/* The party as it comes back from what it saved. */
static void restart(struct actor *a)
{
    struct buffer saved;
    struct party *loaded;
    save(a, &saved);
    assert_int_equal(party_load(buffer_bytes(&saved), &a->random, rules_honest_v4(), &loaded), OK);
    party_free(a->party);
    a->party = loaded;
    buffer_fini(&saved);
}

static void first_messages_open(void **state)
{
    (void)state;
    for (int with = 0; with < 2; with++) {
        struct fixture f;
        set_up(&f);
        start(&f.alice, &f.bob, with, NULL);
        say(&f.alice, &f.bob, "first");
        say(&f.alice, &f.bob, "second");
        say(&f.bob, &f.alice, "answer");
        say(&f.alice, &f.bob, "third");
        tear_down(&f);
    }
}

static void strict_alternation_takes_87_turns_an_epoch(void **state)
{
    struct fixture f;
    unsigned turns = 0;
    (void)state;
    set_up(&f);
    start(&f.alice, &f.bob, true, NULL);
    for (uint64_t epoch = 1; epoch <= 6; epoch++) {
        while (newest_epoch(&f.alice, &f.bob) < epoch ||
               (turns > 0 && newest_epoch(&f.bob, &f.alice) < epoch)) {
            say(turns % 2 ? &f.bob : &f.alice, turns % 2 ? &f.alice : &f.bob, "turn");
            turns++;
        }
        assert_int_equal(turns, 87 * epoch - 1);
    }
    tear_down(&f);
}

/* Both are saved and loaded after each message; every state is passed through so. */
static void goes_on_after_a_restart_in_each_state(void **state)
{
    struct fixture f;
    bool seen[N_STATES] = {false};
    (void)state;
    set_up(&f);
    start(&f.alice, &f.bob, true, NULL);
    for (unsigned turn = 0; turn < 2 * 87 + 10; turn++) {
        struct actor *from = turn % 2 ? &f.bob : &f.alice, *to = turn % 2 ? &f.alice : &f.bob;
        struct sealed lost;
        if (turn % 4 == 0 && turn < 87) /* so that ek is whole before ct1 */
            say(from, to, "one more");
        if (turn % 5 == 4) {
            seal(from, to, "lost", NULL, &lost);
            sealed_fini(&lost);
        }
        seen[spqr_of(from, to)->braid.state] = turn > 0;
        restart(from);
        say(from, to, "turn");
        seen[spqr_of(from, to)->braid.state] = true;
        restart(to);
        seen[spqr_of(to, from)->braid.state] = true;
    }
    for (unsigned i = 0; i < N_STATES; i++)
        if (!seen[i])
            fail_msg("state %u was not passed through", i);
    tear_down(&f);
}

static void saved_again_is_the_same(void **state)
{
    struct fixture f;
    struct buffer before, after;
    (void)state;
    set_up(&f);
    start(&f.alice, &f.bob, true, NULL);
    for (int i = 0; i < 50; i++) {
        say(&f.alice, &f.bob, "there");
        say(&f.bob, &f.alice, "and back");
    }
    for (int i = 0; i < 2; i++) {
        save(i ? &f.bob : &f.alice, &before);
        restart(i ? &f.bob : &f.alice);
        save(i ? &f.bob : &f.alice, &after);
        assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
        buffer_fini(&before);
        buffer_fini(&after);
    }
    tear_down(&f);
}

/* Nothing shorter, and no other version's, is taken for a saved party. */
static void cut_and_foreign_states_are_refused(void **state)
{
    struct fixture f;
    struct buffer saved;
    struct party *loaded;
    (void)state;
    set_up(&f);
    establish(&f.alice, &f.bob);
    save(&f.bob, &saved);
    for (size_t len = 0; len < saved.len; len += 1 + len / 50)
        assert_int_equal(
            party_load(bytes_of(saved.data, len), &f.bob.random, rules_honest_v4(), &loaded),
            E_PARSE);
    assert_int_equal(party_load(buffer_bytes(&saved), &f.bob.random, NULL, &loaded), E_PARSE);
    buffer_fini(&saved);
    tear_down(&f);
}

/* A copy of |of| with the post-quantum secrets that |other| has. */
static void split(const struct actor *of, const struct actor *other, struct actor *out)
{
    struct buffer saved;
    struct party *from;
    *out = *of;
    save(other, &saved);
    assert_int_equal(party_load(buffer_bytes(&saved), &out->random, rules_honest_v4(), &from), OK);
    buffer_fini(&saved);
    save(of, &saved);
    assert_int_equal(party_load(buffer_bytes(&saved), &out->random, rules_honest_v4(), &out->party),
                     OK);
    buffer_fini(&saved);
    party_take_post_quantum(out->party, from);
    party_free(from);
}

/* The elliptic half of a state opens nothing: not a first message, nor a later one. */
static void elliptic_secrets_alone_open_nothing(void **state)
{
    struct fixture f;
    struct actor stranger, thief;
    struct sealed s;
    (void)state;
    set_up(&f);
    actor_init(&stranger, CAROL, "carol", rules_honest_v4(), NULL);
    start(&f.alice, &f.bob, true, NULL);
    for (int later = 0; later < 2; later++) {
        seal(&f.alice, &f.bob, "secret", NULL, &s);
        split(&f.bob, &stranger, &thief);
        assert_int_not_equal(open_as(&thief, ALICE, &s, "secret"), REFUSAL_NONE);
        party_free(thief.party);
        split(&f.bob, &f.bob, &thief);
        assert_int_equal(open_as(&thief, ALICE, &s, "secret"), REFUSAL_NONE);
        party_free(thief.party);
        assert_int_equal(open_as(&f.bob, ALICE, &s, "secret"), REFUSAL_NONE);
        sealed_fini(&s);
        for (int i = 0; i < 50; i++) {
            say(&f.bob, &f.alice, "there");
            say(&f.alice, &f.bob, "and back");
        }
    }
    actor_fini(&stranger);
    tear_down(&f);
}

/* ---- what is refused, and leaves no trace */

struct refused {
    const char *what;
    const char *start, *seal;
    bool is_late; /* after an answer; else a first message */
    enum refusal why;
};

static const struct refused refused[] = {
    {"the KEM's secret left out", "no-kem-secret", NULL, false, REFUSAL_AUTHENTICATION},
    {"the KEM's secret first", "kem-secret-first", NULL, false, REFUSAL_AUTHENTICATION},
    {"another's KEM key", "kem-other-key", NULL, false, REFUSAL_AUTHENTICATION},
    {"X3DH", "no-kem", NULL, false, REFUSAL_MALFORMED},
    {"an unknown KEM prekey", NULL, "kem-prekey-id:4711", false, REFUSAL_UNKNOWN_PREKEY},
    {"no KEM prekey's id", NULL, "omit-kem-prekey-id", false, REFUSAL_MALFORMED},
    {"no KEM ciphertext", NULL, "omit-kem-ciphertext", false, REFUSAL_MALFORMED},
    {"the version of v3", NULL, "version:51", false, REFUSAL_VERSION},
    {"a base key of small order", "base-key:low-order-3", NULL, false, REFUSAL_INVALID_KEY},
    {"a base key with a point of order 2 added", "base-key:torsion", NULL, false,
     REFUSAL_INVALID_KEY},
    {"a base key with bit 255", "base-key:high-bit", NULL, false, REFUSAL_INVALID_KEY},
    {"field 5 stripped from a first message", NULL, "spqr-stripped", false, REFUSAL_VERSION},
    {"field 5 stripped", NULL, "spqr-stripped", true, REFUSAL_VERSION},
    {"field 5 and its key left out", NULL, "spqr-absent", true, REFUSAL_VERSION},
    {"the elliptic keys alone", NULL, "spqr-unsalted", true, REFUSAL_AUTHENTICATION},
    {"the other direction's key", NULL, "spqr-receiving", true, REFUSAL_AUTHENTICATION},
    {"version 0", NULL, "spqr-version:0", true, REFUSAL_VERSION},
    {"version 0 under the elliptic keys alone", NULL, "spqr-unsalted,spqr-version:0", true,
     REFUSAL_VERSION},
    {"version 2 under the elliptic keys alone", NULL, "spqr-unsalted,spqr-version:2", true,
     REFUSAL_VERSION},
    {"version 2", NULL, "spqr-version:2", true, REFUSAL_VERSION},
    {"epoch 0", NULL, "spqr-epoch:0", true, REFUSAL_VERSION},
    {"an epoch that cannot be yet", NULL, "spqr-epoch:2", true, REFUSAL_TOO_FAR},
    {"an unknown type", NULL, "spqr-type:7", true, REFUSAL_VERSION},
    {"an index given already", NULL, "spqr-index:1", true, REFUSAL_DUPLICATE},
    {"an index too far", NULL, "spqr-index:25003", true, REFUSAL_TOO_FAR},
};

static void is_refused(void **state)
{
    const struct refused *row = *state;
    struct fixture f;
    struct sealed s;
    set_up(&f);
    start(&f.alice, &f.bob, true, row->start);
    if (row->is_late) {
        say(&f.alice, &f.bob, "hello");
        say(&f.bob, &f.alice, "hello to you");
    }
    seal(&f.alice, &f.bob, "this is refused", row->seal, &s);
    assert_int_equal(refuse_unchanged(&f.bob, ALICE, s.kind, buffer_bytes(&s.body)), row->why);
    if (!row->start)
        say(&f.alice, &f.bob, "genuine");
    sealed_fini(&s);
    tear_down(&f);
}

/* As the deployed library does: epoch 1, index 0 is "no key" at any time. */
static void no_key_opens_at_any_time(void **state)
{
    struct fixture f;
    struct sealed s;
    (void)state;
    set_up(&f);
    establish(&f.alice, &f.bob);
    for (int i = 0; i < 100; i++) {
        say(&f.alice, &f.bob, "there");
        say(&f.bob, &f.alice, "and back");
    }
    seal(&f.alice, &f.bob, "without a key", "spqr-no-key", &s);
    assert_int_equal(open_as(&f.bob, ALICE, &s, "without a key"), REFUSAL_NONE);
    sealed_fini(&s);
    tear_down(&f);
}

/* ---- prekeys */

/* A one-time KEM prekey serves once; a last-resort one each base key once. */
static void a_first_message_opens_once(void **state)
{
    (void)state;
    for (int with = 0; with < 2; with++) {
        struct fixture f;
        struct sealed s;
        set_up(&f);
        start(&f.alice, &f.bob, with, NULL);
        seal(&f.alice, &f.bob, "once", NULL, &s);
        assert_int_equal(open_as(&f.bob, ALICE, &s, "once"), REFUSAL_NONE);
        assert_int_equal(open_as(&f.bob, ALICE, &s, "once"), REFUSAL_DUPLICATE);
        party_forget(f.bob.party, ALICE);
        restart(&f.bob);
        assert_int_equal(open_as(&f.bob, ALICE, &s, "once"),
                         with ? REFUSAL_UNKNOWN_PREKEY : REFUSAL_DUPLICATE);
        sealed_fini(&s);
        tear_down(&f);
    }
}

static enum refusal start_changed(struct fixture *f, void (*change)(struct signal_bundle *b))
{
    struct buffer bundle, changed;
    struct signal_bundle b;
    enum refusal why;
    publish(&f->bob, true, &bundle);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&bundle), &b), OK);
    change(&b);
    buffer_init(&changed, 4096);
    assert_int_equal(signal_bundle_encode(&b, &changed), OK);
    enum status st = party_start(f->alice.party, BOB, buffer_bytes(&changed), NULL, &why);
    assert_int_equal(st, why ? E_CRYPTO : OK);
    buffer_fini(&bundle);
    buffer_fini(&changed);
    return why;
}

static void without_kem(struct signal_bundle *b) { b->has_kem_prekey = false; }
static void with_other_signature(struct signal_bundle *b) { b->kem_signature = b->signature; }
static void without_signature(struct signal_bundle *b) { b->kem_signature.len = 0; }
static void with_short_key(struct signal_bundle *b) { b->kem_prekey.len--; }
static void with_curve_key(struct signal_bundle *b) { b->kem_prekey = b->signed_prekey; }
static void as_it_is(struct signal_bundle *b) { (void)b; }

static void a_bundle_must_have_a_signed_kem_key(void **state)
{
    static const struct {
        void (*change)(struct signal_bundle *b);
        enum refusal why;
    } rows[] = {
        {without_kem, REFUSAL_MALFORMED},
        {with_other_signature, REFUSAL_PREKEY_SIGNATURE},
        {without_signature, REFUSAL_PREKEY_SIGNATURE},
        {with_short_key, REFUSAL_INVALID_KEY},
        {with_curve_key, REFUSAL_INVALID_KEY},
        {as_it_is, REFUSAL_NONE},
    };
    struct fixture f;
    (void)state;
    set_up(&f);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(start_changed(&f, rows[i].change), rows[i].why);
    tear_down(&f);
}

/* What a bent bundle is refused for when its maker signed it so. */
static enum refusal start_signed(struct fixture *f, void (*change)(struct signal_bundle *b))
{
    struct buffer bundle, changed, signed_again;
    struct signal_bundle b;
    enum refusal why;
    publish(&f->bob, true, &bundle);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&bundle), &b), OK);
    change(&b);
    buffer_init(&changed, 4096);
    buffer_init(&signed_again, 4096);
    assert_int_equal(signal_bundle_encode(&b, &changed), OK);
    assert_int_equal(party_sign_bundle(f->bob.party, buffer_bytes(&changed), &signed_again), OK);
    enum status st = party_start(f->alice.party, BOB, buffer_bytes(&signed_again), NULL, &why);
    assert_int_equal(st, why ? E_CRYPTO : OK);
    buffer_fini(&bundle);
    buffer_fini(&changed);
    buffer_fini(&signed_again);
    return why;
}

static void a_signature_made_again_is_right(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    assert_int_equal(start_signed(&f, with_other_signature), REFUSAL_NONE);
    assert_int_equal(start_signed(&f, without_signature), REFUSAL_NONE);
    assert_int_equal(start_signed(&f, with_short_key), REFUSAL_INVALID_KEY);
    tear_down(&f);
}

static void a_signature_over_bare_keys_is_refused(void **state)
{
    const struct publish_options options = {.signer = SIGNER_IDENTITY_BARE};
    struct fixture f;
    struct buffer bundle;
    enum refusal why;
    (void)state;
    set_up(&f);
    buffer_init(&bundle, 4096);
    assert_int_equal(party_publish(f.bob.party, &options, &bundle), OK);
    assert_int_equal(party_start(f.alice.party, BOB, buffer_bytes(&bundle), NULL, &why), E_CRYPTO);
    assert_int_equal(why, REFUSAL_PREKEY_SIGNATURE);
    buffer_fini(&bundle);
    tear_down(&f);
}

/* The word no-kem, with the version byte of v3: a party of v3 opens it. */
static void without_a_kem_a_first_message_is_one_of_x3dh(void **state)
{
    struct fixture f;
    struct sealed s;
    (void)state;
    set_up(&f);
    start(&f.alice, &f.bob, true, "no-kem");
    seal(&f.alice, &f.bob, "of X3DH", "version:51", &s);
    f.bob.party->rules = rules_honest();
    assert_int_equal(open_as(&f.bob, ALICE, &s, "of X3DH"), REFUSAL_NONE);
    sealed_fini(&s);
    tear_down(&f);
}

/* ---- addresses */

static void addresses_are_compared_where_both_are_service_ids(void **state)
{
    static const struct address account = {"9D0652A3-DCC3-4D11-975F-74D61598733F", 1},
                                phone = {"PNI:796abedb-ca4e-4f18-8803-1fde5b921f9f", 2};
    struct fixture f;
    struct sealed s;
    (void)state;
    actor_init(&f.alice, account, "alice", rules_honest_v4(), NULL);
    actor_init(&f.bob, phone, "bob", rules_honest_v4(), NULL);
    start(&f.alice, &f.bob, true, NULL);
    seal(&f.alice, &f.bob, "addressed", NULL, &s);
    assert_int_equal(open_as(&f.bob, ALICE, &s, "addressed"), REFUSAL_AUTHENTICATION);
    assert_int_equal(open_as(&f.bob, account, &s, "addressed"), REFUSAL_NONE);
    sealed_fini(&s);
    tear_down(&f);
}

/* ---- bounds and order */

/* 24,999 passed over open, 25,000 do not: the index of a fresh epoch begins at 1. */
static void the_bound_on_jumps(void **state)
{
    struct fixture f;
    struct sealed s;
    (void)state;
    set_up(&f);
    establish(&f.alice, &f.bob);
    seal(&f.alice, &f.bob, "too far", "counter:25000,spqr-index:25002", &s);
    assert_int_equal(open_as(&f.bob, ALICE, &s, "too far"), REFUSAL_TOO_FAR);
    sealed_fini(&s);
    seal(&f.alice, &f.bob, "far", "counter:24999,spqr-index:25001", &s);
    assert_int_equal(open_as(&f.bob, ALICE, &s, "far"), REFUSAL_NONE);
    sealed_fini(&s);
    tear_down(&f);
}

/* A session with another device of one's own has none; one with another name under the same
 * identity has. */
static void the_bound_falls_with_oneself_only(void **state)
{
    const struct address other_device = {ALICE.name, 2};
    struct actor alice, twin, namesake;
    struct party_keys keys = {.registration_id = 7};
    (void)state;
    actor_init(&alice, ALICE, "alice", rules_honest_v4(), NULL);
    memcpy(keys.identity_private, party_identity_private(alice.party).data, 32);
    memcpy(keys.identity_public, party_identity_public(alice.party).data, SIGNAL_KEY_LEN);
    actor_init(&twin, BOB, "twin", rules_honest_v4(), &keys);
    actor_init(&namesake, other_device, "namesake", rules_honest_v4(), &keys);
    establish(&alice, &twin);
    establish(&alice, &namesake);
    assert_true(spqr_of(&alice, &twin)->has_bound && spqr_of(&twin, &alice)->has_bound);
    assert_false(spqr_of(&alice, &namesake)->has_bound || spqr_of(&namesake, &alice)->has_bound);
    actor_fini(&alice);
    actor_fini(&twin);
    actor_fini(&namesake);
}

#define N_LATE 40

/* Messages of many chains and two epochs, opened backwards, each once. */
static void late_messages_open_once(void **state)
{
    struct fixture f;
    struct sealed late[N_LATE];
    (void)state;
    set_up(&f);
    establish(&f.alice, &f.bob);
    for (int i = 0; i < N_LATE; i++) {
        seal(&f.alice, &f.bob, "late", NULL, &late[i]);
        if (i % 10 != 9)
            continue;
        say(&f.bob, &f.alice, "and back");
        for (int k = 0; i == 29 && k < 60; k++) {
            say(&f.alice, &f.bob, "there");
            say(&f.bob, &f.alice, "and back");
        }
    }
    /* of the first three chains the elliptic keys are gone: five are kept */
    for (int i = N_LATE; i-- > 30;) {
        assert_int_equal(open_as(&f.bob, ALICE, &late[i], "late"), REFUSAL_NONE);
        assert_int_equal(open_as(&f.bob, ALICE, &late[i], "late"), REFUSAL_DUPLICATE);
    }
    for (int i = 0; i < N_LATE; i++)
        sealed_fini(&late[i]);
    tear_down(&f);
}

static void words_are_those_of_v3_and_more(void **state)
{
    const struct word *word;
    unsigned n = 0;
    (void)state;
    while ((word = word_at(&signal_words, n + 1)))
        assert_string_equal(word->name, word_at(&signal4_words, ++n)->name);
    assert_non_null(word_at(&signal4_words, n + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_messages_open),
        cmocka_unit_test(strict_alternation_takes_87_turns_an_epoch),
        cmocka_unit_test(goes_on_after_a_restart_in_each_state),
        cmocka_unit_test(saved_again_is_the_same),
        cmocka_unit_test(cut_and_foreign_states_are_refused),
        cmocka_unit_test(elliptic_secrets_alone_open_nothing),
        cmocka_unit_test(no_key_opens_at_any_time),
        cmocka_unit_test(a_first_message_opens_once),
        cmocka_unit_test(a_bundle_must_have_a_signed_kem_key),
        cmocka_unit_test(a_signature_made_again_is_right),
        cmocka_unit_test(a_signature_over_bare_keys_is_refused),
        cmocka_unit_test(without_a_kem_a_first_message_is_one_of_x3dh),
        cmocka_unit_test(addresses_are_compared_where_both_are_service_ids),
        cmocka_unit_test(the_bound_on_jumps),
        cmocka_unit_test(the_bound_falls_with_oneself_only),
        cmocka_unit_test(late_messages_open_once),
        cmocka_unit_test(words_are_those_of_v3_and_more),
    };
    struct CMUnitTest rows[COUNT(refused)];
    size_t n = 0;
    ADD_ROWS(rows, n, refused, what, is_refused);
    int failed = cmocka_run_group_tests_name("Signal v4", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("Signal v4 refuses", rows, NULL, NULL);
}
