/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/watch.h"

#include "run/context.h"

#include <string.h>

/* One value of one field that was sent. */
struct watched {
    struct watched *next; /* in its bucket */
    const struct cipher_watch *rule;
    struct bytes key;   /* by which it is found */
    struct bytes value; /* what must be the same, or NULL data */
    const struct case_party *party;
    const struct case_party *addressee; /* NULL for a group */
    const char *group;                  /* NULL for a peer */
    size_t at, step;
};

/* What |party| was when it was made first. */
static const struct case_party *root_of(const struct case_party *party)
{
    while (party->restored_from)
        party = party->restored_from;
    return party;
}

bool watch_remembers(const struct case_party *party, const struct case_party *who, size_t at)
{
    size_t until = SIZE_MAX;
    for (const struct case_party *p = party; p; p = p->restored_from) {
        if (who == p && at < until)
            return true;
        until = p->restored_at;
    }
    return false;
}

/* Does |party| know that it sent |before|? */
static bool remembers(const struct case_party *party, const struct watched *before)
{
    return watch_remembers(party, before->party, before->at);
}

static bool is_other_peer(const struct watched *a, const struct watched *b)
{
    if (!a->addressee || !b->addressee)
        return a->addressee != b->addressee;
    return a->addressee->device != b->addressee->device ||
           strcmp(a->addressee->address_name, b->addressee->address_name) != 0;
}

/* Each group has counters and ids of its own. */
static bool is_one_group(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_same_group(const struct watched *a, const struct watched *b)
{
    return is_one_group(a->group, b->group);
}

/* Are |a| and |b|, whose keys are the same, against the rule of both? */
static bool is_against(const struct watched *a, const struct watched *b)
{
    bool is_related = root_of(a->party) == root_of(b->party);
    switch (a->rule->kind) {
    case CIPHER_ONCE:
        return remembers(b->party, a) && is_same_group(a, b);
    case CIPHER_NAMES_ONE:
        return remembers(b->party, a) && is_same_group(a, b) && !bytes_equal(a->value, b->value);
    case CIPHER_ONE_PEER:
        return !is_related || is_other_peer(a, b);
    case CIPHER_ROLE:
        return strcmp(a->rule->what, b->rule->what) != 0;
    case CIPHER_NONCE:
        return !bytes_equal(a->value, b->value);
    default:
        return false;
    }
}

/* Roles are compared with each other, and nonces of whatever was signed. */
static bool is_same_thing(const struct watched *a, const struct watched *b)
{
    enum cipher_watch_kind kind = a->rule->kind;
    bool is_shared = (kind == CIPHER_ROLE || kind == CIPHER_NONCE) && kind == b->rule->kind;
    return (a->rule == b->rule || is_shared) && bytes_equal(a->key, b->key);
}

/* A chain of many messages has one key: it is kept once. */
static bool says_nothing_new(const struct watched *before, const struct watched *now)
{
    return before->rule == now->rule && before->party == now->party &&
           before->addressee == now->addressee && is_same_group(before, now) &&
           bytes_equal(before->value, now->value);
}

/* ---- what is said */

static const char *sentence(const struct watched *a, const struct watched *b, struct arena *arena)
{
    const struct cipher_watch *rule = b->rule;
    unsigned long before = (unsigned long)a->step, now = (unsigned long)b->step;
    switch (rule->kind) {
    case CIPHER_ONCE:
        return arena_printf(arena, "%s%s%s of step %lu: the same again in step %lu", rule->field,
                            rule->with ? " and " : "", rule->with ? rule->with : "", before, now);
    case CIPHER_NAMES_ONE:
        return arena_printf(arena, "%s of step %lu names another %s in step %lu", rule->field,
                            before, rule->with, now);
    case CIPHER_ONE_PEER:
        return arena_printf(arena, "%s of step %lu is used for somebody else in step %lu",
                            rule->field, before, now);
    case CIPHER_NONCE:
        return arena_printf(arena, "the nonce of %s of step %lu signs another message in step %lu",
                            a->rule->field, before, now);
    default:
        return arena_printf(arena, "the %s of step %lu is the %s of step %lu", a->rule->what,
                            before, rule->what, now);
    }
}

enum status watch_tell(struct watch *w, const char *violates, const char *found)
{
    if (w->found)
        return OK;
    w->violates = violates;
    w->found = found;
    return found ? OK : E_NOMEM;
}

/* What |rule| says, apart from restarts. */
static const char *violated(const struct watch *w, const struct cipher_watch *rule)
{
    return w->is_client && rule->violates_of_client ? rule->violates_of_client : rule->violates;
}

static enum status report(struct watch *w, const struct watched *a, const struct watched *b,
                          struct arena *arena)
{
    const struct cipher_watch *rule = b->rule;
    bool is_other = a->party != b->party && rule->violates_restored;
    return watch_tell(w, is_other ? rule->violates_restored : violated(w, rule),
                      sentence(a, b, arena));
}

/* ---- what is seen */

/* FNV-1a. */
static size_t bucket_of(struct bytes key)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ key.data[i]) * 16777619u;
    return hash % WATCH_BUCKETS;
}

static enum status remember(struct watch *w, const struct watched *seen, struct arena *arena)
{
    struct watched **bucket = &w->buckets[bucket_of(seen->key)];
    enum status st = OK;
    for (const struct watched *before = *bucket; before && !st; before = before->next) {
        if (!is_same_thing(before, seen))
            continue;
        if (is_against(before, seen))
            st = report(w, before, seen, arena);
        else if (says_nothing_new(before, seen))
            return OK;
    }
    struct watched *kept = arena_alloc(arena, sizeof(*kept));
    if (!kept)
        return E_NOMEM;
    *kept = *seen;
    kept->next = *bucket;
    *bucket = kept;
    return st;
}

/* A view of |name| in |sent|; false where that has none. */
static bool take_field(const struct cipher *cipher, const struct artifact *sent, const char *name,
                       struct bytes *out)
{
    struct cipher_field field;
    enum cipher_role role = artifact_role(sent);
    size_t at, len;
    for (size_t i = 0; cipher->fields->at(i, &field); i++) {
        if (strcmp(field.name, name) != 0)
            continue;
        bool is_inner = field.role == CIPHER_MESSAGE && role == CIPHER_FIRST_MESSAGE;
        if ((field.role != role && !is_inner) ||
            cipher->fields->locate(&field, role, sent->body, &at, &len))
            return false;
        *out = bytes_slice(sent->body, at, len);
        return true;
    }
    return false;
}

/* ---- signatures */

/* What the signature |signature|, which stands in |sent|, is over. */
static bool take_signed(const struct cipher *cipher, const struct artifact *sent,
                        const struct cipher_watch *rule, struct bytes signature, struct bytes *out)
{
    if (rule->with)
        return take_field(cipher, sent, rule->with, out);
    *out = bytes_slice(sent->body, 0, (size_t)(signature.data - sent->body.data));
    return true;
}

/* The key that |id| names, in what the author of |sent| sent to its group before; empty when it
 * sent none. */
static struct bytes key_named(const struct watch *w, const struct cipher_watch *rule,
                              const struct artifact *sent, struct bytes id)
{
    for (const struct watched *k = w->buckets[bucket_of(id)]; k; k = k->next)
        if (k->rule->kind == CIPHER_NAMES_ONE && strcmp(k->rule->with, rule->key) == 0 &&
            bytes_equal(k->key, id) && remembers(sent->author, k) &&
            is_one_group(k->group, sent->group))
            return k->value;
    return bytes_of(NULL, 0);
}

/* A signature whose key is not known is passed over: its receivers verify it. */
static enum status look_at_signature(struct watch *w, const struct cipher *cipher,
                                     const struct artifact *sent, const struct cipher_watch *rule,
                                     struct arena *arena)
{
    struct bytes signature, covered, id, key;
    if (!take_field(cipher, sent, rule->field, &signature) ||
        !take_signed(cipher, sent, rule, signature, &covered) ||
        !take_field(cipher, sent, rule->key_id ? rule->key_id : rule->key, &id))
        return OK;
    key = rule->key_id ? key_named(w, rule, sent, id) : id;
    if (!key.len || rule->verifies(key, covered, signature))
        return OK;
    return watch_tell(
        w, violated(w, rule),
        arena_printf(arena, "%s of step %lu does not verify", rule->field, (unsigned long)w->step));
}

/* ---- all of it */

/* The key of a rule about two fields that come once together is both. */
static enum status join(struct bytes a, struct bytes b, struct arena *arena, struct bytes *out)
{
    uint8_t *both = arena_alloc(arena, a.len + b.len + 1);
    if (!both)
        return E_NOMEM;
    memcpy(both, a.data, a.len);
    if (b.len)
        memcpy(both + a.len, b.data, b.len);
    *out = bytes_of(both, a.len + b.len);
    return OK;
}

/* A number that protobuf leaves out is 0. */
static const uint8_t absent_number = 0;

/* What stands in |sent| beside the key of |seen|, as its rule asks for it. */
static bool take_beside(const struct cipher *cipher, const struct artifact *sent,
                        struct watched *seen)
{
    const struct cipher_watch *rule = seen->rule;
    if (rule->kind == CIPHER_NONCE) {
        if (!take_signed(cipher, sent, rule, seen->key, &seen->value))
            return false;
        seen->key = bytes_slice(seen->key, 0, CIPHER_NONCE_LEN);
        return true;
    }
    if (!rule->with || take_field(cipher, sent, rule->with, &seen->value))
        return true;
    seen->value = bytes_of(&absent_number, 1);
    return rule->kind == CIPHER_ONCE;
}

enum status watch_look(struct watch *w, const struct cipher *cipher, const struct artifact *sent,
                       struct arena *arena)
{
    const struct cipher_watch *rule = cipher->watches;
    enum status st = OK;
    w->n++;
    for (; !st && rule && rule->kind; rule++) {
        struct watched seen = {.rule = rule,
                               .party = sent->author,
                               .addressee = sent->addressee,
                               .group = sent->group,
                               .at = w->n,
                               .step = w->step};
        if (rule->kind == CIPHER_SIGNED) {
            st = look_at_signature(w, cipher, sent, rule, arena);
            continue;
        }
        if (!take_field(cipher, sent, rule->field, &seen.key) || !take_beside(cipher, sent, &seen))
            continue;
        if (rule->kind == CIPHER_ONCE)
            st = join(seen.key, seen.value, arena, &seen.key);
        st = st ? st : remember(w, &seen, arena);
    }
    return st;
}
