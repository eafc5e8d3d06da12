/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server made and freed; its keys, policy and mutations. */
#include "server/server_internal.h"

#include "base/crypto.h"

#include <stdlib.h>

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

static enum status make_keys(struct server *s)
{
    struct random *random = s->options.random;
    enum status st = make_pair(random, s->authority.root_private, s->authority.root_public);
    if (!st)
        st = make_pair(random, s->authority.intermediate_private, s->authority.intermediate_public);
    if (!st)
        st = random_fill(random, s->authority.other_private, 32);
    clamp(s->authority.other_private);
    return st ? st : make_pair(random, s->key.private_key, s->key.public_key);
}

enum status server_new(const struct server_options *options, struct server **out)
{
    *out = NULL;
    if (options->profile->root_key.len)
        return E_INPUT; /* the private key of that root is not known */
    struct server *s = calloc(1, sizeof(*s));
    if (!s)
        return E_NOMEM;
    s->options = *options;
    buffer_init(&s->earlier_hello, 65536);
    enum status st = make_keys(s);
    if (st)
        server_free(s);
    else
        *out = s;
    return st;
}

void server_free(struct server *s)
{
    if (!s)
        return;
    while (s->connections)
        server_connection_free(s->connections);
    for (size_t i = 0; i < s->n_accounts; i++)
        server_account_free(s->accounts[i]);
    free(s->accounts);
    buffer_fini(&s->earlier_hello);
    crypto_wipe(s, sizeof(*s));
    free(s);
}

struct bytes server_root(const struct server *s) { return bytes_of(s->authority.root_public, 32); }
struct bytes server_static(const struct server *s) { return bytes_of(s->key.public_key, 32); }

void server_set_handshake_mutation(struct server *s, struct word_use mutation)
{
    s->handshake_mutation = mutation;
}
void server_set_certificate_mutation(struct server *s, unsigned mutation)
{
    s->certificate_mutation = mutation;
}
void server_edit_handshake(struct server *s, const struct field_edits *edits)
{
    s->handshake_edits = edits;
}
void server_edit_channel(struct server *s, const struct field_edits *edits)
{
    s->channel_edits = edits;
}
void server_ignore_uploads(struct server *s, unsigned n) { s->n_ignored = n; }

void server_set_fetch_mutation(struct server *s, struct word_use mutation)
{
    s->fetch_mutation = mutation;
}

void server_refuse_service(struct server *s, unsigned n, unsigned reason)
{
    s->refusals_left = n;
    s->refusal_reason = reason;
}

void server_hold(struct server *s, enum server_held what) { s->holds |= (unsigned)what; }

unsigned server_holds(const struct server *s) { return s->holds; }

void server_decline_uploads(struct server *s, unsigned n) { s->n_declined = n; }

void server_acknowledge(struct server *s, bool does) { s->options.policy.acks_messages = does; }
bool server_acknowledges(const struct server *s) { return s->options.policy.acks_messages; }
