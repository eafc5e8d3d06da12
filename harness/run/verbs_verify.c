/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <verify>: rules that a connection, what a client published,
 * and a message it sent must keep to. */
#include "run/verify_upload.h"

#include "scenario/wire_words.h"
#include "wire/content.h"
#include "wire/token.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PRODUCT_INTEROP 2u
#define NAME_LOOKED_FOR_MIN 8u
#define DATED_MS 2000u
#define GRACE_MS 40u /* for what is still on its way on a connection that was broken off */

/* ---- connections */

static bool header_once(struct look *l)
{
    const struct profile_bytes *wanted = &l->s->client->profile->frame_header;
    return bytes_equal(l->connection->introduction.header, bytes_of(wanted->data, wanted->len));
}

static bool frames(struct look *l)
{
    for (size_t i = 0; i < l->s->client->n_connections; i++) {
        const struct observed_connection *connection = &l->s->client->connections[i];
        if (connection->account == l->account->id && connection->trouble) {
            l->out->detail = connection->trouble;
            return false;
        }
    }
    return true;
}

static bool static_encrypted(struct look *l)
{
    const struct server_introduction *i = &l->connection->introduction;
    return i->static_on_wire.len == NOISE_KEY_LEN + NOISE_TAG_LEN &&
           i->static_key.len == NOISE_KEY_LEN &&
           !bytes_equal(bytes_slice(i->static_on_wire, 0, NOISE_KEY_LEN), i->static_key);
}

static bool client_payload(struct look *l)
{
    const struct client_payload *p = &l->connection->introduction.payload;
    if (p->product != PRODUCT_INTEROP)
        l->out->detail = "product is not INTEROP";
    else if (!p->has_interop_data || p->account_id != l->account->id)
        l->out->detail = "interop_data does not name the account";
    else if (p->token.len == 0)
        l->out->detail = "interop_data has no token";
    else
        return true;
    return false;
}

static bool nothing_early(struct look *l) { return l->connection->stanzas_before == 0; }

/* The connection's own entry, not the copy that was made when it got its name: what came since
 * counts. */
static bool stopped_early(struct look *l)
{
    const struct client_context *client = l->s->client;
    for (size_t i = 0; i < client->n_connections; i++) {
        const struct observed_connection *connection = &client->connections[i];
        if (connection->number != l->connection->number)
            continue;
        l->out->detail = connection->is_authenticated ? "it sent its static key and its token"
                         : connection->trouble        ? connection->trouble
                                                      : "";
        return connection->said_hello && !connection->is_authenticated && !connection->trouble;
    }
    return false;
}

/* Is there an earlier connection of this account, or one that was not let in and is nobody else's,
 * for which |is_same|? |*out_earlier|: was there any? */
static bool is_in_earlier(const struct look *l,
                          bool (*is_same)(const struct look *, const struct observed_connection *),
                          bool *out_earlier)
{
    bool is_found = false;
    *out_earlier = false;
    for (size_t i = 0; i < l->s->client->n_connections; i++) {
        const struct observed_connection *connection = &l->s->client->connections[i];
        bool is_others = connection->account ? connection->account != l->account->id
                                             : connection->whose == PEER_OTHER;
        if (is_others || !connection->said_hello || connection->number >= l->connection->number)
            continue;
        *out_earlier = true;
        is_found |= is_same(l, connection);
    }
    return is_found;
}

static bool differs_from_earlier(struct look *l,
                                 bool (*is_same)(const struct look *,
                                                 const struct observed_connection *))
{
    bool is_there;
    bool is_found = is_in_earlier(l, is_same, &is_there);
    if (!is_there) {
        l->out->seen = SEEN_HARNESS_TROUBLE;
        l->out->detail = "there is no earlier connection to compare with";
    }
    return !is_found;
}

static bool has_same_ephemeral(const struct look *l, const struct observed_connection *connection)
{
    return bytes_equal(connection->introduction.ephemeral, l->connection->introduction.ephemeral);
}

static bool fresh_ephemeral(struct look *l) { return differs_from_earlier(l, has_same_ephemeral); }

static bool nothing_yet(struct look *l)
{
    const struct client_context *client = l->s->client;
    for (size_t i = 0; i < client->n_observed; i++)
        if (client->observed[i].connection == l->connection->number) {
            step_says(l->s, l->out, "<%s> came", client->observed[i].stanza->name);
            return false;
        }
    return true;
}

/* Whose keys the stanza asks for; NULL: it asks for none. */
static const char *asked_for(const struct look *l, const struct observed_stanza *o)
{
    bool is_one = o->account == l->account->id && o->connection == l->connection->number &&
                  strcmp(o->stanza->name, "iq") == 0 && stanza_has(o->stanza, "type", "get");
    const struct stanza *key = is_one ? stanza_child(o->stanza, "key") : NULL;
    const struct stanza *user = key ? stanza_child(key, "user") : NULL;
    return user ? stanza_get(user, "jid") : NULL;
}

static bool keys_asked_once(struct look *l)
{
    const struct client_context *client = l->s->client;
    for (size_t i = 0; i < client->n_observed; i++) {
        const char *whose = asked_for(l, &client->observed[i]);
        for (size_t j = 0; whose && j < i; j++) {
            const char *before = asked_for(l, &client->observed[j]);
            if (!before || strcmp(before, whose) != 0)
                continue;
            step_says(l->s, l->out, "it asked for the keys of %s twice", whose);
            return false;
        }
    }
    return true;
}

/* ---- tokens */

static enum status key_set(struct look *l, struct bytes *out)
{
    struct client_context *client = l->s->client;
    struct answer answer;
    *out = bytes_of_text(client->key_set);
    if (client->key_set)
        return OK;
    enum status st = driver_key_set(l->s->driver, l->s->arena, &answer);
    if (!st && answer.seen == SEEN_DONE)
        client->key_set = answer.text;
    *out = bytes_of_text(client->key_set);
    return st;
}

static bool report_token(struct look *l, const struct observed_connection *connection,
                         struct token_report *out)
{
    struct bytes keys;
    const struct token_expectation e = {.issuer = CLIENT_CONTEXT_ISSUER,
                                        .audience = l->s->client->profile->stanza_server,
                                        .subject = l->account->user,
                                        .now = (uint64_t)time(NULL),
                                        .static_key = connection->introduction.static_key};
    return !key_set(l, &keys) && !token_check(connection->introduction.payload.token, keys,
                                              l->s->client->profile, &e, l->s->arena, out);
}

/* A signature rests on its algorithm and on the key that kid names, and that name on the key
 * set. */
static const char *rests_on(enum token_rule rule, const struct token_report *report)
{
    bool needs_key = rule == TOKEN_KEY_ID || rule == TOKEN_SIGNATURE;
    if (needs_key && report->n_named > 1)
        return "ID-11";
    if (rule == TOKEN_SIGNATURE && report->n_named == 0)
        return "ID-03";
    return rule == TOKEN_SIGNATURE && !report->rules[TOKEN_ALGORITHM].holds ? "ID-02" : NULL;
}

static bool token_rule(struct look *l, enum token_rule rule)
{
    struct token_report *report = arena_alloc(l->s->arena, sizeof(*report));
    if (!report || !report_token(l, l->connection, report)) {
        l->out->seen = SEEN_HARNESS_TROUBLE;
        return false;
    }
    l->out->violates = rests_on(rule, report);
    l->out->detail = report->rules[rule].holds ? "" : report->rules[rule].detail;
    return report->rules[rule].holds;
}

static bool has_same_token(const struct look *l, const struct observed_connection *connection)
{
    struct token_report *a = arena_alloc(l->s->arena, sizeof(*a)),
                        *b = arena_alloc(l->s->arena, sizeof(*b));
    struct look copy = *l;
    if (bytes_equal(connection->introduction.payload.token,
                    l->connection->introduction.payload.token))
        return true;
    return a && b && report_token(&copy, l->connection, a) && report_token(&copy, connection, b) &&
           a->jti[0] && strcmp(a->jti, b->jti) == 0;
}

static bool fresh_token(struct look *l) { return differs_from_earlier(l, has_same_token); }

/* The first connection whose token is kept, and which was made |DATED_MS| or more before; NULL. */
static const struct observed_connection *made_long_before(const struct look *l)
{
    for (size_t i = 0; i < l->s->client->n_connections; i++) {
        const struct observed_connection *c = &l->s->client->connections[i];
        if (c->account == l->account->id && c->introduction.payload.token.len &&
            l->connection->at_ms >= c->at_ms + DATED_MS)
            return c;
    }
    return NULL;
}

static bool dated_token(struct look *l)
{
    const struct observed_connection *before = made_long_before(l);
    struct token_report *a = arena_alloc(l->s->arena, sizeof(*a)),
                        *b = arena_alloc(l->s->arena, sizeof(*b));
    if (!before || !a || !b || !report_token(l, l->connection, a) || !report_token(l, before, b)) {
        l->out->seen = SEEN_HARNESS_TROUBLE;
        l->out->detail = "there is no connection of two seconds before to compare with";
        return false;
    }
    if (a->issued_at > b->issued_at)
        return true;
    step_says(l->s, l->out,
              "the token of a connection that was made %llu ms after another says that it was "
              "issued %s",
              (unsigned long long)(l->connection->at_ms - before->at_ms),
              a->issued_at == b->issued_at ? "in the same second" : "before it");
    return false;
}

/* ---- messages */

static bool message_shape(struct look *l)
{
    const struct stanza *m = l->message->observed->stanza;
    const char *id = stanza_get(m, "id");
    const struct stanza *enc = stanza_child(m, "enc");
    size_t n_encs = 0;
    for (size_t i = 0; i < m->n_children; i++)
        n_encs += strcmp(m->children[i].name, "enc") == 0;
    if (!stanza_is_id(id))
        l->out->detail = "id is missing, empty or longer than 64 characters";
    else if (!stanza_get(m, "type"))
        l->out->detail = "type is missing";
    else if (n_encs != 1 || !stanza_has(enc, "v", "2"))
        l->out->detail = "exactly one <enc v=\"2\"> is expected";
    else
        return true;
    return false;
}

static bool message_id(struct look *l)
{
    const struct client_context *client = l->s->client;
    size_t n = 0;
    for (size_t i = 0; i < client->n_observed; i++) {
        const struct observed_stanza *h = &client->observed[i];
        n += h->account == l->account->id && strcmp(h->stanza->name, "message") == 0 &&
             stanza_has(h->stanza, "id", l->message->id);
    }
    return n == 1;
}

static bool message_type(struct look *l)
{
    static const struct {
        const char *type, *mediatype;
    } wanted[N_CONTENT_KIND] = {
        [CONTENT_TEXT] = {"text", NULL},         [CONTENT_IMAGE] = {"media", "image"},
        [CONTENT_VOICE] = {"media", "ptt"},      [CONTENT_VIDEO] = {"media", "video"},
        [CONTENT_FILE] = {"media", "document"},  [CONTENT_RECEIPT] = {"text", NULL},
        [CONTENT_REACTION] = {"reaction", NULL},
    };
    struct content content;
    const struct stanza *m = l->message->observed->stanza;
    const struct stanza *enc = stanza_child(m, "enc");
    if (content_decode(l->message->content, &content) || !enc)
        return false;
    return stanza_has(m, "type", wanted[content.kind].type) &&
           stanza_has(enc, "mediatype", wanted[content.kind].mediatype);
}

/*
 * Somebody is named when their name stands in the stanza's bytes, in whatever attribute or text. A
 * short name may stand in base64 by chance, and is not looked for.
 */
static bool names_nobody_else(struct look *l)
{
    const struct client_context *client = l->s->client;
    const struct case_party *from = l->message->author, *to = l->message->addressee;
    for (size_t i = 0; i < client->n_accounts; i++) {
        const char *name = client->accounts[i].name;
        bool is_meant = strlen(name) < NAME_LOOKED_FOR_MIN ||
                        strcmp(name, from->address_name) == 0 ||
                        strcmp(name, to->address_name) == 0;
        if (is_meant || !bytes_contains(l->message->observed->document, bytes_of_text(name)))
            continue;
        step_says(l->s, l->out, "%s stands in it, who is neither its sender nor its addressee",
                  name);
        return false;
    }
    return true;
}

static bool padding(struct look *l)
{
    struct bytes content;
    return !content_unpad(l->message->opened, l->s->client->profile, &content);
}

static bool content(struct look *l)
{
    struct bytes inner;
    struct content decoded;
    return !content_unpad(l->message->opened, l->s->client->profile, &inner) &&
           !content_decode(inner, &decoded) && content_equal(inner, l->message->content);
}

/* ---- the table */

enum subject { OF_CONNECTION = 1, OF_ATTEMPT, OF_ACCOUNT, OF_MESSAGE, OF_OPENED };

static const struct {
    enum subject subject;
    bool (*holds)(struct look *l);
} rules[RULE_TOKEN] = {
    [RULE_HEADER_ONCE] = {OF_CONNECTION, header_once},
    [RULE_FRAMES] = {OF_ACCOUNT, frames},
    [RULE_STATIC_ENCRYPTED] = {OF_CONNECTION, static_encrypted},
    [RULE_CLIENT_PAYLOAD] = {OF_CONNECTION, client_payload},
    [RULE_NOTHING_EARLY] = {OF_CONNECTION, nothing_early},
    [RULE_FRESH_EPHEMERAL] = {OF_CONNECTION, fresh_ephemeral},
    [RULE_FRESH_TOKEN] = {OF_CONNECTION, fresh_token},
    [RULE_DATED_TOKEN] = {OF_CONNECTION, dated_token},
    [RULE_STOPPED_EARLY] = {OF_ATTEMPT, stopped_early},
    [RULE_UPLOAD_SHAPE] = {OF_ACCOUNT, verify_upload_shape},
    [RULE_UPLOAD_IDS] = {OF_ACCOUNT, verify_upload_ids},
    [RULE_UPLOAD_SIGNATURE] = {OF_ACCOUNT, verify_upload_signature},
    [RULE_UPLOAD_KEYS] = {OF_ACCOUNT, verify_upload_keys},
    [RULE_REFILLED] = {OF_ACCOUNT, verify_upload_refilled},
    [RULE_ROTATED] = {OF_ACCOUNT, verify_upload_rotated},
    [RULE_KEYS_ASKED_ONCE] = {OF_CONNECTION, keys_asked_once},
    [RULE_NOTHING_YET] = {OF_CONNECTION, nothing_yet},
    [RULE_MESSAGE_SHAPE] = {OF_MESSAGE, message_shape},
    [RULE_MESSAGE_ID] = {OF_MESSAGE, message_id},
    [RULE_MESSAGE_TYPE] = {OF_MESSAGE, message_type},
    [RULE_NAMES_NOBODY_ELSE] = {OF_MESSAGE, names_nobody_else},
    [RULE_PADDING] = {OF_OPENED, padding},
    [RULE_CONTENT] = {OF_OPENED, content},
};

/* Rules of a token say nothing of a connection on which none came. */
static bool has_token(const struct look *l, unsigned rule)
{
    bool is_about_token = l->connection && (rule >= RULE_TOKEN || rule == RULE_FRESH_TOKEN ||
                                            rule == RULE_DATED_TOKEN);
    if (!is_about_token || l->connection->introduction.payload.token.len)
        return true;
    l->out->violates = "HS-21";
    l->out->detail = "interop_data has no token";
    return false;
}

/* What the rule is about must be there. */
static bool find_subject(struct look *l, unsigned rule, const struct artifact *of)
{
    enum subject subject = rule >= RULE_TOKEN ? OF_CONNECTION : rules[rule].subject;
    switch (subject) {
    case OF_CONNECTION:
        l->connection =
            of ? of->connection : client_context_observed_connection(l->s->client, l->account->id);
        return l->connection && l->connection->is_authenticated;
    case OF_ATTEMPT:
        l->connection = of ? of->connection : NULL;
        return l->connection != NULL;
    case OF_MESSAGE:
        l->message = of;
        return of && of->observed && of->observed->stanza && of->id;
    case OF_OPENED:
        l->message = of;
        return of && of->opened.data;
    default:
        return true;
    }
}

enum status verb_verify(struct context *s, const struct op *op, struct step_result *out)
{
    struct artifact *of = verb_artifact(s, op, ATTR_OF);
    unsigned rule = op_number(op, ATTR_RULE, RULE_NONE);
    struct look l = {.s = s, .at = of ? of->author : verb_party(s, op, ATTR_AT), .out = out};
    if (!rule || !l.at || (op_has(op, ATTR_OF) && !of) ||
        !(l.account = client_context_account(s->client, l.at)))
        return E_MISSING;
    out->field = op_text(op, ATTR_RULE);
    if (rule == RULE_STOPPED_EARLY || rule == RULE_NOTHING_YET) {
        struct answer ignored;
        memset(&ignored, 0, sizeof(ignored));
        enum status st = client_context_linger(s->client, l.at, GRACE_MS, &ignored);
        if (st)
            return st;
    }
    if (!find_subject(&l, rule, of)) {
        out->seen = SEEN_HARNESS_TROUBLE;
        out->detail = "the case has not made what this rule is about: a connection, a message that "
                      "was heard, or one "
                      "that its addressee opened";
        return OK;
    }
    bool holds = has_token(&l, rule) &&
                 (rule >= RULE_TOKEN ? token_rule(&l, (enum token_rule)(rule - RULE_TOKEN))
                                     : rules[rule].holds(&l));
    if (out->seen != SEEN_HARNESS_TROUBLE)
        verb_take_relation(holds, out);
    s->accepted += out->seen == SEEN_RELATION_HOLDS;
    return OK;
}
