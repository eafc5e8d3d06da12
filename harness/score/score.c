/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/score.h"

#include "base/text_index.h"
#include "score/blame.h"
#include "score/causes.h"
#include "score/excuses.h"
#include "score/offers.h"
#include "score/requirements.h"
#include "score/scope.h"

#include <string.h>

#define REASONS_MAX 24u

struct facts {
    struct counts levels[N_LEVEL];
    struct counts all;
    uint64_t accepted;
    uint64_t refused;
    struct requirements_found requirements;
    size_t n_problems; /* of the known-failures file */
    uint64_t n_gone;   /* cases of the requirement set that no suite has */
    struct arena *scratch;
};

struct finding {
    enum run_state state;
    struct arena *arena;
    const char *reasons[REASONS_MAX]; /* sentences without a full stop */
    size_t n_reasons;
    enum status st;
};

static void count_levels(struct record_run *run, const char *today, struct facts *f)
{
    for (size_t i = 0; i < run->n_cases; i++) {
        struct record_case *c = &run->cases[i];
        if (c->excuse)
            c->excuse->is_expired = excuse_is_expired(c->excuse->until, today);
        f->levels[c->level].of[record_case_state(c)]++;
        f->all.of[record_case_state(c)]++;
        f->accepted += c->result.accepted;
        f->refused += c->result.refused;
    }
}

/* |sentence| NULL: there was no memory for it. */
static void find(struct finding *f, enum run_state state, const char *sentence)
{
    if (state > f->state)
        f->state = state;
    if (sentence && f->n_reasons < REASONS_MAX)
        f->reasons[f->n_reasons++] = sentence;
    else
        f->st = E_NOMEM;
}

/* "1 MUST execution failed", "3 MUST executions failed"; nothing when |n| is 0. */
static void find_count(struct finding *f, enum run_state state, uint64_t n, const char *what,
                       const char *one, const char *many)
{
    struct buffer number;
    if (n == 0)
        return;
    buffer_init(&number, 32);
    buffer_append_number(&number, n);
    find(f, state,
         arena_printf(f->arena, "%s %s%s", buffer_text(&number), what, n == 1 ? one : many));
    buffer_fini(&number);
}

/* Levels that decide: MUST, with strict also the two after it. */
static const struct {
    enum level level;
    const char *name;
} scored[] = {{LEVEL_MUST, "MUST"}, {LEVEL_SHOULD, "SHOULD"}, {LEVEL_HARDENING, "hardening"}};

static size_t n_scored(bool is_strict) { return is_strict ? sizeof scored / sizeof scored[0] : 1; }

static void judge_levels(const struct record_run *run, const struct facts *facts, bool is_strict,
                         struct finding *f)
{
    for (size_t i = 0; i < n_scored(is_strict); i++) {
        const struct counts *t = &facts->levels[scored[i].level];
        find_count(f, RUN_FAILED, t->of[STATE_FAILED], scored[i].name, " execution failed",
                   " executions failed");
        find_count(f, RUN_INCONCLUSIVE, t->of[STATE_INCONCLUSIVE], scored[i].name,
                   " execution is inconclusive", " executions are inconclusive");
        if (!record_is_budget_spent(run))
            find_count(f, RUN_INCONCLUSIVE, t->of[STATE_NOT_RUN], scored[i].name,
                       " execution was not run", " executions were not run");
    }
}

static uint64_t count_decided(const struct facts *facts, bool is_strict)
{
    uint64_t n = 0;
    for (size_t i = 0; i < n_scored(is_strict); i++)
        n += counts_executed(&facts->levels[scored[i].level]);
    return n;
}

static const char *name_suites(const struct record_texts *suites, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < suites->n && text; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? " " : "", suites->items[i]);
    return text ? text : "";
}

static void judge_vacuity(const struct record_run *run, const struct facts *facts, bool is_strict,
                          struct finding *f)
{
    const struct record_selection *s = &run->selection;
    if (s->shards)
        return; /* what is not in this one can be in another */
    if (run->n_cases == 0)
        find(f, RUN_VACUOUS, "nothing was selected");
    else if (counts_executed(&facts->all) == 0)
        find(f, RUN_VACUOUS, "nothing was executed");
    else if (count_decided(facts, is_strict) == 0)
        find(f, RUN_VACUOUS, "no MUST execution came to a verdict");
    else if (s->suites.n == 0 && s->cases.n == 0 && !record_is_budget_spent(run)) {
        if (s->not_found.n > 0)
            find(f, RUN_VACUOUS,
                 arena_printf(f->arena, "suites of this release were not found: %s",
                              name_suites(&s->not_found, f->arena)));
        find_count(f, RUN_VACUOUS, facts->n_gone, "case", " of the requirement set is in no suite",
                   "s of the requirement set are in no suite");
        if (facts->accepted == 0)
            find(f, RUN_VACUOUS, "the target accepted nothing");
        if (facts->refused == 0)
            find(f, RUN_VACUOUS, "the target refused nothing");
        find_count(f, RUN_VACUOUS, facts->requirements.vacuous_must, "MUST requirement",
                   " lacks an acceptance or a refusal", "s lack an acceptance or a refusal");
    }
}

/* Is |p| what another precondition before it saw, too? */
static bool is_said(const struct record_run *run, const struct record_precondition *p)
{
    for (const struct record_precondition *q = run->preconditions; q < p; q++)
        if (strcmp(q->seen, p->seen) == 0 && strcmp(q->requirement, p->requirement) == 0)
            return true;
    return false;
}

/* Nothing was run: what did not hold is all there is to say. */
static void judge_preconditions(const struct record_run *run, struct finding *f)
{
    for (size_t i = 0; i < run->n_preconditions; i++) {
        const struct record_precondition *p = &run->preconditions[i];
        if (is_said(run, p))
            continue;
        if (p->requirement[0])
            find(f, RUN_FAILED,
                 arena_printf(f->arena, "%s (%s), so nothing was run", p->seen, p->requirement));
        else
            find(f, RUN_VACUOUS,
                 arena_printf(f->arena, "nothing was run because of %s: %s", p->check, p->seen));
    }
}

static void judge(const struct record_run *run, const struct facts *facts, bool is_strict,
                  struct finding *f)
{
    const char *interrupted = run->interrupted;

    if (run->n_preconditions > 0) {
        judge_preconditions(run, f);
        return;
    }
    if (run->is_unreachable) {
        find(f, RUN_UNREACHABLE, interrupted);
        return;
    }
    find_count(f, RUN_ERROR, facts->all.of[STATE_ERROR], "execution", " ended in an error of assay",
               "s ended in an error of assay");
    if (interrupted && interrupted[0] && !record_is_budget_spent(run))
        find(f, record_is_target_down(run) ? RUN_FAILED : RUN_INTERRUPTED, interrupted);
    judge_levels(run, facts, is_strict, f);
    find_count(f, RUN_FAILED, facts->n_problems, "line", " of the known-failures file is wrong",
               "s of the known-failures file are wrong");
    judge_vacuity(run, facts, is_strict, f);
}

/* The known-failures file, strictness and lines of it that are wrong do not count here. */
static enum conformance conformance_of(const struct record_run *run, const struct facts *facts,
                                       const struct record_scope *scope)
{
    const struct counts *must = &facts->levels[LEVEL_MUST];
    struct finding f = {.state = RUN_AS_LISTED};
    bool is_violated = must->of[STATE_FAILED] + must->of[STATE_KNOWN] > 0;
    for (size_t i = 0; i < run->n_preconditions; i++)
        is_violated |= run->preconditions[i].requirement[0] != '\0';
    if (is_violated)
        return CONFORMANCE_NO;
    struct facts without_list = *facts;
    without_list.n_problems = 0;
    f.arena = facts->scratch;
    judge(run, &without_list, false, &f);
    return f.state == RUN_AS_LISTED && !scope->is_partial ? CONFORMANCE_YES : CONFORMANCE_UNDECIDED;
}

static const struct suite *suite_named(const struct score_inputs *in, const char *id)
{
    for (size_t i = 0; i < in->n_suites; i++)
        if (strcmp(in->suites[i]->id, id) == 0)
            return in->suites[i];
    return NULL;
}

/* One entry for each suite that has a case in the results, in the order of the run. */
static enum status find_suites(const struct record_run *run, const struct score_inputs *in,
                               struct arena *arena, struct record_summary *out)
{
    struct text_index index = {0};
    struct record_suite *suites = arena_array(arena, run->n_cases + 1, sizeof(*suites));
    enum status st = suites ? OK : E_NOMEM;
    for (size_t i = 0; i < run->n_cases && !st; i++) {
        const char *id = run->cases[i].suite;
        if (text_index_find(&index, id) == TEXT_INDEX_NONE) {
            const struct suite *suite = suite_named(in, id);
            suites[index.count] =
                (struct record_suite){.id = id,
                                      .title = suite && suite->title ? suite->title : id,
                                      .layer = suite && suite->layer ? suite->layer : ""};
            if ((st = text_index_add(&index, arena, id, index.count)))
                break;
        }
        suites[text_index_find(&index, id)].counts.of[record_case_state(&run->cases[i])]++;
    }
    out->suites = suites;
    out->n_suites = index.count;
    text_index_fini(&index);
    return st;
}

static size_t count_measures(const struct record_run *run)
{
    size_t n = 0;
    for (size_t i = 0; i < run->n_cases; i++)
        n += run->cases[i].result.n_measures;
    return n;
}

/* One more value of a sweep for which |m| came out. */
static enum status add_varied(struct record_measure *m, const char *varied, struct arena *arena)
{
    if (!varied[0])
        return OK;
    m->varied = m->varied[0] ? arena_printf(arena, "%s, %s", m->varied, varied) : varied;
    return m->varied ? OK : E_NOMEM;
}

/* Each measure and value once, with what was varied and the first case that yielded it. */
static enum status find_measures(const struct record_run *run, struct arena *arena,
                                 struct record_summary *out)
{
    struct text_index index = {0};
    struct record_measure *found = arena_array(arena, count_measures(run) + 1, sizeof(*found));
    enum status st = found ? OK : E_NOMEM;
    for (size_t i = 0; i < run->n_cases && !st; i++)
        for (size_t k = 0; k < run->cases[i].result.n_measures && !st; k++) {
            const struct measured *m = &run->cases[i].result.measures[k];
            const char *key = arena_printf(arena, "%s=%s", m->name, m->value);
            size_t at = key ? text_index_find(&index, key) : TEXT_INDEX_NONE;
            st = key ? OK : E_NOMEM;
            if (key && at == TEXT_INDEX_NONE) {
                at = index.count;
                found[at] = (struct record_measure){m->name, m->value, "", run->cases[i].id};
                st = text_index_add(&index, arena, key, at);
            }
            if (!st)
                st = add_varied(&found[at], m->varied, arena);
        }
    out->measures = found;
    out->n_measures = index.count;
    text_index_fini(&index);
    return st;
}

/* What the findings come to. */
static enum status conclude(const struct facts *facts, const struct finding *f, struct arena *arena,
                            struct record_summary *out)
{
    const char **reasons = arena_array(arena, REASONS_MAX, sizeof(*reasons));
    if (!reasons || f->st)
        return E_NOMEM;
    memcpy(reasons, f->reasons, sizeof(f->reasons));
    out->reasons = (struct record_texts){reasons, f->n_reasons};
    out->state = f->state;
    out->exit_code = run_state_exit(f->state);
    for (int l = LEVEL_MUST; l < N_LEVEL; l++) {
        out->levels[l] = facts->levels[l];
        out->levels[l].applicable = counts_applicable(&facts->levels[l]);
    }
    out->coverage = facts->requirements.coverage;
    return OK;
}

/* The levels of the set, of cases and requirements; |in| gets requirements of its own. */
static enum status take_levels(struct record_run *run, struct score_inputs *in, struct arena *arena)
{
    struct requirement *own = arena_array(arena, in->n_requirements + 1, sizeof(*own));
    if (!own)
        return E_NOMEM;
    for (size_t i = 0; i < in->n_requirements; i++) {
        own[i] = in->requirements[i];
        own[i].level = requirement_set_level(in->set, own[i].id);
    }
    for (size_t i = 0; i < run->n_cases; i++)
        run->cases[i].level = requirement_set_level(in->set, run->cases[i].id);
    in->requirements = own;
    return OK;
}

static enum status count_gone(const struct score_inputs *in, struct arena *arena, uint64_t *out)
{
    struct text_index index = {0};
    enum status st = OK;
    for (size_t s = 0; s < in->n_suites; s++)
        for (size_t i = 0; i < in->suites[s]->n_cases && !st; i++)
            st = text_index_add(&index, arena, in->suites[s]->cases[i].full_id, 0);
    for (size_t i = 0; i < in->set->count; i++)
        if (strchr(in->set->rows[i].id, '/') &&
            text_index_find(&index, in->set->rows[i].id) == TEXT_INDEX_NONE)
            ++*out;
    text_index_fini(&index);
    return st;
}

enum status score_run(struct record_run *run, const struct score_inputs *given, struct arena *arena)
{
    struct score_inputs with_set = *given;
    const struct score_inputs *in = &with_set;
    struct facts facts = {.scratch = arena};
    struct finding finding = {.state = RUN_AS_LISTED, .arena = arena};
    struct record_summary *summary = arena_alloc(arena, sizeof(*summary));
    enum status st = E_NOMEM;

    if (!summary)
        return E_NOMEM;
    if (in->set &&
        ((st = take_levels(run, &with_set, arena)) || (st = count_gone(in, arena, &facts.n_gone))))
        return st;
    if ((st = blame_apply(run, arena)))
        return st;
    causes_set_levels(run, in->requirements, in->n_requirements);
    if ((st = causes_find_blocked(run, arena)))
        return st;
    count_levels(run, in->today, &facts);
    if ((st = requirements_score(run, in, arena, &facts.requirements, summary)) ||
        (st = causes_find(run, in->requirements, in->n_requirements, arena, summary)) ||
        (st = excuses_check(run, in, arena, summary)) || (st = offers_find(run, arena, summary)) ||
        (st = find_suites(run, in, arena, summary)) || (st = find_measures(run, arena, summary)) ||
        (st = scope_find(run, in, arena, summary)))
        return st;
    facts.n_problems = summary->n_problems;
    judge(run, &facts, in->is_strict, &finding);
    summary->conformance = conformance_of(run, &facts, &summary->scope);
    st = conclude(&facts, &finding, arena, summary);
    run->summary = st ? NULL : summary;
    return st;
}
