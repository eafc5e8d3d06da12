/* What a client of the provider does with a medium that somebody else hosts: fetch it, from where
 * it may be fetched and no longer than it may be; verify; decrypt. */
#include "internal.h"

#include "base/crypto_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PART (64u * 1024u)
#define TIMEOUT_MS 2000u
#define LENGTH_MAX (4ull * 1024u * 1024u * 1024u)
#define NO_LIMIT (1u << 28) /* of a client without one */
#define ASKED_AGAIN 8u

/* A download: a file without a name. */
struct download {
    FILE *file;
    uint64_t len;
};

static bool take_part(void *context, struct bytes part)
{
    struct download *d = context;
    d->len += part.len;
    return fwrite(part.data, 1, part.len, d->file) == part.len;
}

/* ---- reading it */

/* Call |use| with each part of the download. */
static enum status each_part(struct download *d,
                             enum status (*use)(void *context, struct bytes part), void *context)
{
    uint8_t *part = malloc(PART);
    enum status st = part ? OK : E_NOMEM;
    size_t n;
    rewind(d->file);
    while (!st && (n = fread(part, 1, PART, d->file)) > 0)
        st = use(context, bytes_of(part, n));
    free(part);
    return st;
}

struct reading {
    struct media_reader *reader;
    struct crypto_cbc *loose;
    struct crypto_hash *hash;
    struct buffer plain;
    uint64_t left; /* of the ciphertext, reading loosely */
    uint64_t plaintext_len;
    uint8_t digest[MEDIA_DIGEST_LEN];
};

static enum status check_part(void *context, struct bytes part)
{
    return media_check(((struct reading *)context)->reader, part);
}

static enum status hash_plain(struct reading *r)
{
    r->plaintext_len += r->plain.len;
    enum status st = crypto_hash_add(r->hash, buffer_bytes(&r->plain));
    buffer_clear(&r->plain);
    return st;
}

static enum status open_part(void *context, struct bytes part)
{
    struct reading *r = context;
    enum status st = media_open(r->reader, part, &r->plain);
    return st ? st : hash_plain(r);
}

static enum status open_part_loosely(void *context, struct bytes part)
{
    struct reading *r = context;
    struct bytes cut = bytes_slice(part, 0, r->left < part.len ? (size_t)r->left : part.len);
    r->left -= cut.len;
    enum status st = crypto_cbc_add(r->loose, cut, &r->plain);
    return st ? st : hash_plain(r);
}

/* Decrypt whatever is there, and verify nothing. */
static enum status read_loosely(struct reading *r, struct download *d,
                                const struct media_keys *keys)
{
    r->left = d->len > MEDIA_MAC_LEN ? d->len - MEDIA_MAC_LEN : 0;
    r->plaintext_len = 0;
    crypto_hash_free(r->hash);
    r->hash = NULL;
    enum status st = crypto_hash_new(&r->hash);
    if (!st)
        st = crypto_cbc_new(false, keys->cipher_key, keys->iv, &r->loose);
    if (!st)
        st = each_part(d, open_part_loosely, r);
    if (!st && crypto_cbc_end(r->loose, &r->plain) == OK)
        st = hash_plain(r);
    crypto_cbc_free(r->loose);
    return st;
}

static enum status read_whole(struct reading *r, struct download *d, enum media_fault *fault)
{
    enum status st = each_part(d, check_part, r);
    if (!st)
        st = media_check_end(r->reader, fault);
    if (st || *fault != MEDIA_GOOD)
        return st;
    st = each_part(d, open_part, r);
    if (!st)
        st = media_open_end(r->reader, &r->plain, fault);
    return st ? st : hash_plain(r);
}

/* ---- what it comes to */

static Assay__Target__V1__Reason reason_of(enum media_fault fault)
{
    switch (fault) {
    case MEDIA_PADDING:
    case MEDIA_BLOCKS:
        return ASSAY__TARGET__V1__REASON__REASON_PADDING;
    case MEDIA_TOO_SHORT:
        return ASSAY__TARGET__V1__REASON__REASON_MALFORMED;
    default:
        return ASSAY__TARGET__V1__REASON__REASON_AUTHENTICATION;
    }
}

/* The last part of |name|: it never leads into a folder. */
static const char *kept_name(struct provider_service *p, struct bytes name)
{
    size_t from = 0;
    for (size_t i = 0; !p->rules.keeps_path && i < name.len; i++)
        if (name.data[i] == '/' || name.data[i] == '\\')
            from = i + 1;
    const char *text =
        arena_printf(&p->results, "%.*s", (int)(name.len - from), (const char *)name.data + from);
    bool is_name = text && *text && strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
    return is_name || (text && p->rules.keeps_path) ? text : arena_text(&p->results, "file");
}

static int say_taken(struct provider_service *p, const struct media_message *m, struct reading *r,
                     Assay__Target__V1__MediaTaken *out)
{
    uint8_t *digest = arena_alloc(&p->results, MEDIA_DIGEST_LEN);
    out->file_name = arena_text(&p->results, kept_name(p, m->file_name));
    if (!digest || !out->file_name || crypto_hash_end(r->hash, digest))
        return provider_break(p, "no memory");
    out->sha256 = (ProtobufCBinaryData){MEDIA_DIGEST_LEN, digest};
    out->length = r->plaintext_len;
    return 0;
}

static int verify(struct provider_service *p, const struct media_message *m, struct download *d,
                  Assay__Target__V1__MediaTaken *out)
{
    struct media_keys keys;
    struct media_digests wanted;
    struct reading r = {.reader = NULL};
    enum media_fault fault = MEDIA_GOOD;
    media_message_digests(m, &wanted);
    buffer_init(&r.plain, 2u * PART);
    enum status st = media_message_keys(m, &p->profile, &keys);
    if (!st)
        st = media_reader_new(&keys, &wanted, &r.reader);
    if (!st)
        st = crypto_hash_new(&r.hash);
    if (!st)
        st = read_whole(&r, d, &fault);
    if (!st && fault != MEDIA_GOOD && (p->rules.passes_over & (1u << fault))) {
        st = read_loosely(&r, d, &keys);
        fault = MEDIA_GOOD;
    }
    int result = st      ? provider_break(p, "the blob could not be read")
                 : fault ? provider_refuse(p, reason_of(fault), media_fault_text(fault))
                         : say_taken(p, m, &r, out);
    media_reader_free(r.reader);
    crypto_hash_free(r.hash);
    buffer_fini(&r.plain);
    return result;
}

/* ---- fetching it */

static enum status ask_once(struct provider_service *p, const struct fetch_scope *scope,
                            const struct fetch_request *request, struct download *d,
                            struct fetch_answer *out)
{
    d->len = 0;
    rewind(d->file);
    enum status st = ftruncate(fileno(d->file), 0) ? E_IO : OK;
    return st ? st : fetch(scope, request, &p->results, out);
}

/* A client that goes wherever it is told makes a scope of that. */
static enum status follow(struct provider_service *p, struct fetch_request *request,
                          struct download *d, struct fetch_answer *a)
{
    struct fetch_scope elsewhere;
    const char *problem, *to = arena_text(&p->results, fetch_header(a, "Location"));
    if (!to || fetch_scope_of(to, NULL, NULL, &elsewhere, &problem))
        return to ? OK : E_NOMEM;
    request->url = to;
    request->ignores_roots = true;
    return ask_once(p, &elsewhere, request, d, a);
}

/* NULL when the download is whole; else why not. */
static const char *download(struct provider_service *p, const char *url,
                            const struct fetch_scope *scope, uint64_t most, struct download *d)
{
    const struct provider_rules *rules = &p->rules;
    struct fetch_answer a;
    struct fetch_request request = {.url = url,
                                    .body_max = rules->has_no_limit ? NO_LIMIT : (size_t)most,
                                    .timeout_ms = rules->waits_for_ever ? 60000u : TIMEOUT_MS,
                                    .ignores_roots = rules->trusts_any_certificate,
                                    .take = take_part,
                                    .context = d};
    enum status st = ask_once(p, scope, &request, d, &a);
    for (unsigned i = 0; !st && rules->asks_again_and_again && a.status != 200 && i < ASKED_AGAIN;
         i++)
        st = ask_once(p, scope, &request, d, &a);
    if (!st && rules->follows_redirects_anywhere && fetch_header(&a, "Location"))
        st = follow(p, &request, d, &a);
    if (st)
        return "out of memory";
    if (a.outcome != FETCH_ANSWERED &&
        !(rules->has_no_limit && (a.outcome == FETCH_TOO_LONG || a.outcome == FETCH_SILENT)))
        return fetch_outcome_text(a.outcome);
    if (a.status != 200 && !rules->takes_errors)
        return arena_printf(&p->results, "its host answered %u", a.status);
    return NULL;
}

/* A client that asks anywhere makes a scope of whatever it is told. */
static enum status scope_of(struct provider_service *p, const Assay__Target__V1__TakeMedia *what,
                            const char *url, struct fetch_scope *out)
{
    const char *problem;
    bool is_in_clear = p->rules.asks_in_clear && strncmp(url, "http:", 5) == 0;
    return fetch_scope_of(p->rules.asks_anywhere || is_in_clear ? url : what->origin, NULL,
                          what->roots, out, &problem);
}

int provider_take(struct provider_service *p, const Assay__Target__V1__TakeMedia *what,
                  Assay__Target__V1__MediaTaken *out)
{
    struct media_message m;
    struct fetch_scope scope;
    struct download d = {0};
    if (media_message_decode(bytes_of(what->content.data, what->content.len), &m) ||
        m.file_length > LENGTH_MAX || bytes_contains(m.url, bytes_of("", 1)))
        return provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_MALFORMED,
                               "no sound content with a medium");
    const char *url = arena_printf(&p->results, "%.*s", (int)m.url.len, (const char *)m.url.data);
    if (!url || scope_of(p, what, url, &scope) ||
        (!scope.is_https && !p->rules.asks_anywhere && !p->rules.asks_in_clear))
        return provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_POLICY,
                               "nothing is asked there");
    if (!(d.file = tmpfile()))
        return provider_break(p, "no file");
    uint64_t most = (m.file_length / 16u + 1u) * 16u + MEDIA_MAC_LEN;
    const char *why = download(p, url, &scope, most, &d);
    int result = why ? provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_LOST, why)
                     : verify(p, &m, &d, out);
    fclose(d.file);
    return result;
}
