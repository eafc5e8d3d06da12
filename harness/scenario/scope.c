#include "scenario/scope.h"

#include <string.h>

void scope_init(struct scope *s)
{
    memset(s, 0, sizeof(*s));
    s->actors[s->n_actors++] = (struct scope_actor){.name = "target", .is_target = true};
    s->actors[s->n_actors++] = (struct scope_actor){.name = "peer"};
}

/* ---- looking up */

const struct scope_actor *scope_actor(const struct scope *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_actors; i++)
        if (strcmp(s->actors[i].name, name) == 0)
            return &s->actors[i];
    return NULL;
}

const struct scope_thing *scope_thing(const struct scope *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_things; i++)
        if (strcmp(s->things[i].name, name) == 0)
            return &s->things[i];
    return NULL;
}

const char *const *scope_actor_names(const struct scope *s, struct arena *arena, size_t *out_count)
{
    const char **names = arena_array(arena, s->n_actors + 1, sizeof(*names));
    for (size_t i = 0; names && i < s->n_actors; i++)
        names[i] = s->actors[i].name;
    *out_count = names ? s->n_actors : 0;
    return names;
}

const char *const *scope_thing_names(const struct scope *s, struct arena *arena, size_t *out_count)
{
    const char **names = arena_array(arena, s->n_things + 1, sizeof(*names));
    for (size_t i = 0; names && i < s->n_things; i++)
        names[i] = s->things[i].name;
    *out_count = names ? s->n_things : 0;
    return names;
}

static const struct scope_actor *other_side(const struct scope *s, const struct scope_actor *a)
{
    return a ? scope_actor(s, a->is_target ? "peer" : "target") : NULL;
}

const struct scope_actor *scope_actor_of(const struct scope *s, const struct step *step,
                                         const char *attribute)
{
    const char *name = step_text(step, attribute);
    if (name)
        return scope_actor(s, name);
    const struct scope_thing *bundle = scope_thing(s, step_text(step, "bundle"));
    if (step->verb == VERB_START && strcmp(attribute, "with") == 0)
        return bundle ? bundle->author : NULL;
    if (strcmp(attribute, "with") == 0 || strcmp(attribute, "to") == 0)
        return other_side(s, scope_actor_of(s, step, "by"));
    return NULL;
}

const struct scope_thing *scope_root(const struct scope_thing *thing)
{
    while (thing->origin)
        thing = thing->origin;
    return thing;
}

bool scope_has_field(const struct scope_thing *thing, const struct field *field)
{
    static const enum sort sorts[N_OBJECT] = {
        [OBJECT_SIGNAL] = SORT_MESSAGE,
        [OBJECT_PREKEY] = SORT_MESSAGE,
        [OBJECT_SENDER_KEY] = SORT_GROUP_MESSAGE,
        [OBJECT_DISTRIBUTION] = SORT_DISTRIBUTION,
        [OBJECT_BUNDLE] = SORT_BUNDLE,
    };
    return sorts[field->object] == thing->sort;
}

/* ---- adding */

static struct scope_actor *add_actor(struct scope *s, const char *name, bool is_target,
                                     unsigned line)
{
    if (s->n_actors == SCOPE_ACTORS_MAX)
        return NULL;
    struct scope_actor *a = &s->actors[s->n_actors++];
    *a = (struct scope_actor){.name = name, .is_target = is_target, .line = line};
    return a;
}

static struct scope_thing *add_thing(struct scope *s, const struct step *step, enum sort sort)
{
    if (s->n_things == SCOPE_THINGS_MAX)
        return NULL;
    struct scope_thing *t = &s->things[s->n_things++];
    *t = (struct scope_thing){.name = step_text(step, "as"), .sort = sort, .line = step->line};
    return t;
}

static void note_session(struct scope *s, const struct scope_actor *by,
                         const struct scope_actor *with, bool is_bent)
{
    for (size_t i = 0; i < s->n_sessions; i++)
        if (s->sessions[i].by == by && s->sessions[i].with == with) {
            s->sessions[i].is_bent = is_bent;
            return;
        }
    if (s->n_sessions < SCOPE_SESSIONS_MAX)
        s->sessions[s->n_sessions++] = (struct scope_session){by, with, is_bent};
}

static bool session_is_bent(const struct scope *s, const struct scope_actor *by,
                            const struct scope_actor *with)
{
    for (size_t i = 0; i < s->n_sessions; i++)
        if (s->sessions[i].by == by && s->sessions[i].with == with)
            return s->sessions[i].is_bent;
    return false;
}

static size_t plaintext_len_of(const struct scope *s, const struct step *step)
{
    const struct scope_thing *same = scope_thing(s, step_text(step, "same-plaintext-as"));
    const char *text = step_text(step, "text");
    if (same)
        return same->plaintext_len;
    return text ? strlen(text) : step_number(step, "size", 0);
}

static enum status apply_publish(struct scope *s, const struct step *step)
{
    struct scope_thing *t = add_thing(s, step, SORT_BUNDLE);
    if (!t)
        return E_LIMIT;
    t->author = scope_actor_of(s, step, "by");
    return OK;
}

static enum status apply_start(struct scope *s, const struct step *step)
{
    const struct scope_thing *bundle = scope_thing(s, step_text(step, "bundle"));
    bool is_bent =
        step_text(step, "bend") || step_text(step, "fetch") || (bundle && bundle->origin);
    if (step_expect(step) != EXPECT_REFUSES)
        note_session(s, scope_actor_of(s, step, "by"), scope_actor_of(s, step, "with"), is_bent);
    return OK;
}

static enum status apply_establish(struct scope *s, const struct step *step)
{
    note_session(s, scope_actor_of(s, step, "by"), scope_actor_of(s, step, "with"), false);
    return OK;
}

static enum status apply_seal(struct scope *s, const struct step *step)
{
    const char *group = step_text(step, "group");
    struct scope_thing *t = add_thing(s, step, group ? SORT_GROUP_MESSAGE : SORT_MESSAGE);
    if (!t)
        return E_LIMIT;
    t->author = scope_actor_of(s, step, "by");
    t->addressee = scope_actor_of(s, step, "to");
    t->group = group;
    t->plaintext_len = plaintext_len_of(s, step);
    t->has_keys = t->author && !t->author->is_target;
    t->is_bent = step_text(step, "bend") || step_text(step, "content") ||
                 (!group && session_is_bent(s, t->author, t->addressee));
    return OK;
}

static enum status apply_distribute(struct scope *s, const struct step *step)
{
    struct scope_thing *t = add_thing(s, step, SORT_DISTRIBUTION);
    if (!t)
        return E_LIMIT;
    t->author = scope_actor_of(s, step, "by");
    t->addressee = other_side(s, t->author);
    t->group = step_text(step, "group");
    return OK;
}

static enum status apply_tamper(struct scope *s, const struct step *step)
{
    const char *source = step_text(step, "message");
    const struct scope_thing *from = scope_thing(s, source ? source : step_text(step, "bundle"));
    struct scope_thing *t = add_thing(s, step, SORT_NONE);
    if (!t || !from)
        return E_LIMIT;
    const char *name = t->name;
    *t = *from;
    t->name = name;
    t->line = step->line;
    t->origin = from;
    return OK;
}

static enum status apply_snapshot(struct scope *s, const struct step *step)
{
    struct scope_thing *t = add_thing(s, step, SORT_SNAPSHOT);
    if (!t)
        return E_LIMIT;
    t->author = scope_actor_of(s, step, "of");
    return OK;
}

/* The target's message, encrypted anew for the same addressee. */
static enum status apply_retry(struct scope *s, const struct step *step)
{
    const struct scope_thing *of = scope_thing(s, step_text(step, "of"));
    struct scope_thing *t = add_thing(s, step, SORT_MESSAGE);
    if (!t || !of)
        return E_LIMIT;
    t->author = of->author;
    t->addressee = of->addressee;
    t->plaintext_len = of->plaintext_len;
    return OK;
}

static enum status apply_connect(struct scope *s, const struct step *step)
{
    if (!step_text(step, "as"))
        return OK;
    struct scope_thing *t = add_thing(s, step, SORT_CONNECTION);
    if (!t)
        return E_LIMIT;
    t->author = scope_actor_of(s, step, "at");
    return OK;
}

static enum status apply_party(struct scope *s, const struct step *step)
{
    return add_actor(s, step_text(step, "name"), true, step->line) ? OK : E_LIMIT;
}

static enum status apply_peer(struct scope *s, const struct step *step)
{
    return add_actor(s, step_text(step, "name"), false, step->line) ? OK : E_LIMIT;
}

static enum status apply_restore(struct scope *s, const struct step *step)
{
    return add_actor(s, step_text(step, "as"), true, step->line) ? OK : E_LIMIT;
}

static enum status apply_recorded(struct scope *s, const struct step *step,
                                  const struct vector_file *vector, struct arena *arena)
{
    const char *prefix = step_text(step, "as");
    const char *initiator = arena_printf(arena, "%s.initiator", prefix);
    const struct scope_actor *to = add_actor(s, step_text(step, "party"), true, step->line);
    const struct scope_actor *from = add_actor(s, initiator, false, step->line);
    if (!initiator || !to || !from)
        return initiator ? E_LIMIT : E_NOMEM;
    for (size_t i = 0; vector && i < vector->count; i++) {
        const struct vector_message *m = &vector->messages[i];
        struct scope_thing *t = add_thing(s, step, SORT_MESSAGE);
        const char *name = t ? arena_printf(arena, "%s.%s", prefix, m->name) : NULL;
        const char *of = m->of ? arena_printf(arena, "%s.%s", prefix, m->of) : NULL;
        if (!name || (m->of && !of))
            return t ? E_NOMEM : E_LIMIT;
        t->name = name;
        t->author = from;
        t->addressee = to;
        t->plaintext_len = m->plaintext_len;
        t->origin = scope_thing(s, of);
    }
    return OK;
}

enum status scope_apply(struct scope *s, const struct step *step, const struct vector_file *vector,
                        struct arena *arena)
{
    static enum status (*const apply[N_VERB])(struct scope *, const struct step *) = {
        [VERB_PARTY] = apply_party,         [VERB_PEER] = apply_peer,
        [VERB_PUBLISH] = apply_publish,     [VERB_START] = apply_start,
        [VERB_ESTABLISH] = apply_establish, [VERB_SEAL] = apply_seal,
        [VERB_TAMPER] = apply_tamper,       [VERB_DISTRIBUTE] = apply_distribute,
        [VERB_SNAPSHOT] = apply_snapshot,   [VERB_RESTORE] = apply_restore,
        [VERB_RETRY] = apply_retry,         [VERB_CONNECT] = apply_connect,
    };
    if (step->verb == VERB_RECORDED)
        return apply_recorded(s, step, vector, arena);
    return apply[step->verb] ? apply[step->verb](s, step) : OK;
}
