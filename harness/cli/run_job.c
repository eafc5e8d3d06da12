/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/run_job.h"

#include "cli/run_command.h"
#include "cli/seed.h"
#include "cli/sets.h"
#include "run/budget.h"
#include "run/surface.h"
#include "run/unit.h"

#include <string.h>

static enum exit_code read_known(struct run_job *job)
{
    const char *path = option_text(job->o, ROW_KNOWN, NULL);
    if (!path)
        return EXIT_CONFORMANT;
    enum status st = known_failures_load(path, &job->known, &job->inputs.diags);
    if (!st)
        st = known_failures_check(&job->known, &job->inputs.catalogue, job->cli->arena,
                                  &job->inputs.diags);
    job->has_known = !st;
    return cli_conclude(job->cli, st, "known failures", &job->inputs.diags, "nothing run");
}

const char *run_job_set_name(const struct run_job *job)
{
    return option_text(job->o, ROW_REQUIREMENTS, RECORD_NEWEST);
}

/* A set that is not there, or wrong, is said before the run. */
static enum exit_code check_set(struct run_job *job)
{
    struct requirement_set set;
    if (strcmp(run_job_set_name(job), RECORD_NEWEST) == 0)
        return EXIT_CONFORMANT;
    enum exit_code code =
        sets_read(job->cli, run_job_set_name(job), EXIT_USAGE, &set, &job->set_path);
    requirement_set_free(&set);
    return code;
}

enum exit_code run_job_read(struct run_job *job)
{
    enum run_row target = run_target_row(job->o);
    const struct option_values *dirs = &job->o->given[ROW_SUITE_DIR];
    enum exit_code code = run_check_target(job->cli, job->o);
    if (!code)
        code = seed_given(job->cli, option_text(job->o, ROW_SEED, NULL), job->seed);
    if (!code)
        code = shard_given(job->cli, option_text(job->o, ROW_SHARD, NULL), &job->shard);
    if (!code && job->shard.n && !option_given(job->o, ROW_SEED))
        code = cli_complain(job->cli, EXIT_USAGE,
                            "--shard needs --seed, the same for all shards of a run");
    job->timeout_ms = (uint64_t)option_number(job->o, ROW_TIMEOUT, 10) * 1000;
    job->start_ms = inputs_start_ms(job->o, ROW_START_TIMEOUT);
    if (!code)
        code = inputs_address(job->cli, run_rules[target].name,
                              option_text(job->o, target, "builtin:"), &job->address);
    job->address.service_host = option_text(job->o, ROW_SERVICE_HOST, NULL);
    if (!code)
        code = inputs_load(job->cli, dirs->values, dirs->count, &job->inputs);
    if (!code)
        code = profile_file_load(job->cli, option_text(job->o, ROW_PROFILE, "public"),
                                 &job->profile_file);
    if (!code)
        code = read_known(job);
    if (!code)
        code = check_set(job);
    if (!code)
        code = patterns_read(job->cli, &job->o->given[ROW_CASE], false, &job->cases);
    if (!code)
        code = patterns_read(job->cli, &job->o->given[ROW_EXCLUDE], true, &job->excluded);
    if (!code && option_given(job->o, ROW_BUDGET))
        code = patterns_read_best(job->cli, &job->best);
    return code;
}

bool run_job_is_generating(const struct run_job *job) { return option_given(job->o, ROW_GENERATE); }

enum surface run_job_generated_surface(const struct run_job *job)
{
    enum surface asked = surface_from_name(option_text(job->o, ROW_SURFACE, ""));
    if (asked)
        return asked;
    return surface_is_offered(&job->profile, SURFACE_LIBRARY) ? SURFACE_LIBRARY : SURFACE_CLIENT;
}

static enum exit_code check_generated_surface(const struct run_job *job)
{
    enum surface surface = run_job_generated_surface(job);
    if (surface != SURFACE_LIBRARY && surface != SURFACE_CLIENT)
        return cli_complain(job->cli, EXIT_USAGE,
                            "--generate is for the surfaces library and client");
    if (!surface_is_offered(&job->profile, surface))
        return cli_complain(job->cli, EXIT_USAGE,
                            "--generate: the target does not offer the surface %s",
                            surface_name(surface));
    return EXIT_CONFORMANT;
}

enum exit_code run_job_plan(struct run_job *job)
{
    static const enum run_row selecting[] = {ROW_SUITE, ROW_CASE,  ROW_EXCLUDE,     ROW_BUDGET,
                                             ROW_QUICK, ROW_SHARD, ROW_REQUIREMENTS};
    for (size_t i = 0; run_job_is_generating(job) && i < COUNT_OF(selecting); i++)
        if (option_given(job->o, selecting[i]))
            return cli_complain(job->cli, EXIT_USAGE,
                                "--generate runs no suites: it does not go with --suite, --case, "
                                "--exclude, --budget, --quick, --shard and --requirements");
    if (run_job_is_generating(job))
        return check_generated_surface(job);
    const char *problem = NULL;
    struct plan_options options = {
        .suites = job->o->given[ROW_SUITE].values,
        .n_suites = job->o->given[ROW_SUITE].count,
        .patterns = job->cases.texts.items,
        .n_patterns = job->cases.texts.n,
        .excluded = job->excluded.texts.items,
        .n_excluded = job->excluded.texts.n,
        .is_quick = option_given(job->o, ROW_QUICK),
        .level = level_from_name(option_text(job->o, ROW_LEVEL, "")),
        .surface = run_only_surface(job->o)
                       ? run_only_surface(job->o)
                       : surface_from_name(option_text(job->o, ROW_SURFACE, "")),
        .only = run_only_surface(job->o),
        .wire = &job->profile_file.wire,
    };
    enum status st =
        plan_make(&job->inputs.catalogue, &options, &job->profile, &job->plan, &problem);
    if (st == E_MISSING)
        return cli_complain(job->cli, EXIT_USAGE, "%s", problem);
    if (!st && option_given(job->o, ROW_BUDGET))
        st = budget_order(&job->plan, job->best.texts.items, job->best.texts.n);
    if (!st && job->shard.n)
        st = units_keep_shard(&job->plan, option_given(job->o, ROW_SHARING), job->shard.k,
                              job->shard.n, &job->document.arena);
    return st ? cli_complain_status(job->cli, "plan", st) : EXIT_CONFORMANT;
}

bool run_job_has_clients(const struct run_job *job)
{
    for (size_t i = 0; i < job->plan.count; i++) {
        const struct plan_item *item = &job->plan.items[i];
        if (!item->not_applicable && item->planned.surface != SURFACE_LIBRARY &&
            item->planned.surface != SURFACE_SERVICE)
            return true;
    }
    return false;
}

void run_job_fini(struct run_job *job)
{
    if (job->journal)
        fclose(job->journal);
    capture_free(job->capture);
    if (job->pcap)
        fclose(job->pcap);
    driver_close(job->driver);
    outputs_release(&job->outputs);
    document_fini(&job->document);
    document_fini(&job->since);
    resume_fini(&job->resume);
    plan_free(&job->plan);
    known_failures_free(&job->known);
    inputs_fini(&job->inputs);
}
