#include "driver/driver_internal.h"

#include <stdlib.h>
#include <string.h>

/* How a target died, in its own last words: one line, then the end of its standard error. */
#define ENDING_MAX (256u + TRANSPORT_STDERR_MAX)

/* Not 1, which is Hello's: a second reply to Hello must not pass for the reply to a Reset right
 * after it. */
#define SEQ_OF_RESET 2u

struct driver {
    struct driver_options options;
    struct transport transport;
    bool is_given; /* the transport came from the caller and cannot be made anew */
    bool is_broken;
    uint64_t seq;    /* of the last request sent */
    uint64_t cpu_us; /* of connections already closed */
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

static enum status connect_client(struct driver *c, struct buffer *detail)
{
    const struct driver_options *o = &c->options;
    c->is_broken = true;
    c->seq = 0;
    enum status st = transport_open(&o->address, o->clock, o->timeout_ms, &c->transport, detail);
    if (!st)
        c->is_broken = false;
    return st;
}

static void disconnect(struct driver *c)
{
    c->cpu_us += transport_cpu_us(&c->transport);
    transport_close(&c->transport);
}

enum status driver_open(const struct driver_options *options, struct driver **out,
                        struct buffer *detail)
{
    *out = NULL;
    struct driver *c = (struct driver *)calloc(1, sizeof(*c));
    if (!c)
        return E_NOMEM;
    c->options = *options;
    c->transport = options->transport;
    c->is_given = options->transport.ops != NULL;
    buffer_init(&c->request, TRANSPORT_FRAME_MAX);
    buffer_init(&c->reply, TRANSPORT_FRAME_MAX);
    enum status st = c->is_given ? OK : connect_client(c, detail);
    if (st)
        driver_close(c);
    else
        *out = c;
    return st;
}

void driver_close(struct driver *c)
{
    if (!c)
        return;
    transport_close(&c->transport);
    buffer_fini(&c->request);
    buffer_fini(&c->reply);
    free(c);
}

enum status driver_reopen(struct driver *c, struct buffer *detail)
{
    if (c->is_given) {
        buffer_append_text(detail, "what was given instead of a target cannot be opened again");
        return E_IO;
    }
    disconnect(c);
    return connect_client(c, detail);
}

bool driver_is_broken(const struct driver *c) { return c->is_broken; }

void driver_set_recorder(struct driver *c, const struct driver_recorder *recorder)
{
    c->options.recorder = *recorder;
}

uint64_t driver_target_cpu_us(const struct driver *c)
{
    return c->cpu_us + transport_cpu_us(&c->transport);
}

pid_t driver_process(const struct driver *c) { return transport_process(&c->transport); }

/* ---- one request and its reply */

void driver_restart_numbering(struct driver *c) { c->seq = SEQ_OF_RESET - 1; }

/* Nothing more can come of this connection. */
static enum status break_off(struct driver *c, struct answer *out, enum seen seen,
                             const char *detail)
{
    const struct driver_recorder *r = &c->options.recorder;
    c->is_broken = true;
    out->seen = seen;
    out->detail = detail;
    if (r->ended)
        r->ended(r->context, seen, detail);
    return OK;
}

static enum status trouble(struct answer *out, enum status st)
{
    out->seen = SEEN_HARNESS_TROUBLE;
    out->detail = status_text(st);
    return st;
}

static enum status break_off_closed(struct driver *c, struct arena *arena, struct answer *out)
{
    struct buffer detail;
    buffer_init(&detail, ENDING_MAX);
    enum seen seen = c->transport.ops->ending(c->transport.context, &detail);
    const char *text = answer_text(arena, buffer_bytes(&detail), ENDING_MAX);
    buffer_fini(&detail);
    if (!text) {
        c->is_broken = true;
        return trouble(out, E_NOMEM);
    }
    return break_off(c, out, seen, text);
}

static enum status break_off_silent(struct driver *c, struct arena *arena, struct answer *out)
{
    const char *text =
        arena_printf(arena, "no reply within %llu ms", (unsigned long long)c->options.timeout_ms);
    return break_off(c, out, SEEN_SILENCE, text ? text : "no reply in time");
}

/* What follows from a send or receive that did not go well. */
static enum status break_off_as(struct driver *c, enum status st, struct arena *arena,
                                struct answer *out)
{
    switch (st) {
    case E_CLOSED:
        return break_off_closed(c, arena, out);
    case E_TIMEOUT:
        return break_off_silent(c, arena, out);
    case E_LIMIT:
        return break_off(c, out, SEEN_OVERSIZE,
                         "a frame announced as longer than 2,097,152 bytes; not read");
    default:
        c->is_broken = true;
        return trouble(out, st);
    }
}

static enum status pack(struct driver *c, const Assay__Target__V1__Request *request)
{
    size_t len = assay__target__v1__request__get_packed_size(request);
    buffer_clear(&c->request);
    uint8_t *at = buffer_extend(&c->request, len);
    if (at)
        assay__target__v1__request__pack(request, at);
    return buffer_status(&c->request);
}

static uint64_t remaining_ms(const struct driver *c, uint64_t since_ms)
{
    uint64_t spent = clock_now_ms(c->options.clock) - since_ms;
    return spent < c->options.timeout_ms ? c->options.timeout_ms - spent : 0;
}

/* Send what is packed and receive the reply to it, both within one deadline. */
static enum status cross(struct driver *c)
{
    const struct transport *t = &c->transport;
    const struct driver_recorder *r = &c->options.recorder;
    uint64_t since_ms = clock_now_ms(c->options.clock);

    enum status st = t->ops->send(t->context, buffer_bytes(&c->request), c->options.timeout_ms);
    if (st)
        return st;
    if (r->sent)
        r->sent(r->context, buffer_bytes(&c->request));
    if ((st = t->ops->receive(t->context, &c->reply, remaining_ms(c, since_ms))))
        return st;
    if (r->received)
        r->received(r->context, buffer_bytes(&c->reply));
    return OK;
}

enum status driver_exchange(struct driver *c, Assay__Target__V1__Request *request,
                            struct arena *arena, struct target_profile *out_profile,
                            struct answer *out)
{
    answer_clear(out);
    if (c->is_broken) {
        out->seen = SEEN_CLOSE;
        out->detail = "the connection was given up before";
        return OK;
    }
    if (transport_has_unasked(&c->transport))
        return break_off(c, out, SEEN_OUT_OF_SEQUENCE, "bytes that answer no request");

    request->seq = c->seq + 1;
    enum status st = pack(c, request);
    if (st)
        return trouble(out, st);
    c->seq++;
    if ((st = cross(c)))
        return break_off_as(c, st, arena, out);

    st = answer_decode(buffer_bytes(&c->reply), c->seq, request->op_case, arena, out_profile, out);
    if (out->seen == SEEN_GARBAGE || out->seen == SEEN_OUT_OF_SEQUENCE)
        return break_off(c, out, out->seen, out->detail);
    return st;
}
