/* SPDX-License-Identifier: 0BSD */
#include "program.h"

#include "listen.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 64

int program_run(const struct implementation *what, const char *help, int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc <= 1)
        return serve(what, NULL, STDIN_FILENO, STDOUT_FILENO);
    if (argc == 3 && strcmp(argv[1], "--listen") == 0)
        return listen_and_serve(what, NULL, argv[2]);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("%s %s, %s %s\n", what->program, what->adapter_version, what->name, what->version);
        return 0;
    }
    fprintf(stderr, "%s: %s is not an option or lacks its address; --help lists them\n",
            what->program, argv[1]);
    return EXIT_USAGE;
}
