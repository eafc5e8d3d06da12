/*
 * The oracle has an answer in every cell, passes exactly what may pass, and its words come back to
 * the values they name.
 */
#include "verdict/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    enum expect expect;
    enum seen seen;
    enum verdict verdict;
};

static const struct row rows[] = {
    {"the exact plaintext opens", EXPECT_OPENS, SEEN_PLAINTEXT, VERDICT_PASS},
    {"another plaintext does not open", EXPECT_OPENS, SEEN_OTHER_PLAINTEXT, VERDICT_FAIL},
    {"taken without plaintext is not opened", EXPECT_OPENS, SEEN_ABSORBED, VERDICT_FAIL},
    {"a bare success is not opened", EXPECT_OPENS, SEEN_DONE, VERDICT_FAIL},
    {"refusing an honest message fails", EXPECT_OPENS, SEEN_REFUSAL, VERDICT_FAIL},
    {"stated refusal passes", EXPECT_REFUSES, SEEN_REFUSAL, VERDICT_PASS},
    {"opening a forgery fails", EXPECT_REFUSES, SEEN_PLAINTEXT, VERDICT_FAIL},
    {"opening a forgery to anything fails", EXPECT_REFUSES, SEEN_OTHER_PLAINTEXT, VERDICT_FAIL},
    {"absorbing a forgery fails", EXPECT_REFUSES, SEEN_ABSORBED, VERDICT_FAIL},
    {"doing what must be refused fails", EXPECT_REFUSES, SEEN_DONE, VERDICT_FAIL},
    {"crash is not a refusal", EXPECT_REFUSES, SEEN_DEATH, VERDICT_FAIL},
    {"close is not a refusal", EXPECT_REFUSES, SEEN_CLOSE, VERDICT_FAIL},
    {"silence is not a refusal", EXPECT_REFUSES, SEEN_SILENCE, VERDICT_FAIL},
    {"garbage is not a refusal", EXPECT_REFUSES, SEEN_GARBAGE, VERDICT_FAIL},
    {"a fault is not a refusal", EXPECT_REFUSES, SEEN_FAULT, VERDICT_FAIL},
    {"unsupported is not a refusal", EXPECT_REFUSES, SEEN_UNSUPPORTED, VERDICT_FAIL},
    {"either: the plaintext is sound", EXPECT_EITHER, SEEN_PLAINTEXT, VERDICT_PASS},
    {"either: a refusal is sound", EXPECT_EITHER, SEEN_REFUSAL, VERDICT_PASS},
    {"either: another plaintext is not", EXPECT_EITHER, SEEN_OTHER_PLAINTEXT, VERDICT_FAIL},
    {"either: a crash is not", EXPECT_EITHER, SEEN_DEATH, VERDICT_FAIL},
    {"an operation that succeeds does", EXPECT_DOES, SEEN_DONE, VERDICT_PASS},
    {"an operation that is refused does not", EXPECT_DOES, SEEN_REFUSAL, VERDICT_FAIL},
    {"what nobody can read was not done", EXPECT_DOES, SEEN_UNREADABLE, VERDICT_FAIL},
    {"a claimed operation that is unsupported fails", EXPECT_DOES, SEEN_UNSUPPORTED, VERDICT_FAIL},
    {"a relation that holds", EXPECT_HOLDS, SEEN_RELATION_HOLDS, VERDICT_PASS},
    {"a relation that does not", EXPECT_HOLDS, SEEN_RELATION_BROKEN, VERDICT_FAIL},
    {"a distribution message is absorbed", EXPECT_ABSORBS, SEEN_ABSORBED, VERDICT_PASS},
    {"a distribution message shown to a person", EXPECT_ABSORBS, SEEN_PLAINTEXT, VERDICT_FAIL},
    {"a step without expectation is our error", EXPECT_NONE, SEEN_PLAINTEXT, VERDICT_ERROR},
    {"trouble of ours is no verdict on the target", EXPECT_OPENS, SEEN_HARNESS_TROUBLE,
     VERDICT_ERROR},
    {"judging before anything was seen is our error", EXPECT_OPENS, SEEN_NOTHING_YET,
     VERDICT_ERROR},
};

/* What may pass, and nothing else. */
static const struct {
    enum expect expect;
    enum seen seen;
} passes[] = {
    {EXPECT_OPENS, SEEN_PLAINTEXT},  {EXPECT_REFUSES, SEEN_REFUSAL},
    {EXPECT_EITHER, SEEN_PLAINTEXT}, {EXPECT_EITHER, SEEN_REFUSAL},
    {EXPECT_EITHER, SEEN_DONE}, /* a step that is no delivery: it did what it was asked */
    {EXPECT_DOES, SEEN_DONE},        {EXPECT_HOLDS, SEEN_RELATION_HOLDS},
    {EXPECT_ABSORBS, SEEN_ABSORBED},
};

static bool may_pass(enum expect expect, enum seen seen)
{
    for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++)
        if (passes[i].expect == expect && passes[i].seen == seen)
            return true;
    return false;
}

static void judges(void **state)
{
    const struct row *row = *state;
    assert_int_equal(oracle_judge(row->expect, row->seen), row->verdict);
}

/* One cell: never empty, never undecided, and a pass only where it may be one. */
struct cell {
    enum expect expect;
    enum seen seen;
    char name[80];
};

static void cell_is_decided(void **state)
{
    const struct cell *cell = *state;
    enum verdict verdict = oracle_judge(cell->expect, cell->seen);
    assert_in_range(verdict, VERDICT_PASS, VERDICT_ERROR);
    assert_int_not_equal(verdict, VERDICT_INCONCLUSIVE);
    assert_int_equal(verdict == VERDICT_PASS, may_pass(cell->expect, cell->seen));
}

static void out_of_range_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(oracle_judge(N_EXPECT, SEEN_PLAINTEXT), VERDICT_ERROR);
    assert_int_equal(oracle_judge(EXPECT_OPENS, N_SEEN), VERDICT_ERROR);
    assert_int_equal(oracle_judge((enum expect) - 1, (enum seen) - 1), VERDICT_ERROR);
}

static void a_verdict_only_gets_worse(void **state)
{
    (void)state;
    for (unsigned a = 0; a < N_VERDICT; a++) {
        for (unsigned b = 0; b < N_VERDICT; b++) {
            enum verdict worst = verdict_worst((enum verdict)a, (enum verdict)b);
            assert_int_equal(worst, a > b ? a : b);
        }
    }
    assert_int_equal(verdict_worst(VERDICT_INCONCLUSIVE, VERDICT_PASS), VERDICT_INCONCLUSIVE);
    assert_int_equal(verdict_worst(VERDICT_FAIL, VERDICT_INCONCLUSIVE), VERDICT_FAIL);
    assert_int_equal(verdict_worst(VERDICT_FAIL, VERDICT_ERROR), VERDICT_ERROR);
}

/* ---- names */

static const char *expect_word(unsigned i) { return expect_name((enum expect)i); }
static const char *seen_word(unsigned i) { return seen_name((enum seen)i); }
static const char *verdict_word(unsigned i) { return verdict_name((enum verdict)i); }
static const char *level_word(unsigned i) { return level_name((enum level)i); }
static const char *seen_sentence(unsigned i) { return seen_text((enum seen)i); }
static unsigned expectation_value(const char *name) { return expect_from_name(name); }
static unsigned seen_value(const char *name) { return seen_from_name(name); }
static unsigned verdict_value(const char *name) { return verdict_from_name(name); }
static unsigned level_value(const char *name) { return level_from_name(name); }

struct vocabulary {
    const char *sentence;
    unsigned count;
    const char *(*name)(unsigned);
    unsigned (*value)(const char *); /* NULL: one way only */
};

static const struct vocabulary vocabularies[] = {
    {"expectations have names", N_EXPECT, expect_word, expectation_value},
    {"what can be seen has names", N_SEEN, seen_word, seen_value},
    {"verdicts have names", N_VERDICT, verdict_word, verdict_value},
    {"levels have names", N_LEVEL, level_word, level_value},
    {"what can be seen has a sentence", N_SEEN, seen_sentence, NULL},
};

static void names_are_unique_and_come_back(void **state)
{
    const struct vocabulary *v = *state;
    for (unsigned i = 0; i < v->count; i++) {
        assert_non_null(v->name(i));
        assert_true(v->name(i)[0] && strcmp(v->name(i), "?") != 0);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(v->name(i), v->name(j));
        if (v->value)
            assert_int_equal(v->value(v->name(i)), i);
    }
    assert_string_equal(v->name(v->count), "?");
    assert_string_equal(v->name(UINT32_MAX), "?");
}

static void unknown_names_are_the_unset_value(void **state)
{
    (void)state;
    static const char *const unknown[] = {"", "?", "Opens", "opens ", "refused", NULL};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_int_equal(expect_from_name(unknown[i]), EXPECT_NONE);
        assert_int_equal(seen_from_name(unknown[i]), SEEN_NOTHING_YET);
        assert_int_equal(verdict_from_name(unknown[i]), VERDICT_NONE);
        assert_int_equal(level_from_name(unknown[i]), LEVEL_NONE);
    }
}

/* Suites, results and reports of other versions hold these words: they stay. */
static void words_on_disk_stay(void **state)
{
    (void)state;
    assert_string_equal(expect_name(EXPECT_OPENS), "opens");
    assert_string_equal(expect_name(EXPECT_REFUSES), "refuses");
    assert_string_equal(seen_name(SEEN_REFUSAL), "refusal");
    assert_string_equal(seen_name(SEEN_DEATH), "death");
    assert_string_equal(verdict_name(VERDICT_PASS), "pass");
    assert_string_equal(verdict_name(VERDICT_INCONCLUSIVE), "inconclusive");
    assert_string_equal(level_name(LEVEL_MUST), "must");
    assert_string_equal(level_name(LEVEL_HARDENING), "hardening");
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define N_CELLS ((size_t)N_EXPECT * N_SEEN)

static const struct CMUnitTest written[] = {
    cmocka_unit_test(out_of_range_is_an_error),
    cmocka_unit_test(a_verdict_only_gets_worse),
    cmocka_unit_test(unknown_names_are_the_unset_value),
    cmocka_unit_test(words_on_disk_stay),
};

static size_t add_cells(struct CMUnitTest *tests, struct cell *cells)
{
    for (size_t i = 0; i < N_CELLS; i++) {
        struct cell *c = &cells[i];
        c->expect = (enum expect)(i / N_SEEN);
        c->seen = (enum seen)(i % N_SEEN);
        snprintf(c->name, sizeof(c->name), "expecting %s, seeing %s is decided",
                 expect_name(c->expect), seen_name(c->seen));
        tests[i] = (struct CMUnitTest){c->name, cell_is_decided, NULL, NULL, c};
    }
    return N_CELLS;
}

int main(void)
{
    struct cell cells[N_CELLS];
    struct CMUnitTest tests[N_CELLS + COUNT(rows) + COUNT(vocabularies) + COUNT(written)];
    size_t n = add_cells(tests, cells);
    for (size_t i = 0; i < COUNT(rows); i++)
        tests[n++] =
            (struct CMUnitTest){rows[i].sentence, judges, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    for (size_t i = 0; i < COUNT(vocabularies); i++)
        tests[n++] = (struct CMUnitTest){vocabularies[i].sentence, names_are_unique_and_come_back,
                                         NULL, NULL, (void *)(uintptr_t)&vocabularies[i]};
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("oracle", tests, n + COUNT(written), NULL, NULL);
}
