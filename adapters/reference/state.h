/*
 * state.h - what a connection of this adapter has besides its parties.
 * Depends on: provider, client/token.
 */
#ifndef REFERENCE_STATE_H
#define REFERENCE_STATE_H

#include "client/token.h"
#include "provider.h"

struct state {
    struct provider provider;
    struct issuer issuer; /* of identity tokens; its first key is made when it is needed */
};

#endif
