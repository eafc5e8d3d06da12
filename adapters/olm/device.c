/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device.h"

#include "reasons.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALGORITHM "m.olm.v1.curve25519-aes-sha2"
#define KEY_NAME_SIZE 32u

static void key_name(const char *algorithm, uint32_t device, char out[KEY_NAME_SIZE])
{
    (void)snprintf(out, KEY_NAME_SIZE, "%s:%u", algorithm, (unsigned)device);
}

/* ---- device keys */

int device_keys(OlmAccount *account, struct served_address self, json_t **out)
{
    struct identity own;
    char device_id[SIGNED_DEVICE_SIZE], curve_name[KEY_NAME_SIZE], ed_name[KEY_NAME_SIZE];
    *out = NULL;
    int result =
        strlen(self.name) <= DEVICE_NAME_MAX ? account_identity(account, &own) : OLM_E_NAME;
    if (result)
        return result;
    signed_device_id(self.device, device_id);
    key_name("curve25519", self.device, curve_name);
    key_name("ed25519", self.device, ed_name);
    /* json_pack fails for text that is not UTF-8 */
    json_t *keys = json_pack("{s:[s], s:s, s:{s:s, s:s}, s:s}", "algorithms", ALGORITHM,
                             "device_id", device_id, "keys", curve_name, own.curve25519, ed_name,
                             own.ed25519, "user_id", self.name);
    result = keys ? signed_add(keys, account, self) : OLM_E_NAME;
    if (result)
        json_decref(keys);
    else
        *out = keys;
    return result;
}

static bool is_text(const json_t *value, const char *wanted)
{
    const char *text = json_string_value(value);
    return text && strcmp(text, wanted) == 0;
}

static bool take_key(const json_t *keys, const char *algorithm, uint32_t device,
                     char out[TEXT_KEY_SIZE])
{
    char name[KEY_NAME_SIZE];
    key_name(algorithm, device, name);
    const char *text = json_string_value(json_object_get(keys, name));
    if (!text_is_key(text))
        return false;
    memcpy(out, text, TEXT_KEY_SIZE);
    return true;
}

int device_read(const json_t *json, struct served_address who, struct identity *out)
{
    char device_id[SIGNED_DEVICE_SIZE];
    const json_t *user = json_object_get(json, "user_id"), *id = json_object_get(json, "device_id");
    const json_t *keys = json_object_get(json, "keys");
    *out = (struct identity){0};
    signed_device_id(who.device, device_id);
    if (!json_is_string(user) || !json_is_string(id))
        return OLM_E_BUNDLE;
    if (!is_text(user, who.name) || !is_text(id, device_id))
        return OLM_E_OTHER_NAME;
    if (!take_key(keys, "curve25519", who.device, out->curve25519) ||
        !take_key(keys, "ed25519", who.device, out->ed25519))
        return OLM_E_BUNDLE;
    return signed_check(json, who, out->ed25519);
}

/* ---- bundles */

static int write_json(const json_t *json, struct served_bytes *out)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    *out = (struct served_bytes){(uint8_t *)text, text ? strlen(text) : 0};
    return text ? 0 : OLM_E_NOMEM;
}

int device_bundle(OlmAccount *account, struct served_address self, json_t *keys,
                  const char *one_time_key, bool is_fallback, struct served_bytes *out)
{
    json_t *key = json_pack("{s:s}", "key", one_time_key);
    int result = key ? 0 : OLM_E_NOMEM;
    if (!result && is_fallback && json_object_set_new(key, "fallback", json_true()))
        result = OLM_E_NOMEM;
    if (!result)
        result = signed_add(key, account, self);
    json_t *bundle =
        result ? NULL : json_pack("{s:O, s:O}", "device_keys", keys, "one_time_key", key);
    if (!result)
        result = bundle ? write_json(bundle, out) : OLM_E_NOMEM;
    json_decref(bundle);
    json_decref(key);
    return result;
}

int device_bundle_read(const uint8_t *body, size_t len, struct served_address who,
                       struct device_bundle *out)
{
    *out = (struct device_bundle){0};
    if (!len || len > DEVICE_BUNDLE_MAX)
        return OLM_E_BUNDLE;
    json_t *bundle = json_loadb((const char *)body, len, JSON_REJECT_DUPLICATES, NULL);
    json_t *keys = json_object_get(bundle, "device_keys");
    const json_t *key = json_object_get(bundle, "one_time_key");
    const char *text = json_string_value(json_object_get(key, "key"));
    int result = keys && text_is_key(text) ? device_read(keys, who, &out->identity) : OLM_E_BUNDLE;
    if (!result)
        result = signed_check(key, who, out->identity.ed25519);
    if (!result) {
        memcpy(out->one_time_key, text, TEXT_KEY_SIZE);
        out->keys = json_incref(keys);
    }
    json_decref(bundle);
    return result;
}
