/*
 * assay profile - the constants of an interop scheme: shown, or a file of them checked.
 */
#include "cli/commands.h"
#include "cli/scheme.h"

#include <string.h>

enum row { ROW_QUIET, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_QUIET] = {.name = "quiet", .kind = OPTION_FLAG, .explanation = "print only what is wrong"},
};

static void show(const struct cli *cli, const struct scheme *scheme)
{
    size_t count = 0;
    const struct scheme_constant *constants = scheme_constants(&count);
    fprintf(cli->out, "%s - %s\n%s\n\n", scheme->id, cli_tame(cli, scheme->title), scheme->file);
    for (size_t i = 0; i < count; i++)
        fprintf(cli->out, "  %-24s %-20s %s\n", constants[i].name, constants[i].value,
                constants[i].explanation);
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct scheme scheme;
    bool is_show = strcmp(o->operands[0], "show") == 0;
    bool is_check = strcmp(o->operands[0], "check") == 0 && o->n_operands == 2;
    if (!is_show && !is_check)
        return cli_complain(cli, EXIT_USAGE,
                            "usage: assay profile show [NAME|FILE], or assay profile check FILE");
    enum exit_code code = scheme_load(cli, o->n_operands == 2 ? o->operands[1] : "public", &scheme);
    if (!code && is_show)
        show(cli, &scheme);
    else if (!code && !option_given(o, ROW_QUIET))
        fprintf(cli->out, "%s: a profile this assay can hold a target to\n", scheme.file);
    return code;
}

const struct command command_profile = {
    .name = "profile",
    .operands = "show|check",
    .summary = "the constants of an interop scheme",
    .example = "  assay profile show\n  assay profile check ours.xml\n",
    .least_operands = 1,
    .most_operands = 2,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
