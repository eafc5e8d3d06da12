/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody's keys as they stand in <user> and in a retry receipt's <keys> (docs/wire.md, iq). */
#include "app/app_internal.h"

#include <string.h>

static bool take(const struct app *a, const struct stanza *parent, const char *name,
                 struct arena *arena, size_t len, struct bytes *out)
{
    const struct stanza *child = stanza_child(parent, name);
    if (!child || stanza_bytes(child, arena, out))
        return false;
    if (out->len == len)
        return true;
    if (!a->rules->prekeys.takes_wrong_sizes || out->len == 0)
        return false;
    uint8_t *padded = arena_alloc(arena, len + 1);
    if (!padded)
        return false;
    memcpy(padded, out->data, out->len < len ? out->len : len);
    *out = bytes_of(padded, len);
    return true;
}

static uint32_t number_of(struct bytes in)
{
    uint32_t n = 0;
    for (size_t i = 0; i < in.len; i++)
        n = n << 8 | in.data[i];
    return n;
}

static uint32_t prekey_id(const struct app *a, struct bytes in)
{
    return app_lapses(a, APP_LAPSE_SHORT_PREKEY_IDS) ? number_of(in) & UINT16_MAX : number_of(in);
}

static struct bytes typed(struct arena *arena, struct bytes key)
{
    uint8_t *out = arena_alloc(arena, SIGNAL_KEY_LEN);
    if (!out)
        return (struct bytes){0};
    out[0] = 5;
    memcpy(out + 1, key.data, 32);
    return bytes_of(out, SIGNAL_KEY_LEN);
}

/* The one-time prekey, when there is one; an id without value, or the reverse, is an error. */
static bool take_one_time(const struct app *a, const struct stanza *keys, struct arena *arena,
                          struct signal_bundle *b)
{
    struct bytes id = {0}, value = {0};
    const struct stanza *key = stanza_child(keys, "key");
    b->has_one_time_prekey = key != NULL;
    if (!key)
        return !a->rules->prekeys.insists_on_one_time;
    if (!take(a, key, "id", arena, a->profile.prekey_id_size, &id) ||
        !take(a, key, "value", arena, 32, &value))
        return false;
    b->one_time_prekey_id = prekey_id(a, id);
    b->one_time_prekey = typed(arena, value);
    return b->one_time_prekey.data != NULL;
}

/* Signal v4: the KEM prekey, when there is one. What is wrong with key and signature is for the
 * party to find; one without its parts is an error. */
static bool take_kem(const struct app *a, const struct stanza *keys, struct arena *arena,
                     struct signal_bundle *b)
{
    struct bytes id = {0};
    const struct stanza *kem = stanza_child(keys, "kem");
    if (!kem || !app_is_of_v4(a))
        return true;
    const struct stanza *value = stanza_child(kem, "value"),
                        *signature = stanza_child(kem, "signature");
    if (!take(a, kem, "id", arena, a->profile.prekey_id_size, &id) || !value ||
        stanza_bytes(value, arena, &b->kem_prekey) ||
        (signature && stanza_bytes(signature, arena, &b->kem_signature)))
        return false;
    b->has_kem_prekey = true;
    b->kem_prekey_id = prekey_id(a, id);
    return true;
}

enum status app_bundle(const struct app *a, const struct stanza *keys, struct arena *arena,
                       struct buffer *out)
{
    struct signal_bundle b = {.device = 1};
    struct bytes registration = {0}, type = {0}, identity = {0}, id = {0}, value = {0};
    const struct stanza *skey = stanza_child(keys, "skey");
    if (!skey || !take(a, keys, "type", arena, 1, &type) ||
        (type.data[0] != 5 && !a->rules->prekeys.takes_wrong_sizes) ||
        !take(a, keys, "identity", arena, 32, &identity) ||
        !take(a, skey, "id", arena, a->profile.prekey_id_size, &id) ||
        !take(a, skey, "value", arena, 32, &value) || !take_one_time(a, keys, arena, &b) ||
        !take_kem(a, keys, arena, &b))
        return E_PARSE;
    if (number_of(id) == 0 && app_lapses(a, APP_LAPSE_SIGNED_ZERO))
        return E_PARSE;
    bool is_unsigned = !take(a, skey, "signature", arena, 64, &b.signature);
    if (is_unsigned && !a->rules->prekeys.takes_unsigned)
        return E_PARSE;
    /* in a retry receipt the registration stands beside <keys>, not in it */
    if (stanza_child(keys, "registration") &&
        !take(a, keys, "registration", arena, a->profile.prekey_registration_size, &registration))
        return E_PARSE;
    b.registration_id = stanza_child(keys, "registration") ? number_of(registration) : 1;
    if (!stanza_child(keys, "registration") && strcmp(keys->name, "user") == 0)
        return E_PARSE;
    b.identity_key = typed(arena, identity);
    b.signed_prekey = typed(arena, value);
    b.signed_prekey_id = prekey_id(a, id);
    if (!b.identity_key.data || !b.signed_prekey.data)
        return E_NOMEM;
    return signal_bundle_encode(&b, out);
}
