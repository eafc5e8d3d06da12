/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/crypto_curve.h"

#include <openssl/bn.h>

#define ORDER "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"
#define PRIME "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"
#define A24 121665u

/* The Montgomery ladder of RFC 7748, section 5, on projective coordinates. */
struct ladder {
    BN_CTX *ctx;
    BIGNUM *p, *x1, *x2, *z2, *x3, *z3;
    BIGNUM *a, *b, *c, *d; /* of one step */
};

static bool mul(const struct ladder *l, BIGNUM *out, const BIGNUM *x, const BIGNUM *y)
{
    return BN_mod_mul(out, x, y, l->p, l->ctx) == 1;
}

static bool add(const struct ladder *l, BIGNUM *out, const BIGNUM *x, const BIGNUM *y)
{
    return BN_mod_add(out, x, y, l->p, l->ctx) == 1;
}

static bool sub(const struct ladder *l, BIGNUM *out, const BIGNUM *x, const BIGNUM *y)
{
    return BN_mod_sub(out, x, y, l->p, l->ctx) == 1;
}

/* (x3, z3) = the sum, (x2, z2) = the double. */
static bool step(struct ladder *l)
{
    return add(l, l->a, l->x2, l->z2) && sub(l, l->b, l->x2, l->z2) && add(l, l->c, l->x3, l->z3) &&
           sub(l, l->d, l->x3, l->z3) && mul(l, l->d, l->d, l->a) && mul(l, l->c, l->c, l->b) &&
           add(l, l->x3, l->d, l->c) && sub(l, l->z3, l->d, l->c) && mul(l, l->x3, l->x3, l->x3) &&
           mul(l, l->z3, l->z3, l->z3) && mul(l, l->z3, l->z3, l->x1) && mul(l, l->a, l->a, l->a) &&
           mul(l, l->b, l->b, l->b) && mul(l, l->x2, l->a, l->b) && sub(l, l->b, l->a, l->b) &&
           BN_copy(l->c, l->b) && BN_mul_word(l->c, A24) == 1 && add(l, l->c, l->c, l->a) &&
           mul(l, l->z2, l->b, l->c);
}

/* z2 of |order| times the point: zero exactly when that is the neutral element. */
static bool vanishes(struct ladder *l, const BIGNUM *order)
{
    bool is_good = BN_one(l->x2) && BN_copy(l->x3, l->x1) && BN_one(l->z3);
    BN_zero(l->z2);
    for (int i = BN_num_bits(order) - 1; is_good && i >= 0; i--) {
        bool bit = BN_is_bit_set(order, i);
        if (bit) {
            BN_swap(l->x2, l->x3);
            BN_swap(l->z2, l->z3);
        }
        is_good = step(l);
        if (bit) {
            BN_swap(l->x2, l->x3);
            BN_swap(l->z2, l->z3);
        }
    }
    return is_good && BN_is_zero(l->z2);
}

bool crypto_curve_is_prime_order(const uint8_t u[32])
{
    struct ladder l = {.ctx = BN_CTX_new()};
    BIGNUM *order = NULL;
    bool is_prime = false;
    if (!l.ctx)
        return false;
    BN_CTX_start(l.ctx);
    BIGNUM **const all[] = {&l.p, &l.x1, &l.x2, &l.z2, &l.x3, &l.z3, &l.a, &l.b, &l.c, &l.d};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        *all[i] = BN_CTX_get(l.ctx);
    if (l.d && BN_hex2bn(&l.p, PRIME) && BN_hex2bn(&order, ORDER) && BN_lebin2bn(u, 32, l.x1))
        is_prime = !BN_is_zero(l.x1) && BN_cmp(l.x1, l.p) < 0 && vanishes(&l, order);
    BN_free(order);
    BN_CTX_end(l.ctx);
    BN_CTX_free(l.ctx);
    return is_prime;
}

/* (u, v) + (0, 0) is at 1 / u. */
enum status crypto_curve_add_torsion(uint8_t u[32])
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *p = NULL, *x = BN_lebin2bn(u, 32, NULL);
    bool is_done = ctx && x && BN_hex2bn(&p, PRIME) && BN_mod_inverse(x, x, p, ctx) &&
                   BN_bn2lebinpad(x, u, 32) == 32;
    BN_free(x);
    BN_free(p);
    BN_CTX_free(ctx);
    return is_done ? OK : E_CRYPTO;
}

/* RFC 7748, section 4.1: (u - 1) / (u + 1). */
enum status crypto_curve_edwards_y(const uint8_t u[32], uint8_t out[32])
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *p = NULL, *x = BN_lebin2bn(u, 32, NULL), *y = BN_lebin2bn(u, 32, NULL);
    bool is_done = ctx && x && y && BN_hex2bn(&p, PRIME) && BN_add_word(x, 1) &&
                   BN_sub_word(y, 1) && BN_mod_inverse(x, x, p, ctx) &&
                   BN_mod_mul(y, y, x, p, ctx) && BN_bn2lebinpad(y, out, 32) == 32;
    BN_free(x);
    BN_free(y);
    BN_free(p);
    BN_CTX_free(ctx);
    return is_done ? OK : E_CRYPTO;
}

enum status crypto_curve_scalar_product(const uint8_t a[32], const uint8_t b[64], uint8_t out[32])
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *order = NULL, *x = BN_lebin2bn(a, 32, NULL), *y = BN_lebin2bn(b, 64, NULL);
    bool is_done = ctx && x && y && BN_hex2bn(&order, ORDER) && BN_mod_mul(x, x, y, order, ctx) &&
                   BN_bn2lebinpad(x, out, 32) == 32;
    BN_clear_free(x);
    BN_free(y);
    BN_free(order);
    BN_CTX_free(ctx);
    return is_done ? OK : E_CRYPTO;
}
