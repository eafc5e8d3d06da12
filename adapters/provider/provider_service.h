/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * provider_service.h - the reference provider: a media host, a key set, a receiver of pushes and
 * enlistment, over HTTPS on loopback with a root of its own, and what its clients do with it.
 * Depends on: rules; harness/base, http, wire; proto/target.proto.
 *
 * Operations return 0, a refusal as 1 + enum assay.target.v1.Reason, or -1 when something broke;
 * provider_service_detail says why. Their results live until the next operation.
 */
#ifndef PROVIDER_SERVICE_H
#define PROVIDER_SERVICE_H

#include "rules.h"
#include "serve_service.h"

struct provider_service;

/*
 * A web server that somebody else runs, where media and keys stand instead of on a server of this
 * provider's: it serves |folder|/media and |folder|/keys below |url|, under the certificate
 * authorities in the file |roots|. Pushes come to this provider's own server all the same.
 */
struct provider_place {
    const char *url, *folder, *roots; /* |url| NULL: there is none */
};

/* |rules| is kept; NULL: honest. So is |place|; NULL, or without URL: none. NULL without memory.
 * Nothing listens yet. */
struct provider_service *provider_service_new(const struct provider_rules *rules,
                                              const struct provider_place *place);
/* Ends the server. Accepts NULL. */
void provider_service_free(struct provider_service *p);
/* Forget all; randomness comes from |seed| from now on. What listens stays where it is. */
void provider_service_reset(struct provider_service *p, const uint8_t seed[32]);

/*
 * What is served over HTTPS has the keys of |set| (a JSON text as RFC 7517 says), too, until the
 * next reset: those under which whole clients of this provider come with tokens. It takes the place
 * of the set before. False without memory.
 */
bool provider_service_publish(struct provider_service *p, const char *set);

/* Its operations, for an adapter's table; their state is a struct provider_service. */
extern const struct service_implementation provider_service_operations;

#endif
