#include "run/surface.h"

#include "run/scene.h"
#include "wire/content.h"
#include "wire/stanza_bend.h"

#include <stdlib.h>
#include <string.h>

#define GRACE_MS                                                                                   \
    40u /* after the answer to a later ping, for a client that works on several things at once */
#define DOCUMENT_MAX (32u * 1024u * 1024u)

static enum status create(struct stage *s, struct actor *a, struct answer *out)
{
    return scene_create(s->scene, a, out);
}

static enum status restore(struct stage *s, struct actor *copy, const struct thing *snapshot,
                           struct answer *out)
{
    if (!scene_account(s->scene, copy))
        return E_LIMIT;
    return client_restore(s->client, copy->name, snapshot->body, s->arena, out);
}

/* ---- publish */

struct upload {
    struct scene *scene;
    uint64_t account;
    size_t since;
};

/* An iq that sets prekeys, with a signed one in it. */
static bool has_uploaded(void *context)
{
    const struct upload *u = context;
    for (size_t i = u->since; i < u->scene->n_heard; i++) {
        const struct heard *h = &u->scene->heard[i];
        const char *type = stanza_get(h->stanza, "type");
        if (h->account == u->account && strcmp(h->stanza->name, "iq") == 0 && type &&
            strcmp(type, "set") == 0 && stanza_child(h->stanza, "skey"))
            return true;
    }
    return false;
}

static enum status rotate(struct stage *s, struct actor *by, struct answer *out)
{
    struct upload u = {s->scene, scene_account(s->scene, by)->id, s->scene->n_heard};
    enum status st = client_rotate(s->client, by->name, s->arena, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    st = scene_until(s->scene, by, has_uploaded, &u, s->scene->timeout_ms, out);
    if (!st && out->seen == SEEN_SILENCE)
        out->detail = "no new signed prekey was published";
    return st;
}

static bool has_prekeys(void *context)
{
    const struct upload *u = context;
    return gate_one_time_keys_left(u->scene->gatekeeper, u->account) > 0;
}

/* The gatekeeper has told a client whose one-time prekeys are nearly gone: new ones are on their
 * way. */
static enum status await_prekeys(struct stage *s, struct actor *by, struct answer *out)
{
    struct upload u = {s->scene, scene_account(s->scene, by)->id, s->scene->n_heard};
    if (has_prekeys(&u))
        return OK;
    enum status st = scene_until(s->scene, by, has_prekeys, &u, s->scene->timeout_ms, out);
    if (!st && out->seen == SEEN_SILENCE) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "its one-time prekeys are used up and it published no new ones";
    }
    return st;
}

static enum status publish(struct stage *s, struct actor *by, const struct publish_options *options,
                           struct answer *out)
{
    struct buffer bundle;
    enum status st = scene_be_connected(s->scene, by, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    if (options->rotate_signed_prekey && ((st = rotate(s, by, out)) || out->seen != SEEN_DONE))
        return st;
    if (!options->without_one_time_prekey &&
        ((st = await_prekeys(s, by, out)) || out->seen != SEEN_DONE))
        return st;
    buffer_init(&bundle, 4096);
    st = gate_bundle_take(s->scene->gatekeeper, scene_account(s->scene, by)->id,
                          !options->without_one_time_prekey, &bundle);
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
    const struct actor *a;
    enum remote_event_kind done;
    struct actor *with;
    size_t since;
    const struct remote_event *told;
};

static bool is_about(const struct remote_event *e, const struct actor *who)
{
    return strcmp(e->peer, who->address_name) == 0 && e->device == who->device;
}

static bool is_told(void *context)
{
    struct order *o = context;
    for (size_t i = o->since; i < o->a->n_events && !o->told; i++) {
        const struct remote_event *e = o->a->events[i];
        if ((e->kind == o->done || e->kind == REMOTE_FAILED) && is_about(e, o->with))
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

static enum status start(struct stage *s, struct actor *by, struct actor *with,
                         const struct thing *bundle, const char *fetch_bend, struct answer *out)
{
    struct gate_bend bend = {0};
    struct order order = {.a = by, .done = REMOTE_PREPARED, .with = with};
    struct target_conversation where = {.party = by->name,
                                        .peer = {with->address_name, with->device}};
    struct scene_account *account = scene_account(s->scene, with);
    enum status st = account ? scene_be_connected(s->scene, by, out) : E_LIMIT;
    if (st || out->seen != SEEN_DONE)
        return st;
    if (fetch_bend && !gate_bend_parse(GATE_BENDS_FETCH, fetch_bend, &bend))
        return E_MISSING;
    gate_bend_fetch(s->scene->gatekeeper, bend);
    order.since = by->n_events;
    if ((st = gate_bundle_put(s->scene->gatekeeper, account->id, bundle->body)) ||
        (st = client_prepare(s->client, &where, s->arena, out)) || out->seen != SEEN_DONE)
        return st;
    st = scene_until(s->scene, by, is_told, &order, s->scene->timeout_ms, out);
    gate_bend_fetch(s->scene->gatekeeper, (struct gate_bend){0});
    take_told(&order, out);
    return st;
}

/* ---- seal */

struct sending {
    struct scene *scene;
    struct order order;
    uint64_t account;
    const char *to;
    size_t since;
    const struct heard *heard;
};

static bool is_sent_or_failed(void *context)
{
    struct sending *w = context;
    for (size_t i = w->since; i < w->scene->n_heard && !w->heard; i++) {
        const struct heard *h = &w->scene->heard[i];
        const char *to = stanza_get(h->stanza, "to");
        if (h->account == w->account && strcmp(h->stanza->name, "message") == 0 && to &&
            strcmp(to, w->to) == 0)
            w->heard = h;
    }
    return w->heard || (is_told(&w->order) && w->order.told->kind == REMOTE_FAILED);
}

/* The encrypted body of a message stanza. False when there is none that can be taken. */
static bool take_enc(struct stage *s, const struct stanza *message, struct thing *made)
{
    const struct stanza *enc = stanza_child(message, "enc");
    const char *type = enc ? stanza_get(enc, "type") : NULL;
    if (!type || stanza_bytes(enc, s->arena, &made->body))
        return false;
    made->kind = strcmp(type, "pkmsg") == 0 ? SIGNAL_KIND_PREKEY : SIGNAL_KIND_MESSAGE;
    return strcmp(type, "pkmsg") == 0 || strcmp(type, "msg") == 0;
}

static void take_sent(struct stage *s, struct sending *w, struct thing *made, struct answer *out)
{
    if (out->seen == SEEN_SILENCE)
        return;
    if (!w->heard) {
        out->seen = SEEN_REFUSAL;
        out->reason = w->order.told->reason;
        out->detail = w->order.told->detail;
        return;
    }
    /* the list may have moved while it grew; what it points at stays */
    struct heard *copy = arena_alloc(s->arena, sizeof(*copy));
    if (copy)
        *copy = *w->heard;
    made->heard = copy;
    made->id = stanza_get(w->heard->stanza, "id");
    out->seen = SEEN_DONE;
    if (!copy || !take_enc(s, w->heard->stanza, made)) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "the message stanza has no <enc> of type pkmsg or msg with base64 in it";
    }
}

static enum status seal(struct stage *s, struct actor *by, struct thing *made, struct answer *out)
{
    struct scene *scene = s->scene;
    struct actor *to = made->addressee;
    if (!to) {
        out->seen = SEEN_UNSUPPORTED;
        return OK;
    }
    struct sending w = {.scene = scene, .order = {.a = by, .done = REMOTE_SENT, .with = to}};
    struct target_conversation where = {.party = by->name, .peer = {to->address_name, to->device}};
    enum status st = scene_account(scene, to) ? scene_be_connected(scene, by, out) : E_LIMIT;
    if (st || out->seen != SEEN_DONE)
        return st;
    w.account = scene_account(scene, by)->id;
    w.to =
        stanza_address(s->arena, to->address_name, to->device, scene->profile->stanza_user_domain);
    w.since = scene->n_heard;
    w.order.since = by->n_events;
    if (!w.to)
        return E_NOMEM;
    st = client_send_content(s->client, &where, made->content, s->arena, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    st = scene_until(scene, by, is_sent_or_failed, &w, scene->timeout_ms, out);
    if (!st && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE))
        take_sent(s, &w, made, out);
    return st;
}

/* ---- open */

/* What a client did about one delivered stanza. */
struct reaction {
    struct scene *scene;
    struct actor *to, *from;
    uint64_t account;
    const char *id, *ping;
    size_t heard_before, events_before;
    unsigned line;
};

static bool line_is_over(const struct reaction *r)
{
    struct gate_line *line = gate_account_line(r->scene->gatekeeper, r->account);
    return !line || gate_line_number(line) != r->line;
}

static bool has_reacted(void *context)
{
    const struct reaction *r = context;
    return scene_find(r->scene, r->account, "ack", r->id, r->heard_before) || line_is_over(r) ||
           (r->ping && scene_find(r->scene, r->account, "iq", r->ping, r->heard_before));
}

static bool is_acked_or_over(void *context)
{
    const struct reaction *r = context;
    return scene_find(r->scene, r->account, "ack", r->id, r->heard_before) || line_is_over(r);
}

static bool is_closed_told(void *context)
{
    const struct reaction *r = context;
    return scene_event(r->to, REMOTE_CLOSED, r->events_before) ||
           scene_event(r->to, REMOTE_GAVE_UP, r->events_before);
}

/* The contract's reason for what stands on the wire. */
static uint32_t reason_of_retry(const struct stanza *receipt)
{
    static const uint32_t reasons[] = {0, 9, 6, 8, 1, 3, 5, 3, 9, 3};
    const struct stanza *retry = stanza_child(receipt, "retry");
    const char *error = retry ? stanza_get(retry, "error") : NULL;
    unsigned long n = error ? strtoul(error, NULL, 10) : 0;
    return n < sizeof(reasons) / sizeof(reasons[0]) ? reasons[n] : 0;
}

static const char *detail_of(struct stage *s, const char *form, const char *value)
{
    const char *text = arena_printf(s->arena, form, value ? value : "?");
    return text ? text : "";
}

/* A refusal stated on the wire or told. False when there was none. */
static bool take_refusal(struct stage *s, const struct reaction *r, struct answer *out)
{
    const struct heard *ack = scene_find(r->scene, r->account, "ack", r->id, r->heard_before);
    const struct heard *receipt =
        scene_find(r->scene, r->account, "receipt", r->id, r->heard_before);
    const char *error = ack ? stanza_get(ack->stanza, "error") : NULL;
    const char *type = receipt ? stanza_get(receipt->stanza, "type") : NULL;
    const struct remote_event *refused = scene_event(r->to, REMOTE_REFUSED, r->events_before);
    const struct remote_event *closed = scene_event(r->to, REMOTE_CLOSED, r->events_before);
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

static void conclude_open(struct stage *s, const struct reaction *r, const struct thing *message,
                          struct answer *out)
{
    const struct remote_event *shown = scene_event(r->to, REMOTE_SHOWN, r->events_before);
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

static enum status bent_document(struct stage *s, const struct thing *message,
                                 struct buffer *honest, const char *other, struct buffer *out)
{
    struct stanza_bend bend;
    struct stanza_bend_context context = {.other_address = other, .canary = scene_bait(s->scene)};
    (void)s;
    if (!message->delivery.stanza_bend)
        return buffer_append(out, buffer_bytes(honest));
    if (!stanza_bend_parse(message->delivery.stanza_bend, &bend))
        return E_MISSING;
    return stanza_bend_apply(&bend, buffer_bytes(honest), &context, out);
}

/* The message as a document of this profile, bent as its delivery says. */
static enum status write_document(struct stage *s, const struct thing *message, uint64_t to,
                                  uint64_t from, struct buffer *out)
{
    struct buffer honest;
    const struct gate_message m = {.id = message->id,
                                   .from = from,
                                   .to = to,
                                   .type = "text",
                                   .enc_type =
                                       message->kind == SIGNAL_KIND_PREKEY ? "pkmsg" : "msg",
                                   .body = message->body};
    const char *other =
        stanza_address(s->arena, "somebody-else", 1, s->scene->profile->stanza_user_domain);
    buffer_init(&honest, DOCUMENT_MAX);
    enum status st = gate_message_write(s->scene->gatekeeper, &m, &honest);
    if (!st)
        st = bent_document(s, message, &honest, other, out);
    buffer_fini(&honest);
    return st;
}

static enum status push(struct stage *s, struct reaction *r, const struct thing *message,
                        struct gate_line *line)
{
    struct gate_bend channel = {0};
    struct buffer document;
    uint64_t from = scene_account(s->scene, r->from)->id;
    if (message->delivery.channel_bend &&
        !gate_bend_parse(GATE_BENDS_CHANNEL, message->delivery.channel_bend, &channel))
        return E_MISSING;
    buffer_init(&document, DOCUMENT_MAX);
    enum status st = write_document(s, message, r->account, from, &document);
    if (!st)
        st = gate_line_push(line, buffer_bytes(&document), channel.what ? &channel : NULL);
    buffer_fini(&document);
    /* after a bend of the channel a ping would be part of what is bent */
    if (!st && !channel.what && !line_is_over(r))
        st =
            (r->ping = scene_new_id(s->scene)) ? scene_push_ping(s->scene, line, r->ping) : E_NOMEM;
    return st;
}

static enum status wait_for_reaction(struct reaction *r, struct answer *out)
{
    enum status st = scene_until(r->scene, r->to, has_reacted, r, r->scene->timeout_ms, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    bool is_over = line_is_over(r);
    if (!is_over && !is_acked_or_over(r)) {
        if ((st = scene_until(r->scene, r->to, is_acked_or_over, r, GRACE_MS, out)))
            return st;
        is_over = line_is_over(r);
    }
    if (is_over && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE))
        st = scene_until(r->scene, r->to, is_closed_told, r, GRACE_MS * 5, out);
    else if (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE)
        st = scene_poll(r->scene, r->to, out);
    if (!st && out->seen == SEEN_SILENCE)
        out->seen = SEEN_DONE; /* the line spoke, or ended: that is no silence */
    return st;
}

static enum status open(struct stage *s, struct thing *message, struct actor *to,
                        struct actor *from, struct answer *out)
{
    struct scene *scene = s->scene;
    struct reaction r = {.scene = scene, .to = to, .from = from};
    enum status st = scene_account(scene, from) ? scene_be_connected(scene, to, out) : E_LIMIT;
    if (st || out->seen != SEEN_DONE)
        return st;
    r.account = scene_account(scene, to)->id;
    if (!message->id || !message->delivery.has_same_id)
        message->id = scene_new_id(scene);
    struct gate_line *line = scene_line(scene, to);
    if (!message->id || !line)
        return message->id ? E_IO : E_NOMEM;
    r.id = message->id;
    r.line = gate_line_number(line);
    message->heard_before = r.heard_before = scene->n_heard;
    r.events_before = to->n_events;
    if ((st = push(s, &r, message, line)))
        return st;
    st = wait_for_reaction(&r, out);
    if (!st && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE))
        conclude_open(s, &r, message, out);
    return st;
}

const struct surface surface_client = {
    .name = "client",
    .create = create,
    .publish = publish,
    .start = start,
    .seal = seal,
    .open = open,
    .restore = restore,
};
