#include "score/score.h"

#include "score/causes.h"
#include "score/excuses.h"
#include "score/requirements.h"
#include "score/tally.h"

#include <string.h>

enum outcome {
    OUTCOME_NONE = 0,
    OUTCOME_CONFORMANT,
    OUTCOME_VACUOUS,
    OUTCOME_INCONCLUSIVE,
    OUTCOME_FAILED,
    OUTCOME_INTERRUPTED,
    OUTCOME_ERROR,
    N_OUTCOME
};

/* Worse outcomes come later, so the worst of several is the greatest. */
static const struct {
    const char *name;
    int exit_code;
} outcomes[N_OUTCOME] = {
    [OUTCOME_NONE] = {"error", 3},      [OUTCOME_CONFORMANT] = {"conformant", 0},
    [OUTCOME_VACUOUS] = {"vacuous", 2}, [OUTCOME_INCONCLUSIVE] = {"inconclusive", 2},
    [OUTCOME_FAILED] = {"failed", 1},   [OUTCOME_INTERRUPTED] = {"interrupted", 3},
    [OUTCOME_ERROR] = {"error", 3},
};

/* What a run selected, from its "selection". */
struct scope {
    bool all_names; /* no --suite, no --case */
    bool all_levels;
};

struct facts {
    struct tally levels[N_LEVEL];
    struct tally all;
    uint64_t accepted;
    uint64_t refused;
    struct coverage coverage;
    size_t n_problems; /* of the known-failures file */
};

struct finding {
    enum outcome outcome;
    json_t *reasons; /* sentences without a full stop */
    enum status st;
};

static struct scope scope_of(const json_t *results)
{
    const json_t *selection = json_object_get(results, "selection");
    const char *level = tally_text(selection, "level");
    struct scope s = {
        .all_names = json_array_size(json_object_get(selection, "suites")) == 0 &&
                     json_array_size(json_object_get(selection, "cases")) == 0,
        .all_levels = strcmp(level, "must") != 0 && strcmp(level, "should") != 0,
    };
    return s;
}

static void count_levels(const json_t *cases, const char *today, struct facts *f)
{
    size_t i;
    const json_t *result;
    json_array_foreach(cases, i, result)
    {
        enum tally_class class = tally_class_of(result, today);
        f->levels[level_from_name(tally_text(result, "level"))].of[class]++;
        f->all.of[class]++;
        f->accepted += tally_number(result, "accepted");
        f->refused += tally_number(result, "refused");
    }
}

/* |sentence| is given, NULL when there was no memory for it. */
static void find(struct finding *f, enum outcome outcome, json_t *sentence)
{
    if (outcome > f->outcome)
        f->outcome = outcome;
    if (json_array_append_new(f->reasons, sentence))
        f->st = E_NOMEM;
}

/* "1 MUST case failed", "3 MUST cases failed"; nothing when |n| is 0. */
static void find_count(struct finding *f, enum outcome outcome, uint64_t n, const char *what,
                       const char *one, const char *many)
{
    if (n > 0)
        find(f, outcome,
             json_sprintf("%llu %s%s", (unsigned long long)n, what, n == 1 ? one : many));
}

static void judge_levels(const struct facts *facts, bool is_strict, struct finding *f)
{
    static const struct {
        enum level level;
        const char *name;
    } scored[] = {{LEVEL_MUST, "MUST"}, {LEVEL_SHOULD, "SHOULD"}, {LEVEL_HARDENING, "hardening"}};

    for (size_t i = 0; i < (is_strict ? sizeof scored / sizeof scored[0] : 1); i++) {
        const struct tally *t = &facts->levels[scored[i].level];
        find_count(f, OUTCOME_FAILED, t->of[TALLY_FAILED], scored[i].name, " case failed",
                   " cases failed");
        find_count(f, OUTCOME_INCONCLUSIVE, t->of[TALLY_INCONCLUSIVE], scored[i].name,
                   " case is inconclusive", " cases are inconclusive");
        find_count(f, OUTCOME_INCONCLUSIVE, t->of[TALLY_NOT_RUN], scored[i].name,
                   " case was not run", " cases were not run");
    }
}

static void judge_vacuity(const struct facts *facts, const json_t *cases, struct scope scope,
                          struct finding *f)
{
    if (json_array_size(cases) == 0) {
        find(f, OUTCOME_VACUOUS, json_string("nothing was selected"));
        return;
    }
    if (tally_executed(&facts->all) == 0) {
        find(f, OUTCOME_VACUOUS, json_string("nothing was executed"));
        return;
    }
    if (!scope.all_names)
        return;
    if (facts->accepted == 0)
        find(f, OUTCOME_VACUOUS, json_string("the target accepted nothing"));
    if (facts->refused == 0)
        find(f, OUTCOME_VACUOUS, json_string("the target refused nothing"));
    find_count(f, OUTCOME_VACUOUS, facts->coverage.vacuous_must, "MUST requirement",
               " lacks an acceptance or a refusal", "s lack an acceptance or a refusal");
}

static void judge(const json_t *results, const struct facts *facts, bool is_strict,
                  struct scope scope, struct finding *f)
{
    const char *interrupted = json_string_value(json_object_get(results, "interrupted"));

    find_count(f, OUTCOME_ERROR, facts->all.of[TALLY_ERROR], "case", " ended in an error of assay",
               "s ended in an error of assay");
    if (interrupted)
        find(f, strncmp(interrupted, "target down", 11) == 0 ? OUTCOME_FAILED : OUTCOME_INTERRUPTED,
             json_string(interrupted));
    judge_levels(facts, is_strict, f);
    find_count(f, OUTCOME_FAILED, facts->n_problems, "line", " of the known-failures file is wrong",
               "s of the known-failures file are wrong");
    judge_vacuity(facts, json_object_get(results, "cases"), scope, f);
}

static json_t *write_levels(const struct facts *f)
{
    json_t *levels = json_object();
    for (int l = LEVEL_MUST; levels && l < N_LEVEL; l++) {
        json_t *level =
            json_pack("{s:I}", "applicable", (json_int_t)tally_applicable(&f->levels[l]));
        if (!level || tally_write(&f->levels[l], level) ||
            json_object_set(levels, level_name((enum level)l), level)) {
            json_decref(levels);
            levels = NULL;
        }
        json_decref(level);
    }
    return levels;
}

static const struct suite *suite_named(const struct score_inputs *in, const char *id)
{
    for (size_t i = 0; i < in->n_suites; i++)
        if (strcmp(in->suites[i]->id, id) == 0)
            return in->suites[i];
    return NULL;
}

static json_t *write_suite(const json_t *cases, const struct score_inputs *in, const char *id)
{
    const struct suite *suite = suite_named(in, id);
    const char *title = suite && suite->title ? suite->title : id;
    const char *layer = suite && suite->layer ? suite->layer : "";
    json_t *out = json_pack("{s:s,s:s,s:s}", "id", id, "title", title, "layer", layer);
    struct tally t = {{0}};
    size_t i;
    const json_t *result;

    json_array_foreach(cases, i, result)
    {
        if (strcmp(tally_text(result, "suite"), id) == 0)
            t.of[tally_class_of(result, in->today)]++;
    }
    if (out && tally_write(&t, out)) {
        json_decref(out);
        out = NULL;
    }
    return out;
}

/* One entry for each suite that has a case in the results, in the order of the run. */
static json_t *write_suites(const json_t *cases, const struct score_inputs *in)
{
    json_t *suites = json_array(), *seen = json_object();
    size_t i;
    const json_t *result;

    json_array_foreach(cases, i, result)
    {
        const char *id = tally_text(result, "suite");
        if (!suites || json_object_get(seen, id))
            continue;
        if (json_object_set_new(seen, id, json_true()) ||
            json_array_append_new(suites, write_suite(cases, in, id))) {
            json_decref(suites);
            suites = NULL;
        }
    }
    json_decref(seen);
    return suites;
}

/* Each measure and value once, with the first case that yielded it. */
static json_t *write_measures(const json_t *cases)
{
    json_t *measures = json_array(), *seen = json_object();
    size_t i, k;
    const json_t *result, *measure;

    json_array_foreach(cases, i, result)
    {
        json_array_foreach(json_object_get(result, "measures"), k, measure)
        {
            const char *name = tally_text(measure, "name"), *value = tally_text(measure, "value");
            json_t *key = json_sprintf("%s=%s", name, value);
            const char *text = key ? json_string_value(key) : "";
            bool is_new = measures && !json_object_get(seen, text);
            if (is_new && (json_object_set_new(seen, text, json_true()) ||
                           json_array_append_new(measures, json_pack("{s:s,s:s,s:s}", "name", name,
                                                                     "value", value, "case",
                                                                     tally_text(result, "id"))))) {
                json_decref(measures);
                measures = NULL;
            }
            json_decref(key);
        }
    }
    json_decref(seen);
    return measures;
}

/* covered of testable with one decimal, rounded down. */
static json_t *write_coverage(const struct coverage *c)
{
    uint64_t permille = c->testable ? c->covered * 1000 / c->testable : 0;
    json_t *percent = json_sprintf("%llu.%llu", (unsigned long long)(permille / 10),
                                   (unsigned long long)(permille % 10));
    return json_pack("{s:I,s:I,s:o}", "testable", (json_int_t)c->testable, "covered",
                     (json_int_t)c->covered, "percent", percent);
}

enum status score_run(json_t *results, const struct score_inputs *in, json_t **out_summary)
{
    const json_t *cases = json_object_get(results, "cases");
    struct scope scope = scope_of(results);
    struct facts facts = {.accepted = 0};
    struct finding finding = {.outcome = OUTCOME_CONFORMANT};
    json_t *requirements = NULL, *causes = NULL, *problems = NULL;
    enum status st;

    *out_summary = NULL;
    if (!json_is_array(cases))
        return E_PARSE;
    if (!(finding.reasons = json_array()))
        return E_NOMEM;
    count_levels(cases, in->today, &facts);
    if ((st = requirements_score(cases, in, &facts.coverage, &requirements)) ||
        (st = causes_find(cases, in->requirements, in->n_requirements, in->today, &causes)) ||
        (st = excuses_check(cases, in->known, scope.all_names && scope.all_levels, in->today,
                            &problems)))
        goto out;
    facts.n_problems = json_array_size(problems);
    judge(results, &facts, in->is_strict, scope, &finding);
    if ((st = finding.st))
        goto out;
    *out_summary =
        json_pack("{s:s,s:i,s:b,s:O,s:o,s:o,s:O,s:o,s:O,s:O,s:o}", "outcome",
                  outcomes[finding.outcome].name, "exit", outcomes[finding.outcome].exit_code,
                  "partial", !(scope.all_names && scope.all_levels), "reasons", finding.reasons,
                  "levels", write_levels(&facts), "suites", write_suites(cases, in), "requirements",
                  requirements, "coverage", write_coverage(&facts.coverage), "causes", causes,
                  "known_problems", problems, "measures", write_measures(cases));
    st = *out_summary ? OK : E_NOMEM;
out:
    json_decref(finding.reasons);
    json_decref(requirements);
    json_decref(causes);
    json_decref(problems);
    return st;
}
