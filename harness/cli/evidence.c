/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/evidence.h"

#include "base/crypto.h"
#include "base/files.h"
#include "base/hex.h"

enum exit_code evidence_read(const struct cli *cli, const char *dir, const char *name,
                             struct buffer *out)
{
    const char *path = dir ? files_join(cli->arena, dir, name) : name;
    if (!path)
        return cli_complain_status(cli, name, E_NOMEM);
    if (dir && !files_is_plain(path))
        return cli_complain(cli, EXIT_BAD_INPUT, "%s: there is no such file", path);
    enum status st = files_read(path, out);
    return st ? cli_complain_file(cli, EXIT_BAD_INPUT, path, st) : EXIT_CONFORMANT;
}

enum exit_code evidence_describe(const struct cli *cli, const char *name, struct bytes contents,
                                 struct evidence_file *out)
{
    uint8_t digest[32];
    enum status st = crypto_sha256(contents, digest);
    const char *hex = st ? NULL : hex_text(cli->arena, bytes_of(digest, sizeof(digest)));
    const char *kept = arena_text(cli->arena, name);
    *out = (struct evidence_file){.name = kept, .sha256 = hex, .length = contents.len};
    return hex && kept ? EXIT_CONFORMANT : cli_complain_status(cli, name, st ? st : E_NOMEM);
}

void evidence_describe_run(struct record_evidence *s, const struct record_run *run)
{
    s->assay = run->assay;
    s->target = run->target;
    s->started = run->times.started;
    s->profile = run->profile;
    s->seed = run->seed;
    s->requirements = run->selection.requirements;
    s->command = run->command;
    s->conformance = run->summary->conformance;
    s->exit_code = run->summary->exit_code;
    s->is_partial = run->summary->scope.is_partial;
    s->coverage = run->summary->coverage;
    s->digests = run->digests;
    s->n_digests = run->n_digests;
}

static void row(const struct cli *cli, const char *what, const char *text)
{
    fprintf(cli->out, "%-12s %s\n", what, *text ? cli_tame(cli, text) : "not given");
}

static void rows_of_files(const struct cli *cli, const char *what,
                          const struct evidence_file *files, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(cli->out, "%-12s %s  %llu bytes  %s\n", i ? "" : what,
                cli_tame(cli, files[i].sha256), (unsigned long long)files[i].length,
                cli_tame(cli, files[i].name));
}

void evidence_print(const struct cli *cli, const struct record_evidence *statement,
                    const uint8_t signer[32])
{
    const struct record_evidence *s = statement;
    const char *key = hex_text(cli->arena, bytes_of(signer, 32));
    const struct record_run run = {.selection = {.requirements = s->requirements}};
    const char *set = record_dated_set(&run);
    fprintf(cli->out, "%-12s %s, by assay %s\n", "sealed", cli_tame(cli, s->sealed),
            cli_tame(cli, s->sealed_by));
    row(cli, "signer", key ? key : "");
    row(cli, "operator", s->operator_name);
    row(cli, "commit", s->commit);
    fprintf(cli->out, "%-12s %s %s, %s\n", "target", cli_tame(cli, s->target.name),
            cli_tame(cli, s->target.version), cli_tame(cli, s->target.protocol));
    fprintf(cli->out, "%-12s %s, assay %s, profile %s: %s%s%s (exit %d)%s\n", "run",
            cli_tame(cli, s->started), cli_tame(cli, s->assay), cli_tame(cli, s->profile),
            conformance_name(s->conformance), set ? " by the requirement set " : "",
            set ? cli_tame(cli, set) : "", s->exit_code, s->is_partial ? "; of chosen cases" : "");
    fprintf(cli->out, "%-12s %llu of %llu\n", "requirements",
            (unsigned long long)s->coverage.covered, (unsigned long long)s->coverage.requirements);
    rows_of_files(cli, "files", s->files, s->n_files);
    rows_of_files(cli, "programs", s->programs, s->n_programs);
    fprintf(cli->out, "%-12s %zu files, by digest\n", "judged by", s->n_digests);
    for (size_t i = 0; i < s->left_out.n; i++)
        fprintf(cli->out, "%-12s %s\n", i ? "" : "left out", cli_tame(cli, s->left_out.items[i]));
}
