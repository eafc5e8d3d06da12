/*
 * assay report - the record of a run, or of claims put to the test, in another form.
 */
#include "cli/commands.h"
#include "cli/files.h"
#include "reports/report.h"

#include <errno.h>
#include <jansson.h>
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

static enum exit_code load(const struct cli *cli, const char *path, json_t **out)
{
    struct buffer text;
    json_error_t error;
    *out = NULL;
    buffer_init(&text, RESULTS_MAX);
    enum status st = files_read(path, &text);
    if (st) {
        buffer_fini(&text);
        return cli_complain(cli, EXIT_BAD_INPUT, "%s: %s", path,
                            st == E_IO ? strerror(errno) : status_text(st));
    }
    *out = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, &error);
    buffer_fini(&text);
    if (*out)
        return EXIT_CONFORMANT;
    fprintf(cli->err, "%s:%d: %s\n", path, error.line, error.text);
    return cli_complain(cli, EXIT_BAD_INPUT, "not a results.json or claims.json (exit %d)",
                        EXIT_BAD_INPUT);
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    json_t *results = NULL;
    struct buffer rendered, problem;
    const char *path = o->operands[0];
    enum report_form form = report_form_from_name(option_text(o, ROW_FORMAT, "terminal"));
    struct report_options options = {.has_colour = cli->is_out_terminal && !cli->wants_no_color &&
                                                   !option_given(o, ROW_NO_COLOR),
                                     .problem = &problem};
    enum exit_code code = load(cli, path, &results);
    if (code)
        return code;
    buffer_init(&rendered, REPORT_MAX);
    buffer_init(&problem, PROBLEM_MAX);
    enum status st = report_render(form, results, &options, &rendered);
    if (st == E_PARSE)
        code = cli_complain(cli, EXIT_BAD_INPUT, "%s: %s (exit %d)", path, buffer_text(&problem),
                            EXIT_BAD_INPUT);
    else if (st)
        code = cli_complain_status(cli, path, st);
    else
        fwrite(rendered.data, 1, rendered.len, cli->out);
    buffer_fini(&rendered);
    buffer_fini(&problem);
    json_decref(results);
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
