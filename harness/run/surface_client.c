/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/surface.h"

#include "run/client_context.h"
#include "run/client_delivery.h"
#include "run/client_watch.h"
#include "run/service_context.h"
#include "scenario/capability.h"
#include "wire/content.h"

#include <string.h>

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

static bool is_told(void *context)
{
    struct order *o = context;
    for (size_t i = o->since; i < o->a->n_events && !o->told; i++) {
        const struct target_event *e = o->a->events[i];
        if ((e->kind == o->done || e->kind == TARGET_EVENT_FAILED) &&
            client_context_is_about(e, o->with))
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
    client_context_take(w->client, w->observed->stanza);
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

/* A client that was stopped before it read the ack, where there is one, would send the message
 * again, in the place of the next: it is given the time to say that it has. */
static enum status await_ack(struct sending *w, struct case_party *by, struct answer *out)
{
    struct answer answer;
    if (!server_acknowledges(w->client->server))
        return OK;
    enum status st =
        client_context_until(w->client, by, is_told, &w->order, CLIENT_CONTEXT_GRACE_MS, &answer);
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
    .open = client_delivery_do,
    .restore = restore,
    .make_content = make_content,
    .pack = pack,
    .is_what_was_sealed = is_what_was_sealed,
    .look_for_leak = look_for_leak,
    .watch = watch,
};
