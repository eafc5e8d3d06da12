#include "experiments/claims_mutants.h"

#include "base/version.h"
#include "experiments/preconditions.h"
#include "driver/flaw_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define COMMAND_MAX 1024
#define HELLO_MS 10000u

struct mutants_run {
    const struct claims_mutants_options *options;
    struct claims_mutants_outcome *out;
    struct arena arena;
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
    enum status st = flaw_list_read(o->program, "--list-protocol-flaws", &t->arena, &lines, &n);
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

/* Put Signal's results, which were played once, beside the target's. */
static void join(json_t *results, const json_t *signal)
{
    size_t i;
    json_t *row;
    json_array_foreach(results, i, row) json_object_set_new(
        row, "baseline", json_deep_copy(json_object_get(json_array_get(signal, i), "baseline")));
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

/* Play everything against assay-flawed with |flaw| ("" for none). The caller json_decref()s. */
static enum status play(struct mutants_run *t, const char *flaw, json_t **out_document,
                        enum conclusion *out_conclusion)
{
    struct target_address address = {.kind = TARGET_EXEC, .text = "exec:assay-flawed"};
    struct target_profile profile;
    struct contest_outcome outcome;
    json_t *header = json_object();
    struct contest_options options = *t->options->contest;
    *out_document = NULL;
    address.command = arena_printf(&t->arena, "exec '%s'%s%s", t->options->program,
                                   *flaw ? " --flaw " : "", flaw);
    if (!address.command || !header)
        return E_NOMEM;
    enum status st = get_profile(&address, &t->arena, &profile);
    options.sides[CONTEST_TARGET] = (struct contestant){&address, &profile};
    options.sides[CONTEST_BASELINE] = (struct contestant){NULL, NULL};
    if (!st)
        st = contest_run(&options, &outcome);
    if (!st) {
        join(outcome.preconditions, t->signal.preconditions);
        join(outcome.games, t->signal.games);
        (void)snprintf(t->out->interrupted, sizeof(t->out->interrupted), "%s", outcome.interrupted);
        options.sides[CONTEST_BASELINE] = t->options->contest->sides[CONTEST_BASELINE];
        st = claims_document(t->options->claims, &options, &outcome, header, out_document,
                             out_conclusion);
        contest_free(&outcome);
    }
    json_decref(header);
    return st;
}

static bool is_bad(const char *finding)
{
    return strcmp(finding, finding_name(FINDING_REFUTED)) == 0 ||
           strcmp(finding, finding_name(FINDING_WEAKER_THAN_CLAIMED)) == 0 ||
           strcmp(finding, finding_name(FINDING_WEAKER_THAN_SIGNAL)) == 0;
}

/* Caught: the property or precondition that |m| names was found bad, and no other property. */
static void judge(struct mutants_run *t, struct claims_mutant *m, const json_t *document)
{
    size_t i;
    const json_t *row;
    char seen[512] = "";
    bool is_named = false, is_other = false;
    json_array_foreach(json_object_get(document, "properties"), i, row)
    {
        const char *id = json_string_value(json_object_get(row, "id"));
        const char *finding = json_string_value(json_object_get(row, "finding"));
        if (!id || !finding || !is_bad(finding))
            continue;
        size_t len = strlen(seen);
        (void)snprintf(seen + len, sizeof(seen) - len, "%s%s %s (%s)", len ? ", " : "", id, finding,
                       json_string_value(json_object_get(row, "decided_by")));
        is_named = is_named || strcmp(id, m->property) == 0;
        is_other = is_other || strcmp(id, m->property) != 0;
    }
    json_array_foreach(json_object_get(document, "gates"), i, row)
    {
        const char *id = json_string_value(json_object_get(row, "id"));
        size_t len = strlen(seen);
        if (json_is_true(json_object_get(json_object_get(row, "target"), "holds")))
            continue;
        (void)snprintf(seen + len, sizeof(seen) - len, "%s%s fails", len ? ", " : "", id);
        is_named = is_named || strcmp(id, m->property) == 0;
    }
    m->is_caught = is_named && !is_other;
    m->seen = arena_text(&t->arena, *seen ? seen : "nothing");
}

static enum status try_one(struct mutants_run *t, struct claims_mutant *m)
{
    json_t *document;
    enum conclusion conclusion;
    enum status st = play(t, m->name, &document, &conclusion);
    if (st)
        return st;
    judge(t, m, document);
    t->out->n_tried++;
    t->out->n_caught += m->is_caught;
    if (t->options->tried)
        t->options->tried(t->options->context, m);
    json_decref(document);
    return m->seen ? OK : E_NOMEM;
}

static enum status play_signal(struct mutants_run *t)
{
    struct contest_options options = *t->options->contest;
    options.sides[CONTEST_TARGET] = (struct contestant){NULL, NULL};
    return contest_run(&options, &t->signal);
}

enum status claims_mutants_try(const struct claims_mutants_options *options,
                               struct claims_mutants_outcome *out)
{
    struct mutants_run *t = calloc(1, sizeof(*t));
    json_t *document = NULL;
    enum conclusion conclusion = CONCLUSION_NONE;
    memset(out, 0, sizeof(*out));
    if (!t)
        return E_NOMEM;
    t->options = options;
    t->out = out;
    arena_init(&t->arena, 16u * 1024u * 1024u);
    enum status st = list_flaws(t);
    if (!st)
        st = play_signal(t);
    if (!st)
        st = play(t, "", &document, &conclusion);
    out->is_flawless_equivalent = !st && conclusion == CONCLUSION_EQUIVALENT;
    json_decref(document);
    for (size_t i = 0; !st && i < t->n_flaws && !out->interrupted[0]; i++)
        st = try_one(t, &t->flaws[i]);
    contest_free(&t->signal);
    arena_fini(&t->arena);
    free(t);
    return st;
}
