/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "party.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT "assay-box 1"
#define STATE_MAX (1024u * 1024u)
#define KEY_LEN crypto_box_PUBLICKEYBYTES
#define NONCE_LEN crypto_box_NONCEBYTES
#define HEAD_LEN (KEY_LEN + NONCE_LEN)
#define MESSAGE_MIN (HEAD_LEN + crypto_box_MACBYTES)

/* ---- a party's life */

int party_new(struct box_state *shared, const uint8_t *identity, size_t len, struct party **out)
{
    struct party *p = NULL;
    *out = NULL;
    if (identity && len != sizeof(p->secret_key))
        return BOX_E_IDENTITY;
    if (!(p = calloc(1, sizeof(*p))))
        return BOX_E_NOMEM;
    p->shared = shared;
    if (identity)
        memcpy(p->secret_key, identity, len);
    else
        stream_fill(&shared->random, p->secret_key, sizeof(p->secret_key));
    (void)crypto_scalarmult_base(p->public_key, p->secret_key); /* always gives 0 */
    *out = p;
    return 0;
}

void party_free(struct party *p)
{
    if (!p)
        return;
    contacts_fini(&p->contacts);
    sodium_memzero(p, sizeof(*p));
    free(p);
}

static int give(struct stash *s, struct served_bytes *out)
{
    return stash_give(s, out) ? 0 : BOX_E_NOMEM;
}

int party_save(const struct party *p, struct served_bytes *out)
{
    struct stash s;
    stash_init(&s, STATE_MAX);
    stash_put_text(&s, FORMAT);
    stash_put(&s, p->secret_key, sizeof(p->secret_key));
    contacts_save(&p->contacts, &s);
    return give(&s, out);
}

int party_restore(struct box_state *shared, const uint8_t *saved, size_t len, struct party **out)
{
    struct stash_reader in = stash_read(saved, len);
    size_t key_len = 0;
    char *format = stash_take_text(&in, sizeof(FORMAT));
    const uint8_t *key = stash_take(&in, crypto_box_SECRETKEYBYTES, &key_len);
    bool is_ours = format && strcmp(format, FORMAT) == 0 && key;
    int result = is_ours ? party_new(shared, key, key_len, out) : BOX_E_STATE;
    free(format);
    if (result) {
        *out = NULL;
        return BOX_E_STATE;
    }
    contacts_load(&(*out)->contacts, &in);
    if (stash_is_read(&in))
        return 0;
    party_free(*out);
    *out = NULL;
    return BOX_E_STATE;
}

int party_publish(const struct party *p, struct served_bytes *out)
{
    struct stash s;
    stash_init(&s, KEY_LEN);
    stash_put_raw(&s, p->public_key, KEY_LEN);
    return give(&s, out);
}

int party_export(const struct party *p, struct served_bytes *out)
{
    struct stash s;
    stash_init(&s, sizeof(p->secret_key));
    stash_put_raw(&s, p->secret_key, sizeof(p->secret_key));
    return give(&s, out);
}

/* ---- whose key */

/* Pin |key| for |who|, or warn that another one is. X25519 ignores a key's highest bit: with the
 * bit set it would be another text of a key, and a pin on it nobody's. */
static int trust(struct party *p, struct served_address who, const uint8_t *key)
{
    if (key[KEY_LEN - 1] & 0x80)
        return BOX_E_KEY;
    struct contact *c = contacts_add(&p->contacts, who);
    if (!c)
        return BOX_E_NOMEM;
    if (c->is_known && sodium_memcmp(c->key, key, KEY_LEN) != 0) {
        memcpy(c->other_key, key, KEY_LEN);
        c->has_other = p->shared->has_warned = true;
        return BOX_E_UNTRUSTED;
    }
    memcpy(c->key, key, KEY_LEN);
    c->is_known = c->is_started = true;
    return 0;
}

int party_start(struct party *p, struct served_address peer, const uint8_t *bundle, size_t len)
{
    uint8_t shared_key[crypto_box_BEFORENMBYTES];
    if (len != KEY_LEN)
        return BOX_E_BUNDLE;
    int is_weak = crypto_box_beforenm(shared_key, bundle, p->secret_key);
    sodium_memzero(shared_key, sizeof(shared_key));
    return is_weak ? BOX_E_KEY : trust(p, peer, bundle);
}

int party_forget(struct party *p, struct served_address peer)
{
    struct contact *c = contacts_find(&p->contacts, peer);
    if (c)
        c->is_started = false;
    return 0;
}

int party_accept(struct party *p, struct served_address peer, const uint8_t *key, size_t len)
{
    struct contact *c = contacts_find(&p->contacts, peer);
    if (len == 0 && c && c->has_other) {
        key = c->other_key;
        len = KEY_LEN;
    }
    if (len != KEY_LEN)
        return BOX_E_ACCEPTED;
    if (!c && !(c = contacts_add(&p->contacts, peer)))
        return BOX_E_NOMEM;
    memmove(c->key, key, KEY_LEN);
    c->is_known = true;
    c->has_other = false;
    return 0;
}

int party_fingerprint(const struct party *p, struct served_address peer, const char *own_id,
                      const char *peer_id, char out_text[SERVE_DIGITS])
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char digits[2 * sizeof(hash) + 1];
    const struct contact *c = contacts_find(&p->contacts, peer);
    if (!c || !c->is_known)
        return BOX_E_NO_CONTACT;
    bool own_first = memcmp(p->public_key, c->key, KEY_LEN) < 0;
    struct stash s;
    stash_init(&s, STATE_MAX);
    stash_put_text(&s, own_first ? own_id : peer_id);
    stash_put(&s, own_first ? p->public_key : c->key, KEY_LEN);
    stash_put_text(&s, own_first ? peer_id : own_id);
    stash_put(&s, own_first ? c->key : p->public_key, KEY_LEN);
    int result = s.is_broken ? BOX_E_NOMEM : 0;
    if (!result) {
        crypto_hash_sha256(hash, s.data, s.len);
        sodium_bin2hex(digits, sizeof(digits), hash, sizeof(hash));
        digits[SERVE_DIGITS - 1] = 0;
        memcpy(out_text, digits, SERVE_DIGITS);
    }
    stash_fini(&s);
    return result;
}

/* ---- messages */

/* The key of |sender|, a nonce and the box between |p| and |other|. */
static int make_message(struct party *p, const uint8_t *sender, const uint8_t *other,
                        const uint8_t *plaintext, size_t len, struct served_bytes *out)
{
    *out = (struct served_bytes){.data = malloc(MESSAGE_MIN + len)};
    if (!out->data)
        return BOX_E_NOMEM;
    uint8_t *nonce = out->data + KEY_LEN;
    memcpy(out->data, sender, KEY_LEN);
    stream_fill(&p->shared->random, nonce, NONCE_LEN);
    out->len = MESSAGE_MIN + len;
    if (crypto_box_easy(out->data + HEAD_LEN, plaintext, len, nonce, other, p->secret_key) == 0)
        return 0;
    free(out->data);
    *out = (struct served_bytes){0};
    return BOX_E_KEY;
}

/* The plaintext of a message between |p| and |other|, whoever made it. */
static int read_message(const struct party *p, const uint8_t *other, const uint8_t *message,
                        size_t len, struct served_bytes *out)
{
    *out = (struct served_bytes){0};
    if (len < MESSAGE_MIN)
        return BOX_E_MESSAGE;
    size_t plaintext_len = len - MESSAGE_MIN;
    uint8_t *plaintext = malloc(plaintext_len ? plaintext_len : 1);
    if (!plaintext)
        return BOX_E_NOMEM;
    if (crypto_box_open_easy(plaintext, message + HEAD_LEN, len - HEAD_LEN, message + KEY_LEN,
                             other, p->secret_key)) {
        free(plaintext);
        return BOX_E_AUTHENTICATION;
    }
    *out = (struct served_bytes){plaintext, plaintext_len};
    return 0;
}

int party_seal(struct party *p, struct served_address peer, const uint8_t *plaintext, size_t len,
               struct served_bytes *out)
{
    const struct contact *c = contacts_find(&p->contacts, peer);
    if (!c || !c->is_started)
        return BOX_E_NO_CONTACT;
    return make_message(p, p->public_key, c->key, plaintext, len, out);
}

int party_open(struct party *p, struct served_address from, const uint8_t *message, size_t len,
               struct served_bytes *out)
{
    int result = read_message(p, message, message, len, out);
    if (!result && (result = trust(p, from, message))) {
        sodium_memzero(out->data, out->len);
        free(out->data);
        *out = (struct served_bytes){0};
    }
    return result;
}

int party_open_own(struct party *p, struct served_address to, const uint8_t *message, size_t len,
                   struct served_bytes *out)
{
    const struct contact *c = contacts_find(&p->contacts, to);
    if (!c || !c->is_known)
        return BOX_E_NO_CONTACT;
    return read_message(p, c->key, message, len, out);
}

int party_forge(struct party *p, struct served_address from, const uint8_t *plaintext, size_t len,
                struct served_bytes *out)
{
    const struct contact *c = contacts_find(&p->contacts, from);
    if (!c || !c->is_known)
        return BOX_E_NO_CONTACT;
    return make_message(p, c->key, c->key, plaintext, len, out);
}
