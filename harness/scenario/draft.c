/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/draft.h"

#include "scenario/resolve.h"
#include "scenario/step_reader.h"

#include <string.h>

#define NAMES_MAX 12u /* attributes of one step */

/* ---- choices */

uint32_t draft_below(struct draft *d, uint32_t limit)
{
    uint32_t n = 0;
    enum status st = limit > 1 ? random_below(&d->random, limit, &n) : OK;
    if (st && !d->st)
        d->st = st;
    return n;
}

bool draft_is_one_in(struct draft *d, uint32_t n) { return draft_below(d, n) == 0; }

unsigned draft_any_peer(struct draft *d)
{
    unsigned n = (unsigned)d->model.n_parties - 1;
    return 1 + (draft_is_one_in(d, 3) ? 0 : draft_below(d, n));
}

unsigned draft_any_peer_who(struct draft *d, bool (*is_fitting)(const struct model *, unsigned),
                            unsigned otherwise)
{
    unsigned fitting[MODEL_PARTIES_MAX];
    uint32_t n = 0;
    for (unsigned i = 1; i < d->model.n_parties; i++)
        if (is_fitting(&d->model, i))
            fitting[n++] = i;
    return n ? fitting[draft_below(d, n)] : otherwise;
}

enum side draft_any_side(struct draft *d) { return (enum side)draft_below(d, N_SIDE); }

/* ---- writing steps */

/* "m7", or without a prefix a number; in the arena. */
static const char *numbered(struct draft *d, const char *prefix, uint32_t n)
{
    const char *text = arena_printf(d->arena, "%s%u", prefix, n);
    if (!text && !d->st)
        d->st = E_NOMEM;
    return text ? text : "?";
}

const char *draft_name(struct draft *d, const char *prefix)
{
    return numbered(d, prefix, ++d->n_names);
}

const char *draft_number(struct draft *d, uint32_t n) { return numbered(d, "", n); }

const char *draft_party(const struct draft *d, unsigned who) { return model_party(&d->model, who); }

const char *draft_unless_peer(const struct draft *d, unsigned who)
{
    return who == OP_PEER ? NULL : draft_party(d, who);
}

bool draft_claims(const struct draft *d, const char *capability)
{
    const char *under = d->claims->claimed_under ? d->claims->claimed_under : "";
    size_t len = strlen(under);
    for (size_t i = 0; capability && i < d->claims->n_capabilities; i++) {
        const char *claim = d->claims->capabilities[i];
        if (strncmp(claim, under, len) == 0 && strcmp(claim + len, capability) == 0)
            return true;
    }
    return !capability || (d->claims->granted && strcmp(d->claims->granted, capability) == 0);
}

/* Does the target claim what |step| needs of it? */
static bool is_claimed(struct draft *d, const struct step *step)
{
    const struct attribute_rule *rules = verb_rule(step->verb)->attributes;
    const struct reading reading = {.scope = &d->model.scope};
    struct op op;
    if (resolve_step(&d->model.scope, step, d->arena, &op, NULL))
        return false;
    bool is_all = draft_claims(d, step_capability(&reading, &op, NULL));
    for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rules[i].name; i++)
        is_all &= draft_claims(d, step_capability(&reading, &op, &rules[i]));
    return is_all;
}

struct model_answer draft_emit(struct draft *d, enum verb verb, const struct attribute *attributes)
{
    static const char *const expected[] = {
        [MODEL_ABSORBS] = "absorbs", [MODEL_REFUSES] = "refuses"};
    struct model_answer answer = {.says = MODEL_OPEN_QUESTION};
    struct attribute *kept = arena_array(d->arena, NAMES_MAX, sizeof(*kept));
    struct step step = {.verb = verb, .line = (unsigned)d->n_steps + 1, .attributes = kept};
    if (!kept && !d->st)
        d->st = E_NOMEM;
    if (d->st || d->n_steps == SCHEDULE_STEPS_MAX)
        return answer;
    for (size_t i = 0; attributes[i].name && step.n_attributes < NAMES_MAX - 1; i++)
        if (attributes[i].value)
            kept[step.n_attributes++] = attributes[i];
    if (model_complete(&d->model, &step, d->arena) && is_claimed(d, &step))
        answer = model_step(&d->model, &step);
    if (answer.says == MODEL_OPEN_QUESTION)
        return answer;
    if (expected[answer.says]) /* of those nothing is filled in */
        kept[step.n_attributes++] = (struct attribute){"expect", expected[answer.says]};
    d->steps[d->n_steps++] = step;
    return answer;
}

bool draft_is_taken(struct model_answer answer) { return answer.says != MODEL_OPEN_QUESTION; }

static bool is_restarted(const struct draft *d)
{
    return strcmp(draft_party(d, MODEL_TARGET), "target") != 0;
}

/* ---- honest traffic */

/* Mostly the size that everybody uses; now and then around a block, empty or long. */
static const char *a_size(struct draft *d)
{
    static const char *const sizes[] = {"0", "1", "15", "16", "17", "255", "4000"};
    return draft_is_one_in(d, 4) ? sizes[draft_below(d, COUNT_OF(sizes))] : NULL;
}

const struct model_message *draft_made(const struct draft *d, bool is_made)
{
    return is_made ? &d->model.messages[d->model.n_messages - 1] : NULL;
}

const struct model_message *draft_seal(struct draft *d, unsigned peer, enum side by)
{
    bool is_targets = by == SIDE_TARGET;
    return draft_made(d, DRAFT_STEP(d, VERB_SEAL, {"as", draft_name(d, "m")},
                                    {"by", draft_party(d, is_targets ? MODEL_TARGET : peer)},
                                    {"to", is_targets ? draft_unless_peer(d, peer) : NULL},
                                    {"size", a_size(d)}));
}

bool draft_converse(struct draft *d, unsigned peer, uint32_t turns, uint32_t burst)
{
    bool is_peers = draft_any_side(d) == SIDE_PEER;
    if (!d->model.parties[peer].sides[is_peers ? SIDE_PEER : SIDE_TARGET].has_session)
        is_peers = !is_peers;
    return DRAFT_STEP(d, VERB_CONVERSE, {"turns", draft_number(d, turns)},
                      {"max-burst", draft_number(d, burst)},
                      {"with", draft_party(d, is_peers ? peer : MODEL_TARGET)},
                      {"at", draft_party(d, is_peers ? MODEL_TARGET : peer)});
}

bool draft_establish(struct draft *d, unsigned peer, enum side by)
{
    bool is_peers = by == SIDE_PEER;
    return DRAFT_STEP(d, VERB_ESTABLISH, {"by", draft_party(d, is_peers ? peer : MODEL_TARGET)},
                      {"with", !is_peers         ? draft_unless_peer(d, peer)
                               : is_restarted(d) ? draft_party(d, MODEL_TARGET)
                                                 : NULL});
}

struct model_answer draft_deliver_as(struct draft *d, const struct model_message *m, unsigned to,
                                     const char *from, const char *group)
{
    bool is_default =
        m->chain < 0 && !from && (to == MODEL_TARGET ? !is_restarted(d) : to == m->peer);
    return DRAFT_ANSWER(d, VERB_DELIVER, {"message", model_name(&d->model, m)},
                        {"to", is_default ? NULL : draft_party(d, to)}, {"from", from},
                        {"group", group});
}

const struct model_message *draft_distribute(struct draft *d, unsigned by, const char *group,
                                             bool is_fresh)
{
    return draft_made(d, DRAFT_STEP(d, VERB_DISTRIBUTE, {"as", draft_name(d, "key")},
                                    {"by", draft_party(d, by)}, {"group", group},
                                    {"fresh", is_fresh ? "yes" : NULL}));
}

const struct model_message *draft_seal_in_group(struct draft *d, unsigned by, const char *group)
{
    return draft_made(d, DRAFT_STEP(d, VERB_SEAL, {"as", draft_name(d, "m")},
                                    {"by", draft_party(d, by)}, {"group", group},
                                    {"size", a_size(d)}));
}

/* The sender key that |by| has now reaches |to|; does a message under it, too? */
static bool join(struct draft *d, unsigned by, const char *group, unsigned to)
{
    const struct model_message *key = draft_distribute(d, by, group, false);
    if (key)
        draft_deliver_as(d, key, to, NULL, NULL);
    const struct model_message *m = key ? draft_seal_in_group(d, by, group) : NULL;
    return m && draft_deliver_as(d, m, to, NULL, NULL).says == MODEL_OPENS;
}

/* Who acts for the author of |m| now. */
static const struct scope_party *author_now(const struct draft *d, const struct model_message *m)
{
    return &d->model.scope.parties[d->model.parties[m->author].party];
}

void draft_deliver(struct draft *d, const struct model_message *m, unsigned to)
{
    size_t at = d->n_steps;
    enum theme theme = draft_deliver_as(d, m, to, NULL, NULL).theme;
    if (theme == THEME_SPENT)
        d->is_shown[at] =
            draft_establish(d, m->peer, SIDE_PEER) && draft_converse(d, m->peer, 2, 1);
    if (theme == THEME_GROUP_UNKNOWN || theme == THEME_GROUP_OUTSIDE)
        d->is_shown[at] = join(d, m->author, d->model.chains[m->chain].group, to) &&
                          d->model.scope.artifacts[m->artifact].author == author_now(d, m);
}

unsigned draft_any_addressee(struct draft *d, const struct model_message *m)
{
    if (m->author != MODEL_TARGET)
        return MODEL_TARGET;
    return m->chain < 0 ? m->peer : draft_any_peer(d);
}

/* ---- choosing among messages */

bool draft_is_wanted(const struct model *model, const struct model_message *m, unsigned wanted)
{
    bool is_opened = m->author == MODEL_TARGET ? m->opened_by : model_has_opened(m, MODEL_TARGET);
    unsigned is = is_opened ? DRAFT_OPENED : DRAFT_HELD;
    is |= m->author == MODEL_TARGET ? DRAFT_BY_TARGET : DRAFT_BY_PEER;
    is |= m->chain < 0 ? DRAFT_OF_PAIR : DRAFT_OF_GROUP;
    bool is_lost = m->chain < 0 && m->epoch != model->parties[m->peer].epoch;
    bool is_key =
        m->is_distribution && (is_opened || !(wanted & DRAFT_HELD)); /* it is taken once */
    return m->origin < 0 && !is_lost && !is_key && (is & wanted) == wanted;
}

const struct model_message *draft_any_message(struct draft *d, unsigned wanted)
{
    size_t fitting[MODEL_MESSAGES_MAX], n = 0;
    for (size_t i = 0; i < d->model.n_messages; i++)
        if (draft_is_wanted(&d->model, &d->model.messages[i], wanted))
            fitting[n++] = i;
    return n ? &d->model.messages[fitting[draft_below(d, (uint32_t)n)]] : NULL;
}

unsigned draft_any_kind(struct draft *d)
{
    return d->model.n_chains && draft_is_one_in(d, 3) ? DRAFT_OF_GROUP : DRAFT_OF_PAIR;
}

/* ---- choosing among parties */

unsigned draft_meet(struct draft *d)
{
    bool is_met = DRAFT_STEP(d, VERB_PEER, {"name", draft_name(d, "peer-")});
    return is_met ? (unsigned)d->model.n_parties - 1 : MODEL_NOBODY;
}

bool draft_is_crowded(const struct draft *d) { return d->model.n_parties + 1 >= MODEL_PARTIES_MAX; }

unsigned draft_another_peer(struct draft *d, unsigned who)
{
    unsigned found = draft_any_peer(d);
    for (unsigned i = 1; i < d->model.n_parties; i++)
        if (d->model.parties[found].home == d->model.parties[who].home)
            found = i;
    bool is_other = d->model.parties[found].home != d->model.parties[who].home;
    if (!is_other)
        found = draft_is_crowded(d) ? MODEL_NOBODY : draft_meet(d);
    return found == MODEL_NOBODY ? who : found;
}

void draft_arrive(struct draft *d, const struct model_message *m)
{
    if (m)
        draft_deliver(d, m, draft_any_addressee(d, m));
}

/* ---- bundles */

const char *draft_publish(struct draft *d, unsigned by, bool is_rotated)
{
    const char *name = draft_name(d, "bundle");
    bool is_without = !draft_claims(d, "requires-one-time-prekey") && draft_is_one_in(d, 4);
    bool is_done = DRAFT_STEP(d, VERB_PUBLISH, {"as", name}, {"by", draft_party(d, by)},
                              {"one-time-prekey", is_without ? "no" : NULL},
                              {"rotate", is_rotated ? "yes" : NULL});
    return is_done ? name : NULL;
}

bool draft_start(struct draft *d, unsigned by, const char *bundle)
{
    return bundle && DRAFT_STEP(d, VERB_START, {"by", draft_party(d, by)}, {"bundle", bundle});
}
