/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a requirement set decides: the levels are its own; what is newer decides nothing. */
#include "scored.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LISTED_MAX 8

struct set_row {
    const char *sentence;
    struct row row; /* its cases, selected, is_strict */
    struct requirement_set_row listed[LISTED_MAX];
    enum conformance conformance;
    int exit_code;
    const char *reason; /* the first; NULL: none */
    enum level b;       /* of the case s/b */
    uint64_t added;     /* cases */
};

#define ALL_OF_A                                                                                   \
    {"D-01", LEVEL_MUST}, {"D-02", LEVEL_MUST}, { "s/a", LEVEL_MUST }
#define BAD_B                                                                                      \
    {                                                                                              \
        "s/b#2", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL     \
    }

static const struct set_row set_rows[] = {
    {.sentence = "what the set lists decides",
     .row = {.cases = {GOOD_A, BAD_B}},
     .listed = {ALL_OF_A, {"s/b", LEVEL_MUST}},
     .conformance = CONFORMANCE_NO,
     .exit_code = 1,
     .reason = "1 MUST execution failed",
     .b = LEVEL_MUST},
    {.sentence = "a case that is newer fails, and decides nothing",
     .row = {.cases = {GOOD_A, BAD_B}},
     .listed = {{"D-01", LEVEL_MUST}, {"s/a", LEVEL_MUST}},
     .conformance = CONFORMANCE_YES,
     .exit_code = 0,
     .b = LEVEL_ADDED,
     .added = 1},
    {.sentence = "nor with strict",
     .row = {.cases = {GOOD_A, BAD_B}, .is_strict = true},
     .listed = {{"D-01", LEVEL_MUST}, {"s/a", LEVEL_MUST}},
     .conformance = CONFORMANCE_YES,
     .exit_code = 0,
     .b = LEVEL_ADDED,
     .added = 1},
    {.sentence = "the level is that of the day",
     .row = {.cases = {GOOD_A, BAD_B}, .is_strict = true},
     .listed = {ALL_OF_A, {"s/b", LEVEL_SHOULD}},
     .conformance = CONFORMANCE_YES,
     .exit_code = 1,
     .reason = "1 SHOULD execution failed",
     .b = LEVEL_SHOULD},
    {.sentence = "an error of a newer case is an error",
     .row = {.cases = {GOOD_A,
                       {"s/b", "D-02", LEVEL_MUST, STATE_ERROR, 0, 0, EXPECT_OPENS,
                        SEEN_NOTHING_YET, NULL, NULL}}},
     .listed = {{"D-01", LEVEL_MUST}, {"s/a", LEVEL_MUST}},
     .conformance = CONFORMANCE_UNDECIDED,
     .exit_code = 3,
     .reason = "1 execution ended in an error of assay",
     .b = LEVEL_ADDED,
     .added = 1},
    {.sentence = "newer cases alone say nothing",
     .row = {.cases = {GOOD_A, GOOD_B}},
     .listed = {{"D-01", LEVEL_MUST}},
     .conformance = CONFORMANCE_UNDECIDED,
     .exit_code = 2,
     .reason = "no MUST execution came to a verdict",
     .b = LEVEL_ADDED,
     .added = 2},
    {.sentence = "a case of the set that no suite has is missed",
     .row = {.cases = {GOOD_A, GOOD_B}},
     .listed = {ALL_OF_A, {"s/b", LEVEL_MUST}, {"s/gone", LEVEL_MUST}},
     .conformance = CONFORMANCE_UNDECIDED,
     .exit_code = 2,
     .reason = "1 case of the requirement set is in no suite",
     .b = LEVEL_MUST},
    {.sentence = "not by who chose a case",
     .row = {.cases = {GOOD_A, GOOD_B}, .selected = "s/*"},
     .listed = {ALL_OF_A, {"s/b", LEVEL_MUST}, {"s/gone", LEVEL_MUST}},
     .conformance = CONFORMANCE_UNDECIDED,
     .exit_code = 0,
     .b = LEVEL_MUST},
};

static void set_make(const struct requirement_set_row *listed, struct requirement_set *set)
{
    memset(set, 0, sizeof(*set));
    arena_init(&set->arena, 1u << 16);
    set->rows = arena_array(&set->arena, LISTED_MAX, sizeof(*set->rows));
    assert_non_null(set->rows);
    for (; set->count < LISTED_MAX && listed[set->count].id; set->count++) {
        set->rows[set->count] = listed[set->count];
        assert_int_equal(
            text_index_add(&set->index, &set->arena, listed[set->count].id, set->count), OK);
    }
}

static void set_decides(void **state)
{
    const struct set_row *row = *state;
    struct requirement_set set;
    struct scored scored;
    set_make(row->listed, &set);
    scored_prepare(&row->row, &scored);
    scored_make_by(&row->row, &set, &scored);
    assert_int_equal(scored.summary->conformance, row->conformance);
    assert_int_equal(scored.summary->exit_code, row->exit_code);
    assert_int_equal(scored.summary->reasons.n, row->reason ? 1 : 0);
    if (row->reason)
        assert_string_equal(scored.summary->reasons.items[0], row->reason);
    assert_int_equal(scored.run.run.cases[1].level, row->b);
    uint64_t added = 0;
    for (int i = 0; i < N_STATE; i++)
        added += scored.summary->levels[LEVEL_ADDED].of[i];
    assert_int_equal(added, row->added);
    arena_fini(&scored.arena);
    requirement_set_free(&set);
}

static void requirement_has_the_level_of_the_day(void **state)
{
    static const struct row row = {.cases = {GOOD_A, GOOD_B}};
    static const struct requirement_set_row listed[] = {{"D-01", LEVEL_HARDENING},
                                                        {"s/a", LEVEL_HARDENING},
                                                        {"s/b", LEVEL_MUST},
                                                        {NULL, LEVEL_NONE}};
    struct requirement_set set;
    struct scored scored;
    (void)state;
    set_make(listed, &set);
    scored_prepare(&row, &scored);
    scored_make_by(&row, &set, &scored);
    assert_int_equal(scored.summary->requirements[0].level, LEVEL_HARDENING);
    assert_int_equal(scored.summary->requirements[1].level, LEVEL_ADDED);
    assert_int_equal(scored_requirements[0].level, LEVEL_MUST);
    arena_fini(&scored.arena);
    requirement_set_free(&set);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(set_rows) + 1] = {
        cmocka_unit_test(requirement_has_the_level_of_the_day)};
    size_t n = 1;
    ADD_ROWS(tests, n, set_rows, sentence, set_decides);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
