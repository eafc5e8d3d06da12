/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After the end of a connection (docs/wire.md, "What a client answers"). */
#include "client/client.h"

/* Reconnects without a pause are limited, for a server that sends 515 each time. */
#define AT_ONCE_MAX 5u

/* After a connection that lasted so long the pauses begin anew. */
static void settle(struct client *c)
{
    bool has_lasted = c->ready_ms && c->now_ms - c->ready_ms > c->k.reconnect_most_ms;
    if (has_lasted)
        c->pause_ms = c->n_at_once = 0;
    c->ready_ms = 0;
}

static void pause_longer(struct client *c)
{
    uint32_t most = c->k.reconnect_most_ms;
    if (c->pause_ms == 0)
        c->pause_ms = c->k.reconnect_first_ms;
    else
        c->pause_ms = c->pause_ms > most / 2 ? most : 2 * c->pause_ms;
    if (c->pause_ms > most)
        c->pause_ms = most;
}

void reconnect_plan(struct client *c, enum after after)
{
    settle(c);
    if (after == STAY_OFFLINE || after == GIVE_UP) {
        c->pause_ms = c->n_at_once = 0;
        return;
    }
    c->phase = PAUSING;
    c->due_ms = c->now_ms;
    if (after == RECONNECT_AT_ONCE && c->n_at_once < AT_ONCE_MAX) {
        c->n_at_once++;
        return;
    }
    pause_longer(c);
    c->due_ms += c->pause_ms;
}
