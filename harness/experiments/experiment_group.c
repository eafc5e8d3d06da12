/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A group of two: sender keys are given unseen, messages go over the network. */
#include "experiments/experiment_internal.h"

static const char group[] = "games";

struct bytes experiment_give_sender_key(struct experiment *e, struct experiment_party *from,
                                        bool fresh)
{
    struct answer a;
    struct experiment_party *to = experiment_other(e, from);
    if (e->is_void)
        return bytes_of(NULL, 0);
    enum status st = driver_distribute(from->driver, from->handle, group, fresh, &e->arena, &a);
    if (!experiment_require(e, from, st, &a, "its sender key to be given"))
        return bytes_of(NULL, 0);
    struct message *given = experiment_add_message(e, from, to, a.kind, a.body, bytes_of(NULL, 0));
    if (!given)
        return bytes_of(NULL, 0);
    given->group = group;
    experiment_tell(e, "%s gives %s its %ssender key", from->name, to->name, fresh ? "fresh " : "");
    if (experiment_offer_again(e, to, given) != OPENED_SILENTLY)
        experiment_void(e, "%s does not take %s's sender key", to->name, from->name);
    return given->body;
}

struct message *experiment_seal_to_group(struct experiment *e, struct experiment_party *from)
{
    struct answer a;
    const uint8_t *text = experiment_random_bytes(e, EXPERIMENT_PLAINTEXT);
    if (e->is_void)
        return experiment_no_message(e);
    const struct target_conversation where = {.party = from->handle, .group = group};
    struct bytes plaintext = bytes_of(text, EXPERIMENT_PLAINTEXT);
    enum status st = driver_seal(from->driver, &where, plaintext, &e->arena, &a);
    if (!experiment_require(e, from, st, &a, "a message to the group to be sealed"))
        return experiment_no_message(e);
    struct message *m =
        experiment_add_message(e, from, experiment_other(e, from), a.kind, a.body, plaintext);
    if (!m)
        return experiment_no_message(e);
    m->group = group;
    experiment_tell(e, "%s seals message %u to the group", from->name, m->number);
    return m;
}

struct message *experiment_send_to_group(struct experiment *e, struct experiment_party *from)
{
    struct message *m = experiment_seal_to_group(e, from);
    experiment_deliver(e, m);
    return m;
}
