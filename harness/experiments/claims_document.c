#include "experiments/claims_document.h"

#include "experiments/preconditions.h"

#include <stdio.h>
#include <string.h>

static const char *const sides[N_CONTEST_SIDE] = {
    [CONTEST_TARGET] = "target", [CONTEST_BASELINE] = "baseline"};

/* ---- preconditions: "gates" in the document */

static unsigned preconditions_holding(const json_t *rows, enum contest_side side)
{
    unsigned holding = 0;
    for (size_t i = 0; i < N_PRECONDITION; i++) {
        const json_t *result = json_object_get(json_array_get(rows, i), sides[side]);
        if (json_is_true(json_object_get(result, "holds")))
            holding |= preconditions()[i].bit;
    }
    return holding;
}

static json_t *preconditions_json(const json_t *rows)
{
    json_t *all = json_array();
    for (size_t i = 0; i < N_PRECONDITION; i++) {
        const json_t *row = json_array_get(rows, i);
        json_array_append_new(all, json_pack("{s:s, s:s, s:O, s:O}", "id", preconditions()[i].id,
                                             "title", preconditions()[i].title, "target",
                                             json_object_get(row, "target"), "baseline",
                                             json_object_get(row, "baseline")));
    }
    return all;
}

/* A game whose preconditions do not hold says nothing: it becomes invalid, and its detail names the
 * first of them. */
static void invalidate(const struct game *game, json_t *result, unsigned holding)
{
    char text[200];
    unsigned missing = game->preconditions & ~holding;
    if (!missing || !json_is_object(result) || result_of(result).state == RESULT_UNABLE)
        return;
    for (size_t i = 0; i < N_PRECONDITION; i++)
        if (missing & preconditions()[i].bit) {
            (void)snprintf(text, sizeof(text), "gate %s does not hold: %s", preconditions()[i].id,
                           "what this game would show is worth nothing");
            json_object_set_new(result, "state", json_string("invalid"));
            json_object_set_new(result, "detail", json_string(text));
            return;
        }
}

/* ---- games */

static json_t *game_json(const struct game *g, const json_t *row)
{
    static const char *const kinds[] = {"none", "refutes", "measures", "classifies", "reports"};
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:O, s:O}", "id", g->id, "title", g->title, "property",
        g->property, "sentence", g->sentence, "kind", kinds[g->kind], "measure",
        g->measure ? json_string(measure_entry(g->measure)->name) : json_null(), "target",
        json_object_get(row, "target"), "baseline", json_object_get(row, "baseline"));
}

static json_t *games_json(const struct contest_options *options, const json_t *rows)
{
    json_t *all = json_array();
    for (size_t i = 0; i < options->n_games; i++)
        json_array_append_new(all, game_json(options->games[i], json_array_get(rows, i)));
    return all;
}

/* ---- properties */

static json_t *number_or_null(long n) { return n < 0 ? json_null() : json_integer(n); }

static long claimed_number(const struct claim *c, enum measure m)
{
    for (size_t i = 0; c && i < c->n_measures; i++)
        if (c->measures[i].measure == m)
            return c->measures[i].at_most;
    return -1;
}

/* The largest number any game of the property measured. */
static long measured_number(const struct judgement_input *in, const struct property *p,
                            enum measure m, enum contest_side side)
{
    long most = -1;
    for (size_t i = 0; i < in->n_games; i++) {
        const struct judged_game *g = &in->games[i];
        const struct game_result *r = side == CONTEST_TARGET ? &g->target : &g->baseline;
        if (g->game->measure == m && strcmp(g->game->property, p->id) == 0 && r->measured > most)
            most = r->measured;
    }
    return most;
}

static json_t *measures_json(const struct judgement_input *in, const struct property_finding *f)
{
    json_t *all = json_array();
    const size_t n = sizeof(f->property->measures) / sizeof(f->property->measures[0]);
    for (size_t i = 0; i < n && f->property->measures[i]; i++) {
        enum measure m = f->property->measures[i];
        const struct measure_entry *e = measure_entry(m);
        json_array_append_new(
            all,
            json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "name", e->name, "title", e->title, "unit",
                      e->unit, "claimed", number_or_null(claimed_number(f->claim, m)), "target",
                      number_or_null(measured_number(in, f->property, m, CONTEST_TARGET)),
                      "baseline",
                      number_or_null(measured_number(in, f->property, m, CONTEST_BASELINE))));
    }
    return all;
}

static json_t *named_documents_json(const struct claim *c)
{
    json_t *all = json_array();
    for (size_t i = 0; c && i < c->n_documents; i++)
        json_array_append_new(all, json_string(c->documents[i]->id));
    return all;
}

static json_t *game_ids_json(const struct judgement_input *in, const struct property *p)
{
    json_t *all = json_array();
    for (size_t i = 0; i < in->n_games; i++)
        if (strcmp(in->games[i].game->property, p->id) == 0)
            json_array_append_new(all, json_string(in->games[i].game->id));
    return all;
}

static json_t *property_json(const struct judgement_input *in, const struct property_finding *f)
{
    const struct property *p = f->property;
    const char *claimed = !f->claim ? "unmentioned" : f->claim->is_claimed ? "yes" : "no";
    json_t *detail = json_string(f->detail);
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:o, s:s, s:o, s:s, s:o, s:s, s:b, s:o}",
                     "id", p->id, "name", p->name, "sentence", p->sentence, "source", p->source,
                     "required", p->is_required, "claimed", claimed, "asked",
                     evidence_name(f->claim ? f->claim->asked : p->evidence), "documents",
                     named_documents_json(f->claim), "note", f->claim ? f->claim->note : "",
                     "measures", measures_json(in, f), "finding", finding_name(f->finding),
                     "detail", detail ? detail : json_string("?"), "decided_by", f->game,
                     "signal_is_weak", f->signal_is_weak, "games", game_ids_json(in, p));
}

static json_t *claims_json(const struct claims *c)
{
    json_t *documents = json_array();
    for (size_t i = 0; i < c->n_documents; i++) {
        const struct claimed_document *d = &c->documents[i];
        json_array_append_new(documents,
                              json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", d->id, "kind", d->kind,
                                        "title", d->title, "url", d->url, "sha256", d->sha256));
    }
    return json_pack("{s:s, s:s, s:s, s:o}", "file", c->path, "protocol", c->protocol, "version",
                     c->version, "documents", documents);
}

static json_t *conclusion_json(const struct judgement *j)
{
    json_t *because = json_array();
    for (size_t i = 0; i < j->n_because; i++)
        json_array_append_new(because, json_string(j->because[i]));
    return json_pack("{s:s, s:s, s:o}", "verdict", conclusion_name(j->conclusion), "line", j->line,
                     "because", because);
}

/* ---- the whole */

static void read_results(const struct contest_options *options, struct contest_outcome *outcome,
                         struct judgement_input *in, struct judged_game *games)
{
    in->target_preconditions = preconditions_holding(outcome->preconditions, CONTEST_TARGET);
    in->baseline_preconditions = preconditions_holding(outcome->preconditions, CONTEST_BASELINE);
    for (size_t i = 0; i < options->n_games; i++) {
        json_t *row = json_array_get(outcome->games, i);
        invalidate(options->games[i], json_object_get(row, "target"), in->target_preconditions);
        invalidate(options->games[i], json_object_get(row, "baseline"), in->baseline_preconditions);
        games[i] = (struct judged_game){.game = options->games[i],
                                        .target = result_of(json_object_get(row, "target")),
                                        .baseline = result_of(json_object_get(row, "baseline"))};
    }
    in->games = games;
    in->n_games = options->n_games;
}

enum status claims_document(const struct claims *claims, const struct contest_options *options,
                            struct contest_outcome *outcome, const json_t *header, json_t **out,
                            enum conclusion *out_conclusion)
{
    struct arena arena;
    struct judgement judgement;
    struct judgement_input in = {.claims = claims,
                                 .has_baseline = options->sides[CONTEST_BASELINE].address != NULL,
                                 .was_interrupted = outcome->interrupted[0] != '\0'};
    json_t *properties_array = json_array();
    *out = NULL;
    arena_init(&arena, 8u * 1024u * 1024u);
    struct judged_game *games = arena_array(&arena, options->n_games + 1, sizeof(*games));
    enum status st = games && properties_array ? OK : E_NOMEM;
    if (!st) {
        read_results(options, outcome, &in, games);
        st = judge_claims(&in, &arena, &judgement);
    }
    for (size_t i = 0; !st && i < judgement.n_findings; i++)
        if (json_array_append_new(properties_array, property_json(&in, &judgement.findings[i])))
            st = E_NOMEM;
    if (!st) {
        *out = json_deep_copy(header);
        json_t *rest = json_pack("{s:s, s:s, s:o, s:o, s:o, s:O, s:o}", "kind", "claims",
                                 "interrupted", outcome->interrupted, "claims", claims_json(claims),
                                 "conclusion", conclusion_json(&judgement), "gates",
                                 preconditions_json(outcome->preconditions), "properties",
                                 properties_array, "games", games_json(options, outcome->games));
        if (!*out || !rest || json_object_update(*out, rest))
            st = E_NOMEM;
        json_decref(rest);
        *out_conclusion = judgement.conclusion;
    }
    json_decref(properties_array);
    arena_fini(&arena);
    return st;
}
