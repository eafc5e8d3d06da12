/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * enlistment.h - the reference gatekeeper over HTTP: users whom their provider enlists and
 * withdraws, and the pushes that are posted for them (docs/wire.md, Enlistment, Pushes).
 * Depends on: admission, harness/http, harness/server.
 *
 * The host answers in a thread of its own; what is shared is under its lock.
 */
#ifndef GATEKEEPER_ENLISTMENT_H
#define GATEKEEPER_ENLISTMENT_H

#include "admission.h"

#include "http/authority.h"
#include "http/host.h"

#define ENLISTMENT_URL_MAX 512u
#define ENLISTMENT_CREDENTIAL_LEN 32u

/* What a gatekeeper may do wrongly here: false everywhere is honest. */
struct enlistment_rules {
    bool refuses_all, says_no_credential;
    bool takes_without_proof, takes_bad_proofs, takes_others_proofs, takes_for_others,
        takes_expired, takes_again, pushes_in_clear;
    bool lets_anybody_withdraw, ignores_withdrawal;
    bool never_pushes, pushes_without_credential, repeats_ids, says_sender, pushes_after_withdrawal,
        pushes_to_all;
};

struct enlisted_user {
    bool is_enlisted, is_withdrawn, is_pushed; /* |is_pushed|: for what waits now */
    char push_url[ENLISTMENT_URL_MAX];
    char credential[2 * ENLISTMENT_CREDENTIAL_LEN + 1];
};

struct enlistment {
    const struct enlistment_rules *rules; /* kept */
    struct admission_rules overlooked;
    struct admission proofs; /* another than that of connections, which is another thread's */
    struct random *random;   /* kept; the main thread's */
    struct random credentials;
    const char *provider_roots; /* kept: what pushes may trust; "" for none */
    struct authority *authority;
    struct http_host *host;
    char url[64];                                    /* "https://127.0.0.1:PORT/enlist" */
    struct enlisted_user users[ADMISSION_USERS_MAX]; /* as in |proofs| */
    char answer[128];
    unsigned n_pushes;
};

/* With rules, random and provider_roots set. |connections|: whose users and keys it has, copied.
 * The host is not started yet. E_NOMEM, E_CRYPTO. */
MUST_USE enum status enlistment_init(struct enlistment *e, const struct admission *connections);
void enlistment_fini(struct enlistment *e);
/* In the process that serves. E_IO, E_NOMEM, E_CRYPTO. */
MUST_USE enum status enlistment_start(struct enlistment *e);

/* For struct server_options.reaches; |context| is a struct enlistment. */
bool enlistment_reaches(void *context, uint64_t account);
/* Post pushes for those for whom something waits at |server|. To be called in each round. */
void enlistment_push(struct enlistment *e, struct server *server);

#endif
