/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/rerun.h"

#include "cli/layers.h"

/* What assay itself could not do says nothing about the target. */
static enum exit_code code_of(enum state now)
{
    return now == STATE_PASSED ? EXIT_CONFORMANT : now == STATE_ERROR ? EXIT_TROUBLE : EXIT_FAILED;
}

enum exit_code rerun_print(const struct cli *cli, const struct repro_outcome *outcome,
                           bool is_quiet, bool is_json)
{
    const char *why = outcome->result.result.why;
    enum state now = outcome->result.state;
    if (is_json) {
        if (form_print(&record_case_form, &outcome->result, FORM_PAGE, cli->out))
            return cli_complain(cli, EXIT_TROUBLE, "the result could not be printed");
        return code_of(now);
    }
    if (!is_quiet)
        layers_print(cli, &outcome->result);
    if (*why)
        fprintf(cli->out, "%s\n", cli_tame(cli, why));
    fputc('\n', cli->out);
    if (now == STATE_PASSED)
        fprintf(cli->out, "passes now (recorded: %s)\n", outcome->recorded);
    else if (outcome->is_same)
        fprintf(cli->out, "still %s\n", now == STATE_FAILED ? "fails" : state_verdict(now));
    else
        fprintf(cli->out, "still not passed, but otherwise: %s now (recorded: %s)\n",
                state_verdict(now), outcome->recorded);
    return code_of(now);
}
