/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows what becomes of a case that did not pass and cannot be done again: by the target, or by
 * assay, which the linker lets this test put in the place of a new start.
 *
 *   run_worker_test COMMAND    COMMAND starts the reference adapter
 */
#include "run/worker.h"

#include "cipher/signal3/signal3.h"
#include "run/case_run.h"
#include "run/context.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PATIENCE_MS 30000u

/* What a new start comes to; OK: it is really tried. */
static enum status reopens;
static unsigned n_reopened;

/* The linker's --wrap gives these names. */
enum status __real_driver_reopen(struct driver *d, struct buffer *detail);
enum status __wrap_driver_reopen(struct driver *d, struct buffer *detail);

enum status __wrap_driver_reopen(struct driver *d, struct buffer *detail)
{
    n_reopened++;
    if (reopens == OK)
        return __real_driver_reopen(d, detail);
    buffer_append_text(detail, status_text(reopens));
    return reopens;
}

/* Which execution of the case assay has no memory for; 0: none. */
static unsigned starves_at, n_runs;

void __real_case_run(const struct case_run *run, struct arena *arena, struct tape *tape,
                     struct case_result *out);
void __wrap_case_run(const struct case_run *run, struct arena *arena, struct tape *tape,
                     struct case_result *out);

void __wrap_case_run(const struct case_run *run, struct arena *arena, struct tape *tape,
                     struct case_result *out)
{
    if (++n_runs != starves_at)
        __real_case_run(run, arena, tape, out);
    else
        *out = (struct case_result){.verdict = VERDICT_ERROR, .why = "out of memory"};
}

struct fixture {
    const char *command; /* of the reference */
    struct arena arena;
    struct tape tape;
    struct driver *driver;
    struct run_options options;
    struct worker_case what;
    struct case_result result;
    bool is_hang;
};

#define ATTRIBUTES(...)                                                                            \
    .attributes = (const struct attribute[]){__VA_ARGS__},                                         \
    .n_attributes = sizeof((const struct attribute[]){__VA_ARGS__}) / sizeof(struct attribute)

static const struct step honest[] = {
    {.verb = VERB_ESTABLISH, .line = 1},
    {.verb = VERB_SEAL, .line = 2, ATTRIBUTES({"as", "m"})},
    {.verb = VERB_DELIVER, .line = 3, ATTRIBUTES({"message", "m"}, {"expect", "opens"})},
};
/* Of an honest target, what must not be. */
static const struct step wrong[] = {
    {.verb = VERB_ESTABLISH, .line = 1},
    {.verb = VERB_SEAL, .line = 2, ATTRIBUTES({"as", "m"})},
    {.verb = VERB_DELIVER, .line = 3, ATTRIBUTES({"message", "m"}, {"expect", "refuses"})},
};

static int set_up(void **state)
{
    struct fixture *f = *state;
    arena_init(&f->arena, CONTEXT_ARENA_MAX);
    tape_init(&f->tape);
    reopens = OK;
    n_reopened = n_runs = starves_at = 0;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    driver_close(f->driver);
    tape_fini(&f->tape);
    arena_fini(&f->arena);
    return 0;
}

/* Run the case of these three steps on |command|. */
static void run(struct fixture *f, const char *command, const struct step *steps)
{
    static struct target_address address;
    struct buffer detail;
    address = (struct target_address){.kind = TARGET_EXEC, .text = command, .command = command};
    const struct driver_options options = {
        .address = address, .clock = clock_monotonic(), .timeout_ms = PATIENCE_MS};
    buffer_init(&detail, 4096);
    assert_int_equal(driver_open(&options, &f->driver, &detail), OK);
    buffer_fini(&detail);
    f->options = (struct run_options){
        .address = &address, .timeout_ms = PATIENCE_MS, .case_ms = PATIENCE_MS, .vector_dir = "."};
    f->what = (struct worker_case){.options = &f->options,
                                   .id = "suite/case",
                                   .surface = SURFACE_LIBRARY,
                                   .cipher = &cipher_signal3,
                                   .driver = f->driver};
    assert_int_equal(worker_case_resolve(&f->what, steps, COUNT(honest), &f->arena), OK);
    worker_run_case(&f->what, &f->arena, &f->tape, &f->result, &f->is_hang);
}

#define DIES "read x; exit 3"
#define NOT_AGAIN                                                                                  \
    "assay could not do it again: out of memory; the first time: fail (exit code 3), not "         \
    "confirmed"

static void a_pass_is_not_done_again(void **state)
{
    struct fixture *f = *state;
    run(f, f->command, honest);
    assert_int_equal(f->result.verdict, VERDICT_PASS);
    assert_int_equal(n_reopened, 0);
}

static void what_was_seen_stays_when_assay_cannot_do_it_again(void **state)
{
    struct fixture *f = *state;
    reopens = E_NOMEM;
    run(f, DIES, honest);
    assert_int_equal(n_reopened, 1);
    assert_int_equal(f->result.verdict, VERDICT_ERROR);
    assert_null(f->result.cause);
    assert_null(f->result.violates);
    assert_int_equal(f->result.n_steps, 1);
    assert_int_equal(f->result.steps[0].seen, SEEN_DEATH);
    assert_string_equal(f->result.why, NOT_AGAIN);
    assert_false(f->is_hang);
}

static void a_second_time_without_memory_confirms_nothing(void **state)
{
    struct fixture *f = *state;
    starves_at = 2;
    run(f, f->command, wrong);
    assert_int_equal(n_runs, 2);
    assert_int_equal(f->result.verdict, VERDICT_ERROR);
    assert_string_equal(f->result.why,
                        "assay could not do it again: out of memory; the first time: fail (it "
                        "opened to exactly the plaintext that was sealed), not confirmed");
}

static void what_fails_twice_fails(void **state)
{
    struct fixture *f = *state;
    run(f, f->command, wrong);
    assert_int_equal(n_runs, 2);
    assert_int_equal(f->result.verdict, VERDICT_FAIL);
}

/* It is no finding, and is done once more. */
static void a_first_time_without_memory_is_done_again(void **state)
{
    struct fixture *f = *state;
    starves_at = 1;
    run(f, f->command, honest);
    assert_int_equal(n_runs, 2);
    assert_int_equal(f->result.verdict, VERDICT_PASS);
}

static void a_target_that_does_not_start_again_fails(void **state)
{
    struct fixture *f = *state;
    reopens = E_IO;
    run(f, DIES, honest);
    assert_int_equal(f->result.verdict, VERDICT_FAIL);
    assert_non_null(f->result.cause);
    assert_int_equal(f->result.steps[0].seen, SEEN_DEATH);
    assert_non_null(strstr(f->result.why, "the target cannot be started again afterwards"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
    static struct fixture fixture;
    fixture.command = argc > 1 ? argv[1] : "";
    struct CMUnitTest tests[] = {
        TEST(a_pass_is_not_done_again),
        TEST(what_was_seen_stays_when_assay_cannot_do_it_again),
        TEST(a_second_time_without_memory_confirms_nothing),
        TEST(what_fails_twice_fails),
        TEST(a_first_time_without_memory_is_done_again),
        TEST(a_target_that_does_not_start_again_fails),
    };
    for (size_t i = 0; i < COUNT(tests); i++)
        tests[i].initial_state = &fixture;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
