/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a requirement set says of an id, and what a person is told about a wrong line. */
#include "scenario/requirement_set.h"

#include "scratch.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    const char *text;
    const char *complaint; /* NULL: the file is right */
    const char *asked;
    enum level level; /* of what is asked */
};

static const struct row rows[] = {
    {"a requirement has its level", "D-05 must\n", NULL, "D-05", LEVEL_MUST},
    {"a case has its own", "D-05 must\nratchet/x hardening\n", NULL, "ratchet/x", LEVEL_HARDENING},
    {"an execution has that of its case", "ratchet/x should\n", NULL, "ratchet/x#17", LEVEL_SHOULD},
    {"a combination is a case", "probes/x@y measure\n", NULL, "probes/x@y#2", LEVEL_MEASURE},
    {"what is not listed was added", "D-05 must\n", NULL, "D-06", LEVEL_ADDED},
    {"a longer id is another", "ratchet/x must\n", NULL, "ratchet/xy", LEVEL_ADDED},
    {"comments, blanks and the last line's end", "# a set\r\n\n \t D-05 \t must \r\nD-06 must",
     NULL, "D-06", LEVEL_MUST},
    {"an id without a level", "D-05\n",
     "set.txt:1: \"D-05\": an id and its level are expected: must, should, hardening or measure",
     NULL, LEVEL_NONE},
    {"a level that is none", "D-05 must\nD-06 perhaps\n",
     "set.txt:2: \"D-06\": an id and its level are expected: must, should, hardening or measure",
     NULL, LEVEL_NONE},
    {"none can be written as added", "D-05 added\n",
     "set.txt:1: \"D-05\": an id and its level are expected: must, should, hardening or measure",
     NULL, LEVEL_NONE},
    {"a third word", "D-05 must now\n",
     "set.txt:1: \"D-05\": an id and its level are expected: must, should, hardening or measure",
     NULL, LEVEL_NONE},
    {"an id twice", "D-05 must\n\nD-05 should\n", "set.txt:3: \"D-05\": a line before has it, too",
     NULL, LEVEL_NONE},
};

static struct requirement_set set;
static struct diags diags;

static enum status load(const char *text)
{
    scratch_write("set.txt", text);
    diags_init(&diags);
    return requirement_set_load("set.txt", &set, &diags);
}

static void unload(void)
{
    requirement_set_free(&set);
    diags_fini(&diags);
}

static void line_is_read(void **state)
{
    const struct row *row = *state;
    char complaint[512];
    assert_int_equal(load(row->text), row->complaint ? E_INPUT : OK);
    assert_int_equal(diags.count, row->complaint ? 1 : 0);
    if (row->complaint) {
        snprintf(complaint, sizeof(complaint), "%s:%u: %s", diags.items[0].file,
                 diags.items[0].line, diags.items[0].text);
        assert_string_equal(complaint, row->complaint);
    } else {
        assert_int_equal(requirement_set_level(&set, row->asked), row->level);
    }
    unload();
}

static void every_wrong_line_is_said(void **state)
{
    (void)state;
    assert_int_equal(load("D-05\nD-06 must\nD-07 perhaps\n"), E_INPUT);
    assert_int_equal(diags.count, 2);
    assert_int_equal(diags.items[1].line, 3);
    unload();
}

static void absent_file_is_named(void **state)
{
    (void)state;
    diags_init(&diags);
    assert_int_equal(requirement_set_load("absent.txt", &set, &diags), E_INPUT);
    assert_string_equal(diags.items[0].file, "absent.txt");
    assert_string_equal(diags.items[0].text, "cannot be read: No such file or directory");
    unload();
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 2] = {cmocka_unit_test(every_wrong_line_is_said),
                                                cmocka_unit_test(absent_file_is_named)};
    size_t n = 2;
    ADD_ROWS(tests, n, rows, sentence, line_is_read);
    return _cmocka_run_group_tests("requirement_set", tests, n, scratch_share, scratch_unshare);
}
