/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/evidence.h - the files of a bundle of evidence, which seal writes and verify reads.
 * Depends on: base, record/evidence, cli/cli.
 *
 * A bundle is a directory: statement.json, its signature (64 bytes of Ed25519 over the statement's
 * bytes), the signer's public key as PEM, and the folder files/ with what the statement names.
 * docs/evidence.md says how it is checked without assay.
 */
#ifndef ASSAY_CLI_EVIDENCE_H
#define ASSAY_CLI_EVIDENCE_H

#include "cli/cli.h"
#include "record/evidence.h"

#define EVIDENCE_STATEMENT "statement.json"
#define EVIDENCE_SIGNATURE "statement.sig"
#define EVIDENCE_SIGNER "signer.pem"
#define EVIDENCE_FILES "files"
#define EVIDENCE_RESULTS "results.json"

/* Read |dir|/|name|, a plain file and no link, into |out|; with |dir| NULL, whatever |name| leads
 * to. EXIT_BAD_INPUT, after a complaint. */
MUST_USE enum exit_code evidence_read(const struct cli *cli, const char *dir, const char *name,
                                      struct buffer *out);

/* Fill |out| with |name| and the digest and length of |contents|; the digest is in the cli's arena.
 * EXIT_TROUBLE, after a complaint. */
MUST_USE enum exit_code evidence_describe(const struct cli *cli, const char *name,
                                          struct bytes contents, struct evidence_file *out);

/* Fill in what results.json says; views into |run|. */
void evidence_describe_run(struct record_evidence *s, const struct record_run *run);

/* What a person is told of a statement, and of the key that signed it. */
void evidence_print(const struct cli *cli, const struct record_evidence *statement,
                    const uint8_t signer[32]);

#endif
