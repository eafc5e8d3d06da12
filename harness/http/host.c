/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/host.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IDLE_SECONDS 30u
#define PART (64u * 1024u) /* asked of a producing function at a time */
#define PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3"
#define OLD_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.2:+VERS-TLS1.3:+SIGN-ALL"

struct http_host {
    struct http_host_options options;
    struct MHD_Daemon *daemon;
    pthread_mutex_t mutex;
    char *key, *certificate;
    char url[64];
    uint16_t port;
    unsigned accepted; /* under the mutex */
};

struct http_connection {
    struct MHD_Connection *mhd;
};

/* A request while its body arrives. */
struct incoming {
    struct buffer body;
    bool is_too_long;
};

const char *http_request_header(const struct http_request *r, const char *name)
{
    return MHD_lookup_connection_value(r->connection->mhd, MHD_HEADER_KIND, name);
}

void http_answer_add(struct http_answer *a, const char *name, const char *format, ...)
{
    va_list arguments;
    if (a->n_headers == HTTP_HEADERS_MAX)
        return;
    struct http_header *h = &a->headers[a->n_headers++];
    snprintf(h->name, sizeof(h->name), "%s", name);
    va_start(arguments, format);
    vsnprintf(h->value, sizeof(h->value), format, arguments);
    va_end(arguments);
}

/* ---- answering */

struct producer {
    long (*produce)(void *context, uint64_t at, uint8_t *out, size_t max);
    void (*release)(void *context);
    void *context;
};

static ssize_t produce(void *context, uint64_t at, char *out, size_t max)
{
    const struct producer *p = context;
    long n = p->produce(p->context, at, (uint8_t *)out, max);
    return n > 0    ? (ssize_t)n
           : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM
                    : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void release(void *context)
{
    struct producer *p = context;
    if (p->release)
        p->release(p->context);
    free(p);
}

static struct MHD_Response *produced(const struct http_answer *a)
{
    struct producer *p = malloc(sizeof(*p));
    if (!p) {
        if (a->release)
            a->release(a->context);
        return NULL;
    }
    *p = (struct producer){a->produce, a->release, a->context};
    struct MHD_Response *made =
        MHD_create_response_from_callback(a->produced_len, PART, produce, p, release);
    if (!made)
        release(p);
    return made;
}

static struct MHD_Response *of_file(const struct http_answer *a)
{
    int file = dup(a->file);
    struct MHD_Response *made =
        file < 0 ? NULL : MHD_create_response_from_fd_at_offset64(a->file_len, file, a->file_at);
    if (!made && file >= 0)
        close(file);
    return made;
}

static struct MHD_Response *of_bytes(struct bytes body)
{
    union {
        const uint8_t *given;
        void *lent;
    } u = {.given = body.data};
    return MHD_create_response_from_buffer(body.len, u.lent, MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, const struct http_answer *a)
{
    if (a->status == 0)
        return MHD_NO;
    struct MHD_Response *response = a->produce    ? produced(a)
                                    : a->has_file ? of_file(a)
                                                  : of_bytes(a->body);
    if (!response)
        return MHD_NO;
    for (size_t i = 0; i < a->n_headers; i++)
        MHD_add_response_header(response, a->headers[i].name, a->headers[i].value);
    enum MHD_Result result = MHD_queue_response(connection, a->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_whole(struct http_host *h, struct MHD_Connection *connection,
                                    const char *path, const char *method, const struct incoming *in)
{
    const struct http_connection c = {connection};
    const struct http_request request = {
        .method = method,
        .path = path,
        .has_query = MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, NULL, NULL) > 0,
        .body = buffer_bytes(&in->body),
        .is_too_long = in->is_too_long,
        .connection = &c};
    struct http_answer *a = calloc(1, sizeof(*a));
    enum MHD_Result result = MHD_NO;
    if (!a)
        return MHD_NO;
    pthread_mutex_lock(&h->mutex);
    h->options.answer(h->options.context, &request, a);
    result = send_answer(connection, a);
    pthread_mutex_unlock(&h->mutex);
    free(a);
    return result;
}

/* Called at first with the headers alone, then for each part of the body, then once more. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload_data,
                              size_t *upload_size, void **request_context)
{
    struct http_host *h = context;
    struct incoming *in = *request_context;
    (void)version;
    if (!in) {
        if (!(in = calloc(1, sizeof(*in))))
            return MHD_NO;
        buffer_init(&in->body, h->options.body_max);
        *request_context = in;
        return MHD_YES;
    }
    if (*upload_size == 0)
        return answer_whole(h, connection, url, method, in);
    if (!in->is_too_long && buffer_append(&in->body, bytes_of(upload_data, *upload_size)))
        in->is_too_long = true;
    *upload_size = 0;
    return MHD_YES;
}

static void completed(void *context, struct MHD_Connection *connection, void **request_context,
                      enum MHD_RequestTerminationCode code)
{
    struct incoming *in = *request_context;
    (void)context;
    (void)connection;
    (void)code;
    if (in)
        buffer_fini(&in->body);
    free(in);
    *request_context = NULL;
}

static enum MHD_Result count_connection(void *context, const struct sockaddr *from, socklen_t len)
{
    struct http_host *h = context;
    (void)from;
    (void)len;
    pthread_mutex_lock(&h->mutex);
    h->accepted++;
    pthread_mutex_unlock(&h->mutex);
    return MHD_YES;
}

/* A path stays as it was sent: what "%2e" means is the answering function's business. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

/* ---- starting and ending */

/* Its threads take no signals: those are for the program. */
static struct MHD_Daemon *start(struct http_host *h)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, h->key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, h->certificate},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         h->options.speaks_old_tls ? (char[]){OLD_PRIORITIES} : (char[]){PRIORITIES}},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    struct MHD_Daemon *d =
        MHD_start_daemon(flags | (h->key ? MHD_USE_TLS : 0u), 0, count_connection, h, handle, h,
                         MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_CONNECTION_LIMIT,
                         HTTP_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
                         MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_UNESCAPE_CALLBACK,
                         keep_escapes, NULL, MHD_OPTION_ARRAY, h->key ? tls : none, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return d;
}

enum status http_host_new(const struct http_host_options *options, struct http_host **out)
{
    struct http_host *h = calloc(1, sizeof(*h));
    *out = NULL;
    if (!h)
        return E_NOMEM;
    h->options = *options;
    pthread_mutex_init(&h->mutex, NULL);
    if (options->key) {
        h->key = strdup(options->key);
        h->certificate = strdup(options->certificate);
    }
    bool has_keys = !options->key || (h->key && h->certificate);
    const union MHD_DaemonInfo *info = NULL;
    if (has_keys && (h->daemon = start(h)))
        info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (!info) {
        http_host_free(h);
        return has_keys ? E_IO : E_NOMEM;
    }
    h->port = info->port;
    snprintf(h->url, sizeof(h->url), "%s://127.0.0.1:%u", h->key ? "https" : "http",
             (unsigned)h->port);
    *out = h;
    return OK;
}

enum status http_host_new_under(const struct authority *authority, enum authority_certificate what,
                                struct http_host_options options, struct http_host **out)
{
    struct buffer key, certificate;
    *out = NULL;
    buffer_init(&key, AUTHORITY_PEM_MAX);
    buffer_init(&certificate, AUTHORITY_PEM_MAX);
    enum status st = authority_issue(authority, what, &key, &certificate);
    options.key = buffer_text(&key);
    options.certificate = buffer_text(&certificate);
    if (!st)
        st = http_host_new(&options, out);
    buffer_fini(&key);
    buffer_fini(&certificate);
    return st;
}

void http_host_free(struct http_host *h)
{
    if (!h)
        return;
    if (h->daemon)
        MHD_stop_daemon(h->daemon);
    pthread_mutex_destroy(&h->mutex);
    free(h->key);
    free(h->certificate);
    free(h);
}

unsigned http_host_accepted(struct http_host *h)
{
    pthread_mutex_lock(&h->mutex);
    unsigned n = h->accepted;
    pthread_mutex_unlock(&h->mutex);
    return n;
}

uint16_t http_host_port(const struct http_host *h) { return h->port; }
const char *http_host_url(const struct http_host *h) { return h->url; }
void http_host_lock(struct http_host *h) { pthread_mutex_lock(&h->mutex); }
void http_host_unlock(struct http_host *h) { pthread_mutex_unlock(&h->mutex); }
