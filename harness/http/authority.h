/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * http/authority.h - a certificate authority made for one run: a root that nobody else trusts, and
 * certificates for servers on this machine.
 * Depends on: base; OpenSSL.
 *
 * Keys are P-256 and made anew each time. Everything is PEM text, as servers and clients take it.
 */
#ifndef ASSAY_HTTP_AUTHORITY_H
#define ASSAY_HTTP_AUTHORITY_H

#include "base/buffer.h"

#define AUTHORITY_PEM_MAX 8192u

/* What a certificate is to be. */
enum authority_certificate {
    AUTHORITY_SOUND = 0,   /* for 127.0.0.1 and localhost, valid today, signed by the root */
    AUTHORITY_SELF_SIGNED, /* by its own key */
    AUTHORITY_EXPIRED,     /* since yesterday */
    AUTHORITY_OTHER_NAME   /* for elsewhere.example only */
};

struct authority;

/* The caller frees. E_NOMEM, E_CRYPTO. */
MUST_USE enum status authority_new(struct authority **out);
/* Accepts NULL. */
void authority_free(struct authority *a);
/* The root's certificate. Valid as long as the authority. */
const char *authority_root(const struct authority *a);
/* Append a new private key to |out_key| and its certificate to |out_certificate|. E_CRYPTO, and
 * what a buffer returns. */
MUST_USE enum status authority_issue(const struct authority *a, enum authority_certificate what,
                                     struct buffer *out_key, struct buffer *out_certificate);

#endif
