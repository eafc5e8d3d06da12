/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs about messages on the client surface: <queue>, <serve>, <rotate>, <read> and <retry>. */
#include "run/verbs.h"

#include "run/exchange.h"
#include "run/client_context.h"
#include "wire/content.h"

#include <string.h>

#define GRACE_MS 120u /* for so long a message that is asked for is waited for */

/* ---- queue */

/* The id that the stanza of |message| gets. */
static const char *queue_id(struct context *s, const struct op *op, const struct artifact *message)
{
    const struct artifact *other = verb_artifact(s, op, ATTR_ID_OF);
    const char *id = other ? other->id : NULL;
    if (!id && op_is_yes(op, ATTR_SAME_ID))
        id = verb_id_before(s, message);
    return id ? id : client_context_new_id(s->client);
}

static enum status queue_one(struct context *s, const struct op *op, struct artifact *message)
{
    struct client_context *client = s->client;
    struct buffer document;
    struct client_context_account *from = client_context_account(client, message->author);
    struct client_context_account *to =
        message->addressee ? client_context_account(client, message->addressee) : NULL;
    if (!from || !to)
        return E_MISSING;
    message->id = queue_id(s, op, message);
    message->observed_before = client->n_observed;
    const struct server_message m = {.id = message->id,
                                     .from = from->id,
                                     .to = to->id,
                                     .type = "text",
                                     .enc_type = artifact_enc_type(message),
                                     .body = message->body,
                                     .was_queued = true};
    if (!m.id)
        return E_NOMEM;
    buffer_init(&document, 32u * 1024u * 1024u);
    enum status st = server_message_write(client->server, &m, &document);
    for (int copies = op_is_yes(op, ATTR_TWICE) ? 2 : 1; !st && copies; copies--)
        st = server_deliver(client->server, to->id, m.id, buffer_bytes(&document));
    buffer_fini(&document);
    return st;
}

enum status verb_queue(struct context *s, const struct op *op, struct step_result *out)
{
    struct artifact *messages[OP_LISTED_MAX];
    size_t n;
    enum status st = verb_artifacts(s, op, ATTR_MESSAGES, messages, &n);
    for (size_t i = 0; !st && i < n; i++)
        st = queue_one(s, op, messages[i]);
    if (!st)
        out->seen = SEEN_DONE;
    return st;
}

/* ---- serve, rotate */

enum status verb_serve(struct context *s, const struct op *op, struct step_result *out)
{
    const struct artifact *bundle = verb_artifact(s, op, ATTR_BUNDLE);
    struct client_context_account *whose = client_context_account(s->client, bundle->author);
    if (!whose)
        return E_LIMIT;
    enum status st = server_bundle_put(s->client->server, whose->id, bundle->body);
    if (!st)
        out->seen = SEEN_DONE;
    return st;
}

enum status verb_ignore(struct context *s, const struct op *op, struct step_result *out)
{
    server_ignore_uploads(s->client->server, op_number(op, ATTR_TIMES, 1));
    s->client->has_held = true;
    out->seen = SEEN_DONE;
    return OK;
}

enum status verb_rotate(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *at = verb_party(s, op, ATTR_AT);
    struct client_context_account *account = client_context_account(s->client, at);
    struct answer answer;
    if (!account)
        return E_LIMIT;
    account->n_rotations++;
    enum status st = driver_rotate(s->driver, at->name, s->arena, &answer);
    if (!st)
        step_takes(out, &answer);
    return st;
}

/* ---- read */

enum status verb_read(struct context *s, const struct op *op, struct step_result *out)
{
    struct target_conversation where = verb_conversation(s, op, ATTR_PEER);
    struct answer answer;
    s->client->n_reads++;
    enum status st = driver_mark_read(s->driver, &where, s->arena, &answer);
    if (!st)
        step_takes(out, &answer);
    return st;
}

/* ---- retry */

struct asking {
    struct client_context *client;
    struct case_party *at; /* who is asked */
    uint64_t account;
    const char *id;
    size_t since;
};

static bool is_sent_again(void *context)
{
    const struct asking *a = context;
    return client_context_find(a->client, a->account, "message", a->id, a->since) != NULL;
}

/* |key|, from its byte |from| on. */
static void write_prekey(struct stanza_writer *w, const char *name, const struct cipher_prekey *key,
                         size_t from)
{
    const struct stanza_prekey written = {key->id, 3, bytes_slice(key->key, from, key->key.len),
                                          key->signature};
    stanza_prekey_element(w, name, &written);
}

static enum status write_keys(struct stanza_writer *w, const struct cipher *cipher,
                              struct cipher_party *party)
{
    const struct publish_options options = {0};
    struct cipher_bundle b;
    struct buffer bundle;
    buffer_init(&bundle, cipher->limits.bundle_max);
    enum status st = cipher->publish(party, &options, &bundle);
    if (!st)
        st = cipher->bundle_read(buffer_bytes(&bundle), &b);
    if (!st) {
        stanza_open(w, "keys");
        stanza_bytes_element(w, "type", bytes_slice(b.identity_key, 0, 1));
        stanza_bytes_element(w, "identity", bytes_slice(b.identity_key, 1, b.identity_key.len));
        write_prekey(w, "key", &b.one_time_prekey, 1);
        write_prekey(w, "skey", &b.signed_prekey, 1);
        if (b.has_kem_prekey) /* with its type byte */
            write_prekey(w, "kem", &b.kem_prekey, 0);
        stanza_close(w);
    }
    buffer_fini(&bundle);
    return st;
}

static enum status push_request(struct context *s, const struct op *op, const struct artifact *of,
                                const char *id, struct server_connection *connection)
{
    const struct case_party *from = verb_party(s, op, ATTR_FROM);
    const struct case_party *peer = from ? from : of->addressee;
    const struct case_party *keys = verb_party(s, op, ATTR_KEYS_OF);
    uint32_t count = op_number(op, ATTR_COUNT, 1);
    struct stanza_writer w;
    enum status st = OK;
    stanza_begin_own(&w, 65536);
    STANZA_OPEN(&w, "receipt", {"id", id},
                {"from", stanza_address(s->arena, peer->address_name, peer->device,
                                        s->client->profile->stanza_user_domain)},
                {"type", "retry"});
    stanza_open(&w, "retry");
    stanza_attribute_number(&w, "count", count);
    stanza_attribute(&w, "id", id);
    stanza_attribute_number(&w, "t", 1700000000u);
    stanza_attribute(&w, "v", "1");
    stanza_attribute(&w, "error", "1");
    stanza_close(&w);
    stanza_number_element(&w, "registration", s->cipher->registration_id(peer->party), 4);
    if (keys || count >= s->client->profile->retry_keys_from)
        st = write_keys(&w, s->cipher, keys ? keys->party : peer->party);
    if (!st)
        return server_connection_send(connection, &w);
    buffer_fini(&w.own);
    return st;
}

static enum status take_message(struct context *s, const struct asking *a,
                                const struct artifact *of, uint32_t index, struct step_result *out)
{
    const struct observed_stanza *observed =
        client_context_find(a->client, a->account, "message", a->id, a->since);
    const struct stanza *enc = observed ? stanza_child(observed->stanza, "enc") : NULL;
    const char *type = enc ? stanza_get(enc, "type") : NULL;
    struct artifact *t = context_add_artifact(s, index, ARTIFACT_MESSAGE, a->at);
    struct observed_stanza *copy = arena_alloc(s->arena, sizeof(*copy));
    if (!t || !copy)
        return E_NOMEM;
    t->addressee = of->addressee;
    t->plaintext = of->plaintext;
    t->content = of->content;
    t->id = a->id;
    t->kind = context_kind_of_enc(s, type);
    *copy = observed ? *observed : *copy;
    t->observed = copy;
    if (observed)
        client_context_take(a->client, observed->stanza);
    out->seen = SEEN_DONE;
    if (!enc || stanza_bytes(enc, s->arena, &t->body)) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "it came again without an encrypted body";
        return OK;
    }
    if (!stanza_get(enc, "count")) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "it came again without a count on <enc>";
        return OK;
    }
    if (bytes_equal(t->body, of->body)) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "the very same bytes came again; a repeated message is encrypted anew";
    }
    step_shows(out, t);
    return out->seen == SEEN_DONE ? watch_look(&s->watch, s->cipher, t, s->arena) : OK;
}

/* Keys in the request that are not the addressee's must not get the message: can their owner open
 * what came? */
static enum status catch_stolen(struct context *s, const struct op *op, const struct artifact *of,
                                struct step_result *out)
{
    const struct case_party *keys = verb_party(s, op, ATTR_KEYS_OF);
    const struct artifact *again = verb_artifact(s, op, ATTR_AS);
    enum refusal why = REFUSAL_NONE;
    struct buffer plaintext;
    if (!keys || keys == of->addressee || !again || out->seen != SEEN_DONE)
        return OK;
    buffer_init(&plaintext, s->cipher->limits.plaintext_max);
    enum status st = s->cipher->open(keys->party, case_party_address(of->author),
                                     again->kind->number, again->body, &plaintext, &why);
    if (!st) {
        out->seen = SEEN_LEAK;
        out->detail =
            "the message came encrypted for the keys in the request, which are somebody else's";
    }
    buffer_fini(&plaintext);
    return st == E_NOMEM ? st : OK;
}

/* Has another message of the same author the id that |of| has? Then who asks for it cannot say
 * which is meant. The same message sent again has its id, too. */
static bool is_ambiguous(const struct context *s, const struct artifact *of)
{
    for (size_t i = 0; i < N_SLOT; i++) {
        const struct artifact *t = s->artifacts[i];
        if (t && t->author == of->author && t->id && strcmp(t->id, of->id) == 0 &&
            !bytes_equal(t->plaintext, of->plaintext))
            return true;
    }
    return false;
}

/* A message that comes in clear is caught where it is delivered to its addressee. */
enum status verb_retry(struct context *s, const struct op *op, struct step_result *out)
{
    struct artifact *of = verb_artifact(s, op, ATTR_OF);
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    if (!of->author->is_target || !of->addressee || !of->addressee->party || !of->id)
        return E_MISSING;
    struct case_party *at = op_has(op, ATTR_AT) ? verb_party(s, op, ATTR_AT) : of->author;
    if (!at)
        return E_MISSING;
    struct asking a = {
        .client = s->client, .at = at, .account = client_context_account(s->client, at)->id};
    enum status st = client_context_be_connected(s->client, at, &answer);
    if (st || answer.seen != SEEN_DONE) {
        step_takes(out, &answer);
        return st;
    }
    a.id = op_number(op, ATTR_ID, RETRIED_ID_SAME) == RETRIED_ID_UNKNOWN
               ? client_context_new_id(s->client)
               : of->id;
    a.since = s->client->n_observed;
    if (!a.id)
        return E_NOMEM;
    if (a.id == of->id && is_ambiguous(s, of)) {
        out->seen = SEEN_UNREADABLE;
        out->violates = "ST-02";
        out->detail = "another message has this id, too, so that none can be asked for by it";
        return OK;
    }
    if ((st = push_request(s, op, of, a.id, client_context_connection(s->client, at))) ||
        (st = client_context_barrier(s->client, at, &answer)))
        return st;
    bool lingers = op_is_yes(op, ATTR_LINGER) || op->expect != EXPECT_REFUSES;
    if (answer.seen == SEEN_DONE)
        st =
            client_context_until(s->client, at, is_sent_again, &a, lingers ? GRACE_MS : 0, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen == SEEN_SILENCE) {
        /* asked, answered a later ping, and did not send it: declined */
        out->seen = SEEN_REFUSAL;
        out->detail = "it did not send the message again";
        s->refused++;
    } else if (out->seen == SEEN_DONE) {
        s->accepted++;
        st = take_message(s, &a, of, op_index(op, ATTR_AS), out);
        if (!st)
            st = catch_stolen(s, op, of, out);
    }
    return st;
}
