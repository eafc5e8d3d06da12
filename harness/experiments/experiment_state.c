/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an experiment keeps: whether it is void, its story, and who takes part. */
#include "experiments/experiment_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- void */

#define PRINT_INTO(to, format)                                                                     \
    va_list list;                                                                                  \
    char to[512];                                                                                  \
    va_start(list, format);                                                                        \
    (void)vsnprintf(to, sizeof(to), format, list);                                                 \
    va_end(list)

static void make_void(struct experiment *e, enum played kind, const char *reason)
{
    if (e->is_void)
        return;
    e->is_void = true;
    e->void_kind = kind;
    e->void_reason = reason ? reason : "out of memory";
    experiment_tell(e, "%s", e->void_reason);
}

void experiment_void(struct experiment *e, const char *format, ...)
{
    PRINT_INTO(text, format);
    make_void(e, PLAYED_TROUBLE, arena_text(&e->arena, text));
}

void experiment_unable(struct experiment *e, const char *format, ...)
{
    PRINT_INTO(text, format);
    make_void(e, PLAYED_UNABLE, arena_text(&e->arena, text));
}

/* ---- the story */

void experiment_tell(struct experiment *e, const char *format, ...)
{
    if (!e->options.keeps_story || e->n_story == EXPERIMENT_STORY_MAX)
        return;
    PRINT_INTO(text, format);
    const char *line = arena_text(&e->arena, text);
    if (line)
        e->story[e->n_story++] = line;
}

/* ---- parties */

struct experiment_party *experiment_reachable(struct experiment *e, struct address address)
{
    for (size_t i = 0; i < e->n_reachable; i++)
        if (e->reachable[i]->address.device == address.device &&
            strcmp(e->reachable[i]->address.name, address.name) == 0)
            return e->reachable[i];
    return NULL;
}

struct experiment_party *experiment_party_new(struct experiment *e, const char *name,
                                              struct address address, struct driver *driver)
{
    struct experiment_party *p = arena_alloc(&e->arena, sizeof(*p));
    const char *handle = arena_printf(&e->arena, "p%u", e->n_parties + 1);
    if (e->n_parties == EXPERIMENT_PARTIES_MAX) {
        experiment_void(e, "more copies than an adapter holds");
        return NULL;
    }
    if (!p || !handle || !(p->name = arena_text(&e->arena, name))) {
        experiment_void(e, "out of memory");
        return NULL;
    }
    e->n_parties++;
    p->handle = handle;
    p->address = address;
    p->driver = driver;
    return p;
}

struct experiment_party *experiment_party_at(struct experiment *e, enum endpoint endpoint)
{
    return endpoint == ENDPOINT_A ? e->a : e->b;
}
struct experiment_party *experiment_other(struct experiment *e, const struct experiment_party *p)
{
    return p == e->a ? e->b : e->a;
}
struct experiment_party *experiment_honest_party(struct experiment *e,
                                                 const struct experiment_party *p)
{
    struct experiment_party *honest = experiment_reachable(e, p->address);
    return honest ? honest : e->a;
}

/* ---- what is asked of an experiment */

void *experiment_alloc(struct experiment *e, size_t size)
{
    void *made = arena_alloc(&e->arena, size);
    if (!made)
        experiment_void(e, "out of memory");
    return made;
}

uint8_t *experiment_writable(struct experiment *e, struct bytes bytes)
{
    uint8_t *copy = experiment_alloc(e, bytes.len + 1);
    if (copy && bytes.len)
        memcpy(copy, bytes.data, bytes.len);
    return copy;
}

struct bytes experiment_flipped(struct experiment *e, struct bytes bytes)
{
    uint8_t *copy = experiment_writable(e, bytes);
    if (!copy || !bytes.len)
        return bytes_of(NULL, 0);
    copy[bytes.len - 1] ^= 1;
    return bytes_of(copy, bytes.len);
}

uint8_t *experiment_random_bytes(struct experiment *e, size_t len)
{
    uint8_t *bytes = arena_alloc(&e->arena, len);
    if (bytes && !random_fill(&e->random, bytes, len))
        return bytes;
    experiment_void(e, "out of memory");
    return NULL;
}

bool experiment_has(const struct experiment *e, const char *capability)
{
    return target_profile_has(e->options.profile, capability);
}
uint64_t experiment_now_us(struct experiment *e)
{
    return clock_now_us(e->options.driver_options->clock);
}
