/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay badge - what a run showed, and of how much, as a small picture.
 */
#include "cli/commands.h"
#include "cli/recorded.h"
#include "reports/badge.h"
#include "reports/report.h"

enum row { ROW_OUT, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_OUT] = TEXT_OPTION("out", "FILE", "the SVG (default: standard output)"),
};

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct document document;
    struct buffer picture;
    buffer_init(&picture, REPORT_MAX);
    enum exit_code code = recorded_read(cli, o->operands[0], &document);
    enum status st = code ? OK : badge_render(document.run, &picture);
    if (st)
        code = cli_complain_status(cli, "badge", st);
    if (!code)
        code = recorded_show(cli, buffer_bytes(&picture), option_text(o, ROW_OUT, NULL));
    buffer_fini(&picture);
    document_fini(&document);
    return code;
}

const struct command command_badge = {
    .name = "badge",
    .operands = "RESULTS.json",
    .summary = "a picture (SVG) that says what a run showed, and of how much",
    .example = "  assay badge out/results.json --out assay.svg\n",
    .least_operands = 1,
    .most_operands = 1,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
