/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/content.h - what people say: one content, padded (docs/wire.md, Content).
 * Depends on: octets, codes; proto/content.proto.
 */
#ifndef REFERENCE_CLIENT_CONTENT_H
#define REFERENCE_CLIENT_CONTENT_H

#include "client/octets.h"

#include "content.pb-c.h"

/* What the stanza around a content says of it. */
struct content_label {
    const char *type;      /* "text", "media", "reaction" */
    const char *mediatype; /* NULL for none */
};

/*
 * Is it exactly one Content with exactly one kind, and all its texts UTF-8? protobuf takes the last
 * of several kinds and any bytes as text, so both are looked at here. 0, or CLIENT_E_CONTENT.
 * |out_label| may be NULL.
 */
int content_check(const uint8_t *in, size_t len, struct content_label *out_label);

/* A text's Content, appended. 0, or CLIENT_E_CONTENT: not UTF-8, or too long. */
int content_of_text(const char *text, struct octets *out);

/* |n| bytes of the value |n|. */
void padding_add(struct octets *content, uint8_t n);
/* The length without padding. 0, or CLIENT_E_PADDING: none, more than |most| or than there are
 * bytes, or bytes that differ. */
int padding_check(const uint8_t *in, size_t len, uint32_t most, size_t *out_len);

#endif
