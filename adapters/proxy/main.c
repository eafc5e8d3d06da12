/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assay-proxy: a proxy of our own as a target, honest or with one named flaw. */
#include "proxy.h"
#include "proxy_flaws.h"

#include "flaw_program.h"

int main(int argc, char **argv)
{
    struct proxy_rules rules = {.admission = {.admits_all = false}};
    const struct flaw_program program = {
        .name = "assay-proxy",
        .what = "A provider's server between client and gatekeeper, as a target of assay: without "
                "a flaw "
                "the reference for proxies,\n"
                "with one, a proxy that makes exactly one wrong decision. It proves that the "
                "suites bite.",
        .example = "assay run --target-proxy \"exec:assay-proxy --flaw merges-users\"",
        .surface = "proxy",
        .flaws = &proxy_flaws,
        .configuration = &rules,
        .implementation = proxy_implementation(),
    };
    return flaw_program_main(&program, argc, argv);
}
