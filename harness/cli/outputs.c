#include "cli/outputs.h"

#include "cli/files.h"
#include "reports/report.h"

#include <errno.h>

#define JOURNAL "results.jsonl"
#define CLAIMS_JOURNAL "claims.jsonl"

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

enum status outputs_start_journal(const struct cli *cli, const char *dir, json_t *header,
                                  FILE **out)
{
    enum status st = OK;
    const char *path = files_join(cli->arena, dir, JOURNAL);
    json_t *line = json_pack("{s:s, s:O}", "format", "assay-results-1", "header", header);
    *out = NULL;
    if (!path || !line) {
        st = E_NOMEM;
        goto out;
    }
    *out = fopen(path, "we");
    if (!*out || json_dumpf(line, *out, JSON_COMPACT) || fputc('\n', *out) == EOF ||
        fflush(*out) != 0)
        st = E_IO;
out:
    json_decref(line);
    return st;
}

/* |results| in one form to |dir|/|name|; no name, no file. */
static enum status write_form(const struct cli *cli, const char *dir, json_t *results,
                              enum report_form form, const char *name)
{
    struct buffer rendered;
    struct report_options options = {.out_dir = dir};
    if (!name)
        return OK;
    const char *path = files_join(cli->arena, dir, name);
    buffer_init(&rendered, REPORT_MAX);
    enum status st = path ? report_render(form, results, &options, &rendered) : E_NOMEM;
    if (!st)
        st = files_write(path, buffer_bytes(&rendered));
    int why = errno;
    buffer_fini(&rendered);
    errno = why;
    return st;
}

enum status outputs_write(const struct cli *cli, const char *dir, json_t *results)
{
    enum status st = OK;
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = write_form(cli, dir, results, (enum report_form)form,
                        report_form_file((enum report_form)form));
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
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = write_form(cli, dir, document, (enum report_form)form,
                        report_claims_file((enum report_form)form));
    return st;
}
