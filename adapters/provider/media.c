/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The media host: how a client's media get there, and what is answered to who asks for them. */
#include "internal.h"

#include "base/hex.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PART (64u * 1024u)
#define LENGTH_MAX (4ull * 1024u * 1024u * 1024u)
#define KEPT_SECONDS 3600u

/* ---- making a blob */

static bool write_all(int file, struct bytes in)
{
    while (in.len) {
        ssize_t n = write(file, in.data, in.len);
        if (n <= 0)
            return false;
        in = bytes_slice(in, (size_t)n, in.len);
    }
    return true;
}

/* A file without a name. */
static int nameless_file(void)
{
    FILE *made = tmpfile();
    int file = made ? dup(fileno(made)) : -1;
    if (made)
        fclose(made);
    return file;
}

/* |pattern| over and over in |part|, as from byte |at| of it. */
static void fill_part(uint8_t *part, size_t len, uint64_t at, const ProtobufCBinaryData *pattern)
{
    for (size_t i = 0; i < len; i++)
        part[i] = pattern->len ? pattern->data[(at + i) % pattern->len] : 0;
}

struct making {
    const struct provider_rules *rules;
    const ProtobufCBinaryData *pattern;
    uint64_t length;
    struct media_keys keys;
    int file;
    uint64_t len; /* written */
    struct media_digests digests;
};

static enum status keep(struct making *m, struct buffer *out)
{
    bool is_kept = write_all(m->file, buffer_bytes(out));
    m->len += out->len;
    buffer_clear(out);
    return is_kept ? OK : E_IO;
}

static enum status seal_parts(struct making *m, struct media_sealer *s, struct buffer *out)
{
    uint8_t *part = malloc(PART);
    enum status st = part ? OK : E_NOMEM;
    for (uint64_t at = 0; !st && at < m->length; at += PART) {
        size_t len = m->length - at < PART ? (size_t)(m->length - at) : PART;
        fill_part(part, len, at, m->pattern);
        st = media_seal(s, bytes_of(part, len), out);
        if (m->rules->stores_plaintext) {
            buffer_clear(out);
            st = buffer_append(out, bytes_of(part, len));
        }
        if (!st)
            st = keep(m, out);
    }
    free(part);
    return st;
}

static enum status make_blob(struct making *m)
{
    static const uint8_t more_mac[22] = {0};
    struct media_sealer *s;
    struct buffer out;
    enum status st = media_sealer_new(&m->keys, &s);
    if (st)
        return st;
    buffer_init(&out, 2u * PART);
    st = seal_parts(m, s, &out);
    if (!st)
        st = media_seal_end(s, &out, &m->digests);
    if (!st && m->rules->mac_is_long)
        st = buffer_append(&out, bytes_of(more_mac, sizeof(more_mac)));
    if (!st && !m->rules->stores_plaintext)
        st = keep(m, &out);
    media_sealer_free(s);
    buffer_fini(&out);
    return st;
}

/* ---- what its client says of it */

static enum content_kind content_of(Assay__Target__V1__MediaKind kind)
{
    switch (kind) {
    case ASSAY__TARGET__V1__MEDIA_KIND__MEDIA_IMAGE:
        return CONTENT_IMAGE;
    case ASSAY__TARGET__V1__MEDIA_KIND__MEDIA_VOICE:
        return CONTENT_VOICE;
    case ASSAY__TARGET__V1__MEDIA_KIND__MEDIA_VIDEO:
        return CONTENT_VIDEO;
    case ASSAY__TARGET__V1__MEDIA_KIND__MEDIA_FILE:
        return CONTENT_FILE;
    default:
        return CONTENT_NONE;
    }
}

static const char *url_of(struct provider_service *p, const struct hosted *h, struct bytes key)
{
    const char *secret = hex_text(&p->results, key);
    return arena_printf(&p->results, "%s/media/%s%s%s", provider_url(p), h->id,
                        p->rules.puts_key_in_url ? "?key=" : "",
                        p->rules.puts_key_in_url && secret ? secret : "");
}

static int say_message(struct provider_service *p, const struct media_message *m,
                       Assay__Target__V1__MediaHosted *out)
{
    struct buffer content;
    buffer_init(&content, 16384);
    enum status st = media_message_encode(m, &content);
    struct bytes copy = arena_copy(&p->results, buffer_bytes(&content));
    buffer_fini(&content);
    if (st || !copy.data)
        return provider_break(p, "the content could not be encoded");
    union {
        const uint8_t *given;
        uint8_t *lent;
    } u = {.given = copy.data};
    out->content = (ProtobufCBinaryData){copy.len, u.lent};
    return 0;
}

static bool name_it(struct provider_service *p, struct hosted *h)
{
    uint8_t bytes[16];
    if (random_fill(&p->random, bytes, sizeof(bytes)))
        return false;
    if (p->rules.repeats_name)
        memset(bytes, 7, sizeof(bytes));
    const char *id = hex_text(&p->results, bytes_of(bytes, sizeof(bytes)));
    if (id)
        snprintf(h->id, sizeof(h->id), "%s", id);
    return id != NULL;
}

int provider_host(struct provider_service *p, const Assay__Target__V1__HostMedia *what,
                  Assay__Target__V1__MediaHosted *out)
{
    uint8_t key[MEDIA_KEY_LEN];
    struct media_message m = {.kind = content_of(what->kind)};
    struct making making = {.rules = &p->rules, .pattern = &what->pattern, .length = what->length};
    if (!m.kind || what->length > LENGTH_MAX)
        return provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_MALFORMED,
                               "no kind of medium, or one that is too long");
    if (p->n_media == MEDIA_HOSTED_MAX)
        return provider_break(p, "too many media");
    struct hosted *h = &p->media[p->n_media];
    memset(h, 0, sizeof(*h));
    if (random_fill(&p->random, key, sizeof(key)) || !name_it(p, h) ||
        (making.file = p->place ? provider_place_open(p, h->id) : nameless_file()) < 0)
        return provider_break(p, "no randomness, or no file");
    h->file = making.file;
    p->n_media++;
    m.media_key = bytes_of(p->rules.has_one_key ? p->one_key : key, MEDIA_KEY_LEN);
    struct media_message labelled = m;
    if (p->rules.uses_wrong_label)
        labelled.kind = m.kind == CONTENT_FILE ? CONTENT_IMAGE : CONTENT_FILE;
    if (media_message_keys(&labelled, &p->profile, &making.keys) || make_blob(&making))
        return provider_break(p, "the blob could not be made");
    h->len = making.len;
    const char *tag = hex_text(&p->results, bytes_of(making.digests.blob, 8));
    const char *url = url_of(p, h, m.media_key);
    if (!tag || !url)
        return provider_break(p, "out of memory");
    snprintf(h->tag, sizeof(h->tag), "\"%s\"", tag);
    snprintf(h->file_name, sizeof(h->file_name), "%s", what->file_name);
    snprintf(h->beginning, sizeof(h->beginning), "%.*s", (int)what->pattern.len,
             (const char *)what->pattern.data);
    making.digests.blob[0] ^= p->rules.lies_about_blob;
    making.digests.plaintext[0] ^= p->rules.lies_about_plaintext;
    m.url = bytes_of_text(url);
    m.mimetype = bytes_of_text(media_type_of(m.kind));
    m.file_name = bytes_of_text(what->file_name);
    m.file_sha256 = bytes_of(making.digests.plaintext, MEDIA_DIGEST_LEN);
    m.file_enc_sha256 = bytes_of(making.digests.blob, MEDIA_DIGEST_LEN);
    m.file_length = what->length + p->rules.lies_about_length;
    return say_message(p, &m, out);
}

/* ---- finding one again */

static struct hosted *find(struct provider_service *p, const char *id)
{
    for (size_t i = 0; i < p->n_media; i++)
        if (strcmp(p->media[i].id, id) == 0)
            return &p->media[i];
    return NULL;
}

int provider_expire(struct provider_service *p, const Assay__Target__V1__ExpireMedia *what)
{
    struct media_message m;
    char id[33] = "";
    const char *url = NULL;
    if (!media_message_decode(bytes_of(what->content.data, what->content.len), &m))
        url = arena_printf(&p->results, "%.*s", (int)m.url.len, (const char *)m.url.data);
    const char *last = url ? strstr(url, "/media/") : NULL;
    if (last)
        snprintf(id, sizeof(id), "%.32s", last + 7);
    struct hosted *h = find(p, id);
    if (!h)
        return provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_MALFORMED,
                               "no medium of this provider");
    h->is_expired = !p->rules.keeps_expired;
    if (h->is_expired)
        provider_place_drop(p, h->id);
    return 0;
}

void provider_forget_media(struct provider_service *p)
{
    for (size_t i = 0; i < p->n_media; i++) {
        close(p->media[i].file);
        provider_place_drop(p, p->media[i].id);
    }
    p->n_media = 0;
}

/* ---- answering */

struct range {
    uint64_t from, len;
    bool is_part, is_unsatisfiable;
};

static bool read_number(const char **at, uint64_t *out)
{
    char *end;
    if (!isdigit((unsigned char)**at))
        return false;
    *out = strtoull(*at, &end, 10);
    *at = end;
    return true;
}

/* One range of bytes (RFC 9110, 14.2). Anything else is as if it were not there. */
static struct range read_range(const char *text, uint64_t len)
{
    struct range r = {0, len, false, false};
    uint64_t first = 0, last = len - 1;
    if (!text || strncmp(text, "bytes=", 6) != 0)
        return r;
    const char *at = text + 6;
    bool has_first = read_number(&at, &first);
    if (*at++ != '-')
        return r;
    bool has_last = read_number(&at, &last);
    if (*at || (!has_first && !has_last) || (has_first && has_last && last < first))
        return r;
    if (!has_first) { /* so many from the end */
        first = last < len ? len - last : 0;
        r.is_unsatisfiable = last == 0;
        last = len - 1;
    }
    r.is_unsatisfiable |= first >= len;
    last = last < len ? last : len - 1;
    r.from = r.is_unsatisfiable ? 0 : first;
    r.len = r.is_unsatisfiable ? 0 : last - first + 1;
    r.is_part = true;
    return r;
}

static bool is_unchanged(const struct provider_service *p, const struct http_request *r,
                         const struct hosted *h)
{
    const char *tag = http_request_header(r, "If-None-Match");
    return tag && (p->rules.is_never_modified || strcmp(tag, "*") == 0 || strstr(tag, h->tag));
}

/* A range only of the very blob the client began with. */
static struct range range_of(const struct provider_service *p, const struct http_request *r,
                             const struct hosted *h)
{
    const char *of = http_request_header(r, "If-Range");
    bool is_other = of && strcmp(of, h->tag) != 0;
    bool is_ignored = is_other || p->rules.ignores_range;
    return read_range(is_ignored ? NULL : http_request_header(r, "Range"), h->len);
}

static void add_body(const struct hosted *h, struct range range, struct http_answer *out)
{
    out->has_file = true;
    out->file = h->file;
    out->file_at = range.from;
    out->file_len = range.len;
}

static void answer_blob(struct provider_service *p, const struct http_request *r, struct hosted *h,
                        struct http_answer *out)
{
    struct range range = range_of(p, r, h);
    if (range.is_unsatisfiable && !p->rules.takes_any_range) {
        out->status = 416;
        http_answer_add(out, "Content-Range", "bytes */%llu", (unsigned long long)h->len);
        return;
    }
    out->status = range.is_part ? 206 : 200;
    if (range.is_part)
        http_answer_add(
            out, "Content-Range", "bytes %llu-%llu/%llu", (unsigned long long)range.from,
            (unsigned long long)(range.from + range.len - 1), (unsigned long long)h->len);
    if (range.is_part && p->rules.range_is_off_by_one && range.from)
        range.from--;
    add_body(h, range, out);
    h->times_served++;
    if (p->rules.serves_short && range.len)
        out->file_len--;
    if (p->rules.changes_each_time && h->times_served > 1 && range.len)
        out->file_len = range.len / 2;
}

static void add_headers(const struct provider_service *p, const struct hosted *h,
                        struct http_answer *out)
{
    http_answer_add(out, "Content-Type", "%s",
                    p->rules.says_html      ? "text/html"
                    : p->rules.says_charset ? "Application/Octet-Stream; charset=binary"
                                            : "application/octet-stream");
    http_answer_add(out, "Accept-Ranges", "bytes");
    http_answer_add(out, "ETag", "%s", h->tag);
    http_answer_add(out, "Cache-Control", "private, max-age=%u, immutable", KEPT_SECONDS);
    if (p->rules.sets_cookie)
        http_answer_add(out, "Set-Cookie", "reader=%s", h->id);
    if (p->rules.names_file)
        http_answer_add(out, "Content-Disposition", "attachment; filename=\"%s\"", h->file_name);
}

/* The beginning of the plaintext, as a careless program shows it beside the blob. */
static void add_thumbnail(const struct provider_service *p, const struct hosted *h,
                          struct http_answer *out)
{
    if (p->rules.shows_thumbnail)
        http_answer_add(out, "X-Preview", "%s", h->beginning);
}

static void list(struct provider_service *p, struct http_answer *out)
{
    struct buffer text;
    buffer_init(&text, 65536);
    for (size_t i = 0; i < p->n_media; i++)
        buffer_printf(&text, "<a href=\"%s\">%s</a>\n", p->media[i].id, p->media[i].id);
    out->status = 200;
    out->body = arena_copy(&p->answers, buffer_bytes(&text));
    buffer_fini(&text);
}

/* Where careless providers are led by a path; true when it was answered. */
static bool answer_path(struct provider_service *p, const char *id, struct http_answer *out)
{
    bool has_dots = strstr(id, "..") != NULL;
    bool has_coded = strchr(id, '%') != NULL;
    if ((has_dots && p->rules.follows_dots) || (has_coded && p->rules.decodes_dots)) {
        out->status = 200;
        out->body = bytes_of_text("root:x:0:0:root:/root:/bin/sh\n");
        return true;
    }
    if (!*id && p->rules.lists) {
        list(p, out);
        return true;
    }
    if ((!*id || has_dots || has_coded) && p->rules.ends_unknown_paths) {
        out->status = 0;
        return true;
    }
    if ((!*id || has_dots || has_coded) && p->rules.has_page_for_all) {
        provider_answer_page(p, out);
        return true;
    }
    return false;
}

/* What stands at all paths that mean nothing here. */
void provider_answer_page(const struct provider_service *p, struct http_answer *out)
{
    out->status = p->rules.has_page_for_all ? 200 : 404;
    if (p->rules.has_page_for_all)
        out->body = bytes_of_text("<h1>An example of a provider</h1>\n");
}

static void answer_none(struct provider_service *p, const struct http_request *r, unsigned status,
                        struct http_answer *out)
{
    const char *text = arena_printf(&p->answers, "there is no %s here\n", r->path);
    out->status = p->rules.unknown_is_empty ? 200 : status;
    http_answer_add(out, "Cache-Control", "no-store");
    if (p->rules.echoes_path && text) {
        http_answer_add(out, "Content-Type", "text/html");
        out->body = bytes_of_text(text);
    }
}

void provider_answer_media(struct provider_service *p, const struct http_request *r,
                           struct http_answer *out)
{
    const char *id = r->path + 7;
    struct hosted *h = find(p, id);
    bool is_read = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
    if (!is_read && strcmp(r->method, "DELETE") == 0 && p->rules.takes_deletes && h) {
        h->is_expired = true;
        out->status = 204;
        return;
    }
    if (!is_read) {
        out->status = 405;
        http_answer_add(out, "Allow", "GET, HEAD");
        return;
    }
    if (answer_path(p, id, out))
        return;
    if (!h || h->is_expired) {
        answer_none(p, r, h ? 410 : 404, out);
        if (h && p->rules.shows_expired)
            add_body(h, (struct range){0, h->len, false, false}, out);
        return;
    }
    if (p->rules.redirects_within && r->path[1] == 'm') {
        out->status = 302;
        http_answer_add(out, "Location", "/blobs/%s", h->id);
        out->body = bytes_of_text("It stands elsewhere on this host.\n");
        return;
    }
    if (p->rules.redirects_elsewhere) {
        out->status = 302;
        http_answer_add(out, "Location", "https://cdn.elsewhere.example/%s", h->id);
        return;
    }
    add_headers(p, h, out);
    add_thumbnail(p, h, out);
    if (is_unchanged(p, r, h))
        out->status = 304;
    else if (p->rules.head_has_no_length && strcmp(r->method, "HEAD") == 0)
        out->status = 200;
    else
        answer_blob(p, r, h, out);
}
