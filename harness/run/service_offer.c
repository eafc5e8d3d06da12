/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A medium of ours, sound or not, as our host (run/service_host.c) serves it to a target. */
#include "run/service_context.h"

#include "base/crypto.h"
#include "base/hex.h"
#include "run/service_stream.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONTENT_LEN_MAX (64u * 1024u)
#define BLOCK_LEN 16u
#define STORED_MAX 65535u /* of a block of gzip */
#define BLOB_MAX (2 * SERVICE_IN_MEMORY_MAX)

/* ---- making it */

struct making {
    struct service_context *c;
    struct media_message message;
    struct media_keys keys;
    struct media_digests digests;
    struct buffer blob, plaintext;
    struct service_stream *stream; /* in place of the two, where the blob stays as it is */
};

static enum status fill_plaintext(struct making *m, struct bytes pattern)
{
    uint64_t left = m->message.file_length;
    enum status st = OK;
    while (!st && left) {
        struct bytes part =
            bytes_slice(pattern, 0, left < pattern.len ? (size_t)left : pattern.len);
        st = buffer_append(&m->plaintext, part);
        left -= part.len;
    }
    return st;
}

static enum status seal(struct making *m)
{
    struct media_sealer *s;
    buffer_clear(&m->blob);
    enum status st = media_sealer_new(&m->keys, &s);
    if (st)
        return st;
    st = media_seal(s, buffer_bytes(&m->plaintext), &m->blob);
    if (!st)
        st = media_seal_end(s, &m->blob, &m->digests);
    media_sealer_free(s);
    return st;
}

/* ---- mutations of the blob */

/* |ciphertext| and its MAC become the blob. */
static enum status seal_raw(struct making *m, struct bytes ciphertext)
{
    uint8_t mac[32];
    struct buffer whole;
    buffer_init(&whole, BLOB_MAX);
    enum status st = buffer_append(&whole, bytes_of(m->keys.iv, sizeof(m->keys.iv)));
    if (!st)
        st = buffer_append(&whole, ciphertext);
    if (!st)
        st = crypto_hmac_sha256(bytes_of(m->keys.mac_key, 32), buffer_bytes(&whole), mac);
    buffer_consume(&whole, sizeof(m->keys.iv));
    if (!st)
        st = buffer_append(&whole, bytes_of(mac, MEDIA_MAC_LEN));
    buffer_clear(&m->blob);
    if (!st)
        st = buffer_append(&m->blob, buffer_bytes(&whole));
    buffer_fini(&whole);
    return st;
}

/*
 * The last byte of the padding is right, the one before it is not: who looks at the last byte alone
 * gets the plaintext that the message has length and digest of. Padding of one byte becomes 0.
 */
static enum status bend_padding(struct making *m)
{
    struct buffer padded, ciphertext;
    buffer_init(&padded, BLOB_MAX);
    buffer_init(&ciphertext, BLOB_MAX);
    uint8_t n = (uint8_t)(BLOCK_LEN - m->plaintext.len % BLOCK_LEN);
    enum status st = buffer_append(&padded, buffer_bytes(&m->plaintext));
    for (uint8_t i = 0; !st && i < n; i++)
        st = buffer_append_byte(&padded, n);
    if (!st)
        padded.data[padded.len - (n > 1 ? 2 : 1)] = 0;
    if (!st)
        st = crypto_aes_cbc_encrypt_raw(m->keys.cipher_key, m->keys.iv, buffer_bytes(&padded),
                                        &ciphertext);
    if (!st)
        st = seal_raw(m, buffer_bytes(&ciphertext));
    buffer_fini(&padded);
    buffer_fini(&ciphertext);
    return st;
}

/* Who decrypts the whole blocks alone gets the plaintext. */
static enum status bend_blocks(struct making *m)
{
    static const uint8_t half[BLOCK_LEN / 2] = {0};
    struct buffer ciphertext;
    buffer_init(&ciphertext, BLOB_MAX);
    enum status st = buffer_append(
        &ciphertext, bytes_slice(buffer_bytes(&m->blob), 0, m->blob.len - MEDIA_MAC_LEN));
    if (!st)
        st = buffer_append(&ciphertext, bytes_of(half, sizeof(half)));
    if (!st)
        st = seal_raw(m, buffer_bytes(&ciphertext));
    buffer_fini(&ciphertext);
    return st;
}

/* ---- compressed */

/* A name of no length, no time, made on Unix (RFC 1952, 2.3). */
static const uint8_t gzip_head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

/* Set bits of |out|, which is all zeros, from bit |*at| on: those of |text|, in its order
 * (RFC 1951, 3.1.1). Past the end nothing is set. */
static void put_bits(uint8_t *out, size_t len, size_t *at, const char *text)
{
    for (; *text && *at / 8 < len; text++, ++*at)
        out[*at / 8] = (uint8_t)(out[*at / 8] | (*text == '1') << *at % 8);
}

/*
 * A gzip file that unpacks to zeros, 258 bytes from each 13 bits, and is cut where the blob ends:
 * one block of fixed codes, a literal 0, then copies of 258 bytes from one byte back (RFC 1951,
 * 3.2.6).
 */
static void fill_bomb(uint8_t *out, size_t len)
{
    size_t at = 8 * sizeof(gzip_head);
    memset(out, 0, len);
    memcpy(out, gzip_head, len < sizeof(gzip_head) ? len : sizeof(gzip_head));
    put_bits(out, len, &at, "110");
    put_bits(out, len, &at, "00110000");
    while (at / 8 < len)
        put_bits(out, len, &at, "1100010100000");
}

/* The checksum of gzip (RFC 1952, 8). */
static uint32_t crc_of(struct bytes in)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < in.len; i++) {
        crc ^= in.data[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static void put_little(struct buffer *out, uint32_t value, unsigned len)
{
    for (unsigned i = 0; i < len; i++)
        buffer_append_byte(out, (uint8_t)(value >> 8 * i));
}

/* The blob becomes a gzip file of it, in blocks that are stored as they are (RFC 1951, 3.2.4). */
static enum status pack(struct making *m)
{
    struct bytes blob = arena_copy(m->c->context->arena, buffer_bytes(&m->blob));
    if (!blob.data)
        return E_NOMEM;
    buffer_clear(&m->blob);
    buffer_append(&m->blob, bytes_of(gzip_head, sizeof(gzip_head)));
    for (size_t at = 0; at < blob.len; at += STORED_MAX) {
        struct bytes part = bytes_slice(blob, at, at + STORED_MAX);
        buffer_append_byte(&m->blob, at + STORED_MAX >= blob.len);
        put_little(&m->blob, (uint32_t)part.len, 2);
        put_little(&m->blob, ~(uint32_t)part.len, 2);
        buffer_append(&m->blob, part);
    }
    put_little(&m->blob, crc_of(blob), 4);
    put_little(&m->blob, (uint32_t)blob.len, 4);
    return buffer_status(&m->blob);
}

/* What is wrong with the bytes themselves; the message's digest of the blob fits them then. */
static enum status bend_blob(struct making *m, enum medium_mutation mutation)
{
    enum status st = OK;
    switch (mutation) {
    case MEDIUM_MAC:
        m->blob.data[m->blob.len - 1] ^= 1;
        break;
    case MEDIUM_PADDING:
        st = bend_padding(m);
        break;
    case MEDIUM_BLOCKS:
        st = bend_blocks(m);
        break;
    case MEDIUM_BOMB:
        fill_bomb(m->blob.data, m->blob.len);
        break;
    case MEDIUM_SHORT:
        st = seal_raw(m, bytes_of(NULL, 0));
        break;
    default:
        return OK;
    }
    return st ? st : crypto_sha256(buffer_bytes(&m->blob), m->digests.blob);
}

/* What is served is not what the message says. */
static enum status bend_served(struct making *m, enum medium_mutation mutation)
{
    static const uint8_t more[16] = {0};
    switch (mutation) {
    case MEDIUM_BLOB_DIGEST:
        m->digests.blob[0] ^= 1;
        return OK;
    case MEDIUM_PLAINTEXT_DIGEST:
        m->digests.plaintext[0] ^= 1;
        return OK;
    case MEDIUM_LENGTH:
        m->message.file_length++;
        return OK;
    case MEDIUM_LONGER:
        return buffer_append(&m->blob, bytes_of(more, sizeof(more)));
    case MEDIUM_CUT:
        m->blob.len -= 16;
        return OK;
    case MEDIUM_COMPRESSED:
        return pack(m);
    case MEDIUM_ANOTHERS:
        m->keys.iv[0] ^= 1;
        m->keys.cipher_key[0] ^= 1;
        m->keys.mac_key[0] ^= 1;
        return seal(m);
    default:
        return OK;
    }
}

/* ---- where it stands, and what it is called */

/* The path at the trap, under one of the names of loopback. */
static const char *at_trap(struct service_context *c, const char *host, const char *path)
{
    return arena_printf(c->context->arena, "https://%s:%u%s", host,
                        (unsigned)http_host_port(c->trap), path);
}

/* The blob in a file of this machine, as a URL: one without a name, so that nothing is left of
 * it. */
static const char *in_file(struct service_context *c, struct bytes blob)
{
    if (c->file)
        fclose(c->file);
    c->file = tmpfile();
    if (!c->file || fwrite(blob.data, 1, blob.len, c->file) != blob.len || fflush(c->file))
        return NULL;
    return arena_printf(c->context->arena, "file:///proc/%ld/fd/%d", (long)getpid(),
                        fileno(c->file));
}

/* Where nobody must ask, that |o| leads to; NULL when it leads nowhere, or something broke. */
static const char *elsewhere_of(struct service_context *c, const struct service_ours *o)
{
    switch (o->mutation) {
    case MEDIUM_AT_LOOPBACK:
    case MEDIUM_REDIRECT_AWAY:
        return at_trap(c, "127.0.0.1", o->path);
    case MEDIUM_AT_MAPPED:
    case MEDIUM_REDIRECT_MAPPED:
        return at_trap(c, "[::ffff:127.0.0.1]", o->path);
    case MEDIUM_AT_SHORT:
        return at_trap(c, "127.1", o->path);
    case MEDIUM_AT_LOCALHOST:
    case MEDIUM_REDIRECT_LOCALHOST:
        return at_trap(c, "localhost", o->path);
    case MEDIUM_AT_USER:
        return arena_printf(c->context->arena, "%s@127.0.0.1:%u%s", http_host_url(c->host),
                            (unsigned)http_host_port(c->trap), o->path);
    case MEDIUM_AT_FILE:
    case MEDIUM_REDIRECT_FILE:
        return in_file(c, o->blob);
    default:
        return NULL;
    }
}

static bool is_redirect(enum medium_mutation mutation)
{
    return mutation >= MEDIUM_REDIRECT_AWAY && mutation <= MEDIUM_REDIRECT_FILE;
}

static const char *url_of(struct service_context *c, const struct service_ours *o)
{
    const struct http_host *host = o->mutation == MEDIUM_IN_CLEAR    ? c->clear
                                   : o->mutation == MEDIUM_UNTRUSTED ? c->untrusted
                                                                     : c->host;
    return o->elsewhere && !is_redirect(o->mutation)
               ? o->elsewhere
               : arena_printf(c->context->arena, "%s%s", http_host_url(host), o->path);
}

static const char *file_name_of(enum medium_mutation mutation)
{
    switch (mutation) {
    case MEDIUM_NAME_UP:
        return "../../../etc/cron.d/assay";
    case MEDIUM_NAME_ABSOLUTE:
        return "/etc/cron.d/assay";
    case MEDIUM_NAME_BACKSLASH:
        return "..\\..\\autorun.inf";
    default:
        return "minutes.pdf";
    }
}

static enum status encode(struct making *m, const char *url, enum medium_mutation mutation,
                          struct bytes *out)
{
    struct buffer content;
    m->message.url = bytes_of_text(url);
    m->message.mimetype = bytes_of_text(media_type_of(m->message.kind));
    if (m->message.kind == CONTENT_FILE)
        m->message.file_name = bytes_of_text(file_name_of(mutation));
    m->message.file_sha256 = bytes_of(m->digests.plaintext, MEDIA_DIGEST_LEN);
    m->message.file_enc_sha256 = bytes_of(m->digests.blob, MEDIA_DIGEST_LEN);
    buffer_init(&content, CONTENT_LEN_MAX);
    enum status st = media_message_encode(&m->message, &content);
    *out = arena_copy(m->c->context->arena, buffer_bytes(&content));
    buffer_fini(&content);
    return st ? st : out->data ? OK : E_NOMEM;
}

static enum status make_blob(struct making *m, struct bytes pattern, enum medium_mutation mutation)
{
    struct media_message labelled = m->message;
    if (mutation == MEDIUM_LABEL)
        labelled.kind = m->message.kind == CONTENT_FILE ? CONTENT_IMAGE : CONTENT_FILE;
    enum status st = fill_plaintext(m, pattern);
    if (!st)
        st = media_message_keys(&labelled, &m->c->profile, &m->keys);
    if (!st)
        st = seal(m);
    if (!st)
        st = bend_blob(m, mutation);
    struct media_digests said = m->digests;
    if (!st)
        st = bend_served(m, mutation);
    if (mutation == MEDIUM_ANOTHERS)
        m->digests = said;
    return st;
}

/* Those that change what is said of the blob, and not a byte of it. */
static bool leaves_blob(enum medium_mutation mutation)
{
    return mutation == MEDIUM_SOUND || mutation == MEDIUM_BLOB_DIGEST ||
           mutation == MEDIUM_PLAINTEXT_DIGEST || mutation == MEDIUM_LENGTH;
}

static enum status make_stream(struct making *m, struct bytes pattern,
                               enum medium_mutation mutation)
{
    m->stream = arena_alloc(m->c->context->arena, sizeof(*m->stream));
    if (!m->stream)
        return E_NOMEM;
    *m->stream = (struct service_stream){.pattern = pattern, .length = m->message.file_length};
    enum status st = media_message_keys(&m->message, &m->c->profile, &m->stream->keys);
    if (!st)
        st = service_stream_measure(m->stream, &m->digests);
    return st ? st : bend_served(m, mutation);
}

static enum status make(struct making *m, struct bytes pattern, enum medium_mutation mutation)
{
    if (leaves_blob(mutation))
        return make_stream(m, pattern, mutation);
    return m->message.file_length > SERVICE_IN_MEMORY_MAX ? E_LIMIT
                                                          : make_blob(m, pattern, mutation);
}

static enum status publish(struct making *m, struct word_use mutation, struct service_ours **out)
{
    struct service_context *c = m->c;
    uint8_t id[16];
    enum status st = random_fill(&c->context->random, id, sizeof(id));
    const char *name = st ? NULL : hex_text(c->context->arena, bytes_of(id, sizeof(id)));
    struct bytes blob = arena_copy(c->context->arena, buffer_bytes(&m->blob));
    if (st || !name || !blob.data)
        return st ? st : E_NOMEM;
    struct service_ours made = {.mutation = (enum medium_mutation)mutation.what,
                                .status = mutation.n,
                                .blob = blob,
                                .stream = m->stream};
    snprintf(made.path, sizeof(made.path), "/media/%s", name);
    made.elsewhere = elsewhere_of(c, &made);
    if (!made.elsewhere && made.mutation >= MEDIUM_REDIRECT_AWAY && made.mutation <= MEDIUM_AT_FILE)
        return E_IO;
    http_host_lock(c->host);
    *out = &c->ours[c->n_ours++];
    **out = made;
    http_host_unlock(c->host);
    return OK;
}

enum status service_offer(struct service_context *c, const struct media_message *what,
                          struct bytes pattern, struct word_use mutation, struct bytes *out)
{
    struct making m = {.c = c, .message = *what};
    struct service_ours *o = NULL;
    uint8_t key[MEDIA_KEY_LEN];
    enum medium_mutation kind = (enum medium_mutation)mutation.what;
    if (c->n_ours == SERVICE_OURS_MAX)
        return E_LIMIT;
    enum status st = service_host_start_for(c, kind);
    if (!st)
        st = random_fill(&c->context->random, key, sizeof(key));
    m.message.media_key = bytes_of(key, sizeof(key));
    buffer_init(&m.blob, BLOB_MAX);
    buffer_init(&m.plaintext, BLOB_MAX);
    if (!st)
        st = make(&m, pattern, kind);
    if (!st)
        st = publish(&m, mutation, &o);
    const char *url = st ? NULL : url_of(c, o);
    if (!st)
        st = url ? encode(&m, url, kind, out) : E_NOMEM;
    buffer_fini(&m.blob);
    buffer_fini(&m.plaintext);
    return st;
}
