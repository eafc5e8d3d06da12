/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that nothing a target says can act on what shows it. */
#include "reports/escape.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    enum escape_form form;
    const char *text;
    size_t max_chars;
    const char *expected;
};

static const struct row rows[] = {
    {"plain text stays in a terminal", ESCAPE_TERMINAL, "a <b> & 'c'", 99, "a <b> & 'c'"},
    {"an escape sequence is shown", ESCAPE_TERMINAL, "\x1b[31m", 99, "\\x1b[31m"},
    {"a line break is shown", ESCAPE_TERMINAL, "a\nb\r", 99, "a\\nb\\x0d"},
    {"delete is shown", ESCAPE_TERMINAL, "\x7f", 99, "\\x7f"},
    {"a C1 control is shown", ESCAPE_TERMINAL, "\xc2\x9b", 99, "\\x9b"},
    {"a right-to-left override is shown", ESCAPE_TERMINAL, "\xe2\x80\xae", 99, "\\u202e"},
    {"a byte order mark is shown", ESCAPE_XML, "\xef\xbb\xbf", 99, "\\ufeff"},
    {"what XML does not allow is shown", ESCAPE_XML, "\xef\xbf\xbe\x01", 99, "\\ufffe\\x01"},
    {"a tag character is shown", ESCAPE_TERMINAL, "\xf3\xa0\x80\xa1", 99, "\\ue0021"},
    {"a lone continuation byte is shown", ESCAPE_TERMINAL, "\x80z", 99, "\\x80z"},
    {"an over-long encoding is shown byte by byte", ESCAPE_TERMINAL, "\xc0\xaf", 99, "\\xc0\\xaf"},
    {"a cut character is shown byte by byte", ESCAPE_TERMINAL, "\xe2\x82", 99, "\\xe2\\x82"},
    {"a surrogate is shown", ESCAPE_TERMINAL, "\xed\xa0\x80", 99, "\\ud800"},
    {"letters of other scripts stay", ESCAPE_XML, "gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2", 99,
     "gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2"},
    {"markup is escaped in XML", ESCAPE_XML, "</script>&\"'", 99,
     "&lt;/script&gt;&amp;&quot;&#39;"},
    {"the end of a CDATA section is escaped", ESCAPE_XML, "]]>", 99, "]]&gt;"},
    {"a mark that means something is escaped in Markdown", ESCAPE_MARKDOWN, "@a|`*_#<[", 99,
     "&#64;a&#124;&#96;&#42;&#95;&#35;&#60;&#91;"},
    {"a sentence stays readable in Markdown", ESCAPE_MARKDOWN, "a-b (c), d: 3.2; \"e\" 5 %. f.", 99,
     "a-b (c), d: 3.2; \"e\" 5 %&#46; f."},
    {"no list begins in Markdown", ESCAPE_MARKDOWN, "- a", 99, "&#45; a"},
    {"no numbered list begins in Markdown", ESCAPE_MARKDOWN, "1. a", 99, "1&#46; a"},
    {"no list numbered with a bracket begins in Markdown", ESCAPE_MARKDOWN, "1) a", 99, "1&#41; a"},
    {"no heading is underlined in Markdown", ESCAPE_MARKDOWN, "---", 99, "&#45;&#45;&#45;"},
    {"no address becomes a link in Markdown", ESCAPE_MARKDOWN, "https://a www.b", 99,
     "https&#58;//a www&#46;b"},
    {"no emoji is named in Markdown", ESCAPE_MARKDOWN, ":x: y", 99, "&#58;x: y"},
    {"a shown control is escaped like the rest", ESCAPE_MARKDOWN, "\x1b", 99, "&#92;x1b"},
    {"a tab is shown", ESCAPE_XML, "\t", 99, "\\x09"},
    {"a long text is cut and counted", ESCAPE_XML, "abcdef", 4, "abcd... (2 more bytes)"},
    {"on a terminal it is only cut", ESCAPE_TERMINAL, "abcdef", 4, "abcd..."},
    {"a text of exactly the length is whole", ESCAPE_XML, "abcd", 4, "abcd"},
    {"no text is empty", ESCAPE_XML, NULL, 4, ""},
};

static void text_becomes_what_is_stated(void **state)
{
    const struct row *row = *state;
    struct buffer out;

    buffer_init(&out, 4096);
    escape_append(&out, row->form, row->text, row->max_chars);
    assert_string_equal(buffer_text(&out), row->expected);
    buffer_fini(&out);
}

/* Shows that a column is a character, not a byte. */
static void columns_count_characters(void **state)
{
    (void)state;
    assert_int_equal(escape_columns("gr\xc3\xbc\xc3\x9f"), 4);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 1];
    memset(tests, 0, sizeof tests);
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, text_becomes_what_is_stated);
    tests[COUNT(rows)].name = "columns count characters";
    tests[COUNT(rows)].test_func = columns_count_characters;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
