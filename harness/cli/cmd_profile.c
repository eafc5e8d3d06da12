/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay profile - the constants of an interop scheme: shown, or a file of them checked.
 */
#include "cli/commands.h"
#include "cli/profile_file.h"
#include "record/member.h"

#include <string.h>

enum row { ROW_QUIET, ROW_JSON, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_QUIET] = FLAG_OPTION("quiet", "print only what is wrong"),
    [ROW_JSON] = FLAG_OPTION("json", "the constants for a machine"),
};

/* ---- for a machine */

struct shown_constant {
    const char *name, *value, *standard, *explanation;
    bool is_fixed;
};
static const struct member constant_members[] = {
    TEXT("name", shown_constant, name), TEXT("value", shown_constant, value),
    TEXT("public", shown_constant, standard), FLAG("fixed", shown_constant, is_fixed),
    TEXT("explanation", shown_constant, explanation)};
static const struct form constant_form = {FORM(shown_constant, constant_members)};

struct shown_profile {
    const char *id, *title, *file;
    struct shown_constant *constants;
    size_t n_constants;
};
static const struct member profile_members[] = {
    TEXT("id", shown_profile, id), TEXT("title", shown_profile, title),
    TEXT("file", shown_profile, file),
    LIST("constants", shown_profile, constants, n_constants, &constant_form)};
static const struct form profile_form = {FORM(shown_profile, profile_members)};

static const char *value_of(const struct cli *cli, const struct wire_profile *wire,
                            const struct profile_constant *constant)
{
    char value[2 * PROFILE_TEXT_MAX];
    profile_get(wire, constant, value, sizeof(value));
    return arena_text(cli->arena, value);
}

static enum exit_code show_json(const struct cli *cli, const struct profile_file *profile_file)
{
    struct shown_profile shown = {profile_file->id, profile_file->title, profile_file->file, NULL,
                                  0};
    const struct profile_constant *constants = profile_constants(&shown.n_constants);
    struct wire_profile standard;
    profile_defaults(&standard);
    shown.constants = arena_array(cli->arena, shown.n_constants, sizeof(*shown.constants));
    enum status st = shown.constants ? OK : E_NOMEM;
    for (size_t i = 0; i < shown.n_constants && !st; i++) {
        shown.constants[i] =
            (struct shown_constant){.name = constants[i].name,
                                    .value = value_of(cli, &profile_file->wire, &constants[i]),
                                    .standard = value_of(cli, &standard, &constants[i]),
                                    .explanation = constants[i].explanation,
                                    .is_fixed = constants[i].is_fixed};
        if (!shown.constants[i].value || !shown.constants[i].standard)
            st = E_NOMEM;
    }
    if (!st)
        st = form_print(&profile_form, &shown, FORM_PAGE, cli->out);
    return st ? cli_complain_status(cli, "profile", st) : EXIT_CONFORMANT;
}

/* ---- for a person */

static void show(const struct cli *cli, const struct profile_file *profile_file)
{
    size_t count = 0;
    const struct profile_constant *constants = profile_constants(&count);
    struct wire_profile standard;
    profile_defaults(&standard);
    fprintf(cli->out, "%s - %s\n%s\n\n", profile_file->id, cli_tame(cli, profile_file->title),
            profile_file->file);
    for (size_t i = 0; i < count; i++) {
        char value[2 * PROFILE_TEXT_MAX], usual[2 * PROFILE_TEXT_MAX];
        profile_get(&profile_file->wire, &constants[i], value, sizeof(value));
        profile_get(&standard, &constants[i], usual, sizeof(usual));
        fprintf(cli->out, "%c %-26s %-28s %s%s\n", strcmp(value, usual) == 0 ? ' ' : '*',
                constants[i].name, value[0] ? value : "(empty)", constants[i].explanation,
                constants[i].is_fixed ? "; fixed" : "");
    }
    fputs("\n* differs from the profile public; fixed: assay can hold a target to no other value\n",
          cli->out);
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct profile_file profile_file;
    bool is_show = strcmp(o->operands[0], "show") == 0;
    bool is_check = strcmp(o->operands[0], "check") == 0 && o->n_operands == 2;
    if (!is_show && !is_check)
        return cli_complain(cli, EXIT_USAGE,
                            "usage: assay profile show [NAME|FILE], or assay profile check FILE");
    enum exit_code code =
        profile_file_load(cli, o->n_operands == 2 ? o->operands[1] : "public", &profile_file);
    if (!code && option_given(o, ROW_JSON))
        code = show_json(cli, &profile_file);
    else if (!code && is_show)
        show(cli, &profile_file);
    else if (!code && !option_given(o, ROW_QUIET))
        fprintf(cli->out, "%s: a profile this assay can hold a target to\n", profile_file.file);
    return code;
}

const struct command command_profile = {
    .name = "profile",
    .operands = "show|check",
    .summary = "the constants of an interop scheme",
    .example = "  assay profile show\n  assay profile check ours.xml\n",
    .least_operands = 1,
    .most_operands = 2,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
