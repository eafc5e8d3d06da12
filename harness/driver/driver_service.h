/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/driver_service.h - the service surface of proto/target.proto: one function an operation.
 * Depends on: base, driver/driver; proto/target.proto.
 *
 * Statuses and answers as in driver/driver.h.
 */
#ifndef ASSAY_DRIVER_DRIVER_SERVICE_H
#define ASSAY_DRIVER_DRIVER_SERVICE_H

#include "driver/driver.h"

/* Where a target's service stands: URLs, and PEM text. Never NULL. */
struct target_service {
    const char *media, *keys, *push, *roots;
};

/* A medium to be hosted: |pattern| over and over, cut at |length|. */
struct target_medium {
    uint32_t kind; /* MediaKind of proto/target.proto */
    struct bytes pattern;
    uint64_t length;
    const char *file_name, *user;
};

struct target_mint {
    const char *user, *issuer, *audience;
    struct bytes static_key;
    bool only_enlisted;
};

struct target_enlist {
    const char *user, *url, *issuer, *audience, *roots;
};

/* answer.service */
MUST_USE enum status driver_service(struct driver *d, struct arena *arena, struct answer *out);
/* answer.body: the content that says what it is and where. */
MUST_USE enum status driver_host_media(struct driver *d, const struct target_medium *what,
                                       struct arena *arena, struct answer *out);
/* answer.body: the plaintext's SHA-256, answer.number its length, answer.text its name. */
MUST_USE enum status driver_take_media(struct driver *d, struct bytes content, const char *origin,
                                       const char *roots, struct arena *arena, struct answer *out);
MUST_USE enum status driver_expire_media(struct driver *d, struct bytes content,
                                         struct arena *arena, struct answer *out);
/* answer.text */
MUST_USE enum status driver_mint_token(struct driver *d, const struct target_mint *what,
                                       struct arena *arena, struct answer *out);
MUST_USE enum status driver_rotate_keys(struct driver *d, bool retires, struct arena *arena,
                                        struct answer *out);
MUST_USE enum status driver_enlist(struct driver *d, const struct target_enlist *what,
                                   struct arena *arena, struct answer *out);
MUST_USE enum status driver_withdraw(struct driver *d, const char *user, struct arena *arena,
                                     struct answer *out);
/* answer.texts: the ids of the pushes that waited. */
MUST_USE enum status driver_pushes(struct driver *d, const char *user, struct arena *arena,
                                   struct answer *out);

#endif
