/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a party keeps: a prekey's id names one key, the newest that was given under it. */
#include "cipher/signal/store.h"
#include "help.h"

#include <string.h>

static struct prekey prekey(uint32_t id, uint8_t byte)
{
    struct prekey key;
    memset(&key, 0, sizeof(key));
    key.id = id;
    key.pair.private_key[0] = byte;
    return key;
}

static void add(struct prekeys *k, uint32_t id, uint8_t byte)
{
    const struct prekey key = prekey(id, byte);
    assert_int_equal(prekeys_add(k, &key), OK);
}

static void a_prekey_of_a_known_id_takes_the_place_of_the_other(void **state)
{
    struct prekeys k = {0};
    (void)state;
    add(&k, 7, 1);
    add(&k, 8, 2);
    add(&k, 7, 3);
    assert_int_equal(k.count, 2);
    assert_int_equal(prekeys_find(&k, 7)->pair.private_key[0], 3);
    assert_int_equal(prekeys_find(&k, 8)->pair.private_key[0], 2);
    assert_int_equal(k.items[1].id, 7); /* the newest */
    prekeys_remove(&k, prekeys_find(&k, 7));
    assert_null(prekeys_find(&k, 7));
    prekeys_fini(&k);
}

/* One that was used and is kept all the same does not come back under another's id. */
static void so_it_does_where_the_other_was_used(void **state)
{
    struct prekeys k = {0};
    (void)state;
    add(&k, 7, 1);
    k.items[0].is_used = true;
    add(&k, 7, 2);
    assert_int_equal(k.count, 1);
    assert_int_equal(prekeys_find(&k, 7)->pair.private_key[0], 2);
    prekeys_fini(&k);
}

static void add_kem(struct kem_prekeys *k, uint32_t id, uint8_t byte, bool is_last_resort)
{
    struct kem_prekey key;
    memset(&key, 0, sizeof(key));
    key.id = id;
    key.ek[0] = byte;
    key.is_last_resort = is_last_resort;
    assert_int_equal(kem_prekeys_add(k, &key), OK);
}

static void so_does_a_kem_prekey_of_either_kind(void **state)
{
    struct kem_prekeys k = {0};
    (void)state;
    add_kem(&k, 1, 1, true);
    add_kem(&k, 2, 2, false);
    add_kem(&k, 1, 3, false);
    assert_int_equal(k.count, 2);
    assert_int_equal(kem_prekeys_find(&k, 1)->ek[0], 3);
    assert_int_equal(kem_prekeys_find(&k, 2)->ek[0], 2);
    kem_prekeys_remove(&k, kem_prekeys_find(&k, 1));
    assert_null(kem_prekeys_find(&k, 1));
    kem_prekeys_fini(&k);
}

/* Of imported keys with one id the last is published, and it is the one that opens. */
static void of_imported_prekeys_with_one_id_the_last_serves(void **state)
{
    struct actor alice, bob;
    struct key_set set;
    struct signal_bundle b;
    struct buffer bundle;
    enum refusal why;
    (void)state;
    key_set_init(&set, "bob's keys");
    set.one_time[1].id = set.one_time[2].id = set.one_time[0].id;
    actor_init(&alice, ALICE, "alice", NULL, NULL);
    actor_init(&bob, BOB, "bob", NULL, &set.keys);
    publish(&bob, true, &bundle);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&bundle), &b), OK);
    assert_true(b.has_one_time_prekey);
    assert_int_equal(b.one_time_prekey_id, set.one_time[0].id);
    assert_memory_equal(b.one_time_prekey.data, set.one_time[2].public_key, SIGNAL_KEY_LEN);
    assert_int_equal(party_start(alice.party, BOB, buffer_bytes(&bundle), NULL, &why), OK);
    buffer_fini(&bundle);
    say(&alice, &bob, "first");
    say(&bob, &alice, "answer");
    actor_fini(&alice);
    actor_fini(&bob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prekey_of_a_known_id_takes_the_place_of_the_other),
        cmocka_unit_test(so_it_does_where_the_other_was_used),
        cmocka_unit_test(so_does_a_kem_prekey_of_either_kind),
        cmocka_unit_test(of_imported_prekeys_with_one_id_the_last_serves),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
