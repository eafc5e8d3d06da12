/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay run - the main job: cases against a target, results in every form, an exit code.
 */
#include "cli/commands.h"
#include "cli/generated.h"
#include "cli/known_writer.h"
#include "cli/preconditions_met.h"
#include "cli/recorded.h"
#include "cli/run_command.h"
#include "cli/run_job.h"
#include "cli/scoreboard.h"
#include "cli/seed.h"
#include "pool/pool.h"
#include "run/result.h"
#include "run/run.h"
#include "run/trials.h"

#include <string.h>
#include <time.h>

#define OUT_DIR "out"
#define CASE_REPLIES 6u /* a case may take as long as this many slowest replies */

static enum exit_code open_capture(struct run_job *job)
{
    const char *path = option_text(job->o, ROW_PCAP, NULL);
    if (!path)
        return EXIT_CONFORMANT;
    job->pcap = fopen(path, "wb");
    enum status st = job->pcap ? capture_new(job->pcap, &job->capture) : E_IO;
    if (!st && fflush(job->pcap))
        st = E_IO;
    return st ? cli_complain_file(job->cli, EXIT_TROUBLE, path, st) : EXIT_CONFORMANT;
}

static enum exit_code meet_target(struct run_job *job)
{
    enum exit_code code = inputs_greet(job->cli, &job->address, job->timeout_ms, job->start_ms,
                                       &job->driver, &job->profile, &job->unreachable);
    if (job->resume.dir)
        job->unreachable = NULL; /* what is there stays as it is */
    else if (code == EXIT_UNREACHABLE)
        job->profile = (struct target_profile){
            .name = "", .version = "", .adapter_version = "", .protocol = ""};
    if (!code)
        code = inputs_add_cipher(job->cli, job->profile.protocol, &job->inputs);
    if (!code)
        code = run_job_plan(job);
    if (!code || job->unreachable) {
        enum exit_code prepared = outputs_prepare(job->cli, &job->outputs);
        code = prepared ? prepared : code;
    }
    return code;
}

static size_t copy_texts(const char **to, const struct record_texts *texts)
{
    for (size_t i = 0; i < texts->n; i++)
        to[i] = texts->items[i];
    return texts->n;
}

static enum exit_code open_journal(struct run_job *job)
{
    struct resume *r = &job->resume;
    if (!r->dir)
        return outputs_start_journal(job->cli, &job->outputs, job->document.run, &job->journal);
    enum exit_code code = resume_compare(job->cli, job->document.run, &job->plan,
                                         option_given(job->o, ROW_SHARING), r);
    return code ? code
                : outputs_continue_journal(job->cli, &job->outputs, r->n_bytes, &job->journal);
}

/* Generated conversations are their own selection: the plan of suites stays empty. */
static const struct option_values generated_only = {.values = {"generated"}, .count = 1};

static enum exit_code start_document(struct run_job *job)
{
    const char *files[4 + 2 * OPTION_VALUES_MAX];
    size_t n_files = 0;
    char *seed = arena_alloc(&job->document.arena, SEED_DIGITS + 1);
    if (!seed)
        return cli_complain_status(job->cli, "results", E_NOMEM);
    seed_text(job->seed, seed);
    const struct run_command command = {run_rules, N_ROWS, job->o, "run"};
    files[n_files++] = job->profile_file.file;
    if (job->has_known)
        files[n_files++] = job->known.file;
    if (job->set_path)
        files[n_files++] = job->set_path;
    n_files += copy_texts(files + n_files, &job->cases.files);
    n_files += copy_texts(files + n_files, &job->excluded.files);
    n_files += copy_texts(files + n_files, &job->best.files);
    struct document_parts parts = {
        .profile = job->profile_file.id,
        .seed = seed,
        .command = run_command_words(&command, seed, &job->document.arena),
        .address = job->address.text,
        .target = &job->profile,
        .catalogue = &job->inputs.catalogue,
        .suites = run_job_is_generating(job) ? &generated_only : &job->o->given[ROW_SUITE],
        .cases = job->cases.texts,
        .excluded = job->excluded.texts,
        .left_out = job->plan.n_left_out,
        .shard = job->shard,
        .level = option_text(job->o, ROW_LEVEL, "measure"),
        .requirements = run_job_set_name(job),
        .is_strict = option_given(job->o, ROW_STRICT),
        .surface = run_only_surface(job->o) ? surface_name(run_only_surface(job->o))
                                            : option_text(job->o, ROW_SURFACE, ""),
        .planned = job->plan.count,
        .known_failures = job->has_known ? job->known.file : NULL,
        .files = files,
        .n_files = n_files,
    };
    enum exit_code code = inputs_not_found(job->cli, &job->inputs, &parts.not_found);
    if (!code)
        code = document_begin(job->cli, &parts, &job->document);
    return code ? code : open_journal(job);
}

/* Clients wait more than they work: a worker more for each core keeps the machine busy. */
static uint32_t usual_jobs(const struct run_job *job)
{
    return run_job_has_clients(job) ? 2 * cli_cores() : cli_cores();
}

/* How many workers: what was asked, else as above; never more than a listening target serves. */
static unsigned count_jobs(const struct run_job *job)
{
    if (job->capture)
        return 1; /* one file, one writer */
    unsigned jobs = option_number(job->o, ROW_JOBS, usual_jobs(job));
    if (job->address.kind != TARGET_EXEC && jobs > job->profile.connections)
        jobs = job->profile.connections;
    return jobs > 0 ? jobs : 1;
}

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

/* The same as a run of a plan, and what was generated beside it. */
static enum status run_generated(struct run_job *job, const struct run_options *options,
                                 struct progress *progress, struct run_outcome *out)
{
    struct generate_outcome generated;
    const struct generate_options wanted = {.run = options,
                                            .catalogue = &job->inputs.catalogue,
                                            .count = option_number(job->o, ROW_GENERATE, 1),
                                            .surface = run_job_generated_surface(job)};
    enum status st = generated_drive(&wanted, progress, &generated);
    *out = (struct run_outcome){.cases = generated.cases,
                                .n_cases = generated.n_cases,
                                .target_cpu_us = generated.target_cpu_us,
                                .harness_cpu_us = generated.harness_cpu_us,
                                .workers = generated.workers,
                                .n_late = generated.n_late};
    memcpy(out->interrupted, generated.interrupted, sizeof(out->interrupted));
    job->document.run->generated = generated.generated;
    return st;
}

/* What came of |outcome| is tried again where that says more, in the time that is left. */
static enum status play_trials(struct run_job *job, struct run_options *options, uint64_t before_us,
                               struct run_outcome *outcome)
{
    struct record_run *run = job->document.run;
    uint64_t took_ms = (now_us() - before_us) / 1000;
    run->cases = outcome->cases;
    run->n_cases = outcome->n_cases;
    if (options->max_ms && took_ms >= options->max_ms)
        return OK;
    options->max_ms -= options->max_ms ? took_ms : 0;
    return trials_play(options, run, outcome);
}

static enum exit_code drive(struct run_job *job)
{
    struct run_outcome outcome;
    struct progress progress;
    progress_begin(&progress, job->cli, !option_given(job->o, ROW_QUIET),
                   run_job_is_generating(job) ? "schedules" : "cases", job->resume.n_done);
    struct run_options options = {
        .plan = &job->plan,
        .address = &job->address,
        .profile = &job->profile,
        .wire = &job->profile_file.wire,
        .capture = job->capture,
        .jobs = count_jobs(job),
        .timeout_ms = job->timeout_ms,
        .start_ms = job->start_ms,
        .case_ms = job->timeout_ms * CASE_REPLIES,
        .max_ms =
            (uint64_t)option_number(job->o, ROW_MAX_TIME, option_number(job->o, ROW_BUDGET, 0)) *
            1000,
        .is_budget = option_given(job->o, ROW_BUDGET) && !option_given(job->o, ROW_MAX_TIME),
        .vector_dir = job->inputs.loader.vector_dir,
        .out_dir = job->out_dir,
        .journal = job->journal,
        .done = job->resume.journal.lines,
        .n_done = job->resume.n_done,
        .arena = &job->document.arena,
        .shares = option_given(job->o, ROW_SHARING),
        .known = job->has_known ? &job->known : NULL,
        .observer = {progress_committed, progress_tick, &progress},
        .interrupted = cli_interruptible(job->cli),
    };
    memcpy(options.seed, job->seed, sizeof(options.seed));
    int64_t started = (int64_t)time(NULL);
    uint64_t before_us = now_us();
    enum status st = run_job_is_generating(job) ? run_generated(job, &options, &progress, &outcome)
                                                : run_plan(&options, &outcome);
    progress_end(&progress);
    if (!st && !run_job_is_generating(job))
        st = play_trials(job, &options, before_us, &outcome);
    if (!st)
        st = document_record(&job->document, &outcome, started, now_us() - before_us);
    return st ? cli_complain_status(job->cli, "run", st) : EXIT_CONFORMANT;
}

/* Write the journal's last line. It is what a run that was broken off is read from: a line of it
 * that could not be written, whenever that was, is said. */
static enum exit_code end_journal(const struct run_job *job)
{
    enum status st = form_print(&record_ending_form, job->document.run, FORM_LINE, job->journal);
    if (!st && !ferror(job->journal) && ftell(job->journal) > (long)RECORD_TEXT_MAX)
        return cli_complain(job->cli, EXIT_CONFORMANT,
                            "%s/results.jsonl is longer than %u MiB: it cannot be resumed, merged "
                            "or reported",
                            job->out_dir, RECORD_TEXT_MAX / 1024 / 1024);
    if (!st && !ferror(job->journal))
        return EXIT_CONFORMANT;
    return cli_complain(job->cli, EXIT_TROUBLE,
                        "%s/results.jsonl: not all of it could be written%s%s", job->out_dir,
                        st == E_NOMEM ? ": " : "", st == E_NOMEM ? status_text(st) : "");
}

static enum exit_code publish(struct run_job *job)
{
    const char *write_known = option_text(job->o, ROW_WRITE_KNOWN, NULL);
    struct scoreboard_options options = {
        .is_quiet = option_given(job->o, ROW_QUIET),
        .is_json = option_given(job->o, ROW_JSON),
        .wants_no_color = option_given(job->o, ROW_NO_COLOR),
        .out_dir = job->out_dir,
        .since = job->since.run,
    };
    enum exit_code journalled = end_journal(job);
    enum exit_code code = outputs_write(job->cli, job->out_dir, &job->document, job->since.run);
    code = code ? code : journalled;
    if (!code)
        code = outputs_keep_repros(job->cli, &job->outputs, job->document.run);
    if (!code && write_known)
        code = known_writer_write(job->cli, job->document.run, write_known);
    if (code)
        return code;
    if (job->unreachable && !options.is_json)
        return EXIT_UNREACHABLE; /* which has been said */
    if (!options.is_quiet && !options.is_json)
        generated_print(job->cli, job->document.run);
    return scoreboard_print(job->cli, &job->document, &options);
}

/* Nothing is driven: every planned case is not run, for the reason |why|. */
static enum exit_code leave_unrun(struct run_job *job, const char *why)
{
    struct record_run *run = job->document.run;
    char instant[32];
    run->cases = arena_array(&job->document.arena, job->plan.count + 1, sizeof(*run->cases));
    document_instant((int64_t)time(NULL), instant);
    run->times.started = arena_text(&job->document.arena, instant);
    if (!run->cases || !run->times.started)
        return cli_complain_status(job->cli, "results", E_NOMEM);
    for (size_t i = 0; i < job->plan.count; i++) {
        const struct plan_item *item = &job->plan.items[i];
        struct record_line line = {.at = item->at};
        result_unrun(&item->planned, item->not_applicable ? STATE_NOT_APPLICABLE : STATE_NOT_RUN,
                     item->not_applicable ? item->not_applicable : why, &job->document.arena,
                     &line.result);
        run->cases[run->n_cases++] = line.result;
        (void)!form_print(&record_line_form, &line, FORM_LINE, job->journal);
    }
    return EXIT_CONFORMANT;
}

/* What is missing in the capture makes no verdict wrong, and is said. */
static enum exit_code close_capture(struct run_job *job, enum exit_code code)
{
    enum status st = job->capture ? capture_status(job->capture) : OK;
    if (!st && job->pcap && fflush(job->pcap))
        st = E_IO;
    return st ? cli_complain_file(job->cli, EXIT_TROUBLE, option_text(job->o, ROW_PCAP, ""), st)
              : code;
}

/* From a target that answered to results without a score. */
static enum exit_code execute(struct run_job *job)
{
    enum exit_code code = preconditions_met(
        job->cli, job->driver, &job->address, &job->profile,
        run_job_has_clients(job) ? &job->profile_file.wire : NULL, job->timeout_ms, &job->document);
    driver_close(job->driver);
    job->driver = NULL;
    if (!code && job->document.run->n_preconditions > 0 && job->resume.n_done)
        return cli_complain(job->cli, EXIT_UNCERTAIN,
                            "%s: %s, which the target did not do when the run began: nothing was "
                            "resumed (exit %d)",
                            job->document.run->preconditions[0].check,
                            job->document.run->preconditions[0].seen, EXIT_UNCERTAIN);
    if (!code && job->document.run->n_preconditions > 0)
        return leave_unrun(job, "not run: a precondition does not hold");
    if (!code)
        code = open_capture(job);
    return code ? code : drive(job);
}

/* Let the options be those of the run in |job|->out_dir. Nothing changes there. */
static enum exit_code take_up(struct run_job *job)
{
    static const enum run_row never[] = {ROW_OUT, ROW_PCAP};
    const struct run_command given = {run_rules, N_ROWS, job->o, "run"};
    for (size_t i = 0; i < COUNT_OF(never); i++)
        if (option_given(job->o, never[i]))
            return cli_complain(job->cli, EXIT_USAGE, "--resume does not go with --%s",
                                run_rules[never[i]].name);
    enum exit_code code = outputs_take_up(job->cli, &job->outputs);
    if (!code)
        code = resume_read(job->cli, job->out_dir, &job->resume);
    if (!code && job->resume.document.run->is_unreachable)
        code = cli_complain(job->cli, EXIT_BAD_INPUT,
                            "%s: its target was not reached, and nothing was done: begin it anew "
                            "(exit %d)",
                            job->out_dir, EXIT_BAD_INPUT);
    if (!code)
        code = run_command_options(job->cli, job->out_dir, &job->resume.document.run->command,
                                   &given, &job->of_command);
    if (!code && option_given(&job->of_command, ROW_GENERATE))
        code = cli_complain(job->cli, EXIT_USAGE,
                            "%s: generated conversations are not resumed: begin them anew "
                            "(exit %d)",
                            job->out_dir, EXIT_USAGE);
    job->o = &job->of_command;
    return code;
}

/* Before anything is removed: the run before can be the one that was in the same directory. */
static enum exit_code read_since(struct run_job *job)
{
    const char *path = option_text(job->o, ROW_SINCE, NULL);
    return path ? recorded_read(job->cli, path, &job->since) : EXIT_CONFORMANT;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    bool is_resumed = option_given(o, ROW_RESUME);
    struct run_job job = {.cli = cli, .o = o};
    job.out_dir = is_resumed ? option_text(o, ROW_RESUME, "") : option_text(o, ROW_OUT, OUT_DIR);
    document_init(&job.document);
    document_init(&job.since);
    job.outputs = (struct outputs){.dir = job.out_dir, .lock = -1};
    enum exit_code since = read_since(&job);
    enum exit_code code = is_resumed ? take_up(&job) : outputs_clear(cli, &job.outputs);
    if (!code)
        code = since;
    if (!code)
        code = run_job_read(&job);
    if (!code)
        code = meet_target(&job);
    if (!code || job.unreachable)
        code = start_document(&job);
    if (!code && job.unreachable) {
        job.document.run->is_unreachable = true;
        job.document.run->interrupted = job.unreachable;
        code = leave_unrun(&job, "");
    } else if (!code) {
        code = execute(&job);
    }
    if (!code)
        code = document_score(cli, &job.inputs.catalogue, job.has_known ? &job.known : NULL,
                              &job.document);
    if (!code)
        code = close_capture(&job, publish(&job));
    run_job_fini(&job);
    return code;
}

/* Of a run that was to go on nothing is removed, however that was written: any "--re..." but
 * --requirements and --repro. */
static void refused(const struct cli *cli, int argc, const char *const *argv)
{
    for (int i = 0; i < argc; i++)
        if (strncmp(argv[i], "--re", 4) == 0 && strncmp(argv[i], "--req", 5) != 0 &&
            strncmp(argv[i], "--repro", 7) != 0)
            return;
    outputs_forget(cli, argc, argv, OUT_DIR, false);
}

const struct command command_run = {
    .name = "run",
    .operands = "",
    .summary = "assay a target: drive it, judge it, report",
    .example = "  assay run --target exec:./my-adapter --known-failures known.txt --out out\n"
               "  assay run --case 'ratchet/*mac*' --seed 9f3c2a71\n"
               "  assay run --since out --out out --target exec:./my-adapter\n"
               "  assay run --generate 100000 --seed 1 --target exec:./my-adapter\n"
               "  assay run --resume out\n",
    .rules = run_rules,
    .n_rules = N_ROWS,
    .run = run,
    .refused = refused,
};
