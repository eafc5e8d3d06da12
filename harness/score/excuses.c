#include "score/excuses.h"

#include <string.h>

/* Dates of this form compare as text. */
bool excuse_is_expired(const char *until, const char *today)
{
    return until && until[0] && strcmp(today, until) > 0;
}

/* NULL when nothing is wrong with the line, whose cases came to |c|. */
static const char *problem_of(const struct known_failure *line, const struct counts *c,
                              bool is_whole, const char *today)
{
    uint64_t executed = counts_executed(c);
    uint64_t selected = counts_applicable(c) + c->of[STATE_NOT_APPLICABLE];

    if (excuse_is_expired(line->until, today))
        return "expired";
    if (executed > 0 && c->of[STATE_PASSED] == executed)
        return "passes now";
    if (executed == 0 && c->of[STATE_NOT_RUN] == 0 && (is_whole || selected > 0))
        return "names no case that ran";
    return NULL;
}

enum status excuses_check(const struct record_run *run, const struct known_failures *known,
                          bool is_whole, const char *today, struct arena *arena,
                          struct record_summary *summary)
{
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
        const char *problem = problem_of(line, &per_line[i], is_whole, today);
        if (problem)
            problems[summary->n_problems++] =
                (struct record_problem){line->line, line->case_id, problem};
    }
    return OK;
}
