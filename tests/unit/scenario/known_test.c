/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a list of known failures covers, and what a person is told about a wrong line. */
#include "scenario/known.h"

#include "scratch.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    const char *text;
    const char *complaint; /* NULL: the file is right */
    const char *asked;     /* a full id */
    unsigned line;         /* that covers it; 0 when none does */
};

static const struct row rows[] = {
    {"a line covers its case", "ratchet/x  # D-05: why\n", NULL, "ratchet/x", 1},
    {"a line covers all instances", "ratchet/x  # D-05: why\n", NULL, "ratchet/x#17", 1},
    {"an exact line goes before a covering one",
     "ratchet/x # D-05: why\nratchet/x#17 # D-05: other\n", NULL, "ratchet/x#17", 2},
    {"an exact line goes before a covering one that follows",
     "ratchet/x#17 # D-05: other\nratchet/x # D-05: why\n", NULL, "ratchet/x#17", 1},
    {"a combination of probe and situation is a case", "probes/x@y # D-05: why\n", NULL,
     "probes/x@y#2", 1},
    {"a probe is covered in every situation", "probes/x@* # D-05: why\n", NULL, "probes/x@y-z#2",
     1},
    {"a probe covers no other", "probes/x@* # D-05: why\n", NULL, "probes/xy@z", 0},
    {"a combination goes before its probe", "probes/x@* # D-05: why\nprobes/x@y # D-05: other\n",
     NULL, "probes/x@y#1", 2},
    {"a situation that is half said", "probes/x@y-* # D-05: why\n",
     "known.txt:1: \"probes/x@y-*\": a case is expected, as suite/case or suite/case#17", NULL, 0},
    {"a combination covers no other", "probes/x@y # D-05: why\n", NULL, "probes/x@z", 0},
    {"a combination without a situation", "probes/x@ # D-05: why\n",
     "known.txt:1: \"probes/x@\": a case is expected, as suite/case or suite/case#17", NULL, 0},
    {"a line of one instance covers no other", "ratchet/x#17 # D-05: why\n", NULL, "ratchet/x#1",
     0},
    {"a line covers no case with a longer name", "ratchet/x # D-05: why\n", NULL, "ratchet/xy", 0},
    {"comments and empty lines are skipped", "# a list\n\n   \nratchet/x # D-05: why\n", NULL,
     "ratchet/x", 4},
    {"a tab may stand before the reason", "ratchet/x\t# D-05: why\n", NULL, "ratchet/x", 1},
    {"a byte order mark is passed over", "\xef\xbb\xbfratchet/x # D-05: why\n", NULL, "ratchet/x",
     1},
    {"a cause may stand before the reason", "ratchet/x  cause=\"D-05|a\" # D-05: why\n", NULL,
     "ratchet/x", 1},
    {"a cause without quotes", "ratchet/x cause=D-05|a # D-05: why\n",
     "known.txt:1: D-05|a: a cause is expected in quotes, as results.json has it", NULL, 0},
    {"a line without a reason", "ratchet/x\n",
     "known.txt:1: \"ratchet/x\": a reason is expected after the case, as # D-05: why", NULL, 0},
    {"an empty reason", "\nratchet/x #  \n",
     "known.txt:2: \"ratchet/x\": a reason is expected after the case, as # D-05: why", NULL, 0},
    {"a line that names no case", "ratchet # D-05: why\n",
     "known.txt:1: \"ratchet\": a case is expected, as suite/case or suite/case#17", NULL, 0},
    {"an instance that is no number", "ratchet/x#one # D-05: why\n",
     "known.txt:1: \"ratchet/x#one\": a case is expected, as suite/case or suite/case#17", NULL, 0},
    {"instance 0 does not exist", "ratchet/x#0 # D-05: why\n",
     "known.txt:1: \"ratchet/x#0\": a case is expected, as suite/case or suite/case#17", NULL, 0},
    {"a case that is listed twice", "ratchet/x # a\nratchet/y # b\nratchet/x # c\n",
     "known.txt:3: \"ratchet/x\": line 1 lists it already", NULL, 0},
    {"a day that does not exist", "ratchet/x # D-05: why, until 2027-02-29\n",
     "known.txt:1: \"2027-02-29\": a day is expected after until, as 2027-03-01", NULL, 0},
    {"a day of another form", "ratchet/x # D-05: why, until 2027-3-1\n",
     "known.txt:1: \"2027-3-1\": a day is expected after until, as 2027-03-01", NULL, 0},
};

static void *shared;

static enum status load(const char *text, struct known_failures *out)
{
    struct scratch *s = shared;
    diags_fini(&s->diags);
    diags_init(&s->diags);
    scratch_write("known.txt", text);
    return known_failures_load("known.txt", out, &s->diags);
}

static void line_is_read(void **state)
{
    const struct row *row = *state;
    struct known_failures known;
    enum status st = load(row->text, &known);
    char *complaint = scratch_complaint(shared, 0);
    assert_string_equal(complaint, row->complaint ? row->complaint : "");
    free(complaint);
    assert_int_equal(st, row->complaint ? E_INPUT : OK);
    if (row->asked) {
        const struct known_failure *line = known_failures_find(&known, row->asked);
        assert_int_equal(line ? line->line : 0, row->line);
    }
    known_failures_free(&known);
}

static void reason_and_day_are_kept(void **state)
{
    struct known_failures known;
    (void)state;
    assert_int_equal(load("a/b # PROJ-123, until 2028-02-29: fixed in 4.2\n"
                          "a/c # waits until somebody cares\n",
                          &known),
                     OK);
    assert_string_equal(known.file, "known.txt");
    assert_int_equal(known.count, 2);
    assert_string_equal(known.items[0].reason, "PROJ-123, until 2028-02-29: fixed in 4.2");
    assert_string_equal(known.items[0].until, "2028-02-29");
    assert_null(known.items[1].until);
    known_failures_free(&known);
}

static void another_cause_is_not_excused(void **state)
{
    struct known_failures known;
    (void)state;
    assert_int_equal(load("a/b cause=\"D-05|x\" # why\na/c # why\n", &known), OK);
    assert_non_null(known_failures_excuse(&known, "a/b", "D-05|x"));
    assert_null(known_failures_excuse(&known, "a/b", "D-05|y"));
    assert_null(known_failures_excuse(&known, "a/b", NULL));
    assert_non_null(known_failures_excuse(&known, "a/c", "D-05|y"));
    known_failures_free(&known);
}

static void absent_file_is_named(void **state)
{
    struct scratch *s = shared;
    struct known_failures known;
    (void)state;
    diags_fini(&s->diags);
    diags_init(&s->diags);
    assert_int_equal(known_failures_load("absent.txt", &known, &s->diags), E_INPUT);
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, "absent.txt:0: cannot be opened: No such file or directory");
    free(complaint);
    known_failures_free(&known);
}

/* What a C string ends at does not end a line: it would read as an empty one. */
static void a_nul_in_a_line_is_refused(void **state)
{
    static const char text[] = "ratchet/y # D-05: why\n\0ratchet/x # D-05: why\n";
    struct scratch *s = shared;
    struct known_failures known;
    FILE *file = fopen("known.txt", "wb");
    (void)state;
    diags_fini(&s->diags);
    diags_init(&s->diags);
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, sizeof(text) - 1, file), sizeof(text) - 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(known_failures_load("known.txt", &known, &s->diags), E_INPUT);
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, "known.txt:2: a NUL byte stands in the line");
    free(complaint);
    known_failures_free(&known);
}

static int group_setup(void **state)
{
    (void)state;
    return scratch_setup(&shared);
}

static int group_teardown(void **state)
{
    (void)state;
    return scratch_teardown(&shared);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 4] = {
        cmocka_unit_test(reason_and_day_are_kept), cmocka_unit_test(another_cause_is_not_excused),
        cmocka_unit_test(absent_file_is_named), cmocka_unit_test(a_nul_in_a_line_is_refused)};
    size_t n = 4;
    ADD_ROWS(tests, n, rows, sentence, line_is_read);
    return _cmocka_run_group_tests("known", tests, n, group_setup, group_teardown);
}
