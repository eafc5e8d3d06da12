/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/run_command.h"

#include "cli/seed.h"

#include <string.h>

#define FIRST_WORDS 2u /* "assay run" */
#define PROBLEM_MAX 1024u

/* Options that cannot change the results; --max-time only how many there are, --resume not even
 * that. */
static const char *const free_options[] = {"jobs",  "out",  "quiet",       "json",     "no-color",
                                           "since", "pcap", "write-known", "max-time", "resume"};

static bool is_free(const struct option_rule *rule)
{
    for (size_t i = 0; i < COUNT_OF(free_options); i++)
        if (strcmp(rule->name, free_options[i]) == 0)
            return true;
    return false;
}

static bool is_seed(const struct option_rule *rule) { return strcmp(rule->name, "seed") == 0; }

struct record_texts run_command_words(const struct run_command *command, const char *seed,
                                      struct arena *arena)
{
    size_t room = FIRST_WORDS + 2, n = 0;
    for (size_t row = 0; row < command->n_rules; row++)
        room += 2 * command->options->given[row].count;
    const char **words = arena_array(arena, room, sizeof(*words));
    if (!words)
        return (struct record_texts){NULL, 0};
    words[n++] = "assay";
    words[n++] = command->name;
    for (size_t row = 0; row < command->n_rules; row++) {
        const struct option_rule *rule = &command->rules[row];
        const struct option_values *given = &command->options->given[row];
        for (size_t i = 0; i < given->count && !is_free(rule) && !is_seed(rule); i++) {
            const char *word = arena_printf(arena, "--%s", rule->name);
            words[n++] = word ? word : "";
            if (rule->kind != OPTION_FLAG)
                words[n++] = given->values[i];
        }
    }
    words[n++] = "--seed";
    words[n++] = seed;
    return (struct record_texts){words, n};
}

static bool is_same_seed(const char *one, const char *other)
{
    uint8_t first[RANDOM_SEED_LEN], second[RANDOM_SEED_LEN];
    return seed_parse(one, first) == OK && seed_parse(other, second) == OK &&
           memcmp(first, second, sizeof(first)) == 0;
}

static bool is_same_value(const struct option_rule *rule, const char *one, const char *other)
{
    return is_seed(rule) ? is_same_seed(one, other) : strcmp(one, other) == 0;
}

static bool is_same(const struct option_rule *rule, const struct option_values *one,
                    const struct option_values *other)
{
    bool is_same = one->count == other->count;
    for (size_t i = 0; is_same && i < one->count; i++)
        is_same = is_same_value(rule, one->values[i], other->values[i]);
    return is_same;
}

static enum exit_code complain_other(const struct cli *cli, const char *dir,
                                     const struct option_rule *rule,
                                     const struct option_values *recorded)
{
    if (recorded->count == 0)
        return cli_complain(cli, EXIT_USAGE, "--%s: the run in %s has no such option (exit %d)",
                            rule->name, dir, EXIT_USAGE);
    return cli_complain(cli, EXIT_USAGE, "--%s: the run in %s has another: %s%s (exit %d)",
                        rule->name, dir, cli_tame(cli, recorded->values[0]),
                        recorded->count > 1 ? ", and more" : "", EXIT_USAGE);
}

enum exit_code run_command_options(const struct cli *cli, const char *dir,
                                   const struct record_texts *words,
                                   const struct run_command *given, struct options *out)
{
    struct buffer problem;
    enum status st = E_INPUT;
    buffer_init(&problem, PROBLEM_MAX);
    if (words->n >= FIRST_WORDS)
        st = options_parse(given->rules, given->n_rules, (int)(words->n - FIRST_WORDS),
                           words->items + FIRST_WORDS, out, &problem);
    enum exit_code code = EXIT_CONFORMANT;
    if (st)
        code =
            cli_complain(cli, EXIT_BAD_INPUT, "%s: its command is none of this assay: %s (exit %d)",
                         dir, cli_tame(cli, buffer_text(&problem)), EXIT_BAD_INPUT);
    buffer_fini(&problem);
    for (size_t row = 0; row < given->n_rules && !code; row++) {
        const struct option_rule *rule = &given->rules[row];
        const struct option_values *now = &given->options->given[row];
        if (is_free(rule))
            out->given[row] = *now;
        else if (now->count && !is_same(rule, now, &out->given[row]))
            code = complain_other(cli, dir, rule, &out->given[row]);
    }
    return code;
}

static bool is_option(const char *word, const char *name)
{
    return strncmp(word, "--", 2) == 0 && strcmp(word + 2, name) == 0;
}

struct record_texts run_command_without(const struct record_texts *words, const char *name,
                                        struct arena *arena)
{
    const char **kept = arena_array(arena, words->n + 1, sizeof(*kept));
    size_t n = 0;
    for (size_t i = 0; kept && i < words->n; i++)
        if (is_option(words->items[i], name))
            i++;
        else
            kept[n++] = words->items[i];
    return (struct record_texts){kept, n};
}

struct record_texts run_command_values(const struct record_texts *words, const char *name,
                                       struct arena *arena)
{
    const char **values = arena_array(arena, words->n + 1, sizeof(*values));
    size_t n = 0;
    for (size_t i = 0; values && i + 1 < words->n; i++)
        if (is_option(words->items[i], name))
            values[n++] = words->items[i + 1];
    return (struct record_texts){values, n};
}
