/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/recorded.h"

#include "base/files.h"

#include <sys/stat.h>

#define PROBLEM_MAX 1024u /* bytes */

static enum exit_code read_text(const struct cli *cli, const char *path, struct bytes json,
                                struct document *out)
{
    struct buffer problem;
    enum exit_code code = EXIT_CONFORMANT;
    buffer_init(&problem, PROBLEM_MAX);
    enum status st = document_read(json, &problem, out);
    if (st == E_PARSE)
        code = cli_complain(cli, EXIT_BAD_INPUT, "%s: %s (exit %d)", path, buffer_text(&problem),
                            EXIT_BAD_INPUT);
    else if (st)
        code = cli_complain_status(cli, path, st);
    else if (!out->run)
        code = cli_complain(cli, EXIT_BAD_INPUT,
                            "%s: claims; the results.json of a run is expected (exit %d)", path,
                            EXIT_BAD_INPUT);
    buffer_fini(&problem);
    return code;
}

enum exit_code recorded_read(const struct cli *cli, const char *path, struct document *out)
{
    struct stat about;
    struct buffer text;
    enum exit_code code;
    document_init(out);
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        path = files_join(cli->arena, path, "results.json");
    if (!path)
        return cli_complain_status(cli, "results", E_NOMEM);
    buffer_init(&text, RECORD_TEXT_MAX);
    enum status st = files_read(path, &text);
    if (st)
        code = cli_complain_file(cli, EXIT_BAD_INPUT, path, st);
    else
        code = read_text(cli, path, buffer_bytes(&text), out);
    buffer_fini(&text);
    return code;
}

enum exit_code recorded_show(const struct cli *cli, struct bytes contents, const char *path)
{
    if (!path) {
        fwrite(contents.data, 1, contents.len, cli->out);
        return EXIT_CONFORMANT;
    }
    enum status st = files_write(path, contents);
    return st ? cli_complain_file(cli, EXIT_TROUBLE, path, st) : EXIT_CONFORMANT;
}
