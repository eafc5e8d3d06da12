/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stash written, read back, and cut at every length. */
#include "stash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX 1024u

/* A number, a text, bytes and bytes without a length. */
static struct served_bytes written(void)
{
    struct stash s;
    struct served_bytes out;
    stash_init(&s, MAX);
    stash_put_number(&s, UINT64_MAX - 1);
    stash_put_text(&s, "a text");
    stash_put(&s, "\0\1\2", 3);
    stash_put_raw(&s, "raw", 3);
    assert_true(stash_give(&s, &out));
    return out;
}

static bool is_read_back(struct stash_reader r)
{
    size_t len;
    bool is_same = stash_take_number(&r) == UINT64_MAX - 1;
    char *text = stash_take_text(&r, MAX);
    const uint8_t *bytes = stash_take(&r, MAX, &len);
    const uint8_t *raw = stash_take_raw(&r, 3);
    is_same = is_same && text && strcmp(text, "a text") == 0 && bytes && len == 3 &&
              memcmp(bytes, "\0\1\2", 3) == 0 && raw && memcmp(raw, "raw", 3) == 0;
    free(text);
    return is_same && stash_is_read(&r);
}

static void what_was_written_is_read(void **state)
{
    struct served_bytes b = written();
    (void)state;
    assert_true(is_read_back(stash_read(b.data, b.len)));
    free(b.data);
}

static void what_is_cut_anywhere_is_broken(void **state)
{
    struct served_bytes b = written();
    (void)state;
    for (size_t len = 0; len < b.len; len++) {
        uint8_t *copy = malloc(len ? len : 1); /* of its exact size, for the sanitizer */
        assert_non_null(copy);
        memcpy(copy, b.data, len);
        assert_false(is_read_back(stash_read(copy, len)));
        free(copy);
    }
    free(b.data);
}

static void what_is_left_over_is_a_mistake(void **state)
{
    struct served_bytes b = written();
    (void)state;
    uint8_t longer[MAX] = {0};
    memcpy(longer, b.data, b.len);
    assert_false(is_read_back(stash_read(longer, b.len + 1)));
    free(b.data);
}

static void a_length_beyond_the_end_is_a_mistake(void **state)
{
    const uint8_t bytes[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 'x'};
    struct stash_reader r = stash_read(bytes, sizeof(bytes));
    size_t len = 9;
    (void)state;
    assert_null(stash_take(&r, SIZE_MAX, &len));
    assert_int_equal(len, 0);
    assert_true(r.is_broken);
    assert_int_equal(stash_take_number(&r), 0);
}

static void a_length_beyond_the_maximum_is_a_mistake(void **state)
{
    struct served_bytes b = written();
    struct stash_reader r = stash_read(b.data, b.len);
    (void)state;
    (void)stash_take_number(&r);
    assert_null(stash_take_text(&r, strlen("a text") - 1));
    assert_true(r.is_broken);
    free(b.data);
}

static void a_number_beyond_the_maximum_is_a_mistake(void **state)
{
    const uint8_t two[] = {0, 0, 0, 0, 0, 0, 0, 2};
    struct stash_reader r = stash_read(two, sizeof(two)), again = r;
    (void)state;
    assert_int_equal(stash_take_up_to(&r, 2), 2);
    assert_true(stash_is_read(&r));
    assert_int_equal(stash_take_up_to(&again, 1), 0);
    assert_true(again.is_broken);
}

static void a_text_with_a_zero_within_is_none(void **state)
{
    struct stash s;
    struct served_bytes b;
    (void)state;
    stash_init(&s, MAX);
    stash_put(&s, "a\0b", 3);
    assert_true(stash_give(&s, &b));
    struct stash_reader r = stash_read(b.data, b.len);
    assert_null(stash_take_text(&r, MAX));
    assert_true(r.is_broken);
    free(b.data);
}

static void more_than_the_maximum_is_not_written(void **state)
{
    struct stash s;
    struct served_bytes b;
    uint8_t bytes[MAX] = {0};
    (void)state;
    stash_init(&s, MAX);
    stash_put_raw(&s, bytes, sizeof(bytes));
    assert_false(s.is_broken);
    stash_put_raw(&s, bytes, 1);
    assert_true(s.is_broken);
    assert_false(stash_give(&s, &b));
    assert_null(b.data);
}

static void nothing_is_bytes_too(void **state)
{
    struct stash s;
    struct served_bytes b;
    (void)state;
    stash_init(&s, MAX);
    assert_true(stash_give(&s, &b));
    assert_int_equal(b.len, 0);
    free(b.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(what_is_cut_anywhere_is_broken),
        cmocka_unit_test(what_is_left_over_is_a_mistake),
        cmocka_unit_test(a_length_beyond_the_end_is_a_mistake),
        cmocka_unit_test(a_length_beyond_the_maximum_is_a_mistake),
        cmocka_unit_test(a_number_beyond_the_maximum_is_a_mistake),
        cmocka_unit_test(a_text_with_a_zero_within_is_none),
        cmocka_unit_test(more_than_the_maximum_is_not_written),
        cmocka_unit_test(nothing_is_bytes_too),
    };
    return cmocka_run_group_tests_name("stash", tests, NULL, NULL);
}
