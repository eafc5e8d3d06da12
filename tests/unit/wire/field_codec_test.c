/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields of what is around a Signal message: content, stanza, Noise, frame, token. Each is read
 * and replaced in an object written by hand, and every other byte stays.
 */
#include "base/base64.h"
#include "support/rows.h"
#include "wire/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OBJECT_MAX 8192u

/* Content{text{body "hi"}, reply{message_id "m1"}} and four bytes of padding; an image. */
#define TEXT "\x0a\x04\x0a\x02hi\x7a\x04\x0a\x02m1"
#define PADDING "\x04\x04\x04\x04"
#define IMAGE "\x12\x09\x0a\x01u\x2a\x01k\x3a\x01s"
#define REACTION "\x3a\x07\x0a\x02m1\x12\x01!"
#define RECEIPT "\x32\x02\x08\x01"
#define STANZA(attributes, enc, base64)                                                            \
    "<message id=\"i1\"" attributes "><enc v=\"2\"" enc ">" base64 "</enc></message>"
#define ADDRESSES " from=\"a:1@x\" to=\"b:1@x\" t=\"17\" type=\"text\""
#define E32 "EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE"
#define S48 "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS"
#define TAG "TTTTTTTTTTTTTTTT"

struct row {
    const char *field;
    const char *in; /* of a token: header "." claims "." signature in clear */
    size_t in_len;
    const char *content; /* NULL: absent */
    const char *out;     /* with "new" (of frame.length: 7) in its place; NULL: cannot be */
    size_t out_len;
    const char *removed; /* NULL: cannot be */
    size_t removed_len;
};
#define B(literal) (literal), sizeof(literal) - 1
#define NO NULL, 0

static const struct row rows[] = {
    {"content", B(TEXT PADDING), TEXT PADDING, B("new"), B("")},
    {"content.padding", B(TEXT PADDING), PADDING, B(TEXT "new"), B(TEXT)},
    {"content.protobuf", B(TEXT PADDING), TEXT, B("new" PADDING), B(PADDING)},
    {"content.text", B(TEXT PADDING), "\x0a\x02hi", B("\x0a\x03new\x7a\x04\x0a\x02m1" PADDING),
     B("\x7a\x04\x0a\x02m1" PADDING)},
    {"content.text.body", B(TEXT PADDING), "hi", B("\x0a\x05\x0a\x03new\x7a\x04\x0a\x02m1" PADDING),
     B("\x0a\x00\x7a\x04\x0a\x02m1" PADDING)},
    {"content.reply", B(TEXT PADDING), "\x0a\x02m1", B("\x0a\x04\x0a\x02hi\x7a\x03new" PADDING),
     B("\x0a\x04\x0a\x02hi" PADDING)},
    {"content.reply.message-id", B(TEXT PADDING), "m1",
     B("\x0a\x04\x0a\x02hi\x7a\x05\x0a\x03new" PADDING), B("\x0a\x04\x0a\x02hi\x7a\x00" PADDING)},
    {"content.image", B(IMAGE PADDING), "\x0a\x01u\x2a\x01k\x3a\x01s", B("\x12\x03new" PADDING),
     B(PADDING)},
    {"content.image.url", B(IMAGE PADDING), "u", B("\x12\x0b\x0a\x03new\x2a\x01k\x3a\x01s" PADDING),
     B("\x12\x06\x2a\x01k\x3a\x01s" PADDING)},
    {"content.image.media-key", B(IMAGE PADDING), "k",
     B("\x12\x0b\x0a\x01u\x2a\x03new\x3a\x01s" PADDING), B("\x12\x06\x0a\x01u\x3a\x01s" PADDING)},
    {"content.image.sha256", B(IMAGE PADDING), "s",
     B("\x12\x0b\x0a\x01u\x2a\x01k\x3a\x03new" PADDING), B("\x12\x06\x0a\x01u\x2a\x01k" PADDING)},
    {"content.receipt", B(RECEIPT PADDING), "\x08\x01", B("\x32\x03new" PADDING), B(PADDING)},
    {"content.reaction", B(REACTION PADDING), "\x0a\x02m1\x12\x01!", B("\x3a\x03new" PADDING),
     B(PADDING)},
    {"content.reaction.message-id", B(REACTION PADDING), "m1",
     B("\x3a\x08\x0a\x03new\x12\x01!" PADDING), B("\x3a\x03\x12\x01!" PADDING)},
    {"content.reaction.emoji", B(REACTION PADDING), "!", B("\x3a\x09\x0a\x02m1\x12\x03new" PADDING),
     B("\x3a\x04\x0a\x02m1" PADDING)},
    {"content.reaction", B(TEXT PADDING), NULL, B(TEXT "\x3a\x03new" PADDING), NO},
    {"content.image.url", B(TEXT PADDING), NULL, NO, NO},
    {"stanza", B("<message/>"), "<message/>", B("new"), B("")},
    {"stanza.id", B(STANZA(ADDRESSES, "", "AAAA")), "i1",
     B("<message id=\"new\"" ADDRESSES "><enc v=\"2\">AAAA</enc></message>"),
     B("<message" ADDRESSES "><enc v=\"2\">AAAA</enc></message>")},
    {"stanza.from", B(STANZA(ADDRESSES, "", "AAAA")), "a:1@x",
     B(STANZA(" from=\"new\" to=\"b:1@x\" t=\"17\" type=\"text\"", "", "AAAA")),
     B(STANZA(" to=\"b:1@x\" t=\"17\" type=\"text\"", "", "AAAA"))},
    {"stanza.to", B(STANZA(ADDRESSES, "", "AAAA")), "b:1@x",
     B(STANZA(" from=\"a:1@x\" to=\"new\" t=\"17\" type=\"text\"", "", "AAAA")),
     B(STANZA(" from=\"a:1@x\" t=\"17\" type=\"text\"", "", "AAAA"))},
    {"stanza.t", B(STANZA(ADDRESSES, "", "AAAA")), "17",
     B(STANZA(" from=\"a:1@x\" to=\"b:1@x\" t=\"new\" type=\"text\"", "", "AAAA")),
     B(STANZA(" from=\"a:1@x\" to=\"b:1@x\" type=\"text\"", "", "AAAA"))},
    {"stanza.type", B(STANZA(ADDRESSES, "", "AAAA")), "text",
     B(STANZA(" from=\"a:1@x\" to=\"b:1@x\" t=\"17\" type=\"new\"", "", "AAAA")),
     B(STANZA(" from=\"a:1@x\" to=\"b:1@x\" t=\"17\"", "", "AAAA"))},
    {"stanza.enc", B(STANZA(ADDRESSES, " type=\"msg\"", "AAAA")), "AAAA",
     B(STANZA(ADDRESSES, " type=\"msg\"", "new")), B(STANZA(ADDRESSES, " type=\"msg\"", ""))},
    {"stanza.enc.v", B(STANZA(ADDRESSES, " type=\"msg\"", "AAAA")), "2",
     B("<message id=\"i1\"" ADDRESSES "><enc v=\"new\" type=\"msg\">AAAA</enc></message>"),
     B("<message id=\"i1\"" ADDRESSES "><enc type=\"msg\">AAAA</enc></message>")},
    {"stanza.enc.type", B(STANZA(ADDRESSES, " type=\"msg\"", "AAAA")), "msg",
     B(STANZA(ADDRESSES, " type=\"new\"", "AAAA")), B(STANZA(ADDRESSES, "", "AAAA"))},
    {"stanza.t", B(STANZA("", "", "AAAA")), NULL,
     B("<message t=\"new\" id=\"i1\"><enc v=\"2\">AAAA</enc></message>"), NO},
    {"stanza.enc", B("<ib/>"), NULL, NO, NO},
    {"noise.e", B(E32 S48 "payload"), E32, B("new" S48 "payload"), B(S48 "payload")},
    {"noise.s", B(E32 S48 "payload"), S48, B(E32 "newpayload"), B(E32 "payload")},
    {"noise.payload", B(E32 S48 "payload"), "payload", B(E32 S48 "new"), B(E32 S48)},
    {"noise.e", B("short"), NULL, NO, NO},
    {"noise.ciphertext", B("cipher" TAG), "cipher", B("new" TAG), B(TAG)},
    {"noise.tag", B("cipher" TAG), TAG, B("ciphernew"), B("cipher")},
    {"noise.tag", B("short"), NULL, NO, NO},
    {"frame", B("\x00\x00\x02hi"), NULL, B("new"), B("")},
    {"frame.length", B("\x00\x00\x02hi"), NULL, B("\x00\x00\x07hi"), B("hi")},
    {"frame.length", B("\x00\x02hi"), NULL, B("\x00\x07hi"), B("hi")},
    {"frame.length", B("\x00\x00\x00\x02hi"), NULL, B("\x00\x00\x00\x07hi"), B("hi")},
    {"frame.payload", B("\x00\x00\x02hi"), "hi", B("\x00\x00\x03new"), B("\x00\x00\x00")},
    {"frame.payload", B("\x00\x00\x03hi"), NULL, NO, NO},
    {"token.alg", B("{\"alg\":\"EdDSA\",\"kid\":\"k\"}.{}.s"), "EdDSA",
     B("{\"alg\":\"new\",\"kid\":\"k\"}.{}.s"), B("{\"kid\":\"k\"}.{}.s")},
    {"token.kid", B("{\"alg\":\"EdDSA\", \"kid\":\"k\"}.{}.s"), "k",
     B("{\"alg\":\"EdDSA\", \"kid\":\"new\"}.{}.s"), B("{\"alg\":\"EdDSA\"}.{}.s")},
    {"token.crit", B("{\"alg\":\"x\"}.{}.s"), NULL, B("{\"alg\":\"x\",\"crit\":\"new\"}.{}.s"), NO},
    {"token.iss", B("{}.{\"iss\":\"a\\\"b\",\"aud\":[1,{\"sub\":\"}\"}]}.s"), "a\\\"b",
     B("{}.{\"iss\":\"new\",\"aud\":[1,{\"sub\":\"}\"}]}.s"),
     B("{}.{\"aud\":[1,{\"sub\":\"}\"}]}.s")},
    {"token.aud", B("{}.{\"aud\":[1,{\"sub\":\"}\"}],\"sub\":\"u\"}.s"), "[1,{\"sub\":\"}\"}]",
     B("{}.{\"aud\":new,\"sub\":\"u\"}.s"), B("{}.{\"sub\":\"u\"}.s")},
    {"token.sub", B("{}.{\"aud\":[1,{\"sub\":\"}\"}],\"sub\":\"u\"}.s"), "u",
     B("{}.{\"aud\":[1,{\"sub\":\"}\"}],\"sub\":\"new\"}.s"),
     B("{}.{\"aud\":[1,{\"sub\":\"}\"}]}.s")},
    {"token.iat", B("{}.{ \"iat\" : 17 , \"exp\":18}.s"), "17",
     B("{}.{ \"iat\" : new , \"exp\":18}.s"), B("{}.{  \"exp\":18}.s")},
    {"token.exp", B("{}.{\"iat\":17,\"exp\":18}.s"), "18", B("{}.{\"iat\":17,\"exp\":new}.s"),
     B("{}.{\"iat\":17}.s")},
    {"token.nbf", B("{}.{}.s"), NULL, B("{}.{\"nbf\":\"new\"}.s"), NO},
    {"token.jti", B("{}.{\"jti\":\"j\"}.s"), "j", B("{}.{\"jti\":\"new\"}.s"), B("{}.{}.s")},
    {"token.cnf", B("{}.{\"cnf\":{\"x5t#noise\":\"h\"}}.s"), "{\"x5t#noise\":\"h\"}",
     B("{}.{\"cnf\":new}.s"), B("{}.{}.s")},
    {"token.jti", B("{}.[\"jti\"].s"), NULL, NO, NO},
    {"token.jti", B("{}.{\"jti\":\"j.s"), NULL, NO, NO},
};

/* "{...}.{...}.s" as a token: the first two parts in base64url. */
static void token_of(struct bytes clear, struct buffer *out)
{
    size_t start = 0;
    unsigned part = 0;
    for (size_t i = 0; i <= clear.len; i++) {
        bool is_end = i == clear.len || (clear.data[i] == '.' && i + 1 < clear.len &&
                                         strchr("{[s", clear.data[i + 1]));
        if (!is_end)
            continue;
        struct bytes text = bytes_slice(clear, start, i - start);
        if (part++)
            buffer_append_byte(out, '.');
        assert_int_equal(part < 3 ? base64_encode(text, BASE64_URL, out) : buffer_append(out, text),
                         OK);
        start = i + 1;
    }
}

static void object_of(const struct row *row, const char *text, size_t len, struct buffer *out)
{
    buffer_init(out, OBJECT_MAX);
    if (strncmp(row->field, "token", 5) == 0)
        token_of(bytes_of(text, len), out);
    else
        buffer_append(out, bytes_of(text, len));
}

static void gives(const struct row *row, struct bytes in, const struct edit *edit,
                  const char *expected, size_t expected_len)
{
    const struct field *f = field_find(row->field);
    struct buffer out, wanted;
    buffer_init(&out, OBJECT_MAX);
    enum status st = field_edit(f, f->object, in, edit, &out);
    if (!expected) {
        assert_true(st == E_MISSING || st == E_PARSE);
    } else {
        object_of(row, expected, expected_len, &wanted);
        assert_int_equal(st, OK);
        assert_int_equal(out.len, wanted.len);
        assert_memory_equal(out.data, wanted.data, wanted.len);
        buffer_fini(&wanted);
    }
    buffer_fini(&out);
}

static void is_read_and_replaced(void **state)
{
    const struct row *row = *state;
    const struct field *f = field_find(row->field);
    const struct edit set = {.what = f->is_number ? EDIT_SET_NUMBER : EDIT_SET,
                             .n = 7,
                             .bytes = bytes_of_text("new")},
                      removed = {.what = EDIT_REMOVE};
    struct buffer in, content;
    object_of(row, row->in, row->in_len, &in);
    buffer_init(&content, OBJECT_MAX);
    if (row->content) {
        assert_int_equal(field_table_of(f)->read(f, buffer_bytes(&in), &content), OK);
        assert_true(bytes_equal(buffer_bytes(&content), bytes_of_text(row->content)));
    }
    gives(row, buffer_bytes(&in), &set, row->out, row->out_len);
    gives(row, buffer_bytes(&in), &removed, row->removed, row->removed_len);
    buffer_fini(&content);
    buffer_fini(&in);
}

/* The parts of a token as they are written need no encoding. */
static void parts_of_a_token_are_replaced(void **state)
{
    static const char *const names[] = {"token.header", "token.claims", "token.signature", "token"};
    static const char *const results[] = {"new.b.c", "a.new.c", "a.b.new", "new"};
    const struct edit set = {.what = EDIT_SET, .bytes = bytes_of_text("new")};
    struct buffer out;
    (void)state;
    buffer_init(&out, OBJECT_MAX);
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(
            field_edit(field_find(names[i]), OBJECT_TOKEN, bytes_of_text("a.b.c"), &set, &out), OK);
        assert_true(bytes_equal(buffer_bytes(&out), bytes_of_text(results[i])));
    }
    assert_int_equal(
        field_edit(field_find("token.header"), OBJECT_TOKEN, bytes_of_text("a.b"), &set, &out),
        E_PARSE);
    buffer_fini(&out);
}

static void changes_of_content(void **state)
{
    static const struct {
        struct edit edit;
        enum status st;
        const char *out;
    } changes[] = {
        {{EDIT_FLIP_BIT, 0, {NULL, 0}}, OK, "`bc" TAG},
        {{EDIT_FLIP_BIT, 23, {NULL, 0}}, OK, "ab\xe3" TAG},
        {{EDIT_FLIP_BIT, 24, {NULL, 0}}, E_MISSING, NULL},
        {{EDIT_CUT, 1, {NULL, 0}}, OK, "ab" TAG},
        {{EDIT_CUT, 4, {NULL, 0}}, E_MISSING, NULL},
        {{EDIT_KEEP, 1, {NULL, 0}}, OK, "a" TAG},
        {{EDIT_APPEND, 0, {(const uint8_t *)"!", 1}}, OK, "abc!" TAG},
        {{EDIT_SET_NUMBER, 1, {NULL, 0}}, E_MISSING, NULL},
        {{EDIT_DUPLICATE, 0, {NULL, 0}}, E_MISSING, NULL},
        {{EDIT_UNKNOWN, 1, {NULL, 0}}, E_MISSING, NULL},
        {{EDIT_REVERSE, 0, {NULL, 0}}, E_MISSING, NULL},
        {{EDIT_LONG_VARINT, 2, {NULL, 0}}, E_MISSING, NULL},
    };
    const struct field *f = field_find("noise.ciphertext");
    struct buffer out;
    (void)state;
    buffer_init(&out, OBJECT_MAX);
    for (size_t i = 0; i < COUNT(changes); i++) {
        assert_int_equal(
            field_edit(f, OBJECT_TRANSPORT, bytes_of_text("abc" TAG), &changes[i].edit, &out),
            changes[i].st);
        if (changes[i].out)
            assert_true(bytes_equal(buffer_bytes(&out), bytes_of_text(changes[i].out)));
    }
    assert_int_equal(field_edit(f, OBJECT_FRAME, bytes_of_text("abc" TAG), &changes[0].edit, &out),
                     E_MISSING);
    buffer_fini(&out);
}

/* A length that does not fit its bytes cannot be said. */
static void numbers_keep_their_size(void **state)
{
    const struct field *f = field_find("frame.length");
    const struct edit most = {.what = EDIT_SET_NUMBER, .n = 65535},
                      over = {.what = EDIT_SET_NUMBER, .n = 65536};
    struct buffer out;
    (void)state;
    buffer_init(&out, OBJECT_MAX);
    assert_int_equal(field_edit(f, OBJECT_FRAME, bytes_of("\0\1x", 3), &most, &out), OK);
    assert_true(bytes_equal(buffer_bytes(&out), bytes_of("\xff\xffx", 3)));
    assert_int_equal(field_edit(f, OBJECT_FRAME, bytes_of("\0\1x", 3), &over, &out), E_MISSING);
    buffer_fini(&out);
}

static void edits_are_kept_for_their_object(void **state)
{
    struct field_edits edits = {.count = 2};
    struct buffer bytes;
    (void)state;
    edits.items[0].field = field_find("noise.tag");
    edits.items[0].edit = (struct edit){.what = EDIT_CUT, .n = 1};
    edits.items[1].field = field_find("frame.length");
    edits.items[1].edit = (struct edit){.what = EDIT_SET_NUMBER, .n = 1};
    assert_true(field_edits_has(&edits, OBJECT_FRAME) && !field_edits_has(&edits, OBJECT_STANZA));
    assert_false(field_edits_has(NULL, OBJECT_FRAME));
    buffer_init(&bytes, 64);
    buffer_append_text(&bytes, "abc" TAG);
    assert_int_equal(field_edits_apply(NULL, OBJECT_TRANSPORT, &bytes), OK);
    assert_int_equal(field_edits_apply(&edits, OBJECT_TRANSPORT, &bytes), OK);
    assert_int_equal(bytes.len, sizeof("abc" TAG) - 2);
    buffer_clear(&bytes);
    buffer_append(&bytes, bytes_of("\0\1x", 3)); /* the length is 1 already: no change */
    assert_int_equal(field_edits_apply(&edits, OBJECT_FRAME, &bytes), E_MISSING);
    buffer_fini(&bytes);
}

static void every_field_has_a_row(void **state)
{
    const struct field *f;
    (void)state;
    for (size_t i = 0; (f = field_at(i)); i++) {
        bool has_row = !object_is_of_client(f->object) || strcmp(f->name, "token") == 0 ||
                       strcmp(f->name, "token.header") == 0 ||
                       strcmp(f->name, "token.claims") == 0 ||
                       strcmp(f->name, "token.signature") == 0;
        for (size_t k = 0; k < COUNT(rows); k++)
            has_row |= strcmp(rows[k].field, f->name) == 0 && rows[k].out;
        if (!has_row)
            fail_msg("%s is not tested", f->name);
    }
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows) + 5];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, field, is_read_and_replaced);
    const struct CMUnitTest others[] = {
        cmocka_unit_test(parts_of_a_token_are_replaced),
        cmocka_unit_test(changes_of_content),
        cmocka_unit_test(numbers_keep_their_size),
        cmocka_unit_test(edits_are_kept_for_their_object),
        cmocka_unit_test(every_field_has_a_row),
    };
    memcpy(tests + n, others, sizeof(others));
    return _cmocka_run_group_tests("fields of codecs", tests, n + COUNT(others), NULL, NULL);
}
