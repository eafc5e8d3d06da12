/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/commands.h"

#include "cli/config.h"
#include "cli/versions.h"

#include <string.h>

static const struct command *const all[] = {
    &command_run,     &command_list,   &command_explain,    &command_doctor,  &command_repro,
    &command_judge,   &command_report, &command_vectors,    &command_profile, &command_mutants,
    &command_promote, &command_claims, &command_completion, &command_diff,    &command_compare,
    &command_badge,   &command_merge,  &command_init,       &command_seal,    &command_verify,
};

const struct command *const *commands_all(size_t *out_count)
{
    *out_count = COUNT_OF(all);
    return all;
}

static enum exit_code help(const struct cli *cli)
{
    fputs("assay - conformance of encrypted-messaging implementations, requirement by "
          "requirement\n\n",
          cli->out);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        fprintf(cli->out, "  assay %-10s %-17s %s\n", all[i]->name, all[i]->operands,
                all[i]->summary);
    fputs("  assay --version                 versions of assay and of the libraries it runs on\n\n"
          "  assay COMMAND --help            its options, with an example\n\n"
          "  assay run --target exec:./my-adapter --out out\n",
          cli->out);
    return EXIT_CONFORMANT;
}

static enum exit_code help_of(const struct cli *cli, const struct command *command)
{
    fprintf(cli->out, "assay %s%s%s%s: %s\n\n", command->name, *command->operands ? " " : "",
            command->operands, command->n_rules > 0 ? " [options]" : "", command->summary);
    for (size_t i = 0; i < command->n_rules; i++) {
        const struct option_rule *rule = &command->rules[i];
        char left[48];
        snprintf(left, sizeof(left), "--%s%s%s%s", rule->name, rule->value ? " " : "",
                 rule->value ? rule->value : "", rule->kind == OPTION_LIST ? " ..." : "");
        fprintf(cli->out, "  %-26s %s\n", left, rule->explanation);
    }
    fprintf(cli->out, "  %-26s %s\n\n%s", "--help", "this text", command->example);
    return EXIT_CONFORMANT;
}

static enum exit_code unknown_command(const struct cli *cli, const char *word)
{
    const char *names[COUNT_OF(all)];
    for (size_t i = 0; i < COUNT_OF(all); i++)
        names[i] = all[i]->name;
    const char *nearest = diag_nearest(word, names, COUNT_OF(all));
    if (nearest)
        return cli_complain(cli, EXIT_USAGE, "no command \"%.64s\" (did you mean \"%s\"?)", word,
                            nearest);
    return cli_complain(cli, EXIT_USAGE, "no command \"%.64s\"; assay help lists them", word);
}

static const struct command *find(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (strcmp(all[i]->name, word) == 0)
            return all[i];
    }
    return NULL;
}

static enum exit_code run_command(const struct cli *cli, const struct command *command, int argc,
                                  const char *const *argv)
{
    struct options options;
    struct buffer problem;
    enum exit_code code;
    bool is_refused = true;
    buffer_init(&problem, 1024);
    if (options_parse(command->rules, command->n_rules, argc, argv, &options, &problem)) {
        code = cli_complain(cli, EXIT_USAGE, "%s", buffer_text(&problem));
    } else if (options.wants_help) {
        code = help_of(cli, command);
        is_refused = false;
    } else if (options.n_operands < command->least_operands ||
               options.n_operands > command->most_operands) {
        code =
            cli_complain(cli, EXIT_USAGE, "usage: assay %s%s%s; see assay %s --help", command->name,
                         *command->operands ? " " : "", command->operands, command->name);
    } else if (!(code = config_apply(cli, command, &options))) {
        code = command->run(cli, &options);
        is_refused = false;
    }
    if (is_refused && command->refused)
        command->refused(cli, argc, argv);
    buffer_fini(&problem);
    return code;
}

enum exit_code commands_dispatch(const struct cli *cli, int argc, const char *const *argv)
{
    const char *word = argc > 1 ? argv[1] : "help";
    if (strcmp(word, "--version") == 0 || strcmp(word, "version") == 0) {
        versions_print(cli->out);
        return EXIT_CONFORMANT;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        const struct command *asked = argc > 2 ? find(argv[2]) : NULL;
        return asked ? help_of(cli, asked) : help(cli);
    }
    const struct command *command = find(word);
    return command ? run_command(cli, command, argc - 2, argv + 2) : unknown_command(cli, word);
}
