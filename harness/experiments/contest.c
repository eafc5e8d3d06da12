#include "experiments/contest.h"

#include "experiments/contest_worker.h"
#include "experiments/preconditions.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS_MAX 64u
#define POLL_MS 100

struct worker {
    pid_t pid;
    int fd;
    bool is_busy;
    size_t item;
    uint64_t since_ms;
};

/* One gate or game of one side. */
struct item {
    struct contest_order order;
    json_t *result; /* NULL until it came */
};

struct contest {
    const struct contest_options *options;
    struct contest_outcome *out;
    struct worker workers[JOBS_MAX];
    size_t n_workers;
    struct item *items;
    size_t n_items, next_deal, n_done;
    struct clock clock;
    bool is_over;
};

/* ---- items */

static void add_items(struct contest *c, bool is_precondition, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (uint32_t side = 0; side < N_CONTEST_SIDE; side++)
            if (c->options->sides[side].address)
                c->items[c->n_items++].order =
                    (struct contest_order){side, is_precondition, (uint32_t)i};
}

static const char *item_id(const struct contest *c, const struct item *i)
{
    return i->order.is_precondition ? preconditions()[i->order.index].id
                                    : c->options->games[i->order.index]->id;
}

static void take(struct contest *c, size_t at, json_t *result)
{
    struct item *i = &c->items[at];
    i->result = result;
    c->n_done++;
    if (c->options->taken && result)
        c->options->taken(c->options->context, item_id(c, i), (enum contest_side)i->order.side,
                          result, c->n_done, c->n_items);
}

static json_t *lost(const struct item *i, const char *why)
{
    if (i->order.is_precondition)
        return json_pack("{s:b, s:s}", "holds", 0, "detail", why);
    return json_pack("{s:s, s:i, s:i, s:n, s:s, s:[], s:[], s:n}", "state", "trouble", "schedules",
                     0, "wins", 0, "measure", "detail", why, "flights", "series", "counterexample");
}

static void stop(struct contest *c, const char *why)
{
    if (!c->out->interrupted[0])
        (void)snprintf(c->out->interrupted, sizeof(c->out->interrupted), "%s", why);
    c->is_over = true;
}

/* ---- workers */

static enum status start_worker(struct contest *c, struct worker *w)
{
    int pair[2];
    w->pid = 0;
    w->fd = -1;
    w->is_busy = false;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return E_IO;
    fflush(NULL); /* so that nothing buffered is written twice */
    w->pid = fork();
    if (w->pid < 0) {
        w->pid = 0;
        close(pair[0]);
        close(pair[1]);
        return E_IO;
    }
    if (w->pid == 0) {
        close(pair[0]);
        for (size_t i = 0; i < c->n_workers; i++)
            if (&c->workers[i] != w && c->workers[i].fd >= 0)
                close(c->workers[i].fd);
        /* Ctrl-C is the supervisor's to handle */
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_DFL);
        _exit(contest_worker_main(pair[1], c->options));
    }
    close(pair[1]);
    w->fd = pair[0];
    return OK;
}

static void end_worker(struct worker *w)
{
    int how;
    if (w->pid > 0 && w->is_busy)
        kill(w->pid, SIGKILL);
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    if (w->pid > 0)
        (void)waitpid(w->pid, &how, 0);
    w->pid = 0;
}

/* The worker is gone or hangs, and its item with it; another takes its place. */
static void replace_worker(struct contest *c, struct worker *w, const char *why)
{
    if (w->is_busy)
        take(c, w->item, lost(&c->items[w->item], why));
    end_worker(w);
    if (start_worker(c, w))
        stop(c, "a worker was lost and no other could be started");
}

static void deal(struct contest *c, struct worker *w)
{
    if (w->fd < 0 || w->is_busy || c->is_over || c->next_deal == c->n_items)
        return;
    w->item = c->next_deal++;
    w->is_busy = true;
    w->since_ms = clock_now_ms(c->clock);
    const struct contest_order *order = &c->items[w->item].order;
    if (send(w->fd, order, sizeof(*order), MSG_NOSIGNAL) != (ssize_t)sizeof(*order))
        replace_worker(c, w, "assay's worker was lost");
}

static void collect(struct contest *c, struct worker *w)
{
    json_error_t error;
    json_t *result = json_loadfd(w->fd, JSON_DISABLE_EOF_CHECK, &error);
    if (!result || !w->is_busy) {
        json_decref(result);
        replace_worker(c, w, "assay's worker died");
        return;
    }
    w->is_busy = false;
    take(c, w->item, result);
}

static void wait_for_workers(struct contest *c)
{
    struct pollfd polls[JOBS_MAX];
    uint64_t now;
    for (size_t i = 0; i < c->n_workers; i++)
        polls[i] = (struct pollfd){.fd = c->workers[i].fd, .events = POLLIN};
    int got = poll(polls, (nfds_t)c->n_workers, POLL_MS);
    for (size_t i = 0; got > 0 && i < c->n_workers; i++)
        if (polls[i].revents)
            collect(c, &c->workers[i]);
    now = clock_now_ms(c->clock);
    for (size_t i = 0; i < c->n_workers; i++)
        if (c->workers[i].is_busy && now - c->workers[i].since_ms > c->options->game_ms)
            replace_worker(c, &c->workers[i], "it took longer than a game may take");
}

static bool is_anyone_busy(const struct contest *c)
{
    for (size_t i = 0; i < c->n_workers; i++)
        if (c->workers[i].is_busy)
            return true;
    return false;
}

static void play_all(struct contest *c)
{
    for (;;) {
        if (c->options->interrupted && *c->options->interrupted)
            stop(c, "interrupted by a signal");
        for (size_t i = 0; i < c->n_workers; i++)
            deal(c, &c->workers[i]);
        if (!is_anyone_busy(c))
            break;
        wait_for_workers(c);
    }
}

/* ---- the outcome */

static json_t *result_of(struct contest *c, bool is_precondition, size_t index,
                         enum contest_side side)
{
    for (size_t i = 0; i < c->n_items; i++) {
        const struct contest_order *o = &c->items[i].order;
        if (o->is_precondition != (uint32_t)is_precondition || o->index != index ||
            o->side != (uint32_t)side)
            continue;
        return c->items[i].result ? json_incref(c->items[i].result)
                                  : lost(&c->items[i], "the run was broken off before it");
    }
    return json_null();
}

static json_t *row(struct contest *c, bool is_precondition, size_t index, const char *id)
{
    return json_pack("{s:s, s:o, s:o}", "id", id, "target",
                     result_of(c, is_precondition, index, CONTEST_TARGET), "baseline",
                     result_of(c, is_precondition, index, CONTEST_BASELINE));
}

static enum status fill_outcome(struct contest *c)
{
    enum status st = OK;
    for (size_t i = 0; i < N_PRECONDITION && !st; i++)
        if (json_array_append_new(c->out->preconditions, row(c, true, i, preconditions()[i].id)))
            st = E_NOMEM;
    for (size_t i = 0; i < c->options->n_games && !st; i++)
        if (json_array_append_new(c->out->games, row(c, false, i, c->options->games[i]->id)))
            st = E_NOMEM;
    return st;
}

enum status contest_run(const struct contest_options *options, struct contest_outcome *out)
{
    enum status st = E_NOMEM;
    struct contest *c = calloc(1, sizeof(*c));
    memset(out, 0, sizeof(*out));
    out->preconditions = json_array();
    out->games = json_array();
    if (!c || !out->preconditions || !out->games)
        goto out;
    c->options = options;
    c->out = out;
    c->clock = clock_monotonic();
    c->items = calloc((options->n_games + N_PRECONDITION) * N_CONTEST_SIDE, sizeof(*c->items));
    if (!c->items)
        goto out;
    add_items(c, true, N_PRECONDITION);
    add_items(c, false, options->n_games);
    while (c->n_workers < options->jobs && c->n_workers < JOBS_MAX) {
        if ((st = start_worker(c, &c->workers[c->n_workers])))
            break;
        c->n_workers++;
    }
    if (c->n_workers == 0)
        goto out;
    play_all(c);
    st = fill_outcome(c);
out:
    for (size_t i = 0; c && i < c->n_workers; i++)
        end_worker(&c->workers[i]);
    for (size_t i = 0; c && c->items && i < c->n_items; i++)
        json_decref(c->items[i].result);
    if (c)
        free(c->items);
    free(c);
    return st;
}

void contest_free(struct contest_outcome *out)
{
    json_decref(out->preconditions);
    json_decref(out->games);
    memset(out, 0, sizeof(*out));
}
