/*
 * The codecs of Signal's messages write what libsignal-protocol-c writes, byte for byte, read it
 * back, and refuse what lacks a required field.
 */
#include "wire/signal.h"

#include "support/lsc_internal.h"
#include "unit/peer/help.h"
#include "wire/pb.h"

#include <signal/protocol.h>
#include <string.h>

struct fixture {
    struct key_set keys;
    struct random random;
    struct lsc *lsc;
    ec_public_key *ratchet, *sender, *receiver;
    ec_private_key *signing;
    struct buffer out;
};

static ec_public_key *public_key(struct fixture *f, const uint8_t *data)
{
    ec_public_key *key = NULL;
    assert_int_equal(curve_decode_point(&key, data, SIGNAL_KEY_LEN, f->lsc->context), 0);
    return key;
}

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));
    key_set_init(&f->keys, "wire");
    assert_int_equal(random_init(&f->random, bytes_of_text("seed"), "wire"), OK);
    f->lsc = lsc_new(ALICE, &f->random, &f->keys.keys);
    assert_non_null(f->lsc);
    f->ratchet = public_key(f, f->keys.one_time[0].public_key);
    f->sender = public_key(f, f->keys.keys.identity_public);
    f->receiver = public_key(f, f->keys.one_time[1].public_key);
    assert_int_equal(curve_decode_private_point(&f->signing, f->keys.one_time[2].private_key, 32,
                                                f->lsc->context),
                     0);
    buffer_init(&f->out, 64 * 1024);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    SIGNAL_UNREF(f->ratchet);
    SIGNAL_UNREF(f->sender);
    SIGNAL_UNREF(f->receiver);
    SIGNAL_UNREF(f->signing);
    lsc_free(f->lsc);
    buffer_fini(&f->out);
    test_free(f);
    return 0;
}

static struct bytes key_bytes(const uint8_t *key) { return bytes_of(key, SIGNAL_KEY_LEN); }

/* What the library wrote; a view as long as |message|. */
static struct bytes theirs(ciphertext_message *message)
{
    const signal_buffer *b = ciphertext_message_get_serialized(message);
    return bytes_of(signal_buffer_const_data(b), signal_buffer_len(b));
}

static void assert_same(struct bytes ours, struct bytes wanted)
{
    assert_int_equal(ours.len, wanted.len);
    assert_memory_equal(ours.data, wanted.data, wanted.len);
}

/* ---- byte for byte */

static signal_message *their_message(struct fixture *f, uint32_t counter, uint32_t previous,
                                     struct bytes ciphertext)
{
    static const uint8_t mac_key[32] = {7};
    signal_message *m = NULL;
    assert_int_equal(signal_message_create(&m, 3, mac_key, sizeof(mac_key), f->ratchet, counter,
                                           previous, ciphertext.data, ciphertext.len, f->sender,
                                           f->receiver, f->lsc->context),
                     0);
    return m;
}

static void signal_message_agrees(struct fixture *f, uint32_t counter, uint32_t previous,
                                  struct bytes ciphertext)
{
    signal_message *their = their_message(f, counter, previous, ciphertext);
    struct bytes wanted = theirs((ciphertext_message *)their);
    struct signal_message m = {.version = SIGNAL_VERSION_BYTE,
                               .ratchet_key = key_bytes(f->keys.one_time[0].public_key),
                               .counter = counter,
                               .has_previous_counter = true,
                               .previous_counter = previous,
                               .ciphertext = ciphertext},
                          read;
    buffer_clear(&f->out);
    assert_int_equal(signal_message_encode(&m, &f->out), OK);
    assert_same(buffer_bytes(&f->out), bytes_slice(wanted, 0, wanted.len - SIGNAL_MAC_LEN));

    assert_int_equal(signal_message_decode(wanted, &read), OK);
    assert_int_equal(read.version, SIGNAL_VERSION_BYTE);
    assert_same(read.ratchet_key, m.ratchet_key);
    assert_int_equal(read.counter, counter);
    assert_true(read.has_previous_counter);
    assert_int_equal(read.previous_counter, previous);
    assert_same(read.ciphertext, ciphertext);
    assert_same(read.authenticated, buffer_bytes(&f->out));
    assert_same(read.mac, bytes_slice(wanted, wanted.len - SIGNAL_MAC_LEN, SIGNAL_MAC_LEN));
    SIGNAL_UNREF(their);
}

static void a_signal_message_is_the_librarys_byte_for_byte(void **state)
{
    uint8_t ciphertext[300] = {1, 2, 3};
    signal_message_agrees(*state, 0, 0, bytes_of(ciphertext, 16));
    signal_message_agrees(*state, 5, 4, bytes_of(ciphertext, 112));
    signal_message_agrees(*state, 300, 200, bytes_of(ciphertext, 128));
}

static void counters_up_to_the_largest_are_written_as_the_library_does(void **state)
{
    uint8_t ciphertext[16] = {9};
    signal_message_agrees(*state, 127, 128, bytes_of(ciphertext, 16));
    signal_message_agrees(*state, 0x7fffffff, 0x80000000u, bytes_of(ciphertext, 16));
    signal_message_agrees(*state, UINT32_MAX, UINT32_MAX, bytes_of(ciphertext, 16));
}

static void prekey_message_agrees(struct fixture *f, bool has_one_time_prekey)
{
    const uint32_t one_time_id = 70000, registration_id = 4660, signed_id = 7;
    uint8_t ciphertext[32] = {5};
    signal_message *inner = their_message(f, 1, 0, bytes_of(ciphertext, 32));
    pre_key_signal_message *their = NULL;
    struct prekey_message read;
    assert_int_equal(pre_key_signal_message_create(
                         &their, 3, registration_id, has_one_time_prekey ? &one_time_id : NULL,
                         signed_id, f->receiver, f->sender, inner, f->lsc->context),
                     0);
    struct prekey_message m = {.version = SIGNAL_VERSION_BYTE,
                               .has_one_time_prekey_id = has_one_time_prekey,
                               .one_time_prekey_id = one_time_id,
                               .base_key = key_bytes(f->keys.one_time[1].public_key),
                               .identity_key = key_bytes(f->keys.keys.identity_public),
                               .message = theirs((ciphertext_message *)inner),
                               .registration_id = registration_id,
                               .signed_prekey_id = signed_id};
    struct bytes wanted = theirs((ciphertext_message *)their);
    assert_int_equal(prekey_message_encode(&m, &f->out), OK);
    assert_same(buffer_bytes(&f->out), wanted);

    assert_int_equal(prekey_message_decode(wanted, &read), OK);
    assert_int_equal(read.has_one_time_prekey_id, has_one_time_prekey);
    assert_int_equal(read.one_time_prekey_id, has_one_time_prekey ? one_time_id : 0);
    assert_int_equal(read.registration_id, registration_id);
    assert_int_equal(read.signed_prekey_id, signed_id);
    assert_same(read.base_key, m.base_key);
    assert_same(read.identity_key, m.identity_key);
    assert_same(read.message, m.message);
    SIGNAL_UNREF(their);
    SIGNAL_UNREF(inner);
}

static void a_prekey_message_is_the_librarys_byte_for_byte(void **state)
{
    prekey_message_agrees(*state, true);
}

static void a_prekey_message_without_one_time_prekey_is_the_librarys(void **state)
{
    prekey_message_agrees(*state, false);
}

static void a_sender_key_message_is_the_librarys_byte_for_byte(void **state)
{
    struct fixture *f = *state;
    uint8_t ciphertext[48] = {1};
    sender_key_message *their = NULL;
    struct sender_key_message read, m = {.version = SIGNAL_VERSION_BYTE,
                                         .id = 0x7a7b7c7d,
                                         .iteration = 300,
                                         .ciphertext = bytes_of(ciphertext, 48)};
    assert_int_equal(sender_key_message_create(&their, m.id, m.iteration, ciphertext, 48,
                                               f->signing, f->lsc->context),
                     0);
    struct bytes wanted = theirs((ciphertext_message *)their);
    assert_int_equal(sender_key_message_encode(&m, &f->out), OK);
    assert_same(buffer_bytes(&f->out), bytes_slice(wanted, 0, wanted.len - SIGNAL_SIGNATURE_LEN));

    assert_int_equal(sender_key_message_decode(wanted, &read), OK);
    assert_int_equal(read.id, m.id);
    assert_int_equal(read.iteration, m.iteration);
    assert_same(read.ciphertext, m.ciphertext);
    assert_same(read.authenticated, buffer_bytes(&f->out));
    assert_int_equal(read.signature.len, SIGNAL_SIGNATURE_LEN);
    SIGNAL_UNREF(their);
}

static void a_distribution_message_is_the_librarys_byte_for_byte(void **state)
{
    struct fixture *f = *state;
    uint8_t chain_key[32] = {3};
    sender_key_distribution_message *their = NULL;
    struct distribution_message read,
        m = {.version = SIGNAL_VERSION_BYTE,
             .id = 77,
             .iteration = 0,
             .chain_key = bytes_of(chain_key, 32),
             .signing_key = key_bytes(f->keys.one_time[1].public_key)};
    assert_int_equal(sender_key_distribution_message_create(&their, m.id, m.iteration, chain_key,
                                                            32, f->receiver, f->lsc->context),
                     0);
    struct bytes wanted = theirs((ciphertext_message *)their);
    assert_int_equal(distribution_message_encode(&m, &f->out), OK);
    assert_same(buffer_bytes(&f->out), wanted);

    assert_int_equal(distribution_message_decode(wanted, &read), OK);
    assert_int_equal(read.id, m.id);
    assert_int_equal(read.iteration, m.iteration);
    assert_same(read.chain_key, m.chain_key);
    assert_same(read.signing_key, m.signing_key);
    SIGNAL_UNREF(their);
}

/* ---- bundles */

static void a_bundle_comes_back_with_and_without_one_time_prekey(void **state)
{
    struct fixture *f = *state;
    uint8_t signature[SIGNAL_SIGNATURE_LEN] = {8};
    for (int with = 0; with < 2; with++) {
        struct signal_bundle read,
            b = {.registration_id = 1,
                 .device = 127,
                 .identity_key = key_bytes(f->keys.keys.identity_public),
                 .signed_prekey_id = 7,
                 .signed_prekey = key_bytes(f->keys.one_time[0].public_key),
                 .signature = bytes_of(signature, sizeof(signature)),
                 .has_one_time_prekey = with,
                 .one_time_prekey_id = 21,
                 .one_time_prekey = key_bytes(f->keys.one_time[1].public_key)};
        buffer_clear(&f->out);
        assert_int_equal(signal_bundle_encode(&b, &f->out), OK);
        assert_int_equal(signal_bundle_decode(buffer_bytes(&f->out), &read), OK);
        assert_int_equal(read.registration_id, 1);
        assert_int_equal(read.device, 127);
        assert_same(read.identity_key, b.identity_key);
        assert_int_equal(read.signed_prekey_id, 7);
        assert_same(read.signed_prekey, b.signed_prekey);
        assert_same(read.signature, b.signature);
        assert_int_equal(read.has_one_time_prekey, with);
        if (with)
            assert_same(read.one_time_prekey, b.one_time_prekey);
    }
}

/* ---- what is required */

struct form {
    const char *sentence;
    size_t tail; /* bytes of authenticator */
    bool has_version;
    uint32_t required[6]; /* field numbers; 0 after the last */
    struct {
        uint32_t number;
        bool is_bytes;
    } fields[8]; /* number 0 after the last */
    enum status (*decode)(struct bytes);
};

static enum status decode_signal(struct bytes in)
{
    struct signal_message m;
    return signal_message_decode(in, &m);
}

static enum status decode_prekey(struct bytes in)
{
    struct prekey_message m;
    return prekey_message_decode(in, &m);
}

static enum status decode_sender_key(struct bytes in)
{
    struct sender_key_message m;
    return sender_key_message_decode(in, &m);
}

static enum status decode_distribution(struct bytes in)
{
    struct distribution_message m;
    return distribution_message_decode(in, &m);
}

static enum status decode_bundle(struct bytes in)
{
    struct signal_bundle b;
    return signal_bundle_decode(in, &b);
}

static const struct form forms[] = {
    {"a signal message needs ratchet key, counter and ciphertext",
     8,
     true,
     {1, 2, 4},
     {{1, true}, {2, false}, {3, false}, {4, true}},
     decode_signal},
    {"a prekey message needs base key, identity, message and signed prekey id",
     0,
     true,
     {2, 3, 4, 6},
     {{1, false}, {2, true}, {3, true}, {4, true}, {5, false}, {6, false}},
     decode_prekey},
    {"a sender-key message needs id, iteration and ciphertext",
     64,
     true,
     {1, 2, 3},
     {{1, false}, {2, false}, {3, true}},
     decode_sender_key},
    {"a distribution message needs all its fields",
     0,
     true,
     {1, 2, 3, 4},
     {{1, false}, {2, false}, {3, true}, {4, true}},
     decode_distribution},
    {"a bundle needs identity key, signed prekey and its id",
     0,
     false,
     {3, 4, 5},
     {{1, false}, {2, false}, {3, true}, {4, false}, {5, true}, {6, true}, {7, false}, {8, true}},
     decode_bundle},
};
#define N_FORMS (sizeof(forms) / sizeof(forms[0]))

/* All fields but |left_out|; |turned| with the other wire type. */
static void write_form(const struct form *form, uint32_t left_out, uint32_t turned,
                       struct buffer *out)
{
    buffer_clear(out);
    if (form->has_version)
        buffer_append_byte(out, SIGNAL_VERSION_BYTE);
    for (size_t i = 0; i < 8 && form->fields[i].number; i++) {
        uint32_t number = form->fields[i].number;
        if (number == left_out)
            continue;
        if (form->fields[i].is_bytes != (number == turned))
            pb_put_bytes(out, number, bytes_of_text("some bytes"));
        else
            pb_put_varint(out, number, 3);
    }
    assert_true(buffer_extend(out, form->tail) != NULL || !form->tail);
}

static bool is_required(const struct form *form, uint32_t number)
{
    for (size_t i = 0; i < 6; i++)
        if (form->required[i] == number)
            return true;
    return false;
}

static void a_message_is_malformed_exactly_when_a_required_field_is_absent(void **state)
{
    const struct form *form = *state;
    struct buffer out;
    buffer_init(&out, 1024);
    write_form(form, 0, 0, &out);
    assert_int_equal(form->decode(buffer_bytes(&out)), OK);
    for (size_t i = 0; i < 8 && form->fields[i].number; i++) {
        uint32_t number = form->fields[i].number;
        write_form(form, number, 0, &out);
        assert_int_equal(form->decode(buffer_bytes(&out)),
                         is_required(form, number) ? E_PARSE : OK);
        write_form(form, 0, number, &out);
        assert_int_equal(form->decode(buffer_bytes(&out)), E_PARSE);
    }
    buffer_fini(&out);
}

static void what_is_only_version_and_authenticator_is_malformed(void **state)
{
    static const uint8_t zeros[65];
    (void)state;
    for (size_t i = 0; i < N_FORMS; i++)
        for (size_t len = 0; len <= forms[i].tail + forms[i].has_version; len++)
            assert_int_equal(forms[i].decode(bytes_of(zeros, len)), E_PARSE);
}

static void numbers_keep_their_low_32_bits_and_the_last_one_counts(void **state)
{
    struct fixture *f = *state;
    struct distribution_message m;
    buffer_append_byte(&f->out, SIGNAL_VERSION_BYTE);
    pb_put_varint(&f->out, 1, 0x500000007u);
    pb_put_varint(&f->out, 2, 1);
    pb_put_bytes(&f->out, 3, bytes_of_text("chain"));
    pb_put_bytes(&f->out, 4, bytes_of_text("key"));
    pb_put_varint(&f->out, 2, 9);
    pb_put_varint(&f->out, 99, 1); /* unknown fields are skipped */
    assert_int_equal(distribution_message_decode(buffer_bytes(&f->out), &m), OK);
    assert_int_equal(m.id, 7);
    assert_int_equal(m.iteration, 9);
}

static void kinds_have_names_that_read_back(void **state)
{
    (void)state;
    for (unsigned k = SIGNAL_KIND_PREKEY; k <= SIGNAL_KIND_DISTRIBUTION; k++)
        assert_int_equal(signal_kind_from_name(signal_kind_name((enum signal_kind)k)), k);
    assert_string_equal(signal_kind_name(SIGNAL_KIND_NONE), "?");
    assert_string_equal(signal_kind_name((enum signal_kind)99), "?");
    assert_int_equal(signal_kind_from_name("?"), SIGNAL_KIND_NONE);
    assert_int_equal(signal_kind_from_name(NULL), SIGNAL_KIND_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    struct CMUnitTest tests[N_FORMS + 10] = {
        TEST(a_signal_message_is_the_librarys_byte_for_byte),
        TEST(counters_up_to_the_largest_are_written_as_the_library_does),
        TEST(a_prekey_message_is_the_librarys_byte_for_byte),
        TEST(a_prekey_message_without_one_time_prekey_is_the_librarys),
        TEST(a_sender_key_message_is_the_librarys_byte_for_byte),
        TEST(a_distribution_message_is_the_librarys_byte_for_byte),
        TEST(a_bundle_comes_back_with_and_without_one_time_prekey),
        TEST(numbers_keep_their_low_32_bits_and_the_last_one_counts),
        cmocka_unit_test(what_is_only_version_and_authenticator_is_malformed),
        cmocka_unit_test(kinds_have_names_that_read_back),
    };
    for (size_t i = 0; i < N_FORMS; i++) {
        tests[10 + i].name = forms[i].sentence;
        tests[10 + i].test_func = a_message_is_malformed_exactly_when_a_required_field_is_absent;
        memcpy(&tests[10 + i].initial_state, &(const void *){&forms[i]}, sizeof(void *));
    }
    return cmocka_run_group_tests_name("signal", tests, NULL, NULL);
}
