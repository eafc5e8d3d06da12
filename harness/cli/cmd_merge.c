/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay merge - the shards of a run, put together as if it had been run in one piece.
 */
#include "base/files.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/inputs.h"
#include "cli/journal.h"
#include "cli/outputs.h"
#include "cli/run_command.h"
#include "cli/scoreboard.h"
#include "cli/shards.h"
#include "cli/versions.h"
#include "scenario/suite_reader.h"

#include <string.h>

#define REPRO "repro/"
#define SUITES "suites/"
#define PROBLEM_MAX 1024u /* bytes */

enum row { ROW_QUIET, ROW_JSON, ROW_NO_COLOR, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_QUIET] = FLAG_OPTION("quiet", "print only what is wrong"),
    [ROW_JSON] = FLAG_OPTION("json", "print results.json to standard output, and nothing else"),
    [ROW_NO_COLOR] = FLAG_OPTION("no-color", "no colours; NO_COLOR does the same"),
};

/* Everything lives until merging_fini. */
struct merging {
    const struct cli *cli;
    const struct options *o;
    const char *out_dir;
    struct outputs outputs;
    struct shards shards;
    struct document document;
    struct inputs inputs;
    struct known_failures known;
    bool has_known;
    FILE *journal;
};

static void merging_fini(struct merging *m)
{
    if (m->journal)
        fclose(m->journal);
    outputs_release(&m->outputs);
    document_fini(&m->document);
    shards_fini(&m->shards);
    known_failures_free(&m->known);
    inputs_fini(&m->inputs);
}

/* Is there the journal of a shard in |dir|? Its first line says so. */
static bool holds_shard(const struct cli *cli, const char *dir)
{
    const char *path = outputs_journal(cli, dir);
    struct buffer text, problem;
    struct document document;
    bool is_shard = false;
    buffer_init(&text, RECORD_TEXT_MAX);
    buffer_init(&problem, PROBLEM_MAX);
    if (path && files_read(path, &text) == OK && text.len > 0) {
        struct bytes line = buffer_bytes(&text);
        const uint8_t *end = memchr(line.data, '\n', line.len);
        if (end)
            line.len = (size_t)(end - line.data);
        is_shard = journal_read(line, &problem, &document, NULL) == OK &&
                   document.run->selection.shards > 0;
        document_fini(&document);
    }
    buffer_fini(&text);
    buffer_fini(&problem);
    return is_shard;
}

/* What is written to must not be what is read, nor a shard that stands where OUT was forgotten. */
static enum exit_code check_places(const struct cli *cli, const struct options *o)
{
    if (!holds_shard(cli, o->operands[0]))
        return EXIT_CONFORMANT;
    return cli_complain(cli, EXIT_USAGE,
                        "%s holds a shard: nothing in it was touched; the first directory is a new "
                        "one, for the whole (exit %d)",
                        o->operands[0], EXIT_USAGE);
}

static enum exit_code check_file(const struct merging *m, const char *path)
{
    if (document_is_unchanged(m->cli, m->document.run, path))
        return EXIT_CONFORMANT;
    return cli_complain(m->cli, EXIT_BAD_INPUT,
                        "%s is not there as it was when the shards were run (exit %d)",
                        cli_tame(m->cli, path), EXIT_BAD_INPUT);
}

/* What was shipped when the shards were run, also what is gone by now: suites, requirements, the
 * requirement set. A folder of the user's can have that name, too. */
static enum exit_code check_recorded(const struct merging *m)
{
    const struct record_run *run = m->document.run;
    enum exit_code code = EXIT_CONFORMANT;
    for (size_t i = 0; i < run->n_digests && !code; i++) {
        const char *name = run->digests[i].name;
        const char *shipped = files_join(m->cli->arena, m->cli->data_dir, name);
        if (!shipped)
            code = cli_complain_status(m->cli, name, E_NOMEM);
        else if (strncmp(name, SUITES, strlen(SUITES)) == 0 &&
                 !document_is_unchanged(m->cli, run, shipped))
            code = check_file(m, name);
    }
    return code;
}

/* Another assay can come to other sums of the same executions. */
static enum exit_code check_build(const struct merging *m)
{
    const struct record_run *run = m->document.run;
    if (strcmp(run->assay, ASSAY_VERSION) == 0 && strcmp(run->commit, commit_id) == 0)
        return EXIT_CONFORMANT;
    return cli_complain(m->cli, EXIT_USAGE,
                        "the shards were run by another build of assay than this one (exit %d)",
                        EXIT_USAGE);
}

/* The suites and known failures by which the shards were judged. */
static enum exit_code read_inputs(struct merging *m)
{
    const struct record_run *run = m->document.run;
    struct inputs *in = &m->inputs;
    const char *known = run->selection.known_failures;
    const struct record_texts dirs =
        run_command_values(&run->command, "suite-dir", &m->document.arena);
    enum exit_code code = check_build(m);
    if (!code)
        code = check_recorded(m);
    if (!code)
        code = inputs_load(m->cli, dirs.items, dirs.n, in);
    for (size_t i = 0; i < in->catalogue.n_requirement_files && !code; i++)
        code = check_file(m, in->catalogue.requirement_files[i]);
    for (size_t i = 0; i < in->catalogue.n_suites && !code; i++)
        code = check_file(m, in->catalogue.suites[i]->file);
    if (code || !known[0])
        return code;
    if ((code = check_file(m, known)))
        return code;
    enum status st = known_failures_load(known, &m->known, &in->diags);
    m->has_known = !st;
    return cli_conclude(m->cli, st, "known failures", &in->diags, "nothing merged");
}

/* ---- what is written */

/* The name of a repro file as assay gives it, below repro/; NULL for none. */
static const char *repro_name(const char *path)
{
    const char *name = path + strlen(REPRO);
    bool is_one =
        strncmp(path, REPRO, strlen(REPRO)) == 0 && name[0] && name[0] != '.' && !strchr(name, '/');
    return is_one ? name : NULL;
}

static enum exit_code copy_repro(const struct merging *m, const char *from_dir,
                                 const struct record_case *c)
{
    struct buffer text;
    const char *from = files_join(m->cli->arena, from_dir, c->repro);
    const char *to = files_join(m->cli->arena, m->out_dir, c->repro);
    if (!from || !to)
        return cli_complain_status(m->cli, "repro files", E_NOMEM);
    if (!repro_name(c->repro))
        return cli_complain(m->cli, EXIT_BAD_INPUT, "%s: %s names no repro file: %s (exit %d)",
                            from_dir, cli_tame(m->cli, c->id), cli_tame(m->cli, c->repro),
                            EXIT_BAD_INPUT);
    buffer_init(&text, SUITE_REPRO_FILE_MAX);
    enum status st = files_read(from, &text);
    enum exit_code code = EXIT_CONFORMANT;
    if (st)
        code = cli_complain_file(m->cli, EXIT_BAD_INPUT, from, st);
    else if ((st = files_write(to, buffer_bytes(&text))))
        code = cli_complain_file(m->cli, EXIT_TROUBLE, to, st);
    buffer_fini(&text);
    return code;
}

static enum exit_code copy_repros(const struct merging *m)
{
    enum exit_code code = EXIT_CONFORMANT;
    for (size_t i = 0; i < m->shards.n && !code; i++) {
        const struct resume *shard = &m->shards.items[i];
        for (size_t k = 0; k < shard->journal.n_lines && !code; k++)
            if (shard->journal.lines[k].result.repro[0])
                code = copy_repro(m, shard->dir, &shard->journal.lines[k].result);
    }
    return code;
}

/* The same journal that the run in one piece would have. */
static enum exit_code write_journal(struct merging *m)
{
    enum exit_code code = outputs_start_journal(m->cli, &m->outputs, m->document.run, &m->journal);
    enum status st = OK;
    for (size_t i = 0; i < m->shards.n_lines && !code && !st; i++)
        st = form_print(&record_line_form, &m->shards.lines[i], FORM_LINE, m->journal);
    if (!code && !st)
        st = form_print(&record_ending_form, m->document.run, FORM_LINE, m->journal);
    return st ? cli_complain_file(m->cli, EXIT_TROUBLE, m->out_dir, st) : code;
}

static enum exit_code publish(struct merging *m)
{
    const struct scoreboard_options options = {
        .is_quiet = option_given(m->o, ROW_QUIET),
        .is_json = option_given(m->o, ROW_JSON),
        .wants_no_color = option_given(m->o, ROW_NO_COLOR),
        .out_dir = m->out_dir,
    };
    enum exit_code code = outputs_prepare(m->cli, &m->outputs);
    if (!code)
        code = copy_repros(m);
    if (!code)
        code = write_journal(m);
    if (!code)
        code = document_score(m->cli, &m->inputs.catalogue, m->has_known ? &m->known : NULL,
                              &m->document);
    if (!code)
        code = outputs_write(m->cli, m->out_dir, &m->document, NULL);
    if (!code)
        code = outputs_keep_repros(m->cli, &m->outputs, m->document.run);
    return code ? code : scoreboard_print(m->cli, &m->document, &options);
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct merging m = {.cli = cli, .o = o, .out_dir = o->operands[0]};
    m.outputs = (struct outputs){.dir = m.out_dir, .lock = -1};
    document_init(&m.document);
    enum exit_code code = check_places(cli, o);
    if (!code)
        code = shards_join(cli, o->operands + 1, o->n_operands - 1, &m.shards, &m.document);
    if (!code)
        code = read_inputs(&m);
    if (!code) /* only now: what cannot be merged costs no older results */
        code = outputs_clear(cli, &m.outputs);
    if (!code)
        code = publish(&m);
    merging_fini(&m);
    return code;
}

const struct command command_merge = {
    .name = "merge",
    .operands = "OUT DIR ...",
    .summary = "the shards of a run put together, as if it had been run in one piece",
    .example = "  assay run --shard 1/2 --seed 9f3c2a71 --out one\n"
               "  assay run --shard 2/2 --seed 9f3c2a71 --out two\n"
               "  assay merge whole one two\n\n"
               "  Its exit code is the run's.\n",
    .least_operands = 2,
    .most_operands = OPERANDS_MAX,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
