/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flaws.h - named flaws: each is the honest rules with one decision wrong.
 * Depends on: harness/cipher/signal/rules.h.
 *
 * The suites are tested with this table: every flaw that can be seen from outside must be caught by
 * a case, and every MUST case must fail for some flaw (assay mutants).
 */
#ifndef FLAWED_FLAWS_H
#define FLAWED_FLAWS_H

#include "cipher/signal/rules.h"

#include <stddef.h>

struct flaw {
    const char *name;         /* never changed once published */
    const char *requirement;  /* the one it violates, suites/requirements.xml */
    const char *text;         /* what it does, one sentence */
    const char *unobservable; /* why no test from outside can see it; NULL when one can */
};

size_t flaws_count(void);
/* In the table's order; NULL past the end. Static storage. */
const struct flaw *flaws_at(size_t index);

/* Those that a party of Signal v4 can have besides. */
size_t flaws_of_v4_count(void);
const struct flaw *flaws_of_v4_at(size_t index);

/* A flaw of a blind round (docs/detection.md). */
struct blind_flaw {
    const struct flaw *flaw;
    unsigned round;    /* from 1 */
    bool is_of_v4;     /* only a party of Signal v4 can have it */
    bool is_of_client; /* of the client surface; else of the library surface */
};

/* Those of all rounds, in order; false past the end. */
bool flaws_of_blind_rounds_at(size_t index, struct blind_flaw *out);

/* |honest|, the rules of a version, with flaw |name|. False when it has no such flaw; |out| then
 * holds the honest rules. */
bool flaws_rules(const char *name, const struct rules *honest, struct rules *out);
/* Flaw |name| besides what |rules|, of a version, say already. False when it has no such flaw. */
bool flaws_add(const char *name, struct rules *rules);

#define FLAW_DECIDES_LEN 32u
/* Which decisions flaw |name| of a party of v3 or v4 makes: numbers, comma between. Flaws that have
 * none in common can be had together. "" when it can be had with no other, and for no such flaw. */
void flaws_decides(const char *name, char out[FLAW_DECIDES_LEN]);

#endif
