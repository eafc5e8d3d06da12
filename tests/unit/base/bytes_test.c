/* Views: comparing, slicing, searching. Nothing reads outside what a view shows. */
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct slice_row {
    const char *sentence;
    const char *of;
    size_t from, len;
    const char *gives;
};

static const struct slice_row slices[] = {
    {"a slice in the middle", "abcdef", 2, 3, "cde"},
    {"a slice of everything", "abcdef", 0, 6, "abcdef"},
    {"a length past the end is clamped", "abcdef", 4, 100, "ef"},
    {"the greatest length does not wrap", "abcdef", 1, SIZE_MAX, "bcdef"},
    {"a slice at the end is empty", "abcdef", 6, 1, ""},
    {"a slice past the end is empty", "abcdef", SIZE_MAX, SIZE_MAX, ""},
    {"a slice of no bytes is empty", "abcdef", 3, 0, ""},
    {"a slice of nothing is empty", "", 0, 1, ""},
};

struct pair_row {
    const char *sentence;
    const char *a, *b;
    bool is_equal;
};

static const struct pair_row pairs[] = {
    {"the same text is equal", "abc", "abc", true},
    {"nothing equals nothing", "", "", true},
    {"a difference in the first byte counts", "xbc", "abc", false},
    {"a difference in the last byte counts", "abx", "abc", false},
    {"a prefix is not equal", "ab", "abc", false},
    {"nothing does not equal something", "", "a", false},
};

struct search_row {
    const char *sentence;
    const char *haystack, *needle;
    bool is_found;
};

static const struct search_row searches[] = {
    {"found at the start", "abcdef", "ab", true},
    {"found at the end", "abcdef", "ef", true},
    {"found when it is everything", "abc", "abc", true},
    {"not found when longer than where it is looked for", "ab", "abc", false},
    {"not found when absent", "abcdef", "ac", false},
    {"an empty needle is never found", "abc", "", false},
    {"nothing is found in nothing", "", "a", false},
};

static void slices_as(void **state)
{
    const struct slice_row *row = *state;
    struct bytes got = bytes_slice(bytes_of_text(row->of), row->from, row->len);
    assert_int_equal(got.len, strlen(row->gives));
    assert_true(bytes_equal(got, bytes_of_text(row->gives)));
}

static void compares(void **state)
{
    const struct pair_row *row = *state;
    struct bytes a = bytes_of_text(row->a), b = bytes_of_text(row->b);
    assert_int_equal(bytes_equal(a, b), row->is_equal);
    assert_int_equal(bytes_equal_secret(a, b), row->is_equal);
    assert_int_equal(bytes_equal_secret(b, a), row->is_equal);
}

static void searches_for(void **state)
{
    const struct search_row *row = *state;
    assert_int_equal(bytes_contains(bytes_of_text(row->haystack), bytes_of_text(row->needle)),
                     row->is_found);
}

static void a_missing_text_is_no_bytes(void **state)
{
    (void)state;
    assert_int_equal(bytes_of_text(NULL).len, 0);
    assert_true(bytes_equal(bytes_of_text(NULL), bytes_of_text("")));
}

static void every_single_bit_is_a_difference(void **state)
{
    (void)state;
    uint8_t a[40] = {0}, b[40] = {0};
    for (size_t bit = 0; bit < sizeof(a) * 8; bit++) {
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(bytes_equal_secret(bytes_of(a, sizeof(a)), bytes_of(b, sizeof(b))));
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(bytes_equal_secret(bytes_of(a, sizeof(a)), bytes_of(b, sizeof(b))));
}

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define ROW_TEST(row, function)                                                                    \
    (struct CMUnitTest) { (row)->sentence, function, NULL, NULL, (void *)(uintptr_t)(row) }

int main(void)
{
    struct CMUnitTest tests[COUNT(slices) + COUNT(pairs) + COUNT(searches) + 2];
    size_t n = 0;
    for (size_t i = 0; i < COUNT(slices); i++)
        tests[n++] = ROW_TEST(&slices[i], slices_as);
    for (size_t i = 0; i < COUNT(pairs); i++)
        tests[n++] = ROW_TEST(&pairs[i], compares);
    for (size_t i = 0; i < COUNT(searches); i++)
        tests[n++] = ROW_TEST(&searches[i], searches_for);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_missing_text_is_no_bytes);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_single_bit_is_a_difference);
    return _cmocka_run_group_tests("bytes", tests, n, NULL, NULL);
}
