/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A party that began under Signal v3 and goes on under v4: what it kept is loaded by rules of v4,
 * and its sessions are carried over. */
#include "cipher/signal/store.h"
#include "help.h"

#include <string.h>

struct fixture {
    struct actor alice, bob;
};

/* |a| as it comes back from what it saved, by |rules|. */
static void restart(struct actor *a, const struct rules *rules)
{
    struct buffer saved;
    struct party *loaded;
    save(a, &saved);
    assert_int_equal(party_load(buffer_bytes(&saved), &a->random, rules, &loaded), OK);
    party_free(a->party);
    a->party = loaded;
    buffer_fini(&saved);
}

/* Both have talked under v3. */
static void set_up(struct fixture *f)
{
    actor_init(&f->alice, ALICE, "alice", NULL, NULL);
    actor_init(&f->bob, BOB, "bob", NULL, NULL);
    establish(&f->alice, &f->bob);
    say(&f->alice, &f->bob, "under v3");
    say(&f->bob, &f->alice, "both of us");
}

static void tear_down(struct fixture *f)
{
    actor_fini(&f->alice);
    actor_fini(&f->bob);
}

static void talk(struct fixture *f, int turns)
{
    for (int i = 0; i < turns; i++) {
        say(&f->alice, &f->bob, "there");
        say(&f->alice, &f->bob, "and more");
        say(&f->bob, &f->alice, "and back");
    }
}

static uint8_t version_of(struct actor *from, struct actor *to)
{
    struct sealed s;
    seal(from, to, "text", NULL, &s);
    uint8_t version = s.body.data[0];
    assert_int_equal(open_as(to, from->address, &s, "text"), REFUSAL_NONE);
    sealed_fini(&s);
    return version;
}

static void a_conversation_goes_on_with_one_side_carried_over(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    restart(&f.bob, rules_honest_v4());
    talk(&f, 5);
    assert_int_equal(version_of(&f.bob, &f.alice), 0x34);
    assert_int_equal(version_of(&f.alice, &f.bob), 0x33);
    tear_down(&f);
}

static void it_goes_on_with_both_carried_over(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    restart(&f.alice, rules_honest_v4());
    restart(&f.bob, rules_honest_v4());
    talk(&f, 5);
    assert_int_equal(version_of(&f.bob, &f.alice), 0x34);
    assert_int_equal(version_of(&f.alice, &f.bob), 0x34);
    tear_down(&f);
}

static void it_says_nothing_to_spqr(void **state)
{
    struct fixture f;
    struct sealed s;
    struct signal_message m;
    (void)state;
    set_up(&f);
    restart(&f.bob, rules_honest_v4());
    seal(&f.bob, &f.alice, "text", NULL, &s);
    assert_int_equal(s.kind, SIGNAL_KIND_MESSAGE);
    assert_int_equal(signal_message_decode_v4(buffer_bytes(&s.body), &m), OK);
    assert_false(m.has_pq_ratchet);
    assert_false(m.has_addresses);
    sealed_fini(&s);
    tear_down(&f);
}

static void it_stays_so_after_another_restart(void **state)
{
    struct fixture f;
    struct buffer before, after;
    (void)state;
    set_up(&f);
    restart(&f.bob, rules_honest_v4());
    save(&f.bob, &before);
    restart(&f.bob, rules_honest_v4());
    save(&f.bob, &after);
    assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
    talk(&f, 3);
    assert_int_equal(version_of(&f.bob, &f.alice), 0x34);
    buffer_fini(&before);
    buffer_fini(&after);
    tear_down(&f);
}

/* There is no way back. */
static void what_v4_kept_is_nothing_for_v3(void **state)
{
    struct fixture f;
    struct buffer saved;
    struct party *loaded;
    (void)state;
    set_up(&f);
    restart(&f.bob, rules_honest_v4());
    save(&f.bob, &saved);
    assert_int_equal(party_load(buffer_bytes(&saved), &f.bob.random, NULL, &loaded), E_PARSE);
    buffer_fini(&saved);
    tear_down(&f);
}

static void what_was_on_its_way_opens_once(void **state)
{
    struct fixture f;
    struct sealed early, late;
    (void)state;
    set_up(&f);
    seal(&f.alice, &f.bob, "early", NULL, &early);
    seal(&f.alice, &f.bob, "late", NULL, &late);
    assert_int_equal(open_as(&f.bob, ALICE, &late, "late"), REFUSAL_NONE);
    restart(&f.bob, rules_honest_v4());
    assert_int_equal(open_as(&f.bob, ALICE, &early, "early"), REFUSAL_NONE);
    assert_int_equal(open_as(&f.bob, ALICE, &early, "early"), REFUSAL_DUPLICATE);
    assert_int_equal(open_as(&f.bob, ALICE, &late, "late"), REFUSAL_DUPLICATE);
    talk(&f, 2);
    sealed_fini(&early);
    sealed_fini(&late);
    tear_down(&f);
}

/* A message of another version is not of this session, whoever sealed it. */
static void a_version_that_it_does_not_speak_is_refused(void **state)
{
    static const uint8_t versions[] = {0x23, 0x44, 0x43, 0x54};
    struct fixture f;
    (void)state;
    set_up(&f);
    restart(&f.bob, rules_honest_v4());
    for (size_t i = 0; i < sizeof(versions); i++) {
        struct sealed s;
        uint8_t genuine;
        seal(&f.alice, &f.bob, "text", NULL, &s);
        genuine = s.body.data[0];
        s.body.data[0] = versions[i];
        assert_int_equal(sealed_reseal(&s), OK);
        assert_int_equal(open_as(&f.bob, ALICE, &s, "text"), REFUSAL_VERSION);
        s.body.data[0] = genuine;
        assert_int_equal(sealed_reseal(&s), OK);
        assert_int_equal(open_as(&f.bob, ALICE, &s, "text"), REFUSAL_NONE);
        sealed_fini(&s);
    }
    tear_down(&f);
}

/* P-19: with it or with anybody else, X3DH begins nothing. */
static void first_messages_of_x3dh_are_refused(void **state)
{
    struct fixture f;
    struct actor carol;
    struct sealed s;
    (void)state;
    set_up(&f);
    actor_init(&carol, CAROL, "carol", NULL, NULL);
    start(&carol, &f.bob, true, NULL);
    seal(&carol, &f.bob, "first", NULL, &s);
    restart(&f.bob, rules_honest_v4());
    assert_int_equal(open_as(&f.bob, CAROL, &s, "first"), REFUSAL_VERSION);
    sealed_fini(&s);
    start(&f.alice, &f.bob, true, NULL); /* from his bundle, without its KEM prekey */
    seal(&f.alice, &f.bob, "first", NULL, &s);
    assert_int_equal(open_as(&f.bob, ALICE, &s, "first"), REFUSAL_VERSION);
    sealed_fini(&s);
    actor_fini(&carol);
    tear_down(&f);
}

static void a_session_of_v4_takes_its_place(void **state)
{
    struct fixture f;
    struct sealed late;
    (void)state;
    set_up(&f);
    restart(&f.alice, rules_honest_v4());
    restart(&f.bob, rules_honest_v4());
    seal(&f.alice, &f.bob, "late", NULL, &late);
    start(&f.alice, &f.bob, true, NULL);
    say(&f.alice, &f.bob, "of v4");
    say(&f.bob, &f.alice, "of v4");
    talk(&f, 3);
    assert_int_equal(version_of(&f.bob, &f.alice), 0x44);
    assert_int_equal(version_of(&f.alice, &f.bob), 0x44);
    assert_int_equal(open_as(&f.bob, ALICE, &late, "late"), REFUSAL_NONE);
    sealed_fini(&late);
    tear_down(&f);
}

/* The bounds are those of v4: v3's party refuses so far a jump. */
static void it_skips_as_far_as_v4(void **state)
{
    struct fixture f;
    struct sealed s;
    (void)state;
    set_up(&f);
    for (int i = 0; i <= 2000; i++) {
        seal(&f.alice, &f.bob, "lost", NULL, &s);
        sealed_fini(&s);
    }
    seal(&f.alice, &f.bob, "far", NULL, &s);
    assert_int_equal(open_as(&f.bob, ALICE, &s, "far"), REFUSAL_TOO_FAR);
    restart(&f.bob, rules_honest_v4());
    assert_int_equal(open_as(&f.bob, ALICE, &s, "far"), REFUSAL_NONE);
    sealed_fini(&s);
    talk(&f, 1);
    tear_down(&f);
}

/* What the session was carried into decides: not it, whose own decisions are honest. */
static void what_a_refusal_does_is_the_partys_decision(void **state)
{
    struct fixture f;
    struct actor carol;
    struct sealed first, next;
    struct rules rules = *rules_honest_v4();
    (void)state;
    rules.storage.damage.drops_session = 1u << REFUSAL_VERSION;
    set_up(&f);
    actor_init(&carol, CAROL, "carol", NULL, NULL);
    seal(&f.alice, &f.bob, "next", NULL, &next);
    restart(&f.bob, &rules);
    start(&carol, &f.bob, true, NULL);
    seal(&carol, &f.bob, "first", NULL, &first);
    assert_int_equal(open_as(&f.bob, ALICE, &first, "first"), REFUSAL_VERSION);
    /* without the session that was carried over there is nobody who speaks v3 */
    assert_int_equal(open_as(&f.bob, ALICE, &next, "next"), REFUSAL_VERSION);
    sealed_fini(&first);
    sealed_fini(&next);
    actor_fini(&carol);
    tear_down(&f);
}

static void what_people_compare_is_the_partys_decision(void **state)
{
    struct fixture f;
    char honest[61], other[61];
    enum refusal why;
    struct rules rules = *rules_honest_v4();
    struct bytes one = bytes_of_text("1"), two = bytes_of_text("2");
    (void)state;
    rules.identity.fingerprint_iterations = 1;
    set_up(&f);
    restart(&f.bob, rules_honest_v4());
    assert_int_equal(party_fingerprint(f.bob.party, ALICE, one, two, honest, &why), OK);
    restart(&f.bob, &rules);
    assert_int_equal(party_fingerprint(f.bob.party, ALICE, one, two, other, &why), OK);
    assert_string_not_equal(honest, other);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conversation_goes_on_with_one_side_carried_over),
        cmocka_unit_test(it_goes_on_with_both_carried_over),
        cmocka_unit_test(it_says_nothing_to_spqr),
        cmocka_unit_test(it_stays_so_after_another_restart),
        cmocka_unit_test(what_v4_kept_is_nothing_for_v3),
        cmocka_unit_test(what_was_on_its_way_opens_once),
        cmocka_unit_test(a_version_that_it_does_not_speak_is_refused),
        cmocka_unit_test(first_messages_of_x3dh_are_refused),
        cmocka_unit_test(a_session_of_v4_takes_its_place),
        cmocka_unit_test(it_skips_as_far_as_v4),
        cmocka_unit_test(what_a_refusal_does_is_the_partys_decision),
        cmocka_unit_test(what_people_compare_is_the_partys_decision),
    };
    return cmocka_run_group_tests_name("carried over", tests, NULL, NULL);
}
