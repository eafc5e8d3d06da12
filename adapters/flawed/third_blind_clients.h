/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * third_blind_clients.h - conversations in which the third round's flaws of clients show.
 * Depends on: blind_client_world.
 */
#ifndef ADAPTERS_FLAWED_THIRD_BLIND_CLIENTS_H
#define ADAPTERS_FLAWED_THIRD_BLIND_CLIENTS_H

#include "blind_client_world.h"

#define CLIENT_CONVERSATIONS_MAX 32u

struct client_conversation {
    const char *name;
    bool is_unacked; /* the gatekeeper acknowledges no messages by itself */
    void (*run)(struct client_world *w);
};

/* At most CLIENT_CONVERSATIONS_MAX. */
extern const struct client_conversation third_blind_clients[];
extern const size_t n_third_blind_clients;

#endif
