/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "behaviour.h"
#include "support/rows.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define STDERR_FLOOD (10u * 1000u * 1000u)
#define TIRED_AFTER 40u

static void for_ever(void)
{
    for (;;)
        pause();
}

static void *room(size_t size)
{
    void *at = calloc(1, size);
    if (!at)
        _exit(71);
    return at;
}

static void write_done(struct talk *t, uint64_t seq)
{
    Assay__Target__V1__Done done = ASSAY__TARGET__V1__DONE__INIT;
    Assay__Target__V1__Reply reply = ASSAY__TARGET__V1__REPLY__INIT;
    reply.seq = seq;
    reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_DONE;
    reply.done = &done;
    talk_write_reply(t, &reply);
}

/* ---- silence */

static void be_silent(struct talk *t)
{
    (void)t;
    for_ever();
}

static void ignore_sigterm(struct talk *t)
{
    (void)t;
    signal(SIGTERM, SIG_IGN);
    for_ever();
}

static void close_both(struct talk *t)
{
    close(t->in_fd);
    close(t->out_fd);
    for_ever();
}

static void close_output(struct talk *t)
{
    close(t->out_fd);
    for_ever();
}

/* ---- dying */

static void exit_cleanly(struct talk *t) { (void)t; }

static void exit_with_3(struct talk *t)
{
    static const char words[] = "cannot go on\n";
    (void)t;
    talk_write(STDERR_FILENO, words, sizeof(words) - 1);
    _exit(3);
}

static void die_by_signal(struct talk *t)
{
    struct rlimit no_core = {0, 0};
    (void)t;
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void leave_a_child(struct talk *t)
{
    (void)t;
    if (fork() == 0) {
        if (fork() == 0)
            for_ever();
        _exit(0);
    }
    _exit(3);
}

static void flood_stderr(void)
{
    char line[1000];
    memset(line, '.', sizeof(line));
    line[sizeof(line) - 1] = '\n';
    for (size_t i = 0; i < STDERR_FLOOD / sizeof(line); i++)
        talk_write(STDERR_FILENO, line, sizeof(line));
}

static void complain_and_die(struct talk *t)
{
    flood_stderr();
    exit_with_3(t);
}

/* ---- malformed frames */

static void write_garbage(struct talk *t)
{
    uint8_t bytes[32];
    memset(bytes, 0xff, sizeof(bytes));
    talk_write_frame(t->out_fd, bytes, sizeof(bytes));
    for_ever();
}

static void write_half_a_frame(struct talk *t)
{
    uint8_t bytes[54] = {0, 0, 0, 100};
    talk_write(t->out_fd, bytes, sizeof(bytes));
}

static void announce(struct talk *t, uint32_t len)
{
    uint8_t head[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                       (uint8_t)len};
    talk_write(t->out_fd, head, sizeof(head));
    for_ever();
}

static void announce_4_gib(struct talk *t) { announce(t, UINT32_MAX); }

static void announce_one_too_many(struct talk *t) { announce(t, TALK_FRAME_MAX + 1); }

static void drip(struct talk *t)
{
    /* bytes are sent faster than one a millisecond, so that no wait for a single byte times out */
    static const uint8_t head[4] = {0, 16, 0, 0};
    const struct timespec nap = {0, 100 * 1000};
    talk_write(t->out_fd, head, sizeof(head));
    for (;;) {
        talk_write(t->out_fd, "", 1);
        nanosleep(&nap, NULL);
    }
}

static void flood_empty_frames(struct talk *t)
{
    uint8_t *zeros = (uint8_t *)room(65536);
    for (;;)
        talk_write(t->out_fd, zeros, 65536);
}

/* ---- replies that answer nothing */

static void answer_another(struct talk *t)
{
    write_done(t, t->seq + 1000);
    for_ever();
}

static void answer_twice(struct talk *t)
{
    uint64_t seq = t->seq;
    talk_answer_honestly(t);
    write_done(t, seq);
    talk_read_request(t);
    for_ever();
}

static void speak_unasked(struct talk *t)
{
    write_done(t, 99);
    for_ever();
}

static void answer_wrong_kind(struct talk *t)
{
    Assay__Target__V1__FingerprintShown shown;
    Assay__Target__V1__Reply reply = ASSAY__TARGET__V1__REPLY__INIT;
    assay__target__v1__fingerprint_shown__init(&shown);
    reply.seq = t->seq;
    reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_FINGERPRINT_SHOWN;
    reply.fingerprint_shown = &shown;
    talk_write_reply(t, &reply);
    for_ever();
}

static void answer_nothing(struct talk *t)
{
    Assay__Target__V1__Reply reply = ASSAY__TARGET__V1__REPLY__INIT;
    reply.seq = t->seq;
    talk_write_reply(t, &reply);
    for_ever();
}

/* ---- replies that decode to much more than they are */

static void bomb_with_strings(struct talk *t)
{
    static char nothing[] = "";
    enum { COUNT = 1000 * 1000 };
    Assay__Target__V1__Profile profile;
    Assay__Target__V1__Reply reply = ASSAY__TARGET__V1__REPLY__INIT;
    assay__target__v1__profile__init(&profile);
    profile.n_capabilities = COUNT;
    profile.capabilities = (char **)room(COUNT * sizeof(char *));
    for (size_t i = 0; i < COUNT; i++)
        profile.capabilities[i] = nothing;
    reply.seq = t->seq;
    reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_PROFILE;
    reply.profile = &profile;
    talk_write_reply(t, &reply);
    for_ever();
}

static void bomb_with_outgoing(struct talk *t)
{
    enum { COUNT = 1000 * 1000 };
    static Assay__Target__V1__Outgoing outgoing = ASSAY__TARGET__V1__OUTGOING__INIT;
    Assay__Target__V1__Done done = ASSAY__TARGET__V1__DONE__INIT;
    Assay__Target__V1__Reply reply = ASSAY__TARGET__V1__REPLY__INIT;
    reply.seq = t->seq;
    reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_DONE;
    reply.done = &done;
    reply.n_outgoing = COUNT;
    reply.outgoing = (Assay__Target__V1__Outgoing **)room(COUNT * sizeof(void *));
    for (size_t i = 0; i < COUNT; i++)
        reply.outgoing[i] = &outgoing;
    talk_write_reply(t, &reply);
    for_ever();
}

/* ---- legal, but unusual */

static void refuse_with(struct talk *t, char *detail, Assay__Target__V1__Reason reason)
{
    Assay__Target__V1__Refused refused;
    Assay__Target__V1__Reply reply = ASSAY__TARGET__V1__REPLY__INIT;
    assay__target__v1__refused__init(&refused);
    refused.reason = reason;
    refused.detail = detail;
    reply.seq = t->seq;
    reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_REFUSED;
    reply.refused = &refused;
    talk_write_reply(t, &reply);
}

static void refuse_in_bad_utf8(struct talk *t)
{
    static const char attack[] = "\x1b[2J\r\n<script>\xff\xfe";
    char detail[5001];
    memset(detail, '\xc3', sizeof(detail) - 1);
    memcpy(detail, attack, sizeof(attack) - 1);
    detail[sizeof(detail) - 1] = 0;
    refuse_with(t, detail, (Assay__Target__V1__Reason)77);
    for_ever();
}

static void talk_on_stderr(struct talk *t)
{
    flood_stderr();
    talk_answer_honestly(t);
    for_ever();
}

/*
 * Writes nearly two megabytes before it has read the request it answers: a harness that writes a
 * long request without reading meanwhile would block for ever. seq is the first field of a Request
 * as every encoder writes it.
 */
static void answer_before_reading(struct talk *t)
{
    enum { LEN = 2000 * 1000 };
    uint8_t head[6];
    char *detail = (char *)room(LEN + 1);
    memset(detail, 'x', LEN);
    talk_read(t->in_fd, head, sizeof(head));
    t->seq = head[5];
    refuse_with(t, detail, ASSAY__TARGET__V1__REASON__REASON_POLICY);
    size_t rest = ((size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3]) - 2;
    talk_read(t->in_fd, detail, rest < LEN ? rest : LEN);
    for_ever();
}

static void answer_honestly(struct talk *t)
{
    for (;;) {
        talk_answer_honestly(t);
        talk_read_request(t);
    }
}

/* Each reply just in time, for a deadline of a second. */
static void answer_slowly(struct talk *t)
{
    const struct timespec nap = {0, 700 * 1000 * 1000};
    for (;;) {
        nanosleep(&nap, NULL);
        talk_answer_honestly(t);
        talk_read_request(t);
    }
}

static void write_events(struct talk *t, uint64_t since)
{
    enum { COUNT = 256 };
    Assay__Target__V1__Event items[COUNT], *list[COUNT];
    Assay__Target__V1__EventList events;
    Assay__Target__V1__Reply reply = ASSAY__TARGET__V1__REPLY__INIT;
    assay__target__v1__event_list__init(&events);
    for (size_t i = 0; i < COUNT; i++) {
        assay__target__v1__event__init(&items[i]);
        items[i].number = since + 1 + i;
        list[i] = &items[i];
    }
    events.n_events = COUNT;
    events.events = list;
    reply.seq = t->seq;
    reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_EVENT_LIST;
    reply.event_list = &events;
    talk_write_reply(t, &reply);
}

/* So many requests from one Reset to the next; it returns with the one after them. */
static void answer_until_tired(struct talk *t)
{
    for (;;) {
        Assay__Target__V1__Request *r =
            assay__target__v1__request__unpack(NULL, t->frame_len, t->frame);
        bool is_tired = r && r->seq > TIRED_AFTER;
        if (r)
            assay__target__v1__request__free_unpacked(r, NULL);
        if (is_tired)
            return;
        talk_answer_honestly(t);
        talk_read_request(t);
    }
}

static void tire(struct talk *t)
{
    answer_until_tired(t);
    for_ever();
}

static void tire_to_garbage(struct talk *t)
{
    answer_until_tired(t);
    write_garbage(t);
}

/* There is always more to tell. */
static void flood_events(struct talk *t)
{
    for (;;) {
        Assay__Target__V1__Request *r =
            assay__target__v1__request__unpack(NULL, t->frame_len, t->frame);
        if (r && r->op_case == ASSAY__TARGET__V1__REQUEST__OP_EVENTS)
            write_events(t, r->events->since);
        else
            talk_answer_honestly(t);
        if (r)
            assay__target__v1__request__free_unpacked(r, NULL);
        talk_read_request(t);
    }
}

static const struct behaviour behaviours[] = {
    {"honest", false, answer_honestly, "answers every request"},
    {"silent", false, be_silent, "reads the request and never answers"},
    {"tires", false, tire, "never answers from the 41st request after a Reset on"},
    {"tires-to-garbage", false, tire_to_garbage, "the same, and what it answers is no protobuf"},
    {"reads-nothing", true, be_silent, "stops reading"},
    {"ignores-sigterm", false, ignore_sigterm, "never answers, and SIGTERM does not end it"},
    {"closes-and-lives", false, close_both, "closes the connection; the process lives on"},
    {"closes-output-and-lives", false, close_output, "closes its standard output only"},
    {"closes-at-once", true, exit_cleanly, "ends with exit code 0 without a word"},
    {"closes-after-request", false, exit_cleanly, "reads a request and ends with exit code 0"},
    {"exits-3", false, exit_with_3, "says why on standard error, ends with exit code 3"},
    {"dies-by-signal", false, die_by_signal, "segmentation fault"},
    {"leaves-a-child", false, leave_a_child, "ends, and a grandchild holds the connection open"},
    {"complains-and-dies", false, complain_and_die, "10 MB on standard error, then exit code 3"},
    {"garbage", false, write_garbage, "a frame that is no protobuf"},
    {"half-a-frame", false, write_half_a_frame, "half of an announced frame, then the end"},
    {"announces-4-gib", false, announce_4_gib, "a frame header of 0xffffffff"},
    {"announces-one-too-many", false, announce_one_too_many, "a frame of 2 MiB and one byte"},
    {"drips", false, drip, "a byte now and then, for ever"},
    {"floods-empty-frames", false, flood_empty_frames, "frames of length 0 without end"},
    {"answers-another", false, answer_another, "the reply to a request never made"},
    {"answers-twice", false, answer_twice, "the right reply, and one more"},
    {"speaks-unasked", true, speak_unasked, "a reply before any request"},
    {"answers-wrong-kind", false, answer_wrong_kind, "a fingerprint, whatever was asked"},
    {"answers-nothing", false, answer_nothing, "a Reply with no result in it"},
    {"bombs-with-strings", false, bomb_with_strings, "a million empty strings in 2 MB"},
    {"bombs-with-outgoing", false, bomb_with_outgoing, "a million empty messages in 2 MB"},
    {"refuses-in-bad-utf8", false, refuse_in_bad_utf8, "a refusal whose text attacks the reader"},
    {"talks-on-stderr", false, talk_on_stderr, "10 MB on standard error, then the right reply"},
    {"answers-slowly", false, answer_slowly, "every reply after seven tenths of a second"},
    {"floods-events", false, flood_events, "always 256 further events"},
    {"answers-before-reading", true, answer_before_reading, "2 MB written before the rest is read"},
};

const struct behaviour *behaviour_at(size_t index)
{
    return index < COUNT(behaviours) ? &behaviours[index] : NULL;
}

const struct behaviour *behaviour_find(const char *name)
{
    for (size_t i = 0; behaviour_at(i); i++)
        if (strcmp(behaviours[i].name, name) == 0)
            return &behaviours[i];
    return NULL;
}
