/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/service_context.h - the service surface of one case: where the target's service stands, what
 * it hosts and made in the case, and assay's own host, which the target enlists with and downloads
 * from.
 * Depends on: run/context, base/canary, http, driver/driver_service, wire/media_message,
 * scenario/service_words.
 *
 * Of the target's service, only URLs of the origins that it named are asked (http/fetch.h). Ours
 * has threads of its own (http/host.h): what it shares with the case is marked below.
 */
#ifndef ASSAY_RUN_SERVICE_CONTEXT_H
#define ASSAY_RUN_SERVICE_CONTEXT_H

#include "base/canary.h"
#include "driver/driver_service.h"
#include "http/authority.h"
#include "http/fetch.h"
#include "http/host.h"
#include "run/context.h"
#include "scenario/service_words.h"
#include "wire/media_message.h"
#include "wire/token.h"

#include <stdio.h>

#define SERVICE_SECRET_PLAINTEXT "a medium's plaintext" /* of what is searched for in answers */
#define SERVICE_HOSTED_MAX 64u
#define SERVICE_TOKENS_MAX 32u
#define SERVICE_PATTERN_LEN 4096u /* of a medium's plaintext, which is it over and over */
#define SERVICE_ANSWER_MAX 65536u /* bytes of an answer that is no blob */
#define SERVICE_REDIRECTS_MAX 3u  /* within an origin */
#define SERVICE_ISSUER "https://provider.example"
#define SERVICE_OURS_MAX 8u
#define SERVICE_USERS_MAX 16u
#define SERVICE_PUSHES_MAX 16384u

/* A medium that the target hosts. */
struct service_medium {
    const struct artifact *name;
    struct bytes content; /* as the target's client would send it */
    struct media_message message;
    const char *url;
    uint64_t length;                  /* that it was asked for */
    uint8_t digest[MEDIA_DIGEST_LEN]; /* of the plaintext that it was asked for */
    struct bytes blob; /* as it was served before its time was over; empty: it was not fetched */
};

struct service_token {
    const struct artifact *name;
    const char *text, *user;
    uint8_t static_key[32];
};

/* A user of the target's provider, as the gatekeeper knows them. */
struct service_user {
    const char *name;
    char credential[65];
    char answer[96]; /* to its enlistment */
    char proof[TOKEN_MAX + 1u];
    bool is_enlisted, is_withdrawn, proof_is_in_url;
    const char **taken; /* ids of the pushes that were taken since the last look, in order */
    size_t n_taken;
};

/* One of our media, as our host serves it. Under the host's lock. */
struct service_ours {
    char path[48];
    enum medium_mutation mutation;
    unsigned status;
    struct bytes blob;
    const struct service_stream *stream; /* makes the blob while it is sent; or NULL */
    unsigned asked;
    const char *elsewhere; /* where nobody must follow, in the arena; or NULL */
};

struct service_context {
    struct context *context; /* kept */
    struct wire_profile profile;
    struct target_service where;
    struct fetch_scope media, keys, push;
    bool has_push;
    uint64_t timeout_ms;
    struct canaries canaries;
    struct service_medium media_made[SERVICE_HOSTED_MAX];
    size_t n_media;
    struct service_token tokens[SERVICE_TOKENS_MAX];
    size_t n_tokens;
    unsigned next_push;
    struct fetch_session *pushing; /* the connection that pushes come on; made when it is needed */
    const char *kept_name;         /* of the last medium that was taken; NULL: it was refused */
    /* Ours. */
    struct authority *authority;
    struct http_host *host;
    struct http_host *untrusted; /* with a certificate signed by itself */
    struct http_host *clear;     /* without TLS */
    struct http_host *trap;      /* whom nobody must ask */
    FILE *file;                  /* a medium on this machine, which nobody must open; or NULL */
    /* What follows is under |host|'s lock once it runs, also for |untrusted| and |clear|. */
    uint64_t most_sent; /* bytes of a medium without an end */
    struct service_ours ours[SERVICE_OURS_MAX];
    size_t n_ours;
    struct service_user users[SERVICE_USERS_MAX];
    size_t n_users;
};

/* In the case context's arena; nothing is asked of the target yet. E_NOMEM, E_CRYPTO, E_IO. */
MUST_USE enum status service_context_open(struct context *s, const struct context_options *options,
                                          struct service_context **out);
/* Ends our hosts; memory is the arena's. Accepts NULL. */
void service_context_close(struct service_context *c);
/* Ask the target where its service stands. *out SEEN_DONE, or SEEN_UNREADABLE when it names what
 * assay does not ask. */
MUST_USE enum status service_context_find(struct service_context *c, struct answer *out);

/* Ask |url| of |scope|, also where it redirects to within that: what comes is searched for
 * canaries. |r| without a maximum or a time gets the usual ones. */
MUST_USE enum status service_ask(struct service_context *c, const struct fetch_scope *scope,
                                 const char *url, struct fetch_request r, struct fetch_answer *out);
/* The same; a redirect is the answer. */
MUST_USE enum status service_ask_once(struct service_context *c, const struct fetch_scope *scope,
                                      const char *url, struct fetch_request r,
                                      struct fetch_answer *out);

struct service_medium *service_medium_of(struct service_context *c, const struct artifact *name);
struct service_token *service_token_of(struct service_context *c, const struct artifact *name);
/* Made when it is new; NULL when full. */
struct service_user *service_user_of(struct service_context *c, const char *name);

/* SHA-256 of |pattern| over and over, |length| bytes of it. */
MUST_USE enum status service_digest(struct bytes pattern, uint64_t length, uint8_t out[32]);
/* |SERVICE_PATTERN_LEN| unguessable characters in the arena, planted as a canary when |planted|. */
MUST_USE enum status service_pattern(struct service_context *c, bool is_planted, struct bytes *out);

/* A medium of ours is made while it is sent; one whose blob's bytes are mutated in memory, up to
 * this. */
#define SERVICE_IN_MEMORY_MAX (64u * 1024u * 1024u)
/*
 * Put a medium of ours on our host, with |mutation| (of which |n| is the number); *out is the
 * content that a peer would send. |pattern| is kept. E_NOMEM, E_CRYPTO; E_LIMIT: too long for
 * this mutation, or too many; E_IO.
 */
MUST_USE enum status service_offer(struct service_context *c, const struct media_message *what,
                                   struct bytes pattern, struct word_use mutation,
                                   struct bytes *out);

/* Start our host and the trap, unless they run; and whoever else serves media of ours with
 * |mutation|. E_IO, E_NOMEM, E_CRYPTO. */
MUST_USE enum status service_host_start(struct service_context *c);
MUST_USE enum status service_host_start_for(struct service_context *c,
                                            enum medium_mutation mutation);

/* Fetch the key set. */
MUST_USE enum status service_fetch_keys(struct service_context *c, struct fetch_answer *out);

#endif
