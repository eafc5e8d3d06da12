/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench-gate - the gatekeeper in one process, N of assay's own clients in another, real sockets of
 * the loopback between them, all at once.
 *
 *   bench-gate [N]      1000 unless told otherwise
 *
 * Every client connects, authenticates and publishes its prekeys; then each sends a message to its
 * neighbour. Prints whether each was served, how long it took, what a connection costs the
 * gatekeeper in memory, and how much longer the slowest waited than the median one. 1 when one was
 * not served.
 */
#include "app/app.h"
#include "driver/listener.h"
#include "wire/content.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_DEFAULT 1000u
#define FIRST_ACCOUNT 1u
#define EVENTS 256
#define READ_MAX 65536u
#define DESCRIPTORS_BESIDES 64u
#define PATIENCE_MS(n) (30000u + 60u * (uint64_t)(n))
#define SLICE_MS 20u

/* Numbers of proto/target.proto's EventKind. */
enum { TOLD_CONNECTED = 1, TOLD_SHOWN = 4 };

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "bench-gate: %s\n", what);
    _exit(1);
}

static void must(enum status st, const char *what)
{
    if (st)
        give_up(what);
}

static uint64_t now_ms(void) { return clock_now_ms(clock_monotonic()); }

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

static void name_of(size_t i, char out[32]) { snprintf(out, 32, "person-%zu", i); }

static void allow_descriptors(size_t n)
{
    struct rlimit limit;
    rlim_t wanted = n + DESCRIPTORS_BESIDES;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted;
    if (limit.rlim_max < wanted)
        limit.rlim_max = wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit))
        give_up("the system does not allow so many descriptors");
}

/* ---- the gatekeeper's process; a byte on |control| asks it for a report, the end of it ends it */

struct report {
    uint16_t port;
    size_t authenticated, troubled; /* connections */
    uint64_t resident;              /* bytes */
};

struct host {
    struct wire_profile profile;
    struct random random;
    struct report report;
};

static uint64_t resident_bytes(void)
{
    unsigned long long size = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%llu %llu", &size, &resident) != 2)
        give_up("no /proc/self/statm");
    fclose(f);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void happened(void *context, const struct server_event *e)
{
    struct host *h = context;
    h->report.authenticated += e->what == SERVER_AUTHENTICATED;
    h->report.troubled += e->what == SERVER_REFUSED || e->what == SERVER_UNREADABLE;
}

static void give_report(struct host *h, int control)
{
    h->report.resident = resident_bytes();
    if (write(control, &h->report, sizeof(h->report)) != (ssize_t)sizeof(h->report))
        give_up("nobody takes the gatekeeper's report");
}

static void add_accounts(struct server *g, size_t n)
{
    char name[32];
    for (size_t i = 0; i < n; i++) {
        name_of(i, name);
        const struct server_account account = {FIRST_ACCOUNT + i, name, 1};
        must(server_account_add(g, &account), "no account could be made");
    }
}

static void serve(struct listener *listener, struct host *h, int control)
{
    char byte;
    ssize_t n = 1;
    while (n != 0) {
        enum status st = listener_run(listener, NULL, NULL, now_ms() + SLICE_MS);
        if (st && st != E_TIMEOUT)
            give_up("the door failed");
        n = recv(control, &byte, 1, MSG_DONTWAIT);
        if (n == 1)
            give_report(h, control);
    }
}

static _Noreturn void be_server(int control, struct bytes root_seed, size_t n_clients)
{
    static struct host h;
    struct server *g;
    struct listener *listener;
    profile_defaults(&h.profile);
    must(random_init(&h.random, root_seed, "gatekeeper"), "no randomness");
    const struct server_options options = {.profile = &h.profile,
                                           .random = &h.random,
                                           .unix_now = unix_now,
                                           .observer = {.happened = happened, .context = &h},
                                           .policy = {true, true, true, true, true, true}};
    must(server_new(&options, &g), "no gatekeeper");
    const struct listener_options listener_options = {.server = g, .clock = clock_monotonic()};
    must(listener_open(&listener_options, &listener), "no door");
    add_accounts(g, n_clients);
    h.report.port = listener_port(listener);
    if (write(control, server_root(g).data, 32) != 32)
        give_up("nobody takes the root key");
    give_report(&h, control);
    serve(listener, &h, control);
    listener_close(listener);
    server_free(g);
    _exit(0);
}

/* ---- the clients' process */

struct driver {
    struct crowd *crowd;
    struct app *app;
    int fd;
    bool wants_write, is_connected, is_shown;
    double began_ms, took_ms[2]; /* until connected; until shown the neighbour's message */
};

struct crowd {
    struct wire_profile profile;
    struct random random;
    struct token_key *key;
    struct driver *clients;
    size_t n, n_connected, n_shown;
    struct sockaddr_in where;
    uint8_t root[32];
    int epoll;
};

static double precise_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void told(void *context, const struct app_event *e)
{
    struct driver *c = context;
    if (e->kind == TOLD_CONNECTED && !c->is_connected) {
        c->is_connected = true;
        c->took_ms[0] = precise_ms() - c->began_ms;
        c->crowd->n_connected++;
    } else if (e->kind == TOLD_SHOWN && !c->is_shown) {
        c->is_shown = true;
        c->took_ms[1] = precise_ms() - c->began_ms;
        c->crowd->n_shown++;
    }
}

static void make_client(struct crowd *crowd, size_t i)
{
    char name[32];
    struct driver *c = &crowd->clients[i];
    name_of(i, name);
    c->crowd = crowd;
    c->fd = -1;
    const struct app_options options = {
        .self = {name, 1}, .random = &crowd->random, .token_key = crowd->key, .unix_now = unix_now};
    must(app_new(&options, (struct app_observer){told, c}, &c->app), "no client");
    struct app_connect how = {.profile = &crowd->profile,
                              .account_id = FIRST_ACCOUNT + i,
                              .user = name,
                              .issuer = "https://provider.example",
                              .audience = crowd->profile.stanza_server};
    memcpy(how.root_key, crowd->root, 32);
    must(app_connect(c->app, &how, now_ms()), "a client does not take the order");
}

static void dial(struct crowd *crowd, struct driver *c)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = c}};
    c->began_ms = precise_ms();
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&crowd->where, sizeof(crowd->where)) ||
        epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, c->fd, &event))
        give_up("a client cannot dial");
    app_dialled(c->app, true, now_ms());
}

static void hang_up(struct driver *c)
{
    close(c->fd);
    c->fd = -1;
    app_ended(c->app, now_ms());
}

static void write_to(struct crowd *crowd, struct driver *c)
{
    struct buffer *out = app_output(c->app);
    while (c->fd >= 0 && out->len) {
        ssize_t n = send(c->fd, out->data, out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n <= 0)
            break;
        buffer_consume(out, (size_t)n);
    }
    bool wants = out->len > 0;
    struct epoll_event event = {.events = EPOLLIN | (wants ? EPOLLOUT : 0u), .data = {.ptr = c}};
    if (c->fd >= 0 && wants != c->wants_write &&
        epoll_ctl(crowd->epoll, EPOLL_CTL_MOD, c->fd, &event) == 0)
        c->wants_write = wants;
}

static void read_from(struct driver *c)
{
    uint8_t bytes[READ_MAX];
    ssize_t n = recv(c->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (n > 0)
        must(app_receive(c->app, bytes_of(bytes, (size_t)n), now_ms()), "a client failed");
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        hang_up(c);
}

/* Until |*count| is all of them. False: it took too long. */
static bool move(struct crowd *crowd, const size_t *count)
{
    struct epoll_event events[EVENTS];
    uint64_t deadline = now_ms() + PATIENCE_MS(crowd->n);
    while (*count < crowd->n && now_ms() < deadline) {
        int n = epoll_wait(crowd->epoll, events, EVENTS, (int)SLICE_MS);
        for (int i = 0; i < n; i++) {
            struct driver *c = events[i].data.ptr;
            if (c->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                read_from(c);
            write_to(crowd, c);
        }
    }
    return *count == crowd->n;
}

static bool connect_all(struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->n; i++) {
        dial(crowd, &crowd->clients[i]);
        write_to(crowd, &crowd->clients[i]);
    }
    return move(crowd, &crowd->n_connected);
}

static bool send_all(struct crowd *crowd)
{
    struct buffer content;
    char name[32];
    buffer_init(&content, 4096);
    must(content_encode_text(bytes_of_text("Good morning."), &content), "no content");
    for (size_t i = 0; i < crowd->n; i++) {
        struct driver *c = &crowd->clients[i];
        name_of((i + 1) % crowd->n, name);
        crowd->clients[(i + 1) % crowd->n].began_ms = precise_ms();
        must(app_send(c->app, (struct address){name, 1}, buffer_bytes(&content)), "no message");
        write_to(crowd, c);
    }
    buffer_fini(&content);
    return move(crowd, &crowd->n_shown);
}

/* ---- what is printed */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(const struct crowd *crowd, const char *what, int phase, double wall_ms)
{
    double *times = calloc(crowd->n, sizeof(*times));
    if (!times)
        give_up("no memory");
    for (size_t i = 0; i < crowd->n; i++)
        times[i] = crowd->clients[i].took_ms[phase];
    qsort(times, crowd->n, sizeof(*times), by_size);
    double median = times[crowd->n / 2], slowest = times[crowd->n - 1];
    printf(
        "%-14s %8.0f ms in all   %6.0f a second   median %7.1f ms, slowest %7.1f ms: %.2f times\n",
        what, wall_ms, (double)crowd->n * 1e3 / wall_ms, median, slowest,
        median > 0 ? slowest / median : 0);
    free(times);
}

static struct report ask(int control)
{
    struct report r;
    if (write(control, "?", 1) != 1 || read(control, &r, sizeof(r)) != (ssize_t)sizeof(r))
        give_up("the gatekeeper does not report");
    return r;
}

static bool drive(struct crowd *crowd, int control, const struct report *empty)
{
    double began = precise_ms();
    bool are_connected = connect_all(crowd);
    double connected = precise_ms();
    struct report idle = ask(control);
    bool are_served = are_connected && send_all(crowd);
    double served = precise_ms();
    struct report after = ask(control);
    printf("%zu connections: all authenticated %s, all served %s, in trouble %zu\n", crowd->n,
           idle.authenticated >= crowd->n && are_connected ? "yes" : "no",
           are_served ? "yes" : "no", after.troubled);
    print_times(crowd, "authenticated", 0, connected - began);
    if (are_connected)
        print_times(crowd, "served", 1, served - connected);
    printf(
        "%-14s %8.1f KiB a connection with its account and prekeys; %.1f KiB after its message\n",
        "memory", (double)(idle.resident - empty->resident) / 1024.0 / (double)crowd->n,
        (double)(after.resident - empty->resident) / 1024.0 / (double)crowd->n);
    return are_served && after.troubled == 0 && after.authenticated == crowd->n;
}

static bool be_clients(int control, size_t n)
{
    static const uint8_t seed[32] = {1};
    struct crowd crowd = {.n = n, .where = {.sin_family = AF_INET}};
    struct report empty;
    if (read(control, crowd.root, 32) != 32 ||
        read(control, &empty, sizeof(empty)) != (ssize_t)sizeof(empty))
        give_up("no gatekeeper");
    crowd.where.sin_port = htons(empty.port);
    crowd.where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    profile_defaults(&crowd.profile);
    crowd.profile.handshake_timeout_ms = 60000; /* its own clock is not what is measured */
    must(random_init(&crowd.random, bytes_of(seed, sizeof(seed)), "clients"), "no randomness");
    must(token_key_new(TOKEN_EDDSA, bytes_of(seed, sizeof(seed)), "k", &crowd.key), "no key");
    crowd.clients = calloc(n, sizeof(*crowd.clients));
    crowd.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!crowd.clients || crowd.epoll < 0)
        give_up("no memory");
    for (size_t i = 0; i < n; i++)
        make_client(&crowd, i);
    bool is_well = drive(&crowd, control, &empty);
    for (size_t i = 0; i < n; i++) {
        if (crowd.clients[i].fd >= 0)
            close(crowd.clients[i].fd);
        app_free(crowd.clients[i].app);
    }
    close(crowd.epoll);
    free(crowd.clients);
    token_key_free(crowd.key);
    return is_well;
}

int main(int argc, char **argv)
{
    int pair[2], how = 0;
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : CLIENTS_DEFAULT;
    if (argc > 2 || n < 2 || n > SERVER_CONNECTIONS_MAX) {
        fprintf(stderr, "usage: bench-gate [N]   2 to %u connections\n", SERVER_CONNECTIONS_MAX);
        return 2;
    }
    allow_descriptors(n);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        give_up("no socket pair");
    pid_t child = fork();
    if (child < 0)
        give_up("no process");
    if (child == 0) {
        close(pair[0]);
        be_server(pair[1], bytes_of_text("bench"), n);
    }
    close(pair[1]);
    bool is_well = be_clients(pair[0], n);
    close(pair[0]);
    if (waitpid(child, &how, 0) != child || how)
        give_up("the gatekeeper did not end well");
    return is_well ? 0 : 1;
}
