/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blind_client_conversations.h - conversations in which the blind flaws of clients show: one set a
 * round, from the third on.
 * Depends on: blind_client_world.
 */
#ifndef ADAPTERS_FLAWED_BLIND_CLIENT_CONVERSATIONS_H
#define ADAPTERS_FLAWED_BLIND_CLIENT_CONVERSATIONS_H

#include "blind_client_world.h"

#define CLIENT_CONVERSATIONS_MAX 32u

struct client_conversation {
    const char *name;
    bool is_unacked; /* the gatekeeper acknowledges no messages by itself */
    void (*run)(struct client_world *w);
};

/* Each set has at most CLIENT_CONVERSATIONS_MAX. */
extern const struct client_conversation third_blind_clients[];
extern const size_t n_third_blind_clients;
extern const struct client_conversation fourth_blind_clients[];
extern const size_t n_fourth_blind_clients;

#endif
