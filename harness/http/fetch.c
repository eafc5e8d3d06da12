/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/fetch.h"

#include "base/clock.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

struct exchange {
    const struct fetch_scope *scope;
    const struct fetch_request *request;
    struct fetch_answer *out;
    struct arena *arena;
    struct buffer headers, body;
    size_t headers_at; /* where those of the newest answer begin */
    uint64_t body_len;
    bool is_too_long, is_elsewhere, is_stopped;
};

struct fetch_session {
    CURL *curl; /* its options are set anew for each request, its connections are kept */
};

const char *fetch_outcome_text(enum fetch_outcome outcome)
{
    static const char *const texts[] = {
        [FETCH_NONE] = "nothing was asked",
        [FETCH_ANSWERED] = "it answered",
        [FETCH_ELSEWHERE] = "nothing was asked: it leads to another host or address than allowed",
        [FETCH_REDIRECTS] = "it redirects too often",
        [FETCH_UNREACHABLE] = "no connection",
        [FETCH_UNTRUSTED] = "its TLS certificate or version is not accepted",
        [FETCH_SILENT] = "no whole answer in time",
        [FETCH_TOO_LONG] = "the answer is longer than allowed",
        [FETCH_BROKEN] = "the answer ended early, or is no HTTP"};
    return texts[outcome];
}

struct fetch_session *fetch_session_new(void)
{
    struct fetch_session *s = calloc(1, sizeof(*s));
    if (s && !(s->curl = curl_easy_init())) {
        free(s);
        s = NULL;
    }
    return s;
}

void fetch_session_free(struct fetch_session *s)
{
    if (s)
        curl_easy_cleanup(s->curl);
    free(s);
}

/* ---- what libcurl calls */

static size_t take_header(char *data, size_t size, size_t n, void *context)
{
    struct exchange *x = context;
    size_t len = size * n;
    if (len >= 5 && memcmp(data, "HTTP/", 5) == 0)
        x->headers_at = x->headers.len;
    if (buffer_append(&x->headers, bytes_of(data, len))) {
        x->is_too_long = true;
        return 0;
    }
    return len;
}

static size_t take_body(char *data, size_t size, size_t n, void *context)
{
    struct exchange *x = context;
    struct bytes part = bytes_of(data, size * n);
    if (part.len > x->request->body_max - x->body_len) {
        x->is_too_long = true;
        return 0;
    }
    x->body_len += part.len;
    bool is_taken = x->request->take ? x->request->take(x->request->context, part)
                                     : !buffer_append(&x->body, part);
    x->is_stopped |= !is_taken;
    return is_taken ? part.len : 0;
}

/* After the name was looked up, before anything is sent. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct exchange *x = context;
    if (purpose == CURLSOCKTYPE_IPCXN && fetch_scope_has_address(x->scope, &to->addr, to->addrlen))
        return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    x->is_elsewhere = true;
    return CURL_SOCKET_BAD;
}

/* ---- one request */

static bool set_limits(CURL *c, struct exchange *x, const char *url, uint64_t timeout_ms)
{
    return !curl_easy_setopt(c, CURLOPT_URL, url) && !curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) &&
           !curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, x->scope->is_https ? "https" : "http") &&
           !curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) &&
           !curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L) &&
           !curl_easy_setopt(c, CURLOPT_PROXY, "") && !curl_easy_setopt(c, CURLOPT_NOPROXY, "*") &&
           !curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms) &&
           !curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)FETCH_STALLED) &&
           !curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)x->request->stall_seconds) &&
           (!x->request->unpacks || !curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "")) &&
           !curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
           !curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x) &&
           !curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header) &&
           !curl_easy_setopt(c, CURLOPT_HEADERDATA, x) &&
           !curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body) &&
           !curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
}

static bool set_tls(CURL *c, const struct exchange *x)
{
    union {
        const char *given;
        void *lent;
    } roots = {.given = x->scope->roots ? x->scope->roots : ""};
    struct curl_blob blob = {roots.lent, strlen(roots.given), CURL_BLOB_COPY};
    long verifies = x->request->ignores_roots ? 0L : 1L;
    if (curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, verifies) ||
        curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L * verifies) ||
        curl_easy_setopt(c, CURLOPT_CAPATH, NULL) || curl_easy_setopt(c, CURLOPT_CAINFO, NULL) ||
        (blob.len && curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &blob)))
        return false;
    if (!x->request->only_old_tls)
        return !curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    return !curl_easy_setopt(c, CURLOPT_SSLVERSION,
                             (long)(CURL_SSLVERSION_TLSv1_1 | CURL_SSLVERSION_MAX_TLSv1_1)) &&
           !curl_easy_setopt(c, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
}

static bool set_method(CURL *c, const struct fetch_request *r)
{
    if (!r->method)
        return true;
    if (strcmp(r->method, "HEAD") == 0)
        return !curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    if (r->body.len && (curl_easy_setopt(c, CURLOPT_POST, 1L) ||
                        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len) ||
                        curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)r->body.data)))
        return false;
    return !curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
}

static enum fetch_outcome outcome_of(const struct exchange *x, CURLcode code)
{
    if (x->is_elsewhere)
        return FETCH_ELSEWHERE;
    if (x->is_too_long)
        return FETCH_TOO_LONG;
    switch (code) {
    case CURLE_OK:
        return FETCH_ANSWERED;
    case CURLE_OPERATION_TIMEDOUT:
        return FETCH_SILENT;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
        return FETCH_UNREACHABLE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return FETCH_UNTRUSTED;
    default:
        return FETCH_BROKEN;
    }
}

/* Ask |url|; *out_location is where it redirects to, in the arena, or NULL. */
static enum status ask(struct exchange *x, const char *url, uint64_t timeout_ms,
                       const char **out_location)
{
    char error[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = NULL;
    struct fetch_session *session = x->request->session;
    CURL *c = session ? session->curl : curl_easy_init();
    char *location = NULL;
    long status = 0, connections = 0;
    *out_location = NULL;
    bool is_set = c && set_limits(c, x, url, timeout_ms) && set_tls(c, x) &&
                  set_method(c, x->request) && !curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
    for (size_t i = 0; is_set && x->request->headers && x->request->headers[i]; i++) {
        struct curl_slist *more = curl_slist_append(headers, x->request->headers[i]);
        is_set = more != NULL;
        headers = more ? more : headers;
    }
    is_set = is_set && !curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    if (is_set) {
        x->out->outcome = outcome_of(x, curl_easy_perform(c));
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(c, CURLINFO_REDIRECT_URL, &location);
        curl_easy_getinfo(c, CURLINFO_NUM_CONNECTS, &connections);
        x->out->connections += (unsigned)connections;
        x->out->status = (unsigned)status;
        /* libcurl would say that it could not connect, which nobody tried */
        x->out->detail = x->is_elsewhere ? "" : arena_text(x->arena, error);
        *out_location = location ? arena_text(x->arena, location) : NULL;
    }
    if (session)
        curl_easy_reset(c); /* nothing of this request is pointed at any more */
    else
        curl_easy_cleanup(c);
    curl_slist_free_all(headers);
    return is_set && x->out->detail ? OK : E_IO;
}

/* ---- all of it */

static enum status follow(struct exchange *x)
{
    const struct clock clock = clock_monotonic();
    uint64_t until = clock_now_ms(clock) + x->request->timeout_ms;
    const char *url = x->request->url, *next = NULL;
    for (;;) {
        uint64_t now = clock_now_ms(clock);
        x->out->url = url;
        x->out->outcome = now >= until ? FETCH_SILENT : FETCH_ELSEWHERE;
        if (now >= until || !fetch_scope_has(x->scope, url))
            return OK;
        buffer_clear(&x->body);
        x->body_len = 0;
        if (x->request->begin && !x->request->begin(x->request->context))
            return E_IO;
        enum status st = ask(x, url, until - now, &next);
        if (st || x->out->outcome != FETCH_ANSWERED || !next)
            return st;
        if (x->out->redirects == x->request->redirects_max) {
            /* with none allowed the redirect itself is the answer */
            if (x->request->redirects_max)
                x->out->outcome = FETCH_REDIRECTS;
            return OK;
        }
        x->out->redirects++;
        url = next;
    }
}

/* Cut "Name: value" lines. A line that is none is passed over. */
static enum status keep_headers(struct exchange *x)
{
    struct fetch_answer *out = x->out;
    out->raw_headers = arena_copy(x->arena, buffer_bytes(&x->headers));
    char *text = arena_text(x->arena, buffer_text(&x->headers) + x->headers_at);
    char *rest = NULL;
    if (!text || !out->raw_headers.data)
        return E_NOMEM;
    for (char *line = strtok_r(text, "\r\n", &rest); line && out->n_headers < FETCH_HEADERS_MAX;
         line = strtok_r(NULL, "\r\n", &rest)) {
        char *colon = strchr(line, ':');
        if (!colon)
            continue;
        *colon = '\0';
        out->headers[out->n_headers++] =
            (struct fetch_header){line, colon + 1 + strspn(colon + 1, " \t")};
    }
    return OK;
}

enum status fetch(const struct fetch_scope *scope, const struct fetch_request *request,
                  struct arena *arena, struct fetch_answer *out)
{
    struct exchange x = {.scope = scope, .request = request, .out = out, .arena = arena};
    memset(out, 0, sizeof(*out));
    out->detail = "";
    buffer_init(&x.headers, FETCH_HEADER_BYTES_MAX);
    buffer_init(&x.body, request->body_max);
    enum status st = follow(&x);
    if (!st)
        st = keep_headers(&x);
    out->body_len = x.body_len;
    if (!st && !request->take) {
        out->body = arena_copy(arena, buffer_bytes(&x.body));
        st = out->body.data ? OK : E_NOMEM;
    }
    buffer_fini(&x.headers);
    buffer_fini(&x.body);
    return st;
}

const char *fetch_header(const struct fetch_answer *a, const char *name)
{
    for (size_t i = 0; i < a->n_headers; i++)
        if (strcasecmp(a->headers[i].name, name) == 0)
            return a->headers[i].value;
    return NULL;
}
