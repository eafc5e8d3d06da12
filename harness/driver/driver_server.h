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
    struct target_peer address;
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
};

/* answer.text is the host, answer.number the port, answer.body what clients pin, answer.texts[0]
 * the key set of a proxy's own tokens ("" for none). */
MUST_USE enum status driver_open_server(struct driver *d, const struct target_open_server *what,
                                        struct arena *arena, struct answer *out);

#endif
