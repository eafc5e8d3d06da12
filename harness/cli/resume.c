/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/resume.h"

#include "base/files.h"
#include "cli/outputs.h"
#include "cli/run_command.h"
#include "record/kept.h"
#include "run/run.h"

#include <string.h>

#define PROBLEM_MAX 1024u /* bytes */

static enum exit_code read_text(const struct cli *cli, const char *path, struct bytes text,
                                struct resume *out)
{
    struct buffer problem;
    buffer_init(&problem, PROBLEM_MAX);
    enum status st = journal_read(text, &problem, &out->document, &out->journal);
    if (!st && out->journal.ends[0] == 0) {
        buffer_append_text(&problem, "it ends within its first line");
        st = E_PARSE;
    }
    enum exit_code code = EXIT_CONFORMANT;
    if (st == E_PARSE)
        code = cli_complain(cli, EXIT_BAD_INPUT, "%s: %s (exit %d)", path, buffer_text(&problem),
                            EXIT_BAD_INPUT);
    else if (st)
        code = cli_complain_status(cli, path, st);
    buffer_fini(&problem);
    return code;
}

enum exit_code resume_read(const struct cli *cli, const char *dir, struct resume *out)
{
    struct buffer text;
    const char *path = outputs_journal(cli, dir);
    *out = (struct resume){.dir = dir};
    document_init(&out->document);
    if (!path)
        return cli_complain_status(cli, dir, E_NOMEM);
    buffer_init(&text, RECORD_TEXT_MAX);
    enum status st = files_read(path, &text);
    enum exit_code code = st ? cli_complain_file(cli, EXIT_BAD_INPUT, path, st)
                             : read_text(cli, path, buffer_bytes(&text), out);
    buffer_fini(&text);
    return code;
}

void resume_fini(struct resume *r)
{
    if (r->dir)
        document_fini(&r->document);
    r->dir = NULL;
}

enum exit_code resume_same_run(const struct cli *cli, const struct record_run *run, const char *dir,
                               const struct record_run *other, const char *other_dir)
{
    /* commands are compared last: what they differ in has a name of its own, mostly */
    struct record_run parts[] = {*run, *other};
    struct buffer what;
    if (strcmp(run->commit, other->commit) != 0)
        return cli_complain(cli, EXIT_USAGE, "%s is of another build of assay than %s (exit %d)",
                            dir, other_dir, EXIT_USAGE);
    buffer_init(&what, 2 * PROBLEM_MAX);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        parts[i].selection.shard = parts[i].selection.shards = 0;
        parts[i].interrupted = "";
        parts[i].command = (struct record_texts){NULL, 0};
    }
    enum status st = form_difference(&record_header_form, &parts[0], &parts[1], &what);
    if (!st && what.len == 0) {
        parts[0].command = run_command_without(&run->command, "shard", cli->arena);
        parts[1].command = run_command_without(&other->command, "shard", cli->arena);
        st = form_difference(&record_header_form, &parts[0], &parts[1], &what);
    }
    enum exit_code code = EXIT_CONFORMANT;
    if (st)
        code = cli_complain_status(cli, dir, st);
    else if (what.len)
        code = cli_complain(cli, EXIT_USAGE, "%s differs from %s in %s (exit %d)", dir, other_dir,
                            cli_tame(cli, buffer_text(&what)), EXIT_USAGE);
    buffer_fini(&what);
    return code;
}

/* Does the run that came to its end keep only some of the repro files that its journal names? */
static bool keeps_some(const struct resume *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->journal.n_lines; i++)
        n += r->journal.lines[i].result.repro[0] != 0;
    return r->journal.is_ended && n > KEPT_REPROS && !kept_all_repros(r->document.run);
}

/* The first line that names a repro file which should be there and is not: its case is done
 * again. */
static size_t count_with_repros(const struct cli *cli, const struct resume *r)
{
    size_t n = keeps_some(r) ? r->journal.n_lines : 0;
    for (; n < r->journal.n_lines; n++) {
        const char *repro = r->journal.lines[n].result.repro;
        const char *path = repro[0] ? files_join(cli->arena, r->dir, repro) : NULL;
        if (repro[0] && (!path || !files_is_plain(path)))
            break;
    }
    return n;
}

enum exit_code resume_compare(const struct cli *cli, const struct record_run *now,
                              const struct plan *plan, bool shares, struct resume *r)
{
    const struct record_run *before = r->document.run;
    enum exit_code code = resume_same_run(cli, now, "this run", before, r->dir);
    if (code)
        return code;
    if (before->planned != now->planned || before->selection.shard != now->selection.shard ||
        before->selection.shards != now->selection.shards)
        return cli_complain(cli, EXIT_USAGE, "this run has other cases than %s (exit %d)", r->dir,
                            EXIT_USAGE);
    enum status st =
        run_count_done(plan, shares, r->journal.lines, count_with_repros(cli, r), &r->n_done);
    if (st == E_MISSING)
        return cli_complain(cli, EXIT_USAGE,
                            "line %zu of the journal in %s is not of this run (exit %d)",
                            r->n_done + 2, r->dir, EXIT_USAGE);
    r->n_bytes = st ? 0 : r->journal.ends[r->n_done];
    return st ? cli_complain_status(cli, "resuming", st) : EXIT_CONFORMANT;
}
