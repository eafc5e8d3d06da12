/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every flaw of a client in the blind rounds shows from outside: a client with it says or reports
 * something else in at least one conversation of its round than an honest one with the same
 * randomness.
 */
#include "blind_client_conversations.h"
#include "client_flaw.h"

#include <stdio.h>
#include <string.h>

struct set {
    unsigned round;
    bool is_of_v4;
    const struct client_flaw *flaws;
    const size_t *n_flaws;
    const struct client_conversation *conversations;
    const size_t *n;
};

static const struct set sets[] = {
    {3, false, third_blind_flaws_client, &third_blind_flaws_client_count, third_blind_clients,
     &n_third_blind_clients},
    {3, true, third_blind_flaws_client_v4, &third_blind_flaws_client_v4_count, third_blind_clients,
     &n_third_blind_clients},
    {4, false, fourth_blind_flaws_client, &fourth_blind_flaws_client_count, fourth_blind_clients,
     &n_fourth_blind_clients},
    {4, true, fourth_blind_flaws_client_v4, &fourth_blind_flaws_client_v4_count,
     fourth_blind_clients, &n_fourth_blind_clients},
};

/* What a client with |lapse| shows in the set's conversation |at|. */
static struct buffer shown(const struct set *set, size_t at, enum app_lapse lapse)
{
    static struct client_world w;
    const struct client_conversation *c = &set->conversations[at];
    memset(&w, 0, sizeof(w));
    w.wire = *app_rules_honest();
    w.wire.lapse = lapse;
    w.rules = set->is_of_v4 ? rules_honest_v4() : rules_honest();
    client_world_begin(&w, !c->is_unacked);
    c->run(&w);
    client_world_end(&w);
    return w.log;
}

static bool is_seen(const struct set *set, const struct buffer *honest,
                    const struct client_flaw *flaw)
{
    bool seen = false;
    size_t i = 0;
    for (; i < *set->n && !seen; i++) {
        struct buffer log = shown(set, i, flaw->lapse);
        seen = !bytes_equal(buffer_bytes(&log), buffer_bytes(&honest[i]));
        buffer_fini(&log);
    }
    printf("%u  %-48s %s\n", set->round, flaw->flaw.name,
           seen ? set->conversations[i - 1].name : "NOT SEEN");
    return seen;
}

static size_t count_unseen(const struct set *set)
{
    struct buffer honest[CLIENT_CONVERSATIONS_MAX];
    size_t unseen = 0;
    for (size_t i = 0; i < *set->n; i++)
        honest[i] = shown(set, i, APP_LAPSE_NONE);
    for (size_t i = 0; i < *set->n_flaws; i++)
        unseen += is_seen(set, honest, &set->flaws[i]) ? 0 : 1;
    for (size_t i = 0; i < *set->n; i++)
        buffer_fini(&honest[i]);
    return unseen;
}

int main(void)
{
    size_t unseen = 0;
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
        unseen += count_unseen(&sets[i]);
    return unseen != 0;
}
