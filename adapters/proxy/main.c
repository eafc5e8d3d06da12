/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assay-proxy: a proxy of our own as a target, honest or with one named flaw. */
#include "proxy.h"
#include "proxy_flaws.h"
#include "listen.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 64

static const char help[] =
    "usage: assay-proxy [--flaw NAME] [--listen unix:PATH|tcp:HOST:PORT] | --list-flaws\n"
    "\n"
    "A provider's server between client and gatekeeper, as a target of assay: without a flaw the "
    "reference for proxies,\n"
    "with one, a proxy that makes exactly one wrong decision. It proves that the suites bite.\n"
    "\n"
    "  --flaw NAME        make this one wrong decision\n"
    "  --list-flaws       every flaw: name, requirement it violates, what it does, why unseen, "
    "surface (tab between)\n"
    "  --listen ADDRESS   serve connections there until SIGTERM; port 0 lets the kernel choose\n"
    "  --help             print this\n"
    "\n"
    "example: assay run --target-proxy \"exec:assay-proxy --flaw merges-users\"\n";

static int list_flaws(void)
{
    for (size_t i = 0; i < proxy_flaws_count(); i++) {
        const struct flaw *f = proxy_flaws_at(i);
        printf("%s\t%s\t%s\t%s\tproxy\n", f->name, f->requirement, f->text,
               f->unobservable ? f->unobservable : "");
    }
    return 0;
}

static int misused(const char *what, const char *problem)
{
    fprintf(stderr, "assay-proxy: %s: %s; --help lists the options\n", what, problem);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct proxy_rules rules = {.admission = {.admits_all = false}};
    const char *address = NULL;
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i += 2) { /* an option and its value */
        bool is_flaw = strcmp(argv[i], "--flaw") == 0;
        if (strcmp(argv[i], "--help") == 0)
            return fputs(help, stdout) < 0;
        if (strcmp(argv[i], "--list-flaws") == 0)
            return list_flaws();
        if (!is_flaw && strcmp(argv[i], "--listen") != 0)
            return misused(argv[i], "unknown option");
        if (!argv[i + 1])
            return misused(argv[i], "wants a value");
        if (!is_flaw)
            address = argv[i + 1];
        else if (!proxy_flaws_rules(argv[i + 1], &rules))
            return misused(argv[i + 1], "there is no such flaw (--list-flaws)");
    }
    const struct implementation *what = proxy_implementation();
    return address ? listen_and_serve(what, &rules, address)
                   : serve(what, &rules, STDIN_FILENO, STDOUT_FILENO);
}
