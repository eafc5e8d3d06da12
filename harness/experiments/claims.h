/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/claims.h - what a provider claims of its protocol: claims.xml, read and checked.
 * Depends on: base, experiments/property, scenario/xml. docs/claims.md explains the file.
 */
#ifndef ASSAY_EXPERIMENTS_CLAIMS_H
#define ASSAY_EXPERIMENTS_CLAIMS_H

#include "base/arena.h"
#include "base/diag.h"
#include "experiments/property.h"

#define CLAIMS_DOCUMENTS_MAX 64u
#define CLAIMS_MAX 64u          /* properties of one file */
#define CLAIM_DOCUMENTS_MAX 16u /* that one claim names */
#define CLAIM_MEASURES_MAX 4u

struct claimed_document {
    const char *id, *kind, *title, *url;
    const char *sha256; /* 64 hexadecimal digits, or "" */
};

struct claimed_measure {
    enum measure measure;
    long at_most;
};

struct claim {
    const struct property *property;
    bool is_claimed; /* false: the file says that it does not hold */
    enum evidence asked;
    const struct claimed_document *documents[CLAIM_DOCUMENTS_MAX];
    size_t n_documents;
    struct claimed_measure measures[CLAIM_MEASURES_MAX];
    size_t n_measures;
    const char *note; /* "" for none */
    unsigned line;
};

struct claims {
    const char *path, *protocol, *version;
    struct claimed_document documents[CLAIMS_DOCUMENTS_MAX];
    size_t n_documents;
    struct claim claims[CLAIMS_MAX];
    size_t n_claims;
    unsigned line; /* of the root element */
};

/*
 * Read |path| by the schema |schema_path| (suites/claims.rng). Texts live in |arena|. E_INPUT with
 * every complaint: not well-formed, against the schema, an unknown property or measure, something
 * named twice, evidence that the property cannot have, documents promised and not named. E_NOMEM.
 */
MUST_USE enum status claims_load(const char *path, const char *schema_path, struct arena *arena,
                                 struct claims *out, struct diags *diags);
/* E_INPUT, with a complaint, when the file is about another protocol than the target's. */
MUST_USE enum status claims_check_protocol(const struct claims *claims, const char *protocol,
                                           struct diags *diags);
/* NULL when the file does not mention the property. */
const struct claim *claims_find(const struct claims *claims, const char *property);

/* The number that |claim| (NULL: none) puts to |m|; -1 when it puts none, or is not claimed. */
long claim_at_most(const struct claim *claim, enum measure m);

const char *evidence_name(enum evidence e); /* "black-box", "state", "document"; "" for none */

#endif
