/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * account.h - OlmAccount: a device's long-term keys, one-time keys and fallback key.
 * Depends on: text, reasons; serving/stash, libolm, jansson.
 *
 * Functions return 0 or a code of enum olm_code.
 */
#ifndef ADAPTER_OLM_ACCOUNT_H
#define ADAPTER_OLM_ACCOUNT_H

#include "stash.h"
#include "text.h"

#include <olm/olm.h>

/* What libolm makes both long-term key pairs of: the Ed25519 seed, then the X25519 private key. Two
 * accounts of one secret have one identity. */
#define ACCOUNT_SECRET_LEN 64u
#define ACCOUNT_KEY_LEN 32u      /* a one-time or fallback key's private half, as given */
#define ACCOUNT_SAVED_MAX 65536u /* a pickle */

int account_new(const uint8_t secret[ACCOUNT_SECRET_LEN], OlmAccount **out);
void account_free(OlmAccount *account); /* accepts NULL */
/* libolm's pickle. Its encryption is under a key everybody knows: it is no protection. */
int account_save(OlmAccount *account, struct stash *out);
int account_load(const uint8_t *pickle, size_t len, OlmAccount **out);

int account_identity(OlmAccount *account, struct identity *out);
int account_sign(OlmAccount *account, const char *text, char out[TEXT_SIGNATURE_SIZE]);
/* A new one, published from now on: never given again. libolm keeps 100 and drops the oldest. */
int account_one_time_key(OlmAccount *account, const uint8_t private_key[ACCOUNT_KEY_LEN],
                         char out[TEXT_KEY_SIZE]);
/* A new one; libolm keeps the one before it. */
int account_fallback_key(OlmAccount *account, const uint8_t private_key[ACCOUNT_KEY_LEN],
                         char out[TEXT_KEY_SIZE]);
/* 0, OLM_BAD_SIGNATURE, or OLM_INVALID_BASE64 for what is no key or signature. */
int account_verify(const char *ed25519, const char *text, const char *signature);
/* SHA-256, in base64. */
int account_digest(const uint8_t *data, size_t len, char out[TEXT_KEY_SIZE]);

#endif
