/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/claims_document.h"

#include "experiments/preconditions.h"

#include <string.h>

#define MEASURES_MAX (sizeof(((struct property *)0)->measures) / sizeof(enum measure))

/* What a document is put together from. */
struct making {
    const struct claims *claims;
    const struct contest_options *options;
    const struct contest_outcome *outcome;
    unsigned preconditions[N_CLAIMS_SIDE];    /* PRECONDITION_... of those that hold */
    struct judgement_input in[N_CLAIMS_SIDE]; /* beside each Signal, or alone */
    struct judgement judgements[N_CLAIMS_SIDE];
    bool is_judged[N_CLAIMS_SIDE];
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

/* ---- properties */

/* Does a number of game |i| follow from another, which was lost beside any Signal? */
static bool follows(const struct making *m, size_t i)
{
    for (size_t side = 0; side < N_CLAIMS_SIDE; side++)
        if (m->is_judged[side] && judgement_follows(&m->in[side], &m->in[side].games[i]))
            return true;
    return false;
}

/* The largest number any game of the property measured: none that counts elsewhere. */
static long measured_number(const struct making *m, const struct property *p, enum measure wanted,
                            enum claims_side side)
{
    long most = -1;
    for (size_t i = 0; i < m->options->n_games; i++) {
        const struct game *g = m->options->games[i];
        const struct game_result *r = m->outcome->games[i].results[side];
        if (g->measure == wanted && strcmp(g->property, p->id) == 0 && r && r->measured > most &&
            !follows(m, i))
            most = r->measured;
    }
    return most;
}

static void add_measures(struct making *m, const struct property *p, const struct claim *claim,
                         struct claims_property *out)
{
    struct claims_measure *all = room(m, MEASURES_MAX, sizeof(*all));
    for (size_t i = 0; all && i < MEASURES_MAX && p->measures[i]; i++) {
        const struct measure_entry *e = measure_entry(p->measures[i]);
        all[out->n_measures++] =
            (struct claims_measure){.name = e->name,
                                    .title = e->title,
                                    .unit = e->unit,
                                    .claimed = claim_at_most(claim, p->measures[i])};
        for (int side = 0; side < N_CLAIMS_SIDE; side++)
            all[i].sides[side] = measured_number(m, p, p->measures[i], (enum claims_side)side);
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
    const char **ids = room(m, m->options->n_games, sizeof(*ids));
    for (size_t i = 0; ids && i < m->options->n_games; i++)
        if (strcmp(m->options->games[i]->property, p->id) == 0)
            ids[out->n_games++] = m->options->games[i]->id;
    out->games = ids;
}

static struct claims_finding *make_finding(struct making *m, const struct property_finding *f)
{
    struct claims_finding *out = room(m, 1, sizeof(*out));
    if (out)
        *out = (struct claims_finding){.is_required = f->is_required,
                                       .signal_is_weak = f->signal_is_weak,
                                       .finding = f->finding,
                                       .detail = f->detail,
                                       .decided_by = f->game};
    return out;
}

static void add_property(struct making *m, size_t index, const struct property *p,
                         struct claims_property *out)
{
    const struct claim *claim = claims_find(m->claims, p->id);
    *out = (struct claims_property){.id = p->id,
                                    .name = p->name,
                                    .sentence = p->sentence,
                                    .source = p->source,
                                    .claimed = !claim              ? CLAIMED_UNMENTIONED
                                               : claim->is_claimed ? CLAIMED_YES
                                                                   : CLAIMED_NO,
                                    .asked = evidence_name(claim ? claim->asked : p->evidence),
                                    .note = claim ? claim->note : ""};
    for (size_t side = 0; side < N_CLAIMS_SIDE; side++) {
        const struct property_finding *findings = m->judgements[side].findings;
        if (findings)
            out->findings[side] = make_finding(m, &findings[index]);
    }
    add_documents(m, claim, out);
    add_measures(m, p, claim, out);
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

static struct claims_conclusion *make_conclusion(struct making *m, const struct judgement *j)
{
    struct claims_conclusion *out = room(m, 1, sizeof(*out));
    const char **because = room(m, j->n_because, sizeof(*because));
    if (!out || !because)
        return NULL;
    *out = (struct claims_conclusion){
        .verdict = j->conclusion, .line = j->line, .because = because, .n_because = j->n_because};
    for (size_t i = 0; i < j->n_because; i++)
        because[i] = j->because[i];
    return out;
}

static void add_judgements(struct making *m, struct record_claims *out)
{
    size_t n;
    const struct property *all = properties(&n);
    struct claims_property *made = room(m, n, sizeof(*made));
    for (size_t side = 0; side < N_CLAIMS_SIDE; side++)
        if (m->is_judged[side])
            out->conclusions[side] = make_conclusion(m, &m->judgements[side]);
    for (size_t i = 0; made && i < n; i++)
        add_property(m, i, &all[i], &made[out->n_properties++]);
    out->properties = made;
}

/* ---- results */

static struct game_result result_or_none(const struct game_result *result)
{
    return result ? *result : (struct game_result){.measured = -1, .detail = ""};
}

/* Results whose preconditions do not hold become invalid, on every side. */
static void invalidate_all(struct making *m)
{
    for (size_t side = 0; side < N_CLAIMS_SIDE; side++) {
        m->preconditions[side] = preconditions_holding(m->outcome, side);
        for (size_t i = 0; i < m->options->n_games; i++)
            invalidate(m, m->options->games[i], m->outcome->games[i].results[side],
                       m->preconditions[side]);
    }
}

/* Judge the target beside |side|. */
static enum status judge_beside(struct making *m, enum claims_side side)
{
    size_t n = m->options->n_games;
    struct judged_game *games = room(m, n, sizeof(*games));
    if (!games)
        return E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct game_result *const *results = m->outcome->games[i].results;
        games[i] = (struct judged_game){
            .game = m->options->games[i],
            .target = result_or_none(results[CLAIMS_TARGET]),
            .baseline = result_or_none(side == CLAIMS_ALONE ? NULL : results[side])};
    }
    m->in[side] = (struct judgement_input){.claims = m->claims,
                                           .games = games,
                                           .n_games = n,
                                           .target_preconditions = m->preconditions[CLAIMS_TARGET],
                                           .baseline_preconditions = m->preconditions[side],
                                           .beside = side,
                                           .was_interrupted = m->outcome->interrupted[0] != '\0'};
    m->is_judged[side] = true;
    return judge_claims(&m->in[side], m->arena, &m->judgements[side]);
}

/* Beside each Signal that was played; alone where none was. */
static enum status judge_all(struct making *m)
{
    const struct contestant *sides = m->options->sides;
    enum status st = OK;
    if (sides[CLAIMS_V3].address)
        st = judge_beside(m, CLAIMS_V3);
    if (!st && sides[CLAIMS_V4].address)
        st = judge_beside(m, CLAIMS_V4);
    if (!st && !sides[CLAIMS_V3].address && !sides[CLAIMS_V4].address)
        st = judge_beside(m, CLAIMS_ALONE);
    return st;
}

enum status claims_document(const struct claims *claims, const struct contest_options *options,
                            const struct contest_outcome *outcome, struct arena *arena,
                            struct record_claims *out)
{
    struct making m = {.claims = claims, .options = options, .outcome = outcome, .arena = arena};
    invalidate_all(&m);
    enum status st = m.is_out_of_memory ? E_NOMEM : judge_all(&m);
    if (st)
        return st;
    out->format = RECORD_CLAIMS_FORMAT;
    out->interrupted = arena_text(arena, outcome->interrupted);
    out->preconditions = outcome->preconditions;
    out->n_preconditions = N_PRECONDITION;
    out->games = outcome->games;
    out->n_games = options->n_games;
    add_claims(&m, claims, out);
    add_judgements(&m, out);
    return m.is_out_of_memory || !out->interrupted ? E_NOMEM : OK;
}
