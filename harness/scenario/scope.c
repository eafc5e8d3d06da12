#include "scenario/scope.h"

#include <string.h>

void scope_init(struct scope *s)
{
    memset(s, 0, sizeof(*s));
    s->parties[s->n_parties++] = (struct scope_party){.name = "target", .is_target = true};
    s->parties[s->n_parties++] = (struct scope_party){.name = "peer"};
}

/* ---- looking up */

const struct scope_party *scope_party(const struct scope *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_parties; i++)
        if (strcmp(s->parties[i].name, name) == 0)
            return &s->parties[i];
    return NULL;
}

const struct scope_artifact *scope_artifact(const struct scope *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_artifacts; i++)
        if (strcmp(s->artifacts[i].name, name) == 0)
            return &s->artifacts[i];
    return NULL;
}

const char *const *scope_party_names(const struct scope *s, struct arena *arena, size_t *out_count)
{
    const char **names = arena_array(arena, s->n_parties + 1, sizeof(*names));
    for (size_t i = 0; names && i < s->n_parties; i++)
        names[i] = s->parties[i].name;
    *out_count = names ? s->n_parties : 0;
    return names;
}

const char *const *scope_artifact_names(const struct scope *s, struct arena *arena,
                                        size_t *out_count)
{
    const char **names = arena_array(arena, s->n_artifacts + 1, sizeof(*names));
    for (size_t i = 0; names && i < s->n_artifacts; i++)
        names[i] = s->artifacts[i].name;
    *out_count = names ? s->n_artifacts : 0;
    return names;
}

static const struct scope_party *other_side(const struct scope *s, const struct scope_party *a)
{
    return a ? scope_party(s, a->is_target ? "peer" : "target") : NULL;
}

const struct scope_party *scope_party_of(const struct scope *s, const struct step *step,
                                         const char *attribute)
{
    const char *name = step_text(step, attribute);
    if (name)
        return scope_party(s, name);
    const struct scope_artifact *bundle = scope_artifact(s, step_text(step, "bundle"));
    if (step->verb == VERB_START && strcmp(attribute, "with") == 0)
        return bundle ? bundle->author : NULL;
    if (strcmp(attribute, "with") == 0 || strcmp(attribute, "to") == 0)
        return other_side(s, scope_party_of(s, step, "by"));
    return NULL;
}

const struct scope_artifact *scope_root(const struct scope_artifact *artifact)
{
    while (artifact->origin)
        artifact = artifact->origin;
    return artifact;
}

bool scope_has_field(const struct scope_artifact *artifact, const struct cipher_field *field)
{
    static const enum sort sorts[] = {
        [CIPHER_FIRST_MESSAGE] = SORT_MESSAGE,
        [CIPHER_MESSAGE] = SORT_MESSAGE,
        [CIPHER_GROUP_MESSAGE] = SORT_GROUP_MESSAGE,
        [CIPHER_DISTRIBUTION] = SORT_DISTRIBUTION,
        [CIPHER_BUNDLE] = SORT_BUNDLE,
    };
    return sorts[field->role] == artifact->sort;
}

/* ---- adding */

static struct scope_party *add_party(struct scope *s, const char *name, bool is_target,
                                     unsigned line)
{
    if (s->n_parties == SCOPE_PARTIES_MAX)
        return NULL;
    struct scope_party *a = &s->parties[s->n_parties++];
    *a = (struct scope_party){.name = name, .is_target = is_target, .line = line};
    return a;
}

static struct scope_artifact *add_artifact(struct scope *s, const struct step *step, enum sort sort)
{
    if (s->n_artifacts == SCOPE_ARTIFACTS_MAX)
        return NULL;
    struct scope_artifact *t = &s->artifacts[s->n_artifacts++];
    *t = (struct scope_artifact){.name = step_text(step, "as"), .sort = sort, .line = step->line};
    return t;
}

static void note_session(struct scope *s, const struct scope_party *by,
                         const struct scope_party *with, bool is_mutated)
{
    for (size_t i = 0; i < s->n_sessions; i++)
        if (s->sessions[i].by == by && s->sessions[i].with == with) {
            s->sessions[i].is_mutated = is_mutated;
            return;
        }
    if (s->n_sessions < SCOPE_SESSIONS_MAX)
        s->sessions[s->n_sessions++] = (struct scope_session){by, with, is_mutated};
}

static bool session_is_mutated(const struct scope *s, const struct scope_party *by,
                               const struct scope_party *with)
{
    for (size_t i = 0; i < s->n_sessions; i++)
        if (s->sessions[i].by == by && s->sessions[i].with == with)
            return s->sessions[i].is_mutated;
    return false;
}

static size_t plaintext_len_of(const struct scope *s, const struct step *step)
{
    const struct scope_artifact *same = scope_artifact(s, step_text(step, "same-plaintext-as"));
    const char *text = step_text(step, "text");
    if (same)
        return same->plaintext_len;
    return text ? strlen(text) : step_number(step, "size", 0);
}

static enum status apply_publish(struct scope *s, const struct step *step)
{
    struct scope_artifact *t = add_artifact(s, step, SORT_BUNDLE);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_of(s, step, "by");
    return OK;
}

static enum status apply_start(struct scope *s, const struct step *step)
{
    const struct scope_artifact *bundle = scope_artifact(s, step_text(step, "bundle"));
    bool is_mutated =
        step_text(step, "bend") || step_text(step, "fetch") || (bundle && bundle->origin);
    if (step_expect(step) != EXPECT_REFUSES)
        note_session(s, scope_party_of(s, step, "by"), scope_party_of(s, step, "with"), is_mutated);
    return OK;
}

static enum status apply_establish(struct scope *s, const struct step *step)
{
    note_session(s, scope_party_of(s, step, "by"), scope_party_of(s, step, "with"), false);
    return OK;
}

static enum status apply_seal(struct scope *s, const struct step *step)
{
    const char *group = step_text(step, "group");
    struct scope_artifact *t = add_artifact(s, step, group ? SORT_GROUP_MESSAGE : SORT_MESSAGE);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_of(s, step, "by");
    t->addressee = scope_party_of(s, step, "to");
    t->group = group;
    t->plaintext_len = plaintext_len_of(s, step);
    t->has_keys = t->author && !t->author->is_target;
    t->is_mutated = step_text(step, "bend") || step_text(step, "content") ||
                    (!group && session_is_mutated(s, t->author, t->addressee));
    return OK;
}

static enum status apply_distribute(struct scope *s, const struct step *step)
{
    struct scope_artifact *t = add_artifact(s, step, SORT_DISTRIBUTION);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_of(s, step, "by");
    t->addressee = other_side(s, t->author);
    t->group = step_text(step, "group");
    return OK;
}

static enum status apply_tamper(struct scope *s, const struct step *step)
{
    const char *source = step_text(step, "message");
    const struct scope_artifact *from =
        scope_artifact(s, source ? source : step_text(step, "bundle"));
    struct scope_artifact *t = add_artifact(s, step, SORT_NONE);
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
    struct scope_artifact *t = add_artifact(s, step, SORT_SNAPSHOT);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_of(s, step, "of");
    return OK;
}

/* The target's message, encrypted anew for the same addressee. */
static enum status apply_retry(struct scope *s, const struct step *step)
{
    const struct scope_artifact *of = scope_artifact(s, step_text(step, "of"));
    struct scope_artifact *t = add_artifact(s, step, SORT_MESSAGE);
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
    struct scope_artifact *t = add_artifact(s, step, SORT_CONNECTION);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_of(s, step, "at");
    return OK;
}

static enum status apply_party(struct scope *s, const struct step *step)
{
    return add_party(s, step_text(step, "name"), true, step->line) ? OK : E_LIMIT;
}

static enum status apply_peer(struct scope *s, const struct step *step)
{
    return add_party(s, step_text(step, "name"), false, step->line) ? OK : E_LIMIT;
}

static enum status apply_restore(struct scope *s, const struct step *step)
{
    return add_party(s, step_text(step, "as"), true, step->line) ? OK : E_LIMIT;
}

static enum status apply_recorded(struct scope *s, const struct step *step,
                                  const struct vector_file *vector, struct arena *arena)
{
    const char *prefix = step_text(step, "as");
    const char *initiator = arena_printf(arena, "%s.initiator", prefix);
    const struct scope_party *to = add_party(s, step_text(step, "party"), true, step->line);
    const struct scope_party *from = add_party(s, initiator, false, step->line);
    if (!initiator || !to || !from)
        return initiator ? E_LIMIT : E_NOMEM;
    for (size_t i = 0; vector && i < vector->count; i++) {
        const struct vector_message *m = &vector->messages[i];
        struct scope_artifact *t = add_artifact(s, step, SORT_MESSAGE);
        const char *name = t ? arena_printf(arena, "%s.%s", prefix, m->name) : NULL;
        const char *of = m->of ? arena_printf(arena, "%s.%s", prefix, m->of) : NULL;
        if (!name || (m->of && !of))
            return t ? E_NOMEM : E_LIMIT;
        t->name = name;
        t->author = from;
        t->addressee = to;
        t->plaintext_len = m->plaintext_len;
        t->origin = scope_artifact(s, of);
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
