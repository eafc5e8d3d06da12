/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signatures by XEdDSA as deployed: honest ones of ordinary and extreme keys, every way to spoil
 * one, and those that implementations judge differently.
 *
 * What no signer makes is made here by the equation itself: for a nonce r with R = r B,
 * S = r + H(R || A || M) a mod L. X25519 gives r B up to its sign; both signs are tried.
 */
#include "publish/writer.h"

#include "base/crypto.h"
#include "base/crypto_curve.h"
#include "cipher/signal/mutation.h"
#include "cipher/signal/xeddsa.h"

#include <openssl/bn.h>
#include <stdio.h>
#include <string.h>

#define KEY SIGNAL_KEY_LEN
#define SIG SIGNAL_SIGNATURE_LEN
#define MESSAGE_MAX 1024u
#define TRIES 256u /* a signature by a key of small order verifies for one message in eight */

static const struct flag flags[] = {
    {"Ordinary", "BASIC", "An honest signature."},
    {"SignBit", "FUNCTIONALITY",
     "The Edwards form of the key has sign bit 1. As deployed, the signature carries it in bit 7 "
     "of its last byte; a verifier by the text of XEdDSA, which forces it to 0, refuses these."},
    {"EdgeScalar", "EDGE_CASE", "The private key is an extreme of what clamping allows."},
    {"SmallMultiple", "EDGE_CASE",
     "The private key is, modulo the order, a number next to zero: the public key is a known "
     "point."},
    {"Randomness", "EDGE_CASE",
     "The 64 bytes of randomness were zeros. Signatures are sound all the same."},
    {"ModifiedSignature", "AUTH_BYPASS", "A bit or a part of a good signature was changed."},
    {"ModifiedMessage", "AUTH_BYPASS", "The signature is of another message."},
    {"OtherKey", "AUTH_BYPASS", "The signature is of another key."},
    {"WrongLength", "MALFORMED", "The signature has not 64 bytes."},
    {"ZeroNonce", "EDGE_CASE",
     "The nonce is 0, so R is the neutral point. Who sees it knows the private key; the equation "
     "holds, and verifiers may take it."},
    {"NonCanonicalR", "MALLEABILITY",
     "R is another encoding of its point. R is compared as bytes, so it is refused."},
    {"SignatureMalleability", "MALLEABILITY",
     "The order was added to S. XEdDSA asks for S below 2^253 only, RFC 8032 for S below the "
     "order: both exist in the field."},
    {"LargeS", "MALLEABILITY", "S is 2^253 or more: refused by XEdDSA and by RFC 8032."},
    {"NonCanonicalKey", "NON_CANONICAL",
     "The public key is not below p = 2^255 - 19, or has bit 255 set. XEdDSA refuses it; deployed "
     "verifiers reduce it."},
    {"LowOrderKey", "WEAK_KEY",
     "The public key has small order, so the signature was made without any private key. XEdDSA's "
     "text has no check; a careful verifier refuses it."},
    {"TorsionKey", "WEAK_KEY",
     "The public key has a component of order 2. The equation without cofactor holds; a careful "
     "verifier refuses the key."},
    {"CofactoredOnly", "MALLEABILITY",
     "The equation holds only when multiplied by the cofactor. XEdDSA compares without it."},
};

static const struct judge judges[] = {
    {"libsignal-protocol-c 2.3.3", "curve_verify_signature agrees with every result"},
    {"libsignal-client 0.103.0", "PublicKey.verify agrees with every result"},
    {"OpenSSL 3", "Ed25519, the key converted to its Edwards form, agrees with every result; where "
                  "randomness is "
                  "given, S is r + H(R || A || M) a for the nonce that the text prescribes"},
};

struct maker {
    BN_CTX *context;
    BIGNUM *prime, *order;
    struct writer *writer;
    struct random *random;
    uint8_t private_key[32]; /* of the group that is being written */
    uint8_t public_key[KEY];
    bool has_private;
};

static uint8_t *to_bytes(const BIGNUM *n, uint8_t out[32])
{
    must(BN_bn2lebinpad(n, out, 32) == 32, "a number of 32 bytes");
    return out;
}

static BIGNUM *number(const uint8_t *in, int len)
{
    BIGNUM *n = BN_lebin2bn(in, len, NULL);
    must(n != NULL, "a number");
    return n;
}

static void maker_init(struct maker *m, struct writer *w)
{
    memset(m, 0, sizeof(*m));
    m->writer = w;
    m->random = writer_random(w);
    m->context = BN_CTX_new();
    must(m->context != NULL, "memory");
    must(BN_hex2bn(&m->prime, "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"),
         "p");
    must(BN_hex2bn(&m->order, "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"),
         "L");
}

static void maker_fini(struct maker *m)
{
    BN_free(m->prime);
    BN_free(m->order);
    BN_CTX_free(m->context);
}

static void draw(struct maker *m, uint8_t *out, size_t len)
{
    must(random_fill(m->random, out, len) == OK, "randomness");
}

static void clamp(uint8_t key[32])
{
    key[0] &= 248;
    key[31] = (uint8_t)((key[31] & 127) | 64);
}

/* y = (u - 1) / (u + 1) mod p, without sign bit. */
static void edwards_y(const struct maker *m, const uint8_t u_bytes[32], uint8_t out[32])
{
    uint8_t cleared[32];
    memcpy(cleared, u_bytes, 32);
    cleared[31] &= 127;
    BIGNUM *u = number(cleared, 32), *over = BN_dup(u);
    must(over && BN_sub_word(u, 1) && BN_add_word(over, 1), "arithmetic");
    if (BN_is_negative(u))
        must(BN_add(u, u, m->prime), "arithmetic");
    must(BN_mod_inverse(over, over, m->prime, m->context) != NULL, "an inverse");
    must(BN_mod_mul(u, u, over, m->prime, m->context), "arithmetic");
    to_bytes(u, out);
    BN_free(u);
    BN_free(over);
}

/* S = r + H(R || A || M) a mod L. */
static void equation(const struct maker *m, const BIGNUM *r, const uint8_t r_point[32],
                     const uint8_t a_point[32], struct bytes message, uint8_t out_s[32])
{
    uint8_t in[64 + MESSAGE_MAX], hash[64];
    memcpy(in, r_point, 32);
    memcpy(in + 32, a_point, 32);
    if (message.len)
        memcpy(in + 64, message.data, message.len);
    must(crypto_sha512(bytes_of(in, 64 + message.len), hash) == OK, "SHA-512");
    BIGNUM *h = number(hash, 64), *a = number(m->private_key, 32);
    must(BN_mod_mul(h, h, a, m->order, m->context) && BN_mod_add(h, h, r, m->order, m->context),
         "arithmetic");
    to_bytes(h, out_s);
    BN_free(h);
    BN_free(a);
}

static bool verifies(const struct maker *m, struct bytes message, const uint8_t *signature)
{
    return xeddsa_verifies(m->public_key, message, bytes_of(signature, SIG));
}

/*
 * A signature of the group's key with nonce |r|, whose point is |r_y| up to its sign; false when
 * none of the four signs verifies.
 */
static bool sign_with(const struct maker *m, const BIGNUM *r, const uint8_t r_y[32],
                      struct bytes message, uint8_t out[SIG])
{
    uint8_t a_y[32];
    edwards_y(m, m->public_key + 1, a_y);
    for (unsigned signs = 0; signs < 4; signs++) {
        uint8_t a_point[32];
        memcpy(a_point, a_y, 32);
        memcpy(out, r_y, 32);
        out[31] = (uint8_t)(out[31] | (signs & 1) << 7);
        a_point[31] = (uint8_t)(a_point[31] | (signs & 2) << 6);
        equation(m, r, out, a_point, message, out + 32);
        out[63] = (uint8_t)(out[63] | (signs & 2) << 6);
        if (verifies(m, message, out))
            return true;
    }
    return false;
}

/* ---- tests */

static json_t *add(const struct maker *m, enum result result, const char *names,
                   const char *comment, struct bytes message, struct bytes signature)
{
    json_t *test = writer_test(m->writer, result, names, comment);
    writer_hex(test, "msg", message);
    writer_hex(test, "sig", signature);
    return test;
}

static void begin_group(struct maker *m)
{
    json_t *group = writer_group(m->writer, "XeddsaVerify");
    writer_hex(group, "publicKey", bytes_of(m->public_key, KEY));
    if (m->has_private)
        writer_hex(group, "privateKey", bytes_of(m->private_key, 32));
}

static void set_private(struct maker *m, const uint8_t private_key[32])
{
    memcpy(m->private_key, private_key, 32);
    m->has_private = true;
    m->public_key[0] = 5;
    must(crypto_x25519_public(private_key, m->public_key + 1) == OK, "a public key");
}

static void use_private(struct maker *m, const uint8_t private_key[32])
{
    set_private(m, private_key);
    begin_group(m);
}

static void use_public(struct maker *m, const uint8_t u[32])
{
    m->has_private = false;
    m->public_key[0] = 5;
    memcpy(m->public_key + 1, u, 32);
    begin_group(m);
}

/* An honest signature, by the library; its randomness is drawn here or zeros. */
static void sign(struct maker *m, bool is_random, struct bytes message, uint8_t out[SIG],
                 uint8_t random_bytes[64])
{
    struct random same = *m->random;
    memset(random_bytes, 0, 64);
    if (is_random)
        draw(m, random_bytes, 64);
    must(xeddsa_sign(m->private_key, message, is_random ? &same : NULL, out) == OK, "signing");
    must(verifies(m, message, out), "verifying");
}

static void add_signed(struct maker *m, bool is_random, const char *names, const char *comment,
                       struct bytes message)
{
    uint8_t signature[SIG], random_bytes[64];
    char all[64];
    sign(m, is_random, message, signature, random_bytes);
    snprintf(all, sizeof(all), "%s%s", names, signature[63] & 128 ? ",SignBit" : "");
    json_t *test = add(m, RESULT_VALID, all, comment, message, bytes_of(signature, SIG));
    writer_hex(test, "random", bytes_of(random_bytes, 64));
}

/* What everybody signs with a key: nothing, a prekey, a long text. */
static void add_honest(struct maker *m, const char *names)
{
    static const size_t lengths[] = {0, 1, KEY, 64, MESSAGE_MAX};
    uint8_t message[MESSAGE_MAX];
    char comment[64];
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        draw(m, message, sizeof(message));
        if (lengths[i] == KEY)
            message[0] = 5;
        snprintf(comment, sizeof(comment), "%s of %zu bytes",
                 lengths[i] == KEY ? "a serialised key" : "a message", lengths[i]);
        add_signed(m, true, names, comment, bytes_of(message, lengths[i]));
    }
}

/* ---- keys of all kinds, honest signatures */

static void ordinary_keys(struct maker *m)
{
    for (unsigned i = 0; i < 12; i++) {
        uint8_t key[32], message[32];
        draw(m, key, 32);
        clamp(key);
        use_private(m, key);
        add_honest(m, "Ordinary");
        draw(m, message, 32);
        add_signed(m, false, "Ordinary,Randomness", "all randomness is zeros",
                   bytes_of(message, 32));
    }
}

static void edge_keys(struct maker *m)
{
    static const struct {
        uint8_t first, middle, last;
    } keys[] = {{0, 0, 64},   {8, 0, 64},    {248, 255, 127},    {240, 255, 127},   {0, 255, 64},
                {248, 0, 64}, {0, 255, 127}, {0x50, 0x55, 0x55}, {0xa8, 0xaa, 0x6a}};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        uint8_t key[32];
        memset(key, keys[i].middle, 32);
        key[0] = keys[i].first;
        key[31] = keys[i].last;
        use_private(m, key);
        add_honest(m, "EdgeScalar");
    }
}

/* Private keys that are clamped and, modulo L, next to zero: |small| plus 4 to 7 times L. */
static void small_multiples(struct maker *m)
{
    for (int small = -4; small <= 8; small++) {
        for (BN_ULONG times = 4; times <= 7; times++) {
            uint8_t key[32];
            BIGNUM *n = BN_dup(m->order);
            must(n && BN_mul_word(n, times), "arithmetic");
            must(small < 0 ? BN_sub_word(n, (BN_ULONG)-small) : BN_add_word(n, (BN_ULONG)small),
                 "arithmetic");
            bool is_clamped = small != 0 && BN_mod_word(n, 8) == 0 && BN_num_bits(n) == 255;
            if (is_clamped) {
                use_private(m, to_bytes(n, key));
                add_honest(m, "SmallMultiple");
            }
            BN_free(n);
        }
    }
}

/* ---- good signatures spoiled */

static void flipped(struct maker *m, struct bytes message, const uint8_t good[SIG])
{
    for (unsigned i = 0; i < SIG; i++) {
        uint8_t bad[SIG];
        char comment[64];
        memcpy(bad, good, SIG);
        bad[i] = (uint8_t)(bad[i] ^ (i == SIG - 1 ? 128 : 1u << i % 8));
        snprintf(comment, sizeof(comment),
                 i == SIG - 1 ? "the sign bit of the key is flipped"
                              : "bit %u of byte %u is flipped",
                 i % 8, i);
        add(m, RESULT_INVALID, "ModifiedSignature", comment, message, bytes_of(bad, SIG));
    }
}

static void lengths(struct maker *m, struct bytes message, const uint8_t good[SIG])
{
    static const size_t sizes[] = {0, 1, 31, 32, 63, 65, 96};
    uint8_t longer[96] = {0};
    char comment[64];
    memcpy(longer, good, SIG);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        snprintf(comment, sizeof(comment), "%zu bytes", sizes[i]);
        add(m, RESULT_INVALID, "WrongLength", comment, message, bytes_of(longer, sizes[i]));
    }
}

static void parts(struct maker *m, struct bytes message, const uint8_t good[SIG])
{
    static const struct {
        const char *comment;
        size_t at, len;
        uint8_t value;
    } rows[] = {
        {"R is zeros", 0, 32, 0},       {"S is zeros", 32, 32, 0},  {"all zeros", 0, SIG, 0},
        {"R is all ones", 0, 32, 0xff}, {"all ones", 0, SIG, 0xff},
    };
    uint8_t bad[SIG];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        memcpy(bad, good, SIG);
        memset(bad + rows[i].at, rows[i].value, rows[i].len);
        add(m, RESULT_INVALID, "ModifiedSignature", rows[i].comment, message, bytes_of(bad, SIG));
    }
    memcpy(bad, good + 32, 32);
    memcpy(bad + 32, good, 32);
    add(m, RESULT_INVALID, "ModifiedSignature", "R and S are swapped", message, bytes_of(bad, SIG));
}

static void messages(struct maker *m, struct bytes message, const uint8_t good[SIG])
{
    uint8_t other[MESSAGE_MAX];
    memcpy(other, message.data, message.len);
    other[0] ^= 1;
    add(m, RESULT_INVALID, "ModifiedMessage", "a bit of the message is flipped",
        bytes_of(other, message.len), bytes_of(good, SIG));
    add(m, RESULT_INVALID, "ModifiedMessage", "the message lacks its first byte",
        bytes_of(message.data + 1, message.len - 1), bytes_of(good, SIG));
    add(m, RESULT_INVALID, "ModifiedMessage", "the message lacks its last byte",
        bytes_of(message.data, message.len - 1), bytes_of(good, SIG));
    add(m, RESULT_INVALID, "ModifiedMessage", "no message", bytes_of(NULL, 0), bytes_of(good, SIG));
    memcpy(other, message.data, message.len);
    other[message.len] = 0;
    add(m, RESULT_INVALID, "ModifiedMessage", "a zero byte follows the message",
        bytes_of(other, message.len + 1), bytes_of(good, SIG));
}

/* S plus 1 to 7 times L, as long as it has room below the sign bit. */
static void larger_scalars(struct maker *m, struct bytes message, const uint8_t good[SIG])
{
    uint8_t scalar[32], sign_bit = good[SIG - 1] & 128;
    memcpy(scalar, good + 32, 32);
    scalar[31] &= 127;
    BIGNUM *s = number(scalar, 32);
    for (unsigned times = 1; times <= 7; times++) {
        uint8_t bad[SIG];
        char comment[64];
        must(BN_add(s, s, m->order), "arithmetic");
        if (BN_num_bits(s) > 255)
            break;
        memcpy(bad, good, 32);
        to_bytes(s, bad + 32);
        bool is_large = BN_num_bits(s) > 253;
        bad[SIG - 1] |= sign_bit;
        snprintf(comment, sizeof(comment), "%u times the order is added to S", times);
        add(m, is_large ? RESULT_INVALID : RESULT_ACCEPTABLE,
            is_large ? "LargeS" : "SignatureMalleability", comment, message, bytes_of(bad, SIG));
    }
    BN_free(s);
}

static void spoiled(struct maker *m)
{
    for (unsigned i = 0; i < 4; i++) {
        uint8_t key[32], text[KEY], good[SIG], other[SIG], random_bytes[64];
        const struct bytes message = bytes_of(text, sizeof(text));
        draw(m, text, sizeof(text));
        draw(m, key, 32);
        clamp(key);
        set_private(m, key);
        sign(m, true, message, other, random_bytes);
        draw(m, key, 32);
        clamp(key);
        use_private(m, key);
        sign(m, true, message, good, random_bytes);
        json_t *test = add(m, RESULT_VALID, good[63] & 128 ? "Ordinary,SignBit" : "Ordinary",
                           "the good signature", message, bytes_of(good, SIG));
        writer_hex(test, "random", bytes_of(random_bytes, 64));
        add(m, RESULT_INVALID, "OtherKey", "a signature by another key", message,
            bytes_of(other, SIG));
        if (i < 2)
            flipped(m, message, good);
        lengths(m, message, good);
        parts(m, message, good);
        messages(m, message, good);
        larger_scalars(m, message, good);
    }
}

/* ---- what no signer makes */

/* A key below p whose spellings above it, and with bit 255, are judged differently. */
static void other_spellings(struct maker *m)
{
    for (unsigned i = 0; i < 4; i++) {
        uint8_t key[32], text[32], good[SIG], u[32], random_bytes[64];
        BIGNUM *n = BN_dup(m->order);
        if (i == 0) { /* -B: u = 9, and 9 + p has 255 bits */
            must(n && BN_mul_word(n, 5) && BN_sub_word(n, 1), "arithmetic");
            to_bytes(n, key);
        } else {
            draw(m, key, 32);
            clamp(key);
        }
        BN_free(n);
        draw(m, text, 32);
        use_private(m, key);
        sign(m, true, bytes_of(text, 32), good, random_bytes);
        add(m, RESULT_VALID, good[63] & 128 ? "SignBit" : "", "by the key as it is written",
            bytes_of(text, 32), bytes_of(good, SIG));
        memcpy(u, m->public_key + 1, 32);
        u[31] |= 128;
        use_public(m, u);
        add(m, RESULT_ACCEPTABLE, "NonCanonicalKey", "bit 255 of the key is set",
            bytes_of(text, 32), bytes_of(good, SIG));
        if (i > 0)
            continue;
        n = number(u, 32);
        must(BN_clear_bit(n, 255) && BN_add(n, n, m->prime), "arithmetic");
        use_public(m, to_bytes(n, u));
        BN_free(n);
        add(m, RESULT_ACCEPTABLE, "NonCanonicalKey", "the key is p + 9", bytes_of(text, 32),
            bytes_of(good, SIG));
    }
}

static void zero_nonces(struct maker *m)
{
    static const struct {
        const char *comment;
        uint8_t first, middle, last;
        bool is_neutral;
    } rows[] = {{"R is the neutral point", 1, 0, 0, true},
                {"R is the neutral point with sign bit", 1, 0, 128, false},
                {"R is the neutral point as p + 1", 0xee, 0xff, 0x7f, false},
                {"R is the neutral point as p + 1, with sign bit", 0xee, 0xff, 0xff, false}};
    BIGNUM *zero = BN_new();
    must(zero != NULL, "arithmetic");
    uint8_t key[32], text[32], neutral[32] = {1}, good[SIG];
    draw(m, key, 32);
    clamp(key);
    draw(m, text, 32);
    use_private(m, key);
    must(sign_with(m, zero, neutral, bytes_of(text, 32), good), "a nonce of zero");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint8_t r[32], a[32], bad[SIG];
        memset(r, rows[i].middle, 32);
        r[0] = rows[i].first;
        r[31] = rows[i].last;
        edwards_y(m, m->public_key + 1, a);
        a[31] |= good[63] & 128;
        memcpy(bad, r, 32);
        equation(m, zero, r, a, bytes_of(text, 32), bad + 32);
        bad[63] |= good[63] & 128;
        add(m, rows[i].is_neutral ? RESULT_ACCEPTABLE : RESULT_INVALID,
            rows[i].is_neutral ? "ZeroNonce" : "NonCanonicalR", rows[i].comment, bytes_of(text, 32),
            bytes_of(bad, SIG));
    }
    BN_free(zero);
}

/* Keys of small order: R is the neutral point and S zero, for a message whose hash fits. */
static void low_order_keys(struct maker *m)
{
    for (size_t i = 0; i < N_LOW_ORDER; i++) {
        const struct low_order_point *point = low_order_point(i);
        uint8_t good[SIG] = {1};
        bool has_good = false, has_bad = false;
        uint8_t key[KEY] = {5};
        memcpy(key + 1, point->u, 32);
        for (unsigned n = 0; n < TRIES && !(has_good && has_bad); n++) {
            const uint8_t text[2] = {(uint8_t)n, (uint8_t)(n >> 8)};
            bool is_good = xeddsa_verifies(key, bytes_of(text, 2), bytes_of(good, SIG));
            if (!(has_good || has_bad))
                use_public(m, point->u);
            if (is_good ? has_good : has_bad)
                continue;
            has_good |= is_good;
            has_bad |= !is_good;
            add(m, is_good ? RESULT_ACCEPTABLE : RESULT_INVALID, "LowOrderKey", point->explanation,
                bytes_of(text, 2), bytes_of(good, SIG));
        }
    }
}

/* The honest key plus a point of order 2. The equation holds where H is even; where it is odd, with
 * the cofactor only. */
static void torsion_keys(struct maker *m)
{
    for (unsigned i = 0; i < 4; i++) {
        uint8_t key[32], nonce[32], point[32], r_y[32], u[32];
        bool has_good = false, has_bad = false;
        draw(m, key, 32);
        clamp(key);
        draw(m, nonce, 32);
        clamp(nonce);
        must(crypto_x25519_public(nonce, point) == OK, "a nonce's point");
        must(crypto_x25519_public(key, u) == OK && crypto_curve_add_torsion(u) == OK, "torsion");
        edwards_y(m, point, r_y);
        BIGNUM *r = number(nonce, 32);
        use_public(m, u);
        memcpy(m->private_key, key, 32);
        for (uint8_t n = 0; n < TRIES / 8 && !(has_good && has_bad); n++) {
            uint8_t signature[SIG];
            bool is_good = sign_with(m, r, r_y, bytes_of(&n, 1), signature);
            if (is_good ? has_good : has_bad)
                continue;
            has_good |= is_good;
            has_bad |= !is_good;
            add(m, is_good ? RESULT_ACCEPTABLE : RESULT_INVALID,
                is_good ? "TorsionKey" : "TorsionKey,CofactoredOnly",
                is_good ? "the hash is even" : "the hash is odd", bytes_of(&n, 1),
                bytes_of(signature, SIG));
        }
        BN_free(r);
    }
}

static void write(struct writer *w)
{
    struct maker m;
    maker_init(&m, w);
    ordinary_keys(&m);
    edge_keys(&m);
    small_multiples(&m);
    spoiled(&m);
    other_spellings(&m);
    zero_nonces(&m);
    low_order_keys(&m);
    torsion_keys(&m);
    maker_fini(&m);
}

const struct family family_xeddsa = {
    .name = "xeddsa",
    .algorithm = "XEdDSA",
    .header = "Signatures of public keys 05 || u (33 bytes) as Signal's libraries make and verify "
              "them: XEdDSA revision 1, but for the sign of the key, which travels in bit 7 of the "
              "last byte of the signature. Where privateKey and random stand, a signer that draws "
              "these 64 bytes makes exactly this signature.",
    .flags = flags,
    .n_flags = COUNT_OF(flags),
    .judges = judges,
    .n_judges = COUNT_OF(judges),
    .write = write,
};
