#include "score/excuses.h"

#include "score/tally.h"

#include <stdlib.h>

/* What the cases that one line covers came to. */
static void count_covered(const json_t *cases, const struct known_failures *known,
                          const char *today, struct tally *per_line)
{
    size_t i;
    const json_t *result;
    json_array_foreach(cases, i, result)
    {
        const struct known_failure *line = known_failures_find(known, tally_text(result, "id"));
        if (line)
            per_line[line - known->items].of[tally_class_of(result, today)]++;
    }
}

/* NULL when nothing is wrong with the line. */
static const char *problem_of(const struct known_failure *line, const struct tally *t,
                              bool is_whole, const char *today)
{
    uint64_t executed = tally_executed(t);
    uint64_t selected = tally_applicable(t) + t->of[TALLY_NOT_APPLICABLE];

    if (tally_is_expired(line->until, today))
        return "expired";
    if (executed > 0 && t->of[TALLY_PASSED] == executed)
        return "passes now";
    if (executed == 0 && t->of[TALLY_NOT_RUN] == 0 && (is_whole || selected > 0))
        return "names no case that ran";
    return NULL;
}

enum status excuses_check(const json_t *cases, const struct known_failures *known, bool is_whole,
                          const char *today, json_t **out)
{
    enum status st = OK;
    struct tally *per_line = NULL;

    *out = json_array();
    if (!*out)
        return E_NOMEM;
    if (!known || known->count == 0)
        return OK;
    per_line = calloc(known->count, sizeof *per_line);
    if (!per_line)
        return E_NOMEM;
    count_covered(cases, known, today, per_line);
    for (size_t i = 0; i < known->count && st == OK; i++) {
        const struct known_failure *line = &known->items[i];
        const char *problem = problem_of(line, &per_line[i], is_whole, today);
        if (problem &&
            json_array_append_new(*out, json_pack("{s:i,s:s,s:s}", "line", (int)line->line, "case",
                                                  line->case_id, "problem", problem)))
            st = E_NOMEM;
    }
    free(per_line);
    return st;
}
