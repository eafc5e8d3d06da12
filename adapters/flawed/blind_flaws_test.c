/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every flaw of the blind round shows from outside: a party with it answers at least one of these
 * conversations otherwise than an honest party with the same randomness.
 */
#include "blind_conversations.h"
#include "flaws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a target of |rules| shows in conversation |at|. */
static struct buffer shown(size_t at, const struct rules *rules)
{
    static struct world w;
    memset(&w, 0, sizeof(w));
    w.rules = rules;
    buffer_init(&w.log, WORLD_LOG_MAX);
    world_must(random_init(&w.random, bytes_of_text("target"), "blind"));
    world_must(random_init(&w.peers_random, bytes_of_text("peers"), "blind"));
    w.target =
        world_new_party(&w.random, rules, world_target_address.name, world_target_address.device);
    blind_conversations[at].run(&w);
    for (size_t i = 0; i < w.n_peers; i++)
        party_free(w.peers[i]);
    party_free(w.target);
    for (size_t i = 0; i < WORLD_MESSAGES; i++)
        sealed_fini(&w.messages[i]);
    return w.log;
}

int main(void)
{
    struct buffer honest[BLIND_CONVERSATIONS_MAX];
    size_t n_unseen = 0;
    for (size_t i = 0; i < n_blind_conversations; i++)
        honest[i] = shown(i, rules_honest());
    for (size_t f = 0; f < flaws_of_blind_round_count(); f++) {
        const char *name = flaws_of_blind_round_at(f)->name;
        struct rules rules;
        size_t i = 0;
        bool is_seen = false;
        if (!flaws_rules(name, rules_honest(), &rules))
            abort();
        for (; i < n_blind_conversations && !is_seen; i++) {
            struct buffer log = shown(i, &rules);
            is_seen = !bytes_equal(buffer_bytes(&log), buffer_bytes(&honest[i]));
            buffer_fini(&log);
        }
        printf("%-44s %s\n", name, is_seen ? blind_conversations[i - 1].name : "NOT SEEN");
        n_unseen += is_seen ? 0 : 1;
    }
    for (size_t i = 0; i < n_blind_conversations; i++)
        buffer_fini(&honest[i]);
    return n_unseen != 0;
}
