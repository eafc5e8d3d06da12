#include "score/score.h"

#include "base/text_index.h"
#include "score/causes.h"
#include "score/excuses.h"
#include "score/requirements.h"

#include <string.h>

#define REASONS_MAX 24u

/* What a run selected, from its "selection". */
struct scope {
    bool all_names; /* no --suite, no --case */
    bool all_levels;
};

struct facts {
    struct counts levels[N_LEVEL];
    struct counts all;
    uint64_t accepted;
    uint64_t refused;
    struct requirements_found requirements;
    size_t n_problems; /* of the known-failures file */
};

struct finding {
    enum run_state state;
    struct arena *arena;
    const char *reasons[REASONS_MAX]; /* sentences without a full stop */
    size_t n_reasons;
    enum status st;
};

static struct scope scope_of(const struct record_run *run)
{
    enum level level = level_from_name(run->selection.level);
    return (struct scope){.all_names = run->selection.suites.n == 0 && run->selection.cases.n == 0,
                          .all_levels = level != LEVEL_MUST && level != LEVEL_SHOULD};
}

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

/* "1 MUST case failed", "3 MUST cases failed"; nothing when |n| is 0. */
static void find_count(struct finding *f, enum run_state state, uint64_t n, const char *what,
                       const char *one, const char *many)
{
    if (n > 0)
        find(f, state,
             arena_printf(f->arena, "%llu %s%s", (unsigned long long)n, what, n == 1 ? one : many));
}

static void judge_levels(const struct facts *facts, bool is_strict, struct finding *f)
{
    static const struct {
        enum level level;
        const char *name;
    } scored[] = {{LEVEL_MUST, "MUST"}, {LEVEL_SHOULD, "SHOULD"}, {LEVEL_HARDENING, "hardening"}};

    for (size_t i = 0; i < (is_strict ? sizeof scored / sizeof scored[0] : 1); i++) {
        const struct counts *t = &facts->levels[scored[i].level];
        find_count(f, RUN_FAILED, t->of[STATE_FAILED], scored[i].name, " case failed",
                   " cases failed");
        find_count(f, RUN_INCONCLUSIVE, t->of[STATE_INCONCLUSIVE], scored[i].name,
                   " case is inconclusive", " cases are inconclusive");
        find_count(f, RUN_INCONCLUSIVE, t->of[STATE_NOT_RUN], scored[i].name, " case was not run",
                   " cases were not run");
    }
}

static void judge_vacuity(const struct facts *facts, size_t n_cases, struct scope scope,
                          struct finding *f)
{
    if (n_cases == 0) {
        find(f, RUN_VACUOUS, "nothing was selected");
        return;
    }
    if (counts_executed(&facts->all) == 0) {
        find(f, RUN_VACUOUS, "nothing was executed");
        return;
    }
    if (!scope.all_names)
        return;
    if (facts->accepted == 0)
        find(f, RUN_VACUOUS, "the target accepted nothing");
    if (facts->refused == 0)
        find(f, RUN_VACUOUS, "the target refused nothing");
    find_count(f, RUN_VACUOUS, facts->requirements.vacuous_must, "MUST requirement",
               " lacks an acceptance or a refusal", "s lack an acceptance or a refusal");
}

static void judge(const struct record_run *run, const struct facts *facts, bool is_strict,
                  struct scope scope, struct finding *f)
{
    const char *interrupted = run->interrupted;

    find_count(f, RUN_ERROR, facts->all.of[STATE_ERROR], "case", " ended in an error of assay",
               "s ended in an error of assay");
    if (interrupted && interrupted[0])
        find(f, strncmp(interrupted, "target down", 11) == 0 ? RUN_FAILED : RUN_INTERRUPTED,
             interrupted);
    judge_levels(facts, is_strict, f);
    find_count(f, RUN_FAILED, facts->n_problems, "line", " of the known-failures file is wrong",
               "s of the known-failures file are wrong");
    judge_vacuity(facts, run->n_cases, scope, f);
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

/* Each measure and value once, with the first case that yielded it. */
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
            if (key && text_index_find(&index, key) == TEXT_INDEX_NONE)
                found[index.count] = (struct record_measure){m->name, m->value, run->cases[i].id};
            st = key ? text_index_add(&index, arena, key, index.count) : E_NOMEM;
        }
    out->measures = found;
    out->n_measures = index.count;
    text_index_fini(&index);
    return st;
}

/* covered of testable with one decimal, rounded down. */
static const char *percent_of(const struct record_coverage *c, struct arena *arena)
{
    uint64_t permille = c->testable ? c->covered * 1000 / c->testable : 0;
    return arena_printf(arena, "%llu.%llu", (unsigned long long)(permille / 10),
                        (unsigned long long)(permille % 10));
}

/* What the findings come to. */
static enum status conclude(const struct facts *facts, const struct finding *f, struct scope scope,
                            struct arena *arena, struct record_summary *out)
{
    const char **reasons = arena_array(arena, REASONS_MAX, sizeof(*reasons));
    if (!reasons || f->st)
        return E_NOMEM;
    memcpy(reasons, f->reasons, sizeof(f->reasons));
    out->reasons = (struct record_texts){reasons, f->n_reasons};
    out->state = f->state;
    out->exit_code = run_state_exit(f->state);
    out->is_partial = !(scope.all_names && scope.all_levels);
    for (int l = LEVEL_MUST; l < N_LEVEL; l++) {
        out->levels[l] = facts->levels[l];
        out->levels[l].applicable = counts_applicable(&facts->levels[l]);
    }
    out->coverage = facts->requirements.coverage;
    out->coverage.percent = percent_of(&out->coverage, arena);
    return out->coverage.percent ? OK : E_NOMEM;
}

enum status score_run(struct record_run *run, const struct score_inputs *in, struct arena *arena)
{
    struct scope scope = scope_of(run);
    struct facts facts = {.accepted = 0};
    struct finding finding = {.state = RUN_CONFORMANT, .arena = arena};
    struct record_summary *summary = arena_alloc(arena, sizeof(*summary));
    enum status st = E_NOMEM;

    if (!summary)
        return E_NOMEM;
    if ((st = causes_find_blocked(run, arena)))
        return st;
    count_levels(run, in->today, &facts);
    if ((st = requirements_score(run, in, arena, &facts.requirements, summary)) ||
        (st = causes_find(run, in->requirements, in->n_requirements, arena, summary)) ||
        (st = excuses_check(run, in->known, scope.all_names && scope.all_levels, in->today, arena,
                            summary)) ||
        (st = find_suites(run, in, arena, summary)) || (st = find_measures(run, arena, summary)))
        return st;
    facts.n_problems = summary->n_problems;
    judge(run, &facts, in->is_strict, scope, &finding);
    st = conclude(&facts, &finding, scope, arena, summary);
    run->summary = st ? NULL : summary;
    return st;
}
