#include "experiments/contest_worker.h"

#include "experiments/preconditions.h"
#include "experiments/play.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* The target's processes of one side, opened when first needed. */
struct court {
    struct driver *honest, *adversary_driver;
    struct driver_options how;
};

static enum status open_court(const struct contest_options *o, enum contest_side side,
                              struct court *c, struct buffer *detail)
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

static json_t *carry_out(const struct contest_options *o, struct court *courts,
                         const struct contest_order *order)
{
    struct court *c = &courts[order->side];
    struct buffer detail;
    json_t *result;
    buffer_init(&detail, 1024);
    if (open_court(o, (enum contest_side)order->side, c, &detail)) {
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

/* 1 read whole, 0 the supervisor is gone. */
static int read_order(int fd, struct contest_order *out)
{
    size_t done = 0;
    while (done < sizeof(*out)) {
        ssize_t n = read(fd, (char *)out + done, sizeof(*out) - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return 0;
        done += (size_t)n;
    }
    return 1;
}

int contest_worker_main(int fd, const struct contest_options *options)
{
    struct court courts[N_CONTEST_SIDE] = {{0}};
    struct contest_order order;
    int result = 0;
    while (!result && read_order(fd, &order)) {
        json_t *j = carry_out(options, courts, &order);
        if (!j || json_dumpfd(j, fd, JSON_COMPACT))
            result = 1;
        json_decref(j);
    }
    for (size_t i = 0; i < N_CONTEST_SIDE; i++) {
        driver_close(courts[i].honest);
        driver_close(courts[i].adversary_driver);
    }
    return result;
}
