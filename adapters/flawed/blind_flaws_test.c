/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every flaw of the blind rounds shows from outside: a party with it answers at least one
 * conversation of its round otherwise than an honest party with the same randomness.
 */
#include "blind_conversations.h"
#include "flaws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct set {
    unsigned round;
    bool is_of_v4;
    const struct blind_conversation *conversations;
    const size_t *n;
};

static const struct set sets[] = {
    {1, false, blind_conversations, &n_blind_conversations},
    {2, false, second_blind_conversations, &n_second_blind_conversations},
    {2, true, second_blind_conversations_v4, &n_second_blind_conversations_v4},
    {3, false, third_blind_conversations, &n_third_blind_conversations},
    {3, true, third_blind_conversations_v4, &n_third_blind_conversations_v4},
    {4, false, fourth_blind_conversations, &n_fourth_blind_conversations},
    {4, true, fourth_blind_conversations_v4, &n_fourth_blind_conversations_v4},
};

static const struct rules *honest_of(const struct set *set)
{
    return set->is_of_v4 ? rules_honest_v4() : rules_honest();
}

/* What a target of |rules| shows in the set's conversation |at|. */
static struct buffer shown(const struct set *set, size_t at, const struct rules *rules)
{
    static struct world w;
    memset(&w, 0, sizeof(w));
    w.honest = honest_of(set);
    w.rules = rules;
    buffer_init(&w.log, WORLD_LOG_MAX);
    world_must(random_init(&w.random, bytes_of_text("target"), "blind"));
    world_must(random_init(&w.peers_random, bytes_of_text("peers"), "blind"));
    w.target =
        world_new_party(&w.random, rules, world_target_address.name, world_target_address.device);
    set->conversations[at].run(&w);
    for (size_t i = 0; i < w.n_peers; i++)
        party_free(w.peers[i]);
    party_free(w.target);
    for (size_t i = 0; i < WORLD_MESSAGES; i++)
        sealed_fini(&w.messages[i]);
    return w.log;
}

/* Does a party with the flaw |name| show it? */
static bool is_seen(const struct set *set, const struct buffer *honest, const char *name)
{
    struct rules rules;
    size_t i = 0;
    bool seen = false;
    if (!flaws_rules(name, honest_of(set), &rules))
        abort();
    for (; i < *set->n && !seen; i++) {
        struct buffer log = shown(set, i, &rules);
        seen = !bytes_equal(buffer_bytes(&log), buffer_bytes(&honest[i]));
        buffer_fini(&log);
    }
    printf("%u  %-48s %s\n", set->round, name, seen ? set->conversations[i - 1].name : "NOT SEEN");
    return seen;
}

static size_t count_unseen(const struct set *set)
{
    struct buffer honest[BLIND_CONVERSATIONS_MAX];
    struct blind_flaw f;
    size_t unseen = 0;
    for (size_t i = 0; i < *set->n; i++)
        honest[i] = shown(set, i, honest_of(set));
    for (size_t i = 0; flaws_of_blind_rounds_at(i, &f); i++)
        if (f.round == set->round && f.is_of_v4 == set->is_of_v4 && !f.is_of_client)
            unseen += is_seen(set, honest, f.flaw->name) ? 0 : 1;
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
