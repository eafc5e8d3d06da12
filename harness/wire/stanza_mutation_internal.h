/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/stanza_mutation_internal.h - what the table of mutations is made of.
 * Depends on: wire/stanza_mutation. For stanza_mutation*.c only.
 */
#ifndef ASSAY_WIRE_STANZA_MUTATION_INTERNAL_H
#define ASSAY_WIRE_STANZA_MUTATION_INTERNAL_H

#include "wire/stanza_mutation.h"

/* Where something is put into an honest message, in the order of its bytes. */
enum mutation_place {
    MUTATION_START = 0,       /* before the root */
    MUTATION_ROOT_ATTRIBUTES, /* behind "<message" */
    MUTATION_FIRST_CHILD,
    MUTATION_ENC_ATTRIBUTES, /* behind "<enc" */
    MUTATION_ENC_FRONT,      /* before the first base64 character */
    MUTATION_ENC_BACK,       /* behind the last one */
    MUTATION_LAST_CHILD,
    MUTATION_END, /* behind the root */
    N_MUTATION_PLACE
};

/* Raw bytes; "{other}", "{canary}" and "{text}" in them stand for the context's and the base64. */
struct mutation_text {
    const char *data;
    size_t len;
};
#define MUTATION_TEXT(literal)                                                                     \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* An attribute gets a raw value, or (no data) is removed. No name: no change. */
struct mutation_attribute {
    const char *name;
    struct mutation_text value;
};

/* How the attributes of root and enc are written; NULL: as usual. */
struct mutation_style {
    const char *before; /* between attributes; else a space */
    const char *equals; /* else "=" */
    const char *quote;  /* else as it was */
    const char *end;    /* before the ">"; else nothing */
    bool is_reversed, has_references;
};

struct mutation_job {
    struct bytes in;
    size_t places[N_MUTATION_PLACE]; /* in it */
    uint32_t n;
    const struct stanza_mutation_context *context;
    struct buffer *out;
};

struct stanza_mutation_entry {
    struct word word;
    struct mutation_text insert[N_MUTATION_PLACE];
    struct mutation_attribute root, enc; /* changes of an attribute there */
    struct mutation_text enc_text;       /* instead of the base64, when it has data */
    /* One of these, when not NULL, instead of all that. */
    const struct mutation_style *style;
    enum status (*make)(const struct mutation_job *job);
};
#define STANZA_NUMBER_MAX (1u << 24)

/* What follows the word in a row: the change. */
#define AT(place, text) .insert[MUTATION_##place] = MUTATION_TEXT(text)
#define WITH(tag, attribute, value) .tag = {attribute, MUTATION_TEXT(value)}
#define WITHOUT(tag, attribute) .tag = {attribute, {NULL, 0}}
#define ENC(text) .enc_text = MUTATION_TEXT(text)
#define REWRITTEN(...)                                                                             \
    .style = &(const struct mutation_style) { __VA_ARGS__ }

/* The table's rows, in two files; mutation 1 is the first of the documents. */
extern const struct word_part stanza_mutation_documents, stanza_mutation_messages;

/* Part of an honest message, as offsets. */
struct mutation_span {
    size_t from, to;
};

/* Where the places are. E_MISSING: not <message ...>...<enc ...>...</enc>...</message>. */
MUST_USE enum status mutation_locate(struct bytes in, size_t places[N_MUTATION_PLACE]);
/* The value of |name| in the start tag whose attributes begin at |at|, and (|out_whole|) with the
 * white space before its name. E_MISSING. */
MUST_USE enum status mutation_find_attribute(struct bytes in, size_t at, const char *name,
                                             struct mutation_span *out_value,
                                             struct mutation_span *out_whole);
/* The bytes of the message from |from| up to |to|, appended. */
enum status mutation_copy(const struct mutation_job *job, size_t from, size_t to);
/* The document with the attributes of root and enc written in |style|. */
MUST_USE enum status mutation_rewrite(const struct mutation_job *job,
                                      const struct mutation_style *style);
/* |text| with its placeholders filled, appended. E_MISSING: nothing to fill in. */
MUST_USE enum status mutation_append(const struct mutation_job *job, struct mutation_text text);

enum status mutation_utf16_le(const struct mutation_job *job);
enum status mutation_utf16_be(const struct mutation_job *job);
enum status mutation_two_roots(const struct mutation_job *job);
enum status mutation_unclosed_root(const struct mutation_job *job);
enum status mutation_mismatched_tags(const struct mutation_job *job);
enum status mutation_truncated(const struct mutation_job *job);
enum status mutation_two_encs(const struct mutation_job *job);
enum status mutation_nested_enc(const struct mutation_job *job);
enum status mutation_no_enc(const struct mutation_job *job);
enum status mutation_unpadded(const struct mutation_job *job);
enum status mutation_depth(const struct mutation_job *job);
enum status mutation_attributes(const struct mutation_job *job);
enum status mutation_children(const struct mutation_job *job);
enum status mutation_text_child(const struct mutation_job *job);
enum status mutation_laughs(const struct mutation_job *job);
enum status mutation_blowup(const struct mutation_job *job);

#endif
