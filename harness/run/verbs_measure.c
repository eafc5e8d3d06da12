/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb measure: numbers that honest implementations choose differently, found out and reported,
 * never judged. */
#include "run/verbs.h"

#include "run/exchange.h"

#include <stdio.h>
#include <string.h>

#define SKIP_PROBE_MAX 26000u /* past the largest bound seen in the field */
#define CHAIN_PROBE_MAX CONTEXT_HELD_MAX
#define SESSION_PROBE_MAX CONTEXT_HELD_MAX

/* A fresh pair for a probe: probes must not disturb each other. */
static struct case_party *fresh_peer(struct context *s, unsigned n)
{
    const char *name = arena_printf(s->arena, " probe%u", n);
    struct case_party *a = name ? context_extra_party(s, name, name + 1) : NULL;
    if (!a)
        return NULL;
    return context_make_own(s, a, NULL) ? NULL : a;
}

static enum status establish_with(struct context *s, struct case_party *peer,
                                  struct case_party *target, struct step_result *out)
{
    struct publish_options options = {0};
    struct artifact *bundle;
    enum status st = exchange_publish(s, target, SLOT_BUNDLE, &options, &bundle, out);
    if (!st && out->seen == SEEN_DONE)
        st = exchange_start(s, peer, target, bundle, NULL, out);
    if (!st && out->seen == SEEN_DONE)
        st = exchange_once(s, peer, target, out);
    if (!st && out->seen == SEEN_PLAINTEXT)
        st = exchange_once(s, target, peer, out);
    return st;
}

/* Does the target open a message whose counter jumps over |gap| others? */
static enum status opens_after_gap(struct context *s, struct case_party *target, unsigned probe,
                                   uint32_t gap, bool *out_opens, struct step_result *out)
{
    struct case_party *peer = fresh_peer(s, probe);
    struct artifact *message;
    *out_opens = false;
    if (!peer)
        return E_LIMIT;
    enum status st = establish_with(s, peer, target, out);
    if (st || out->seen != SEEN_PLAINTEXT)
        return st;
    /* the message whose counter is |gap|, under its true key: as if the ones before it were lost */
    const struct cipher_mutation *mutation;
    const char *text = arena_printf(s->arena, "%s:%u", s->cipher->mutations->skip, gap);
    if ((st = text ? s->cipher->mutations->parse(text, s->arena, &mutation) : E_NOMEM))
        return st;
    struct seal_what what = {
        .by = peer, .to = target, .plaintext = context_plaintext(s, 16), .mutation = mutation};
    st = exchange_seal(s, SLOT_PASSING, &what, &message, out);
    if (!st && out->seen == SEEN_DONE)
        st = exchange_deliver(s, message, target, peer, out);
    *out_opens = out->seen == SEEN_PLAINTEXT;
    return st;
}

static bool is_answer(const struct step_result *out)
{
    return out->seen == SEEN_PLAINTEXT || out->seen == SEEN_REFUSAL;
}

/* The largest gap that opens, by halving. */
static enum status measure_skip_bound(struct context *s, struct case_party *target,
                                      struct step_result *out)
{
    uint32_t opens = 0, refuses = SKIP_PROBE_MAX;
    bool is_open;
    char value[48];
    enum status st = opens_after_gap(s, target, 0, SKIP_PROBE_MAX, &is_open, out);
    if (st || !is_answer(out))
        return st;
    for (unsigned probe = 1; !is_open && refuses - opens > 1; probe++) {
        uint32_t middle = opens + (refuses - opens) / 2;
        bool middle_opens;
        st = opens_after_gap(s, target, probe, middle, &middle_opens, out);
        if (st || !is_answer(out))
            return st;
        if (middle_opens)
            opens = middle;
        else
            refuses = middle;
    }
    if (is_open)
        snprintf(value, sizeof(value), "none up to %u", SKIP_PROBE_MAX);
    else
        snprintf(value, sizeof(value), "%u", opens);
    out->seen = SEEN_DONE;
    out->n_bytes = 0;
    return context_measure(s, "skip bound", value);
}

/* How many newer receiving chains an older one survives. */
static enum status measure_old_chains(struct context *s, struct case_party *target,
                                      struct step_result *out)
{
    struct case_party *peer = fresh_peer(s, 0);
    struct artifact *held[CHAIN_PROBE_MAX];
    char value[48];
    if (!peer)
        return E_LIMIT;
    enum status st = establish_with(s, peer, target, out);
    for (size_t i = 0; !st && i < CHAIN_PROBE_MAX; i++) {
        struct seal_what what = {.by = peer, .to = target, .plaintext = context_plaintext(s, 16)};
        if ((st = exchange_seal(s, SLOT_HELD + i, &what, &held[i], out)) || out->seen != SEEN_DONE)
            return st;
        if ((st = exchange_once(s, peer, target, out)) || out->seen != SEEN_PLAINTEXT)
            return st;
        st = exchange_once(s, target, peer, out);
        if (!st && out->seen != SEEN_PLAINTEXT)
            return OK;
    }
    size_t open = 0;
    for (size_t i = CHAIN_PROBE_MAX; !st && i-- > 0; open++) {
        st = exchange_deliver(s, held[i], target, peer, out);
        if (st || out->seen != SEEN_PLAINTEXT)
            break;
    }
    if (st || !(out->seen == SEEN_PLAINTEXT || out->seen == SEEN_REFUSAL))
        return st;
    if (open == CHAIN_PROBE_MAX)
        snprintf(value, sizeof(value), "no bound up to %u", CHAIN_PROBE_MAX);
    else
        snprintf(value, sizeof(value), "%zu", open);
    out->seen = SEEN_DONE;
    out->n_bytes = 0;
    return context_measure(s, "receiving chains kept", value);
}

/* How many sessions with one peer, the current one included, still open a message held back on
 * them. */
static enum status measure_archived(struct context *s, struct case_party *target,
                                    struct step_result *out)
{
    struct case_party *peer = fresh_peer(s, 0);
    struct artifact *held[SESSION_PROBE_MAX];
    char value[48];
    if (!peer)
        return E_LIMIT;
    for (size_t i = 0; i < SESSION_PROBE_MAX; i++) {
        struct seal_what what = {.by = peer, .to = target, .plaintext = context_plaintext(s, 16)};
        enum status st = establish_with(s, peer, target, out);
        if (!st && out->seen == SEEN_PLAINTEXT)
            st = exchange_seal(s, SLOT_HELD + i, &what, &held[i], out);
        if (st || out->seen != SEEN_DONE)
            return st;
    }
    size_t open = 0;
    for (size_t i = SESSION_PROBE_MAX; i-- > 0; open++) {
        enum status st = exchange_deliver(s, held[i], target, peer, out);
        if (st)
            return st;
        if (out->seen != SEEN_PLAINTEXT)
            break;
    }
    if (!is_answer(out))
        return OK;
    if (open == SESSION_PROBE_MAX)
        snprintf(value, sizeof(value), "no bound up to %u", SESSION_PROBE_MAX);
    else
        snprintf(value, sizeof(value), "%zu", open);
    out->seen = SEEN_DONE;
    out->n_bytes = 0;
    return context_measure(s, "sessions kept for a peer", value);
}

enum status verb_measure(struct context *s, const struct op *op, struct step_result *out)
{
    static enum status (*const find_out[N_MEASUREMENT])(struct context *, struct case_party *,
                                                        struct step_result *) = {
        [MEASUREMENT_SKIP_BOUND] = measure_skip_bound,
        [MEASUREMENT_OLD_CHAINS] = measure_old_chains,
        [MEASUREMENT_ARCHIVED_SESSIONS] = measure_archived,
    };
    struct case_party *at = verb_party(s, op, ATTR_AT);
    uint32_t what = op_number(op, ATTR_WHAT, N_MEASUREMENT);
    return what < N_MEASUREMENT ? find_out[what](s, at, out) : E_MISSING;
}
