/* Verbs about connections: <connect>, <disconnect>, <hang-up>, <turn-away>. */
#include "run/verbs.h"

#include "run/scene.h"

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

static void count(struct stage *s, enum seen seen)
{
    s->accepted += seen == SEEN_DONE;
    s->refused += seen == SEEN_REFUSAL;
}

/* The connection it has now; of an attempt that failed, the first after |before| lines: others may
 * have followed. */
static const struct heard_line *made_line(struct stage *s, struct actor *at, size_t before,
                                          enum seen seen)
{
    const struct scene_account *account = scene_account(s->scene, at);
    if (seen == SEEN_DONE)
        return account ? scene_heard_line(s->scene, account->id) : NULL;
    return before < s->scene->n_lines ? &s->scene->lines[before] : NULL;
}

static enum status name_connection(struct stage *s, const struct step *step, struct actor *at,
                                   const struct heard_line *line)
{
    const char *name = step_text(step, "as");
    if (!name)
        return OK;
    struct thing *t = stage_add_thing(s, name, THING_CONNECTION, at);
    if (!t)
        return E_NOMEM;
    /* the list of lines may move when it grows; a copy stays */
    struct heard_line *copy = line ? arena_alloc(s->arena, sizeof(*copy)) : NULL;
    if (line && !copy)
        return E_NOMEM;
    if (copy)
        *copy = *line;
    t->line = copy;
    return OK;
}

enum status verb_connect(struct stage *s, const struct step *step, struct step_result *out)
{
    struct actor *at = stage_actor(s, step_text(step, "at"));
    const char *handshake = step_text(step, "handshake"),
               *certificate = step_text(step, "certificate");
    struct scene_connect how = {.certificate = CERTIFICATE_HONEST};
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    if (!at || (handshake && !gate_bend_parse(GATE_BENDS_HANDSHAKE, handshake, &how.handshake)) ||
        (certificate && !certificate_bend_parse(certificate, &how.certificate)))
        return E_MISSING;
    size_t before = s->scene->n_lines;
    enum status st = scene_connect(s->scene, at, &how, &answer);
    if (st)
        return st;
    take(&answer, out);
    count(s, out->seen);
    out->field = handshake ? "handshake" : certificate ? "certificate" : NULL;
    return name_connection(s, step, at, made_line(s, at, before, out->seen));
}

struct gone {
    struct scene *scene;
    struct actor *at;
};

static bool is_gone(void *context)
{
    const struct gone *g = context;
    return !scene_line(g->scene, g->at);
}

enum status verb_disconnect(struct stage *s, const struct step *step, struct step_result *out)
{
    struct actor *at = stage_actor(s, step_text(step, "at"));
    struct gone gone = {s->scene, at};
    struct answer answer;
    if (!at)
        return E_MISSING;
    enum status st = client_disconnect(s->client, at->name, s->arena, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = scene_until(s->scene, at, is_gone, &gone, s->scene->timeout_ms, &answer);
    if (!st)
        take(&answer, out);
    return st;
}

/* ---- what a client does after its connection ended */

struct returning {
    struct scene *scene;
    struct actor *at;
    size_t events_before;
};

static bool has_returned(void *context)
{
    const struct returning *r = context;
    return scene_event(r->at, REMOTE_CONNECTED, r->events_before) && scene_line(r->scene, r->at);
}

static bool has_given_up(void *context)
{
    const struct returning *r = context;
    return scene_event(r->at, REMOTE_GAVE_UP, r->events_before) != NULL;
}

/* How long a client that keeps to the profile's pauses may take. */
static uint64_t patience_ms(const struct scene *scene)
{
    return 2u * scene->profile->reconnect_most_ms + scene->timeout_ms;
}

enum status verb_await_return(struct stage *s, struct actor *at, size_t events_before,
                              struct step_result *out)
{
    struct returning r = {s->scene, at, events_before};
    struct answer answer;
    enum status st = scene_until(s->scene, at, has_returned, &r, patience_ms(s->scene), &answer);
    if (st)
        return st;
    take(&answer, out);
    if (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE)
        return OK;
    out->detail = out->seen == SEEN_DONE ? "" : "it did not come back";
    verb_take_relation(out->seen == SEEN_DONE, out);
    return OK;
}

enum status verb_await_giving_up(struct stage *s, struct actor *at, size_t events_before,
                                 struct step_result *out)
{
    struct returning r = {s->scene, at, events_before};
    struct answer answer;
    enum status st = scene_until(s->scene, at, has_given_up, &r, s->scene->timeout_ms, &answer);
    if (!st && answer.seen == SEEN_DONE) {
        size_t dials = door_accepted(s->scene->door);
        st = scene_linger(s->scene, at, QUIET_MS, &answer);
        if (!st && answer.seen == SEEN_DONE && door_accepted(s->scene->door) > dials) {
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

static enum status end_line(struct gate_line *line, const char *how)
{
    struct gate_bend bend = {0};
    static const struct {
        const char *name;
        enum gate_end end;
    } ends[] = {{"close", GATE_CLOSES}, {"reset", GATE_RESETS}, {"half-close", GATE_HALF_CLOSES}};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (strcmp(ends[i].name, how) == 0) {
            gate_line_hang_up(line, ends[i].end);
            return OK;
        }
    if (!gate_bend_parse(GATE_BENDS_CHANNEL, "close-within", &bend))
        return E_MISSING;
    return gate_line_push(line, bytes_of_text("<ib/>"), &bend);
}

enum status verb_hang_up(struct stage *s, const struct step *step, struct step_result *out)
{
    struct actor *at = stage_actor(s, step_text(step, "at"));
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    if (!at)
        return E_MISSING;
    enum status st = scene_be_connected(s->scene, at, &answer);
    if (st || answer.seen != SEEN_DONE) {
        take(&answer, out);
        return st;
    }
    size_t before = at->n_events;
    st = end_line(scene_line(s->scene, at), step_text(step, "how"));
    if (st)
        return st;
    return strcmp(step_text(step, "then"), "returns") == 0
               ? verb_await_return(s, at, before, out)
               : verb_await_giving_up(s, at, before, out);
}

/* ---- a gatekeeper that is out of service */

enum status verb_turn_away(struct stage *s, const struct step *step, struct step_result *out)
{
    struct actor *at = stage_actor(s, step_text(step, "at"));
    uint32_t most = step_number(step, "most-dials", 12);
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    if (!at)
        return E_MISSING;
    enum status st = scene_be_connected(s->scene, at, &answer);
    if (st || answer.seen != SEEN_DONE) {
        take(&answer, out);
        return st;
    }
    size_t events_before = at->n_events, dials_before = door_accepted(s->scene->door);
    gate_refuse_service(s->scene->gatekeeper, UINT32_MAX, step_number(step, "failure", 0));
    gate_line_hang_up(scene_line(s->scene, at), GATE_CLOSES);
    st = scene_linger(s->scene, at, step_number(step, "for-ms", 1000), &answer);
    gate_refuse_service(s->scene->gatekeeper, 0, 0);
    size_t dials = door_accepted(s->scene->door) - dials_before;
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
