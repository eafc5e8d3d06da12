/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/claims_mutants.h"

#include "base/files.h"
#include "base/version.h"
#include "experiments/preconditions.h"
#include "driver/flaw_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define COMMAND_MAX 1024
#define HELLO_MS 10000u
#define RESULTS_MAX ((size_t)256 * 1024 * 1024)

struct mutants_run {
    const struct claims_mutants_options *options;
    struct claims_mutants_outcome *out;
    struct arena arena, results;   /* the latter of what is played once */
    struct contest_outcome signal; /* the baseline's results, played once */
    struct claims_mutant *flaws;
    size_t n_flaws;
};

/* ---- which flaws there are, as the flawed target lists them */

static enum status list_flaws(struct mutants_run *t)
{
    const struct claims_mutants_options *o = t->options;
    struct flaw_line *lines;
    size_t n;
    enum status st = flaw_list_read(o->program, o->list, &t->arena, &lines, &n);
    if (st)
        return st;
    t->flaws = arena_array(&t->arena, n, sizeof(*t->flaws));
    if (!t->flaws)
        return E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const char *const *c = lines[i].columns;
        if (flaw_is_wanted(o->only, o->n_only, c[0]))
            t->flaws[t->n_flaws++] =
                (struct claims_mutant){.name = c[0], .property = c[1], .text = c[2], .seen = ""};
    }
    return t->n_flaws < o->n_only ? E_MISSING : OK;
}

/* ---- one flaw */

/* Put Signal's results, which were played once, beside the target's. What judging changes in them
 * is changed in a copy. */
static enum status join(struct mutants_run *t, struct contest_outcome *outcome, struct arena *arena)
{
    const enum claims_side side = t->options->signal;
    for (size_t i = 0; i < N_PRECONDITION; i++)
        outcome->preconditions[i].sides[side] = t->signal.preconditions[i].sides[side];
    for (size_t i = 0; i < t->options->contest->n_games; i++) {
        const struct game_result *from = t->signal.games[i].results[side];
        struct game_result *copy = arena_alloc(arena, sizeof(*copy));
        if (!copy)
            return E_NOMEM;
        if (from)
            *copy = *from;
        outcome->games[i].results[side] = from ? copy : NULL;
    }
    return OK;
}

static enum status get_profile(const struct target_address *address, struct arena *arena,
                               struct target_profile *out)
{
    const struct driver_options options = {
        .address = *address, .clock = clock_monotonic(), .timeout_ms = HELLO_MS};
    struct driver *driver;
    struct buffer detail;
    struct answer a = {.seen = SEEN_NOTHING_YET};
    buffer_init(&detail, 1024);
    enum status st = driver_open(&options, &driver, &detail);
    if (!st)
        st = driver_hello(driver, ASSAY_VERSION, arena, out, &a);
    driver_close(driver);
    buffer_fini(&detail);
    return st ? st : a.seen == SEEN_DONE ? OK : E_IO;
}

/* Play everything against assay-flawed with |flaw| ("" for none). In |arena|. */
static enum status play(struct mutants_run *t, const char *flaw, struct arena *arena,
                        struct record_claims *out)
{
    struct target_address address = {.kind = TARGET_EXEC, .text = "exec:assay-flawed"};
    struct target_profile profile;
    struct contest_outcome outcome;
    struct contest_options options = *t->options->contest;
    memset(out, 0, sizeof(*out));
    options.arena = arena;
    const char *program = files_quoted(&t->arena, t->options->program);
    address.command = program ? arena_printf(&t->arena, "exec %s%s%s%s", program, t->options->how,
                                             *flaw ? " --flaw " : "", flaw)
                              : NULL;
    if (!address.command)
        return E_NOMEM;
    enum status st = get_profile(&address, &t->arena, &profile);
    options.sides[CLAIMS_TARGET] = (struct contestant){&address, &profile};
    options.sides[t->options->signal] = (struct contestant){NULL, NULL};
    if (!st)
        st = contest_run(&options, &outcome);
    if (!st)
        st = join(t, &outcome, arena);
    if (st)
        return st;
    (void)snprintf(t->out->interrupted, sizeof(t->out->interrupted), "%s", outcome.interrupted);
    options.sides[t->options->signal] = t->options->contest->sides[t->options->signal];
    return claims_document(t->options->claims, &options, &outcome, arena, out);
}

static bool is_bad(enum finding finding)
{
    return finding == FINDING_REFUTED || finding == FINDING_WEAKER_THAN_CLAIMED ||
           finding == FINDING_WEAKER_THAN_SIGNAL;
}

/* Caught: the property or precondition that |m| names was found bad, and no other property. */
static void judge(struct mutants_run *t, struct claims_mutant *m, const struct record_claims *c)
{
    char seen[512] = "";
    bool is_named = false, is_other = false;
    for (size_t i = 0; i < c->n_properties; i++) {
        const struct claims_property *p = &c->properties[i];
        const struct claims_finding *f = p->findings[t->options->signal];
        size_t len = strlen(seen);
        if (!is_bad(f->finding))
            continue;
        (void)snprintf(seen + len, sizeof(seen) - len, "%s%s %s (%s)", len ? ", " : "", p->id,
                       finding_name(f->finding), f->decided_by);
        is_named = is_named || strcmp(p->id, m->property) == 0;
        is_other = is_other || strcmp(p->id, m->property) != 0;
    }
    for (size_t i = 0; i < c->n_preconditions; i++) {
        const struct claims_precondition *p = &c->preconditions[i];
        size_t len = strlen(seen);
        if (p->sides[CLAIMS_TARGET] && p->sides[CLAIMS_TARGET]->holds)
            continue;
        (void)snprintf(seen + len, sizeof(seen) - len, "%s%s fails", len ? ", " : "", p->id);
        is_named = is_named || strcmp(p->id, m->property) == 0;
    }
    m->is_caught = is_named && !is_other;
    m->seen = arena_text(&t->arena, *seen ? seen : "nothing");
}

static enum status try_one(struct mutants_run *t, struct claims_mutant *m)
{
    struct record_claims claims;
    struct arena arena;
    arena_init(&arena, RESULTS_MAX);
    enum status st = play(t, m->name, &arena, &claims);
    if (!st)
        judge(t, m, &claims);
    arena_fini(&arena);
    if (st)
        return st;
    t->out->n_tried++;
    t->out->n_caught += m->is_caught;
    if (t->options->tried)
        t->options->tried(t->options->context, m);
    return m->seen ? OK : E_NOMEM;
}

static enum status play_signal(struct mutants_run *t)
{
    struct contest_options options = *t->options->contest;
    options.sides[CLAIMS_TARGET] = (struct contestant){NULL, NULL};
    options.arena = &t->results;
    return contest_run(&options, &t->signal);
}

enum status claims_mutants_try(const struct claims_mutants_options *options,
                               struct claims_mutants_outcome *out)
{
    struct mutants_run *t = calloc(1, sizeof(*t));
    struct record_claims claims = {.format = NULL};
    memset(out, 0, sizeof(*out));
    if (!t)
        return E_NOMEM;
    t->options = options;
    t->out = out;
    arena_init(&t->arena, 16u * 1024u * 1024u);
    arena_init(&t->results, RESULTS_MAX);
    enum status st = list_flaws(t);
    if (!st)
        st = play_signal(t);
    if (!st)
        st = play(t, "", &t->results, &claims);
    out->is_flawless_equivalent =
        !st && claims.conclusions[options->signal]->verdict == CONCLUSION_EQUIVALENT;
    for (size_t i = 0; !st && i < t->n_flaws && !out->interrupted[0]; i++)
        st = try_one(t, &t->flaws[i]);
    arena_fini(&t->results);
    arena_fini(&t->arena);
    free(t);
    return st;
}
