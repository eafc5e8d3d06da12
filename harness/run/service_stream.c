/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/service_stream.h"

#include "base/crypto_stream.h"

#include <stdlib.h>
#include <string.h>

#define PART (64u * 1024u) /* of plaintext, at a time */

/* ---- the plaintext, in parts */

struct plaintext {
    struct buffer part; /* the pattern as often as it fits into PART */
    uint64_t left;
};

static enum status plaintext_init(struct plaintext *p, const struct service_stream *s)
{
    enum status st = OK;
    p->left = s->length;
    buffer_init(&p->part, PART);
    while (!st && p->part.len + s->pattern.len <= PART)
        st = buffer_append(&p->part, s->pattern);
    return st;
}

/* Valid as long as |p|. */
static struct bytes plaintext_next(struct plaintext *p)
{
    size_t len = p->left < p->part.len ? (size_t)p->left : p->part.len;
    p->left -= len;
    return bytes_of(p->part.data, len);
}

/* ---- measuring */

enum status service_stream_measure(struct service_stream *s, struct media_digests *digests)
{
    struct plaintext plaintext;
    struct media_sealer *sealer = NULL;
    struct buffer sealed;
    buffer_init(&sealed, PART + 64u);
    enum status st = plaintext_init(&plaintext, s);
    if (!st)
        st = media_sealer_new(&s->keys, &sealer);
    while (!st && plaintext.left) {
        st = media_seal(sealer, plaintext_next(&plaintext), &sealed);
        buffer_clear(&sealed);
    }
    if (!st)
        st = media_seal_end(sealer, &sealed, digests);
    if (!st)
        memcpy(s->mac, sealed.data + sealed.len - MEDIA_MAC_LEN, MEDIA_MAC_LEN);
    media_sealer_free(sealer);
    buffer_fini(&sealed);
    buffer_fini(&plaintext.part);
    return st;
}

/* ---- reading */

struct service_reading {
    const struct service_stream *stream;
    struct plaintext plaintext;
    struct crypto_cbc *cbc;
    struct buffer ready; /* to be read next */
    bool is_over;        /* the end is in |ready| */
};

enum status service_reading_new(const struct service_stream *s, struct service_reading **out)
{
    struct service_reading *r = calloc(1, sizeof(*r));
    *out = NULL;
    if (!r)
        return E_NOMEM;
    r->stream = s;
    buffer_init(&r->ready, PART + 64u);
    enum status st = plaintext_init(&r->plaintext, s);
    if (!st)
        st = crypto_cbc_new(true, s->keys.cipher_key, s->keys.iv, &r->cbc);
    if (st)
        service_reading_free(r);
    else
        *out = r;
    return st;
}

/* The next part of the blob is made. */
static enum status make_ready(struct service_reading *r)
{
    if (r->plaintext.left)
        return crypto_cbc_add(r->cbc, plaintext_next(&r->plaintext), &r->ready);
    r->is_over = true;
    enum status st = crypto_cbc_end(r->cbc, &r->ready);
    return st ? st : buffer_append(&r->ready, bytes_of(r->stream->mac, MEDIA_MAC_LEN));
}

long service_reading_next(void *reading, uint64_t at, uint8_t *out, size_t max)
{
    struct service_reading *r = reading;
    (void)at;
    while (!r->ready.len && !r->is_over)
        if (make_ready(r))
            return -1;
    size_t n = r->ready.len < max ? r->ready.len : max;
    if (n)
        memcpy(out, r->ready.data, n);
    buffer_consume(&r->ready, n);
    return (long)n;
}

void service_reading_free(void *reading)
{
    struct service_reading *r = reading;
    if (!r)
        return;
    crypto_cbc_free(r->cbc);
    buffer_fini(&r->plaintext.part);
    buffer_fini(&r->ready);
    free(r);
}
