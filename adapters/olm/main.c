/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assay-olm: libolm's 1:1 sessions as a target of assay. */
#include "implementation.h"
#include "program.h"

static const char help[] =
    "usage: assay-olm [--listen unix:PATH|tcp:HOST:PORT]\n"
    "\n"
    "Olm sessions between two devices, by libolm and with the checks that Matrix clients make, as "
    "a "
    "target of assay\n"
    "(proto/target.proto). Without an option it serves one connection on standard input and "
    "output, "
    "as\n"
    "`assay claims --target exec:assay-olm` wants it.\n"
    "\n"
    "  --listen ADDRESS   serve connections there until SIGTERM; port 0 lets the kernel choose\n"
    "  --version          print the versions\n"
    "  --help             print this\n"
    "\n"
    "example: assay-olm --listen tcp:127.0.0.1:0\n";

int main(int argc, char **argv) { return program_run(olm_implementation(), help, argc, argv); }
