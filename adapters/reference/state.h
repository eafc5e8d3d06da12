/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * state.h - what a connection of this adapter has besides its parties.
 * Depends on: provider, client/token; the provider of adapters/provider.
 */
#ifndef REFERENCE_STATE_H
#define REFERENCE_STATE_H

#include "client/token.h"
#include "provider.h"
#include "provider_service.h"

struct state {
    struct provider provider;
    struct provider_service *service; /* what its provider serves over HTTP */
    struct issuer issuer; /* of identity tokens; its first key is made when it is needed */
};

#endif
