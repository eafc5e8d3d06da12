/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/content.h - proto/content.proto and its padding: encode, decode strictly, mutate.
 * Depends on: base, wire/pb, wire/profile, wire/word.
 */
#ifndef ASSAY_WIRE_CONTENT_H
#define ASSAY_WIRE_CONTENT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "wire/profile.h"
#include "wire/word.h"

enum content_kind {
    CONTENT_NONE = 0,
    CONTENT_TEXT,
    CONTENT_IMAGE,
    CONTENT_VOICE,
    CONTENT_VIDEO,
    CONTENT_FILE,
    CONTENT_RECEIPT,
    CONTENT_REACTION,
    N_CONTENT_KIND
};

struct content {
    enum content_kind kind;
    struct bytes body;     /* the encoded inner message: Text, Media ... */
    struct bytes text;     /* of a text: its UTF-8 */
    struct bytes reply_to; /* message id; empty for none */
};

/* An honest content with a text: append the encoding, without padding. */
MUST_USE enum status content_encode_text(struct bytes text, struct buffer *out);
/* An honest example of |kind|, its free fields made of |salt| (unguessable bytes). */
MUST_USE enum status content_encode_example(enum content_kind kind, struct bytes salt,
                                            struct buffer *out);

/*
 * Decode one Content; a field that is there twice is merged as proto3 says, unknown fields are
 * ignored, an unknown group among them. Views into |in|.
 *
 * E_PARSE  not protobuf, a known field of another wire type, a string that is not UTF-8, a group
 *          within a group, no kind, or (two different fields of the oneof on the wire) more than
 * one
 *
 * Stricter than protobuf's own parsers where those lose what was said: they take no kind, two kinds
 * (the last counts) and a known number of another type (as unknown). Stricter in nested groups,
 * which they take to a depth of 100. Looser in tags and lengths of 6 to 10 bytes, which they
 * refuse.
 */
MUST_USE enum status content_decode(struct bytes in, struct content *out);
/* UTF-8 without overlong forms, surrogates, or anything past U+10FFFF (RFC 3629)? */
bool content_is_utf8(struct bytes in);
/* Do two encodings say the same (known fields, after proto3's rules)? For comparing what was shown
 * with what was sent. */
bool content_equal(struct bytes a, struct bytes b);

/* Append |n| bytes of value |n|; |n| from the profile's range, else E_LIMIT. */
MUST_USE enum status content_pad(struct bytes in, uint32_t n, const struct wire_profile *p,
                                 struct buffer *out);
/* E_PARSE: empty, N of 0, over the maximum, longer than |in|, or bytes that differ. */
MUST_USE enum status content_unpad(struct bytes in, const struct wire_profile *p,
                                   struct bytes *out);

/*
 * Mutations: an honest content (encoded, unpadded) in, a padded plaintext out. After the tolerated
 * ones a receiver must show the same content.
 */
extern const struct word_table content_words;
/*
 * Append the mutated plaintext to |out|.
 *
 * E_MISSING  no such mutation, or it does not fit this content or profile: nothing would change, or
 *            it would be taken where it must not be (padding-over=20 where 20 is allowed)
 * E_LIMIT    too long for |out|, or an honest padding that the profile does not have
 */
MUST_USE enum status content_mutation_apply(const struct word_use *b, struct bytes content,
                                            const struct wire_profile *p, struct buffer *out);

#endif
