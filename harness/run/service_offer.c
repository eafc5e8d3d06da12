/* A medium of ours, sound or not, as our host (run/service_host.c) serves it to a target. */
#include "run/service_context.h"

#include "base/crypto.h"
#include "base/hex.h"
#include "wire/media.h"

#include <stdio.h>
#include <string.h>

#define CONTENT_LEN_MAX (64u * 1024u)
#define BLOB_MAX (128u * 1024u * 1024u)

/* ---- making it */

struct making {
    struct service_context *c;
    struct media_message message;
    struct media_keys keys;
    struct media_digests digests;
    struct buffer blob, plaintext;
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

/* A last block of zeros decrypts to padding of length 0: wrong. */
static enum status bend_padding(struct making *m)
{
    static const uint8_t zeros[16] = {0};
    struct buffer padded, ciphertext;
    buffer_init(&padded, BLOB_MAX);
    buffer_init(&ciphertext, BLOB_MAX);
    size_t whole = m->plaintext.len / 16 * 16;
    enum status st = buffer_append(&padded, bytes_slice(buffer_bytes(&m->plaintext), 0, whole));
    if (!st)
        st = buffer_append(&padded, bytes_of(zeros, sizeof(zeros)));
    if (!st)
        st = crypto_aes_cbc_encrypt_raw(m->keys.cipher_key, m->keys.iv, buffer_bytes(&padded),
                                        &ciphertext);
    if (!st)
        st = seal_raw(m, buffer_bytes(&ciphertext));
    buffer_fini(&padded);
    buffer_fini(&ciphertext);
    return st;
}

/* Half a block is missing under a MAC that is right. */
static enum status bend_blocks(struct making *m)
{
    struct buffer ciphertext;
    buffer_init(&ciphertext, BLOB_MAX);
    enum status st = buffer_append(
        &ciphertext, bytes_slice(buffer_bytes(&m->blob), 0, m->blob.len - MEDIA_MAC_LEN - 8u));
    if (!st)
        st = seal_raw(m, buffer_bytes(&ciphertext));
    buffer_fini(&ciphertext);
    return st;
}

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
    static const uint8_t head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    size_t at = 8 * sizeof(head);
    memset(out, 0, len);
    memcpy(out, head, len < sizeof(head) ? len : sizeof(head));
    put_bits(out, len, &at, "110");
    put_bits(out, len, &at, "00110000");
    while (at / 8 < len)
        put_bits(out, len, &at, "1100010100000");
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
        buffer_consume(&m->blob, m->blob.len - MEDIA_MAC_LEN);
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

static const char *url_of(struct service_context *c, const struct service_ours *o)
{
    struct arena *arena = c->context->arena;
    switch (o->mutation) {
    case MEDIUM_AT_LOOPBACK:
        return arena_printf(arena, "%s%s", http_host_url(c->trap), o->path);
    case MEDIUM_AT_METADATA:
        return SERVICE_METADATA;
    case MEDIUM_AT_FILE:
        return SERVICE_PASSWORDS;
    case MEDIUM_IN_CLEAR:
        return arena_printf(arena, "%s%s", http_host_url(c->clear), o->path);
    case MEDIUM_UNTRUSTED:
        return arena_printf(arena, "%s%s", http_host_url(c->untrusted), o->path);
    default:
        return arena_printf(arena, "%s%s", http_host_url(c->host), o->path);
    }
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

static enum status publish(struct making *m, struct word_use mutation, struct service_ours **out)
{
    struct service_context *c = m->c;
    uint8_t id[16];
    enum status st = random_fill(&c->context->random, id, sizeof(id));
    const char *name = st ? NULL : hex_text(c->context->arena, bytes_of(id, sizeof(id)));
    struct bytes blob = arena_copy(c->context->arena, buffer_bytes(&m->blob));
    if (st || !name || !blob.data)
        return st ? st : E_NOMEM;
    http_host_lock(c->host);
    struct service_ours *o = &c->ours[c->n_ours++];
    *o = (struct service_ours){
        .mutation = (enum medium_mutation)mutation.what, .status = mutation.n, .blob = blob};
    snprintf(o->path, sizeof(o->path), "/media/%s", name);
    http_host_unlock(c->host);
    *out = o;
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
        st = make_blob(&m, pattern, kind);
    if (!st)
        st = publish(&m, mutation, &o);
    const char *url = st ? NULL : url_of(c, o);
    if (!st)
        st = url ? encode(&m, url, kind, out) : E_NOMEM;
    buffer_fini(&m.blob);
    buffer_fini(&m.plaintext);
    return st;
}
