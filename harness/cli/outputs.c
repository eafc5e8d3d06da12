#include "cli/outputs.h"

#include "base/files.h"
#include "reports/report.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define JOURNAL "results.jsonl"
#define CLAIMS_JOURNAL "claims.jsonl"
#define MARKER ".assay"
#define MARKER_TEXT                                                                                \
    "assay writes into this directory, and removes from it what an earlier run of assay wrote.\n"

/* What only the repro files and counter-examples of assay have near their beginning. */
static const char *const repro_marks[] = {" origin=\"", "<counterexample "};

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

static enum status remove_all(const struct cli *cli, const struct outputs *o)
{
    const char *repro = files_join(cli->arena, o->dir, "repro");
    enum status st = E_NOMEM;
    if (repro)
        st = files_remove_in(repro, ".xml", repro_marks,
                             sizeof(repro_marks) / sizeof(repro_marks[0]));
    if (!st)
        st = remove_named(cli, o->dir, o->is_of_claims ? CLAIMS_JOURNAL : JOURNAL);
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = remove_named(cli, o->dir, file_of((enum report_form)form, o->is_of_claims));
    return st;
}

/* A directory in which something stands that assay did not write is somebody else's. */
static enum exit_code look_at(const struct cli *cli, const struct outputs *o)
{
    const char *marker = files_join(cli->arena, o->dir, MARKER);
    const char *repro = files_join(cli->arena, o->dir, "repro");
    if (!marker || !repro)
        return cli_complain_file(cli, EXIT_TROUBLE, o->dir, E_NOMEM);
    if (!files_is_plain(marker) && !files_is_free(o->dir, MARKER))
        return cli_complain(cli, EXIT_USAGE,
                            "%s holds files that assay did not write: nothing in it was touched; "
                            "give --out a new directory, or an empty one",
                            o->dir);
    if (files_is_link(repro))
        return cli_complain(cli, EXIT_TROUBLE,
                            "%s is a symbolic link, and assay writes through none: remove it",
                            repro);
    return EXIT_CONFORMANT;
}

enum exit_code outputs_clear(const struct cli *cli, struct outputs *o)
{
    o->lock = open(o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (o->lock < 0)
        return EXIT_CONFORMANT; /* what is not there holds nothing */
    enum exit_code code = look_at(cli, o);
    /* a file system without locks keeps nobody from working */
    if (!code && flock(o->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        code = cli_complain(cli, EXIT_USAGE,
                            "another run of assay writes to %s; choose another --out (exit %d)",
                            o->dir, EXIT_USAGE);
    enum status st = code ? OK : remove_all(cli, o);
    if (st)
        code = cli_complain_file(cli, EXIT_TROUBLE, o->dir, st);
    if (code)
        outputs_release(o);
    return code;
}

static enum status make_directories(const struct cli *cli, const struct outputs *o)
{
    const char *repro = files_join(cli->arena, o->dir, "repro");
    const char *marker = files_join(cli->arena, o->dir, MARKER);
    enum status st = repro && marker ? files_make_dirs(repro) : E_NOMEM;
    if (!st && !files_is_plain(marker))
        st = files_write(marker, bytes_of_text(MARKER_TEXT));
    return st;
}

enum exit_code outputs_prepare(const struct cli *cli, struct outputs *o)
{
    enum status st = files_make_dirs(o->dir);
    if (st)
        return cli_complain_file(cli, EXIT_TROUBLE, o->dir, st);
    enum exit_code code = o->lock < 0 ? outputs_clear(cli, o) : EXIT_CONFORMANT;
    if (!code && (st = make_directories(cli, o)))
        code = cli_complain_file(cli, EXIT_TROUBLE, o->dir, st);
    return code;
}

void outputs_release(struct outputs *o)
{
    if (o->lock >= 0)
        close(o->lock);
    o->lock = -1;
}

void outputs_forget(const struct cli *cli, int argc, const char *const *argv, const char *otherwise,
                    bool is_of_claims)
{
    struct outputs o = {.dir = otherwise, .is_of_claims = is_of_claims, .lock = -1};
    for (int i = 0; i < argc; i++)
        if (strncmp(argv[i], "--out=", 6) == 0)
            o.dir = argv[i] + 6;
        else if (strcmp(argv[i], "--out") == 0 && i + 1 < argc)
            o.dir = argv[i + 1];
    (void)!outputs_clear(cli, &o);
    outputs_release(&o);
}

enum exit_code outputs_start_journal(const struct cli *cli, const struct outputs *o,
                                     const struct record_run *run, FILE **out)
{
    const char *path = files_join(cli->arena, o->dir, o->is_of_claims ? CLAIMS_JOURNAL : JOURNAL);
    *out = path ? files_create(path) : NULL;
    enum status st = *out ? OK : path ? E_IO : E_NOMEM;
    if (!st && run)
        st = form_print(&record_journal_form, run, FORM_LINE, *out);
    return st ? cli_complain_file(cli, EXIT_TROUBLE, o->dir, st) : EXIT_CONFORMANT;
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

enum exit_code outputs_write(const struct cli *cli, const char *dir,
                             const struct document *document)
{
    enum status st = OK;
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = write_form(cli, dir, document, (enum report_form)form,
                        file_of((enum report_form)form, document->claims != NULL));
    return st ? cli_complain(cli, EXIT_TROUBLE, "%s: the reports could not be written: %s", dir,
                             st == E_IO ? strerror(errno) : status_text(st))
              : EXIT_CONFORMANT;
}
