/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/completion.h"

#include <ctype.h>
#include <string.h>

/* ---- what may stand where a value or an operand is asked for */

enum completion_kind {
    COMPLETION_NONE = 0, /* nothing that could be listed */
    COMPLETION_WORDS,    /* one of a few words */
    COMPLETION_FILES,
    COMPLETION_DIRS
};

struct completion_value {
    enum completion_kind kind;
    char words[256]; /* COMPLETION_WORDS: a space between two; else "" */
};

static void add_word(struct completion_value *value, const char *word, size_t len)
{
    size_t used = strlen(value->words);
    if (used + len + 2 > sizeof(value->words))
        return;
    snprintf(value->words + used, sizeof(value->words) - used, "%s%.*s", used ? " " : "", (int)len,
             word);
}

/* |name| as help has it: "DIR", "NAME|FILE", "show|check". */
static struct completion_value named(const char *name)
{
    struct completion_value value = {.kind = COMPLETION_NONE};
    if (strcmp(name, "ADDRESS") == 0) {
        value = (struct completion_value){COMPLETION_WORDS, "builtin: exec: unix: tcp:"};
    } else if (islower((unsigned char)name[0])) {
        value.kind = COMPLETION_WORDS;
        for (size_t len; *name; name += len + (name[len] == '|')) {
            len = strcspn(name, "|");
            add_word(&value, name, len);
        }
    } else if (strstr(name, "DIR")) {
        value.kind = COMPLETION_DIRS;
    } else if (strstr(name, "FILE") || strstr(name, ".json")) {
        value.kind = COMPLETION_FILES;
    }
    return value;
}

/* Of the value of |rule|, by its choices or by what help calls it: FILE, DIR, ADDRESS. */
static struct completion_value of_option(const struct option_rule *rule)
{
    struct completion_value value = {.kind = COMPLETION_NONE};
    if (rule->kind == OPTION_FLAG)
        return value;
    if (rule->kind != OPTION_CHOICE)
        return named(rule->value);
    value.kind = COMPLETION_WORDS;
    for (size_t i = 0; i < OPTION_CHOICES_MAX && rule->choices[i]; i++)
        add_word(&value, rule->choices[i], strlen(rule->choices[i]));
    return value;
}

/* Of the first operand of |command|: the words of "show|check", a file, or nothing. */
static struct completion_value of_operand(const struct command *command)
{
    return named(command->operands);
}

/* |text|, which the shell sees in single quotes, each of |special| after a backslash. */
static void quoted(FILE *out, const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '\'') {
            fputs("'\\''", out);
            continue;
        }
        if (strchr(special, *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* ---- bash */

static void bash_value(FILE *out, const struct completion_value *value)
{
    static const char *const what[] = {[COMPLETION_NONE] = "",
                                       [COMPLETION_WORDS] = "-W",
                                       [COMPLETION_FILES] = "-f",
                                       [COMPLETION_DIRS] = "-d"};
    fprintf(out, "_assay_among %s", what[value->kind]);
    if (value->kind == COMPLETION_WORDS)
        fprintf(out, " '%s'", value->words);
    fputs(" ;;\n", out);
}

static void bash_command(FILE *out, const struct command *command)
{
    const struct completion_value operand = of_operand(command);
    for (size_t i = 0; i < command->n_rules; i++) {
        const struct option_rule *rule = &command->rules[i];
        const struct completion_value value = of_option(rule);
        if (rule->kind == OPTION_FLAG)
            continue;
        fprintf(out, "    '%s --%s') ", command->name, rule->name);
        bash_value(out, &value);
    }
    fprintf(out, "    '%s '*)\n        case $cur in\n        -*) _assay_among -W '", command->name);
    for (size_t i = 0; i < command->n_rules; i++)
        fprintf(out, "--%s ", command->rules[i].name);
    fputs("--help' ;;\n        *) ", out);
    bash_value(out, &operand);
    fputs("        esac\n        ;;\n", out);
}

void completion_bash(FILE *out)
{
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    fputs("# Completion of assay for bash, made by: assay completion bash\n"
          "_assay_among() {\n"
          "    [ $# -gt 0 ] || return 0\n"
          "    case $1 in -f | -d) compopt -o filenames 2>/dev/null ;; esac\n"
          "    mapfile -t COMPREPLY < <(compgen \"$@\" -- \"$cur\")\n"
          "}\n"
          "_assay() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    COMPREPLY=()\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
          "        _assay_among -W '",
          out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s ", all[i]->name);
    fputs("help --version'\n"
          "        return\n"
          "    fi\n"
          "    case \"${COMP_WORDS[1]} $prev\" in\n",
          out);
    for (size_t i = 0; i < count; i++)
        bash_command(out, all[i]);
    fputs("    esac\n}\ncomplete -F _assay assay\n", out);
}

/* ---- zsh */

static void zsh_value(FILE *out, const char *name, const struct completion_value *value)
{
    fputc(':', out);
    quoted(out, name, ":");
    fputc(':', out);
    if (value->kind == COMPLETION_WORDS) {
        fputc('(', out);
        quoted(out, value->words, ":");
        fputc(')', out);
    } else if (value->kind != COMPLETION_NONE) {
        fputs(value->kind == COMPLETION_FILES ? "_files" : "_files -/", out);
    } else {
        fputc(' ', out);
    }
}

static void zsh_command(FILE *out, const struct command *command)
{
    const struct completion_value operand = of_operand(command);
    fprintf(out, "    %s)\n        _arguments '--help[this text]'", command->name);
    for (size_t i = 0; i < command->n_rules; i++) {
        const struct option_rule *rule = &command->rules[i];
        const struct completion_value value = of_option(rule);
        fprintf(out, " \\\n            '%s--%s%s[", rule->kind == OPTION_LIST ? "*" : "",
                rule->name, rule->kind == OPTION_FLAG ? "" : "=");
        quoted(out, rule->explanation, "[]\\");
        fputc(']', out);
        if (rule->kind != OPTION_FLAG)
            zsh_value(out, rule->value, &value);
        fputc('\'', out);
    }
    if (command->most_operands > 0) {
        fputs(" \\\n            '*", out);
        zsh_value(out, command->operands, &operand);
        fputc('\'', out);
    }
    fputs("\n        ;;\n", out);
}

void completion_zsh(FILE *out)
{
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    fputs("#compdef assay\n"
          "# Completion of assay for zsh, made by: assay completion zsh\n"
          "local -a commands=(\n",
          out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "    '%s:", all[i]->name);
        quoted(out, all[i]->summary, "");
        fputs("'\n", out);
    }
    fputs(")\n"
          "if (( CURRENT == 2 )); then\n"
          "    _describe command commands\n"
          "    return\n"
          "fi\n"
          "shift words\n"
          "(( CURRENT-- ))\n"
          "case $words[1] in\n",
          out);
    for (size_t i = 0; i < count; i++)
        zsh_command(out, all[i]);
    fputs("esac\n", out);
}

/* ---- fish */

static void fish_value(FILE *out, const struct completion_value *value)
{
    if (value->kind == COMPLETION_FILES) {
        fputs(" -r -F", out);
    } else if (value->kind == COMPLETION_DIRS) {
        fputs(" -x -a '(__fish_complete_directories)'", out);
    } else {
        fputs(" -x", out);
        if (value->kind == COMPLETION_WORDS)
            fprintf(out, " -a '%s'", value->words);
    }
}

static void fish_command(FILE *out, const struct command *command)
{
    const struct completion_value operand = of_operand(command);
    fprintf(out, "complete -c assay -n __fish_use_subcommand -a %s -d '", command->name);
    quoted(out, command->summary, "\\");
    fputs("'\n", out);
    for (size_t i = 0; i < command->n_rules; i++) {
        const struct option_rule *rule = &command->rules[i];
        const struct completion_value value = of_option(rule);
        fprintf(out, "complete -c assay -n '__fish_seen_subcommand_from %s' -l %s", command->name,
                rule->name);
        if (rule->kind != OPTION_FLAG)
            fish_value(out, &value);
        fputs(" -d '", out);
        quoted(out, rule->explanation, "\\");
        fputs("'\n", out);
    }
    if (operand.kind == COMPLETION_FILES || operand.kind == COMPLETION_WORDS) {
        fprintf(out, "complete -c assay -n '__fish_seen_subcommand_from %s'", command->name);
        if (operand.kind == COMPLETION_FILES)
            fputs(" -F\n", out);
        else
            fprintf(out, " -a '%s'\n", operand.words);
    }
}

void completion_fish(FILE *out)
{
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    fputs("# Completion of assay for fish, made by: assay completion fish\ncomplete -c assay -f\n",
          out);
    for (size_t i = 0; i < count; i++)
        fish_command(out, all[i]);
}
