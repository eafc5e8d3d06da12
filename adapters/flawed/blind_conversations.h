/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blind_conversations.h - conversations in which the blind flaws show: one set a round, and one for
 * what only a party of v4 can have.
 * Depends on: blind_world.
 */
#ifndef ADAPTERS_FLAWED_BLIND_CONVERSATIONS_H
#define ADAPTERS_FLAWED_BLIND_CONVERSATIONS_H

#include "blind_world.h"

#define BLIND_CONVERSATIONS_MAX 32u

struct blind_conversation {
    const char *name;
    void (*run)(struct world *w);
};

/* Each set has at most BLIND_CONVERSATIONS_MAX. */
extern const struct blind_conversation blind_conversations[];
extern const size_t n_blind_conversations;
extern const struct blind_conversation second_blind_conversations[];
extern const size_t n_second_blind_conversations;
extern const struct blind_conversation second_blind_conversations_v4[];
extern const size_t n_second_blind_conversations_v4;
extern const struct blind_conversation third_blind_conversations[];
extern const size_t n_third_blind_conversations;
extern const struct blind_conversation third_blind_conversations_v4[];
extern const size_t n_third_blind_conversations_v4;
extern const struct blind_conversation fourth_blind_conversations[];
extern const size_t n_fourth_blind_conversations;
extern const struct blind_conversation fourth_blind_conversations_v4[];
extern const size_t n_fourth_blind_conversations_v4;

#endif
