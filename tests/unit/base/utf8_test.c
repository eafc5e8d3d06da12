/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows which bytes are a character of UTF-8, and which one. */
#include "base/utf8.h"

#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence, *bytes;
    size_t len;
    uint32_t character;
};

static const struct row rows[] = {
    {"a letter", "a\xff", 1, 'a'},
    {"two bytes", "\xc3\xa4x", 2, 0xe4},
    {"three bytes", "\xef\xbf\xbf", 3, 0xffff},
    {"four bytes", "\xf4\x8f\xbf\xbf", 4, 0x10ffff},
    {"nothing", "", 0, 0},
    {"a continuation byte", "\x80", 0, 0},
    {"cut short", "\xe2\x82", 0, 0},
    {"a bad continuation", "\xe2\x28\xa1", 0, 0},
    {"an overlong slash", "\xc0\xaf", 0, 0},
    {"an overlong form of three bytes", "\xe0\x80\xaf", 0, 0},
    {"a surrogate", "\xed\xa0\x80", 0, 0},
    {"past the last character", "\xf4\x90\x80\x80", 0, 0},
    {"five bytes", "\xf8\x88\x80\x80\x80", 0, 0},
};

static void is_taken(void **state)
{
    const struct row *row = *state;
    uint32_t character = 0;
    assert_int_equal(utf8_take(bytes_of(row->bytes, strlen(row->bytes)), &character), row->len);
    if (row->len)
        assert_int_equal(character, row->character);
}

static void characters_are_counted(void **state)
{
    (void)state;
    assert_int_equal(utf8_length(""), 0);
    assert_int_equal(utf8_length("abc"), 3);
    assert_int_equal(utf8_length("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), 3);
    assert_int_equal(utf8_length("a\xff\xc3"), 3);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 1] = {cmocka_unit_test(characters_are_counted)};
    size_t n = 1;
    ADD_ROWS(tests, n, rows, sentence, is_taken);
    return _cmocka_run_group_tests("utf8", tests, n, NULL, NULL);
}
