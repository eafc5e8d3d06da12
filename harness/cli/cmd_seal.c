/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay seal - a run and what belongs to it as a signed bundle of evidence.
 */
#include "base/crypto_sign.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/evidence.h"
#include "cli/recorded.h"
#include "cli/versions.h"

#include <time.h>
#include <unistd.h>

#define LEFT_OUT_MAX 32u
#define CLAIMS_RESULTS "claims.json"
#define PEM_ROOM 65536u

enum row { ROW_KEY, ROW_OUT, ROW_CLAIMS, ROW_PROGRAM, ROW_OPERATOR, ROW_COMMIT, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_KEY] =
        TEXT_OPTION("key", "FILE", "the signer's Ed25519 private key (PEM, without passphrase)"),
    [ROW_OUT] = TEXT_OPTION("out", "DIR", "the bundle, a new directory (default assay-bundle)"),
    [ROW_CLAIMS] = LIST_OPTION("claims", "DIR", "what assay claims wrote, besides"),
    [ROW_PROGRAM] = LIST_OPTION("program", "FILE", "the adapter, the target: its digest is sealed"),
    [ROW_OPERATOR] = TEXT_OPTION("operator", "TEXT", "who ran it"),
    [ROW_COMMIT] = TEXT_OPTION("commit", "TEXT", "of the target's sources"),
};

struct job {
    const struct cli *cli;
    const struct options *o;
    const char *from, *dir;
    struct evidence_file files[EVIDENCE_FILES_MAX], programs[EVIDENCE_FILES_MAX];
    struct buffer contents[EVIDENCE_FILES_MAX]; /* of |files| */
    const char *left_out[LEFT_OUT_MAX];
    struct record_evidence statement;
};

/* ---- what is in it, and what is not */

/* |from|/|name|, which will be |as| in the bundle. Nothing is written before everything was read:
 * a bundle is there, or it is not. */
static enum exit_code take_file(struct job *job, const char *from, const char *name, const char *as)
{
    size_t at = job->statement.n_files;
    if (!as || at == EVIDENCE_FILES_MAX)
        return cli_complain_status(job->cli, "seal", as ? E_LIMIT : E_NOMEM);
    struct buffer *contents = &job->contents[at];
    buffer_init(contents, RECORD_TEXT_MAX);
    enum exit_code code = evidence_read(job->cli, from, name, contents);
    if (!code)
        code = evidence_describe(job->cli, as, buffer_bytes(contents), &job->files[at]);
    if (code)
        buffer_fini(contents);
    job->statement.n_files += !code;
    return code;
}

static enum exit_code take_programs(struct job *job)
{
    const struct option_values *given = &job->o->given[ROW_PROGRAM];
    enum exit_code code = EXIT_CONFORMANT;
    if (given->count > EVIDENCE_FILES_MAX)
        return cli_complain_status(job->cli, "--program", E_LIMIT);
    for (size_t i = 0; i < given->count && !code; i++) {
        struct buffer contents;
        buffer_init(&contents, RECORD_TEXT_MAX);
        code = evidence_read(job->cli, NULL, given->values[i], &contents);
        if (!code)
            code = evidence_describe(job->cli, given->values[i], buffer_bytes(&contents),
                                     &job->programs[i]);
        job->statement.n_programs += !code;
        buffer_fini(&contents);
    }
    return code;
}

static enum exit_code take_claims(struct job *job)
{
    const struct option_values *given = &job->o->given[ROW_CLAIMS];
    enum exit_code code = EXIT_CONFORMANT;
    for (size_t i = 0; i < given->count && !code; i++)
        code = take_file(job, given->values[i], CLAIMS_RESULTS,
                         arena_printf(job->cli->arena, "claims-%zu.json", i + 1));
    return code;
}

static void leave_out(struct job *job, const char *sentence)
{
    if (sentence && job->statement.left_out.n < LEFT_OUT_MAX)
        job->left_out[job->statement.left_out.n++] = sentence;
}

/* What of the run's directory stays behind, and what nobody gave. */
static void name_left_out(struct job *job)
{
    static const char *const others[] = {"results.jsonl", "report.html", "junit.xml",
                                         "summary.md",    "sarif.json",  "repro"};
    struct arena *arena = job->cli->arena;
    const struct record_coverage *c = &job->statement.coverage;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        const char *path = files_join(arena, job->from, others[i]);
        if (path && access(path, F_OK) == 0)
            leave_out(job, arena_printf(arena, "%s of the run's directory", others[i]));
    }
    leave_out(job,
              "the files that the run was judged by, and the target's programs: they are named "
              "by their digests");
    if (job->statement.n_programs == 0)
        leave_out(job, "which program answered: no --program was given");
    if (!option_given(job->o, ROW_CLAIMS))
        leave_out(job, "claims of another protocol: no --claims was given");
    else
        leave_out(job, "documents that claims cite: claims.json has their digests");
    if (c->covered < c->requirements)
        leave_out(job,
                  arena_printf(arena,
                               "%llu requirements: %llu were not run, %llu are not built yet, %llu "
                               "cannot be seen from outside",
                               (unsigned long long)(c->requirements - c->covered),
                               (unsigned long long)c->not_run, (unsigned long long)c->not_built,
                               (unsigned long long)c->not_observable));
    leave_out(job, "any proof that what answered is what the operator's users get, and of what the "
                   "operator's clock and machine did");
}

/* ---- the statement */

static void describe_run(struct job *job, const struct record_run *run)
{
    struct record_evidence *s = &job->statement;
    char *sealed = arena_alloc(job->cli->arena, 32);
    if (sealed)
        document_instant((int64_t)time(NULL), sealed);
    s->format = RECORD_EVIDENCE_FORMAT;
    s->sealed = sealed;
    s->sealed_by =
        arena_printf(job->cli->arena, "%s%s%s", ASSAY_VERSION, *commit_id ? " " : "", commit_id);
    s->operator_name = option_text(job->o, ROW_OPERATOR, "");
    s->commit = option_text(job->o, ROW_COMMIT, "");
    evidence_describe_run(s, run);
    s->files = job->files;
    s->programs = job->programs;
    s->left_out.items = job->left_out;
}

static enum exit_code write_file(const struct job *job, const char *name, struct bytes contents)
{
    const char *path = name ? files_join(job->cli->arena, job->dir, name) : NULL;
    enum status st = path ? files_write(path, contents) : E_NOMEM;
    return st ? cli_complain_file(job->cli, EXIT_TROUBLE, path ? path : job->dir, st)
              : EXIT_CONFORMANT;
}

static enum exit_code write_files(const struct job *job)
{
    const char *files = files_join(job->cli->arena, job->dir, EVIDENCE_FILES);
    enum status st = files ? files_make_dirs(files) : E_NOMEM;
    enum exit_code code =
        st ? cli_complain_file(job->cli, EXIT_TROUBLE, job->dir, st) : EXIT_CONFORMANT;
    for (size_t i = 0; i < job->statement.n_files && !code; i++)
        code = write_file(
            job, arena_printf(job->cli->arena, "%s/%s", EVIDENCE_FILES, job->files[i].name),
            buffer_bytes(&job->contents[i]));
    return code;
}

/* The files, the statement, its signature, and the key it verifies with. */
static enum exit_code sign(const struct job *job, const struct crypto_signer *signer)
{
    struct buffer text, pem;
    uint8_t x[32], y[32], signature[CRYPTO_SIGNATURE_LEN] = {0};
    buffer_init(&text, RECORD_TEXT_MAX);
    buffer_init(&pem, PEM_ROOM);
    crypto_signer_public(signer, x, y);
    enum status st = form_write(&record_evidence_form, &job->statement, FORM_PAGE, &text);
    if (!st)
        st = crypto_sign(signer, buffer_bytes(&text), signature);
    if (!st)
        st = crypto_ed25519_write(x, &pem);
    enum exit_code code = st ? cli_complain_status(job->cli, "seal", st) : write_files(job);
    if (!code)
        code = write_file(job, EVIDENCE_STATEMENT, buffer_bytes(&text));
    if (!code)
        code = write_file(job, EVIDENCE_SIGNATURE, bytes_of(signature, sizeof(signature)));
    if (!code)
        code = write_file(job, EVIDENCE_SIGNER, buffer_bytes(&pem));
    if (!code)
        evidence_print(job->cli, &job->statement, x);
    buffer_fini(&text);
    buffer_fini(&pem);
    return code;
}

static enum exit_code read_key(const struct cli *cli, const char *path, struct crypto_signer **out)
{
    struct buffer pem;
    *out = NULL;
    if (!path)
        return cli_complain(cli, EXIT_USAGE,
                            "--key is needed: openssl genpkey -algorithm ed25519 "
                            "-out key.pem makes one");
    buffer_init(&pem, PEM_ROOM);
    enum exit_code code = evidence_read(cli, NULL, path, &pem);
    enum status st = code ? OK : crypto_signer_read(buffer_bytes(&pem), out);
    if (st == E_PARSE)
        code = cli_complain(cli, EXIT_BAD_INPUT,
                            "%s: no Ed25519 private key (PEM, without passphrase)", path);
    else if (st)
        code = cli_complain_status(cli, path, st);
    buffer_fini(&pem);
    return code;
}

static enum exit_code make(struct job *job, const struct record_run *run,
                           const struct crypto_signer *signer)
{
    describe_run(job, run);
    if (!job->statement.sealed || !job->statement.sealed_by)
        return cli_complain_status(job->cli, "seal", E_NOMEM);
    enum exit_code code = take_file(job, job->from, EVIDENCE_RESULTS, EVIDENCE_RESULTS);
    if (!code)
        code = take_claims(job);
    if (!code)
        code = take_programs(job);
    name_left_out(job);
    if (!code)
        code = sign(job, signer);
    for (size_t i = 0; i < job->statement.n_files; i++)
        buffer_fini(&job->contents[i]);
    return code;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct document document;
    struct crypto_signer *signer;
    struct job *job = arena_alloc(cli->arena, sizeof(*job));
    if (!job)
        return cli_complain_status(cli, "seal", E_NOMEM);
    *job = (struct job){
        .cli = cli, .o = o, .from = o->operands[0], .dir = option_text(o, ROW_OUT, "assay-bundle")};
    enum exit_code code = read_key(cli, option_text(o, ROW_KEY, NULL), &signer);
    if (code)
        return code;
    if (!files_is_new(job->dir)) {
        crypto_signer_free(signer);
        return cli_complain(cli, EXIT_USAGE, "%s is not an empty directory; give --out a new one",
                            job->dir);
    }
    document_init(&document);
    if (files_is_plain(job->from))
        code = cli_complain(cli, EXIT_USAGE, "%s is a file; the directory of a run is expected",
                            job->from);
    if (!code)
        code = recorded_read(cli, job->from, &document);
    if (!code)
        code = make(job, document.run, signer);
    document_fini(&document);
    crypto_signer_free(signer);
    return code;
}

const struct command command_seal = {
    .name = "seal",
    .operands = "DIR",
    .summary = "a run as a signed bundle of evidence",
    .example = "  openssl genpkey -algorithm ed25519 -out key.pem\n"
               "  assay seal out --key key.pem --program ./my-adapter --operator \"Example Ltd\" "
               "--out bundle\n",
    .least_operands = 1,
    .most_operands = 1,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
