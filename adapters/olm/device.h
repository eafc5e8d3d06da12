/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * device.h - who somebody is to Matrix: the signed device keys, and the bundle that publishes them.
 * Depends on: signed, account, reasons; jansson.
 *
 * A bundle is {"device_keys": ..., "one_time_key": ...}, both as the Matrix specification writes
 * and signs them (/keys/query, /keys/claim). The address's name stands for the user id, its device
 * number for the device id.
 */
#ifndef ADAPTER_OLM_DEVICE_H
#define ADAPTER_OLM_DEVICE_H

#include "signed.h"

#define DEVICE_BUNDLE_MAX 16384u
#define DEVICE_NAME_MAX 256u

/* Signed device keys: given to the caller, for json_decref. 0, OLM_E_NAME or signed_add's. */
int device_keys(OlmAccount *account, struct served_address self, json_t **out);
/*
 * The keys of |json| when it is |who|'s and signed so.
 *
 * OLM_E_BUNDLE      a field is missing, or a key is none
 * OLM_E_OTHER_NAME  it names another user or device
 * OLM_E_SIGNATURE   by another key, or none
 */
int device_read(const json_t *json, struct served_address who, struct identity *out);

/* |keys| is device_keys's (borrowed), |one_time_key| a one-time or fallback key. */
int device_bundle(OlmAccount *account, struct served_address self, json_t *keys,
                  const char *one_time_key, bool is_fallback, struct served_bytes *out);

struct device_bundle {
    struct identity identity;
    char one_time_key[TEXT_KEY_SIZE];
    json_t *keys; /* the signed device keys */
};

/* As device_read; on success |out->keys| is given to the caller. */
int device_bundle_read(const uint8_t *body, size_t len, struct served_address who,
                       struct device_bundle *out);

#endif
