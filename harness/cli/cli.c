/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "reports/escape.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum exit_code cli_complain(const struct cli *cli, enum exit_code code, const char *format, ...)
{
    va_list args;
    fputs("assay: ", cli->err);
    va_start(args, format);
    vfprintf(cli->err, format, args);
    va_end(args);
    fputc('\n', cli->err);
    return code;
}

enum exit_code cli_complain_input(const struct cli *cli, const struct diags *diags,
                                  const char *consequence)
{
    size_t shown = diags->count < DIAG_MAX ? diags->count : DIAG_MAX;
    for (size_t i = 0; i < shown; i++) {
        const struct diag *d = &diags->items[i];
        if (d->line > 0)
            fprintf(cli->err, "%s:%u: %s\n", d->file, d->line, d->text);
        else
            fprintf(cli->err, "%s: %s\n", d->file, d->text);
    }
    if (diags->count > shown)
        fprintf(cli->err, "... and %zu more\n", diags->count - shown);
    return cli_complain(cli, EXIT_BAD_INPUT, "%s (exit %d)", consequence, EXIT_BAD_INPUT);
}

enum exit_code cli_complain_status(const struct cli *cli, const char *doing, enum status st)
{
    return cli_complain(cli, EXIT_TROUBLE, "%s: %s", doing, status_text(st));
}

const volatile int *cli_interruptible(const struct cli *cli)
{
    static const volatile int never;
    return cli->catch_signals ? cli->catch_signals() : &never;
}

enum exit_code cli_complain_file(const struct cli *cli, enum exit_code code, const char *path,
                                 enum status st)
{
    return cli_complain(cli, code, "%s: %s", path, st == E_IO ? strerror(errno) : status_text(st));
}

enum exit_code cli_conclude(const struct cli *cli, enum status st, const char *what,
                            const struct diags *diags, const char *consequence)
{
    if (st == E_INPUT)
        return cli_complain_input(cli, diags, consequence);
    return st ? cli_complain_status(cli, what, st) : EXIT_CONFORMANT;
}

unsigned cli_terminal_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

unsigned cli_columns(const struct cli *cli)
{
    return cli->is_out_terminal ? cli_terminal_columns(STDOUT_FILENO) : 0;
}

unsigned cli_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > 64 ? 64 : (unsigned)cores;
}

const char *cli_tame(const struct cli *cli, const char *text)
{
    struct buffer lines, tame;
    const char *rest = text ? text : "";
    buffer_init(&lines, 2 * strlen(rest) + 1);
    buffer_init(&tame, (size_t)16 * ESCAPE_TEXT_MAX);
    while (*rest) {
        size_t len = strcspn(rest, "\r\n"), next = len + strspn(rest + len, "\r\n");
        buffer_append(&lines, bytes_of(rest, len));
        rest += next;
        buffer_append_text(&lines, len && *rest ? "; " : "");
    }
    escape_append(&tame, ESCAPE_TERMINAL, buffer_text(&lines), ESCAPE_TEXT_MAX);
    const char *copy = arena_text(cli->arena, buffer_text(&tame));
    buffer_fini(&lines);
    buffer_fini(&tame);
    return copy ? copy : "";
}
