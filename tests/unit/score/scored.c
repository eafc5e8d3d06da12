/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

const struct requirement scored_requirements[N_REQUIREMENTS] = {
    {.id = "D-01", .level = LEVEL_MUST, .testable = "yes", .text = "t", .impact = "i"},
    {.id = "D-02", .level = LEVEL_MUST, .testable = "yes", .text = "t", .impact = "i"},
    {.id = "D-03", .level = LEVEL_SHOULD, .testable = "no", .reason = "nobody sees it"},
    {.id = "D-04", .level = LEVEL_MUST, .testable = "later", .reason = "needs a clock"},
};

static const struct case_spec specs[] = {
    {.id = "a", .full_id = "s/a", .n_instances = 1, .requirement = &scored_requirements[0]},
    {.id = "b", .full_id = "s/b", .n_instances = 2, .requirement = &scored_requirements[1]}};
const struct suite scored_suite = {
    .id = "s", .title = "S", .layer = "cipher", .cases = specs, .n_cases = 2};

const char *scored_status(const struct record_summary *summary, const char *id)
{
    for (size_t i = 0; i < summary->n_requirements; i++)
        if (strcmp(summary->requirements[i].id, id) == 0)
            return summary->requirements[i].status;
    return "absent";
}

void scored_prepare(const struct row *row, struct scored *out)
{
    arena_init(&out->arena, 1u << 20);
    run_from_doubles(row->cases, &row->selected, &out->run);
    if (row->interrupted)
        out->run.run.interrupted = row->interrupted;
}

void scored_make(const struct row *row, struct scored *out) { scored_make_by(row, NULL, out); }

void scored_make_by(const struct row *row, const struct requirement_set *set, struct scored *out)
{
    struct suite suite = scored_suite, *suites[] = {&suite};
    struct known_failure line = row->line;
    struct known_failures known = {.file = "known.txt", .items = &line, .count = 1};
    struct score_inputs in = {.requirements = scored_requirements,
                              .n_requirements = N_REQUIREMENTS,
                              .suites = suites,
                              .n_suites = 1,
                              .known = line.case_id ? &known : NULL,
                              .set = set,
                              .is_strict = row->is_strict,
                              .today = TODAY};

    assert_int_equal(score_run(&out->run.run, &in, &out->arena), OK);
    out->summary = out->run.run.summary;
    assert_non_null(out->summary);
}
