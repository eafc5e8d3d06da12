/*
 * wire/stanza.h - one XML stanza: parse within limits, build, look up. The only file of the wire that
 * knows libxml2 (no network, no entities, no DTD).
 * Depends on: base.
 *
 * A parsed stanza is a tree in the caller's arena. Names are as written, with their prefix;
 * "stream:error" is known by prefix and namespace. Attribute values are unescaped UTF-8 text.
 */
#ifndef ASSAY_WIRE_STANZA_H
#define ASSAY_WIRE_STANZA_H

#include "base/arena.h"
#include "base/buffer.h"

#define STANZA_ID_MAX 64u

struct stanza_attribute {
    const char *name; /* with prefix; "xmlns" declarations are not among them */
    const char *value;
};

struct stanza {
    const char *name;            /* local name, or "stream:error" */
    const char *ns;              /* namespace URI, "" for none */
    const struct stanza_attribute *attributes;
    size_t n_attributes;
    const struct stanza *children; /* elements, an array */
    size_t n_children;
    const char *text;            /* all text directly inside, "" for none */
};

struct stanza_limits {
    size_t max_bytes;      /* of the document */
    uint32_t max_depth;    /* of elements; the root is 1 */
    uint32_t max_attributes; /* of one element */
    uint32_t max_nodes;    /* elements in all; 0: 4096 */
};

/*
 * Parse exactly one document; white space around its root is taken.
 * E_PARSE  not well-formed UTF-8 XML 1.0, a DOCTYPE, an entity that is not predefined, a processing instruction, a
 *          comment, CDATA is taken as text; a second root; another declared encoding than UTF-8
 * E_LIMIT  over |limits|
 * E_NOMEM
 * |*out_problem| (may be NULL) gets a few words in the arena.
 */
MUST_USE enum status stanza_parse(struct bytes in, const struct stanza_limits *limits, struct arena *arena,
                                  const struct stanza **out, const char **out_problem);

/* The value, or NULL. */
const char *stanza_get(const struct stanza *s, const char *attribute);
/* The first child element of this name, or NULL. */
const struct stanza *stanza_child(const struct stanza *s, const char *name);
/* Decode the base64 text of |s| into |arena|. E_PARSE: not base64 (standard, padded, no white space). */
MUST_USE enum status stanza_bytes(const struct stanza *s, struct arena *arena, struct bytes *out);

/* Writing: escaped, in order, into a buffer whose error sticks. open/close nest; attributes directly after open. */
struct stanza_writer {
    struct buffer *out;
    const char *names[16];
    size_t depth;
    bool is_open; /* the start tag has no ">" yet */
};
void stanza_begin(struct stanza_writer *w, struct buffer *out);
void stanza_open(struct stanza_writer *w, const char *name); /* kept until closed */
void stanza_attribute(struct stanza_writer *w, const char *name, const char *value); /* NULL value: left out */
void stanza_attribute_number(struct stanza_writer *w, const char *name, uint64_t value);
void stanza_text(struct stanza_writer *w, const char *text);
void stanza_base64(struct stanza_writer *w, struct bytes body);
void stanza_close(struct stanza_writer *w);
/* Ends all that is open. E_NOMEM, E_LIMIT. */
MUST_USE enum status stanza_end(struct stanza_writer *w);

/* NAME:DEVICE@DOMAIN. The name may contain anything. False when it is not one; |name| is a copy in |arena|. */
bool stanza_address_parse(const char *text, struct arena *arena, const char **name, uint32_t *device, const char **domain);
/* In |arena|; NULL when full. */
const char *stanza_address(struct arena *arena, const char *name, uint32_t device, const char *domain);

#endif
