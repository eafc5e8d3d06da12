/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows which field each byte of a message is shown under. */
#include "record/dump.h"

#include "base/buffer.h"
#include "wire/signal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct buffer message;

static int start(void **state)
{
    static const uint8_t key[33] = {5}, text[16] = {7}, mac[8] = {9};
    struct signal_message m = {.version = 0x33,
                               .ratchet_key = {key, sizeof key},
                               .counter = 300,
                               .has_previous_counter = true,
                               .previous_counter = 4,
                               .ciphertext = {text, sizeof text}};
    (void)state;
    buffer_init(&message, 4096);
    if (signal_message_encode(&m, &message))
        return -1;
    buffer_append(&message, bytes_of(mac, sizeof mac));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    buffer_fini(&message);
    return 0;
}

static const struct dump_span *named(const struct dump_span *spans, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (spans[i].name && strcmp(spans[i].name, name) == 0)
            return &spans[i];
    fail_msg("no span is called %s", name);
    return NULL;
}

static void assert_covered(const struct dump_span *spans, size_t n, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(spans[i].at, at);
        assert_true(spans[i].len > 0);
        at += spans[i].len;
    }
    assert_int_equal(at, len);
}

static void message_is_split_into_its_fields(void **state)
{
    struct dump_span spans[DUMP_SPANS_MAX];
    size_t n = dump_split("message", buffer_bytes(&message), spans);
    (void)state;

    assert_covered(spans, n, message.len);
    assert_int_equal(named(spans, n, "signal.ratchet-key")->len, 33);
    assert_int_equal(named(spans, n, "signal.ciphertext")->len, 16);
    assert_int_equal(named(spans, n, "signal.mac")->at, message.len - 8);
    assert_int_equal(named(spans, n, "signal.counter")->number, 300);
    assert_true(named(spans, n, "signal.counter")->is_number);
}

static void message_inside_a_prekey_message_is_split_too(void **state)
{
    static const uint8_t key[33] = {5};
    struct prekey_message p = {.version = 0x33,
                               .base_key = {key, sizeof key},
                               .identity_key = {key, sizeof key},
                               .message = buffer_bytes(&message),
                               .registration_id = 1,
                               .signed_prekey_id = 2};
    struct dump_span spans[DUMP_SPANS_MAX];
    struct buffer whole;
    size_t n;
    (void)state;

    buffer_init(&whole, 4096);
    assert_int_equal(prekey_message_encode(&p, &whole), OK);
    n = dump_split("prekey", buffer_bytes(&whole), spans);
    assert_covered(spans, n, whole.len);
    assert_int_equal(named(spans, n, "prekey.base-key")->len, 33);
    assert_int_equal(named(spans, n, "signal.counter")->number, 300);
    buffer_fini(&whole);
}

static void every_cut_of_a_message_is_covered(void **state)
{
    struct dump_span spans[DUMP_SPANS_MAX];
    (void)state;
    for (size_t len = 1; len <= message.len; len++)
        assert_covered(spans, dump_split("message", bytes_of(message.data, len), spans), len);
}

static void every_changed_byte_leaves_it_covered(void **state)
{
    static const char *const kinds[] = {"message", "prekey", "sender-key", "distribution",
                                        "bundle"};
    struct dump_span spans[DUMP_SPANS_MAX];
    (void)state;
    for (size_t i = 0; i < message.len * 5; i++) {
        message.data[i / 5] ^= 0xff;
        assert_covered(spans, dump_split(kinds[i % 5], buffer_bytes(&message), spans), message.len);
        message.data[i / 5] ^= 0xff;
    }
}

static void opaque_bytes_are_one_span(void **state)
{
    struct dump_span spans[DUMP_SPANS_MAX];
    (void)state;
    assert_int_equal(dump_split("plaintext", buffer_bytes(&message), spans), 1);
    assert_null(spans[0].name);
    assert_covered(spans, 1, message.len);
}

static void no_bytes_are_no_span(void **state)
{
    struct dump_span spans[DUMP_SPANS_MAX];
    (void)state;
    assert_int_equal(dump_split("message", bytes_of(NULL, 0), spans), 0);
}

#define DUMP_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DUMP_TEST(message_is_split_into_its_fields),
        DUMP_TEST(message_inside_a_prekey_message_is_split_too),
        DUMP_TEST(every_cut_of_a_message_is_covered),
        DUMP_TEST(every_changed_byte_leaves_it_covered),
        DUMP_TEST(opaque_bytes_are_one_span),
        DUMP_TEST(no_bytes_are_no_span),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
