/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/driver_internal.h"

#include <stdlib.h>
#include <string.h>

/* How a target died: one line, then the end of its standard error. */
#define ENDING_MAX (256u + TRANSPORT_STDERR_MAX)

/* Not 1, which is Hello's: a second reply to Hello must not be taken for the reply to the Reset
 * that follows it. */
#define SEQ_OF_RESET 2u

struct driver {
    struct driver_options options;
    struct transport transport;
    bool is_given; /* the transport came from the caller and cannot be made anew */
    bool is_broken;
    bool is_started;    /* something was answered since the connection was made */
    uint64_t seq;       /* of the last request sent */
    uint64_t cpu_us;    /* of connections already closed */
    uint64_t waited_us; /* of the clock */
    uint64_t until_ms;  /* no request after that; 0: no end */
    struct buffer request;
    struct buffer reply;
};

bool target_profile_has(const struct target_profile *profile, const char *capability)
{
    for (size_t i = 0; i < profile->n_capabilities; i++)
        if (strcmp(profile->capabilities[i], capability) == 0)
            return true;
    return false;
}

/* ---- opening and closing */

static enum status connect_target(struct driver *d, struct buffer *detail)
{
    const struct driver_options *o = &d->options;
    d->is_broken = true;
    d->is_started = false;
    d->seq = 0;
    uint64_t start_ms = o->start_ms ? o->start_ms : o->timeout_ms;
    enum status st = transport_open(&o->address, o->clock, start_ms, &d->transport, detail);
    if (!st)
        d->is_broken = false;
    return st;
}

static void disconnect(struct driver *d)
{
    d->cpu_us += transport_cpu_us(&d->transport);
    transport_close(&d->transport);
}

enum status driver_open(const struct driver_options *options, struct driver **out,
                        struct buffer *detail)
{
    *out = NULL;
    struct driver *d = (struct driver *)calloc(1, sizeof(*d));
    if (!d)
        return E_NOMEM;
    d->options = *options;
    if (!options->clock.waited_us)
        d->options.clock.waited_us = &d->waited_us;
    d->transport = options->transport;
    d->is_given = options->transport.ops != NULL;
    buffer_init(&d->request, TRANSPORT_FRAME_MAX);
    buffer_init(&d->reply, TRANSPORT_FRAME_MAX);
    enum status st = d->is_given ? OK : connect_target(d, detail);
    if (st)
        driver_close(d);
    else
        *out = d;
    return st;
}

void driver_close(struct driver *d)
{
    if (!d)
        return;
    transport_close(&d->transport);
    buffer_fini(&d->request);
    buffer_fini(&d->reply);
    free(d);
}

enum status driver_reopen(struct driver *d, struct buffer *detail)
{
    if (d->is_given) {
        buffer_append_text(detail, "what was given instead of a target cannot be opened again");
        return E_IO;
    }
    disconnect(d);
    return connect_target(d, detail);
}

const char *driver_service_host(const struct driver *d)
{
    const struct target_address *a = &d->options.address;
    return a->service_host ? a->service_host : a->kind == TARGET_TCP ? a->host : NULL;
}

bool driver_is_broken(const struct driver *d) { return d->is_broken; }

struct clock driver_clock(const struct driver *d) { return d->options.clock; }

void driver_set_limits(struct driver *d, uint64_t timeout_ms, uint64_t until_ms)
{
    d->options.timeout_ms = timeout_ms;
    d->until_ms = until_ms;
}

uint64_t driver_stretch(struct driver *d, uint64_t least_ms)
{
    uint64_t more_ms = least_ms > d->options.timeout_ms ? least_ms - d->options.timeout_ms : 0;
    d->options.timeout_ms += more_ms;
    d->until_ms += d->until_ms ? more_ms : 0;
    return more_ms;
}

/* So far, in which an owned process was ready to run and did not get to. */
static uint64_t target_delay_ms(const struct driver *d)
{
    return transport_delay_ms(&d->transport);
}

struct driver_moment driver_moment(const struct driver *d)
{
    return (struct driver_moment){.own = clock_moment(d->options.clock),
                                  .delay_ms = target_delay_ms(d)};
}

uint64_t driver_lost_ms(const struct driver *d, const struct driver_moment *since)
{
    uint64_t delay_ms = target_delay_ms(d); /* of another process after a start */
    return clock_lost_ms(d->options.clock, &since->own) +
           (delay_ms > since->delay_ms ? delay_ms - since->delay_ms : 0);
}

void driver_set_recorder(struct driver *d, const struct driver_recorder *recorder)
{
    d->options.recorder = *recorder;
}

uint64_t driver_target_cpu_us(const struct driver *d)
{
    return d->cpu_us + transport_cpu_us(&d->transport);
}

pid_t driver_process(const struct driver *d) { return transport_process(&d->transport); }

/* ---- one request and its reply */

void driver_restart_numbering(struct driver *d) { d->seq = SEQ_OF_RESET - 1; }

/* The connection is given up. */
static enum status break_off(struct driver *d, struct answer *out, enum seen seen,
                             const char *detail)
{
    const struct driver_recorder *r = &d->options.recorder;
    d->is_broken = true;
    out->seen = seen;
    out->detail = detail;
    if (r->ended)
        r->ended(r->context, seen, detail);
    return OK;
}

enum status answer_trouble(struct answer *out, enum status st)
{
    answer_clear(out);
    out->seen = SEEN_HARNESS_TROUBLE;
    out->detail = status_text(st);
    return st;
}

static enum status break_off_closed(struct driver *d, struct arena *arena, struct answer *out)
{
    struct buffer detail;
    buffer_init(&detail, ENDING_MAX);
    enum seen seen = d->transport.ops->ending(d->transport.context, &detail);
    const char *text = answer_text(arena, buffer_bytes(&detail), ENDING_MAX);
    buffer_fini(&detail);
    if (!text) {
        d->is_broken = true;
        return answer_trouble(out, E_NOMEM);
    }
    return break_off(d, out, seen, text);
}

static enum status break_off_silent(struct driver *d, uint64_t allowed_ms, struct arena *arena,
                                    struct answer *out)
{
    const char *text =
        arena_printf(arena, "no reply within %llu ms", (unsigned long long)allowed_ms);
    return break_off(d, out, SEEN_SILENCE, text ? text : "no reply in time");
}

/* The answer for a send or receive that failed with |st|. */
static enum status break_off_as(struct driver *d, enum status st, uint64_t allowed_ms,
                                struct arena *arena, struct answer *out)
{
    switch (st) {
    case E_CLOSED:
        return break_off_closed(d, arena, out);
    case E_TIMEOUT:
        return break_off_silent(d, allowed_ms, arena, out);
    case E_LIMIT:
        return break_off(d, out, SEEN_OVERSIZE,
                         "a frame announced as longer than 2,097,152 bytes; not read");
    default:
        d->is_broken = true;
        return answer_trouble(out, st);
    }
}

static enum status pack(struct driver *d, const Assay__Target__V1__Request *request)
{
    size_t len = assay__target__v1__request__get_packed_size(request);
    buffer_clear(&d->request);
    uint8_t *at = buffer_extend(&d->request, len);
    if (at)
        assay__target__v1__request__pack(request, at);
    return buffer_status(&d->request);
}

static uint64_t remaining_ms(const struct driver *d, uint64_t since_ms, uint64_t allowed_ms)
{
    uint64_t spent = clock_now_ms(d->options.clock) - since_ms;
    return spent < allowed_ms ? allowed_ms - spent : 0;
}

/* Send the packed request and receive its reply, both within one deadline. */
static enum status send_and_receive(struct driver *d, uint64_t allowed_ms)
{
    const struct transport *t = &d->transport;
    const struct driver_recorder *r = &d->options.recorder;
    uint64_t since_ms = clock_now_ms(d->options.clock);

    enum status st = t->ops->send(t->context, buffer_bytes(&d->request), allowed_ms);
    if (st)
        return st;
    if (r->sent)
        r->sent(r->context, buffer_bytes(&d->request));
    if ((st = t->ops->receive(t->context, &d->reply, remaining_ms(d, since_ms, allowed_ms))))
        return st;
    if (r->received)
        r->received(r->context, buffer_bytes(&d->reply));
    return OK;
}

static uint64_t allowed_ms(const struct driver *d)
{
    return !d->is_started && d->options.start_ms ? d->options.start_ms : d->options.timeout_ms;
}

enum status driver_exchange(struct driver *d, Assay__Target__V1__Request *request,
                            struct arena *arena, struct target_profile *out_profile,
                            struct answer *out)
{
    uint64_t allowed = allowed_ms(d);
    answer_clear(out);
    if (d->is_broken) {
        out->seen = SEEN_CLOSE;
        out->detail = "the connection was given up before";
        return OK;
    }
    if (d->until_ms && clock_now_ms(d->options.clock) > d->until_ms) {
        out->seen = SEEN_SILENCE;
        out->detail = "each reply came in time, and all together took too long for one case";
        return OK;
    }
    if (transport_has_unasked(&d->transport))
        return break_off(d, out, SEEN_OUT_OF_SEQUENCE, "bytes that answer no request");

    request->seq = d->seq + 1;
    enum status st = pack(d, request);
    if (st)
        return answer_trouble(out, st);
    d->seq++;
    if ((st = send_and_receive(d, allowed)))
        return break_off_as(d, st, allowed, arena, out);
    d->is_started = true;

    st = answer_decode(buffer_bytes(&d->reply), d->seq, request->op_case, arena, out_profile, out);
    if (out->seen == SEEN_GARBAGE || out->seen == SEEN_OUT_OF_SEQUENCE)
        return break_off(d, out, out->seen, out->detail);
    return st;
}
