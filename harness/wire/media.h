/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/media.h - encrypted media, as they lie on their provider's server. Pure, and in parts: a
 * blob of any length takes constant memory.
 * Depends on: base, wire/profile (the labels).
 *
 *   keys = HKDF-SHA-256(media key, no salt, label of the type, 112)
 *        = iv 16 || cipher key 32 || MAC key 32 || reference key 32
 *   blob = ciphertext || first 10 bytes of HMAC-SHA-256(MAC key, iv || ciphertext)
 *
 * The ciphertext is AES-256-CBC with PKCS#7. The message that carries the media key has the length
 * and the SHA-256 of the plaintext, and the SHA-256 of the whole blob (docs/wire.md, media).
 */
#ifndef ASSAY_WIRE_MEDIA_H
#define ASSAY_WIRE_MEDIA_H

#include "base/buffer.h"

#define MEDIA_KEY_LEN 32u
#define MEDIA_MAC_LEN 10u
#define MEDIA_DIGEST_LEN 32u

struct media_keys {
    uint8_t iv[16];
    uint8_t cipher_key[32];
    uint8_t mac_key[32];
    uint8_t reference_key[32];
};

/* What a message says of its medium. */
struct media_digests {
    uint8_t plaintext[MEDIA_DIGEST_LEN];
    uint8_t blob[MEDIA_DIGEST_LEN];
    uint64_t plaintext_len; /* bytes */
};

/* Bytes of the blob of so many bytes of plaintext. */
static inline uint64_t media_blob_len(uint64_t plaintext_len)
{
    return (plaintext_len / 16u + 1u) * 16u + MEDIA_MAC_LEN;
}

/* The keys of |media_key| for a type's |label|. E_CRYPTO. */
MUST_USE enum status media_expand(const uint8_t media_key[MEDIA_KEY_LEN], struct bytes label,
                                  struct media_keys *out);

/* ---- Making a blob. */

struct media_sealer;

/* The caller frees. E_NOMEM, E_CRYPTO. */
MUST_USE enum status media_sealer_new(const struct media_keys *keys, struct media_sealer **out);
/* Append what |plaintext| brings to the blob: at most 16 bytes more than it. */
MUST_USE enum status media_seal(struct media_sealer *s, struct bytes plaintext, struct buffer *out);
/* The end of the blob, and what a message says of it. */
MUST_USE enum status media_seal_end(struct media_sealer *s, struct buffer *out,
                                    struct media_digests *digests);
/* Accepts NULL; wipes. */
void media_sealer_free(struct media_sealer *s);

/* ---- Reading one. */

/* What is wrong with a blob, in the order in which it is looked at. */
enum media_fault {
    MEDIA_GOOD = 0,
    MEDIA_TOO_SHORT,        /* no ciphertext before the MAC */
    MEDIA_BLOB_DIGEST,      /* another blob than the message says */
    MEDIA_MAC,              /* not made with the MAC key */
    MEDIA_BLOCKS,           /* the ciphertext is no whole number of blocks */
    MEDIA_PADDING,          /* PKCS#7 padding is wrong */
    MEDIA_PLAINTEXT_LENGTH, /* another length than the message says */
    MEDIA_PLAINTEXT_DIGEST  /* another plaintext than the message says */
};

/* One sentence in English, without a full stop. Static storage. */
const char *media_fault_text(enum media_fault fault);

/*
 * Nothing is decrypted before the whole blob has proved authentic, so a blob is read twice: first
 * all of it by media_check, then, if that finds it good, all of it by media_open.
 */
struct media_reader;

/* |wanted| is copied. The caller frees. E_NOMEM, E_CRYPTO. */
MUST_USE enum status media_reader_new(const struct media_keys *keys,
                                      const struct media_digests *wanted,
                                      struct media_reader **out);
/* The first pass: the next part of the blob; at its end, what is wrong with it so far. */
MUST_USE enum status media_check(struct media_reader *r, struct bytes blob);
MUST_USE enum status media_check_end(struct media_reader *r, enum media_fault *fault);
/* The second pass appends plaintext to |out|: at most 16 bytes more than |blob|. What it
 * appended is good only if media_open_end says so. E_INPUT: the first pass has not found the blob
 * good. */
MUST_USE enum status media_open(struct media_reader *r, struct bytes blob, struct buffer *out);
MUST_USE enum status media_open_end(struct media_reader *r, struct buffer *out,
                                    enum media_fault *fault);
/* Accepts NULL; wipes. */
void media_reader_free(struct media_reader *r);

#endif
