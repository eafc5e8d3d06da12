/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * internal.h - what the files of the reference provider share.
 * Depends on: provider_service.
 *
 * Its server answers in threads of its own, under the host's lock; operations take that lock while
 * they read or change what is below.
 */
#ifndef PROVIDER_INTERNAL_H
#define PROVIDER_INTERNAL_H

#include "provider_service.h"

#include "base/random.h"
#include "http/authority.h"
#include "http/fetch.h"
#include "http/host.h"
#include "wire/media_message.h"
#include "wire/token.h"

#define MEDIA_HOSTED_MAX 256u
#define KEYS_MAX 8u
#define USERS_MAX 64u
#define PUSHES_MAX 16384u /* kept of one user */
#define PUSH_MAX 4096u    /* bytes of one push */
#define PUSH_ID_MAX 64u   /* characters, of four bytes at most */
#define USER_MAX 256u
#define CREDENTIAL_LEN 64u
#define RESULT_MAX (8u * 1024u * 1024u)

struct hosted {
    char id[33];
    int file;
    uint64_t len;
    char tag[24]; /* of If-None-Match, with its quotes */
    char file_name[128], beginning[64];
    bool is_expired;
    unsigned times_served;
};

struct published_key {
    struct token_key *key;
    char kid[16];
};

struct pushed {
    char id[4u * PUSH_ID_MAX + 1u];
    bool is_waiting;
};

struct user {
    char name[USER_MAX];
    char credential[CREDENTIAL_LEN + 1u];
    bool is_enlisted;
    /* Of the gatekeeper that it is enlisted with. */
    char url[FETCH_URL_MAX], issuer[256], audience[256], roots[AUTHORITY_PEM_MAX];
    struct pushed *pushes;
    size_t n_pushes, cap_pushes;
};

struct provider_service {
    struct provider_rules rules;
    const struct provider_place *place; /* NULL for none */
    struct wire_profile profile;
    struct random random;
    struct authority *authority;
    struct http_host *host;
    struct hosted media[MEDIA_HOSTED_MAX];
    size_t n_media;
    uint8_t one_key[MEDIA_KEY_LEN];      /* of a provider with one for all */
    struct published_key keys[KEYS_MAX]; /* the last one signs */
    size_t n_keys;
    unsigned next_kid;
    char *one_token;    /* of a provider that mints one only */
    char *clients_keys; /* a key set, published with its own; NULL for none */
    struct user users[USERS_MAX];
    size_t n_users;
    struct arena results; /* of one operation */
    struct arena answers; /* of one answer of the server */
    const char *detail;
};

int provider_refuse(struct provider_service *p, Assay__Target__V1__Reason reason,
                    const char *detail);
int provider_break(struct provider_service *p, const char *detail);

/* media.c, taking.c */
int provider_host(struct provider_service *p, const Assay__Target__V1__HostMedia *what,
                  Assay__Target__V1__MediaHosted *out);
int provider_expire(struct provider_service *p, const Assay__Target__V1__ExpireMedia *what);
int provider_take(struct provider_service *p, const Assay__Target__V1__TakeMedia *what,
                  Assay__Target__V1__MediaTaken *out);
void provider_answer_media(struct provider_service *p, const struct http_request *r,
                           struct http_answer *out);
void provider_answer_page(const struct provider_service *p, struct http_answer *out);
void provider_forget_media(struct provider_service *p);

/* careless.c: as a client that passes over one fault (rules.passes_over) and looks at the rest.
 * What is wrong with |blob| goes to |fault|, what it decrypts to is appended to |plain|. */
enum status provider_read_carelessly(const struct provider_rules *rules,
                                     const struct media_keys *keys,
                                     const struct media_digests *wanted, struct bytes blob,
                                     struct buffer *plain, enum media_fault *fault);

/* place.c: with a place, a file of this name there; -1 when it cannot be made. */
int provider_place_open(struct provider_service *p, const char *id);
void provider_place_drop(struct provider_service *p, const char *id);
/* Put the keys of now there. E_NOMEM, E_IO, E_CRYPTO. */
enum status provider_place_keys(struct provider_service *p);
/* Below which media and keys stand, and the authorities to trust for it and for pushes, in
 * p->results; NULL when they cannot be read. */
const char *provider_url(const struct provider_service *p);
const char *provider_roots(struct provider_service *p);

/* keys.c */
enum status provider_key_set(struct provider_service *p, struct buffer *out);
int provider_rotate(struct provider_service *p, bool retires);
/* A token's text in p->results; NULL when something broke. */
const char *provider_token(struct provider_service *p, const char *user, const char *issuer,
                           const char *audience, struct bytes static_key);
void provider_answer_keys(struct provider_service *p, const struct http_request *r,
                          struct http_answer *out);
void provider_forget_keys(struct provider_service *p);

/* people.c */
struct user *provider_user(struct provider_service *p, const char *name, bool makes);
int provider_enlist(struct provider_service *p, const Assay__Target__V1__Enlist *what);
int provider_withdraw(struct provider_service *p, const char *name);
int provider_pushes(struct provider_service *p, const char *name, Assay__Target__V1__PushList *out);
void provider_answer_push(struct provider_service *p, const struct http_request *r,
                          struct http_answer *out);
void provider_forget_people(struct provider_service *p);

#endif
