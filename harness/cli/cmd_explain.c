/*
 * assay explain - what a name means, wherever it stood: in a report, a suite, a failing build.
 */
#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/inputs.h"

enum row { ROW_SUITE_DIR, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_SUITE_DIR] = SUITE_DIR_OPTION,
};

static enum exit_code explain(const struct cli *cli, const struct catalogue *catalogue,
                              const char *word)
{
    if (explain_print(cli, catalogue, word))
        return EXIT_CONFORMANT;
    const char *nearest = explain_nearest(cli, catalogue, word);
    if (nearest)
        return cli_complain(cli, EXIT_USAGE, "nothing is called \"%.128s\" (did you mean \"%s\"?)",
                            word, nearest);
    return cli_complain(cli, EXIT_USAGE,
                        "nothing is called \"%.128s\"; assay list names cases, "
                        "assay list --requirements requirements",
                        word);
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct inputs inputs;
    const struct option_values *dirs = &o->given[ROW_SUITE_DIR];
    enum exit_code code = inputs_load(cli, dirs->values, dirs->count, &inputs);
    if (!code)
        code = explain(cli, &inputs.catalogue, o->operands[0]);
    inputs_fini(&inputs);
    return code;
}

const struct command command_explain = {
    .name = "explain",
    .operands = "ID",
    .summary = "what a case, requirement, verdict, field or verb is about",
    .example = "  assay explain D-11\n"
               "  assay explain ratchet/overtaken-message-opens\n"
               "  assay explain inconclusive\n"
               "  assay explain SP-05\n",
    .least_operands = 1,
    .most_operands = 1,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
