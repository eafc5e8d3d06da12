/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * http/fetch.h - an HTTP client that asks only where it is allowed to, and never more than it said.
 * Depends on: base; libcurl.
 *
 * A scope is an origin (scheme, host, port) that the target named for its service, and that the
 * person who runs assay agreed to by naming the target: an address of loopback, the host of the
 * target's own address, or one given beside it (--service-host). A URL outside of the scope, also
 * one that a redirect leads to, and an address that a name leads to and that it must not, is an
 * outcome and not a request. Nothing is decompressed, no proxy and no stored credentials are used.
 */
#ifndef ASSAY_HTTP_FETCH_H
#define ASSAY_HTTP_FETCH_H

#include "base/arena.h"
#include "base/buffer.h"

#define FETCH_URL_MAX 2048u
#define FETCH_HOST_MAX 256u
#define FETCH_HEADERS_MAX 64u
#define FETCH_HEADER_BYTES_MAX 16384u /* of all headers of an answer */
#define FETCH_STALLED 1000u           /* bytes a second */

struct fetch_scope {
    char host[FETCH_HOST_MAX];
    uint16_t port;
    bool is_https, is_loopback;
    const char *roots; /* PEM: the only certificates trusted, none where it is empty; kept */
};

/*
 * The origin of |url|. |named_host| is the host that the user gave with the target, or NULL: then
 * only loopback is allowed. E_INPUT: no http or https URL, one with a user in it, or a host that is
 * neither loopback nor |named_host|; *out_problem (static storage) says which.
 */
MUST_USE enum status fetch_scope_of(const char *url, const char *named_host, const char *roots,
                                    struct fetch_scope *out, const char **out_problem);
/* Is |url| of this origin? */
bool fetch_scope_has(const struct fetch_scope *scope, const char *url);
/* May a connection of this scope go to this address (struct sockaddr)? */
bool fetch_scope_has_address(const struct fetch_scope *scope, const void *address, size_t len);

enum fetch_outcome {
    FETCH_NONE = 0,
    FETCH_ANSWERED,
    FETCH_ELSEWHERE, /* the URL, or where it redirects to, or what its name leads to, is outside */
    FETCH_REDIRECTS, /* more of them than allowed */
    FETCH_UNREACHABLE, /* no connection */
    FETCH_UNTRUSTED,   /* TLS: version, name, chain or time */
    FETCH_SILENT,      /* the time is over */
    FETCH_TOO_LONG,    /* more bytes than allowed, headers or body */
    FETCH_BROKEN       /* ended early, or no HTTP */
};

/* One sentence without a full stop. Static storage. */
const char *fetch_outcome_text(enum fetch_outcome outcome);

/* Connections that stay open for further requests of one thread. */
struct fetch_session;

/* NULL without memory. The caller frees. */
struct fetch_session *fetch_session_new(void);
/* Closes them. Accepts NULL. */
void fetch_session_free(struct fetch_session *s);

struct fetch_request {
    const char *url;
    struct fetch_session *session; /* NULL: a connection of its own */
    const char *method;            /* NULL: GET */
    const char *const *headers;    /* "Name: value", NULL after the last; may be NULL */
    struct bytes body;             /* sent where |method| has one; else empty */
    size_t body_max;               /* bytes of the answer's body that are taken */
    uint64_t timeout_ms;           /* for all of it, redirects included */
    unsigned redirects_max;        /* within the scope */
    unsigned stall_seconds;        /* over after so long with less than FETCH_STALLED; 0: never */
    bool only_old_tls;             /* offer TLS 1.1 and nothing newer */
    bool ignores_roots; /* speak with whoever answers: to see what a stranger would be told */
    bool unpacks;       /* ask for what is compressed, and take it unpacked: careless clients do */
    /* Where the body goes, part by part; NULL: to the answer. False ends the fetch. |begin|, which
     * may be NULL, is called before each answer's body, also before that of a redirect. */
    bool (*take)(void *context, struct bytes part);
    bool (*begin)(void *context);
    void *context;
};

struct fetch_header {
    const char *name, *value;
};

struct fetch_answer {
    enum fetch_outcome outcome;
    unsigned status; /* 0 without an answer */
    struct fetch_header headers[FETCH_HEADERS_MAX];
    size_t n_headers;
    struct bytes raw_headers; /* of every answer on the way */
    struct bytes body;        /* where the request has no |take| */
    uint64_t body_len;
    unsigned redirects;
    unsigned connections; /* made for it; 0 when those of the session were enough */
    const char *url;      /* of the last answer, or the one that was outside */
    const char *detail;   /* for a person; never NULL */
};

/* Everything in |out| lives in the arena. E_NOMEM, E_IO (libcurl would not start). */
MUST_USE enum status fetch(const struct fetch_scope *scope, const struct fetch_request *request,
                           struct arena *arena, struct fetch_answer *out);
/* The value of a header, whatever its letters' case; NULL for none. */
const char *fetch_header(const struct fetch_answer *a, const char *name);

#endif
