/* One connection: header and intro, frames, how it ends. */
#include "peer/gate_internal.h"

#include "base/crypto.h"
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

#define INTRO_MAX 65536u
#define SLICE_MAX 65536u /* bytes taken at once */
#define IN_MAX(frame_max) ((size_t)(frame_max) + INTRO_MAX + SLICE_MAX + 16u)
/* Waiting letters stop before that; what grows on is answers to a client that asks and does not
 * read. */
#define BACKLOG_END (2 * GATE_BACKLOG_MAX + STANZA_BYTES_MAX)
#define INTRODUCTION_MAX (256u * 1024u)

/* ---- telling */

void gate_tell(struct gate_line *l, enum gate_happening what, const char *detail)
{
    const struct gate_event e = {.what = what, .line = l, .detail = detail};
    if (l->g->options.listener.happened)
        l->g->options.listener.happened(l->g->options.listener.context, &e);
}

/* As soon as it is to end, it is nobody's line any more: what is for the account waits for the
 * next. */
static void leave_account(struct gate_line *l)
{
    if (!l->account || l->account->line != l)
        return;
    l->account->line = NULL;
    for (struct gate_letter *letter = l->account->letters; letter; letter = letter->next)
        letter->is_sent = false;
}

void gate_line_fail(struct gate_line *l, enum gate_happening what, const char *detail)
{
    if (l->state == LINE_OVER)
        return;
    l->state = LINE_OVER;
    if (l->end == GATE_STAYS)
        l->end = GATE_CLOSES;
    leave_account(l);
    gate_tell(l, what, detail);
}

/* ---- beginning and end */

static void link_line(struct gatekeeper *g, struct gate_line *l)
{
    l->next = g->lines;
    l->link = &g->lines;
    if (g->lines)
        g->lines->link = &l->next;
    g->lines = l;
    g->n_lines++;
}

/* Out of service: closed before any byte, or later with <failure>. */
static bool is_refused_at_once(struct gatekeeper *g)
{
    if (!g->refusals_left || g->refusal_reason)
        return false;
    g->refusals_left--;
    return true;
}

enum status gate_line_open(struct gatekeeper *g, struct gate_line **out)
{
    *out = NULL;
    if (g->n_lines >= GATE_LINES_MAX)
        return E_LIMIT;
    struct gate_line *l = calloc(1, sizeof(*l));
    if (!l)
        return E_NOMEM;
    l->g = g;
    l->number = ++g->next_line;
    buffer_init(&l->in, IN_MAX(g->options.profile->frame_max));
    buffer_init(&l->out, GATE_OUTPUT_MAX);
    arena_init(&l->arena, INTRODUCTION_MAX);
    link_line(g, l);
    gate_tell(l, GATE_OPENED, "");
    if (is_refused_at_once(g))
        gate_line_fail(l, GATE_NOTHING, "");
    *out = l;
    return OK;
}

void gate_line_gone(struct gate_line *l)
{
    if (l->state != LINE_OVER && l->end == GATE_STAYS)
        gate_tell(l, GATE_ENDED, l->in.len ? "within a frame" : "");
    leave_account(l);
    *l->link = l->next;
    if (l->next)
        l->next->link = l->link;
    l->g->n_lines--;
    noise_free(l->noise);
    buffer_fini(&l->in);
    buffer_fini(&l->out);
    arena_fini(&l->arena);
    crypto_wipe(l, sizeof(*l));
    free(l);
}

void gate_line_hang_up(struct gate_line *l, enum gate_end how)
{
    l->end = how;
    if (how != GATE_HALF_CLOSES)
        l->state = LINE_OVER;
    leave_account(l);
}

/* ---- header and intro (docs/wire.md, Frame) */

static const uint8_t intro_magic[4] = {0x45, 0x44, 0x00, 0x01};

/* Bytes of the intro, 0 when there is none, SIZE_MAX when more bytes are needed. */
static size_t intro_len(const struct gate_line *l)
{
    struct bytes in = buffer_bytes(&l->in);
    if (!l->g->options.profile->frame_intro || in.len == 0 || in.data[0] != intro_magic[0])
        return 0;
    if (in.len < 7)
        return memcmp(in.data, intro_magic, in.len < 4 ? in.len : 4) == 0 ? SIZE_MAX : 0;
    if (memcmp(in.data, intro_magic, 4) != 0)
        return 0;
    size_t len = 7 + ((size_t)in.data[4] << 16 | (size_t)in.data[5] << 8 | in.data[6]);
    return in.len < len ? SIZE_MAX : len;
}

static void take_header(struct gate_line *l)
{
    const struct profile_bytes *header = &l->g->options.profile->frame_header;
    size_t intro = intro_len(l);
    if (intro == SIZE_MAX) {
        if (l->in.len > INTRO_MAX)
            gate_line_fail(l, GATE_TURNED_AWAY, "the intro is too long");
        return;
    }
    struct bytes rest = bytes_slice(buffer_bytes(&l->in), intro, l->in.len);
    size_t compared = rest.len < header->len ? rest.len : header->len;
    if (compared && memcmp(rest.data, header->data, compared) != 0) {
        gate_line_fail(l, GATE_TURNED_AWAY, "the header is not the profile's");
        return;
    }
    if (rest.len < header->len)
        return;
    l->introduction.intro = arena_copy(&l->arena, bytes_slice(buffer_bytes(&l->in), 0, intro));
    l->introduction.header = arena_copy(&l->arena, bytes_slice(rest, 0, header->len));
    buffer_consume(&l->in, intro + header->len);
    l->state = LINE_HELLO;
}

/* ---- frames */

static enum status take_frame(struct gate_line *l, bool *out_more)
{
    const struct wire_profile *p = l->g->options.profile;
    struct bytes frame;
    size_t used;
    *out_more = false;
    enum status st =
        frame_decode(buffer_bytes(&l->in), p->frame_length_size, p->frame_max, &frame, &used);
    if (st) {
        gate_line_fail(l, GATE_UNREADABLE, "a frame over the profile's maximum was announced");
        return OK;
    }
    if (!used)
        return OK;
    if (frame.len == 0) {
        gate_line_fail(l, GATE_UNREADABLE, "a frame of length zero");
        return OK;
    }
    st = l->state == LINE_READY ? gate_channel_frame(l, frame) : gate_handshake_frame(l, frame);
    buffer_consume(&l->in, used);
    *out_more = !st && l->state != LINE_OVER;
    return st;
}

/* So many bytes that they surely have room behind a frame that is not whole yet. */
static enum status receive_some(struct gate_line *l, struct bytes in)
{
    enum status st = buffer_append(&l->in, in);
    if (st == E_LIMIT) {
        gate_line_fail(l, GATE_UNREADABLE, "more bytes than a frame may have");
        return OK;
    }
    if (!st && l->state == LINE_BEGINNING)
        take_header(l);
    bool has_more = l->state != LINE_BEGINNING && l->state != LINE_OVER;
    while (!st && has_more)
        st = take_frame(l, &has_more);
    return st;
}

enum status gate_line_receive(struct gate_line *l, struct bytes in)
{
    enum status st = OK;
    const struct gate_listener *listener = &l->g->options.listener;
    if (listener->bytes && in.len)
        listener->bytes(listener->context, l, true, in);
    for (size_t at = 0; !st && at < in.len && l->state != LINE_OVER; at += SLICE_MAX) {
        if (l->out.len > BACKLOG_END && l->end == GATE_STAYS)
            gate_line_fail(l, GATE_UNREADABLE, "the client does not read what it is sent");
        else
            st = receive_some(l, bytes_slice(in, at, SLICE_MAX));
    }
    if (!st)
        st = gate_line_written(l);
    if (l->in.len == 0)
        buffer_fini(&l->in); /* an idle line holds no memory */
    return st;
}

enum status gate_line_written(struct gate_line *l)
{
    struct account *a = l->account;
    bool has_room = l->state == LINE_READY && l->out.len < GATE_BACKLOG_MAX;
    if (l->out.len == 0)
        buffer_fini(&l->out);
    return has_room && a && a->line == l && l->g->options.habits.queues ? gate_letters_send(a) : OK;
}

enum status gate_line_frame(struct gate_line *l, struct bytes payload)
{
    size_t start = l->out.len;
    enum status st = frame_encode(payload, l->g->options.profile->frame_length_size, &l->out);
    const struct gate_listener *listener = &l->g->options.listener;
    if (!st && listener->bytes)
        listener->bytes(listener->context, l, false,
                        bytes_slice(buffer_bytes(&l->out), start, l->out.len - start));
    return st;
}

/* ---- facts */

struct buffer *gate_line_output(struct gate_line *l) { return &l->out; }
enum gate_end gate_line_wants_end(const struct gate_line *l) { return l->end; }
struct gate_pace gate_line_pace(const struct gate_line *l) { return l->pace; }
uint64_t gate_line_account(const struct gate_line *l) { return l->account ? l->account->id : 0; }
unsigned gate_line_number(const struct gate_line *l) { return l->number; }
const struct gate_introduction *gate_line_introduction(const struct gate_line *l)
{
    return &l->introduction;
}
