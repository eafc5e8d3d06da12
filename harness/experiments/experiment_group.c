/* A group of two: sender keys are given where nobody looks, messages go over the network. */
#include "experiments/experiment_internal.h"

static const char group[] = "games";

struct bytes experiment_give_sender_key(struct experiment *w, struct experiment_party *from,
                                        bool fresh)
{
    struct answer a;
    struct experiment_party *to = experiment_other(w, from);
    if (w->is_void)
        return bytes_of(NULL, 0);
    enum status st = driver_distribute(from->where, from->handle, group, fresh, &w->arena, &a);
    if (!experiment_must(w, from, st, &a, "its sender key to be given"))
        return bytes_of(NULL, 0);
    struct message *given = experiment_outside(w, from, to, a.kind, a.body, bytes_of(NULL, 0));
    if (!given)
        return bytes_of(NULL, 0);
    given->group = group;
    experiment_tell(w, "%s gives %s its %ssender key", from->name, to->name, fresh ? "fresh " : "");
    if (experiment_offer_again(w, to, given) != OPENED_SILENTLY)
        experiment_void(w, "%s does not take %s's sender key", to->name, from->name);
    return given->body;
}

struct message *experiment_seal_to_group(struct experiment *w, struct experiment_party *from)
{
    struct answer a;
    uint8_t *text = arena_alloc(&w->arena, EXPERIMENT_PLAINTEXT);
    if (!text || random_fill(&w->random, text, EXPERIMENT_PLAINTEXT))
        experiment_void(w, "out of memory");
    if (w->is_void)
        return experiment_no_message(w);
    const struct target_conversation where = {.party = from->handle, .group = group};
    struct bytes plaintext = bytes_of(text, EXPERIMENT_PLAINTEXT);
    enum status st = driver_seal(from->where, &where, plaintext, &w->arena, &a);
    if (!experiment_must(w, from, st, &a, "a message to the group to be sealed"))
        return experiment_no_message(w);
    struct message *m =
        experiment_outside(w, from, experiment_other(w, from), a.kind, a.body, plaintext);
    if (!m)
        return experiment_no_message(w);
    m->group = group;
    experiment_tell(w, "%s seals message %u to the group", from->name, m->number);
    return m;
}

struct message *experiment_send_to_group(struct experiment *w, struct experiment_party *from)
{
    struct message *m = experiment_seal_to_group(w, from);
    experiment_deliver(w, m);
    return m;
}
