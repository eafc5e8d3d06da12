/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay - the executable: what the process is given (streams, environment, signals) becomes a
 * struct cli.
 */
#include "base/files.h"
#include "cli/commands.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_FILE "assay.ini" /* in the current directory */
#define ARENA_MAX (64u * 1024u * 1024u)

/* The one mutable global: a signal handler can reach nothing else. */
static volatile int interrupted;

static void on_signal(int number) { interrupted = number; }

/* The first Ctrl-C asks for an orderly end with all reports; SA_RESETHAND makes the second one end
 * the process. */
static const volatile int *catch_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_signal;
    action.sa_flags = (int)((unsigned)SA_RESTART | (unsigned)SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &interrupted;
}

static const char *own_dir(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (len <= 0)
        return ".";
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
    return arena_text(arena, path);
}

/* The data of this executable, as installed: PREFIX/share/assay beside PREFIX/bin. A build tree has
 * a link to the sources there. */
static const char *data_beside(struct arena *arena, const char *bin_dir)
{
    char path[PATH_MAX];
    const char *beside = bin_dir ? files_join(arena, bin_dir, "../share/assay") : NULL;
    return beside && realpath(beside, path) ? arena_text(arena, path) : beside;
}

static const char *from_environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

int main(int argc, char **argv)
{
    struct arena arena;
    enum exit_code code = EXIT_TROUBLE;
    arena_init(&arena, ARENA_MAX);
    const char *term = from_environment("TERM", "dumb");
    bool is_dumb = strcmp(term, "dumb") == 0;
    struct cli cli = {
        .out = stdout,
        .err = stderr,
        .is_out_terminal = isatty(STDOUT_FILENO) == 1,
        .is_err_terminal = isatty(STDERR_FILENO) == 1 && !is_dumb,
        .wants_no_color = is_dumb || from_environment("NO_COLOR", NULL) != NULL,
        .bin_dir = own_dir(&arena),
        .catch_signals = catch_signals,
        .arena = &arena,
    };
    cli.config =
        from_environment("ASSAY_CONFIG", access(CONFIG_FILE, F_OK) == 0 ? CONFIG_FILE : NULL);
    cli.data_dir = from_environment("ASSAY_DATA", data_beside(&arena, cli.bin_dir));
    const char *beside = cli.bin_dir ? files_join(&arena, cli.bin_dir, "assay-reference") : NULL;
    cli.reference =
        beside ? files_quoted(&arena, from_environment("ASSAY_REFERENCE", beside)) : NULL;
    if (!cli.reference || !cli.data_dir)
        cli_complain(&cli, code, "out of memory");
    else
        code = commands_dispatch(&cli, argc, (const char *const *)argv);
    if (fflush(stdout) != 0 && code == EXIT_CONFORMANT)
        code = cli_complain(&cli, EXIT_TROUBLE, "standard output could not be written");
    arena_fini(&arena);
    return (int)code;
}
