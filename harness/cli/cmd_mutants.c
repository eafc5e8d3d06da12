/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay mutants - do the suites bite? Every named flaw against the cases, and what survived.
 */
#include "base/files.h"
#include "cli/claims_bite.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/patterns.h"
#include "cli/profile_file.h"
#include "record/member.h"
#include "run/mutants.h"

#include <string.h>
#include <unistd.h>

#define SHOWN_CASES 3u

enum row {
    ROW_FLAW,
    ROW_CIPHER,
    ROW_SERVER,
    ROW_PROXY,
    ROW_PROFILE,
    ROW_SHORT,
    ROW_HONEST,
    ROW_SAMPLE,
    ROW_JOBS,
    ROW_TIMEOUT,
    ROW_CLAIMS,
    ROW_JSON,
    N_ROWS
};

static const struct option_rule rules[N_ROWS] = {
    [ROW_FLAW] =
        LIST_OPTION("flaw", "NAME", "only this flaw (assay-flawed --list-flaws, --list-flaws-v4)"),
    [ROW_CIPHER] = TEXT_OPTION("cipher", "v3|v4", "which Signal the flaws are of (default v3)"),
    [ROW_SERVER] =
        FLAG_OPTION("server", "flaws of a gatekeeper's server instead (assay-gatekeeper)"),
    [ROW_PROXY] = FLAG_OPTION("proxy", "flaws of a proxy instead (assay-proxy)"),
    [ROW_PROFILE] =
        TEXT_OPTION("profile", "NAME|FILE", "for flaws of the client surface (default public)"),
    [ROW_SHORT] = FLAG_OPTION(
        "short", "stop at the first case that catches a flaw; of what none can see, only "
                 "those of its requirement"),
    [ROW_HONEST] = FLAG_OPTION(
        "honest", "is a choice accused? what breaks nothing that must be, many at once, against "
                  "one execution of each MUST case"),
    [ROW_SAMPLE] =
        NUMBER_OPTION("sample", "N", 1, 100000, "instances of each sweep that run (default 12)"),
    [ROW_JOBS] = NUMBER_OPTION("jobs", "N", 1, 256, "workers (default: one per core)"),
    [ROW_TIMEOUT] = NUMBER_OPTION("timeout", "SECONDS", 1, 3600, "for one reply (default 3)"),
    [ROW_CLAIMS] = FLAG_OPTION("claims", "protocol flaws against the games instead"),
    [ROW_JSON] = FLAG_OPTION("json", "the same for a machine, at the end"),
};

/* Of the honest form. */
static const char *word_for_choice(const struct mutant *m)
{
    return m->accused_by[0] ? "ACCUSED" : m->trouble[0] ? "TROUBLE" : "honest";
}

static void print_choice(const struct cli *cli, const struct mutant *m)
{
    fprintf(cli->out, "%-9s %-46s %-5s", word_for_choice(m), m->name, m->requirement);
    if (m->accused_by[0])
        fprintf(cli->out, " %s fails as if it broke what must be", m->accused_by);
    else if (m->trouble[0])
        fprintf(cli->out, " %s", m->trouble);
    fputc('\n', cli->out);
}

static const char *word_for(const struct mutant *m)
{
    if (m->n_caught_by)
        return "caught";
    if (m->unobservable[0])
        return "unseen";
    return m->trouble[0] ? "TROUBLE" : "SURVIVED";
}

static void print_mutant(const struct cli *cli, const struct mutant *m)
{
    fprintf(cli->out, "%-9s %-46s %-5s", word_for(m), m->name, m->requirement);
    for (size_t i = 0; i < m->n_caught_by && i < SHOWN_CASES; i++)
        fprintf(cli->out, "%s %s", i ? "," : "", m->caught_by[i]);
    if (m->n_caught_by > SHOWN_CASES)
        fprintf(cli->out, " and %zu more", m->n_caught_by - SHOWN_CASES);
    if (m->first_requirement[0])
        fprintf(cli->out, "\n%9s first of %zu cause%s: %s  %s",
                mutant_is_named(m) ? "" : "MISNAMED", m->n_causes, m->n_causes == 1 ? "" : "s",
                m->first_requirement, m->first_text);
    if (m->n_caught_by && m->unobservable[0])
        fprintf(cli->out, "\n%9s its row says that no case can see it: %s", "WRONG",
                m->unobservable);
    if (m->accused_by[0])
        fprintf(cli->out, "\n%9s %s fails as if it broke what must be", "ACCUSED", m->accused_by);
    if (!m->n_caught_by)
        fprintf(cli->out, " %s",
                m->unobservable[0] ? m->unobservable
                : m->trouble[0]    ? m->trouble
                                   : m->text);
    fputc('\n', cli->out);
}

/* Rows come as they are known: the whole matrix takes minutes. */
static void show(const struct cli *cli, void (*print)(const struct cli *, const struct mutant *),
                 const struct mutant *done, size_t n_done, size_t n_all)
{
    if (cli->is_err_terminal)
        fputs("\r\033[K", cli->err);
    print(cli, done);
    fflush(cli->out);
    if (cli->is_err_terminal && n_done < n_all)
        fprintf(cli->err, "%zu of %zu", n_done, n_all);
}

static void show_row(void *context, const struct mutant *done, size_t n_done, size_t n_all)
{
    show(context, print_mutant, done, n_done, n_all);
}

static void show_choice(void *context, const struct mutant *done, size_t n_done, size_t n_all)
{
    show(context, print_choice, done, n_done, n_all);
}

/* What fails without a flaw, too, catches none. */
static void print_flawless(const struct cli *cli, const struct mutants_outcome *o,
                           const struct known_failures *known)
{
    for (size_t i = 0; i < o->flawless.n_caught_by; i++)
        if (!known || !known_failures_find(known, o->flawless.caught_by[i]))
            fprintf(cli->out, "\nthe flawless target fails %s, so it catches nothing\n",
                    o->flawless.caught_by[i]);
    if (o->flawless.trouble[0])
        fprintf(cli->out, "\nthe flawless target could not be tried: %s\n",
                cli_tame(cli, o->flawless.trouble));
    size_t n_known = o->flawless.n_caught_by - o->n_unexcused;
    if (n_known)
        fprintf(cli->out, "\n%zu case%s the flawless target is known to fail catch%s nothing\n",
                n_known, n_known == 1 ? "" : "s", n_known == 1 ? "es" : "");
}

/* ---- for a machine */

struct shown_mutant {
    const char *state;
    struct mutant of;
};
static const struct member mutant_members[] = {
    TEXT("name", shown_mutant, of.name),
    TEXT("state", shown_mutant, state),
    TEXT("requirement", shown_mutant, of.requirement),
    TEXT("text", shown_mutant, of.text),
    TEXTS("caught_by", shown_mutant, of.caught_by, of.n_caught_by),
    TEXT("unseen_because", shown_mutant, of.unobservable),
    TEXT("trouble", shown_mutant, of.trouble),
    TEXT("accused_by", shown_mutant, of.accused_by),
    TEXT("first_requirement", shown_mutant, of.first_requirement),
    TEXT("first_text", shown_mutant, of.first_text),
    NUMBER("causes", shown_mutant, of.n_causes)};
static const struct form mutant_form = {FORM(shown_mutant, mutant_members)};

struct shown_matrix {
    bool is_clean, bites;
    struct shown_mutant *mutants;
    size_t n_mutants;
    struct mutants_outcome outcome;
};
static const struct member matrix_members[] = {
    FLAG("flawless_clean", shown_matrix, is_clean),
    FLAG("bites", shown_matrix, bites),
    NUMBER("caught", shown_matrix, outcome.n_caught),
    NUMBER("survived", shown_matrix, outcome.n_survived),
    NUMBER("unseen", shown_matrix, outcome.n_unobservable),
    NUMBER("trouble", shown_matrix, outcome.n_untried),
    NUMBER("misnamed", shown_matrix, outcome.n_misnamed),
    NUMBER("accused", shown_matrix, outcome.n_accused),
    NUMBER("must_cases", shown_matrix, outcome.n_must_cases),
    TEXTS("unproven", shown_matrix, outcome.unproven, outcome.n_unproven),
    LIST("flaws", shown_matrix, mutants, n_mutants, &mutant_form)};
static const struct form matrix_form = {FORM(shown_matrix, matrix_members)};

static bool is_clean(const struct mutants_outcome *o)
{
    return o->n_unexcused == 0 && !o->flawless.trouble[0];
}

static bool bites(const struct mutants_outcome *o)
{
    return !o->n_survived && !o->n_untried && !o->n_unproven && !o->n_misnamed &&
           !o->n_wrong_rows && !o->n_accused && !o->n_stale;
}

static enum status print_json(const struct cli *cli, const struct mutants_outcome *o)
{
    struct shown_matrix shown = {
        .is_clean = is_clean(o),
        .bites = bites(o),
        .mutants = arena_array(cli->arena, o->n_tried + 1, sizeof(struct shown_mutant)),
        .n_mutants = o->n_tried,
        .outcome = *o};
    if (!shown.mutants)
        return E_NOMEM;
    for (size_t i = 0; i < o->n_tried; i++)
        shown.mutants[i] = (struct shown_mutant){o->n_parties ? word_for_choice(&o->mutants[i])
                                                              : word_for(&o->mutants[i]),
                                                 o->mutants[i]};
    return form_print(&matrix_form, &shown, FORM_PAGE, cli->out);
}

/* |misnamed|: the name of the list that |o|'s stale lines are of. */
static void print_outcome(const struct cli *cli, const struct mutants_outcome *o,
                          const struct mutants_options *options, const char *misnamed)
{
    bool is_short = options->is_short;
    if (o->n_unproven)
        fputs("\nMUST cases that no flaw can fail:\n", cli->out);
    for (size_t i = 0; i < o->n_unproven; i++)
        fprintf(cli->out, "  %s\n", o->unproven[i]);
    for (size_t i = 0; i < o->n_stale; i++)
        fprintf(cli->out, "\nsuites/%s:%u: %s is named rightly, or there is no such flaw\n",
                misnamed, o->stale[i]->line, o->stale[i]->case_id);
    print_flawless(cli, o, options->known);
    fprintf(cli->out,
            "\nflawless %s   flaws %zu: %zu caught, %zu survived, %zu unseen, %zu trouble\n",
            is_clean(o) ? "clean" : "NOT CLEAN", o->count, o->n_caught, o->n_survived,
            o->n_unobservable, o->n_untried);
    if (!is_short && o->n_must_cases)
        fprintf(cli->out, "MUST cases %zu: %zu proven, %zu listed as unproven, %zu unproven\n",
                o->n_must_cases, o->n_must_cases - o->n_unproven - o->n_listed, o->n_listed,
                o->n_unproven);
    if (o->n_wrong_rows)
        fprintf(cli->out, "flaws that are caught and said to be seen by no case: %zu\n",
                o->n_wrong_rows);
    if (o->n_accused)
        fprintf(cli->out, "flaws of what need not be that a MUST case fails for: %zu\n",
                o->n_accused);
    if (!is_short)
        fprintf(cli->out,
                "flaws whose first cause is not their own requirement in its words, or that have "
                "more than two, and are not listed so: %zu; lines that are not true: %zu\n",
                o->n_misnamed, o->n_stale);
}

/* One line a party, and what is accused only of all its choices together. */
static void print_parties(const struct cli *cli, const struct mutants_outcome *o,
                          const struct mutants_options *options)
{
    fputc('\n', cli->out);
    for (size_t i = 0; i < o->n_parties; i++) {
        const struct honest_party *p = &o->parties[i];
        fprintf(cli->out, "together, %zu MUST executions, %zu ended by what only should be: %s\n",
                p->n_run, p->n_ended, p->of.name);
        if (p->of.accused_by[0])
            fprintf(cli->out, "%-9s %s fails as if they broke what must be\n", "ACCUSED",
                    p->of.accused_by);
    }
    print_flawless(cli, o, options->known);
    fprintf(cli->out, "\nflawless %s   choices %zu, in %zu parties: %zu accused, %zu trouble\n",
            is_clean(o) ? "clean" : "NOT CLEAN", o->n_tried, o->n_parties, o->n_accused,
            o->n_untried);
}

static enum exit_code conclude(const struct cli *cli, const struct mutants_outcome *o,
                               const struct mutants_options *options, const char *misnamed,
                               bool is_json)
{
    enum status st = OK;
    if (is_json)
        st = print_json(cli, o);
    else if (options->is_honest)
        print_parties(cli, o, options);
    else
        print_outcome(cli, o, options, misnamed);
    if (st)
        return cli_complain_status(cli, "mutants", st);
    return is_clean(o) && bites(o) ? EXIT_CONFORMANT : EXIT_FAILED;
}

/* A matrix of its own for each cipher that assay-flawed speaks, and for servers, with lists of its
 * own. */
#define FLAWED "assay-flawed", "adapters/flawed"
static const struct matrix {
    enum claims_side signal;
    const char *cipher, *program, *folder, *protocol, *how, *list, *also;
    const char *unproven, *misnamed, *known, *also_misnamed; /* files */
} matrices[] = {
    {CLAIMS_V3, "v3", FLAWED, "signal-v3", "", "--list-flaws", NULL, "unproven.txt", "misnamed.txt",
     "known-failures.txt", NULL},
    {CLAIMS_V4, "v4", FLAWED, "signal-v4", " --cipher v4", "--list-flaws-v4", "--list-flaws",
     "unproven-v4.txt", "misnamed-v4.txt", "known-failures-v4.txt", "misnamed.txt"},
};
/* Of no cipher: a gatekeeper's server, a proxy. */
static const struct matrix server_matrix = {.program = "assay-gatekeeper",
                                            .folder = "adapters/gatekeeper",
                                            .protocol = "signal-v3",
                                            .how = "",
                                            .list = "--list-flaws",
                                            .unproven = "unproven-server.txt",
                                            .misnamed = "misnamed-server.txt",
                                            .known = "known-failures.txt"};
static const struct matrix proxy_matrix = {.program = "assay-proxy",
                                           .folder = "adapters/proxy",
                                           .protocol = "signal-v3",
                                           .how = "",
                                           .list = "--list-flaws",
                                           .unproven = "unproven-proxy.txt",
                                           .misnamed = "misnamed-proxy.txt",
                                           .known = "known-failures.txt"};

/* NULL for a cipher there is no matrix of. */
static const struct matrix *matrix_of(const char *cipher)
{
    for (size_t i = 0; i < COUNT_OF(matrices); i++)
        if (strcmp(matrices[i].cipher, cipher) == 0)
            return &matrices[i];
    return NULL;
}

/* Read |dir|/|name| below the data directory when it is there. */
static enum exit_code load_list(const struct cli *cli, struct inputs *inputs, const char *dir,
                                const char *name, struct known_failures *out, bool *out_is_there)
{
    const char *below = files_join(cli->arena, cli->data_dir, dir);
    const char *path = below ? files_join(cli->arena, below, name) : NULL;
    *out_is_there = path && access(path, F_OK) == 0;
    if (!*out_is_there)
        return EXIT_CONFORMANT;
    enum status st = known_failures_load(path, out, &inputs->diags);
    return cli_conclude(cli, st, path, &inputs->diags, "nothing run");
}

static enum exit_code run_loaded(const struct cli *cli, const struct options *o,
                                 const struct matrix *matrix, struct inputs *inputs)
{
    struct known_failures unproven = {0}, known = {0}, misnamed = {0}, also_misnamed = {0};
    struct patterns best = {0};
    struct mutants_outcome outcome;
    bool has_unproven, has_known, has_misnamed, has_also = false;
    struct profile_file profile_file;
    enum exit_code code =
        profile_file_load(cli, option_text(o, ROW_PROFILE, "public"), &profile_file);
    if (!code)
        code = load_list(cli, inputs, "suites", matrix->unproven, &unproven, &has_unproven);
    if (!code)
        code = load_list(cli, inputs, "suites", matrix->misnamed, &misnamed, &has_misnamed);
    if (!code)
        code = load_list(cli, inputs, matrix->folder, matrix->known, &known, &has_known);
    if (!code && matrix->also_misnamed)
        code = load_list(cli, inputs, "suites", matrix->also_misnamed, &also_misnamed, &has_also);
    if (!code && option_given(o, ROW_SHORT))
        code = patterns_read_best(cli, &best);
    if (code)
        return code;
    struct mutants_options options = {
        .program = files_join(cli->arena, cli->bin_dir, matrix->program),
        .protocol = matrix->protocol,
        .how = matrix->how,
        .list = matrix->list,
        .also = matrix->also,
        .only = o->given[ROW_FLAW].values,
        .n_only = o->given[ROW_FLAW].count,
        .best = best.texts.items,
        .n_best = best.texts.n,
        .is_short = option_given(o, ROW_SHORT),
        .is_honest = option_given(o, ROW_HONEST),
        .sample = option_number(o, ROW_SAMPLE, 12),
        .jobs = option_number(o, ROW_JOBS, cli_cores()),
        .timeout_ms = (uint64_t)option_number(o, ROW_TIMEOUT, 3) * 1000,
        .vector_dir = inputs->loader.vector_dir,
        .wire = &profile_file.wire,
        .catalogue = &inputs->catalogue,
        .known = has_known ? &known : NULL,
        .unproven = has_unproven ? &unproven : NULL,
        .misnamed = has_misnamed ? &misnamed : NULL,
        .also_misnamed = has_also ? &also_misnamed : NULL,
        .interrupted = cli_interruptible(cli),
        .progress = option_given(o, ROW_JSON)     ? NULL
                    : option_given(o, ROW_HONEST) ? show_choice
                                                  : show_row,
        .context = (void *)(uintptr_t)cli};
    enum status st = options.program ? mutants_try(&options, &outcome) : E_NOMEM;
    if (st == E_MISSING)
        code = cli_complain(cli, EXIT_USAGE, "no such flaw; %s %s shows them all", matrix->program,
                            matrix->list);
    else if (st)
        code = cli_complain_status(cli, matrix->program, st);
    else
        code = conclude(cli, &outcome, &options, matrix->misnamed, option_given(o, ROW_JSON));
    mutants_free(&outcome);
    known_failures_free(&unproven);
    known_failures_free(&misnamed);
    known_failures_free(&also_misnamed);
    known_failures_free(&known);
    return code;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct inputs inputs;
    bool is_server = option_given(o, ROW_SERVER), is_proxy = option_given(o, ROW_PROXY);
    const struct matrix *matrix = is_server  ? &server_matrix
                                  : is_proxy ? &proxy_matrix
                                             : matrix_of(option_text(o, ROW_CIPHER, "v3"));
    if (!matrix)
        return cli_complain(cli, EXIT_USAGE, "--cipher: v3 or v4 is expected");
    if ((is_server || is_proxy) &&
        ((is_server && is_proxy) || option_given(o, ROW_CLAIMS) || option_given(o, ROW_CIPHER)))
        return cli_complain(cli, EXIT_USAGE, "--%s has flaws of its own, of no cipher",
                            is_server ? "server" : "proxy");
    if (option_given(o, ROW_HONEST) && (option_given(o, ROW_SHORT) || option_given(o, ROW_CLAIMS)))
        return cli_complain(cli, EXIT_USAGE,
                            "--honest is a form of its own, without --short and "
                            "--claims");
    if (option_given(o, ROW_CLAIMS) && option_given(o, ROW_JSON))
        return cli_complain(cli, EXIT_USAGE, "--json is for flaws against cases, not for --claims");
    if (option_given(o, ROW_CLAIMS))
        return claims_bite(cli, matrix->signal, &o->given[ROW_FLAW],
                           option_number(o, ROW_JOBS, cli_cores()));
    enum exit_code code = inputs_load(cli, NULL, 0, &inputs);
    if (!code)
        code = run_loaded(cli, o, matrix, &inputs);
    inputs_fini(&inputs);
    return code;
}

const struct command command_mutants = {
    .name = "mutants",
    .operands = "",
    .summary = "do the suites bite? every named flaw against the cases",
    .example = "  assay mutants\n  assay mutants --flaw skips-mac --flaw stores-before-mac\n"
               "  assay mutants --cipher v4 --short\n"
               "  assay mutants --cipher v4 --honest\n"
               "  assay mutants --server\n"
               "  assay mutants --proxy\n"
               "  assay mutants --claims --flaw no-ratchet-on-reply\n"
               "  assay mutants --claims --cipher v4\n",
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
