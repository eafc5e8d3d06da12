/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/client_watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KEY_BYTES 256u  /* of a one-time prekey in an upload, at most */
#define KEM_BYTES 2304u /* of a KEM prekey */

/* One stanza that is looked at, and where it stands among all. */
struct judging {
    struct client_context *client;
    struct watch *w;
    const struct observed_stanza *o;
    size_t at;
};

__attribute__((format(printf, 3, 4))) static enum status
tell(const struct judging *j, const char *violates, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return watch_tell(j->w, violates, arena_text(j->client->context->arena, text));
}

static bool is_text(const char *a, const char *b) { return a && strcmp(a, b) == 0; }

static bool is_either(const char *a, const char *b, const char *c)
{
    return is_text(a, b) || is_text(a, c);
}

static bool has_same(const char *a, const char *b) { return a ? is_text(b, a) : !b; }

/* ---- what the gatekeeper sent */

typedef bool told_kind(const struct told_stanza *t);

static bool is_message(const struct told_stanza *t) { return strcmp(t->name, "message") == 0; }
static bool is_retry(const struct told_stanza *t)
{
    return strcmp(t->name, "receipt") == 0 && is_text(t->type, "retry");
}
static bool is_question(const struct told_stanza *t)
{
    return strcmp(t->name, "iq") == 0 && !is_either(t->type, "result", "error");
}
/* Whatever it is, unless it is an answer itself. */
static bool wants_ack(const struct told_stanza *t)
{
    return strcmp(t->name, "ack") != 0 && strcmp(t->name, "iq") != 0;
}
static bool calls_for_upload(const struct told_stanza *t)
{
    return t->says_few || (strcmp(t->name, "iq") == 0 && is_text(t->type, "error"));
}

/* How many the client had been sent by then; |id| NULL: of any. */
static unsigned count_told(const struct judging *j, told_kind *kind, const char *id)
{
    unsigned n = 0;
    for (size_t i = 0; i < j->client->n_told; i++) {
        const struct told_stanza *t = &j->client->told[i];
        n += t->before <= j->at && t->account == j->o->account && kind(t) &&
             (!id || is_text(t->id, id));
    }
    return n;
}

/* Requests for the message |id|, which |sent| was the first of, by whoever it is for: nobody else's
 * calls for it. */
static unsigned count_requests(const struct judging *j, const struct stanza *sent, const char *id)
{
    const char *to = stanza_get(sent, "to");
    unsigned n = 0;
    for (size_t i = 0; i < j->client->n_told; i++) {
        const struct told_stanza *t = &j->client->told[i];
        n += t->before <= j->at && t->account == j->o->account && is_retry(t) &&
             is_text(t->id, id) && (!to || is_text(t->from, to));
    }
    return n;
}

/* ---- what the client sent */

static bool is_upload(const struct stanza *s)
{
    return strcmp(s->name, "iq") == 0 && stanza_has(s, "type", "set");
}

/* Is |s| like |o|: of its name and type, and with its id? */
static bool is_like(const struct stanza *s, const struct stanza *o)
{
    return strcmp(s->name, o->name) == 0 && has_same(stanza_get(s, "id"), stanza_get(o, "id")) &&
           (strcmp(s->name, "message") == 0 ||
            has_same(stanza_get(s, "type"), stanza_get(o, "type")));
}

/* How many like |j->o| came until now, itself among them; the first goes to |*out_first|. */
static unsigned count_like(const struct judging *j, const struct observed_stanza **out_first)
{
    unsigned n = 0;
    *out_first = j->o;
    for (size_t i = 0; i <= j->at; i++) {
        const struct observed_stanza *o = &j->client->observed[i];
        if (o->account != j->o->account || !is_like(o->stanza, j->o->stanza))
            continue;
        if (!n++)
            *out_first = o;
    }
    return n;
}

/* Connections that the account made after |since|, as far as |j->o|. */
static unsigned count_reconnections(const struct judging *j, unsigned since)
{
    unsigned n = 0;
    for (size_t i = 0; i < j->client->n_connections; i++) {
        const struct observed_connection *c = &j->client->connections[i];
        n += c->is_authenticated && c->account == j->o->account && c->number > since &&
             c->number <= j->o->connection;
    }
    return n;
}

static struct client_context_account *account_of(const struct judging *j)
{
    for (size_t i = 0; i < j->client->n_accounts; i++)
        if (j->client->accounts[i].id == j->o->account)
            return &j->client->accounts[i];
    return NULL;
}

/* ---- answers */

/* Is it one answer for each of |kind| with its id? */
static enum status judge_count(const struct judging *j, told_kind *kind, const char *violates)
{
    const struct stanza *s = j->o->stanza;
    const char *id = stanza_get(s, "id"), *type = stanza_get(s, "type");
    const struct observed_stanza *first;
    if (!id)
        return tell(j, violates, "the client sent <%s> without an id", s->name);
    unsigned told = count_told(j, kind, id), sent = count_like(j, &first);
    if (!told)
        return tell(j, violates,
                    "the client sent <%s%s%s> with the id %s, which nothing had "
                    "that asks for one",
                    s->name, type ? " " : "", type ? type : "", id);
    if (sent <= told + count_reconnections(j, first->connection))
        return OK;
    return tell(j, violates,
                "the client sent <%s%s%s> with the id %s %u times; it was asked for "
                "%u times",
                s->name, type ? " " : "", type ? type : "", id, sent, told);
}

/* A receipt goes to whom the message is from. */
static enum status judge_addressee(const struct judging *j)
{
    const char *to = stanza_get(j->o->stanza, "to"), *id = stanza_get(j->o->stanza, "id");
    bool is_other = false;
    for (size_t i = 0; to && id && i < j->client->n_told; i++) {
        const struct told_stanza *t = &j->client->told[i];
        if (t->account != j->o->account || !is_message(t) || !is_text(t->id, id))
            continue;
        if (!t->from || strcmp(t->from, to) == 0)
            return OK;
        is_other = true;
    }
    return is_other ? tell(j, "LK-03",
                           "the client sent a receipt for the message %s to %s, who "
                           "did not send it",
                           id, to)
                    : OK;
}

static enum status judge_receipt(const struct judging *j)
{
    const char *type = stanza_get(j->o->stanza, "type");
    const char *violates = !type                    ? "ST-04"
                           : is_text(type, "read")  ? "ST-05"
                           : is_text(type, "retry") ? "RT-01"
                                                    : "ST-24";
    if (is_text(type, "read") && !j->client->n_reads)
        return tell(j, violates, "the client sent a read receipt, and nobody had read anything");
    enum status st = judge_count(j, is_message, violates);
    return st || j->w->found ? st : judge_addressee(j);
}

/* ---- what it sends of its own */

/* A stanza of its own has an id that no other of the connection has. Where the whole stanza comes
 * again it is counted, too: what it repeats is then the fault. */
static enum status judge_id(const struct judging *j)
{
    const char *id = stanza_get(j->o->stanza, "id");
    if (!stanza_is_id(id))
        return tell(j, "ST-25", "the client sent <%s> whose id is %s", j->o->stanza->name,
                    !id   ? "missing"
                    : *id ? "longer than 64 characters"
                          : "empty");
    for (size_t i = 0; i < j->at; i++) {
        const struct observed_stanza *o = &j->client->observed[i];
        const struct stanza *s = o->stanza;
        bool is_own =
            strcmp(s->name, "message") == 0 ||
            (strcmp(s->name, "iq") == 0 && is_either(stanza_get(s, "type"), "get", "set"));
        bool is_again = bytes_equal(o->document, j->o->document) ||
                        (strcmp(s->name, "message") == 0 && is_like(s, j->o->stanza));
        if (o->account == j->o->account && o->connection == j->o->connection && is_own &&
            !is_again && is_text(stanza_get(s, "id"), id))
            return tell(j, "ST-25", "the client sent two stanzas of its own with the id %s", id);
    }
    return OK;
}

/* The same message, or another under its id? */
static bool is_same_body(const struct observed_stanza *a, const struct observed_stanza *b)
{
    const struct stanza *x = stanza_child(a->stanza, "enc"), *y = stanza_child(b->stanza, "enc");
    return x && y && strcmp(x->text, y->text) == 0;
}

/* Was the person told that the message |id| was taken, before the connection was made on which it
 * came again? What was told before it was connected so often as it has been since. */
static bool was_known_to_be_taken(const struct judging *j, const char *id)
{
    const struct client_context_account *account = account_of(j);
    const struct case_party *at = account ? account->at : NULL;
    size_t n_connected = 0, n_since = 0;
    bool is_told = false;
    for (size_t i = 0; at && i < at->n_events; i++) {
        const struct target_event *e = at->events[i];
        is_told |= e->kind == TARGET_EVENT_SENT && strcmp(e->id, id) == 0;
        n_connected += is_told && e->kind == TARGET_EVENT_CONNECTED;
    }
    for (size_t i = 0; i < j->client->n_connections; i++) {
        const struct observed_connection *c = &j->client->connections[i];
        n_since +=
            c->is_authenticated && c->account == j->o->account && c->number >= j->o->connection;
    }
    return is_told && n_connected >= n_since;
}

/* The first message of |o|'s id that the account sent. */
static size_t first_of(const struct judging *j, const struct observed_stanza *o)
{
    size_t i = 0;
    while (j->client->observed[i].account != o->account ||
           !is_like(j->client->observed[i].stanza, o->stanza))
        i++;
    return i;
}

/* Is |j->o|, which has the id of |first|, for the same, and of the same type where it has its very
 * bytes? */
static enum status judge_sameness(const struct judging *j, const struct observed_stanza *first)
{
    const struct stanza *s = j->o->stanza;
    const struct stanza *a = stanza_child(first->stanza, "enc"), *b = stanza_child(s, "enc");
    const char *id = stanza_get(s, "id"), *to = stanza_get(s, "to");
    bool is_same = is_same_body(first, j->o);
    if (!has_same(stanza_get(first->stanza, "to"), to))
        return tell(j, is_same ? "ST-01" : "ST-02",
                    "the client sent %s under the id %s to %s, and had sent it to %s",
                    is_same ? "a message again" : "a message", id, to ? to : "nobody",
                    stanza_get(first->stanza, "to"));
    if (is_same && !has_same(stanza_get(a, "type"), stanza_get(b, "type")))
        return tell(j, "ST-01",
                    "the client sent the message %s again, and its enc is of another type than it "
                    "was",
                    id);
    return OK;
}

/* |j->o| comes again, and nobody asked for it. */
static enum status judge_again(const struct judging *j)
{
    const struct stanza *s = j->o->stanza;
    const char *id = stanza_get(s, "id"), *to = stanza_get(s, "to");
    size_t own = first_of(j, j->o);
    if (was_known_to_be_taken(j, id))
        return tell(j, "RC-10",
                    "the client sent the message %s again, and had told that it was taken", id);
    for (size_t i = own + 1; i < j->at; i++) {
        const struct observed_stanza *o = &j->client->observed[i];
        bool is_beside = o->account == j->o->account && o->connection == j->o->connection &&
                         strcmp(o->stanza->name, "message") == 0 &&
                         has_same(stanza_get(o->stanza, "to"), to);
        size_t first = is_beside ? first_of(j, o) : i;
        if (first < i && first > own && !count_requests(j, o->stanza, stanza_get(o->stanza, "id")))
            return tell(j, "ST-26",
                        "the client sent the message %s again after a message that was said "
                        "later",
                        id);
    }
    return OK;
}

static enum status judge_message(const struct judging *j)
{
    const char *id = stanza_get(j->o->stanza, "id");
    const struct observed_stanza *first;
    struct client_context_account *account = account_of(j);
    enum status st = judge_id(j);
    if (st || j->w->found || !account)
        return st;
    unsigned sent = count_like(j, &first), asked = count_requests(j, first->stanza, id);
    if (sent == 1 && ++account->n_messages > account->n_orders)
        return tell(j, "ST-24", "the client sent the message %s, and its person had said %u so far",
                    id, account->n_orders);
    if (sent <= 1 + asked + count_reconnections(j, first->connection)) {
        st = sent > 1 ? judge_sameness(j, first) : OK;
        return st || j->w->found || sent == 1 || asked ? st : judge_again(j);
    }
    return tell(j, asked || is_same_body(first, j->o) ? "ST-24" : "ST-02",
                "the client sent %u messages with the id %s; it was asked for it again %u times",
                sent, id, asked);
}

/* So many transport messages the profile's number of keys takes, at most; of a client of v4 with as
 * many KEM prekeys as one upload may have. */
static unsigned count_parts(const struct judging *j)
{
    const struct wire_profile *p = j->client->profile;
    size_t keys = p->prekey_upload_count, most = CLIENT_CONTEXT_KEMS_AT_A_TIME,
           kems = keys < most ? keys : most;
    size_t bytes = keys * KEY_BYTES;
    if (j->client->context->cipher->kem_prekey_len)
        bytes += (kems + 1) * KEM_BYTES;
    return (unsigned)((bytes + p->noise_max_message - 1) / p->noise_max_message);
}

/* As many one-time KEM prekeys as may be: what is left of them comes in an upload of its own. */
static bool is_full(const struct judging *j, const struct stanza *upload)
{
    const struct stanza *list = stanza_child(upload, "list");
    size_t n = 0;
    for (size_t i = 0; list && i < list->n_children; i++)
        n += strcmp(list->children[i].name, "kem") == 0;
    return j->client->context->cipher->kem_prekey_len && n >= CLIENT_CONTEXT_KEMS_AT_A_TIME;
}

static bool has_answer(const struct judging *j, const struct observed_stanza *upload)
{
    const char *id = stanza_get(upload->stanza, "id");
    for (size_t i = 0; id && i < j->client->n_told; i++) {
        const struct told_stanza *t = &j->client->told[i];
        if (t->connection == upload->connection && strcmp(t->name, "iq") == 0 &&
            is_text(t->id, id) && is_either(t->type, "result", "error"))
            return true;
    }
    return false;
}

/* One for the first time and for each connection, rotation, error and count that says that few are
 * left, and in the place of each without an answer; in several parts where one has no room for
 * it. */
static enum status judge_upload(const struct judging *j)
{
    const struct client_context_account *account = account_of(j);
    unsigned n = 0, n_full = 0, n_unanswered = 0;
    for (size_t i = 0; i <= j->at; i++) {
        const struct observed_stanza *o = &j->client->observed[i];
        bool is_one = o->account == j->o->account && is_upload(o->stanza);
        n += is_one;
        n_full += is_one && i < j->at && is_full(j, o->stanza);
        n_unanswered += is_one && i < j->at && j->client->has_held && !has_answer(j, o);
    }
    unsigned calls = count_told(j, calls_for_upload, NULL) + count_reconnections(j, 0) +
                     (account ? account->n_rotations : 0) + n_unanswered;
    if (n <= calls * count_parts(j) + n_full)
        return OK;
    return tell(j, "ST-24", "the client published prekeys %u times, and %u things called for it", n,
                calls);
}

static enum status judge_iq(const struct judging *j)
{
    const struct stanza *s = j->o->stanza;
    if (is_either(stanza_get(s, "type"), "result", "error"))
        return j->client->is_unsure ? OK : judge_count(j, is_question, "ST-17");
    enum status st = judge_id(j);
    return st || j->w->found || !is_upload(s) ? st : judge_upload(j);
}

static enum status judge(const struct judging *j)
{
    const char *name = j->o->stanza->name;
    if (strcmp(name, "message") == 0)
        return judge_message(j);
    if (strcmp(name, "iq") == 0)
        return judge_iq(j);
    if (j->client->is_unsure)
        return OK; /* what it was sent cannot be read: nobody can say what it answers */
    if (strcmp(name, "ack") == 0)
        return judge_count(j, wants_ack, "ST-03");
    return strcmp(name, "receipt") == 0 ? judge_receipt(j) : OK;
}

/* ---- what the person was told */

/* Has the account sent the message |id|, to |to| (NULL: to anybody)? */
static bool has_sent(const struct client_context *client, uint64_t account, const char *id,
                     const char *to)
{
    for (size_t i = 0; i < client->n_observed; i++) {
        const struct observed_stanza *o = &client->observed[i];
        if (o->account == account && strcmp(o->stanza->name, "message") == 0 &&
            stanza_has(o->stanza, "id", id) && (!to || stanza_has(o->stanza, "to", to)))
            return true;
    }
    return false;
}

/* What was read was delivered, too, and what was delivered was sent. */
static bool says_so(const struct told_stanza *t, enum target_event_kind kind)
{
    return is_text(t->type, "read") || (!t->type && kind != TARGET_EVENT_READ);
}

/* Is there an ack of the message |e->id|, where that is enough, or such a receipt from whom it was
 * for? */
static bool is_called_for(const struct client_context *client, uint64_t account,
                          const struct target_event *e)
{
    for (size_t i = 0; i < client->n_told; i++) {
        const struct told_stanza *t = &client->told[i];
        if (t->account != account || !is_text(t->id, e->id))
            continue;
        bool is_ack = strcmp(t->name, "ack") == 0 && is_text(t->class, "message") && !t->is_error;
        if (is_ack && e->kind == TARGET_EVENT_SENT)
            return true;
        if (strcmp(t->name, "receipt") == 0 && t->from && says_so(t, e->kind) &&
            has_sent(client, account, e->id, t->from))
            return true;
    }
    return false;
}

static enum status judge_event(struct client_context *client, uint64_t account,
                               const struct target_event *e, struct watch *w)
{
    static const char *const words[] = {[TARGET_EVENT_SENT] = "sent",
                                        [TARGET_EVENT_DELIVERED] = "delivered",
                                        [TARGET_EVENT_READ] = "read"};
    bool is_of_message = e->kind == TARGET_EVENT_SENT || e->kind == TARGET_EVENT_DELIVERED ||
                         e->kind == TARGET_EVENT_READ;
    if (!is_of_message || !e->id[0] || is_called_for(client, account, e))
        return OK;
    return watch_tell(w, e->kind == TARGET_EVENT_SENT ? "ST-28" : "RT-08",
                      arena_printf(client->context->arena,
                                   "the person was told that the message %s was %s, and nobody "
                                   "who could had said so",
                                   e->id, words[e->kind]));
}

static enum status judge_events(struct client_context *client, struct watch *w)
{
    enum status st = OK;
    for (size_t i = 0; i < client->n_accounts && !st; i++) {
        struct case_party *at = client->accounts[i].at;
        for (; at && !st && at->n_events_judged < at->n_events; at->n_events_judged++)
            st = client->is_unsure ? OK
                                   : judge_event(client, client->accounts[i].id,
                                                 at->events[at->n_events_judged], w);
    }
    return st;
}

/* ---- what cannot be read */

/* By how the gatekeeper says it (server/server.h): the layer that is broken. */
static const char *broken_rule(const char *trouble)
{
    static const char *const of_frames[] = {"a frame", "more bytes than a frame"};
    for (size_t i = 0; i < sizeof(of_frames) / sizeof(of_frames[0]); i++)
        if (strncmp(trouble, of_frames[i], strlen(of_frames[i])) == 0)
            return "FR-10";
    return "ST-25";
}

/* Does an earlier connection, whoever's, have the key or the token of number |at|? */
static bool is_in_earlier(const struct client_context *client, size_t at,
                          struct bytes (*of)(const struct observed_connection *c))
{
    struct bytes its = of(&client->connections[at]);
    for (size_t i = 0; its.len && i < at; i++)
        if (bytes_equal(of(&client->connections[i]), its))
            return true;
    return false;
}

static struct bytes ephemeral_of(const struct observed_connection *c)
{
    return c->introduction.ephemeral;
}

static struct bytes token_of(const struct observed_connection *c)
{
    return c->introduction.payload.token;
}

/* Each attempt begins with a key of its own, and brings a token of its own: also those that were
 * not let in. */
static enum status judge_freshness(struct client_context *client, struct watch *w)
{
    enum status st = OK;
    for (size_t i = 0; i < client->n_connections && !st; i++) {
        struct observed_connection *c = &client->connections[i];
        bool has_key = ephemeral_of(c).len && !c->is_key_judged;
        bool has_token = token_of(c).len && !c->is_token_judged;
        c->is_key_judged |= has_key;
        c->is_token_judged |= has_token;
        if (c->whose == PEER_OTHER)
            continue;
        if (has_key && is_in_earlier(client, i, ephemeral_of))
            st = watch_tell(w, "HS-04",
                            "a connection began with the ephemeral key of one before it");
        if (!st && has_token && is_in_earlier(client, i, token_of))
            st = watch_tell(w, "ID-09", "a connection was made with the token of one before it");
    }
    return st;
}

/* A connection that the gatekeeper had to end, although the client had come in. */
static enum status judge_connections(struct client_context *client, struct watch *w)
{
    enum status st = OK;
    for (size_t i = 0; i < client->n_connections && !st; i++) {
        struct observed_connection *c = &client->connections[i];
        if (!c->is_authenticated || !c->trouble || c->is_judged)
            continue;
        c->is_judged = true;
        st = watch_tell(w, broken_rule(c->trouble),
                        arena_printf(client->context->arena,
                                     "the gatekeeper could not go on with what the client sent: %s",
                                     c->trouble));
    }
    return st;
}

enum status client_watch_look(struct client_context *client, struct watch *w)
{
    enum status st = judge_connections(client, w);
    if (!st)
        st = judge_freshness(client, w);
    for (; !st && client->n_judged < client->n_observed; client->n_judged++) {
        const struct judging j = {client, w, &client->observed[client->n_judged], client->n_judged};
        if (j.o->account)
            st = judge(&j);
    }
    return st ? st : judge_events(client, w);
}
