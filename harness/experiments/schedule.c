/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/schedule.h"

#include <stdio.h>
#include <string.h>

#define LABEL_MAX 64

static const char *const families[N_FAMILY] = {
    [FAMILY_NONE] = "none",     [FAMILY_A_FIRST] = "a-first",     [FAMILY_B_FIRST] = "b-first",
    [FAMILY_BURSTS] = "bursts", [FAMILY_ONE_WAY_A] = "one-way-a", [FAMILY_ONE_WAY_B] = "one-way-b",
    [FAMILY_RANDOM] = "random",
};

const char *family_name(enum family f) { return (unsigned)f < N_FAMILY ? families[f] : "?"; }

static enum endpoint opposite(enum endpoint s) { return s == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A; }

/* Draw flight |at|: who sends, and how many messages. */
static enum status draw_flight(struct schedule *s, size_t at)
{
    static const uint32_t most[N_FAMILY] = {1, 1, 1, 4, 1, 1, 3};
    struct flight *f = &s->flights[at];
    uint32_t coin = 0, more = 0;
    enum status st = random_below(&s->random, 2, &coin);
    if (!st)
        st = random_below(&s->random, most[s->family], &more);
    f->n_messages = 1 + more;
    if (s->family == FAMILY_ONE_WAY_A || s->family == FAMILY_ONE_WAY_B)
        f->from = s->family == FAMILY_ONE_WAY_A ? ENDPOINT_A : ENDPOINT_B;
    else if (s->family == FAMILY_RANDOM || (s->family == FAMILY_BURSTS && at == 0))
        f->from = coin ? ENDPOINT_B : ENDPOINT_A;
    else if (at == 0)
        f->from = s->family == FAMILY_B_FIRST ? ENDPOINT_B : ENDPOINT_A;
    else
        f->from = opposite(s->flights[at - 1].from);
    return st;
}

enum status schedule_of(enum family family, struct bytes seed, const char *game, unsigned number,
                        size_t n_flights, struct schedule *out)
{
    char label[LABEL_MAX];
    memset(out, 0, sizeof(*out));
    out->family = family;
    out->number = number;
    out->n_flights = n_flights < SCHEDULE_FLIGHTS_MAX ? n_flights : SCHEDULE_FLIGHTS_MAX;
    (void)snprintf(label, sizeof(label), "schedule/%s/%u", game, number);
    enum status st = random_init(&out->random, seed, label);
    for (size_t i = 0; i < out->n_flights && !st; i++)
        st = draw_flight(out, i);
    return st;
}

enum status schedule_make(struct bytes seed, const char *game, unsigned number, size_t n_flights,
                          struct schedule *out)
{
    static const enum family first[] = {FAMILY_A_FIRST, FAMILY_B_FIRST, FAMILY_BURSTS,
                                        FAMILY_BURSTS};
    size_t n = COUNT_OF(first);
    return schedule_of(number < n ? first[number] : FAMILY_RANDOM, seed, game, number, n_flights,
                       out);
}

/* ---- as text */

const char *schedule_text(const struct schedule *s, struct arena *arena)
{
    char text[SCHEDULE_FLIGHTS_MAX * 4 + 1];
    size_t len = 0;
    text[0] = 0;
    for (size_t i = 0; i < s->n_flights && len + 4 < sizeof(text); i++) {
        int n = snprintf(text + len, sizeof(text) - len, "%s%c%u", i ? " " : "",
                         s->flights[i].from == ENDPOINT_A ? 'A' : 'B', s->flights[i].n_messages);
        len += n > 0 ? (size_t)n : 0;
    }
    return arena_text(arena, text);
}

enum status schedule_parse(const char *text, struct schedule *s)
{
    size_t n = 0;
    for (const char *at = text; *at; n++) {
        bool is_flight = (at[0] == 'A' || at[0] == 'B') && at[1] >= '1' &&
                         at[1] <= '0' + (int)SCHEDULE_BURST_MAX;
        if (!is_flight || n == SCHEDULE_FLIGHTS_MAX || (at[2] && (at[2] != ' ' || !at[3])))
            return E_PARSE;
        s->flights[n].from = at[0] == 'A' ? ENDPOINT_A : ENDPOINT_B;
        s->flights[n].n_messages = (unsigned)(at[1] - '0');
        at += at[2] ? 3 : 2;
    }
    s->n_flights = n;
    return OK;
}

size_t schedule_messages(const struct schedule *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_flights; i++)
        n += s->flights[i].n_messages;
    return n;
}

/* ---- shrinking */

bool schedule_simpler(const struct schedule *s, size_t at, struct schedule *out)
{
    *out = *s;
    if (at < s->n_flights) {
        memmove(&out->flights[at], &out->flights[at + 1],
                (s->n_flights - at - 1) * sizeof(out->flights[0]));
        out->n_flights--;
        return true;
    }
    at -= s->n_flights;
    for (size_t i = 0; i < s->n_flights; i++) {
        if (s->flights[i].n_messages == 1)
            continue;
        if (at-- == 0) {
            out->flights[i].n_messages--;
            return true;
        }
    }
    return false;
}
