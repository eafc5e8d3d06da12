/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Identity tokens: each row breaks one thing, and exactly the rules named for it no longer hold.
 * That others agree about signatures is for token_vectors_test.c and token_judges.py.
 */
#include "token_bench.h"
#include "base/base64.h"
#include "support/rows.h"
#include "support/wire_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ALG "\"alg\":\"EdDSA\""
#define KID "\"kid\":\"key-1\""
#define HEADER(members) "{" members "}"

#define RULE(name) (1u << TOKEN_##name)
#define NAMED_KEY (RULE(KEY_ID) | RULE(SIGNATURE))

enum signer { BY_ED25519 = 0, BY_P256, BY_NOBODY, BY_HMAC, BY_ANOTHER };

struct row {
    const char *sentence;
    const char *claims; /* NULL: SOUND */
    uint32_t broken;    /* of RULE() */
    const char *header; /* NULL: the signer's own */
    enum signer signer;
    void (*mutation)(struct buffer *token);
    void (*mutation_keys)(struct buffer *keys);
    void (*mutation_profile)(struct wire_profile *p);
};

/* ---- what is done to a token, a key set, a profile */

static void replace(struct buffer *text, const char *from, const char *to)
{
    struct buffer whole;
    const char *at = strstr(buffer_text(text), from);
    assert_non_null(at);
    size_t before = (size_t)(at - buffer_text(text));
    buffer_init(&whole, KEY_SET_MAX);
    buffer_append(&whole, bytes_slice(buffer_bytes(text), 0, before));
    buffer_append_text(&whole, to);
    buffer_append_text(&whole, at + strlen(from));
    buffer_clear(text);
    buffer_append(text, buffer_bytes(&whole));
    assert_int_equal(buffer_status(text), OK);
    buffer_fini(&whole);
}

static void append(struct buffer *token, const char *text)
{
    assert_int_equal(buffer_append_text(token, text), OK);
}

static void pad(struct buffer *token) { append(token, "="); }
static void pad_header(struct buffer *token) { replace(token, ".", "=."); }
static void trail_a_dot(struct buffer *token) { append(token, "."); }
static void add_a_part(struct buffer *token) { append(token, ".e30"); }
static void trail_a_space(struct buffer *token) { append(token, " "); }
static void trail_a_line(struct buffer *token) { append(token, "\n"); }
static void split_a_line(struct buffer *token) { replace(token, ".", "\n."); }
static void lose_a_part(struct buffer *token)
{
    while (token->data[token->len - 1] != '.')
        token->len--;
    token->len--;
    token->data[token->len] = '\0';
}
static void lose_the_signature(struct buffer *token)
{
    lose_a_part(token);
    append(token, ".");
}
static void cut_the_signature(struct buffer *token)
{
    token->len -= 2; /* 63 bytes and no spare bits */
    token->data[token->len - 1] = 'A';
    token->data[token->len] = '\0';
}
static void flip_the_signature(struct buffer *token)
{
    uint8_t *first = &token->data[token->len - 86];
    *first = *first == 'A' ? 'B' : 'A';
}
static void use_the_other_alphabet(struct buffer *token) { token->data[token->len - 40] = '+'; }
static void set_spare_bits(struct buffer *token)
{
    /* 64 bytes are 86 characters, the last of which has four spare bits. */
    token->data[token->len - 1]++;
}

static void say_private(struct buffer *keys)
{
    replace(keys, "\"kid\":\"key-2\"", "\"kid\":\"key-2\",\"d\":\"AAAA\"");
}
static void same_kid(struct buffer *keys) { replace(keys, "key-2", "key-1"); }
static void same_kid_elsewhere(struct buffer *keys) { replace(keys, "key-3", "key-2"); }
static void drop_kid(struct buffer *keys) { replace(keys, "\"kid\":\"key-2\",", ""); }
static void lose_the_key(struct buffer *keys) { replace(keys, "key-1", "key-0"); }
static void weak_key(struct buffer *keys)
{
    replace(keys, "\"crv\":\"P-256\"", "\"crv\":\"P-192\"");
}
/* Where |text| stands in the set, which is ended by a zero meanwhile. */
static char *found(struct buffer *keys, const char *text)
{
    const char *at = strstr(buffer_text(keys), text);
    assert_non_null(at);
    return (char *)keys->data + (at - (const char *)keys->data);
}

static void short_key(struct buffer *keys)
{
    char *x = found(keys, "key-2");
    x = strstr(x, "\"x\":\"");
    assert_non_null(x);
    memcpy(x, "\"w\":\"", 5);
}
static void off_the_curve(struct buffer *keys)
{
    char *y = found(keys, "\"y\":\"");
    y[8] = y[8] == 'A' ? 'B' : 'A';
}
static void duplicate_member(struct buffer *keys)
{
    replace(keys, "\"kid\":\"key-2\"", "\"kid\":\"key-2\",\"kid\":\"key-2\"");
}
static void no_keys(struct buffer *keys)
{
    buffer_clear(keys);
    append(keys, "{\"keys\":[]}");
}
static void no_json(struct buffer *keys)
{
    buffer_clear(keys);
    append(keys, "nothing");
}
static void keys_of_numbers(struct buffer *keys)
{
    buffer_clear(keys);
    append(keys, "{\"keys\":[1,null,[],\"key-1\"]}");
}
static void for_encryption(struct buffer *keys) { replace(keys, "\"sig\"", "\"enc\""); }
static void for_other_operations(struct buffer *keys)
{
    replace(keys, "\"use\":\"sig\"", "\"key_ops\":[\"encrypt\"]");
}
static void for_verifying(struct buffer *keys)
{
    replace(keys, "\"use\":\"sig\"", "\"key_ops\":[\"sign\",\"verify\"]");
}
static void without_a_use(struct buffer *keys)
{
    replace(keys, "\"use\":\"sig\",\"alg\":\"EdDSA\",", "");
}
static void for_another_algorithm(struct buffer *keys) { replace(keys, "\"EdDSA\"", "\"ES256\""); }

static void only_eddsa(struct wire_profile *p)
{
    memcpy(p->token_algorithms, "EdDSA", sizeof("EdDSA"));
}
static void unbound(struct wire_profile *p) { p->token_binds_static = false; }
static void brief(struct wire_profile *p) { p->token_max_lifetime = 599; }

static const struct row rows[] = {
    {"a token by Ed25519 is sound", .broken = 0, .signer = BY_ED25519},
    {"a token by P-256 is sound", .broken = 0, .signer = BY_P256},
    {"alg none", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":\"none\"," KID "}", .signer = BY_NOBODY},
    {"alg None", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":\"None\"," KID "}", .signer = BY_NOBODY},
    {"alg NONE", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":\"NONE\"," KID "}", .signer = BY_NOBODY},
    {"alg nOnE", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":\"nOnE\"," KID "}", .signer = BY_NOBODY},
    {"alg none over a good signature", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":\"none\"," KID "}"},
    {"no alg", .broken = RULE(ALGORITHM) | RULE(SIGNATURE), .header = HEADER(KID)},
    {"alg is a number", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":1," KID "}"},
    {"alg is a list", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":[\"EdDSA\"]," KID "}"},
    {"alg is two of the list at once", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":\"EdDSA ES256\"," KID "}"},
    {"alg in another case", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":\"eddsa\"," KID "}"},
    {"HS256 with the public key as its secret", .broken = RULE(ALGORITHM) | RULE(SIGNATURE),
     .header = "{\"alg\":\"HS256\"," KID "}", .signer = BY_HMAC},
    {"a MAC that says EdDSA", .broken = RULE(SIGNATURE), .header = HEADER(ALG "," KID),
     .signer = BY_HMAC},
    {"ES256 where the profile has EdDSA only", .broken = RULE(ALGORITHM), .signer = BY_P256,
     .mutation_profile = only_eddsa},
    {"EdDSA over a P-256 key's signature", .broken = RULE(SIGNATURE),
     .header = "{\"alg\":\"EdDSA\",\"kid\":\"key-2\"}", .signer = BY_P256},
    {"ES256 said of an Ed25519 key", .broken = RULE(SIGNATURE),
     .header = "{\"alg\":\"ES256\"," KID "}"},
    {"an extension that must be understood, and is not", .broken = RULE(FORM),
     .header = HEADER(ALG "," KID ",\"crit\":[\"b64\"],\"b64\":false")},
    {"crit that is empty", .broken = RULE(FORM), .header = HEADER(ALG "," KID ",\"crit\":[]")},
    {"other members of the header are ignored", .broken = 0,
     .header = HEADER(ALG "," KID ",\"typ\":\"JWT\",\"x\":1")},
    {"a key within the header is not used", .broken = RULE(SIGNATURE),
     .header =
         HEADER(ALG "," KID ",\"jwk\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"key-1\",\"x\":"
                    "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"),
     .signer = BY_ANOTHER},
    {"a kid nobody has", .broken = NAMED_KEY, .header = "{" ALG ",\"kid\":\"key-9\"}"},
    {"no kid", .broken = NAMED_KEY, .header = HEADER(ALG)},
    {"an empty kid", .broken = NAMED_KEY, .header = "{" ALG ",\"kid\":\"\"}"},
    {"kid is a number", .broken = NAMED_KEY, .header = "{" ALG ",\"kid\":1}"},
    {"the kid of another key", .broken = RULE(SIGNATURE), .header = "{" ALG ",\"kid\":\"key-3\"}"},
    {"the token's key is no longer published", .broken = NAMED_KEY, .mutation_keys = lose_the_key},
    {"two keys have the token's kid", .broken = NAMED_KEY | RULE(KEY_SET),
     .mutation_keys = same_kid},
    {"two other keys have one kid", .broken = RULE(KEY_SET), .mutation_keys = same_kid_elsewhere},
    {"a key without a kid", .broken = RULE(KEY_SET), .mutation_keys = drop_kid},
    {"a private member in the key set", .broken = RULE(KEY_SET), .mutation_keys = say_private},
    {"a key of a weak curve", .broken = RULE(KEY_SET), .mutation_keys = weak_key},
    {"a key without a coordinate", .broken = RULE(KEY_SET), .mutation_keys = short_key},
    {"a point off the curve", .broken = RULE(SIGNATURE), .signer = BY_P256,
     .mutation_keys = off_the_curve},
    {"a duplicate member in the key set", .broken = NAMED_KEY | RULE(KEY_SET),
     .mutation_keys = duplicate_member},
    {"an empty key set", .broken = NAMED_KEY | RULE(KEY_SET), .mutation_keys = no_keys},
    {"a key set that is no JSON", .broken = NAMED_KEY | RULE(KEY_SET), .mutation_keys = no_json},
    {"keys that are no objects", .broken = NAMED_KEY | RULE(KEY_SET),
     .mutation_keys = keys_of_numbers},
    {"a key for encryption verifies nothing", .broken = RULE(SIGNATURE),
     .mutation_keys = for_encryption},
    {"a key for other operations verifies nothing", .broken = RULE(SIGNATURE),
     .mutation_keys = for_other_operations},
    {"a key for another algorithm verifies nothing", .broken = RULE(SIGNATURE),
     .mutation_keys = for_another_algorithm},
    {"a key whose operations are named", .broken = 0, .mutation_keys = for_verifying},
    {"a key that does not say what it is for", .broken = 0, .mutation_keys = without_a_use},
    {"signed by a key of the same kid elsewhere", .broken = RULE(SIGNATURE), .signer = BY_ANOTHER},
    {"one character of the signature changed", .broken = RULE(SIGNATURE),
     .mutation = flip_the_signature},
    {"a signature one byte short", .broken = RULE(SIGNATURE), .mutation = cut_the_signature},
    {"no signature", .broken = RULE(SIGNATURE), .mutation = lose_the_signature},
    {"padding after the signature", .broken = RULE(FORM) | RULE(SIGNATURE), .mutation = pad},
    {"white space after the token", .broken = RULE(FORM) | RULE(SIGNATURE),
     .mutation = trail_a_space},
    {"a line's end after the token", .broken = RULE(FORM) | RULE(SIGNATURE),
     .mutation = trail_a_line},
    {"spare bits that are set", .broken = RULE(FORM) | RULE(SIGNATURE), .mutation = set_spare_bits},
    {"base64 of the other alphabet", .broken = RULE(FORM) | RULE(SIGNATURE),
     .mutation = use_the_other_alphabet},
    {"claims with a duplicate member", .claims = "{" WHO "," TIMES "," REST ",\"sub\":\"another\"}",
     .broken = RULE(FORM) | RULE(ISSUER) | RULE(AUDIENCE) | RULE(SUBJECT) | RULE(LIFETIME) |
               RULE(EXPIRY) | RULE(UNIQUE) | RULE(BINDING) | RULE(MINIMAL)},
    {"a header with a duplicate member", .broken = RULE(FORM) | RULE(ALGORITHM) | NAMED_KEY,
     .header = "{" ALG ",\"alg\":\"none\"," KID "}"},
    {"padding after the header", .broken = RULE(FORM) | RULE(ALGORITHM) | NAMED_KEY,
     .mutation = pad_header},
    {"white space within the token", .broken = RULE(FORM) | RULE(ALGORITHM) | NAMED_KEY,
     .mutation = split_a_line},
    {"another issuer",
     .claims = "{\"iss\":\"https://elsewhere.example\"," AUD "," SUB "," TIMES "," REST "}",
     .broken = RULE(ISSUER)},
    {"an issuer with a slash more",
     .claims = "{\"iss\":\"https://provider.example/\"," AUD "," SUB "," TIMES "," REST "}",
     .broken = RULE(ISSUER)},
    {"no issuer", .claims = "{" AUD "," SUB "," TIMES "," REST "}", .broken = RULE(ISSUER)},
    {"another audience",
     .claims = "{" ISS ",\"aud\":\"elsewhere.example\"," SUB "," TIMES "," REST "}",
     .broken = RULE(AUDIENCE)},
    {"no audience", .claims = "{" ISS "," SUB "," TIMES "," REST "}", .broken = RULE(AUDIENCE)},
    {"a list of the one audience",
     .claims = "{" ISS ",\"aud\":[\"gatekeeper.example\"]," SUB "," TIMES "," REST "}",
     .broken = 0},
    {"a list of two audiences",
     .claims =
         "{" ISS ",\"aud\":[\"gatekeeper.example\",\"b.example\"]," SUB "," TIMES "," REST "}",
     .broken = RULE(AUDIENCE)},
    {"an empty list of audiences", .claims = "{" ISS ",\"aud\":[]," SUB "," TIMES "," REST "}",
     .broken = RULE(AUDIENCE)},
    {"another subject", .claims = "{" ISS "," AUD ",\"sub\":\"another\"," TIMES "," REST "}",
     .broken = RULE(SUBJECT)},
    {"a subject in another case", .claims = "{" ISS "," AUD ",\"sub\":\"User\"," TIMES "," REST "}",
     .broken = RULE(SUBJECT)},
    {"a subject that is a number", .claims = "{" ISS "," AUD ",\"sub\":7," TIMES "," REST "}",
     .broken = RULE(SUBJECT)},
    {"no subject", .claims = "{" ISS "," AUD "," TIMES "," REST "}", .broken = RULE(SUBJECT)},
    {"expired", .claims = AT("\"iat\":1699999000,\"exp\":1699999600"), .broken = RULE(EXPIRY)},
    {"expired five seconds ago: the clocks may differ",
     .claims = AT("\"iat\":1699999000,\"exp\":1699999995"), .broken = 0},
    {"expired six seconds ago", .claims = AT("\"iat\":1699999000,\"exp\":1699999994"),
     .broken = RULE(EXPIRY)},
    {"issued five seconds from now: the clocks may differ",
     .claims = AT("\"iat\":1700000005,\"exp\":1700000600"), .broken = 0},
    {"issued six seconds from now", .claims = AT("\"iat\":1700000006,\"exp\":1700000600"),
     .broken = RULE(NOT_BEFORE)},
    {"not yet valid", .claims = AT(TIMES ",\"nbf\":1700000300"), .broken = RULE(NOT_BEFORE)},
    {"valid since now", .claims = AT(TIMES ",\"nbf\":1700000000"), .broken = 0},
    {"nbf is a text", .claims = AT(TIMES ",\"nbf\":\"1700000000\""), .broken = RULE(NOT_BEFORE)},
    {"a lifetime of the maximum", .claims = AT("\"iat\":1700000000,\"exp\":1700003600"),
     .broken = 0},
    {"a lifetime a second over the maximum", .claims = AT("\"iat\":1700000000,\"exp\":1700003601"),
     .broken = RULE(LIFETIME)},
    {"a lifetime over a private profile's maximum", .broken = RULE(LIFETIME),
     .mutation_profile = brief},
    {"exp before iat", .claims = AT("\"iat\":1700000000,\"exp\":1699999999"),
     .broken = RULE(LIFETIME)},
    {"exp at iat", .claims = AT("\"iat\":1700000000,\"exp\":1700000000"), .broken = RULE(LIFETIME)},
    {"no iat", .claims = AT("\"exp\":1700000600"), .broken = RULE(LIFETIME)},
    {"no exp", .claims = AT("\"iat\":1700000000"), .broken = RULE(LIFETIME) | RULE(EXPIRY)},
    {"exp is a text", .claims = AT("\"iat\":1700000000,\"exp\":\"1700000600\""),
     .broken = RULE(LIFETIME) | RULE(EXPIRY)},
    {"exp is below zero", .claims = AT("\"iat\":1700000000,\"exp\":-1"),
     .broken = RULE(LIFETIME) | RULE(EXPIRY)},
    {"exp is beyond all counting", .claims = AT("\"iat\":1700000000,\"exp\":1e300"),
     .broken = RULE(LIFETIME) | RULE(EXPIRY)},
    {"exp with a fraction", .claims = AT("\"iat\":1700000000,\"exp\":1700000600.5"), .broken = 0},
    {"no jti", .claims = "{" WHO "," TIMES "," CNF "}", .broken = RULE(UNIQUE)},
    {"an empty jti", .claims = "{" WHO "," TIMES ",\"jti\":\"\"," CNF "}", .broken = RULE(UNIQUE)},
    {"jti is a number", .claims = "{" WHO "," TIMES ",\"jti\":1," CNF "}", .broken = RULE(UNIQUE)},
    {"no cnf", .claims = "{" WHO "," TIMES "," JTI "}", .broken = RULE(BINDING)},
    {"cnf of another key", .claims = "{" WHO "," TIMES "," JTI "," CNF_OTHER "}",
     .broken = RULE(BINDING)},
    {"cnf is a text", .claims = "{" WHO "," TIMES "," JTI ",\"cnf\":\"x5t#noise\"}",
     .broken = RULE(BINDING)},
    {"cnf of another member",
     .claims = "{" WHO "," TIMES "," JTI
               ",\"cnf\":{\"x5t\":\"riFsLvUkejeCwTXvonmj5M3GEJQnD10r5YxiBLemEsk\"}}",
     .broken = RULE(BINDING)},
    {"no cnf where the profile does not bind", .claims = "{" WHO "," TIMES "," JTI "}", .broken = 0,
     .mutation_profile = unbound},
    {"says an e-mail address", .claims = WITH("\"email\":\"u@provider.example\""),
     .broken = RULE(MINIMAL)},
    {"says a telephone number", .claims = WITH("\"phone_number\":\"+31201234567\""),
     .broken = RULE(MINIMAL)},
    {"says a name", .claims = WITH("\"name\":\"A. User\""), .broken = RULE(MINIMAL)},
    {"says where the user is", .claims = WITH("\"ip\":\"192.0.2.1\""), .broken = RULE(MINIMAL)},
    {"says something unknown", .claims = WITH("\"x\":null"), .broken = RULE(MINIMAL)},
    {"a claim whose name is two names", .claims = WITH("\"iss sub\":1"), .broken = RULE(MINIMAL)},
    {"a claim without a name", .claims = WITH("\"\":1"), .broken = RULE(MINIMAL)},
};

/* Parts that cannot be told apart: nothing of the token is believed. */
static const struct row shapes[] = {
    {"four parts", .broken = 0, .mutation = add_a_part},
    {"a trailing dot", .broken = 0, .mutation = trail_a_dot},
    {"two parts", .broken = 0, .mutation = lose_a_part},
};

/* ---- judged */

static enum status sign(struct token_bench *b, const struct row *row)
{
    const char *claims = row->claims ? row->claims : SOUND;
    switch (row->signer) {
    case BY_NOBODY:
        return token_sign_none(row->header, claims, &b->token);
    case BY_HMAC:
        return token_sign_hmac(buffer_bytes(&b->keys), row->header, claims, &b->token);
    case BY_P256:
        return token_sign(b->ours[1], row->header, claims, &b->token);
    case BY_ANOTHER:
        return token_sign(b->another, row->header, claims, &b->token);
    case BY_ED25519:
        break;
    }
    return token_sign(b->ours[0], row->header, claims, &b->token);
}

static void make(struct token_bench *b, const struct row *row)
{
    token_bench_init(b);
    assert_int_equal(sign(b, row), OK);
    if (row->mutation)
        row->mutation(&b->token);
    if (row->mutation_keys)
        row->mutation_keys(&b->keys);
    if (row->mutation_profile)
        row->mutation_profile(&b->profile);
}

static void is_judged(void **state)
{
    const struct row *row = *state;
    struct token_bench b;
    enum token_rule first;
    make(&b, row);
    assert_int_equal(token_bench_check(&b, buffer_bytes(&b.token)), OK);
    for (unsigned r = TOKEN_FORM; r < N_TOKEN_RULE; r++) {
        bool is_broken = (row->broken >> r) & 1u;
        if (b.report.rules[r].holds == is_broken)
            print_error("%s %s\n", token_rule_name(r), is_broken ? "holds" : "does not hold");
        assert_int_equal(b.report.rules[r].holds, !is_broken);
        assert_int_equal(b.report.rules[r].detail[0] != '\0', is_broken);
    }
    assert_int_equal(token_is_sound(&b.report, &first), row->broken == 0);
    assert_true(row->broken == 0 ? first == TOKEN_RULE_NONE : (row->broken >> first) & 1u);
    token_bench_fini(&b);
}

static void has_no_form(void **state)
{
    struct token_bench b;
    enum token_rule first;
    make(&b, *state);
    assert_int_equal(token_bench_check(&b, buffer_bytes(&b.token)), OK);
    assert_false(token_is_sound(&b.report, &first));
    assert_int_equal(first, TOKEN_FORM);
    assert_false(b.report.rules[TOKEN_SIGNATURE].holds);
    token_bench_fini(&b);
}

/* ---- by hand */

static void what_it_says_is_reported(void **state)
{
    (void)state;
    struct token_bench b;
    token_bench_init(&b);
    assert_int_equal(token_sign(b.ours[1], NULL, SOUND, &b.token), OK);
    assert_int_equal(token_bench_check(&b, buffer_bytes(&b.token)), OK);
    assert_string_equal(b.report.jti, "one");
    assert_string_equal(b.report.kid, "key-2");
    assert_string_equal(b.report.alg, "ES256");
    assert_int_equal(b.report.issued_at, NOW);
    assert_int_equal(b.report.expires_at, NOW + 600);
    token_bench_fini(&b);
}

static void a_leaked_private_key_is_seen(void **state)
{
    (void)state;
    struct token_bench b;
    enum token_rule first;
    token_bench_init(&b);
    buffer_clear(&b.keys);
    assert_int_equal(token_key_set(b.ours, 3, true, &b.keys), OK);
    assert_int_equal(token_sign(b.ours[0], NULL, SOUND, &b.token), OK);
    assert_int_equal(token_bench_check(&b, buffer_bytes(&b.token)), OK);
    assert_false(token_is_sound(&b.report, &first));
    assert_int_equal(first, TOKEN_KEY_SET);
    token_bench_fini(&b);
}

/* The bytes stand in the key set, coordinate by coordinate. */
static void the_public_key_is_the_published_one(void **state)
{
    (void)state;
    static const size_t lengths[] = {32, 64}; /* of Ed25519, of P-256 */
    struct token_bench b;
    token_bench_init(&b);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        uint8_t key[64];
        size_t len = token_key_public(b.ours[i], key);
        assert_int_equal(len, lengths[i]);
        for (size_t at = 0; at < len; at += 32) {
            buffer_clear(&b.token);
            assert_int_equal(base64_encode(bytes_of(key + at, 32), BASE64_URL, &b.token), OK);
            assert_true(bytes_contains(buffer_bytes(&b.keys), buffer_bytes(&b.token)));
        }
    }
    token_bench_fini(&b);
}

static void each_rule_has_a_name(void **state)
{
    (void)state;
    assert_int_equal(token_rules.count, N_TOKEN_RULE - 1);
    for (unsigned r = TOKEN_FORM; r < N_TOKEN_RULE; r++)
        assert_non_null(token_rule_name(r));
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(what_it_says_is_reported),
    cmocka_unit_test(a_leaked_private_key_is_seen),
    cmocka_unit_test(the_public_key_is_the_published_one),
    cmocka_unit_test(each_rule_has_a_name),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(shapes) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, is_judged);
    ADD_ROWS(tests, n, shapes, sentence, has_no_form);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("token", tests, COUNT(tests), NULL, NULL);
}
