/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/crypto against the examples printed in the standards. */
#include "base/crypto.h"
#include "support/hex.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_MAX 4096u

/* |hex| as bytes in |out|, which is initialised. */
static struct bytes decoded(const char *hex, struct buffer *out)
{
    buffer_init(out, TEXT_MAX);
    unhex(hex, out);
    return buffer_bytes(out);
}

static void assert_bytes(const uint8_t *got, size_t len, const char *wanted)
{
    assert_hex(bytes_of(got, len), wanted);
}

/* ---- FIPS 180-4, the examples with intermediate values NIST publishes */

static void sha256_of_abc_is_as_in_fips_180(void **state)
{
    uint8_t out[32];
    (void)state;
    assert_int_equal(crypto_sha256(bytes_of_text("abc"), out), OK);
    assert_bytes(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void sha256_of_two_blocks_is_as_in_fips_180(void **state)
{
    uint8_t out[32];
    (void)state;
    assert_int_equal(
        crypto_sha256(bytes_of_text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                      out),
        OK);
    assert_bytes(out, 32, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void sha256_of_nothing_needs_no_address(void **state)
{
    uint8_t out[32];
    (void)state;
    assert_int_equal(crypto_sha256(bytes_of(NULL, 0), out), OK);
    assert_bytes(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void sha512_of_abc_is_as_in_fips_180(void **state)
{
    uint8_t out[64];
    (void)state;
    assert_int_equal(crypto_sha512(bytes_of_text("abc"), out), OK);
    assert_bytes(out, 64,
                 "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

/* ---- RFC 4231, section 4 */

struct hmac_row {
    const char *sentence, *key, *data, *mac; /* hexadecimal */
    size_t mac_len;                          /* bytes compared */
};

#define AA_131                                                                                     \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"             \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"             \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"             \
    "aaaaaaaaaaaaaaaaaaaaaa"

static const struct hmac_row hmac_rows[] = {
    {"RFC 4231 case 1: a key of 20 bytes", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
     "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", 32},
    {"RFC 4231 case 2: a key shorter than the output", "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", 32},
    {"RFC 4231 case 3: more than 64 bytes together", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
     "ddddd"
     "dd",
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe", 32},
    {"RFC 4231 case 4: a key of 25 bytes", "0102030405060708090a0b0c0d0e0f10111213141516171819",
     "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdc"
     "dcdcd"
     "cd",
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b", 32},
    {"RFC 4231 case 5: cut to 128 bits", "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c",
     "546573742057697468205472756e636174696f6e", "a3b6167473100ee06e0c796c2955552b", 16},
    {"RFC 4231 case 6: a key longer than a block", AA_131,
     "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6"
     "5"
     "79204669727374",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", 32},
    {"RFC 4231 case 7: key and data longer than a block", AA_131,
     "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206"
     "b"
     "657920616e642061206c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206"
     "e"
     "6565647320746f20626520686173686564206265666f7265206265696e6720757365642062792074686520484d414"
     "3"
     "20616c676f726974686d2e",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2", 32},
    {"HMAC of nothing under nothing is a MAC, too", "", "",
     "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", 32},
};

static void hmac_is_as_in_rfc_4231(void **state)
{
    const struct hmac_row *row = *state;
    struct buffer key, data;
    uint8_t out[32];
    struct bytes k = decoded(row->key, &key), d = decoded(row->data, &data);
    assert_int_equal(crypto_hmac_sha256(k, d, out), OK);
    assert_bytes(out, row->mac_len, row->mac);
    buffer_fini(&key);
    buffer_fini(&data);
}

/* ---- RFC 5869, appendix A */

struct hkdf_row {
    const char *sentence, *secret, *salt, *info, *okm; /* hexadecimal */
};

static const struct hkdf_row hkdf_rows[] = {
    {"RFC 5869 A.1: the basic case", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
     "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
    {"RFC 5869 A.2: longer inputs and outputs",
     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526272829"
     "2a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
     "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283848586878889"
     "8a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
     "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9"
     "dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb"
     "41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
    {"RFC 5869 A.3: without salt and info", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
    {"no salt is 32 zero bytes, as openssl kdf has it",
     "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "f0f1f2f3f4f5f6f7f8f9",
     "abbafb13f5c1bc489d4203135817956dd521b39e3bd61d1cc85cef884d1f8e2e2ca9c19f23df620dd394"},
};

static void hkdf_is_as_in_rfc_5869(void **state)
{
    const struct hkdf_row *row = *state;
    struct buffer secret, salt, info;
    uint8_t out[128];
    size_t len = strlen(row->okm) / 2;
    struct bytes s = decoded(row->secret, &secret), t = decoded(row->salt, &salt),
                 i = decoded(row->info, &info);
    assert_int_equal(crypto_hkdf_sha256(s, t, i, out, len), OK);
    assert_bytes(out, len, row->okm);
    buffer_fini(&secret);
    buffer_fini(&salt);
    buffer_fini(&info);
}

static void hkdf_gives_at_most_255_blocks(void **state)
{
    static uint8_t out[8161];
    struct bytes secret = bytes_of_text("secret"), none = bytes_of(NULL, 0);
    (void)state;
    assert_int_equal(crypto_hkdf_sha256(secret, none, none, out, 8160), OK);
    assert_int_equal(crypto_hkdf_sha256(secret, none, none, out, 8161), E_LIMIT);
    assert_int_equal(crypto_hkdf_sha256(secret, none, none, out, 0), E_LIMIT);
}

/* ---- RFC 7748, sections 5.2 and 6.1 */

static void x25519(const char *scalar, const char *u, const char *wanted)
{
    uint8_t k[32], point[32], out[32];
    assert_int_equal(hex_decode_exact(scalar, k, 32), OK);
    assert_int_equal(hex_decode_exact(u, point, 32), OK);
    assert_int_equal(crypto_x25519(k, point, out), OK);
    assert_bytes(out, 32, wanted);
}

static void x25519_is_as_in_the_first_vector_of_rfc_7748(void **state)
{
    (void)state;
    x25519("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
           "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
           "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
}

/* Its u-coordinate has bit 255 set, which is masked. */
static void x25519_is_as_in_the_second_vector_of_rfc_7748(void **state)
{
    (void)state;
    x25519("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
           "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
           "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
}

static void x25519_is_as_after_each_iteration_of_rfc_7748(void **state)
{
    uint8_t k[32] = {9}, u[32] = {9}, next[32];
    (void)state;
    for (unsigned i = 1; i <= 1000; i++) {
        assert_int_equal(crypto_x25519(k, u, next), OK);
        memcpy(u, k, 32);
        memcpy(k, next, 32);
        if (i == 1)
            assert_bytes(k, 32, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    }
    assert_bytes(k, 32, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

static void alice_and_bob_of_rfc_7748_agree(void **state)
{
    static const char a[] = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
    static const char a_public[] =
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
    static const char b[] = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
    static const char b_public[] =
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
    static const char shared[] = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    uint8_t key[32], out[32];
    (void)state;
    assert_int_equal(hex_decode_exact(a, key, 32), OK);
    assert_int_equal(crypto_x25519_public(key, out), OK);
    assert_bytes(out, 32, a_public);
    x25519(a, b_public, shared);
    x25519(b, a_public, shared);
}

/* The caller decides whether to refuse it. */
static void a_low_order_point_gives_zeros_and_no_error(void **state)
{
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
    (void)state;
    x25519("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", zeros, zeros);
}

/* ---- NIST SP 800-38A, F.2.5 and F.2.6 (CBC-AES256) */

#define AES_KEY "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
#define AES_IV "000102030405060708090a0b0c0d0e0f"
#define AES_PLAIN                                                                                  \
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"                             \
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
#define AES_CIPHER                                                                                 \
    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"                             \
    "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"

struct aes {
    uint8_t key[32], iv[16];
    struct buffer plain, cipher, out;
};

static int aes_set_up(void **state)
{
    struct aes *t = test_calloc(1, sizeof(*t));
    assert_int_equal(hex_decode_exact(AES_KEY, t->key, 32), OK);
    assert_int_equal(hex_decode_exact(AES_IV, t->iv, 16), OK);
    decoded(AES_PLAIN, &t->plain);
    decoded(AES_CIPHER, &t->cipher);
    buffer_init(&t->out, TEXT_MAX);
    *state = t;
    return 0;
}

static int aes_tear_down(void **state)
{
    struct aes *t = *state;
    buffer_fini(&t->plain);
    buffer_fini(&t->cipher);
    buffer_fini(&t->out);
    test_free(t);
    return 0;
}

static void cbc_without_padding_is_as_in_sp_800_38a(void **state)
{
    struct aes *t = *state;
    assert_int_equal(crypto_aes_cbc_encrypt_raw(t->key, t->iv, buffer_bytes(&t->plain), &t->out),
                     OK);
    assert_bytes(t->out.data, t->out.len, AES_CIPHER);
    buffer_clear(&t->out);
    assert_int_equal(crypto_aes_cbc_decrypt_raw(t->key, t->iv, buffer_bytes(&t->cipher), &t->out),
                     OK);
    assert_bytes(t->out.data, t->out.len, AES_PLAIN);
}

static void cbc_with_padding_begins_the_same_and_comes_back(void **state)
{
    struct aes *t = *state;
    struct buffer back;
    buffer_init(&back, TEXT_MAX);
    assert_int_equal(crypto_aes_cbc_encrypt(t->key, t->iv, buffer_bytes(&t->plain), &t->out), OK);
    assert_int_equal(t->out.len, 80);
    assert_bytes(t->out.data, 64, AES_CIPHER);
    assert_int_equal(crypto_aes_cbc_decrypt(t->key, t->iv, buffer_bytes(&t->out), &back), OK);
    assert_true(bytes_equal(buffer_bytes(&back), buffer_bytes(&t->plain)));
    buffer_fini(&back);
}

static void every_length_of_plaintext_comes_back_behind_what_was_there(void **state)
{
    struct aes *t = *state;
    struct buffer back;
    for (size_t len = 0; len <= 49; len++) {
        buffer_init(&back, TEXT_MAX);
        buffer_append_text(&back, "kept");
        buffer_clear(&t->out);
        struct bytes plain = bytes_slice(buffer_bytes(&t->plain), 0, len);
        assert_int_equal(crypto_aes_cbc_encrypt(t->key, t->iv, plain, &t->out), OK);
        assert_int_equal(t->out.len, (len / 16 + 1) * 16);
        assert_int_equal(crypto_aes_cbc_decrypt(t->key, t->iv, buffer_bytes(&t->out), &back), OK);
        assert_int_equal(back.len, 4 + len);
        assert_memory_equal(back.data, "kept", 4);
        if (len)
            assert_memory_equal(back.data + 4, plain.data, len);
        buffer_fini(&back);
    }
}

static void wrong_padding_and_broken_blocks_do_not_decrypt(void **state)
{
    struct aes *t = *state;
    struct bytes cipher = buffer_bytes(&t->cipher);
    buffer_append_text(&t->out, "kept");
    assert_int_equal(crypto_aes_cbc_decrypt(t->key, t->iv, cipher, &t->out), E_CRYPTO);
    assert_int_equal(crypto_aes_cbc_decrypt(t->key, t->iv, bytes_slice(cipher, 0, 63), &t->out),
                     E_CRYPTO);
    assert_int_equal(crypto_aes_cbc_decrypt(t->key, t->iv, bytes_of(NULL, 0), &t->out), E_CRYPTO);
    assert_int_equal(crypto_aes_cbc_encrypt_raw(t->key, t->iv, bytes_slice(cipher, 0, 15), &t->out),
                     E_LIMIT);
    assert_string_equal(buffer_text(&t->out), "kept");
}

/* ---- */

static void system_randomness_is_not_the_same_twice(void **state)
{
    uint8_t a[32], b[32];
    (void)state;
    assert_int_equal(crypto_system_random(a, sizeof(a)), OK);
    assert_int_equal(crypto_system_random(b, sizeof(b)), OK);
    assert_memory_not_equal(a, b, sizeof(a));
}

#define AES_TEST(name) cmocka_unit_test_setup_teardown(name, aes_set_up, aes_tear_down)

int main(void)
{
    struct CMUnitTest tests[64] = {
        cmocka_unit_test(sha256_of_abc_is_as_in_fips_180),
        cmocka_unit_test(sha256_of_two_blocks_is_as_in_fips_180),
        cmocka_unit_test(sha256_of_nothing_needs_no_address),
        cmocka_unit_test(sha512_of_abc_is_as_in_fips_180),
        cmocka_unit_test(hkdf_gives_at_most_255_blocks),
        cmocka_unit_test(x25519_is_as_in_the_first_vector_of_rfc_7748),
        cmocka_unit_test(x25519_is_as_in_the_second_vector_of_rfc_7748),
        cmocka_unit_test(x25519_is_as_after_each_iteration_of_rfc_7748),
        cmocka_unit_test(alice_and_bob_of_rfc_7748_agree),
        cmocka_unit_test(a_low_order_point_gives_zeros_and_no_error),
        AES_TEST(cbc_without_padding_is_as_in_sp_800_38a),
        AES_TEST(cbc_with_padding_begins_the_same_and_comes_back),
        AES_TEST(every_length_of_plaintext_comes_back_behind_what_was_there),
        AES_TEST(wrong_padding_and_broken_blocks_do_not_decrypt),
        cmocka_unit_test(system_randomness_is_not_the_same_twice),
    };
    size_t n = 15;
    ADD_ROWS(tests, n, hmac_rows, sentence, hmac_is_as_in_rfc_4231);
    ADD_ROWS(tests, n, hkdf_rows, sentence, hkdf_is_as_in_rfc_5869);
    return _cmocka_run_group_tests("crypto", tests, n, NULL, NULL);
}
