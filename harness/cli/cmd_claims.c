/*
 * assay claims - is another protocol as secure as Signal? Gates, games on both, and what follows.
 */
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "cli/seed.h"
#include "games/contest.h"
#include "games/play.h"

#include <string.h>

enum row {
    ROW_TARGET,
    ROW_BASELINE,
    ROW_NO_BASELINE,
    ROW_GAME,
    ROW_SCHEDULES,
    ROW_SEED,
    ROW_JOBS,
    ROW_TIMEOUT,
    N_ROWS
};

#define GAMES_MAX 96u
#define GAME_REPLIES 30u /* a game may take as long as so many replies */

static const struct option_rule rules[N_ROWS] = {
    [ROW_TARGET] = {.name = "target",
                    .kind = OPTION_TEXT,
                    .value = "ADDRESS",
                    .explanation = "builtin: (default), exec:COMMAND, unix:PATH, tcp:HOST:PORT"},
    [ROW_BASELINE] = {.name = "baseline",
                      .kind = OPTION_TEXT,
                      .value = "ADDRESS",
                      .explanation = "the Signal implementation to compare with (default builtin:)"},
    [ROW_NO_BASELINE] = {.name = "no-baseline",
                         .kind = OPTION_FLAG,
                         .explanation = "play the target only; nothing is called equivalent then"},
    [ROW_GAME] = {.name = "game",
                  .kind = OPTION_LIST,
                  .value = "ID",
                  .explanation = "play only this game"},
    [ROW_SCHEDULES] = {.name = "schedules",
                       .kind = OPTION_NUMBER,
                       .value = "N",
                       .least = 1,
                       .most = 1000,
                       .explanation = "of each game that draws schedules (default 20)"},
    [ROW_SEED] = {.name = "seed",
                  .kind = OPTION_TEXT,
                  .value = "HEX",
                  .explanation = "of every choice; the same seed chooses the same"},
    [ROW_JOBS] = {.name = "jobs",
                  .kind = OPTION_NUMBER,
                  .value = "N",
                  .least = 1,
                  .most = 64,
                  .explanation = "workers (default: one a core)"},
    [ROW_TIMEOUT] = {.name = "timeout",
                     .kind = OPTION_NUMBER,
                     .value = "SECONDS",
                     .least = 1,
                     .most = 3600,
                     .explanation = "for one reply (default 10)"},
};

static void taken(void *context, const char *id, enum contest_side side, const json_t *result,
                  size_t done, size_t total)
{
    const struct cli *cli = context;
    const char *state = json_string_value(json_object_get(result, "state"));
    const char *detail = json_string_value(json_object_get(result, "detail"));
    fprintf(cli->out, "%3zu/%zu %-8s %-14s %-9s %s\n", done, total,
            side == CONTEST_TARGET ? "target" : "baseline", id,
            state ? state : json_is_true(json_object_get(result, "holds")) ? "holds" : "FAILS",
            detail ? cli_tame(cli, detail) : "");
}

static size_t choose(const struct options *o, const struct game *out[GAMES_MAX])
{
    size_t n = 0;
    const struct game *g;
    for (size_t i = 0; (g = game_at(i)) && n < GAMES_MAX; i++) {
        bool is_chosen = !option_given(o, ROW_GAME);
        for (size_t k = 0; k < o->given[ROW_GAME].count; k++)
            is_chosen = is_chosen || strcmp(o->given[ROW_GAME].values[k], g->id) == 0;
        if (is_chosen)
            out[n++] = g;
    }
    return n;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct target_address addresses[2];
    struct target_profile profiles[2];
    struct client *client;
    const struct game *chosen[GAMES_MAX];
    uint8_t seed[RANDOM_SEED_LEN];
    uint64_t timeout_ms = (uint64_t)option_number(o, ROW_TIMEOUT, 10) * 1000;
    const char *texts[2] = {option_text(o, ROW_TARGET, "builtin:"),
                            option_text(o, ROW_BASELINE, "builtin:")};
    size_t n_sides = option_given(o, ROW_NO_BASELINE) ? 1 : 2;
    struct contest_outcome outcome;
    if (option_given(o, ROW_SEED) ? seed_parse(option_text(o, ROW_SEED, ""), seed) != OK
                                  : seed_choose(seed) != OK)
        return cli_complain(cli, EXIT_USAGE, "--seed wants up to %u hexadecimal digits",
                            SEED_DIGITS);
    for (size_t i = 0; i < n_sides; i++) {
        enum exit_code code = inputs_address(cli, texts[i], &addresses[i]);
        if (!code)
            code = inputs_greet(cli, &addresses[i], timeout_ms, &client, &profiles[i]);
        if (code)
            return code;
        client_close(client);
    }
    struct contest_options options = {
        .games = chosen,
        .n_games = choose(o, chosen),
        .seed = bytes_of(seed, sizeof(seed)),
        .n_schedules = option_number(o, ROW_SCHEDULES, PLAY_SCHEDULES),
        .jobs = option_number(o, ROW_JOBS, 2),
        .timeout_ms = timeout_ms,
        .game_ms = timeout_ms * GAME_REPLIES,
        .taken = taken,
        .context = (void *)(uintptr_t)cli,
        .interrupted = cli->interrupted,
    };
    for (size_t i = 0; i < n_sides; i++)
        options.sides[i] = (struct contestant){&addresses[i], &profiles[i]};
    enum status st = contest_run(&options, &outcome);
    if (st)
        return cli_complain_status(cli, "claims", st);
    json_dump_file(outcome.games, "/tmp/games.json", JSON_INDENT(1));
    contest_free(&outcome);
    return EXIT_CONFORMANT;
}

const struct command command_claims = {
    .name = "claims",
    .operands = "",
    .summary = "is a protocol as secure as Signal? play the games",
    .example = "  assay claims --target exec:./my-adapter --claims claims.xml --out out\n",
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
