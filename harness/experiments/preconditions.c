#include "experiments/preconditions.h"

#include "experiments/disk.h"

#include <string.h>

#define TURNS 3u /* honest turns a restored conversation must manage */
#define TIMES 3u /* worlds a gate is played in */

/* Each plays in a fresh world; it spoils the world when the gate does not hold. */
typedef void precondition_function(struct experiment *w);

/* ---- V1: restore both in a process that never held them, and go on */

static void must_open(struct experiment *w, struct experiment_party *reader,
                      struct experiment_party *from, const char *when)
{
    struct message *m = experiment_seal(w, from, reader);
    enum opened opened = experiment_offer(w, reader, from, m, m->body);
    if (opened != OPENED_EXACTLY)
        experiment_void(w, "%s, message %u does not open: the snapshot left something out", when,
                        m->number);
}

static void snapshot_is_complete(struct experiment *w)
{
    experiment_establish(w);
    struct stolen_state *a = experiment_steal(w, experiment_a(w)),
                        *b = experiment_steal(w, experiment_b(w));
    struct experiment_party *a2 = experiment_copy(w, a), *b2 = experiment_copy(w, b);
    for (unsigned i = 0; i < TURNS; i++) {
        must_open(w, b2, a2, "after both were restored in a new process");
        must_open(w, a2, b2, "after both were restored in a new process");
    }
    /* and one side alone, the other as it was */
    struct experiment_party *b3 = experiment_copy(w, b);
    for (unsigned i = 0; i < TURNS; i++) {
        must_open(w, b3, experiment_a(w), "after B was restored in a new process");
        must_open(w, experiment_a(w), b3, "after B was restored in a new process");
    }
}

/* ---- V2: what one copy does, the other does not feel */

static void copies_are_independent(struct experiment *w)
{
    experiment_establish(w);
    struct message *m = experiment_seal(w, experiment_a(w), experiment_b(w));
    struct message *n = experiment_seal(w, experiment_a(w), experiment_b(w));
    struct stolen_state *stolen = experiment_steal(w, experiment_b(w));
    struct experiment_party *one = experiment_copy(w, stolen), *two = experiment_copy(w, stolen);
    if (experiment_offer_again(w, one, m) != OPENED_EXACTLY ||
        experiment_offer_again(w, one, n) != OPENED_EXACTLY)
        experiment_void(w, "a copy does not open what its owner would");
    if (experiment_offer_again(w, two, m) != OPENED_EXACTLY)
        experiment_void(w, "a copy opened a message, and another copy of the same state cannot any "
                           "more: copies are not independent");
    if (experiment_offer_again(w, two, n) != OPENED_EXACTLY)
        experiment_void(w, "two copies of the same state are not independent");
    experiment_deliver(w, m);
    experiment_deliver(w, n);
}

/* ---- V3: the thief's eyes work, and see no ghosts */

static void controls_read(struct experiment *w)
{
    struct experiment_party *c =
        experiment_newcomer(w, "C", (struct target_peer){"carol", 1}, NULL);
    experiment_establish(w);
    if (!experiment_start(w, c, experiment_a(w), experiment_publish(w, experiment_a(w), false)))
        experiment_void(w, "C does not start a session with A");
    struct message *due = experiment_seal(w, experiment_a(w), experiment_b(w));
    struct message *foreign = experiment_send(w, c, experiment_a(w));
    struct stolen_state *b = experiment_steal(w, experiment_b(w));
    if (!experiment_reads(w, b, due))
        experiment_void(w,
                        "with B's stolen state not even a message on its way to B can be read: the "
                        "snapshot holds no live keys, or reading does not work");
    if (experiment_reads(w, b, foreign))
        experiment_void(w, "with B's stolen state a message from C to A can be read");
}

/* ---- V4: chance is chance */

/* What a copy makes of starting a session anew from |bundle|, in bytes. */
static struct bytes beginning_of(struct experiment *w, const struct stolen_state *stolen,
                                 struct bundle bundle)
{
    static const char text[] = "what every copy says: 32 bytes..";
    struct experiment_party *copy = experiment_copy(w, stolen);
    if (!experiment_start(w, copy, experiment_a(w), bundle))
        experiment_void(w, "a copy does not start a session its owner could");
    struct message *m = experiment_try_seal(w, copy, experiment_a(w), bytes_of(text, 32));
    return m ? m->body : bytes_of(NULL, 0);
}

static void randomness_is_real(struct experiment *w)
{
    experiment_establish(w);
    struct stolen_state *b = experiment_steal(w, experiment_b(w));
    struct bundle bundle = experiment_publish(w, experiment_a(w), false);
    experiment_randomise(w);
    struct bytes first = beginning_of(w, b, bundle), second = beginning_of(w, b, bundle);
    if (bytes_equal(first, second) && !experiment_is_void(w))
        experiment_void(w, "two copies of the same state, in one process, begin a session with the "
                           "same bytes: no fresh randomness goes in");
    experiment_randomise(w);
    struct bytes third = beginning_of(w, b, bundle);
    if ((bytes_equal(first, third) || bytes_equal(second, third)) && !experiment_is_void(w))
        experiment_void(w,
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

/* V5: a conversation in a folder of its own, and what it leaves behind. */
static void play_disk(const struct experiment_options *options, struct arena *arena,
                      struct claims_holding *out)
{
    struct disk disk;
    struct experiment *w = NULL;
    if (disk_begin(options, &disk)) {
        fail(arena, out, disk.detail);
        return;
    }
    struct experiment_options inside = *options;
    inside.honest = inside.adversary_driver = disk.driver;
    if (experiment_begin(&inside, "V5", 0, &w)) {
        fail(arena, out, "out of memory");
    } else {
        experiment_establish(w);
        experiment_round_trips(w, TURNS);
        (void)experiment_steal(w, experiment_b(w));
        if (experiment_is_void(w))
            fail(arena, out, experiment_reason(w));
        else if (disk_look(&disk))
            fail(arena, out, disk.detail);
    }
    experiment_end(w);
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
        struct experiment *w;
        if (experiment_begin(options, table[index].id, i, &w)) {
            fail(arena, out, "out of memory");
            return;
        }
        functions[index](w);
        if (experiment_is_void(w))
            fail(arena, out, experiment_reason(w));
        experiment_end(w);
    }
}
