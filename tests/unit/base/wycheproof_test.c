/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/crypto against Project Wycheproof's vectors, where their folder stands beside the project.
 * Each file is one test; without the folder each is skipped and says so.
 */
#include "base/crypto.h"
#include "support/hex.h"
#include "support/published.h"
#include "support/rows.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FIELD_MAX (64u * 1024u)

/* The bytes of one vector's members. */
struct reading {
    const json_t *group, *vector;
    struct arena arena;
};

static struct bytes member(struct reading *r, const char *name)
{
    const char *text = json_string_value(json_object_get(r->vector, name));
    return unhex_in(&r->arena, text);
}

static bool is_valid(const struct reading *r)
{
    return strcmp(json_string_value(json_object_get(r->vector, "result")), "invalid") != 0;
}

static long long group_number(const struct reading *r, const char *name)
{
    return (long long)json_integer_value(json_object_get(r->group, name));
}

/* Each returns whether the vector applies, and checks it. */
static bool check_x25519(struct reading *r)
{
    uint8_t out[32];
    struct bytes private_key = member(r, "private"), public_key = member(r, "public");
    assert_int_equal(private_key.len, 32);
    assert_int_equal(public_key.len, 32);
    assert_int_equal(crypto_x25519(private_key.data, public_key.data, out), OK);
    assert_true(bytes_equal(bytes_of(out, 32), member(r, "shared")));
    return true;
}

static bool check_hkdf(struct reading *r)
{
    static uint8_t out[255 * 32];
    size_t size = (size_t)json_integer_value(json_object_get(r->vector, "size"));
    struct bytes wanted = member(r, "okm");
    enum status st =
        crypto_hkdf_sha256(member(r, "ikm"), member(r, "salt"), member(r, "info"), out, size);
    assert_int_equal(st, is_valid(r) ? OK : E_LIMIT);
    assert_true(st || bytes_equal(bytes_of(out, size), wanted));
    return true;
}

static bool check_hmac(struct reading *r)
{
    uint8_t out[32];
    struct bytes tag = member(r, "tag");
    assert_int_equal(crypto_hmac_sha256(member(r, "key"), member(r, "msg"), out), OK);
    bool is_right = bytes_equal_secret(bytes_slice(bytes_of(out, 32), 0, tag.len), tag);
    assert_int_equal(is_right, is_valid(r));
    return true;
}

static bool check_aes_cbc(struct reading *r)
{
    struct buffer out;
    if (group_number(r, "keySize") != 256)
        return false;
    struct bytes key = member(r, "key"), iv = member(r, "iv"), plain = member(r, "msg");
    struct bytes cipher = member(r, "ct");
    buffer_init(&out, FIELD_MAX);
    enum status st = crypto_aes_cbc_decrypt(key.data, iv.data, cipher, &out);
    assert_int_equal(st, is_valid(r) ? OK : E_CRYPTO);
    if (!st) {
        assert_true(bytes_equal(buffer_bytes(&out), plain));
        buffer_clear(&out);
        assert_int_equal(crypto_aes_cbc_encrypt(key.data, iv.data, plain, &out), OK);
        assert_true(bytes_equal(buffer_bytes(&out), cipher));
    }
    buffer_fini(&out);
    return true;
}

struct row {
    const char *sentence, *file;
    bool (*check)(struct reading *);
    size_t at_least; /* vectors that must have applied */
};

static const struct row rows[] = {
    {"X25519 agrees with Wycheproof, low-order points and twists included", "x25519_test.json",
     check_x25519, 500},
    {"HKDF-SHA-256 agrees with Wycheproof and refuses outputs too long", "hkdf_sha256_test.json",
     check_hkdf, 80},
    {"HMAC-SHA-256 agrees with Wycheproof and refuses bent tags", "hmac_sha256_test.json",
     check_hmac, 170},
    {"AES-256-CBC agrees with Wycheproof and refuses bad padding", "aes_cbc_pkcs5_test.json",
     check_aes_cbc, 70},
};

static json_t *load(const char *file)
{
    char path[256];
    int len = snprintf(path, sizeof(path), "wycheproof/%s", file);
    assert_in_range(len, 1, sizeof(path) - 1);
    return published_vectors(path);
}

static void the_vectors_agree(void **state)
{
    const struct row *row = *state;
    json_t *all = load(row->file);
    size_t checked = 0, i, j;
    struct reading r;
    json_t *group, *vector;
    json_array_foreach(json_object_get(all, "testGroups"), i, group)
    {
        json_array_foreach(json_object_get(group, "tests"), j, vector)
        {
            r = (struct reading){.group = group, .vector = vector};
            arena_init(&r.arena, 8 * FIELD_MAX);
            checked += row->check(&r);
            arena_fini(&r.arena);
        }
    }
    json_decref(all);
    assert_in_range(checked, row->at_least, 10000);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows)] = {0};
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, the_vectors_agree);
    return cmocka_run_group_tests_name("wycheproof", tests, NULL, NULL);
}
