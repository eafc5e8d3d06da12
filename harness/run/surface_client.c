/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/surface.h"

#include "run/client_context.h"
#include "run/client_watch.h"
#include "run/service_context.h"
#include "scenario/capability.h"
#include "wire/content.h"
#include "wire/stanza_mutation.h"

#include <stdlib.h>
#include <string.h>

#define GRACE_MS                                                                                   \
    40u /* after the answer to a later ping, for a client that works on several things at once */
#define DOCUMENT_MAX (32u * 1024u * 1024u)

/* Does the case look at what the client's provider serves over HTTP, too? */
static bool asks_service(const struct op_list *ops)
{
    for (size_t i = 0; ops && i < ops->n_ops; i++)
        if (verb_rule(ops->ops[i].verb)->surfaces & SURFACE_BIT(SURFACE_SERVICE))
            return true;
    return false;
}

static enum status begin(struct context *s, const struct context_options *options)
{
    enum status st = client_context_open(s, options, &s->client);
    return st || !asks_service(options->ops) ? st : service_context_open(s, options, &s->service);
}

static void end(struct context *s)
{
    client_context_close(s->client);
    service_context_close(s->service);
}

static enum status create(struct context *s, struct case_party *a, struct answer *out)
{
    enum status st = client_context_create(s->client, a, out);
    bool is_first = s->service && !s->service->where.media;
    return st || out->seen != SEEN_DONE || !is_first ? st : service_context_find(s->service, out);
}

/* In what the client sends, then in what its provider serves: there it is nobody's to read. */
static void look_for_leak(const struct context *s, const struct op *op, struct step_result *out)
{
    client_context_look_for_leak(s, op, out);
    if (out->seen == SEEN_LEAK || !s->service || !s->service->canaries.found)
        return;
    out->seen = SEEN_LEAK;
    out->detail = s->service->canaries.found;
    out->violates = "PO-04";
}

static enum status watch(struct context *s) { return client_watch_look(s->client, &s->watch); }

static enum status restore(struct context *s, struct case_party *copy,
                           const struct artifact *snapshot, struct answer *out)
{
    if (!client_context_account(s->client, copy))
        return E_LIMIT;
    return driver_restore(s->driver, copy->name, snapshot->body, s->arena, out);
}

/* ---- publish */

struct upload {
    struct client_context *client;
    uint64_t account;
    size_t since;
};

/* An iq that sets prekeys, with a signed one in it. */
static bool has_uploaded(void *context)
{
    const struct upload *u = context;
    for (size_t i = u->since; i < u->client->n_observed; i++) {
        const struct observed_stanza *h = &u->client->observed[i];
        const char *type = stanza_get(h->stanza, "type");
        if (h->account == u->account && strcmp(h->stanza->name, "iq") == 0 && type &&
            strcmp(type, "set") == 0 && stanza_child(h->stanza, "skey"))
            return true;
    }
    return false;
}

static enum status rotate(struct context *s, struct case_party *by, struct answer *out)
{
    struct upload u = {s->client, client_context_account(s->client, by)->id, s->client->n_observed};
    client_context_account(s->client, by)->n_rotations++;
    enum status st = driver_rotate(s->driver, by->name, s->arena, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    st = client_context_until(s->client, by, has_uploaded, &u, s->client->timeout_ms, out);
    if (!st && out->seen == SEEN_SILENCE)
        out->detail = "no new signed prekey was published";
    return st;
}

static bool has_prekeys(void *context)
{
    const struct upload *u = context;
    return server_one_time_keys_left(u->client->server, u->account) > 0;
}

/* The gatekeeper has told a client whose one-time prekeys are nearly gone: new ones are on their
 * way. */
static enum status await_prekeys(struct context *s, struct case_party *by, struct answer *out)
{
    struct upload u = {s->client, client_context_account(s->client, by)->id, s->client->n_observed};
    if (has_prekeys(&u))
        return OK;
    enum status st =
        client_context_until(s->client, by, has_prekeys, &u, s->client->timeout_ms, out);
    if (!st && out->seen == SEEN_SILENCE) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "its one-time prekeys are used up and it published no new ones";
    }
    return st;
}

static enum status publish(struct context *s, struct case_party *by,
                           const struct publish_options *options, struct answer *out)
{
    struct buffer bundle;
    enum status st = client_context_be_connected(s->client, by, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    if (options->rotate_signed_prekey && ((st = rotate(s, by, out)) || out->seen != SEEN_DONE))
        return st;
    if (!options->without_one_time_prekey &&
        ((st = await_prekeys(s, by, out)) || out->seen != SEEN_DONE))
        return st;
    buffer_init(&bundle, 4096);
    st = server_bundle_take(s->client->server, client_context_account(s->client, by)->id,
                            options->without_one_time_prekey ? ONE_TIME_NONE
                            : options->takes_newest          ? ONE_TIME_NEWEST
                                                             : ONE_TIME_OLDEST,
                            &bundle);
    if (st == E_MISSING) {
        st = OK;
        out->seen = SEEN_UNREADABLE;
        out->detail = "the client published no prekeys, or has no one-time prekey left";
    } else if (!st) {
        out->body = arena_copy(s->arena, buffer_bytes(&bundle));
        st = out->body.data ? OK : E_NOMEM;
    }
    buffer_fini(&bundle);
    return st;
}

/* ---- start */

struct order {
    const struct case_party *a;
    enum target_event_kind done;
    struct case_party *with;
    size_t since;
    const struct target_event *told;
};

static bool is_about(const struct target_event *e, const struct case_party *who)
{
    return strcmp(e->peer, who->address_name) == 0 && e->device == who->device;
}

static bool is_told(void *context)
{
    struct order *o = context;
    for (size_t i = o->since; i < o->a->n_events && !o->told; i++) {
        const struct target_event *e = o->a->events[i];
        if ((e->kind == o->done || e->kind == TARGET_EVENT_FAILED) && is_about(e, o->with))
            o->told = e;
    }
    return o->told != NULL;
}

static void take_told(const struct order *o, struct answer *out)
{
    if (out->seen == SEEN_SILENCE || !o->told)
        return;
    out->seen = o->told->kind == o->done ? SEEN_DONE : SEEN_REFUSAL;
    out->reason = o->told->reason;
    out->detail = o->told->detail;
}

static enum status start(struct context *s, struct case_party *by, struct case_party *with,
                         const struct artifact *bundle, const struct word_use *fetch_mutation,
                         struct answer *out)
{
    const struct word_use honest = {0};
    struct order order = {.a = by, .done = TARGET_EVENT_PREPARED, .with = with};
    struct target_conversation where = {.party = by->name,
                                        .peer = {with->address_name, with->device}};
    struct client_context_account *account = client_context_account(s->client, with);
    enum status st = account ? client_context_be_connected(s->client, by, out) : E_LIMIT;
    if (st || out->seen != SEEN_DONE)
        return st;
    server_set_fetch_mutation(s->client->server, fetch_mutation ? *fetch_mutation : honest);
    order.since = by->n_events;
    if ((st = server_bundle_put(s->client->server, account->id, bundle->body)) ||
        (st = driver_prepare(s->driver, &where, s->arena, out)) || out->seen != SEEN_DONE)
        return st;
    /* a question that is not answered has failed after this time of the client's own */
    uint64_t wait = s->client->timeout_ms + s->client->profile->handshake_timeout_ms;
    st = client_context_until(s->client, by, is_told, &order, wait, out);
    server_set_fetch_mutation(s->client->server, honest);
    take_told(&order, out);
    return st;
}

/* ---- seal */

struct sending {
    struct client_context *client;
    struct order order;
    uint64_t account;
    const char *to;
    size_t since;
    const struct observed_stanza *observed;
};

static bool is_sent_or_failed(void *context)
{
    struct sending *w = context;
    for (size_t i = w->since; i < w->client->n_observed && !w->observed; i++) {
        const struct observed_stanza *h = &w->client->observed[i];
        const char *to = stanza_get(h->stanza, "to");
        if (h->account == w->account && strcmp(h->stanza->name, "message") == 0 && to &&
            strcmp(to, w->to) == 0)
            w->observed = h;
    }
    return w->observed || (is_told(&w->order) && w->order.told->kind == TARGET_EVENT_FAILED);
}

/* The encrypted body of a message stanza. False when there is none that can be taken. */
static bool take_enc(struct context *s, const struct stanza *message, struct artifact *made)
{
    const struct stanza *enc = stanza_child(message, "enc");
    const char *type = enc ? stanza_get(enc, "type") : NULL;
    if (!type || stanza_bytes(enc, s->arena, &made->body))
        return false;
    made->kind = context_kind_of_enc(s, type);
    return strcmp(type, "pkmsg") == 0 || strcmp(type, "msg") == 0;
}

static void take_sent(struct context *s, struct sending *w, struct artifact *made,
                      struct answer *out)
{
    if (out->seen == SEEN_SILENCE)
        return;
    if (!w->observed) {
        out->seen = SEEN_REFUSAL;
        out->reason = w->order.told->reason;
        out->detail = w->order.told->detail;
        return;
    }
    /* the list may have moved while it grew; what it points at stays */
    struct observed_stanza *copy = arena_alloc(s->arena, sizeof(*copy));
    if (copy)
        *copy = *w->observed;
    made->observed = copy;
    made->id = stanza_get(w->observed->stanza, "id");
    out->seen = SEEN_DONE;
    if (!copy || !take_enc(s, w->observed->stanza, made)) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "the message stanza has no <enc> of type pkmsg or msg with base64 in it";
    }
}

/* A client that was stopped before it read the ack would send the message again, in the place of
 * the next: it is given the time to say that it has. */
static enum status await_ack(struct sending *w, struct case_party *by, struct answer *out)
{
    struct answer answer;
    enum status st = client_context_until(w->client, by, is_told, &w->order, GRACE_MS, &answer);
    if (!st && answer.seen != SEEN_DONE && answer.seen != SEEN_SILENCE)
        *out = answer;
    return st;
}

static enum status seal(struct context *s, struct case_party *by, struct artifact *made,
                        struct answer *out)
{
    struct client_context *client = s->client;
    struct case_party *to = made->addressee;
    if (!to) {
        out->seen = SEEN_UNSUPPORTED;
        return OK;
    }
    struct sending w = {.client = client,
                        .order = {.a = by, .done = TARGET_EVENT_SENT, .with = to}};
    struct target_conversation where = {.party = by->name, .peer = {to->address_name, to->device}};
    enum status st =
        client_context_account(client, to) ? client_context_be_connected(client, by, out) : E_LIMIT;
    if (st || out->seen != SEEN_DONE)
        return st;
    w.account = client_context_account(client, by)->id;
    w.to =
        stanza_address(s->arena, to->address_name, to->device, client->profile->stanza_user_domain);
    w.since = client->n_observed;
    w.order.since = by->n_events;
    if (!w.to)
        return E_NOMEM;
    client_context_account(client, by)->n_orders++;
    st = driver_send_content(s->driver, &where, made->content, s->arena, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    st = client_context_until(client, by, is_sent_or_failed, &w, client->timeout_ms, out);
    if (!st && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE))
        take_sent(s, &w, made, out);
    return st || out->seen != SEEN_DONE ? st : await_ack(&w, by, out);
}

/* ---- open */

/* What a client did about one delivered stanza. */
struct reaction {
    struct client_context *client;
    struct case_party *to, *from;
    uint64_t account;
    const char *id, *ping;
    size_t observed_before, events_before;
    unsigned connection;
};

static bool line_is_over(const struct reaction *r)
{
    struct server_connection *connection = server_account_connection(r->client->server, r->account);
    return !connection || server_connection_number(connection) != r->connection;
}

static bool has_reacted(void *context)
{
    const struct reaction *r = context;
    return client_context_find(r->client, r->account, "ack", r->id, r->observed_before) ||
           line_is_over(r) ||
           (r->ping &&
            client_context_find(r->client, r->account, "iq", r->ping, r->observed_before));
}

static bool is_acked_or_over(void *context)
{
    const struct reaction *r = context;
    return client_context_find(r->client, r->account, "ack", r->id, r->observed_before) ||
           line_is_over(r);
}

static bool is_closed_told(void *context)
{
    const struct reaction *r = context;
    return client_context_event(r->to, TARGET_EVENT_CLOSED, r->events_before) ||
           client_context_event(r->to, TARGET_EVENT_GAVE_UP, r->events_before);
}

/* The contract's reason for what stands on the wire. */
static uint32_t reason_of_retry(const struct stanza *receipt)
{
    static const uint32_t reasons[] = {0, 9, 6, 8, 1, 3, 5, 3, 9, 3};
    const struct stanza *retry = stanza_child(receipt, "retry");
    const char *error = retry ? stanza_get(retry, "error") : NULL;
    unsigned long n = error ? strtoul(error, NULL, 10) : 0;
    return n < COUNT_OF(reasons) ? reasons[n] : 0;
}

static const char *detail_of(struct context *s, const char *form, const char *value)
{
    const char *text = arena_printf(s->arena, form, value ? value : "?");
    return text ? text : "";
}

/* A refusal stated on the wire or told. False when there was none. */
static bool take_refusal(struct context *s, const struct reaction *r, struct answer *out)
{
    const struct observed_stanza *ack =
        client_context_find(r->client, r->account, "ack", r->id, r->observed_before);
    const struct observed_stanza *receipt =
        client_context_find(r->client, r->account, "receipt", r->id, r->observed_before);
    const char *error = ack ? stanza_get(ack->stanza, "error") : NULL;
    const char *type = receipt ? stanza_get(receipt->stanza, "type") : NULL;
    const struct target_event *refused =
        client_context_event(r->to, TARGET_EVENT_REFUSED, r->events_before);
    const struct target_event *closed =
        client_context_event(r->to, TARGET_EVENT_CLOSED, r->events_before);
    bool is_retry = type && strcmp(type, "retry") == 0;
    bool is_closed = closed && closed->by_self && closed->reason;
    if (!error && !is_retry && !refused && !is_closed)
        return false;
    out->seen = SEEN_REFUSAL;
    out->reason = refused     ? refused->reason
                  : is_closed ? closed->reason
                  : is_retry  ? reason_of_retry(receipt->stanza)
                              : 0;
    if (error && strcmp(error, "496") == 0)
        out->reason = REFUSAL_DUPLICATE;
    out->detail = refused && refused->detail[0] ? refused->detail
                  : is_retry                    ? "it asked for the message again"
                  : error                       ? detail_of(s, "it answered with error %s", error)
                  : is_closed ? detail_of(s, "it ended the connection: %s", closed->detail)
                              : "";
    return true;
}

static void conclude_open(struct context *s, const struct reaction *r,
                          const struct artifact *message, struct answer *out)
{
    const struct target_event *shown =
        client_context_event(r->to, TARGET_EVENT_SHOWN, r->events_before);
    bool is_silent = out->seen == SEEN_SILENCE;
    if (shown) {
        bool is_same = content_equal(shown->content, message->content) && is_about(shown, r->from);
        out->seen = is_same ? SEEN_PLAINTEXT : SEEN_OTHER_PLAINTEXT;
        out->detail = is_same ? "" : "the person was shown something that this sender did not say";
    } else if (!take_refusal(s, r, out)) {
        out->seen = is_silent ? SEEN_SILENCE : SEEN_ABSORBED;
        out->detail = is_silent ? "" : "nothing was shown, and nothing said why";
    }
}

static enum status mutated_document(struct context *s, const struct artifact *message,
                                    struct buffer *honest, const char *other, struct buffer *out)
{
    struct stanza_mutation_context context = {.other_address = other,
                                              .canary = client_context_bait(s->client)};
    if (!message->delivery.stanza_mutation)
        return buffer_append(out, buffer_bytes(honest));
    return stanza_mutation_apply(message->delivery.stanza_mutation, buffer_bytes(honest), &context,
                                 out);
}

/* The message as a document of this profile, mutated as its delivery says. */
static enum status write_document(struct context *s, const struct artifact *message, uint64_t to,
                                  uint64_t from, struct buffer *out)
{
    struct buffer honest;
    const struct server_message m = {.id = message->id,
                                     .from = from,
                                     .to = to,
                                     .type = "text",
                                     .enc_type = artifact_enc_type(message),
                                     .body = message->body};
    const char *other =
        stanza_address(s->arena, "somebody-else", 1, s->client->profile->stanza_user_domain);
    buffer_init(&honest, DOCUMENT_MAX);
    enum status st = server_message_write(s->client->server, &m, &honest);
    if (!st)
        st = mutated_document(s, message, &honest, other, out);
    if (!st)
        st = field_edits_apply(&message->edits, OBJECT_STANZA, out);
    buffer_fini(&honest);
    return st;
}

static enum status push(struct context *s, struct reaction *r, const struct artifact *message,
                        struct server_connection *connection)
{
    const struct word_use *channel = message->delivery.channel_mutation;
    struct buffer document;
    uint64_t from = client_context_account(s->client, r->from)->id;
    buffer_init(&document, DOCUMENT_MAX);
    enum status st = write_document(s, message, r->account, from, &document);
    server_edit_channel(s->client->server, &message->edits);
    if (!st)
        st = server_connection_push(connection, buffer_bytes(&document), channel);
    server_edit_channel(s->client->server, NULL);
    buffer_fini(&document);
    /* after a mutation of the channel a ping would be part of what is changed */
    bool is_intact = !channel && !field_edits_has(&message->edits, OBJECT_TRANSPORT) &&
                     !field_edits_has(&message->edits, OBJECT_FRAME);
    if (!st && is_intact && !line_is_over(r))
        st = (r->ping = client_context_new_id(s->client))
                 ? client_context_push_ping(s->client, connection, r->ping)
                 : E_NOMEM;
    return st;
}

static enum status wait_for_reaction(struct reaction *r, struct answer *out)
{
    enum status st =
        client_context_until(r->client, r->to, has_reacted, r, r->client->timeout_ms, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    bool is_over = line_is_over(r);
    if (!is_over && !is_acked_or_over(r)) {
        if ((st = client_context_until(r->client, r->to, is_acked_or_over, r, GRACE_MS, out)))
            return st;
        is_over = line_is_over(r);
    }
    if (is_over && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE))
        st = client_context_until(r->client, r->to, is_closed_told, r, GRACE_MS * 5, out);
    else if (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE)
        st = client_context_poll(r->client, r->to, out);
    if (!st && out->seen == SEEN_SILENCE)
        out->seen = SEEN_DONE; /* the line spoke, or ended: that is no silence */
    return st;
}

static enum status open(struct context *s, struct artifact *message, struct case_party *to,
                        struct case_party *from, struct answer *out)
{
    struct client_context *client = s->client;
    struct reaction r = {.client = client, .to = to, .from = from};
    enum status st = client_context_account(client, from)
                         ? client_context_be_connected(client, to, out)
                         : E_LIMIT;
    if (st || out->seen != SEEN_DONE)
        return st;
    r.account = client_context_account(client, to)->id;
    if (!message->id || !message->delivery.has_same_id)
        message->id = client_context_new_id(client);
    struct server_connection *connection = client_context_connection(client, to);
    if (!message->id || !connection)
        return message->id ? E_IO : E_NOMEM;
    r.id = message->id;
    r.connection = server_connection_number(connection);
    message->observed_before = r.observed_before = client->n_observed;
    r.events_before = to->n_events;
    if ((st = push(s, &r, message, connection)))
        return st;
    st = wait_for_reaction(&r, out);
    if (!st && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE))
        conclude_open(s, &r, message, out);
    return st;
}

/* ---- content: a message to one party is content with padding, one to a group is not */

static enum status make_content(struct context *s, const struct seal_what *what,
                                struct artifact *made)
{
    struct buffer content;
    enum content_kind kind = what->content_kind;
    if (what->group)
        return OK;
    made->content = what->content;
    if (what->content.len)
        return OK;
    buffer_init(&content, s->cipher->limits.plaintext_max);
    enum status st = kind == CONTENT_NONE || kind == CONTENT_TEXT
                         ? content_encode_text(what->plaintext, &content)
                         : content_encode_example(kind, what->plaintext, &content);
    if (!st)
        made->content = arena_copy(s->arena, buffer_bytes(&content));
    buffer_fini(&content);
    if (!st && made->content.data)
        st = canaries_plant(&s->client->canaries, CLIENT_SECRET_TEXT, what->plaintext);
    return st ? st : made->content.data ? OK : E_NOMEM;
}

/* What the cipher carries: the plaintext itself, or content with its padding. */
static enum status pack(struct context *s, const struct seal_what *what,
                        const struct artifact *made, struct bytes *out)
{
    struct buffer packed;
    uint32_t n = 0;
    *out = what->plaintext;
    if (what->group)
        return OK;
    const struct wire_profile *p = s->client->profile;
    buffer_init(&packed, s->cipher->limits.plaintext_max);
    enum status st = random_below(&s->random, p->padding_max - p->padding_min + 1, &n);
    if (!st)
        st = what->content_mutation
                 ? content_mutation_apply(what->content_mutation, made->content, p, &packed)
                 : content_pad(made->content, p->padding_min + n, p, &packed);
    if (!st)
        *out = arena_copy(s->arena, buffer_bytes(&packed));
    buffer_fini(&packed);
    return st ? st : out->data ? OK : E_NOMEM;
}

/* Is what our own party opened what was sealed? */
static bool is_what_was_sealed(const struct context *s, const struct artifact *message,
                               struct bytes opened, const char **out_violates)
{
    struct bytes content;
    if (message->group)
        return bytes_equal(opened, message->plaintext);
    if (!content_unpad(opened, s->client->profile, &content))
        return content_equal(content, message->content);
    *out_violates = "CT-02";
    return false;
}

const struct surface_acts surface_client = {
    .surface = SURFACE_CLIENT,
    .claimed_under = CAPABILITY_OF_CLIENT,
    .granted = "without-one-time-prekey",
    .not_offered = "the target is no whole client: it does not offer the surface client",
    .not_asked_for = "it needs a whole client, and only the library surface was asked for",
    .has_longest_message = true,
    .preparation = "Reset, CreateClient target",
    .shows_text = true,
    .begin = begin,
    .end = end,
    .create = create,
    .publish = publish,
    .start = start,
    .seal = seal,
    .open = open,
    .restore = restore,
    .make_content = make_content,
    .pack = pack,
    .is_what_was_sealed = is_what_was_sealed,
    .look_for_leak = look_for_leak,
    .watch = watch,
};
