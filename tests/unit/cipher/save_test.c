/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A saved party is the whole party. */
#include "help.h"

#include "cipher/signal/store.h"
#include "support/rows.h"

#include <string.h>

struct fixture {
    struct actor alice, bob;
    struct sealed skipped, old_chain;
};

/* Parties with everything in them: archived sessions, old chains, skipped keys, groups, prekeys. */
static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));
    struct sealed s;
    enum refusal why;

    actor_init(&f->alice, ALICE, "alice", NULL, NULL);
    actor_init(&f->bob, BOB, "bob", NULL, NULL);
    establish(&f->alice, &f->bob);
    establish(&f->alice, &f->bob);
    seal(&f->alice, &f->bob, "old chain", NULL, &f->old_chain);
    say(&f->alice, &f->bob, "one");
    say(&f->bob, &f->alice, "turn");
    seal(&f->alice, &f->bob, "skipped", NULL, &f->skipped);
    say(&f->alice, &f->bob, "two");
    sealed_init(&s);
    assert_int_equal(party_distribute(f->alice.party, "friends", false, NULL, &s), OK);
    assert_int_equal(party_absorb(f->bob.party, "friends", ALICE, buffer_bytes(&s.body), &why), OK);
    sealed_fini(&s);
    start(&f->bob, &f->alice, true, NULL);
    struct buffer bundle;
    publish(&f->bob, true, &bundle);
    buffer_fini(&bundle);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    sealed_fini(&f->skipped);
    sealed_fini(&f->old_chain);
    actor_fini(&f->alice);
    actor_fini(&f->bob);
    test_free(f);
    return 0;
}

/* Save |a| and put the loaded copy in its place. */
static void restore(struct actor *a, const struct rules *rules)
{
    struct buffer state;
    struct party *loaded;

    save(a, &state);
    assert_int_equal(party_load(buffer_bytes(&state), &a->random, rules, &loaded), OK);
    party_free(a->party);
    a->party = loaded;
    buffer_fini(&state);
}

static void saved_again_is_the_same(void **state)
{
    struct fixture *f = *state;
    struct buffer before, after;

    save(&f->bob, &before);
    restore(&f->bob, NULL);
    save(&f->bob, &after);
    assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
    buffer_fini(&before);
    buffer_fini(&after);
}

static void goes_on_after_load(void **state)
{
    struct fixture *f = *state;

    restore(&f->alice, NULL);
    restore(&f->bob, NULL);
    assert_int_equal(open_as(&f->bob, ALICE, &f->skipped, "skipped"), REFUSAL_NONE);
    assert_int_equal(open_as(&f->bob, ALICE, &f->old_chain, "old chain"), REFUSAL_NONE);
    assert_int_equal(open_as(&f->bob, ALICE, &f->skipped, "skipped"), REFUSAL_DUPLICATE);
    say(&f->alice, &f->bob, "three");
    say(&f->bob, &f->alice, "four");
}

/* Every truncation is refused, and whatever byte is changed nothing but a refusal or a party comes
 * of it. */
static void wrong_bytes(void **state)
{
    struct fixture *f = *state;
    struct random random = f->bob.random;
    struct party *loaded;
    struct buffer saved;

    save(&f->bob, &saved);
    for (size_t len = 0; len < saved.len; len++) {
        assert_int_equal(party_load(bytes_of(saved.data, len), &random, NULL, &loaded), E_PARSE);
        assert_null(loaded);
    }
    for (size_t at = 0; at < saved.len; at++) {
        saved.data[at] ^= 0xff;
        if (party_load(buffer_bytes(&saved), &random, NULL, &loaded) == OK)
            party_free(loaded);
        saved.data[at] ^= 0xff;
    }
    assert_int_equal(buffer_append_byte(&saved, 0), OK);
    assert_int_equal(party_load(buffer_bytes(&saved), &random, NULL, &loaded), E_PARSE);
    buffer_fini(&saved);
}

/* ---- a loaded party writes the very bytes the saved one would have written */

/* What |p| writes next, one after the other: bundles, messages plain and bent, of a group. */
static void write_much(struct party *p, struct address peer, struct buffer *out)
{
    static const char *const mutations[] = {
        NULL,        "ratchet-key:stale",        "ratchet-key:high-bit", "ratchet-key:earlier",
        "counter:0", "ratchet-key:own-identity", "always-prekey-message"};
    struct publish_options options = {.without_one_time_prekey = false};
    struct sealed s;
    struct mutation mutation;
    enum refusal why;

    sealed_init(&s);
    assert_int_equal(party_publish(p, &options, out), OK);
    for (size_t i = 0; i < COUNT(mutations); i++) {
        memset(&mutation, 0, sizeof(mutation));
        if (mutations[i])
            assert_true(mutation_parse(&signal_words, mutations[i], &mutation));
        assert_int_equal(party_seal(p, peer, bytes_of_text("the same"), &mutation, &s, &why), OK);
        assert_int_equal(buffer_append(out, buffer_bytes(&s.body)), OK);
    }
    assert_int_equal(party_distribute(p, "friends", false, NULL, &s), OK);
    assert_int_equal(buffer_append(out, buffer_bytes(&s.body)), OK);
    assert_int_equal(party_seal_group(p, "friends", bytes_of_text("all"), NULL, &s, &why), OK);
    assert_int_equal(buffer_append(out, buffer_bytes(&s.body)), OK);
    sealed_fini(&s);
}

static void writes_the_same(struct actor *a, struct address peer)
{
    struct random random = a->random;
    struct buffer saved, by_original, by_copy;
    struct party *copy;

    save(a, &saved);
    assert_int_equal(party_load(buffer_bytes(&saved), &random, NULL, &copy), OK);
    buffer_init(&by_original, 1u << 20);
    buffer_init(&by_copy, 1u << 20);
    write_much(a->party, peer, &by_original);
    write_much(copy, peer, &by_copy);
    assert_true(bytes_equal(buffer_bytes(&by_original), buffer_bytes(&by_copy)));
    party_free(copy);
    buffer_fini(&saved);
    buffer_fini(&by_original);
    buffer_fini(&by_copy);
}

/* With a session that has turned its ratchet. */
static void turned_session_writes_the_same(void **state)
{
    struct fixture *f = *state;

    say(&f->alice, &f->bob, "two in this chain");
    say(&f->bob, &f->alice, "turn");
    writes_the_same(&f->alice, BOB);
}

/* With a session just started, whose messages carry the header. */
static void fresh_session_writes_the_same(void **state)
{
    struct fixture *f = *state;

    writes_the_same(&f->bob, ALICE);
}

/* And the same base key for a bend that asks for the one before. */
static void reused_base_key_is_saved(void **state)
{
    struct fixture *f = *state;
    struct sealed before, after;

    seal(&f->bob, &f->alice, "x", NULL, &before);
    restore(&f->bob, NULL);
    start(&f->bob, &f->alice, true, "reuse-base-key");
    seal(&f->bob, &f->alice, "x", NULL, &after);
    struct prekey_message first, second;
    assert_int_equal(prekey_message_decode(buffer_bytes(&before.body), &first), OK);
    assert_int_equal(prekey_message_decode(buffer_bytes(&after.body), &second), OK);
    assert_true(bytes_equal(first.base_key, second.base_key));
    sealed_fini(&before);
    sealed_fini(&after);
}

/* ---- every member, also those that only bent rules ever set */

/* Give each member of what |p| keeps a value it does not start with. */
static void set_every_member(struct party *p)
{
    static const uint8_t seed[32] = {9};
    struct record *r = p->records[0];
    struct session *s = r->archived[0];

    p->next_signed_prekey_id = 77;
    p->one_time_prekeys.items[0].is_used = true;
    p->one_time_prekeys.items[0].pair.is_degenerate = true;
    s->number = 99;
    s->is_initiator = !s->is_initiator;
    s->is_acknowledged = !s->is_acknowledged;
    s->turns = 98;
    s->remote_registration_id = 97;
    s->pending.n_sent = 96;
    s->pending.registration_id = 95;
    s->sender.turn_due = TURN_AFTER_NEXT_SEAL;
    s->chains[0].is_own = s->chains[0].is_closed = true;
    s->chains[0].closed_at = 94;
    assert_int_equal(stored_keys_reserve(&s->chains[0].chain.used, 1), OK);
    stored_keys_put(&s->chains[0].chain.used, 93, seed);
    assert_int_equal(stored_keys_reserve(&s->chains[0].chain.skipped, 1), OK);
    stored_keys_put(&s->chains[0].chain.skipped, 92, seed);
    p->groups.items[0]->states[0].start = 91;
    p->groups.items[0]->states[0].start_key[0] = 90;
    p->groups.items[0]->states[0].has_private = true;
}

static void same_stored_keys(const struct stored_keys *a, const struct stored_keys *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_int_equal(a->keys[i].counter, b->keys[i].counter);
        assert_memory_equal(a->keys[i].seed, b->keys[i].seed, 32);
    }
}

static void same_chain(const struct chain *a, const struct chain *b)
{
    assert_memory_equal(a->key, b->key, 32);
    assert_int_equal(a->index, b->index);
    same_stored_keys(&a->skipped, &b->skipped);
    same_stored_keys(&a->used, &b->used);
}

static void same_session(const struct session *a, const struct session *b)
{
    struct session x = *a, y = *b;

    assert_int_equal(a->n_chains, b->n_chains);
    for (size_t i = 0; i < a->n_chains; i++) {
        assert_memory_equal(a->chains[i].ratchet_key, b->chains[i].ratchet_key, SIGNAL_KEY_LEN);
        assert_int_equal(a->chains[i].is_own, b->chains[i].is_own);
        assert_int_equal(a->chains[i].is_closed, b->chains[i].is_closed);
        assert_int_equal(a->chains[i].closed_at, b->chains[i].closed_at);
        same_chain(&a->chains[i].chain, &b->chains[i].chain);
    }
    x.chains = y.chains = NULL;
    x.chains_cap = y.chains_cap = 0;
    assert_memory_equal(&x, &y, sizeof(x));
}

static void same_prekeys(const struct prekeys *a, const struct prekeys *b)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->items, b->items, a->count * sizeof(*a->items));
}

static void same_record(const struct record *a, const struct record *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->device, b->device);
    assert_int_equal(a->is_pinned, b->is_pinned);
    assert_memory_equal(a->identity, b->identity, SIGNAL_KEY_LEN);
    same_session(a->current, b->current);
    assert_int_equal(a->n_archived, b->n_archived);
    for (size_t i = 0; i < a->n_archived; i++)
        same_session(a->archived[i], b->archived[i]);
}

static void same_group(const struct group_record *a, const struct group_record *b)
{
    assert_string_equal(a->group, b->group);
    assert_string_equal(a->sender, b->sender);
    assert_int_equal(a->n_states, b->n_states);
    for (size_t i = 0; i < a->n_states; i++) {
        const struct group_state *x = &a->states[i], *y = &b->states[i];
        assert_int_equal(x->id, y->id);
        assert_int_equal(x->start, y->start);
        assert_int_equal(x->has_private, y->has_private);
        assert_memory_equal(x->start_key, y->start_key, 32);
        assert_memory_equal(&x->signing, &y->signing, sizeof(x->signing));
        same_chain(&x->chain, &y->chain);
    }
}

static void every_member_is_saved(void **state)
{
    struct fixture *f = *state;
    struct party *p = f->bob.party, *copy;
    struct buffer saved;

    set_every_member(p);
    save(&f->bob, &saved);
    assert_int_equal(party_load(buffer_bytes(&saved), &f->bob.random, NULL, &copy), OK);
    assert_int_equal(p->registration_id, copy->registration_id);
    assert_int_equal(p->next_signed_prekey_id, copy->next_signed_prekey_id);
    assert_int_equal(p->next_one_time_prekey_id, copy->next_one_time_prekey_id);
    assert_int_equal(p->n_sessions, copy->n_sessions);
    same_prekeys(&p->signed_prekeys, &copy->signed_prekeys);
    same_prekeys(&p->one_time_prekeys, &copy->one_time_prekeys);
    assert_int_equal(p->n_records, copy->n_records);
    same_record(p->records[0], copy->records[0]);
    assert_int_equal(p->groups.count, copy->groups.count);
    same_group(p->groups.items[0], copy->groups.items[0]);
    party_free(copy);
    buffer_fini(&saved);
}

/* ---- rules about restoring */

static void skipped_keys_lost(void **state)
{
    struct fixture *f = *state;
    struct rules rules = *rules_honest();

    rules.storage.lost_on_save = LOST_SKIPPED_KEYS;
    restore(&f->bob, &rules);
    restore(&f->bob, &rules);
    assert_int_equal(open_as(&f->bob, ALICE, &f->skipped, "skipped"), REFUSAL_DUPLICATE);
    restore(&f->bob, NULL);
    say(&f->alice, &f->bob, "three");
}

/* Two parties restored from the same state draw the same key: only by a rule. */
static void randomness_repeats(void **state)
{
    struct fixture *f = *state;
    struct rules rules = *rules_honest();
    struct key_pair first, second;
    struct buffer saved;
    struct party *loaded;
    struct random other = f->alice.random;

    rules.storage.repeats_randomness = true;
    restore(&f->bob, &rules);
    save(&f->bob, &saved);
    assert_int_equal(keys_generate(&f->bob.random, &first), OK);
    assert_int_equal(party_load(buffer_bytes(&saved), &other, &rules, &loaded), OK);
    assert_int_equal(keys_generate(&other, &second), OK);
    assert_memory_equal(first.private_key, second.private_key, 32);
    party_free(loaded);
    assert_int_equal(party_load(buffer_bytes(&saved), &other, NULL, &loaded), OK);
    assert_int_equal(keys_generate(&other, &second), OK);
    assert_memory_not_equal(first.private_key, second.private_key, 32);
    party_free(loaded);
    buffer_fini(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(saved_again_is_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(goes_on_after_load, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(turned_session_writes_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fresh_session_writes_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reused_base_key_is_saved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_member_is_saved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(skipped_keys_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(randomness_repeats, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("save and load", tests, NULL, NULL);
}
