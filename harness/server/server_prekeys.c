/* Prekeys at the gatekeeper: upload, count, fetch (docs/wire.md, iq), and every way to bend what a
 * fetch answers. */
#include "server/server_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX 262144u

static bool is(const struct server_connection *l, const char *name)
{
    return server_mutation_is(SERVER_MUTATIONS_FETCH, l->g->fetch_mutation, name);
}

/* ---- reading what a client published */

static bool take(const struct stanza *parent, const char *name, struct arena *arena, uint8_t *out,
                 size_t len)
{
    struct bytes b;
    const struct stanza *child = parent ? stanza_child(parent, name) : NULL;
    if (!child || stanza_bytes(child, arena, &b) || b.len != len)
        return false;
    memcpy(out, b.data, len);
    return true;
}

static bool take_id(const struct server_connection *l, const struct stanza *parent,
                    struct arena *arena, uint32_t *out)
{
    uint8_t bytes[4];
    size_t size = l->g->options.profile->prekey_id_size;
    *out = 0;
    if (!take(parent, "id", arena, bytes, size))
        return false;
    for (size_t i = 0; i < size; i++)
        *out = *out << 8 | bytes[i];
    return true;
}

/* An id that is there already gets the new key: a client that came back from an older state
 * publishes again. */
static enum status add_one_time(struct account *a, const struct server_signing_key *key)
{
    for (size_t i = 0; i < a->n_one_time; i++)
        if (a->one_time[i].id == key->id) {
            a->one_time[i] = *key;
            return OK;
        }
    if (a->n_one_time >= SERVER_ONE_TIME_KEYS_MAX)
        return E_LIMIT;
    if (a->n_one_time == a->cap_one_time) {
        size_t more = a->cap_one_time ? a->cap_one_time * 2 : 16;
        struct server_signing_key *keys = realloc(a->one_time, more * sizeof(*keys));
        if (!keys)
            return E_NOMEM;
        a->one_time = keys;
        a->cap_one_time = more;
    }
    a->one_time[a->n_one_time++] = *key;
    return OK;
}

/* What one upload says. It is kept whole, or not at all. */
struct upload {
    bool has_identity;
    uint8_t registration[4], identity[32], signed_value[32], signature[64];
    uint32_t signed_id;
    struct server_signing_key *one_time; /* in the arena */
    size_t n_one_time;
};

static bool read_identity(const struct server_connection *l, const struct stanza *iq,
                          struct arena *arena, struct upload *out)
{
    const struct stanza *skey = stanza_child(iq, "skey");
    uint8_t type;
    if (!skey)
        return l->account->has_published;
    out->has_identity = true;
    return take(iq, "registration", arena, out->registration,
                l->g->options.profile->prekey_registration_size) &&
           take(iq, "type", arena, &type, 1) && type == 5 &&
           take(iq, "identity", arena, out->identity, 32) &&
           take_id(l, skey, arena, &out->signed_id) &&
           take(skey, "value", arena, out->signed_value, 32) &&
           take(skey, "signature", arena, out->signature, 64);
}

static bool read_list(const struct server_connection *l, const struct stanza *iq,
                      struct arena *arena, struct upload *out)
{
    const struct stanza *list = stanza_child(iq, "list");
    if (!list || list->n_children == 0)
        return true;
    out->one_time = arena_alloc(arena, list->n_children * sizeof(*out->one_time));
    if (!out->one_time)
        return false;
    for (size_t i = 0; i < list->n_children; i++) {
        struct server_signing_key *key = &out->one_time[out->n_one_time];
        const struct stanza *child = &list->children[i];
        if (strcmp(child->name, "key") != 0 || strcmp(child->ns, list->ns) != 0)
            continue; /* unknown children are nobody's */
        if (!take_id(l, child, arena, &key->id) || !take(child, "value", arena, key->value, 32))
            return false;
        out->n_one_time++;
    }
    return l->account->n_one_time + out->n_one_time <= SERVER_ONE_TIME_KEYS_MAX;
}

static enum status keep(struct account *a, const struct upload *u)
{
    enum status st = OK;
    if (u->has_identity) {
        memcpy(a->registration, u->registration, sizeof(a->registration));
        memcpy(a->identity, u->identity, sizeof(a->identity));
        memcpy(a->signed_value, u->signed_value, sizeof(a->signed_value));
        memcpy(a->signature, u->signature, sizeof(a->signature));
        a->signed_id = u->signed_id;
        a->has_published = true;
    }
    for (size_t i = 0; !st && i < u->n_one_time; i++)
        st = add_one_time(a, &u->one_time[i]);
    return st;
}

/* ---- answering */

static void begin_answer(struct stanza_writer *w, struct buffer *out,
                         const struct server_connection *l, const char *id, const char *type)
{
    buffer_init(out, ANSWER_MAX);
    stanza_begin(w, out);
    stanza_open(w, "iq");
    stanza_attribute(w, "id", id);
    stanza_attribute(w, "type", type);
    stanza_attribute(w, "xmlns", l->g->options.profile->stanza_namespace_prekeys);
    stanza_attribute(w, "from", l->g->options.profile->stanza_server);
}

static enum status push_answer(struct server_connection *l, struct stanza_writer *w,
                               struct buffer *out)
{
    enum status st = stanza_end(w);
    if (!st)
        st = server_connection_push(l, buffer_bytes(out), NULL);
    buffer_fini(out);
    return st;
}

static enum status answer_error(struct server_connection *l, const char *id, const char *code,
                                const char *text)
{
    struct buffer out;
    struct stanza_writer w;
    begin_answer(&w, &out, l, id, "error");
    stanza_open(&w, "error");
    stanza_attribute(&w, "code", code);
    stanza_attribute(&w, "text", text);
    return push_answer(l, &w, &out);
}

static enum status answer_upload(struct server_connection *l, const struct stanza *iq,
                                 struct arena *arena)
{
    struct buffer out;
    struct stanza_writer w;
    struct upload upload = {0};
    const char *id = stanza_get(iq, "id");
    if (l->g->options.policy.keeps_prekeys) {
        if (!read_identity(l, iq, arena, &upload) || !read_list(l, iq, arena, &upload))
            return answer_error(l, id, "406", "not-acceptable");
        enum status st = keep(l->account, &upload);
        if (st)
            return st;
    }
    begin_answer(&w, &out, l, id, "result");
    return push_answer(l, &w, &out);
}

static enum status answer_count(struct server_connection *l, const char *id)
{
    struct buffer out;
    struct stanza_writer w;
    begin_answer(&w, &out, l, id, "result");
    stanza_open(&w, "count");
    stanza_attribute_number(&w, "value", l->account->n_one_time);
    return push_answer(l, &w, &out);
}

/* ---- a fetch */

struct part {
    const char *name;
    struct bytes value;
};

/* |value| with one byte less or more, where the bend says so. */
static void write_part(struct stanza_writer *w, const struct server_connection *l, struct part p,
                       const char *too_short, const char *too_long)
{
    struct buffer mutated;
    buffer_init(&mutated, 256);
    buffer_append(&mutated, p.value);
    if (too_short && is(l, too_short) && mutated.len)
        mutated.len--;
    if (too_long && is(l, too_long))
        buffer_append_byte(&mutated, 0);
    stanza_open(w, p.name);
    stanza_base64(w, buffer_bytes(&mutated));
    stanza_close(w);
    buffer_fini(&mutated);
}

static void write_id(struct stanza_writer *w, const struct server_connection *l, uint32_t id,
                     bool may_be_mutated)
{
    uint8_t bytes[5];
    size_t size = l->g->options.profile->prekey_id_size;
    if (may_be_mutated && is(l, "short-key-id"))
        size--;
    if (may_be_mutated && is(l, "long-key-id"))
        size++;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i + 4 < size ? 0 : id >> (8 * (size - 1 - i)));
    stanza_open(w, "id");
    stanza_base64(w, bytes_of(bytes, size));
    stanza_close(w);
}

/* Without its type byte; with it where that is another than the one stanzas can say, so that it
 * does not get lost. */
static struct bytes bare(struct bytes key)
{
    return key.len && key.data[0] == 5 ? bytes_slice(key, 1, key.len) : key;
}

static void write_identity(struct stanza_writer *w, const struct server_connection *l,
                           const struct signal_bundle *b)
{
    const uint8_t type = is(l, "wrong-type")   ? 6
                         : b->identity_key.len ? b->identity_key.data[0]
                                               : 5;
    uint8_t registration[4];
    for (int i = 0; i < 4; i++)
        registration[i] = (uint8_t)(b->registration_id >> (24 - 8 * i));
    write_part(w, l, (struct part){"registration", bytes_of(registration, 4)}, "short-registration",
               "long-registration");
    stanza_open(w, "type");
    stanza_base64(w, bytes_of(&type, 1));
    stanza_close(w);
    if (is(l, "not-base64")) {
        stanza_open(w, "identity");
        stanza_text(w, "!this is no base64!");
        stanza_close(w);
    } else if (!is(l, "no-identity")) {
        write_part(w, l, (struct part){"identity", bare(b->identity_key)}, "short-identity",
                   "long-identity");
    }
}

static void write_one_time(struct stanza_writer *w, const struct server_connection *l,
                           const struct signal_bundle *b)
{
    static const uint8_t low_order[32] = {1};
    if (!b->has_one_time_prekey || is(l, "without-one-time-prekey"))
        return;
    stanza_open(w, "key");
    write_id(w, l, b->one_time_prekey_id, false);
    if (!is(l, "key-without-value"))
        write_part(w, l,
                   (struct part){"value", is(l, "low-order-key") ? bytes_of(low_order, 32)
                                                                 : bare(b->one_time_prekey)},
                   NULL, NULL);
    stanza_close(w);
}

static void write_signed(struct stanza_writer *w, const struct server_connection *l,
                         const struct signal_bundle *b)
{
    static const uint8_t low_order[32] = {1};
    uint8_t signature[64] = {0};
    if (is(l, "no-skey"))
        return;
    if (b->signature.len == 64)
        memcpy(signature, b->signature.data, 64);
    if (is(l, "flip-signature"))
        signature[20] ^= 1;
    stanza_open(w, "skey");
    write_id(w, l, b->signed_prekey_id, true);
    write_part(w, l,
               (struct part){"value", is(l, "low-order-skey") ? bytes_of(low_order, 32)
                                                              : bare(b->signed_prekey)},
               "short-value", "long-value");
    if (!is(l, "no-signature") && b->signature.len)
        write_part(w, l,
                   (struct part){"signature",
                                 b->signature.len == 64 ? bytes_of(signature, 64) : b->signature},
                   "short-signature", "long-signature");
    stanza_close(w);
}

static void write_user_error(struct stanza_writer *w, const char *code)
{
    stanza_open(w, "error");
    stanza_attribute(w, "code", code);
    stanza_attribute(w, "text", strcmp(code, "404") == 0 ? "item-not-found" : "not-acceptable");
    stanza_close(w);
}

static void write_user(struct stanza_writer *w, const struct server_connection *l, const char *jid,
                       const struct signal_bundle *b)
{
    char stranger[PROFILE_TEXT_MAX + 32];
    snprintf(stranger, sizeof(stranger), "somebody-else:1@%s",
             l->g->options.profile->stanza_user_domain);
    stanza_open(w, "user");
    stanza_attribute(w, "jid", is(l, "no-user") ? stranger : jid);
    if (is(l, "error-404") || is(l, "error-406") || !b) {
        write_user_error(w, is(l, "error-406") ? "406" : "404");
    } else {
        write_identity(w, l, b);
        write_one_time(w, l, b);
        write_signed(w, l, b);
        if (is(l, "unknown-children")) {
            stanza_open(w, "weather");
            stanza_text(w, "fair");
            stanza_close(w);
        }
    }
    stanza_close(w);
}

/* The bundle to serve for |a|: what the harness put there, or the account's own. E_MISSING for
 * none. */
static enum status bundle_of(struct server *g, struct account *a, struct buffer *out)
{
    if (a->bundle.len)
        return buffer_append(out, buffer_bytes(&a->bundle));
    return server_bundle_take(g, a->id, a->n_one_time > 0, out);
}

static enum status answer_fetch(struct server_connection *l, const char *id,
                                const struct stanza *user)
{
    struct buffer out, encoded;
    struct stanza_writer w;
    struct signal_bundle bundle;
    const char *jid = stanza_get(user, "jid");
    struct account *a = server_account_at(l->g, jid);
    if (is(l, "silence"))
        return OK;
    if (is(l, "error-result"))
        return answer_error(l, id, "500", "internal-server-error");
    buffer_init(&encoded, 65536);
    enum status st = a ? bundle_of(l->g, a, &encoded) : E_MISSING;
    bool has_bundle = !st && !signal_bundle_decode(buffer_bytes(&encoded), &bundle);
    if (a)
        a->fetches++;
    begin_answer(&w, &out, l, is(l, "wrong-iq-id") ? "nobody-asked" : id, "result");
    stanza_open(&w, "list");
    if (!is(l, "empty-list"))
        write_user(&w, l, jid, has_bundle ? &bundle : NULL);
    stanza_close(&w);
    st = push_answer(l, &w, &out);
    buffer_fini(&encoded);
    return st;
}

/* ---- the front door */

bool server_prekeys_iq(struct server_connection *l, const struct stanza *iq, struct arena *arena,
                       enum status *out)
{
    const char *type = stanza_get(iq, "type"), *id = stanza_get(iq, "id");
    if (strcmp(iq->ns, l->g->options.profile->stanza_namespace_prekeys) != 0)
        return false;
    if (strcmp(type, "set") == 0) {
        *out = answer_upload(l, iq, arena);
        return true;
    }
    const struct stanza *key = stanza_child(iq, "key");
    const struct stanza *user = key ? stanza_child(key, "user") : NULL;
    if (stanza_child(iq, "count"))
        *out = answer_count(l, id);
    else if (user && l->g->options.policy.serves_prekeys)
        *out = answer_fetch(l, id, user);
    else
        return false;
    return true;
}

/* ---- for the harness */

static void with_type(const uint8_t key[32], uint8_t out[SIGNAL_KEY_LEN])
{
    out[0] = 5;
    memcpy(out + 1, key, 32);
}

/* A client whose one-time prekeys are nearly gone is told, as long as it is there. */
static enum status tell_few(const struct server *g, struct account *a)
{
    char text[320];
    if (!a->connection || a->n_one_time >= g->options.profile->prekey_refill_below)
        return OK;
    snprintf(text, sizeof(text),
             "<notification id=\"few-%u\" type=\"encrypt\" from=\"%s\"><count "
             "value=\"%zu\"/></notification>",
             ++a->told, g->options.profile->stanza_server, a->n_one_time);
    return server_connection_push(a->connection, bytes_of_text(text), NULL);
}

enum status server_bundle_take(struct server *g, uint64_t account, bool with_one_time_prekey,
                               struct buffer *out)
{
    struct account *a = server_account_of(g, account);
    uint8_t identity[SIGNAL_KEY_LEN], signed_key[SIGNAL_KEY_LEN], one_time[SIGNAL_KEY_LEN];
    struct server_signing_key first;
    if (!a || !a->has_published || (with_one_time_prekey && !a->n_one_time))
        return E_MISSING;
    struct signal_bundle b = {.device = a->device,
                              .identity_key = bytes_of(identity, sizeof(identity)),
                              .signed_prekey_id = a->signed_id,
                              .signed_prekey = bytes_of(signed_key, sizeof(signed_key)),
                              .signature = bytes_of(a->signature, 64),
                              .has_one_time_prekey = with_one_time_prekey};
    for (size_t i = 0; i < g->options.profile->prekey_registration_size; i++)
        b.registration_id = b.registration_id << 8 | a->registration[i];
    with_type(a->identity, identity);
    with_type(a->signed_value, signed_key);
    if (with_one_time_prekey) {
        first = a->one_time[0];
        memmove(a->one_time, a->one_time + 1, --a->n_one_time * sizeof(first));
        with_type(first.value, one_time);
        b.one_time_prekey_id = first.id;
        b.one_time_prekey = bytes_of(one_time, sizeof(one_time));
    }
    enum status st = signal_bundle_encode(&b, out);
    return st || !with_one_time_prekey || !g->options.policy.keeps_prekeys ? st : tell_few(g, a);
}

enum status server_bundle_put(struct server *g, uint64_t account, struct bytes bundle)
{
    struct account *a = server_account_of(g, account);
    if (!a)
        return E_MISSING;
    buffer_clear(&a->bundle);
    return buffer_append(&a->bundle, bundle);
}

unsigned server_fetches(const struct server *g, uint64_t account)
{
    const struct account *a = server_account_of(g, account);
    return a ? a->fetches : 0;
}

size_t server_one_time_keys_left(const struct server *g, uint64_t account)
{
    const struct account *a = server_account_of(g, account);
    return a ? a->n_one_time : 0;
}
