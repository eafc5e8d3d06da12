/* A group of two: sender keys are given where nobody looks, messages go over the network. */
#include "games/world_internal.h"

static const char group[] = "games";

struct bytes world_give_sender_key(struct world *w, struct person *from, bool fresh)
{
    struct answer a;
    struct person *to = world_other(w, from);
    if (w->is_spoilt)
        return bytes_of(NULL, 0);
    enum status st = client_distribute(from->where, from->handle, group, fresh, &w->arena, &a);
    if (!world_must(w, from, st, &a, "its sender key to be given"))
        return bytes_of(NULL, 0);
    struct message *given = world_outside(w, from, to, a.kind, a.body, bytes_of(NULL, 0));
    if (!given)
        return bytes_of(NULL, 0);
    given->group = group;
    world_tell(w, "%s gives %s its %ssender key", from->name, to->name, fresh ? "fresh " : "");
    if (world_offer_again(w, to, given) != OPENED_SILENTLY)
        world_spoil(w, "%s does not take %s's sender key", to->name, from->name);
    return given->body;
}

struct message *world_seal_to_group(struct world *w, struct person *from)
{
    struct answer a;
    uint8_t *text = arena_alloc(&w->arena, WORLD_PLAINTEXT);
    if (!text || random_fill(&w->random, text, WORLD_PLAINTEXT))
        world_spoil(w, "out of memory");
    if (w->is_spoilt)
        return world_no_message(w);
    const struct target_conversation where = {.party = from->handle, .group = group};
    struct bytes plaintext = bytes_of(text, WORLD_PLAINTEXT);
    enum status st = client_seal(from->where, &where, plaintext, &w->arena, &a);
    if (!world_must(w, from, st, &a, "a message to the group to be sealed"))
        return world_no_message(w);
    struct message *m = world_outside(w, from, world_other(w, from), a.kind, a.body, plaintext);
    if (!m)
        return world_no_message(w);
    m->group = group;
    world_tell(w, "%s seals message %u to the group", from->name, m->number);
    return m;
}

struct message *world_send_to_group(struct world *w, struct person *from)
{
    struct message *m = world_seal_to_group(w, from);
    world_deliver(w, m);
    return m;
}
