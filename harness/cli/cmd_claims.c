/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay claims - is another protocol as secure as Signal? Its claims, the games on both, and what
 * follows.
 */
#include "base/files.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/run_command.h"
#include "cli/scoreboard.h"
#include "cli/seed.h"
#include "experiments/claims_document.h"
#include "experiments/counterexample.h"
#include "experiments/play.h"
#include "reports/report.h"

#include <string.h>
#include <time.h>

enum row {
    ROW_TARGET,
    ROW_CLAIMS,
    ROW_BASELINE,
    ROW_V3,
    ROW_V4,
    ROW_GAME,
    ROW_SCHEDULES,
    ROW_SEED,
    ROW_JOBS,
    ROW_OUT,
    ROW_TIMEOUT,
    ROW_START_TIMEOUT,
    ROW_QUIET,
    ROW_JSON,
    ROW_NO_COLOR,
    N_ROWS
};

#define GAMES_MAX 96u
#define GAME_REPLIES 30u /* a game may take as long as so many replies */
#define OUT_DIR "out/claims"

static const struct option_rule rules[N_ROWS] = {
    [ROW_TARGET] = TARGET_OPTION,
    [ROW_CLAIMS] = TEXT_OPTION("claims", "FILE", "what the provider claims; docs/claims.md"),
    [ROW_BASELINE] =
        CHOICE_OPTION("baseline", "v3|v4|both|none",
                      "the Signal to compare with (default both); none: nothing is equivalent then",
                      "v3", "v4", "both", "none"),
    [ROW_V3] = TEXT_OPTION("signal-v3", "ADDRESS", "who plays Signal v3 (default builtin:)"),
    [ROW_V4] = TEXT_OPTION("signal-v4", "ADDRESS",
                           "who plays Signal v4 (default assay's own party, assay-flawed)"),
    [ROW_GAME] = LIST_OPTION("game", "ID", "play only this game: FS-1, PCS-2 ..."),
    [ROW_SCHEDULES] =
        NUMBER_OPTION("schedules", "N", 1, 1000, "of each game that draws schedules (default 20)"),
    [ROW_SEED] = TEXT_OPTION("seed", "HEX", "of every choice; the same seed chooses the same"),
    [ROW_JOBS] = NUMBER_OPTION("jobs", "N", 1, 64, "workers (default: one a core)"),
    [ROW_OUT] = TEXT_OPTION("out", "DIR", "where the reports go (default out/claims)"),
    [ROW_TIMEOUT] = TIMEOUT_OPTION,
    [ROW_START_TIMEOUT] = START_TIMEOUT_OPTION,
    [ROW_QUIET] = FLAG_OPTION("quiet", "print only what is wrong"),
    [ROW_JSON] = FLAG_OPTION("json", "print claims.json"),
    [ROW_NO_COLOR] = FLAG_OPTION("no-color", "as NO_COLOR"),
};

/* One run of the command. */
struct job {
    const struct cli *cli;
    const struct options *o;
    const char *out_dir;
    struct outputs outputs;
    uint64_t timeout_ms;
    uint8_t seed[RANDOM_SEED_LEN];
    struct claims claims;
    struct target_address addresses[N_CLAIMS_SIDE];
    struct target_profile profiles[N_CLAIMS_SIDE];
    const struct game *games[GAMES_MAX];
    size_t n_games;
    struct contest_options contest;
    struct document document;
    FILE *journal;
    uint64_t last_ms;
    bool shows_progress;
};

/* ---- what is asked for */

static enum exit_code choose_games(struct job *job)
{
    const struct option_values *asked = &job->o->given[ROW_GAME];
    const char *ids[GAMES_MAX];
    size_t n = game_count() < GAMES_MAX ? game_count() : GAMES_MAX;
    for (size_t i = 0; i < n; i++)
        ids[i] = game_at(i)->id;
    for (size_t k = 0; k < asked->count; k++) {
        const char *nearest = diag_nearest(asked->values[k], ids, n);
        if (!game_find(asked->values[k]))
            return cli_complain(job->cli, EXIT_USAGE, "no game is called \"%.32s\"%s%s%s",
                                asked->values[k], nearest ? " (did you mean \"" : "",
                                nearest ? nearest : "", nearest ? "\"?)" : "");
    }
    for (size_t i = 0; i < n; i++) {
        bool is_chosen = asked->count == 0;
        for (size_t k = 0; k < asked->count; k++)
            is_chosen = is_chosen || strcmp(asked->values[k], ids[i]) == 0;
        if (is_chosen)
            job->games[job->n_games++] = game_at(i);
    }
    return EXIT_CONFORMANT;
}

static enum exit_code complain_of_claims(const struct job *job, enum status st, struct diags *diags)
{
    enum exit_code code = cli_conclude(job->cli, st, "claims", diags, "nothing played");
    diags_fini(diags);
    return code;
}

static enum exit_code read_claims(struct job *job)
{
    const char *path = option_text(job->o, ROW_CLAIMS, NULL);
    const char *schema = files_join(job->cli->arena, job->cli->data_dir, "suites/claims.rng");
    struct diags diags;
    if (!path)
        return cli_complain(job->cli, EXIT_USAGE,
                            "--claims FILE is missing; adapters/olm/claims.xml is an example");
    diags_init(&diags);
    enum status st =
        schema ? claims_load(path, schema, job->cli->arena, &job->claims, &diags) : E_NOMEM;
    return complain_of_claims(job, st, &diags);
}

/* The claims are about the protocol the target says it speaks. */
static enum exit_code match_claims(struct job *job)
{
    struct diags diags;
    diags_init(&diags);
    enum status st =
        claims_check_protocol(&job->claims, job->profiles[CLAIMS_TARGET].protocol, &diags);
    return complain_of_claims(job, st, &diags);
}

/* Each side: its option, what it is without, and what it must speak. */
static const struct {
    enum row row;
    const char *usual;    /* NULL: assay's own party of v4 */
    const char *protocol; /* NULL: any */
    const char *baseline; /* the word of --baseline that asks for it alone; NULL: always there */
} sides[N_CLAIMS_SIDE] = {
    [CLAIMS_TARGET] = {ROW_TARGET, "builtin:", NULL, NULL},
    [CLAIMS_V3] = {ROW_V3, "builtin:", "signal-v3", "v3"},
    [CLAIMS_V4] = {ROW_V4, NULL, "signal-v4", "v4"},
};

static bool takes_part(const struct job *job, size_t side)
{
    const char *baseline = option_text(job->o, ROW_BASELINE, "both");
    return !sides[side].baseline || strcmp(baseline, "both") == 0 ||
           strcmp(baseline, sides[side].baseline) == 0;
}

static enum exit_code meet_one(struct job *job, size_t i)
{
    struct driver *driver;
    const char *text = option_text(job->o, sides[i].row, sides[i].usual);
    const char *option = rules[sides[i].row].name;
    enum exit_code code = text ? inputs_address(job->cli, option, text, &job->addresses[i])
                               : inputs_own_v4(job->cli, &job->addresses[i]);
    job->addresses[i].option = i == CLAIMS_TARGET ? NULL : option;
    if (!code)
        code = inputs_greet(job->cli, &job->addresses[i], job->timeout_ms,
                            inputs_start_ms(job->o, ROW_START_TIMEOUT), &driver, &job->profiles[i],
                            NULL);
    if (code)
        return code;
    driver_close(driver);
    job->contest.sides[i] = (struct contestant){&job->addresses[i], &job->profiles[i]};
    if (sides[i].protocol && strcmp(job->profiles[i].protocol, sides[i].protocol) != 0)
        return cli_complain(job->cli, EXIT_USAGE, "--%s speaks \"%.64s\"; it must speak %s", option,
                            cli_tame(job->cli, job->profiles[i].protocol), sides[i].protocol);
    return EXIT_CONFORMANT;
}

static enum exit_code meet(struct job *job)
{
    enum exit_code code = EXIT_CONFORMANT;
    for (size_t i = 0; i < N_CLAIMS_SIDE && !code; i++)
        if (takes_part(job, i))
            code = meet_one(job, i);
    return code;
}

/* ---- while it plays */

static void show_progress(struct job *job, const char *id, size_t done, size_t total)
{
    uint64_t now_ms = clock_now_ms(clock_monotonic());
    if (!job->shows_progress || (now_ms - job->last_ms < 100 && done < total))
        return;
    job->last_ms = now_ms;
    fprintf(job->cli->err, "\r\033[K  %zu of %zu   %.32s", done, total, done < total ? id : "");
    fflush(job->cli->err);
}

static void taken(void *context, const struct claims_line *line, size_t done, size_t total)
{
    struct job *job = context;
    /* a journal that cannot be written costs nothing but itself */
    (void)!form_print(&claims_line_form, line, FORM_LINE, job->journal);
    show_progress(job, line->id, done, total);
}

/* ---- what comes out */

/* What is known before anything is played. E_NOMEM. */
static enum status begin_record(struct job *job, struct record_claims *out)
{
    struct arena *arena = &job->document.arena;
    char *started = arena_alloc(arena, 32), *seed = arena_alloc(arena, SEED_DIGITS + 1);
    struct record_target *targets = arena_array(arena, N_CLAIMS_SIDE, sizeof(*targets));
    if (!started || !seed || !targets)
        return E_NOMEM;
    document_instant((int64_t)time(NULL), started);
    seed_text(job->seed, seed);
    const struct run_command command = {rules, N_ROWS, job->o, "claims"};
    *out = (struct record_claims){.assay = ASSAY_VERSION,
                                  .started = started,
                                  .seed = seed,
                                  .schedules = job->contest.n_schedules,
                                  .command = run_command_words(&command, seed, arena)};
    if (!out->command.n)
        return E_NOMEM;
    for (size_t i = 0; i < N_CLAIMS_SIDE; i++) {
        if (!job->contest.sides[i].address)
            continue;
        targets[i] = document_target(job->addresses[i].text, &job->profiles[i]);
        out->sides[i] = &targets[i];
    }
    return OK;
}

/* The smallest schedule of a result as a file of its own; its path goes into the result. */
static enum status save_counterexample(struct job *job, const struct game *game,
                                       struct game_result *result)
{
    struct claims_counterexample *example = result ? result->counterexample : NULL;
    struct counterexample what = {.game = game};
    struct buffer text;
    if (!example)
        return OK;
    const char *name = arena_printf(&job->document.arena, "repro/%s.xml", game->id);
    const char *path = name ? files_join(job->cli->arena, job->out_dir, name) : NULL;
    if (!path)
        return E_NOMEM;
    buffer_init(&text, 65536);
    memcpy(what.seed, job->seed, sizeof(what.seed));
    what.schedule.number = example->number;
    what.state = result_state_name(result->state);
    what.measured = result->measured > 0 ? result->measured : 0;
    what.finding = example->detail;
    enum status st = schedule_parse(example->schedule, &what.schedule);
    if (!st)
        st = counterexample_save(&what, &text);
    if (!st)
        st = files_write(path, buffer_bytes(&text));
    if (!st)
        example->repro = name;
    buffer_fini(&text);
    return st;
}

/* Not equivalent to one Signal is the answer; else what is not demonstrated beside one. */
static enum exit_code exit_of(const struct record_claims *claims)
{
    enum exit_code code = EXIT_CONFORMANT;
    for (size_t i = 0; i < N_CLAIMS_SIDE; i++) {
        const struct claims_conclusion *c = claims->conclusions[i];
        if (c && c->verdict == CONCLUSION_NOT_EQUIVALENT)
            return EXIT_FAILED;
        if (c && c->verdict != CONCLUSION_EQUIVALENT)
            code = EXIT_UNCERTAIN;
    }
    return code;
}

/* All conclusions in one line: "v3: equivalent; v4: not equivalent because ...". */
static const char *conclusions_line(const struct job *job, const struct record_claims *claims)
{
    const char *line = "";
    for (size_t i = 0; i < N_CLAIMS_SIDE && line; i++) {
        const struct claims_conclusion *c = claims->conclusions[i];
        if (c && i == CLAIMS_ALONE)
            line = c->line;
        else if (c)
            line = arena_printf(job->cli->arena, "%s%s%s: %s", line, *line ? "; " : "",
                                claims_side_name((enum claims_side)i), c->line);
    }
    return line ? line : "";
}

static enum exit_code publish(struct job *job, bool was_interrupted)
{
    const struct record_claims *claims = job->document.claims;
    struct scoreboard_options options = {
        .is_quiet = option_given(job->o, ROW_QUIET),
        .is_json = option_given(job->o, ROW_JSON),
        .wants_no_color = option_given(job->o, ROW_NO_COLOR),
        .out_dir = job->out_dir,
    };
    /* what was seen before is still so; what was not is the interruption's fault */
    enum exit_code code = exit_of(claims);
    if (was_interrupted && code != EXIT_FAILED)
        code = EXIT_TROUBLE;
    enum exit_code written = outputs_write(job->cli, job->out_dir, &job->document, NULL);
    if (written)
        return written;
    if (options.is_quiet && code)
        return cli_complain(job->cli, code, "%s; see %s/report.html (exit %d)",
                            cli_tame(job->cli, conclusions_line(job, claims)), job->out_dir,
                            (int)code);
    enum exit_code printed = scoreboard_show(job->cli, &job->document, &options);
    return printed ? printed : code;
}

static enum exit_code play(struct job *job)
{
    struct contest_outcome outcome;
    struct record_claims claims;
    enum status st = begin_record(job, &claims);
    if (!st)
        st = contest_run(&job->contest, &outcome);
    if (job->shows_progress)
        fputs("\r\033[K", job->cli->err);
    for (size_t i = 0; i < job->n_games && !st; i++)
        st = save_counterexample(job, job->games[i], outcome.games[i].results[CLAIMS_TARGET]);
    if (!st)
        st = claims_document(&job->claims, &job->contest, &outcome, &job->document.arena, &claims);
    job->document.claims = &claims;
    enum exit_code code = st ? cli_complain_status(job->cli, "claims", st)
                             : publish(job, outcome.interrupted[0] != '\0');
    job->document.claims = NULL;
    return code;
}

static enum exit_code prepare(struct job *job)
{
    enum exit_code code = seed_given(job->cli, option_text(job->o, ROW_SEED, NULL), job->seed);
    if (!code)
        code = choose_games(job);
    if (!code)
        code = read_claims(job);
    if (!code)
        code = meet(job);
    if (!code)
        code = match_claims(job);
    if (!code)
        code = outputs_prepare(job->cli, &job->outputs);
    return code ? code : outputs_start_journal(job->cli, &job->outputs, NULL, &job->journal);
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct job job = {
        .cli = cli,
        .o = o,
        .out_dir = option_text(o, ROW_OUT, OUT_DIR),
        .timeout_ms = (uint64_t)option_number(o, ROW_TIMEOUT, 10) * 1000,
        .shows_progress = cli->is_err_terminal && !option_given(o, ROW_QUIET),
    };
    document_init(&job.document);
    job.outputs = (struct outputs){.dir = job.out_dir, .is_of_claims = true, .lock = -1};
    enum exit_code code = outputs_clear(cli, &job.outputs);
    if (!code)
        code = prepare(&job);
    job.contest.arena = &job.document.arena;
    job.contest.games = job.games;
    job.contest.n_games = job.n_games;
    job.contest.seed = bytes_of(job.seed, sizeof(job.seed));
    job.contest.n_schedules = option_number(o, ROW_SCHEDULES, PLAY_SCHEDULES);
    job.contest.jobs = option_number(o, ROW_JOBS, cli_cores());
    job.contest.timeout_ms = job.timeout_ms;
    job.contest.start_ms = inputs_start_ms(o, ROW_START_TIMEOUT);
    job.contest.game_ms = job.timeout_ms * GAME_REPLIES;
    job.contest.taken = taken;
    job.contest.context = &job;
    job.contest.interrupted = cli_interruptible(cli);
    if (!code)
        code = play(&job);
    if (job.journal)
        fclose(job.journal);
    outputs_release(&job.outputs);
    document_fini(&job.document);
    return code;
}

static void refused(const struct cli *cli, int argc, const char *const *argv)
{
    outputs_forget(cli, argc, argv, OUT_DIR, true);
}

const struct command command_claims = {
    .name = "claims",
    .operands = "",
    .summary = "is another protocol as secure as Signal?",
    .example =
        "  assay claims --target exec:build/dev/bin/assay-olm --claims adapters/olm/claims.xml\n"
        "  assay claims --target exec:./my-adapter --claims claims.xml --baseline v3 --game "
        "PCS-1\n\n"
        "  Exit code 0: equivalent. 1: not equivalent. 2: not demonstrated. 3: broken off.\n",
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
    .refused = refused,
};
