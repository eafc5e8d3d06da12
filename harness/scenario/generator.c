/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/generator.h"

#include <string.h>

#define EVENTS_MAX 40u   /* drawn twice, so that short schedules are common */
#define WEIGHT_LEVELS 4u /* of a kind of event in a schedule's temper: 0 is never */
#define NAMES_MAX 12u    /* attributes of one step */
#define DROP_SMALL 20u
#define DROP_LARGE 580u    /* more than a careless bound allows */
#define SEALED_ENOUGH 600u /* of MODEL_SEALED_MAX: what is left is for single messages */
#define STEPS_ENOUGH 120u  /* of SCHEDULE_STEPS_MAX: what is left is for the ending */
#define DROP_BY_TARGET 12u /* each costs a round trip */
#define EPOCH_TURNS 90u    /* after so many an epoch has ended, if no message is lost */

struct generator {
    struct random random;
    struct model model;
    const struct generator_claims *claims;
    struct arena *arena;
    struct step *steps;
    size_t n_steps;
    unsigned n_names;
    enum status st; /* the first trouble; nothing is emitted afterwards */
};

/* ---- drawing */

static uint32_t below(struct generator *g, uint32_t limit)
{
    uint32_t n = 0;
    enum status st = limit > 1 ? random_below(&g->random, limit, &n) : OK;
    if (st && !g->st)
        g->st = st;
    return n;
}

static bool is_one_in(struct generator *g, uint32_t n) { return below(g, n) == 0; }

static enum side any_side(struct generator *g) { return (enum side)below(g, N_SIDE); }

/* ---- writing steps */

/* "m7", or without a prefix a number; in the arena. */
static const char *numbered(struct generator *g, const char *prefix, uint32_t n)
{
    const char *text = arena_printf(g->arena, "%s%u", prefix, n);
    if (!text && !g->st)
        g->st = E_NOMEM;
    return text ? text : "?";
}

static const char *new_name(struct generator *g, const char *prefix)
{
    return numbered(g, prefix, ++g->n_names);
}

static const char *number_text(struct generator *g, uint32_t n) { return numbered(g, "", n); }

static const char *party(const struct generator *g, enum side s)
{
    return model_party(&g->model, s);
}

/*
 * Add a step when the model knows what must happen at it. |attributes| end with a NULL name; those
 * with a NULL value are left out.
 */
static bool emit(struct generator *g, enum verb verb, const struct attribute *attributes)
{
    struct attribute *kept = arena_array(g->arena, NAMES_MAX, sizeof(*kept));
    struct step step = {.verb = verb, .line = (unsigned)g->n_steps + 1, .attributes = kept};
    if (!kept && !g->st)
        g->st = E_NOMEM;
    if (g->st || g->n_steps == SCHEDULE_STEPS_MAX)
        return false;
    for (size_t i = 0; attributes[i].name && step.n_attributes < NAMES_MAX - 1; i++)
        if (attributes[i].value)
            kept[step.n_attributes++] = attributes[i];
    struct model_answer answer = model_step(&g->model, &step);
    if (answer.says == MODEL_OPEN_QUESTION)
        return false;
    if (answer.says == MODEL_REFUSES)
        kept[step.n_attributes++] = (struct attribute){"expect", "refuses"};
    g->steps[g->n_steps++] = step;
    return true;
}

#define STEP(verb, ...) emit(g, (verb), (const struct attribute[]){__VA_ARGS__, {NULL, NULL}})

static bool is_restarted(const struct generator *g)
{
    return strcmp(party(g, SIDE_TARGET), "target") != 0;
}

static bool deliver(struct generator *g, const char *name, enum side to)
{
    bool is_default = to == SIDE_PEER || !is_restarted(g);
    return STEP(VERB_DELIVER, {"message", name}, {"to", is_default ? NULL : party(g, to)});
}

/* Mostly the size that everybody uses; now and then around a block, empty or long. */
static const char *a_size(struct generator *g)
{
    static const char *const sizes[] = {"0", "1", "15", "16", "17", "255", "4000"};
    return is_one_in(g, 4) ? sizes[below(g, COUNT_OF(sizes))] : NULL;
}

/* NULL when |by| cannot seal. */
static const char *seal(struct generator *g, enum side by)
{
    const char *name = new_name(g, "m");
    bool is_done = STEP(VERB_SEAL, {"as", name}, {"by", party(g, by)}, {"size", a_size(g)});
    return is_done ? name : NULL;
}

/* ---- choosing among messages */

/* What a choice may ask for. That the harness's own party refuses replays is known. */
enum { HELD = 1, OPENED = 2, BY_PEER = 4, BY_TARGET = 8 };

/* Any honest message that can still arrive and is all that |wanted| says; NULL for none. */
static const struct model_message *any_message(struct generator *g, unsigned wanted)
{
    size_t fitting[MODEL_MESSAGES_MAX], n = 0;
    for (size_t i = 0; i < g->model.n_messages; i++) {
        const struct model_message *m = &g->model.messages[i];
        unsigned is = (m->is_opened ? OPENED : HELD) |
                      (m->author == SIDE_PEER ? (unsigned)BY_PEER : BY_TARGET);
        if (m->origin < 0 && m->epoch == g->model.epoch && (is & wanted) == wanted)
            fitting[n++] = i;
    }
    return n ? &g->model.messages[fitting[below(g, (uint32_t)n)]] : NULL;
}

/* ---- events */

static enum side other_side(enum side s) { return s == SIDE_TARGET ? SIDE_PEER : SIDE_TARGET; }

static void send_now(struct generator *g, enum side by)
{
    const char *name = seal(g, by);
    if (name)
        deliver(g, name, other_side(by));
}

static void event_send(struct generator *g) { send_now(g, any_side(g)); }

static void event_hold(struct generator *g) { seal(g, any_side(g)); }

static void event_arrive(struct generator *g)
{
    const struct model_message *m = any_message(g, HELD);
    if (m)
        deliver(g, model_name(&g->model, m), other_side(m->author));
}

static void event_replay(struct generator *g)
{
    const struct model_message *m = any_message(g, OPENED | BY_PEER);
    if (m)
        deliver(g, model_name(&g->model, m), SIDE_TARGET);
}

static void event_reflect(struct generator *g)
{
    const struct model_message *m = any_message(g, BY_TARGET);
    if (m)
        STEP(VERB_DELIVER, {"message", model_name(&g->model, m)}, {"to", party(g, SIDE_TARGET)},
             {"from", party(g, SIDE_PEER)});
}

/* Changes of a message; |limit| is how many values there are, counted from |least|. */
static const struct {
    const char *field, *change;
    uint32_t least, limit;
} forgeries[] = {
    {"signal.ciphertext", "flip", 0, 128},
    {"signal.ciphertext", "cut", 1, 15},
    {"signal.ciphertext", "take-from", 0, 0},
    {"signal.mac", "flip", 0, 64},
    {"signal.mac", "take-from", 0, 0},
    {"signal.counter", "flip", 0, 7},
    {"signal.counter", "set-number", 100000, 4000000000u},
    {"signal.previous-counter", "flip", 0, 7},
    {"signal.ratchet-key", "flip", 0, 264},
    {"signal.version", "flip", 0, 8},
    {"signal.protobuf", "unknown", 15, 100},
    {"signal", "append", 0, 0},
    {"signal", "cut", 1, 8},
    {"prekey.base-key", "flip", 8, 248},
    {"signal.pq-ratchet", "flip", 0, 24}, /* only where there are epochs */
    {"signal.pq-ratchet", "cut", 1, 2},
};
#define FORGERIES_OF_EPOCHS 2u

static const char *forged_value(struct generator *g, size_t i, const struct model_message *m)
{
    if (strcmp(forgeries[i].change, "append") == 0)
        return "00";
    if (strcmp(forgeries[i].change, "take-from") != 0)
        return number_text(g, forgeries[i].least + below(g, forgeries[i].limit));
    const struct model_message *donor = any_message(g, BY_PEER);
    return donor && donor != m ? model_name(&g->model, donor) : NULL;
}

static void event_forge(struct generator *g)
{
    const struct model_message *m = any_message(g, is_one_in(g, 4) ? BY_PEER : HELD | BY_PEER);
    size_t i = below(g, (uint32_t)COUNT_OF(forgeries) -
                            (g->model.cipher->epoch_field ? 0 : FORGERIES_OF_EPOCHS));
    if (!m)
        return;
    const char *genuine = model_name(&g->model, m), *value = forged_value(g, i, m);
    const char *name = new_name(g, "bent");
    if (!value || !STEP(VERB_TAMPER, {"message", genuine}, {"as", name},
                        {"field", forgeries[i].field}, {forgeries[i].change, value}))
        return;
    deliver(g, name, SIDE_TARGET);
    if (is_one_in(g, 2) && !m->is_opened)
        deliver(g, genuine, SIDE_TARGET);
}

static bool has_sealed_enough(const struct generator *g)
{
    return g->model.sides[SIDE_TARGET].sealed > SEALED_ENOUGH ||
           g->model.sides[SIDE_PEER].sealed > SEALED_ENOUGH;
}

static void event_drop(struct generator *g)
{
    enum side by = any_side(g);
    if (has_sealed_enough(g))
        return;
    uint32_t most = by == SIDE_TARGET ? DROP_BY_TARGET : is_one_in(g, 12) ? DROP_LARGE : DROP_SMALL;
    uint32_t room = SEALED_ENOUGH + 1 - g->model.sides[by].sealed;
    uint32_t count = 1 + below(g, most < room ? most : room);
    STEP(VERB_DROP, {"by", party(g, by)}, {"count", number_text(g, count)});
}

static void converse(struct generator *g, uint32_t turns, uint32_t burst)
{
    enum side with = any_side(g);
    if (!g->model.sides[with].has_session)
        with = other_side(with);
    STEP(VERB_CONVERSE, {"turns", number_text(g, turns)}, {"max-burst", number_text(g, burst)},
         {"with", party(g, with)}, {"at", party(g, other_side(with))});
}

static void event_converse(struct generator *g)
{
    if (has_sealed_enough(g))
        return;
    if (g->model.cipher->epoch_field && is_one_in(g, 4)) {
        converse(g, EPOCH_TURNS + below(g, EPOCH_TURNS), 1);
        return;
    }
    uint32_t turns = is_one_in(g, 10) ? 20 + below(g, 40) : 1 + below(g, 6);
    converse(g, turns, 1 + below(g, 3));
}

static const char *publish(struct generator *g, enum side by)
{
    const char *name = new_name(g, "bundle");
    bool is_without = g->claims->omits_one_time_prekey && is_one_in(g, 4);
    bool is_done = STEP(VERB_PUBLISH, {"as", name}, {"by", party(g, by)},
                        {"one-time-prekey", is_without ? "no" : NULL});
    return is_done ? name : NULL;
}

static void start(struct generator *g, enum side by, const char *bundle)
{
    if (bundle)
        STEP(VERB_START, {"by", party(g, by)}, {"bundle", bundle});
}

static void event_establish(struct generator *g)
{
    enum side by = any_side(g);
    STEP(VERB_ESTABLISH, {"by", party(g, by)},
         {"with", by == SIDE_PEER && is_restarted(g) ? party(g, SIDE_TARGET) : NULL});
}

/* A session that nobody has heard of yet; its first message may come at once, later or never. */
static void event_begin(struct generator *g)
{
    enum side by = any_side(g);
    start(g, by, publish(g, other_side(by)));
    seal(g, by);
}

/* Both start from the other's bundle, and their first messages are on the way at once. */
static void event_cross(struct generator *g)
{
    enum side one = any_side(g);
    const char *of_one = publish(g, one), *of_other = publish(g, other_side(one));
    start(g, one, of_other);
    start(g, other_side(one), of_one);
    seal(g, one);
    seal(g, other_side(one));
}

/* A refusal is never the last that a party of the target showed. False when it would be. */
static bool accepts_again(struct generator *g)
{
    if (g->model.sides[SIDE_TARGET].has_refused)
        send_now(g, SIDE_PEER);
    return !g->model.sides[SIDE_TARGET].has_refused;
}

static void event_restart(struct generator *g)
{
    if (!g->claims->restarts || !accepts_again(g))
        return;
    const char *snapshot = new_name(g, "snapshot");
    if (STEP(VERB_SNAPSHOT, {"as", snapshot}, {"of", party(g, SIDE_TARGET)}))
        STEP(VERB_RESTORE, {"snapshot", snapshot}, {"as", new_name(g, "target-")});
}

static void event_forget(struct generator *g)
{
    if (!g->claims->forgets || g->model.sessions + 1 >= MODEL_SESSIONS_MAX || !accepts_again(g))
        return;
    if (STEP(VERB_FORGET, {"at", party(g, SIDE_TARGET)}))
        event_establish(g);
}

static const struct {
    void (*happen)(struct generator *g);
    uint32_t weight;
} events[] = {
    {event_send, 8},   {event_hold, 8},    {event_arrive, 8},    {event_replay, 4},
    {event_forge, 8},  {event_reflect, 3}, {event_drop, 3},      {event_converse, 2},
    {event_begin, 2},  {event_cross, 1},   {event_establish, 1}, {event_restart, 2},
    {event_forget, 1},
};

/* ---- a whole schedule */

static size_t draw_event(struct generator *g, const uint32_t *weights, uint32_t total)
{
    uint32_t at = below(g, total);
    size_t i = 0;
    while (i + 1 < COUNT_OF(events) && at >= weights[i])
        at -= weights[i++];
    return i;
}

static void body(struct generator *g)
{
    uint32_t weights[COUNT_OF(events)], total = 1;
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        weights[i] = events[i].weight * below(g, WEIGHT_LEVELS);
        total += weights[i];
    }
    uint32_t left = 2 + below(g, 1 + below(g, EVENTS_MAX));
    while (left-- && !g->st && g->n_steps < STEPS_ENOUGH)
        events[draw_event(g, weights, total)].happen(g);
}

static void beginning(struct generator *g)
{
    static void (*const ways[])(struct generator *) = {event_establish, event_establish,
                                                       event_begin, event_cross};
    ways[below(g, COUNT_OF(ways))](g);
}

/* What is still held arrives, or most of it, and both directions are shown to work. */
static void ending(struct generator *g)
{
    const struct model_message *m;
    for (size_t tries = 0; tries < 2 * MODEL_MESSAGES_MAX && (m = any_message(g, HELD)); tries++)
        deliver(g, model_name(&g->model, m), other_side(m->author));
    converse(g, 2 + below(g, 3), 1 + below(g, 2));
}

/* A mutated copy says something only beside its genuine message: without, it is left out. */
static bool is_pointless(const struct model *m, const struct step *step)
{
    const char *name = step_text(step, step->verb == VERB_TAMPER ? "as" : "message");
    if (step->verb != VERB_TAMPER && step->verb != VERB_DELIVER)
        return false;
    for (size_t i = 0; i < m->n_messages; i++)
        if (strcmp(model_name(m, &m->messages[i]), name) == 0)
            return m->messages[i].origin >= 0 && !m->messages[m->messages[i].origin].is_opened;
    return false;
}

static void leave_out_pointless(struct generator *g)
{
    size_t kept = 0;
    for (size_t i = 0; i < g->n_steps; i++)
        if (!is_pointless(&g->model, &g->steps[i])) {
            g->steps[kept] = g->steps[i];
            g->steps[kept].line = (unsigned)kept + 1;
            kept++;
        }
    g->n_steps = kept;
}

const char *generator_label(uint32_t number, struct arena *arena)
{
    return arena_printf(arena, "generated/schedule-%u", number);
}

enum status generator_make(struct bytes seed, uint32_t number,
                           const struct generator_claims *claims, struct arena *arena,
                           struct generated_schedule *out)
{
    const char *label = arena_printf(arena, "schedule of %u", number);
    struct generator *g = arena_alloc(arena, sizeof(*g));
    memset(out, 0, sizeof(*out));
    if (!label || !g)
        return E_NOMEM;
    g->claims = claims;
    g->arena = arena;
    g->steps = arena_array(arena, SCHEDULE_STEPS_MAX, sizeof(*g->steps));
    model_init(&g->model, claims->cipher);
    g->st = g->steps ? random_init(&g->random, seed, label) : E_NOMEM;
    if (g->st)
        return g->st;
    beginning(g);
    body(g);
    ending(g);
    leave_out_pointless(g);
    out->steps = g->steps;
    out->n_steps = g->n_steps;
    return g->st;
}
