/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Base64: the vectors of RFC 4648 section 10, every spelling but the one refused, and OpenSSL's own
 * encoder beside ours on every length of a few groups.
 */
#include "base/base64.h"
#include "support/rows.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    enum base64_alphabet alphabet;
    const char *text;
    enum status st;
    const char *bytes;
};

static const struct row rows[] = {
    {"RFC 4648: nothing", BASE64_STANDARD, "", OK, ""},
    {"RFC 4648: f", BASE64_STANDARD, "Zg==", OK, "f"},
    {"RFC 4648: fo", BASE64_STANDARD, "Zm8=", OK, "fo"},
    {"RFC 4648: foo", BASE64_STANDARD, "Zm9v", OK, "foo"},
    {"RFC 4648: foob", BASE64_STANDARD, "Zm9vYg==", OK, "foob"},
    {"RFC 4648: fooba", BASE64_STANDARD, "Zm9vYmE=", OK, "fooba"},
    {"RFC 4648: foobar", BASE64_STANDARD, "Zm9vYmFy", OK, "foobar"},
    {"URL: nothing", BASE64_URL, "", OK, ""},
    {"URL: one byte in two digits", BASE64_URL, "Zg", OK, "f"},
    {"URL: two bytes in three digits", BASE64_URL, "Zm8", OK, "fo"},
    {"URL: three bytes in four digits", BASE64_URL, "Zm9v", OK, "foo"},
    {"plus and slash are of the standard alphabet", BASE64_STANDARD, "+/+/", OK, "\xfb\xff\xbf"},
    {"minus and underscore are of the URL alphabet", BASE64_URL, "-_-_", OK, "\xfb\xff\xbf"},
    {"minus is not of the standard alphabet", BASE64_STANDARD, "-_-_", E_PARSE, ""},
    {"plus is not of the URL alphabet", BASE64_URL, "+/+/", E_PARSE, ""},
    {"standard text must be padded", BASE64_STANDARD, "Zg", E_PARSE, ""},
    {"half of the padding is not enough", BASE64_STANDARD, "Zg=", E_PARSE, ""},
    {"three paddings are too many", BASE64_STANDARD, "Z===", E_PARSE, ""},
    {"padding alone is no text", BASE64_STANDARD, "====", E_PARSE, ""},
    {"two paddings alone are no text", BASE64_STANDARD, "==", E_PARSE, ""},
    {"nothing follows padding", BASE64_STANDARD, "Zg==Zg==", E_PARSE, ""},
    {"no padding before the end", BASE64_STANDARD, "Zg=a", E_PARSE, ""},
    {"a whole group of padding too much", BASE64_STANDARD, "Zm9v====", E_PARSE, ""},
    {"URL text is not padded", BASE64_URL, "Zg==", E_PARSE, ""},
    {"URL text of one digit is no byte", BASE64_URL, "Z", E_PARSE, ""},
    {"URL text of five digits is no bytes", BASE64_URL, "Zm9vZ", E_PARSE, ""},
    {"four spare bits must be zero", BASE64_STANDARD, "Zh==", E_PARSE, ""},
    {"two spare bits must be zero", BASE64_STANDARD, "Zm9=", E_PARSE, ""},
    {"URL: four spare bits must be zero", BASE64_URL, "Zh", E_PARSE, ""},
    {"URL: two spare bits must be zero", BASE64_URL, "Zm9", E_PARSE, ""},
    {"no line breaks", BASE64_STANDARD, "Zm9v\nYmFy", E_PARSE, ""},
    {"no white space in front", BASE64_STANDARD, " Zm9vYmF", E_PARSE, ""},
    {"no white space at the end", BASE64_URL, "Zm9v ", E_PARSE, ""},
    {"no bytes above 127", BASE64_STANDARD, "Zm9\xc3", E_PARSE, ""},
};

static void decodes(void **state)
{
    const struct row *row = *state;
    struct buffer out;
    buffer_init(&out, 64);
    assert_int_equal(buffer_append_text(&out, "before"), OK);
    assert_int_equal(base64_decode(bytes_of_text(row->text), row->alphabet, &out), row->st);
    assert_int_equal(out.len, 6 + strlen(row->bytes));
    assert_memory_equal(out.data + 6, row->bytes, strlen(row->bytes));
    if (row->st == OK) {
        buffer_clear(&out);
        assert_int_equal(base64_encode(bytes_of_text(row->bytes), row->alphabet, &out), OK);
        assert_string_equal(buffer_text(&out), row->text);
    }
    buffer_fini(&out);
}

static void fill(uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(i * 151 + (i >> 8) * 7 + len);
}

static void openssl_writes_the_same(void **state)
{
    (void)state;
    uint8_t bytes[300], wanted[512];
    for (size_t len = 0; len <= sizeof(bytes); len++) {
        struct buffer text, back;
        buffer_init(&text, 512);
        buffer_init(&back, sizeof(bytes));
        fill(bytes, len);
        EVP_EncodeBlock(wanted, bytes, (int)len);
        assert_int_equal(base64_encode(bytes_of(bytes, len), BASE64_STANDARD, &text), OK);
        assert_string_equal(buffer_text(&text), (char *)wanted);
        assert_int_equal(base64_decode(buffer_bytes(&text), BASE64_STANDARD, &back), OK);
        assert_true(bytes_equal(buffer_bytes(&back), bytes_of(bytes, len)));
        buffer_fini(&text);
        buffer_fini(&back);
    }
}

/* Of the 256 values of a byte, those that are digits are the alphabet's,
 * each with its own value. */
static void each_digit_has_one_value(void **state)
{
    (void)state;
    for (enum base64_alphabet a = BASE64_STANDARD; a <= BASE64_URL; a++) {
        bool is_seen[64] = {false};
        size_t n = 0;
        for (unsigned c = 0; c < 256; c++) {
            char group[4] = {'A', 'A', 'A', (char)c};
            struct buffer out;
            buffer_init(&out, 3);
            if (base64_decode(bytes_of(group, 4), a, &out) == OK && out.len == 3) {
                assert_true(out.data[2] < 64 && !is_seen[out.data[2]]);
                is_seen[out.data[2]] = true;
                n++;
            }
            buffer_fini(&out);
        }
        assert_int_equal(n, 64);
    }
}

static void nothing_is_written_in_part(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 7);
    assert_int_equal(base64_encode(bytes_of_text("foob"), BASE64_STANDARD, &out), E_LIMIT);
    assert_int_equal(out.len, 0);
    buffer_clear(&out);
    assert_int_equal(base64_encode(bytes_of_text("foob"), BASE64_URL, &out), OK);
    buffer_clear(&out);
    assert_int_equal(base64_decode(bytes_of_text("Zm9vYmFyZm8="), BASE64_STANDARD, &out), E_LIMIT);
    assert_int_equal(out.len, 0);
    assert_int_equal(base64_decode(bytes_of_text(""), BASE64_STANDARD, &out), E_LIMIT);
    buffer_fini(&out);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(openssl_writes_the_same),
    cmocka_unit_test(each_digit_has_one_value),
    cmocka_unit_test(nothing_is_written_in_part),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, decodes);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("base64", tests, COUNT(tests), NULL, NULL);
}
