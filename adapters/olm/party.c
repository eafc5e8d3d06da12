/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "party.h"

#include "primitives.h"
#include "reasons.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT "assay-olm 1"
#define STATE_MAX (8u * 1024u * 1024u)

struct served_address party_self(const struct party *p)
{
    return (struct served_address){p->name, p->device};
}

/* ---- a device's life */

void party_free(struct party *p)
{
    if (!p)
        return;
    peers_fini(&p->peers);
    account_free(p->account);
    json_decref(p->keys);
    free(p->name);
    explicit_bzero(p, sizeof(*p));
    free(p);
}

/* A device without account. */
static struct party *new_named(struct olm_state *shared, struct served_address self)
{
    struct party *p = calloc(1, sizeof(*p));
    if (!p)
        return NULL;
    p->shared = shared;
    p->name = strdup(self.name);
    p->device = self.device;
    if (p->name)
        return p;
    free(p);
    return NULL;
}

/* What is derived from the account. */
static int introduce(struct party *p)
{
    int result = account_identity(p->account, &p->identity);
    return result ? result : device_keys(p->account, party_self(p), &p->keys);
}

static int make_fallback_key(struct party *p)
{
    if (!stream_fill(&p->shared->random, p->fallback_private, sizeof(p->fallback_private)))
        return OLM_E_LIBRARY;
    return account_fallback_key(p->account, p->fallback_private, p->fallback_key);
}

int party_new(struct olm_state *shared, struct served_address self, const uint8_t *secret,
              size_t len, struct party **out)
{
    *out = NULL;
    if (secret && len != ACCOUNT_SECRET_LEN)
        return OLM_E_IDENTITY;
    struct party *p = new_named(shared, self);
    int result = p ? 0 : OLM_E_NOMEM;
    if (p && secret)
        memcpy(p->secret, secret, len);
    else if (p && !stream_fill(&shared->random, p->secret, sizeof(p->secret)))
        result = OLM_E_LIBRARY;
    if (!result)
        result = account_new(p->secret, &p->account);
    if (!result)
        result = introduce(p);
    if (!result)
        result = make_fallback_key(p);
    if (result)
        party_free(p);
    else
        *out = p;
    return result;
}

/* ---- kept */

int party_save(struct party *p, struct served_bytes *out)
{
    struct stash s;
    stash_init(&s, STATE_MAX);
    stash_put_text(&s, FORMAT);
    stash_put_text(&s, p->name);
    stash_put_number(&s, p->device);
    stash_put_raw(&s, p->secret, sizeof(p->secret));
    stash_put_raw(&s, p->fallback_private, sizeof(p->fallback_private));
    int result = account_save(p->account, &s);
    peers_save(&p->peers, &s);
    if (!stash_give(&s, out) && !result)
        result = OLM_E_NOMEM;
    if (result) {
        free(out->data);
        *out = (struct served_bytes){0};
    }
    return result;
}

/* Was |p|'s account made of |p|'s secret? */
static int check_secret(const struct party *p)
{
    OlmAccount *twin = NULL;
    struct identity identity = {0};
    int result = account_new(p->secret, &twin);
    if (!result)
        result = account_identity(twin, &identity);
    account_free(twin);
    bool is_same = strcmp(identity.curve25519, p->identity.curve25519) == 0 &&
                   strcmp(identity.ed25519, p->identity.ed25519) == 0;
    return result || is_same ? result : OLM_E_STATE;
}

/* The fallback key of its private half. */
static int derive_fallback_key(struct party *p)
{
    uint8_t public_key[PRIMITIVE_KEY_LEN];
    size_t len;
    if (!primitive_public(p->fallback_private, public_key))
        return OLM_E_LIBRARY;
    char *text = text_of(public_key, sizeof(public_key), &len);
    if (!text)
        return OLM_E_NOMEM;
    memcpy(p->fallback_key, text, TEXT_KEY_SIZE);
    free(text);
    return 0;
}

/* The rest of a state, into a device that has a name only. */
static int load(struct party *p, struct stash_reader *in)
{
    size_t len = 0;
    const uint8_t *secret = stash_take_raw(in, sizeof(p->secret));
    const uint8_t *fallback = stash_take_raw(in, sizeof(p->fallback_private));
    const uint8_t *pickle = stash_take(in, ACCOUNT_SAVED_MAX, &len);
    if (!secret || !fallback || !pickle)
        return OLM_E_STATE;
    memcpy(p->secret, secret, sizeof(p->secret));
    memcpy(p->fallback_private, fallback, sizeof(p->fallback_private));
    int result = account_load(pickle, len, &p->account);
    if (!result)
        result = derive_fallback_key(p);
    if (!result)
        result = introduce(p);
    if (!result)
        result = check_secret(p);
    if (!result)
        peers_load(&p->peers, in);
    return !result && !stash_is_read(in) ? OLM_E_STATE : result;
}

int party_restore(struct olm_state *shared, const uint8_t *saved, size_t len, struct party **out)
{
    struct stash_reader in = stash_read(saved, len);
    struct party *p = NULL;
    char *format = stash_take_text(&in, sizeof(FORMAT));
    char *name = stash_take_text(&in, DEVICE_NAME_MAX);
    uint32_t device = (uint32_t)stash_take_up_to(&in, UINT32_MAX);
    int result = OLM_E_STATE;
    *out = NULL;
    if (format && name && strcmp(format, FORMAT) == 0) {
        p = new_named(shared, (struct served_address){name, device});
        result = p ? load(p, &in) : OLM_E_NOMEM;
        if (result == OLM_E_NAME)
            result = OLM_E_STATE;
    }
    free(format);
    free(name);
    if (result)
        party_free(p);
    else
        *out = p;
    return result;
}

int party_export(const struct party *p, struct served_bytes *out)
{
    struct stash s;
    stash_init(&s, sizeof(p->secret));
    stash_put_raw(&s, p->secret, sizeof(p->secret));
    return stash_give(&s, out) ? 0 : OLM_E_NOMEM;
}

/* ---- publishing */

int party_publish(struct party *p, bool with_one_time_key, bool rotates, struct served_bytes *out)
{
    uint8_t random[ACCOUNT_KEY_LEN];
    char key[TEXT_KEY_SIZE];
    int result = rotates ? make_fallback_key(p) : 0;
    if (result)
        return result;
    if (!with_one_time_key)
        return device_bundle(p->account, party_self(p), p->keys, p->fallback_key, true, out);
    if (!stream_fill(&p->shared->random, random, sizeof(random)))
        return OLM_E_LIBRARY;
    result = account_one_time_key(p->account, random, key);
    explicit_bzero(random, sizeof(random));
    return result ? result : device_bundle(p->account, party_self(p), p->keys, key, false, out);
}

/* ---- whose identity */

int party_trust(struct party *p, struct served_address who, const struct identity *seen,
                json_t *keys, struct peer **out)
{
    int result = peers_add(&p->peers, who, out);
    if (result)
        return result;
    if (!peer_may_be(*out, seen)) {
        memcpy((*out)->other_ed25519, seen->ed25519, TEXT_KEY_SIZE);
        p->shared->has_warned = true;
        return OLM_E_UNTRUSTED;
    }
    peer_pin(*out, seen, keys);
    return 0;
}

int party_forget(struct party *p, struct served_address who)
{
    struct peer *peer = peers_find(&p->peers, who);
    if (peer)
        peer_drop_sessions(peer);
    return 0;
}

int party_accept(struct party *p, struct served_address who, const uint8_t *key, size_t len)
{
    struct identity accepted = {0};
    struct peer *peer = peers_find(&p->peers, who);
    size_t text_len = 0;
    if (len == ACCOUNT_KEY_LEN) {
        char *text = text_of(key, len, &text_len);
        if (!text)
            return OLM_E_NOMEM;
        memcpy(accepted.ed25519, text, TEXT_KEY_SIZE);
        free(text);
    } else if (len == 0 && peer) {
        memcpy(accepted.ed25519, peer->other_ed25519, TEXT_KEY_SIZE);
    }
    if (!accepted.ed25519[0])
        return OLM_E_ACCEPTED;
    int result = peers_add(&p->peers, who, &peer);
    if (result || strcmp(peer->identity.ed25519, accepted.ed25519) == 0)
        return result;
    peer_drop_sessions(peer);
    peer_pin(peer, &accepted, NULL);
    peer->other_ed25519[0] = 0;
    return 0;
}

static void put_identity(struct stash *s, const char *id, const struct identity *identity)
{
    stash_put_text(s, id);
    stash_put_text(s, identity->curve25519);
    stash_put_text(s, identity->ed25519);
}

int party_fingerprint(const struct party *p, struct served_address who, const char *own_id,
                      const char *peer_id, char out_text[SERVE_DIGITS])
{
    const struct peer *peer = peers_find(&p->peers, who);
    struct stash s;
    if (!peer || !peer->identity.curve25519[0])
        return OLM_E_NO_SESSION;
    bool own_first = strcmp(p->identity.ed25519, peer->identity.ed25519) < 0;
    stash_init(&s, STATE_MAX);
    put_identity(&s, own_first ? own_id : peer_id, own_first ? &p->identity : &peer->identity);
    put_identity(&s, own_first ? peer_id : own_id, own_first ? &peer->identity : &p->identity);
    int result = s.is_broken ? OLM_E_NOMEM : account_digest(s.data, s.len, out_text);
    stash_fini(&s);
    return result;
}
