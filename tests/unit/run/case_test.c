/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One case from Reset to verdict, against the reference adapter and then against its own tape.
 *
 *   run_case_test COMMAND    COMMAND starts the reference adapter
 */
#include "cipher/signal3/signal3.h"
#include "run/case_run.h"
#include "run/context.h"
#include "scenario/resolve.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PATIENCE_MS 30000u

struct fixture {
    const char *command;
    struct driver *driver;
    struct arena arena;
    struct tape tape;
    struct clock clock;
    const char *seed;
    const struct cipher *cipher; /* NULL: Signal v3 */
    struct case_result result;
};

static int set_up_with(struct fixture *f, const char *command)
{
    struct driver_options options = {.clock = clock_monotonic(), .timeout_ms = PATIENCE_MS};
    struct buffer detail;
    options.address =
        (struct target_address){.kind = TARGET_EXEC, .text = command, .command = command};
    arena_init(&f->arena, CONTEXT_ARENA_MAX);
    tape_init(&f->tape);
    f->clock = clock_monotonic();
    f->seed = "seed";
    f->cipher = NULL;
    buffer_init(&detail, 4096);
    bool is_open = driver_open(&options, &f->driver, &detail) == OK;
    buffer_fini(&detail);
    return is_open ? 0 : -1;
}

static int set_up(void **state)
{
    struct fixture *f = *state;
    return set_up_with(f, f->command);
}

static int set_up_dying(void **state) { return set_up_with(*state, "read x; exit 3"); }

static int tear_down(void **state)
{
    struct fixture *f = *state;
    driver_close(f->driver);
    tape_fini(&f->tape);
    arena_fini(&f->arena);
    return 0;
}

/* ---- cases */

#define ATTRIBUTES(...)                                                                            \
    .attributes = (const struct attribute[]){__VA_ARGS__},                                         \
    .n_attributes = sizeof((const struct attribute[]){__VA_ARGS__}) / sizeof(struct attribute)

#define ESTABLISH                                                                                  \
    {                                                                                              \
        .verb = VERB_ESTABLISH, .line = 1                                                          \
    }
#define SEAL                                                                                       \
    {                                                                                              \
        .verb = VERB_SEAL, .line = 2, ATTRIBUTES({"as", "m"})                                      \
    }
#define FORGE                                                                                      \
    {                                                                                              \
        .verb = VERB_TAMPER, .line = 3,                                                            \
        ATTRIBUTES({"message", "m"}, {"as", "forged"}, {"field", "signal.mac"}, {"flip", "0"})     \
    }
#define DELIVER(name, ...)                                                                         \
    {                                                                                              \
        .verb = VERB_DELIVER, .line = 4, ATTRIBUTES({"message", name}, __VA_ARGS__)                \
    }
#define OPENS                                                                                      \
    {                                                                                              \
        "expect", "opens"                                                                          \
    }
#define REFUSES                                                                                    \
    {                                                                                              \
        "expect", "refuses"                                                                        \
    }

static const struct step honest[] = {ESTABLISH, SEAL, DELIVER("m", OPENS)};
static const struct step forged[] = {ESTABLISH, SEAL, FORGE, DELIVER("forged", REFUSES),
                                     DELIVER("m", OPENS)};
static const struct step wrong[] = {ESTABLISH, SEAL, DELIVER("m", REFUSES), DELIVER("m", OPENS)};
static const struct step unbent[] = {
    ESTABLISH,
    SEAL,
    {.verb = VERB_TAMPER,
     .line = 3,
     ATTRIBUTES({"message", "m"}, {"as", "forged"}, {"field", "signal.version"}, {"set", "33"})},
    DELIVER("forged", REFUSES)};
static const struct step other_reason[] = {ESTABLISH, SEAL, DELIVER("m", OPENS),
                                           DELIVER("m", REFUSES, {"reason", "too-far"})};
static const struct step measured[] = {
    ESTABLISH, SEAL, DELIVER("m", {"expect", "either"}, {"measure", "what it does"})};
static const struct step measured_field[] = {
    ESTABLISH,
    SEAL,
    {.verb = VERB_CHECK,
     .line = 3,
     ATTRIBUTES({"of", "m"}, {"field", "signal.counter"}, {"measure", "what it wrote"})}};

#define BY_TARGET                                                                                  \
    {                                                                                              \
        .verb = VERB_SEAL, .line = 2, ATTRIBUTES({"as", "m"}, {"by", "target"})                    \
    }
#define SEAL_ANOTHER                                                                               \
    {                                                                                              \
        .verb = VERB_SEAL, .line = 3, ATTRIBUTES({"as", "n"})                                      \
    }
#define DELIVER_BOTH(...)                                                                          \
    {                                                                                              \
        .verb = VERB_DELIVER, .line = 4, ATTRIBUTES({"messages", "m n"}, __VA_ARGS__)              \
    }

static const struct step replayed_to_us[] = {ESTABLISH, BY_TARGET, DELIVER("m", OPENS),
                                             DELIVER("m", REFUSES)};
static const struct step unreadable[] = {ESTABLISH, BY_TARGET, DELIVER("m", OPENS),
                                         DELIVER("m", OPENS)};
static const struct step both[] = {ESTABLISH, SEAL, SEAL_ANOTHER, DELIVER_BOTH(OPENS)};
static const struct step neither[] = {ESTABLISH, SEAL, SEAL_ANOTHER, DELIVER_BOTH(REFUSES)};

static void run_ops(struct fixture *f, struct driver *driver, const struct op_list *ops)
{
    struct case_run run = {.id = "suite/case",
                           .ops = ops,
                           .run_seed = bytes_of_text(f->seed),
                           .vector_dir = ".",
                           .driver = driver,
                           .cipher = f->cipher ? f->cipher : &cipher_signal3,
                           .surface = SURFACE_LIBRARY,
                           .clock = f->clock,
                           .case_ms = PATIENCE_MS};
    case_run(&run, &f->arena, &f->tape, &f->result);
}

static void run_on(struct fixture *f, struct driver *driver, const struct step *steps, size_t n)
{
    struct op_list ops;
    assert_int_equal(resolve_steps(steps, n, &cipher_signal3, &f->arena, &ops), OK);
    run_ops(f, driver, &ops);
}

#define RUN(f, steps) run_on(f, (f)->driver, steps, COUNT(steps))

static void assert_verdict(const struct fixture *f, enum verdict wanted, size_t n_steps)
{
    if (f->result.verdict != wanted)
        fail_msg("%s (%s), wanted %s", verdict_name(f->result.verdict), f->result.why,
                 verdict_name(wanted));
    assert_int_equal(f->result.n_steps, n_steps);
}

static const struct step_result *last_step(const struct fixture *f)
{
    return &f->result.steps[f->result.n_steps - 1];
}

static void an_honest_conversation_passes(void **state)
{
    struct fixture *f = *state;
    RUN(f, honest);
    assert_verdict(f, VERDICT_PASS, 4);
    assert_null(f->result.cause);
    assert_string_equal(f->result.why, "");
    assert_string_equal(f->result.steps[0].verb, "prepare");
    assert_string_equal(last_step(f)->verb, "deliver");
    assert_int_equal(last_step(f)->n, 3);
    assert_int_equal(last_step(f)->line, 4);
    assert_true(f->result.accepted >= 2);
    assert_int_equal(f->result.refused, 0);
}

/* A rule that no honest target keeps to: each message has a ratchet key of its own. */
static void what_does_not_hold_of_all_messages_fails_the_step_that_saw_it(void **state)
{
    static const struct cipher_watch watches[] = {
        {.kind = CIPHER_ONCE, .field = "signal.ratchet-key", .violates = "D-02"},
        {.kind = CIPHER_WATCH_NONE}};
    const struct step twice[] = {
        ESTABLISH,
        BY_TARGET,
        {.verb = VERB_PING, .line = 3},
        {.verb = VERB_SEAL, .line = 4, ATTRIBUTES({"as", "n"}, {"by", "target"})}};
    struct fixture *f = *state;
    struct cipher watched = cipher_signal3;
    watched.watches = watches;
    f->cipher = &watched;
    RUN(f, twice);
    assert_verdict(f, VERDICT_FAIL, 3);
    assert_int_equal(last_step(f)->seen, SEEN_RELATION_BROKEN);
    assert_string_equal(f->result.violates, "D-02");
    assert_string_equal(f->result.why, "signal.ratchet-key of step 1: the same again in step 2");
}

static void a_forgery_that_is_refused_passes_and_is_counted(void **state)
{
    struct fixture *f = *state;
    RUN(f, forged);
    assert_verdict(f, VERDICT_PASS, 6);
    assert_int_equal(f->result.refused, 1);
    assert_string_equal(f->result.steps[4].field, "signal.mac");
    assert_int_equal(f->result.steps[4].bytes[0].mutated_len, 1);
}

/* The harness's sealed messages are gone by then;
 * under AddressSanitizer a look at them is fatal. */
static void what_a_step_shows_outlives_the_case(void **state)
{
    struct fixture *f = *state;
    RUN(f, forged);
    struct bytes genuine = f->result.steps[2].bytes[0].bytes;
    const struct shown_bytes *mutated = &f->result.steps[3].bytes[0];
    assert_string_equal(f->result.steps[2].bytes[0].label, "m");
    assert_string_equal(mutated->label, "forged");
    assert_int_equal(genuine.len, mutated->bytes.len);
    assert_memory_equal(genuine.data, mutated->bytes.data, mutated->mutated_at);
    assert_int_equal(genuine.data[mutated->mutated_at] ^ mutated->bytes.data[mutated->mutated_at],
                     1);
}

static void the_first_step_that_does_not_pass_ends_the_case(void **state)
{
    struct fixture *f = *state;
    RUN(f, wrong);
    assert_verdict(f, VERDICT_FAIL, 4);
    assert_string_equal(f->result.cause, "deliver|refuses|-|plaintext");
    assert_string_equal(f->result.why, seen_text(SEEN_PLAINTEXT));
}

static void a_message_that_no_step_has_made_is_our_error(void **state)
{
    struct fixture *f = *state;
    struct op_list ops;
    assert_int_equal(resolve_steps(honest, COUNT(honest), &cipher_signal3, &f->arena, &ops), OK);
    const struct op without_seal[] = {ops.ops[0], ops.ops[2]};
    ops.ops = without_seal;
    ops.n_ops = 2;
    run_ops(f, f->driver, &ops);
    assert_verdict(f, VERDICT_ERROR, 3);
    assert_int_equal(last_step(f)->seen, SEEN_HARNESS_TROUBLE);
}

static void what_our_party_refuses_is_a_refusal_where_the_case_wants_one(void **state)
{
    struct fixture *f = *state;
    RUN(f, replayed_to_us);
    assert_verdict(f, VERDICT_PASS, 5);
    assert_int_equal(last_step(f)->seen, SEEN_REFUSAL);
    assert_int_equal(f->result.refused, 1);
}

static void what_our_party_refuses_is_unreadable_elsewhere(void **state)
{
    struct fixture *f = *state;
    RUN(f, unreadable);
    assert_verdict(f, VERDICT_FAIL, 5);
    assert_int_equal(last_step(f)->seen, SEEN_UNREADABLE);
    assert_int_equal(f->result.refused, 0);
}

static void several_messages_are_delivered_in_one_step(void **state)
{
    struct fixture *f = *state;
    RUN(f, both);
    assert_verdict(f, VERDICT_PASS, 5);
    assert_string_equal(last_step(f)->bytes[0].label, "n");
}

static void the_first_message_that_does_otherwise_is_the_last_delivered(void **state)
{
    struct fixture *f = *state;
    RUN(f, neither);
    assert_verdict(f, VERDICT_FAIL, 5);
    assert_string_equal(last_step(f)->bytes[0].label, "m");
}

static void a_case_without_steps_is_our_error(void **state)
{
    struct fixture *f = *state;
    run_on(f, f->driver, honest, 0);
    assert_verdict(f, VERDICT_ERROR, 0);
}

static void a_change_that_changes_nothing_is_our_error(void **state)
{
    struct fixture *f = *state;
    RUN(f, unbent);
    assert_verdict(f, VERDICT_ERROR, 4);
    assert_string_equal(f->result.why, "the change of signal.version changes nothing here");
}

static void another_reason_is_a_note_and_no_failure(void **state)
{
    struct fixture *f = *state;
    RUN(f, other_reason);
    assert_verdict(f, VERDICT_PASS, 5);
    assert_non_null(strstr(last_step(f)->detail, "refused as duplicate, expected too-far"));
}

static void what_is_measured_is_kept(void **state)
{
    struct fixture *f = *state;
    RUN(f, measured);
    assert_verdict(f, VERDICT_PASS, 4);
    assert_int_equal(f->result.n_measures, 1);
    assert_string_equal(f->result.measures[0].name, "what it does");
    assert_string_equal(f->result.measures[0].value, "accepted");
}

static void what_a_field_holds_can_be_measured(void **state)
{
    struct fixture *f = *state;
    RUN(f, measured_field);
    assert_verdict(f, VERDICT_PASS, 4);
    assert_int_equal(f->result.n_measures, 1);
    assert_string_equal(f->result.measures[0].name, "what it wrote");
    assert_string_equal(f->result.measures[0].value, "0");
}

/* A minute a look. */
static uint64_t hasty_ms(void *context)
{
    uint64_t *now_ms = context;
    return *now_ms += 60000;
}

static void past_its_deadline_a_case_hangs(void **state)
{
    struct fixture *f = *state;
    uint64_t now_ms = 0;
    f->clock = (struct clock){.now_ms = hasty_ms, .context = &now_ms};
    RUN(f, honest);
    assert_verdict(f, VERDICT_FAIL, 2);
    assert_int_equal(last_step(f)->seen, SEEN_SILENCE);
    assert_string_equal(f->result.why, "the case took longer than 30 seconds");
}

static void a_target_that_dies_at_reset_fails_in_the_preparation(void **state)
{
    struct fixture *f = *state;
    RUN(f, honest);
    assert_verdict(f, VERDICT_FAIL, 1);
    assert_string_equal(f->result.cause, "prepare|does|-|death");
    assert_non_null(strstr(f->result.why, "exit code 3"));
}

/* ---- the same again */

static void digest_of(struct fixture *f, const char *seed, uint8_t out[32])
{
    f->seed = seed;
    RUN(f, honest);
    assert_verdict(f, VERDICT_PASS, 4);
    memcpy(out, f->result.tape_digest, 32);
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
    static const uint8_t zeros[32];
    uint8_t one[32], other[32], again[32];
    digest_of(*state, "seed", one);
    digest_of(*state, "another seed", other);
    digest_of(*state, "seed", again);
    assert_memory_equal(one, again, 32);
    assert_memory_not_equal(one, other, 32);
    assert_memory_not_equal(one, zeros, 32);
}

/* |f|'s tape in the place of its target; the result of that in |f|. */
static void replay(struct fixture *f, const struct step *steps, size_t n)
{
    struct driver_options options = {.clock = clock_monotonic(), .timeout_ms = PATIENCE_MS};
    struct driver *driver = NULL;
    struct buffer detail;
    struct tape recorded = f->tape;
    tape_init(&f->tape);
    buffer_init(&detail, 1024);
    assert_int_equal(tape_transport(&recorded, &options.transport), OK);
    assert_int_equal(driver_open(&options, &driver, &detail), OK);
    run_on(f, driver, steps, n);
    driver_close(driver);
    buffer_fini(&detail);
    tape_fini(&recorded);
}

static void a_tape_is_judged_as_its_target_was(void **state)
{
    struct fixture *f = *state;
    uint8_t digest[32];
    RUN(f, wrong);
    memcpy(digest, f->result.tape_digest, 32);
    replay(f, wrong, 4);
    assert_verdict(f, VERDICT_FAIL, 4);
    assert_string_equal(f->result.cause, "deliver|refuses|-|plaintext");
    assert_memory_equal(f->result.tape_digest, digest, 32);
}

static void a_tape_of_another_seed_cannot_be_judged(void **state)
{
    struct fixture *f = *state;
    RUN(f, honest);
    f->seed = "another seed";
    replay(f, honest, 3);
    assert_verdict(f, VERDICT_ERROR, 1);
}

/* ---- a step as text */

static void a_step_is_told_in_one_line(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(step_line(&forged[2], &f->arena),
                        "tamper message=\"m\" as=\"forged\" field=\"signal.mac\" flip=\"0\"");
    assert_string_equal(step_line(&(struct step){.verb = VERB_NONE}, &f->arena), "?");
}

static void a_long_value_is_cut_in_the_line(void **state)
{
    struct fixture *f = *state;
    char value[1000];
    memset(value, 'x', sizeof(value) - 1);
    value[sizeof(value) - 1] = 0;
    struct step step = {.verb = VERB_SEAL, ATTRIBUTES({"text", value})};
    assert_int_equal(strlen(step_line(&step, &f->arena)), strlen("seal text=\"\"") + 160);
}

static void without_memory_the_line_is_empty(void **state)
{
    struct arena none;
    (void)state;
    arena_init(&none, 0);
    assert_string_equal(step_line(&forged[2], &none), "");
}

int main(int argc, char **argv)
{
    static struct fixture f;
#define TEST(name)                                                                                 \
    {                                                                                              \
#name, name, set_up, tear_down, &f                                                         \
    }
    const struct CMUnitTest tests[] = {
        TEST(an_honest_conversation_passes),
        TEST(what_does_not_hold_of_all_messages_fails_the_step_that_saw_it),
        TEST(a_forgery_that_is_refused_passes_and_is_counted),
        TEST(what_a_step_shows_outlives_the_case),
        TEST(the_first_step_that_does_not_pass_ends_the_case),
        TEST(a_message_that_no_step_has_made_is_our_error),
        TEST(what_our_party_refuses_is_a_refusal_where_the_case_wants_one),
        TEST(what_our_party_refuses_is_unreadable_elsewhere),
        TEST(several_messages_are_delivered_in_one_step),
        TEST(the_first_message_that_does_otherwise_is_the_last_delivered),
        TEST(a_case_without_steps_is_our_error),
        TEST(a_change_that_changes_nothing_is_our_error),
        TEST(another_reason_is_a_note_and_no_failure),
        TEST(what_is_measured_is_kept),
        TEST(what_a_field_holds_can_be_measured),
        TEST(past_its_deadline_a_case_hangs),
        {"a_target_that_dies_at_reset_fails_in_the_preparation",
         a_target_that_dies_at_reset_fails_in_the_preparation, set_up_dying, tear_down, &f},
        TEST(the_same_seed_gives_the_same_bytes),
        TEST(a_tape_is_judged_as_its_target_was),
        TEST(a_tape_of_another_seed_cannot_be_judged),
        TEST(a_step_is_told_in_one_line),
        TEST(a_long_value_is_cut_in_the_line),
        TEST(without_memory_the_line_is_empty),
    };
    if (argc != 2)
        return 64;
    f.command = argv[1];
    return cmocka_run_group_tests_name("case", tests, NULL, NULL);
}
