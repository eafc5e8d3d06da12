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

struct mutation_job {
    struct bytes in;
    uint32_t n;
    const struct stanza_mutation_context *context;
    struct buffer *out;
};

struct stanza_mutation_entry {
    struct word word;
    enum stanza_outcome outcome;
    unsigned error;
    struct mutation_text insert[N_MUTATION_PLACE];
    struct mutation_attribute root, enc; /* changes of an attribute there */
    struct mutation_text enc_text;       /* instead of the base64, when it has data */
    enum status (*make)(const struct mutation_job *job); /* instead of all that, when not NULL */
};
#define STANZA_NUMBER_MAX (1u << 24)

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
enum status mutation_unquoted(const struct mutation_job *job);
enum status mutation_single_quotes(const struct mutation_job *job);
enum status mutation_reordered(const struct mutation_job *job);
enum status mutation_references(const struct mutation_job *job);
enum status mutation_line_breaks(const struct mutation_job *job);
enum status mutation_spaced_tags(const struct mutation_job *job);
enum status mutation_laughs(const struct mutation_job *job);
enum status mutation_blowup(const struct mutation_job *job);

#endif
