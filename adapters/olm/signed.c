/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signed.h"

#include "reasons.h"

#include <stdio.h>
#include <string.h>

#define KEY_ID_SIZE (sizeof("ed25519:") + SIGNED_DEVICE_SIZE)

void signed_device_id(uint32_t device, char out[SIGNED_DEVICE_SIZE])
{
    (void)snprintf(out, SIGNED_DEVICE_SIZE, "%u", (unsigned)device);
}

static void key_id_of(struct served_address who, char out[KEY_ID_SIZE])
{
    (void)snprintf(out, KEY_ID_SIZE, "ed25519:%u", (unsigned)who.device);
}

char *signed_text(const json_t *object)
{
    json_t *copy = json_copy((json_t *)(uintptr_t)object);
    char *text = NULL;
    if (copy) {
        (void)json_object_del(copy, "signatures"); /* fails when it is not there */
        (void)json_object_del(copy, "unsigned");
        text = json_dumps(copy, JSON_COMPACT | JSON_SORT_KEYS);
    }
    json_decref(copy);
    return text;
}

int signed_add(json_t *object, OlmAccount *account, struct served_address who)
{
    char key_id[KEY_ID_SIZE], signature[TEXT_SIGNATURE_SIZE];
    char *text = signed_text(object);
    int result = text ? account_sign(account, text, signature) : OLM_E_NOMEM;
    free(text);
    if (result)
        return result;
    key_id_of(who, key_id);
    json_t *by_user = json_pack("{s:{s:s}}", who.name, key_id, signature);
    return json_object_set_new(object, "signatures", by_user) ? OLM_E_NOMEM : 0;
}

int signed_check(const json_t *object, struct served_address who, const char *ed25519)
{
    char key_id[KEY_ID_SIZE];
    key_id_of(who, key_id);
    const json_t *of_user = json_object_get(json_object_get(object, "signatures"), who.name);
    const char *signature = json_string_value(json_object_get(of_user, key_id));
    if (!signature)
        return OLM_E_SIGNATURE;
    char *text = signed_text(object);
    int result = text ? account_verify(ed25519, text, signature) : OLM_E_NOMEM;
    free(text);
    return result && result != OLM_E_NOMEM ? OLM_E_SIGNATURE : result;
}
