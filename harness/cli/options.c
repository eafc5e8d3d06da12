/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

/* The row called |name| (|len| bytes), or |n_rules|. */
static size_t row_of(const struct option_rule *rules, size_t n_rules, const char *name, size_t len)
{
    size_t row = 0;
    while (row < n_rules &&
           !(strlen(rules[row].name) == len && memcmp(rules[row].name, name, len) == 0))
        row++;
    return row;
}

size_t options_row(const struct option_rule *rules, size_t n_rules, const char *name)
{
    return row_of(rules, n_rules, name, strlen(name));
}

static enum status unknown(const struct option_rule *rules, size_t n_rules, const char *word,
                           struct buffer *problem)
{
    const char *names[OPTIONS_MAX];
    char name[64] = {0};
    size_t len = strcspn(word, "=");
    if (len < sizeof(name))
        memcpy(name, word, len);
    for (size_t i = 0; i < n_rules; i++)
        names[i] = rules[i].name;
    const char *nearest = diag_nearest(name, names, n_rules);
    buffer_printf(problem, "unknown option --%.64s", name);
    if (nearest)
        buffer_printf(problem, " (did you mean --%s?)", nearest);
    return E_INPUT;
}

static bool is_number(const char *text, uint32_t least, uint32_t most)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9' || strlen(text) > 10)
        return false;
    unsigned long long n = strtoull(text, &end, 10);
    return *end == '\0' && n >= least && n <= most;
}

static enum status check_choice(const struct option_rule *rule, const char *value,
                                struct buffer *problem)
{
    for (size_t i = 0; i < OPTION_CHOICES_MAX && rule->choices[i]; i++) {
        if (strcmp(rule->choices[i], value) == 0)
            return OK;
    }
    buffer_printf(problem, "--%s takes", rule->name);
    for (size_t i = 0; i < OPTION_CHOICES_MAX && rule->choices[i]; i++)
        buffer_printf(problem, "%s %s", i > 0 ? "," : "", rule->choices[i]);
    buffer_printf(problem, "; not \"%.64s\"", value);
    return E_INPUT;
}

static enum status take(const struct option_rule *rule, const char *value,
                        struct option_values *given, struct buffer *problem)
{
    if (rule->kind == OPTION_NUMBER && !is_number(value, rule->least, rule->most)) {
        buffer_printf(problem, "--%s takes a number from %u to %u; not \"%.64s\"", rule->name,
                      rule->least, rule->most, value);
        return E_INPUT;
    }
    if (rule->kind == OPTION_CHOICE) {
        enum status st = check_choice(rule, value, problem);
        if (st)
            return st;
    }
    size_t most = rule->kind == OPTION_LIST ? OPTION_VALUES_MAX : 1;
    if (rule->kind != OPTION_FLAG && given->count >= most) {
        buffer_printf(problem, "--%s is given more than %s", rule->name,
                      most == 1 ? "once" : "256 times");
        return E_INPUT;
    }
    if (given->count < most)
        given->values[given->count++] = value;
    return OK;
}

enum status options_add(const struct option_rule *rule, const char *value,
                        struct option_values *given, struct buffer *problem)
{
    if (rule->kind != OPTION_FLAG)
        return take(rule, value, given, problem);
    if (strcmp(value, "yes") == 0)
        return take(rule, "", given, problem);
    if (strcmp(value, "no") == 0)
        return OK;
    buffer_printf(problem, "--%s takes yes or no; not \"%.64s\"", rule->name, value);
    return E_INPUT;
}

/* One option at argv[*i], which begins with "--" and goes on. Moves *i to the last word it took. */
static enum status parse_option(const struct option_rule *rules, size_t n_rules, int argc,
                                const char *const *argv, int *i, struct options *out,
                                struct buffer *problem)
{
    const char *word = argv[*i] + 2;
    const char *equals = strchr(word, '=');
    size_t row = row_of(rules, n_rules, word, equals ? (size_t)(equals - word) : strlen(word));
    if (row == n_rules)
        return unknown(rules, n_rules, word, problem);
    const struct option_rule *rule = &rules[row];
    if (rule->kind == OPTION_FLAG) {
        if (!equals)
            return take(rule, "", &out->given[row], problem);
        buffer_printf(problem, "--%s takes no value", rule->name);
        return E_INPUT;
    }
    if (equals)
        return take(rule, equals + 1, &out->given[row], problem);
    if (*i + 1 >= argc) {
        buffer_printf(problem, "--%s needs a value: --%s %s", rule->name, rule->name, rule->value);
        return E_INPUT;
    }
    *i += 1;
    return take(rule, argv[*i], &out->given[row], problem);
}

static enum status add_operand(const char *word, struct options *out, struct buffer *problem)
{
    if (out->n_operands == OPERANDS_MAX) {
        buffer_printf(problem, "too many operands, at \"%.64s\"", word);
        return E_INPUT;
    }
    out->operands[out->n_operands++] = word;
    return OK;
}

enum status options_parse(const struct option_rule *rules, size_t n_rules, int argc,
                          const char *const *argv, struct options *out, struct buffer *problem)
{
    enum status st = OK;
    bool is_past_options = false;
    memset(out, 0, sizeof(*out));
    for (int i = 0; i < argc && !st; i++) {
        const char *word = argv[i];
        if (is_past_options || word[0] != '-' || word[1] == '\0') {
            st = add_operand(word, out, problem);
        } else if (strcmp(word, "--") == 0) {
            is_past_options = true;
        } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            out->wants_help = true;
        } else if (word[1] != '-') {
            buffer_printf(problem, "unknown option %.64s (options are written --name)", word);
            st = E_INPUT;
        } else {
            st = parse_option(rules, n_rules, argc, argv, &i, out, problem);
        }
    }
    return st;
}

bool option_given(const struct options *o, size_t row) { return o->given[row].count > 0; }

const char *option_text(const struct options *o, size_t row, const char *otherwise)
{
    return option_given(o, row) ? o->given[row].values[0] : otherwise;
}

uint32_t option_number(const struct options *o, size_t row, uint32_t otherwise)
{
    return option_given(o, row) ? (uint32_t)strtoul(o->given[row].values[0], NULL, 10) : otherwise;
}
