/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay compare - runs of several implementations side by side, on one page.
 */
#include "cli/commands.h"
#include "cli/recorded.h"
#include "reports/compare.h"
#include "reports/report.h"

enum row { ROW_OUT, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_OUT] = TEXT_OPTION("out", "FILE", "the page (default: standard output)"),
};

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct document documents[COMPARE_MAX];
    const struct record_run *runs[COMPARE_MAX];
    struct buffer page;
    size_t n = 0;
    enum exit_code code = EXIT_CONFORMANT;
    while (n < o->n_operands && !code) {
        code = recorded_read(cli, o->operands[n], &documents[n]);
        runs[n] = documents[n].run;
        n++;
    }
    buffer_init(&page, REPORT_MAX);
    enum status st = code ? OK : compare_render(runs, n, &page);
    if (st)
        code = cli_complain_status(cli, "compare", st);
    if (!code)
        code = recorded_show(cli, buffer_bytes(&page), option_text(o, ROW_OUT, NULL));
    buffer_fini(&page);
    while (n > 0)
        document_fini(&documents[--n]);
    return code;
}

const struct command command_compare = {
    .name = "compare",
    .operands = "RESULTS.json ...",
    .summary = "implementations, or one over time, side by side on one page",
    .example = "  assay compare theirs/results.json ours/results.json --out compare.html\n",
    .least_operands = 2,
    .most_operands = COMPARE_MAX,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
