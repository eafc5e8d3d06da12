/* Verbs about connections: <connect>, <disconnect>, <hang-up>, <turn-away>. */
#include "run/verbs.h"

#include "run/client_context.h"

#include <string.h>

#define QUIET_MS 300u /* for so long a client that stays away must not dial */

static void take(const struct answer *answer, struct step_result *out)
{
    out->seen = answer->seen;
    out->reason = answer->reason;
    out->detail = answer->detail ? answer->detail : "";
}

void verb_take_relation(bool holds, struct step_result *out)
{
    out->seen = holds ? SEEN_RELATION_HOLDS : SEEN_RELATION_BROKEN;
}

static void count(struct context *s, enum seen seen)
{
    s->accepted += seen == SEEN_DONE;
    s->refused += seen == SEEN_REFUSAL;
}

/* The connection it has now; of an attempt that failed, the first after |before| lines: others may
 * have followed. */
static const struct observed_connection *made_line(struct context *s, struct case_party *at,
                                                   size_t before, enum seen seen)
{
    const struct client_context_account *account = client_context_account(s->client, at);
    if (seen == SEEN_DONE)
        return account ? client_context_observed_connection(s->client, account->id) : NULL;
    return before < s->client->n_connections ? &s->client->connections[before] : NULL;
}

static enum status name_connection(struct context *s, const struct step *step,
                                   struct case_party *at,
                                   const struct observed_connection *connection)
{
    const char *name = step_text(step, "as");
    if (!name)
        return OK;
    struct artifact *t = context_add_artifact(s, name, ARTIFACT_CONNECTION, at);
    if (!t)
        return E_NOMEM;
    /* the list of lines may move when it grows; a copy stays */
    struct observed_connection *copy = connection ? arena_alloc(s->arena, sizeof(*copy)) : NULL;
    if (connection && !copy)
        return E_NOMEM;
    if (copy)
        *copy = *connection;
    t->connection = copy;
    return OK;
}

enum status verb_connect(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *at = context_party(s, step_text(step, "at"));
    const char *handshake = step_text(step, "handshake"),
               *certificate = step_text(step, "certificate");
    const struct artifact *like = context_artifact(s, step_text(step, "like"));
    struct client_context_connect how = {.certificate = CERTIFICATE_HONEST,
                                         .edits = like ? &like->edits : NULL};
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    if (!at ||
        (handshake &&
         !server_mutation_parse(SERVER_MUTATIONS_HANDSHAKE, handshake, &how.handshake)) ||
        (certificate && !certificate_mutation_parse(certificate, &how.certificate)))
        return E_MISSING;
    size_t before = s->client->n_connections;
    enum status st = client_context_connect(s->client, at, &how, &answer);
    if (st)
        return st;
    take(&answer, out);
    count(s, out->seen);
    out->field = handshake ? "handshake" : certificate ? "certificate" : like ? like->field : NULL;
    return name_connection(s, step, at, made_line(s, at, before, out->seen));
}

struct gone {
    struct client_context *client;
    struct case_party *at;
};

static bool is_gone(void *context)
{
    const struct gone *g = context;
    return !client_context_connection(g->client, g->at);
}

enum status verb_disconnect(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *at = context_party(s, step_text(step, "at"));
    struct gone gone = {s->client, at};
    struct answer answer;
    if (!at)
        return E_MISSING;
    enum status st = driver_disconnect(s->driver, at->name, s->arena, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = client_context_until(s->client, at, is_gone, &gone, s->client->timeout_ms, &answer);
    if (!st)
        take(&answer, out);
    return st;
}

/* ---- what a client does after its connection ended */

struct returning {
    struct client_context *client;
    struct case_party *at;
    size_t events_before;
};

static bool has_returned(void *context)
{
    const struct returning *r = context;
    return client_context_event(r->at, TARGET_EVENT_CONNECTED, r->events_before) &&
           client_context_connection(r->client, r->at);
}

static bool has_given_up(void *context)
{
    const struct returning *r = context;
    return client_context_event(r->at, TARGET_EVENT_GAVE_UP, r->events_before) != NULL;
}

/* How long a client that keeps to the profile's pauses may take. */
static uint64_t patience_ms(const struct client_context *client)
{
    return 2u * client->profile->reconnect_most_ms + client->timeout_ms;
}

enum status verb_await_return(struct context *s, struct case_party *at, size_t events_before,
                              struct step_result *out)
{
    struct returning r = {s->client, at, events_before};
    struct answer answer;
    enum status st =
        client_context_until(s->client, at, has_returned, &r, patience_ms(s->client), &answer);
    if (st)
        return st;
    take(&answer, out);
    if (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE)
        return OK;
    out->detail = out->seen == SEEN_DONE ? "" : "it did not come back";
    verb_take_relation(out->seen == SEEN_DONE, out);
    return OK;
}

enum status verb_await_giving_up(struct context *s, struct case_party *at, size_t events_before,
                                 struct step_result *out)
{
    struct returning r = {s->client, at, events_before};
    struct answer answer;
    enum status st =
        client_context_until(s->client, at, has_given_up, &r, s->client->timeout_ms, &answer);
    if (!st && answer.seen == SEEN_DONE) {
        size_t dials = listener_accepted(s->client->listener);
        st = client_context_linger(s->client, at, QUIET_MS, &answer);
        if (!st && answer.seen == SEEN_DONE && listener_accepted(s->client->listener) > dials) {
            verb_take_relation(false, out);
            out->detail = "it said that it gave up, and dialled again";
            return OK;
        }
    }
    if (st)
        return st;
    take(&answer, out);
    if (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE)
        return OK;
    out->detail = out->seen == SEEN_DONE ? "" : "it did not say that it gave up";
    verb_take_relation(out->seen == SEEN_DONE, out);
    return OK;
}

static enum status end_line(struct server_connection *connection, const char *how)
{
    struct server_mutation mutation = {0};
    static const struct {
        const char *name;
        enum server_end end;
    } ends[] = {
        {"close", SERVER_CLOSES}, {"reset", SERVER_RESETS}, {"half-close", SERVER_HALF_CLOSES}};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (strcmp(ends[i].name, how) == 0) {
            server_connection_hang_up(connection, ends[i].end);
            return OK;
        }
    if (!server_mutation_parse(SERVER_MUTATIONS_CHANNEL, "close-within", &mutation))
        return E_MISSING;
    return server_connection_push(connection, bytes_of_text("<ib/>"), &mutation);
}

enum status verb_hang_up(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *at = context_party(s, step_text(step, "at"));
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    if (!at)
        return E_MISSING;
    enum status st = client_context_be_connected(s->client, at, &answer);
    if (st || answer.seen != SEEN_DONE) {
        take(&answer, out);
        return st;
    }
    size_t before = at->n_events;
    st = end_line(client_context_connection(s->client, at), step_text(step, "how"));
    if (st)
        return st;
    return strcmp(step_text(step, "then"), "returns") == 0
               ? verb_await_return(s, at, before, out)
               : verb_await_giving_up(s, at, before, out);
}

/* ---- a gatekeeper that is out of service */

enum status verb_turn_away(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *at = context_party(s, step_text(step, "at"));
    uint32_t most = step_number(step, "most-dials", 12);
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    if (!at)
        return E_MISSING;
    enum status st = client_context_be_connected(s->client, at, &answer);
    if (st || answer.seen != SEEN_DONE) {
        take(&answer, out);
        return st;
    }
    size_t events_before = at->n_events, dials_before = listener_accepted(s->client->listener);
    server_refuse_service(s->client->server, UINT32_MAX, step_number(step, "failure", 0));
    server_connection_hang_up(client_context_connection(s->client, at), SERVER_CLOSES);
    st = client_context_linger(s->client, at, step_number(step, "for-ms", 1000), &answer);
    server_refuse_service(s->client->server, 0, 0);
    size_t dials = listener_accepted(s->client->listener) - dials_before;
    take(&answer, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    if (dials > most) {
        verb_take_relation(false, out);
        step_says(s, out, "more than %u dials: a tight loop", most);
        return OK;
    }
    if (strcmp(step_text(step, "then"), "gives-up") == 0)
        return verb_await_giving_up(s, at, events_before, out);
    return verb_await_return(s, at, at->n_events, out);
}
