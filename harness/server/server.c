#include "server/server_internal.h"

#include "base/crypto.h"
#include "cipher/signal3/xeddsa.h"

#include <stdlib.h>
#include <string.h>

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

static enum status make_keys(struct server *g)
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

enum status server_new(const struct server_options *options, struct server **out)
{
    *out = NULL;
    if (options->profile->root_key.len)
        return E_INPUT; /* nobody here has that root's private key */
    struct server *g = calloc(1, sizeof(*g));
    if (!g)
        return E_NOMEM;
    g->options = *options;
    buffer_init(&g->earlier_hello, 65536);
    enum status st = make_keys(g);
    if (st)
        server_free(g);
    else
        *out = g;
    return st;
}

void server_free(struct server *g)
{
    if (!g)
        return;
    while (g->connections)
        server_connection_gone(g->connections);
    for (size_t i = 0; i < g->n_accounts; i++)
        server_account_free(g->accounts[i]);
    free(g->accounts);
    buffer_fini(&g->earlier_hello);
    crypto_wipe(g, sizeof(*g));
    free(g);
}

struct bytes server_root(const struct server *g) { return bytes_of(g->authority.root_public, 32); }
struct bytes server_static(const struct server *g) { return bytes_of(g->server.public_key, 32); }

void server_set_policy(struct server *g, struct server_policy policy)
{
    g->options.policy = policy;
}

uint64_t server_now(const struct server *g) { return g->options.unix_now(g->options.unix_context); }

void server_mutation_handshake(struct server *g, struct server_mutation mutation)
{
    g->handshake_mutation = mutation;
}
void server_mutation_certificate(struct server *g, enum certificate_mutation mutation)
{
    g->certificate_mutation = mutation;
}
void server_edit_handshake(struct server *g, const struct field_edits *edits)
{
    g->handshake_edits = edits;
}
void server_edit_channel(struct server *g, const struct field_edits *edits)
{
    g->channel_edits = edits;
}
void server_mutation_fetch(struct server *g, struct server_mutation mutation)
{
    g->fetch_mutation = mutation;
}

void server_refuse_service(struct server *g, unsigned n, unsigned reason)
{
    g->refusals_left = n;
    g->refusal_reason = reason;
}
