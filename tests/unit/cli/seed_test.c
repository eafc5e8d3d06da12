/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A seed is 1 to 64 hexadecimal digits; a short one is filled up with zeros, so that it can be
 * typed again.
 */
#include "cli/seed.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ZEROS_56 "00000000000000000000000000000000000000000000000000000000"

struct row {
    const char *sentence;
    const char *given;
    const char *full; /* NULL: refused */
};

static const struct row rows[] = {
    {"eight digits are filled up", "9f3c2a71", "9f3c2a71" ZEROS_56},
    {"one digit is the high half of the first byte", "a", "a0000000" ZEROS_56},
    {"capital digits are digits", "9F3C2A71", "9f3c2a71" ZEROS_56},
    {"64 digits are all there is", "11111111" ZEROS_56, "11111111" ZEROS_56},
    {"65 digits are too many", "111111111" ZEROS_56, NULL},
    {"no digit is no seed", "", NULL},
    {"another character is refused", "9f3c2g", NULL},
    {"white space is refused", "9f 3c", NULL},
    {"a prefix is refused", "0x9f", NULL},
};

static void test_row(void **state)
{
    const struct row *row = *state;
    uint8_t seed[RANDOM_SEED_LEN];
    char text[SEED_DIGITS + 1];
    assert_int_equal(seed_parse(row->given, seed), row->full ? OK : E_PARSE);
    if (!row->full)
        return;
    seed_text(seed, text);
    assert_string_equal(text, row->full);
}

static void test_chosen_seeds_differ_and_are_short(void **state)
{
    (void)state;
    uint8_t first[RANDOM_SEED_LEN], second[RANDOM_SEED_LEN];
    char text[SEED_DIGITS + 1];
    assert_int_equal(seed_choose(first), OK);
    assert_int_equal(seed_choose(second), OK);
    assert_memory_not_equal(first, second, RANDOM_SEED_LEN);
    seed_text(first, text);
    assert_int_equal(strspn(text + SEED_DIGITS_CHOSEN, "0"), SEED_DIGITS - SEED_DIGITS_CHOSEN);
}

int main(void)
{
    struct CMUnitTest tests[16];
    size_t n = 0;
    memset(tests, 0, sizeof(tests));
    ADD_ROWS(tests, n, rows, sentence, test_row);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_chosen_seeds_differ_and_are_short);
    return _cmocka_run_group_tests("seed", tests, n, NULL, NULL);
}
