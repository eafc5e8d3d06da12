/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay diff - two runs compared: what was fixed, what broke, what is gone.
 */
#include "cli/commands.h"
#include "cli/recorded.h"
#include "reports/diff.h"
#include "reports/report.h"

#define DIFF_MAX (256u * 1024u * 1024u) /* bytes of arena */

enum row { ROW_JSON, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_JSON] = FLAG_OPTION("json", "the same for a machine, and all of it"),
};

/* diff_exit, in this room's words. */
static enum exit_code conclude(const struct diff *d)
{
    return diff_exit(d) == 1 ? EXIT_FAILED : diff_exit(d) == 2 ? EXIT_UNCERTAIN : EXIT_CONFORMANT;
}

static enum exit_code show(const struct cli *cli, const struct options *o,
                           const struct record_run *before, const struct record_run *after)
{
    struct arena arena;
    struct buffer text;
    struct diff diff;
    arena_init(&arena, DIFF_MAX);
    buffer_init(&text, REPORT_MAX);
    enum status st = diff_runs(before, after, &arena, &diff);
    enum exit_code code = st ? EXIT_CONFORMANT : conclude(&diff);
    if (!st && option_given(o, ROW_JSON))
        st = diff_write(&diff, &text);
    else if (!st)
        diff_print(&diff, &text);
    if (!st)
        st = buffer_status(&text);
    if (st)
        code = cli_complain_status(cli, "diff", st);
    else
        fwrite(text.data, 1, text.len, cli->out);
    buffer_fini(&text);
    arena_fini(&arena);
    return code;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct document before, after;
    document_init(&after);
    enum exit_code code = recorded_read(cli, o->operands[0], &before);
    if (!code)
        code = recorded_read(cli, o->operands[1], &after);
    if (!code)
        code = show(cli, o, before.run, after.run);
    document_fini(&before);
    document_fini(&after);
    return code;
}

const struct command command_diff = {
    .name = "diff",
    .operands = "OLD.json NEW.json",
    .summary = "what two runs differ in: broken, new, fixed, gone, measures",
    .example =
        "  assay diff before/results.json after/results.json\n"
        "  assay diff before after --json\n\n"
        "  Exit code 0: nothing broke. 1: something did that fails a run and is not listed.\n"
        "  2: nothing did, but something is not looked at any more.\n",
    .least_operands = 2,
    .most_operands = 2,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
