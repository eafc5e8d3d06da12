/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Protobuf's wire form: what parses, what does not, and that fields written are fields read.
 * Encodings with numbers past 127 were made with protoc --encode.
 */
#include "wire/pb.h"
#include "support/hex.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    const char *hex;
    enum status st;
    size_t count;   /* of fields */
    uint64_t value; /* of the last one, or the length of its content */
};

#define MANY(x) x x x x x x x x
#define FIELDS_64 MANY(MANY("0801"))

static const struct row rows[] = {
    {"nothing is a message without fields", "", OK, 0, 0},
    {"a varint of one byte", "0805", OK, 1, 5},
    {"a varint of two bytes", "10ac02", OK, 1, 300},
    {"a varint of 32 bits", "18ffffffff0f", OK, 1, 0xffffffff},
    {"a varint of 64 bits", "08ffffffffffffffffff01", OK, 1, UINT64_MAX},
    {"a varint over-long by nine bytes", "0885808080808080808000", OK, 1, 5},
    {"bits past the 64th are dropped", "08ffffffffffffffffff7f", OK, 1, UINT64_MAX},
    {"a varint of eleven bytes", "088580808080808080808000", E_PARSE, 0, 0},
    {"a varint cut off", "08ac", E_PARSE, 0, 0},
    {"a tag without a value", "08", E_PARSE, 0, 0},
    {"a tag cut off", "88", E_PARSE, 0, 0},
    {"fixed 32 bits, little-endian", "0d04030201", OK, 1, 0x01020304},
    {"fixed 32 bits cut off", "0d040302", E_PARSE, 0, 0},
    {"fixed 64 bits, little-endian", "090807060504030201", OK, 1, 0x0102030405060708},
    {"fixed 64 bits cut off", "0908070605040302", E_PARSE, 0, 0},
    {"bytes", "0a03616263", OK, 1, 3},
    {"no bytes", "0a00", OK, 1, 0},
    {"bytes one short", "0a036162", E_PARSE, 0, 0},
    {"bytes without a length", "0a", E_PARSE, 0, 0},
    {"bytes longer than any memory", "0affffffffffffffffff01", E_PARSE, 0, 0},
    {"bytes whose end wraps to zero", "0af5ffffffffffffffff01", E_PARSE, 0, 0},
    {"the start of a group", "0b", E_PARSE, 0, 0},
    {"the end of a group", "0c", E_PARSE, 0, 0},
    {"wire type 6", "0e", E_PARSE, 0, 0},
    {"wire type 7", "0f", E_PARSE, 0, 0},
    {"field number 0", "0001", E_PARSE, 0, 0},
    {"the greatest field number", "f8ffffff0f01", OK, 1, 1},
    {"a field number past the greatest", "808080801001", E_PARSE, 0, 0},
    {"unknown numbers are kept", "0801a2060178", OK, 2, 1},
    {"a second field cut off", "080112", E_PARSE, 0, 0},
    {"64 fields", FIELDS_64, OK, 64, 1},
    {"65 fields", FIELDS_64 "0801", E_LIMIT, 0, 0},
};

static void parses(void **state)
{
    const struct row *row = *state;
    struct buffer in;
    struct pb_message m;
    buffer_init(&in, 1024);
    unhex(row->hex, &in);
    assert_int_equal(pb_parse(buffer_bytes(&in), &m), row->st);
    if (!row->st) {
        assert_int_equal(m.count, row->count);
        if (row->count) {
            const struct pb_field *last = &m.fields[m.count - 1];
            assert_true((last->type == PB_BYTES ? last->body.len : last->value) == row->value);
        }
    }
    buffer_fini(&in);
}

/* The last field written with a number is the one that counts. */
static void the_last_one_wins(void **state)
{
    (void)state;
    static const uint8_t in[] = {0x08, 1, 0x10, 2, 0x08, 3};
    struct pb_message m;
    assert_int_equal(pb_parse(bytes_of(in, sizeof(in)), &m), OK);
    assert_int_equal(pb_find(&m, 1)->value, 3);
    assert_int_equal(pb_find(&m, 2)->value, 2);
    assert_null(pb_find(&m, 3));
}

static void offsets_say_where_a_field_stands(void **state)
{
    (void)state;
    static const uint8_t in[] = {0x08, 0x85, 0x00, 0x12, 2, 'a', 'b', 0x1d, 1, 2, 3, 4};
    struct pb_message m;
    assert_int_equal(pb_parse(bytes_of(in, sizeof(in)), &m), OK);
    assert_int_equal(m.fields[0].at, 0);
    assert_int_equal(m.fields[0].body_at, 1);
    assert_int_equal(m.fields[0].end, 3);
    assert_int_equal(m.fields[1].at, 3);
    assert_int_equal(m.fields[1].body_at, 5);
    assert_int_equal(m.fields[1].end, 7);
    assert_ptr_equal(m.fields[1].body.data, in + 5);
    assert_int_equal(m.fields[2].at, 7);
    assert_int_equal(m.fields[2].body_at, 8);
    assert_int_equal(m.fields[2].end, 12);
}

static void what_is_parsed_is_written_again(void **state)
{
    (void)state;
    static const char hex[] = "10ac020a03616263090807060504030201a20601780d0403020118ffffffff0f";
    struct buffer in, out;
    struct pb_message m;
    buffer_init(&in, 256);
    buffer_init(&out, 256);
    unhex(hex, &in);
    assert_int_equal(pb_parse(buffer_bytes(&in), &m), OK);
    pb_put_message(&out, &m);
    assert_true(bytes_equal(buffer_bytes(&in), buffer_bytes(&out)));
    buffer_fini(&in);
    buffer_fini(&out);
}

struct varint_row {
    const char *sentence;
    uint64_t value;
    size_t min_len;
    const char *hex;
};

static const struct varint_row varints[] = {
    {"zero is one byte", 0, 1, "00"},
    {"127 is one byte", 127, 1, "7f"},
    {"128 is two bytes", 128, 1, "8001"},
    {"64 bits are ten bytes", UINT64_MAX, 1, "ffffffffffffffffff01"},
    {"no length asked for is the normal form", 5, 0, "05"},
    {"5 in three bytes", 5, 3, "858000"},
    {"zero in ten bytes", 0, 10, "80808080808080808000"},
    {"no more than ten bytes", 0, 11, "80808080808080808000"},
    {"no fewer than it needs", 300, 1, "ac02"},
};

static void writes(void **state)
{
    const struct varint_row *row = *state;
    struct buffer out, text;
    buffer_init(&out, 16);
    buffer_init(&text, 64);
    pb_put_raw_varint(&out, row->value, row->min_len);
    assert_int_equal(hex_append(&text, buffer_bytes(&out)), OK);
    assert_string_equal(buffer_text(&text), row->hex);
    buffer_fini(&out);
    buffer_fini(&text);
}

static void a_full_buffer_says_so(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 4);
    pb_put_bytes(&out, 1, bytes_of_text("abc"));
    assert_int_equal(buffer_status(&out), E_LIMIT);
    buffer_fini(&out);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(the_last_one_wins),
    cmocka_unit_test(offsets_say_where_a_field_stands),
    cmocka_unit_test(what_is_parsed_is_written_again),
    cmocka_unit_test(a_full_buffer_says_so),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(varints) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, parses);
    ADD_ROWS(tests, n, varints, sentence, writes);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("pb", tests, n + COUNT(written), NULL, NULL);
}
