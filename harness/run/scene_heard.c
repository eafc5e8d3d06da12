/* What the gatekeeper hears, kept for as long as the case lasts. */
#include "run/scene_internal.h"

#include <string.h>

/* Room for one more in a list that lives in the arena. */
void *scene_grown(struct scene *scene, void *items, size_t count, size_t *cap, size_t size)
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
    void *lines = scene_grown(scene, scene->lines, scene->n_lines, &scene->cap_lines,
                              sizeof(struct heard_line));
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
        scene_grown(scene, scene->heard, scene->n_heard, &scene->cap_heard, sizeof(struct heard));
    if (!heard)
        return;
    scene->heard = heard;
    if (line && !line->is_authenticated)
        line->stanzas_before++;
    scene->heard[scene->n_heard++] =
        (struct heard){gate_line_account(e->line), gate_line_number(e->line), stanza, document};
}

void scene_happened(void *context, const struct gate_event *e)
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

void scene_saw_bytes(void *context, const struct gate_line *line, bool from_client,
                     struct bytes raw)
{
    struct scene *scene = context;
    (void)line;
    if (from_client)
        canaries_look(&scene->canaries, "the bytes on the connection", raw);
}

void scene_saw_document(void *context, const struct gate_line *line, bool from_client,
                        struct bytes clear)
{
    struct scene *scene = context;
    if (scene->door)
        door_note(scene->door, line, from_client, clear);
    if (from_client)
        canaries_look(&scene->canaries, "a stanza", clear);
}
