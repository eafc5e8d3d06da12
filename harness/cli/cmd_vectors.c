/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay vectors - canned bytes are what the manifest says they are; and made anew.
 */
#include "base/crypto.h"
#include "base/files.h"
#include "base/hex.h"
#include "cli/commands.h"
#include "cli/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANIFEST_MAX (1024u * 1024u)
#define VECTOR_MAX (64u * 1024u * 1024u)
#define VECTORS_MAX 4096u

static const char *const generators[] = {"assay-vectors-generate", "assay-vectors-content",
                                         "assay-vectors-publish"};

enum row { ROW_QUIET, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_QUIET] = FLAG_OPTION("quiet", "print only what is wrong"),
};

enum column {
    COLUMN_DIGEST,
    COLUMN_PATH,
    COLUMN_ORIGIN,
    COLUMN_LICENCE,
    COLUMN_GENERATOR,
    N_COLUMNS
};

struct check {
    const struct cli *cli;
    const char *dir;      /* vectors */
    const char *manifest; /* its MANIFEST */
    const char *listed[VECTORS_MAX];
    size_t n_listed;
    struct diags diags;
};

/* Split |line| at its tabs, in place. False: not exactly N_COLUMNS columns, or an empty one. */
static bool split(char *line, const char *columns[N_COLUMNS])
{
    size_t n = 0;
    for (char *at = line; at; n++) {
        char *tab = strchr(at, '\t');
        if (tab)
            *tab++ = '\0';
        if (n == N_COLUMNS || *at == '\0')
            return false;
        columns[n] = at;
        at = tab;
    }
    return n == N_COLUMNS;
}

static void check_file(struct check *c, unsigned line, const char *path, const char *expected)
{
    struct buffer contents;
    uint8_t digest[32];
    const char *full = files_join(c->cli->arena, c->dir, path);
    buffer_init(&contents, VECTOR_MAX);
    enum status st = full ? files_read(full, &contents) : E_NOMEM;
    if (st) {
        diags_add(&c->diags, c->manifest, line, "%s: %s", path,
                  st == E_IO ? strerror(errno) : status_text(st));
    } else if (crypto_sha256(buffer_bytes(&contents), digest)) {
        diags_add(&c->diags, c->manifest, line, "%s: its digest could not be computed", path);
    } else {
        const char *actual = hex_text(c->cli->arena, bytes_of(digest, sizeof(digest)));
        if (!actual || strcmp(actual, expected) != 0)
            diags_add(&c->diags, c->manifest, line, "%s: its SHA-256 is %s, expected %s", path,
                      actual ? actual : "unknown", expected);
    }
    buffer_fini(&contents);
}

static bool is_inside(const char *path) { return path[0] != '/' && strstr(path, "..") == NULL; }

static void check_line(struct check *c, unsigned number, char *line)
{
    const char *columns[N_COLUMNS];
    if (line[0] == '\0' || line[0] == '#')
        return;
    if (!split(line, columns)) {
        diags_add(&c->diags, c->manifest, number,
                  "expected five columns, a tab between: sha256, path, origin, licence, generator");
    } else if (strlen(columns[COLUMN_DIGEST]) != 64) {
        diags_add(&c->diags, c->manifest, number, "expected a SHA-256 of 64 hexadecimal digits");
    } else if (!is_inside(columns[COLUMN_PATH])) {
        diags_add(&c->diags, c->manifest, number, "%.256s: expected a path below vectors/",
                  columns[COLUMN_PATH]);
    } else if (c->n_listed == VECTORS_MAX) {
        diags_add(&c->diags, c->manifest, number, "more than %u vectors", VECTORS_MAX);
    } else {
        c->listed[c->n_listed++] = columns[COLUMN_PATH];
        check_file(c, number, columns[COLUMN_PATH], columns[COLUMN_DIGEST]);
    }
}

static bool is_listed(const struct check *c, const char *path)
{
    for (size_t i = 0; i < c->n_listed; i++) {
        if (strcmp(c->listed[i], path) == 0)
            return true;
    }
    return false;
}

/* Nothing unlisted is used, so nothing unlisted lies where it could be. */
static void check_unlisted(struct check *c, const char *folder)
{
    const char *path = files_join(c->cli->arena, c->dir, folder);
    DIR *dir = path ? opendir(path) : NULL;
    if (!dir)
        return;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        const char *name = files_join(c->cli->arena, folder, entry->d_name);
        struct stat file;
        if (!name || fstatat(dirfd(dir), entry->d_name, &file, 0) != 0 || !S_ISREG(file.st_mode))
            continue;
        if (!is_listed(c, name))
            diags_add(&c->diags, c->manifest, 0, "%s is not listed", name);
    }
    closedir(dir);
}

static enum exit_code check_all(struct check *c)
{
    struct buffer text;
    buffer_init(&text, MANIFEST_MAX);
    enum status st = files_read(c->manifest, &text);
    const char *why = st == E_IO ? strerror(errno) : status_text(st);
    char *line = st ? NULL : arena_text(c->cli->arena, buffer_text(&text));
    buffer_fini(&text);
    if (!line)
        return cli_complain(c->cli, EXIT_BAD_INPUT, "%s: %s", c->manifest, why);
    for (unsigned number = 1; line; number++) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        check_line(c, number, line);
        line = end;
    }
    check_unlisted(c, "conversations");
    check_unlisted(c, "content");
    check_unlisted(c, "published");
    return EXIT_CONFORMANT;
}

static enum exit_code check(const struct cli *cli, bool is_quiet)
{
    struct check c = {.cli = cli, .dir = files_join(cli->arena, cli->data_dir, "vectors")};
    c.manifest = c.dir ? files_join(cli->arena, c.dir, "MANIFEST") : NULL;
    if (!c.manifest)
        return cli_complain_status(cli, "vectors", E_NOMEM);
    diags_init(&c.diags);
    enum exit_code code = check_all(&c);
    if (!code && c.diags.count > 0)
        code = cli_complain_input(cli, &c.diags, "the vectors are not what their manifest says");
    else if (!code && !is_quiet)
        fprintf(cli->out, "%zu vectors, each as listed in %s\n", c.n_listed, c.manifest);
    diags_fini(&c.diags);
    return code;
}

/* A generator is a program of its own: one links libsignal-protocol-c's session code, which assay
 * must not. */
static enum exit_code run_generator(const struct cli *cli, const char *name, const char *dir)
{
    int how = 0;
    const char *program = files_join(cli->arena, cli->bin_dir, name);
    if (!program)
        return cli_complain_status(cli, name, E_NOMEM);
    fflush(cli->out);
    pid_t child = fork();
    if (child == 0) {
        execl(program, program, dir, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &how, 0) != child)
        return cli_complain(cli, EXIT_TROUBLE, "%s: %s", program, strerror(errno));
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return EXIT_CONFORMANT;
    return cli_complain(cli, EXIT_TROUBLE, "%s did not succeed%s", program,
                        WIFEXITED(how) && WEXITSTATUS(how) == 127 ? ": it is not there" : "");
}

static enum exit_code generate(const struct cli *cli, const char *dir)
{
    enum exit_code code = EXIT_CONFORMANT;
    for (size_t i = 0; !code && i < COUNT_OF(generators); i++)
        code = run_generator(cli, generators[i], dir);
    return code;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    const char *act = o->operands[0];
    if (strcmp(act, "check") == 0 && o->n_operands == 1)
        return check(cli, option_given(o, ROW_QUIET));
    if (strcmp(act, "generate") == 0 && o->n_operands == 2)
        return generate(cli, o->operands[1]);
    return cli_complain(cli, EXIT_USAGE,
                        "usage: assay vectors check, or assay vectors generate DIR");
}

const struct command command_vectors = {
    .name = "vectors",
    .operands = "check|generate",
    .summary = "canned vectors: verify their digests, or generate them anew",
    .example = "  assay vectors check\n  assay vectors generate /tmp/vectors\n",
    .least_operands = 1,
    .most_operands = 2,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
