/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "match.h"

#include "experiments/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PATIENCE_MS 30000u
#define SCHEDULES 4u
#define ROWS_MAX 64u
#define COMMAND_MAX 1024u
#define ARENA_MAX (1024u * 1024u)
#define RESULT_MAX (16u * 1024u * 1024u)

/* The arguments of the program. */
struct arguments {
    int argc;
    char **argv;
};

struct played_row {
    const struct match_row *row;
    const struct arguments *arguments;
};

/* A target in two processes, as a worker of assay claims has it. */
struct processes {
    char command[COMMAND_MAX];
    struct driver_options how;
    struct driver *drivers[2];
    struct arena arena;
    struct target_profile profile;
};

static void find_command(const struct played_row *p, char out[COMMAND_MAX])
{
    size_t len = strlen(p->row->target);
    for (int i = 1; i < p->arguments->argc; i++) {
        const char *given = p->arguments->argv[i];
        if (strncmp(given, p->row->target, len) != 0 || given[len] != '=')
            continue;
        (void)snprintf(out, COMMAND_MAX, "%s%s%s", given + len + 1, p->row->flaw ? " --flaw " : "",
                       p->row->flaw ? p->row->flaw : "");
        return;
    }
    print_message("skipped: no %s was given\n", p->row->target);
    skip();
}

static void open_processes(struct processes *c)
{
    struct buffer detail;
    struct answer a;
    c->how = (struct driver_options){
        .address = {.kind = TARGET_EXEC, .text = c->command, .command = c->command},
        .clock = clock_monotonic(),
        .timeout_ms = PATIENCE_MS};
    arena_init(&c->arena, ARENA_MAX);
    buffer_init(&detail, 4096);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(driver_open(&c->how, &c->drivers[i], &detail), OK);
        assert_int_equal(driver_hello(c->drivers[i], "", &c->arena, &c->profile, &a), OK);
        assert_int_equal(a.seen, SEEN_DONE);
    }
    buffer_fini(&detail);
}

static void close_processes(struct processes *c)
{
    for (size_t i = 0; i < 2; i++)
        driver_close(c->drivers[i]);
    arena_fini(&c->arena);
}

/* A win comes with its story and the bytes that prove it. */
static void assert_proof(const struct game_result *result)
{
    assert_non_null(result->counterexample);
    assert_true(result->counterexample->n_story > 1);
    assert_true(result->counterexample->n_proofs > 0);
}

static void assert_row(const struct match_row *row, const struct game_result *result)
{
    print_message("%s: %s\n", row->game, result->detail);
    assert_string_equal(result_state_name(result->state), row->state);
    if (row->says)
        assert_non_null(strstr(result->detail, row->says));
    assert_int_equal(result->measured, row->measure);
    if (result->state == RESULT_WON)
        assert_proof(result);
}

static void play_row(void **state)
{
    static const uint8_t seed[RANDOM_SEED_LEN] = "the games' tests have one seed";
    const struct played_row *p = *state;
    const struct game *game = game_find(p->row->game);
    struct processes c = {.command = ""};
    assert_non_null(game);
    find_command(p, c.command);
    open_processes(&c);
    const struct experiment_options options = {.honest_driver = c.drivers[0],
                                               .adversary_driver = c.drivers[1],
                                               .profile = &c.profile,
                                               .driver_options = &c.how,
                                               .seed = bytes_of(seed, sizeof(seed))};
    struct arena arena;
    struct game_result result;
    arena_init(&arena, RESULT_MAX);
    assert_int_equal(play_game(&options, game, SCHEDULES, &arena, &result), OK);
    assert_row(p->row, &result);
    arena_fini(&arena);
    close_processes(&c);
}

int match_run(const char *group, int argc, char **argv, const struct match_row *rows, size_t n)
{
    const struct arguments arguments = {argc, argv};
    struct played_row played[ROWS_MAX];
    struct CMUnitTest tests[ROWS_MAX];
    if (n > ROWS_MAX)
        return 64;
    for (size_t i = 0; i < n; i++) {
        played[i] = (struct played_row){&rows[i], &arguments};
        tests[i] = (struct CMUnitTest){rows[i].sentence, play_row, NULL, NULL, &played[i]};
    }
    return _cmocka_run_group_tests(group, tests, n, NULL, NULL);
}
