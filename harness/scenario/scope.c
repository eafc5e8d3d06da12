/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/scope.h"

#include <string.h>

void scope_init(struct scope *s, const struct cipher *cipher)
{
    memset(s, 0, sizeof(*s));
    s->cipher = cipher;
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
    return a ? &s->parties[a->is_target ? OP_PEER : OP_TARGET] : NULL;
}

const struct scope_artifact *scope_root(const struct scope_artifact *artifact)
{
    while (artifact->origin)
        artifact = artifact->origin;
    return artifact;
}

bool scope_has_field(const struct scope_artifact *artifact, const struct field_ref *field)
{
    static const enum sort sorts[] = {
        [CIPHER_FIRST_MESSAGE] = SORT_MESSAGE,
        [CIPHER_MESSAGE] = SORT_MESSAGE,
        [CIPHER_GROUP_MESSAGE] = SORT_GROUP_MESSAGE,
        [CIPHER_DISTRIBUTION] = SORT_DISTRIBUTION,
        [CIPHER_BUNDLE] = SORT_BUNDLE,
    };
    return !field->wire && sorts[field->cipher.role] == artifact->sort;
}

bool scope_can_tamper(const struct scope_artifact *artifact, const struct field_ref *field)
{
    bool is_crossing =
        artifact->sort == SORT_MESSAGE && artifact->addressee && artifact->addressee->is_target;
    switch (field->wire ? field->wire->object : OBJECT_NONE) {
    case OBJECT_CONTENT:
        return artifact->sort == SORT_MESSAGE && artifact->has_keys;
    case OBJECT_STANZA:
    case OBJECT_TRANSPORT:
        return is_crossing;
    case OBJECT_FRAME:
        return is_crossing || artifact->sort == SORT_CONNECTION;
    case OBJECT_HANDSHAKE:
    case OBJECT_TOKEN:
        return artifact->sort == SORT_CONNECTION;
    default:
        return scope_has_field(artifact, field);
    }
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

static struct scope_artifact *add_artifact(struct scope *s, const struct op *op, enum sort sort)
{
    if (s->n_artifacts == SCOPE_ARTIFACTS_MAX)
        return NULL;
    struct scope_artifact *t = &s->artifacts[s->n_artifacts++];
    *t =
        (struct scope_artifact){.name = op_text(op, ATTR_AS), .sort = sort, .line = op->step->line};
    return t;
}

const struct scope_party *scope_party_at(const struct scope *s, const struct op *op, enum attr a)
{
    uint32_t index = op_index(op, a);
    return index < s->n_parties ? &s->parties[index] : NULL;
}

const struct scope_artifact *scope_artifact_at(const struct scope *s, const struct op *op,
                                               enum attr a)
{
    uint32_t index = op_index(op, a);
    return index < s->n_artifacts ? &s->artifacts[index] : NULL;
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

static size_t plaintext_len_of(const struct scope *s, const struct op *op)
{
    const struct scope_artifact *same = scope_artifact_at(s, op, ATTR_SAME_PLAINTEXT_AS);
    const char *text = op_text(op, ATTR_TEXT);
    if (same)
        return same->plaintext_len;
    return text ? strlen(text) : op_number(op, ATTR_SIZE, 0);
}

static enum status apply_publish(struct scope *s, const struct op *op)
{
    struct scope_artifact *t = add_artifact(s, op, SORT_BUNDLE);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_at(s, op, ATTR_BY);
    t->has_keys = t->author && !t->author->is_target;
    return OK;
}

static enum status apply_start(struct scope *s, const struct op *op)
{
    const struct scope_artifact *bundle = scope_artifact_at(s, op, ATTR_BUNDLE);
    bool is_mutated = op_has(op, ATTR_BEND) || op_has(op, ATTR_FETCH) || (bundle && bundle->origin);
    if (op->expect != EXPECT_REFUSES)
        note_session(s, scope_party_at(s, op, ATTR_BY), scope_party_at(s, op, ATTR_WITH),
                     is_mutated);
    return OK;
}

static enum status apply_establish(struct scope *s, const struct op *op)
{
    note_session(s, scope_party_at(s, op, ATTR_BY), scope_party_at(s, op, ATTR_WITH), false);
    return OK;
}

static enum status apply_seal(struct scope *s, const struct op *op)
{
    const char *group = op_text(op, ATTR_GROUP);
    struct scope_artifact *t = add_artifact(s, op, group ? SORT_GROUP_MESSAGE : SORT_MESSAGE);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_at(s, op, ATTR_BY);
    t->addressee = scope_party_at(s, op, ATTR_TO);
    t->group = group;
    t->plaintext_len = plaintext_len_of(s, op);
    t->has_keys = t->author && !t->author->is_target;
    t->is_mutated = op_has(op, ATTR_BEND) || op_has(op, ATTR_CONTENT) ||
                    (!group && session_is_mutated(s, t->author, t->addressee));
    return OK;
}

static enum status apply_distribute(struct scope *s, const struct op *op)
{
    struct scope_artifact *t = add_artifact(s, op, SORT_DISTRIBUTION);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_at(s, op, ATTR_BY);
    t->addressee = other_side(s, t->author);
    t->group = op_text(op, ATTR_GROUP);
    return OK;
}

static enum status apply_tamper(struct scope *s, const struct op *op)
{
    const struct scope_artifact *from = scope_artifact_at(s, op, op_tampered(op));
    struct scope_artifact *t = add_artifact(s, op, SORT_NONE);
    if (!t || !from)
        return E_LIMIT;
    const char *name = t->name;
    *t = *from;
    t->name = name;
    t->line = op->step->line;
    t->origin = from;
    return OK;
}

static enum status apply_snapshot(struct scope *s, const struct op *op)
{
    struct scope_artifact *t = add_artifact(s, op, SORT_SNAPSHOT);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_at(s, op, ATTR_OF);
    return OK;
}

/* Of the target's, for whom it names. */
static enum status apply_write(struct scope *s, const struct op *op)
{
    struct scope_artifact *t = add_artifact(s, op, SORT_MESSAGE);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_at(s, op, ATTR_AT);
    t->addressee = scope_party_at(s, op, ATTR_PEER);
    t->plaintext_len = op_number(op, ATTR_SIZE, 0);
    return OK;
}

/* The target's message, encrypted anew for the same addressee. */
static enum status apply_retry(struct scope *s, const struct op *op)
{
    const struct scope_artifact *of = scope_artifact_at(s, op, ATTR_OF);
    struct scope_artifact *t = add_artifact(s, op, SORT_MESSAGE);
    if (!t || !of)
        return E_LIMIT;
    t->author = of->author;
    t->addressee = of->addressee;
    t->plaintext_len = of->plaintext_len;
    return OK;
}

static enum status apply_answered(struct scope *s, const struct op *op)
{
    const struct scope_artifact *message = scope_artifact_at(s, op, ATTR_MESSAGE);
    struct scope_artifact *t = op_has(op, ATTR_AS) ? add_artifact(s, op, SORT_BUNDLE) : NULL;
    if (!op_has(op, ATTR_AS))
        return OK;
    if (!t || !message)
        return E_LIMIT;
    t->author = message->addressee;
    return OK;
}

static enum status apply_connect(struct scope *s, const struct op *op)
{
    if (!op_has(op, ATTR_AS))
        return OK;
    struct scope_artifact *t = add_artifact(s, op, SORT_CONNECTION);
    if (!t)
        return E_LIMIT;
    t->author = scope_party_at(s, op, ATTR_AT);
    return OK;
}

static enum status apply_hosted(struct scope *s, const struct op *op)
{
    struct scope_artifact *t = add_artifact(s, op, SORT_HOSTED);
    if (!t)
        return E_LIMIT;
    t->author = &s->parties[OP_TARGET];
    return OK;
}

static enum status apply_party(struct scope *s, const struct op *op)
{
    return add_party(s, op_text(op, ATTR_NAME), true, op->step->line) ? OK : E_LIMIT;
}

static enum status apply_peer(struct scope *s, const struct op *op)
{
    return add_party(s, op_text(op, ATTR_NAME), false, op->step->line) ? OK : E_LIMIT;
}

static enum status apply_restore(struct scope *s, const struct op *op)
{
    const struct scope_artifact *snapshot = scope_artifact_at(s, op, ATTR_SNAPSHOT);
    struct scope_party *again = add_party(s, op_text(op, ATTR_AS), true, op->step->line);
    if (!again)
        return E_LIMIT;
    again->restored_from = snapshot ? snapshot->author : NULL;
    return OK;
}

static enum status apply_recorded(struct scope *s, const struct op *op,
                                  const struct vector_file *vector, struct arena *arena)
{
    const char *prefix = op_text(op, ATTR_AS);
    const char *initiator = arena_printf(arena, "%s.initiator", prefix);
    const struct scope_party *to = add_party(s, op_text(op, ATTR_PARTY), true, op->step->line);
    const struct scope_party *from = add_party(s, initiator, false, op->step->line);
    if (!initiator || !to || !from)
        return initiator ? E_LIMIT : E_NOMEM;
    for (size_t i = 0; vector && i < vector->count; i++) {
        const struct vector_message *m = &vector->messages[i];
        struct scope_artifact *t = add_artifact(s, op, SORT_MESSAGE);
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

enum status scope_apply(struct scope *s, const struct op *op, const struct vector_file *vector,
                        struct arena *arena)
{
    static enum status (*const apply[N_VERB])(struct scope *, const struct op *) = {
        [VERB_PARTY] = apply_party,         [VERB_PEER] = apply_peer,
        [VERB_PUBLISH] = apply_publish,     [VERB_START] = apply_start,
        [VERB_ESTABLISH] = apply_establish, [VERB_SEAL] = apply_seal,
        [VERB_TAMPER] = apply_tamper,       [VERB_DISTRIBUTE] = apply_distribute,
        [VERB_SNAPSHOT] = apply_snapshot,   [VERB_RESTORE] = apply_restore,
        [VERB_RETRY] = apply_retry,         [VERB_CONNECT] = apply_connect,
        [VERB_ANSWERED] = apply_answered,   [VERB_HOST] = apply_hosted,
        [VERB_MINT] = apply_hosted,         [VERB_WRITE] = apply_write,
    };
    if (op->verb == VERB_RECORDED)
        return apply_recorded(s, op, vector, arena);
    return apply[op->verb] ? apply[op->verb](s, op) : OK;
}
