/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/play.h"

#include "base/hex.h"

#include <string.h>

#define PROOF_BYTES 512u /* shown of one proof */
#define FIGURES_MAX 24u  /* schedules whose flights are recorded */

/* What is known of a game while it is played. */
struct play {
    const struct experiment_options *options;
    const struct game *game;
    struct arena *arena; /* of what outlives an experiment */
    struct game_result *out;
    struct claims_flights *flights; /* of the first FIGURES_MAX schedules that have some */
    bool is_over;                   /* nothing more can be learnt: unable, or trouble twice */
    enum played played;             /* the worst so far */
    long measured;                  /* the largest so far */
    struct schedule worst;
};

/* Play one schedule in a fresh experiment, which the caller ends. NULL: out of memory. */
static struct experiment *play_once(const struct experiment_options *options,
                                    const struct game *game, const struct schedule *schedule)
{
    struct experiment *e;
    if (experiment_begin(options, game->id, schedule->number, &e))
        return NULL;
    e->schedule = *schedule;
    if (!e->is_void)
        game->play(e);
    if (e->is_void && e->outcome.played != PLAYED_WON) {
        e->outcome.played = e->void_kind;
        e->outcome.detail = e->void_reason;
    } else if (e->outcome.played == PLAYED_NOTHING) {
        e->outcome.played = PLAYED_TROUBLE;
    }
    return e;
}

/* ---- as it is recorded */

static const char *keep(struct play *p, const char *text)
{
    const char *kept = arena_text(p->arena, text ? text : "");
    return kept ? kept : "out of memory";
}

static void keep_flights(struct play *p, const struct schedule *s, const struct outcome *o)
{
    char exposed[OUTCOME_FLIGHTS_MAX + 1] = {0}, from[OUTCOME_FLIGHTS_MAX + 1] = {0};
    for (size_t i = 0; i < o->n_flights; i++) {
        exposed[i] = o->flights[i].is_exposed ? '1' : '0';
        from[i] = o->flights[i].from == ENDPOINT_A ? 'A' : 'B';
    }
    const char *text = schedule_text(s, p->arena);
    p->flights[p->out->n_flights++] = (struct claims_flights){.schedule = text ? text : "",
                                                              .family = family_name(s->family),
                                                              .exposed = keep(p, exposed),
                                                              .from = keep(p, from)};
}

static void keep_series(struct play *p, const struct outcome *o)
{
    struct claims_point *series = arena_array(p->arena, o->n_series, sizeof(*series));
    if (!series)
        return;
    memcpy(series, o->series, o->n_series * sizeof(*series));
    p->out->series = series;
    p->out->n_series = o->n_series;
}

static void keep_story(struct play *p, const struct experiment *e,
                       struct claims_counterexample *out)
{
    const char **story = arena_array(p->arena, e->n_story + 1, sizeof(*story));
    for (size_t i = 0; story && i < e->n_story; i++)
        story[i] = keep(p, e->story[i]);
    out->story = story;
    out->n_story = story ? e->n_story : 0;
}

static void keep_proofs(struct play *p, const struct outcome *o, struct claims_counterexample *out)
{
    struct claims_proof *proofs = arena_array(p->arena, o->n_proofs + 1, sizeof(*proofs));
    for (size_t i = 0; proofs && i < o->n_proofs; i++) {
        const char *hex = hex_text(p->arena, bytes_slice(o->proofs[i].bytes, 0, PROOF_BYTES));
        proofs[i] = (struct claims_proof){.name = keep(p, o->proofs[i].name),
                                          .hex = hex ? hex : "",
                                          .length = o->proofs[i].bytes.len};
    }
    out->proofs = proofs;
    out->n_proofs = proofs ? o->n_proofs : 0;
}

static void keep_counterexample(struct play *p, const struct experiment *e)
{
    struct claims_counterexample *c = arena_alloc(p->arena, sizeof(*c));
    const char *text = schedule_text(&p->worst, p->arena);
    if (!c)
        return;
    *c = (struct claims_counterexample){.schedule = text ? text : "",
                                        .number = p->worst.number,
                                        .detail = keep(p, e->outcome.detail),
                                        .repro = ""};
    keep_story(p, e, c);
    keep_proofs(p, &e->outcome, c);
    p->out->counterexample = c;
}

/* What the schedules came to. */
static void conclude(struct play *p)
{
    static const enum result_state states[] = {RESULT_TROUBLE, RESULT_HELD, RESULT_TROUBLE,
                                               RESULT_UNABLE, RESULT_WON};
    bool is_held = p->played == PLAYED_HELD;
    bool is_measured = is_held && p->game->measure != MEASURE_NONE;
    p->out->state = is_held && p->game->kind == GAME_MEASURES ? RESULT_MEASURED : states[p->played];
    p->out->measured = is_measured ? p->measured : -1;
}

/* ---- playing */

/* Is |o| worse than everything before it? */
static bool is_worse(const struct play *p, const struct outcome *o)
{
    if (o->played != p->played)
        return o->played > p->played;
    return o->played == PLAYED_HELD && o->measured > p->measured;
}

static void take(struct play *p, const struct schedule *s, const struct outcome *o)
{
    p->out->n_schedules++;
    p->out->n_wins += o->played == PLAYED_WON;
    if (o->n_flights && p->out->n_flights < FIGURES_MAX)
        keep_flights(p, s, o);
    if (o->n_series && p->out->n_series == 0)
        keep_series(p, o);
    if (is_worse(p, o)) {
        p->played = o->played;
        p->measured = o->measured;
        p->out->detail = keep(p, o->detail);
        p->worst = *s;
    }
    p->is_over = p->played == PLAYED_UNABLE || p->played == PLAYED_TROUBLE;
}

/* After trouble the schedule is played again, and the second outcome counts; unless assay or the
 * target did not get its share of the machine: then once more. */
static struct experiment *play_fairly(const struct play *p, const struct schedule *s)
{
    struct experiment *e = NULL;
    for (unsigned i = 0;; i++) {
        struct driver_moment began = driver_moment(p->options->honest_driver);
        e = play_once(p->options, p->game, s);
        uint64_t lost_ms = driver_lost_ms(p->options->honest_driver, &began);
        bool counts = i > 0 && (lost_ms < DRIVER_LATE_MS || i > DRIVER_LATE_MAX);
        if (!e || e->outcome.played != PLAYED_TROUBLE || counts)
            return e;
        experiment_end(e);
    }
}

static bool play_schedule(struct play *p, unsigned number)
{
    struct schedule s;
    if (schedule_make(p->options->seed, p->game->id, number, p->game->n_flights, &s))
        return false;
    struct experiment *e = play_fairly(p, &s);
    if (e)
        take(p, &s, &e->outcome);
    experiment_end(e);
    return e != NULL;
}

/* ---- shrinking */

/* Does |s| still show what the worst schedule shows? */
static bool shows_as_much(const struct play *p, const struct schedule *s)
{
    struct experiment *e = play_once(p->options, p->game, s);
    bool shows = e && e->outcome.played == p->played && e->outcome.measured >= p->measured;
    experiment_end(e);
    return shows;
}

static void shrink(struct play *p)
{
    struct schedule smaller;
    unsigned trials = 0;
    size_t at = 0;
    while (trials < PLAY_SHRINK_MAX && schedule_simpler(&p->worst, at, &smaller)) {
        trials++;
        if (shows_as_much(p, &smaller))
            p->worst = smaller; /* |at| is another flight now */
        else
            at++;
    }
}

/* The worst schedule once more, with its story told. */
static void record_worst(struct play *p)
{
    struct experiment_options recorded = *p->options;
    recorded.keeps_story = true;
    struct experiment *e = play_once(&recorded, p->game, &p->worst);
    if (e)
        keep_counterexample(p, e);
    experiment_end(e);
}

/* ---- a whole game */

static enum status play_begin(struct play *p, const struct experiment_options *options,
                              const struct game *game, struct arena *arena, struct game_result *out)
{
    *p =
        (struct play){.options = options, .game = game, .arena = arena, .out = out, .measured = -1};
    *out = (struct game_result){.detail = ""};
    p->flights = arena_array(arena, FIGURES_MAX, sizeof(*p->flights));
    out->flights = p->flights;
    return p->flights ? OK : E_NOMEM;
}

/* The first capability that the game needs and the target lacks; NULL for none. */
static const char *missing(const struct experiment_options *options, const struct game *game)
{
    for (size_t i = 0; i < COUNT_OF(game->needs) && game->needs[i]; i++)
        if (!target_profile_has(options->profile, game->needs[i]))
            return game->needs[i];
    return NULL;
}

enum status play_game(const struct experiment_options *options, const struct game *game,
                      unsigned n_schedules, struct arena *arena, struct game_result *out)
{
    struct play p;
    enum status st = play_begin(&p, options, game, arena, out);
    const char *lacks = missing(options, game);
    unsigned n = game->n_schedules ? game->n_schedules : n_schedules;
    if (!st && lacks) {
        const char *detail = arena_printf(arena, "the target does not offer \"%s\"", lacks);
        p.played = PLAYED_UNABLE;
        out->detail = detail ? detail : "";
    }
    for (unsigned i = 0; !st && !lacks && i < n && !p.is_over; i++)
        st = play_schedule(&p, i) ? OK : E_NOMEM;
    bool is_shown = p.played == PLAYED_WON ||
                    (p.played == PLAYED_HELD && game->kind == GAME_MEASURES && p.measured > 0);
    if (!st && is_shown) {
        shrink(&p);
        record_worst(&p);
    }
    conclude(&p);
    return st;
}

enum status play_again(const struct experiment_options *options, const struct game *game,
                       const struct schedule *schedule, struct arena *arena,
                       struct game_result *out)
{
    struct play p;
    struct experiment_options recorded = *options;
    recorded.keeps_story = true;
    enum status st = play_begin(&p, &recorded, game, arena, out);
    struct experiment *e = st ? NULL : play_fairly(&p, schedule);
    if (!e)
        return E_NOMEM;
    take(&p, schedule, &e->outcome);
    p.worst = *schedule;
    keep_counterexample(&p, e);
    conclude(&p);
    experiment_end(e);
    return OK;
}
