/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which shards can be named. */
#include "cli/shard.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    const char *text;
    uint32_t k, n; /* 0: not a shard */
};

static const struct row rows[] = {
    {"the first of two", "1/2", 1, 2},
    {"the last", "2/2", 2, 2},
    {"one of one", "1/1", 1, 1},
    {"as many as there can be", "256/256", 256, 256},
    {"shards are counted from 1", "0/2", 0, 0},
    {"not more than there are", "3/2", 0, 0},
    {"not too many", "1/257", 0, 0},
    {"a number alone", "1", 0, 0},
    {"nothing behind the slash", "1/", 0, 0},
    {"nothing before it", "/2", 0, 0},
    {"something behind", "1/2/3", 0, 0},
    {"a sign", "+1/2", 0, 0},
    {"a space", "1 /2", 0, 0},
    {"a number that wraps around", "4294967297/4294967298", 0, 0},
    {"no text", "", 0, 0},
};

static void test_shard(void **state)
{
    const struct row *row = *state;
    char *said = NULL;
    size_t said_len = 0;
    struct shard shard;
    FILE *err = open_memstream(&said, &said_len);
    assert_non_null(err);
    const struct cli cli = {.err = err};
    enum exit_code code = shard_given(&cli, row->text, &shard);
    fclose(err);
    assert_int_equal(code, row->n ? EXIT_CONFORMANT : EXIT_USAGE);
    assert_int_equal(said_len > 0, row->n == 0);
    if (row->n) {
        assert_int_equal(shard.k, row->k);
        assert_int_equal(shard.n, row->n);
    }
    free(said);
}

static void test_no_shard_is_the_whole(void **state)
{
    struct shard shard = {1, 2};
    const struct cli cli = {.err = NULL};
    (void)state;
    assert_int_equal(shard_given(&cli, NULL, &shard), EXIT_CONFORMANT);
    assert_int_equal(shard.n, 0);
}

int main(void)
{
    struct CMUnitTest tests[32];
    size_t n = 0;
    memset(tests, 0, sizeof(tests));
    ADD_ROWS(tests, n, rows, sentence, test_shard);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_no_shard_is_the_whole);
    return _cmocka_run_group_tests("shard", tests, n, NULL, NULL);
}
