#include "experiments/contest_worker.h"

#include "experiments/preconditions.h"
#include "experiments/play.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define ANSWER_MAX (64u * 1024u * 1024u)

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

/* The answer to |order|, in |arena|. */
static enum status carry_out(const struct contest_options *o, struct court *courts,
                             const struct contest_order *order, struct arena *arena,
                             struct claims_line *out)
{
    static const char unreachable[] = "the target could not be reached";
    struct court *c = &courts[order->side];
    struct buffer detail;
    buffer_init(&detail, 1024);
    enum status st = open_court(o, (enum contest_side)order->side, c, &detail);
    buffer_fini(&detail);
    const struct experiment_options experiment = {.honest = c->honest,
                                                  .adversary_driver = c->adversary_driver,
                                                  .profile = o->sides[order->side].profile,
                                                  .how = &c->how,
                                                  .seed = o->seed};
    *out->holding = (struct claims_holding){.detail = unreachable};
    *out->result =
        (struct game_result){.state = RESULT_TROUBLE, .measured = -1, .detail = unreachable};
    if (order->is_precondition) {
        out->result = NULL;
        if (!st)
            precondition_play(order->index, &experiment, arena, out->holding);
        return OK;
    }
    out->holding = NULL;
    return st ? OK
              : play_game(&experiment, o->games[order->index], o->n_schedules, arena, out->result);
}

static enum status answer(const struct contest_options *o, struct court *courts,
                          const struct contest_order *order, struct buffer *out)
{
    struct arena arena;
    struct claims_holding holding;
    struct game_result result;
    struct claims_line line = {.holding = &holding, .result = &result};
    arena_init(&arena, ANSWER_MAX);
    enum status st = carry_out(o, courts, order, &arena, &line);
    if (!st)
        st = form_write(&claims_result_form, &line, FORM_LINE, out);
    arena_fini(&arena);
    return st;
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

static bool send_line(int fd, struct buffer *line)
{
    size_t sent = 0;
    buffer_append_byte(line, '\n');
    while (!line->st && sent < line->len) {
        ssize_t n = write(fd, line->data + sent, line->len - sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        sent += (size_t)n;
    }
    return !line->st;
}

int contest_worker_main(int fd, const struct contest_options *options)
{
    struct court courts[N_CONTEST_SIDE] = {{0}};
    struct contest_order order;
    struct buffer line;
    int result = 0;
    buffer_init(&line, ANSWER_MAX);
    while (!result && read_order(fd, &order)) {
        buffer_clear(&line);
        if (answer(options, courts, &order, &line) || !send_line(fd, &line))
            result = 1;
    }
    buffer_fini(&line);
    for (size_t i = 0; i < N_CONTEST_SIDE; i++) {
        driver_close(courts[i].honest);
        driver_close(courts[i].adversary_driver);
    }
    return result;
}
