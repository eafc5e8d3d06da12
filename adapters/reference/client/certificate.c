/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/certificate.h"

#include "client/codes.h"

#include <signal/curve.h>
#include <stdbool.h>
#include <string.h>

#include "gatekeeper.pb-c.h"

#define SIGNATURE_LEN 64u
#define X25519_LEN 32u

typedef Assay__Gatekeeper__V1__CertificateDetails details;

/* The details in |c|; NULL unless both parts are there and well-formed. */
static details *read_details(const Assay__Gatekeeper__V1__Certificate *c)
{
    if (!c || !c->has_details || !c->has_signature || c->signature.len != SIGNATURE_LEN)
        return NULL;
    details *d =
        assay__gatekeeper__v1__certificate_details__unpack(NULL, c->details.len, c->details.data);
    if (d && (!d->has_key || d->key.len != X25519_LEN || !d->has_serial || !d->has_issuer_serial ||
              !d->has_not_before || !d->has_not_after)) {
        assay__gatekeeper__v1__certificate_details__free_unpacked(d, NULL);
        d = NULL;
    }
    return d;
}

static bool is_signed(const Assay__Gatekeeper__V1__Certificate *c, const uint8_t key[X25519_LEN],
                      signal_context *context)
{
    uint8_t typed[X25519_LEN + 1] = {0x05};
    ec_public_key *signer = NULL;
    memcpy(typed + 1, key, X25519_LEN);
    int result = curve_decode_point(&signer, typed, sizeof(typed), context);
    if (!result)
        result = curve_verify_signature(signer, c->details.data, c->details.len, c->signature.data,
                                        c->signature.len);
    SIGNAL_UNREF(signer);
    return result == 1;
}

static bool is_now_within(const details *d, uint64_t now)
{
    return d->not_before <= now && now <= d->not_after;
}

/* What is wrong; NULL when nothing is. */
static const char *find_fault(const struct certificate_options *q,
                              const Assay__Gatekeeper__V1__CertificateChain *chain,
                              const details *leaf, const details *intermediate,
                              signal_context *context)
{
    if (!leaf)
        return "the leaf is missing or incomplete";
    if (!intermediate)
        return "the intermediate is missing or incomplete";
    if (intermediate->issuer_serial != 0)
        return "the intermediate is not issued by the root";
    if (!is_signed(chain->intermediate, q->root, context))
        return "the intermediate's signature is not the pinned root's";
    if (leaf->issuer_serial != intermediate->serial)
        return "the leaf is not issued by the intermediate";
    if (!is_signed(chain->leaf, intermediate->key.data, context))
        return "the leaf's signature is not the intermediate's";
    if (memcmp(leaf->key.data, q->static_key, X25519_LEN) != 0)
        return "the leaf names another static key";
    if (!is_now_within(leaf, q->unix_now) || !is_now_within(intermediate, q->unix_now))
        return "a certificate is not valid now";
    return NULL;
}

int certificate_check(const struct certificate_options *q, signal_context *context,
                      const char **out_detail)
{
    Assay__Gatekeeper__V1__CertificateChain *chain =
        assay__gatekeeper__v1__certificate_chain__unpack(NULL, q->chain_len, q->chain);
    details *leaf = chain ? read_details(chain->leaf) : NULL;
    details *intermediate = chain ? read_details(chain->intermediate) : NULL;
    *out_detail = chain ? find_fault(q, chain, leaf, intermediate, context)
                        : "the payload is not a certificate chain";
    if (leaf)
        assay__gatekeeper__v1__certificate_details__free_unpacked(leaf, NULL);
    if (intermediate)
        assay__gatekeeper__v1__certificate_details__free_unpacked(intermediate, NULL);
    if (chain)
        assay__gatekeeper__v1__certificate_chain__free_unpacked(chain, NULL);
    return *out_detail ? CLIENT_E_CERTIFICATE : 0;
}
