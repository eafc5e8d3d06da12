/* Our own host on the service surface: what the gatekeeper's side answers to a target that enlists
 * its users there, and to one that downloads our media, sound or not. */
#include "run/service_context.h"

#include "base/crypto.h"
#include "base/hex.h"
#include "wire/media.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BODY_MAX (64u * 1024u)
#define BLOB_MAX (128u * 1024u * 1024u)
#define HUGE_LENGTH (1ull << 40)
#define SLOW_NS 100000000L
#define METADATA "https://169.254.169.254/latest/meta-data/"
#define PASSWORDS "file:///etc/passwd"

/* The head of a gzip file. */
static const uint8_t compressed[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

/* ---- producing what has no end */

static long endless(void *context, uint64_t at, uint8_t *out, size_t max)
{
    struct service_context *c = context;
    memset(out, 0x5a, max);
    http_host_lock(c->host);
    c->most_sent = at > c->most_sent ? at : c->most_sent;
    http_host_unlock(c->host);
    return (long)max;
}

static long slow(void *context, uint64_t at, uint8_t *out, size_t max)
{
    const struct timespec pause = {0, SLOW_NS};
    (void)context;
    (void)at;
    (void)max;
    nanosleep(&pause, NULL);
    *out = 0x5a;
    return 1;
}

static long ends_early(void *context, uint64_t at, uint8_t *out, size_t max)
{
    (void)context;
    memset(out, 0x5a, max);
    return at ? -1 : (long)(max < 100 ? max : 100);
}

/* ---- media */

static void redirect(struct http_answer *out, const char *to)
{
    out->status = 302;
    http_answer_add(out, "Location", "%s", to);
}

static void answer_bent(struct service_context *c, const struct service_ours *o,
                        struct http_answer *out)
{
    out->produced_len = HTTP_LENGTH_UNKNOWN;
    out->context = c;
    switch (o->mutation) {
    case MEDIUM_ENDLESS:
        out->produce = endless;
        break;
    case MEDIUM_HUGE:
        out->produce = endless;
        out->produced_len = HUGE_LENGTH;
        break;
    case MEDIUM_SLOW:
        out->produce = slow;
        break;
    case MEDIUM_ENDS_EARLY:
        out->produce = ends_early;
        out->produced_len = o->blob.len;
        break;
    case MEDIUM_COMPRESSED:
        http_answer_add(out, "Content-Encoding", "gzip");
        out->body = bytes_of(compressed, sizeof(compressed));
        break;
    case MEDIUM_STATUS:
        out->status = o->status;
        http_answer_add(out, "Retry-After", "1");
        break;
    case MEDIUM_REDIRECT_AWAY:
        redirect(out, http_host_url(c->trap));
        break;
    case MEDIUM_REDIRECT_METADATA:
        redirect(out, METADATA);
        break;
    case MEDIUM_REDIRECT_FILE:
        redirect(out, PASSWORDS);
        break;
    default:
        break;
    }
}

static void answer_medium(struct service_context *c, const char *path, struct http_answer *out)
{
    for (size_t i = 0; i < c->n_ours; i++) {
        struct service_ours *o = &c->ours[i];
        if (strcmp(o->path, path) != 0)
            continue;
        o->asked++;
        out->status = 200;
        http_answer_add(out, "Content-Type", "application/octet-stream");
        out->body = o->blob;
        answer_bent(c, o, out);
        return;
    }
    out->status = 404;
}

/* ---- enlistment */

/* Longer than a name or a token may be: as if it were not there. */
static const char *text_in(const json_t *object, const char *name, size_t max)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text && strlen(text) <= max ? text : "";
}

static struct service_user *known(struct service_context *c, const char *name)
{
    for (size_t i = 0; i < c->n_users; i++)
        if (strcmp(c->users[i].name, name) == 0)
            return &c->users[i];
    return NULL;
}

/* Whether the proof holds is asked later (<request rule="proof">): here everybody is let in whom
 * the case enlists. */
static void answer_enlist(struct service_context *c, const struct http_request *r,
                          struct http_answer *out)
{
    json_t *object =
        json_loadb((const char *)r->body.data, r->body.len, JSON_REJECT_DUPLICATES, NULL);
    struct service_user *u = known(c, text_in(object, "user", 256));
    bool is_post = strcmp(r->method, "POST") == 0, is_delete = strcmp(r->method, "DELETE") == 0;
    out->status = u && (is_post || is_delete) ? 200 : 400;
    if (u && is_post) {
        snprintf(u->proof, sizeof(u->proof), "%s", text_in(object, "proof", TOKEN_MAX));
        u->is_enlisted = true;
        u->proof_is_in_url |= r->has_query;
        out->body = bytes_of_text(u->answer);
    }
    if (u && is_delete)
        u->is_withdrawn = true;
    http_answer_add(out, "Content-Type", "application/json");
    json_decref(object);
}

static void answer(void *context, const struct http_request *r, struct http_answer *out)
{
    struct service_context *c = context;
    if (strcmp(r->path, "/enlist") == 0)
        answer_enlist(c, r, out);
    else
        answer_medium(c, r->path, out);
}

static void answer_trap(void *context, const struct http_request *r, struct http_answer *out)
{
    struct service_context *c = context;
    (void)r;
    c->asked_elsewhere++;
    out->status = 200;
    out->body = bytes_of_text("nobody must ask for this");
}

/* ---- starting them */

static enum status start(struct service_context *c, enum authority_certificate what,
                         void (*answers)(void *, const struct http_request *, struct http_answer *),
                         struct http_host **out)
{
    struct buffer key, certificate;
    buffer_init(&key, AUTHORITY_PEM_MAX);
    buffer_init(&certificate, AUTHORITY_PEM_MAX);
    enum status st = authority_issue(c->authority, what, &key, &certificate);
    const struct http_host_options options = {.key = buffer_text(&key),
                                              .certificate = buffer_text(&certificate),
                                              .body_max = BODY_MAX,
                                              .answer = answers,
                                              .context = c};
    if (!st)
        st = http_host_new(&options, out);
    buffer_fini(&key);
    buffer_fini(&certificate);
    return st;
}

enum status service_host_start(struct service_context *c)
{
    enum status st = c->host ? OK : start(c, AUTHORITY_SOUND, answer, &c->host);
    return st || c->trap ? st : start(c, AUTHORITY_SOUND, answer_trap, &c->trap);
}

/* ---- making a medium */

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
        return METADATA;
    case MEDIUM_AT_FILE:
        return PASSWORDS;
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
    buffer_init(&content, BODY_MAX);
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
    enum status st = service_host_start(c);
    if (!st && kind == MEDIUM_UNTRUSTED && !c->untrusted)
        st = start(c, AUTHORITY_SELF_SIGNED, answer, &c->untrusted);
    const struct http_host_options in_clear = {
        .body_max = BODY_MAX, .answer = answer, .context = c};
    if (!st && kind == MEDIUM_IN_CLEAR && !c->clear)
        st = http_host_new(&in_clear, &c->clear);
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
