/*
 * wire/token: each rule is broken by one thing, and by that rule alone it is reported; published
 * signatures verify.
 */
#include "base/base64.h"
#include "base/crypto.h"
#include "base/crypto_sign.h"
#include "wire/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1700000000u
#define CLAIMS "\"iss\":\"https://p.example\",\"aud\":\"gate\",\"sub\":\"user-1\""
#define TIMES "\"iat\":1700000000,\"exp\":1700000600"
#define JTI "\"jti\":\"0123456789abcdef\""

static const uint8_t noise_key[32] = {7, 7, 7};

/* What is done to make the row's token; the rest is as it should be. */
struct row {
    const char *sentence;
    const char *claims;     /* without cnf and braces; NULL for the honest ones */
    const char *header;     /* NULL for the honest one */
    enum token_rule broken; /* TOKEN_RULE_NONE: sound */
    enum token_rule also;   /* what follows from it, too */
    enum {
        AS_IT_IS = 0,
        NO_BINDING,
        OTHER_BINDING,
        WITH_NONE,
        WITH_HMAC,
        CUT,
        PADDED,
        FOUR_PARTS,
        BENT,
        ES256,
        LEAKY_SET,
        DOUBLE_SET,
        EMPTY_SET
    } how;
};

static const struct row rows[] = {
    {"a token by Ed25519 is sound", NULL, NULL, TOKEN_RULE_NONE, 0, AS_IT_IS},
    {"a token by P-256 is sound", NULL, NULL, TOKEN_RULE_NONE, 0, ES256},
    {"another issuer",
     "\"iss\":\"https://q.example\",\"aud\":\"gate\",\"sub\":\"user-1\"," TIMES "," JTI, NULL,
     TOKEN_ISSUER, 0, AS_IT_IS},
    {"another audience",
     "\"iss\":\"https://p.example\",\"aud\":\"other\",\"sub\":\"user-1\"," TIMES "," JTI, NULL,
     TOKEN_AUDIENCE, 0, AS_IT_IS},
    {"two audiences",
     "\"iss\":\"https://p.example\",\"aud\":[\"gate\",\"x\"],\"sub\":\"user-1\"," TIMES "," JTI,
     NULL, TOKEN_AUDIENCE, 0, AS_IT_IS},
    {"one audience in a list",
     "\"iss\":\"https://p.example\",\"aud\":[\"gate\"],\"sub\":\"user-1\"," TIMES "," JTI, NULL,
     TOKEN_RULE_NONE, 0, AS_IT_IS},
    {"another subject",
     "\"iss\":\"https://p.example\",\"aud\":\"gate\",\"sub\":\"user-2\"," TIMES "," JTI, NULL,
     TOKEN_SUBJECT, 0, AS_IT_IS},
    {"no jti", CLAIMS "," TIMES, NULL, TOKEN_UNIQUE, 0, AS_IT_IS},
    {"expired", CLAIMS ",\"iat\":1699990000,\"exp\":1699990600," JTI, NULL, TOKEN_EXPIRY, 0,
     AS_IT_IS},
    {"no exp", CLAIMS ",\"iat\":1700000000," JTI, NULL, TOKEN_LIFETIME, TOKEN_EXPIRY, AS_IT_IS},
    {"a life over the maximum", CLAIMS ",\"iat\":1700000000,\"exp\":1700003601," JTI, NULL,
     TOKEN_LIFETIME, 0, AS_IT_IS},
    {"the longest life allowed", CLAIMS ",\"iat\":1700000000,\"exp\":1700003600," JTI, NULL,
     TOKEN_RULE_NONE, 0, AS_IT_IS},
    {"exp before iat", CLAIMS ",\"iat\":1700000000,\"exp\":1699999999," JTI, NULL, TOKEN_LIFETIME,
     0, AS_IT_IS},
    {"from the future", CLAIMS ",\"iat\":1700000100,\"exp\":1700000600," JTI, NULL,
     TOKEN_NOT_BEFORE, 0, AS_IT_IS},
    {"not valid yet", CLAIMS "," TIMES ",\"nbf\":1700000100," JTI, NULL, TOKEN_NOT_BEFORE, 0,
     AS_IT_IS},
    {"an e-mail address", CLAIMS "," TIMES "," JTI ",\"email\":\"a@b.example\"", NULL,
     TOKEN_MINIMAL, 0, AS_IT_IS},
    {"an unknown claim", CLAIMS "," TIMES "," JTI ",\"zodiac\":\"aries\"", NULL, TOKEN_MINIMAL, 0,
     AS_IT_IS},
    {"a member twice", CLAIMS ",\"sub\":\"user-1\"," TIMES "," JTI, NULL, TOKEN_FORM, N_TOKEN_RULE,
     AS_IT_IS},
    {"no binding", NULL, NULL, TOKEN_BINDING, 0, NO_BINDING},
    {"another connection's key", NULL, NULL, TOKEN_BINDING, 0, OTHER_BINDING},
    {"alg none", NULL, "{\"alg\":\"none\",\"kid\":\"k\"}", TOKEN_ALGORITHM, TOKEN_SIGNATURE,
     WITH_NONE},
    {"alg None", NULL, "{\"alg\":\"None\",\"kid\":\"k\"}", TOKEN_ALGORITHM, TOKEN_SIGNATURE,
     WITH_NONE},
    {"HMAC with the public key", NULL, "{\"alg\":\"HS256\",\"kid\":\"k\"}", TOKEN_ALGORITHM,
     TOKEN_SIGNATURE, WITH_HMAC},
    {"the algorithm of another key", NULL, "{\"alg\":\"ES256\",\"kid\":\"k\"}", TOKEN_SIGNATURE, 0,
     AS_IT_IS},
    {"an unknown kid", NULL, "{\"alg\":\"EdDSA\",\"kid\":\"other\"}", TOKEN_KEY_ID, TOKEN_SIGNATURE,
     AS_IT_IS},
    {"no kid", NULL, "{\"alg\":\"EdDSA\"}", TOKEN_KEY_ID, TOKEN_SIGNATURE, AS_IT_IS},
    {"one bit of the signature", NULL, NULL, TOKEN_SIGNATURE, 0, BENT},
    {"a key set with a private member", NULL, NULL, TOKEN_KEY_SET, 0, LEAKY_SET},
    {"a key set with one kid twice", NULL, NULL, TOKEN_KEY_ID, N_TOKEN_RULE, DOUBLE_SET},
    {"an empty key set", NULL, NULL, TOKEN_KEY_ID, N_TOKEN_RULE, EMPTY_SET},
    {"a part missing", NULL, NULL, TOKEN_FORM, N_TOKEN_RULE, CUT},
    {"four parts", NULL, NULL, TOKEN_FORM, N_TOKEN_RULE, FOUR_PARTS},
    {"base64 with padding", NULL, NULL, TOKEN_FORM, N_TOKEN_RULE, PADDED},
};

static void put_binding(const struct row *r, struct buffer *out)
{
    uint8_t digest[32];
    static const uint8_t other[32] = {1};
    assert_int_equal(
        crypto_sha256(bytes_of(r->how == OTHER_BINDING ? other : noise_key, 32), digest), OK);
    buffer_append_text(out, ",\"cnf\":{\"x5t#noise\":\"");
    assert_int_equal(base64_encode(bytes_of(digest, 32), BASE64_URL, out), OK);
    buffer_append_text(out, "\"}");
}

static void make(const struct row *r, const struct token_key *key, struct bytes public_key,
                 struct buffer *out)
{
    struct buffer claims;
    buffer_init(&claims, 4096);
    buffer_printf(&claims, "{%s", r->claims ? r->claims : CLAIMS "," TIMES "," JTI);
    if (r->how != NO_BINDING)
        put_binding(r, &claims);
    buffer_append_text(&claims, "}");
    const char *text = buffer_text(&claims);
    if (r->how == WITH_NONE)
        assert_int_equal(token_sign_none(r->header, text, out), OK);
    else if (r->how == WITH_HMAC)
        assert_int_equal(token_sign_hmac(public_key, r->header, text, out), OK);
    else
        assert_int_equal(token_sign(key, r->header, text, out), OK);
    buffer_fini(&claims);
}

static void bend(const struct row *r, struct buffer *token)
{
    if (r->how == CUT)
        token->len = (size_t)((uint8_t *)strrchr(buffer_text(token), '.') - token->data);
    if (r->how == FOUR_PARTS)
        buffer_append_text(token, ".AA");
    if (r->how == PADDED)
        buffer_append_text(token, "==");
    if (r->how == BENT)
        token->data[token->len - 20] = token->data[token->len - 20] == 'A' ? 'B' : 'A';
}

static void put_set(const struct row *r, struct token_key *key, struct buffer *out)
{
    struct token_key *keys[] = {key, key};
    size_t n = r->how == DOUBLE_SET ? 2 : r->how == EMPTY_SET ? 0 : 1;
    assert_int_equal(token_key_set(keys, n, r->how == LEAKY_SET, out), OK);
}

static void reports_that_rule_alone(void **state)
{
    const struct row *r = *state;
    static const uint8_t seed[32] = {1, 2, 3};
    struct token_key *key;
    struct buffer token, set;
    struct wire_profile p;
    struct arena arena;
    struct token_report report;
    enum token_rule first;
    const struct token_expectation e = {"https://p.example", "gate", "user-1", NOW,
                                        bytes_of(noise_key, 32)};
    profile_defaults(&p);
    arena_init(&arena, 65536);
    buffer_init(&token, TOKEN_MAX);
    buffer_init(&set, KEY_SET_MAX);
    assert_int_equal(
        token_key_new(r->how == ES256 ? TOKEN_ES256 : TOKEN_EDDSA, bytes_of(seed, 32), "k", &key),
        OK);
    put_set(r, key, &set);
    make(r, key, buffer_bytes(&set), &token);
    bend(r, &token);
    assert_int_equal(token_check(buffer_bytes(&token), buffer_bytes(&set), &p, &e, &arena, &report),
                     OK);
    assert_int_equal(token_is_sound(&report, &first), r->broken == TOKEN_RULE_NONE);
    for (unsigned rule = TOKEN_FORM; rule < N_TOKEN_RULE && r->also != N_TOKEN_RULE; rule++)
        if (report.rules[rule].holds != (rule != r->broken && rule != r->also))
            fail_msg("%s: %s", token_rule_name((enum token_rule)rule), report.rules[rule].detail);
    if (r->broken)
        assert_false(report.rules[r->broken].holds);
    token_key_free(key);
    buffer_fini(&token);
    buffer_fini(&set);
    arena_fini(&arena);
}

static struct bytes decoded(struct arena *arena, const char *text)
{
    struct buffer out;
    buffer_init(&out, 4096);
    assert_int_equal(base64_decode(bytes_of_text(text), BASE64_URL, &out), OK);
    struct bytes copy = arena_copy(arena, buffer_bytes(&out));
    buffer_fini(&out);
    return copy;
}

/* RFC 8037, appendix A.4 and A.5. */
static void the_example_of_rfc_8037_verifies(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 65536);
    struct bytes x = decoded(&arena, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    struct bytes signature = decoded(
        &arena,
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    struct bytes message =
        bytes_of_text("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc");
    assert_true(crypto_ed25519_verifies(x, message, signature));
    assert_false(crypto_ed25519_verifies(x, bytes_of_text("another"), signature));
    arena_fini(&arena);
}

/* RFC 7515, appendix A.3. */
static void the_example_of_rfc_7515_verifies(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 65536);
    struct bytes x = decoded(&arena, "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    struct bytes y = decoded(&arena, "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    struct bytes signature = decoded(
        &arena,
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    struct bytes message =
        bytes_of_text("eyJhbGciOiJFUzI1NiJ9."
                      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
                      "bS9pc19yb290Ijp0cnVlfQ");
    assert_true(crypto_p256_verifies(x, y, message, signature));
    assert_false(crypto_p256_verifies(x, x, message, signature));
    assert_false(crypto_p256_verifies(x, y, bytes_of_text("another"), signature));
    arena_fini(&arena);
}

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
    struct CMUnitTest tests[N_ROWS + 2];
    for (size_t i = 0; i < N_ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].sentence, reports_that_rule_alone, NULL, NULL,
                                       (void *)(uintptr_t)&rows[i]};
    tests[N_ROWS] = (struct CMUnitTest)cmocka_unit_test(the_example_of_rfc_8037_verifies);
    tests[N_ROWS + 1] = (struct CMUnitTest)cmocka_unit_test(the_example_of_rfc_7515_verifies);
    return cmocka_run_group_tests_name("wire/token", tests, NULL, NULL);
}
