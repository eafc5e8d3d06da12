#include "experiments/claims_document.h"

#include "experiments/preconditions.h"

#include <string.h>

#define MEASURES_MAX (sizeof(((struct property *)0)->measures) / sizeof(enum measure))

/* What a document is put together from. */
struct making {
    struct judgement_input in;
    struct judgement judgement;
    struct arena *arena;
    bool is_out_of_memory;
};

/* |count| things of |size| bytes; NULL is noted. */
static void *room(struct making *m, size_t count, size_t size)
{
    void *all = arena_array(m->arena, count + 1, size);
    m->is_out_of_memory = m->is_out_of_memory || !all;
    return all;
}

/* ---- preconditions */

static unsigned preconditions_holding(const struct contest_outcome *outcome, size_t side)
{
    unsigned holding = 0;
    for (size_t i = 0; i < N_PRECONDITION; i++) {
        const struct claims_holding *result = outcome->preconditions[i].sides[side];
        if (result && result->holds)
            holding |= preconditions()[i].bit;
    }
    return holding;
}

/* A game whose preconditions do not hold says nothing: it becomes invalid, and its detail names the
 * precondition. */
static void invalidate(struct making *m, const struct game *game, struct game_result *result,
                       unsigned holding)
{
    unsigned missing = game->preconditions & ~holding;
    if (!missing || !result || result->state == RESULT_UNABLE)
        return;
    for (size_t i = 0; i < N_PRECONDITION; i++)
        if (missing & preconditions()[i].bit) {
            result->state = RESULT_INVALID;
            result->detail =
                arena_printf(m->arena, "precondition %s does not hold: %s", preconditions()[i].id,
                             "what this game would show is worth nothing");
            m->is_out_of_memory = m->is_out_of_memory || !result->detail;
            return;
        }
}

static struct game_result result_or_none(const struct game_result *result)
{
    return result ? *result : (struct game_result){.measured = -1, .detail = ""};
}

/* ---- properties */

/* The largest number any game of the property measured: none that counts elsewhere. */
static long measured_number(const struct judgement_input *in, const struct property *p,
                            enum measure m, enum claims_side side)
{
    long most = -1;
    for (size_t i = 0; i < in->n_games; i++) {
        const struct judged_game *g = &in->games[i];
        const struct game_result *r = side == CLAIMS_TARGET ? &g->target : &g->baseline;
        if (g->game->measure == m && strcmp(g->game->property, p->id) == 0 && r->measured > most &&
            !judgement_follows(in, g))
            most = r->measured;
    }
    return most;
}

static void add_measures(struct making *m, const struct property_finding *f,
                         struct claims_property *out)
{
    const struct property *p = f->property;
    struct claims_measure *all = room(m, MEASURES_MAX, sizeof(*all));
    for (size_t i = 0; all && i < MEASURES_MAX && p->measures[i]; i++) {
        const struct measure_entry *e = measure_entry(p->measures[i]);
        all[out->n_measures++] = (struct claims_measure){
            .name = e->name,
            .title = e->title,
            .unit = e->unit,
            .claimed = claim_at_most(f->claim, p->measures[i]),
            .sides = {measured_number(&m->in, p, p->measures[i], CLAIMS_TARGET),
                      measured_number(&m->in, p, p->measures[i], CLAIMS_BASELINE)}};
    }
    out->measures = all;
}

static void add_documents(struct making *m, const struct claim *c, struct claims_property *out)
{
    const char **ids = room(m, c ? c->n_documents : 0, sizeof(*ids));
    for (size_t i = 0; ids && c && i < c->n_documents; i++)
        ids[out->n_documents++] = c->documents[i]->id;
    out->documents = ids;
}

static void add_games(struct making *m, const struct property *p, struct claims_property *out)
{
    const char **ids = room(m, m->in.n_games, sizeof(*ids));
    for (size_t i = 0; ids && i < m->in.n_games; i++)
        if (strcmp(m->in.games[i].game->property, p->id) == 0)
            ids[out->n_games++] = m->in.games[i].game->id;
    out->games = ids;
}

static void add_property(struct making *m, const struct property_finding *f,
                         struct claims_property *out)
{
    const struct property *p = f->property;
    *out =
        (struct claims_property){.id = p->id,
                                 .name = p->name,
                                 .sentence = p->sentence,
                                 .source = p->source,
                                 .is_required = p->is_required,
                                 .claimed = !f->claim              ? CLAIMED_UNMENTIONED
                                            : f->claim->is_claimed ? CLAIMED_YES
                                                                   : CLAIMED_NO,
                                 .asked = evidence_name(f->claim ? f->claim->asked : p->evidence),
                                 .note = f->claim ? f->claim->note : "",
                                 .finding = f->finding,
                                 .detail = f->detail,
                                 .decided_by = f->game,
                                 .signal_is_weak = f->signal_is_weak};
    add_documents(m, f->claim, out);
    add_measures(m, f, out);
    add_games(m, p, out);
}

/* ---- the whole */

static void add_claims(struct making *m, const struct claims *c, struct record_claims *out)
{
    struct claims_document *documents = room(m, c->n_documents, sizeof(*documents));
    out->file = c->path;
    out->protocol = c->protocol;
    out->version = c->version;
    out->documents = documents;
    for (size_t i = 0; documents && i < c->n_documents; i++) {
        const struct claimed_document *d = &c->documents[i];
        documents[out->n_documents++] =
            (struct claims_document){d->id, d->kind, d->title, d->url, d->sha256};
    }
}

static void add_judgement(struct making *m, struct record_claims *out)
{
    const struct judgement *j = &m->judgement;
    struct claims_property *properties = room(m, j->n_findings, sizeof(*properties));
    const char **because = room(m, j->n_because, sizeof(*because));
    out->conclusion = j->conclusion;
    out->line = j->line;
    for (size_t i = 0; because && i < j->n_because; i++)
        because[out->n_because++] = j->because[i];
    out->because = because;
    for (size_t i = 0; properties && i < j->n_findings; i++)
        add_property(m, &j->findings[i], &properties[out->n_properties++]);
    out->properties = properties;
}

static void add_results(struct making *m, const struct contest_options *options,
                        const struct contest_outcome *outcome)
{
    struct judged_game *games = room(m, options->n_games, sizeof(*games));
    m->in.target_preconditions = preconditions_holding(outcome, CLAIMS_TARGET);
    m->in.baseline_preconditions = preconditions_holding(outcome, CLAIMS_BASELINE);
    m->in.games = games;
    for (size_t i = 0; games && i < options->n_games; i++) {
        struct game_result *const *results = outcome->games[i].results;
        const struct game *game = options->games[i];
        invalidate(m, game, results[CLAIMS_TARGET], m->in.target_preconditions);
        invalidate(m, game, results[CLAIMS_BASELINE], m->in.baseline_preconditions);
        games[m->in.n_games++] =
            (struct judged_game){.game = game,
                                 .target = result_or_none(results[CLAIMS_TARGET]),
                                 .baseline = result_or_none(results[CLAIMS_BASELINE])};
    }
}

enum status claims_document(const struct claims *claims, const struct contest_options *options,
                            const struct contest_outcome *outcome, struct arena *arena,
                            struct record_claims *out)
{
    struct making m = {.arena = arena,
                       .in = {.claims = claims,
                              .has_baseline = options->sides[CLAIMS_BASELINE].address != NULL,
                              .was_interrupted = outcome->interrupted[0] != '\0'}};
    add_results(&m, options, outcome);
    enum status st = m.is_out_of_memory ? E_NOMEM : judge_claims(&m.in, arena, &m.judgement);
    if (st)
        return st;
    out->format = RECORD_CLAIMS_FORMAT;
    out->interrupted = arena_text(arena, outcome->interrupted);
    out->preconditions = outcome->preconditions;
    out->n_preconditions = N_PRECONDITION;
    out->games = outcome->games;
    out->n_games = options->n_games;
    add_claims(&m, claims, out);
    add_judgement(&m, out);
    return m.is_out_of_memory || !out->interrupted ? E_NOMEM : OK;
}
