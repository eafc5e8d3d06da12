/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * admission.h - whom the reference gatekeeper lets in: users with a sound token of their provider
 * (docs/wire.md, Authentication).
 * Depends on: harness/server, harness/wire.
 */
#ifndef GATEKEEPER_ADMISSION_H
#define GATEKEEPER_ADMISSION_H

#include "base/buffer.h"
#include "server/server.h"
#include "wire/token.h"

#define ADMISSION_USERS_MAX 64u
#define ADMISSION_TOKENS_MAX 4096u /* whose jti is kept */
#define ADMISSION_TEXT_MAX 320u

/* What a gatekeeper may overlook: false everywhere is honest. */
struct admission_rules {
    bool admits_all, admits_nobody;
    bool takes_no_token, takes_other_product;
    bool takes_none, takes_hmac, takes_unknown_keys, takes_bad_signatures;
    bool takes_other_issuers, takes_other_audiences, takes_other_subjects;
    bool takes_expired, takes_early, takes_long_lived;
    bool takes_without_id, takes_again, takes_unbound;
};

struct admitted_user {
    uint64_t account;
    char user[ADMISSION_TEXT_MAX]; /* the visible identifier; the next two: the address */
    char name[ADMISSION_TEXT_MAX];
    uint32_t device;
};

struct admission {
    const struct admission_rules *rules; /* kept */
    const struct wire_profile *profile;  /* kept */
    uint64_t (*unix_now)(void *context);
    char issuer[ADMISSION_TEXT_MAX], audience[ADMISSION_TEXT_MAX];
    struct buffer key_set;
    struct admitted_user users[ADMISSION_USERS_MAX];
    size_t n_users;
    uint8_t taken[ADMISSION_TOKENS_MAX][32]; /* SHA-256 of each jti, the oldest overwritten */
    size_t n_taken;
};

/*
 * Is |token| a sound proof of |user|'s: as above, but of no connection?
 */
bool admission_is_proof(struct admission *a, const struct admitted_user *user, struct bytes token);
/* NULL: nobody. */
const struct admitted_user *admission_user_called(const struct admission *a, const char *user);

/* For struct server_options.admits; |context| is a struct admission. */
bool admission_admits(void *context, const struct server_introduction *introduction);

#endif
