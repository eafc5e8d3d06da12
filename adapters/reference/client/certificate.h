/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/certificate.h - checks the server's certificate chain against its static key.
 * Depends on: proto/gatekeeper.proto; libsignal-protocol-c.
 */
#ifndef REFERENCE_CLIENT_CERTIFICATE_H
#define REFERENCE_CLIENT_CERTIFICATE_H

#include <signal/signal_protocol.h>
#include <stddef.h>
#include <stdint.h>

struct certificate_options {
    const uint8_t *chain; /* an encoded CertificateChain */
    size_t chain_len;
    const uint8_t *root;       /* 32: the pinned key */
    const uint8_t *static_key; /* 32: from the handshake */
    uint64_t unix_now;
};

/* 0, or CLIENT_E_CERTIFICATE and why in *out_detail (static storage). docs/wire.md, Channel. */
int certificate_check(const struct certificate_options *q, signal_context *context,
                      const char **out_detail);

#endif
