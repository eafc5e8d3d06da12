/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay promote - a failure that was found becomes a case that stays.
 */
#include "base/bytes.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "scenario/repro_file.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#define SUITE_FILE_MAX (16u * 1024u * 1024u)
#define ID_WORDS_MAX 72u /* bytes of an id made from a purpose */
#define SAME_WORDS_MAX 1000u
#define SEED_SHOWN 4u /* bytes of the seed in the origin */

enum row { ROW_SUITE, ROW_ID, ROW_QUIET, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_SUITE] =
        TEXT_OPTION("suite", "FILE", "the suite it is added to (default suites/found.xml)"),
    [ROW_ID] = TEXT_OPTION("id", "WORDS", "the case's id; without it, words of its purpose"),
    [ROW_QUIET] = FLAG_OPTION("quiet", "print nothing but errors"),
};

struct promotion {
    const struct cli *cli;
    const struct options *o;
    struct inputs inputs;
    const char *from;             /* the shrunk file */
    const char *to;               /* the suite file */
    const struct case_spec *spec; /* what is promoted */
    struct repro repro;
    const struct suite *suite; /* where it goes; NULL when the file is still to be made */
    struct saved_case saved;
};

/* ---- reading */

static enum exit_code conclude(const struct promotion *p, const char *what, enum status st)
{
    return cli_conclude(p->cli, st, what, &p->inputs.diags, "nothing promoted");
}

static enum exit_code read_case(struct promotion *p)
{
    const struct suite *suite;
    struct catalogue *c = &p->inputs.catalogue;
    enum status st = catalogue_load_file(c, &p->inputs.loader, p->from, &suite, &p->inputs.diags);
    if (!st)
        st = repro_load(p->from, &c->arena, &p->repro, &p->inputs.diags);
    if (st)
        return conclude(p, p->from, st);
    if (suite->n_cases != 1 || suite->cases[0].sweep_kind)
        return cli_complain(p->cli, EXIT_BAD_INPUT,
                            "%s: exactly one case without a sweep is expected", p->from);
    p->spec = &suite->cases[0];
    return EXIT_CONFORMANT;
}

static enum exit_code read_suite(struct promotion *p)
{
    if (access(p->to, F_OK))
        return EXIT_CONFORMANT;
    enum status st = catalogue_load_file(&p->inputs.catalogue, &p->inputs.loader, p->to, &p->suite,
                                         &p->inputs.diags);
    return conclude(p, p->to, st);
}

/* ---- is it there already? */

static bool is_same_step(const struct step *a, const struct step *b)
{
    bool is_same = a->verb == b->verb && a->n_attributes == b->n_attributes;
    for (size_t i = 0; is_same && i < a->n_attributes; i++) {
        const char *value = NULL;
        for (size_t j = 0; j < b->n_attributes; j++)
            if (strcmp(a->attributes[i].name, b->attributes[j].name) == 0)
                value = b->attributes[j].value;
        is_same = value && strcmp(a->attributes[i].value, value) == 0;
    }
    return is_same;
}

static bool is_same_case(const struct case_spec *a, const struct case_spec *b)
{
    bool is_same = a->n_steps == b->n_steps;
    for (size_t i = 0; is_same && i < a->n_steps; i++)
        is_same = is_same_step(&a->steps[i], &b->steps[i]);
    return is_same;
}

static const struct case_spec *twin_in(const struct suite *suite, const struct case_spec *spec)
{
    for (size_t i = 0; suite && i < suite->n_cases; i++)
        if (is_same_case(&suite->cases[i], spec))
            return &suite->cases[i];
    return NULL;
}

static enum exit_code check_new(const struct promotion *p)
{
    const struct catalogue *c = &p->inputs.catalogue;
    const struct case_spec *twin = twin_in(p->suite, p->spec);
    for (size_t i = 0; !twin && i < c->n_suites; i++)
        twin = twin_in(c->suites[i], p->spec);
    return twin ? cli_complain(p->cli, EXIT_BAD_INPUT,
                               "%s: these are the steps of %s; nothing promoted", p->from,
                               twin->full_id)
                : EXIT_CONFORMANT;
}

/* ---- its id */

static bool is_taken(const struct suite *suite, const char *id)
{
    for (size_t i = 0; suite && i < suite->n_cases; i++)
        if (strcmp(suite->cases[i].id, id) == 0)
            return true;
    return false;
}

/* "a-message-that-was-opened-is-refused-when-it-comes-again" */
static void words_of(const char *purpose, char out[ID_WORDS_MAX + 1])
{
    size_t len = 0, last_whole = 0;
    for (const char *c = purpose; *c; c++) {
        bool is_word = isalnum((unsigned char)*c) && (unsigned char)*c < 0x80;
        if (!is_word && len && out[len - 1] != '-')
            last_whole = len;
        if (len == ID_WORDS_MAX)
            break;
        if (is_word)
            out[len++] = (char)tolower((unsigned char)*c);
        else if (len && out[len - 1] != '-')
            out[len++] = '-';
    }
    while (len && (len == ID_WORDS_MAX || out[len - 1] == '-'))
        len = len == ID_WORDS_MAX && last_whole ? last_whole : len - 1;
    out[len] = '\0';
}

static const char *choose_id(const struct promotion *p)
{
    char words[ID_WORDS_MAX + 1];
    const char *id = option_text(p->o, ROW_ID, NULL);
    if (id)
        return id;
    words_of(p->spec->purpose, words);
    id = words;
    for (unsigned n = 2; is_taken(p->suite, id) && n < SAME_WORDS_MAX; n++)
        id = arena_printf(p->cli->arena, "%s-%u", words, n);
    return arena_text(p->cli->arena, id);
}

static enum exit_code describe(struct promotion *p)
{
    char seed[2 * SEED_SHOWN + 1];
    for (size_t i = 0; i < SEED_SHOWN; i++)
        snprintf(seed + 2 * i, 3, "%02x", p->repro.seed[i]);
    p->saved = (struct saved_case){.suite_id = "found",
                                   .title = "Found by generated conversations",
                                   .case_id = choose_id(p),
                                   .requirement = p->spec->requirement->id,
                                   .level = p->spec->level,
                                   .purpose = p->spec->purpose,
                                   .origin = arena_printf(p->cli->arena, "%s, seed %s..., %s",
                                                          p->repro.label, seed,
                                                          cli_tame(p->cli, p->repro.target)),
                                   .steps = p->spec->steps,
                                   .n_steps = p->spec->n_steps};
    if (!p->saved.case_id || !p->saved.origin)
        return cli_complain_status(p->cli, "promote", E_NOMEM);
    if (is_taken(p->suite, p->saved.case_id))
        return cli_complain(p->cli, EXIT_USAGE, "--id %.100s: %s has a case of this id",
                            p->saved.case_id, p->to);
    return EXIT_CONFORMANT;
}

/* ---- writing */

static enum status write_suite(const struct promotion *p, struct buffer *out)
{
    struct buffer before;
    if (!p->suite)
        return suite_save(&p->saved, out);
    buffer_init(&before, SUITE_FILE_MAX);
    enum status st = files_read(p->to, &before);
    if (!st)
        st = suite_add_case(buffer_bytes(&before), &p->saved, out);
    buffer_fini(&before);
    return st;
}

/* What is written has to load under the rules for cases, which are stricter than those for repros;
 * else the file stays as it was. */
static enum exit_code write_checked(struct promotion *p, struct bytes content)
{
    const struct suite *loaded;
    const char *trial = arena_printf(p->cli->arena, "%s.new", p->to);
    const char *slash = strrchr(p->to, '/');
    const char *dir = arena_printf(p->cli->arena, "%.*s", slash ? (int)(slash - p->to) : 0, p->to);
    if (!trial || !dir)
        return cli_complain_status(p->cli, p->to, E_NOMEM);
    if (*dir && files_make_dirs(dir))
        return cli_complain_file(p->cli, EXIT_TROUBLE, dir, E_IO);
    if (files_write(trial, content))
        return cli_complain_file(p->cli, EXIT_TROUBLE, trial, E_IO);
    enum status st = catalogue_load_file(&p->inputs.catalogue, &p->inputs.loader, trial, &loaded,
                                         &p->inputs.diags);
    if (!st && rename(trial, p->to))
        return cli_complain_file(p->cli, EXIT_TROUBLE, p->to, E_IO);
    if (!st)
        return EXIT_CONFORMANT;
    enum exit_code code = conclude(p, trial, st);
    (void)unlink(trial);
    return code;
}

static enum exit_code write_case(struct promotion *p)
{
    struct buffer content;
    buffer_init(&content, SUITE_FILE_MAX);
    enum status st = write_suite(p, &content);
    enum exit_code code;
    if (st == E_INPUT)
        code = cli_complain(p->cli, EXIT_BAD_INPUT,
                            "%s: a suite that ends with </suite> and holds no "
                            "<repro> is expected; nothing promoted",
                            p->to);
    else if (st)
        code = cli_complain_file(p->cli, EXIT_TROUBLE, p->to, st);
    else
        code = write_checked(p, buffer_bytes(&content));
    buffer_fini(&content);
    return code;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct promotion p = {.cli = cli, .o = o, .from = o->operands[0]};
    enum exit_code code = inputs_load(cli, NULL, 0, &p.inputs);
    p.to = option_text(o, ROW_SUITE, files_join(cli->arena, cli->data_dir, "suites/found.xml"));
    if (!p.to) {
        inputs_fini(&p.inputs);
        return cli_complain_status(cli, "promote", E_NOMEM);
    }
    if (!code)
        code = read_case(&p);
    if (!code)
        code = read_suite(&p);
    if (!code)
        code = check_new(&p);
    if (!code)
        code = describe(&p);
    if (!code)
        code = write_case(&p);
    if (!code && !option_given(o, ROW_QUIET))
        fprintf(cli->out, "%s: case %s added\n", p.to, p.saved.case_id);
    inputs_fini(&p.inputs);
    return code;
}

const struct command command_promote = {
    .name = "promote",
    .operands = "FILE",
    .summary = "a failure that was found becomes a case of a suite",
    .example =
        "  assay promote out/repro/generated_schedule-17.xml\n"
        "  assay promote out/repro/CASE.xml --suite my-suites/found.xml --id late-after-restart\n",
    .least_operands = 1,
    .most_operands = 1,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
