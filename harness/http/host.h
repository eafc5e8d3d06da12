/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * http/host.h - an HTTP server on loopback: one function answers every request.
 * Depends on: base, http/authority; libmicrohttpd.
 *
 * It listens on 127.0.0.1 at a port that the kernel chooses, with TLS 1.2 or newer where it is
 * given a certificate. Connections have threads of their own, in which the answering function is
 * called, one call at a time. What it shares with the rest of the program is read and written
 * between http_host_lock and http_host_unlock there.
 */
#ifndef ASSAY_HTTP_HOST_H
#define ASSAY_HTTP_HOST_H

#include "base/buffer.h"
#include "http/authority.h"

#define HTTP_HEADERS_MAX 16u
#define HTTP_HEADER_MAX 512u
#define HTTP_CONNECTIONS_MAX 64u
#define HTTP_LENGTH_UNKNOWN UINT64_MAX

struct http_connection;

struct http_request {
    const char *method, *path; /* as sent: nothing is decoded; without the query */
    bool has_query;
    struct bytes body; /* at most the host's maximum */
    bool is_too_long;  /* more came than that; |body| is its beginning */
    const struct http_connection *connection;
};

/* NULL when the request has none. Valid for the call. */
const char *http_request_header(const struct http_request *r, const char *name);

struct http_header {
    char name[64], value[HTTP_HEADER_MAX];
};

/* What is answered: status, headers, and one kind of body. */
struct http_answer {
    unsigned status; /* 0: the connection is closed without an answer */
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t n_headers;
    struct bytes body; /* copied; unless one of the next two is given */
    /* A file's part: the descriptor is duplicated. */
    bool has_file;
    int file;
    uint64_t file_at, file_len;
    /*
     * Or bytes that a function makes, at most |max| at a time: how many, 0 at the end, -1 when the
     * connection is to break. It is called without the lock, and may sleep. |produced_len|: what
     * Content-Length says, or HTTP_LENGTH_UNKNOWN. |context| must live as long as the host, or is
     * given to |release| when the answer is over, however it ends.
     */
    long (*produce)(void *context, uint64_t at, uint8_t *out, size_t max);
    void *context;
    void (*release)(void *context); /* or NULL */
    uint64_t produced_len;
};

/* printf into a header's value, cut at HTTP_HEADER_MAX. Past HTTP_HEADERS_MAX nothing is added. */
void http_answer_add(struct http_answer *a, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct http_host_options {
    const char *key, *certificate; /* PEM, copied; NULL: without TLS */
    bool speaks_old_tls;           /* also 1.1, as a host that nobody looked after */
    size_t body_max;               /* bytes of a request's body that are kept */
    void (*answer)(void *context, const struct http_request *request, struct http_answer *out);
    void *context; /* kept */
};

struct http_host;

/* E_IO, E_NOMEM. */
MUST_USE enum status http_host_new(const struct http_host_options *options, struct http_host **out);
/* The same, with a key and a certificate of |authority|'s. E_CRYPTO, too. */
MUST_USE enum status http_host_new_under(const struct authority *authority,
                                         enum authority_certificate what,
                                         struct http_host_options options, struct http_host **out);
/* Ends all connections. Accepts NULL. */
void http_host_free(struct http_host *h);
/* How often somebody connected, whatever was said then. */
unsigned http_host_accepted(struct http_host *h);
uint16_t http_host_port(const struct http_host *h);
/* "https://127.0.0.1:PORT". Valid as long as the host. */
const char *http_host_url(const struct http_host *h);
void http_host_lock(struct http_host *h);
void http_host_unlock(struct http_host *h);

#endif
