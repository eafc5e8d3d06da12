/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/loader.h - suite and requirement files to structs, with a compiler's manners.
 * Depends on: base, verdict, cipher/cipher (names and sizes of fields), scenario/case; libxml2 (no
 * network, no entities, no DTD).
 *
 * What is checked, each with file, line and what was expected: well-formed XML, suites/suite.rng,
 * verbs and attributes against scenario/verb.h, names defined before use (with the nearest), ids
 * unique, requirement known and level not stricter than it, at most one sweep a case, sweeps of a
 * size that is known before a run, and the rule of the right reason: every refusal has a positive
 * sibling (suites/README.md).
 */
#ifndef ASSAY_SCENARIO_LOADER_H
#define ASSAY_SCENARIO_LOADER_H

#include "base/buffer.h"
#include "scenario/case.h"

struct loader_options {
    const char *suite_dir;              /* with suite.rng, requirements*.xml, *.xml */
    const char *const *more_suite_dirs; /* private suites: only *.xml; NULL and 0 for none */
    size_t n_more_suite_dirs;
    const char *vector_dir; /* for <recorded vector="..."/> */
    /* Suites that name several ciphers are read for the first of them only: half the time. */
    bool is_first_cipher_enough;
};

/*
 * Load everything. E_INPUT: |diags| has at least one complaint and nothing else may be used.
 * E_NOMEM. The caller frees with catalogue_free in every case.
 */
MUST_USE enum status catalogue_load(const struct loader_options *options, struct catalogue *out,
                                    struct diags *diags);
void catalogue_free(struct catalogue *c);

/* Read those suites of |c| that name the cipher |protocol| for it, too, where they have not been.
 * |options| are those |c| was loaded with. E_INPUT with complaints, E_NOMEM. */
MUST_USE enum status catalogue_add_cipher(struct catalogue *c, const struct loader_options *options,
                                          const char *protocol, struct diags *diags);

/*
 * Load one suite file on its own against |base|'s requirements, as a repro or a generated case.
 * Things live in |base|'s arena.  E_INPUT, E_NOMEM.
 */
MUST_USE enum status catalogue_load_file(struct catalogue *base,
                                         const struct loader_options *options, const char *path,
                                         const struct suite **out, struct diags *diags);

/* Write |steps| as a suite of one case that catalogue_load_file reads back; |extra| is raw XML put
 * before </suite>. */
struct saved_case {
    const char *suite_id;
    const char *title;
    const char *layer;           /* NULL for "cipher" */
    const struct cipher *cipher; /* NULL for cipher_default() */
    const char *case_id;
    const char *requirement;
    enum level level;
    const char *purpose;
    const char *origin; /* NULL for none */
    const struct step *steps;
    size_t n_steps;
    const char *extra; /* NULL for none */
};
/* Appended to |out|. E_NOMEM, E_LIMIT from |out|. */
MUST_USE enum status suite_save(const struct saved_case *what, struct buffer *out);

/*
 * Write the suite file |file| with the case added as its last to |out|; nothing else changes. Only
 * case_id, requirement, level, purpose, origin and the steps count. E_INPUT: it has no </suite>, or
 * a <repro>. E_NOMEM, E_LIMIT from |out|.
 */
MUST_USE enum status suite_add_case(struct bytes file, const struct saved_case *what,
                                    struct buffer *out);

#endif
