/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/claims_view.h"

#include <string.h>

const struct game_result *claims_view_result(const struct claims_game *g, enum claims_side side)
{
    static const struct game_result none = {.detail = "", .measured = -1};
    return g->results[side] ? g->results[side] : &none;
}

const struct claims_game *claims_view_game(const struct record_claims *v, const char *id)
{
    for (size_t i = 0; i < v->n_games; i++)
        if (strcmp(v->games[i].id, id) == 0)
            return &v->games[i];
    return NULL;
}

long claims_view_schedules(const struct record_claims *v, const struct claims_property *p,
                           enum claims_side side)
{
    long n = 0;

    for (size_t i = 0; i < p->n_games; i++) {
        const struct claims_game *g = claims_view_game(v, p->games[i]);
        const struct game_result *o = g ? claims_view_result(g, side) : NULL;
        bool can_violate = g && (g->kind == GAME_REFUTES || g->kind == GAME_MEASURES);
        bool was_played =
            o && (o->state == RESULT_HELD || o->state == RESULT_WON || o->state == RESULT_MEASURED);
        n += can_violate && was_played ? o->n_schedules : 0;
    }
    return n;
}

bool claims_view_is_refuted(const struct claims_game *g, enum claims_side side)
{
    const struct game_result *o = claims_view_result(g, side);
    return o->state == RESULT_WON && (g->kind == GAME_REFUTES || g->kind == GAME_MEASURES);
}

/* Is the number |g| yielded against the target over |bound|? */
static bool is_over(const struct claims_game *g, long bound)
{
    const struct game_result *o = claims_view_result(g, CLAIMS_TARGET);
    return bound >= 0 && o->measured > bound;
}

bool claims_view_signal_is_weak(const struct record_claims *v, const struct claims_property *p,
                                enum claims_side side)
{
    if (side == CLAIMS_ALONE)
        return false;
    for (size_t i = 0; i < p->n_games; i++) {
        const struct claims_game *g = claims_view_game(v, p->games[i]);
        if (g && claims_view_is_refuted(g, side))
            return true;
    }
    return p->findings[side] && p->findings[side]->signal_is_weak;
}

static const struct claims_property *property_of(const struct record_claims *v,
                                                 const struct claims_game *g)
{
    for (size_t i = 0; i < v->n_properties; i++)
        if (strcmp(v->properties[i].id, g->property) == 0)
            return &v->properties[i];
    return NULL;
}

const struct claims_measure *claims_view_measure(const struct record_claims *v,
                                                 const struct claims_game *g)
{
    const struct claims_property *p = property_of(v, g);

    for (size_t k = 0; p && k < p->n_measures; k++)
        if (strcmp(p->measures[k].name, g->measure) == 0)
            return &p->measures[k];
    return NULL;
}

/* What the finding says of the game that decided it. */
static enum claims_defeat decided_defeat(const struct record_claims *v, const struct claims_game *g,
                                         enum claims_side side)
{
    static const enum claims_defeat defeats[N_FINDING] = {
        [FINDING_REFUTED] = DEFEAT_REFUTED,
        [FINDING_AS_WEAK_AS_SIGNAL] = DEFEAT_SHARED,
        [FINDING_WEAKER_THAN_CLAIMED] = DEFEAT_WEAKER,
        [FINDING_WEAKER_THAN_SIGNAL] = DEFEAT_WEAKER,
    };
    const struct claims_property *p = property_of(v, g);
    const struct claims_finding *f = p ? p->findings[side] : NULL;

    return f && strcmp(f->decided_by, g->id) == 0 ? defeats[f->finding] : DEFEAT_NONE;
}

/* What nobody claimed cannot be refuted: it is where the protocol is weaker. */
static enum claims_defeat won_defeat(const struct record_claims *v, const struct claims_game *g,
                                     enum claims_side side)
{
    const struct claims_property *p = property_of(v, g);

    if (side != CLAIMS_ALONE && claims_view_is_refuted(g, side))
        return DEFEAT_SHARED;
    return p && p->claimed == CLAIMED_YES ? DEFEAT_REFUTED : DEFEAT_WEAKER;
}

enum claims_defeat claims_view_defeat_beside(const struct record_claims *v,
                                             const struct claims_game *g, enum claims_side side)
{
    const struct claims_measure *m = g->kind == GAME_MEASURES ? claims_view_measure(v, g) : NULL;
    long signal = m && side != CLAIMS_ALONE ? claims_view_result(g, side)->measured : -1;

    if (claims_view_is_refuted(g, CLAIMS_TARGET))
        return won_defeat(v, g, side);
    if (is_over(g, signal) || (m && is_over(g, m->claimed)))
        return DEFEAT_WEAKER;
    return decided_defeat(v, g, side);
}

enum claims_defeat claims_view_defeat(const struct record_claims *v, const struct claims_game *g)
{
    enum claims_defeat worst = DEFEAT_NONE;

    for (int side = 0; side < N_CLAIMS_SIDE; side++) {
        enum claims_defeat defeat = v->conclusions[side]
                                        ? claims_view_defeat_beside(v, g, (enum claims_side)side)
                                        : DEFEAT_NONE;
        worst = defeat > worst ? defeat : worst;
    }
    return worst;
}
