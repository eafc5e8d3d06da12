/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference client's small codecs: frames, base64, padding, contents, stanzas, addresses. */
#include "client/constants.h"
#include "client/content.h"
#include "client/frame.h"
#include "client/stanza.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *name; /* first: cmocka shows it */
    const char *in;
    size_t len;
    bool is_right;
};

#define ROW(name, text, is_right)                                                                  \
    {                                                                                              \
        name, text, sizeof(text) - 1, is_right                                                     \
    }

/* ---- base64: what coreutils' base64 -d takes back to the same text, and what it must not be */

static const struct row base64_rows[] = {
    ROW("nothing is base64 of nothing", "", true),
    ROW("base64 of one byte has two pads", "AA==", true),
    ROW("base64 of two bytes has one pad", "AAA=", true),
    ROW("base64 of three bytes has no pad", "+/9z", true),
    ROW("base64 without its pads is refused", "AA", false),
    ROW("base64 with a space is refused", "AA ==", false),
    ROW("base64 with a line end is refused", "AAAA\n", false),
    ROW("base64 of the URL alphabet is refused", "-_9z", false),
    ROW("base64 with bits left over is refused", "AB==", false),
    ROW("base64 with bits left over before one pad is refused", "AAB=", false),
    ROW("base64 with a pad in the middle is refused", "AA==AAAA", false),
    ROW("base64 of pads only is refused", "====", false),
    ROW("base64 with three pads is refused", "A===", false),
};

static void check_base64(void **state)
{
    const struct row *row = *state;
    struct octets bytes, back;
    octets_init(&bytes, 64);
    octets_init(&back, 64);
    assert_int_equal(octets_from_base64(&bytes, row->in, row->len), row->is_right);
    if (row->is_right) {
        octets_put_base64(&back, bytes.data, bytes.len);
        assert_int_equal(back.len, row->len);
        if (row->len)
            assert_memory_equal(back.data, row->in, row->len);
    }
    octets_fini(&bytes);
    octets_fini(&back);
}

/* ---- padding */

static const struct row padding_rows[] = {
    ROW("padding of one is taken", "x\1", true),
    ROW("padding of three is taken", "x\3\3\3", true),
    ROW("padding around nothing is taken", "\2\2", true),
    ROW("padding of sixteen is taken", "x\20\20\20\20\20\20\20\20\20\20\20\20\20\20\20\20", true),
    ROW("nothing has no padding", "", false),
    ROW("padding of zero is refused", "x\0", false),
    ROW("padding longer than the message is refused", "x\3\3", false),
    ROW("padding whose bytes differ is refused", "x\2\3\3", false),
    ROW("padding of seventeen is refused", "x\21\21\21\21\21\21\21\21\21\21\21\21\21\21\21\21\21",
        false),
};

static void check_padding(void **state)
{
    const struct row *row = *state;
    size_t len;
    int result = padding_check((const uint8_t *)row->in, row->len, 16, &len);
    assert_int_equal(result == 0, row->is_right);
    if (row->is_right)
        assert_int_equal(len + (uint8_t)row->in[row->len - 1], row->len);
}

/* ---- contents, written by hand after proto/content.proto */

static const struct row content_rows[] = {
    ROW("a text is a content", "\x0a\x04\x0a\x02hi", true),
    ROW("an empty text is a content", "\x0a\x00", true),
    ROW("an unknown field is ignored", "\x0a\x04\x0a\x02hi\xa2\x06\x01x", true),
    ROW("the same kind twice is one", "\x0a\x00\x0a\x04\x0a\x02hi", true),
    ROW("a reaction is a content", "\x3a\x04\x0a\x02id", true),
    ROW("no kind is refused", "\xa2\x06\x01x", false),
    ROW("no bytes are refused", "", false),
    ROW("two kinds are refused", "\x0a\x04\x0a\x02hi\x3a\x00", false),
    ROW("two kinds are refused the other way around", "\x3a\x00\x0a\x04\x0a\x02hi", false),
    ROW("a kind of another wire type is refused", "\x08\x01", false),
    ROW("a length beyond the end is refused", "\x0a\x7f\x0a\x02hi", false),
    ROW("a field without its end is refused", "\x0a\x04\x0a\x02hi\xa2", false),
    ROW("a group is refused", "\x0a\x00\xa3\x06\xa4\x06", false),
    ROW("field number zero is refused", "\x0a\x00\x00\x00", false),
    ROW("text that is not UTF-8 is refused", "\x0a\x04\x0a\x02\xc3\x28", false),
    ROW("an overlong character is refused", "\x0a\x04\x0a\x02\xc0\x80", false),
    ROW("half a surrogate is refused", "\x0a\x05\x0a\x03\xed\xa0\x80", false),
    ROW("an emoji of a reaction that is not UTF-8 is refused", "\x3a\x03\x12\x01\xff", false),
    ROW("a receipt's id that is not UTF-8 is refused", "\x32\x03\x12\x01\xff", false),
};

static void check_content(void **state)
{
    const struct row *row = *state;
    int result = content_check((const uint8_t *)row->in, row->len, NULL);
    assert_int_equal(result == 0, row->is_right);
}

/* ---- stanzas */

static const struct row stanza_rows[] = {
    ROW("an element is a stanza", "<a/>", true),
    ROW("white space around it is allowed", " \r\n<a/>\t\n", true),
    ROW("a declaration is allowed", "<?xml version=\"1.0\" encoding=\"utf-8\"?><a/>", true),
    ROW("CDATA is text", "<a><![CDATA[<b>]]></a>", true),
    ROW("character references and predefined entities are taken", "<a b='&#65;&lt;'>&amp;</a>",
        true),
    ROW("nothing is no stanza", "", false),
    ROW("text is no stanza", "hello", false),
    ROW("an element without end is refused", "<a>", false),
    ROW("two roots are refused", "<a/><a/>", false),
    ROW("text after the root is refused", "<a/>x", false),
    ROW("a DOCTYPE is refused", "<!DOCTYPE a><a/>", false),
    ROW("an entity of its own is refused", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", false),
    ROW("an unknown entity is refused", "<a>&b;</a>", false),
    ROW("a comment before the root is refused", "<!--x--><a/>", false),
    ROW("a comment inside is refused", "<a><!--x--></a>", false),
    ROW("a processing instruction is refused", "<?x y?><a/>", false),
    ROW("a byte order mark is refused", "\xef\xbb\xbf<a/>", false),
    ROW("bytes that are not UTF-8 are refused", "<a>\xff</a>", false),
    ROW("a NUL is refused", "<a>\0</a>", false),
    ROW("another encoding is refused", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", false),
    ROW("another version is refused", "<?xml version='1.1'?><a/>", false),
    ROW("an attribute twice is refused", "<a b='' b=''/>", false),
    ROW("a prefix nobody declared is refused", "<x:a/>", false),
    ROW("elements nested within the limit are taken", "<a><a><a/></a></a>", true),
    ROW("elements nested deeper are refused", "<a><a><a><a/></a></a></a>", false),
    ROW("attributes within the limit are taken", "<a b='' c=''/>", true),
    ROW("more attributes are refused", "<a b='' c='' d=''/>", false),
};

static void check_stanza(void **state)
{
    const struct row *row = *state;
    const struct stanza_limits limits = {64, 3, 2};
    struct stanza *s = stanza_read((const uint8_t *)row->in, row->len, &limits);
    assert_int_equal(s != NULL, row->is_right);
    stanza_free(s);
}

/* What is written is read back: every character that needs an escape,
 * as attribute and as address. */
static void what_is_written_is_read_back(void **state)
{
    static const char odd[] = "\"<&>'\t\r\n\xc3\xa4]]>:@";
    const struct stanza_limits limits = {4096, 8, 8};
    struct octets o;
    (void)state;
    octets_init(&o, 4096);
    xml_open(&o, "a");
    xml_attribute(&o, "b", odd);
    xml_inside(&o);
    xml_bytes(&o, "c", "\0\1\2", 3);
    xml_close(&o, "a");
    struct stanza *s = stanza_read(o.data, o.len, &limits);
    assert_non_null(s);
    assert_string_equal(stanza_get(s, "b"), odd);
    octets_clear(&o);
    assert_true(stanza_bytes(stanza_child(s, "c"), &o));
    assert_int_equal(o.len, 3);
    assert_memory_equal(o.data, "\0\1\2", 3);
    stanza_free(s);
    octets_fini(&o);
}

static void a_control_character_cannot_be_written(void **state)
{
    struct octets o;
    (void)state;
    octets_init(&o, 4096);
    xml_open(&o, "a");
    xml_attribute(&o, "b", "\x01");
    assert_true(o.is_broken);
    octets_fini(&o);
}

static void children_of_another_namespace_are_not_found(void **state)
{
    static const char text[] = "<iq xmlns='encrypt'><count xmlns='other'/></iq>";
    const struct stanza_limits limits = {4096, 8, 8};
    struct stanza *s = stanza_read((const uint8_t *)text, strlen(text), &limits);
    (void)state;
    assert_non_null(s);
    assert_string_equal(s->ns, "encrypt");
    assert_null(stanza_child(s, "count"));
    stanza_free(s);
}

/* ---- addresses */

static const struct row address_rows[] = {
    ROW("an address has name, device and domain", "mira:1@d", true),
    ROW("a name may hold colons and at signs", "m:2@x:1@d", true),
    ROW("an address without device is refused", "mira@d", false),
    ROW("an address without domain is refused", "mira:1", false),
    ROW("an address with an empty domain is refused", "mira:1@", false),
    ROW("an address without name is refused", ":1@d", false),
    ROW("device zero is refused", "mira:0@d", false),
    ROW("device 128 is refused", "mira:128@d", false),
    ROW("a device with a sign is refused", "mira:+1@d", false),
};

static void check_address(void **state)
{
    const struct row *row = *state;
    char copy[64];
    const char *name, *domain;
    uint32_t device;
    memcpy(copy, row->in, row->len + 1);
    assert_int_equal(address_read(copy, &name, &device, &domain), row->is_right);
    if (row->is_right) {
        assert_int_equal(device, 1);
        assert_string_equal(domain, "d");
    }
}

/* ---- frames: a length of three bytes, at most five of payload */

static const struct row frame_rows[] = {
    ROW("a frame is its length and its bytes", "\0\0\2hi", true),
    ROW("bytes behind a frame are another's", "\0\0\2hi\0", true),
    ROW("a frame at the maximum is taken", "\0\0\5hello", true),
    ROW("a length of zero is refused", "\0\0\0", false),
    ROW("a length over the maximum is refused before its bytes come", "\0\0\6", false),
    ROW("a length of all ones is refused", "\xff\xff\xff", false),
};

static void check_frame(void **state)
{
    const struct row *row = *state;
    const uint8_t *payload;
    size_t len, used;
    int result = frame_read((const uint8_t *)row->in, row->len, 3, 5, &payload, &len, &used);
    assert_int_equal(result == 0, row->is_right);
    if (row->is_right)
        assert_int_equal(used, 3 + len);
}

static void a_frame_in_parts_is_waited_for(void **state)
{
    static const uint8_t in[] = {0, 0, 2, 'h', 'i'};
    (void)state;
    for (size_t n = 0; n < sizeof(in); n++) {
        const uint8_t *payload;
        size_t len, used = 1;
        assert_int_equal(frame_read(in, n, 3, 5, &payload, &len, &used), 0);
        assert_int_equal(used, 0);
    }
}

/* ---- constants */

static void a_number_out_of_its_range_is_refused(void **state)
{
    struct constants c;
    (void)state;
    constants_default(&c);
    assert_int_not_equal(constants_set(&c, "frame.length-size", "5"), 0);
    assert_int_not_equal(constants_set(&c, "frame.max", "x"), 0);
    assert_int_not_equal(constants_set(&c, "frame.header", "574"), 0);
    assert_int_equal(constants_set(&c, "frame.header", "57410603"), 0);
    assert_int_equal(c.frame_header.len, 4);
    assert_int_equal(constants_set(&c, "nobody.knows", "this"), 0);
}

#define SUMS                                                                                       \
    (COUNT(base64_rows) + COUNT(padding_rows) + COUNT(content_rows) + COUNT(stanza_rows) +         \
     COUNT(address_rows) + COUNT(frame_rows))

int main(void)
{
    const struct CMUnitTest own[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_control_character_cannot_be_written),
        cmocka_unit_test(children_of_another_namespace_are_not_found),
        cmocka_unit_test(a_frame_in_parts_is_waited_for),
        cmocka_unit_test(a_number_out_of_its_range_is_refused),
    };
    struct CMUnitTest tests[SUMS + COUNT(own)];
    size_t n = 0;
    ADD_ROWS(tests, n, base64_rows, name, check_base64);
    ADD_ROWS(tests, n, padding_rows, name, check_padding);
    ADD_ROWS(tests, n, content_rows, name, check_content);
    ADD_ROWS(tests, n, stanza_rows, name, check_stanza);
    ADD_ROWS(tests, n, address_rows, name, check_address);
    ADD_ROWS(tests, n, frame_rows, name, check_frame);
    memcpy(tests + n, own, sizeof(own));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
