/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement is one table: what it must say, row by row,
 * and that it says something everywhere. */
#include "verdict/oracle.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    enum expect expect;
    enum seen seen;
    enum verdict verdict;
};

static const struct row rows[] = {
    {"the exact plaintext passes opens", EXPECT_OPENS, SEEN_PLAINTEXT, VERDICT_PASS},
    {"another plaintext is never opens", EXPECT_OPENS, SEEN_OTHER_PLAINTEXT, VERDICT_FAIL},
    {"saying yes without a plaintext is not opens", EXPECT_OPENS, SEEN_DONE, VERDICT_FAIL},
    {"taking a message silently is not opens", EXPECT_OPENS, SEEN_ABSORBED, VERDICT_FAIL},
    {"refusing what must open fails", EXPECT_OPENS, SEEN_REFUSAL, VERDICT_FAIL},
    {"unsupported is not opens", EXPECT_OPENS, SEEN_UNSUPPORTED, VERDICT_FAIL},

    {"a stated refusal passes", EXPECT_REFUSES, SEEN_REFUSAL, VERDICT_PASS},
    {"opening what must be refused fails", EXPECT_REFUSES, SEEN_PLAINTEXT, VERDICT_FAIL},
    {"opening it to something else fails, too", EXPECT_REFUSES, SEEN_OTHER_PLAINTEXT, VERDICT_FAIL},
    {"a crash is not a refusal", EXPECT_REFUSES, SEEN_DEATH, VERDICT_FAIL},
    {"a close is not a refusal", EXPECT_REFUSES, SEEN_CLOSE, VERDICT_FAIL},
    {"a silence is not a refusal", EXPECT_REFUSES, SEEN_SILENCE, VERDICT_FAIL},
    {"a fault is not a refusal", EXPECT_REFUSES, SEEN_FAULT, VERDICT_FAIL},
    {"unsupported is not a refusal", EXPECT_REFUSES, SEEN_UNSUPPORTED, VERDICT_FAIL},
    {"garbage is not a refusal", EXPECT_REFUSES, SEEN_GARBAGE, VERDICT_FAIL},
    {"taking a forged distribution is not a refusal", EXPECT_REFUSES, SEEN_ABSORBED, VERDICT_FAIL},
    {"accepting a forged bundle is not a refusal", EXPECT_REFUSES, SEEN_DONE, VERDICT_FAIL},

    {"either takes the exact plaintext", EXPECT_EITHER, SEEN_PLAINTEXT, VERDICT_PASS},
    {"either takes a refusal", EXPECT_EITHER, SEEN_REFUSAL, VERDICT_PASS},
    {"either takes an operation that is done", EXPECT_EITHER, SEEN_DONE, VERDICT_PASS},
    {"either does not take another plaintext", EXPECT_EITHER, SEEN_OTHER_PLAINTEXT, VERDICT_FAIL},
    {"either does not take a crash", EXPECT_EITHER, SEEN_DEATH, VERDICT_FAIL},
    {"either does not take a silence", EXPECT_EITHER, SEEN_SILENCE, VERDICT_FAIL},

    {"an operation that must work and does passes", EXPECT_DOES, SEEN_DONE, VERDICT_PASS},
    {"a refusal of what must work fails", EXPECT_DOES, SEEN_REFUSAL, VERDICT_FAIL},
    {"bytes nobody can use are not success", EXPECT_DOES, SEEN_UNREADABLE, VERDICT_FAIL},
    {"a claimed capability that is unsupported fails", EXPECT_DOES, SEEN_UNSUPPORTED, VERDICT_FAIL},

    {"a relation that holds passes", EXPECT_HOLDS, SEEN_RELATION_HOLDS, VERDICT_PASS},
    {"a relation that does not hold fails", EXPECT_HOLDS, SEEN_RELATION_BROKEN, VERDICT_FAIL},
    {"a relation on unreadable bytes fails", EXPECT_HOLDS, SEEN_UNREADABLE, VERDICT_FAIL},
    {"a relation cannot be judged from an opening", EXPECT_HOLDS, SEEN_PLAINTEXT, VERDICT_ERROR},

    {"a distribution message that is taken passes", EXPECT_ABSORBS, SEEN_ABSORBED, VERDICT_PASS},
    {"showing a distribution message to a person fails", EXPECT_ABSORBS, SEEN_PLAINTEXT,
     VERDICT_FAIL},
    {"refusing an honest distribution message fails", EXPECT_ABSORBS, SEEN_REFUSAL, VERDICT_FAIL},

    {"an opening cannot be judged from a relation", EXPECT_OPENS, SEEN_RELATION_HOLDS,
     VERDICT_ERROR},
    {"trouble of ours says nothing about a refusal", EXPECT_REFUSES, SEEN_HARNESS_TROUBLE,
     VERDICT_ERROR},
    {"trouble of ours says nothing about an opening", EXPECT_OPENS, SEEN_HARNESS_TROUBLE,
     VERDICT_ERROR},
    {"when nothing happened nothing passes", EXPECT_EITHER, SEEN_NOTHING_YET, VERDICT_ERROR},
    {"a forgotten expectation is our error", EXPECT_NONE, SEEN_PLAINTEXT, VERDICT_ERROR},
    {"a forgotten expectation does not mean refuses", EXPECT_NONE, SEEN_REFUSAL, VERDICT_ERROR},
};

static void the_verdict_is_as_stated(void **state)
{
    const struct row *row = *state;
    assert_string_equal(verdict_name(oracle_judge(row->expect, row->seen)),
                        verdict_name(row->verdict));
}

/* ---- properties of the whole table */

static void no_cell_is_empty(void **state)
{
    (void)state;
    for (unsigned e = 0; e < N_EXPECT; e++)
        for (unsigned s = 0; s < N_SEEN; s++)
            if (oracle_judge((enum expect)e, (enum seen)s) == VERDICT_NONE)
                fail_msg("nothing is said of %s when %s was expected", seen_name((enum seen)s),
                         expect_name((enum expect)e));
}

/* Which endings and broken answers can never be a pass, whatever was expected. */
static void what_is_no_answer_never_passes(void **state)
{
    static const enum seen no_answers[] = {
        SEEN_NOTHING_YET, SEEN_UNREADABLE, SEEN_UNSUPPORTED,     SEEN_FAULT,
        SEEN_GARBAGE,     SEEN_OVERSIZE,   SEEN_OUT_OF_SEQUENCE, SEEN_CLOSE,
        SEEN_DEATH,       SEEN_SILENCE,    SEEN_HARNESS_TROUBLE, SEEN_OTHER_PLAINTEXT,
    };
    (void)state;
    for (unsigned e = 0; e < N_EXPECT; e++)
        for (size_t i = 0; i < COUNT(no_answers); i++)
            assert_int_not_equal(oracle_judge((enum expect)e, no_answers[i]), VERDICT_PASS);
}

static void each_expectation_can_be_met_and_can_be_failed(void **state)
{
    (void)state;
    for (unsigned e = EXPECT_NONE + 1; e < N_EXPECT; e++) {
        unsigned counts[N_VERDICT] = {0};
        for (unsigned s = 0; s < N_SEEN; s++)
            counts[oracle_judge((enum expect)e, (enum seen)s)]++;
        assert_in_range(counts[VERDICT_PASS], 1, 3);
        assert_in_range(counts[VERDICT_FAIL], 8, N_SEEN);
    }
}

/* A target that refuses everything fails everything that must work. */
static void one_answer_to_everything_does_not_pass_everything(void **state)
{
    (void)state;
    for (unsigned s = 0; s < N_SEEN; s++) {
        bool opens = oracle_judge(EXPECT_OPENS, (enum seen)s) == VERDICT_PASS;
        bool refuses = oracle_judge(EXPECT_REFUSES, (enum seen)s) == VERDICT_PASS;
        assert_false(opens && refuses);
    }
}

static void values_out_of_range_are_our_error(void **state)
{
    (void)state;
    assert_int_equal(oracle_judge(N_EXPECT, SEEN_PLAINTEXT), VERDICT_ERROR);
    assert_int_equal(oracle_judge(EXPECT_OPENS, N_SEEN), VERDICT_ERROR);
    assert_int_equal(oracle_judge(EXPECT_OPENS, (enum seen)(N_SEEN + 1)), VERDICT_ERROR);
    assert_string_equal(verdict_name(N_VERDICT), "?");
    assert_string_equal(seen_name(N_SEEN), "?");
    assert_string_equal(seen_text(N_SEEN), "?");
    assert_string_equal(expect_name(N_EXPECT), "?");
    assert_string_equal(level_name(N_LEVEL), "?");
}

static void a_verdict_only_gets_worse(void **state)
{
    (void)state;
    for (unsigned a = 0; a < N_VERDICT; a++)
        for (unsigned b = 0; b < N_VERDICT; b++)
            assert_int_equal(verdict_worst((enum verdict)a, (enum verdict)b), a > b ? a : b);
    assert_int_equal(verdict_worst(VERDICT_FAIL, VERDICT_PASS), VERDICT_FAIL);
    assert_int_equal(verdict_worst(VERDICT_FAIL, VERDICT_ERROR), VERDICT_ERROR);
    assert_int_equal(verdict_worst(VERDICT_PASS, VERDICT_INCONCLUSIVE), VERDICT_INCONCLUSIVE);
}

/* ---- names */

struct names {
    const char *sentence;
    unsigned count;
    const char *(*name)(unsigned);
    unsigned (*from_name)(const char *);
};

static const char *name_of_expect(unsigned i) { return expect_name((enum expect)i); }
static const char *name_of_seen(unsigned i) { return seen_name((enum seen)i); }
static const char *name_of_verdict(unsigned i) { return verdict_name((enum verdict)i); }
static const char *name_of_level(unsigned i) { return level_name((enum level)i); }
static unsigned expect_called(const char *name) { return (unsigned)expect_from_name(name); }
static unsigned seen_called(const char *name) { return (unsigned)seen_from_name(name); }
static unsigned verdict_called(const char *name) { return (unsigned)verdict_from_name(name); }
static unsigned level_called(const char *name) { return (unsigned)level_from_name(name); }

static const struct names vocabularies[] = {
    {"names of expectations are unique and read back", N_EXPECT, name_of_expect, expect_called},
    {"names of what is seen are unique and read back", N_SEEN, name_of_seen, seen_called},
    {"names of verdicts are unique and read back", N_VERDICT, name_of_verdict, verdict_called},
    {"names of levels are unique and read back", N_LEVEL, name_of_level, level_called},
};

static void names_are_unique_and_read_back(void **state)
{
    const struct names *v = *state;
    for (unsigned i = 0; i < v->count; i++) {
        assert_non_null(v->name(i));
        assert_true(strlen(v->name(i)) > 1);
        assert_int_equal(v->from_name(v->name(i)), i);
    }
    assert_int_equal(v->from_name("no such name"), 0);
    assert_int_equal(v->from_name(NULL), 0);
    assert_int_equal(v->from_name(""), 0);
}

static void what_is_seen_has_a_sentence_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < N_SEEN; i++) {
        assert_true(strlen(seen_text((enum seen)i)) > 10);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(seen_text((enum seen)i), seen_text((enum seen)j));
    }
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows) + COUNT(vocabularies) + 7] = {
        cmocka_unit_test(no_cell_is_empty),
        cmocka_unit_test(what_is_no_answer_never_passes),
        cmocka_unit_test(each_expectation_can_be_met_and_can_be_failed),
        cmocka_unit_test(one_answer_to_everything_does_not_pass_everything),
        cmocka_unit_test(values_out_of_range_are_our_error),
        cmocka_unit_test(a_verdict_only_gets_worse),
        cmocka_unit_test(what_is_seen_has_a_sentence_of_its_own),
    };
    size_t n = 7;
    ADD_ROWS(tests, n, rows, sentence, the_verdict_is_as_stated);
    ADD_ROWS(tests, n, vocabularies, sentence, names_are_unique_and_read_back);
    return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
