/* SPDX-License-Identifier: 0BSD */
#include "serve.h"

#include "service.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- frames */

/* 1: all was read; 0: the stream ended before the first byte; -1: it failed. */
static int read_whole(int fd, uint8_t *out, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = read(fd, out + done, len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 && done == 0 ? 0 : -1;
        done += (size_t)n;
    }
    return 1;
}

static int write_whole(int fd, const uint8_t *in, size_t len)
{
    while (len) {
        ssize_t n = write(fd, in, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        in += n;
        len -= (size_t)n;
    }
    return 0;
}

static int send_reply(const struct service *s, int fd, const Assay__Target__V1__Reply *reply)
{
    size_t len = assay__target__v1__reply__get_packed_size(reply);
    uint8_t *frame = malloc(4 + len);
    if (!frame) {
        fprintf(stderr, "%s: out of memory\n", s->what->program);
        return -1;
    }
    for (int i = 0; i < 4; i++)
        frame[i] = (uint8_t)(len >> (24 - 8 * i));
    assay__target__v1__reply__pack(reply, frame + 4);
    int result = write_whole(fd, frame, 4 + len);
    free(frame);
    return result;
}

static int answer_request(struct service *s, const uint8_t *frame, size_t len, int out)
{
    Assay__Target__V1__Request *request = assay__target__v1__request__unpack(NULL, len, frame);
    struct answer a = {0};
    assay__target__v1__reply__init(&a.reply);
    if (!request) {
        fprintf(stderr, "%s: a request does not parse\n", s->what->program);
        return -1;
    }
    a.reply.seq = request->seq;
    service_operation *operation = library_operation(request->op_case);
    if (!operation && s->what->clients)
        operation = client_operation(request->op_case);
    if (!operation && s->provider)
        operation = provider_operation(request->op_case);
    if (s->what->server && request->op_case == ASSAY__TARGET__V1__REQUEST__OP_OPEN_SERVER)
        operation = do_open_server;
    if (operation)
        operation(s, request, &a);
    else
        say_unsupported(&a);
    a.reply.warned = s->what->has_warned && s->what->has_warned(s->state);
    if (assay__target__v1__reply__get_packed_size(&a.reply) > FRAME_MAX)
        say_fault(&a, "the reply does not fit a frame");
    int result = send_reply(s, out, &a.reply);
    free(a.bytes.data);
    assay__target__v1__request__free_unpacked(request, NULL);
    return result;
}

static int serve_frame(struct service *s, int in, int out)
{
    uint8_t head[4];
    int got = read_whole(in, head, sizeof(head));
    if (got <= 0) {
        if (got < 0)
            fprintf(stderr, "%s: the stream broke\n", s->what->program);
        return got;
    }
    size_t len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    if (len > FRAME_MAX) {
        fprintf(stderr, "%s: a frame of %zu bytes is over the limit\n", s->what->program, len);
        return -1;
    }
    uint8_t *frame = malloc(len ? len : 1);
    int result = -1;
    if (!frame)
        fprintf(stderr, "%s: out of memory\n", s->what->program);
    else if (len && read_whole(in, frame, len) != 1)
        fprintf(stderr, "%s: the stream broke inside a frame\n", s->what->program);
    else
        result = answer_request(s, frame, len, out) ? -1 : 1;
    free(frame);
    return result;
}

/* ---- one loop for the control stream and the clients' sockets */

uint64_t serve_now_ms(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u;
}

/* The shorter of two timeouts in milliseconds; -1 is no timeout. */
static int sooner(int wait, int64_t other)
{
    if (other < 0)
        return wait;
    if (other > 3600000)
        other = 3600000;
    return wait < 0 || other < wait ? (int)other : wait;
}

/* Fill |polls| with one entry for each party; returns the timeout. */
static int gather(struct service *s, struct pollfd *polls)
{
    int wait = -1;
    for (size_t i = 0; i < s->n_parties; i++) {
        struct named_party *n = &s->parties[i];
        int64_t timeout = -1;
        polls[i] = (struct pollfd){.fd = -1};
        if (!n->is_client)
            continue;
        polls[i].fd =
            s->what->clients->poll_fd(n->party, &polls[i].events, &timeout, serve_now_ms());
        wait = sooner(wait, timeout);
    }
    return wait;
}

/* Wait, serve the clients, then a request if there is one. Returns as serve_frame. */
static int serve_round(struct service *s, int in, int out)
{
    struct pollfd polls[PARTIES_MAX + 1];
    size_t n = s->n_parties;
    int wait = gather(s, polls);
    polls[n] = (struct pollfd){.fd = in, .events = POLLIN};
    int got = poll(polls, (nfds_t)n + 1, wait);
    if (got < 0 && errno != EINTR)
        return -1;
    if (got < 0)
        return 1;
    for (size_t i = 0; i < n; i++)
        if (s->parties[i].is_client)
            s->what->clients->ready(s->parties[i].party, polls[i].revents, serve_now_ms());
    return polls[n].revents ? serve_frame(s, in, out) : 1;
}

int serve(const struct implementation *what, const void *configuration, int in, int out)
{
    struct service s = {.what = what};
    int result = -1;
    s.state = what->open(configuration);
    if (!s.state)
        return 1;
    s.provider = what->provider ? what->provider(s.state) : NULL;
    do
        result = serve_round(&s, in, out);
    while (result > 0);
    forget_everything(&s);
    what->close(s.state);
    return result ? 1 : 0;
}
