/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flaw_program.h"

#include "listen.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 64

static int print_help(const struct flaw_program *p)
{
    int n = printf(
        "usage: %s [--flaw NAME ...] [--listen unix:PATH|tcp:HOST:PORT] | --list-flaws\n"
        "\n"
        "%s\n"
        "\n"
        "  --flaw NAME        make this one wrong decision; again for another one beside it\n"
        "  --list-flaws       every flaw: name, requirement it violates, what it does, why unseen, "
        "surface, which decision it makes (tab between)\n"
        "  --listen ADDRESS   serve connections there until SIGTERM; port 0 lets the kernel "
        "choose\n"
        "  --help             print this\n"
        "\n"
        "example: %s\n",
        p->name, p->what, p->example);
    return n < 0;
}

static int list_flaws(const struct flaw_program *p)
{
    flaw_table_print(p->flaws, p->surface);
    return 0;
}

static int misused(const struct flaw_program *p, const char *what, const char *problem)
{
    fprintf(stderr, "%s: %s: %s; --help lists the options\n", p->name, what, problem);
    return EXIT_USAGE;
}

int flaw_program_main(const struct flaw_program *program, int argc, char **argv)
{
    const char *address = NULL;
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i += 2) { /* an option and its value */
        bool is_flaw = strcmp(argv[i], "--flaw") == 0;
        if (strcmp(argv[i], "--help") == 0)
            return print_help(program);
        if (strcmp(argv[i], "--list-flaws") == 0)
            return list_flaws(program);
        if (!is_flaw && strcmp(argv[i], "--listen") != 0)
            return misused(program, argv[i], "unknown option");
        if (!argv[i + 1])
            return misused(program, argv[i], "wants a value");
        if (!is_flaw)
            address = argv[i + 1];
        else if (!flaw_table_set(program->flaws, argv[i + 1], program->configuration))
            return misused(program, argv[i + 1], "there is no such flaw (--list-flaws)");
    }
    return address ? listen_and_serve(program->implementation, program->configuration, address)
                   : serve(program->implementation, program->configuration, STDIN_FILENO,
                           STDOUT_FILENO);
}
