/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Content: what decodes to what, what is refused, which encodings say the same, and padding.
 * Valid encodings were made with protoc --encode, or changed by hand from such.
 */
#include "wire/content.h"
#include "wire/pb.h"
#include "support/hex.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SMALL_MAX 4096u

/* ---- decoding */

struct decode_row {
    const char *sentence;
    const char *hex;
    enum content_kind kind; /* CONTENT_NONE: refused */
    const char *text, *reply_to;
};

static const struct decode_row decodes[] = {
    {"a text", "0a050a036162 63", CONTENT_TEXT, "abc", ""},
    {"an empty text", "0a00", CONTENT_TEXT, "", ""},
    {"a text that answers", "0a030a01617a0a0a0269641204613a3140", CONTENT_TEXT, "a", "id"},
    {"a reply may stand first", "7a040a0269640a030a0161", CONTENT_TEXT, "a", "id"},
    {"a reply to no message", "0a030a01617a00", CONTENT_TEXT, "a", ""},
    {"an image without any field", "1200", CONTENT_IMAGE, "", ""},
    {"an image of a size", "120650800558e003", CONTENT_IMAGE, "", ""},
    {"a voice message", "1a024811", CONTENT_VOICE, "", ""},
    {"a video", "2203 1a0161", CONTENT_VIDEO, "", ""},
    {"a file", "2a0322 0161", CONTENT_FILE, "", ""},
    {"a receipt for two messages", "3208080212016112 0162", CONTENT_RECEIPT, "", ""},
    {"a receipt of a kind nobody knows", "32020863", CONTENT_RECEIPT, "", ""},
    {"a reaction", "3a090a0169 1204f09f918d", CONTENT_REACTION, "", ""},
    {"a reaction taken back", "3a030a0169", CONTENT_REACTION, "", ""},
    {"the second of two texts counts", "0a030a01610a030a0162", CONTENT_TEXT, "b", ""},
    {"the second of two bodies counts", "0a060a01610a0162", CONTENT_TEXT, "b", ""},
    {"an empty second piece takes nothing away", "0a030a01610a00", CONTENT_TEXT, "a", ""},
    {"an empty body in the second piece counts", "0a030a01610a020a00", CONTENT_TEXT, "", ""},
    {"a reply in two pieces keeps its id", "0a007a040a0269647a03120161", CONTENT_TEXT, "", "id"},
    {"an unknown number", "0a030a0161800101", CONTENT_TEXT, "a", ""},
    {"unknown bytes", "8201016 10a030a0161", CONTENT_TEXT, "a", ""},
    {"unknown fixed fields", "0a030a0161850101020304810 10102030405060708", CONTENT_TEXT, "a", ""},
    {"an unknown group", "0a030a0161a3010801120178a401", CONTENT_TEXT, "a", ""},
    {"an empty unknown group", "0a030a0161a301a401", CONTENT_TEXT, "a", ""},
    {"an unknown group inside", "0a070a0161a301a401", CONTENT_TEXT, "a", ""},
    {"unknown bytes are no text", "0a030a01618201 02c0af", CONTENT_TEXT, "a", ""},
    {"bytes of a known field are no text", "12042a02c0af", CONTENT_IMAGE, "", ""},
    {"a tag of five bytes", "8a80808000030a0161", CONTENT_TEXT, "a", ""},
    {"a length of five bytes", "0a83808080000a0161", CONTENT_TEXT, "a", ""},

    {"nothing", "", CONTENT_NONE, "", ""},
    {"a reply alone", "7a040a026964", CONTENT_NONE, "", ""},
    {"unknown fields alone", "800101", CONTENT_NONE, "", ""},
    {"two kinds", "0a030a01613a00", CONTENT_NONE, "", ""},
    {"two kinds, and the first again", "0a030a01613a000a030a0161", CONTENT_NONE, "", ""},
    {"two kinds of media", "12001a00", CONTENT_NONE, "", ""},
    {"a kind that is a number", "0801", CONTENT_NONE, "", ""},
    {"a kind that is a group", "0b0c", CONTENT_NONE, "", ""},
    {"a reply that is a number", "0a007801", CONTENT_NONE, "", ""},
    {"a body that is a number", "0a020801", CONTENT_NONE, "", ""},
    {"a body that is fixed", "0a050d01020304", CONTENT_NONE, "", ""},
    {"a length that is bytes", "1203420161", CONTENT_NONE, "", ""},
    {"message ids that are numbers", "32021001", CONTENT_NONE, "", ""},
    {"a body cut off", "0a020a03", CONTENT_NONE, "", ""},
    {"the second piece cut off", "0a030a01610a020a03", CONTENT_NONE, "", ""},
    {"the first piece cut off", "0a020a030a030a0161", CONTENT_NONE, "", ""},
    {"a body longer than its message", "0a030a046162630a00", CONTENT_NONE, "", ""},
    {"a body that is no UTF-8", "0a040a02c0af", CONTENT_NONE, "", ""},
    {"an overruled body that is no UTF-8", "0a070a02c0af0a0161", CONTENT_NONE, "", ""},
    {"a message id that is no UTF-8", "32071202c0af120161", CONTENT_NONE, "", ""},
    {"a reply's author that is no UTF-8", "0a007a041202c0af", CONTENT_NONE, "", ""},
    {"a group within a group", "0a00a301ab01ac01a401", CONTENT_NONE, "", ""},
    {"a group that never ends", "0a00a301", CONTENT_NONE, "", ""},
    {"a group that never began", "0a00a401", CONTENT_NONE, "", ""},
    {"a group that ends as another", "0a00a301ac01", CONTENT_NONE, "", ""},
    {"a field cut off in a group", "0a00a3011202a401", CONTENT_NONE, "", ""},
    {"field number 0", "0a000200", CONTENT_NONE, "", ""},
    {"a field number past the greatest", "0a00828080801000", CONTENT_NONE, "", ""},
    {"wire type 6", "0a00a60101", CONTENT_NONE, "", ""},
    {"a varint of eleven bytes", "0a00a001ffffffffffffffffffff01", CONTENT_NONE, "", ""},
};

/* Rows have spaces where the eye wants them. */
static void from_row(const char *hex, struct buffer *out)
{
    char digits[256];
    size_t n = 0;
    for (; *hex; hex++)
        if (*hex != ' ')
            digits[n++] = *hex;
    digits[n] = '\0';
    buffer_init(out, SMALL_MAX);
    unhex(digits, out);
}

static void decodes_to(void **state)
{
    const struct decode_row *row = *state;
    struct buffer in;
    struct content c;
    memset(&c, 0x55, sizeof(c));
    from_row(row->hex, &in);
    assert_int_equal(content_decode(buffer_bytes(&in), &c), row->kind ? OK : E_PARSE);
    assert_int_equal(c.kind, row->kind);
    assert_true(bytes_equal(c.text, bytes_of_text(row->text)));
    assert_true(bytes_equal(c.reply_to, bytes_of_text(row->reply_to)));
    assert_true(row->kind || c.body.len == 0);
    buffer_fini(&in);
}

/* ---- UTF-8: the limits of RFC 3629, section 4 */

struct utf8_row {
    const char *sentence;
    const char *hex;
    bool is_one;
};

static const struct utf8_row utf8[] = {
    {"utf-8: nothing", "", true},
    {"utf-8: a NUL is a character", "00", true},
    {"utf-8: U+007F", "7f", true},
    {"utf-8: U+0080", "c280", true},
    {"utf-8: U+07FF", "dfbf", true},
    {"utf-8: U+0800", "e0a080", true},
    {"utf-8: U+D7FF, before the surrogates", "ed9fbf", true},
    {"utf-8: U+E000, behind the surrogates", "ee8080", true},
    {"utf-8: U+FFFF", "efbfbf", true},
    {"utf-8: U+10000", "f0908080", true},
    {"utf-8: U+10FFFF", "f48fbfbf", true},
    {"utf-8: no lone continuation", "80", false},
    {"utf-8: no slash in two bytes", "c0af", false},
    {"utf-8: no U+007F in two bytes", "c1bf", false},
    {"utf-8: no U+07FF in three bytes", "e09fbf", false},
    {"utf-8: no U+FFFF in four bytes", "f08fbfbf", false},
    {"utf-8: no first surrogate", "eda080", false},
    {"utf-8: no last surrogate", "edbfbf", false},
    {"utf-8: no pair of surrogates", "eda081edb080", false},
    {"utf-8: no U+110000", "f4908080", false},
    {"utf-8: no first byte F5", "f5808080", false},
    {"utf-8: no five bytes", "f888808080", false},
    {"utf-8: no FE", "fe", false},
    {"utf-8: no FF", "ff", false},
    {"utf-8: no two bytes cut off", "c2", false},
    {"utf-8: no three bytes cut off", "e282", false},
    {"utf-8: no four bytes cut off", "f09f91", false},
    {"utf-8: no letter for a continuation", "c261", false},
    {"utf-8: no letter for the third byte", "e28261", false},
    {"utf-8: no letter for the fourth byte", "f09f9161", false},
    {"utf-8: no first byte for a continuation", "e2c280", false},
};

static void is_utf8(void **state)
{
    const struct utf8_row *row = *state;
    struct buffer in;
    buffer_init(&in, SMALL_MAX);
    unhex(row->hex, &in);
    assert_int_equal(content_is_utf8(buffer_bytes(&in)), row->is_one);
    buffer_fini(&in);
}

/* ---- what says the same */

struct equal_row {
    const char *sentence;
    const char *a, *b;
    bool is_same;
};

static const struct equal_row equals[] = {
    {"the same text", "0a030a0161", "0a030a0161", true},
    {"another text", "0a030a0161", "0a030a0162", false},
    {"an empty body and none", "0a020a00", "0a00", true},
    {"a number of 0 and none", "12024000", "1200", true},
    {"an unset receipt kind and none", "32020800", "3200", true},
    {"an unknown field more", "0a030a0161800101", "0a030a0161", true},
    {"an unknown group more", "0a030a0161a301a401", "0a030a0161", true},
    {"an overruled body", "0a060a01620a0161", "0a030a0161", true},
    {"two pieces", "120350800512 0358e003", "120650800558e003", true},
    {"two pieces and an empty last", "0a030a01610a00", "0a030a0161", true},
    {"another order", "120658e003508005", "120650800558e003", true},
    {"an over-long number", "1205508085 8000", "1203508005", true},
    {"bits past the 32nd of a width are dropped", "1206508580808010", "12025005", true},
    {"a width of minus one is one of 32 ones", "120b50ffffffffffffffffff01", "120650ffffffff0f",
     true},
    {"bits past the 32nd of a file length", "1206408580808010", "12024005", false},
    {"an image and a video of the same", "12025005", "22025005", false},
    {"another width", "12025005", "12025006", false},
    {"ids in another order", "3206120161120162", "3206120162120161", false},
    {"an id more", "3206120161120162", "3203120161", false},
    {"an id less", "3203120161", "3206120161120162", false},
    {"an id twice", "3206120161120161", "3203120161", false},
    {"ids in two pieces", "32031201613203120162", "3206120161120162", true},
    {"an empty id is an id", "32021200", "3200", false},
    {"a reply more", "0a007a040a026964", "0a00", false},
    {"an empty reply more", "0a007a00", "0a00", false},
    {"another reply", "0a007a040a026964", "0a007a040a026965", false},
    {"a reply before and behind", "7a040a0269640a00", "0a007a040a026964", true},
    {"a reply in two pieces", "0a007a040a0269647a03120161", "0a007a070a026964120161", true},
    {"what is no content is not even itself", "", "", false},
    {"two kinds are not even themselves", "0a003a00", "0a003a00", false},
};

static void says_the_same(void **state)
{
    const struct equal_row *row = *state;
    struct buffer a, b;
    from_row(row->a, &a);
    from_row(row->b, &b);
    assert_int_equal(content_equal(buffer_bytes(&a), buffer_bytes(&b)), row->is_same);
    assert_int_equal(content_equal(buffer_bytes(&b), buffer_bytes(&a)), row->is_same);
    buffer_fini(&a);
    buffer_fini(&b);
}

/* ---- padding under the profile's 1 to 16 */

struct unpad_row {
    const char *sentence;
    const char *hex;
    enum status st;
    size_t len;
};

#define SIXTEEN "10101010101010101010101010101010"

static const struct unpad_row unpads[] = {
    {"padding of 1", "616201", OK, 2},
    {"padding of 2", "61620202", OK, 2},
    {"padding of 16", "6162" SIXTEEN, OK, 2},
    {"padding of 16 and nothing else", SIXTEEN, OK, 0},
    {"padding of 1 behind a 1", "610101", OK, 2},
    {"no plaintext", "", E_PARSE, 0},
    {"padding of 0", "616200", E_PARSE, 0},
    {"padding of 17", "61" SIXTEEN "11", E_PARSE, 0},
    {"padding of 17, consistent", "6111111111111111111111111111111111 11", E_PARSE, 0},
    {"padding of 255", "ff", E_PARSE, 0},
    {"padding longer by one", "030303", OK, 0},
    {"padding longer than the plaintext", "0404 04", E_PARSE, 0},
    {"the first byte of the padding differs", "61040303", E_PARSE, 0},
    {"the middle byte of the padding differs", "6103 0203", E_PARSE, 0},
};

static void unpads_to(void **state)
{
    const struct unpad_row *row = *state;
    struct wire_profile p;
    struct buffer in;
    struct bytes out = bytes_of("x", 1);
    profile_defaults(&p);
    from_row(row->hex, &in);
    assert_int_equal(content_unpad(buffer_bytes(&in), &p, &out), row->st);
    assert_int_equal(out.len, row->len);
    buffer_fini(&in);
}

static void the_profile_says_how_much_padding(void **state)
{
    (void)state;
    struct wire_profile p;
    struct buffer out;
    struct bytes inner;
    profile_defaults(&p);
    for (uint32_t n = 0; n <= 20; n++) {
        buffer_init(&out, SMALL_MAX);
        bool is_allowed = n >= 1 && n <= 16;
        assert_int_equal(content_pad(bytes_of_text("said"), n, &p, &out),
                         is_allowed ? OK : E_LIMIT);
        assert_int_equal(out.len, is_allowed ? 4 + n : 0);
        if (is_allowed) {
            assert_int_equal(content_unpad(buffer_bytes(&out), &p, &inner), OK);
            assert_true(bytes_equal(inner, bytes_of_text("said")));
        }
        buffer_fini(&out);
    }
    p.padding_min = 3;
    p.padding_max = 4;
    assert_int_equal(content_unpad(bytes_of("a\2\2", 3), &p, &inner), E_PARSE);
    assert_int_equal(content_unpad(bytes_of("a\3\3\3", 4), &p, &inner), OK);
    assert_int_equal(content_unpad(bytes_of("a\5\5\5\5\5", 6), &p, &inner), E_PARSE);
}

/* ---- kinds and examples */

static void examples_decode_and_differ_by_salt(void **state)
{
    (void)state;
    for (unsigned k = CONTENT_TEXT; k < N_CONTENT_KIND; k++) {
        struct buffer a, b;
        struct content c;
        buffer_init(&a, SMALL_MAX);
        buffer_init(&b, SMALL_MAX);
        assert_int_equal(content_encode_example(k, bytes_of_text("abcdefghijklmnop"), &a), OK);
        assert_int_equal(content_encode_example(k, bytes_of_text("qrstuvwxyzabcdef"), &b), OK);
        assert_int_equal(content_decode(buffer_bytes(&a), &c), OK);
        assert_int_equal(c.kind, k);
        assert_true(content_equal(buffer_bytes(&a), buffer_bytes(&a)));
        assert_false(content_equal(buffer_bytes(&a), buffer_bytes(&b)));
        buffer_fini(&a);
        buffer_fini(&b);
    }
    struct buffer none;
    buffer_init(&none, SMALL_MAX);
    assert_int_equal(content_encode_example(CONTENT_NONE, bytes_of_text("a"), &none), E_MISSING);
    assert_int_equal(content_encode_example(N_CONTENT_KIND, bytes_of_text("a"), &none), E_MISSING);
    assert_int_equal(none.len, 0);
    buffer_fini(&none);
}

static void texts_come_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "a", "gr\xc3\xbc\xc3\x9f"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct buffer out;
        struct content c;
        buffer_init(&out, SMALL_MAX);
        assert_int_equal(content_encode_text(bytes_of_text(texts[i]), &out), OK);
        assert_int_equal(content_decode(buffer_bytes(&out), &c), OK);
        assert_true(bytes_equal(c.text, bytes_of_text(texts[i])));
        buffer_fini(&out);
    }
}

static void a_receipt_may_name_many_messages(void **state)
{
    (void)state;
    struct buffer inner, whole;
    struct content c;
    buffer_init(&inner, SMALL_MAX);
    buffer_init(&whole, SMALL_MAX);
    for (int i = 0; i < 500; i++)
        pb_put_bytes(&inner, 2, bytes_of_text("id"));
    pb_put_bytes(&whole, CONTENT_RECEIPT, buffer_bytes(&inner));
    assert_int_equal(buffer_status(&whole), OK);
    assert_int_equal(content_decode(buffer_bytes(&whole), &c), OK);
    assert_true(content_equal(buffer_bytes(&whole), buffer_bytes(&whole)));
    buffer_fini(&inner);
    buffer_fini(&whole);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(the_profile_says_how_much_padding),
    cmocka_unit_test(examples_decode_and_differ_by_salt),
    cmocka_unit_test(texts_come_back),
    cmocka_unit_test(a_receipt_may_name_many_messages),
};

int main(void)
{
    struct CMUnitTest
        tests[COUNT(decodes) + COUNT(utf8) + COUNT(equals) + COUNT(unpads) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, decodes, sentence, decodes_to);
    ADD_ROWS(tests, n, utf8, sentence, is_utf8);
    ADD_ROWS(tests, n, equals, sentence, says_the_same);
    ADD_ROWS(tests, n, unpads, sentence, unpads_to);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("content", tests, COUNT(tests), NULL, NULL);
}
