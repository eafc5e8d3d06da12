/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference adapter's store: changes are kept by a commit only, and undone by a roll-back. */
#include "store.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    struct store *s = test_calloc(1, sizeof(*s));
    store_init(s);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    store_fini(*state);
    test_free(*state);
    return 0;
}

static void put(struct store *s, const char *key, const char *value)
{
    assert_int_equal(store_put(s, STORE_SESSION, key, strlen(key), value, strlen(value)), 0);
}

static void forget(struct store *s, const char *key)
{
    assert_int_equal(store_delete(s, STORE_SESSION, key, strlen(key)), 0);
}

/* |value| NULL: there is none. */
static void assert_kept(const struct store *s, const char *key, const char *value)
{
    const struct record *r = store_get(s, STORE_SESSION, key, strlen(key));
    if (!value) {
        assert_null(r);
        return;
    }
    assert_non_null(r);
    assert_int_equal(r->value_len, strlen(value));
    assert_memory_equal(r->value, value, r->value_len);
}

static void without_a_transaction_a_change_is_made_at_once(void **state)
{
    struct store *s = *state;
    put(s, "a", "1");
    put(s, "a", "2");
    assert_kept(s, "a", "2");
    forget(s, "a");
    forget(s, "a");
    assert_kept(s, "a", NULL);
}

static void reads_see_the_changes_of_an_open_transaction(void **state)
{
    struct store *s = *state;
    put(s, "a", "1");
    put(s, "b", "1");
    store_begin(s);
    put(s, "a", "2");
    put(s, "c", "2");
    forget(s, "b");
    assert_kept(s, "a", "2");
    assert_kept(s, "b", NULL);
    assert_kept(s, "c", "2");
}

static void what_is_rolled_back_never_was(void **state)
{
    struct store *s = *state;
    put(s, "a", "1");
    put(s, "b", "1");
    store_begin(s);
    put(s, "a", "2");
    put(s, "c", "2");
    forget(s, "b");
    store_roll_back(s);
    assert_kept(s, "a", "1");
    assert_kept(s, "b", "1");
    assert_kept(s, "c", NULL);
}

static void what_is_committed_stays(void **state)
{
    struct store *s = *state;
    put(s, "a", "1");
    put(s, "b", "1");
    store_begin(s);
    put(s, "a", "2");
    put(s, "c", "2");
    forget(s, "b");
    forget(s, "never there");
    assert_int_equal(store_commit(s), 0);
    store_begin(s);
    store_roll_back(s);
    assert_kept(s, "a", "2");
    assert_kept(s, "b", NULL);
    assert_kept(s, "c", "2");
}

static void after_a_commit_no_transaction_is_open(void **state)
{
    struct store *s = *state;
    store_begin(s);
    put(s, "a", "1");
    assert_int_equal(store_commit(s), 0);
    put(s, "b", "2");
    store_roll_back(s);
    assert_kept(s, "a", "1");
    assert_kept(s, "b", "2");
}

static void what_is_deleted_and_put_again_is_there(void **state)
{
    struct store *s = *state;
    put(s, "a", "1");
    store_begin(s);
    forget(s, "a");
    put(s, "a", "2");
    assert_int_equal(store_commit(s), 0);
    assert_kept(s, "a", "2");
}

static void a_forgotten_transaction_is_not_part_of_the_next(void **state)
{
    struct store *s = *state;
    store_begin(s);
    put(s, "a", "1");
    store_begin(s);
    put(s, "b", "1");
    assert_int_equal(store_commit(s), 0);
    assert_kept(s, "a", NULL);
    assert_kept(s, "b", "1");
}

static void kinds_do_not_share_keys(void **state)
{
    struct store *s = *state;
    put(s, "a", "1");
    assert_null(store_get(s, STORE_IDENTITY, "a", 1));
    assert_null(store_get(s, STORE_SESSION, "ab", 2));
}

static void a_key_past_the_maximum_is_refused(void **state)
{
    static const uint8_t key[STORE_KEY_MAX + 1];
    struct store *s = *state;
    assert_int_equal(store_put(s, STORE_SESSION, key, STORE_KEY_MAX, "1", 1), 0);
    assert_int_equal(store_put(s, STORE_SESSION, key, STORE_KEY_MAX + 1, "1", 1), -1);
    assert_null(store_get(s, STORE_SESSION, key, STORE_KEY_MAX + 1));
}

static void many_records_survive_a_commit(void **state)
{
    struct store *s = *state;
    char name[16];
    store_begin(s);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "key %d", i);
        put(s, name, name);
    }
    assert_int_equal(store_commit(s), 0);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "key %d", i);
        assert_kept(s, name, name);
    }
}

/* ---- snapshots */

static void a_saved_store_loads_into_an_empty_one(void **state)
{
    struct store *s = *state, copy;
    uint8_t *saved;
    size_t len;
    put(s, "a", "1");
    put(s, "b", "");
    store_begin(s);
    put(s, "c", "not committed");
    assert_int_equal(store_save(s, &saved, &len), 0);
    store_init(&copy);
    assert_int_equal(store_load(&copy, saved, len), 0);
    assert_kept(&copy, "a", "1");
    assert_kept(&copy, "b", "");
    assert_kept(&copy, "c", NULL);
    store_fini(&copy);
    free(saved);
}

/* Only where a record ends can the bytes end. */
static void cut_bytes_load_only_between_records(void **state)
{
    struct store *s = *state, copy;
    uint8_t *saved;
    size_t len, loads = 0;
    put(s, "a", "1");
    put(s, "b", "22");
    assert_int_equal(store_save(s, &saved, &len), 0);
    for (size_t cut = 0; cut <= len; cut++) {
        uint8_t *exact = malloc(cut ? cut : 1);
        assert_non_null(exact);
        memcpy(exact, saved, cut);
        store_init(&copy);
        loads += store_load(&copy, exact, cut) == 0;
        store_fini(&copy);
        free(exact);
    }
    free(saved);
    assert_int_equal(loads, 3);
}

static void lengths_past_the_end_do_not_load(void **state)
{
    static const char magic[] = "assay-reference-1";
    static const uint8_t heads[][8] = {{0, 0, 0, 0, 0, 0, 0, 0},
                                       {0, 0, 0, 9, 0, 0, 0, 0},
                                       {0, 0, 0, 1, 255, 255, 255, 255},
                                       {255, 255, 255, 255, 0, 0, 0, 1}};
    for (size_t i = 0; i < COUNT(heads); i++) {
        uint8_t in[sizeof(magic) - 1 + 8 + 2] = {0};
        memcpy(in, magic, sizeof(magic) - 1);
        memcpy(in + sizeof(magic) - 1, heads[i], 8);
        assert_int_equal(store_load(*state, in, sizeof(in)), -1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_transaction_a_change_is_made_at_once),
        TEST(reads_see_the_changes_of_an_open_transaction),
        TEST(what_is_rolled_back_never_was),
        TEST(what_is_committed_stays),
        TEST(after_a_commit_no_transaction_is_open),
        TEST(what_is_deleted_and_put_again_is_there),
        TEST(a_forgotten_transaction_is_not_part_of_the_next),
        TEST(kinds_do_not_share_keys),
        TEST(a_key_past_the_maximum_is_refused),
        TEST(many_records_survive_a_commit),
        TEST(a_saved_store_loads_into_an_empty_one),
        TEST(cut_bytes_load_only_between_records),
        TEST(lengths_past_the_end_do_not_load),
    };
    return cmocka_run_group_tests_name("reference store", tests, NULL, NULL);
}
