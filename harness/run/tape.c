/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/tape.h"

#include "base/crypto.h"

#include <stdlib.h>
#include <string.h>

void tape_init(struct tape *t)
{
    memset(t, 0, sizeof(*t));
    buffer_init(&t->data, TAPE_MAX);
}

void tape_clear(struct tape *t)
{
    t->count = 0;
    t->st = OK;
    buffer_clear(&t->data);
}

void tape_fini(struct tape *t)
{
    if (!t)
        return;
    free(t->entries);
    buffer_fini(&t->data);
    tape_init(t);
}

static enum status room_for_one(struct tape *t)
{
    if (t->count < t->cap)
        return OK;
    size_t cap = t->cap ? t->cap * 2 : 64;
    struct tape_entry *entries = realloc(t->entries, cap * sizeof(*entries));
    if (!entries)
        return E_NOMEM;
    t->entries = entries;
    t->cap = cap;
    return OK;
}

void tape_add(struct tape *t, enum tape_kind kind, enum seen seen, struct bytes bytes)
{
    if (t->st || (t->st = room_for_one(t)))
        return;
    size_t at = t->data.len;
    if ((t->st = buffer_append(&t->data, bytes)))
        return;
    t->entries[t->count++] = (struct tape_entry){kind, seen, at, bytes.len};
}

struct bytes tape_bytes(const struct tape *t, const struct tape_entry *e)
{
    return bytes_slice(buffer_bytes(&t->data), e->at, e->len);
}

enum status tape_digest(const struct tape *t, uint8_t out[32])
{
    uint8_t link[32 + 32 + 16] = {0};
    enum status st = t->st;

    /* a chain: digest = SHA-256(previous || kind seen length || SHA-256(bytes)) */
    for (size_t i = 0; !st && i < t->count; i++) {
        const struct tape_entry *e = &t->entries[i];
        if ((st = crypto_sha256(tape_bytes(t, e), link + 32)))
            break;
        memset(link + 64, 0, 16);
        link[64] = (uint8_t)e->kind;
        link[65] = (uint8_t)e->seen;
        for (int b = 0; b < 8; b++)
            link[72 + b] = (uint8_t)((uint64_t)e->len >> (56 - 8 * b));
        uint8_t next[32];
        st = crypto_sha256(bytes_of(link, sizeof(link)), next);
        memcpy(link, next, 32);
    }
    memcpy(out, link, 32);
    return st;
}

static void record_sent(void *context, struct bytes request)
{
    tape_add(context, TAPE_SENT, SEEN_NOTHING_YET, request);
}

static void record_received(void *context, struct bytes reply)
{
    tape_add(context, TAPE_RECEIVED, SEEN_NOTHING_YET, reply);
}

static void record_ended(void *context, enum seen seen, const char *detail)
{
    tape_add(context, TAPE_ENDED, seen, bytes_of_text(detail));
}

struct driver_recorder tape_recorder(struct tape *t)
{
    return (struct driver_recorder){record_sent, record_received, record_ended, t};
}

/* ---- playing a tape */

struct player {
    const struct tape *tape;
    size_t next;
};

static const struct tape_entry *next_entry(struct player *p)
{
    return p->next < p->tape->count ? &p->tape->entries[p->next] : NULL;
}

static enum status play_send(void *context, struct bytes payload, uint64_t timeout_ms)
{
    struct player *p = context;
    const struct tape_entry *e = next_entry(p);
    (void)timeout_ms;
    if (e && e->kind == TAPE_ENDED)
        return OK; /* what was sent into a dying stream was recorded only when it went out whole */
    if (!e || e->kind != TAPE_SENT || !bytes_equal(tape_bytes(p->tape, e), payload))
        return E_PARSE;
    p->next++;
    return OK;
}

/* The statuses of a receive that make a client see |seen|. */
static enum status status_that_shows(enum seen seen)
{
    switch (seen) {
    case SEEN_SILENCE:
        return E_TIMEOUT;
    case SEEN_OVERSIZE:
        return E_LIMIT;
    default:
        return E_CLOSED;
    }
}

static enum status play_receive(void *context, struct buffer *out, uint64_t timeout_ms)
{
    struct player *p = context;
    const struct tape_entry *e = next_entry(p);
    (void)timeout_ms;
    buffer_clear(out);
    if (!e)
        return E_PARSE;
    if (e->kind == TAPE_ENDED)
        return status_that_shows(e->seen);
    if (e->kind != TAPE_RECEIVED)
        return E_PARSE;
    p->next++;
    return buffer_append(out, tape_bytes(p->tape, e));
}

static enum seen play_ending(void *context, struct buffer *detail)
{
    struct player *p = context;
    const struct tape_entry *e = next_entry(p);
    if (!e || e->kind != TAPE_ENDED)
        return SEEN_CLOSE;
    buffer_append(detail, tape_bytes(p->tape, e));
    return e->seen;
}

static void play_close(void *context) { free(context); }

static const struct transport_ops player_ops = {play_send, play_receive, play_ending, play_close};

enum status tape_transport(const struct tape *t, struct transport *out)
{
    struct player *p = calloc(1, sizeof(*p));
    *out = (struct transport){0};
    if (!p)
        return E_NOMEM;
    p->tape = t;
    *out = (struct transport){&player_ops, p};
    return OK;
}
