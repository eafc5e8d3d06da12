/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed JSON, against the examples of the Matrix specification's appendices. */
#include "signed.h"

#include "reasons.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "Cryptographic Test Vectors": the seed of the signing key. The specification writes it with a bit
 * left over at the end (PRINTED), which no key of ours may have. */
#define SEED "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA0"
#define PRINTED "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"
#define EMPTY_SIGNATURE                                                                            \
    "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"
#define DATA_SIGNATURE                                                                             \
    "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw"

static const struct served_address domain = {"domain", 1};

static OlmAccount *seeded(void)
{
    uint8_t secret[ACCOUNT_SECRET_LEN] = {0};
    size_t len;
    OlmAccount *account = NULL;
    assert_true(text_read(SEED, strlen(SEED), secret, &len));
    assert_int_equal(account_new(secret, &account), 0);
    return account;
}

static json_t *parsed(const char *text)
{
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    return object;
}

/* ---- canonical form */

struct canonical_row {
    const char *name, *given, *wanted;
};

static const struct canonical_row canonical_rows[] = {
    {"an empty object", "{}", "{}"},
    {"white space goes, members are sorted", "{\n \"two\": \"Two\",\n \"one\": 1 }",
     "{\"one\":1,\"two\":\"Two\"}"},
    {"members are sorted at each depth",
     "{\"auth\":{\"success\":true,\"mxid\":\"@john.doe:example.com\",\"profile\":{\"display_name\":"
     "\"John Doe\",\"three_pids\":[{\"medium\":\"email\",\"address\":\"john.doe@example.org\"}]}}}",
     "{\"auth\":{\"mxid\":\"@john.doe:example.com\",\"profile\":{\"display_name\":\"John Doe\","
     "\"three_pids\":[{\"address\":\"john.doe@example.org\",\"medium\":\"email\"}]},"
     "\"success\":true}}"},
    {"text beyond ASCII stays as it is", "{\"a\":\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\"}",
     "{\"a\":\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\"}"},
    {"members are sorted by code point", "{\"\xe6\x9c\xac\":2,\"\xe6\x97\xa5\":1}",
     "{\"\xe6\x97\xa5\":1,\"\xe6\x9c\xac\":2}"},
    {"an escape that is not needed goes", "{\"a\":\"\\u65E5\"}", "{\"a\":\"\xe6\x97\xa5\"}"},
    {"null stays", "{\"a\":null}", "{\"a\":null}"},
    {"signatures and unsigned are not signed",
     "{\"a\":1,\"signatures\":{\"x\":{}},\"unsigned\":{\"age\":3}}", "{\"a\":1}"},
};

static void its_canonical_form(void **state)
{
    const struct canonical_row *row = *state;
    json_t *object = parsed(row->given);
    char *text = signed_text(object);
    assert_string_equal(text, row->wanted);
    free(text);
    json_decref(object);
}

/* ---- signatures */

struct signature_row {
    const char *name, *given, *signature;
};

static const struct signature_row signature_rows[] = {
    {"the specification's signature of an empty object", "{}", EMPTY_SIGNATURE},
    {"the specification's signature of two members", "{\"two\":\"Two\",\"one\":1}", DATA_SIGNATURE},
};

static void its_signature(void **state)
{
    const struct signature_row *row = *state;
    OlmAccount *account = seeded();
    struct identity identity;
    json_t *object = parsed(row->given);
    assert_int_equal(account_identity(account, &identity), 0);
    assert_int_equal(signed_add(object, account, domain), 0);
    json_t *by_domain = json_object_get(json_object_get(object, "signatures"), "domain");
    assert_string_equal(json_string_value(json_object_get(by_domain, "ed25519:1")), row->signature);
    assert_int_equal(signed_check(object, domain, identity.ed25519), 0);
    json_decref(object);
    account_free(account);
}

struct forged_row {
    const char *name, *text;
    struct served_address who;
};

#define SIGNED(members, user, id, signature)                                                       \
    "{" members "\"signatures\":{\"" user "\":{\"" id "\":\"" signature "\"}}}"

static const struct forged_row forged_rows[] = {
    {"another object",
     SIGNED("\"one\":2,\"two\":\"Two\",", "domain", "ed25519:1", DATA_SIGNATURE),
     {"domain", 1}},
    {"one member more",
     SIGNED("\"one\":1,\"six\":6,\"two\":\"Two\",", "domain", "ed25519:1", DATA_SIGNATURE),
     {"domain", 1}},
    {"a signature by another user",
     SIGNED("", "other", "ed25519:1", EMPTY_SIGNATURE),
     {"domain", 1}},
    {"a signature by another device",
     SIGNED("", "domain", "ed25519:2", EMPTY_SIGNATURE),
     {"domain", 1}},
    {"no signature at all", "{}", {"domain", 1}},
    {"a signature that is too short", SIGNED("", "domain", "ed25519:1", "K8280"), {"domain", 1}},
    {"a signature that is no base64",
     SIGNED(
         "", "domain", "ed25519:1",
         "!8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"),
     {"domain", 1}},
};

static void is_not_taken(void **state)
{
    const struct forged_row *row = *state;
    OlmAccount *account = seeded();
    struct identity identity;
    json_t *object = parsed(row->text);
    assert_int_equal(account_identity(account, &identity), 0);
    assert_int_equal(signed_check(object, row->who, identity.ed25519), OLM_E_SIGNATURE);
    json_decref(object);
    account_free(account);
}

/* ---- keys as text */

struct text_row {
    const char *name, *text;
    bool is_key;
};

static const struct text_row text_rows[] = {
    {"43 characters are the text of 32 bytes", SEED, true},
    {"a character less is not", "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA", false},
    {"padded it is not", SEED "=", false},
    {"with a bit left over it is not", PRINTED, false},
    {"in the alphabet of URLs it is not", "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW-3XA0", false},
};

static void is_told_apart(void **state)
{
    const struct text_row *row = *state;
    assert_int_equal(text_is_key(row->text), row->is_key);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(canonical_rows) + COUNT(signature_rows) + COUNT(forged_rows) +
                            COUNT(text_rows)];
    size_t n = 0;
    ADD_ROWS(tests, n, canonical_rows, name, its_canonical_form);
    ADD_ROWS(tests, n, signature_rows, name, its_signature);
    ADD_ROWS(tests, n, forged_rows, name, is_not_taken);
    ADD_ROWS(tests, n, text_rows, name, is_told_apart);
    return _cmocka_run_group_tests("signed JSON", tests, n, NULL, NULL);
}
