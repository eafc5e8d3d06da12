#include "peer/gate_internal.h"

#include "base/crypto.h"
#include "peer/xeddsa.h"

#include <stdlib.h>
#include <string.h>

/* ---- signatures */

static bool sign(void *context, const uint8_t private_key[32], struct bytes message,
                 uint8_t out[64])
{
    (void)context;
    return xeddsa_sign(private_key, message, NULL, out) == OK;
}

static bool verify(void *context, const uint8_t public_key[32], struct bytes message,
                   const uint8_t signature[64])
{
    uint8_t key[SIGNAL_KEY_LEN] = {5};
    (void)context;
    memcpy(key + 1, public_key, 32);
    return xeddsa_verifies(key, message, bytes_of(signature, SIGNAL_SIGNATURE_LEN));
}

const struct signer *gate_signer(void)
{
    static const struct signer signer = {sign, verify, NULL};
    return &signer;
}

/* ---- the gatekeeper */

/* XEdDSA signs with the clamped scalar, which is what X25519 uses anyway (RFC 7748, section 5). */
static void clamp(uint8_t private_key[32])
{
    private_key[0] &= 248;
    private_key[31] &= 127;
    private_key[31] |= 64;
}

static enum status make_pair(struct random *random, uint8_t private_key[32], uint8_t public_key[32])
{
    enum status st = random_fill(random, private_key, 32);
    clamp(private_key);
    return st ? st : crypto_x25519_public(private_key, public_key);
}

static enum status make_keys(struct gatekeeper *g)
{
    struct random *random = g->options.random;
    enum status st = make_pair(random, g->authority.root_private, g->authority.root_public);
    if (!st)
        st = make_pair(random, g->authority.intermediate_private, g->authority.intermediate_public);
    if (!st)
        st = random_fill(random, g->authority.other_private, 32);
    clamp(g->authority.other_private);
    return st ? st : make_pair(random, g->server.private_key, g->server.public_key);
}

enum status gatekeeper_new(const struct gate_options *options, struct gatekeeper **out)
{
    *out = NULL;
    if (options->profile->root_key.len)
        return E_INPUT; /* nobody here has that root's private key */
    struct gatekeeper *g = calloc(1, sizeof(*g));
    if (!g)
        return E_NOMEM;
    g->options = *options;
    buffer_init(&g->earlier_hello, 65536);
    enum status st = make_keys(g);
    if (st)
        gatekeeper_free(g);
    else
        *out = g;
    return st;
}

void gatekeeper_free(struct gatekeeper *g)
{
    if (!g)
        return;
    while (g->lines)
        gate_line_gone(g->lines);
    for (size_t i = 0; i < g->n_accounts; i++)
        gate_account_free(g->accounts[i]);
    free(g->accounts);
    buffer_fini(&g->earlier_hello);
    crypto_wipe(g, sizeof(*g));
    free(g);
}

struct bytes gatekeeper_root(const struct gatekeeper *g)
{
    return bytes_of(g->authority.root_public, 32);
}
struct bytes gatekeeper_static(const struct gatekeeper *g)
{
    return bytes_of(g->server.public_key, 32);
}

void gatekeeper_set_habits(struct gatekeeper *g, struct gate_habits habits)
{
    g->options.habits = habits;
}

uint64_t gate_now(const struct gatekeeper *g)
{
    return g->options.unix_now(g->options.unix_context);
}

void gate_bend_handshake(struct gatekeeper *g, struct gate_bend bend) { g->handshake_bend = bend; }
void gate_bend_certificate(struct gatekeeper *g, enum certificate_bend bend)
{
    g->certificate_bend = bend;
}
void gate_bend_fetch(struct gatekeeper *g, struct gate_bend bend) { g->fetch_bend = bend; }

void gate_refuse_service(struct gatekeeper *g, unsigned n, unsigned reason)
{
    g->refusals_left = n;
    g->refusal_reason = reason;
}
