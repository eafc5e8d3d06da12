/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/media.h"

#include "base/crypto.h"
#include "base/crypto_stream.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_LEN 16u

enum status media_expand(const uint8_t media_key[MEDIA_KEY_LEN], struct bytes label,
                         struct media_keys *out)
{
    uint8_t keys[112];
    enum status st = crypto_hkdf_sha256(bytes_of(media_key, MEDIA_KEY_LEN), bytes_of(NULL, 0),
                                        label, keys, sizeof(keys));
    memcpy(out->iv, keys, 16);
    memcpy(out->cipher_key, keys + 16, 32);
    memcpy(out->mac_key, keys + 48, 32);
    memcpy(out->reference_key, keys + 80, 32);
    crypto_wipe(keys, sizeof(keys));
    return st;
}

/* What both ends of a blob need: a cipher, the digests of both sides, the MAC. */
struct media_streams {
    struct crypto_cbc *cbc;
    struct crypto_hash *plaintext, *blob;
    struct crypto_mac *mac;
    uint64_t plaintext_len;
};

static void streams_fini(struct media_streams *s)
{
    crypto_cbc_free(s->cbc);
    crypto_hash_free(s->plaintext);
    crypto_hash_free(s->blob);
    crypto_mac_free(s->mac);
}

static enum status streams_init(struct media_streams *s, const struct media_keys *keys,
                                bool is_sealing)
{
    enum status st;
    memset(s, 0, sizeof(*s));
    if ((st = crypto_cbc_new(is_sealing, keys->cipher_key, keys->iv, &s->cbc)) ||
        (st = crypto_hash_new(&s->plaintext)) || (st = crypto_hash_new(&s->blob)) ||
        (st = crypto_mac_new(bytes_of(keys->mac_key, 32), &s->mac)) ||
        (st = crypto_mac_add(s->mac, bytes_of(keys->iv, sizeof(keys->iv)))))
        streams_fini(s);
    return st;
}

static enum status add_plaintext(struct media_streams *s, struct bytes plaintext)
{
    s->plaintext_len += plaintext.len;
    return crypto_hash_add(s->plaintext, plaintext);
}

static enum status add_ciphertext(struct media_streams *s, struct bytes ciphertext)
{
    enum status st = crypto_hash_add(s->blob, ciphertext);
    return st ? st : crypto_mac_add(s->mac, ciphertext);
}

/* ---- Making a blob. */

struct media_sealer {
    struct media_streams streams;
};

enum status media_sealer_new(const struct media_keys *keys, struct media_sealer **out)
{
    struct media_sealer *s = calloc(1, sizeof(*s));
    *out = NULL;
    if (!s)
        return E_NOMEM;
    enum status st = streams_init(&s->streams, keys, true);
    if (st) {
        free(s);
        return st;
    }
    *out = s;
    return OK;
}

void media_sealer_free(struct media_sealer *s)
{
    if (!s)
        return;
    streams_fini(&s->streams);
    free(s);
}

enum status media_seal(struct media_sealer *s, struct bytes plaintext, struct buffer *out)
{
    size_t before = out->len;
    enum status st;
    if ((st = add_plaintext(&s->streams, plaintext)) ||
        (st = crypto_cbc_add(s->streams.cbc, plaintext, out)))
        return st;
    return add_ciphertext(&s->streams, bytes_slice(buffer_bytes(out), before, out->len));
}

enum status media_seal_end(struct media_sealer *s, struct buffer *out,
                           struct media_digests *digests)
{
    uint8_t mac[32];
    size_t before = out->len;
    enum status st;
    if ((st = crypto_cbc_end(s->streams.cbc, out)) ||
        (st = add_ciphertext(&s->streams, bytes_slice(buffer_bytes(out), before, out->len))) ||
        (st = crypto_mac_end(s->streams.mac, mac)) ||
        (st = buffer_append(out, bytes_of(mac, MEDIA_MAC_LEN))) ||
        (st = crypto_hash_add(s->streams.blob, bytes_of(mac, MEDIA_MAC_LEN))) ||
        (st = crypto_hash_end(s->streams.blob, digests->blob)))
        return st;
    digests->plaintext_len = s->streams.plaintext_len;
    return crypto_hash_end(s->streams.plaintext, digests->plaintext);
}

/* ---- Reading one. */

/* The last ten bytes that came, which are the MAC unless more follows. */
struct tail {
    uint8_t bytes[MEDIA_MAC_LEN];
    size_t len;
};

struct media_reader {
    struct media_streams streams;
    struct media_digests wanted;
    uint64_t ciphertext_len;
    bool is_checked; /* the first pass found nothing wrong */
    struct tail tail;
};

const char *media_fault_text(enum media_fault fault)
{
    static const char *const texts[] = {
        [MEDIA_GOOD] = "nothing is wrong",
        [MEDIA_TOO_SHORT] = "too short for a ciphertext and its MAC",
        [MEDIA_BLOB_DIGEST] = "the blob is not the one whose digest the message has",
        [MEDIA_MAC] = "the MAC was not made with the message's key",
        [MEDIA_BLOCKS] = "the ciphertext is no whole number of blocks",
        [MEDIA_PADDING] = "the padding is wrong",
        [MEDIA_PLAINTEXT_LENGTH] = "the plaintext is not as long as the message says",
        [MEDIA_PLAINTEXT_DIGEST] = "the plaintext is not the one whose digest the message has",
    };
    return texts[fault];
}

enum status media_reader_new(const struct media_keys *keys, const struct media_digests *wanted,
                             struct media_reader **out)
{
    struct media_reader *r = calloc(1, sizeof(*r));
    *out = NULL;
    if (!r)
        return E_NOMEM;
    enum status st = streams_init(&r->streams, keys, false);
    if (st) {
        free(r);
        return st;
    }
    r->wanted = *wanted;
    *out = r;
    return OK;
}

void media_reader_free(struct media_reader *r)
{
    if (!r)
        return;
    streams_fini(&r->streams);
    free(r);
}

typedef enum status take_fn(struct media_reader *r, struct bytes ciphertext, struct buffer *out);

/* Give to |take| what is no more the end of the blob, now that |in| follows. */
static enum status pass_on(struct media_reader *r, struct bytes in, take_fn *take,
                           struct buffer *out)
{
    struct tail *tail = &r->tail;
    size_t total = tail->len + in.len;
    size_t n_free = total > MEDIA_MAC_LEN ? total - MEDIA_MAC_LEN : 0;
    size_t n_tail = n_free < tail->len ? n_free : tail->len;
    enum status st = take(r, bytes_of(tail->bytes, n_tail), out);
    if (!st)
        st = take(r, bytes_slice(in, 0, n_free - n_tail), out);
    struct bytes rest = bytes_slice(in, n_free - n_tail, in.len);
    memmove(tail->bytes, tail->bytes + n_tail, tail->len - n_tail);
    tail->len -= n_tail;
    if (rest.len > 0)
        memcpy(tail->bytes + tail->len, rest.data, rest.len);
    tail->len += rest.len;
    return st;
}

static enum status check_part(struct media_reader *r, struct bytes ciphertext, struct buffer *out)
{
    (void)out;
    r->ciphertext_len += ciphertext.len;
    return add_ciphertext(&r->streams, ciphertext);
}

enum status media_check(struct media_reader *r, struct bytes blob)
{
    return pass_on(r, blob, check_part, NULL);
}

static enum media_fault judge_blob(const struct media_reader *r, const uint8_t digest[32],
                                   const uint8_t mac[32])
{
    if (r->tail.len < MEDIA_MAC_LEN || r->ciphertext_len == 0)
        return MEDIA_TOO_SHORT;
    if (memcmp(digest, r->wanted.blob, MEDIA_DIGEST_LEN) != 0)
        return MEDIA_BLOB_DIGEST;
    if (!bytes_equal_secret(bytes_of(mac, MEDIA_MAC_LEN), bytes_of(r->tail.bytes, MEDIA_MAC_LEN)))
        return MEDIA_MAC;
    return r->ciphertext_len % BLOCK_LEN ? MEDIA_BLOCKS : MEDIA_GOOD;
}

enum status media_check_end(struct media_reader *r, enum media_fault *fault)
{
    uint8_t digest[32], mac[32];
    enum status st;
    if ((st = crypto_hash_add(r->streams.blob, bytes_of(r->tail.bytes, r->tail.len))) ||
        (st = crypto_hash_end(r->streams.blob, digest)) ||
        (st = crypto_mac_end(r->streams.mac, mac)))
        return st;
    *fault = judge_blob(r, digest, mac);
    r->is_checked = *fault == MEDIA_GOOD;
    r->tail.len = 0;
    return OK;
}

static enum status open_part(struct media_reader *r, struct bytes ciphertext, struct buffer *out)
{
    size_t before = out->len;
    enum status st = crypto_cbc_add(r->streams.cbc, ciphertext, out);
    return st ? st : add_plaintext(&r->streams, bytes_slice(buffer_bytes(out), before, out->len));
}

enum status media_open(struct media_reader *r, struct bytes blob, struct buffer *out)
{
    return r->is_checked ? pass_on(r, blob, open_part, out) : E_INPUT;
}

enum status media_open_end(struct media_reader *r, struct buffer *out, enum media_fault *fault)
{
    uint8_t digest[32];
    size_t before = out->len;
    if (!r->is_checked)
        return E_INPUT;
    enum status st = crypto_cbc_end(r->streams.cbc, out);
    if (st == E_CRYPTO) {
        *fault = MEDIA_PADDING;
        return OK;
    }
    if (st || (st = add_plaintext(&r->streams, bytes_slice(buffer_bytes(out), before, out->len))) ||
        (st = crypto_hash_end(r->streams.plaintext, digest)))
        return st;
    if (r->streams.plaintext_len != r->wanted.plaintext_len)
        *fault = MEDIA_PLAINTEXT_LENGTH;
    else if (memcmp(digest, r->wanted.plaintext, MEDIA_DIGEST_LEN) != 0)
        *fault = MEDIA_PLAINTEXT_DIGEST;
    else
        *fault = MEDIA_GOOD;
    return OK;
}
