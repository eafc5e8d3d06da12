/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/contest_worker.h"

#include "experiments/preconditions.h"
#include "experiments/play.h"

#include <string.h>

#define ANSWER_MAX (64u * 1024u * 1024u)

/* The target's processes of one side, opened when first needed. */
struct processes {
    struct driver *honest, *adversary_driver;
    struct driver_options how;
    uint64_t waited_us; /* for either of them: else waiting for one is time lost to the other */
};

static enum status open_processes(const struct contest_options *o, enum claims_side side,
                                  struct processes *c, struct buffer *detail)
{
    c->how = (struct driver_options){.address = *o->sides[side].address,
                                     .clock = clock_monotonic(),
                                     .timeout_ms = o->timeout_ms,
                                     .start_ms = o->start_ms};
    c->how.clock.waited_us = &c->waited_us;
    struct driver **both[] = {&c->honest, &c->adversary_driver};
    struct target_profile profile;
    struct arena arena;
    struct answer a;
    enum status st = OK;
    arena_init(&arena, 1024u * 1024u);
    for (size_t i = 0; i < 2 && !st; i++)
        if (!*both[i] && !(st = driver_open(&c->how, both[i], detail)))
            st = driver_hello(*both[i], "", &arena, &profile, &a);
    arena_fini(&arena);
    return st;
}

/* What does not hold while assay or the target did not get its share of the machine is tried
 * again. */
static void try_precondition(const struct contest_order *order,
                             const struct experiment_options *experiment, struct arena *arena,
                             struct claims_holding *out)
{
    for (unsigned i = 0; i <= DRIVER_LATE_MAX; i++) {
        struct driver_moment began = driver_moment(experiment->honest_driver);
        precondition_play(order->index, experiment, arena, out);
        if (out->holds || driver_lost_ms(experiment->honest_driver, &began) < DRIVER_LATE_MS)
            return;
    }
}

/* The answer to |order|, in |arena|. */
static enum status carry_out(const struct contest_options *o, struct processes *sides,
                             const struct contest_order *order, struct arena *arena,
                             struct claims_line *out)
{
    static const char unreachable[] = "the target could not be reached";
    struct processes *c = &sides[order->side];
    struct buffer detail;
    buffer_init(&detail, 1024);
    enum status st = open_processes(o, (enum claims_side)order->side, c, &detail);
    buffer_fini(&detail);
    const struct experiment_options experiment = {.honest_driver = c->honest,
                                                  .adversary_driver = c->adversary_driver,
                                                  .profile = o->sides[order->side].profile,
                                                  .driver_options = &c->how,
                                                  .seed = o->seed};
    *out->holding = (struct claims_holding){.detail = unreachable};
    *out->result =
        (struct game_result){.state = RESULT_TROUBLE, .measured = -1, .detail = unreachable};
    if (order->is_precondition) {
        out->result = NULL;
        if (!st)
            try_precondition(order, &experiment, arena, out->holding);
        return OK;
    }
    out->holding = NULL;
    return st ? OK
              : play_game(&experiment, o->games[order->index], o->n_schedules, arena, out->result);
}

static bool answer(const struct channel *channel, const struct contest_options *o,
                   struct processes *sides, const struct contest_order *order)
{
    struct arena arena;
    struct buffer text;
    struct claims_holding holding;
    struct game_result result;
    struct claims_line line = {.holding = &holding, .result = &result};
    arena_init(&arena, ANSWER_MAX);
    buffer_init(&text, ANSWER_MAX);
    bool is_sent = carry_out(o, sides, order, &arena, &line) == OK &&
                   form_write(&claims_result_form, &line, FORM_LINE, &text) == OK &&
                   channel_send(channel, buffer_bytes(&text));
    buffer_fini(&text);
    arena_fini(&arena);
    return is_sent;
}

int contest_worker_serve(struct channel *channel, const void *context)
{
    const struct contest_options *options = context;
    struct processes sides[N_CLAIMS_SIDE] = {{0}};
    struct bytes job;
    int code = 0;
    while (!code && channel_receive(channel, &job)) {
        struct contest_order order;
        memcpy(&order, job.data, sizeof(order));
        if (!answer(channel, options, sides, &order))
            code = 1;
    }
    for (size_t i = 0; i < N_CLAIMS_SIDE; i++) {
        driver_close(sides[i].honest);
        driver_close(sides[i].adversary_driver);
    }
    return code;
}
