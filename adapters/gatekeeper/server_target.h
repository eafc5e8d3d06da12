/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * server_target.h - what every server of our own is as a target of assay: it is told of users,
 * their provider and the profile (OpenServer), and serves in a process of its own, which ends with
 * the next Reset.
 * Depends on: admission, serving, harness/server, driver/listener.
 */
#ifndef GATEKEEPER_SERVER_TARGET_H
#define GATEKEEPER_SERVER_TARGET_H

#include "admission.h"
#include "serve.h"

#include "driver/listener.h"

#include <sys/types.h>

struct server_target {
    struct random random;
    struct wire_profile profile;
    struct admission admission;
    pid_t process; /* that serves; 0: none */
    uint8_t root[32];
};

/* Its process ends, too. |state| was calloc's. */
void server_target_fini(struct server_target *t);
/* End the process; from now on randomness comes from |seed|. |name| is what it serves as. */
void server_target_reset(struct server_target *t, const uint8_t seed[32], const char *name);

/* As much of |from| as |to|, of |max| bytes, has room for. False: not all of it. */
bool server_target_copy(char *to, size_t max, const char *from);
/*
 * End the process, and take the profile, the users and their provider's keys; |rules| (kept) is
 * what may be overlooked of their tokens. E_INPUT, E_LIMIT, E_NOMEM.
 */
MUST_USE enum status server_target_take(struct server_target *t,
                                        const Assay__Target__V1__OpenServer *how,
                                        const struct admission_rules *rules);
/* A server that lets these users in; |options| has what is not of every server. As server_new. */
MUST_USE enum status server_target_server(struct server_target *t, struct server_options options,
                                          struct server **out);
/*
 * Call |run| in a process of its own, which ends with this one, and when |run| returns.
 * *out_port is where it listens. E_IO, E_NOMEM.
 */
MUST_USE enum status server_target_start(struct server_target *t, struct server *server,
                                         void (*run)(void *context, struct listener *listener),
                                         void *context, uint16_t *out_port);
/* Say where it listens and what its root is; views into |t|. */
void server_target_say(struct server_target *t, const struct server *server, uint16_t port,
                       Assay__Target__V1__ServerOpened *out);

#endif
