/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conversation.h"

#include "payload.h"
#include "reasons.h"

#include <stdlib.h>
#include <string.h>

static void wipe(struct served_bytes *bytes)
{
    if (bytes->data)
        explicit_bzero(bytes->data, bytes->len);
    free(bytes->data);
    *bytes = (struct served_bytes){0};
}

static int load(const struct peer *peer, size_t at, OlmSession **out)
{
    return session_load(peer->sessions[at].data, peer->sessions[at].len, out);
}

/* ---- out */

int conversation_start(struct party *p, struct served_address who, const uint8_t *body, size_t len)
{
    struct device_bundle bundle;
    struct peer *peer = NULL;
    OlmSession *session = NULL;
    struct served_bytes pickle = {0};
    int result = device_bundle_read(body, len, who, &bundle);
    if (!result)
        result = session_new_outbound(p->account, bundle.identity.curve25519, bundle.one_time_key,
                                      &p->shared->random, &session);
    if (!result)
        result = session_save(session, &pickle);
    if (!result)
        result = party_trust(p, who, &bundle.identity, bundle.keys, &peer);
    if (result)
        wipe(&pickle);
    else
        peer_keep_session(peer, PEER_NEW_SESSION, pickle);
    session_free(session);
    json_decref(bundle.keys);
    return result;
}

int conversation_seal(struct party *p, struct served_address who, const uint8_t *plaintext,
                      size_t len, struct served_bytes *out)
{
    struct peer *peer = peers_find(&p->peers, who);
    struct served_bytes payload = {0}, pickle = {0};
    OlmSession *session = NULL;
    if (!peer || !peer->n_sessions)
        return OLM_E_NO_SESSION;
    struct payload_ends ends = {.from = party_self(p),
                                .to = who,
                                .from_ed25519 = p->identity.ed25519,
                                .to_ed25519 = peer->identity.ed25519,
                                .from_keys = p->keys};
    int result = payload_write(&ends, plaintext, len, &payload);
    if (!result)
        result = load(peer, 0, &session);
    if (!result)
        result = session_encrypt(session, &p->shared->random, payload.data, payload.len, out);
    if (!result)
        result = session_save(session, &pickle);
    if (!result)
        peer_update_session(peer, 0, pickle);
    wipe(&payload);
    session_free(session);
    return result;
}

/* ---- in */

/* A message that a session decrypted; nothing is stored yet. */
struct decrypted {
    size_t at; /* the session's number with its peer, or PEER_NEW_SESSION */
    OlmSession *session;
    struct served_bytes payload;
};

/* By session |at| if that is the one; OLM_E_NO_SESSION when it is not. */
static int try_session(const struct peer *peer, size_t at, const struct olm_message *m,
                       struct decrypted *out)
{
    OlmSession *session = NULL;
    bool is_its = true;
    int result = load(peer, at, &session);
    if (!result && m->type == OLM_MESSAGE_TYPE_PRE_KEY)
        result = session_matches(session, NULL, m, &is_its);
    if (!result)
        result = is_its ? session_decrypt(session, m, &out->payload) : OLM_E_NO_SESSION;
    if (result) {
        session_free(session);
        return result;
    }
    out->at = at;
    out->session = session;
    return 0;
}

/*
 * By one of the sessions there are, the newest first. A message of type 0 says which session is its
 * own, and none else is tried; of type 1 the first that can decrypt is, and the newest's reason is
 * given when none can.
 */
static int try_known(const struct peer *peer, const struct olm_message *m, struct decrypted *out)
{
    int result = OLM_E_NO_SESSION;
    for (size_t i = 0; peer && i < peer->n_sessions; i++) {
        int one = try_session(peer, i, m, out);
        bool is_told = m->type == OLM_MESSAGE_TYPE_PRE_KEY && one != OLM_E_NO_SESSION;
        if (!one || is_told)
            return one;
        if (i == 0)
            result = one;
    }
    return result;
}

static int try_new(struct party *p, const struct olm_message *m, struct decrypted *out)
{
    int result = session_new_inbound(p->account, m, &out->session);
    if (!result)
        result = session_decrypt(out->session, m, &out->payload);
    out->at = PEER_NEW_SESSION;
    return result;
}

/* Is the session the claimed device's, and the identity one to trust? Then *out is the peer. */
static int check_identity(struct party *p, struct served_address from, const struct olm_message *m,
                          const struct decrypted *d, const struct payload *payload,
                          struct peer **out)
{
    bool is_its = false;
    *out = peers_find(&p->peers, from);
    if (d->at != PEER_NEW_SESSION)
        return *out && peer_may_be(*out, &payload->from) ? 0 : OLM_E_SENDER;
    int result = session_matches(d->session, payload->from.curve25519, m, &is_its);
    if (result || !is_its)
        return result ? result : OLM_E_SENDER;
    return party_trust(p, from, &payload->from, payload->from_keys, out);
}

static int give(const struct payload *payload, struct served_bytes *out)
{
    out->data = malloc(payload->plaintext_len ? payload->plaintext_len : 1);
    if (!out->data)
        return OLM_E_NOMEM;
    out->len = payload->plaintext_len;
    if (out->len)
        memcpy(out->data, payload->plaintext, out->len);
    return 0;
}

/* Check what was decrypted, and only then store what it changed. */
static int take(struct party *p, struct served_address from, const struct olm_message *m,
                struct decrypted *d, struct served_bytes *out)
{
    struct payload payload;
    struct peer *peer = NULL;
    struct served_bytes pickle = {0};
    int result = payload_read(d->payload, from, party_self(p), p->identity.ed25519, &payload);
    if (!result)
        result = session_save(d->session, &pickle);
    if (!result)
        result = give(&payload, out);
    if (!result)
        result = check_identity(p, from, m, d, &payload, &peer);
    if (!result) {
        if (d->at == PEER_NEW_SESSION)
            session_is_used(p->account, d->session);
        peer_keep_session(peer, d->at, pickle);
    } else {
        wipe(&pickle);
        wipe(out);
    }
    json_decref(payload.from_keys);
    return result;
}

int conversation_open(struct party *p, struct served_address from, const uint8_t *body, size_t len,
                      struct served_bytes *out)
{
    struct olm_message m;
    struct decrypted d = {0};
    *out = (struct served_bytes){0};
    int result = olm_message_read(body, len, &m);
    if (!result)
        result = try_known(peers_find(&p->peers, from), &m, &d);
    if (result == OLM_E_NO_SESSION && m.type == OLM_MESSAGE_TYPE_PRE_KEY)
        result = try_new(p, &m, &d);
    if (!result)
        result = take(p, from, &m, &d, out);
    session_free(d.session);
    wipe(&d.payload);
    olm_message_fini(&m);
    return result;
}

/* Session |at| of |peer| is asked for what its own side sent. */
static int try_own(struct party *p, const struct peer *peer, size_t at, const struct olm_message *m,
                   struct served_bytes *out)
{
    OlmSession *session = NULL;
    struct served_bytes decrypted = {0};
    struct payload payload = {0};
    struct served_address to = {peer->name, peer->device};
    int result = load(peer, at, &session);
    if (!result)
        result = session_decrypt(session, m, &decrypted);
    if (!result)
        result = payload_read(decrypted, party_self(p), to, peer->identity.ed25519, &payload);
    if (!result)
        result = give(&payload, out);
    json_decref(payload.from_keys);
    wipe(&decrypted);
    session_free(session);
    return result;
}

int conversation_open_own(struct party *p, struct served_address to, const uint8_t *body,
                          size_t len, struct served_bytes *out)
{
    struct olm_message m;
    const struct peer *peer = peers_find(&p->peers, to);
    int result = olm_message_read(body, len, &m);
    *out = (struct served_bytes){0};
    if (!result)
        result = OLM_E_NO_SESSION;
    for (size_t i = 0; result && m.text && peer && i < peer->n_sessions; i++)
        result = try_own(p, peer, i, &m, out);
    olm_message_fini(&m);
    return result;
}
