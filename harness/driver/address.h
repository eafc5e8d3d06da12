/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/address.h - where a target is: builtin:, exec:COMMAND, unix:PATH, tcp:HOST:PORT.
 * Depends on: base.
 */
#ifndef ASSAY_DRIVER_ADDRESS_H
#define ASSAY_DRIVER_ADDRESS_H

#include "base/arena.h"
#include "base/status.h"

#include <stdbool.h>

enum target_kind {
    TARGET_NONE = 0,
    TARGET_EXEC, /* builtin: becomes this, with the reference adapter's path */
    TARGET_UNIX,
    TARGET_TCP
};

struct target_address {
    enum target_kind kind;
    const char *text; /* as the user wrote it, for messages and reports */
    /* The option that gave it, "signal-v3", where it is not the target's; NULL: it is. Parsing
     * leaves it NULL. */
    const char *option;
    bool is_builtin;
    const char *command; /* TARGET_EXEC: for /bin/sh -c */
    const char *path;    /* TARGET_UNIX */
    const char *host;    /* TARGET_TCP: name or number, IPv6 without brackets */
    const char *port;    /* TARGET_TCP: 1 to 65535 in decimal */
    /* A host, beside loopback, where the user says that the target's service may stand; NULL: that
     * of TARGET_TCP. Parsing leaves it NULL. */
    const char *service_host;
};

/*
 * Parse |text|. |builtin_command| is what builtin: runs.
 * E_PARSE: *out_problem is one sentence with the remedy. E_NOMEM. All texts live in |arena|.
 */
MUST_USE enum status target_address_parse(const char *text, const char *builtin_command,
                                          struct arena *arena, struct target_address *out,
                                          const char **out_problem);

#endif
