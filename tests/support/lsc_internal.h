/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * support/lsc_internal.h - what the files of the libsignal-protocol-c test party share.
 * Depends on: libsignal-protocol-c, support/lsc.
 */
#ifndef ASSAY_TESTS_SUPPORT_LSC_INTERNAL_H
#define ASSAY_TESTS_SUPPORT_LSC_INTERNAL_H

#include "support/lsc.h"

#include <signal/curve.h>
#include <signal/signal_protocol.h>

#define LSC_KEY_MAX 640u /* bytes of a store key's text */

struct lsc_entry {
    char key[LSC_KEY_MAX];
    uint8_t *data;
    size_t len;
};

struct lsc {
    signal_context *context;
    signal_protocol_store_context *store;
    struct address self;
    struct random *random;
    struct bytes draws; /* given out before |random| is asked; borrowed */
    uint8_t identity_private[32];
    uint8_t identity_public[SIGNAL_KEY_LEN];
    uint32_t registration_id;
    struct lsc_entry
        *entries; /* sessions, prekeys, identities, sender keys, by a key that says which */
    size_t n_entries;
};

/* Crypto over OpenSSL, randomness from l->random. */
int lsc_set_crypto(struct lsc *l);
/* Stores over l->entries. */
int lsc_set_stores(struct lsc *l);

/* Put a copy of |data|, replacing. 0, or SG_ERR_NOMEM. */
int lsc_put(struct lsc *l, const char *key, const uint8_t *data, size_t len);

#endif
