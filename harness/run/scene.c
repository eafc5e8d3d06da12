#include "run/scene_internal.h"

#include <string.h>
#include <time.h>

#define FIRST_ACCOUNT 1000u
#define SLICE_MS 2u /* between two questions for events */
#define ALL_HABITS                                                                                 \
    {                                                                                              \
        true, true, true, true, false, true                                                        \
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
    struct gate_options gate = {
        .profile = scene->profile,
        .random = &scene->random,
        .unix_now = unix_now,
        .listener = {scene_happened, scene_saw_bytes, scene_saw_document, scene},
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
        scene_grown(scene, a->events, a->n_events, &a->cap_events, sizeof(struct remote_event *));
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

const struct remote_event *scene_first_event(const struct actor *a, enum remote_event_kind kind,
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
