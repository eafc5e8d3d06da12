/* Rules of <request> about media that the target hosts, and about their host. */
#include "run/request.h"

#include "run/service_fetch.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UNKNOWN_NAME "0123456789abcdef0123456789abcdef"

static bool is_gone(const struct fetch_answer *a) { return a->status == 404 || a->status == 410; }

/* ---- a medium: whole */

static bool fetch_whole(struct request_look *l, struct service_blob *out)
{
    l->st = service_fetch_blob(l->c, l->medium, out);
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
    bool holds = fetch_whole(l, &first) && !first.problem;
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

static bool is_text_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool request_head(struct request_look *l)
{
    struct fetch_answer a, h;
    const struct fetch_request r = {.method = "HEAD"};
    if (!get(l, NULL, &a) || !request_ask(l, &l->c->media, l->medium->url, r, &h))
        return false;
    if (h.status != a.status || a.status != 200)
        return request_says(l, "HEAD and GET have not the same status 200");
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
    if (!get(l, NULL, &whole))
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
    if (!get(l, NULL, &whole) || !get(l, headers, &a))
        return false;
    bool is_whole = a.status == 200 && bytes_equal(a.body, whole.body);
    return a.status == 416 || is_whole ||
           request_says(l, "a range past the end was answered with neither 416 nor the whole blob");
}

/* The first half, then the rest under the same ETag. */
bool request_resumed(struct request_look *l)
{
    struct fetch_answer whole, a;
    if (!get(l, NULL, &whole))
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
    if (!get(l, NULL, &whole))
        return false;
    const char *tag = fetch_header(&whole, "ETag");
    const char *own = tag ? arena_printf(l->s->arena, "If-None-Match: %s", tag) : NULL;
    const char *const with_own[] = {own, NULL};
    const char *const with_other[] = {"If-None-Match: \"of-another-blob\"", NULL};
    if (own && (!get(l, with_own, &a) || (a.status != 304 && a.status != 200)))
        return l->out->detail[0] ||
               request_says(l, "its own ETag was answered with neither 304 nor 200");
    return get(l, with_other, &a) &&
           ((a.status == 200 && bytes_equal(a.body, whole.body)) ||
            request_says(l, "another ETag than its own was answered as if nothing had changed"));
}

/* ---- a medium: what it gives away */

bool request_opaque_type(struct request_look *l)
{
    struct fetch_answer a;
    if (!get(l, NULL, &a))
        return false;
    const char *type = fetch_header(&a, "Content-Type");
    return (type && strcasecmp(type, "application/octet-stream") == 0) ||
           request_says(l, type ? type : "it has no Content-Type");
}

bool request_no_cookie(struct request_look *l)
{
    struct fetch_answer a;
    return get(l, NULL, &a) && (!fetch_header(&a, "Set-Cookie") ||
                                request_says(l, "it follows readers with Set-Cookie"));
}

/* Canaries of this case stand in a list; so a URL is searched as an answer would be. */
bool request_no_key_in_url(struct request_look *l)
{
    struct canaries *c = &l->c->canaries;
    const char *before = c->found;
    c->found = NULL;
    canaries_look(c, "the URL", l->medium->message.url);
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
    if (!get(l, NULL, &a) || !request_ask(l, &l->c->media, l->medium->url, head_request, &a))
        return false;
    const char *found = l->c->canaries.found;
    l->c->canaries.found = NULL; /* it is said by this rule */
    return !found || request_says(l, found);
}

bool request_read_only(struct request_look *l)
{
    static const char *const methods[] = {"PUT", "DELETE", "POST"};
    struct fetch_answer a, whole;
    if (!get(l, NULL, &whole))
        return false;
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        const struct fetch_request r = {.method = methods[i], .body = bytes_of_text("overwritten")};
        if (!request_ask(l, &l->c->media, l->medium->url, r, &a))
            return false;
        if (a.status < 400) {
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
    return true;
}

/* ---- the host */

static const char *at_media(struct request_look *l, const char *path)
{
    const char *url = arena_printf(l->s->arena, "%s%s", l->c->where.media, path);
    l->st = url ? OK : E_NOMEM;
    return url;
}

static bool is_nothing_at(struct request_look *l, const char *path)
{
    struct fetch_answer a;
    const char *url = at_media(l, path);
    if (!url || !request_ask(l, &l->c->media, url, (struct fetch_request){0}, &a))
        return false;
    if (a.status >= 400 && a.status < 500)
        return true;
    step_says(l->s, l->out, "%.100s was answered with %u", path, a.status);
    return false;
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
    bool holds = true;
    for (size_t i = 0; holds && i < sizeof(paths) / sizeof(paths[0]); i++)
        holds = is_nothing_at(l, paths[i]);
    return holds;
}

bool request_no_traversal(struct request_look *l)
{
    static const char *const paths[] = {"../../../../etc/passwd",   "..%2f..%2f..%2fetc%2fpasswd",
                                        "%2e%2e/%2e%2e/etc/passwd", "..%252f..%252fetc%252fpasswd",
                                        "....//....//etc/passwd",   "%2fetc%2fpasswd",
                                        "..%5c..%5cetc%5cpasswd",   "%00"};
    bool holds = true;
    for (size_t i = 0; holds && i < sizeof(paths) / sizeof(paths[0]); i++)
        holds = is_nothing_at(l, paths[i]);
    return holds;
}

bool request_plain_errors(struct request_look *l)
{
    struct fetch_answer a;
    struct bytes word = context_plaintext(l->s, 24);
    const char *path =
        word.data ? arena_printf(l->s->arena, "%.*s", (int)word.len, (const char *)word.data) : "";
    const char *url = at_media(l, path);
    if (!url || !request_ask(l, &l->c->media, url, (struct fetch_request){0}, &a))
        return false;
    return !bytes_contains(a.body, word) ||
           request_says(l, "the error repeats the path that was asked");
}

/* Whoever answers at all under these roots has, be it with too much. */
static bool proves_its_name(struct request_look *l, const struct fetch_scope *scope,
                            const char *url)
{
    struct fetch_answer a;
    return request_ask(l, scope, url, (struct fetch_request){0}, &a) ||
           (!l->st && a.outcome == FETCH_TOO_LONG);
}

bool request_trusted(struct request_look *l)
{
    return proves_its_name(l, &l->c->media, l->c->where.media) &&
           proves_its_name(l, &l->c->keys, l->c->where.keys);
}

bool request_no_old_tls(struct request_look *l)
{
    const struct fetch_request r = {.only_old_tls = true};
    struct fetch_answer a;
    l->st = service_ask(l->c, &l->c->media, l->c->where.media, r, &a);
    return !l->st && (a.outcome != FETCH_ANSWERED || request_says(l, "it speaks TLS 1.1"));
}
