/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account.h"

#include "reasons.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define PICKLE_KEY "assay" /* known to all */
#define KEYS_MAX 65536u    /* what libolm writes about its keys */

static int failed(const OlmAccount *account)
{
    int code = (int)olm_account_last_error_code(account);
    return code ? code : OLM_E_LIBRARY;
}

static OlmAccount *allocate(void)
{
    void *memory = malloc(olm_account_size());
    return memory ? olm_account(memory) : NULL;
}

int account_new(const uint8_t secret[ACCOUNT_SECRET_LEN], OlmAccount **out)
{
    uint8_t copy[ACCOUNT_SECRET_LEN]; /* libolm wipes what it is given */
    OlmAccount *account = allocate();
    int result = account ? 0 : OLM_E_NOMEM;
    memcpy(copy, secret, sizeof(copy));
    if (!result && olm_create_account_random_length(account) != sizeof(copy))
        result = OLM_E_LIBRARY;
    if (!result && olm_create_account(account, copy, sizeof(copy)) == olm_error())
        result = failed(account);
    explicit_bzero(copy, sizeof(copy));
    if (result)
        account_free(account);
    *out = result ? NULL : account;
    return result;
}

void account_free(OlmAccount *account)
{
    if (account)
        olm_clear_account(account);
    free(account);
}

int account_save(OlmAccount *account, struct stash *out)
{
    size_t len = olm_pickle_account_length(account);
    char *pickle = len <= ACCOUNT_SAVED_MAX ? malloc(len) : NULL;
    int result = pickle ? 0 : OLM_E_NOMEM;
    if (!result &&
        olm_pickle_account(account, PICKLE_KEY, strlen(PICKLE_KEY), pickle, len) == olm_error())
        result = failed(account);
    if (!result)
        stash_put(out, pickle, len);
    if (pickle)
        explicit_bzero(pickle, len);
    free(pickle);
    return result;
}

int account_load(const uint8_t *pickle, size_t len, OlmAccount **out)
{
    OlmAccount *account = allocate();
    char *copy = malloc(len ? len : 1); /* libolm destroys what it reads */
    int result = account && copy ? 0 : OLM_E_NOMEM;
    if (!result && len)
        memcpy(copy, pickle, len);
    if (!result &&
        olm_unpickle_account(account, PICKLE_KEY, strlen(PICKLE_KEY), copy, len) == olm_error())
        result = OLM_E_STATE;
    if (copy)
        explicit_bzero(copy, len);
    free(copy);
    if (result)
        account_free(account);
    *out = result ? NULL : account;
    return result;
}

/* ---- public keys, which libolm tells as JSON */

static bool copy_key(const json_t *key, char out[TEXT_KEY_SIZE])
{
    const char *text = json_string_value(key);
    if (!text_is_key(text))
        return false;
    memcpy(out, text, TEXT_KEY_SIZE);
    return true;
}

int account_identity(OlmAccount *account, struct identity *out)
{
    char text[256];
    size_t len = olm_account_identity_keys_length(account);
    *out = (struct identity){0};
    if (len > sizeof(text) || olm_account_identity_keys(account, text, len) == olm_error())
        return OLM_E_LIBRARY;
    json_t *keys = json_loadb(text, len, 0, NULL);
    bool is_read = copy_key(json_object_get(keys, "curve25519"), out->curve25519) &&
                   copy_key(json_object_get(keys, "ed25519"), out->ed25519);
    json_decref(keys);
    return is_read ? 0 : OLM_E_LIBRARY;
}

/* The one key in {"curve25519": {id: key}}. */
static int only_key(const char *text, size_t len, char out[TEXT_KEY_SIZE])
{
    json_t *keys = json_loadb(text, len, 0, NULL);
    json_t *by_id = json_object_get(keys, "curve25519");
    bool is_read = json_object_size(by_id) == 1 &&
                   copy_key(json_object_iter_value(json_object_iter(by_id)), out);
    json_decref(keys);
    return is_read ? 0 : OLM_E_LIBRARY;
}

/* A function of libolm that writes |len| bytes of JSON about unpublished keys. */
static int read_unpublished(OlmAccount *account, size_t len,
                            size_t (*write)(OlmAccount *, void *, size_t), char out[TEXT_KEY_SIZE])
{
    char *text = len <= KEYS_MAX ? malloc(len ? len : 1) : NULL;
    int result = text ? 0 : OLM_E_NOMEM;
    if (!result && write(account, text, len) == olm_error())
        result = failed(account);
    if (!result)
        result = only_key(text, len, out);
    free(text);
    return result;
}

int account_one_time_key(OlmAccount *account, const uint8_t private_key[ACCOUNT_KEY_LEN],
                         char out[TEXT_KEY_SIZE])
{
    uint8_t copy[ACCOUNT_KEY_LEN];
    if (olm_account_generate_one_time_keys_random_length(account, 1) != sizeof(copy))
        return OLM_E_LIBRARY;
    memcpy(copy, private_key, sizeof(copy));
    size_t made = olm_account_generate_one_time_keys(account, 1, copy, sizeof(copy));
    explicit_bzero(copy, sizeof(copy));
    if (made == olm_error())
        return failed(account);
    int result = read_unpublished(account, olm_account_one_time_keys_length(account),
                                  olm_account_one_time_keys, out);
    olm_account_mark_keys_as_published(account);
    return result;
}

int account_fallback_key(OlmAccount *account, const uint8_t private_key[ACCOUNT_KEY_LEN],
                         char out[TEXT_KEY_SIZE])
{
    uint8_t copy[ACCOUNT_KEY_LEN];
    if (olm_account_generate_fallback_key_random_length(account) != sizeof(copy))
        return OLM_E_LIBRARY;
    memcpy(copy, private_key, sizeof(copy));
    size_t made = olm_account_generate_fallback_key(account, copy, sizeof(copy));
    explicit_bzero(copy, sizeof(copy));
    if (made == olm_error())
        return failed(account);
    int result = read_unpublished(account, olm_account_unpublished_fallback_key_length(account),
                                  olm_account_unpublished_fallback_key, out);
    olm_account_mark_keys_as_published(account);
    return result;
}

/* ---- signatures and digests */

int account_sign(OlmAccount *account, const char *text, char out[TEXT_SIGNATURE_SIZE])
{
    size_t len = olm_account_signature_length(account);
    memset(out, 0, TEXT_SIGNATURE_SIZE);
    if (len != TEXT_SIGNATURE_SIZE - 1)
        return OLM_E_LIBRARY;
    return olm_account_sign(account, text, strlen(text), out, len) == olm_error() ? failed(account)
                                                                                  : 0;
}

static OlmUtility *new_utility(void)
{
    void *memory = malloc(olm_utility_size());
    return memory ? olm_utility(memory) : NULL;
}

static void free_utility(OlmUtility *utility)
{
    if (utility)
        olm_clear_utility(utility);
    free(utility);
}

int account_verify(const char *ed25519, const char *text, const char *signature)
{
    char copy[TEXT_SIGNATURE_SIZE]; /* libolm destroys what it reads */
    uint8_t bytes[TEXT_SIGNATURE_SIZE];
    size_t len = strlen(signature);
    if (!text_is_key(ed25519) || len != sizeof(copy) - 1 || !text_read(signature, len, bytes, &len))
        return OLM_INVALID_BASE64;
    OlmUtility *utility = new_utility();
    if (!utility)
        return OLM_E_NOMEM;
    memcpy(copy, signature, sizeof(copy));
    size_t result = olm_ed25519_verify(utility, ed25519, TEXT_KEY_LEN, text, strlen(text), copy,
                                       sizeof(copy) - 1);
    free_utility(utility);
    return result == olm_error() ? OLM_BAD_SIGNATURE : 0;
}

int account_digest(const uint8_t *data, size_t len, char out[TEXT_KEY_SIZE])
{
    OlmUtility *utility = new_utility();
    memset(out, 0, TEXT_KEY_SIZE);
    if (!utility)
        return OLM_E_NOMEM;
    bool is_made = olm_sha256_length(utility) == TEXT_KEY_LEN &&
                   olm_sha256(utility, data, len, out, TEXT_KEY_LEN) != olm_error();
    free_utility(utility);
    return is_made ? 0 : OLM_E_LIBRARY;
}
