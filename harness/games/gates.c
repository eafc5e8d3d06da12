#include "games/gates.h"

#include "games/disk.h"

#include <string.h>

#define TURNS 3u /* honest turns a restored conversation must manage */
#define TIMES 3u /* worlds a gate is played in */

/* Each plays in a fresh world; it spoils the world when the gate does not hold. */
typedef void gate_function(struct world *w);

/* ---- V1: restore both in a process that never held them, and go on */

static void must_open(struct world *w, struct person *reader, struct person *from, const char *when)
{
    struct message *m = world_seal(w, from, reader);
    enum opened opened = world_offer(w, reader, from, m, m->body);
    if (opened != OPENED_EXACTLY)
        world_spoil(w, "%s, message %u does not open: the snapshot left something out", when,
                    m->number);
}

static void snapshot_is_complete(struct world *w)
{
    world_establish(w);
    struct loot *a = world_steal(w, world_a(w)), *b = world_steal(w, world_b(w));
    struct person *a2 = world_copy(w, a), *b2 = world_copy(w, b);
    for (unsigned i = 0; i < TURNS; i++) {
        must_open(w, b2, a2, "after both were restored in a new process");
        must_open(w, a2, b2, "after both were restored in a new process");
    }
    /* and one side alone, the other as it was */
    struct person *b3 = world_copy(w, b);
    for (unsigned i = 0; i < TURNS; i++) {
        must_open(w, b3, world_a(w), "after B was restored in a new process");
        must_open(w, world_a(w), b3, "after B was restored in a new process");
    }
}

/* ---- V2: what one copy does, the other does not feel */

static void copies_are_independent(struct world *w)
{
    world_establish(w);
    struct message *m = world_seal(w, world_a(w), world_b(w));
    struct message *n = world_seal(w, world_a(w), world_b(w));
    struct loot *loot = world_steal(w, world_b(w));
    struct person *one = world_copy(w, loot), *two = world_copy(w, loot);
    if (world_offer_again(w, one, m) != OPENED_EXACTLY ||
        world_offer_again(w, one, n) != OPENED_EXACTLY)
        world_spoil(w, "a copy does not open what its owner would");
    if (world_offer_again(w, two, m) != OPENED_EXACTLY)
        world_spoil(w, "a copy opened a message, and another copy of the same state cannot any "
                       "more: copies are not independent");
    if (world_offer_again(w, two, n) != OPENED_EXACTLY)
        world_spoil(w, "two copies of the same state are not independent");
    world_deliver(w, m);
    world_deliver(w, n);
}

/* ---- V3: the thief's eyes work, and see no ghosts */

static void controls_read(struct world *w)
{
    struct person *c = world_newcomer(w, "C", (struct target_peer){"carol", 1}, NULL);
    world_establish(w);
    if (!world_start(w, c, world_a(w), world_publish(w, world_a(w), false)))
        world_spoil(w, "C does not start a session with A");
    struct message *due = world_seal(w, world_a(w), world_b(w));
    struct message *foreign = world_send(w, c, world_a(w));
    struct loot *b = world_steal(w, world_b(w));
    if (!world_reads(w, b, due))
        world_spoil(w, "with B's stolen state not even a message on its way to B can be read: the "
                       "snapshot holds no live keys, or reading does not work");
    if (world_reads(w, b, foreign))
        world_spoil(w, "with B's stolen state a message from C to A can be read");
}

/* ---- V4: chance is chance */

/* What a copy makes of starting a session anew from |bundle|, in bytes. */
static struct bytes beginning_of(struct world *w, const struct loot *loot, struct bundle bundle)
{
    static const char text[] = "what every copy says: 32 bytes..";
    struct person *copy = world_copy(w, loot);
    if (!world_start(w, copy, world_a(w), bundle))
        world_spoil(w, "a copy does not start a session its owner could");
    struct message *m = world_try_seal(w, copy, world_a(w), bytes_of(text, 32));
    return m ? m->body : bytes_of(NULL, 0);
}

static void randomness_is_real(struct world *w)
{
    world_establish(w);
    struct loot *b = world_steal(w, world_b(w));
    struct bundle bundle = world_publish(w, world_a(w), false);
    world_randomise(w);
    struct bytes first = beginning_of(w, b, bundle), second = beginning_of(w, b, bundle);
    if (bytes_equal(first, second) && !world_is_spoilt(w))
        world_spoil(w, "two copies of the same state, in one process, begin a session with the "
                       "same bytes: no fresh randomness goes in");
    world_randomise(w);
    struct bytes third = beginning_of(w, b, bundle);
    if ((bytes_equal(first, third) || bytes_equal(second, third)) && !world_is_spoilt(w))
        world_spoil(w, "a copy of the same state, in a process begun anew, begins a session with "
                       "the same bytes as before: its randomness can be foretold");
}

static const struct gate table[N_GATE] = {
    {"V1", "a snapshot, restored in a new process, carries the conversation on", GATE_SNAPSHOT},
    {"V2", "what one copy does, another copy of the same state does not feel", GATE_INDEPENDENCE},
    {"V3", "a message on its way can be read with stolen state, a stranger's cannot",
     GATE_CONTROLS},
    {"V4", "two copies draw different secrets", GATE_RANDOMNESS},
    {"V5", "the target writes no file that its snapshot leaves out", GATE_DISK},
};

static gate_function *const functions[N_GATE] = {snapshot_is_complete, copies_are_independent,
                                                 controls_read, randomness_is_real, NULL};

const struct gate *gates(void) { return table; }

static void fail(struct arena *arena, struct gate_result *out, const char *why)
{
    const char *kept = arena_text(arena, why);
    out->holds = false;
    out->detail = kept ? kept : "out of memory";
}

/* V5: a conversation in a folder of its own, and what it leaves behind. */
static void play_disk(const struct world_options *options, struct arena *arena,
                      struct gate_result *out)
{
    struct disk disk;
    struct world *w = NULL;
    if (disk_begin(options, &disk)) {
        fail(arena, out, disk.detail);
        return;
    }
    struct world_options inside = *options;
    inside.home = inside.den = disk.client;
    if (world_begin(&inside, "V5", 0, &w)) {
        fail(arena, out, "out of memory");
    } else {
        world_establish(w);
        world_round_trips(w, TURNS);
        (void)world_steal(w, world_b(w));
        if (world_is_spoilt(w))
            fail(arena, out, world_reason(w));
        else if (disk_look(&disk))
            fail(arena, out, disk.detail);
    }
    world_end(w);
    disk_end(&disk);
}

void gate_play(size_t index, const struct world_options *options, struct arena *arena,
               struct gate_result *out)
{
    *out = (struct gate_result){.holds = true, .detail = ""};
    if (!functions[index]) {
        play_disk(options, arena, out);
        return;
    }
    for (unsigned i = 0; i < TIMES && out->holds; i++) {
        struct world *w;
        if (world_begin(options, table[index].id, i, &w)) {
            fail(arena, out, "out of memory");
            return;
        }
        functions[index](w);
        if (world_is_spoilt(w))
            fail(arena, out, world_reason(w));
        world_end(w);
    }
}
