#include "experiments/contest.h"

#include "experiments/contest_worker.h"
#include "experiments/preconditions.h"

#include <errno.h>
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
#define RESULT_MAX (64u * 1024u * 1024u) /* bytes of JSON */

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
    struct claims_line line; /* without a result until it came */
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

/* What an item that was lost came to; NULL when memory is short. */
static struct claims_line lost(struct contest *c, const struct item *i, const char *why)
{
    struct claims_holding *holding = arena_alloc(c->options->arena, sizeof(*holding));
    struct game_result *result = arena_alloc(c->options->arena, sizeof(*result));
    if (!holding || !result)
        return (struct claims_line){.id = NULL};
    *holding = (struct claims_holding){.detail = why};
    *result = (struct game_result){.state = RESULT_TROUBLE, .measured = -1, .detail = why};
    return i->order.is_precondition ? (struct claims_line){.holding = holding}
                                    : (struct claims_line){.result = result};
}

static void take(struct contest *c, size_t at, struct claims_line line)
{
    struct item *i = &c->items[at];
    i->line = line;
    i->line.id = item_id(c, i);
    i->line.side = i->order.side == CONTEST_TARGET ? "target" : "baseline";
    c->n_done++;
    if (c->options->taken)
        c->options->taken(c->options->context, &i->line, c->n_done, c->n_items);
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
        take(c, w->item, lost(c, &c->items[w->item], why));
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

static bool read_line(int fd, struct buffer *line)
{
    uint8_t chunk[4096];
    while (!line->len || line->data[line->len - 1] != '\n') {
        ssize_t n = read(fd, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || buffer_append(line, bytes_of(chunk, (size_t)n)))
            return false;
    }
    return true;
}

static void collect(struct contest *c, struct worker *w)
{
    struct buffer text;
    struct claims_line line;
    buffer_init(&text, RESULT_MAX);
    bool is_there =
        w->is_busy && read_line(w->fd, &text) &&
        !form_read(&claims_result_form, buffer_bytes(&text), c->options->arena, NULL, &line);
    buffer_fini(&text);
    if (!is_there) {
        replace_worker(c, w, "assay's worker died");
        return;
    }
    w->is_busy = false;
    take(c, w->item, line);
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

static enum status fill_outcome(struct contest *c)
{
    for (size_t i = 0; i < N_PRECONDITION; i++)
        c->out->preconditions[i] = (struct claims_precondition){.id = preconditions()[i].id,
                                                                .title = preconditions()[i].title};
    for (size_t i = 0; i < c->options->n_games; i++) {
        const struct game *g = c->options->games[i];
        c->out->games[i] =
            (struct claims_game){.id = g->id,
                                 .title = g->title,
                                 .property = g->property,
                                 .sentence = g->sentence,
                                 .kind = g->kind,
                                 .measure = g->measure ? measure_entry(g->measure)->name : ""};
    }
    for (size_t i = 0; i < c->n_items; i++) {
        struct item *item = &c->items[i];
        const struct contest_order *o = &item->order;
        if (!item->line.id)
            item->line = lost(c, item, "the run was broken off before it");
        if (o->is_precondition)
            c->out->preconditions[o->index].sides[o->side] = item->line.holding;
        else
            c->out->games[o->index].results[o->side] = item->line.result;
        if (!item->line.holding && !item->line.result)
            return E_NOMEM;
    }
    return OK;
}

enum status contest_run(const struct contest_options *options, struct contest_outcome *out)
{
    enum status st = E_NOMEM;
    struct contest *c = calloc(1, sizeof(*c));
    memset(out, 0, sizeof(*out));
    out->preconditions = arena_array(options->arena, N_PRECONDITION, sizeof(*out->preconditions));
    out->games = arena_array(options->arena, options->n_games + 1, sizeof(*out->games));
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
    if (c)
        free(c->items);
    free(c);
    return st;
}
