/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/server_push.h - the server surface of one case, over HTTP: the harness as a provider that
 * enlists its users with the target, and takes the pushes that the target posts for them.
 * Depends on: run/server_context, http, wire/token.
 *
 * Its parts are made when the case has a step that opts in. Nothing here judges.
 */
#ifndef ASSAY_RUN_SERVER_PUSH_H
#define ASSAY_RUN_SERVER_PUSH_H

#include "base/canary.h"
#include "http/authority.h"
#include "http/fetch.h"
#include "http/host.h"
#include "run/server_context.h"

#define SERVER_PUSHES_MAX 256u
#define SERVER_PUSH_BODY_MAX 4096u
#define SERVER_CREDENTIAL_MAX 256u
#define SERVER_PUSH_ID_MAX 64u /* characters */

/* What the target knows of a user. */
struct server_enlisted {
    char credential[SERVER_CREDENTIAL_MAX + 1u]; /* of the newest enlistment; "" for none */
    const char *proof;                           /* the newest one, sound or not; NULL: none yet */
};

/* One request that came to our receiver. Under the host's lock. */
struct server_pushed {
    char user[320], id[4u * SERVER_PUSH_ID_MAX + 1u], authorization[SERVER_CREDENTIAL_MAX + 16u];
    bool is_post, is_sound; /* |is_sound|: a JSON object with |user| and |id| */
    bool was_looked_at;
    uint8_t body[SERVER_PUSH_BODY_MAX];
    size_t body_len;
};

struct server_push {
    struct server_context *server; /* kept */
    struct authority *authority;
    struct http_host *host;  /* takes pushes */
    struct http_host *clear; /* without TLS, where none must come */
    struct fetch_scope scope;
    const char *enlist_url;
    struct server_enlisted users[N_SERVER_SIDE];
    struct server_pushed *pushes; /* SERVER_PUSHES_MAX places */
    size_t n_pushes;
    struct canaries canaries;                          /* what no push may say */
    struct canaries users_said[SERVER_SIDE_BOB_AGAIN]; /* who each is: for no push of another's */
};

/* Does a step of the case need it? */
bool server_push_is_needed(const struct op_list *ops);
/* In the case context's arena; the receiver runs. E_NOMEM, E_CRYPTO, E_IO. */
MUST_USE enum status server_push_open(struct server_context *c, struct server_push **out);
void server_push_close(struct server_push *p); /* accepts NULL */
/* Where the target said that users are enlisted. NULL, or why nothing is asked there. */
const char *server_push_take_place(struct server_push *p, const char *url, const char *roots);

/*
 * Ask the target with |method|, POST or DELETE. *out_answer lives in the arena; after a POST that
 * was taken the user's credential is kept. E_NOMEM, E_CRYPTO, E_IO.
 */
MUST_USE enum status server_push_ask(struct server_push *p, unsigned side, enum opted_how how,
                                     const char *method, struct fetch_answer *out_answer);
/* How many pushes came for |user|, or for nobody that they name, that were not looked at. */
size_t server_push_count(struct server_push *p, const char *user);
/* Look at them: what is wrong with the first that is not sound, in the arena; NULL: none. */
const char *server_push_look(struct server_push *p, unsigned side);

#endif
