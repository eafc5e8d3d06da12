/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/claims_bite.h"

#include "base/files.h"
#include "cli/inputs.h"
#include "experiments/claims_mutants.h"
#include "run/run.h"

#define GAMES_MAX 96u
#define SCHEDULES 6u /* of each game: what a flaw does, it does in the first ones */
#define TIMEOUT_MS 10000u
#define GAME_MS 120000u

static void show(void *context, const struct claims_mutant *m)
{
    const struct cli *cli = context;
    fprintf(cli->out, "%-9s %-36s %-5s %s\n", m->is_caught ? "caught" : "MISSED", m->name,
            m->property, m->seen);
    fflush(cli->out);
}

/* The flaws of each Signal. */
static const struct {
    const char *how, *list, *claims;
} of_signal[N_CLAIMS_SIDE] = {
    [CLAIMS_TARGET] = {NULL, NULL, NULL},
    [CLAIMS_V3] = {"", "--list-protocol-flaws", "adapters/flawed/claims.xml"},
    [CLAIMS_V4] = {" --cipher v4", "--list-protocol-flaws-v4", "adapters/flawed/claims-v4.xml"},
};

static enum exit_code load_claims(const struct cli *cli, const char *file, struct claims *out)
{
    struct diags diags;
    const char *schema = files_join(cli->arena, cli->data_dir, "suites/claims.rng");
    const char *path = files_join(cli->arena, cli->data_dir, file);
    diags_init(&diags);
    enum status st = schema && path ? claims_load(path, schema, cli->arena, out, &diags) : E_NOMEM;
    enum exit_code code = cli_conclude(cli, st, "claims", &diags, "nothing played");
    diags_fini(&diags);
    return code;
}

enum exit_code claims_bite(const struct cli *cli, enum claims_side signal,
                           const struct option_values *only, unsigned jobs)
{
    static const uint8_t seed[RANDOM_SEED_LEN] = {0xb1, 0x7e};
    struct claims claims;
    struct target_address address;
    struct target_profile profile;
    struct driver *driver;
    const struct game *all[GAMES_MAX];
    struct claims_mutants_outcome outcome;
    struct contest_options contest = {.games = all,
                                      .seed = bytes_of(seed, sizeof(seed)),
                                      .n_schedules = SCHEDULES,
                                      .jobs = jobs,
                                      .timeout_ms = TIMEOUT_MS,
                                      .start_ms = RUN_START_MS,
                                      .game_ms = GAME_MS,
                                      .interrupted = cli_interruptible(cli)};
    enum exit_code code = load_claims(cli, of_signal[signal].claims, &claims);
    if (!code)
        code = signal == CLAIMS_V4 ? inputs_own_v4(cli, &address)
                                   : inputs_address(cli, "target", "builtin:", &address);
    if (!code)
        code = inputs_greet(cli, &address, TIMEOUT_MS, RUN_START_MS, &driver, &profile, NULL);
    if (code)
        return code;
    driver_close(driver);
    contest.sides[signal] = (struct contestant){&address, &profile};
    for (size_t i = 0; i < GAMES_MAX && (all[i] = game_at(i)); i++)
        contest.n_games = i + 1;
    const struct claims_mutants_options options = {
        .program = files_join(cli->arena, cli->bin_dir, "assay-flawed"),
        .how = of_signal[signal].how,
        .list = of_signal[signal].list,
        .signal = signal,
        .only = only->values,
        .n_only = only->count,
        .claims = &claims,
        .contest = &contest,
        .tried = show,
        .context = (void *)(uintptr_t)cli};
    enum status st = options.program ? claims_mutants_try(&options, &outcome) : E_NOMEM;
    if (st == E_MISSING)
        return cli_complain(cli, EXIT_USAGE, "no such flaw; assay-flawed %s shows them all",
                            of_signal[signal].list);
    if (st)
        return cli_complain_status(cli, "assay-flawed", st);
    fprintf(cli->out, "\nflawless %s   protocol flaws %zu: %zu caught, %zu missed%s%s\n",
            outcome.is_flawless_equivalent ? "equivalent" : "NOT EQUIVALENT", outcome.n_tried,
            outcome.n_caught, outcome.n_tried - outcome.n_caught,
            outcome.interrupted[0] ? ", " : "", outcome.interrupted);
    if (outcome.interrupted[0])
        return EXIT_TROUBLE;
    return outcome.is_flawless_equivalent && outcome.n_caught == outcome.n_tried ? EXIT_CONFORMANT
                                                                                 : EXIT_FAILED;
}
