/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay report - the record of a run, or of claims put to the test, in another form.
 */
#include "base/files.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/inputs.h"
#include "cli/journal.h"
#include "cli/recorded.h"
#include "reports/report.h"

#define PROBLEM_MAX 1024u /* bytes */

enum row { ROW_FORMAT, ROW_SINCE, ROW_NO_COLOR, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_FORMAT] = CHOICE_OPTION("format", "FORM",
                                 "terminal (default), html, print, junit, markdown, sarif, json",
                                 "terminal", "html", "print", "junit", "markdown", "sarif", "json"),
    [ROW_SINCE] = SINCE_OPTION,
    [ROW_NO_COLOR] = FLAG_OPTION("no-color", "no colours"),
};

/* The run's list of known failures, unless it is gone or another by now. */
static enum exit_code read_known(const struct cli *cli, struct inputs *inputs,
                                 const struct record_run *run, struct known_failures *known)
{
    const char *path = run->selection.known_failures;
    if (!path[0])
        return EXIT_CONFORMANT;
    if (!document_is_unchanged(cli, run, path))
        return cli_complain(cli, EXIT_CONFORMANT,
                            "%s is not there as it was in the run: whether its lines are right is "
                            "not looked at",
                            path);
    enum status st = known_failures_load(path, known, &inputs->diags);
    if (st == E_INPUT)
        return cli_complain_input(cli, &inputs->diags, "no report");
    return st ? cli_complain_status(cli, "known failures", st) : EXIT_CONFORMANT;
}

/* What the journal of a run came to, by the suites of this assay. The summary has views into
 * |inputs| and |known|. */
static enum exit_code score(const struct cli *cli, struct inputs *inputs,
                            struct known_failures *known, struct document *document)
{
    enum exit_code code = inputs_load(cli, NULL, 0, inputs);
    if (!code)
        code = read_known(cli, inputs, document->run, known);
    return code ? code
                : document_score(cli, &inputs->catalogue, known->count ? known : NULL, document);
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct buffer text, rendered, problem;
    struct document document, since;
    struct inputs inputs = {.loader = {.suite_dir = NULL}};
    struct known_failures known = {.count = 0};
    const char *path = o->operands[0];
    enum report_form form = report_form_from_name(option_text(o, ROW_FORMAT, "terminal"));
    const char *before = option_text(o, ROW_SINCE, NULL);
    struct report_options options = {.has_colour = cli->is_out_terminal && !cli->wants_no_color &&
                                                   !option_given(o, ROW_NO_COLOR),
                                     .width = cli_columns(cli),
                                     .problem = &problem};
    enum exit_code code = EXIT_CONFORMANT;
    document_init(&since);
    buffer_init(&text, RECORD_TEXT_MAX);
    buffer_init(&rendered, REPORT_MAX);
    buffer_init(&problem, PROBLEM_MAX);
    enum status st = files_read(path, &text);
    if (st) {
        code = cli_complain_file(cli, EXIT_BAD_INPUT, path, st);
        goto out;
    }
    if (before && (code = recorded_read(cli, before, &since)))
        goto out;
    options.since = since.run;
    if (journal_is_named(path)) {
        st = journal_read(buffer_bytes(&text), &problem, &document, NULL);
        code = st ? EXIT_CONFORMANT : score(cli, &inputs, &known, &document);
    } else {
        st = document_read(buffer_bytes(&text), &problem, &document);
    }
    if (!st && !code)
        st = report_render(form, &document, &options, &rendered);
    document_fini(&document);
    if (st == E_PARSE)
        code = cli_complain(cli, EXIT_BAD_INPUT, "%s: %s (exit %d)", path, buffer_text(&problem),
                            EXIT_BAD_INPUT);
    else if (st)
        code = cli_complain_status(cli, path, st);
    else if (!code)
        fwrite(rendered.data, 1, rendered.len, cli->out);
out:
    document_fini(&since);
    known_failures_free(&known);
    inputs_fini(&inputs);
    buffer_fini(&text);
    buffer_fini(&rendered);
    buffer_fini(&problem);
    return code;
}

const struct command command_report = {
    .name = "report",
    .operands = "RESULTS.json|RESULTS.jsonl|CLAIMS.json",
    .summary = "a run's results, or claims put to the test, in another form",
    .example = "  assay report out/results.json --format markdown\n"
               "  assay report out/results.jsonl\n",
    .least_operands = 1,
    .most_operands = 1,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
