/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vectors/publish/writer.h - one file of published vectors, in the form of Wycheproof.
 * Depends on: base, jansson.
 *
 * A file is groups of tests with flags that notes explain; README.md says the members. Whatever
 * fails ends the program: a file is whole or not written.
 */
#ifndef ASSAY_VECTORS_PUBLISH_WRITER_H
#define ASSAY_VECTORS_PUBLISH_WRITER_H

#include "base/bytes.h"
#include "base/random.h"

#include <jansson.h>

enum result { RESULT_NONE = 0, RESULT_VALID, RESULT_INVALID, RESULT_ACCEPTABLE };

/* What a flag of a test means. */
struct flag {
    const char *name;
    const char *bug_type; /* a word of published/schema.json */
    const char *description;
};

/* Who confirmed the file, and how. */
struct judge {
    const char *implementation;
    const char *how;
};

struct writer;

struct family {
    const char *name; /* of the file, without .json */
    const char *algorithm;
    const char *header; /* what the tests ask, in sentences */
    const struct flag *flags;
    size_t n_flags;
    const struct judge *judges;
    size_t n_judges;
    void (*write)(struct writer *w);
};

/* The randomness of the file: from a fixed seed and the family's name. */
struct random *writer_random(struct writer *w);

/* Begin a group; its members besides "type" and "tests" are the caller's to set. Borrowed. */
json_t *writer_group(struct writer *w, const char *type);

/* Add a test to the group that was begun last; |flags| are names, a comma between, or "".
 * Borrowed. */
json_t *writer_test(struct writer *w, enum result result, const char *flags, const char *comment);

/* Set |name| to |value| in hexadecimal. */
void writer_hex(json_t *object, const char *name, struct bytes value);
void writer_number(json_t *object, const char *name, json_int_t value);
void writer_text(json_t *object, const char *name, const char *value);
/* |value| is given. */
void writer_json(json_t *object, const char *name, json_t *value);

/* End the program: |what| is wrong. */
__attribute__((noreturn)) void must_fail(const char *what);
/* The same, unless |is_fine|. */
static inline void must(bool is_fine, const char *what)
{
    if (!is_fine)
        must_fail(what);
}

/* Write DIR/NAME.json. */
void writer_file(const struct family *family, const char *dir);

extern const struct family family_xeddsa, family_x3dh, family_double_ratchet, family_conversation,
    family_sender_key, family_fingerprint, family_triple_ratchet;

#endif
