/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that a journal can be read wherever it was cut. */
#include "cli/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEADER                                                                                     \
    "{\"format\":\"" RECORD_RUN_FORMAT "\",\"planned\":3,\"header\":{\"format\":"                  \
    "\"" RECORD_RUN_FORMAT "\",\"seed\":\"00\",\"profile\":\"public\"}}\n"
#define CASE(id) "{\"id\":\"" id "\",\"verdict\":\"pass\",\"level\":\"must\",\"why\":\"\"}\n"
#define WHOLE HEADER CASE("a/b") CASE("a/c") CASE("a/d")

/* How many lines after the header are whole in the first |len| bytes; the line break may be
 * missing. */
static size_t cases_within(const char *text, size_t len)
{
    size_t n = 0;
    for (const char *end = strchr(text, '\n'); (end = strchr(end + 1, '\n'));)
        n += (size_t)(end - text) <= len;
    return n;
}

static void cut_at_every_byte(void **state)
{
    static const char whole[] = WHOLE;
    (void)state;
    for (size_t len = 0; len < sizeof(whole); len++) {
        struct document document;
        struct buffer problem;
        buffer_init(&problem, 256);
        enum status st =
            journal_read(bytes_of((const uint8_t *)whole, len), &problem, &document, NULL);
        if (len + 1 < strlen(HEADER)) {
            assert_int_equal(st, E_PARSE);
            assert_true(problem.len > 0);
        } else {
            assert_int_equal(st, OK);
            assert_int_equal(document.run->n_cases, cases_within(whole, len));
            assert_string_equal(document.run->profile, "public");
            assert_non_null(strstr(document.run->interrupted, " of 3 executions"));
        }
        buffer_fini(&problem);
        document_fini(&document);
    }
}

/* Bytes of |text| up to where its line |n| begins. */
static size_t begin_of_line(const char *text, size_t n)
{
    const char *at = text;
    while (n-- > 0)
        at = strchr(at, '\n') + 1;
    return (size_t)(at - text);
}

/* A run that goes on writes behind the last line that is whole: what it leaves and what it adds are
 * the journal of a run in one piece. */
static void what_is_left_of_each_cut_is_whole_lines(void **state)
{
    static const char whole[] =
        WHOLE "{\"ending\":{\"interrupted\":\"\",\"preconditions\":[],\"times\":{}}}\n";
    (void)state;
    for (size_t len = begin_of_line(whole, 3); len < sizeof(whole); len++) {
        struct document document;
        struct journal journal;
        struct buffer problem;
        buffer_init(&problem, 256);
        assert_int_equal(
            journal_read(bytes_of((const uint8_t *)whole, len), &problem, &document, &journal), OK);
        size_t n_whole = len >= begin_of_line(whole, 4) ? 3 : 2;
        assert_int_equal(journal.n_lines, n_whole);
        for (size_t i = 0; i <= n_whole; i++)
            assert_int_equal(journal.ends[i], begin_of_line(whole, i + 1));
        for (size_t i = 0; i < n_whole; i++)
            assert_string_equal(journal.lines[i].result.id, document.run->cases[i].id);
        assert_int_equal(journal.is_ended, len >= sizeof(whole) - 2);
        buffer_fini(&problem);
        document_fini(&document);
    }
}

static void a_first_line_without_its_end_leaves_nothing(void **state)
{
    struct document document;
    struct journal journal;
    struct buffer problem;
    (void)state;
    buffer_init(&problem, 256);
    assert_int_equal(journal_read(bytes_of((const uint8_t *)HEADER, sizeof(HEADER) - 2), &problem,
                                  &document, &journal),
                     OK);
    assert_int_equal(journal.ends[0], 0);
    assert_int_equal(journal.n_lines, 0);
    document_fini(&document);
    buffer_fini(&problem);
}

static void a_line_says_where_it_stands_and_what_it_took(void **state)
{
    static const char text[] =
        HEADER "{\"id\":\"a/b\",\"verdict\":\"pass\",\"at\":7,\"took_us\":12,\"has_hung\":true}\n";
    struct document document;
    struct journal journal;
    struct buffer problem;
    (void)state;
    buffer_init(&problem, 256);
    assert_int_equal(journal_read(bytes_of_text(text), &problem, &document, &journal), OK);
    assert_int_equal(journal.n_lines, 1);
    assert_int_equal(journal.lines[0].at, 7);
    assert_int_equal(journal.lines[0].took_us, 12);
    assert_false(journal.lines[0].is_hang);
    assert_true(journal.lines[0].has_hung);
    document_fini(&document);
    buffer_fini(&problem);
}

static void it_says_of_which_commit_assay_was(void **state)
{
    static const char text[] =
        "{\"format\":\"" RECORD_RUN_FORMAT "\",\"commit\":\"0123abc+\",\"planned\":0,"
        "\"header\":{\"format\":\"" RECORD_RUN_FORMAT "\"}}\n";
    static const char *const texts[] = {text, HEADER};
    static const char *const commits[] = {"0123abc+", ""};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct document document;
        struct buffer problem;
        buffer_init(&problem, 256);
        assert_int_equal(journal_read(bytes_of_text(texts[i]), &problem, &document, NULL), OK);
        assert_string_equal(document.run->commit, commits[i]);
        document_fini(&document);
        buffer_fini(&problem);
    }
}

static void a_whole_journal_says_how_the_run_ended(void **state)
{
    static const char text[] =
        WHOLE "{\"ending\":{\"interrupted\":\"\",\"unreachable\":false,\"preconditions\":[],"
              "\"times\":{\"started\":\"2026-11-23T10:00:00Z\",\"late\":2}}}\n";
    struct document document;
    struct buffer problem;
    (void)state;
    buffer_init(&problem, 256);
    assert_int_equal(journal_read(bytes_of_text(text), &problem, &document, NULL), OK);
    assert_int_equal(document.run->n_cases, 3);
    assert_string_equal(document.run->interrupted, "");
    assert_string_equal(document.run->times.started, "2026-11-23T10:00:00Z");
    assert_int_equal(document.run->times.late, 2);
    document_fini(&document);
    /* without its last byte but one it is no ending */
    assert_int_equal(
        journal_read(bytes_of((const uint8_t *)text, sizeof(text) - 3), &problem, &document, NULL),
        OK);
    assert_string_equal(document.run->interrupted, "the journal ends after 3 of 3 executions");
    document_fini(&document);
    buffer_fini(&problem);
}

static void the_ending_says_what_kept_a_run_from_its_cases(void **state)
{
    static const char text[] =
        HEADER "{\"ending\":{\"interrupted\":\"it cannot be reached\",\"unreachable\":true,"
               "\"preconditions\":[{\"check\":\"a forged message\",\"requirement\":\"D-16\","
               "\"seen\":\"it opened\"}],\"times\":{}}}\n";
    struct document document;
    struct buffer problem;
    (void)state;
    buffer_init(&problem, 256);
    assert_int_equal(journal_read(bytes_of_text(text), &problem, &document, NULL), OK);
    assert_int_equal(document.run->n_cases, 0);
    assert_string_equal(document.run->interrupted, "it cannot be reached");
    assert_true(document.run->is_unreachable);
    assert_int_equal(document.run->n_preconditions, 1);
    assert_string_equal(document.run->preconditions[0].requirement, "D-16");
    document_fini(&document);
    buffer_fini(&problem);
}

static void wrong(const char *text, const char *expected)
{
    struct document document;
    struct buffer problem;
    buffer_init(&problem, 256);
    assert_int_equal(journal_read(bytes_of_text(text), &problem, &document, NULL), E_PARSE);
    assert_string_equal(buffer_text(&problem), expected);
    buffer_fini(&problem);
    document_fini(&document);
}

static void a_broken_line_in_the_middle_is_named(void **state)
{
    (void)state;
    wrong(HEADER CASE("a/b") "{\"id\":\n" CASE("a/d"), "line 3 cannot be read");
}

static void another_file_is_no_journal(void **state)
{
    (void)state;
    wrong("hello\nworld\n", "not the journal of a run");
    wrong("{\"format\":\"other\",\"header\":{\"format\":\"other\"}}\n",
          "not the journal of a run of this assay");
}

static void journals_are_known_by_their_name(void **state)
{
    (void)state;
    assert_true(journal_is_named("out/results.jsonl"));
    assert_false(journal_is_named("out/results.json"));
    assert_false(journal_is_named(".jsonl"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(what_is_left_of_each_cut_is_whole_lines),
        cmocka_unit_test(a_first_line_without_its_end_leaves_nothing),
        cmocka_unit_test(a_line_says_where_it_stands_and_what_it_took),
        cmocka_unit_test(it_says_of_which_commit_assay_was),
        cmocka_unit_test(a_whole_journal_says_how_the_run_ended),
        cmocka_unit_test(the_ending_says_what_kept_a_run_from_its_cases),
        cmocka_unit_test(a_broken_line_in_the_middle_is_named),
        cmocka_unit_test(another_file_is_no_journal),
        cmocka_unit_test(journals_are_known_by_their_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
