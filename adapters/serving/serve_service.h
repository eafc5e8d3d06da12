/* SPDX-License-Identifier: 0BSD */
/*
 * serve_service.h - the service surface of an adapter in C: what a provider serves over HTTP, as a
 * table of functions (proto/target.proto, operations from 200 on).
 * Depends on: proto/target.proto.
 *
 * Each returns 0 and fills |out|, whose parts live until the next operation; 1 + a Reason when the
 * provider or its client declined; -1 when something broke. |detail| then says why.
 */
#ifndef SERVING_SERVE_SERVICE_H
#define SERVING_SERVE_SERVICE_H

#include "target.pb-c.h"

struct service_implementation {
    const char *const *capabilities; /* "service/expire" ...; NULL last */
    int (*service)(void *provider, Assay__Target__V1__ServiceShown *out);
    int (*host_media)(void *provider, const Assay__Target__V1__HostMedia *what,
                      Assay__Target__V1__MediaHosted *out);
    int (*take_media)(void *provider, const Assay__Target__V1__TakeMedia *what,
                      Assay__Target__V1__MediaTaken *out);
    int (*expire_media)(void *provider, const Assay__Target__V1__ExpireMedia *what);
    int (*mint_token)(void *provider, const Assay__Target__V1__MintToken *what,
                      Assay__Target__V1__TokenMinted *out);
    int (*rotate_keys)(void *provider, const Assay__Target__V1__RotateKeys *what);
    int (*enlist)(void *provider, const Assay__Target__V1__Enlist *what);
    int (*withdraw)(void *provider, const Assay__Target__V1__Withdraw *what);
    int (*pushes)(void *provider, const Assay__Target__V1__Pushes *what,
                  Assay__Target__V1__PushList *out);
    const char *(*detail)(void *provider);
};

#endif
