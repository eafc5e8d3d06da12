/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what is found in the keys of a retry receipt: they are those that the client published, or
 * it is said what is wrong with them. */
#include "run/verify_upload.h"

#include "cipher/signal4/signal4.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ACCOUNT 1000u

struct fixture {
    struct arena arena;
    struct random random;
    struct context context;
    struct wire_profile profile;
    struct client_context client;
    struct observed_stanza observed[2];
    struct cipher_party *party;
    struct buffer published, other;
    struct cipher_bundle bundle, others; /* views into the two */
};

static void publish(struct fixture *f, struct buffer *out, struct cipher_bundle *bundle)
{
    const struct publish_options options = {0};
    buffer_init(out, 65536);
    assert_int_equal(cipher_signal4.publish(f->party, &options, out), OK);
    assert_int_equal(cipher_signal4.bundle_read(buffer_bytes(out), bundle), OK);
}

static uint64_t unix_now(void *context)
{
    (void)context;
    return 1800000000u;
}

static int begin(void **state)
{
    static const uint8_t seed[RANDOM_SEED_LEN] = {7};
    static struct fixture f;
    memset(&f, 0, sizeof(f));
    arena_init(&f.arena, 1024 * 1024);
    assert_int_equal(random_init(&f.random, bytes_of(seed, sizeof(seed)), "retry"), OK);
    const struct cipher_party_options options = {.self = {"client", 1}, .random = &f.random};
    assert_int_equal(cipher_signal4.party_new(&options, &f.party), OK);
    profile_defaults(&f.profile);
    const struct server_options serving = {
        .profile = &f.profile, .random = &f.random, .unix_now = unix_now};
    const struct server_account account = {ACCOUNT, "client", 1};
    assert_int_equal(server_new(&serving, &f.client.server), OK);
    assert_int_equal(server_account_add(f.client.server, &account), OK);
    f.context.arena = &f.arena;
    f.context.cipher = &cipher_signal4;
    f.context.client = &f.client;
    f.client.context = &f.context;
    f.client.profile = &f.profile;
    f.client.observed = f.observed;
    f.client.n_accounts = 1;
    f.client.accounts[0].id = ACCOUNT;
    publish(&f, &f.published, &f.bundle);
    publish(&f, &f.other, &f.others);
    *state = &f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    cipher_signal4.party_free(f->party);
    server_free(f->client.server);
    buffer_fini(&f->published);
    buffer_fini(&f->other);
    arena_fini(&f->arena);
    return 0;
}

static struct stanza_prekey written(const struct cipher_prekey *key, size_t from)
{
    return (struct stanza_prekey){key->id, 3, bytes_slice(key->key, from, key->key.len),
                                  key->signature};
}

static void write_keys(struct stanza_writer *w, const struct cipher_bundle *b)
{
    const struct stanza_prekey skey = written(&b->signed_prekey, 1),
                               kem = written(&b->kem_prekey, 0);
    stanza_bytes_element(w, "type", bytes_slice(b->identity_key, 0, 1));
    stanza_bytes_element(w, "identity", bytes_slice(b->identity_key, 1, b->identity_key.len));
    stanza_prekey_element(w, "skey", &skey);
    if (b->has_kem_prekey)
        stanza_prekey_element(w, "kem", &kem);
}

static const struct stanza *finish(struct fixture *f, struct stanza_writer *w)
{
    const struct stanza_limits limits = {.max_bytes = 65536, .max_depth = 8, .max_attributes = 16};
    const struct stanza *s;
    assert_int_equal(stanza_end(w), OK);
    struct bytes document = arena_copy(&f->arena, buffer_bytes(&w->own));
    buffer_fini(&w->own);
    assert_int_equal(stanza_parse(document, &limits, &f->arena, &s, NULL), OK);
    return s;
}

/* The client publishes |b|, with its one-time prekey. */
static void uploads(struct fixture *f, const struct cipher_bundle *b)
{
    struct stanza_writer w;
    const struct stanza_prekey key = written(&b->one_time_prekey, 1);
    stanza_begin_own(&w, 65536);
    STANZA_OPEN(&w, "iq", {"id", "i1"}, {"type", "set"});
    stanza_number_element(&w, "registration", b->registration_id, 4);
    stanza_open(&w, "list");
    stanza_prekey_element(&w, "key", &key);
    stanza_close(&w);
    write_keys(&w, b);
    f->observed[f->client.n_observed++] =
        (struct observed_stanza){.account = ACCOUNT, .stanza = finish(f, &w)};
}

/* What is wrong with |b| as keys of a retry; "" when nothing is. */
static const char *wrong_with(struct fixture *f, const struct cipher_bundle *b)
{
    struct stanza_writer w;
    struct step_result out = {.detail = ""};
    struct look l = {.s = &f->context, .account = &f->client.accounts[0], .out = &out};
    struct bytes bundle;
    const struct stanza_prekey key = written(&b->one_time_prekey, 1);
    if (!f->client.n_observed)
        uploads(f, &f->bundle);
    stanza_begin_own(&w, 65536);
    STANZA_OPEN(&w, "receipt", {"id", "m1"}, {"type", "retry"});
    stanza_number_element(&w, "registration", b->registration_id, 4);
    stanza_open(&w, "keys");
    write_keys(&w, b);
    if (b->has_one_time_prekey)
        stanza_prekey_element(&w, "key", &key);
    bool is_sound = verify_retry_keys(&l, finish(f, &w), &bundle);
    assert_int_equal(is_sound, out.detail[0] == '\0');
    return out.detail;
}

static void those_that_were_published_are_right(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(wrong_with(f, &f->bundle), "");
}

static void so_are_one_time_prekeys_that_never_were(void **state)
{
    struct fixture *f = *state;
    assert_int_not_equal(f->others.one_time_prekey.id, f->bundle.one_time_prekey.id);
    assert_string_equal(wrong_with(f, &f->others), "");
}

static void so_are_keys_without_a_one_time_prekey(void **state)
{
    struct fixture *f = *state;
    f->bundle.has_one_time_prekey = false;
    uploads(f, &f->others);
    assert_string_equal(wrong_with(f, &f->bundle), "");
}

static void another_registration_is_wrong(void **state)
{
    struct fixture *f = *state;
    uploads(f, &f->bundle);
    f->bundle.registration_id ^= 1;
    assert_string_equal(wrong_with(f, &f->bundle),
                        "another registration id than it published came with its keys");
}

static void another_identity_is_wrong(void **state)
{
    struct fixture *f = *state;
    uploads(f, &f->bundle);
    f->bundle.identity_key = f->bundle.signed_prekey.key;
    assert_string_equal(wrong_with(f, &f->bundle),
                        "another identity key than it published is among its keys");
}

static void anothers_signature_is_wrong(void **state)
{
    struct fixture *f = *state;
    uploads(f, &f->bundle);
    f->bundle.signed_prekey.signature = f->bundle.kem_prekey.signature;
    assert_string_equal(wrong_with(f, &f->bundle),
                        "the signature of the signed prekey among its keys does not verify");
}

static void another_id_of_the_signed_prekey_is_wrong(void **state)
{
    struct fixture *f = *state;
    uploads(f, &f->bundle);
    f->bundle.signed_prekey.id++;
    assert_string_equal(wrong_with(f, &f->bundle),
                        "the signed prekey among its keys has another id than was published");
}

static void another_id_of_the_one_time_prekey_is_wrong(void **state)
{
    struct fixture *f = *state;
    const char *wrong =
        "the one-time prekey among its keys has another id than was published, or 0";
    uploads(f, &f->bundle);
    f->bundle.one_time_prekey.id += 5;
    assert_string_equal(wrong_with(f, &f->bundle), wrong);
    f->others.one_time_prekey.id = f->bundle.one_time_prekey.id - 5;
    assert_string_equal(wrong_with(f, &f->others), wrong);
    f->others.one_time_prekey.id = 0;
    assert_string_equal(wrong_with(f, &f->others), wrong);
}

static void a_kem_prekey_that_is_missing_or_unsigned_is_wrong(void **state)
{
    struct fixture *f = *state;
    const char *wrong = "the signature of the KEM prekey among its keys does not verify";
    uploads(f, &f->bundle);
    f->bundle.kem_prekey.signature = f->bundle.signed_prekey.signature;
    assert_string_equal(wrong_with(f, &f->bundle), wrong);
    f->bundle.has_kem_prekey = false;
    assert_string_equal(wrong_with(f, &f->bundle), wrong);
}

static void another_id_of_the_kem_prekey_is_wrong(void **state)
{
    struct fixture *f = *state;
    uploads(f, &f->bundle);
    f->bundle.kem_prekey.id += 5;
    assert_string_equal(wrong_with(f, &f->bundle),
                        "the KEM prekey among its keys has another id than was published, or 0");
}

static void keys_of_another_length_are_wrong(void **state)
{
    struct fixture *f = *state;
    uploads(f, &f->bundle);
    f->bundle.kem_prekey.key.len--;
    assert_string_equal(wrong_with(f, &f->bundle),
                        "the keys that came are not of the form of the stanza");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(those_that_were_published_are_right),
        TEST(so_are_one_time_prekeys_that_never_were),
        TEST(so_are_keys_without_a_one_time_prekey),
        TEST(another_registration_is_wrong),
        TEST(another_identity_is_wrong),
        TEST(anothers_signature_is_wrong),
        TEST(another_id_of_the_signed_prekey_is_wrong),
        TEST(another_id_of_the_one_time_prekey_is_wrong),
        TEST(a_kem_prekey_that_is_missing_or_unsigned_is_wrong),
        TEST(another_id_of_the_kem_prekey_is_wrong),
        TEST(keys_of_another_length_are_wrong),
    };
    return cmocka_run_group_tests_name("keys of a retry", tests, NULL, NULL);
}
