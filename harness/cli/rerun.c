#include "cli/rerun.h"

#include "cli/layers.h"

#define JSON_MAX ((size_t)64 * 1024 * 1024)

static enum exit_code print_json(const struct cli *cli, const struct record_case *result)
{
    struct buffer text;
    buffer_init(&text, JSON_MAX);
    enum status st = form_write(&record_case_form, result, FORM_PAGE, &text);
    if (!st)
        fputs(buffer_text(&text), cli->out);
    buffer_fini(&text);
    return st ? cli_complain_status(cli, "printing the result", st) : EXIT_CONFORMANT;
}

enum exit_code rerun_print(const struct cli *cli, const struct repro_outcome *outcome,
                           bool is_quiet, bool is_json)
{
    const char *why = outcome->result.result.why;
    enum state now = outcome->result.state;
    if (is_json) {
        enum exit_code code = print_json(cli, &outcome->result);
        return code ? code : now == STATE_PASSED ? EXIT_CONFORMANT : EXIT_FAILED;
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
    return now == STATE_PASSED ? EXIT_CONFORMANT : EXIT_FAILED;
}
