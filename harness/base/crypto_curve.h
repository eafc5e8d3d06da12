/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/crypto_curve.h - what a point of Curve25519 is, beyond what X25519 asks.
 * Depends on: base.
 */
#ifndef ASSAY_BASE_CRYPTO_CURVE_H
#define ASSAY_BASE_CRYPTO_CURVE_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Is |u| (32 bytes, little-endian) below p, and the coordinate of a point in the group of prime
 * order: on the curve, not its twist, and without a component of small order? For public keys: the
 * time depends on |u|. False also when OpenSSL fails.
 */
bool crypto_curve_is_prime_order(const uint8_t u[32]);

/* The point of order 2 is added to |u|: every X25519 agreement with it gives the same as before,
 * since scalars are multiples of 8. E_CRYPTO: |u| is 0, or OpenSSL failed. */
MUST_USE enum status crypto_curve_add_torsion(uint8_t u[32]);

/* y of the twisted Edwards form of the point at |u|, little-endian, without the sign of x.
 * E_CRYPTO. */
MUST_USE enum status crypto_curve_edwards_y(const uint8_t u[32], uint8_t out[32]);

/* |a| times |b| modulo the order of the group, all little-endian. E_CRYPTO: OpenSSL failed. */
MUST_USE enum status crypto_curve_scalar_product(const uint8_t a[32], const uint8_t b[64],
                                                 uint8_t out[32]);

#endif
