/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assay-reference: libsignal-protocol-c as a target of assay. */
#include "implementation.h"
#include "listen.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 64

static const char help[] =
    "usage: assay-reference [--listen unix:PATH|tcp:HOST:PORT]\n"
    "\n"
    "libsignal-protocol-c 2.3.3 as a target of assay (proto/target.proto). Without an option it "
    "serves one\n"
    "connection on standard input and output, as `assay run --target exec:assay-reference` wants "
    "it.\n"
    "\n"
    "  --listen ADDRESS   serve connections there until SIGTERM; port 0 lets the kernel choose\n"
    "  --version          print the version\n"
    "  --help             print this\n"
    "\n"
    "example: assay-reference --listen tcp:127.0.0.1:0\n";

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc == 1)
        return serve(reference_implementation(), NULL, STDIN_FILENO, STDOUT_FILENO);
    if (argc == 3 && strcmp(argv[1], "--listen") == 0)
        return listen_and_serve(reference_implementation(), NULL, argv[2]);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("assay-reference " ADAPTER_VERSION ", libsignal-protocol-c " LIBRARY_VERSION);
        return 0;
    }
    fprintf(stderr,
            "assay-reference: %s is not an option or lacks its address; --help lists them\n",
            argv[1]);
    return EXIT_USAGE;
}
