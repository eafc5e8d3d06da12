#include "run/context.h"

#include "run/client_context.h"
#include "run/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct case_party *context_party(struct context *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_parties; i++)
        if (strcmp(s->parties[i].name, name) == 0)
            return &s->parties[i];
    return NULL;
}

struct artifact *context_artifact(struct context *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_artifacts; i++)
        if (strcmp(s->artifacts[i]->name, name) == 0)
            return s->artifacts[i];
    return NULL;
}

struct case_party *context_add_party(struct context *s, const char *name, const char *address_name,
                                     uint32_t device, bool is_target)
{
    if (s->n_parties == CONTEXT_PARTIES_MAX)
        return NULL;
    struct case_party *a = &s->parties[s->n_parties];
    memset(a, 0, sizeof(*a));
    a->name = name;
    a->address_name = address_name;
    a->device = device;
    a->is_target = is_target;
    char label[128];
    snprintf(label, sizeof(label), "actor %s", name);
    if (random_fork(&s->random, label, &a->random))
        return NULL;
    s->n_parties++;
    return a;
}

struct artifact *context_add_artifact(struct context *s, const char *name, enum artifact_kind what,
                                      struct case_party *author)
{
    struct artifact *t = context_artifact(s, name);
    if (!t) {
        if (s->n_artifacts == CONTEXT_ARTIFACTS_MAX || !(t = arena_alloc(s->arena, sizeof(*t))))
            return NULL;
        s->artifacts[s->n_artifacts++] = t;
    }
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
    for (size_t i = 0; s->client && i < len; i++)
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
    struct case_party *target = context_add_party(s, "target", "target", 1, true);
    if (!target)
        return E_NOMEM;
    if (answer.seen == SEEN_DONE && (st = s->surface->create(s, target, &answer)))
        return st;
    out->seen = answer.seen;
    out->reason = answer.reason;
    out->detail = answer.detail;
    return OK;
}

static enum status begin_peer(struct context *s)
{
    struct case_party *peer = context_add_party(s, "peer", "peer", 1, false);
    if (!peer)
        return E_NOMEM;
    return context_make_own(s, peer, NULL);
}

enum status context_begin(struct context *s, struct bytes run_seed, const char *case_id,
                          const struct client_context_options *client, struct step_result *out)
{
    enum status st = random_init(&s->random, run_seed, case_id);
    s->surface = client ? &surface_client : &surface_library;
    if (!st && client)
        st = client_context_open(s, client, &s->client);
    if (!st)
        st = begin_target(s, out);
    if (!st)
        st = begin_peer(s);
    return st;
}

void context_end(struct context *s)
{
    client_context_close(s->client);
    for (size_t i = 0; i < s->n_parties; i++)
        s->cipher->party_free(s->parties[i].party);
    for (size_t i = 0; i < s->n_artifacts; i++)
        s->cipher->sealed_free(s->artifacts[i]->sealed);
    memset(s, 0, sizeof(*s));
}
