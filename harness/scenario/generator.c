/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/generator.h"

#include "scenario/generator_internal.h"

#include <string.h>

#define EVENTS_MAX 64u
#define WEIGHT_LEVELS 4u /* of a kind of event in a schedule's temper: 0 is never */
#define DROP_SMALL 20u
#define DROP_LARGE 580u    /* more than a careless bound allows */
#define SEALED_ENOUGH 600u /* of MODEL_SEALED_MAX: what is left is for single messages */
#define STEPS_ENOUGH 110u
#define STEPS_OF_ENDING 2u /* with each party, when all messages are there */
#define DROP_BY_TARGET 12u /* each costs a round trip */
#define EPOCH_TURNS 90u    /* after so many an epoch has ended, if no message is lost */

/* ---- groups */

static const char *any_group(struct draft *d)
{
    static const char *const groups[] = {"friends", "family"};
    return groups[draft_is_one_in(d, 4)];
}

static unsigned any_member(struct draft *d)
{
    return draft_is_one_in(d, 3) ? MODEL_TARGET : draft_any_peer(d);
}

/* A member hands out their sender key, the same or a new one, to all or only to some: who left
 * gets no new one, and who comes late gets it late. */
static void hand_out(struct draft *d, unsigned by, const char *group, bool is_fresh)
{
    const struct model_message *key = draft_distribute(d, by, group, is_fresh);
    for (unsigned to = 0; key && to < d->model.n_parties; to++)
        if (to != by && !draft_is_one_in(d, 5))
            draft_deliver(d, key, to);
}

/* Under a sender key that most have. */
static const struct model_message *say(struct draft *d, unsigned by, const char *group)
{
    if (!model_seals_in_group(&d->model, by, group) && !draft_is_one_in(d, 8))
        hand_out(d, by, group, false);
    return draft_seal_in_group(d, by, group);
}

/* ---- events: traffic */

static void event_send(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    draft_arrive(d, draft_seal(d, peer, draft_any_side(d)));
}

static void event_hold(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    draft_seal(d, peer, draft_any_side(d));
}

static void event_arrive(struct draft *d) { draft_arrive(d, draft_any_message(d, DRAFT_HELD)); }

static void event_replay(struct draft *d)
{
    draft_arrive(d, draft_any_message(d, DRAFT_OPENED | DRAFT_BY_PEER | draft_any_kind(d)));
}

/* What the target sent comes back to it. */
static void event_reflect(struct draft *d)
{
    const struct model_message *m = draft_any_message(d, DRAFT_BY_TARGET | draft_any_kind(d));
    if (m)
        draft_deliver_as(d, m, MODEL_TARGET,
                         draft_party(d, m->chain < 0 ? m->peer : draft_any_peer(d)), NULL);
}

/* What somebody sent comes as somebody else's. */
static void event_misname(struct draft *d)
{
    unsigned whose = draft_any_peer(d), other = draft_another_peer(d, whose);
    bool is_pair = draft_is_one_in(d, 2);
    const struct model_message *m =
        is_pair ? draft_seal(d, whose, SIDE_PEER) : say(d, whose, any_group(d));
    if (!m)
        return;
    draft_deliver_as(d, m, MODEL_TARGET, draft_party(d, other), NULL);
    if (draft_is_one_in(d, 2))
        draft_arrive(d, m);
}

static const char *forged_value(struct draft *d, const struct forgery *f,
                                const struct model_message *m)
{
    if (f->change == ATTR_APPEND)
        return "00";
    if (f->change != ATTR_TAKE_FROM)
        return draft_number(d, f->least + draft_below(d, f->limit));
    const struct model_message *donor = draft_any_message(d, DRAFT_BY_PEER | DRAFT_OF_PAIR);
    return donor && donor != m ? model_name(&d->model, donor) : NULL;
}

/* Any change of a field whose name begins with |layer|. */
static const struct forgery *any_forgery(struct draft *d, const char *layer)
{
    const struct forgery *fitting[64], *f;
    uint32_t n = 0;
    for (size_t i = 0; (f = model_forgery(i)) && n < COUNT_OF(fitting); i++)
        if (strncmp(f->field, layer, strlen(layer)) == 0 &&
            (!f->is_of_epochs || d->model.cipher->epoch_field))
            fitting[n++] = f;
    return fitting[draft_below(d, n)];
}

/* What a changed copy is made of: mostly something that has not arrived. */
static const struct model_message *any_original(struct draft *d)
{
    unsigned kind = draft_any_kind(d), by = draft_any_peer(d);
    const struct model_message *m = draft_any_message(d, DRAFT_HELD | DRAFT_BY_PEER | kind);
    if (kind == DRAFT_OF_GROUP && draft_is_one_in(d, 2))
        return say(d, by, any_group(d));
    return m && !draft_is_one_in(d, 4) ? m : draft_any_message(d, DRAFT_BY_PEER);
}

static void event_forge(struct draft *d)
{
    const struct model_message *m = any_original(d);
    if (!m || m->is_distribution)
        return;
    const char *layer = m->chain >= 0                          ? "sender-key."
                        : m->is_first && draft_is_one_in(d, 3) ? "prekey."
                                                               : "signal";
    const struct forgery *f = any_forgery(d, layer);
    const char *value = forged_value(d, f, m);
    if (!value || !DRAFT_STEP(d, VERB_TAMPER, {"message", model_name(&d->model, m)},
                              {"as", draft_name(d, "bent")}, {"field", f->field},
                              {attr_name(f->change), value}))
        return;
    draft_deliver_as(d, draft_made(d, true), MODEL_TARGET, NULL, NULL);
    if (draft_is_one_in(d, 2) && !model_has_opened(m, MODEL_TARGET))
        draft_deliver(d, m, MODEL_TARGET);
}

static void event_drop(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    bool is_targets = draft_any_side(d) == SIDE_TARGET;
    unsigned sealed = d->model.parties[peer].sides[is_targets ? SIDE_TARGET : SIDE_PEER].sealed;
    if (sealed > SEALED_ENOUGH)
        return;
    uint32_t most = is_targets ? DROP_BY_TARGET : draft_is_one_in(d, 12) ? DROP_LARGE : DROP_SMALL;
    uint32_t room = SEALED_ENOUGH + 1 - sealed;
    uint32_t count = 1 + draft_below(d, most < room ? most : room);
    DRAFT_STEP(d, VERB_DROP, {"by", draft_party(d, is_targets ? MODEL_TARGET : peer)},
               {"to", is_targets ? draft_unless_peer(d, peer) : NULL},
               {"count", draft_number(d, count)});
}

static void event_converse(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    const struct model_side *sides = d->model.parties[peer].sides;
    if (sides[SIDE_TARGET].sealed > SEALED_ENOUGH || sides[SIDE_PEER].sealed > SEALED_ENOUGH)
        return;
    bool is_long = d->model.cipher->epoch_field && draft_is_one_in(d, 2);
    uint32_t turns = is_long                  ? EPOCH_TURNS + draft_below(d, EPOCH_TURNS)
                     : draft_is_one_in(d, 10) ? 20 + draft_below(d, 40)
                                              : 1 + draft_below(d, 6);
    draft_converse(d, peer, turns, is_long ? 1 : 1 + draft_below(d, 3));
}

/* ---- events: bundles and sessions */

static void event_establish(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    draft_establish(d, peer, draft_any_side(d));
}

/* |peer| starts from the target's bundle and says something that has not arrived yet. */
static void begin(struct draft *d, unsigned peer, const char *bundle)
{
    if (draft_start(d, peer, bundle))
        draft_seal(d, peer, SIDE_PEER);
}

/* A session that nobody has heard of yet; its first message may come at once, later or never.
 * From the target a changed copy of the bundle may come before. */
static void event_begin(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    if (draft_any_side(d) == SIDE_PEER) {
        begin(d, peer, draft_publish(d, MODEL_TARGET, false));
        return;
    }
    const char *bundle = draft_publish(d, peer, false), *copy = draft_name(d, "bent");
    const struct forgery *f = any_forgery(d, "bundle.");
    const char *value = draft_number(d, f->least + draft_below(d, f->limit));
    if (bundle && draft_is_one_in(d, 3) &&
        DRAFT_STEP(d, VERB_TAMPER, {"bundle", bundle}, {"as", copy}, {"field", f->field},
                   {attr_name(f->change), value}))
        draft_start(d, MODEL_TARGET, copy);
    if (draft_start(d, MODEL_TARGET, bundle))
        draft_seal(d, peer, SIDE_TARGET);
}

/* Both start from the other's bundle, and their first messages are on the way at once. */
static void event_cross(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    const char *of_target = draft_publish(d, MODEL_TARGET, false),
               *of_peer = draft_publish(d, peer, false);
    draft_start(d, MODEL_TARGET, of_peer);
    draft_start(d, peer, of_target);
    draft_seal(d, peer, SIDE_PEER);
    draft_seal(d, peer, SIDE_TARGET);
}

/* Two start from one bundle of the target's; of its one-time prekey one of them has had
 * nothing. */
static void event_share(struct draft *d)
{
    unsigned one = draft_any_peer(d), two = draft_another_peer(d, one);
    const char *bundle = one == two ? NULL : draft_publish(d, MODEL_TARGET, false);
    begin(d, one, bundle);
    begin(d, two, bundle);
    draft_arrive(d, draft_any_message(d, DRAFT_HELD | DRAFT_BY_PEER | DRAFT_OF_PAIR));
}

/* The target's signed prekey is another from now on; somebody may have started from it before. */
static void event_rotate(struct draft *d)
{
    const char *before = draft_is_one_in(d, 3) ? NULL : draft_publish(d, MODEL_TARGET, false);
    const char *after = draft_publish(d, MODEL_TARGET, true);
    begin(d, draft_any_peer(d), before);
    if (draft_is_one_in(d, 2))
        begin(d, draft_any_peer(d), after);
}

/* ---- events: who there is */

static bool is_known(const struct model *m, unsigned who)
{
    return model_trusts(m, who) && m->parties[m->parties[who].home].trusted;
}

/* Not the one that the target knows there, and not one that it knew before. */
static bool is_stranger(const struct model *m, unsigned who)
{
    return !model_trusts(m, who) && !m->parties[who].is_replaced;
}

/* Another device of |whose|, or another identity at their device. */
static unsigned meet_at(struct draft *d, unsigned whose, bool is_device)
{
    const struct model_party *p = &d->model.parties[whose];
    if (draft_is_crowded(d))
        return MODEL_NOBODY;
    const char *device = draft_number(d, is_device ? 2 + draft_below(d, 3) : p->device);
    bool is_met =
        DRAFT_STEP(d, VERB_PEER, {"name", draft_name(d, "peer-")}, {"address", p->address},
                   {"device", strcmp(device, "1") == 0 ? NULL : device},
                   {"identity-of", is_device ? draft_party(d, whose) : NULL});
    return is_met ? (unsigned)d->model.n_parties - 1 : MODEL_NOBODY;
}

static void event_meet(struct draft *d)
{
    if (draft_is_crowded(d))
        return;
    unsigned who = draft_is_one_in(d, 2) ? draft_meet(d) : meet_at(d, draft_any_peer(d), true);
    if (who != MODEL_NOBODY &&
        (!draft_is_one_in(d, 3) || !draft_establish(d, who, draft_any_side(d))))
        begin(d, who, draft_publish(d, MODEL_TARGET, false));
}

/* Somebody of another identity than the known one knocks, and the person accepts it, or not
 * yet. */
static void event_accept(struct draft *d)
{
    unsigned who = draft_any_peer_who(d, is_stranger, MODEL_NOBODY);
    if (who == MODEL_NOBODY)
        who = meet_at(d, draft_any_peer_who(d, is_known, 1), false);
    if (who == MODEL_NOBODY)
        return;
    const char *bundle = draft_is_one_in(d, 2) ? draft_publish(d, who, false) : NULL;
    draft_start(d, MODEL_TARGET, bundle);
    begin(d, who, draft_publish(d, MODEL_TARGET, false));
    draft_arrive(d, draft_any_message(d, DRAFT_HELD | DRAFT_BY_PEER | DRAFT_OF_PAIR));
    if (!draft_is_one_in(d, 3) &&
        DRAFT_STEP(d, VERB_ACCEPT, {"at", draft_party(d, MODEL_TARGET)},
                   {"peer", draft_party(d, who)}, {"identity-of", draft_party(d, who)}) &&
        draft_start(d, MODEL_TARGET, bundle))
        draft_seal(d, who, SIDE_TARGET);
}

static void event_fingerprint(struct draft *d)
{
    unsigned who = draft_any_peer(d);
    DRAFT_STEP(d, VERB_FINGERPRINT, {"at", draft_party(d, MODEL_TARGET)},
               {"with", draft_party(d, who)},
               {"relation", model_trusts(&d->model, who) ? NULL : "different"});
}

static void event_restart(struct draft *d)
{
    const char *snapshot = draft_name(d, "snapshot");
    if (DRAFT_STEP(d, VERB_SNAPSHOT, {"as", snapshot}, {"of", draft_party(d, MODEL_TARGET)}))
        DRAFT_STEP(d, VERB_RESTORE, {"snapshot", snapshot}, {"as", draft_name(d, "target-")});
}

static void event_forget(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    if (d->model.parties[peer].sessions + 1 < MODEL_SESSIONS_MAX &&
        DRAFT_STEP(d, VERB_FORGET, {"at", draft_party(d, MODEL_TARGET)},
                   {"peer", draft_unless_peer(d, peer)}))
        draft_establish(d, peer, draft_any_side(d));
}

/* ---- events: groups */

static void event_distribute(struct draft *d)
{
    unsigned by = any_member(d);
    const char *group = any_group(d);
    hand_out(d, by, group, draft_is_one_in(d, 2));
}

static void event_say(struct draft *d)
{
    unsigned by = any_member(d);
    const char *group = any_group(d);
    const struct model_message *m = say(d, by, group);
    if (draft_is_one_in(d, 8))
        DRAFT_STEP(d, VERB_DROP, {"by", draft_party(d, by)}, {"group", group},
                   {"count", draft_number(d, 1 + draft_below(d, DROP_BY_TARGET))});
    if (m && draft_is_one_in(d, 3))
        draft_arrive(d, draft_seal_in_group(d, by, group));
    if (!draft_is_one_in(d, 3))
        draft_arrive(d, m);
}

/* Somebody makes a new sender key, and what they seal under it comes to somebody who has left. */
static void event_leave(struct draft *d)
{
    unsigned by = any_member(d);
    const char *group = any_group(d);
    if (draft_distribute(d, by, group, true))
        draft_arrive(d, draft_seal_in_group(d, by, group));
}

/* What was sealed before comes to somebody who joins. */
static void event_join(struct draft *d)
{
    unsigned by = any_member(d);
    const char *group = any_group(d);
    if (!model_seals_in_group(&d->model, by, group))
        draft_distribute(d, by, group, false);
    const struct model_message *before = draft_seal_in_group(d, by, group);
    const struct model_message *key = before ? draft_distribute(d, by, group, false) : NULL;
    if (!key)
        return;
    unsigned to = draft_any_addressee(d, key);
    draft_deliver(d, key, to);
    draft_deliver(d, before, to);
}

/* A message of one group comes as another's. */
static void event_misdirect(struct draft *d)
{
    const struct model_message *m = draft_any_message(d, DRAFT_BY_PEER | DRAFT_OF_GROUP);
    if (!m)
        return;
    const char *own = d->model.chains[m->chain].group;
    draft_deliver_as(d, m, MODEL_TARGET, NULL, strcmp(own, "friends") == 0 ? "family" : "friends");
}

static const struct generator_event events[] = {
    {event_send, 6},     {event_hold, 9},      {event_arrive, 6},      {event_replay, 7},
    {event_forge, 10},   {event_reflect, 5},   {event_misname, 5},     {event_drop, 3},
    {event_converse, 3}, {event_begin, 4},     {event_cross, 1},       {event_share, 2},
    {event_rotate, 2},   {event_establish, 2}, {event_restart, 3},     {event_forget, 1},
    {event_meet, 2},     {event_accept, 3},    {event_fingerprint, 2}, {event_distribute, 1},
    {event_say, 7},      {event_leave, 2},     {event_join, 2},        {event_misdirect, 2},
};

/* ---- a whole schedule */

static size_t draw_event(struct draft *d, const uint32_t *weights, size_t n, uint32_t total)
{
    uint32_t at = draft_below(d, total);
    size_t i = 0;
    while (i + 1 < n && at >= weights[i])
        at -= weights[i++];
    return i;
}

static void body(struct draft *d, const struct generator_play *play)
{
    uint32_t weights[GENERATOR_EVENTS_MAX], total = 1;
    size_t n = play->n_events;
    for (size_t i = 0; i < n; i++) {
        weights[i] = play->events[i].weight * draft_below(d, WEIGHT_LEVELS);
        total += weights[i];
    }
    uint32_t left = 2 + draft_below(d, 1 + draft_below(d, play->events_max));
    while (left-- && !d->st && d->n_steps < play->steps_enough)
        play->events[draw_event(d, weights, n, total)].happen(d);
}

static void beginning(struct draft *d)
{
    static void (*const ways[])(struct draft *) = {event_establish, event_establish, event_begin,
                                                   event_cross};
    ways[draft_below(d, COUNT_OF(ways))](d);
}

/* Both directions with |peer|, in a new session if need be. */
static bool talk(struct draft *d, unsigned peer)
{
    uint32_t turns = 2 + draft_below(d, 3), burst = 1 + draft_below(d, 2);
    return draft_converse(d, peer, turns, burst) ||
           (draft_establish(d, peer, SIDE_PEER) && draft_converse(d, peer, turns, burst));
}

/* What is still held arrives, or most of it, and both directions are shown to work with
 * everybody. */
static void ending(struct draft *d)
{
    size_t n = d->model.n_messages, n_last = STEPS_OF_ENDING * MODEL_PARTIES_MAX;
    bool is_backwards = draft_is_one_in(d, 2);
    for (size_t i = 0; i < n && d->n_steps < SCHEDULE_STEPS_MAX - n_last; i++) {
        const struct model_message *m = &d->model.messages[is_backwards ? n - 1 - i : i];
        if (draft_is_wanted(&d->model, m, DRAFT_HELD))
            draft_deliver_as(d, m, draft_any_addressee(d, m), NULL, NULL);
    }
    bool is_heard = false;
    unsigned peer;
    for (peer = 1; peer < d->model.n_parties; peer++)
        is_heard |= talk(d, peer);
    if (!is_heard && (peer = draft_meet(d)) != MODEL_NOBODY)
        talk(d, peer);
}

/* Is |name| one of |list|, which has spaces between? */
static bool is_listed(const char *list, const char *name)
{
    size_t len = strlen(name);
    while (list && *list) {
        size_t n = strcspn(list, " ");
        if (n == len && strncmp(list, name, len) == 0)
            return true;
        list += n + strspn(list + n, " ");
    }
    return false;
}

/* Does a step after |from| name it? */
static bool is_used(const struct draft *d, const struct step *from, const char *copy)
{
    static const char *const naming[] = {"message", "messages", "bundle"};
    for (const struct step *step = from + 1; step < d->steps + d->n_steps; step++)
        for (size_t i = 0; i < COUNT_OF(naming); i++)
            if (is_listed(step_text(step, naming[i]), copy))
                return true;
    return false;
}

/* What is refused says something only beside what is not: a message that never opens anywhere,
 * a bundle from which nobody starts. */
static bool is_pointless(const struct draft *d, const struct step *step)
{
    const struct model *m = &d->model;
    bool is_tamper = step->verb == VERB_TAMPER;
    if (!is_tamper && step_expect(step) != EXPECT_REFUSES)
        return false;
    if (is_tamper && !is_used(d, step, step_text(step, "as")))
        return true;
    if (d->claims->surface == SURFACE_CLIENT) /* what comes among others is no refusal of a step */
        return false;
    const char *message = step_text(step, is_tamper ? "as" : "message");
    const char *bundle = step_text(step, is_tamper ? "as" : "bundle");
    for (size_t i = 0; message && i < m->n_messages; i++) {
        const struct model_message *it = &m->messages[i];
        if (strcmp(model_name(m, it), message) == 0)
            return !(it->origin < 0 ? it : &m->messages[it->origin])->opened_by;
    }
    for (size_t i = 0; bundle && i < m->n_bundles; i++) {
        const struct model_bundle *b = &m->bundles[i];
        if (strcmp(m->scope.artifacts[b->artifact].name, bundle) == 0)
            return !(b->origin < 0 ? b : &m->bundles[b->origin])->started_by;
    }
    return false;
}

static void leave_out_pointless(struct draft *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->n_steps; i++)
        if (d->is_shown[i] || !is_pointless(d, &d->steps[i])) {
            d->steps[kept] = d->steps[i];
            d->steps[kept].line = (unsigned)kept + 1;
            kept++;
        }
    d->n_steps = kept;
}

static const struct generator_play of_library = {
    .begin = beginning,
    .end = ending,
    .events = events,
    .n_events = COUNT_OF(events),
    .events_max = EVENTS_MAX,
    .steps_enough = STEPS_ENOUGH,
};

const char *generator_label(uint32_t number, struct arena *arena)
{
    return arena_printf(arena, "generated/schedule-%u", number);
}

enum status generator_make(struct bytes seed, uint32_t number,
                           const struct generator_claims *claims, struct arena *arena,
                           struct generated_schedule *out)
{
    const char *label = arena_printf(arena, "schedule of %u", number);
    struct draft *d = arena_alloc(arena, sizeof(*d));
    memset(out, 0, sizeof(*out));
    if (!label || !d)
        return E_NOMEM;
    const struct generator_play *play =
        claims->surface == SURFACE_CLIENT ? &generator_of_client : &of_library;
    d->claims = claims;
    d->arena = arena;
    d->steps = arena_array(arena, SCHEDULE_STEPS_MAX, sizeof(*d->steps));
    model_init(&d->model, claims->cipher);
    d->st = d->steps ? random_init(&d->random, seed, label) : E_NOMEM;
    if (d->st)
        return d->st;
    play->begin(d);
    body(d, play);
    play->end(d);
    leave_out_pointless(d);
    out->steps = d->steps;
    out->n_steps = d->n_steps;
    return d->st;
}
