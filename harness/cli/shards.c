/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/shards.h"

#include "cli/run_command.h"
#include "cli/shard.h"

#include <string.h>

/* ---- what each is */

static const struct record_run *run_of(const struct resume *shard) { return shard->document.run; }

/* The journal of a run that came to its end; that its target was down is one, too. */
static enum exit_code check_ended(const struct cli *cli, const struct resume *shard)
{
    const struct record_run *run = run_of(shard);
    bool is_end = shard->journal.is_ended && (!run->interrupted[0] || record_is_target_down(run) ||
                                              record_is_budget_spent(run));
    if (run->is_unreachable)
        return cli_complain(cli, EXIT_BAD_INPUT, "%s: its target was not reached (exit %d)",
                            shard->dir, EXIT_BAD_INPUT);
    if (is_end)
        return EXIT_CONFORMANT;
    return cli_complain(cli, EXIT_BAD_INPUT,
                        "%s: %s; assay run --resume %s goes on with it (exit %d)", shard->dir,
                        cli_tame(cli, run->interrupted), shard->dir, EXIT_BAD_INPUT);
}

static enum exit_code read_all(const struct cli *cli, const char *const *dirs, size_t n_dirs,
                               struct shards *s)
{
    enum exit_code code = EXIT_CONFORMANT;
    s->items = arena_array(cli->arena, n_dirs, sizeof(*s->items));
    if (!s->items)
        return cli_complain_status(cli, "shards", E_NOMEM);
    while (s->n < n_dirs && !code) {
        struct resume *shard = &s->items[s->n++];
        code = resume_read(cli, dirs[s->n - 1], shard);
        if (!code)
            code = check_ended(cli, shard);
        if (!code && run_of(shard)->selection.shards == 0)
            code =
                cli_complain(cli, EXIT_USAGE, "%s holds no shard: its run had no --shard (exit %d)",
                             shard->dir, EXIT_USAGE);
    }
    return code;
}

/* ---- one of each */

static enum exit_code put_in_order(const struct cli *cli, struct shards *s)
{
    uint32_t n = run_of(&s->items[0])->selection.shards;
    struct resume *ordered =
        arena_array(cli->arena, n < SHARDS_MAX ? n : SHARDS_MAX, sizeof(*ordered));
    if (!ordered)
        return cli_complain_status(cli, "shards", E_NOMEM);
    for (size_t i = 0; i < s->n; i++) {
        const struct record_selection *selection = &run_of(&s->items[i])->selection;
        const char *dir = s->items[i].dir;
        if (selection->shards != n || n > SHARDS_MAX || selection->shard < 1 ||
            selection->shard > n)
            return cli_complain(
                cli, EXIT_USAGE, "%s holds shard %u of %u, and %s one of %u (exit %d)", dir,
                selection->shard, selection->shards, s->items[0].dir, n, EXIT_USAGE);
        struct resume *place = &ordered[selection->shard - 1];
        if (place->dir)
            return cli_complain(cli, EXIT_USAGE, "shard %u of %u is in %s and in %s (exit %d)",
                                selection->shard, n, place->dir, dir, EXIT_USAGE);
        *place = s->items[i];
    }
    for (uint32_t k = 0; k < n; k++)
        if (!ordered[k].dir)
            return cli_complain(cli, EXIT_USAGE, "shard %u of %u is missing (exit %d)", k + 1, n,
                                EXIT_USAGE);
    s->items = ordered;
    return EXIT_CONFORMANT;
}

static enum exit_code compare_all(const struct cli *cli, const struct shards *s)
{
    enum exit_code code = EXIT_CONFORMANT;
    for (size_t i = 1; i < s->n && !code; i++)
        code = resume_same_run(cli, run_of(&s->items[i]), s->items[i].dir, run_of(&s->items[0]),
                               s->items[0].dir);
    return code;
}

/* Whether preconditions hold is asked of the target for each shard, and one answer is expected:
 * what did not hold in one only would be told of executions that were run in the others. */
static enum exit_code compare_preconditions(const struct cli *cli, const struct shards *s)
{
    const struct resume *held = NULL, *failed = NULL;
    for (size_t i = 0; i < s->n; i++)
        if (run_of(&s->items[i])->n_preconditions)
            failed = &s->items[i];
        else
            held = &s->items[i];
    if (!held || !failed)
        return EXIT_CONFORMANT;
    const struct record_precondition *p = &run_of(failed)->preconditions[0];
    return cli_complain(
        cli, EXIT_BAD_INPUT,
        "%s: nothing was run because of the precondition %s (%s), which held in %s; "
        "assay run --resume %s asks again (exit %d)",
        failed->dir, cli_tame(cli, p->check), cli_tame(cli, p->seen), held->dir, failed->dir,
        EXIT_BAD_INPUT);
}

/* ---- their lines */

/* Of each place in the plan, the shard whose line it is. */
static enum exit_code place_line(const struct cli *cli, struct shards *s, const char **dirs,
                                 const struct resume *shard, const struct record_line *line)
{
    if (line->at >= s->n_lines)
        return cli_complain(cli, EXIT_USAGE, "%s: %s is beyond the plan of the shards (exit %d)",
                            shard->dir, cli_tame(cli, line->result.id), EXIT_USAGE);
    if (dirs[line->at])
        return cli_complain(cli, EXIT_USAGE, "%s is in %s and in %s (exit %d)",
                            cli_tame(cli, line->result.id), dirs[line->at], shard->dir, EXIT_USAGE);
    dirs[line->at] = shard->dir;
    s->lines[line->at] = *line;
    return EXIT_CONFORMANT;
}

static enum exit_code count_lines(const struct cli *cli, struct shards *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct resume *shard = &s->items[i];
        if (run_of(shard)->planned != shard->journal.n_lines)
            return cli_complain(
                cli, EXIT_USAGE, "%s has %zu executions, and planned %llu (exit %d)", shard->dir,
                shard->journal.n_lines, (unsigned long long)run_of(shard)->planned, EXIT_USAGE);
        s->n_lines += shard->journal.n_lines;
    }
    return EXIT_CONFORMANT;
}

static enum exit_code place_lines(const struct cli *cli, struct arena *arena, struct shards *s)
{
    enum exit_code code = count_lines(cli, s);
    if (code)
        return code;
    const char **dirs = arena_array(arena, s->n_lines + 1, sizeof(*dirs));
    s->lines = arena_array(arena, s->n_lines + 1, sizeof(*s->lines));
    if (!dirs || !s->lines)
        return cli_complain_status(cli, "shards", E_NOMEM);
    for (size_t i = 0; i < s->n && !code; i++) {
        const struct resume *shard = &s->items[i];
        for (size_t k = 0; k < shard->journal.n_lines && !code; k++)
            code = place_line(cli, s, dirs, shard, &shard->journal.lines[k]);
    }
    return code; /* as many as places, none twice: each has one */
}

/* ---- the whole run */

static void add_times(const struct record_times *part, struct record_times *whole)
{
    if (!whole->started || strcmp(part->started, whole->started) < 0)
        whole->started = part->started;
    if (part->seconds > whole->seconds)
        whole->seconds = part->seconds;
    if (part->peak_memory_kb > whole->peak_memory_kb)
        whole->peak_memory_kb = part->peak_memory_kb;
    whole->workers += part->workers;
    whole->target_cpu_s += part->target_cpu_s;
    whole->harness_cpu_s += part->harness_cpu_s;
    whole->late += part->late;
}

/* Why not all of it was run, where a shard says so. A target that was down goes before a budget. */
static void add_ending(const struct record_run *part, struct record_run *whole)
{
    if (!whole->interrupted[0] || record_is_target_down(part))
        whole->interrupted = part->interrupted;
    if (!whole->n_preconditions) {
        whole->preconditions = part->preconditions;
        whole->n_preconditions = part->n_preconditions;
    }
}

static void add_trials(const struct record_run *part, struct record_run *whole)
{
    for (size_t i = 0; i < part->n_trials; i++)
        whole->trials[whole->n_trials++] = part->trials[i];
}

static enum status join(const struct shards *s, struct document *out)
{
    struct record_run *run = arena_alloc(&out->arena, sizeof(*run));
    struct record_case *cases = arena_array(&out->arena, s->n_lines + 1, sizeof(*cases));
    struct record_took *took = arena_array(&out->arena, s->n_lines + 1, sizeof(*took));
    size_t n_trials = 1;
    for (size_t i = 0; i < s->n; i++)
        n_trials += run_of(&s->items[i])->n_trials;
    struct record_trial *trials = arena_array(&out->arena, n_trials, sizeof(*trials));
    if (!run || !cases || !took || !trials)
        return E_NOMEM;
    *run = *run_of(&s->items[0]);
    run->command = run_command_without(&run->command, "shard", &out->arena);
    run->selection.shard = run->selection.shards = 0;
    run->planned = s->n_lines;
    run->cases = cases;
    run->n_cases = s->n_lines;
    run->trials = trials;
    run->n_trials = 0;
    run->times = (struct record_times){.cases = took};
    for (size_t i = 0; i < s->n; i++) {
        add_times(&run_of(&s->items[i])->times, &run->times);
        add_ending(run_of(&s->items[i]), run);
        add_trials(run_of(&s->items[i]), run);
    }
    for (size_t i = 0; i < s->n_lines; i++) {
        cases[i] = s->lines[i].result;
        if (s->lines[i].took_us)
            took[run->times.n_cases++] =
                (struct record_took){cases[i].id, (double)s->lines[i].took_us / 1e6};
    }
    out->run = run;
    return run->command.items ? OK : E_NOMEM;
}

enum exit_code shards_join(const struct cli *cli, const char *const *dirs, size_t n_dirs,
                           struct shards *shards, struct document *out)
{
    enum exit_code code = read_all(cli, dirs, n_dirs, shards);
    if (!code)
        code = put_in_order(cli, shards);
    if (!code)
        code = compare_all(cli, shards);
    if (!code)
        code = compare_preconditions(cli, shards);
    if (!code)
        code = place_lines(cli, &out->arena, shards);
    enum status st = code ? OK : join(shards, out);
    return st ? cli_complain_status(cli, "shards", st) : code;
}

void shards_fini(struct shards *shards)
{
    for (size_t i = 0; i < shards->n; i++)
        resume_fini(&shards->items[i]);
    shards->n = 0;
}
