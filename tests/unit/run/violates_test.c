/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows that what was seen names the requirement it violates, whatever its step speaks for: the
 * suites' own cases against targets with one flaw.
 *
 *   run_violates_test PROGRAM    of the flawed target
 */
#include "run/case_run.h"
#include "run/client_context.h"
#include "run/context.h"
#include "scenario/loader.h"
#include "scenario/resolve.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PATIENCE_MS 30000u

struct row {
    const char *shows;
    const char *flaw;
    enum surface surface;
    const char *case_id;
    uint32_t instance;       /* of a sweep, counted from 0 */
    const char *speaks_for;  /* the requirement of the step that fails */
    const char *requirement; /* that is violated */
};

static const struct row rows[] = {
    {"a bundle whose signature does not verify is the publisher's", "signs-raw-key",
     SURFACE_LIBRARY, "ratchet/long-gap-opens", 0, "X-14", "X-05"},
    {"so is one that a client published", "signs-something-else", SURFACE_CLIENT,
     "prekeys/upload-has-its-shape", 0, "PK-01", "PK-02"},
    {"a repeated initial header that asks for a prekey makes a second session", "forgets-base-keys",
     SURFACE_LIBRARY, "x3dh/second-first-message-opens-before-the-first", 0, "X-19", "S-06"},
    {"who breaks on a forgery has opened nothing", "no-skip-bound", SURFACE_LIBRARY,
     "ratchet/counter-is-read-whole", 4, "D-16", "D-10"},
    {"what our party opens without padding is no content", "sends-no-padding", SURFACE_CLIENT,
     "prekeys/fetched-keys-make-a-session", 0, "PK-05", "CT-02"},
    {"a text beside its encryption is a leak", "text-in-an-attribute", SURFACE_CLIENT,
     "stanza/message-has-its-shape", 0, "ST-01", "LK-01"},
    {"a user's identifier in a stanza is one", "user-in-an-attribute", SURFACE_CLIENT,
     "stanza/message-has-its-shape", 0, "ST-01", "LK-03"},
    {"a text that is sent again in clear is one", "answers-in-clear", SURFACE_CLIENT,
     "retry/message-is-sent-again", 0, "RT-03", "RT-07"},
    {"a receipt in the place of a question says that it was shown",
     "receipts-what-it-could-not-open", SURFACE_CLIENT, "retry/unreadable-message-is-asked-for", 0,
     "RT-01", "ST-04"},
    {"a message whose id another has cannot be asked for", "repeats-ids", SURFACE_CLIENT,
     "retry/message-is-sent-again", 0, "RT-03", "ST-02"},
    {"a notification without an ack was not taken", "ignores-notifications", SURFACE_CLIENT,
     "prekeys/few-prekeys-are-refilled", 0, "PK-03", "ST-03"},
    {"what was published is no refill", "refills-with-the-same", SURFACE_CLIENT,
     "prekeys/few-prekeys-are-refilled", 0, "PK-03", "PK-03"},
    {"new ids with a key that others have are wrongly published", "prekeys-are-one-key",
     SURFACE_CLIENT, "prekeys/few-prekeys-are-refilled", 0, "PK-03", "PK-01"},
    {"another identity key of which the person hears nothing", "blind-retry-keys-unwarned",
     SURFACE_CLIENT, "key-changes/told-of-keys-in-a-request", 0, "SG-21", "SG-21"},
    {"rules of a token say nothing where none came", "payload-without-token", SURFACE_CLIENT,
     "identity/token-names-the-connections-key", 0, "ID-10", "HS-21"},
    {"a signature without a key is the algorithm's", "token-alg-none", SURFACE_CLIENT,
     "identity/token-signature-verifies", 0, "ID-04", "ID-02"},
    {"a signature by a key that nobody names is the key id's", "token-unknown-key", SURFACE_CLIENT,
     "identity/token-signature-verifies", 0, "ID-04", "ID-03"},
    {"a key id that two keys have is the key set's", "key-set-repeats-a-key-id", SURFACE_CLIENT,
     "identity/token-signature-verifies", 0, "ID-04", "ID-11"},
};

static const char *program;
static struct catalogue catalogue;
static struct wire_profile wire;

static int load(void **state)
{
    const struct loader_options options = {.suite_dir = SUITES_DIR, .vector_dir = VECTORS_DIR};
    struct diags diags;
    (void)state;
    diags_init(&diags);
    profile_defaults(&wire);
    enum status st = catalogue_load(&options, &catalogue, &diags);
    diags_fini(&diags);
    return st ? -1 : 0;
}

static int unload(void **state)
{
    (void)state;
    catalogue_free(&catalogue);
    return 0;
}

/* NULL when there is none. */
static const struct case_spec *spec_of(const char *id)
{
    for (size_t i = 0; i < catalogue.n_suites; i++)
        for (size_t j = 0; j < catalogue.suites[i]->n_cases; j++)
            if (strcmp(catalogue.suites[i]->cases[j].full_id, id) == 0)
                return &catalogue.suites[i]->cases[j];
    return NULL;
}

static struct driver *start(const char *flaw, struct arena *arena)
{
    const char *command = arena_printf(arena, "'%s' --flaw %s", program, flaw);
    struct driver_options options = {
        .address = {.kind = TARGET_EXEC, .text = command, .command = command},
        .clock = clock_monotonic(),
        .timeout_ms = PATIENCE_MS};
    struct driver *driver = NULL;
    struct buffer detail;
    buffer_init(&detail, 4096);
    assert_int_equal(driver_open(&options, &driver, &detail), OK);
    buffer_fini(&detail);
    return driver;
}

/* Run |planned|; the ops stay in |arena|. */
static void run_against(const char *flaw, const struct planned *planned, struct arena *arena,
                        struct op_list *ops, struct case_result *out)
{
    const struct step *steps;
    struct tape tape;
    assert_int_equal(planned_steps(planned, arena, &steps), OK);
    assert_int_equal(resolve_planned(planned, steps, arena, ops), OK);
    struct driver *driver = start(flaw, arena);
    const struct case_run run = {.id = planned->spec->full_id,
                                 .ops = ops,
                                 .run_seed = bytes_of_text("seed"),
                                 .vector_dir = VECTORS_DIR,
                                 .driver = driver,
                                 .cipher = planned->spec->suite->cipher,
                                 .surface = planned->surface,
                                 .wire = &wire,
                                 .timeout_ms = 3000,
                                 .clock = clock_monotonic(),
                                 .case_ms = PATIENCE_MS};
    tape_init(&tape);
    case_run(&run, arena, &tape, out);
    tape_fini(&tape);
    driver_close(driver);
}

static void what_was_seen_names_what_it_violates(void **state)
{
    const struct row *row = *state;
    const struct planned planned = {spec_of(row->case_id), row->instance, row->surface};
    struct case_result result;
    struct op_list ops;
    struct arena arena;
    if (!planned.spec) {
        fail_msg("there is no case %s", row->case_id);
        return;
    }
    arena_init(&arena, CONTEXT_ARENA_MAX);
    run_against(row->flaw, &planned, &arena, &ops, &result);
    if (result.verdict != VERDICT_FAIL || !result.violates)
        fail_msg("%s: %s", verdict_name(result.verdict), result.why);
    const struct op *failed = &ops.ops[result.steps[result.n_steps - 1].n - 1];
    assert_string_equal(failed->requirement, row->speaks_for);
    assert_string_equal(result.violates, row->requirement);
    arena_fini(&arena);
}

/* ---- what a client must not send */

struct leak {
    const char *shows;
    const char *what, *where;
    enum verb verb;
    enum expect expect;
    const char *requirement;
};

static const struct leak leaks[] = {
    {"a text beside its encryption", CLIENT_SECRET_TEXT, "a stanza", VERB_SEAL, EXPECT_DOES,
     "LK-01"},
    {"a text that must not be sent at all", CLIENT_SECRET_TEXT, "a stanza", VERB_SEAL,
     EXPECT_REFUSES, "LK-05"},
    {"a text that was asked for again", CLIENT_SECRET_TEXT, "a stanza", VERB_RETRY, EXPECT_DOES,
     "RT-07"},
    {"what a hostile stanza named", CLIENT_SECRET_FETCH, "in clear", VERB_PUSH, EXPECT_HOLDS,
     "XM-03"},
    {"a token in clear", CLIENT_SECRET_TOKEN, "in clear", VERB_CONNECT, EXPECT_DOES, "LK-02"},
};

static void a_leak_is_named_wherever_it_is_found(void **state)
{
    const struct leak *leak = *state;
    struct client_context client = {
        .canaries = {.found = "it", .found_what = leak->what, .found_where = leak->where}};
    const struct context context = {.client = &client};
    const struct op op = {.verb = leak->verb, .expect = leak->expect};
    struct step_result out = {.seen = SEEN_DONE};
    client_context_look_for_leak(&context, &op, &out);
    assert_int_equal(out.seen, SEEN_LEAK);
    assert_string_equal(out.violates, leak->requirement);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(leaks)];
    size_t n = 0;
    if (argc != 2)
        return 64;
    program = argv[1];
    ADD_ROWS(tests, n, rows, shows, what_was_seen_names_what_it_violates);
    ADD_ROWS(tests, n, leaks, shows, a_leak_is_named_wherever_it_is_found);
    return cmocka_run_group_tests_name("violates", tests, load, unload);
}
