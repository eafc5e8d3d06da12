/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a client of the provider does with a medium that somebody else hosts: fetch it, from where
 * it may be fetched and no longer than it may be; verify; decrypt. */
#include "internal.h"

#include "base/crypto_stream.h"
#include "wire/media_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_MS 20000u                    /* for all of a medium: docs/wire.md allows 30 s */
#define BYTES_A_SECOND (16u * 1024u * 1024u) /* and a second more for each, the same */
#define STALL_SECONDS 4u /* a host that sends next to nothing for so long is left */
#define PATIENT_MS 28000u
#define FOR_EVER_MS 600000u
#define CARELESS_MAX (64u * 1024u * 1024u)
#define LENGTH_MAX (4ull * 1024u * 1024u * 1024u)
#define NO_LIMIT (1u << 28) /* of a client without one */
#define ASKED_AGAIN 8u

/* A download: a file without a name. */
struct download {
    FILE *file;
    uint64_t len;
};

/* Of a redirect, and of what was asked before, nothing is kept. */
static bool begin_anew(void *context)
{
    struct download *d = context;
    d->len = 0;
    rewind(d->file);
    return ftruncate(fileno(d->file), 0) == 0;
}

static bool take_part(void *context, struct bytes part)
{
    struct download *d = context;
    d->len += part.len;
    return fwrite(part.data, 1, part.len, d->file) == part.len;
}

/* ---- reading it */

struct reading {
    struct crypto_hash *hash;
    uint64_t plaintext_len;
};

static enum status hash_plaintext(void *context, struct bytes part)
{
    struct reading *r = context;
    r->plaintext_len += part.len;
    return crypto_hash_add(r->hash, part);
}

static enum status read_whole(const struct media_keys *keys, const struct media_digests *wanted,
                              struct download *d, struct reading *r, enum media_fault *fault)
{
    struct media_reader *reader;
    const struct media_file_watch watch = {NULL, hash_plaintext, r};
    enum status st = media_reader_new(keys, wanted, &reader);
    if (!st)
        st = media_file_read(d->file, reader, &watch, fault);
    media_reader_free(reader);
    return st;
}

/* All in memory: the media of cases that look for a fault are short. */
static enum status read_carelessly(const struct provider_rules *rules,
                                   const struct media_keys *keys,
                                   const struct media_digests *wanted, struct download *d,
                                   struct reading *r, enum media_fault *fault)
{
    struct buffer plain;
    uint8_t *data = malloc((size_t)d->len + 1);
    buffer_init(&plain, CARELESS_MAX);
    rewind(d->file);
    enum status st = !data                                               ? E_NOMEM
                     : fread(data, 1, (size_t)d->len, d->file) == d->len ? OK
                                                                         : E_IO;
    if (!st)
        st = provider_read_carelessly(rules, keys, wanted, bytes_of(data, (size_t)d->len), &plain,
                                      fault);
    if (!st)
        st = hash_plaintext(r, buffer_bytes(&plain));
    buffer_fini(&plain);
    free(data);
    return st;
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
        if (name.data[i] == '/' || (name.data[i] == '\\' && !p->rules.keeps_backslashes))
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
    struct reading r = {0};
    enum media_fault fault = MEDIA_GOOD;
    media_message_digests(m, &wanted);
    enum status st = media_message_keys(m, &p->profile, &keys);
    if (!st)
        st = crypto_hash_new(&r.hash);
    if (!st)
        st = p->rules.passes_over ? read_carelessly(&p->rules, &keys, &wanted, d, &r, &fault)
                                  : read_whole(&keys, &wanted, d, &r, &fault);
    int result = st      ? provider_break(p, "the blob could not be read")
                 : fault ? provider_refuse(p, reason_of(fault), media_fault_text(fault))
                         : say_taken(p, m, &r, out);
    crypto_hash_free(r.hash);
    return result;
}

/* ---- fetching it */

/* A client that opens files: does |url| name one that can be read? */
static bool take_file(const char *url, struct download *d)
{
    uint8_t part[4096];
    size_t n;
    FILE *f = strncmp(url, "file://", 7) == 0 && begin_anew(d) ? fopen(url + 7, "rb") : NULL;
    while (f && (n = fread(part, 1, sizeof(part), f)) > 0)
        take_part(d, bytes_of(part, n));
    if (f)
        fclose(f);
    return f != NULL;
}

/* A client that goes wherever it is told makes a scope of that. */
static enum status follow(struct provider_service *p, struct fetch_request *request,
                          struct fetch_answer *a)
{
    struct fetch_scope elsewhere;
    const char *problem, *to = arena_text(&p->results, fetch_header(a, "Location"));
    if (!to || fetch_scope_of(to, NULL, NULL, &elsewhere, &problem))
        return to ? OK : E_NOMEM;
    request->url = to;
    request->ignores_roots = true;
    return fetch(&elsewhere, request, &p->results, a);
}

static uint64_t usual_ms(uint64_t most) { return TIMEOUT_MS + 1000u * (most / BYTES_A_SECOND); }

/* NULL when the download is whole; else why not. */
static const char *download(struct provider_service *p, const char *url,
                            const struct fetch_scope *scope, uint64_t most, struct download *d)
{
    const struct provider_rules *rules = &p->rules;
    bool is_waiting = rules->waits_for_ever || rules->is_patient || rules->has_no_limit;
    struct fetch_answer a;
    struct fetch_request request = {.url = url,
                                    .body_max = rules->has_no_limit ? NO_LIMIT : (size_t)most,
                                    .timeout_ms = rules->waits_for_ever ? FOR_EVER_MS
                                                  : rules->is_patient   ? PATIENT_MS
                                                                        : usual_ms(most),
                                    .stall_seconds = is_waiting ? 0 : STALL_SECONDS,
                                    .unpacks = rules->unpacks,
                                    .ignores_roots = rules->trusts_any_certificate,
                                    .take = take_part,
                                    .begin = begin_anew,
                                    .context = d};
    if (rules->opens_files && take_file(url, d))
        return NULL;
    enum status st = fetch(scope, &request, &p->results, &a);
    for (unsigned i = 0; !st && rules->asks_again_and_again && a.status != 200 && i < ASKED_AGAIN;
         i++)
        st = fetch(scope, &request, &p->results, &a);
    const char *to = st ? NULL : fetch_header(&a, "Location");
    if (to && rules->opens_files && take_file(to, d))
        return NULL;
    if (to && rules->follows_redirects_anywhere)
        st = follow(p, &request, &a);
    if (st)
        return "out of memory";
    if (a.outcome != FETCH_ANSWERED &&
        !(rules->has_no_limit && (a.outcome == FETCH_TOO_LONG || a.outcome == FETCH_SILENT)))
        return fetch_outcome_text(a.outcome);
    if (a.status != 200 && !rules->takes_errors)
        return arena_printf(&p->results, "its host answered %u", a.status);
    return NULL;
}

/* For a client that compares beginnings: where |url| leads that begins with the origin. */
static const char *behind_user(struct provider_service *p, const char *origin, const char *url)
{
    const char *at = strchr(url, '@');
    bool is_taken = p->rules.compares_beginnings && at && strncmp(url, origin, strlen(origin)) == 0;
    return is_taken ? arena_printf(&p->results, "https://%s", at + 1) : url;
}

/* A client that asks anywhere makes a scope of whatever it is told. */
static enum status scope_of(struct provider_service *p, const Assay__Target__V1__TakeMedia *what,
                            const char *url, bool is_behind, struct fetch_scope *out)
{
    const char *problem;
    bool is_in_clear = p->rules.asks_in_clear && strncmp(url, "http:", 5) == 0;
    bool is_anywhere = p->rules.asks_anywhere || is_in_clear || is_behind;
    return fetch_scope_of(is_anywhere ? url : what->origin, NULL, what->roots, out, &problem);
}

static bool is_path(struct bytes name)
{
    return bytes_contains(name, bytes_of_text("/")) || bytes_contains(name, bytes_of_text("\\"));
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
    if (p->rules.refuses_paths && is_path(m.file_name))
        return provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_POLICY, "its name is a path");
    const char *said = arena_printf(&p->results, "%.*s", (int)m.url.len, (const char *)m.url.data);
    const char *url = said ? behind_user(p, what->origin, said) : NULL;
    if (!url || scope_of(p, what, url, url != said, &scope) ||
        (!scope.is_https && !p->rules.asks_anywhere && !p->rules.asks_in_clear))
        return provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_POLICY,
                               "nothing is asked there");
    if (!(d.file = tmpfile()))
        return provider_break(p, "no file");
    uint64_t most = media_blob_len(m.file_length);
    if (p->rules.passes_over & 1u << MEDIA_BLOCKS)
        most += 15u; /* such a client does not count them */
    const char *why = download(p, url, &scope, most, &d);
    int result = why ? provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_LOST, why)
                     : verify(p, &m, &d, out);
    fclose(d.file);
    return result;
}
