/*
 * wire/stanza_bend_internal.h - what the table of bends is made of.
 * Depends on: wire/stanza_bend. For stanza_bend*.c only.
 */
#ifndef ASSAY_WIRE_STANZA_BEND_INTERNAL_H
#define ASSAY_WIRE_STANZA_BEND_INTERNAL_H

#include "wire/stanza_bend.h"

/* Where something is put into an honest message, in the order of its bytes. */
enum bend_place {
    BEND_START = 0,       /* before the root */
    BEND_ROOT_ATTRIBUTES, /* behind "<message" */
    BEND_FIRST_CHILD,
    BEND_ENC_ATTRIBUTES, /* behind "<enc" */
    BEND_ENC_FRONT,      /* before the first base64 character */
    BEND_ENC_BACK,       /* behind the last one */
    BEND_LAST_CHILD,
    BEND_END, /* behind the root */
    N_BEND_PLACE
};

/* Raw bytes; "{other}", "{canary}" and "{text}" in them stand for the context's and the base64. */
struct bend_text {
    const char *data;
    size_t len;
};
#define BEND_TEXT(literal)                                                                         \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* An attribute gets a raw value, or (no data) is removed. No name: no change. */
struct bend_attribute {
    const char *name;
    struct bend_text value;
};

struct bend_job {
    struct bytes in;
    uint32_t n;
    const struct stanza_bend_context *context;
    struct buffer *out;
};

struct stanza_bend_entry {
    const char *name;
    bool has_number;
    enum stanza_outcome outcome;
    unsigned error;
    struct bend_text insert[N_BEND_PLACE];
    struct bend_attribute root, enc;                 /* changes of an attribute there */
    struct bend_text enc_text;                       /* instead of the base64, when it has data */
    enum status (*make)(const struct bend_job *job); /* instead of all that, when not NULL */
    const char *explanation;
};

/* The table, in two files; bend 1 is the first document's. */
extern const struct stanza_bend_entry stanza_bend_documents[], stanza_bend_messages[];
extern const size_t stanza_bend_n_documents, stanza_bend_n_messages;

/* Part of an honest message, as offsets. */
struct bend_span {
    size_t from, to;
};

/* Where the places are. E_MISSING: not <message ...>...<enc ...>...</enc>...</message>. */
MUST_USE enum status bend_locate(struct bytes in, size_t places[N_BEND_PLACE]);
/* The value of |name| in the start tag whose attributes begin at |at|, and (|out_whole|) with the
 * white space before its name. E_MISSING. */
MUST_USE enum status bend_find_attribute(struct bytes in, size_t at, const char *name,
                                         struct bend_span *out_value, struct bend_span *out_whole);
/* |text| with its placeholders filled, appended. E_MISSING: nothing to fill in. */
MUST_USE enum status bend_append(const struct bend_job *job, struct bend_text text);

enum status bend_utf16_le(const struct bend_job *job);
enum status bend_utf16_be(const struct bend_job *job);
enum status bend_two_roots(const struct bend_job *job);
enum status bend_unclosed_root(const struct bend_job *job);
enum status bend_mismatched_tags(const struct bend_job *job);
enum status bend_truncated(const struct bend_job *job);
enum status bend_two_encs(const struct bend_job *job);
enum status bend_nested_enc(const struct bend_job *job);
enum status bend_no_enc(const struct bend_job *job);
enum status bend_unpadded(const struct bend_job *job);
enum status bend_depth(const struct bend_job *job);
enum status bend_attributes(const struct bend_job *job);
enum status bend_children(const struct bend_job *job);
enum status bend_text_child(const struct bend_job *job);
enum status bend_unquoted(const struct bend_job *job);
enum status bend_single_quotes(const struct bend_job *job);
enum status bend_reordered(const struct bend_job *job);
enum status bend_references(const struct bend_job *job);
enum status bend_line_breaks(const struct bend_job *job);
enum status bend_spaced_tags(const struct bend_job *job);
enum status bend_laughs(const struct bend_job *job);
enum status bend_blowup(const struct bend_job *job);

#endif
