/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/manpage.c - assay(1) in roff's man macros, the page part of cli/completion.h.
 */
#include "cli/completion.h"

static const struct {
    enum exit_code code;
    const char *meaning;
} codes[] = {
    {EXIT_CONFORMANT, "Every applicable MUST case passed, or is a listed known failure; or the "
                      "command did what it was asked."},
    {EXIT_FAILED, "A MUST case failed that is not listed, or a listed one passes now."},
    {EXIT_UNCERTAIN, "Inconclusive, or vacuous: too little was seen to say anything."},
    {EXIT_TROUBLE, "assay itself could not go on, or was interrupted."},
    {EXIT_USAGE, "Wrong usage: an unknown option, a filter that matches nothing."},
    {EXIT_BAD_INPUT, "A file is wrong; nothing was run."},
    {EXIT_UNREACHABLE, "The target is not reachable."},
};

/* |text| as roff reads it: no escape, no request at the beginning of a line. */
static void roff(FILE *out, const char *text)
{
    bool begins_line = true;
    for (; *text; text++) {
        if (begins_line && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\'')
            fputs("\\(aq", out);
        else
            fputc(*text, out);
        begins_line = *text == '\n';
    }
}

static void man_command(FILE *out, const struct command *command)
{
    fprintf(out, ".SS assay %s ", command->name);
    roff(out, command->operands);
    fputs("\nIn short: ", out);
    roff(out, command->summary);
    fputs(".\n", out);
    for (size_t i = 0; i < command->n_rules; i++) {
        const struct option_rule *rule = &command->rules[i];
        fputs(".TP\n\\fB\\-\\-", out);
        roff(out, rule->name);
        fputs("\\fR", out);
        if (rule->kind != OPTION_FLAG) {
            fputs(" \\fI", out);
            roff(out, rule->value);
            fputs("\\fR", out);
        }
        fputs(rule->kind == OPTION_LIST ? " ...\n" : "\n", out);
        roff(out, rule->explanation);
        fputc('\n', out);
    }
    fputs(".PP\n.nf\n", out);
    roff(out, command->example);
    fputs(".fi\n", out);
}

void completion_man(FILE *out)
{
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    fprintf(out,
            ".\\\" Made by: assay completion man\n"
            ".TH ASSAY 1 \"\" \"assay %s\" \"User Commands\"\n"
            ".SH NAME\nassay \\- conformance of encrypted\\-messaging implementations\n"
            ".SH SYNOPSIS\n.B assay\n.I COMMAND\n[options]\n.br\n.B assay \\-\\-version\n"
            ".SH DESCRIPTION\n"
            "Drives an implementation over a socket, sends it honest, mutated and hostile bytes, "
            "and says, requirement by requirement, what it did with them.\n"
            ".SH COMMANDS\n",
            ASSAY_VERSION);
    for (size_t i = 0; i < count; i++)
        man_command(out, all[i]);
    fputs(".SH EXIT STATUS\n", out);
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        fprintf(out, ".TP\n.B %d\n", codes[i].code);
        roff(out, codes[i].meaning);
        fputc('\n', out);
    }
    fputs(".SH ENVIRONMENT\n"
          ".TP\n.B ASSAY_DATA\n"
          "Where suites, vectors and profiles are read from. Without it: share/assay beside the "
          "folder that the executable lies in.\n"
          ".TP\n.B ASSAY_REFERENCE\n"
          "The program behind the address builtin:. Without it: assay\\-reference beside the "
          "executable.\n"
          ".TP\n.B ASSAY_CONFIG\n"
          "A file of options that are the same on every call. Without it: assay.ini in the current "
          "directory, where there is one.\n"
          ".TP\n.B NO_COLOR\nNo colours.\n"
          ".SH SEE ALSO\nThe pages in share/assay/docs, beginning with README.md above them.\n",
          out);
}
