/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay explain - what a name means, wherever it stood: in a report, a suite, a failing build.
 */
#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/inputs.h"
#include "record/member.h"

#include <stdlib.h>
#include <string.h>

#define MEANINGS_MAX 32u

enum row { ROW_SUITE_DIR, ROW_JSON, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_SUITE_DIR] = SUITE_DIR_OPTION,
    [ROW_JSON] = FLAG_OPTION("json", "the same for a machine"),
};

/* One thing that a word is: "skips-mac (word of the layer signal)", and what is said of it. */
struct meaning {
    const char *head, *text;
};
static const struct member meaning_members[] = {TEXT("head", meaning, head),
                                                TEXT("text", meaning, text)};
static const struct form meaning_form = {FORM(meaning, meaning_members)};

struct meanings {
    const char *word;
    struct meaning items[MEANINGS_MAX];
    size_t n;
};
static const struct member meanings_members[] = {
    TEXT("word", meanings, word),
    THINGS("meanings", MEMBER_ROOM, meanings, items, n, &meaning_form, 0, MEANINGS_MAX)};
static const struct form meanings_form = {FORM(meanings, meanings_members)};

/* Each line of |text| that is not indented is a head; cuts |text| to pieces. */
static void split(char *text, struct meanings *out)
{
    for (char *line = text; *line && out->n < MEANINGS_MAX;) {
        char *end = strchr(line, '\n');
        char *body = end ? end + 1 : line + strlen(line);
        char *next = body;
        while (*next && !(next[0] == '\n' && next[1] && next[1] != ' ' && next[1] != '\n'))
            next++;
        char *after = *next ? next + 1 : next;
        if (end)
            *end = '\0';
        while (next > body && next[-1] == '\n')
            next--;
        if (next < after)
            *next = '\0';
        out->items[out->n++] = (struct meaning){line, body};
        line = after;
    }
}

static enum exit_code print_json(const struct cli *cli, const char *word, char *text)
{
    struct meanings all = {.word = word};
    split(text, &all);
    enum status st = form_print(&meanings_form, &all, FORM_PAGE, cli->out);
    return st ? cli_complain_status(cli, "explain", st) : EXIT_CONFORMANT;
}

/* Print what |word| is; false when it is nothing. */
static bool is_explained(const struct cli *cli, const struct catalogue *catalogue, const char *word,
                         bool is_json, enum exit_code *code)
{
    char *text = NULL;
    size_t len = 0;
    struct cli aside = *cli;
    *code = EXIT_CONFORMANT;
    if (!is_json)
        return explain_print(cli, catalogue, word);
    aside.out = open_memstream(&text, &len);
    if (!aside.out) {
        *code = cli_complain_status(cli, "explain", E_NOMEM);
        return true;
    }
    bool is_something = explain_print(&aside, catalogue, word);
    if (fclose(aside.out) != 0)
        *code = cli_complain_status(cli, "explain", E_NOMEM);
    else if (is_something)
        *code = print_json(cli, word, text);
    free(text);
    return is_something;
}

static enum exit_code explain(const struct cli *cli, const struct catalogue *catalogue,
                              const char *word, bool is_json)
{
    enum exit_code code;
    if (is_explained(cli, catalogue, word, is_json, &code))
        return code;
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
        code = explain(cli, &inputs.catalogue, o->operands[0], option_given(o, ROW_JSON));
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
