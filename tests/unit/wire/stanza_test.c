/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stanzas: what is taken and what is refused, a row each; limits at, below and above; names and
 * namespaces; addresses; what is written is read again.
 */
#include "wire/stanza.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX ((size_t)64 * 1024 * 1024)
#define NAMESPACE_STREAM "http://etherx.jabber.org/streams"
#define STREAM "xmlns:stream='" NAMESPACE_STREAM "'"

static const struct stanza_limits usual = {.max_bytes = 4194304,
                                           .max_depth = 32,
                                           .max_attributes = 64,
                                           .namespace_stream = NAMESPACE_STREAM};

/* ---- one document a row */

struct row {
    const char *sentence;
    const char *document;
    enum status st;
    const char *name, *ns, *id, *text; /* of the root; NULL: not looked at */
};

static const struct row rows[] = {
    {"an empty element", "<a/>", OK, "a", "", NULL, ""},
    {"an attribute", "<a id='x'/>", OK, "a", "", "x", ""},
    {"text", "<a>x</a>", OK, "a", "", NULL, "x"},
    {"text around a child is one text", "<a>x<b>no</b>y</a>", OK, "a", "", NULL, "xy"},
    {"text around deeper children", "<a>x<b>1<c>2</c>3</b>y<b>4</b>z</a>", OK, "a", "", NULL,
     "xyz"},
    {"white space around the root", " \r\n\t<a/>\n ", OK, "a", "", NULL, ""},
    {"white space inside stays", "<a> x </a>", OK, "a", "", NULL, " x "},
    {"CDATA is text", "<a>x<![CDATA[<&>]]>y</a>", OK, "a", "", NULL, "x<&>y"},
    {"the five entities", "<a>&lt;&gt;&amp;&quot;&apos;</a>", OK, "a", "", NULL, "<>&\"'"},
    {"entities in an attribute", "<a id='&lt;&quot;&#65;'/>", OK, "a", "", "<\"A", ""},
    {"an ampersand in an attribute", "<a id='&amp;lt;&#38;lt;'/>", OK, "a", "", "&lt;&lt;", ""},
    {"an ampersand in a text", "<a>&amp;lt;&#38;lt;</a>", OK, "a", "", NULL, "&lt;&lt;"},
    {"character references", "<a>&#65;&#x42;&#x1f600;</a>", OK, "a", "", NULL,
     "AB\xf0\x9f\x98\x80"},
    {"a greater-than in an attribute", "<a id='>'/>", OK, "a", "", ">", ""},
    {"a slash at the end of an attribute", "<a id='/'>x</a>", OK, "a", "", "/", "x"},
    {"an equals sign in an attribute", "<a id='a=b'/>", OK, "a", "", "a=b", ""},
    {"an XML declaration", "<?xml version='1.0'?><a/>", OK, "a", "", NULL, ""},
    {"a declared UTF-8", "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<a/>", OK, "a", "", NULL,
     ""},
    {"a standalone document", "<?xml version='1.0' standalone='yes'?><a/>", OK, "a", "", NULL, ""},
    {"a default namespace is seen", "<iq xmlns='urn:x' id='1'/>", OK, "iq", "urn:x", "1", ""},
    {"the stream prefix", "<stream:error " STREAM "/>", OK, "stream:error", NAMESPACE_STREAM, NULL,
     ""},
    {"another prefix for streams is the same", "<s:error xmlns:s='" NAMESPACE_STREAM "'/>", OK,
     "stream:error", NAMESPACE_STREAM, NULL, ""},
    {"streams by default namespace are the same", "<error xmlns='" NAMESPACE_STREAM "'/>", OK,
     "stream:error", NAMESPACE_STREAM, NULL, ""},
    {"a rebound stream prefix is foreign", "<stream:error xmlns:stream='urn:x'/>", OK,
     "{urn:x}error", "urn:x", NULL, ""},
    {"a foreign prefix makes no message", "<x:message xmlns:x='urn:x'/>", OK, "{urn:x}message",
     "urn:x", NULL, ""},
    {"an attribute with a prefix is another", "<a x:id='1' xmlns:x='urn:x'/>", OK, "a", "", NULL,
     ""},

    {"nothing at all", "", E_PARSE, NULL, NULL, NULL, NULL},
    {"white space alone", " \n", E_PARSE, NULL, NULL, NULL, NULL},
    {"text alone", "hello", E_PARSE, NULL, NULL, NULL, NULL},
    {"a root that does not end", "<a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a tag that does not end", "<a", E_PARSE, NULL, NULL, NULL, NULL},
    {"an attribute that does not end", "<a id='x/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"an end that does not end", "<a></a", E_PARSE, NULL, NULL, NULL, NULL},
    {"an end tag alone", "</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"tags that cross", "<a><b></a></b>", E_PARSE, NULL, NULL, NULL, NULL},
    {"an end of another name", "<a></b>", E_PARSE, NULL, NULL, NULL, NULL},
    {"two roots", "<a/><a/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"text before the root", "x<a/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"text after the root", "<a/>x", E_PARSE, NULL, NULL, NULL, NULL},
    {"an entity after the root", "<a/>&amp;", E_PARSE, NULL, NULL, NULL, NULL},
    {"CDATA after the root", "<a/><![CDATA[x]]>", E_PARSE, NULL, NULL, NULL, NULL},
    {"the same attribute twice", "<a id='1' id='2'/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"the same attribute by two prefixes", "<a xmlns:p='u:x' xmlns:q='u:x' p:i='' q:i=''/>",
     E_PARSE, NULL, NULL, NULL, NULL},
    {"an attribute without quotes", "<a id=1/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"an attribute without value", "<a id/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"attributes without space between", "<a id='1'to='2'/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a less-than in an attribute", "<a id='<'/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a bare ampersand", "<a>&</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"an entity nobody declared", "<a>&nbsp;</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"an undeclared entity in an attribute", "<a id='&x;'/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"the end of CDATA in text", "<a>]]></a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a DOCTYPE", "<!DOCTYPE a><a/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a DOCTYPE with an entity", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", E_PARSE, NULL, NULL,
     NULL, NULL},
    {"a DOCTYPE after the root", "<a/><!DOCTYPE a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a comment inside", "<a><!-- x --></a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a comment before the root", "<!-- x --><a/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a comment after the root", "<a/><!-- x -->", E_PARSE, NULL, NULL, NULL, NULL},
    {"a processing instruction", "<a><?x y?></a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"an instruction before the root", "<?x y?><a/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a declaration that is not first", " <?xml version='1.0'?><a/>", E_PARSE, NULL, NULL, NULL,
     NULL},
    {"two declarations", "<?xml version='1.0'?><?xml version='1.0'?><a/>", E_PARSE, NULL, NULL,
     NULL, NULL},
    {"a declaration without version", "<?xml encoding='UTF-8'?><a/>", E_PARSE, NULL, NULL, NULL,
     NULL},
    {"a declaration of XML 1.1", "<?xml version='1.1'?><a/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"another encoding", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", E_PARSE, NULL, NULL,
     NULL, NULL},
    {"UTF-7", "<?xml version='1.0' encoding='UTF-7'?><a/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a declaration in disorder", "<?xml encoding='UTF-8' version='1.0'?><a/>", E_PARSE, NULL, NULL,
     NULL, NULL},
    {"a byte order mark", "\xef\xbb\xbf<a/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"an overlong slash", "<a>\xc0\xaf</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"an overlong less-than",
     "\xc0\xbc"
     "a/>",
     E_PARSE, NULL, NULL, NULL, NULL},
    {"three bytes where two do", "<a>\xe0\x82\xa9</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"four bytes where three do", "<a>\xf0\x82\x82\xac</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a surrogate", "<a>\xed\xa0\x80</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"beyond Unicode", "<a>\xf4\x90\x80\x80</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a continuation alone", "<a>\x80</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a lead alone", "<a>\xc3</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a sequence cut by the end", "<a/>\xe2\x82", E_PARSE, NULL, NULL, NULL, NULL},
    {"a control character", "<a>\x01</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"U+FFFE", "<a>\xef\xbf\xbe</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a reference to U+0000", "<a>&#0;</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a reference to U+0001", "<a id='&#1;'/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a reference to a surrogate", "<a>&#xd800;</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a reference to U+FFFE", "<a>&#xfffe;</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a reference beyond Unicode", "<a>&#x110000;</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a reference that wraps around", "<a>&#x100000041;</a>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a prefix nobody declared", "<x:a/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"an attribute's prefix nobody declared", "<a x:b='1'/>", E_PARSE, NULL, NULL, NULL, NULL},
    {"a prefix bound to nothing", "<x:a xmlns:x=''/>", E_PARSE, NULL, NULL, NULL, NULL},
};

static void parses(void **state)
{
    const struct row *row = *state;
    struct arena arena;
    const struct stanza *s = (const struct stanza *)row;
    const char *problem = NULL;
    arena_init(&arena, ARENA_MAX);
    assert_int_equal(stanza_parse(bytes_of_text(row->document), &usual, &arena, &s, &problem),
                     row->st);
    assert_non_null(problem);
    if (row->st) {
        assert_null(s);
        assert_true(*problem != '\0');
    } else {
        assert_string_equal(problem, "");
        assert_string_equal(s->name, row->name);
        assert_string_equal(s->ns, row->ns);
        assert_string_equal(s->text, row->text);
        const char *id = stanza_get(s, "id");
        assert_true((id == NULL) == (row->id == NULL));
        if (id)
            assert_string_equal(id, row->id);
    }
    arena_fini(&arena);
}

static void a_zero_byte_is_no_character(void **state)
{
    (void)state;
    struct arena arena;
    const struct stanza *s = NULL;
    arena_init(&arena, ARENA_MAX);
    assert_int_equal(stanza_parse(bytes_of("<a>\0</a>", 8), &usual, &arena, &s, NULL), E_PARSE);
    assert_int_equal(stanza_parse(bytes_of("<a/>\0", 5), &usual, &arena, &s, NULL), E_PARSE);
    assert_int_equal(stanza_parse(bytes_of("<a/>\0<b/>", 9), &usual, &arena, &s, NULL), E_PARSE);
    arena_fini(&arena);
}

/* ---- limits */

enum size { SIZE_BYTES, SIZE_DEPTH, SIZE_ATTRIBUTES, SIZE_NODES, SIZE_NAMESPACES };

static void write_document(enum size size, size_t n, struct buffer *out)
{
    if (size == SIZE_BYTES) {
        buffer_append_text(out, "<a>");
        while (out->len + 4 < n)
            buffer_append_byte(out, 'x');
        buffer_append_text(out, "</a>");
        return;
    }
    buffer_append_text(out, size == SIZE_DEPTH ? "" : "<a");
    if (size == SIZE_NODES)
        buffer_append_byte(out, '>');
    for (size_t i = 0; i < n; i++)
        if (size == SIZE_DEPTH)
            buffer_append_text(out, "<a>");
        else if (size == SIZE_ATTRIBUTES)
            buffer_printf(out, " a%zu='>'", i);
        else if (size == SIZE_NAMESPACES)
            buffer_printf(out, " xmlns:a%zu='u:x'", i);
        else if (i > 0)
            buffer_append_text(out, "<b/>");
    for (size_t i = 0; i < (size == SIZE_DEPTH ? n : 0); i++)
        buffer_append_text(out, "</a>");
    if (size != SIZE_DEPTH)
        buffer_append_text(out, size == SIZE_NODES ? "</a>" : "/>");
}

struct limit_row {
    const char *sentence;
    enum size size;
    size_t n;
    struct stanza_limits limits;
    enum status st;
};

#define FREE 16777216, 1024, 4096, 0, NULL
static const struct limit_row limit_rows[] = {
    {"bytes: below", SIZE_BYTES, 99, {100, 1, 0, 0, NULL}, OK},
    {"bytes: at", SIZE_BYTES, 100, {100, 1, 0, 0, NULL}, OK},
    {"bytes: above", SIZE_BYTES, 101, {100, 1, 0, 0, NULL}, E_LIMIT},
    {"bytes: at the ceiling", SIZE_BYTES, 16777216, {SIZE_MAX, 1, 0, 0, NULL}, OK},
    {"bytes: above the ceiling", SIZE_BYTES, 16777217, {SIZE_MAX, 1, 0, 0, NULL}, E_LIMIT},
    {"depth: below", SIZE_DEPTH, 31, {4096, 32, 0, 0, NULL}, OK},
    {"depth: at", SIZE_DEPTH, 32, {4096, 32, 0, 0, NULL}, OK},
    {"depth: above", SIZE_DEPTH, 33, {4096, 32, 0, 0, NULL}, E_LIMIT},
    {"depth: at the ceiling", SIZE_DEPTH, 1024, {65536, UINT32_MAX, 0, 0, NULL}, OK},
    {"depth: above the ceiling", SIZE_DEPTH, 1025, {65536, UINT32_MAX, 0, 0, NULL}, E_LIMIT},
    {"depth: 100000", SIZE_DEPTH, 100000, {FREE}, E_LIMIT},
    {"attributes: below", SIZE_ATTRIBUTES, 7, {4096, 4, 8, 0, NULL}, OK},
    {"attributes: at", SIZE_ATTRIBUTES, 8, {4096, 4, 8, 0, NULL}, OK},
    {"attributes: above", SIZE_ATTRIBUTES, 9, {4096, 4, 8, 0, NULL}, E_LIMIT},
    {"attributes: at the ceiling", SIZE_ATTRIBUTES, 4096, {FREE}, OK},
    {"attributes: above the ceiling",
     SIZE_ATTRIBUTES,
     4097,
     {99999999, 4, UINT32_MAX, 0, NULL},
     E_LIMIT},
    {"attributes: 100000", SIZE_ATTRIBUTES, 100000, {FREE}, E_LIMIT},
    {"elements: below", SIZE_NODES, 9, {4096, 4, 8, 10, NULL}, OK},
    {"elements: at", SIZE_NODES, 10, {4096, 4, 8, 10, NULL}, OK},
    {"elements: above", SIZE_NODES, 11, {4096, 4, 8, 10, NULL}, E_LIMIT},
    {"elements: at the ceiling", SIZE_NODES, 4096, {FREE}, OK},
    {"elements: above the ceiling", SIZE_NODES, 4097, {99999999, 4, 8, UINT32_MAX, NULL}, E_LIMIT},
    {"elements: a million", SIZE_NODES, 1000000, {FREE}, E_LIMIT},
    {"namespaces: at the ceiling", SIZE_NAMESPACES, 64, {FREE}, OK},
    {"namespaces: above the ceiling", SIZE_NAMESPACES, 65, {FREE}, E_LIMIT},
    {"declarations count as attributes", SIZE_NAMESPACES, 9, {4096, 4, 8, 0, NULL}, E_LIMIT},
};

/* What is refused for its size takes next to nothing of the arena; what is taken,
 * a small multiple. */
static void is_limited(void **state)
{
    const struct limit_row *row = *state;
    struct buffer document;
    struct arena arena;
    const struct stanza *s = NULL;
    buffer_init(&document, (size_t)32 * 1024 * 1024);
    arena_init(&arena, ARENA_MAX);
    write_document(row->size, row->n, &document);
    assert_int_equal(buffer_status(&document), OK);
    assert_int_equal(stanza_parse(buffer_bytes(&document), &row->limits, &arena, &s, NULL),
                     row->st);
    assert_true((s != NULL) == (row->st == OK));
    assert_true(arena.used <= (row->st ? 4096 : 65536 + 40 * document.len));
    arena_fini(&arena);
    buffer_fini(&document);
}

static void a_small_arena_is_enough_or_no_memory(void **state)
{
    (void)state;
    for (size_t max = 0; max < 4096; max += 64) {
        struct arena arena;
        const struct stanza *s = NULL;
        arena_init(&arena, max);
        enum status st =
            stanza_parse(bytes_of_text("<a b='c' d='e'><f xmlns='urn:g'>hello</f><h/>you</a>"),
                         &usual, &arena, &s, NULL);
        assert_true(st == OK || st == E_NOMEM);
        assert_true((st == OK) == (s != NULL));
        arena_fini(&arena);
    }
}

/* ---- looking */

static const struct stanza *parsed(struct arena *arena, const char *document)
{
    const struct stanza *s = NULL;
    const char *problem;
    assert_int_equal(stanza_parse(bytes_of_text(document), &usual, arena, &s, &problem), OK);
    return s;
}

static void children_are_in_their_parents_namespace(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    const struct stanza *s =
        parsed(&arena, "<message><enc xmlns='urn:x'>no</enc><x:enc xmlns:x='urn:x'>no</x:enc>"
                       "<deep><enc>no</enc></deep><enc>yes</enc><enc>second</enc></message>");
    assert_int_equal(s->n_children, 5);
    assert_string_equal(stanza_child(s, "enc")->text, "yes");
    assert_null(stanza_child(s, "other"));
    s = parsed(&arena, "<iq xmlns='encrypt'><count xmlns=''/><list><key/></list></iq>");
    assert_null(stanza_child(s, "count"));
    assert_non_null(stanza_child(stanza_child(s, "list"), "key"));
    s = parsed(&arena, "<stream:error " STREAM "><conflict type='replaced'/></stream:error>");
    assert_string_equal(stanza_get(stanza_child(s, "conflict"), "type"), "replaced");
    arena_fini(&arena);
}

static void a_stanza_is_known_by_name_and_namespace(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    assert_true(stanza_is(parsed(&arena, "<message/>"), "message"));
    assert_false(stanza_is(parsed(&arena, "<message/>"), "ack"));
    assert_false(stanza_is(parsed(&arena, "<message xmlns='urn:x'/>"), "message"));
    assert_false(stanza_is(parsed(&arena, "<x:message xmlns:x='urn:x'/>"), "message"));
    assert_true(stanza_is(parsed(&arena, "<iq xmlns='urn:xmpp:ping'/>"), "iq"));
    assert_true(stanza_is(parsed(&arena, "<iq/>"), "iq"));
    assert_true(stanza_is(parsed(&arena, "<stream:error " STREAM "/>"), "stream:error"));
    assert_false(stanza_is(parsed(&arena, "<stream:error xmlns:stream='u:x'/>"), "stream:error"));
    arena_fini(&arena);
}

static void bytes_are_strict_base64(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes out;
    arena_init(&arena, ARENA_MAX);
    assert_int_equal(stanza_bytes(parsed(&arena, "<a>Zm9v</a>"), &arena, &out), OK);
    assert_true(bytes_equal(out, bytes_of_text("foo")));
    assert_int_equal(stanza_bytes(parsed(&arena, "<a>Z<![CDATA[m9]]>&#118;</a>"), &arena, &out),
                     OK);
    assert_true(bytes_equal(out, bytes_of_text("foo")));
    assert_int_equal(stanza_bytes(parsed(&arena, "<a/>"), &arena, &out), OK);
    assert_int_equal(out.len, 0);
    assert_int_equal(stanza_bytes(parsed(&arena, "<a>Zm9v\n</a>"), &arena, &out), E_PARSE);
    assert_int_equal(stanza_bytes(parsed(&arena, "<a>Zg</a>"), &arena, &out), E_PARSE);
    assert_null(out.data);
    arena_fini(&arena);
}

/* ---- writing */

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    static const char hard[] = " <>&\"'\t\n\r]]>\xc3\xa9\xf0\x9f\x98\x80 ";
    struct buffer out;
    struct arena arena;
    struct stanza_writer w;
    struct bytes body;
    buffer_init(&out, 4096);
    arena_init(&arena, ARENA_MAX);
    stanza_begin(&w, &out);
    stanza_open(&w, "message");
    stanza_attribute(&w, "id", hard);
    stanza_attribute(&w, "left-out", NULL);
    stanza_attribute_number(&w, "t", UINT64_MAX);
    stanza_open(&w, "enc");
    stanza_base64(&w, bytes_of("\xff\x00\x10", 3));
    stanza_close(&w);
    stanza_open(&w, "text");
    stanza_text(&w, hard);
    stanza_close(&w);
    stanza_open(&w, "empty");
    assert_int_equal(stanza_end(&w), OK);
    const struct stanza *s = parsed(&arena, buffer_text(&out));
    assert_int_equal(s->n_attributes, 2);
    assert_string_equal(stanza_get(s, "id"), hard);
    assert_string_equal(stanza_get(s, "t"), "18446744073709551615");
    assert_int_equal(stanza_bytes(stanza_child(s, "enc"), &arena, &body), OK);
    assert_true(bytes_equal(body, bytes_of("\xff\x00\x10", 3)));
    assert_string_equal(stanza_child(s, "text")->text, hard);
    assert_int_equal(stanza_child(s, "empty")->n_children, 0);
    arena_fini(&arena);
    buffer_fini(&out);
}

static void start(struct stanza_writer *w, struct buffer *out, size_t max)
{
    buffer_init(out, max);
    stanza_begin(w, out);
    stanza_open(w, "a");
}

static void a_prekey_has_an_id_a_value_and_perhaps_a_signature(void **state)
{
    (void)state;
    struct stanza_writer w;
    struct buffer out;
    struct stanza_prekey key = {.id = 0x010203, .id_size = 3, .value = bytes_of("\x05v", 2)};
    start(&w, &out, 4096);
    stanza_prekey_element(&w, "key", &key);
    key.signature = bytes_of("sig", 3);
    stanza_prekey_element(&w, "skey", &key);
    assert_int_equal(stanza_end(&w), OK);
    assert_string_equal(
        buffer_text(&out),
        "<a><key><id>AQID</id><value>BXY=</value></key>"
        "<skey><id>AQID</id><value>BXY=</value><signature>c2ln</signature></skey></a>");
    buffer_fini(&out);
}

static void what_no_xml_holds_is_not_written(void **state)
{
    (void)state;
    static const char *const texts[] = {"\x01", "\xff", "\xed\xa0\x80", "\xef\xbf\xbf"};
    struct stanza_writer w;
    struct buffer out;
    for (size_t i = 0; i < COUNT(texts); i++) {
        start(&w, &out, 100);
        stanza_attribute(&w, "b", texts[i]);
        assert_int_equal(stanza_end(&w), E_PARSE);
        buffer_fini(&out);
        start(&w, &out, 100);
        stanza_text(&w, texts[i]);
        assert_int_equal(stanza_end(&w), E_PARSE);
        buffer_fini(&out);
    }
}

static void a_writer_out_of_order_says_so(void **state)
{
    (void)state;
    struct stanza_writer w;
    struct buffer out;
    start(&w, &out, 100);
    stanza_text(&w, "x");
    stanza_attribute(&w, "b", "c");
    assert_int_equal(stanza_end(&w), E_PARSE);
    buffer_fini(&out);
    start(&w, &out, 100);
    stanza_close(&w);
    stanza_close(&w);
    assert_int_equal(stanza_end(&w), E_PARSE);
    buffer_fini(&out);
    start(&w, &out, 1000);
    for (int i = 1; i < 16; i++)
        stanza_open(&w, "a");
    assert_int_equal(w.st, OK);
    stanza_open(&w, "a");
    assert_int_equal(stanza_end(&w), E_LIMIT);
    buffer_fini(&out);
    start(&w, &out, 3);
    assert_int_equal(stanza_end(&w), E_LIMIT);
    buffer_fini(&out);
    start(&w, &out, 4);
    assert_int_equal(stanza_end(&w), OK);
    buffer_fini(&out);
}

/* ---- addresses */

struct address_row {
    const char *sentence;
    const char *text;
    const char *name; /* NULL: no address */
    uint32_t device;
    const char *domain;
};

static const struct address_row address_rows[] = {
    {"address: an ordinary one", "bob:1@example.org", "bob", 1, "example.org"},
    {"address: device 0", "bob:0@x", "bob", 0, "x"},
    {"address: the largest device", "bob:4294967295@x", "bob", 4294967295u, "x"},
    {"address: a device too large", "bob:4294967296@x", NULL, 0, NULL},
    {"address: the last at separates", "b@b:1@x", "b@b", 1, "x"},
    {"address: the last colon separates", "b:2:1@x", "b:2", 1, "x"},
    {"address: a colon in the domain is not it", "b:1@x:2", "b", 1, "x:2"},
    {"address: a name of anything", "<\"&>\xc3\xa9 :1@x", "<\"&>\xc3\xa9 ", 1, "x"},
    {"address: no device", "bob@x", NULL, 0, NULL},
    {"address: an empty device", "bob:@x", NULL, 0, NULL},
    {"address: no domain", "bob:1@", NULL, 0, NULL},
    {"address: no at", "bob:1", NULL, 0, NULL},
    {"address: no name", ":1@x", NULL, 0, NULL},
    {"address: nothing", "", NULL, 0, NULL},
    {"address: a leading zero", "bob:01@x", NULL, 0, NULL},
    {"address: a sign", "bob:+1@x", NULL, 0, NULL},
    {"address: a negative device", "bob:-1@x", NULL, 0, NULL},
    {"address: a space", "bob: 1@x", NULL, 0, NULL},
};

static void is_address(void **state)
{
    const struct address_row *row = *state;
    struct arena arena;
    const char *name = "x", *domain = "x";
    uint32_t device = 77;
    arena_init(&arena, ARENA_MAX);
    assert_int_equal(stanza_address_parse(row->text, &arena, &name, &device, &domain),
                     row->name != NULL);
    if (row->name) {
        assert_string_equal(name, row->name);
        assert_int_equal(device, row->device);
        assert_string_equal(domain, row->domain);
        assert_string_equal(stanza_address(&arena, name, device, domain), row->text);
    } else {
        assert_null(name);
        assert_null(domain);
    }
    arena_fini(&arena);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(a_zero_byte_is_no_character),
    cmocka_unit_test(a_small_arena_is_enough_or_no_memory),
    cmocka_unit_test(children_are_in_their_parents_namespace),
    cmocka_unit_test(a_stanza_is_known_by_name_and_namespace),
    cmocka_unit_test(bytes_are_strict_base64),
    cmocka_unit_test(what_is_written_is_read_again),
    cmocka_unit_test(a_prekey_has_an_id_a_value_and_perhaps_a_signature),
    cmocka_unit_test(what_no_xml_holds_is_not_written),
    cmocka_unit_test(a_writer_out_of_order_says_so),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(limit_rows) + COUNT(address_rows) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, parses);
    ADD_ROWS(tests, n, limit_rows, sentence, is_limited);
    ADD_ROWS(tests, n, address_rows, sentence, is_address);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("stanza", tests, COUNT(tests), NULL, NULL);
}
