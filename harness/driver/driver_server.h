/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/driver_server.h - the server and the proxy surface of proto/target.proto.
 * Depends on: base, wire/profile, driver/driver; proto/target.proto.
 *
 * Statuses and answers as in driver/driver.h.
 */
#ifndef ASSAY_DRIVER_DRIVER_SERVER_H
#define ASSAY_DRIVER_DRIVER_SERVER_H

#include "driver/driver.h"
#include "wire/profile.h"

struct target_user {
    uint64_t account;
    struct address address;
    const char *user; /* the visible identifier */
};

/* Where a proxy dials for its clients. */
struct target_gatekeeper {
    const char *host;
    uint16_t port;
    struct bytes root; /* to pin */
};

struct target_open_server {
    const struct target_user *users;
    size_t n_users;
    const char *issuer, *audience, *key_set;
    const struct wire_profile *profile;
    const struct target_gatekeeper *gatekeeper; /* of a proxy; NULL: of a server */
    const char *roots;                          /* that pushes may trust; "" for none */
};

/* In answer.texts; "" where the target says none. */
enum target_server_text {
    TARGET_SERVER_KEY_SET,    /* of a proxy's own tokens */
    TARGET_SERVER_ENLIST_URL, /* where a provider enlists its users */
    TARGET_SERVER_ROOTS,      /* trusted there */
    N_TARGET_SERVER_TEXT
};

/* answer.text is the host, answer.number the port, answer.body what clients pin, answer.texts as
 * above. */
MUST_USE enum status driver_open_server(struct driver *d, const struct target_open_server *what,
                                        struct arena *arena, struct answer *out);

#endif
