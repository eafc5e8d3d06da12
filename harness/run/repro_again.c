/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a repro file holds, done again on a target or judged again on its tape. */
#include "run/case_run.h"
#include "run/repro.h"
#include "run/surface.h"
#include "scenario/repro_file.h"

#include <string.h>

#define REPRO_CASE_MS 600000u /* a person waits; nobody else does */

/* ---- reading */

struct loaded {
    struct repro repro;
    const struct suite *suite;
};

static enum status load(const char *path, struct catalogue *catalogue,
                        const struct loader_options *loader, struct diags *diags,
                        struct loaded *out)
{
    enum status st = catalogue_load_file(catalogue, loader, path, &out->suite, diags);
    if (!st)
        st = repro_load(path, &catalogue->arena, &out->repro, diags);
    if (!st && (out->suite->n_cases != 1 || out->suite->cases[0].sweep_kind)) {
        diags_add(diags, path, 1, "a repro holds exactly one case, without a sweep");
        st = E_INPUT;
    }
    return st;
}

static void conclude(const struct loaded *l, const struct case_result *result,
                     struct repro_outcome *out)
{
    const struct planned planned = {&l->suite->cases[0], 0, l->repro.surface};
    result_record(&planned, result, true, NULL, &out->arena, &out->result);
    out->result.id = l->repro.label;
    out->recorded = l->repro.verdict;
    out->is_same = strcmp(l->repro.verdict, verdict_name(result->verdict)) == 0;
}

/* ---- again, on a target */

static enum status drive(const struct loaded *l, const struct run_options *options,
                         struct diags *diags, struct repro_outcome *out)
{
    const struct case_spec *spec = &l->suite->cases[0];
    struct buffer why;
    struct case_result result;
    struct tape tape;
    bool is_own_trouble;
    buffer_init(&why, WORKER_WHY_MAX);
    struct worker_case what = {.options = options,
                               .id = l->repro.label,
                               .ops = *spec->ops,
                               .surface = l->repro.surface,
                               .cipher = spec->suite->cipher,
                               .driver = worker_connect(options, &why, &is_own_trouble)};
    if (!what.driver)
        diags_add(diags, options->address->text, 0, "%s", buffer_text(&why));
    buffer_fini(&why);
    if (!what.driver)
        return is_own_trouble ? E_NOMEM : E_IO;
    tape_init(&tape);
    worker_try_case(&what, &out->arena, &tape, &result);
    conclude(l, &result, out);
    tape_fini(&tape);
    driver_close(what.driver);
    return OK;
}

enum status repro_run(const char *path, struct catalogue *catalogue,
                      const struct loader_options *loader, const struct repro_where *where,
                      struct diags *diags, struct repro_outcome *out)
{
    struct loaded loaded;
    memset(out, 0, sizeof(*out));
    arena_init(&out->arena, CONTEXT_ARENA_MAX);
    enum status st = load(path, catalogue, loader, diags, &loaded);
    if (st)
        return st;
    if (!where->wire && !loaded.repro.wire && !surface_acts(loaded.repro.surface)->keeps_tape) {
        diags_add(diags, path, 0,
                  "it holds no profile (format 1): --profile has to say under which it ran");
        return E_INPUT;
    }
    struct run_options options = {.address = where->address,
                                  .wire = where->wire ? where->wire : loaded.repro.wire,
                                  .timeout_ms = where->timeout_ms,
                                  .start_ms = where->start_ms,
                                  .case_ms = REPRO_CASE_MS,
                                  .vector_dir = loader->vector_dir};
    memcpy(options.seed, loaded.repro.seed, sizeof(options.seed));
    return drive(&loaded, &options, diags, out);
}

/* ---- again, on the tape */

static void judge(const struct loaded *l, const char *vector_dir, struct driver *driver,
                  struct tape *tape, struct repro_outcome *out)
{
    const struct case_spec *spec = &l->suite->cases[0];
    struct case_result result;
    struct case_run run = {.id = l->repro.label,
                           .ops = spec->ops,
                           .run_seed = bytes_of(l->repro.seed, sizeof(l->repro.seed)),
                           .vector_dir = vector_dir,
                           .driver = driver,
                           .cipher = spec->suite->cipher,
                           .surface = l->repro.surface,
                           .wire = l->repro.wire,
                           .clock = clock_monotonic(),
                           .case_ms = REPRO_CASE_MS};
    case_run(&run, &out->arena, tape, &result);
    conclude(l, &result, out);
}

static void fill_tape(const struct repro *repro, struct tape *tape)
{
    static const enum tape_kind kinds[] = {[REPRO_NONE] = TAPE_NONE,
                                           [REPRO_SENT] = TAPE_SENT,
                                           [REPRO_RECEIVED] = TAPE_RECEIVED,
                                           [REPRO_ENDED] = TAPE_ENDED};
    for (size_t i = 0; i < repro->n_entries; i++)
        tape_add(tape, kinds[repro->entries[i].kind], repro->entries[i].seen,
                 repro->entries[i].bytes);
}

enum status repro_judge(const char *path, struct catalogue *catalogue,
                        const struct loader_options *loader, struct diags *diags,
                        struct repro_outcome *out)
{
    struct loaded loaded;
    struct driver *driver = NULL;
    struct driver_options options = {.clock = clock_monotonic(), .timeout_ms = 1000};
    struct tape recorded, replayed;
    struct buffer detail;
    memset(out, 0, sizeof(*out));
    arena_init(&out->arena, CONTEXT_ARENA_MAX);
    enum status st = load(path, catalogue, loader, diags, &loaded);
    if (st)
        return st;
    if (loaded.repro.n_entries == 0) {
        diags_add(diags, path, 0, "it holds no tape; assay repro drives the case on a target");
        return E_INPUT;
    }
    tape_init(&recorded);
    tape_init(&replayed);
    buffer_init(&detail, 4096);
    fill_tape(&loaded.repro, &recorded);
    st = recorded.st ? recorded.st : tape_transport(&recorded, &options.transport);
    if (!st)
        st = driver_open(&options, &driver, &detail);
    if (!st)
        judge(&loaded, loader->vector_dir, driver, &replayed, out);
    driver_close(driver);
    buffer_fini(&detail);
    tape_fini(&recorded);
    tape_fini(&replayed);
    return st;
}
