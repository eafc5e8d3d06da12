/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/excuses.h"

#include <string.h>

/* Dates of this form compare as text. */
bool excuse_is_expired(const char *until, const char *today)
{
    return until && until[0] && strcmp(today, until) > 0;
}

/* How many executions the line covers; 0 when no suite has its case. A suite of several ciphers is
 * listed for each, and a run is of one. */
static uint64_t count_covered(const struct known_failure *line, const struct score_inputs *in)
{
    uint64_t n = 0;
    if (strchr(line->case_id, '#'))
        return 1;
    for (size_t s = 0; s < in->n_suites && !n; s++)
        for (size_t i = 0; i < in->suites[s]->n_cases; i++)
            if (known_failure_covers(line, in->suites[s]->cases[i].full_id))
                n += in->suites[s]->cases[i].n_instances;
    return n;
}

/* NULL when nothing is wrong with the line, whose executions came to |c|. */
static const char *problem_of(const struct known_failure *line, const struct counts *c,
                              const struct score_inputs *in)
{
    uint64_t executed = counts_executed(c);

    if (excuse_is_expired(line->until, in->today))
        return "expired";
    if (executed > 0 && c->of[STATE_PASSED] == executed && executed >= count_covered(line, in))
        return "passes now";
    return NULL;
}

enum status excuses_check(const struct record_run *run, const struct score_inputs *in,
                          struct arena *arena, struct record_summary *summary)
{
    const struct known_failures *known = in->known;
    size_t n_lines = known ? known->count : 0;
    struct counts *per_line = arena_array(arena, n_lines + 1, sizeof(*per_line));
    struct record_problem *problems = arena_array(arena, n_lines + 1, sizeof(*problems));

    if (!per_line || !problems)
        return E_NOMEM;
    for (size_t i = 0; n_lines && i < run->n_cases; i++) {
        const struct known_failure *line = known_failures_find(known, run->cases[i].id);
        if (line)
            per_line[line - known->items].of[record_case_state(&run->cases[i])]++;
    }
    summary->problems = problems;
    for (size_t i = 0; i < n_lines; i++) {
        const struct known_failure *line = &known->items[i];
        const char *problem = problem_of(line, &per_line[i], in);
        if (problem)
            problems[summary->n_problems++] =
                (struct record_problem){line->line, line->case_id, problem};
    }
    return OK;
}
