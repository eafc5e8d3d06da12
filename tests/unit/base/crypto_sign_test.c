/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signatures against the examples of RFC 8037, appendix A, and RFC 7515, appendix A.3; and
 * invalid signatures and keys.
 */
#include "base/base64.h"
#include "base/crypto_sign.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* A JWS in compact form with its key, as published; |d| where the signature has only one value. */
struct example {
    const char *sentence, *signed_part, *signature, *x, *y, *d;
};

static const struct example examples[] = {
    {.sentence = "Ed25519 as in RFC 8037, appendix A",
     .signed_part = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
     .signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_"
                  "MuM0KAg",
     .x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
     .d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
    {.sentence = "ES256 as in RFC 7515, appendix A.3",
     .signed_part = "eyJhbGciOiJFUzI1NiJ9."
                    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc1"
                    "9yb290Ijp0cnVlfQ",
     .signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-"
                  "Kg6NU1Q",
     .x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
     .y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
};

struct parts {
    uint8_t signature[CRYPTO_SIGNATURE_LEN], x[32], y[32];
    bool is_p256;
};

static void decode(const char *text, uint8_t *out, size_t len)
{
    struct buffer clear;
    buffer_init(&clear, 128);
    assert_int_equal(base64_decode(bytes_of_text(text), BASE64_URL, &clear), OK);
    assert_int_equal(clear.len, len);
    memcpy(out, clear.data, len);
    buffer_fini(&clear);
}

static struct parts parts_of(const struct example *e)
{
    struct parts p = {.is_p256 = e->y != NULL};
    decode(e->signature, p.signature, sizeof(p.signature));
    decode(e->x, p.x, sizeof(p.x));
    if (e->y)
        decode(e->y, p.y, sizeof(p.y));
    return p;
}

static bool verifies(const struct parts *p, struct bytes message, size_t signature_len)
{
    struct bytes signature = bytes_of(p->signature, signature_len);
    if (p->is_p256)
        return crypto_p256_verifies(bytes_of(p->x, 32), bytes_of(p->y, 32), message, signature);
    return crypto_ed25519_verifies(bytes_of(p->x, 32), message, signature);
}

static void the_example_verifies(void **state)
{
    const struct example *e = *state;
    struct parts p = parts_of(e);
    assert_true(verifies(&p, bytes_of_text(e->signed_part), CRYPTO_SIGNATURE_LEN));
    assert_false(verifies(&p, bytes_of_text("another text"), CRYPTO_SIGNATURE_LEN));
    assert_false(verifies(&p, bytes_of_text(""), CRYPTO_SIGNATURE_LEN));
    for (size_t len = 0; len < CRYPTO_SIGNATURE_LEN; len++)
        assert_false(verifies(&p, bytes_of_text(e->signed_part), len));
}

static void no_bit_of_it_may_differ(void **state)
{
    const struct example *e = *state;
    for (size_t bit = 0; bit < (size_t)8 * CRYPTO_SIGNATURE_LEN; bit++) {
        struct parts p = parts_of(e);
        p.signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(verifies(&p, bytes_of_text(e->signed_part), CRYPTO_SIGNATURE_LEN));
    }
    for (size_t bit = 0; bit < (size_t)8 * 32; bit++) {
        struct parts p = parts_of(e);
        p.x[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(verifies(&p, bytes_of_text(e->signed_part), CRYPTO_SIGNATURE_LEN));
    }
}

static void the_published_seed_gives_the_published_signature(void **state)
{
    (void)state;
    const struct example *e = &examples[0];
    struct parts p = parts_of(e);
    uint8_t seed[32], x[32], y[32], made[CRYPTO_SIGNATURE_LEN];
    struct crypto_signer *signer;
    decode(e->d, seed, sizeof(seed));
    assert_int_equal(crypto_signer_new(CRYPTO_ED25519, seed, &signer), OK);
    crypto_signer_public(signer, x, y);
    assert_memory_equal(x, p.x, 32);
    assert_int_equal(crypto_sign(signer, bytes_of_text(e->signed_part), made), OK);
    assert_memory_equal(made, p.signature, sizeof(made));
    crypto_signer_free(signer);
}

/* Short r or s would show: ECDSA's numbers lose their leading zeros in DER. */
static void what_p256_signs_verifies(void **state)
{
    (void)state;
    uint8_t seed[32] = {7};
    struct parts p = {.is_p256 = true};
    struct crypto_signer *signer;
    size_t n_short = 0;
    assert_int_equal(crypto_signer_new(CRYPTO_P256, seed, &signer), OK);
    crypto_signer_public(signer, p.x, p.y);
    for (unsigned i = 0; i < 2000; i++) {
        assert_int_equal(crypto_sign(signer, bytes_of_text("said"), p.signature), OK);
        assert_true(verifies(&p, bytes_of_text("said"), CRYPTO_SIGNATURE_LEN));
        n_short += p.signature[0] == 0 || p.signature[32] == 0;
    }
    assert_in_range(n_short, 1, 200);
    crypto_signer_free(signer);
}

static void what_is_no_key_verifies_nothing(void **state)
{
    (void)state;
    struct parts ed = parts_of(&examples[0]), p256 = parts_of(&examples[1]);
    struct bytes message = bytes_of_text(examples[1].signed_part);
    struct bytes good = bytes_of(p256.signature, 64);
    p256.y[31] ^= 1;
    assert_false(crypto_p256_verifies(bytes_of(p256.x, 32), bytes_of(p256.y, 32), message, good));
    p256 = parts_of(&examples[1]);
    assert_false(crypto_p256_verifies(bytes_of(p256.x, 31), bytes_of(p256.y, 32), message, good));
    assert_false(crypto_p256_verifies(bytes_of(p256.x, 32), bytes_of(NULL, 0), message, good));
    memset(p256.x, 0xff, 32);
    assert_false(crypto_p256_verifies(bytes_of(p256.x, 32), bytes_of(p256.y, 32), message, good));
    memset(p256.x, 0, 32);
    memset(p256.y, 0, 32);
    assert_false(crypto_p256_verifies(bytes_of(p256.x, 32), bytes_of(p256.y, 32), message, good));
    assert_false(crypto_ed25519_verifies(bytes_of(ed.x, 31), message, good));
    assert_false(crypto_ed25519_verifies(bytes_of(NULL, 0), message, good));
}

/* RFC 8410, section 10.3: a private key; and its public key, section 10.1. */
static const char private_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";
static const char public_pem[] = "-----BEGIN PUBLIC KEY-----\n"
                                 "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                                 "-----END PUBLIC KEY-----\n";

static void a_key_is_read_and_written_as_others_write_it(void **state)
{
    struct crypto_signer *signer;
    struct buffer pem;
    uint8_t x[32], y[32], read[32], signature[CRYPTO_SIGNATURE_LEN];
    struct bytes message = bytes_of_text("evidence");
    (void)state;
    buffer_init(&pem, 4096);
    assert_int_equal(crypto_signer_read(bytes_of_text(private_pem), &signer), OK);
    crypto_signer_public(signer, x, y);
    assert_int_equal(crypto_ed25519_write(x, &pem), OK);
    assert_string_equal(buffer_text(&pem), public_pem);
    assert_int_equal(crypto_ed25519_read(bytes_of_text(public_pem), read), OK);
    assert_memory_equal(read, x, sizeof(x));
    assert_int_equal(crypto_sign(signer, message, signature), OK);
    assert_true(crypto_ed25519_verifies(bytes_of(read, 32), message,
                                        bytes_of(signature, sizeof(signature))));
    crypto_signer_free(signer);
    buffer_fini(&pem);
}

static void what_is_no_key_is_not_read(void **state)
{
    struct crypto_signer *signer;
    uint8_t x[32];
    (void)state;
    assert_int_equal(crypto_signer_read(bytes_of_text(public_pem), &signer), E_PARSE);
    assert_null(signer);
    assert_int_equal(crypto_signer_read(bytes_of_text(""), &signer), E_PARSE);
    assert_int_equal(crypto_ed25519_read(bytes_of_text(private_pem), x), E_PARSE);
    assert_int_equal(crypto_ed25519_read(bytes_of_text("-----BEGIN PUBLIC KEY-----\n"), x),
                     E_PARSE);
}

int main(void)
{
    static const struct CMUnitTest written[] = {
        cmocka_unit_test(the_published_seed_gives_the_published_signature),
        cmocka_unit_test(what_p256_signs_verifies),
        cmocka_unit_test(what_is_no_key_verifies_nothing),
        cmocka_unit_test(a_key_is_read_and_written_as_others_write_it),
        cmocka_unit_test(what_is_no_key_is_not_read),
    };
    struct CMUnitTest tests[2 * COUNT(examples) + COUNT(written)];
    for (size_t i = 0; i < COUNT(examples); i++) {
        void *row = (void *)(uintptr_t)&examples[i];
        tests[2 * i] =
            (struct CMUnitTest){examples[i].sentence, the_example_verifies, NULL, NULL, row};
        tests[2 * i + 1] = (struct CMUnitTest){"no bit of its key or signature may differ",
                                               no_bit_of_it_may_differ, NULL, NULL, row};
    }
    memcpy(tests + 2 * COUNT(examples), written, sizeof(written));
    return _cmocka_run_group_tests("crypto_sign", tests, COUNT(tests), NULL, NULL);
}
