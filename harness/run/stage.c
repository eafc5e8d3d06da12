#include "run/stage.h"

#include "run/scene.h"
#include "run/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct actor *stage_actor(struct stage *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_actors; i++)
        if (strcmp(s->actors[i].name, name) == 0)
            return &s->actors[i];
    return NULL;
}

struct thing *stage_thing(struct stage *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_things; i++)
        if (strcmp(s->things[i]->name, name) == 0)
            return s->things[i];
    return NULL;
}

struct actor *stage_add_actor(struct stage *s, const char *name, const char *address_name,
                              uint32_t device, bool is_target)
{
    if (s->n_actors == STAGE_ACTORS_MAX)
        return NULL;
    struct actor *a = &s->actors[s->n_actors];
    memset(a, 0, sizeof(*a));
    a->name = name;
    a->address_name = address_name;
    a->device = device;
    a->is_target = is_target;
    char label[128];
    snprintf(label, sizeof(label), "actor %s", name);
    if (random_fork(&s->random, label, &a->random))
        return NULL;
    s->n_actors++;
    return a;
}

struct thing *stage_add_thing(struct stage *s, const char *name, enum thing_kind what,
                              struct actor *author)
{
    struct thing *t = stage_thing(s, name);
    if (!t) {
        if (s->n_things == STAGE_THINGS_MAX || !(t = arena_alloc(s->arena, sizeof(*t))))
            return NULL;
        s->things[s->n_things++] = t;
    }
    if (t->sealed)
        sealed_fini(t->sealed);
    memset(t, 0, sizeof(*t));
    t->name = name;
    t->what = what;
    t->author = author;
    return t;
}

struct bytes stage_plaintext(struct stage *s, size_t len)
{
    static const char characters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t *data = arena_alloc(s->arena, len ? len : 1);
    if (!data || random_fill(&s->random, data, len))
        return bytes_of(NULL, 0);
    for (size_t i = 0; s->scene && i < len; i++)
        data[i] = (uint8_t)characters[data[i] & 63];
    return bytes_of(data, len);
}

enum status stage_measure(struct stage *s, const char *name, const char *value)
{
    if (s->n_measures == STAGE_MEASURES_MAX)
        return E_LIMIT;
    struct measured *m = &s->measures[s->n_measures];
    m->name = arena_text(s->arena, name);
    m->value = arena_text(s->arena, value);
    if (!m->name || !m->value)
        return E_NOMEM;
    s->n_measures++;
    return OK;
}

static const char *shown_kind(const struct thing *t)
{
    switch (t->what) {
    case THING_MESSAGE:
        return signal_kind_name(t->kind);
    case THING_BUNDLE:
        return "bundle";
    case THING_CONNECTION:
        return "connection";
    default:
        return "bytes";
    }
}

void step_shows(struct step_result *out, const struct thing *t)
{
    if (out->n_bytes == RESULT_BYTES_MAX)
        return;
    struct shown_bytes *b = &out->bytes[out->n_bytes++];
    b->label = t->name;
    b->kind = shown_kind(t);
    b->bytes = t->body;
    b->bent_at = t->bent_at;
    b->bent_len = t->bent_len;
    if (t->field)
        out->field = t->field;
}

void step_says(struct stage *s, struct step_result *out, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    const char *copy = arena_text(s->arena, text);
    out->detail = copy ? copy : "";
}

static enum status begin_target(struct stage *s, struct step_result *out)
{
    struct answer answer;
    struct random for_target;
    uint8_t seed[RANDOM_SEED_LEN];
    enum status st;

    if ((st = random_fork(&s->random, "target", &for_target)) ||
        (st = random_fill(&for_target, seed, sizeof(seed))) ||
        (st = client_reset(s->client, bytes_of(seed, sizeof(seed)), s->arena, &answer)))
        return st;
    struct actor *target = stage_add_actor(s, "target", "target", 1, true);
    if (!target)
        return E_NOMEM;
    if (answer.seen == SEEN_DONE && (st = s->surface->create(s, target, &answer)))
        return st;
    out->seen = answer.seen;
    out->reason = answer.reason;
    out->detail = answer.detail;
    return OK;
}

static enum status begin_peer(struct stage *s)
{
    struct actor *peer = stage_add_actor(s, "peer", "peer", 1, false);
    if (!peer)
        return E_NOMEM;
    struct party_options options = {.self = {"peer", 1}, .random = &peer->random};
    return party_new(&options, &peer->party);
}

enum status stage_begin(struct stage *s, struct bytes run_seed, const char *case_id,
                        const struct scene_options *scene, struct step_result *out)
{
    enum status st = random_init(&s->random, run_seed, case_id);
    s->surface = scene ? &surface_client : &surface_library;
    if (!st && scene)
        st = scene_open(s, scene, &s->scene);
    if (!st)
        st = begin_target(s, out);
    if (!st)
        st = begin_peer(s);
    return st;
}

void stage_end(struct stage *s)
{
    scene_close(s->scene);
    for (size_t i = 0; i < s->n_actors; i++)
        party_free(s->actors[i].party);
    for (size_t i = 0; i < s->n_things; i++)
        if (s->things[i]->sealed)
            sealed_fini(s->things[i]->sealed);
    memset(s, 0, sizeof(*s));
}
