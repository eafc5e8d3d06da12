/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/outputs.h"

#include "base/clock.h"
#include "base/files.h"
#include "reports/report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define JOURNAL "results.jsonl"
#define REPRO "repro"
#define KILLED_MS 15000u /* for what is left of a killed run to end */
#define LOOK_EVERY_MS 50
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

/* The repro files, but those that |kept| names; NULL: none. */
static enum status remove_repros(const struct cli *cli, const struct outputs *o,
                                 const struct text_index *kept)
{
    const char *repro = files_join(cli->arena, o->dir, REPRO);
    return repro ? files_remove_in(repro, ".xml", repro_marks, COUNT_OF(repro_marks), kept)
                 : E_NOMEM;
}

static enum status remove_reports(const struct cli *cli, const struct outputs *o)
{
    enum status st = OK;
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = remove_named(cli, o->dir, file_of((enum report_form)form, o->is_of_claims));
    return st;
}

static enum status remove_all(const struct cli *cli, const struct outputs *o)
{
    enum status st = remove_repros(cli, o, NULL);
    if (!st)
        st = remove_named(cli, o->dir, o->is_of_claims ? CLAIMS_JOURNAL : JOURNAL);
    return st ? st : remove_reports(cli, o);
}

/* A directory in which something stands that assay did not write is somebody else's. */
static enum exit_code look_at(const struct cli *cli, const struct outputs *o)
{
    const char *marker = files_join(cli->arena, o->dir, MARKER);
    const char *repro = files_join(cli->arena, o->dir, REPRO);
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

/* Lock the directory, which is open, within |wait_ms|. */
static enum exit_code lock(const struct cli *cli, const struct outputs *o, uint64_t wait_ms)
{
    struct clock clock = clock_monotonic();
    uint64_t until_ms = clock_now_ms(clock) + wait_ms;
    while (flock(o->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return EXIT_CONFORMANT; /* a file system without locks keeps nobody from working */
        if (clock_now_ms(clock) >= until_ms)
            return cli_complain(cli, EXIT_USAGE, "another run of assay writes to %s%s (exit %d)",
                                o->dir, wait_ms ? "" : "; choose another --out", EXIT_USAGE);
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
    return EXIT_CONFORMANT;
}

enum exit_code outputs_take_up(const struct cli *cli, struct outputs *o)
{
    o->lock = open(o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (o->lock < 0)
        return cli_complain_file(cli, EXIT_BAD_INPUT, o->dir, E_IO);
    enum exit_code code = look_at(cli, o);
    return code ? code : lock(cli, o, KILLED_MS);
}

enum exit_code outputs_clear(const struct cli *cli, struct outputs *o)
{
    o->lock = open(o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (o->lock < 0)
        return EXIT_CONFORMANT; /* what is not there holds nothing */
    enum exit_code code = look_at(cli, o);
    if (!code)
        code = lock(cli, o, 0);
    enum status st = code ? OK : remove_all(cli, o);
    if (st)
        code = cli_complain_file(cli, EXIT_TROUBLE, o->dir, st);
    if (code)
        outputs_release(o);
    return code;
}

static enum status make_directories(const struct cli *cli, const struct outputs *o)
{
    const char *repro = files_join(cli->arena, o->dir, REPRO);
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

enum exit_code outputs_continue_journal(const struct cli *cli, const struct outputs *o, size_t len,
                                        FILE **out)
{
    const char *path = outputs_journal(cli, o->dir);
    enum status st = path ? remove_reports(cli, o) : E_NOMEM;
    *out = st ? NULL : files_continue(path, len);
    if (!st && !*out)
        st = E_IO;
    return st ? cli_complain_file(cli, EXIT_TROUBLE, o->dir, st) : EXIT_CONFORMANT;
}

enum exit_code outputs_keep_repros(const struct cli *cli, const struct outputs *o,
                                   const struct record_run *run)
{
    struct text_index kept = {0};
    enum status st = OK;
    for (size_t i = 0; i < run->n_cases && !st; i++) {
        const char *path = run->cases[i].repro;
        if (strncmp(path, REPRO "/", strlen(REPRO "/")) == 0)
            st = text_index_add(&kept, cli->arena, path + strlen(REPRO "/"), i);
    }
    if (!st)
        st = remove_repros(cli, o, &kept);
    text_index_fini(&kept);
    return st ? cli_complain_file(cli, EXIT_TROUBLE, o->dir, st) : EXIT_CONFORMANT;
}

const char *outputs_journal(const struct cli *cli, const char *dir)
{
    return files_join(cli->arena, dir, JOURNAL);
}

/* |document| in one form to options->out_dir/|name|; no name, no file. */
static enum status write_form(const struct cli *cli, const struct document *document,
                              const struct report_options *options, enum report_form form,
                              const char *name)
{
    struct buffer rendered;
    const char *path = name ? files_join(cli->arena, options->out_dir, name) : NULL;
    if (!name)
        return OK;
    buffer_init(&rendered, REPORT_MAX);
    enum status st = path ? report_render(form, document, options, &rendered) : E_NOMEM;
    if (!st)
        st = files_write(path, buffer_bytes(&rendered));
    int why = errno;
    buffer_fini(&rendered);
    errno = why;
    return st;
}

enum exit_code outputs_write(const struct cli *cli, const char *dir,
                             const struct document *document, const struct record_run *since)
{
    const struct report_options options = {.out_dir = dir, .since = since};
    enum status st = OK;
    for (int form = REPORT_NONE + 1; form < N_REPORT && !st; form++)
        st = write_form(cli, document, &options, (enum report_form)form,
                        file_of((enum report_form)form, document->claims != NULL));
    return st ? cli_complain(cli, EXIT_TROUBLE, "%s: the reports could not be written: %s", dir,
                             st == E_IO ? strerror(errno) : status_text(st))
              : EXIT_CONFORMANT;
}
