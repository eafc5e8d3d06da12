/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay completion - the options of every command, for a shell or for man(1).
 */
#include "cli/completion.h"

#include <string.h>

static const struct {
    const char *name;
    void (*write)(FILE *out);
} forms[] = {
    {"bash", completion_bash},
    {"zsh", completion_zsh},
    {"fish", completion_fish},
    {"man", completion_man},
};

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if (strcmp(forms[i].name, o->operands[0]) == 0) {
            forms[i].write(cli->out);
            return EXIT_CONFORMANT;
        }
    }
    return cli_complain(cli, EXIT_USAGE, "usage: assay completion bash|zsh|fish|man; not \"%.64s\"",
                        o->operands[0]);
}

const struct command command_completion = {
    .name = "completion",
    .operands = "bash|zsh|fish|man",
    .summary = "a script that completes options in a shell, or the manual page",
    .example = "  assay completion bash > ~/.local/share/bash-completion/completions/assay\n"
               "  assay completion man | man -l -\n",
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
