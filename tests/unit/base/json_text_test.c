/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that a text in a document is, for an independent reader, the text that was written. */
#include "base/json_text.h"

#include "support/rows.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence, *text;
};

static const struct row rows[] = {
    {"letters", "alice"},
    {"nothing", ""},
    {"quotes", "\"o\"\",\"sub\":\"mallory"},
    {"backslashes", "\\ and \\\" and \\u0041"},
    {"control characters", "\x01\b\t\n\f\r\x1f\x7f"},
    {"characters of two, three and four bytes", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"what looks like a format", "%s%n"},
};

static void is_read_back(void **state)
{
    const struct row *row = *state;
    struct arena arena;
    struct buffer out;
    arena_init(&arena, 4096);
    buffer_init(&out, 4096);
    assert_int_equal(json_text_append(&out, row->text), OK);
    json_t *read = json_loadb((const char *)out.data, out.len, JSON_DECODE_ANY, NULL);
    assert_non_null(read);
    assert_string_equal(json_string_value(read), row->text);
    const char *quoted = json_text(&arena, row->text);
    assert_non_null(quoted);
    assert_string_equal(quoted, buffer_text(&out));
    json_decref(read);
    buffer_fini(&out);
    arena_fini(&arena);
}

static void a_full_arena_or_buffer_says_so(void **state)
{
    struct arena arena;
    struct buffer out;
    (void)state;
    arena_init(&arena, 4);
    assert_null(json_text(&arena, "longer than the arena"));
    arena_fini(&arena);
    buffer_init(&out, 4);
    assert_int_equal(json_text_append(&out, "\x01"), E_LIMIT);
    buffer_fini(&out);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 1] = {cmocka_unit_test(a_full_arena_or_buffer_says_so)};
    size_t n = 1;
    ADD_ROWS(tests, n, rows, sentence, is_read_back);
    return _cmocka_run_group_tests("json text", tests, n, NULL, NULL);
}
