#include "run/scene.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FIRST_ACCOUNT 1000u
#define LEAVING_MS 10u
#define SLICE_MS 2u /* between two questions for events */
#define ALL_HABITS                                                                                 \
    {                                                                                              \
        true, true, true, true, false, true                                                        \
    }

/* ---- what the gatekeeper hears */

/* Room for one more in a list that lives in the arena. */
static void *grown(struct scene *scene, void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    size_t more = *cap ? *cap * 2 : 32;
    void *copy = count < SCENE_HEARD_MAX ? arena_array(scene->stage->arena, more, size) : NULL;
    if (!copy) {
        scene->trouble = count < SCENE_HEARD_MAX ? E_NOMEM : E_LIMIT;
        return NULL;
    }
    if (count)
        memcpy(copy, items, count * size);
    *cap = more;
    return copy;
}

static struct heard_line *line_of(struct scene *scene, const struct gate_line *l)
{
    unsigned number = gate_line_number(l);
    for (size_t i = scene->n_lines; i-- > 0;)
        if (scene->lines[i].number == number)
            return &scene->lines[i];
    void *lines =
        grown(scene, scene->lines, scene->n_lines, &scene->cap_lines, sizeof(struct heard_line));
    if (!lines)
        return NULL;
    scene->lines = lines;
    struct heard_line *line = &scene->lines[scene->n_lines++];
    memset(line, 0, sizeof(*line));
    line->number = number;
    return line;
}

static struct bytes kept(struct scene *scene, struct bytes in)
{
    struct bytes copy = arena_copy(scene->stage->arena, in);
    if (!copy.data)
        scene->trouble = E_NOMEM;
    return copy;
}

static void keep_introduction(struct scene *scene, struct heard_line *line,
                              const struct gate_line *l)
{
    line->introduction = *gate_line_introduction(l);
    struct gate_introduction *i = &line->introduction;
    i->intro = kept(scene, i->intro);
    i->header = kept(scene, i->header);
    i->ephemeral = kept(scene, i->ephemeral);
    i->static_key = kept(scene, i->static_key);
    i->static_on_wire = kept(scene, i->static_on_wire);
    i->raw_payload = kept(scene, i->raw_payload);
    i->payload.token = kept(scene, i->payload.token);
    /* its end, the signature: the front of a token is the same in all */
    struct bytes token = i->payload.token;
    if (token.len > CANARY_BYTES &&
        canaries_plant(&scene->canaries, "an identity token",
                       bytes_slice(token, token.len - CANARY_BYTES, CANARY_BYTES)))
        scene->trouble = E_NOMEM;
}

static const struct stanza *parsed_again(struct scene *scene, struct bytes document)
{
    const struct stanza_limits limits = {.max_bytes = scene->profile->stanza_max_bytes,
                                         .max_depth = scene->profile->stanza_max_depth,
                                         .max_attributes = scene->profile->stanza_max_attributes};
    const struct stanza *stanza = NULL;
    if (stanza_parse(document, &limits, scene->stage->arena, &stanza, NULL) == E_NOMEM)
        scene->trouble = E_NOMEM;
    return stanza;
}

static void keep_stanza(struct scene *scene, const struct gate_event *e, struct heard_line *line)
{
    struct bytes document = kept(scene, e->document);
    const struct stanza *stanza = document.data ? parsed_again(scene, document) : NULL;
    if (!stanza)
        return;
    void *heard =
        grown(scene, scene->heard, scene->n_heard, &scene->cap_heard, sizeof(struct heard));
    if (!heard)
        return;
    scene->heard = heard;
    if (line && !line->is_authenticated)
        line->stanzas_before++;
    scene->heard[scene->n_heard++] =
        (struct heard){gate_line_account(e->line), gate_line_number(e->line), stanza, document};
}

static void happened(void *context, const struct gate_event *e)
{
    struct scene *scene = context;
    struct heard_line *line = line_of(scene, e->line);
    if (!line)
        return;
    switch (e->what) {
    case GATE_HELLO:
        line->said_hello = true;
        break;
    case GATE_AUTHENTICATED:
        line->is_authenticated = true;
        line->account = gate_line_account(e->line);
        keep_introduction(scene, line, e->line);
        break;
    case GATE_STANZA:
        keep_stanza(scene, e, line);
        break;
    case GATE_TURNED_AWAY:
    case GATE_UNREADABLE:
        line->is_over = true;
        line->trouble = arena_text(scene->stage->arena, e->detail);
        break;
    case GATE_ENDED:
        line->is_over = line->ended_by_client = true;
        break;
    default:
        break;
    }
}

static void saw_bytes(void *context, const struct gate_line *line, bool from_client,
                      struct bytes raw)
{
    struct scene *scene = context;
    (void)line;
    if (from_client)
        canaries_look(&scene->canaries, "the bytes on the connection", raw);
}

static void saw_document(void *context, const struct gate_line *line, bool from_client,
                         struct bytes clear)
{
    struct scene *scene = context;
    if (scene->door)
        door_note(scene->door, line, from_client, clear);
    if (from_client)
        canaries_look(&scene->canaries, "a stanza", clear);
}

/* ---- beginning and end */

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

enum status scene_open(struct stage *s, const struct scene_options *options, struct scene **out)
{
    enum status st;
    struct scene *scene = arena_alloc(s->arena, sizeof(*scene));
    *out = NULL;
    if (!scene)
        return E_NOMEM;
    scene->stage = s;
    scene->profile = options->profile;
    scene->clock = options->clock;
    scene->timeout_ms = options->timeout_ms;
    canaries_init(&scene->canaries, s->arena);
    if ((st = canaries_plant(&scene->canaries, "a request for what a hostile stanza named",
                             bytes_of_text(SCENE_NEVER_FETCHED))))
        return st;
    if ((st = random_fork(&s->random, "gatekeeper", &scene->random)))
        return st;
    struct gate_options gate = {.profile = scene->profile,
                                .random = &scene->random,
                                .unix_now = unix_now,
                                .listener = {happened, saw_bytes, saw_document, scene},
                                .habits = ALL_HABITS};
    if ((st = gatekeeper_new(&gate, &scene->gatekeeper)))
        return st;
    struct door_options door = {scene->gatekeeper, scene->clock, options->capture};
    if ((st = door_open(&door, &scene->door))) {
        gatekeeper_free(scene->gatekeeper);
        return st;
    }
    *out = scene;
    return OK;
}

void scene_close(struct scene *scene)
{
    if (!scene)
        return;
    door_close(scene->door);
    gatekeeper_free(scene->gatekeeper);
    scene->door = NULL;
    scene->gatekeeper = NULL;
}

const char *scene_bait(const struct scene *scene)
{
    return arena_printf(scene->stage->arena, "http://127.0.0.1:%u%s",
                        (unsigned)door_port(scene->door), SCENE_NEVER_FETCHED);
}

/* ---- accounts */

static const char *unguessable_user(struct scene *scene)
{
    uint8_t bytes[12];
    if (random_fill(&scene->random, bytes, sizeof(bytes)))
        return NULL;
    uint64_t high = 0;
    uint32_t low = 0;
    memcpy(&high, bytes, sizeof(high));
    memcpy(&low, bytes + sizeof(high), sizeof(low));
    return arena_printf(scene->stage->arena, "user-%016llx%08lx", (unsigned long long)high,
                        (unsigned long)low);
}

struct scene_account *scene_account(struct scene *scene, struct actor *a)
{
    for (size_t i = 0; i < scene->n_accounts; i++)
        if (strcmp(scene->accounts[i].name, a->address_name) == 0 &&
            scene->accounts[i].device == a->device)
            return &scene->accounts[i];
    if (scene->n_accounts == STAGE_ACTORS_MAX)
        return NULL;
    struct scene_account *account = &scene->accounts[scene->n_accounts];
    *account = (struct scene_account){.id = FIRST_ACCOUNT + scene->n_accounts,
                                      .name = a->address_name,
                                      .device = a->device,
                                      .user = unguessable_user(scene)};
    struct gate_account gate = {account->id, account->name, account->device};
    if (!account->user || gate_account_add(scene->gatekeeper, &gate) ||
        canaries_plant(&scene->canaries, "the user's visible identifier",
                       bytes_of_text(account->user + 5)))
        return NULL;
    scene->n_accounts++;
    return account;
}

enum status scene_create(struct scene *scene, struct actor *a, struct answer *out)
{
    if (!scene_account(scene, a))
        return E_LIMIT;
    struct target_peer self = {a->address_name, a->device};
    return client_create_client(scene->stage->client, a->name, self, scene->stage->arena, out);
}

/* ---- waiting */

static enum status keep_event(struct scene *scene, struct actor *a, const struct remote_event *e)
{
    const struct remote_event **events =
        grown(scene, a->events, a->n_events, &a->cap_events, sizeof(struct remote_event *));
    if (!events)
        return scene->trouble;
    a->events = events;
    a->events[a->n_events++] = e;
    return OK;
}

enum status scene_poll(struct scene *scene, struct actor *a, struct answer *out)
{
    uint64_t since = a->n_events ? a->events[a->n_events - 1]->number : 0;
    enum status st = client_events(scene->stage->client, a->name, since, scene->stage->arena, out);
    for (size_t i = 0; !st && out->seen == SEEN_DONE && i < out->n_events; i++) {
        if (out->events[i].number != since + 1 + i) {
            out->seen = SEEN_GARBAGE;
            out->detail = "events were asked for from a number on, and others came";
            break;
        }
        st = keep_event(scene, a, &out->events[i]);
    }
    return st ? st : scene->trouble;
}

enum status scene_until(struct scene *scene, struct actor *a, bool (*is_enough)(void *context),
                        void *context, uint64_t for_ms, struct answer *out)
{
    uint64_t end = clock_now_ms(scene->clock) + for_ms;
    for (;;) {
        enum status st = scene_poll(scene, a, out);
        if (st || out->seen != SEEN_DONE || (is_enough && is_enough(context)))
            return st;
        uint64_t now = clock_now_ms(scene->clock);
        if (now >= end) {
            out->seen = SEEN_SILENCE;
            out->detail = "";
            return OK;
        }
        uint64_t slice = now + SLICE_MS < end ? now + SLICE_MS : end;
        st = door_run(scene->door, is_enough, context, slice);
        if (st && st != E_TIMEOUT)
            return st;
    }
}

enum status scene_linger(struct scene *scene, struct actor *a, uint64_t for_ms, struct answer *out)
{
    enum status st = scene_until(scene, a, NULL, NULL, for_ms, out);
    if (!st && out->seen == SEEN_SILENCE)
        out->seen = SEEN_DONE;
    return st;
}

const struct remote_event *scene_event(const struct actor *a, enum remote_event_kind kind,
                                       size_t since)
{
    for (size_t i = a->n_events; i-- > since;)
        if (a->events[i]->kind == kind)
            return a->events[i];
    return NULL;
}

static const struct remote_event *first_event(const struct actor *a, enum remote_event_kind kind,
                                              size_t since)
{
    for (size_t i = since; i < a->n_events; i++)
        if (a->events[i]->kind == kind)
            return a->events[i];
    return NULL;
}

struct gate_line *scene_line(struct scene *scene, const struct actor *a)
{
    for (size_t i = 0; i < scene->n_accounts; i++)
        if (scene->accounts[i].at == a)
            return gate_account_line(scene->gatekeeper, scene->accounts[i].id);
    return NULL;
}

struct heard_line *scene_heard_line(struct scene *scene, uint64_t account)
{
    for (size_t i = scene->n_lines; i-- > 0;)
        if (!account || scene->lines[i].account == account)
            return &scene->lines[i];
    return NULL;
}

/* ---- connecting */

struct connecting {
    struct scene *scene;
    struct actor *a;
    size_t events_before, lines_before;
};

/* Told to be connected or not to be; a closed attempt tells which of the two it was. */
static bool is_decided(void *context)
{
    const struct connecting *c = context;
    return first_event(c->a, REMOTE_CONNECTED, c->events_before) ||
           first_event(c->a, REMOTE_CLOSED, c->events_before) ||
           first_event(c->a, REMOTE_GAVE_UP, c->events_before);
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
    const struct remote_event *closed = first_event(c->a, REMOTE_CLOSED, c->events_before);
    const struct remote_event *connected = first_event(c->a, REMOTE_CONNECTED, c->events_before);
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

/* ---- barriers and looking */

struct waiting_answer {
    struct scene *scene;
    struct actor *a;
    uint64_t account;
    const char *id;
    size_t since;
    unsigned line;
};

static bool is_answered_or_over(void *context)
{
    const struct waiting_answer *w = context;
    struct gate_line *line = gate_account_line(w->scene->gatekeeper, w->account);
    return scene_find(w->scene, w->account, "iq", w->id, w->since) || !line ||
           gate_line_number(line) != w->line;
}

enum status scene_push_ping(struct scene *scene, struct gate_line *line, const char *id)
{
    struct buffer document;
    struct stanza_writer w;
    buffer_init(&document, 1024);
    stanza_begin(&w, &document);
    stanza_open(&w, "iq");
    stanza_attribute(&w, "id", id);
    stanza_attribute(&w, "type", "get");
    stanza_attribute(&w, "xmlns", scene->profile->stanza_namespace_ping);
    stanza_attribute(&w, "from", scene->profile->stanza_server);
    enum status st = stanza_end(&w);
    if (!st)
        st = gate_line_push(line, buffer_bytes(&document), NULL);
    buffer_fini(&document);
    return st;
}

enum status scene_barrier(struct scene *scene, struct actor *a, struct answer *out)
{
    struct gate_line *line = scene_line(scene, a);
    struct scene_account *account = scene_account(scene, a);
    struct waiting_answer w = {.scene = scene, .a = a, .since = scene->n_heard};
    if (!account)
        return E_LIMIT;
    if (!line) {
        out->seen = SEEN_CLOSE;
        return OK;
    }
    w.account = account->id;
    w.line = gate_line_number(line);
    w.id = scene_new_id(scene);
    enum status st = w.id ? scene_push_ping(scene, line, w.id) : E_NOMEM;
    if (!st)
        st = scene_until(scene, a, is_answered_or_over, &w, scene->timeout_ms, out);
    if (!st && out->seen == SEEN_DONE)
        out->seen = scene_find(scene, w.account, "iq", w.id, w.since) ? SEEN_DONE : SEEN_CLOSE;
    return st;
}

const char *scene_new_id(struct scene *scene)
{
    return arena_printf(scene->stage->arena, "assay-%u", ++scene->next_id);
}

const struct heard *scene_find(const struct scene *scene, uint64_t account, const char *name,
                               const char *id, size_t since)
{
    for (size_t i = since; i < scene->n_heard; i++) {
        const struct heard *h = &scene->heard[i];
        const char *its = stanza_get(h->stanza, "id");
        if (h->account == account && strcmp(h->stanza->name, name) == 0 &&
            (!id || (its && strcmp(its, id) == 0)))
            return h;
    }
    return NULL;
}
