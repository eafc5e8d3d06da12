/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/preconditions.h"

#include "experiments/disk.h"

#define TURNS 3u /* round trips that a restored conversation must manage */
#define TIMES 3u /* experiments a precondition is tried in */

/* Each runs in a fresh experiment, and makes it void when the precondition does not hold. */
typedef void precondition_function(struct experiment *e);

/* ---- V1: restored in a process that never held them, both go on */

static void must_open(struct experiment *e, struct experiment_party *reader,
                      struct experiment_party *from, const char *when)
{
    struct message *m = experiment_seal(e, from, reader);
    enum opened opened = experiment_offer(e, reader, from, m, m->body);
    if (opened != OPENED_EXACTLY)
        experiment_void(e, "%s, message %u does not open: the snapshot left something out", when,
                        m->number);
}

static void snapshot_is_complete(struct experiment *e)
{
    experiment_establish(e);
    struct stolen_state *a = experiment_steal(e, e->a), *b = experiment_steal(e, e->b);
    struct experiment_party *a2 = experiment_copy(e, a), *b2 = experiment_copy(e, b);
    for (unsigned i = 0; i < TURNS; i++) {
        must_open(e, b2, a2, "after both were restored in a new process");
        must_open(e, a2, b2, "after both were restored in a new process");
    }
    /* and one restored side with the other as it was */
    struct experiment_party *b3 = experiment_copy(e, b);
    for (unsigned i = 0; i < TURNS; i++) {
        must_open(e, b3, e->a, "after B was restored in a new process");
        must_open(e, e->a, b3, "after B was restored in a new process");
    }
}

/* ---- V2: what one copy does does not change another */

static void copies_are_independent(struct experiment *e)
{
    experiment_establish(e);
    struct message *m = experiment_seal(e, e->a, e->b);
    struct message *n = experiment_seal(e, e->a, e->b);
    struct stolen_state *stolen = experiment_steal(e, e->b);
    struct experiment_party *one = experiment_copy(e, stolen), *two = experiment_copy(e, stolen);
    if (experiment_offer_again(e, one, m) != OPENED_EXACTLY ||
        experiment_offer_again(e, one, n) != OPENED_EXACTLY)
        experiment_void(e, "a copy does not open what its owner would");
    if (experiment_offer_again(e, two, m) != OPENED_EXACTLY)
        experiment_void(e, "a copy opened a message, and another copy of the same state cannot any "
                           "more: copies are not independent");
    if (experiment_offer_again(e, two, n) != OPENED_EXACTLY)
        experiment_void(e, "two copies of the same state are not independent");
    experiment_deliver(e, m);
    experiment_deliver(e, n);
}

/* ---- V3: reading with stolen state works where it must, and only there */

static void controls_read(struct experiment *e)
{
    struct experiment_party *c = experiment_add_party(e, "C", (struct address){"carol", 1}, NULL);
    experiment_establish(e);
    experiment_must_start(e, c, e->a);
    struct message *due = experiment_seal(e, e->a, e->b);
    struct message *foreign = experiment_send(e, c, e->a);
    struct stolen_state *b = experiment_steal(e, e->b);
    if (!experiment_reads(e, b, due))
        experiment_void(e,
                        "with B's stolen state not even a message on its way to B can be read: the "
                        "snapshot holds no live keys, or reading does not work");
    if (experiment_reads(e, b, foreign))
        experiment_void(e, "with B's stolen state a message from C to A can be read");
}

/* ---- V4: randomness is fresh */

static void randomness_is_real(struct experiment *e)
{
    experiment_establish(e);
    struct stolen_state *b = experiment_steal(e, e->b);
    struct bundle bundle = experiment_publish(e, e->a, false);
    experiment_randomise(e);
    struct bytes first = experiment_first_message(e, b, bundle),
                 second = experiment_first_message(e, b, bundle);
    if (bytes_equal(first, second) && !e->is_void)
        experiment_void(e, "two copies of the same state, in one process, begin a session with the "
                           "same bytes: no fresh randomness goes in");
    experiment_randomise(e);
    struct bytes third = experiment_first_message(e, b, bundle);
    if ((bytes_equal(first, third) || bytes_equal(second, third)) && !e->is_void)
        experiment_void(e,
                        "a copy of the same state, in a process begun anew, begins a session with "
                        "the same bytes as before: its randomness can be foretold");
}

static const struct precondition table[N_PRECONDITION] = {
    {"V1", "a snapshot, restored in a new process, carries the conversation on",
     PRECONDITION_SNAPSHOT},
    {"V2", "what one copy does, another copy of the same state does not feel",
     PRECONDITION_INDEPENDENCE},
    {"V3", "a message on its way can be read with stolen state, a stranger's cannot",
     PRECONDITION_CONTROLS},
    {"V4", "two copies draw different secrets", PRECONDITION_RANDOMNESS},
    {"V5", "the target writes no file that its snapshot leaves out", PRECONDITION_DISK},
};

static precondition_function *const functions[N_PRECONDITION] = {
    snapshot_is_complete, copies_are_independent, controls_read, randomness_is_real, NULL};

const struct precondition *preconditions(void) { return table; }

static void fail(struct arena *arena, struct claims_holding *out, const char *why)
{
    const char *kept = arena_text(arena, why);
    out->holds = false;
    out->detail = kept ? kept : "out of memory";
}

/* V5: a conversation with the target's files in a private folder, and what is in it afterwards. */
static void play_disk(const struct experiment_options *options, struct arena *arena,
                      struct claims_holding *out)
{
    struct disk disk;
    struct experiment *e = NULL;
    if (disk_begin(options, &disk)) {
        fail(arena, out, disk.detail);
        return;
    }
    struct experiment_options inside = *options;
    inside.honest_driver = inside.adversary_driver = disk.driver;
    if (experiment_begin(&inside, "V5", 0, &e)) {
        fail(arena, out, "out of memory");
    } else {
        experiment_establish(e);
        experiment_round_trips(e, TURNS);
        (void)experiment_steal(e, e->b);
        if (e->is_void)
            fail(arena, out, e->void_reason);
        else if (disk_look(&disk))
            fail(arena, out, disk.detail);
    }
    experiment_end(e);
    disk_end(&disk);
}

void precondition_play(size_t index, const struct experiment_options *options, struct arena *arena,
                       struct claims_holding *out)
{
    *out = (struct claims_holding){.holds = true, .detail = ""};
    if (!functions[index]) {
        play_disk(options, arena, out);
        return;
    }
    for (unsigned i = 0; i < TIMES && out->holds; i++) {
        struct experiment *e;
        if (experiment_begin(options, table[index].id, i, &e)) {
            fail(arena, out, "out of memory");
            return;
        }
        functions[index](e);
        if (e->is_void)
            fail(arena, out, e->void_reason);
        experiment_end(e);
    }
}
