#include "cli/outputs.h"

#include "cli/files.h"
#include "reports/report.h"

#include <errno.h>

#define JOURNAL "results.jsonl"
#define CLAIMS_JOURNAL "claims.jsonl"
#define LINE_MAX_BYTES (16u * 1024u * 1024u)

/* Remove |dir|/|name|, when there is one; no name, nothing to do. */
static enum status remove_named(const struct cli *cli, const char *dir, const char *name)
{
    const char *path = name ? files_join(cli->arena, dir, name) : NULL;
    if (!name)
        return OK;
    return path ? files_remove(path) : E_NOMEM;
}

enum status outputs_prepare(const struct cli *cli, const char *dir)
{
    const char *repro = files_join(cli->arena, dir, "repro");
    const char *journal = files_join(cli->arena, dir, JOURNAL);
    if (!repro || !journal)
        return E_NOMEM;
    enum status st = files_make_dirs(repro);
    if (!st)
        st = files_remove_in(repro, ".xml");
    if (!st)
        st = files_remove(journal);
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = remove_named(cli, dir, report_form_file((enum report_form)form));
    return st;
}

enum status outputs_start_journal(const struct cli *cli, const char *dir,
                                  const struct record_run *run, FILE **out)
{
    struct buffer line;
    const char *path = files_join(cli->arena, dir, JOURNAL);
    *out = NULL;
    buffer_init(&line, LINE_MAX_BYTES);
    enum status st = path ? form_write(&record_journal_form, run, FORM_LINE, &line) : E_NOMEM;
    if (!st)
        *out = fopen(path, "we");
    if (!st && (!*out || fprintf(*out, "%s\n", buffer_text(&line)) < 0 || fflush(*out) != 0))
        st = E_IO;
    buffer_fini(&line);
    return st;
}

/* What |render| wrote goes to |dir|/|name|. */
static enum status write_file(const struct cli *cli, const char *dir, const char *name,
                              struct buffer *rendered)
{
    const char *path = files_join(cli->arena, dir, name);
    enum status st = path ? files_write(path, buffer_bytes(rendered)) : E_NOMEM;
    int why = errno;
    buffer_fini(rendered);
    errno = why;
    return st;
}

enum status outputs_write(const struct cli *cli, const char *dir, const struct document *document)
{
    enum status st = OK;
    const struct report_options options = {.out_dir = dir};
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++) {
        const char *name = report_form_file((enum report_form)form);
        struct buffer rendered;
        buffer_init(&rendered, REPORT_MAX);
        if (name && !(st = report_render((enum report_form)form, document, &options, &rendered)))
            st = write_file(cli, dir, name, &rendered);
        buffer_fini(&rendered);
    }
    return st;
}

/* ---- a claims run */

enum status outputs_prepare_claims(const struct cli *cli, const char *dir)
{
    const char *repro = files_join(cli->arena, dir, "repro");
    enum status st = repro ? files_make_dirs(repro) : E_NOMEM;
    if (!st)
        st = files_remove_in(repro, ".xml");
    if (!st)
        st = remove_named(cli, dir, CLAIMS_JOURNAL);
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = remove_named(cli, dir, report_claims_file((enum report_form)form));
    return st;
}

enum status outputs_write_claims(const struct cli *cli, const char *dir, json_t *document)
{
    enum status st = OK;
    const struct report_options options = {.out_dir = dir};
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++) {
        const char *name = report_claims_file((enum report_form)form);
        struct buffer rendered;
        buffer_init(&rendered, REPORT_MAX);
        if (name &&
            !(st = report_render_claims((enum report_form)form, document, &options, &rendered)))
            st = write_file(cli, dir, name, &rendered);
        buffer_fini(&rendered);
    }
    return st;
}
