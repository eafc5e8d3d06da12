/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assay-box: libsodium's crypto_box with static keys as a target of assay. */
#include "implementation.h"
#include "program.h"

static const char help[] =
    "usage: assay-box [--listen unix:PATH|tcp:HOST:PORT]\n"
    "\n"
    "libsodium's crypto_box with static keys as a target of assay (proto/target.proto): it "
    "encrypts "
    "well and has\n"
    "no forward secrecy. Without an option it serves one connection on standard input and output, "
    "as\n"
    "`assay claims --target exec:assay-box` wants it.\n"
    "\n"
    "  --listen ADDRESS   serve connections there until SIGTERM; port 0 lets the kernel choose\n"
    "  --version          print the versions\n"
    "  --help             print this\n"
    "\n"
    "example: assay-box --listen tcp:127.0.0.1:0\n";

int main(int argc, char **argv) { return program_run(box_implementation(), help, argc, argv); }
