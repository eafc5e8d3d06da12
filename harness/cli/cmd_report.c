/*
 * assay report - the record of a run, or of claims put to the test, in another form.
 */
#include "cli/commands.h"
#include "cli/files.h"
#include "reports/report.h"

#include <errno.h>
#include <string.h>

#define PROBLEM_MAX 1024u /* bytes */
#define RESULTS_MAX (256u * 1024u * 1024u)

enum row { ROW_FORMAT, ROW_NO_COLOR, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_FORMAT] = {.name = "format",
                    .kind = OPTION_CHOICE,
                    .value = "FORM",
                    .explanation = "terminal (default), html, junit, markdown or json",
                    .choices = {"terminal", "html", "junit", "markdown", "json"}},
    [ROW_NO_COLOR] = {.name = "no-color", .kind = OPTION_FLAG, .explanation = "no colours"},
};

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct buffer text, rendered, problem;
    struct document document;
    const char *path = o->operands[0];
    enum report_form form = report_form_from_name(option_text(o, ROW_FORMAT, "terminal"));
    const struct report_options options = {.has_colour = cli->is_out_terminal &&
                                                         !cli->wants_no_color &&
                                                         !option_given(o, ROW_NO_COLOR),
                                           .problem = &problem};
    enum exit_code code = EXIT_CONFORMANT;
    buffer_init(&text, RESULTS_MAX);
    buffer_init(&rendered, REPORT_MAX);
    buffer_init(&problem, PROBLEM_MAX);
    enum status st = files_read(path, &text);
    if (st) {
        code = cli_complain(cli, EXIT_BAD_INPUT, "%s: %s", path,
                            st == E_IO ? strerror(errno) : status_text(st));
        goto out;
    }
    st = document_read(buffer_bytes(&text), &problem, &document);
    if (!st)
        st = report_render(form, &document, &options, &rendered);
    document_fini(&document);
    if (st == E_PARSE)
        code = cli_complain(cli, EXIT_BAD_INPUT, "%s: %s (exit %d)", path, buffer_text(&problem),
                            EXIT_BAD_INPUT);
    else if (st)
        code = cli_complain_status(cli, path, st);
    else
        fwrite(rendered.data, 1, rendered.len, cli->out);
out:
    buffer_fini(&text);
    buffer_fini(&rendered);
    buffer_fini(&problem);
    return code;
}

const struct command command_report = {
    .name = "report",
    .operands = "RESULTS.json|CLAIMS.json",
    .summary = "a run's results, or claims put to the test, in another form",
    .example = "  assay report out/results.json --format markdown\n",
    .least_operands = 1,
    .most_operands = 1,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
