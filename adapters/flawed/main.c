/* assay-flawed: the harness's own party as a target, honest or with one named flaw. */
#include "flaws.h"
#include "implementation.h"
#include "listen.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 64

static const char help[] =
    "usage: assay-flawed [--flaw NAME] [--listen unix:PATH|tcp:HOST:PORT] | --list-flaws\n"
    "\n"
    "The harness's own Signal party as a target of assay: without a flaw a second, independent correct target;\n"
    "with one, a target that makes exactly one wrong decision. It proves that the suites bite.\n"
    "\n"
    "  --flaw NAME        make this one wrong decision\n"
    "  --list-flaws       every flaw: name, requirement it violates, what it does, why unseen (tab between)\n"
    "  --listen ADDRESS   serve connections there until SIGTERM; port 0 lets the kernel choose\n"
    "  --help             print this\n"
    "\n"
    "example: assay run --target \"exec:assay-flawed --flaw skips-signature-check\" --suite x3dh\n";

static int list_flaws(void)
{
    for (size_t i = 0; i < flaws_count(); i++) {
        const struct flaw *f = flaws_at(i);
        printf("%s\t%s\t%s\t%s\n", f->name, f->requirement, f->text,
               f->unobservable ? f->unobservable : "");
    }
    return 0;
}

static int misused(const char *what, const char *problem)
{
    fprintf(stderr, "assay-flawed: %s: %s; --help lists the options\n", what, problem);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct rules rules = *rules_honest();
    const char *address = NULL;
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return fputs(help, stdout) < 0;
        if (strcmp(argv[i], "--list-flaws") == 0)
            return list_flaws();
        bool is_flaw = strcmp(argv[i], "--flaw") == 0;
        if (!is_flaw && strcmp(argv[i], "--listen") != 0)
            return misused(argv[i], "unknown option");
        if (i + 1 == argc)
            return misused(argv[i], "wants a value");
        if (!is_flaw)
            address = argv[++i];
        else if (!flaws_rules(argv[++i], &rules))
            return misused(argv[i], "there is no such flaw (--list-flaws)");
    }
    return address ? listen_and_serve(flawed_implementation(), &rules, address)
                   : serve(flawed_implementation(), &rules, STDIN_FILENO, STDOUT_FILENO);
}
