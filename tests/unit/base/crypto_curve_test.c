/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points of Curve25519 worked out apart, by the group law on affine coordinates. */
#include "base/crypto.h"
#include "base/crypto_curve.h"
#include "support/hex.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    const char *u;
    bool is_prime_order;
};

static const struct row rows[] = {
    {"the base point", "0900000000000000000000000000000000000000000000000000000000000000", true},
    {"five times it", "877c4978577d530dcb491d58bcc9cba87f9e075e6e02c003f27aee503cecb641", true},
    {"with the point of order 2 added",
     "12c7711cc7711cc7711cc7711cc7711cc7711cc7711cc7711cc7711cc7711c47", false},
    {"five times it with a point of order 8 added",
     "42fe9049f628570cd4e9aa3df09d36e62fd0fba00ee691c32349b95d2dc0922e", false},
    {"the point of order 2", "0000000000000000000000000000000000000000000000000000000000000000",
     false},
    {"a point of order 4", "0100000000000000000000000000000000000000000000000000000000000000",
     false},
    {"a point of order 8", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
     false},
    {"a point of the twist", "0200000000000000000000000000000000000000000000000000000000000000",
     false},
    {"the base point with bit 255",
     "0900000000000000000000000000000000000000000000000000000000000080", false},
    {"the base point and p", "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
     false},
};

static void is_told(void **state)
{
    const struct row *row = *state;
    struct buffer u;
    buffer_init(&u, 32);
    unhex(row->u, &u);
    assert_int_equal(u.len, 32);
    assert_int_equal(crypto_curve_is_prime_order(u.data), row->is_prime_order);
    buffer_fini(&u);
}

/* Another key of the same agreements, and added twice the first one again. */
static void no_agreement_sees_torsion(void **state)
{
    const uint8_t scalar[32] = {1, 2, 3, 4, 5}, base[32] = {9};
    uint8_t u[32] = {9}, before[32], after[32];
    (void)state;
    assert_int_equal(crypto_x25519(scalar, u, before), OK);
    assert_int_equal(crypto_curve_add_torsion(u), OK);
    assert_memory_not_equal(u, base, sizeof(u));
    assert_false(crypto_curve_is_prime_order(u));
    assert_int_equal(crypto_x25519(scalar, u, after), OK);
    assert_memory_equal(after, before, sizeof(after));
    assert_int_equal(crypto_curve_add_torsion(u), OK);
    assert_memory_equal(u, base, sizeof(u));
    memset(u, 0, sizeof(u));
    assert_int_equal(crypto_curve_add_torsion(u), E_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests_of_torsion[] = {cmocka_unit_test(no_agreement_sees_torsion)};
    struct CMUnitTest tests[COUNT(rows)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, is_told);
    int failed = cmocka_run_group_tests_name("torsion", tests_of_torsion, NULL, NULL);
    return failed + cmocka_run_group_tests_name("curve", tests, NULL, NULL);
}
