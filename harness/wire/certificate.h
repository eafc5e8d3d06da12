/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/certificate.h - the server's certificate chain: issue it, mutate it, check it
 * (docs/wire.md, Channel).
 * Depends on: base, wire/pb, wire/word.  Signatures (XEdDSA) come in by argument:
 * cipher/signal/xeddsa has them.
 */
#ifndef ASSAY_WIRE_CERTIFICATE_H
#define ASSAY_WIRE_CERTIFICATE_H

#include "base/buffer.h"
#include "wire/word.h"

#define CERTIFICATE_SIGNATURE_LEN 64u

/* XEdDSA over |message|: true when it verifies / was made. */
struct signer {
    bool (*sign)(void *context, const uint8_t private_key[32], struct bytes message,
                 uint8_t out[64]);
    bool (*verify)(void *context, const uint8_t public_key[32], struct bytes message,
                   const uint8_t signature[64]);
    void *context;
};

struct certificate {
    uint32_t serial, issuer_serial;
    uint8_t key[32];
    uint64_t not_before, not_after; /* unix seconds */
};

/* What to do wrong when a chain is issued: a number of these words; 0 is honest. */
extern const struct word_table certificate_words;

struct authority {
    uint8_t root_private[32], root_public[32];
    uint8_t intermediate_private[32], intermediate_public[32];
    uint8_t other_private[32]; /* a root nobody pinned */
};

struct server_key {
    uint8_t private_key[32], public_key[32];
};

/* Append an encoded CertificateChain for |server|, valid around |now| (unix seconds). E_CRYPTO,
 * E_NOMEM, E_LIMIT. */
MUST_USE enum status certificate_issue(const struct authority *a, const struct server_key *server,
                                       uint64_t now, unsigned mutation, const struct signer *signer,
                                       struct buffer *out);

/* What does not check, in the order of the checks; a client may be told to skip one (flaws). */
enum certificate_problem {
    CERTIFICATE_SOUND = 0,
    CERTIFICATE_MALFORMED, /* not protobuf, a part missing, a key or signature of another length */
    CERTIFICATE_NOT_FROM_ROOT,    /* intermediate.issuer-serial is not 0 */
    CERTIFICATE_BAD_INTERMEDIATE, /* its signature */
    CERTIFICATE_BAD_LEAF,         /* its signature */
    CERTIFICATE_OTHER_ISSUER,     /* leaf.issuer-serial */
    CERTIFICATE_OTHER_KEY,        /* leaf.key */
    CERTIFICATE_OUTSIDE_WINDOW,   /* expired or not yet valid, either certificate */
    N_CERTIFICATE_PROBLEM
};

/* |skipped| is a set of 1u << problem not looked for. */
enum certificate_problem certificate_check(struct bytes chain, const uint8_t root_public[32],
                                           const uint8_t server_static[32], uint64_t now,
                                           unsigned skipped, const struct signer *signer);

#endif
