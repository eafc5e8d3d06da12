/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay judge - the tape of a recorded failure, judged again without a target.
 */
#include "cli/rerun.h"
#include "cli/commands.h"
#include "cli/inputs.h"

enum row { ROW_JSON, ROW_QUIET, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_JSON] = FLAG_OPTION("json", "print the case's result"),
    [ROW_QUIET] = FLAG_OPTION("quiet", "print only the last line"),
};

static enum exit_code judge(const struct cli *cli, const struct options *o, struct inputs *inputs)
{
    struct repro_outcome outcome = {0};
    enum status st =
        repro_judge(o->operands[0], &inputs->catalogue, &inputs->loader, &inputs->diags, &outcome);
    enum exit_code code = cli_conclude(cli, st, o->operands[0], &inputs->diags, "nothing judged");
    if (!code)
        code = rerun_print(cli, &outcome, option_given(o, ROW_QUIET), option_given(o, ROW_JSON));
    arena_fini(&outcome.arena);
    return code;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct inputs inputs;
    enum exit_code code = inputs_load(cli, NULL, 0, &inputs);
    if (!code)
        code = judge(cli, o, &inputs);
    inputs_fini(&inputs);
    return code;
}

const struct command command_judge = {
    .name = "judge",
    .operands = "FILE",
    .summary = "a recorded exchange judged again, without a target",
    .example = "  assay judge out/repro/CASE.xml\n\n"
               "  Exit code 1: what is recorded is no pass. 0: it is.\n",
    .least_operands = 1,
    .most_operands = 1,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
