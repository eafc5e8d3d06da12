/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/judgement.h"

#include <stdio.h>
#include <string.h>

/* ---- one game */

static bool was_played(enum result_state s)
{
    return s == RESULT_HELD || s == RESULT_WON || s == RESULT_MEASURED;
}

static bool is_claimed(const struct claim *claim) { return claim && claim->is_claimed; }

/* A number is held against the claim's; that of a measuring game against Signal's, too. */
static enum finding judge_number(const struct judged_game *g, const struct claim *claim)
{
    long most = claim_at_most(claim, g->game->measure), own = g->target.measured;
    enum result_state signal = g->baseline.state;
    if (most >= 0 && own > most)
        return FINDING_WEAKER_THAN_CLAIMED;
    if (g->game->kind != GAME_MEASURES)
        return FINDING_NOT_VIOLATED;
    if (signal == RESULT_MEASURED && own > g->baseline.measured)
        return FINDING_WEAKER_THAN_SIGNAL;
    if (g->game->wants_none && own > 0)
        return signal == RESULT_MEASURED ? FINDING_AS_WEAK_AS_SIGNAL : FINDING_REFUTED;
    /* Signal was played without a number to compare with: then the number says nothing */
    return signal == RESULT_MEASURED || signal == RESULT_NONE ? FINDING_NOT_VIOLATED
                                                              : FINDING_NOT_DEMONSTRATED;
}

/* A classification, such as deniability: the target has it or not. */
static enum finding judge_class(const struct judged_game *g, const struct claim *claim)
{
    bool signal_has_it = g->baseline.state == RESULT_WON;
    if (g->target.state == RESULT_WON)
        return FINDING_NOT_VIOLATED;
    if (g->target.state == RESULT_HELD && signal_has_it)
        return FINDING_WEAKER_THAN_SIGNAL;
    if (g->target.state == RESULT_HELD)
        return is_claimed(claim) ? FINDING_WEAKER_THAN_CLAIMED : FINDING_NOT_CLAIMED;
    if (claim && !claim->is_claimed && signal_has_it)
        return FINDING_WEAKER_THAN_SIGNAL; /* by its own claims */
    return FINDING_NOT_DEMONSTRATED;
}

static enum finding judge_played(const struct judged_game *g, const struct claim *claim)
{
    switch (g->target.state) {
    case RESULT_WON:
        return g->baseline.state == RESULT_WON ? FINDING_AS_WEAK_AS_SIGNAL : FINDING_REFUTED;
    case RESULT_HELD:
    case RESULT_MEASURED:
        return judge_number(g, claim);
    case RESULT_INVALID:
        return FINDING_INVALID;
    case RESULT_UNABLE:
        return g->game->is_core ? FINDING_NOT_DEMONSTRATED : FINDING_NONE;
    case RESULT_TROUBLE:
        return FINDING_NOT_DEMONSTRATED;
    case RESULT_NONE:
    case N_RESULT_STATE:
        break;
    }
    return FINDING_NONE;
}

/* What one game alone says of its property under |claim|; FINDING_NONE when it says nothing. */
static enum finding judge_game(const struct judged_game *g, const struct claim *claim)
{
    enum finding f;
    if (g->game->kind == GAME_REPORTS)
        f = g->target.measured < 0 ? FINDING_NONE : judge_number(g, claim);
    else if (g->game->kind == GAME_CLASSIFIES && g->target.state != RESULT_INVALID)
        f = judge_class(g, claim);
    else
        f = judge_played(g, claim);
    if (f != FINDING_REFUTED || is_claimed(claim))
        return f;
    /* What is not claimed cannot be refuted. Where Signal holds, the protocol is weaker. */
    return was_played(g->baseline.state) ? FINDING_WEAKER_THAN_SIGNAL : FINDING_NOT_CLAIMED;
}

/* Signal was played as well: is the target worse in |g|? */
static bool is_worse(const struct judged_game *g, enum finding f)
{
    bool is_larger = g->game->kind == GAME_MEASURES && g->target.state == RESULT_MEASURED &&
                     g->target.measured > g->baseline.measured;
    return was_played(g->baseline.state) &&
           (f == FINDING_REFUTED || f == FINDING_WEAKER_THAN_SIGNAL ||
            (f == FINDING_WEAKER_THAN_CLAIMED && is_larger));
}

bool judgement_follows(const struct judgement_input *in, const struct judged_game *g)
{
    for (size_t i = 0; g->game->presumes && i < in->n_games; i++) {
        const struct judged_game *other = &in->games[i];
        const struct claim *claim = claims_find(in->claims, other->game->property);
        if (strcmp(other->game->id, g->game->presumes) == 0)
            return g->target.state == RESULT_MEASURED &&
                   judge_game(other, claim) >= FINDING_WEAKER_THAN_SIGNAL;
    }
    return false;
}

/* ---- one property */

struct judging {
    const struct judgement_input *in;
    struct arena *arena;
    struct judgement *out;
    bool is_out_of_memory;
};

/* How the Signal compared with is called. */
static const char *signal_name(const struct judging *j)
{
    static const char *const names[N_CLAIMS_SIDE] = {
        [CLAIMS_ALONE] = "Signal", [CLAIMS_V3] = "Signal v3", [CLAIMS_V4] = "Signal v4"};
    return names[j->in->beside];
}

static const char *keep(struct judging *j, const char *text)
{
    const char *kept = arena_text(j->arena, text);
    j->is_out_of_memory = j->is_out_of_memory || !kept;
    return kept ? kept : "";
}

/* The sentence of a finding that |g| decided on. */
static void explain(struct judging *j, struct property_finding *f, const struct judged_game *g)
{
    char text[700];
    const struct measure_entry *m = measure_entry(g->game->measure);
    long most = claim_at_most(f->claim, g->game->measure);
    const char *detail = g->target.detail;
    if (f->finding == FINDING_WEAKER_THAN_CLAIMED && most >= 0)
        (void)snprintf(text, sizeof(text), "%s claimed: at most %ld; measured: %s%s%s%s%s", m->name,
                       most, detail, f->is_worse ? "; " : "", f->is_worse ? signal_name(j) : "",
                       f->is_worse ? ": " : "", f->is_worse ? g->baseline.detail : "");
    else if (f->finding == FINDING_WEAKER_THAN_SIGNAL && g->target.state == RESULT_MEASURED)
        (void)snprintf(text, sizeof(text), "%s; %s: %s", detail, signal_name(j),
                       g->baseline.detail);
    else if (f->finding == FINDING_WEAKER_THAN_SIGNAL && g->game->kind == GAME_CLASSIFIES)
        (void)snprintf(text, sizeof(text), "%s has it (%s), and this protocol has not: %s",
                       signal_name(j), g->baseline.detail,
                       g->target.state == RESULT_HELD ? detail : "by its own claims");
    else if (f->finding == FINDING_AS_WEAK_AS_SIGNAL)
        (void)snprintf(text, sizeof(text), "%s; %s has this weakness, too", detail, signal_name(j));
    else
        (void)snprintf(text, sizeof(text), "%s", detail);
    f->detail = keep(j, text);
    f->game = g->game->id;
}

/* "; the number of KCI-4 follows from PCS-1 and counts there", for a game of |f|'s property. */
static void add_following(struct judging *j, const struct property_finding *f, char *text,
                          size_t size)
{
    for (size_t i = 0; i < j->in->n_games; i++) {
        const struct game *g = j->in->games[i].game;
        size_t len = strlen(text);
        if (strcmp(g->property, f->property->id) == 0 && judgement_follows(j->in, &j->in->games[i]))
            (void)snprintf(text + len, size - len,
                           "; the number of %s follows from %s and counts there", g->id,
                           g->presumes);
    }
}

static void explain_unlost(struct judging *j, struct property_finding *f, unsigned n_schedules)
{
    char text[400];
    switch (f->finding) {
    case FINDING_NOT_VIOLATED:
        (void)snprintf(text, sizeof(text), "not violated in %u schedule%s", n_schedules,
                       n_schedules == 1 ? "" : "s");
        break;
    case FINDING_DOCUMENT_ONLY:
        (void)snprintf(text, sizeof(text), "%zu document%s named; nothing was measured",
                       f->claim ? f->claim->n_documents : 0,
                       f->claim && f->claim->n_documents == 1 ? " is" : "s are");
        break;
    case FINDING_NOT_CLAIMED:
        (void)snprintf(text, sizeof(text), "%s",
                       f->claim ? "the claims say that it does not hold" : "nothing is claimed");
        break;
    default:
        (void)snprintf(text, sizeof(text), "no game could be played");
        break;
    }
    add_following(j, f, text, sizeof(text));
    f->detail = keep(j, text);
}

/* The finding when no game was lost. */
static enum finding unlost_finding(const struct property_finding *f, enum finding worst,
                                   bool was_played)
{
    bool by_document = f->property->evidence == EVIDENCE_DOCUMENT ||
                       (f->claim && f->claim->asked == EVIDENCE_DOCUMENT);
    if (!is_claimed(f->claim))
        return FINDING_NOT_CLAIMED;
    if (by_document)
        return FINDING_DOCUMENT_ONLY;
    return was_played ? worst : FINDING_NOT_DEMONSTRATED;
}

/* Without Signal beside it, what v3 requires is. */
static bool is_required(const struct property *p, enum claims_side beside)
{
    return p->required == REQUIRED_ALWAYS ||
           (p->required == REQUIRED_FOR_V4 && beside == CLAIMS_V4);
}

static void judge_property(struct judging *j, struct property_finding *f)
{
    const struct judgement_input *in = j->in;
    const struct judged_game *decided = NULL;
    enum finding worst = FINDING_NONE;
    unsigned n_schedules = 0;
    for (size_t i = 0; i < in->n_games; i++) {
        const struct judged_game *g = &in->games[i];
        if (strcmp(g->game->property, f->property->id) != 0)
            continue;
        enum finding now = judgement_follows(in, g) ? FINDING_NONE : judge_game(g, f->claim);
        n_schedules += g->target.n_schedules;
        f->signal_is_weak = f->signal_is_weak || now == FINDING_AS_WEAK_AS_SIGNAL;
        bool worse = is_worse(g, now);
        if (worse > f->is_worse || (worse == f->is_worse && now > worst)) {
            f->is_worse = worse;
            worst = now;
            decided = g;
        }
    }
    bool is_unlost = worst <= FINDING_NOT_VIOLATED ||
                     (!is_claimed(f->claim) && worst < FINDING_WEAKER_THAN_SIGNAL);
    f->finding = is_unlost ? unlost_finding(f, worst, worst != FINDING_NONE) : worst;
    if (!is_unlost && decided)
        explain(j, f, decided);
    else
        explain_unlost(j, f, n_schedules);
}

/* ---- the conclusion */

static bool forbids(const struct property_finding *f)
{
    return f->is_worse || (f->finding == FINDING_WEAKER_THAN_CLAIMED && f->is_required);
}

/* Also a game that is lost, when it is not known whether Signal loses it, too. */
static bool leaves_open(const struct property_finding *f)
{
    switch (f->finding) {
    case FINDING_NOT_DEMONSTRATED:
    case FINDING_INVALID:
    case FINDING_NOT_CLAIMED:
    case FINDING_DOCUMENT_ONLY:
        return f->is_required;
    case FINDING_REFUTED:
    case FINDING_WEAKER_THAN_SIGNAL:
        return !f->is_worse;
    default:
        return false;
    }
}

static void add_reason(struct judging *j, const char *text)
{
    if (j->out->n_because < JUDGEMENT_REASONS_MAX)
        j->out->because[j->out->n_because++] = keep(j, text);
}

static void add_reasons(struct judging *j, bool (*counts)(const struct property_finding *))
{
    char text[900];
    for (size_t i = 0; i < j->out->n_findings; i++) {
        const struct property_finding *f = &j->out->findings[i];
        if (!counts(f))
            continue;
        (void)snprintf(text, sizeof(text), "%s %s: %s", f->property->id, f->property->name,
                       f->detail);
        add_reason(j, text);
    }
}

static void add_preconditions(struct judging *j, unsigned holding, const char *whose)
{
    char text[120];
    for (unsigned i = 0; i < N_PRECONDITION; i++) {
        if (holding & (1u << i))
            continue;
        (void)snprintf(text, sizeof(text), "precondition V%u does not hold for %s", i + 1, whose);
        add_reason(j, text);
    }
}

/* The conclusion in one line: its first reason, and how many more. */
static void write_line(struct judging *j)
{
    static const char *const begins[] = {"", "equivalent", "not equivalent because ",
                                         "not demonstrated because "};
    char text[1200];
    const struct judgement *o = j->out;
    (void)snprintf(text, sizeof(text), "%s%s", begins[o->conclusion],
                   o->n_because ? o->because[0] : "");
    size_t len = strlen(text);
    if (o->n_because > 1 && len < sizeof(text))
        (void)snprintf(text + len, sizeof(text) - len, " (and %zu more)", o->n_because - 1);
    j->out->line = keep(j, text);
}

static void conclude(struct judging *j)
{
    const struct judgement_input *in = j->in;
    struct judgement *o = j->out;
    add_reasons(j, forbids);
    o->conclusion = CONCLUSION_NOT_EQUIVALENT;
    if (o->n_because == 0) {
        o->conclusion = CONCLUSION_NOT_DEMONSTRATED;
        if (in->beside == CLAIMS_ALONE)
            add_reason(j, "nothing was compared with Signal");
        add_reasons(j, leaves_open);
        add_preconditions(j, in->target_preconditions, "the target");
        if (in->beside != CLAIMS_ALONE)
            add_preconditions(j, in->baseline_preconditions, signal_name(j));
        if (in->was_interrupted)
            add_reason(j, "the run was broken off");
    }
    if (o->n_because == 0)
        o->conclusion = CONCLUSION_EQUIVALENT;
    write_line(j);
}

enum status judge_claims(const struct judgement_input *in, struct arena *arena,
                         struct judgement *out)
{
    size_t n;
    struct judging j = {.in = in, .arena = arena, .out = out};
    const struct property *all = properties(&n);
    memset(out, 0, sizeof(*out));
    out->findings = arena_array(arena, n, sizeof(*out->findings));
    if (!out->findings)
        return E_NOMEM;
    out->n_findings = n;
    for (size_t i = 0; i < n; i++) {
        out->findings[i] =
            (struct property_finding){.property = &all[i],
                                      .claim = claims_find(in->claims, all[i].id),
                                      .is_required = is_required(&all[i], in->beside),
                                      .detail = "",
                                      .game = ""};
        judge_property(&j, &out->findings[i]);
    }
    conclude(&j);
    return j.is_out_of_memory ? E_NOMEM : OK;
}
