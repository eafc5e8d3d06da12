/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/document.h"
#include "cli/sets.h"

#include "base/crypto.h"
#include "base/files.h"
#include "base/hex.h"
#include "cli/versions.h"
#include "pool/pool.h"
#include "record/kept.h"
#include "score/score.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FILE_MAX (16u * 1024u * 1024u)

struct record_target document_target(const char *address, const struct target_profile *t)
{
    return (struct record_target){.address = address,
                                  .name = t->name,
                                  .version = t->version,
                                  .adapter_version = t->adapter_version,
                                  .protocol = t->protocol,
                                  .protocol_version = t->protocol_version,
                                  .surfaces = {t->surfaces, t->n_surfaces},
                                  .layers = {t->layers, t->n_layers},
                                  .capabilities = {t->capabilities, t->n_capabilities}};
}

/* "suites/x3dh.xml" for what was shipped; as the user named it otherwise. */
static const char *shown_path(const struct cli *cli, const char *path)
{
    size_t len = strlen(cli->data_dir);
    if (strncmp(path, cli->data_dir, len) == 0 && path[len] == '/')
        return path + len + 1;
    return path;
}

static enum exit_code add_digest(const struct cli *cli, struct record_run *run, const char *path)
{
    struct buffer contents;
    uint8_t digest[32];
    buffer_init(&contents, FILE_MAX);
    enum status st = files_read(path, &contents);
    const char *why = st == E_IO ? strerror(errno) : status_text(st);
    if (!st)
        st = crypto_sha256(buffer_bytes(&contents), digest);
    buffer_fini(&contents);
    const char *hex = st ? NULL : hex_text(cli->arena, bytes_of(digest, sizeof(digest)));
    if (!hex)
        return cli_complain(cli, EXIT_TROUBLE, "the digest of %s: %s", path, why);
    for (size_t i = 0; i < run->n_digests; i++)
        if (strcmp(run->digests[i].name, shown_path(cli, path)) == 0)
            return EXIT_CONFORMANT; /* it has more than one use */
    run->digests[run->n_digests++] = (struct record_pair){shown_path(cli, path), hex};
    return EXIT_CONFORMANT;
}

bool document_is_unchanged(const struct cli *cli, const struct record_run *run, const char *path)
{
    struct record_pair now[1];
    struct record_run today = {.digests = now};
    bool is_there = access(path, R_OK) == 0 && add_digest(cli, &today, path) == EXIT_CONFORMANT;
    for (size_t i = 0; is_there && i < run->n_digests; i++)
        if (strcmp(run->digests[i].name, now[0].name) == 0)
            return strcmp(run->digests[i].value, now[0].value) == 0;
    return false;
}

static enum exit_code add_digests(const struct cli *cli, const struct document_parts *parts,
                                  struct record_run *run, struct arena *arena)
{
    static const char *const shipped[] = {"suites/suite.rng", "vectors/MANIFEST"};
    const size_t n_shipped = COUNT_OF(shipped);
    const struct catalogue *c = parts->catalogue;
    enum exit_code code = EXIT_CONFORMANT;
    run->digests =
        arena_array(arena, n_shipped + c->n_requirement_files + c->n_suites + parts->n_files,
                    sizeof(*run->digests));
    if (!run->digests)
        return cli_complain_status(cli, "digests", E_NOMEM);
    for (size_t i = 0; i < n_shipped && !code; i++) {
        const char *path = files_join(cli->arena, cli->data_dir, shipped[i]);
        code = path ? add_digest(cli, run, path) : cli_complain_status(cli, "digests", E_NOMEM);
    }
    for (size_t i = 0; i < c->n_requirement_files && !code; i++)
        code = add_digest(cli, run, c->requirement_files[i]);
    for (size_t i = 0; i < c->n_suites && !code; i++)
        code = add_digest(cli, run, c->suites[i]->file);
    for (size_t i = 0; i < parts->n_files && !code; i++)
        code = add_digest(cli, run, parts->files[i]);
    return code;
}

enum exit_code document_begin(const struct cli *cli, const struct document_parts *parts,
                              struct document *document)
{
    struct record_run *run = arena_alloc(&document->arena, sizeof(*run));
    if (!run)
        return cli_complain_status(cli, "results", E_NOMEM);
    *run = (struct record_run){
        .format = RECORD_RUN_FORMAT,
        .assay = ASSAY_VERSION,
        .commit = commit_id,
        .profile = parts->profile,
        .seed = parts->seed,
        .command = parts->command,
        .target = document_target(parts->address, parts->target),
        .selection = {.suites = {parts->suites->values, parts->suites->count},
                      .cases = parts->cases,
                      .excluded = parts->excluded,
                      .left_out = parts->left_out,
                      .shard = parts->shard.k,
                      .shards = parts->shard.n,
                      .level = parts->level,
                      .requirements = parts->requirements,
                      .is_strict = parts->is_strict,
                      .surface = parts->surface,
                      .not_found = parts->not_found,
                      .known_failures = parts->known_failures ? parts->known_failures : ""},
        .planned = parts->planned,
        .interrupted = ""};
    run->libraries = versions_list(&document->arena, &run->n_libraries);
    document->run = run;
    return add_digests(cli, parts, run, &document->arena);
}

static enum status record_took(const struct run_outcome *outcome, struct arena *arena,
                               struct record_times *times)
{
    times->cases = arena_array(arena, outcome->n_cases + 1, sizeof(*times->cases));
    for (size_t i = 0; times->cases && outcome->took_us && i < outcome->n_cases; i++)
        if (outcome->took_us[i])
            times->cases[times->n_cases++] =
                (struct record_took){outcome->cases[i].id, (double)outcome->took_us[i] / 1e6};
    return times->cases ? OK : E_NOMEM;
}

enum status document_record(struct document *document, const struct run_outcome *outcome,
                            int64_t started, uint64_t took_us)
{
    struct arena *arena = &document->arena;
    struct record_run *run = document->run;
    char instant[32];
    document_instant(started, instant);
    run->cases = outcome->cases;
    run->n_cases = outcome->n_cases;
    run->interrupted = arena_text(arena, outcome->interrupted);
    run->times.started = arena_text(arena, instant);
    run->times.seconds = (double)took_us / 1e6;
    run->times.workers = outcome->workers;
    run->times.late = outcome->n_late;
    run->times.peak_memory_kb = pool_peak_memory_kb();
    run->times.target_cpu_s = (double)outcome->target_cpu_us / 1e6;
    run->times.harness_cpu_s = (double)outcome->harness_cpu_us / 1e6;
    enum status st = record_took(outcome, arena, &run->times);
    return run->interrupted && run->times.started ? st : E_NOMEM;
}

enum exit_code document_score(const struct cli *cli, const struct catalogue *c,
                              const struct known_failures *known, struct document *document)
{
    char today[32];
    const char *name = record_dated_set(document->run), *path = NULL;
    struct requirement_set set = {.count = 0};
    document_instant((int64_t)time(NULL), today);
    today[10] = '\0';
    const struct score_inputs in = {.requirements = c->requirements,
                                    .n_requirements = c->n_requirements,
                                    .suites = c->suites,
                                    .n_suites = c->n_suites,
                                    .known = known,
                                    .set = name ? &set : NULL,
                                    .is_strict = document->run->selection.is_strict,
                                    .today = today};
    enum exit_code code =
        name ? sets_read(cli, name, EXIT_BAD_INPUT, &set, &path) : EXIT_CONFORMANT;
    if (!code && name && !document_is_unchanged(cli, document->run, path))
        code = cli_complain(cli, EXIT_BAD_INPUT,
                            "%s is not there as it was in the run, and decides (exit %d)", path,
                            EXIT_BAD_INPUT);
    enum status st = code ? OK : score_run(document->run, &in, &document->arena);
    if (!code && !st)
        st = kept_trim(document->run, &document->arena);
    requirement_set_free(&set);
    return st ? cli_complain_status(cli, "score", st) : code;
}

void document_instant(int64_t seconds, char out[32])
{
    struct tm utc;
    time_t when = (time_t)seconds;
    if (!gmtime_r(&when, &utc) || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        out[0] = '\0';
}
