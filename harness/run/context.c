/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/context.h"

#include "run/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct case_party *context_party(struct context *s, uint32_t index)
{
    return index < s->n_parties && s->parties[index].name ? &s->parties[index] : NULL;
}

struct artifact *context_artifact(struct context *s, size_t slot)
{
    return slot < N_SLOT ? s->artifacts[slot] : NULL;
}

static struct case_party *make_party(struct context *s, size_t index, const struct case_party *what)
{
    struct case_party *a = &s->parties[index];
    char label[128];
    /* the label is part of what makes a run repeatable: it stays as it is */
    snprintf(label, sizeof(label), "actor %s", what->name);
    *a = *what;
    if (!random_fork(&s->random, label, &a->random))
        return a;
    memset(a, 0, sizeof(*a));
    return NULL;
}

static const char *party_name(const struct context *s, uint32_t index)
{
    static const char *const from_the_start[] = {[OP_TARGET] = "target", [OP_PEER] = "peer"};
    if (index <= OP_PEER)
        return from_the_start[index];
    return s->ops && index < s->ops->n_parties ? s->ops->parties[index] : NULL;
}

struct case_party *context_add_party(struct context *s, uint32_t index, const char *address_name,
                                     uint32_t device, bool is_target)
{
    const char *name = party_name(s, index);
    if (!name || context_party(s, index))
        return NULL;
    const struct case_party what = {.name = name,
                                    .address_name = address_name ? address_name : name,
                                    .device = device,
                                    .is_target = is_target};
    return make_party(s, index, &what);
}

struct case_party *context_extra_party(struct context *s, const char *name,
                                       const char *address_name)
{
    const struct case_party what = {.name = name, .address_name = address_name, .device = 1};
    if (s->n_parties == CONTEXT_PARTIES_MAX)
        return NULL;
    return make_party(s, s->n_parties++, &what);
}

static const char *slot_name(struct context *s, size_t slot)
{
    static const char *const names[] = {" bundle", " passing", " dropped"};
    if (slot < SLOT_BUNDLE)
        return s->ops && slot < s->ops->n_artifacts ? s->ops->artifacts[slot] : NULL;
    return slot < SLOT_HELD ? names[slot - SLOT_BUNDLE]
                            : arena_printf(s->arena, " held%zu", slot - SLOT_HELD);
}

struct artifact *context_add_artifact(struct context *s, size_t slot, enum artifact_kind what,
                                      struct case_party *author)
{
    const char *name = slot < N_SLOT ? slot_name(s, slot) : NULL;
    struct artifact *t = context_artifact(s, slot);
    if (!name || (!t && !(t = arena_alloc(s->arena, sizeof(*t)))))
        return NULL;
    s->artifacts[slot] = t;
    s->cipher->sealed_free(t->sealed);
    memset(t, 0, sizeof(*t));
    t->name = name;
    t->what = what;
    t->author = author;
    t->kind = cipher_kind(s->cipher, 0);
    return t;
}

enum status context_make_own(struct context *s, struct case_party *a,
                             const struct case_party *identity_of)
{
    const struct cipher_party_options options = {.self = {a->address_name, a->device},
                                                 .random = &a->random,
                                                 .identity_of =
                                                     identity_of ? identity_of->party : NULL};
    return s->cipher->party_new(&options, &a->party);
}

enum cipher_role artifact_role(const struct artifact *t)
{
    return t->what == ARTIFACT_BUNDLE ? CIPHER_BUNDLE : t->kind->role;
}

const char *artifact_enc_type(const struct artifact *t)
{
    return t->kind->role == CIPHER_FIRST_MESSAGE ? "pkmsg" : "msg";
}

const struct cipher_kind *context_kind_of_enc(const struct context *s, const char *type)
{
    bool is_first = type && strcmp(type, "pkmsg") == 0;
    return cipher_kind_of(s->cipher, is_first ? CIPHER_FIRST_MESSAGE : CIPHER_MESSAGE);
}

struct bytes context_plaintext(struct context *s, size_t len)
{
    static const char characters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t *data = arena_alloc(s->arena, len ? len : 1);
    if (!data || random_fill(&s->random, data, len))
        return bytes_of(NULL, 0);
    for (size_t i = 0; s->surface->shows_text && i < len; i++)
        data[i] = (uint8_t)characters[data[i] & 63];
    return bytes_of(data, len);
}

enum status context_measure(struct context *s, const char *name, const char *value)
{
    if (s->n_measures == CONTEXT_MEASURES_MAX)
        return E_LIMIT;
    struct measured *m = &s->measures[s->n_measures];
    m->name = arena_text(s->arena, name);
    m->value = arena_text(s->arena, value);
    m->varied = "";
    if (!m->name || !m->value)
        return E_NOMEM;
    s->n_measures++;
    return OK;
}

static const char *shown_kind(const struct artifact *t)
{
    switch (t->what) {
    case ARTIFACT_MESSAGE:
        return t->kind->name;
    case ARTIFACT_BUNDLE:
        return "bundle";
    case ARTIFACT_CONNECTION:
        return "connection";
    case ARTIFACT_HOSTED:
        return "hosted";
    default:
        return "bytes";
    }
}

void step_shows(struct step_result *out, const struct artifact *t)
{
    if (out->n_bytes == RESULT_BYTES_MAX)
        return;
    struct shown_bytes *b = &out->bytes[out->n_bytes++];
    b->label = t->name;
    b->kind = shown_kind(t);
    b->bytes = t->body;
    b->mutated_at = t->mutated_at;
    b->mutated_len = t->mutated_len;
    if (t->field)
        out->field = t->field;
}

void step_takes(struct step_result *out, const struct answer *answer)
{
    out->seen = answer->seen;
    out->reason = answer->reason;
    out->detail = answer->detail ? answer->detail : "";
}

void step_says(struct context *s, struct step_result *out, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    const char *copy = arena_text(s->arena, text);
    out->detail = copy ? copy : "";
}

static enum status begin_target(struct context *s, struct step_result *out)
{
    struct answer answer;
    struct random for_target;
    uint8_t seed[RANDOM_SEED_LEN];
    enum status st;

    if ((st = random_fork(&s->random, "target", &for_target)) ||
        (st = random_fill(&for_target, seed, sizeof(seed))) ||
        (st = driver_reset(s->driver, bytes_of(seed, sizeof(seed)), s->arena, &answer)))
        return st;
    struct case_party *target = context_add_party(s, OP_TARGET, NULL, 1, true);
    if (!target)
        return E_NOMEM;
    if (answer.seen == SEEN_DONE && (st = s->surface->create(s, target, &answer)))
        return st;
    step_takes(out, &answer);
    return OK;
}

static enum status begin_peer(struct context *s)
{
    struct case_party *peer = context_add_party(s, OP_PEER, NULL, 1, false);
    if (!peer)
        return E_NOMEM;
    return context_make_own(s, peer, NULL);
}

enum status context_begin(struct context *s, const struct context_options *options,
                          struct step_result *out)
{
    enum status st = random_init(&s->random, options->run_seed, options->case_id);
    s->surface = options->surface;
    s->watch.is_client = options->surface->surface == SURFACE_CLIENT;
    s->ops = options->ops;
    s->n_parties = s->ops ? s->ops->n_parties : OP_PEER + 1;
    if (!st && s->surface->begin)
        st = s->surface->begin(s, options);
    if (!st)
        st = begin_target(s, out);
    if (!st)
        st = begin_peer(s);
    return st;
}

void context_end(struct context *s)
{
    if (s->surface && s->surface->end)
        s->surface->end(s);
    for (size_t i = 0; i < s->n_parties; i++)
        s->cipher->party_free(s->parties[i].party);
    for (size_t i = 0; i < N_SLOT; i++)
        if (s->artifacts[i])
            s->cipher->sealed_free(s->artifacts[i]->sealed);
    memset(s, 0, sizeof(*s));
}
