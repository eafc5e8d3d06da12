/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/media_message.h - what a message says of a medium: proto/content.proto's Media, as a struct.
 * Depends on: base, wire/content, wire/media, wire/profile.
 */
#ifndef ASSAY_WIRE_MEDIA_MESSAGE_H
#define ASSAY_WIRE_MEDIA_MESSAGE_H

#include "wire/content.h"
#include "wire/media.h"

struct media_message {
    enum content_kind kind; /* CONTENT_IMAGE to CONTENT_FILE */
    struct bytes url, mimetype, caption, file_name;
    struct bytes media_key, file_sha256, file_enc_sha256;
    uint64_t file_length; /* of the plaintext, bytes */
    struct bytes thumbnail;
};

/* Append the encoded Content. Empty members are left out. */
MUST_USE enum status media_message_encode(const struct media_message *m, struct buffer *out);
/* Views into |in|. E_PARSE: no Content, another kind, or a key or digest that is not 32 bytes. */
MUST_USE enum status media_message_decode(struct bytes in, struct media_message *out);
/* The keys of |m| for its kind. E_CRYPTO. */
MUST_USE enum status media_message_keys(const struct media_message *m, const struct wire_profile *p,
                                        struct media_keys *out);
/* What it says of length and digests. */
void media_message_digests(const struct media_message *m, struct media_digests *out);
/* "image/jpeg" ...: what an example of |kind| is. Static. */
const char *media_type_of(enum content_kind kind);

#endif
