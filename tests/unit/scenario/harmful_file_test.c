/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that no file can do harm. */
#include "scenario/xml.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* Every beginning of a good file is refused, and none does anything else. */
static void no_beginning_of_a_suite_is_a_suite(void **state)
{
    struct scratch *s = *state;
    char *text = scratch_suite(
        SCRATCH_CASE("") "<establish/><seal as=\"m\"/><tamper message=\"m\" "
                         "as=\"f\" field=\"signal.mac\" flip=\"each-bit\"/>"
                         "<deliver message=\"f\" expect=\"refuses\"/>" SCRATCH_HONEST_AFTER);
    const struct suite *suite;
    size_t whole = strlen(text) - 1; /* the last line's end says nothing */
    for (size_t len = 0; len < whole; len++) {
        char *beginning = strndup(text, len);
        assert_non_null(beginning);
        assert_int_equal(scratch_load(s, beginning, &suite), E_INPUT);
        assert_true(s->diags.count >= 1);
        free(beginning);
    }
    assert_int_equal(scratch_load(s, text, &suite), OK);
    free(text);
}

/* Every byte of a good file replaced by one that has a meaning in XML: refused, or another good
 * suite. */
static void no_wrong_byte_does_harm(void **state)
{
    struct scratch *s = *state;
    static const char bytes[] = {'<', '>', '"', '&', '\x01', '\xff', '0', ' '};
    char *text =
        scratch_suite(SCRATCH_CASE("") "<establish/><seal as=\"m\" size=\"each-of 1 | 2\"/>"
                                       "<deliver message=\"m\"/></case>");
    const struct suite *suite;
    for (size_t at = 0; text[at]; at++) {
        for (size_t i = 0; i < sizeof(bytes); i++) {
            char kept = text[at];
            text[at] = bytes[i];
            enum status st = scratch_load(s, text, &suite);
            assert_true(st == OK || (st == E_INPUT && s->diags.count >= 1));
            text[at] = kept;
        }
    }
    free(text);
}

static void entity_bomb_is_refused_unread(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    assert_int_equal(
        scratch_load(s,
                     "<?xml version=\"1.0\"?>\n<!DOCTYPE suite [\n<!ENTITY a \"aaaaaaaaaa\">\n"
                     "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\n"
                     "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>\n"
                     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"&c;\" layer=\"c\"/>",
                     &suite),
        E_INPUT);
    scratch_assert_complaint(
        s, "mine.xml:2: a document type is not taken: no DTD and no entities here");
    assert_int_equal(s->diags.count, 1);
}

/* The parser compares each attribute with all before it. */
static void too_many_attributes_are_refused_unparsed(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    struct buffer text;
    buffer_init(&text, 4 * 1024 * 1024);
    buffer_append_text(&text, "<?xml version=\"1.0\"?>\n<!-- a=b=c -->\n<suite");
    for (int i = 0; i < 200000; i++)
        buffer_printf(&text, " a%d=''", i);
    buffer_append_text(&text, "/>");
    assert_int_equal(scratch_load(s, buffer_text(&text), &suite), E_INPUT);
    scratch_assert_complaint(s, "mine.xml:3: an element has more than 64 attributes");
    assert_int_equal(s->diags.count, 1);
    buffer_fini(&text);
}

/* What stands in quotes, in comments and between elements is none. */
static void signs_of_equality_are_no_attributes(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    char many[200];
    struct buffer text;
    memset(many, '=', sizeof(many));
    buffer_init(&text, 65536);
    buffer_printf(&text,
                  "<!-- %.100s -->\n<suite xmlns=\"urn:assay:suite:1\" id=\"mine\" "
                  "title='>%.100s' layer=\"cipher\">\n<?a %.100s?>" SCRATCH_CASE(
                      "") "<establish/></case></suite>\n",
                  many, many, many);
    assert_int_equal(scratch_load(s, buffer_text(&text), &suite), OK);
    scratch_assert_no_complaint(s);
    buffer_fini(&text);
}

static void what_cannot_be_seen_is_written_as_a_reference(void **state)
{
    struct buffer out;
    (void)state;
    buffer_init(&out, 1024);
    xml_escape(&out, "a\xe2\x80\xae<\xe2\x80\x8b\xc2\x85\xc3\xa4\x1b");
    assert_string_equal(buffer_text(&out), "a&#x202e;&lt;&#x200b;&#x85;\xc3\xa4?");
    buffer_fini(&out);
}

static void external_entity_is_refused(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    assert_int_equal(
        scratch_load(s, "<!DOCTYPE suite SYSTEM \"file:///etc/passwd\">\n<suite/>", &suite),
        E_INPUT);
    scratch_assert_complaint(
        s, "mine.xml:1: a document type is not taken: no DTD and no entities here");
}

/* |count| times |piece| between |head| and |tail|. */
static char *repeated(const char *head, const char *piece, size_t count, const char *tail)
{
    size_t size = strlen(head) + strlen(piece) * count + strlen(tail) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    size_t len = (size_t)snprintf(text, size, "%s", head);
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, size - len, "%s", piece);
    snprintf(text + len, size - len, "%s", tail);
    return text;
}

static void nesting_is_bounded(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    char *text = repeated("<suite xmlns=\"urn:assay:suite:1\">", "<a>", 100, "");
    char *closed = repeated(text, "</a>", 100, "</suite>");
    assert_int_equal(scratch_load(s, closed, &suite), E_INPUT);
    scratch_assert_complaint(s, "mine.xml:1: <a> stands deeper than 8 elements");
    free(closed);
    free(text);
}

static void steps_of_a_case_are_bounded(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    char *cases = repeated(SCRATCH_CASE(""), "<ping/>", 401, "</case>");
    char *text = scratch_suite(cases);
    assert_int_equal(scratch_load(s, text, &suite), E_INPUT);
    scratch_assert_complaint(s, "mine.xml:2: <case id=\"a\">: has more than 400 steps");
    free(text);
    free(cases);
}

static void parties_of_a_case_are_bounded(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    char cases[2048];
    size_t len = (size_t)snprintf(cases, sizeof(cases), "%s", SCRATCH_CASE(""));
    for (int i = 0; i < 23; i++)
        len += (size_t)snprintf(cases + len, sizeof(cases) - len, "<peer name=\"p%d\"/>", i);
    snprintf(cases + len, sizeof(cases) - len, "</case>");
    char *text = scratch_suite(cases);
    assert_int_equal(scratch_load(s, text, &suite), E_INPUT);
    scratch_assert_complaint(s, "mine.xml:2: <peer>: a case has at most 24 parties and 400 things");
    free(text);
}

static void long_suite_in_a_directory_is_refused(void **state)
{
    struct scratch *s = *state;
    static const char *const more[] = {"long"};
    struct loader_options options = s->options;
    struct catalogue c;
    options.more_suite_dirs = more;
    options.n_more_suite_dirs = 1;
    char *text = repeated("<suite>", "<!-- words words words -->", 170000, "</suite>");
    assert_int_equal(mkdir("long", 0700), 0);
    scratch_write("long/long.xml", text);
    free(text);
    diags_fini(&s->diags);
    diags_init(&s->diags);
    assert_int_equal(catalogue_load(&options, &c, &s->diags), E_INPUT);
    scratch_assert_complaint(s, "long/long.xml:0: is longer than 4194304 bytes");
    catalogue_free(&c);
}

static const struct CMUnitTest plain_tests[] = {
    SCRATCH_TEST(no_beginning_of_a_suite_is_a_suite),
    SCRATCH_TEST(no_wrong_byte_does_harm),
    SCRATCH_TEST(entity_bomb_is_refused_unread),
    SCRATCH_TEST(external_entity_is_refused),
    SCRATCH_TEST(too_many_attributes_are_refused_unparsed),
    SCRATCH_TEST(signs_of_equality_are_no_attributes),
    SCRATCH_TEST(what_cannot_be_seen_is_written_as_a_reference),
    SCRATCH_TEST(nesting_is_bounded),
    SCRATCH_TEST(steps_of_a_case_are_bounded),
    SCRATCH_TEST(parties_of_a_case_are_bounded),
    SCRATCH_TEST(long_suite_in_a_directory_is_refused),
};

int main(void) { return cmocka_run_group_tests(plain_tests, scratch_share, scratch_unshare); }
