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

static const char *file_of(enum report_form form, bool is_of_claims)
{
    return is_of_claims ? report_claims_file(form) : report_form_file(form);
}

enum status outputs_prepare(const struct cli *cli, const char *dir, bool is_of_claims)
{
    const char *repro = files_join(cli->arena, dir, "repro");
    enum status st = repro ? files_make_dirs(repro) : E_NOMEM;
    if (!st)
        st = files_remove_in(repro, ".xml");
    if (!st)
        st = remove_named(cli, dir, is_of_claims ? CLAIMS_JOURNAL : JOURNAL);
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = remove_named(cli, dir, file_of((enum report_form)form, is_of_claims));
    return st;
}

enum status outputs_start_journal(const struct cli *cli, const char *dir,
                                  const struct record_run *run, FILE **out)
{
    const char *path = files_join(cli->arena, dir, JOURNAL);
    *out = path ? fopen(path, "we") : NULL;
    if (!*out)
        return path ? E_IO : E_NOMEM;
    return form_print(&record_journal_form, run, FORM_LINE, *out);
}

/* |document| in one form to |dir|/|name|; no name, no file. */
static enum status write_form(const struct cli *cli, const char *dir,
                              const struct document *document, enum report_form form,
                              const char *name)
{
    struct buffer rendered;
    const struct report_options options = {.out_dir = dir};
    const char *path = name ? files_join(cli->arena, dir, name) : NULL;
    if (!name)
        return OK;
    buffer_init(&rendered, REPORT_MAX);
    enum status st = path ? report_render(form, document, &options, &rendered) : E_NOMEM;
    if (!st)
        st = files_write(path, buffer_bytes(&rendered));
    int why = errno;
    buffer_fini(&rendered);
    errno = why;
    return st;
}

enum status outputs_write(const struct cli *cli, const char *dir, const struct document *document)
{
    enum status st = OK;
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = write_form(cli, dir, document, (enum report_form)form,
                        file_of((enum report_form)form, document->claims != NULL));
    return st;
}
