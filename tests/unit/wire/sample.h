/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit/wire/sample.h - one small object of each kind, written out in hexadecimal so that a test's
 * expectation can be read beside it.
 * Depends on: base, wire/field, cmocka.
 *
 * Keys have two bytes and the ciphertext three: the codecs take any length.
 */
#ifndef ASSAY_TESTS_UNIT_WIRE_SAMPLE_H
#define ASSAY_TESTS_UNIT_WIRE_SAMPLE_H

#include "base/hex.h"
#include "wire/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MAC "0102030405060708"
#define SIGNATURE                                                                                  \
    "5151515151515151515151515151515151515151515151515151515151515151"                             \
    "5151515151515151515151515151515151515151515151515151515151515151"

/* ratchet key aabb, counter 5, previous counter 3, ciphertext c1c2c3: 22 bytes (hexadecimal 16) */
#define SIGNAL_HEADER                                                                              \
    "33"                                                                                           \
    "0a02aabb"                                                                                     \
    "1005"                                                                                         \
    "1803"                                                                                         \
    "2203"
#define SIGNAL_BODY                                                                                \
    "0a02aabb"                                                                                     \
    "1005"                                                                                         \
    "1803"                                                                                         \
    "2203c1c2c3"
#define SIGNAL "33" SIGNAL_BODY MAC
/* one-time prekey 7, base key b1b2, identity d1d2; registration id 9, signed prekey 6 */
#define PREKEY_BEFORE                                                                              \
    "0807"                                                                                         \
    "1202b1b2"                                                                                     \
    "1a02d1d2"
#define PREKEY_AFTER                                                                               \
    "2809"                                                                                         \
    "3006"
#define PREKEY_BODY PREKEY_BEFORE "2216" SIGNAL PREKEY_AFTER
#define PREKEY "33" PREKEY_BODY
/* id 2, iteration 300, ciphertext c1c2c3 */
#define SENDER_KEY_BODY                                                                            \
    "0802"                                                                                         \
    "10ac02"                                                                                       \
    "1a03c1c2c3"
#define SENDER_KEY "33" SENDER_KEY_BODY SIGNATURE
/* The same in today's form, with a distribution id. */
#define DISTRIBUTION_ID "d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1"
#define SENDER_KEY_TODAY                                                                           \
    "33"                                                                                           \
    "0a10" DISTRIBUTION_ID "1002"                                                                  \
    "18ac02"                                                                                       \
    "2203c1c2c3" SIGNATURE
/* id 2, iteration 0, chain key e1e2, signing key f1f2 */
#define DISTRIBUTION_BODY                                                                          \
    "0802"                                                                                         \
    "1000"                                                                                         \
    "1a02e1e2"                                                                                     \
    "2202f1f2"
#define DISTRIBUTION "33" DISTRIBUTION_BODY
/* registration id 9, device 1, identity d1d2, signed prekey 6, a1a2, signed 5152, one-time 7,
 * b3b4 */
#define BUNDLE                                                                                     \
    "0809"                                                                                         \
    "1001"                                                                                         \
    "1a02d1d2"                                                                                     \
    "2006"                                                                                         \
    "2a02a1a2"                                                                                     \
    "32025152"                                                                                     \
    "3807"                                                                                         \
    "4202b3b4"
/* Of v4, the fields that v3 has not; the others are left out. To SPQR: version 1, epoch 300, index
 * 5, type 2, chunk 9. */
#define CHUNK "6161616161616161616161616161616161616161616161616161616161616161"
#define SPQR "01ac02050209" CHUNK
#define SIGNAL_V4                                                                                  \
    "44"                                                                                           \
    "2a26" SPQR "320177" MAC
#define PREKEY_V4                                                                                  \
    "44"                                                                                           \
    "3807"                                                                                         \
    "42020809"
#define BUNDLE_V4                                                                                  \
    "4807"                                                                                         \
    "52020809"                                                                                     \
    "5a02aabb"

/* |hex| as bytes, in a piece of memory of exactly that length;
 * the caller ends it with test_free. */
struct bytes sample(const char *hex);
void sample_free(struct bytes b);

/* The samples by kind. */
const char *sample_hex(enum object object);
const char *sample_v4_hex(enum object object);

#endif
