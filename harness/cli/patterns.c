/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/patterns.h"

#include "base/files.h"

#include <errno.h>
#include <string.h>

#define LINE_MAX_LEN 1024u
#define BLANKS " \t\r\n"

struct reading {
    const struct cli *cli;
    const char **texts; /* PATTERNS_MAX of them */
    size_t n;
    const char *file; /* as the user named it */
    unsigned line;
};

static enum exit_code wrong(const struct reading *r, const char *what)
{
    return cli_complain(r->cli, EXIT_BAD_INPUT, "%s:%u: %s", cli_tame(r->cli, r->file), r->line,
                        what);
}

static enum exit_code add(struct reading *r, const char *pattern)
{
    const char *kept = arena_text(r->cli->arena, pattern);
    if (!kept)
        return cli_complain_status(r->cli, "patterns", E_NOMEM);
    if (r->n == PATTERNS_MAX)
        return cli_complain(r->cli, EXIT_BAD_INPUT, "more than %u patterns", PATTERNS_MAX);
    r->texts[r->n++] = kept;
    return EXIT_CONFORMANT;
}

/* The pattern of a line, which is cut in place; "" for none. */
static char *pattern_of(char *line)
{
    line += strspn(line, BLANKS);
    if (*line == '#')
        return line + strlen(line);
    for (char *hash = strchr(line, '#'); hash; hash = strchr(hash + 1, '#'))
        if (hash > line && strchr(BLANKS, hash[-1])) {
            *hash = '\0';
            break;
        }
    size_t len = strlen(line);
    while (len && strchr(BLANKS, line[len - 1]))
        line[--len] = '\0';
    return line;
}

static enum exit_code read_lines(struct reading *r, FILE *file)
{
    char text[LINE_MAX_LEN];
    size_t len;
    enum exit_code code = EXIT_CONFORMANT;
    while (!code && files_read_line(file, text, sizeof(text), &len)) {
        r->line++;
        if (strlen(text) != len)
            return wrong(r, "a NUL byte stands in the line");
        if (len == sizeof(text) - 1 && text[len - 1] != '\n')
            return wrong(r, "the line is longer than 1022 bytes");
        char *pattern = pattern_of(text);
        if (pattern[strcspn(pattern, BLANKS)] != '\0')
            return wrong(r, "one pattern is expected, as ratchet/*mac*, without white space");
        if (*pattern)
            code = add(r, pattern);
    }
    if (!code && ferror(file))
        code = cli_complain_file(r->cli, EXIT_BAD_INPUT, r->file, E_IO);
    return code;
}

static enum exit_code read_file(struct reading *r, bool may_be_empty)
{
    size_t before = r->n;
    FILE *file = fopen(r->file, "r");
    if (!file)
        return cli_complain_file(r->cli, EXIT_BAD_INPUT, r->file, E_IO);
    r->line = 0;
    enum exit_code code = read_lines(r, file);
    (void)fclose(file);
    if (!code && r->n == before && !may_be_empty)
        code = cli_complain(r->cli, EXIT_BAD_INPUT, "%s: no pattern stands in it",
                            cli_tame(r->cli, r->file));
    return code;
}

enum exit_code patterns_read(const struct cli *cli, const struct option_values *given,
                             bool may_be_empty, struct patterns *out)
{
    enum exit_code code = EXIT_CONFORMANT;
    struct reading r = {.cli = cli, .texts = arena_array(cli->arena, PATTERNS_MAX, sizeof(char *))};
    const char **files = arena_array(cli->arena, given->count + 1, sizeof(*files));
    size_t n_files = 0;
    memset(out, 0, sizeof(*out));
    if (!r.texts || !files)
        return cli_complain_status(cli, "patterns", E_NOMEM);
    for (size_t i = 0; i < given->count && !code; i++) {
        if (given->values[i][0] != '@') {
            code = add(&r, given->values[i]);
            continue;
        }
        r.file = files[n_files++] = given->values[i] + 1;
        code = read_file(&r, may_be_empty);
    }
    out->texts = (struct record_texts){r.texts, r.n};
    out->files = (struct record_texts){files, n_files};
    return code;
}

enum exit_code patterns_read_best(const struct cli *cli, struct patterns *out)
{
    const char *path = files_join(cli->arena, cli->data_dir, "suites/budget.txt");
    const char *value = path ? arena_printf(cli->arena, "@%s", path) : NULL;
    if (!value)
        return cli_complain_status(cli, "suites/budget.txt", E_NOMEM);
    return patterns_read(cli, &(struct option_values){.values = {value}, .count = 1}, false, out);
}
