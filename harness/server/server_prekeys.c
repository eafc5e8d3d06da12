/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prekeys: upload, count, fetch (docs/wire.md, iq), and the mutations of what a fetch answers. */
#include "server/server_internal.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_MAX 262144u

static bool is(const struct server_connection *c, const char *name)
{
    return word_is(&server_words[SERVER_MUTATIONS_FETCH], c->server->fetch_mutation, name);
}

/* ---- answering */

static void begin_answer(struct stanza_writer *w, const struct server_connection *c, const char *id,
                         const char *type)
{
    stanza_begin_own(w, ANSWER_MAX);
    STANZA_OPEN(w, "iq", {"id", id}, {"type", type},
                {"xmlns", c->server->options.profile->stanza_namespace_prekeys},
                {"from", c->server->options.profile->stanza_server});
}

static enum status answer_error(struct server_connection *c, const char *id, const char *code,
                                const char *text)
{
    struct stanza_writer w;
    begin_answer(&w, c, id, "error");
    STANZA_OPEN(&w, "error", {"code", code}, {"text", text});
    return server_connection_send(c, &w);
}

static enum status answer_upload(struct server_connection *c, const struct stanza *iq,
                                 struct arena *arena)
{
    struct stanza_writer w;
    const char *id = stanza_get(iq, "id");
    if (c->server->n_declined) {
        c->server->n_declined--;
        begin_answer(&w, c, id, "error");
        STANZA_OPEN(&w, "error", {"code", "500"}, {"text", "internal-server-error"});
        return server_connection_answer(c, &w, SERVER_HOLDS_UPLOADS);
    }
    enum status st = c->server->options.policy.keeps_prekeys ? server_upload(c, iq, arena) : OK;
    if (st == E_PARSE && !c->server->options.rules.takes_bad_uploads)
        return answer_error(c, id, "406", "not-acceptable");
    if (st && st != E_PARSE)
        return st;
    if (c->server->n_ignored) {
        c->server->n_ignored--;
        return OK;
    }
    begin_answer(&w, c, id, "result");
    return server_connection_answer(c, &w, SERVER_HOLDS_UPLOADS);
}

static enum status answer_count(struct server_connection *c, const char *id)
{
    struct stanza_writer w;
    begin_answer(&w, c, id, "result");
    stanza_open(&w, "count");
    stanza_attribute_number(&w, "value", c->account->n_one_time);
    return server_connection_send(c, &w);
}

/* ---- a fetch */

static bool is_of_part(const struct server_connection *c, const char *change, const char *part)
{
    char word[64];
    snprintf(word, sizeof(word), "%s-%s", change, part);
    return is(c, word);
}

/* |value|, one byte shorter or longer under the mutations short-NAME and long-NAME. */
static void write_part(struct stanza_writer *w, const struct server_connection *c, const char *name,
                       struct bytes value)
{
    struct buffer mutated;
    buffer_init(&mutated, 256);
    buffer_append(&mutated, value);
    if (is_of_part(c, "short", name) && mutated.len)
        mutated.len--;
    if (is_of_part(c, "long", name))
        buffer_append_byte(&mutated, 0);
    stanza_bytes_element(w, name, buffer_bytes(&mutated));
    buffer_fini(&mutated);
}

/* Without its type byte; a key of another type is written whole, so that the type stays visible. */
static struct bytes bare(struct bytes key)
{
    return key.len && key.data[0] == 5 ? bytes_slice(key, 1, key.len) : key;
}

static void write_identity(struct stanza_writer *w, const struct server_connection *c,
                           const struct signal_bundle *b)
{
    const uint8_t type = is(c, "wrong-type")   ? 6
                         : b->identity_key.len ? b->identity_key.data[0]
                                               : 5;
    uint8_t registration[4];
    for (int i = 0; i < 4; i++)
        registration[i] = (uint8_t)(b->registration_id >> (24 - 8 * i));
    write_part(w, c, "registration", bytes_of(registration, 4));
    stanza_bytes_element(w, "type", bytes_of(&type, 1));
    if (is(c, "not-base64")) {
        stanza_open(w, "identity");
        stanza_text(w, "!this is no base64!");
        stanza_close(w);
    } else if (!is(c, "no-identity")) {
        write_part(w, c, "identity", bare(b->identity_key));
    }
}

static void write_one_time(struct stanza_writer *w, const struct server_connection *c,
                           const struct signal_bundle *b)
{
    if (!b->has_one_time_prekey || is(c, "without-one-time-prekey"))
        return;
    stanza_open(w, "key");
    stanza_number_element(w, "id", b->one_time_prekey_id,
                          c->server->options.profile->prekey_id_size);
    if (!is(c, "key-without-value"))
        stanza_bytes_element(w, "value",
                             is(c, "low-order-key") ? bytes_of(server_low_order_points[1], 32)
                                                    : bare(b->one_time_prekey));
    stanza_close(w);
}

static void write_signed(struct stanza_writer *w, const struct server_connection *c,
                         const struct signal_bundle *b)
{
    uint8_t signature[64];
    struct bytes signed_by = b->signature;
    if (is(c, "no-skey"))
        return;
    if (signed_by.len == sizeof(signature) && is(c, "flip-signature")) {
        memcpy(signature, signed_by.data, sizeof(signature));
        signature[20] ^= 1;
        signed_by.data = signature;
    }
    stanza_open(w, "skey");
    stanza_number_element(w, "id", b->signed_prekey_id,
                          c->server->options.profile->prekey_id_size -
                              (is(c, "short-key-id") ? 1u : 0u) + (is(c, "long-key-id") ? 1u : 0u));
    write_part(w, c, "value",
               is(c, "low-order-skey") ? bytes_of(server_low_order_points[1], 32)
                                       : bare(b->signed_prekey));
    if (!is(c, "no-signature") && signed_by.len)
        write_part(w, c, "signature", signed_by);
    stanza_close(w);
}

/* Signal v4. */
static void write_kem(struct stanza_writer *w, const struct server_connection *c,
                      const struct signal_bundle *b)
{
    const struct stanza_prekey key = {b->kem_prekey_id, c->server->options.profile->prekey_id_size,
                                      b->kem_prekey, b->kem_signature};
    if (b->has_kem_prekey)
        stanza_prekey_element(w, "kem", &key);
}

static void write_user_error(struct stanza_writer *w, const char *code)
{
    STANZA_OPEN(w, "error", {"code", code},
                {"text", strcmp(code, "404") == 0 ? "item-not-found" : "not-acceptable"});
    stanza_close(w);
}

static void write_user(struct stanza_writer *w, const struct server_connection *c, const char *jid,
                       const struct signal_bundle *b)
{
    char stranger[PROFILE_TEXT_MAX + 32];
    snprintf(stranger, sizeof(stranger), "somebody-else:1@%s",
             c->server->options.profile->stanza_user_domain);
    STANZA_OPEN(w, "user", {"jid", is(c, "no-user") ? stranger : jid});
    if (is(c, "error-404") || is(c, "error-406") || !b) {
        write_user_error(w, is(c, "error-406") ? "406" : "404");
    } else {
        write_identity(w, c, b);
        write_one_time(w, c, b);
        write_signed(w, c, b);
        write_kem(w, c, b);
        if (is(c, "unknown-children")) {
            stanza_open(w, "weather");
            stanza_text(w, "fair");
            stanza_close(w);
        }
    }
    stanza_close(w);
}

/* The bundle to serve for |a|: of server_bundle_put, or the account's own. E_MISSING for none. */
static enum status bundle_of(struct server *s, struct account *a, struct buffer *out)
{
    if (a->bundle.len)
        return buffer_append(out, buffer_bytes(&a->bundle));
    return server_bundle_take(s, a->id, a->n_one_time ? ONE_TIME_OLDEST : ONE_TIME_NONE, out);
}

static enum status answer_fetch(struct server_connection *c, const char *id,
                                const struct stanza *user)
{
    struct buffer encoded;
    struct stanza_writer w;
    struct signal_bundle bundle;
    const char *jid = stanza_get(user, "jid");
    const struct server_options *o = &c->server->options;
    struct account *a = server_account_at(c->server, jid);
    if (a && o->reaches && !o->reaches(o->reaches_context, a->id))
        a = NULL;
    if (!a && c->server->options.rules.invents_users)
        a = c->account;
    if (is(c, "silence") || (!a && c->server->options.rules.ignores_lost_fetches))
        return OK;
    if (is(c, "error-result"))
        return answer_error(c, id, "500", "internal-server-error");
    buffer_init(&encoded, 65536);
    enum status st = a ? bundle_of(c->server, a, &encoded) : E_MISSING;
    bool has_bundle = !st && !signal_bundle_decode(buffer_bytes(&encoded), &bundle);
    if (a)
        a->fetches++;
    begin_answer(&w, c, is(c, "wrong-iq-id") ? "nobody-asked" : id, "result");
    stanza_open(&w, "list");
    if (!is(c, "empty-list"))
        write_user(&w, c, jid, has_bundle ? &bundle : NULL);
    stanza_close(&w);
    st = server_connection_answer(c, &w, SERVER_HOLDS_KEYS);
    buffer_fini(&encoded);
    return st;
}

/* ---- the iq */

bool server_prekeys_iq(struct server_connection *c, const struct stanza *iq, struct arena *arena,
                       enum status *out)
{
    const char *type = stanza_get(iq, "type"), *id = stanza_get(iq, "id");
    if (strcmp(iq->ns, c->server->options.profile->stanza_namespace_prekeys) != 0)
        return false;
    if (strcmp(type, "set") == 0) {
        *out = answer_upload(c, iq, arena);
        return true;
    }
    const struct stanza *key = stanza_child(iq, "key");
    const struct stanza *user = key ? stanza_child(key, "user") : NULL;
    if (stanza_child(iq, "count"))
        *out = answer_count(c, id);
    else if (user && c->server->options.policy.serves_prekeys)
        *out = answer_fetch(c, id, user);
    else
        return false;
    return true;
}

/* ---- bundles for the harness */

static void with_type(const uint8_t key[32], uint8_t out[SIGNAL_KEY_LEN])
{
    out[0] = 5;
    memcpy(out + 1, key, 32);
}

/* A connected client is told that few one-time prekeys are left. */
static enum status notify_few(const struct server *s, struct account *a)
{
    struct stanza_writer w;
    char id[24];
    if (!a->connection || a->n_one_time >= s->options.profile->prekey_refill_below)
        return OK;
    snprintf(id, sizeof(id), "few-%u", ++a->n_notices);
    stanza_begin_own(&w, ANSWER_MAX);
    STANZA_OPEN(&w, "notification", {"id", id}, {"type", "encrypt"},
                {"from", s->options.profile->stanza_server});
    stanza_open(&w, "count");
    stanza_attribute_number(&w, "value", a->n_one_time);
    return server_connection_send(a->connection, &w);
}

/* The first or the last of |*n| items of |size| bytes, copied to |out|; it stays where |stays|. */
static void take_item(void *items, size_t *n, size_t size, enum server_one_time which, bool stays,
                      void *out)
{
    size_t at = which == ONE_TIME_NEWEST ? *n - 1 : 0;
    char *item = (char *)items + at * size;
    memcpy(out, item, size);
    if (!stays)
        memmove(item, item + size, (--*n - at) * size);
}

/* One-time while there are any and one is wanted, else the last resort; none of a client of v3. */
static void take_kem(struct account *a, enum server_one_time which, bool stays,
                     struct server_kem_prekey *out, struct signal_bundle *b)
{
    b->has_kem_prekey = a->has_last_resort || (which && a->n_kem);
    if (!b->has_kem_prekey)
        return;
    if (which && a->n_kem)
        take_item(a->kem, &a->n_kem, sizeof(*out), which, stays, out);
    else
        *out = a->last_resort;
    b->kem_prekey_id = out->id;
    b->kem_prekey = bytes_of(out->value, sizeof(out->value));
    b->kem_signature = bytes_of(out->signature, sizeof(out->signature));
}

static enum status encode(const struct server *s, struct account *a, enum server_one_time which,
                          bool stays, struct buffer *out)
{
    uint8_t identity[SIGNAL_KEY_LEN], signed_key[SIGNAL_KEY_LEN], one_time[SIGNAL_KEY_LEN];
    struct server_prekey taken;
    struct server_kem_prekey kem;
    struct signal_bundle b = {.device = a->device,
                              .identity_key = bytes_of(identity, sizeof(identity)),
                              .signed_prekey_id = a->signed_id,
                              .signed_prekey = bytes_of(signed_key, sizeof(signed_key)),
                              .signature = bytes_of(a->signature, 64),
                              .has_one_time_prekey = which != ONE_TIME_NONE};
    for (size_t i = 0; i < s->options.profile->prekey_registration_size; i++)
        b.registration_id = b.registration_id << 8 | a->registration[i];
    with_type(a->identity, identity);
    with_type(a->signed_value, signed_key);
    if (which) {
        take_item(a->one_time, &a->n_one_time, sizeof(taken), which, stays, &taken);
        with_type(taken.value, one_time);
        b.one_time_prekey_id = taken.id;
        b.one_time_prekey = bytes_of(one_time, sizeof(one_time));
    }
    take_kem(a, which, stays, &kem, &b);
    return signal_bundle_encode(&b, out);
}

enum status server_bundle_take(struct server *s, uint64_t account, enum server_one_time which,
                               struct buffer *out)
{
    struct account *a = server_account_of(s, account);
    if (!a || !a->has_published || (which && !a->n_one_time))
        return E_MISSING;
    enum status st = encode(s, a, which, s->options.rules.repeats_keys, out);
    return st || !which || !s->options.policy.keeps_prekeys ? st : notify_few(s, a);
}

enum status server_bundle_of_retry(struct server *s, uint64_t account, const struct stanza *receipt,
                                   struct arena *arena, struct buffer *out)
{
    const struct account *who = server_account_of(s, account);
    struct account sent = {.device = who ? who->device : 0};
    enum status st = who ? server_read_retry(s, receipt, arena, &sent) : E_MISSING;
    return st ? st : encode(s, &sent, sent.n_one_time ? ONE_TIME_OLDEST : ONE_TIME_NONE, true, out);
}

enum status server_bundle_put(struct server *s, uint64_t account, struct bytes bundle)
{
    struct account *a = server_account_of(s, account);
    if (!a)
        return E_MISSING;
    buffer_clear(&a->bundle);
    return buffer_append(&a->bundle, bundle);
}

unsigned server_fetches(const struct server *s, uint64_t account)
{
    const struct account *a = server_account_of(s, account);
    return a ? a->fetches : 0;
}

size_t server_one_time_keys_left(const struct server *s, uint64_t account)
{
    const struct account *a = server_account_of(s, account);
    return a ? a->n_one_time : 0;
}

size_t server_one_time_kems_left(const struct server *s, uint64_t account)
{
    const struct account *a = server_account_of(s, account);
    return a ? a->n_kem : 0;
}
