/* A client of the target connects, leaves, and comes back. */
#include "run/scene_internal.h"

#include <string.h>

#define LEAVING_MS 10u

struct connecting {
    struct scene *scene;
    struct actor *a;
    size_t events_before, lines_before;
};

/* Told to be connected or not to be; a closed attempt tells which of the two it was. */
static bool is_decided(void *context)
{
    const struct connecting *c = context;
    return scene_first_event(c->a, REMOTE_CONNECTED, c->events_before) ||
           scene_first_event(c->a, REMOTE_CLOSED, c->events_before) ||
           scene_first_event(c->a, REMOTE_GAVE_UP, c->events_before);
}

static enum status make_way(struct scene *scene, struct scene_account *account, struct actor *a,
                            struct answer *out)
{
    enum status st = OK;
    if (account->at && account->at != a && gate_account_line(scene->gatekeeper, account->id))
        st = client_disconnect(scene->stage->client, account->at->name, scene->stage->arena, out);
    account->at = a;
    return st;
}

static enum status order_connect(struct scene *scene, const struct scene_account *account,
                                 struct actor *a, struct answer *out)
{
    struct remote_connect how = {.party = a->name,
                                 .port = door_port(scene->door),
                                 .account_id = account->id,
                                 .user = account->user,
                                 .issuer = SCENE_ISSUER,
                                 .audience = scene->profile->stanza_server,
                                 .root_key = gatekeeper_root(scene->gatekeeper),
                                 .profile = scene->profile};
    return client_connect(scene->stage->client, &how, scene->stage->arena, out);
}

/* The gatekeeper itself ends the attempt: to say that it was lost is all a client can do. */
static bool ends_the_attempt(const struct scene_connect *how)
{
    return gate_bend_is(GATE_BENDS_HANDSHAKE, how->handshake, "closes") ||
           gate_bend_is(GATE_BENDS_HANDSHAKE, how->handshake, "frame-too-long");
}

/* From what was told and what the gatekeeper saw of the first attempt. */
static void conclude_connect(const struct connecting *c, const struct scene_connect *how,
                             struct answer *out)
{
    struct scene *scene = c->scene;
    const struct remote_event *closed = scene_first_event(c->a, REMOTE_CLOSED, c->events_before);
    const struct remote_event *connected =
        scene_first_event(c->a, REMOTE_CONNECTED, c->events_before);
    const struct heard_line *line =
        c->lines_before < scene->n_lines ? &scene->lines[c->lines_before] : NULL;
    if (connected && (!closed || connected->number < closed->number)) {
        out->seen = SEEN_DONE;
    } else if (line && line->trouble) {
        out->seen = SEEN_UNREADABLE;
        out->detail = line->trouble;
    } else if (closed && (closed->by_self || ends_the_attempt(how))) {
        out->seen = SEEN_REFUSAL;
        out->reason = closed->reason;
        out->detail = closed->detail;
    } else if (closed) {
        out->seen = SEEN_CLOSE;
        out->detail = closed->detail;
    } else {
        out->seen = SEEN_SILENCE;
    }
}

/*
 * Each attempt is a new one: what is connected, or on its way back by itself, goes away first, so
 * that what is told of it is not taken for the attempt that follows.
 */
static enum status leave(struct scene *scene, struct actor *a, struct answer *out)
{
    enum status st = client_disconnect(scene->stage->client, a->name, scene->stage->arena, out);
    return st ? st : scene_linger(scene, a, LEAVING_MS, out);
}

enum status scene_connect(struct scene *scene, struct actor *a, const struct scene_connect *how,
                          struct answer *out)
{
    struct connecting c = {.scene = scene, .a = a};
    struct scene_account *account = scene_account(scene, a);
    if (!account)
        return E_LIMIT;
    enum status st = make_way(scene, account, a, out);
    if (!st && a->n_events)
        st = leave(scene, a, out);
    if (!st)
        st = scene_poll(scene, a, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    c.events_before = a->n_events;
    c.lines_before = scene->n_lines;
    gate_bend_handshake(scene->gatekeeper, how->handshake);
    gate_bend_certificate(scene->gatekeeper, how->certificate);
    if ((st = order_connect(scene, account, a, out)) || out->seen != SEEN_DONE)
        return st;
    uint64_t wait = scene->timeout_ms + scene->profile->handshake_timeout_ms;
    if ((st = scene_until(scene, a, is_decided, &c, wait, out)) ||
        (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE))
        return st;
    gate_bend_handshake(scene->gatekeeper, (struct gate_bend){0});
    gate_bend_certificate(scene->gatekeeper, CERTIFICATE_HONEST);
    conclude_connect(&c, how, out);
    return OK;
}

/*
 * An honest handshake failed. If the target goes on when the gatekeeper hashes the empty payload
 * the other way, its transcript is stock Noise where the profile wants the other, or the reverse:
 * said by name, for it is the commonest mistake.
 */
static enum status diagnose(struct scene *scene, struct actor *a, struct answer *out)
{
    struct scene_connect other = {.certificate = CERTIFICATE_HONEST};
    struct answer second;
    memset(&second, 0, sizeof(second));
    if (!gate_bend_parse(GATE_BENDS_HANDSHAKE, "other-transcript", &other.handshake))
        return E_MISSING;
    enum status st = scene_connect(scene, a, &other, &second);
    if (!st && second.seen == SEEN_DONE)
        out->detail =
            scene->profile->noise_hashes_empty_payload
                ? "the target's transcript skips the empty payload; the profile wants stock Noise "
                  "(noise.empty-payload is hashed)"
                : "stock-Noise transcript: the target hashes the empty payload, which the profile "
                  "skips "
                  "(noise.empty-payload is skipped)";
    return st;
}

static bool is_connected(const struct scene *scene, const struct actor *a)
{
    uint64_t last = 0;
    bool is_up = false;
    for (size_t i = a->n_events; i-- > 0 && !last;)
        if (a->events[i]->kind == REMOTE_CONNECTED || a->events[i]->kind == REMOTE_CLOSED ||
            a->events[i]->kind == REMOTE_GAVE_UP) {
            last = a->events[i]->number;
            is_up = a->events[i]->kind == REMOTE_CONNECTED;
        }
    for (size_t i = 0; is_up && i < scene->n_accounts; i++)
        if (scene->accounts[i].at == a)
            return gate_account_line(scene->gatekeeper, scene->accounts[i].id) != NULL;
    return false;
}

struct coming_back {
    const struct scene *scene;
    const struct actor *a;
};

static bool is_back(void *context)
{
    const struct coming_back *c = context;
    return is_connected(c->scene, c->a);
}

enum status scene_be_connected(struct scene *scene, struct actor *a, struct answer *out)
{
    static const struct scene_connect honest = {.certificate = CERTIFICATE_HONEST};
    struct coming_back c = {scene, a};
    struct scene_account *account = scene_account(scene, a);
    if (!account)
        return E_LIMIT;
    enum status st = scene_poll(scene, a, out);
    if (st || out->seen != SEEN_DONE || (account->at == a && is_connected(scene, a)))
        return st;
    bool was_connected = account->at == a && scene_event(a, REMOTE_CONNECTED, 0);
    if (!was_connected) {
        st = scene_connect(scene, a, &honest, out);
        return st || out->seen == SEEN_DONE ? st : diagnose(scene, a, out);
    }
    /* it may be on its way back by itself; told again, it dials at once */
    if ((st = order_connect(scene, account, a, out)) || out->seen != SEEN_DONE)
        return st;
    return scene_until(scene, a, is_back, &c,
                       scene->timeout_ms + scene->profile->handshake_timeout_ms, out);
}
