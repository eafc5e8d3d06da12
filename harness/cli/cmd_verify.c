/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay verify - is a bundle of evidence as it was sealed, and what does it say?
 */
#include "base/crypto_sign.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/evidence.h"
#include "cli/recorded.h"

#include <dirent.h>
#include <string.h>

#define PEM_ROOM 65536u
#define PROBLEM_MAX 1024u
#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
#define STATEMENT_ARENA (64u * 1024u * 1024u)

enum row { ROW_SIGNER, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_SIGNER] = TEXT_OPTION("signer", "FILE", "the public key (PEM) that has to have signed it"),
};

/* The signature does not cover the key: what stands beside it in its file was not sealed. */
static enum exit_code check_nothing_else(const struct cli *cli, const char *name, struct bytes pem,
                                         const uint8_t x[32])
{
    struct buffer again;
    buffer_init(&again, PEM_ROOM);
    enum status st = crypto_ed25519_write(x, &again);
    enum exit_code code = st ? cli_complain_status(cli, name, st) : EXIT_CONFORMANT;
    if (!code && !bytes_equal(buffer_bytes(&again), pem))
        code = cli_complain(cli, EXIT_FAILED, "%s: not only a key, as assay writes it", name);
    buffer_fini(&again);
    return code;
}

static enum exit_code read_public(const struct cli *cli, const char *dir, const char *name,
                                  uint8_t out_x[32])
{
    struct buffer pem;
    buffer_init(&pem, PEM_ROOM);
    enum exit_code code = evidence_read(cli, dir, name, &pem);
    if (!code && crypto_ed25519_read(buffer_bytes(&pem), out_x))
        code = cli_complain(cli, EXIT_BAD_INPUT, "%s: no Ed25519 public key (PEM)", name);
    if (!code && dir)
        code = check_nothing_else(cli, name, buffer_bytes(&pem), out_x);
    buffer_fini(&pem);
    return code;
}

/* The signer's key, which is the expected one when --signer names it. */
static enum exit_code check_signer(const struct cli *cli, const struct options *o, const char *dir,
                                   uint8_t out_x[32])
{
    uint8_t expected[32];
    const char *path = option_text(o, ROW_SIGNER, NULL);
    enum exit_code code = read_public(cli, dir, EVIDENCE_SIGNER, out_x);
    if (code || !path)
        return code;
    code = read_public(cli, NULL, path, expected);
    if (!code && memcmp(expected, out_x, sizeof(expected)) != 0)
        code =
            cli_complain(cli, EXIT_FAILED, "it was signed with another key than that of %s", path);
    return code;
}

static enum exit_code check_signature(const struct cli *cli, const char *dir, const uint8_t x[32],
                                      struct bytes statement)
{
    struct buffer signature;
    buffer_init(&signature, CRYPTO_SIGNATURE_LEN);
    enum exit_code code = evidence_read(cli, dir, EVIDENCE_SIGNATURE, &signature);
    if (!code && !crypto_ed25519_verifies(bytes_of(x, 32), statement, buffer_bytes(&signature)))
        code = cli_complain(cli, EXIT_FAILED, "the signature of the statement does not verify");
    buffer_fini(&signature);
    return code;
}

/* A name that stays in the folder of files, and shows as it is. */
static bool is_plain_name(const char *name)
{
    return *name && *name != '.' && !name[strspn(name, NAME_CHARACTERS)];
}

static enum exit_code check_file(const struct cli *cli, const char *files,
                                 const struct evidence_file *sealed)
{
    struct buffer contents;
    struct evidence_file found;
    if (!is_plain_name(sealed->name))
        return cli_complain(cli, EXIT_BAD_INPUT, "the statement names a file outside the bundle");
    buffer_init(&contents, RECORD_TEXT_MAX);
    enum exit_code code = evidence_read(cli, files, sealed->name, &contents);
    if (!code)
        code = evidence_describe(cli, sealed->name, buffer_bytes(&contents), &found);
    if (!code && (strcmp(found.sha256, sealed->sha256) != 0 || found.length != sealed->length))
        code = cli_complain(cli, EXIT_FAILED, "%s is not what was sealed", sealed->name);
    buffer_fini(&contents);
    return code;
}

/* What lies in |path| and was not sealed would be taken for evidence: only |names| may be there. */
static enum exit_code check_no_others(const struct cli *cli, const char *path,
                                      const char *const *names, size_t n_names)
{
    DIR *dir = opendir(path);
    enum exit_code code = EXIT_CONFORMANT;
    if (!dir)
        return cli_complain_file(cli, EXIT_BAD_INPUT, path, E_IO);
    for (const struct dirent *entry; !code && (entry = readdir(dir));) {
        bool is_known = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        for (size_t i = 0; i < n_names && !is_known; i++)
            is_known = strcmp(entry->d_name, names[i]) == 0;
        if (!is_known)
            code =
                cli_complain(cli, EXIT_FAILED, "%s was not sealed", cli_tame(cli, entry->d_name));
    }
    closedir(dir);
    return code;
}

/* Is |text| what assay writes of |statement|? Else a member of it was not understood, or says
 * another thing. */
static enum exit_code check_text(const struct cli *cli, struct bytes text,
                                 const struct record_evidence *statement, const char *complaint)
{
    struct buffer again;
    buffer_init(&again, RECORD_TEXT_MAX);
    enum status st = form_write(&record_evidence_form, statement, FORM_PAGE, &again);
    enum exit_code code = st ? cli_complain_status(cli, "verify", st) : EXIT_CONFORMANT;
    if (!code && !bytes_equal(buffer_bytes(&again), text))
        code = cli_complain(cli, EXIT_FAILED, "%s", complaint);
    buffer_fini(&again);
    return code;
}

/* Does the statement say what results.json says? */
static enum exit_code check_results(const struct cli *cli, const char *files, struct bytes text,
                                    const struct record_evidence *statement)
{
    struct document document;
    struct record_evidence recorded = *statement;
    const char *path = files_join(cli->arena, files, EVIDENCE_RESULTS);
    if (!path)
        return cli_complain_status(cli, "verify", E_NOMEM);
    enum exit_code code = recorded_read(cli, path, &document);
    if (!code) {
        evidence_describe_run(&recorded, document.run);
        code = check_text(cli, text, &recorded,
                          "the statement says another thing than " EVIDENCE_FILES
                          "/" EVIDENCE_RESULTS);
    }
    document_fini(&document);
    return code;
}

static enum exit_code check_files(const struct cli *cli, const char *dir, struct bytes text,
                                  const struct record_evidence *statement)
{
    static const char *const parts[] = {EVIDENCE_STATEMENT, EVIDENCE_SIGNATURE, EVIDENCE_SIGNER,
                                        EVIDENCE_FILES};
    const char *names[EVIDENCE_FILES_MAX];
    const char *files = files_join(cli->arena, dir, EVIDENCE_FILES);
    enum exit_code code = EXIT_CONFORMANT;
    if (!files)
        return cli_complain_status(cli, "verify", E_NOMEM);
    if (files_is_link(files))
        return cli_complain(cli, EXIT_BAD_INPUT, "%s: a link, and no folder", files);
    for (size_t i = 0; i < statement->n_files && !code; i++) {
        names[i] = statement->files[i].name;
        code = check_file(cli, files, &statement->files[i]);
    }
    if (!code)
        code = check_no_others(cli, dir, parts, COUNT_OF(parts));
    if (!code)
        code = check_no_others(cli, files, names, statement->n_files);
    return code ? code : check_results(cli, files, text, statement);
}

static enum exit_code parse(const struct cli *cli, struct bytes text, struct arena *arena,
                            struct record_evidence *out)
{
    struct buffer problem;
    buffer_init(&problem, PROBLEM_MAX);
    enum status st = form_read(&record_evidence_form, text, arena, &problem, out);
    enum exit_code code = EXIT_CONFORMANT;
    if (st == E_PARSE || (!st && strcmp(out->format, RECORD_EVIDENCE_FORMAT) != 0))
        code = cli_complain(cli, EXIT_BAD_INPUT, "%s: %s", EVIDENCE_STATEMENT,
                            st ? buffer_text(&problem) : "not of a format that this assay knows");
    else if (st)
        code = cli_complain_status(cli, "verify", st);
    else
        code = check_text(cli, text, out,
                          EVIDENCE_STATEMENT ": something in it is not understood, so it is not "
                                             "believed");
    buffer_fini(&problem);
    return code;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    const char *dir = o->operands[0];
    struct record_evidence statement = {0};
    struct buffer text;
    struct arena arena;
    uint8_t x[32] = {0};
    arena_init(&arena, STATEMENT_ARENA);
    buffer_init(&text, RECORD_TEXT_MAX);
    enum exit_code code = evidence_read(cli, dir, EVIDENCE_STATEMENT, &text);
    if (!code)
        code = check_signer(cli, o, dir, x);
    if (!code)
        code = check_signature(cli, dir, x, buffer_bytes(&text));
    if (!code)
        code = parse(cli, buffer_bytes(&text), &arena, &statement);
    if (!code)
        code = check_files(cli, dir, buffer_bytes(&text), &statement);
    if (!code) {
        evidence_print(cli, &statement, x);
        fprintf(cli->out, "\nIt is as it was sealed%s.\n",
                option_given(o, ROW_SIGNER)
                    ? ", by the signer that was expected"
                    : "; whose key it is, nobody vouched for: --signer names the one to expect");
    }
    buffer_fini(&text);
    arena_fini(&arena);
    return code;
}

const struct command command_verify = {
    .name = "verify",
    .operands = "DIR",
    .summary = "is a bundle of evidence as it was sealed?",
    .example = "  assay verify bundle --signer their-key.pem\n\n"
               "  Exit code 0: it is. 1: it is not. 65: no bundle.\n",
    .least_operands = 1,
    .most_operands = 1,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
