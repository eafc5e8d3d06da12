/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames: whole ones, not yet whole ones, and lengths that are refused before a byte is read. */
#include "wire/frame.h"
#include "support/hex.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    const char *received; /* hexadecimal */
    size_t length_size, max_len;
    enum status st;
    size_t used;
    const char *payload; /* hexadecimal */
};

static const struct row rows[] = {
    {"two bytes of length", "0003616263", 2, 100, OK, 5, "616263"},
    {"three bytes of length", "000003616263", 3, 100, OK, 6, "616263"},
    {"four bytes of length", "00000003616263", 4, 100, OK, 7, "616263"},
    {"the first of two frames", "000161000162", 2, 100, OK, 3, "61"},
    {"an empty frame is a frame", "0000", 2, 100, OK, 2, ""},
    {"a payload of the maximum", "0003616263", 2, 3, OK, 5, "616263"},
    {"one byte past the maximum", "0003616263", 2, 2, E_LIMIT, 0, ""},
    {"too long is said before the payload is there", "0003", 2, 2, E_LIMIT, 0, ""},
    {"4 GiB is refused by its length alone", "ffffffff", 4, 1048576, E_LIMIT, 0, ""},
    {"nothing received yet", "", 4, 100, OK, 0, ""},
    {"half of a length", "0000", 4, 100, OK, 0, ""},
    {"a length and no payload yet", "00000003", 4, 100, OK, 0, ""},
    {"a payload one byte short", "000000036162", 4, 100, OK, 0, ""},
    {"a length is big-endian", "0100", 2, 255, E_LIMIT, 0, ""},
    {"no size of one byte", "0161", 1, 100, E_LIMIT, 0, ""},
    {"no size of five bytes", "000000000161", 5, 100, E_LIMIT, 0, ""},
    {"no size of nothing", "", 0, 100, E_LIMIT, 0, ""},
};

static void decodes(void **state)
{
    const struct row *row = *state;
    struct buffer in, wanted;
    struct bytes payload = bytes_of("x", 1);
    size_t used = 77;
    buffer_init(&in, 64);
    buffer_init(&wanted, 64);
    unhex(row->received, &in);
    unhex(row->payload, &wanted);
    assert_int_equal(
        frame_decode(buffer_bytes(&in), row->length_size, row->max_len, &payload, &used), row->st);
    assert_int_equal(used, row->used);
    assert_true(bytes_equal(payload, buffer_bytes(&wanted)));
    if (row->used)
        assert_ptr_equal(payload.data, in.data + row->length_size);
    buffer_fini(&in);
    buffer_fini(&wanted);
}

static void what_is_encoded_decodes(void **state)
{
    (void)state;
    for (size_t length_size = 2; length_size <= 4; length_size++) {
        struct buffer out;
        struct bytes payload;
        size_t used;
        buffer_init(&out, 64);
        assert_int_equal(frame_encode(bytes_of_text("first"), length_size, &out), OK);
        assert_int_equal(frame_encode(bytes_of_text(""), length_size, &out), OK);
        assert_int_equal(out.len, 2 * length_size + 5);
        assert_int_equal(frame_decode(buffer_bytes(&out), length_size, 5, &payload, &used), OK);
        assert_true(bytes_equal(payload, bytes_of_text("first")));
        buffer_consume(&out, used);
        assert_int_equal(frame_decode(buffer_bytes(&out), length_size, 5, &payload, &used), OK);
        assert_int_equal(payload.len, 0);
        assert_int_equal(used, length_size);
        buffer_fini(&out);
    }
}

static void a_payload_must_fit_its_length(void **state)
{
    (void)state;
    static const uint8_t payload[65536] = {0};
    struct buffer out;
    buffer_init(&out, (size_t)1024 * 1024);
    assert_int_equal(frame_encode(bytes_of(payload, 65536), 2, &out), E_LIMIT);
    assert_int_equal(out.len, 0);
    assert_int_equal(frame_encode(bytes_of(payload, 65535), 2, &out), OK);
    assert_int_equal(out.len, 65537);
    assert_memory_equal(out.data, "\xff\xff", 2);
    buffer_clear(&out);
    assert_int_equal(frame_encode(bytes_of(payload, 65536), 3, &out), OK);
    assert_memory_equal(out.data, "\x01\x00\x00", 3);
    buffer_fini(&out);
}

static void a_frame_is_never_written_in_part(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 6);
    assert_int_equal(frame_encode(bytes_of_text("abc"), 4, &out), E_LIMIT);
    assert_int_equal(out.len, 0);
    assert_int_equal(frame_encode(bytes_of_text("ab"), 4, &out), OK);
    assert_int_equal(frame_encode(bytes_of_text(""), 2, &out), E_LIMIT);
    assert_int_equal(out.len, 6);
    buffer_fini(&out);
}

static void no_other_size_is_written(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 5, 8, SIZE_MAX};
    struct buffer out;
    buffer_init(&out, 64);
    for (size_t i = 0; i < COUNT(sizes); i++)
        assert_int_equal(frame_encode(bytes_of_text("abc"), sizes[i], &out), E_LIMIT);
    assert_int_equal(out.len, 0);
    buffer_fini(&out);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(what_is_encoded_decodes),
    cmocka_unit_test(a_payload_must_fit_its_length),
    cmocka_unit_test(a_frame_is_never_written_in_part),
    cmocka_unit_test(no_other_size_is_written),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, decodes);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("frame", tests, COUNT(tests), NULL, NULL);
}
