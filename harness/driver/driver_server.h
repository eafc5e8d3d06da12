/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/driver_server.h - the server surface of proto/target.proto.
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
    struct target_peer address;
    const char *user; /* the visible identifier */
};

struct target_open_server {
    const struct target_user *users;
    size_t n_users;
    const char *issuer, *audience, *key_set;
    const struct wire_profile *profile;
};

/* answer.text is the host, answer.number the port, answer.body what clients pin. */
MUST_USE enum status driver_open_server(struct driver *d, const struct target_open_server *what,
                                        struct arena *arena, struct answer *out);

#endif
