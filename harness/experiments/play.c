#include "experiments/play.h"

#include "base/hex.h"

#include <string.h>

#define PROOF_BYTES 512u /* shown of one proof */
#define FIGURES_MAX 24u  /* schedules whose flights are recorded */

/* What is known of a game while it is played. */
struct play {
    const struct experiment_options *options;
    const struct game *game;
    struct arena arena; /* of what outlives one experiment */
    unsigned n_played, n_wins;
    bool is_over;       /* no further schedule: unable, or trouble twice */
    enum played played; /* the worst so far */
    long measured;      /* the largest so far */
    const char *detail; /* of the worst */
    struct schedule worst;
    json_t *flights;
    json_t *series;
};

static struct schedule schedule_for(const struct play *p, unsigned number, enum status *out_st)
{
    struct schedule s;
    *out_st = schedule_make(p->options->seed, p->game->id, number, p->game->n_flights, &s);
    return s;
}

/* Play one schedule in a fresh experiment, which the caller ends. NULL: out of memory. */
static struct experiment *play_once(const struct experiment_options *options,
                                    const struct game *game, const struct schedule *schedule,
                                    struct outcome *out)
{
    struct experiment *e;
    struct schedule s = *schedule;
    memset(out, 0, sizeof(*out));
    out->detail = "";
    if (experiment_begin(options, game->id, s.number, &e))
        return NULL;
    if (!experiment_is_void(e))
        game->play(e, &s, out);
    if (experiment_is_void(e) && out->played != PLAYED_WON) {
        out->played = experiment_void_kind(e);
        out->detail = experiment_void_reason(e);
    }
    return e;
}

/* ---- as JSON */

static json_t *flights_json(const struct schedule *s, const struct outcome *o)
{
    char exposed[OUTCOME_FLIGHTS_MAX + 1] = {0}, from[OUTCOME_FLIGHTS_MAX + 1] = {0};
    for (size_t i = 0; i < o->n_flights; i++) {
        exposed[i] = o->flights[i].is_exposed ? '1' : '0';
        from[i] = o->flights[i].from == ENDPOINT_A ? 'A' : 'B';
    }
    struct arena arena;
    arena_init(&arena, 4096);
    const char *text = schedule_text(s, &arena);
    json_t *j = json_pack("{s:s, s:s, s:s, s:s}", "schedule", text ? text : "", "family",
                          family_name(s->family), "exposed", exposed, "from", from);
    arena_fini(&arena);
    return j;
}

static json_t *series_json(const struct outcome *o)
{
    json_t *all = json_array();
    for (size_t i = 0; i < o->n_series; i++)
        json_array_append_new(all, json_pack("[f, f]", o->series[i].x, o->series[i].y));
    return all;
}

static json_t *proofs_json(struct experiment *e, const struct outcome *o)
{
    json_t *all = json_array();
    for (size_t i = 0; i < o->n_proofs; i++) {
        const char *hex =
            hex_text(experiment_arena(e), bytes_slice(o->proofs[i].bytes, 0, PROOF_BYTES));
        json_array_append_new(all,
                              json_pack("{s:s, s:s, s:i}", "name", o->proofs[i].name, "hex",
                                        hex ? hex : "", "length", (int)o->proofs[i].bytes.len));
    }
    return all;
}

/* What a target said may not be UTF-8, and jansson takes nothing else. */
static json_t *text_json(const char *text)
{
    json_t *j = json_string(text);
    char tame[600];
    size_t n = 0;
    for (; !j && text[n] && n + 1 < sizeof(tame); n++)
        tame[n] = text[n] >= ' ' && text[n] < 127 ? text[n] : '?';
    tame[n] = 0;
    return j ? j : json_string(tame);
}

static json_t *story_json(struct experiment *e)
{
    size_t n;
    const char *const *lines = experiment_story(e, &n);
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(all, text_json(lines[i]));
    return all;
}

static json_t *counterexample_json(const struct play *p, struct experiment *e,
                                   const struct outcome *o)
{
    const char *text = schedule_text(&p->worst, experiment_arena(e));
    return json_pack("{s:s, s:i, s:o, s:o, s:o}", "schedule", text ? text : "", "number",
                     (int)p->worst.number, "detail", text_json(o->detail), "story", story_json(e),
                     "proofs", proofs_json(e, o));
}

static const char *state_name(const struct play *p)
{
    switch (p->played) {
    case PLAYED_WON:
        return "won";
    case PLAYED_HELD:
        return p->game->kind == GAME_MEASURES ? "measured" : "held";
    case PLAYED_UNABLE:
        return "unable";
    case PLAYED_TROUBLE:
    case PLAYED_NOTHING:
        break;
    }
    return "trouble";
}

static json_t *play_json(const struct play *p, json_t *counterexample)
{
    bool is_measured = p->played == PLAYED_HELD && p->game->measure != MEASURE_NONE;
    return json_pack("{s:s, s:i, s:i, s:o, s:o, s:O, s:O, s:o}", "state", state_name(p),
                     "schedules", (int)p->n_played, "wins", (int)p->n_wins, "measure",
                     is_measured ? json_integer(p->measured) : json_null(), "detail",
                     text_json(p->detail), "flights", p->flights, "series", p->series,
                     "counterexample", counterexample ? counterexample : json_null());
}

/* ---- playing */

static void keep_figures(struct play *p, const struct schedule *s, const struct outcome *o)
{
    if (o->n_flights && json_array_size(p->flights) < FIGURES_MAX)
        json_array_append_new(p->flights, flights_json(s, o));
    if (o->n_series && json_array_size(p->series) == 0) {
        json_decref(p->series);
        p->series = series_json(o);
    }
}

/* Is |o| worse than everything before it? */
static bool is_worse(const struct play *p, const struct outcome *o)
{
    static const unsigned rank[] = {[PLAYED_NOTHING] = 0,
                                    [PLAYED_HELD] = 1,
                                    [PLAYED_TROUBLE] = 2,
                                    [PLAYED_UNABLE] = 3,
                                    [PLAYED_WON] = 4};
    if (rank[o->played] != rank[p->played])
        return rank[o->played] > rank[p->played];
    return o->played == PLAYED_HELD && o->measured > p->measured;
}

static void take(struct play *p, const struct schedule *s, const struct outcome *o)
{
    p->n_played++;
    p->n_wins += o->played == PLAYED_WON;
    keep_figures(p, s, o);
    if (is_worse(p, o)) {
        const char *detail = arena_text(&p->arena, o->detail);
        p->played = o->played;
        p->measured = o->measured;
        p->detail = detail ? detail : "out of memory";
        p->worst = *s;
    }
    p->is_over = p->played == PLAYED_UNABLE || p->played == PLAYED_TROUBLE;
}

/* After trouble the schedule is played again, and the second outcome counts. */
static bool play_schedule(struct play *p, unsigned number)
{
    struct outcome o;
    enum status st;
    struct schedule s = schedule_for(p, number, &st);
    struct experiment *e = st ? NULL : play_once(p->options, p->game, &s, &o);
    if (e && o.played == PLAYED_TROUBLE) {
        experiment_end(e);
        e = play_once(p->options, p->game, &s, &o);
    }
    if (!e)
        return false;
    if (o.played == PLAYED_NOTHING)
        o.played = PLAYED_TROUBLE;
    take(p, &s, &o);
    experiment_end(e);
    return true;
}

/* ---- shrinking */

/* Does |s| still show what the worst schedule shows? */
static bool shows_as_much(const struct play *p, const struct schedule *s)
{
    struct outcome o;
    struct experiment *e = play_once(p->options, p->game, s, &o);
    if (!e)
        return false;
    bool shows = o.played == p->played && o.measured >= p->measured;
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

/* Play the worst schedule once more, with its story. */
static json_t *record_worst(struct play *p)
{
    struct experiment_options recorded = *p->options;
    struct outcome o;
    recorded.keeps_story = true;
    struct experiment *e = play_once(&recorded, p->game, &p->worst, &o);
    if (!e)
        return NULL;
    json_t *j = counterexample_json(p, e, &o);
    experiment_end(e);
    return j;
}

/* ---- a whole game */

static bool play_begin(struct play *p, const struct experiment_options *options,
                       const struct game *game)
{
    *p = (struct play){.options = options, .game = game, .measured = -1, .detail = ""};
    arena_init(&p->arena, 4u * 1024u * 1024u);
    p->flights = json_array();
    p->series = json_array();
    return p->flights && p->series;
}

static void play_end(struct play *p)
{
    json_decref(p->flights);
    json_decref(p->series);
    arena_fini(&p->arena);
}

/* The first capability that the game needs and the target lacks; NULL for none. */
static const char *missing(const struct experiment_options *options, const struct game *game)
{
    for (size_t i = 0; i < sizeof(game->needs) / sizeof(game->needs[0]) && game->needs[i]; i++)
        if (!target_profile_has(options->profile, game->needs[i]))
            return game->needs[i];
    return NULL;
}

json_t *play_game(const struct experiment_options *options, const struct game *game,
                  unsigned n_schedules)
{
    struct play p;
    json_t *result = NULL, *counterexample = NULL;
    bool is_whole = play_begin(&p, options, game);
    const char *lacks = missing(options, game);
    unsigned n = game->n_schedules ? game->n_schedules : n_schedules;
    if (is_whole && lacks) {
        const char *detail = arena_printf(&p.arena, "the target does not offer \"%s\"", lacks);
        p.played = PLAYED_UNABLE;
        p.detail = detail ? detail : "";
    }
    for (unsigned i = 0; is_whole && !lacks && i < n && !p.is_over; i++)
        is_whole = play_schedule(&p, i);
    bool is_shown = p.played == PLAYED_WON ||
                    (p.played == PLAYED_HELD && game->kind == GAME_MEASURES && p.measured > 0);
    if (is_whole && is_shown) {
        shrink(&p);
        counterexample = record_worst(&p);
    }
    if (is_whole)
        result = play_json(&p, counterexample);
    play_end(&p);
    return result;
}

json_t *play_again(const struct experiment_options *options, const struct game *game,
                   const struct schedule *schedule)
{
    struct play p;
    struct outcome o;
    struct experiment_options recorded = *options;
    json_t *result = NULL;
    recorded.keeps_story = true;
    struct experiment *e =
        play_begin(&p, &recorded, game) ? play_once(&recorded, game, schedule, &o) : NULL;
    if (e) {
        if (o.played == PLAYED_NOTHING)
            o.played = PLAYED_TROUBLE;
        take(&p, schedule, &o);
        p.worst = *schedule;
        result = play_json(&p, counterexample_json(&p, e, &o));
    }
    experiment_end(e);
    play_end(&p);
    return result;
}
