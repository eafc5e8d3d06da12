/* Content: what a message shows of its text, and keys that anybody can compute. */
#include "base/canary.h"
#include "experiments/insider.h"
#include "experiments/experiment.h"

#include <math.h>
#include <string.h>

/* ---- KEY-1: contributory behaviour */

static bool takes_low_order(struct experiment *e, const struct cipher_weak_key *key,
                            struct outcome *out)
{
    struct insider in;
    insider_begin(e, false, &in);
    if (key->start)
        insider_start(&in, key->start);
    else
        insider_establish(&in);
    struct message *m = insider_seal(&in, key->seal, NULL);
    bool taken = experiment_offer_again(e, in.victim, m) == OPENED_EXACTLY;
    insider_end(&in);
    if (taken) {
        outcome_prove(out, "message under a key anybody can compute", m->body);
        outcome_win(e, out, "a %s of low order is taken: the secret is the same for everybody",
                    key->what);
    }
    return taken;
}

static void play_contributory(struct experiment *e, struct schedule *s, struct outcome *out)
{
    const struct cipher *c = insider_cipher(e);
    bool taken = false;
    (void)s;
    if (!c) {
        experiment_unable(e, "only where assay speaks the protocol itself can it send such keys");
        return;
    }
    for (size_t i = 0; !taken && i < c->insider->n_weak_keys; i++)
        taken = takes_low_order(e, &c->insider->weak_keys[i], out);
    outcome_hold(e, out, "keys of low order are refused");
}

static const struct game key_1 = {
    .id = "KEY-1",
    .title = "Keys of low order",
    .property = "SP-15",
    .sentence = "A partner, or the server, can make both sides use a key that anybody knows.",
    .kind = GAME_REFUTES,
    .n_schedules = 1,
    .play = play_contributory,
};

/* ---- KEY-2: do equal texts show? */

#define TEXT_BYTES 256u
#define WINDOW 16u /* bytes: one cipher block */

/* TEXT_BYTES of one repeated block, which a cipher that works block by block would show. */
static struct bytes repeated_text(struct experiment *e)
{
    uint8_t block[WINDOW];
    uint8_t *text = arena_alloc(experiment_arena(e), TEXT_BYTES);
    if (!text || random_fill(experiment_random(e), block, sizeof(block))) {
        experiment_void(e, "out of memory");
        return bytes_of(NULL, 0);
    }
    for (size_t i = 0; i < TEXT_BYTES; i += WINDOW)
        memcpy(text + i, block, WINDOW);
    return bytes_of(text, TEXT_BYTES);
}

/* The offset of a window of |a| that is also in |b| but not in |other|; |a.len| for none. */
static size_t common_window(struct bytes a, struct bytes b, struct bytes other)
{
    for (size_t i = 0; i + WINDOW <= a.len; i++) {
        struct bytes window = bytes_slice(a, i, WINDOW);
        if (bytes_contains(b, window) && !bytes_contains(other, window))
            return i;
    }
    return a.len;
}

/* Does a window of |a| occur in it twice, a whole number of blocks apart? */
static bool repeats_itself(struct bytes a)
{
    for (size_t i = 0; i + 2 * WINDOW <= a.len; i++)
        for (size_t j = i + WINDOW; j + WINDOW <= a.len; j += WINDOW)
            if (memcmp(a.data + i, a.data + j, WINDOW) == 0)
                return true;
    return false;
}

static bool stands_in(struct experiment *e, struct bytes text, struct bytes body)
{
    struct canaries canaries;
    canaries_init(&canaries, experiment_arena(e));
    if (canaries_plant(&canaries, "the text", text)) {
        experiment_void(e, "out of memory");
        return false;
    }
    canaries_look(&canaries, "the message", body);
    return canaries.found != NULL;
}

static void play_traces(struct experiment *e, struct schedule *s, struct outcome *out)
{
    experiment_establish(e);
    experiment_converse(e, s);
    struct bytes text = repeated_text(e), other_text = repeated_text(e);
    struct message *one = experiment_seal_text(e, experiment_a(e), experiment_b(e), text);
    struct message *two = experiment_seal_text(e, experiment_a(e), experiment_b(e), text);
    struct message *other = experiment_seal_text(e, experiment_a(e), experiment_b(e), other_text);
    if (experiment_is_void(e))
        return;
    if (stands_in(e, text, one->body))
        outcome_win(e, out, "message %u carries its text readably", one->number);
    else if (repeats_itself(one->body))
        outcome_win(e, out, "where the text of message %u repeats itself, its ciphertext does",
                    one->number);
    else if (common_window(one->body, two->body, other->body) < one->body.len)
        outcome_win(e, out, "messages %u and %u carry the same text, and the same ciphertext",
                    one->number, two->number);
    if (out->played == PLAYED_WON) {
        outcome_prove(out, "one message", one->body);
        outcome_prove(out, "another of the same text", two->body);
    }
    outcome_hold(e, out, "equal texts leave no equal traces");
}

static const struct game key_2 = {
    .id = "KEY-2",
    .title = "Equal texts",
    .property = "SP-01",
    .sentence = "Somebody on the network sees what is written, or that the same was written twice.",
    .kind = GAME_REFUTES,
    .n_flights = 4,
    .play = play_traces,
};

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

static void play_length(struct experiment *e, struct schedule *s, struct outcome *out)
{
    uint8_t text[LENGTHS];
    size_t runs[LENGTHS], n_runs = 0, last = 0;
    (void)s;
    experiment_establish(e);
    if (random_fill(experiment_random(e), text, sizeof(text)))
        experiment_void(e, "out of randomness");
    for (size_t len = 0; len < LENGTHS && !experiment_is_void(e); len++) {
        struct message *m =
            experiment_seal_text(e, experiment_a(e), experiment_b(e),
                                 arena_copy(experiment_arena(e), bytes_of(text, len)));
        experiment_deliver(e, m);
        bool is_new = len == 0 || m->body.len != last;
        if (is_new && out->n_series < OUTCOME_SERIES_MAX)
            out->series[out->n_series++] = (struct claims_point){(double)len, (double)m->body.len};
        if (is_new)
            runs[n_runs++] = 0;
        runs[n_runs - 1]++;
        last = m->body.len;
    }
    long bits = bits_shown(runs, n_runs);
    outcome_measure(e, out, bits,
                    "texts of 0 to %u bytes make messages of %zu lengths: about %ld of 8 bits of a "
                    "length show",
                    LENGTHS - 1, n_runs, bits);
}

static const struct game len_1 = {
    .id = "LEN-1",
    .title = "Lengths of 256 texts",
    .property = "SP-24",
    .sentence = "The length of a message tells how long its text is, and so often what it says.",
    .kind = GAME_MEASURES,
    .measure = MEASURE_LENGTH_BITS,
    .n_schedules = 1,
    .play = play_length,
};

const struct game *const games_of_content[] = {
    &key_1, &key_2, &game_tamper, &game_tamper_first, &len_1, &game_errors, &game_cost, NULL};
