/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every flaw of a client in the blind rounds shows from outside: a client with it says or reports
 * something else in at least one conversation than an honest one with the same randomness.
 */
#include "client_flaw.h"
#include "third_blind_clients.h"

#include <stdio.h>
#include <string.h>

/* What a client with |lapse| shows in conversation |at|. */
static struct buffer shown(size_t at, const struct rules *rules, enum app_lapse lapse)
{
    static struct client_world w;
    const struct client_conversation *c = &third_blind_clients[at];
    memset(&w, 0, sizeof(w));
    w.wire = *app_rules_honest();
    w.wire.lapse = lapse;
    w.rules = rules;
    client_world_begin(&w, !c->is_unacked);
    c->run(&w);
    client_world_end(&w);
    return w.log;
}

static bool is_seen(const struct client_flaw *flaw, const struct rules *rules,
                    const struct buffer *honest)
{
    bool seen = false;
    size_t i = 0;
    for (; i < n_third_blind_clients && !seen; i++) {
        struct buffer log = shown(i, rules, flaw->lapse);
        seen = !bytes_equal(buffer_bytes(&log), buffer_bytes(&honest[i]));
        buffer_fini(&log);
    }
    printf("3  %-48s %s\n", flaw->flaw.name, seen ? third_blind_clients[i - 1].name : "NOT SEEN");
    return seen;
}

static size_t count_unseen(const struct client_flaw *flaws, size_t n, const struct rules *rules)
{
    struct buffer honest[CLIENT_CONVERSATIONS_MAX];
    size_t unseen = 0;
    for (size_t i = 0; i < n_third_blind_clients; i++)
        honest[i] = shown(i, rules, APP_LAPSE_NONE);
    for (size_t i = 0; i < n; i++)
        unseen += is_seen(&flaws[i], rules, honest) ? 0 : 1;
    for (size_t i = 0; i < n_third_blind_clients; i++)
        buffer_fini(&honest[i]);
    return unseen;
}

int main(void)
{
    return count_unseen(third_blind_flaws_client, third_blind_flaws_client_count, rules_honest()) +
               count_unseen(third_blind_flaws_client_v4, third_blind_flaws_client_v4_count,
                            rules_honest_v4()) !=
           0;
}
