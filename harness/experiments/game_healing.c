/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Post-compromise security: how soon stolen state becomes useless. */
#include "experiments/experiment.h"

#define TURNS_ENOUGH 8
#define PRELUDE 1u /* round trips before the theft, beyond the first */

/* ---- PCS-1: a passive adversary */

/* Send flight |f| after the theft. Was any message of it read? */
static bool send_flight(struct experiment *e, const struct stolen_state *stolen,
                        const struct flight *f)
{
    bool is_exposed = false;
    struct experiment_party *from = experiment_party_at(e, f->from);
    for (unsigned i = 0; i < f->n_messages && !e->is_void; i++) {
        struct message *m = experiment_send(e, from, experiment_other(e, from));
        is_exposed = m->is_read || experiment_reads(e, stolen, m) || is_exposed;
    }
    return is_exposed;
}

/* Steal B's state, then send all flights of |s|. The last flight that is read, from 1; 0: none. */
static long last_exposed(struct experiment *e, const struct schedule *s)
{
    long last = 0;
    struct stolen_state *stolen = experiment_steal(e, e->b);
    experiment_clone(e, stolen);
    for (size_t i = 0; i < s->n_flights && !e->is_void; i++) {
        bool is_exposed = send_flight(e, stolen, &s->flights[i]);
        if (is_exposed)
            last = (long)i + 1;
        if (e->outcome.n_flights < OUTCOME_FLIGHTS_MAX)
            e->outcome.flights[e->outcome.n_flights++] =
                (struct exposed_flight){s->flights[i].from, is_exposed};
    }
    return last;
}

/* How often the sender changes up to |flight|: two such turns are a round trip. */
static long turns_until(const struct schedule *s, long flight)
{
    long turns = 0;
    for (long i = 0; i < flight; i++)
        turns += i == 0 || s->flights[i].from != s->flights[i - 1].from;
    return turns;
}

static bool has_both_sides(const struct schedule *s)
{
    for (size_t i = 1; i < s->n_flights; i++)
        if (s->flights[i].from != s->flights[0].from)
            return true;
    return false;
}

static void play_healing(struct experiment *e)
{
    experiment_establish(e);
    experiment_round_trips(e, PRELUDE);
    long last = last_exposed(e, &e->schedule);
    long turns = turns_until(&e->schedule, last),
         all = turns_until(&e->schedule, (long)e->schedule.n_flights);
    /* A session heals only when both send. When the last turn is still read, the next might not
     * be: only after TURNS_ENOUGH of them is the answer "never". */
    if (!has_both_sides(&e->schedule))
        outcome_measure(e, 0, "only one side spoke");
    else if (last && turns == all && all >= TURNS_ENOUGH)
        outcome_measure(e, MEASURE_NEVER,
                        "after %ld turns of both sides messages can still be read with the state "
                        "stolen before",
                        all);
    else
        outcome_measure(e, (turns + 1) / 2,
                        "with B's stolen state %ld turn%s can be read, and none after", turns,
                        turns == 1 ? "" : "s");
}

/* One side alone: a report, because no protocol heals while only one side sends. */
static void play_one_way(struct experiment *e)
{
    struct schedule one;
    experiment_establish(e);
    experiment_round_trips(e, PRELUDE);
    if (schedule_of(e->schedule.number % 2 ? FAMILY_ONE_WAY_B : FAMILY_ONE_WAY_A,
                    bytes_of("one way", 7), "PCS-1-one-way", e->schedule.number, 12, &one)) {
        experiment_void(e, "out of randomness");
        return;
    }
    long last = last_exposed(e, &one);
    outcome_measure(e, last == (long)one.n_flights ? MEASURE_NEVER : last,
                    "while only %s speaks, %ld of %zu messages can be read with B's stolen state",
                    e->schedule.number % 2 ? "B" : "A", last, one.n_flights);
}

/* Where the protocol has a healing step of its own: how many of them it takes. */
#define REFRESHES_MAX 4u

static void play_refresh(struct experiment *e)
{
    long steps = 0;
    experiment_establish(e);
    struct stolen_state *stolen = experiment_steal(e, e->b);
    experiment_clone(e, stolen);
    for (; steps <= (long)REFRESHES_MAX && !e->is_void; steps++) {
        const struct flight a = {ENDPOINT_A, 1}, b = {ENDPOINT_B, 1};
        bool of_a = send_flight(e, stolen, &a), of_b = send_flight(e, stolen, &b);
        outcome_plot(e, (double)steps, (double)(of_a + of_b));
        if (!of_a && !of_b)
            break;
        experiment_refresh(e, experiment_party_at(e, steps % 2 ? ENDPOINT_A : ENDPOINT_B));
    }
    outcome_measure(e, steps > (long)REFRESHES_MAX ? MEASURE_NEVER : steps,
                    "after %ld healing steps of the protocol's own, B first, nothing can be read",
                    steps);
}

/* ---- PCS-2: an active adversary */

#define ROUNDS_MAX 8u

/* Does A accept, as from B, what a fresh copy of |stolen| seals? |n_sealed|: by B since then. */
static bool is_accepted(struct experiment *e, const struct stolen_state *stolen, unsigned n_sealed)
{
    static const char text[] = "what B never wrote: 32 bytes.....";
    struct experiment_party *copy = experiment_copy(e, stolen);
    struct message *m = experiment_try_seal(e, copy, e->a, bytes_of(text, 32));
    /* past the counters that the owner has used since, or it would be refused as a replay */
    for (unsigned i = 0; i < n_sealed && m; i++)
        m = experiment_try_seal(e, copy, e->a, bytes_of(text, 32));
    /* a copy of A is asked, so that A itself goes on as if nothing had been tried */
    struct experiment_party *a = experiment_stand_in(e, e->a, "A, asked");
    if (!m || experiment_offer_again(e, a, m) != OPENED_EXACTLY)
        return false;
    if (e->outcome.n_proofs == 0)
        outcome_prove(e, "message of the adversary's, taken as from B", m->body);
    return true;
}

static void play_injection(struct experiment *e)
{
    long last = 0;
    experiment_establish(e);
    experiment_round_trips(e, PRELUDE);
    struct stolen_state *stolen = experiment_steal(e, e->b);
    for (long r = 0; r <= (long)ROUNDS_MAX && !e->is_void; r++) {
        bool taken = is_accepted(e, stolen, (unsigned)r);
        outcome_plot(e, (double)r, taken ? 1.0 : 0.0);
        if (!taken)
            break;
        last = r + 1;
        experiment_round_trips(e, 1);
    }
    /* the most round trips after which it is accepted; 0 also when it never is */
    if (last > (long)ROUNDS_MAX)
        outcome_measure(e, MEASURE_NEVER,
                        "a message made with B's stolen state is still taken after %u round trips",
                        ROUNDS_MAX);
    else if (last == 0)
        outcome_measure(e, 0, "a message made with B's stolen state is refused at once");
    else
        outcome_measure(e, last - 1,
                        "a message made with B's stolen state is taken until %ld round trips have "
                        "passed, and refused after %ld",
                        last - 1, last);
}

/* ---- PCS-3 and PCS-5: is an adversary that takes part detected? */

static void play_in_the_middle(struct experiment *e)
{
    experiment_establish(e);
    struct experiment_party *adversary = experiment_copy(e, experiment_steal(e, e->b));
    unsigned n_refused = 0;
    for (size_t i = 0; i < e->schedule.n_flights && !e->is_void; i++) {
        bool is_a = e->schedule.flights[i].from == ENDPOINT_A;
        struct experiment_party *from = is_a ? e->a : adversary, *to = is_a ? adversary : e->a;
        struct message *m = experiment_seal(e, from, is_a ? e->b : e->a);
        n_refused += experiment_offer_again(e, to, m) != OPENED_EXACTLY;
    }
    if (e->has_warned)
        outcome_hold(e, "A was told that something is wrong");
    else if (n_refused)
        outcome_hold(e, "%u of the adversary's messages were refused", n_refused);
    else
        outcome_win(e, "the adversary speaks in B's place, and A notices nothing in %zu turns",
                    e->schedule.n_flights);
}

static void play_two_of_one(struct experiment *e)
{
    unsigned n_odd = 0;
    experiment_establish(e);
    struct experiment_party *clone = experiment_copy(e, experiment_steal(e, e->b));
    for (size_t i = 0; i < e->schedule.n_flights && !e->is_void; i++) {
        struct message *m = experiment_seal(e, e->a, e->b);
        n_odd += experiment_offer_again(e, e->b, m) != OPENED_EXACTLY;
        n_odd += experiment_offer_again(e, clone, m) != OPENED_EXACTLY;
        struct experiment_party *speaker = i % 2 ? clone : e->b;
        struct message *answer = experiment_seal(e, speaker, e->a);
        n_odd += experiment_offer_again(e, e->a, answer) != OPENED_EXACTLY;
    }
    if (e->has_warned)
        outcome_hold(e, "a person was told that something is wrong");
    else if (n_odd)
        outcome_hold(e, "%u messages did not open, which can be noticed", n_odd);
    else
        outcome_win(e, "two copies of B run side by side for %zu turns, and nobody notices",
                    e->schedule.n_flights);
}

/* ---- PCS-4: a new session with the stolen identity */

static void play_new_session(struct experiment *e)
{
    static const char text[] = "what B never wrote: 32 bytes.....";
    experiment_establish(e);
    struct stolen_state *stolen = experiment_steal(e, e->b);
    experiment_round_trips(e, ROUNDS_MAX);
    struct experiment_party *adversary = experiment_copy(e, stolen);
    if (experiment_has(e, "forget-session"))
        experiment_forget(e, adversary, e->a);
    if (!experiment_start_with(e, adversary, e->a)) {
        outcome_hold(e, "the stolen state starts no second session");
        return;
    }
    struct message *m = experiment_try_seal(e, adversary, e->a, bytes_of(text, 32));
    if (m && experiment_offer_again(e, e->a, m) == OPENED_EXACTLY && !e->has_warned) {
        outcome_prove(e, "first message of the adversary's session, taken as from B", m->body);
        outcome_win(e,
                    "%u round trips after the theft a new session in B's name is taken without "
                    "notice",
                    ROUNDS_MAX);
    }
    outcome_hold(e, "a new session in B's name is noticed or refused");
}

/* ---- PCS-6: does healing use fresh randomness? */

/* Looked at is the first message of a new session. Not the next answer in the old one: a protocol
 * that draws nothing fresh there does not heal, which is what PCS-1 measures. */
static void play_entropy(struct experiment *e)
{
    static const uint8_t known[RANDOM_SEED_LEN] = {0x5e, 0xed};
    experiment_talk(e);
    struct stolen_state *stolen = experiment_steal(e, e->b);
    struct bundle bundle = experiment_publish(e, e->a, false);
    if (experiment_has(e, "seed")) {
        experiment_reseed(e, bytes_of(known, sizeof(known)));
        struct bytes first = experiment_first_message(e, stolen, bundle);
        experiment_reseed(e, bytes_of(known, sizeof(known)));
        if (!bytes_equal(first, experiment_first_message(e, stolen, bundle)))
            experiment_void(e, "equal seeds and equal states do not give equal messages");
    }
    experiment_randomise(e);
    struct bytes one = experiment_first_message(e, stolen, bundle);
    experiment_randomise(e);
    struct bytes two = experiment_first_message(e, stolen, bundle);
    if (!e->is_void && bytes_equal(one, two)) {
        outcome_prove(e, "what both copies seal", one);
        outcome_win(
            e, "two copies, each with its own chance, begin with the same bytes: an adversary's "
               "copy foretells its owner");
    }
    outcome_hold(e, "with chance of its own, each copy begins otherwise");
}

/* clang-format off */
const struct game games_of_healing[] = {
    {.id = "PCS-1", .title = "Listening after a theft", .property = "SP-07",
     .sentence = "After a phone's state was copied once, conversations can be listened to for "
                 "longer than said.",
     .kind = GAME_MEASURES, .is_core = true, .measure = MEASURE_HEALING_ROUNDS,
     .preconditions = PRECONDITIONS_OF_A_THEFT | PRECONDITION_RANDOMNESS, .needs = {"snapshot"},
     .n_flights = 10, .play = play_healing},
    {.id = "PCS-1-one-way", .title = "Listening while only one side speaks", .property = "SP-07",
     .sentence = "While nobody answers, an adversary listens on.",
     .kind = GAME_REPORTS, .measure = MEASURE_HEALING_FLIGHTS, AFTER_A_THEFT, .n_schedules = 2,
     .play = play_one_way},
    {.id = "PCS-1-refresh", .property = "SP-07",
     .title = "Listening until the protocol's own healing step",
     .sentence = "Only a step that has to be taken on purpose ends an adversary's listening.",
     .kind = GAME_REPORTS, .measure = MEASURE_HEALING_REFRESHES,
     .preconditions = PRECONDITIONS_OF_A_THEFT | PRECONDITION_RANDOMNESS,
     .needs = {"snapshot", "refresh"}, .n_schedules = 1, .play = play_refresh},
    {.id = "PCS-2", .title = "Speaking with stolen state", .property = "SP-07",
     .sentence = "After a phone's state was copied once, an adversary can write in its owner's "
                 "name.",
     .kind = GAME_MEASURES, .measure = MEASURE_INJECTION_ROUNDS, .wants_none = true, AFTER_A_THEFT,
     .n_schedules = 1, .play = play_injection},
    {.id = "PCS-3", .title = "An adversary in B's place", .property = "SP-07",
     .sentence = "Nobody notices that somebody else answers.",
     .kind = GAME_REPORTS, AFTER_A_THEFT, .n_flights = 10, .play = play_in_the_middle},
    {.id = "PCS-4", .title = "A new session with the stolen identity", .property = "SP-07",
     .sentence = "Once a phone was copied, its owner's name is lost for good: healing a session "
                 "does not heal a conversation.",
     .kind = GAME_REFUTES, AFTER_A_THEFT, .n_schedules = 1, .play = play_new_session},
    {.id = "PCS-5", .title = "Two copies of one phone", .property = "SP-07",
     .sentence = "A cloned phone listens and speaks along, and nobody notices.",
     .kind = GAME_REPORTS, AFTER_A_THEFT, .n_flights = 10, .play = play_two_of_one},
    {.id = "PCS-6", .title = "Fresh randomness after a theft", .property = "SP-27",
     .sentence = "Keys to come can be worked out from a state stolen today.",
     .kind = GAME_REFUTES, .is_core = true, WITH_COPIES, .n_flights = 3, .play = play_entropy},
    {.id = NULL},
};
/* clang-format on */
