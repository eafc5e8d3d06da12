/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/kem: what FIPS 203 asks of every key; round-3 Kyber as another implementation has it
 * (kyber/); and vectors that others published, where they stand beside the project.
 */
#include "cipher/kem/kem.h"
#include "base/crypto.h"
#include "support/hex.h"
#include "support/published.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct keys {
    uint8_t ek[KEM_EK_MAX], dk[KEM_DK_MAX];
    struct bytes ek_bytes, dk_bytes;
};

static const struct kem *const kems[] = {&kem_ml_kem_768, &kem_ml_kem_1024, &kem_kyber_1024};
static const uint8_t d[32] = {1}, z[32] = {2}, m[32] = {3};

static void make_keys(const struct kem *kem, const uint8_t *d_seed, const uint8_t *z_seed,
                      struct keys *keys)
{
    assert_int_equal(kem_keygen(kem, d_seed, z_seed, keys->ek, keys->dk), OK);
    keys->ek_bytes = bytes_of(keys->ek, kem->ek_len);
    keys->dk_bytes = bytes_of(keys->dk, kem->dk_len);
}

static const struct kem *kem_named(const char *name)
{
    for (size_t i = 0; i < sizeof(kems) / sizeof(kems[0]); i++)
        if (strcmp(kems[i]->name, name) == 0)
            return kems[i];
    fail_msg("no such parameter set: %s", name);
    return NULL;
}

static void both_sides_have_the_secret(void **state)
{
    uint8_t ciphertext[KEM_CIPHERTEXT_MAX], one[32], two[32], changed[32];
    struct keys keys;
    (void)state;
    for (size_t i = 0; i < sizeof(kems) / sizeof(kems[0]); i++) {
        const struct kem *kem = kems[i];
        struct bytes c = bytes_of(ciphertext, kem->ciphertext_len);
        make_keys(kem, d, z, &keys);
        assert_int_equal(kem_encaps(kem, keys.ek_bytes, m, ciphertext, one), OK);
        assert_int_equal(kem_decaps(kem, keys.dk_bytes, c, two), OK);
        assert_memory_equal(one, two, 32);
        for (size_t at = 0; at < c.len; at += 97) {
            ciphertext[at] ^= 1;
            assert_int_equal(kem_decaps(kem, keys.dk_bytes, c, changed), OK);
            assert_memory_not_equal(one, changed, 32);
            assert_int_equal(kem_decaps(kem, keys.dk_bytes, c, two), OK);
            assert_memory_equal(changed, two, 32); /* it is the same rejection each time */
            ciphertext[at] ^= 1;
        }
    }
}

static void what_is_no_key_is_refused(void **state)
{
    uint8_t ciphertext[KEM_CIPHERTEXT_MAX], secret[32];
    struct keys keys;
    (void)state;
    for (size_t i = 0; i < sizeof(kems) / sizeof(kems[0]); i++) {
        const struct kem *kem = kems[i];
        make_keys(kem, d, z, &keys);
        struct bytes ek = keys.ek_bytes, dk = keys.dk_bytes;
        struct bytes c = bytes_of(ciphertext, kem->ciphertext_len);
        assert_int_equal(kem_encaps(kem, bytes_of(ek.data, ek.len - 1), m, ciphertext, secret),
                         E_PARSE);
        assert_int_equal(kem_encaps(kem, bytes_of(NULL, 0), m, ciphertext, secret), E_PARSE);
        assert_int_equal(kem_encaps(kem, ek, m, ciphertext, secret), OK);
        assert_int_equal(kem_decaps(kem, dk, bytes_of(c.data, c.len - 1), secret), E_PARSE);
        assert_int_equal(kem_decaps(kem, bytes_of(dk.data, dk.len - 1), c, secret), E_PARSE);
        assert_int_equal(kem_decaps(kem, bytes_of(NULL, 0), c, secret), E_PARSE);
        keys.dk[dk.len - 33] ^= 1; /* the last byte of H(ek) */
        assert_int_equal(kem_decaps(kem, dk, c, secret), E_PARSE);
        /* a coefficient of q: refused by FIPS 203, taken by Kyber as deployed */
        keys.ek[0] = 0x01;
        keys.ek[1] = (uint8_t)((keys.ek[1] & 0xf0) | 0x0d);
        assert_int_equal(kem_encaps(kem, ek, m, ciphertext, secret), kem->is_round3 ? OK : E_PARSE);
    }
}

static void the_halves_are_the_whole(void **state)
{
    uint8_t header[KEM_HEADER_LEN], vector[KEM_VECTOR_LEN], ct1[KEM_CT1_LEN], ct2[KEM_CT2_LEN];
    uint8_t whole[KEM_CIPHERTEXT_MAX], secret[32], secret_of_half[32];
    struct keys keys;
    (void)state;
    make_keys(&kem_ml_kem_768, d, z, &keys);
    assert_int_equal(kem_split_ek(keys.ek, header, vector), OK);
    assert_int_equal(kem_encaps(&kem_ml_kem_768, keys.ek_bytes, m, whole, secret), OK);
    assert_int_equal(kem_encaps_first(header, m, ct1, secret_of_half), OK);
    assert_int_equal(kem_encaps_second(header, vector, m, ct2), OK);
    assert_memory_equal(secret, secret_of_half, 32);
    assert_memory_equal(whole, ct1, sizeof(ct1));
    assert_memory_equal(whole + sizeof(ct1), ct2, sizeof(ct2));
    vector[100] ^= 1;
    assert_int_equal(kem_encaps_second(header, vector, m, ct2), E_PARSE);
    vector[100] ^= 1;
    header[40] ^= 1;
    assert_int_equal(kem_encaps_second(header, vector, m, ct2), E_PARSE);
}

/* A vector whose hash is right and that has a coefficient of q. */
static void a_half_key_above_q_is_refused(void **state)
{
    uint8_t header[KEM_HEADER_LEN], vector[KEM_VECTOR_LEN], ct2[KEM_CT2_LEN];
    struct keys keys;
    (void)state;
    make_keys(&kem_ml_kem_768, d, z, &keys);
    keys.ek[0] = 0x01;
    keys.ek[1] = (uint8_t)((keys.ek[1] & 0xf0) | 0x0d);
    assert_int_equal(kem_split_ek(keys.ek, header, vector), OK);
    assert_int_equal(kem_encaps_second(header, vector, m, ct2), E_PARSE);
}

/* ---- Vectors of others. */

struct reading {
    const struct kem *kem;
    const json_t *vector;
    struct arena arena;
};

static const char *text(const struct reading *r, const char *name)
{
    return json_string_value(json_object_get(r->vector, name));
}

static struct bytes member(struct reading *r, const char *name)
{
    return unhex_in(&r->arena, text(r, name));
}

static bool is_valid(const struct reading *r) { return strcmp(text(r, "result"), "valid") == 0; }

static void check_keygen(struct reading *r)
{
    struct keys keys;
    struct bytes seed = member(r, "seed");
    assert_int_equal(seed.len, 64);
    make_keys(r->kem, seed.data, seed.data + 32, &keys);
    assert_true(bytes_equal(keys.ek_bytes, member(r, "ek")));
    assert_true(bytes_equal(keys.dk_bytes, member(r, "dk")));
}

static void check_encaps(struct reading *r)
{
    uint8_t ciphertext[KEM_CIPHERTEXT_MAX], secret[32];
    struct bytes randomness = member(r, "m");
    assert_int_equal(randomness.len, 32);
    enum status st = kem_encaps(r->kem, member(r, "ek"), randomness.data, ciphertext, secret);
    assert_int_equal(st, is_valid(r) ? OK : E_PARSE);
    if (st)
        return;
    assert_true(bytes_equal(bytes_of(ciphertext, r->kem->ciphertext_len), member(r, "c")));
    assert_true(bytes_equal(bytes_of(secret, 32), member(r, "K")));
}

static void check_secret(struct reading *r, struct bytes dk)
{
    uint8_t secret[32];
    enum status st = kem_decaps(r->kem, dk, member(r, "c"), secret);
    assert_int_equal(st, is_valid(r) ? OK : E_PARSE);
    assert_true(st || bytes_equal(bytes_of(secret, 32), member(r, "K")));
}

static void check_decaps(struct reading *r) { check_secret(r, member(r, "dk")); }

static void check_seed(struct reading *r)
{
    struct keys keys;
    struct bytes seed = member(r, "seed");
    if (seed.len != 64) { /* a seed of another length cannot be said to kem_keygen */
        assert_false(is_valid(r));
        return;
    }
    make_keys(r->kem, seed.data, seed.data + 32, &keys);
    if (text(r, "ek"))
        assert_true(bytes_equal(keys.ek_bytes, member(r, "ek")));
    check_secret(r, keys.dk_bytes);
}

/* crystals-kyber drew d, z and m. */
static void round3_kyber_is_as_another_implementation_has_it(void **state)
{
    json_error_t error;
    const json_t *vector;
    size_t i;
    (void)state;
    json_t *document = json_load_file(KYBER_VECTORS, 0, &error);
    if (!document)
        fail_msg("%s: %s", KYBER_VECTORS, error.text);
    assert_true(json_array_size(json_object_get(document, "vectors")) > 0);
    json_array_foreach(json_object_get(document, "vectors"), i, vector)
    {
        struct reading r = {.kem = &kem_kyber_1024, .vector = vector};
        uint8_t ciphertext[KEM_CIPHERTEXT_MAX], secret[32];
        struct keys keys;
        struct bytes drawn[3];
        arena_init(&r.arena, 1u << 20);
        for (size_t j = 0; j < 3; j++)
            drawn[j] = unhex_in(
                &r.arena, json_string_value(json_array_get(json_object_get(vector, "drawn"), j)));
        make_keys(r.kem, drawn[0].data, drawn[1].data, &keys);
        assert_true(bytes_equal(keys.ek_bytes, member(&r, "ek")));
        assert_true(bytes_equal(keys.dk_bytes, member(&r, "dk")));
        assert_int_equal(kem_encaps(r.kem, keys.ek_bytes, drawn[2].data, ciphertext, secret), OK);
        assert_true(
            bytes_equal(bytes_of(ciphertext, r.kem->ciphertext_len), member(&r, "ciphertext")));
        assert_true(bytes_equal(bytes_of(secret, 32), member(&r, "secret")));
        arena_fini(&r.arena);
    }
    json_decref(document);
}

static void published_files_hold(void **state)
{
    static const struct {
        const char *file;
        void (*check)(struct reading *r);
    } checks[] = {{"mlkem/mlkem_768_keygen_seed_test.json", check_keygen},
                  {"mlkem/mlkem_1024_keygen_seed_test.json", check_keygen},
                  {"mlkem/mlkem_768_encaps_test.json", check_encaps},
                  {"mlkem/mlkem_1024_encaps_test.json", check_encaps},
                  {"mlkem/mlkem_768_semi_expanded_decaps_test.json", check_decaps},
                  {"mlkem/mlkem_768_test.json", check_seed},
                  {"mlkem/mlkem_1024_test.json", check_seed}};
    (void)state;
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        json_t *document = published_vectors(checks[i].file);
        const json_t *group, *vector;
        size_t g, v, n = 0;
        json_array_foreach(json_object_get(document, "testGroups"), g, group)
        {
            struct reading r = {
                .kem = kem_named(json_string_value(json_object_get(group, "parameterSet")))};
            json_array_foreach(json_object_get(group, "tests"), v, vector)
            {
                r.vector = vector;
                arena_init(&r.arena, 1u << 20);
                checks[i].check(&r);
                arena_fini(&r.arena);
                n++;
            }
        }
        assert_int_equal(n, json_integer_value(json_object_get(document, "numberOfTests")));
        json_decref(document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_have_the_secret),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(the_halves_are_the_whole),
        cmocka_unit_test(a_half_key_above_q_is_refused),
        cmocka_unit_test(round3_kyber_is_as_another_implementation_has_it),
        cmocka_unit_test(published_files_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
