/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages and bundles: written as protoc --encode writes them, read back to what they were, and
 * refused when something that a sound receiver needs is missing or malformed.
 */
#include "sample.h"
#include "support/hex.h"
#include "support/rows.h"

#include <string.h>

/* What protoc makes of the fields in encode_*() below. */
static const char signal_hex[] =
    "33"
    "0a0b72617463686574206b657910ac0218ffffffff0f220a63697068657274657874";
static const char signal_without_previous_hex[] = "33"
                                                  "0a0010002200";
static const char prekey_hex[] =
    "33"
    "08feffff071204626173651a086964656e7469747922076d65737361676528fc7f3000";
static const char sender_key_hex[] = "33"
                                     "08ffffffff0710d00f1a0a63697068657274657874";
static const char distribution_hex[] = "33"
                                       "080110001a05636861696e22077369676e696e67";
static const char bundle_hex[] =
    "08fc7f10011a086964656e7469747920072a067369676e656432097369676e6174"
    "75726538800142086f6e652d74696d65";

static void a_message_is_written_and_read(void **state)
{
    (void)state;
    struct signal_message m = {.version = 0x33,
                               .ratchet_key = bytes_of_text("ratchet key"),
                               .counter = 300,
                               .has_previous_counter = true,
                               .previous_counter = UINT32_MAX,
                               .ciphertext = bytes_of_text("ciphertext")};
    struct signal_message back;
    struct buffer out;
    buffer_init(&out, 256);
    assert_int_equal(signal_message_encode(&m, &out), OK);
    assert_hex(buffer_bytes(&out), signal_hex);
    assert_int_equal(buffer_append_text(&out, "8 of MAC"), OK);
    assert_int_equal(signal_message_decode(buffer_bytes(&out), &back), OK);
    assert_int_equal(back.version, 0x33);
    assert_true(bytes_equal(back.ratchet_key, m.ratchet_key));
    assert_int_equal(back.counter, 300);
    assert_true(back.has_previous_counter);
    assert_int_equal(back.previous_counter, UINT32_MAX);
    assert_true(bytes_equal(back.ciphertext, m.ciphertext));
    assert_true(bytes_equal(back.mac, bytes_of_text("8 of MAC")));
    assert_hex(back.authenticated, signal_hex);
    buffer_fini(&out);
}

static void a_previous_counter_may_be_absent(void **state)
{
    (void)state;
    struct signal_message m = {.version = 0x33, .previous_counter = 7}, back;
    struct buffer out;
    buffer_init(&out, 256);
    assert_int_equal(signal_message_encode(&m, &out), OK);
    assert_hex(buffer_bytes(&out), signal_without_previous_hex);
    assert_int_equal(buffer_append_text(&out, "8 of MAC"), OK);
    assert_int_equal(signal_message_decode(buffer_bytes(&out), &back), OK);
    assert_false(back.has_previous_counter);
    assert_int_equal(back.previous_counter, 0);
    assert_int_equal(back.ratchet_key.len, 0);
    assert_int_equal(back.ciphertext.len, 0);
    buffer_fini(&out);
}

static void a_prekey_message_is_written_and_read(void **state)
{
    (void)state;
    struct prekey_message m = {.version = 0x33,
                               .has_one_time_prekey_id = true,
                               .one_time_prekey_id = 0xfffffe,
                               .base_key = bytes_of_text("base"),
                               .identity_key = bytes_of_text("identity"),
                               .message = bytes_of_text("message"),
                               .registration_id = 16380,
                               .signed_prekey_id = 0};
    struct prekey_message back;
    struct buffer out;
    buffer_init(&out, 256);
    assert_int_equal(prekey_message_encode(&m, &out), OK);
    assert_hex(buffer_bytes(&out), prekey_hex);
    assert_int_equal(prekey_message_decode(buffer_bytes(&out), &back), OK);
    assert_int_equal(back.version, 0x33);
    assert_true(back.has_one_time_prekey_id);
    assert_int_equal(back.one_time_prekey_id, 0xfffffe);
    assert_true(bytes_equal(back.base_key, m.base_key));
    assert_true(bytes_equal(back.identity_key, m.identity_key));
    assert_true(bytes_equal(back.message, m.message));
    assert_int_equal(back.registration_id, 16380);
    assert_int_equal(back.signed_prekey_id, 0);
    buffer_fini(&out);
}

static void a_sender_key_message_is_written_and_read(void **state)
{
    (void)state;
    struct sender_key_message m = {.version = 0x33,
                                   .id = 0x7fffffff,
                                   .iteration = 2000,
                                   .ciphertext = bytes_of_text("ciphertext")};
    struct sender_key_message back;
    uint8_t signature[SIGNAL_SIGNATURE_LEN] = {1};
    struct buffer out;
    buffer_init(&out, 256);
    assert_int_equal(sender_key_message_encode(&m, &out), OK);
    assert_hex(buffer_bytes(&out), sender_key_hex);
    assert_int_equal(buffer_append(&out, bytes_of(signature, sizeof(signature))), OK);
    assert_int_equal(sender_key_message_decode(buffer_bytes(&out), &back), OK);
    assert_int_equal(back.version, 0x33);
    assert_int_equal(back.id, 0x7fffffff);
    assert_int_equal(back.iteration, 2000);
    assert_true(bytes_equal(back.ciphertext, m.ciphertext));
    assert_true(bytes_equal(back.signature, bytes_of(signature, sizeof(signature))));
    assert_hex(back.authenticated, sender_key_hex);
    buffer_fini(&out);
}

static void a_distribution_message_is_written_and_read(void **state)
{
    (void)state;
    struct distribution_message m = {.version = 0x33,
                                     .id = 1,
                                     .chain_key = bytes_of_text("chain"),
                                     .signing_key = bytes_of_text("signing")};
    struct distribution_message back;
    struct buffer out;
    buffer_init(&out, 256);
    assert_int_equal(distribution_message_encode(&m, &out), OK);
    assert_hex(buffer_bytes(&out), distribution_hex);
    assert_int_equal(distribution_message_decode(buffer_bytes(&out), &back), OK);
    assert_int_equal(back.version, 0x33);
    assert_int_equal(back.id, 1);
    assert_int_equal(back.iteration, 0);
    assert_true(bytes_equal(back.chain_key, m.chain_key));
    assert_true(bytes_equal(back.signing_key, m.signing_key));
    buffer_fini(&out);
}

/* With a distribution id, a UUID, in front, the other fields are one further. */
static void todays_sender_keys_are_written_and_read(void **state)
{
    static const uint8_t uuid[SIGNAL_DISTRIBUTION_ID_LEN] = {0xab};
    static const char message_hex[] = "33"
                                      "0a10ab000000000000000000000000000000"
                                      "10071809220163";
    (void)state;
    struct sender_key_message m = {.version = 0x33,
                                   .distribution_id = bytes_of(uuid, sizeof(uuid)),
                                   .id = 7,
                                   .iteration = 9,
                                   .ciphertext = bytes_of_text("c")};
    struct distribution_message d = {.version = 0x33,
                                     .distribution_id = bytes_of(uuid, sizeof(uuid)),
                                     .id = 7,
                                     .iteration = 9,
                                     .chain_key = bytes_of_text("chain"),
                                     .signing_key = bytes_of_text("signing")};
    struct sender_key_message back;
    struct distribution_message there;
    uint8_t signature[SIGNAL_SIGNATURE_LEN] = {1};
    struct buffer out;
    buffer_init(&out, 256);
    assert_int_equal(sender_key_message_encode(&m, &out), OK);
    assert_hex(buffer_bytes(&out), message_hex);
    assert_int_equal(buffer_append(&out, bytes_of(signature, sizeof(signature))), OK);
    assert_int_equal(sender_key_message_decode(buffer_bytes(&out), &back), OK);
    assert_true(bytes_equal(back.distribution_id, m.distribution_id));
    assert_int_equal(back.id, 7);
    assert_int_equal(back.iteration, 9);
    assert_true(bytes_equal(back.ciphertext, m.ciphertext));
    buffer_clear(&out);
    assert_int_equal(distribution_message_encode(&d, &out), OK);
    assert_int_equal(distribution_message_decode(buffer_bytes(&out), &there), OK);
    assert_true(bytes_equal(there.distribution_id, d.distribution_id));
    assert_int_equal(there.id, 7);
    assert_true(bytes_equal(there.chain_key, d.chain_key));
    assert_true(bytes_equal(there.signing_key, d.signing_key));
    buffer_fini(&out);
}

static void a_bundle_is_written_and_read(void **state)
{
    (void)state;
    struct signal_bundle b = {.registration_id = 16380,
                              .device = 1,
                              .identity_key = bytes_of_text("identity"),
                              .signed_prekey_id = 7,
                              .signed_prekey = bytes_of_text("signed"),
                              .signature = bytes_of_text("signature"),
                              .has_one_time_prekey = true,
                              .one_time_prekey_id = 128,
                              .one_time_prekey = bytes_of_text("one-time")};
    struct signal_bundle back;
    struct buffer out;
    buffer_init(&out, 256);
    assert_int_equal(signal_bundle_encode(&b, &out), OK);
    assert_hex(buffer_bytes(&out), bundle_hex);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&out), &back), OK);
    assert_int_equal(back.registration_id, 16380);
    assert_int_equal(back.device, 1);
    assert_true(bytes_equal(back.identity_key, b.identity_key));
    assert_int_equal(back.signed_prekey_id, 7);
    assert_true(bytes_equal(back.signed_prekey, b.signed_prekey));
    assert_true(bytes_equal(back.signature, b.signature));
    assert_true(back.has_one_time_prekey);
    assert_int_equal(back.one_time_prekey_id, 128);
    assert_true(bytes_equal(back.one_time_prekey, b.one_time_prekey));
    buffer_fini(&out);
}

static void a_full_buffer_says_so(void **state)
{
    (void)state;
    struct signal_message message = {0};
    struct prekey_message prekey = {0};
    struct sender_key_message sender_key = {0};
    struct distribution_message distribution = {0};
    struct signal_bundle bundle = {0};
    struct buffer out;
    buffer_init(&out, 3);
    assert_int_equal(signal_message_encode(&message, &out), E_LIMIT);
    buffer_clear(&out);
    assert_int_equal(prekey_message_encode(&prekey, &out), E_LIMIT);
    buffer_clear(&out);
    assert_int_equal(sender_key_message_encode(&sender_key, &out), E_LIMIT);
    buffer_clear(&out);
    assert_int_equal(distribution_message_encode(&distribution, &out), E_LIMIT);
    buffer_clear(&out);
    assert_int_equal(signal_bundle_encode(&bundle, &out), E_LIMIT);
    buffer_fini(&out);
}

/* ---- what decodes and what does not */

struct row {
    const char *sentence;
    enum object object;
    const char *hex;
    enum status st;
};

#define SIGNAL_ROW(sentence, hex, st)                                                              \
    {                                                                                              \
        "message: " sentence, OBJECT_SIGNAL, hex, st                                               \
    }
#define PREKEY_ROW(sentence, hex, st)                                                              \
    {                                                                                              \
        "prekey message: " sentence, OBJECT_PREKEY, hex, st                                        \
    }
#define GROUP_ROW(sentence, hex, st)                                                               \
    {                                                                                              \
        "group message: " sentence, OBJECT_SENDER_KEY, hex, st                                     \
    }
#define DISTRIBUTION_ROW(sentence, hex, st)                                                        \
    {                                                                                              \
        "distribution: " sentence, OBJECT_DISTRIBUTION, hex, st                                    \
    }
#define BUNDLE_ROW(sentence, hex, st)                                                              \
    {                                                                                              \
        "bundle: " sentence, OBJECT_BUNDLE, hex, st                                                \
    }

static const struct row rows[] = {
    SIGNAL_ROW("the sample", SIGNAL, OK),
    SIGNAL_ROW("without a previous counter",
               "33"
               "0a02aabb"
               "1005"
               "2203c1c2c3" MAC,
               OK),
    SIGNAL_ROW("without a ratchet key",
               "33"
               "1005"
               "1803"
               "2203c1c2c3" MAC,
               E_PARSE),
    SIGNAL_ROW("without a counter",
               "33"
               "0a02aabb"
               "1803"
               "2203c1c2c3" MAC,
               E_PARSE),
    SIGNAL_ROW("without a ciphertext",
               "33"
               "0a02aabb"
               "1005"
               "1803" MAC,
               E_PARSE),
    SIGNAL_ROW("in another order",
               "33"
               "2203c1c2c3"
               "1005"
               "0a02aabb" MAC,
               OK),
    SIGNAL_ROW("with an unknown field", "33" SIGNAL_BODY "7a01ee" MAC, OK),
    SIGNAL_ROW("with any version", "ff" SIGNAL_BODY MAC, OK),
    SIGNAL_ROW("a counter of bytes",
               "33"
               "0a02aabb"
               "120105"
               "2203c1c2c3" MAC,
               E_PARSE),
    SIGNAL_ROW("a second counter of bytes", "33" SIGNAL_BODY "120105" MAC, E_PARSE),
    SIGNAL_ROW("a first counter of bytes",
               "33"
               "120105" SIGNAL_BODY MAC,
               E_PARSE),
    SIGNAL_ROW("a counter of fixed size",
               "33"
               "0a02aabb"
               "1505000000"
               "2203c1c2c3" MAC,
               E_PARSE),
    SIGNAL_ROW("a previous counter of bytes",
               "33"
               "1a0103" SIGNAL_BODY MAC,
               E_PARSE),
    SIGNAL_ROW("a key as a number",
               "33"
               "0801"
               "1005"
               "2203c1c2c3" MAC,
               E_PARSE),
    SIGNAL_ROW("a ciphertext longer than all",
               "33"
               "0a02aabb"
               "1005"
               "2204c1c2c3" MAC,
               E_PARSE),
    SIGNAL_ROW("a group", "33" SIGNAL_BODY "7b" MAC, E_PARSE),
    SIGNAL_ROW("nothing", "", E_PARSE),
    SIGNAL_ROW("version and MAC only", "33" MAC, E_PARSE),
    SIGNAL_ROW("a MAC only", MAC, E_PARSE),

    PREKEY_ROW("the sample", PREKEY, OK),
    PREKEY_ROW("without one-time prekey",
               "33"
               "1202b1b2"
               "1a02d1d2"
               "220133"
               "2809"
               "3006",
               OK),
    PREKEY_ROW("without registration id",
               "33"
               "1202b1b2"
               "1a02d1d2"
               "220133"
               "3006",
               OK),
    PREKEY_ROW("without a base key",
               "33"
               "1a02d1d2"
               "220133"
               "2809"
               "3006",
               E_PARSE),
    PREKEY_ROW("without an identity key",
               "33"
               "1202b1b2"
               "220133"
               "2809"
               "3006",
               E_PARSE),
    PREKEY_ROW("without a message",
               "33"
               "1202b1b2"
               "1a02d1d2"
               "2809"
               "3006",
               E_PARSE),
    PREKEY_ROW("without a signed prekey",
               "33"
               "1202b1b2"
               "1a02d1d2"
               "220133"
               "2809",
               E_PARSE),
    PREKEY_ROW("an id of bytes",
               "33"
               "0a0107"
               "1202b1b2"
               "1a02d1d2"
               "220133"
               "3006",
               E_PARSE),
    PREKEY_ROW("a registration id of bytes", PREKEY "2a0109", E_PARSE),
    PREKEY_ROW("a message as a number",
               "33"
               "1202b1b2"
               "1a02d1d2"
               "2001"
               "3006",
               E_PARSE),
    PREKEY_ROW("a version only", "33", E_PARSE),
    PREKEY_ROW("nothing", "", E_PARSE),

    GROUP_ROW("the sample", SENDER_KEY, OK),
    GROUP_ROW("without an id",
              "33"
              "1005"
              "1a01c1" SIGNATURE,
              E_PARSE),
    GROUP_ROW("without an iteration",
              "33"
              "0802"
              "1a01c1" SIGNATURE,
              E_PARSE),
    GROUP_ROW("without a ciphertext",
              "33"
              "0802"
              "1005" SIGNATURE,
              E_PARSE),
    GROUP_ROW("an id of bytes",
              "33"
              "0a0102"
              "1005"
              "1a01c1" SIGNATURE,
              E_PARSE),
    GROUP_ROW("version and signature only", "33" SIGNATURE, E_PARSE),
    GROUP_ROW("a signature only", SIGNATURE, E_PARSE),

    DISTRIBUTION_ROW("the sample", DISTRIBUTION, OK),
    DISTRIBUTION_ROW("without an id",
                     "33"
                     "1000"
                     "1a02e1e2"
                     "2202f1f2",
                     E_PARSE),
    DISTRIBUTION_ROW("without an iteration",
                     "33"
                     "0802"
                     "1a02e1e2"
                     "2202f1f2",
                     E_PARSE),
    DISTRIBUTION_ROW("without a chain key",
                     "33"
                     "0802"
                     "1000"
                     "2202f1f2",
                     E_PARSE),
    DISTRIBUTION_ROW("without a signing key",
                     "33"
                     "0802"
                     "1000"
                     "1a02e1e2",
                     E_PARSE),
    DISTRIBUTION_ROW("a version only", "33", E_PARSE),

    BUNDLE_ROW("the sample", BUNDLE, OK),
    BUNDLE_ROW("the least there is",
               "1a02d1d2"
               "2006"
               "2a02a1a2",
               OK),
    BUNDLE_ROW("without an identity key",
               "2006"
               "2a02a1a2",
               E_PARSE),
    BUNDLE_ROW("without a signed prekey",
               "1a02d1d2"
               "2006",
               E_PARSE),
    BUNDLE_ROW("without its id",
               "1a02d1d2"
               "2a02a1a2",
               E_PARSE),
    BUNDLE_ROW("a signature as a number",
               "1a02d1d2"
               "2006"
               "2a02a1a2"
               "3001",
               E_PARSE),
    BUNDLE_ROW("nothing", "", E_PARSE),
};

static enum status decode(enum object object, struct bytes in)
{
    struct signal_message message;
    struct prekey_message prekey;
    struct sender_key_message sender_key;
    struct distribution_message distribution;
    struct signal_bundle bundle;
    switch (object) {
    case OBJECT_SIGNAL:
        return signal_message_decode(in, &message);
    case OBJECT_PREKEY:
        return prekey_message_decode(in, &prekey);
    case OBJECT_SENDER_KEY:
        return sender_key_message_decode(in, &sender_key);
    case OBJECT_DISTRIBUTION:
        return distribution_message_decode(in, &distribution);
    default:
        return signal_bundle_decode(in, &bundle);
    }
}

static void decodes_or_not(void **state)
{
    const struct row *row = *state;
    struct bytes in = sample(row->hex);
    assert_int_equal(decode(row->object, in), row->st);
    sample_free(in);
}

static void the_last_of_several_counts(void **state)
{
    (void)state;
    struct bytes in = sample("33" SIGNAL_BODY "1007"
                             "0a01cc" MAC);
    struct signal_message m;
    assert_int_equal(signal_message_decode(in, &m), OK);
    assert_int_equal(m.counter, 7);
    assert_hex(m.ratchet_key, "cc");
    sample_free(in);
}

/* As protobuf has it for uint32. */
static void numbers_keep_their_low_32_bits(void **state)
{
    (void)state;
    struct bytes in = sample("33"
                             "0a00"
                             "1085808080f0ffffffff01"
                             "2200" MAC);
    struct signal_message m;
    assert_int_equal(signal_message_decode(in, &m), OK);
    assert_int_equal(m.counter, 5);
    sample_free(in);
}

static void half_a_one_time_prekey_is_none(void **state)
{
    (void)state;
    static const char *const halves[] = {"1a02d1d2"
                                         "2006"
                                         "2a02a1a2"
                                         "3807",
                                         "1a02d1d2"
                                         "2006"
                                         "2a02a1a2"
                                         "4202b3b4"};
    for (size_t i = 0; i < 2; i++) {
        struct bytes in = sample(halves[i]);
        struct signal_bundle b;
        assert_int_equal(signal_bundle_decode(in, &b), OK);
        assert_false(b.has_one_time_prekey);
        assert_int_equal(b.signature.len, 0);
        sample_free(in);
    }
}

static void kinds_have_names(void **state)
{
    (void)state;
    assert_int_equal(signal_kind_from_name("prekey"), SIGNAL_KIND_PREKEY);
    assert_int_equal(signal_kind_from_name("message"), SIGNAL_KIND_MESSAGE);
    assert_int_equal(signal_kind_from_name("sender-key"), SIGNAL_KIND_SENDER_KEY);
    assert_int_equal(signal_kind_from_name("distribution"), SIGNAL_KIND_DISTRIBUTION);
    assert_int_equal(signal_kind_from_name("?"), SIGNAL_KIND_NONE);
    assert_int_equal(signal_kind_from_name("whisper"), SIGNAL_KIND_NONE);
    assert_int_equal(signal_kind_from_name(NULL), SIGNAL_KIND_NONE);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(a_message_is_written_and_read),
    cmocka_unit_test(a_previous_counter_may_be_absent),
    cmocka_unit_test(a_prekey_message_is_written_and_read),
    cmocka_unit_test(a_sender_key_message_is_written_and_read),
    cmocka_unit_test(a_distribution_message_is_written_and_read),
    cmocka_unit_test(todays_sender_keys_are_written_and_read),
    cmocka_unit_test(a_bundle_is_written_and_read),
    cmocka_unit_test(a_full_buffer_says_so),
    cmocka_unit_test(the_last_of_several_counts),
    cmocka_unit_test(numbers_keep_their_low_32_bits),
    cmocka_unit_test(half_a_one_time_prekey_is_none),
    cmocka_unit_test(kinds_have_names),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, decodes_or_not);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("signal", tests, COUNT(tests), NULL, NULL);
}
