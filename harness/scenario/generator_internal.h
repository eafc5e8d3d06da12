/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/generator_internal.h - what can happen in a conversation, by where the target is
 * touched: a table of events, a beginning and an ending. generator.c draws from it.
 * Depends on: scenario/draft.
 */
#ifndef ASSAY_SCENARIO_GENERATOR_INTERNAL_H
#define ASSAY_SCENARIO_GENERATOR_INTERNAL_H

#include "scenario/draft.h"

struct generator_event {
    void (*happen)(struct draft *d);
    uint32_t weight;
};

struct generator_play {
    void (*begin)(struct draft *d);
    void (*end)(struct draft *d);
    const struct generator_event *events;
    size_t n_events;
    uint32_t events_max; /* drawn twice, so that short schedules are common */
    size_t steps_enough; /* of SCHEDULE_STEPS_MAX: what is left is for the ending */
};

#define GENERATOR_EVENTS_MAX 32u

extern const struct generator_play generator_of_client;

#endif
