/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/kem/polynomial.h"

#include "base/crypto.h"

#include <string.h>

/* 17 to the power of the seven bits of the index, reversed, modulo q (FIPS 203, appendix A). */
static const uint16_t zetas[128] = {
    1,    1729, 2580, 3289, 2642, 630,  1897, 848,  1062, 1919, 193,  797,  2786, 3260, 569,  1746,
    296,  2447, 1339, 1476, 3046, 56,   2240, 1333, 1426, 2094, 535,  2882, 2393, 2879, 1974, 821,
    289,  331,  3253, 1756, 1197, 2304, 2277, 2055, 650,  1977, 2513, 632,  2865, 33,   1320, 1915,
    2319, 1435, 807,  452,  1438, 2868, 1534, 2402, 2647, 2617, 1481, 648,  2474, 3110, 1227, 910,
    17,   2761, 583,  2649, 1637, 723,  2288, 1100, 1409, 2662, 3281, 233,  756,  2156, 3015, 3050,
    1703, 1651, 2789, 1789, 1847, 952,  1461, 2687, 939,  2308, 2437, 2388, 733,  2337, 268,  641,
    1584, 2298, 2037, 3220, 375,  2549, 2090, 1645, 1063, 319,  2773, 757,  2099, 561,  2466, 2594,
    2804, 1092, 403,  1026, 1143, 2150, 2775, 886,  1722, 1212, 1874, 1029, 2110, 2935, 885,  2154,
};
#define INVERSE_OF_128 3303u

/* |a| below 2q. */
static uint16_t reduce_once(uint32_t a)
{
    uint32_t less = a - KEM_Q;
    uint32_t mask = 0u - (less >> 31); /* all ones where a was below q */
    return (uint16_t)(less + (KEM_Q & mask));
}

/* |a| below 2 q^2: Barrett, with 5039 = floor(2^24 / q). */
static uint16_t reduce(uint32_t a)
{
    uint32_t quotient = (uint32_t)(((uint64_t)a * 5039u) >> 24);
    return reduce_once(a - quotient * KEM_Q);
}

static uint16_t multiply(uint16_t a, uint16_t b) { return reduce((uint32_t)a * b); }

static uint16_t add(uint16_t a, uint16_t b) { return reduce_once((uint32_t)a + b); }

static uint16_t subtract(uint16_t a, uint16_t b) { return reduce_once((uint32_t)a + KEM_Q - b); }

void polynomial_ntt(struct polynomial *f)
{
    unsigned i = 1;
    for (unsigned len = 128; len >= 2; len /= 2)
        for (unsigned start = 0; start < KEM_N; start += 2 * len) {
            uint16_t zeta = zetas[i++];
            for (unsigned j = start; j < start + len; j++) {
                uint16_t t = multiply(zeta, f->at[j + len]);
                f->at[j + len] = subtract(f->at[j], t);
                f->at[j] = add(f->at[j], t);
            }
        }
}

void polynomial_ntt_inverse(struct polynomial *f)
{
    unsigned i = 127;
    for (unsigned len = 2; len <= 128; len *= 2)
        for (unsigned start = 0; start < KEM_N; start += 2 * len) {
            uint16_t zeta = zetas[i--];
            for (unsigned j = start; j < start + len; j++) {
                uint16_t t = f->at[j];
                f->at[j] = add(t, f->at[j + len]);
                f->at[j + len] = multiply(zeta, subtract(f->at[j + len], t));
            }
        }
    for (unsigned j = 0; j < KEM_N; j++)
        f->at[j] = multiply(f->at[j], INVERSE_OF_128);
}

/* Algorithm 12 (BaseCaseMultiply): modulo X^2 - gamma, which is a zeta or its negative. */
static void add_base_product(uint16_t sum[2], const uint16_t a[2], const uint16_t b[2],
                             uint16_t gamma)
{
    uint16_t high = multiply(multiply(a[1], b[1]), gamma);
    sum[0] = add(sum[0], add(multiply(a[0], b[0]), high));
    sum[1] = add(sum[1], reduce((uint32_t)a[0] * b[1] + (uint32_t)a[1] * b[0]));
}

void polynomial_add_product(struct polynomial *sum, const struct polynomial *f,
                            const struct polynomial *g)
{
    for (unsigned i = 0; i < KEM_N / 4; i++) {
        uint16_t gamma = zetas[64 + i];
        unsigned at = 4 * i;
        add_base_product(&sum->at[at], &f->at[at], &g->at[at], gamma);
        add_base_product(&sum->at[at + 2], &f->at[at + 2], &g->at[at + 2], subtract(0, gamma));
    }
}

void polynomial_add(struct polynomial *sum, const struct polynomial *f)
{
    for (unsigned i = 0; i < KEM_N; i++)
        sum->at[i] = add(sum->at[i], f->at[i]);
}

void polynomial_subtract(struct polynomial *difference, const struct polynomial *f)
{
    for (unsigned i = 0; i < KEM_N; i++)
        difference->at[i] = subtract(difference->at[i], f->at[i]);
}

/* Take what lies below q from the 12-bit values of |stream|; the number of coefficients now. */
static unsigned take_below_q(const uint8_t *stream, size_t len, struct polynomial *out)
{
    unsigned n = 0;
    for (size_t i = 0; i + 3 <= len && n < KEM_N; i += 3) {
        unsigned first = stream[i] | (stream[i + 1] & 15u) << 8;
        unsigned second = stream[i + 1] >> 4 | (unsigned)stream[i + 2] << 4;
        if (first < KEM_Q)
            out->at[n++] = (uint16_t)first;
        if (second < KEM_Q && n < KEM_N)
            out->at[n++] = (uint16_t)second;
    }
    return n;
}

enum status polynomial_sample_uniform(const uint8_t rho[32], uint8_t row, uint8_t column,
                                      struct polynomial *out)
{
    /* 473 bytes are needed on average; 840 do but once in 2^50 times, and 3360 always */
    uint8_t seed[34], stream[3360];
    enum status st;
    memcpy(seed, rho, 32);
    seed[32] = column;
    seed[33] = row;
    for (size_t len = 840; len <= sizeof(stream); len *= 2) {
        if ((st = crypto_shake128(bytes_of(seed, sizeof(seed)), stream, len)))
            return st;
        if (take_below_q(stream, len, out) == KEM_N)
            return OK;
    }
    return E_CRYPTO;
}

enum status polynomial_sample_noise(const uint8_t seed[32], uint8_t nonce, struct polynomial *out)
{
    uint8_t input[33], stream[128];
    enum status st;
    memcpy(input, seed, 32);
    input[32] = nonce;
    st = crypto_shake256(bytes_of(input, sizeof(input)), stream, sizeof(stream));
    for (unsigned i = 0; !st && i < KEM_N; i++) {
        unsigned bits = (unsigned)stream[i / 2] >> 4 * (i % 2);
        unsigned x = (bits & 1u) + (bits >> 1 & 1u), y = (bits >> 2 & 1u) + (bits >> 3 & 1u);
        out->at[i] = subtract((uint16_t)x, (uint16_t)y);
    }
    crypto_wipe(input, sizeof(input));
    crypto_wipe(stream, sizeof(stream));
    return st;
}

void polynomial_encode(const struct polynomial *f, unsigned d, uint8_t *out)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    for (unsigned i = 0; i < KEM_N; i++) {
        bits |= (uint32_t)f->at[i] << n_bits;
        for (n_bits += d; n_bits >= 8; n_bits -= 8, bits >>= 8)
            *out++ = (uint8_t)bits;
    }
}

void polynomial_decode(const uint8_t *in, unsigned d, struct polynomial *out)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    for (unsigned i = 0; i < KEM_N; i++) {
        for (; n_bits < d; n_bits += 8)
            bits |= (uint32_t)*in++ << n_bits;
        out->at[i] = reduce_once(bits & ((1u << d) - 1));
        bits >>= d;
        n_bits -= d;
    }
}

bool polynomial_is_reduced(const uint8_t in[384])
{
    for (unsigned i = 0; i < 384; i += 3)
        if ((in[i] | (in[i + 1] & 15u) << 8) >= KEM_Q ||
            (in[i + 1] >> 4 | (unsigned)in[i + 2] << 4) >= KEM_Q)
            return false;
    return true;
}

void polynomial_compress(struct polynomial *f, unsigned d)
{
    for (unsigned i = 0; i < KEM_N; i++) {
        /* divided by q with no division, whose time may tell its operands: ceil(2^32 / q) */
        uint64_t rounded = ((uint32_t)f->at[i] << d) + KEM_Q / 2;
        f->at[i] = (uint16_t)(rounded * 1290168u >> 32 & ((1u << d) - 1));
    }
}

void polynomial_decompress(struct polynomial *f, unsigned d)
{
    for (unsigned i = 0; i < KEM_N; i++)
        f->at[i] = (uint16_t)(((uint32_t)f->at[i] * KEM_Q + (1u << (d - 1))) >> d);
}
