#include "cli/rerun.h"

#include "cli/layers.h"

#include <string.h>

enum exit_code rerun_print(const struct cli *cli, const struct repro_outcome *outcome,
                           bool is_quiet, bool is_json)
{
    const char *verdict = json_string_value(json_object_get(outcome->result, "verdict"));
    const char *why = json_string_value(json_object_get(outcome->result, "why"));
    enum verdict now = verdict ? verdict_from_name(verdict) : VERDICT_ERROR;
    if (is_json) {
        json_dumpf(outcome->result, cli->out, JSON_INDENT(1));
        fputc('\n', cli->out);
        return now == VERDICT_PASS ? EXIT_CONFORMANT : EXIT_FAILED;
    }
    if (!is_quiet)
        layers_print(cli, outcome->result);
    if (why && *why)
        fprintf(cli->out, "%s\n", cli_tame(cli, why));
    fputc('\n', cli->out);
    if (now == VERDICT_PASS)
        fprintf(cli->out, "passes now (recorded: %s)\n", outcome->recorded);
    else if (outcome->is_same)
        fprintf(cli->out, "still %s\n", now == VERDICT_FAIL ? "fails" : verdict_name(now));
    else
        fprintf(cli->out, "still not passed, but otherwise: %s now (recorded: %s)\n",
                verdict_name(now), outcome->recorded);
    return now == VERDICT_PASS ? EXIT_CONFORMANT : EXIT_FAILED;
}
