/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of <request> about media that the target hosts, and about their host. */
#include "run/request.h"

#include "run/service_fetch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UNKNOWN_NAME "0123456789abcdef0123456789abcdef"
#define NAME_LEAST 8u        /* a shorter name stands in many a page by chance */
#define OF_ROOT "root:x:0:0" /* the beginning of a password file */
#define BEGINNING_LEN 16u    /* of a blob; each has as many */
#define PAGE_MAX (1u << 20)  /* bytes of a list, or of a page */

static bool is_gone(const struct fetch_answer *a) { return a->status == 404 || a->status == 410; }

/* ---- a medium: whole */

static bool fetch_whole(struct request_look *l, struct service_blob *out)
{
    l->st = service_fetch_blob(l->c, l->medium, out);
    if (!l->st)
        request_blames(l, &l->c->media, out->outcome);
    return !l->st;
}

bool request_genuine(struct request_look *l)
{
    struct service_blob blob;
    if (!fetch_whole(l, &blob))
        return false;
    l->st = service_verify(l->c, l->medium, &blob);
    bool holds = !l->st && !blob.problem;
    if (blob.problem)
        request_says(l, blob.problem);
    service_blob_free(&blob);
    return holds;
}

/* Fetch again; is it byte for byte the same? */
static bool is_same_again(struct request_look *l, const struct service_blob *first)
{
    struct service_blob again;
    if (!fetch_whole(l, &again))
        return false;
    bool is_same = !again.problem && again.len == first->len &&
                   memcmp(again.digest, first->digest, sizeof(again.digest)) == 0;
    if (!is_same)
        request_says(l, again.problem ? again.problem : "other bytes came the second time");
    service_blob_free(&again);
    return is_same;
}

bool request_repeated(struct request_look *l)
{
    struct service_blob first;
    bool holds = fetch_whole(l, &first) && (!first.problem || request_says(l, first.problem));
    for (unsigned i = 0; holds && i < 3; i++)
        holds = is_same_again(l, &first);
    service_blob_free(&first);
    return holds;
}

bool request_concurrent(struct request_look *l)
{
    const char *problem = NULL;
    l->st = service_fetch_at_once(l->c, l->medium, 8, &problem);
    return !l->st && (problem == NULL || request_says(l, problem));
}

/* ---- a medium: HEAD, ranges, conditions */

static bool get(struct request_look *l, const char *const *headers, struct fetch_answer *out)
{
    const struct fetch_request r = {.headers = headers, .body_max = 64u * 1024u * 1024u};
    return request_ask(l, &l->c->media, l->medium->url, r, out);
}

/* Whether it is the right blob is another rule's business; one must be there. */
static bool get_whole(struct request_look *l, struct fetch_answer *out)
{
    if (!get(l, NULL, out))
        return false;
    if (out->status == 200 && out->body.len)
        return true;
    step_says(l->s, l->out, "its blob was asked for, and answered with %u and %zu bytes",
              out->status, out->body.len);
    return false;
}

static bool is_text_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool request_head(struct request_look *l)
{
    struct fetch_answer a, h;
    const struct fetch_request r = {.method = "HEAD"};
    if (!get_whole(l, &a) || !request_ask(l, &l->c->media, l->medium->url, r, &h))
        return false;
    if (h.status != 200)
        return request_says(l, "HEAD has not the status 200 that GET has");
    if (!is_text_same(fetch_header(&a, "Content-Type"), fetch_header(&h, "Content-Type")))
        return request_says(l, "HEAD has another type than GET");
    const char *length = fetch_header(&h, "Content-Length");
    if (length && strtoull(length, NULL, 10) != a.body.len)
        return request_says(l, "HEAD says another length than GET brings");
    return true;
}

/* Is |a| the answer to a request for |from| to |to| (included) of |whole|? */
static bool is_range(struct request_look *l, const struct fetch_answer *a, struct bytes whole,
                     size_t from, size_t to)
{
    if (a->status == 200)
        return bytes_equal(a->body, whole) ||
               request_says(
                   l, "a request with Range was answered with 200 and other bytes than the blob's");
    if (a->status != 206)
        return request_says(l, "a request with Range was answered with neither 206 nor 200");
    const char *wanted = arena_printf(l->s->arena, "bytes %zu-%zu/%zu", from, to, whole.len);
    const char *said = fetch_header(a, "Content-Range");
    if (!said || !wanted || strcmp(said, wanted) != 0)
        return request_says(l,
                            "Content-Range is missing, or says something else than was asked for");
    return bytes_equal(a->body, bytes_slice(whole, from, to - from + 1)) ||
           request_says(l, "206 was answered with other bytes than those of the range");
}

bool request_range(struct request_look *l)
{
    struct fetch_answer whole, a;
    if (!get_whole(l, &whole))
        return false;
    size_t n = whole.body.len;
    if (n < 12)
        return request_says(l, "the blob is too short for a range");
    const struct {
        size_t from, to;
        const char *header;
    } ranges[] = {{0, 0, "Range: bytes=0-0"},
                  {7, 11, "Range: bytes=7-11"},
                  {n - 3, n - 1, "Range: bytes=-3"},
                  {5, n - 1, "Range: bytes=5-"}};
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        const char *const headers[] = {ranges[i].header, NULL};
        if (!get(l, headers, &a) || !is_range(l, &a, whole.body, ranges[i].from, ranges[i].to))
            return false;
    }
    return true;
}

bool request_range_beyond(struct request_look *l)
{
    const char *const headers[] = {"Range: bytes=99999999999-", NULL};
    struct fetch_answer whole, a;
    if (!get_whole(l, &whole) || !get(l, headers, &a))
        return false;
    bool is_whole = a.status == 200 && bytes_equal(a.body, whole.body);
    return a.status == 416 || is_whole ||
           request_says(l, "a range past the end was answered with neither 416 nor the whole blob");
}

/* The first half, then the rest under the same ETag. */
bool request_resumed(struct request_look *l)
{
    struct fetch_answer whole, a;
    if (!get_whole(l, &whole))
        return false;
    size_t half = whole.body.len / 2;
    const char *tag = fetch_header(&whole, "ETag");
    const char *range_header = arena_printf(l->s->arena, "Range: bytes=%zu-", half);
    const char *condition = tag ? arena_printf(l->s->arena, "If-Range: %s", tag) : NULL;
    const char *const headers[] = {range_header, condition, NULL};
    if (!range_header || !get(l, headers, &a) ||
        !is_range(l, &a, whole.body, half, whole.body.len - 1))
        return false;
    const char *const other[] = {range_header, "If-Range: \"of-another-blob\"", NULL};
    if (!tag)
        return true;
    return get(l, other, &a) &&
           ((a.status == 200 && bytes_equal(a.body, whole.body)) ||
            request_says(l, "If-Range with another ETag did not bring the whole blob"));
}

bool request_conditional(struct request_look *l)
{
    struct fetch_answer whole, a;
    if (!get_whole(l, &whole))
        return false;
    const char *tag = fetch_header(&whole, "ETag");
    const char *own = tag ? arena_printf(l->s->arena, "If-None-Match: %s", tag) : NULL;
    const char *const with_own[] = {own, NULL};
    const char *const with_other[] = {"If-None-Match: \"of-another-blob\"", NULL};
    if (own && !get(l, with_own, &a))
        return false;
    if (own && a.status != 304 && (a.status != 200 || !bytes_equal(a.body, whole.body)))
        return request_says(l, "its own ETag was answered with neither 304 nor the blob");
    return get(l, with_other, &a) &&
           ((a.status == 200 && bytes_equal(a.body, whole.body)) ||
            request_says(l, "another ETag than its own was answered as if nothing had changed"));
}

/* ---- a medium: what it gives away */

bool request_opaque_type(struct request_look *l)
{
    struct fetch_answer a;
    static const char opaque[] = "application/octet-stream";
    if (!get_whole(l, &a))
        return false;
    const char *type = fetch_header(&a, "Content-Type");
    size_t len = type ? strcspn(type, "; \t") : 0;
    return (len == strlen(opaque) && strncasecmp(type, opaque, len) == 0) ||
           request_says(l, type ? type : "it has no Content-Type");
}

bool request_no_cookie(struct request_look *l)
{
    struct fetch_answer a;
    return get_whole(l, &a) && (!fetch_header(&a, "Set-Cookie") ||
                                request_says(l, "it follows readers with Set-Cookie"));
}

/* |text| with each %XX as the byte that it means; NULL when the arena is full. */
static char *unescape(struct arena *arena, struct bytes text)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        char pair[3] = {0};
        if (text.data[i] == '%' && i + 2 < text.len)
            memcpy(pair, &text.data[i + 1], 2);
        bool is_coded = isxdigit((unsigned char)pair[0]) && isxdigit((unsigned char)pair[1]);
        out[n++] = is_coded ? (char)strtoul(pair, NULL, 16) : (char)text.data[i];
        i += is_coded ? 2 : 0;
    }
    return out;
}

/* Canaries of this case stand in a list; so a URL is searched as an answer would be. */
bool request_no_key_in_url(struct request_look *l)
{
    struct canaries *c = &l->c->canaries;
    struct bytes url = l->medium->message.url;
    const char *before = c->found, *plain = unescape(l->s->arena, url);
    if (!plain) {
        l->st = E_NOMEM;
        return false;
    }
    c->found = NULL;
    canaries_look(c, "the URL", url);
    canaries_look(c, "the URL", bytes_of(plain, strlen(plain)));
    bool is_found = c->found != NULL;
    if (is_found)
        request_says(l, c->found);
    c->found = before;
    return !is_found;
}

bool request_nothing_readable(struct request_look *l)
{
    const struct fetch_request head_request = {.method = "HEAD"};
    struct fetch_answer a;
    if (!get_whole(l, &a) || !request_ask(l, &l->c->media, l->medium->url, head_request, &a))
        return false;
    const char *found = l->c->canaries.found;
    l->c->canaries.found = NULL; /* it is said by this rule */
    return !found || request_says(l, found);
}

/* Ask a host that may end the connection, or redirect, without being at fault. */
static bool ask_once(struct request_look *l, const char *url, struct fetch_request r,
                     struct fetch_answer *out)
{
    l->st = service_ask_once(l->c, &l->c->media, url, r, out);
    return !l->st;
}

static bool is_taken(const struct fetch_answer *a)
{
    return a->outcome == FETCH_ANSWERED && a->status >= 200 && a->status < 300;
}

bool request_read_only(struct request_look *l)
{
    static const char *const methods[] = {"PUT", "DELETE", "POST"};
    struct fetch_answer a, whole;
    if (!get_whole(l, &whole) || !get_whole(l, &a))
        return false;
    if (!bytes_equal(a.body, whole.body)) {
        l->out->violates = "MD-15"; /* nobody has tried to change it yet */
        return request_says(l, "other bytes came the second time");
    }
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        const struct fetch_request r = {.method = methods[i], .body = bytes_of_text("overwritten")};
        if (!ask_once(l, l->medium->url, r, &a))
            return false;
        if (is_taken(&a) && strcmp(methods[i], "POST") != 0) {
            step_says(l->s, l->out, "%s by a stranger was answered with %u", methods[i], a.status);
            return false;
        }
    }
    return get(l, NULL, &a) && ((a.status == 200 && bytes_equal(a.body, whole.body)) ||
                                request_says(l, "the blob is another one, or gone, afterwards"));
}

bool request_other_key(struct request_look *l)
{
    for (size_t i = 0; i < l->c->n_media; i++) {
        const struct service_medium *m = &l->c->media_made[i];
        if (m == l->medium)
            continue;
        if (bytes_equal(m->message.media_key, l->medium->message.media_key))
            return request_says(l, "another medium has the same key");
        if (strcmp(m->url, l->medium->url) == 0)
            return request_says(l, "another medium has the same URL");
    }
    return true;
}

bool request_gone(struct request_look *l)
{
    struct fetch_answer a;
    if (!get(l, NULL, &a))
        return false;
    if (!is_gone(&a)) {
        step_says(l->s, l->out, "it was answered with %u", a.status);
        return false;
    }
    struct bytes beginning = bytes_slice(l->medium->blob, 0, BEGINNING_LEN);
    return !beginning.len || !bytes_contains(a.body, beginning) ||
           request_says(l, "the blob itself stands in the answer that it is gone");
}

/* ---- the host */

static const char *at_media(struct request_look *l, const char *path)
{
    const char *url = arena_printf(l->s->arena, "%s%s", l->c->where.media, path);
    l->st = url ? OK : E_NOMEM;
    return url;
}

/* Only where something is hosted can it be listed: a medium of the case is there. */
static bool is_hosting(struct request_look *l)
{
    struct fetch_answer a;
    if (!l->c->n_media) {
        l->st = E_MISSING;
        return false;
    }
    l->medium = &l->c->media_made[l->c->n_media - 1];
    return get_whole(l, &a);
}

/* What tells one URL from all others: its last segment, or the query behind an empty one. */
static struct bytes name_in(const char *url)
{
    const char *end = url + strcspn(url, "?#"), *from = end;
    while (from > url && from[-1] != '/')
        from--;
    return from < end ? bytes_of(from, (size_t)(end - from)) : bytes_of_text(end);
}

static bool names_a_medium(const struct service_context *c, const struct fetch_answer *a)
{
    for (size_t i = 0; i < c->n_media; i++) {
        struct bytes name = name_in(c->media_made[i].url);
        if (name.len >= NAME_LEAST &&
            (bytes_contains(a->body, name) || bytes_contains(a->raw_headers, name)))
            return true;
    }
    return false;
}

/* What |path| brings, wherever it stands: an answer, or none. */
static bool ask_page(struct request_look *l, const char *url, struct fetch_answer *out)
{
    const struct fetch_request r = {.body_max = PAGE_MAX};
    return url && ask_once(l, url, r, out);
}

bool request_unknown(struct request_look *l)
{
    struct fetch_answer a;
    const char *url = at_media(l, UNKNOWN_NAME);
    if (!url || !request_ask(l, &l->c->media, url, (struct fetch_request){0}, &a))
        return false;
    return is_gone(&a) ||
           request_says(l, "a name that was never given out was not answered with 404 or 410");
}

bool request_not_listed(struct request_look *l)
{
    static const char *const paths[] = {"", "index.html", "?list-type=2", ".git/HEAD", "?prefix="};
    struct fetch_answer a;
    bool holds = is_hosting(l);
    for (size_t i = 0; holds && i < sizeof(paths) / sizeof(paths[0]); i++) {
        holds = ask_page(l, at_media(l, paths[i]), &a);
        if (holds && names_a_medium(l->c, &a)) {
            step_says(l->s, l->out, "\"%s\" brings the name of a medium", paths[i]);
            holds = false;
        }
    }
    return holds;
}

/* The page that the origin has for whatever it does not know, above where media stand. */
static const char *at_root(struct request_look *l, const char *path)
{
    const struct fetch_scope *m = &l->c->media;
    const char *url =
        arena_printf(l->s->arena, "https://%s:%u/%s", m->host, (unsigned)m->port, path);
    l->st = url ? OK : E_NOMEM;
    return url;
}

static bool is_same_page(const struct fetch_answer *a, const struct fetch_answer *b)
{
    return is_taken(b) && bytes_equal(a->body, b->body);
}

/* No answer, a redirect and an error lead nowhere; nor does what an unknown name brings. */
bool request_no_traversal(struct request_look *l)
{
    static const char *const paths[] = {"../../../../etc/passwd",   "..%2f..%2f..%2fetc%2fpasswd",
                                        "%2e%2e/%2e%2e/etc/passwd", "..%252f..%252fetc%252fpasswd",
                                        "....//....//etc/passwd",   "%2fetc%2fpasswd",
                                        "..%5c..%5cetc%5cpasswd",   "%00"};
    struct fetch_answer a, unknown, other;
    bool holds = is_hosting(l) && ask_page(l, at_media(l, UNKNOWN_NAME), &unknown) &&
                 ask_page(l, at_root(l, UNKNOWN_NAME), &other);
    for (size_t i = 0; holds && i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (!ask_page(l, at_media(l, paths[i]), &a))
            return false;
        bool is_page = (is_taken(&a) || a.outcome == FETCH_TOO_LONG) && a.body.len &&
                       !is_same_page(&a, &unknown) && !is_same_page(&a, &other);
        holds = !is_page && !bytes_contains(a.body, bytes_of_text(OF_ROOT));
        if (!holds)
            step_says(l->s, l->out, "%s was answered with %u and %zu bytes", paths[i], a.status,
                      a.body.len);
    }
    return holds;
}

bool request_plain_errors(struct request_look *l)
{
    struct fetch_answer a;
    struct bytes word = context_plaintext(l->s, 24);
    const char *path =
        word.data ? arena_printf(l->s->arena, "%.*s", (int)word.len, (const char *)word.data) : "";
    return is_hosting(l) && ask_page(l, at_media(l, path), &a) &&
           (!bytes_contains(a.body, word) ||
            request_says(l, "the error repeats the path that was asked"));
}

bool request_trusted(struct request_look *l)
{
    return request_is_trusted(l, &l->c->media, l->c->where.media);
}

/* Whatever comes after the handshake, a redirect or nothing, came by TLS 1.1. */
bool request_no_old_tls(struct request_look *l)
{
    const struct fetch_request r = {.only_old_tls = true};
    struct fetch_answer a;
    if (!ask_once(l, l->c->where.media, r, &a))
        return false;
    if (a.outcome == FETCH_ELSEWHERE)
        return request_says(l, fetch_outcome_text(a.outcome));
    return a.outcome == FETCH_UNTRUSTED || a.outcome == FETCH_UNREACHABLE ||
           a.outcome == FETCH_SILENT || request_says(l, "it speaks TLS 1.1");
}
