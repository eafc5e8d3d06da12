/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All randomness of a run derives from its seed: repeatable, separate by label, even. */
#include "base/hex.h"
#include "base/random.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t zero_seed[RANDOM_SEED_LEN];

static void start(struct random *r, const char *label)
{
    assert_int_equal(random_init(r, bytes_of(zero_seed, sizeof(zero_seed)), label), OK);
}

static void fill(struct random *r, uint8_t *out, size_t len)
{
    assert_int_equal(random_fill(r, out, len), OK);
}

/*
 * Computed with the openssl command line:
 *   key=$(printf case | openssl dgst -sha256 -mac HMAC -macopt hexkey:<64 zeros>)
 *   printf '\0\0\0\0\0\0\0\0' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$key
 *   printf '\0\0\0\0\0\0\0\1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$key
 */
static void a_stream_is_hmac_of_a_counter_under_hmac_of_the_label(void **state)
{
    uint8_t wanted[64], got[64];
    struct random r;
    (void)state;
    assert_int_equal(
        hex_decode_exact("6c9689d654f1864445ff30a165b4ff5b731d772a2af19929d35212def6e03163"
                         "4115259c39631c8917ea7035b901661d334b8e1146a245c34fd1a72ff422733a",
                         wanted, sizeof(wanted)),
        OK);
    start(&r, "case");
    fill(&r, got, sizeof(got));
    assert_memory_equal(got, wanted, sizeof(wanted));
}

static void the_same_bytes_come_in_pieces_of_any_size(void **state)
{
    uint8_t whole[200], pieces[200];
    struct random a, b;
    (void)state;
    start(&a, "case");
    start(&b, "case");
    fill(&a, whole, sizeof(whole));
    for (size_t at = 0, len = 0; at < sizeof(pieces); at += len, len = len % 40 + 1)
        fill(&b, pieces + at, at + len > sizeof(pieces) ? sizeof(pieces) - at : len);
    assert_memory_equal(whole, pieces, sizeof(whole));
}

static void another_label_or_seed_gives_another_stream(void **state)
{
    uint8_t a[32], b[32], c[32];
    struct random r;
    (void)state;
    start(&r, "case");
    fill(&r, a, sizeof(a));
    start(&r, "casf");
    fill(&r, b, sizeof(b));
    assert_int_equal(random_init(&r, bytes_of_text("another seed"), "case"), OK);
    fill(&r, c, sizeof(c));
    assert_memory_not_equal(a, b, sizeof(a));
    assert_memory_not_equal(a, c, sizeof(a));
}

static void forks_differ_from_each_other_and_from_their_origin(void **state)
{
    uint8_t own[32], one[32], two[32];
    struct random r, fork;
    (void)state;
    start(&r, "case");
    assert_int_equal(random_fork(&r, "one", &fork), OK);
    fill(&fork, one, sizeof(one));
    assert_int_equal(random_fork(&r, "two", &fork), OK);
    fill(&fork, two, sizeof(two));
    fill(&r, own, sizeof(own));
    assert_memory_not_equal(one, two, sizeof(one));
    assert_memory_not_equal(one, own, sizeof(one));
}

/* A case behaves the same however much its parties drew before a fork was made. */
static void a_fork_does_not_depend_on_what_was_drawn_and_costs_nothing(void **state)
{
    uint8_t early[32], late[32], with_fork[32], without[32];
    struct random r, untouched, fork;
    (void)state;
    start(&r, "case");
    start(&untouched, "case");
    assert_int_equal(random_fork(&r, "one", &fork), OK);
    fill(&fork, early, sizeof(early));
    fill(&r, with_fork, sizeof(with_fork));
    fill(&untouched, without, sizeof(without));
    assert_int_equal(random_fork(&r, "one", &fork), OK);
    fill(&fork, late, sizeof(late));
    assert_memory_equal(early, late, sizeof(early));
    assert_memory_equal(with_fork, without, sizeof(without));
}

static void a_number_is_below_its_limit(void **state)
{
    static const uint32_t limits[] = {1, 2, 3, 7, 256, 1000, 0x80000000u, 0x80000001u, UINT32_MAX};
    struct random r;
    uint32_t value;
    (void)state;
    start(&r, "case");
    for (size_t l = 0; l < COUNT(limits); l++)
        for (int i = 0; i < 200; i++) {
            assert_int_equal(random_below(&r, limits[l], &value), OK);
            assert_true(value < limits[l]);
        }
    assert_int_equal(random_below(&r, 0, &value), E_LIMIT);
}

/* Ten thousand draws of seven: each number within a fifth of its share (six standard deviations are
 * 0.15). */
static void numbers_are_about_equally_likely(void **state)
{
    enum { DRAWS = 10000, LIMIT = 7 };
    unsigned counts[LIMIT] = {0};
    struct random r;
    (void)state;
    start(&r, "case");
    for (int i = 0; i < DRAWS; i++) {
        uint32_t value;
        assert_int_equal(random_below(&r, LIMIT, &value), OK);
        counts[value]++;
    }
    for (size_t i = 0; i < LIMIT; i++)
        assert_in_range(counts[i], DRAWS / LIMIT * 8 / 10, DRAWS / LIMIT * 12 / 10);
}

/* With a limit of three quarters of all numbers, plain remainders would make the first third twice
 * as likely. */
static void no_number_is_likelier_because_the_limit_does_not_divide_evenly(void **state)
{
    enum { DRAWS = 6000 };
    const uint32_t limit = 0xC0000000u;
    unsigned low = 0;
    struct random r;
    (void)state;
    start(&r, "case");
    for (int i = 0; i < DRAWS; i++) {
        uint32_t value;
        assert_int_equal(random_below(&r, limit, &value), OK);
        low += value < limit / 3;
    }
    assert_in_range(low, DRAWS / 3 * 9 / 10, DRAWS / 3 * 11 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_hmac_of_a_counter_under_hmac_of_the_label),
        cmocka_unit_test(the_same_bytes_come_in_pieces_of_any_size),
        cmocka_unit_test(another_label_or_seed_gives_another_stream),
        cmocka_unit_test(forks_differ_from_each_other_and_from_their_origin),
        cmocka_unit_test(a_fork_does_not_depend_on_what_was_drawn_and_costs_nothing),
        cmocka_unit_test(a_number_is_below_its_limit),
        cmocka_unit_test(numbers_are_about_equally_likely),
        cmocka_unit_test(no_number_is_likelier_because_the_limit_does_not_divide_evenly),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
