/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forge.h"

#include "payload.h"
#include "primitives.h"
#include "reasons.h"

#include <stdlib.h>
#include <string.h>

#define KEY_LEN PRIMITIVE_KEY_LEN
#define MAC_LEN 8u
#define MESSAGE_MAX (2u * 1024u * 1024u)
#define VERSION 3u

/* The tags of the specification's two message formats. */
enum tag {
    TAG_RATCHET_KEY = 0x0a,
    TAG_CHAIN_INDEX = 0x10,
    TAG_CIPHERTEXT = 0x22,
    TAG_ONE_TIME_KEY = 0x0a,
    TAG_BASE_KEY = 0x12,
    TAG_IDENTITY_KEY = 0x1a,
    TAG_MESSAGE = 0x22,
};

/* All keys of the conversation that is made up, by the names of the specification: A is the sender
 * it pretends, B the forger. */
struct invented {
    uint8_t one_time_private[KEY_LEN], one_time[KEY_LEN]; /* E_B */
    uint8_t base_private[KEY_LEN], base[KEY_LEN];         /* E_A */
    uint8_t ratchet_private[KEY_LEN], ratchet[KEY_LEN];   /* T_0 */
    uint8_t identity[KEY_LEN];                            /* I_A, public */
};

/* What the first message of a conversation is encrypted under. */
struct message_keys {
    uint8_t aes[KEY_LEN], mac[KEY_LEN], iv[PRIMITIVE_BLOCK_LEN];
};

static int invent(struct party *p, const struct peer *from, struct invented *v)
{
    size_t len;
    struct stream *random = &p->shared->random;
    if (!text_read(from->identity.curve25519, TEXT_KEY_LEN, v->identity, &len) ||
        !stream_fill(random, v->base_private, KEY_LEN) ||
        !stream_fill(random, v->ratchet_private, KEY_LEN) ||
        !primitive_public(p->fallback_private, v->one_time) ||
        !primitive_public(v->base_private, v->base) ||
        !primitive_public(v->ratchet_private, v->ratchet))
        return OLM_E_LIBRARY;
    memcpy(v->one_time_private, p->fallback_private, KEY_LEN);
    return 0;
}

/* S = ECDH(I_A, E_B) || ECDH(E_A, I_B) || ECDH(E_A, E_B), from B's side; C_0,0; M_0,0; its keys. */
static bool derive(const struct party *p, const struct invented *v, struct message_keys *out)
{
    uint8_t secret[3 * KEY_LEN], root[2 * KEY_LEN], message_key[KEY_LEN];
    uint8_t expanded[sizeof(*out)];
    const uint8_t *own_identity = p->secret + KEY_LEN; /* behind the Ed25519 seed */
    const uint8_t one = 1;
    bool is_made = primitive_agree(v->one_time_private, v->identity, secret) &&
                   primitive_agree(own_identity, v->base, secret + KEY_LEN) &&
                   primitive_agree(v->one_time_private, v->base, secret + 2 * KEY_LEN) &&
                   primitive_derive(secret, sizeof(secret), "OLM_ROOT", root, sizeof(root)) &&
                   primitive_mac(root + KEY_LEN, &one, 1, message_key) &&
                   primitive_derive(message_key, KEY_LEN, "OLM_KEYS", expanded, sizeof(expanded));
    if (is_made)
        memcpy(out, expanded, sizeof(*out)); /* AES key, MAC key, IV: as they stand */
    explicit_bzero(secret, sizeof(secret));
    explicit_bzero(root, sizeof(root));
    explicit_bzero(message_key, sizeof(message_key));
    explicit_bzero(expanded, sizeof(expanded));
    return is_made;
}

/* ---- the formats */

static void put_byte(struct stash *s, unsigned value)
{
    uint8_t byte = (uint8_t)value;
    stash_put_raw(s, &byte, 1);
}

static void put_string(struct stash *s, enum tag tag, const uint8_t *data, size_t len)
{
    put_byte(s, tag);
    size_t rest = len;
    for (; rest > 0x7f; rest >>= 7)
        put_byte(s, 0x80 | (unsigned)(rest & 0x7f));
    put_byte(s, (unsigned)rest);
    stash_put_raw(s, data, len);
}

/* A normal message, index 0, with its MAC. */
static int write_inner(const struct invented *v, const struct message_keys *keys,
                       const struct served_bytes *payload, struct stash *out)
{
    uint8_t mac[KEY_LEN];
    size_t len = 0;
    uint8_t *ciphertext = malloc(payload->len + PRIMITIVE_BLOCK_LEN);
    if (!ciphertext)
        return OLM_E_NOMEM;
    bool is_made =
        primitive_encrypt(keys->aes, keys->iv, payload->data, payload->len, ciphertext, &len);
    put_byte(out, VERSION);
    put_string(out, TAG_RATCHET_KEY, v->ratchet, KEY_LEN);
    put_byte(out, TAG_CHAIN_INDEX);
    put_byte(out, 0);
    put_string(out, TAG_CIPHERTEXT, ciphertext, len);
    free(ciphertext);
    if (!is_made || out->is_broken || !primitive_mac(keys->mac, out->data, out->len, mac))
        return OLM_E_LIBRARY;
    stash_put_raw(out, mac, MAC_LEN);
    return 0;
}

/* The type, and a pre-key message around |inner|. */
static int write_outer(const struct invented *v, const struct stash *inner,
                       struct served_bytes *out)
{
    struct stash s;
    stash_init(&s, MESSAGE_MAX);
    put_byte(&s, (unsigned)OLM_MESSAGE_TYPE_PRE_KEY);
    put_byte(&s, VERSION);
    put_string(&s, TAG_ONE_TIME_KEY, v->one_time, KEY_LEN);
    put_string(&s, TAG_BASE_KEY, v->base, KEY_LEN);
    put_string(&s, TAG_IDENTITY_KEY, v->identity, KEY_LEN);
    put_string(&s, TAG_MESSAGE, inner->data, inner->len);
    return stash_give(&s, out) ? 0 : OLM_E_NOMEM;
}

int forge_message(struct party *p, struct served_address from, const uint8_t *plaintext, size_t len,
                  struct served_bytes *out)
{
    struct invented v;
    struct message_keys keys;
    struct stash inner;
    struct served_bytes payload = {0};
    const struct peer *peer = peers_find(&p->peers, from);
    *out = (struct served_bytes){0};
    if (!peer || !peer->keys)
        return OLM_E_NO_SESSION;
    struct payload_ends ends = {.from = from,
                                .to = party_self(p),
                                .from_ed25519 = peer->identity.ed25519,
                                .to_ed25519 = p->identity.ed25519,
                                .from_keys = peer->keys};
    stash_init(&inner, MESSAGE_MAX);
    int result = payload_write(&ends, plaintext, len, &payload);
    if (!result)
        result = invent(p, peer, &v);
    if (!result)
        result = derive(p, &v, &keys) ? 0 : OLM_E_LIBRARY;
    if (!result)
        result = write_inner(&v, &keys, &payload, &inner);
    if (!result)
        result = write_outer(&v, &inner, out);
    if (payload.data)
        explicit_bzero(payload.data, payload.len);
    free(payload.data);
    stash_fini(&inner);
    explicit_bzero(&v, sizeof(v));
    explicit_bzero(&keys, sizeof(keys));
    return result;
}
