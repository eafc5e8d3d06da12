/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assay-gatekeeper: the harness's own gatekeeper as a target, honest or with one named flaw. */
#include "gatekeeper.h"
#include "gatekeeper_flaws.h"

#include "flaw_program.h"

int main(int argc, char **argv)
{
    struct gatekeeper_rules rules = {.admission = {.admits_all = false}};
    const struct flaw_program program = {
        .name = "assay-gatekeeper",
        .what = "The server that assay plays to clients, as a target of assay: without a flaw the "
                "reference for servers,\n"
                "with one, a server that makes exactly one wrong decision. It proves that the "
                "suites bite.",
        .example = "assay run --target-server \"exec:assay-gatekeeper --flaw takes-expired\"",
        .surface = "server",
        .flaws = &gatekeeper_flaws,
        .configuration = &rules,
        .implementation = gatekeeper_implementation(),
    };
    return flaw_program_main(&program, argc, argv);
}
