/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an insider of Signal v3 can do in a game. */
#include "base/crypto.h"
#include "cipher/signal3/forgery.h"
#include "cipher/signal/keys.h"
#include "cipher/signal3/signal3.h"
#include "cipher/signal/xeddsa.h"

#define SIGNED_PREKEY_ID 7u
#define ONE_TIME_PREKEY_ID 11u
#define REGISTRATION_ID 4711u

static enum status make_pair(struct random *random, struct arena *arena, uint32_t id,
                             struct cipher_key_pair *out)
{
    struct key_pair pair;
    enum status st = keys_generate(random, &pair);
    if (st)
        return st;
    out->id = id;
    out->private_key = arena_copy(arena, bytes_of(pair.private_key, sizeof(pair.private_key)));
    out->public_key = arena_copy(arena, bytes_of(pair.public_key, sizeof(pair.public_key)));
    crypto_wipe(&pair, sizeof(pair));
    return out->private_key.data && out->public_key.data ? OK : E_NOMEM;
}

static enum status make_keys(struct random *random, struct arena *arena, struct cipher_keys *out)
{
    uint8_t *signature = arena_alloc(arena, SIGNAL_SIGNATURE_LEN);
    enum status st;
    *out = (struct cipher_keys){.registration_id = REGISTRATION_ID};
    if (!signature)
        return E_NOMEM;
    if ((st = make_pair(random, arena, 0, &out->identity)) ||
        (st = make_pair(random, arena, SIGNED_PREKEY_ID, &out->signed_prekey)) ||
        (st = make_pair(random, arena, ONE_TIME_PREKEY_ID, &out->one_time_prekey)))
        return st;
    out->signed_prekey.signature = bytes_of(signature, SIGNAL_SIGNATURE_LEN);
    return xeddsa_sign(out->identity.private_key.data, out->signed_prekey.public_key, random,
                       signature);
}

static const struct cipher_weak_key weak_keys[] = {
    {.what = "ratchet key", .seal = "ratchet-key:low-order-1"},
    {.what = "base key", .start = "base-key:low-order-1"},
};

static const struct cipher_older_version older_versions[] = {
    {0x22, "version:34"}, {0x23, "version:35"}, {0x13, "version:19"}, {0x00, "version:0"}};

/* v3 has no other keys: what v4 tolerates is all that v3 has. */
static const struct cipher_downgrade downgrades[] = {
    {"under the elliptic keys alone", NULL, NULL, true},
};

const struct cipher_insider signal3_insider = {
    .weak_keys = weak_keys,
    .n_weak_keys = sizeof(weak_keys) / sizeof(weak_keys[0]),
    .older_versions = older_versions,
    .n_older_versions = sizeof(older_versions) / sizeof(older_versions[0]),
    .downgrades = downgrades,
    .n_downgrades = sizeof(downgrades) / sizeof(downgrades[0]),
    .make_keys = make_keys,
    .impersonate = forgery_impersonate,
    .secrets = operations_secrets,
    .distributed_secret = operations_distributed_secret,
    .signature_len = SIGNAL_SIGNATURE_LEN,
    .verifies = operations_verifies,
};
