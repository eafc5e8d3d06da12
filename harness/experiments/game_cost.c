/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers: what the length of a message shows (LEN-1), how long errors take (ERR-1), what a message
 * far ahead costs (DOS-1). The last two are for a reader, never a finding. */
#include "experiments/experiment.h"

#include <math.h>
#include <stdlib.h>

#define SAMPLES_MAX 500u
#define SAMPLING_US 1500000u /* for one kind of message */
#define AHEAD_MAX 2500u
#define AHEAD_US 8000000u /* for sealing that far ahead */

/* ---- LEN-1: does the length show? */

#define LENGTHS 256u

/*
 * How many bits of a text's length the length of its message gives away, when all 256 lengths are
 * equally likely: 8 when each text length has a message length of its own, 0 when all share one.
 * runs[i] consecutive text lengths share the i-th message length. Rounded, so that a padding block
 * which the first text happens to fill makes no difference.
 */
static long bits_shown(const size_t *runs, size_t n)
{
    double bits = 0;
    for (size_t i = 0; i < n; i++)
        bits += (double)runs[i] / LENGTHS * log2((double)LENGTHS / (double)runs[i]);
    return lround(bits);
}

static void play_length(struct experiment *e)
{
    uint8_t text[LENGTHS];
    size_t runs[LENGTHS], n_runs = 0, last = 0;
    experiment_establish(e);
    if (random_fill(&e->random, text, sizeof(text)))
        experiment_void(e, "out of randomness");
    for (size_t len = 0; len < LENGTHS && !e->is_void; len++) {
        struct message *m =
            experiment_seal_text(e, e->a, e->b, arena_copy(&e->arena, bytes_of(text, len)));
        experiment_deliver(e, m);
        bool is_new = len == 0 || m->body.len != last;
        if (is_new)
            outcome_plot(e, (double)len, (double)m->body.len);
        if (is_new)
            runs[n_runs++] = 0;
        runs[n_runs - 1]++;
        last = m->body.len;
    }
    long bits = bits_shown(runs, n_runs);
    outcome_measure(e, bits,
                    "texts of 0 to %u bytes make messages of %zu lengths: about %ld of 8 bits of a "
                    "length show",
                    LENGTHS - 1, n_runs, bits);
}

/* ---- ERR-1: does the time an error takes show which error it is? */

enum error_kind { ERROR_HONEST, ERROR_MAC, ERROR_DUPLICATE, ERROR_STRANGER, N_ERROR };

static const char *const error_names[N_ERROR] = {"honest", "changed", "repeated",
                                                 "as from a stranger"};

struct samples {
    uint64_t us[SAMPLES_MAX];
    size_t n;
};

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t median(struct samples *s)
{
    if (!s->n)
        return 0;
    qsort(s->us, s->n, sizeof(s->us[0]), by_size);
    return s->us[s->n / 2];
}

/*
 * Cliff's delta of two samples, from -1 to 1: the probability that a value of |a| is larger than
 * one of |b|, less the probability that it is smaller. 0 is no difference.
 */
static double effect(const struct samples *a, const struct samples *b)
{
    long balance = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++)
            balance += (a->us[i] > b->us[j]) - (a->us[i] < b->us[j]);
    return a->n && b->n ? (double)balance / ((double)a->n * (double)b->n) : 0;
}

static void sample_one(struct experiment *e, enum error_kind kind,
                       const struct experiment_party *stranger, struct samples *into)
{
    struct message *m = experiment_seal(e, e->a, e->b);
    const struct experiment_party *from = kind == ERROR_STRANGER ? stranger : m->from;
    struct bytes body = m->body;
    if (kind == ERROR_MAC)
        body = experiment_flipped(e, body);
    if (kind == ERROR_DUPLICATE)
        experiment_deliver(e, m);
    if (e->is_void)
        return;
    uint64_t before = experiment_now_us(e);
    enum opened opened = experiment_offer(e, e->b, from, m, body);
    into->us[into->n++] = experiment_now_us(e) - before;
    bool is_expected = kind == ERROR_HONEST || kind == ERROR_DUPLICATE
                           ? opened != OPENED_BROKEN
                           : opened == OPENED_REFUSED || opened == OPENED_EXACTLY;
    if (!is_expected)
        experiment_void(e, "a message %s was answered with neither", error_names[kind]);
}

static void play_errors(struct experiment *e)
{
    struct samples *all = experiment_alloc(e, N_ERROR * sizeof(*all));
    struct experiment_party *stranger =
        experiment_add_party(e, "C", (struct address){"carol", 1}, NULL);
    experiment_establish(e);
    if (!all)
        return;
    uint64_t begun = experiment_now_us(e);
    /* in turn, so that a slow moment of the machine affects all kinds equally */
    for (unsigned i = 0;
         i < SAMPLES_MAX && !e->is_void && experiment_now_us(e) - begun < N_ERROR * SAMPLING_US;
         i++)
        for (int kind = 0; kind < N_ERROR; kind++)
            sample_one(e, (enum error_kind)kind, stranger, &all[kind]);
    if (e->is_void)
        return;
    for (int kind = 0; kind < N_ERROR; kind++)
        outcome_plot(e, (double)kind, (double)median(&all[kind]));
    outcome_hold(e,
                 "medians of %zu answers, microseconds: honest %.0f, changed %.0f (effect %+.2f), "
                 "repeated %.0f (%+.2f), as from a stranger %.0f (%+.2f); effect is Cliff's delta "
                 "against honest, 0 no difference, 1 always longer",
                 all[0].n, e->outcome.series[0].y, e->outcome.series[1].y, effect(&all[1], &all[0]),
                 e->outcome.series[2].y, effect(&all[2], &all[0]), e->outcome.series[3].y,
                 effect(&all[3], &all[0]));
}

/* ---- DOS-1: what a message far ahead in its chain costs */

static void play_cost(struct experiment *e)
{
    static const unsigned marks[] = {10, 100, 1000, 2000, 2001, AHEAD_MAX};
    struct message *m = NULL;
    long furthest = 0;
    unsigned sealed = 0;
    experiment_establish(e);
    struct stolen_state *reader = experiment_steal(e, e->b);
    uint64_t begun = experiment_now_us(e);
    for (size_t i = 0; i < COUNT_OF(marks) && !e->is_void; i++) {
        for (; sealed <= marks[i] && experiment_now_us(e) - begun < AHEAD_US; sealed++)
            m = experiment_seal(e, e->a, e->b);
        if (sealed <= marks[i] || !m)
            break;
        uint64_t before = experiment_now_us(e);
        enum opened opened = experiment_offer_again(e, experiment_copy(e, reader), m);
        outcome_plot(e, (double)marks[i], (double)(experiment_now_us(e) - before));
        if (opened != OPENED_EXACTLY)
            break;
        furthest = (long)marks[i];
    }
    outcome_measure(e, furthest,
                    "a message %ld ahead of the last still opens%s; the figure gives microseconds "
                    "for each distance",
                    furthest, furthest == AHEAD_MAX ? ", and none further was tried" : "");
}

/* clang-format off */
const struct game games_of_cost[] = {
    {.id = "LEN-1", .title = "Lengths of 256 texts", .property = "SP-24",
     .sentence = "The length of a message tells how long its text is, and so often what it says.",
     .kind = GAME_MEASURES, .measure = MEASURE_LENGTH_BITS, .n_schedules = 1, .play = play_length},
    {.id = "ERR-1", .title = "How long errors take", .property = "SP-31",
     .sentence = "Where errors can be told apart by their time, an attacker learns by trying.",
     .kind = GAME_REPORTS, .n_schedules = 1, .play = play_errors},
    {.id = "DOS-1", .title = "Messages far ahead", .property = "SP-10",
     .sentence = "One forged message makes a device work and store without end.",
     .kind = GAME_REPORTS, .measure = MEASURE_SKIP_BOUND, .preconditions = PRECONDITION_SNAPSHOT,
     .needs = {"snapshot"}, .n_schedules = 1, .play = play_cost},
    {.id = NULL},
};
/* clang-format on */
