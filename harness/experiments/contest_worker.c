#include "experiments/contest_worker.h"

#include "experiments/preconditions.h"
#include "experiments/play.h"

#include <stdlib.h>
#include <string.h>

/* The target's processes of one side, opened when first needed. */
struct processes {
    struct driver *honest, *adversary_driver;
    struct driver_options how;
};

static enum status open_processes(const struct contest_options *o, enum contest_side side,
                                  struct processes *c, struct buffer *detail)
{
    c->how = (struct driver_options){.address = *o->sides[side].address,
                                     .clock = clock_monotonic(),
                                     .timeout_ms = o->timeout_ms};
    struct driver **both[] = {&c->honest, &c->adversary_driver};
    for (size_t i = 0; i < 2; i++) {
        struct arena arena;
        struct answer a;
        struct target_profile profile;
        if (*both[i])
            continue;
        arena_init(&arena, 1024u * 1024u);
        enum status st = driver_open(&c->how, both[i], detail);
        if (!st)
            st = driver_hello(*both[i], "", &arena, &profile, &a);
        arena_fini(&arena);
        if (st)
            return st;
    }
    return OK;
}

static json_t *trouble(const char *detail)
{
    json_t *text = json_string(detail);
    return json_pack("{s:s, s:i, s:i, s:n, s:o, s:[], s:[], s:n}", "state", "trouble", "schedules",
                     0, "wins", 0, "measure", "detail", text ? text : json_string("trouble"),
                     "flights", "series", "counterexample");
}

static json_t *precondition_json(const struct experiment_options *experiment, size_t index)
{
    struct arena arena;
    struct precondition_result result;
    arena_init(&arena, 1024u * 1024u);
    precondition_play(index, experiment, &arena, &result);
    json_t *detail = json_string(result.detail);
    json_t *j = json_pack("{s:b, s:o}", "holds", result.holds, "detail",
                          detail ? detail : json_string("the target said what is no text"));
    arena_fini(&arena);
    return j;
}

static json_t *carry_out(const struct contest_options *o, struct processes *sides,
                         const struct contest_order *order)
{
    struct processes *c = &sides[order->side];
    struct buffer detail;
    json_t *result;
    buffer_init(&detail, 1024);
    if (open_processes(o, (enum contest_side)order->side, c, &detail)) {
        result = order->is_precondition ? json_pack("{s:b, s:s}", "holds", 0, "detail",
                                                    "the target could not be reached")
                                        : trouble("the target could not be reached");
    } else {
        const struct experiment_options experiment = {.honest_driver = c->honest,
                                                      .adversary_driver = c->adversary_driver,
                                                      .profile = o->sides[order->side].profile,
                                                      .driver_options = &c->how,
                                                      .seed = o->seed};
        result = order->is_precondition
                     ? precondition_json(&experiment, order->index)
                     : play_game(&experiment, o->games[order->index], o->n_schedules);
    }
    buffer_fini(&detail);
    return result;
}

static bool send_result(const struct channel *channel, const json_t *result)
{
    char *text = result ? json_dumps(result, JSON_COMPACT) : NULL;
    bool is_sent = text && channel_send(channel, bytes_of_text(text));
    free(text);
    return is_sent;
}

int contest_worker_serve(struct channel *channel, const void *context)
{
    const struct contest_options *options = context;
    struct processes sides[N_CONTEST_SIDE] = {{0}};
    struct bytes job;
    int code = 0;
    while (!code && channel_receive(channel, &job)) {
        struct contest_order order;
        memcpy(&order, job.data, sizeof(order));
        json_t *result = carry_out(options, sides, &order);
        if (!send_result(channel, result))
            code = 1;
        json_decref(result);
    }
    for (size_t i = 0; i < N_CONTEST_SIDE; i++) {
        driver_close(sides[i].honest);
        driver_close(sides[i].adversary_driver);
    }
    return code;
}
