/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the person at the target saw and was told, on the client surface: <shown> and <warned>. */
#include "run/verbs.h"

#include "run/client_context.h"
#include "run/exchange.h"
#include "wire/content.h"

#include <string.h>

#define GRACE_MS 60u
#define AWAY_MS 300u       /* for so long a client that is to be away is watched, at the least */
#define AWAY_MOST_MS 2000u /* at the most */
#define WARNING_MS 2000u   /* from the answer to what came later to the warning, at the most */

/* ---- until nothing more comes */

/* A client without a connection that should not have one could come back by itself, as after one
 * that was lost: after the profile's first pause. */
static uint64_t grace_ms(struct context *s, const struct case_party *at)
{
    uint64_t pause_ms = 2u * s->client->profile->reconnect_first_ms;
    if (client_context_connection(s->client, at))
        return GRACE_MS;
    if (pause_ms < AWAY_MS)
        return AWAY_MS;
    return pause_ms < AWAY_MOST_MS ? pause_ms : AWAY_MOST_MS;
}

/* Everything that was on its way has arrived, in |for_ms| at the most, or 0 for what a client does
 * at once: the client answers, and nothing more comes, for a while where it |lingers|. */
static enum status settle(struct context *s, struct case_party *at,
                          bool (*is_enough)(void *context), void *context, uint64_t for_ms,
                          bool lingers, struct answer *out)
{
    enum status st = for_ms ? client_context_until(s->client, at, is_enough, context, for_ms, out)
                            : client_context_await(s->client, at, is_enough, context, out);
    if (!st && out->seen == SEEN_DONE && client_context_connection(s->client, at))
        st = client_context_barrier(s->client, at, out);
    if (!st && (out->seen == SEEN_DONE || out->seen == SEEN_CLOSE || out->seen == SEEN_SILENCE))
        st = client_context_linger(s->client, at, lingers ? grace_ms(s, at) : 0, out);
    return st;
}

/* ---- shown */

struct showing {
    struct case_party *at;
    size_t wanted;
};

static size_t n_shown_since(const struct case_party *a, const struct target_event **out, size_t max)
{
    size_t n = 0;
    for (size_t i = a->n_shown; i < a->n_events; i++)
        if (a->events[i]->kind == TARGET_EVENT_SHOWN) {
            if (out && n < max)
                out[n] = a->events[i];
            n++;
        }
    return n;
}

static bool is_shown_enough(void *context)
{
    const struct showing *w = context;
    return n_shown_since(w->at, NULL, 0) >= w->wanted;
}

static bool is_of(const struct target_event *e, const struct artifact *message)
{
    return content_equal(e->content, message->content) &&
           strcmp(e->peer, message->author->address_name) == 0 &&
           e->device == message->author->device;
}

static void compare_shown(struct context *s, const struct case_party *at,
                          struct artifact *const *wanted, size_t n_wanted, struct step_result *out)
{
    const struct target_event *shown[OP_LISTED_MAX];
    size_t n = n_shown_since(at, shown, OP_LISTED_MAX), first = 0;
    while (first < n && first < n_wanted && first < OP_LISTED_MAX &&
           is_of(shown[first], wanted[first]))
        first++;
    bool holds = n == n_wanted && first == n;
    verb_take_relation(holds, out);
    if (holds)
        return;
    if (n != n_wanted)
        step_says(s, out, "%zu messages were shown, %zu were expected", n, n_wanted);
    else
        step_says(s, out, "the message shown as number %zu is another", first + 1);
}

enum status verb_shown(struct context *s, const struct op *op, struct step_result *out)
{
    struct artifact *wanted[OP_LISTED_MAX];
    size_t n;
    struct case_party *at = verb_party(s, op, ATTR_AT);
    struct showing w = {.at = at};
    struct answer answer;
    enum status st = verb_artifacts(s, op, ATTR_MESSAGES, wanted, &n);
    w.wanted = n;
    bool lingers = op_is_yes(op, ATTR_LINGER);
    if (!st)
        st = settle(s, at, is_shown_enough, &w, lingers ? s->client->timeout_ms : 0, lingers,
                    &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE)
        return OK;
    compare_shown(s, at, wanted, n, out);
    s->accepted += out->seen == SEEN_RELATION_HOLDS && n;
    s->refused += out->seen == SEEN_RELATION_HOLDS && !n;
    at->n_shown = at->n_events;
    return OK;
}

/* ---- warned */

struct warning {
    const struct case_party *at;
    const struct case_party *peer; /* NULL: nobody */
};

/* A warning names the person. Whether their devices have one identity key or several is the
 * client's business (S-21), and with it whether a warning names a device. */
static bool is_about(const struct target_event *e, const struct case_party *peer)
{
    return peer && strcmp(e->peer, peer->address_name) == 0;
}

/* Was the person told of |e|'s peer before <warned> looked last? That is nothing new. */
static bool is_repeated(const struct case_party *at, const struct target_event *e)
{
    for (size_t i = 0; i < at->n_warned; i++)
        if (at->events[i]->kind == TARGET_EVENT_WARNED && strcmp(at->events[i]->peer, e->peer) == 0)
            return true;
    return false;
}

/* The first warning that was not looked at: of |peer|, or a new one of others. */
static const struct target_event *find_warning(const struct case_party *at,
                                               const struct case_party *peer, bool of_others)
{
    for (size_t i = at->n_warned; i < at->n_events; i++) {
        const struct target_event *e = at->events[i];
        if (e->kind == TARGET_EVENT_WARNED && is_about(e, peer) != of_others &&
            !(of_others && is_repeated(at, e)))
            return e;
    }
    return NULL;
}

static bool is_warned_enough(void *context)
{
    const struct warning *w = context;
    return !w->peer || find_warning(w->at, w->peer, false);
}

/* What the person must be told of came in an earlier step: a client that answers what the
 * gatekeeper sends after it is through with it. */
static enum status be_through(struct context *s, struct case_party *at, struct answer *out)
{
    memset(out, 0, sizeof(*out));
    out->seen = SEEN_DONE;
    return client_context_connection(s->client, at) ? client_context_barrier(s->client, at, out)
                                                    : OK;
}

enum status verb_warned(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *at = verb_party(s, op, ATTR_AT);
    struct warning w = {at, verb_party(s, op, ATTR_PEER)};
    struct answer answer;
    enum status st = be_through(s, at, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = settle(s, at, is_warned_enough, &w, WARNING_MS, true, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE)
        return OK;
    const struct target_event *other = find_warning(at, w.peer, true);
    bool is_warned = is_warned_enough(&w);
    verb_take_relation(is_warned && !other, out);
    s->accepted += out->seen == SEEN_RELATION_HOLDS;
    if (!is_warned) {
        step_says(s, out, "the person was not told that %s's identity key is another",
                  w.peer->address_name);
    } else if (other) {
        out->violates = "SG-22";
        step_says(s, out, "the person was told that %s's identity key is another", other->peer);
    }
    at->n_warned = at->n_events;
    return OK;
}
