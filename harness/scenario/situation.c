/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/situation.h"

#include <stdlib.h>
#include <string.h>

struct choosing {
    const struct parts *parts;
    bool *is_chosen; /* by combination */
};

bool situation_names(const char *ids, const char *id)
{
    size_t len = strlen(id);
    for (const char *at = ids; (at = strstr(at, id)); at += len)
        if ((at == ids || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
            return true;
    return false;
}

static const struct exclusion *rules_out(const struct part *a, const struct part *b)
{
    for (size_t i = 0; i < a->n_never; i++)
        if (situation_names(a->never[i].with, b->id))
            return &a->never[i];
    return NULL;
}

const struct exclusion *situation_excludes(const struct part *a, const struct part *b)
{
    const struct exclusion *e = rules_out(a, b);
    return e ? e : rules_out(b, a);
}

static const struct part *part_at(const struct parts *parts, const struct combination *c,
                                  unsigned kind)
{
    return &parts->items[kind][c->at[kind]];
}

/* Can the parts of |c| of kinds |from| to |upto| be together? */
static bool can_be(const struct parts *parts, const struct combination *c, unsigned from,
                   unsigned upto)
{
    for (unsigned i = from; i <= upto; i++)
        for (unsigned j = i + 1; j <= upto; j++)
            if (situation_excludes(part_at(parts, c, i), part_at(parts, c, j)))
                return false;
    return true;
}

static size_t n_combinations(const struct parts *parts)
{
    size_t n = 1;
    for (unsigned i = 0; i < N_PART; i++)
        n *= parts->n[i];
    return n;
}

static size_t number_of(const struct parts *parts, const struct combination *c)
{
    size_t number = 0;
    for (unsigned i = 0; i < N_PART; i++)
        number = number * parts->n[i] + c->at[i];
    return number;
}

static struct combination of_number(const struct parts *parts, size_t number)
{
    struct combination c;
    for (unsigned i = N_PART; i-- > 0;) {
        size_t n = parts->n[i] ? parts->n[i] : 1; /* no kind is without a part */
        c.at[i] = number % n;
        number /= n;
    }
    return c;
}

/* ---- each probe with each part of each other kind */

/* Those that are not the usual ones. */
static size_t n_unusual(const struct combination *c)
{
    size_t n = 0;
    for (unsigned i = PART_MOMENT; i < N_PART; i++)
        n += c->at[i] != 0;
    return n;
}

/* |c| becomes the next combination with the same probe and the same part of |kind|; false past the
 * last. */
static bool step_on(const struct parts *parts, unsigned kind, struct combination *c)
{
    for (unsigned i = N_PART; i-- > PART_MOMENT;) {
        if (i == kind)
            continue;
        if (++c->at[i] < parts->n[i])
            return true;
        c->at[i] = 0;
    }
    return false;
}

/* The most usual combination of |probe| with part |at| of |kind|, if any can be. */
static void choose_with(const struct choosing *choosing, size_t probe, unsigned kind, size_t at)
{
    const struct parts *parts = choosing->parts;
    size_t least = N_PART + 1;
    struct combination best = {{0}}, c = {{0}};
    c.at[PART_PROBE] = probe;
    c.at[kind] = at;
    do {
        if (n_unusual(&c) >= least || !can_be(parts, &c, 0, N_PART - 1))
            continue;
        least = n_unusual(&c);
        best = c;
    } while (step_on(parts, kind, &c));
    if (least <= N_PART)
        choosing->is_chosen[number_of(parts, &best)] = true;
}

/* ---- each situation with one probe */

/* FNV-1a, 32 bits: the same everywhere and for ever. */
static uint32_t drawn(const char *situation, const char *probe)
{
    uint32_t hash = 2166136261u;
    const char *const texts[] = {situation, "@", probe};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        for (const char *at = texts[i]; *at; at++)
            hash = (hash ^ (uint8_t)*at) * 16777619u;
    return hash;
}

static const char *situation_id(const struct parts *parts, const struct combination *c,
                                struct arena *arena)
{
    const char *id = part_at(parts, c, PART_MOMENT)->id;
    for (unsigned i = PART_MOMENT + 1; id && i < N_PART; i++)
        if (c->at[i])
            id = arena_printf(arena, "%s-%s", id, part_at(parts, c, i)->id);
    return id;
}

/* Situation |id|, which is that of |c|, with a probe for |cipher|; NULL: for whichever. */
static void choose_for(const struct choosing *choosing, struct combination c, const char *id,
                       const char *cipher)
{
    const struct parts *parts = choosing->parts;
    size_t best = parts->n[PART_PROBE];
    uint32_t highest = 0;
    for (size_t i = 0; i < parts->n[PART_PROBE]; i++) {
        const struct part *probe = &parts->items[PART_PROBE][i];
        uint32_t value = drawn(id, probe->id);
        c.at[PART_PROBE] = i;
        if ((cipher && probe->ciphers && !situation_names(probe->ciphers, cipher)) ||
            !can_be(parts, &c, 0, N_PART - 1) || (best < parts->n[PART_PROBE] && value <= highest))
            continue;
        highest = value;
        best = i;
    }
    c.at[PART_PROBE] = best;
    if (best < parts->n[PART_PROBE])
        choosing->is_chosen[number_of(parts, &c)] = true;
}

static enum status choose_for_each_cipher(const struct choosing *choosing,
                                          const struct combination *c, struct arena *arena)
{
    const char *id = situation_id(choosing->parts, c, arena);
    const char *at = choosing->parts->ciphers;
    if (!id)
        return E_NOMEM;
    if (!at)
        choose_for(choosing, *c, id, NULL);
    while (at && *at) {
        size_t len = strcspn(at, " ");
        const char *cipher = arena_printf(arena, "%.*s", (int)len, at);
        if (!cipher)
            return E_NOMEM;
        choose_for(choosing, *c, id, cipher);
        at += len;
        at += strspn(at, " ");
    }
    return OK;
}

/* ---- both */

static enum status choose_all(const struct choosing *choosing, struct arena *arena)
{
    const struct parts *parts = choosing->parts;
    size_t per_probe = n_combinations(parts) / parts->n[PART_PROBE];
    enum status st = OK;
    for (size_t probe = 0; probe < parts->n[PART_PROBE]; probe++)
        for (unsigned kind = PART_MOMENT; kind < N_PART; kind++)
            for (size_t at = 0; at < parts->n[kind]; at++)
                choose_with(choosing, probe, kind, at);
    for (size_t i = 0; !st && i < per_probe; i++) {
        const struct combination c = of_number(parts, i);
        st = choose_for_each_cipher(choosing, &c, arena);
    }
    return st;
}

enum status situations_choose(const struct parts *parts, struct arena *arena,
                              struct combination **out, size_t *out_count)
{
    size_t total = n_combinations(parts), n = 0;
    *out = NULL;
    *out_count = 0;
    if (total > COMBINATIONS_MAX)
        return E_LIMIT;
    struct choosing choosing = {parts, calloc(total + 1, sizeof(bool))};
    enum status st = choosing.is_chosen ? choose_all(&choosing, arena) : E_NOMEM;
    for (size_t i = 0; !st && i < total; i++)
        n += choosing.is_chosen[i];
    if (!st && !(*out = arena_array(arena, n + 1, sizeof(**out))))
        st = E_NOMEM;
    for (size_t i = 0; !st && i < total; i++)
        if (choosing.is_chosen[i])
            (*out)[(*out_count)++] = of_number(parts, i);
    free(choosing.is_chosen);
    return st;
}

const char *combination_id(const struct parts *parts, const struct combination *c,
                           struct arena *arena)
{
    const char *id = situation_id(parts, c, arena);
    return id ? arena_printf(arena, "%s@%s", part_at(parts, c, PART_PROBE)->id, id) : NULL;
}
