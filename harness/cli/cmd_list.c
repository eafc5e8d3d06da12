/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay list - what there is to run, which requirements it covers, and what suites can do wrong.
 */
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/words.h"

#include <jansson.h>
#include <string.h>

enum row {
    ROW_REQUIREMENTS,
    ROW_UNCOVERED,
    ROW_WORDS,
    ROW_LEVELS,
    ROW_SUITE,
    ROW_SUITE_DIR,
    ROW_JSON,
    ROW_QUIET,
    N_ROWS
};

static const struct option_rule rules[N_ROWS] = {
    [ROW_REQUIREMENTS] = FLAG_OPTION("requirements", "requirements, and the cases that test each"),
    [ROW_UNCOVERED] = FLAG_OPTION("uncovered", "requirements no case tests, and why"),
    [ROW_WORDS] = FLAG_OPTION("words", "what a suite can do wrong: each mutation, in a sentence"),
    [ROW_LEVELS] = FLAG_OPTION(
        "levels", "each requirement and case with its level, as a requirement set has them"),
    [ROW_SUITE] =
        LIST_OPTION("suite", "ID", "only the cases of this suite, or the requirements they cover"),
    [ROW_SUITE_DIR] = SUITE_DIR_OPTION,
    [ROW_JSON] = FLAG_OPTION("json", "the same for a machine"),
    [ROW_QUIET] = FLAG_OPTION("quiet", "load and check everything, print only what is wrong"),
};

/* By --suite; everything without it. */
static bool is_chosen(const struct options *o, const struct suite *suite)
{
    const struct option_values *chosen = &o->given[ROW_SUITE];
    for (size_t i = 0; i < chosen->count; i++)
        if (strcmp(chosen->values[i], suite->id) == 0)
            return true;
    return chosen->count == 0;
}

struct totals {
    size_t n_suites;
    size_t n_cases;
    size_t n_instances;
    size_t n_requirements;
    size_t n_covered;        /* requirements with a case */
    size_t n_not_built;      /* that can be seen from outside, and assay does not look yet */
    size_t n_not_observable; /* that cannot */
};

/* Visits the cases of |r|, in order. NULL after the last; |*at| starts at 0. */
static const struct case_spec *next_case_of(const struct catalogue *c, const struct requirement *r,
                                            size_t *at)
{
    size_t n = 0;
    for (size_t s = 0; s < c->n_suites; s++) {
        for (size_t i = 0; i < c->suites[s]->n_cases; i++, n++) {
            const struct case_spec *spec = &c->suites[s]->cases[i];
            if (n >= *at && spec->requirement == r) {
                *at = n + 1;
                return spec;
            }
        }
    }
    return NULL;
}

static bool is_covered(const struct catalogue *c, const struct requirement *r)
{
    size_t at = 0;
    return next_case_of(c, r, &at) != NULL;
}

static bool is_testable(const struct requirement *r, const char *how)
{
    return strcmp(r->testable ? r->testable : "yes", how) == 0;
}

/* Does a chosen suite test |r|? */
static bool is_shown(const struct options *o, const struct catalogue *c,
                     const struct requirement *r)
{
    size_t at = 0;
    bool is_any = !option_given(o, ROW_SUITE);
    for (const struct case_spec *spec; !is_any && (spec = next_case_of(c, r, &at));)
        is_any = is_chosen(o, spec->suite);
    return is_any;
}

/* Of what is shown: with --suite, all its requirements have a case. */
static struct totals count(const struct options *o, const struct catalogue *c)
{
    struct totals t = {0};
    for (size_t s = 0; s < c->n_suites; s++) {
        if (!is_chosen(o, c->suites[s]))
            continue;
        t.n_suites++;
        t.n_cases += c->suites[s]->n_cases;
        for (size_t i = 0; i < c->suites[s]->n_cases; i++)
            t.n_instances += c->suites[s]->cases[i].n_instances;
    }
    for (size_t i = 0; i < c->n_requirements; i++) {
        const struct requirement *r = &c->requirements[i];
        if (!is_shown(o, c, r))
            continue;
        t.n_requirements++;
        if (is_covered(c, r))
            t.n_covered++;
        else if (is_testable(r, "no"))
            t.n_not_observable++;
        else
            t.n_not_built++;
    }
    return t;
}

static void print_totals(const struct cli *cli, const struct options *o, const struct catalogue *c)
{
    struct totals t = count(o, c);
    fprintf(cli->out, "%zu case%s in %zu suite%s; %zu execution%s after sweeps\n", t.n_cases,
            t.n_cases == 1 ? "" : "s", t.n_suites, t.n_suites == 1 ? "" : "s", t.n_instances,
            t.n_instances == 1 ? "" : "s");
    if (option_given(o, ROW_SUITE))
        fprintf(cli->out, "%zu of %zu requirements covered by them\n", t.n_covered,
                c->n_requirements);
    else
        fprintf(cli->out,
                "%zu of %zu requirements covered, %zu not built yet, %zu not observable from "
                "outside\n",
                t.n_covered, c->n_requirements, t.n_not_built, t.n_not_observable);
}

static void print_left_out(const struct cli *cli, const struct suite *suite)
{
    for (size_t i = 0; i < suite->n_left_out; i++)
        fprintf(cli->out, "  not tried: %s with %s: %s\n", suite->left_out[i].part,
                suite->left_out[i].with, suite->left_out[i].because);
}

static void print_cases(const struct cli *cli, const struct options *o, const struct catalogue *c)
{
    for (size_t s = 0; s < c->n_suites; s++) {
        const struct suite *suite = c->suites[s];
        if (!is_chosen(o, suite))
            continue;
        fprintf(cli->out, "%s - %s (%zu case%s)\n", suite->id, suite->title, suite->n_cases,
                suite->n_cases == 1 ? "" : "s");
        for (size_t i = 0; i < suite->n_cases; i++) {
            const struct case_spec *spec = &suite->cases[i];
            fprintf(cli->out, "  %-58s %5u  %-9s %s\n", spec->full_id, spec->n_instances,
                    level_name(spec->level), spec->requirement->id);
        }
        print_left_out(cli, suite);
        fputc('\n', cli->out);
    }
    print_totals(cli, o, c);
}

static void print_requirement(const struct cli *cli, const struct catalogue *c,
                              const struct requirement *r)
{
    size_t at = 0, n_cases = 0;
    fprintf(cli->out, "%-6s %-9s %s\n", r->id, level_name(r->level), r->text);
    fprintf(cli->out, "                   %s: %s, %s, %s\n", r->kind, r->source, r->section,
            r->url);
    for (const struct case_spec *spec; (spec = next_case_of(c, r, &at)); n_cases++)
        fprintf(cli->out, "                   %s\n", spec->full_id);
    if (n_cases == 0)
        fprintf(cli->out, "                 - %s%s%s\n",
                is_testable(r, "no")      ? "not observable"
                : is_testable(r, "later") ? "not built yet"
                                          : "no case",
                r->reason ? ": " : "", r->reason ? r->reason : "");
}

static void print_requirements(const struct cli *cli, const struct options *o,
                               const struct catalogue *c)
{
    bool only_uncovered = option_given(o, ROW_UNCOVERED);
    for (size_t i = 0; i < c->n_requirements; i++) {
        const struct requirement *r = &c->requirements[i];
        if (is_shown(o, c, r) && (!only_uncovered || !is_covered(c, r)))
            print_requirement(cli, c, r);
    }
    fputc('\n', cli->out);
    print_totals(cli, o, c);
}

static void print_levels(const struct cli *cli, const struct options *o, const struct catalogue *c)
{
    for (size_t i = 0; i < c->n_requirements; i++)
        if (is_shown(o, c, &c->requirements[i]))
            fprintf(cli->out, "%s %s\n", c->requirements[i].id,
                    level_name(c->requirements[i].level));
    for (size_t s = 0; s < c->n_suites; s++)
        for (size_t i = 0; is_chosen(o, c->suites[s]) && i < c->suites[s]->n_cases; i++)
            fprintf(cli->out, "%s %s\n", c->suites[s]->cases[i].full_id,
                    level_name(c->suites[s]->cases[i].level));
}

static json_t *case_json(const struct case_spec *spec)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s}", "id", spec->full_id, "suite",
                     spec->suite->id, "requirement", spec->requirement->id, "level",
                     level_name(spec->level), "instances", (int)spec->n_instances, "purpose",
                     spec->purpose);
}

static json_t *cases_json(const struct options *o, const struct catalogue *c)
{
    json_t *cases = json_array();
    for (size_t s = 0; s < c->n_suites; s++)
        for (size_t i = 0; is_chosen(o, c->suites[s]) && i < c->suites[s]->n_cases; i++)
            json_array_append_new(cases, case_json(&c->suites[s]->cases[i]));
    return cases;
}

static json_t *requirements_json(const struct options *o, const struct catalogue *c)
{
    json_t *all = json_array();
    for (size_t i = 0; i < c->n_requirements; i++) {
        const struct requirement *r = &c->requirements[i];
        if (!is_shown(o, c, r))
            continue;
        json_t *cases = json_array();
        size_t at = 0;
        for (const struct case_spec *spec; (spec = next_case_of(c, r, &at));)
            json_array_append_new(cases, json_string(spec->full_id));
        json_array_append_new(
            all, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s, s:s, s:s, s:s, s:s?, s:o}", "id",
                           r->id, "source", r->source, "section", r->section, "class", r->kind,
                           "url", r->url, "quote", r->quote, "level", level_name(r->level), "text",
                           r->text, "impact", r->impact, "testable",
                           r->testable ? r->testable : "yes", "reason", r->reason, "cases", cases));
    }
    return all;
}

/* Given; NULL when there was no memory for it. */
static enum exit_code print_document(const struct cli *cli, json_t *document)
{
    if (!document)
        return cli_complain_status(cli, "list", E_NOMEM);
    json_dumpf(document, cli->out, JSON_INDENT(1));
    fputc('\n', cli->out);
    json_decref(document);
    return EXIT_CONFORMANT;
}

static json_t *suites_json(const struct options *o, const struct catalogue *c)
{
    json_t *suites = json_array();
    for (size_t s = 0; s < c->n_suites; s++)
        if (is_chosen(o, c->suites[s]))
            json_array_append_new(suites,
                                  json_pack("{s:s, s:s, s:s}", "id", c->suites[s]->id, "title",
                                            c->suites[s]->title, "layer", c->suites[s]->layer));
    return suites;
}

static json_t *word_json(const struct word_table *t, const struct word *w)
{
    json_t *word = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "name", w->name, "layer", t->layer,
                             "sentence", w->why, "follows_from", word_by(t, w), "tolerated",
                             w->is_tolerated, "may_be_refused", w->may_be_refused);
    if (w->most)
        json_object_update_new(word, json_pack("{s:I, s:I}", "least", (json_int_t)w->least, "most",
                                               (json_int_t)w->most));
    return word;
}

static void print_word(const struct cli *cli, const struct word_table *t, const struct word *w)
{
    fprintf(cli->out, "%-24s %-40s %s\n", t->layer, w->name, w->why);
}

/* Each word once: versions of a cipher share most of theirs. */
static enum exit_code print_words(const struct cli *cli, bool is_json)
{
    json_t *all = is_json ? json_array() : NULL;
    const struct word_table *t;
    const struct word *w;
    for (size_t k = 0; (t = words_table(k)); k++) {
        for (unsigned i = 1; (w = word_at(t, i)); i++) {
            if (words_has_earlier(k, i))
                continue;
            if (is_json)
                json_array_append_new(all, word_json(t, w));
            else
                print_word(cli, t, w);
        }
    }
    return is_json ? print_document(cli, json_pack("{s:o}", "words", all)) : EXIT_CONFORMANT;
}

static enum exit_code print_json(const struct cli *cli, const struct options *o,
                                 const struct catalogue *c)
{
    struct totals t = count(o, c);
    json_t *document = json_pack(
        "{s:o, s:o, s:o, s:{s:I, s:I, s:I, s:I, s:I, s:I}}", "suites", suites_json(o, c), "cases",
        cases_json(o, c), "requirements", requirements_json(o, c), "totals", "cases",
        (json_int_t)t.n_cases, "instances", (json_int_t)t.n_instances, "requirements",
        (json_int_t)t.n_requirements, "covered", (json_int_t)t.n_covered, "not_built",
        (json_int_t)t.n_not_built, "not_observable", (json_int_t)t.n_not_observable);
    return print_document(cli, document);
}

/* What --suite names is there. */
static enum exit_code check_chosen(const struct cli *cli, const struct option_values *chosen,
                                   const struct catalogue *c)
{
    const char **names = arena_array(cli->arena, c->n_suites + 1, sizeof(*names));
    if (!names)
        return cli_complain_status(cli, "list", E_NOMEM);
    for (size_t i = 0; i < c->n_suites; i++)
        names[i] = c->suites[i]->id;
    for (size_t i = 0; i < chosen->count; i++) {
        const char *id = chosen->values[i], *near = diag_nearest(id, names, c->n_suites);
        size_t s = 0;
        while (s < c->n_suites && strcmp(names[s], id) != 0)
            s++;
        if (s == c->n_suites)
            return cli_complain(cli, EXIT_USAGE, "there is no suite \"%.64s\"%s%s%s", id,
                                near ? " (did you mean \"" : "", near ? near : "",
                                near ? "\"?)" : "; assay list shows all");
    }
    return EXIT_CONFORMANT;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct inputs inputs;
    const struct option_values *dirs = &o->given[ROW_SUITE_DIR];
    if (option_given(o, ROW_SUITE) && option_given(o, ROW_UNCOVERED))
        return cli_complain(cli, EXIT_USAGE,
                            "--suite and --uncovered: what a suite tests is covered");
    if (option_given(o, ROW_WORDS))
        return print_words(cli, option_given(o, ROW_JSON));
    enum exit_code code = inputs_load(cli, dirs->values, dirs->count, &inputs);
    /* whoever writes suites looks here whether they are sound, for every cipher */
    for (size_t i = 0; ciphers[i] && !code; i++)
        code = inputs_add_cipher(cli, ciphers[i]->name, &inputs);
    if (!code)
        code = check_chosen(cli, &o->given[ROW_SUITE], &inputs.catalogue);
    if (!code && option_given(o, ROW_JSON))
        code = print_json(cli, o, &inputs.catalogue);
    else if (!code && option_given(o, ROW_QUIET))
        code = EXIT_CONFORMANT;
    else if (!code && option_given(o, ROW_LEVELS))
        print_levels(cli, o, &inputs.catalogue);
    else if (!code && (option_given(o, ROW_REQUIREMENTS) || option_given(o, ROW_UNCOVERED)))
        print_requirements(cli, o, &inputs.catalogue);
    else if (!code)
        print_cases(cli, o, &inputs.catalogue);
    inputs_fini(&inputs);
    return code;
}

const struct command command_list = {
    .name = "list",
    .operands = "",
    .summary = "cases, and the requirements they cover",
    .example =
        "  assay list --suite ratchet\n  assay list --requirements\n  assay list --uncovered\n",
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
