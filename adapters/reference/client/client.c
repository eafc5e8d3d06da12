/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/client.h"

#include "client/memory.h"
#include "reasons.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OUT_MAX (40u * 1024u * 1024u) /* bytes waiting to be written */

uint64_t client_unix_now(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec;
}

int client_random(struct client *c, void *out, size_t len)
{
    return random_stream_fill(&c->state->provider.random, out, len) ? CLIENT_E_NOMEM : 0;
}

int client_new_id(struct client *c, char out[STANZA_ID_MAX + 1])
{
    static const char digits[] = "0123456789ABCDEF";
    uint8_t bytes[10];
    if (client_random(c, bytes, sizeof(bytes)))
        return CLIENT_E_NOMEM;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * sizeof(bytes)] = '\0';
    return 0;
}

bool client_address(const struct client *c, struct served_address a, char out[ADDRESS_MAX])
{
    int n = snprintf(out, ADDRESS_MAX, "%s:%u@%s", a.name, (unsigned)a.device, c->k.user_domain);
    return n > 0 && (size_t)n < ADDRESS_MAX && strlen(a.name) <= NAME_MAX_LEN;
}

bool client_has_session(struct client *c, struct served_address peer)
{
    signal_protocol_address address = {
        .name = peer.name, .name_len = strlen(peer.name), .device_id = (int32_t)peer.device};
    return signal_protocol_session_contains_session(c->party->stores, &address) == 1;
}

/* ---- events */

void client_tell(struct client *c, const struct logged_event *e) { (void)event_log_add(c->log, e); }

void client_tell_code(struct client *c, Assay__Target__V1__EventKind kind,
                      struct served_address peer, const char *id, int code)
{
    struct logged_event e = {.kind = kind, .peer = peer.name, .device = peer.device, .id = id};
    (void)reason_of(code, &e.reason, &e.detail);
    client_tell(c, &e);
}

/* ---- made and freed */

/* The client's own keys, from its store. */
static int load_keys(struct client *c)
{
    const struct record *fixed = store_get(&c->party->store, STORE_CLIENT, "static", 6);
    const struct record *issuer = store_get(&c->party->store, STORE_CLIENT, "issuer", 6);
    if (!fixed || fixed->value_len != KEY_LEN || !issuer || issuer->value_len != KEY_LEN)
        return PARTY_E_STATE;
    memcpy(c->fixed, fixed->value, KEY_LEN);
    memcpy(c->issuer_seed, issuer->value, KEY_LEN);
    return issuer_add(&c->state->issuer, c->issuer_seed) ? 0 : PARTY_E_STATE;
}

static int make_keys(struct client *c)
{
    struct issuer *issuer = &c->state->issuer;
    uint8_t seed[KEY_LEN];
    int result = client_random(c, c->fixed, KEY_LEN);
    if (!result && issuer->count == 0) {
        result = client_random(c, seed, sizeof(seed));
        if (!result)
            issuer_add(issuer, seed);
        OPENSSL_cleanse(seed, sizeof(seed));
    }
    if (!result)
        memcpy(c->issuer_seed, issuer->seeds[0], KEY_LEN);
    struct store *s = &c->party->store;
    if (!result && (store_put(s, STORE_CLIENT, "static", 6, c->fixed, KEY_LEN) ||
                    store_put(s, STORE_CLIENT, "issuer", 6, c->issuer_seed, KEY_LEN)))
        result = CLIENT_E_NOMEM;
    return result;
}

static struct client *empty_client(struct state *state, struct event_log *log)
{
    struct client *c = calloc(1, sizeof(*c));
    if (!c)
        return NULL;
    c->state = state;
    c->log = log;
    c->fd = -1;
    constants_default(&c->k);
    octets_init(&c->in, 0);
    octets_init(&c->out, OUT_MAX);
    return c;
}

int client_new(struct state *state, struct served_address self, struct event_log *log,
               struct client **out)
{
    struct client *c = empty_client(state, log);
    int result = c ? party_new(&state->provider, self, &c->party) : CLIENT_E_NOMEM;
    if (!result)
        result = party_make_keys(c->party, NULL);
    if (!result)
        result = make_keys(c);
    if (result)
        client_free(c);
    *out = result ? NULL : c;
    return result;
}

/* A restored client must not draw the same random bytes as before its snapshot, although the same
 * seed may have been set: it mixes both, so that runs can still be repeated. */
static int stir(struct state *state, const uint8_t *saved, size_t len)
{
    struct random_stream *r = &state->provider.random;
    uint8_t fresh[HASH_LEN];
    struct octets both;
    octets_init(&both, SIZE_MAX / 2);
    octets_put_number(&both, r->counter, 8);
    octets_put(&both, saved, len);
    int result = both.is_broken || hmac_sha256(r->seed, sizeof(r->seed), both.data, both.len, fresh)
                     ? CLIENT_E_NOMEM
                     : 0;
    if (!result) {
        memcpy(r->seed, fresh, sizeof(r->seed));
        r->counter = 0;
    }
    OPENSSL_cleanse(fresh, sizeof(fresh));
    octets_fini(&both);
    return result;
}

int client_restore(struct state *state, const uint8_t *saved, size_t len, struct event_log *log,
                   struct client **out)
{
    struct client *c = empty_client(state, log);
    int result = c ? party_restore(&state->provider, saved, len, &c->party) : CLIENT_E_NOMEM;
    if (!result)
        result = load_keys(c);
    if (!result)
        result = stir(state, saved, len);
    if (result)
        client_free(c);
    *out = result ? NULL : c;
    return result;
}

bool client_is_saved(const uint8_t *saved, size_t len)
{
    struct store loaded;
    store_init(&loaded);
    bool is_saved = store_load(&loaded, saved, len) == 0 &&
                    store_get(&loaded, STORE_CLIENT, "static", 6) != NULL;
    store_fini(&loaded);
    return is_saved;
}

void client_free(struct client *c)
{
    if (!c)
        return;
    if (c->fd >= 0)
        close(c->fd);
    octets_fini(&c->in);
    octets_fini(&c->out);
    free(c->user);
    free(c->issuer);
    free(c->audience);
    party_free(c->party);
    OPENSSL_cleanse(c, sizeof(*c));
    free(c);
}
