/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every field by its name: which bytes of which object it is, and what stands there. */
#include "sample.h"
#include "support/hex.h"
#include "support/rows.h"

#include <string.h>

struct row {
    const char *sentence;
    const char *name;
    enum object object;
    const char *hex; /* the object */
    size_t at;
    const char *content; /* NULL: not located, because of |st| */
    enum status st;
};

#define FOUND(name, object, hex, at, content)                                                      \
    {                                                                                              \
        name " in " #object, name, object, hex, at, content, OK                                    \
    }
#define ABSENT(name, object)                                                                       \
    {                                                                                              \
        name " not in " #object, name, object, NULL, 0, NULL, E_MISSING                            \
    }
#define S(name, at, content) FOUND(name, OBJECT_SIGNAL, SIGNAL, at, content)
#define P(name, at, content) FOUND(name, OBJECT_PREKEY, PREKEY, at, content)
#define K(name, at, content) FOUND(name, OBJECT_SENDER_KEY, SENDER_KEY, at, content)
#define D(name, at, content) FOUND(name, OBJECT_DISTRIBUTION, DISTRIBUTION, at, content)
#define B(name, at, content) FOUND(name, OBJECT_BUNDLE, BUNDLE, at, content)

static const struct row rows[] = {
    S("signal", 0, SIGNAL),
    S("signal.version", 0, "33"),
    S("signal.header", 0, SIGNAL_HEADER),
    S("signal.protobuf", 1, SIGNAL_BODY),
    S("signal.ratchet-key", 3, "aabb"),
    S("signal.counter", 6, "05"),
    S("signal.previous-counter", 8, "03"),
    S("signal.ciphertext", 11, "c1c2c3"),
    S("signal.mac", 14, MAC),

    /* the message of a prekey message begins at 13 */
    P("signal", 13, SIGNAL),
    P("signal.version", 13, "33"),
    P("signal.header", 13, SIGNAL_HEADER),
    P("signal.protobuf", 14, SIGNAL_BODY),
    P("signal.ratchet-key", 16, "aabb"),
    P("signal.counter", 19, "05"),
    P("signal.previous-counter", 21, "03"),
    P("signal.ciphertext", 24, "c1c2c3"),
    P("signal.mac", 27, MAC),

    P("prekey", 0, PREKEY),
    P("prekey.version", 0, "33"),
    P("prekey.protobuf", 1, PREKEY_BODY),
    P("prekey.one-time-prekey-id", 2, "07"),
    P("prekey.base-key", 5, "b1b2"),
    P("prekey.identity-key", 9, "d1d2"),
    P("prekey.message", 13, SIGNAL),
    P("prekey.registration-id", 36, "09"),
    P("prekey.signed-prekey-id", 38, "06"),

    K("sender-key", 0, SENDER_KEY),
    K("sender-key.version", 0, "33"),
    K("sender-key.protobuf", 1, SENDER_KEY_BODY),
    K("sender-key.id", 2, "02"),
    K("sender-key.iteration", 4, "ac02"),
    K("sender-key.ciphertext", 8, "c1c2c3"),
    K("sender-key.signature", 11, SIGNATURE),

    D("distribution", 0, DISTRIBUTION),
    D("distribution.version", 0, "33"),
    D("distribution.protobuf", 1, DISTRIBUTION_BODY),
    D("distribution.id", 2, "02"),
    D("distribution.iteration", 4, "00"),
    D("distribution.chain-key", 7, "e1e2"),
    D("distribution.signing-key", 11, "f1f2"),

    B("bundle", 0, BUNDLE),
    B("bundle.registration-id", 1, "09"),
    B("bundle.device", 3, "01"),
    B("bundle.identity-key", 6, "d1d2"),
    B("bundle.signed-prekey-id", 9, "06"),
    B("bundle.signed-prekey", 12, "a1a2"),
    B("bundle.signature", 16, "5152"),
    B("bundle.one-time-prekey-id", 19, "07"),
    B("bundle.one-time-prekey", 22, "b3b4"),

    FOUND("signal.pq-ratchet", OBJECT_SIGNAL, SIGNAL_V4, 3, SPQR),
    FOUND("signal.pq-epoch", OBJECT_SIGNAL, SIGNAL_V4, 4, "ac02"),
    FOUND("signal.pq-index", OBJECT_SIGNAL, SIGNAL_V4, 6, "05"),
    FOUND("signal.pq-type", OBJECT_SIGNAL, SIGNAL_V4, 7, "02"),
    FOUND("signal.pq-chunk-index", OBJECT_SIGNAL, SIGNAL_V4, 8, "09"),
    FOUND("signal.pq-chunk", OBJECT_SIGNAL, SIGNAL_V4, 9, CHUNK),
    FOUND("signal.addresses", OBJECT_SIGNAL, SIGNAL_V4, 43, "77"),
    {"a message to SPQR without a chunk", "signal.pq-chunk", OBJECT_SIGNAL,
     "44"
     "2a0401010500" MAC,
     0, NULL, E_MISSING},
    {"the type is a byte", "signal.pq-type", OBJECT_SIGNAL,
     "44"
     "2a04010105ff" MAC,
     6, "ff", OK},
    {"a message to SPQR that ends within a number", "signal.pq-index", OBJECT_SIGNAL,
     "44"
     "2a03010185" MAC,
     0, NULL, E_MISSING},
    {"an empty message to SPQR", "signal.pq-epoch", OBJECT_SIGNAL,
     "44"
     "2a00" MAC,
     0, NULL, E_MISSING},
    FOUND("prekey.kem-prekey-id", OBJECT_PREKEY, PREKEY_V4, 2, "07"),
    FOUND("prekey.kem-ciphertext", OBJECT_PREKEY, PREKEY_V4, 5, "0809"),
    FOUND("bundle.kem-prekey-id", OBJECT_BUNDLE, BUNDLE_V4, 1, "07"),
    FOUND("bundle.kem-prekey", OBJECT_BUNDLE, BUNDLE_V4, 4, "0809"),
    FOUND("bundle.kem-signature", OBJECT_BUNDLE, BUNDLE_V4, 8, "aabb"),
    ABSENT("signal.pq-ratchet", OBJECT_SIGNAL),

    ABSENT("prekey.base-key", OBJECT_SIGNAL),
    ABSENT("signal.mac", OBJECT_SENDER_KEY),
    ABSENT("signal.mac", OBJECT_DISTRIBUTION),
    ABSENT("signal.mac", OBJECT_BUNDLE),
    ABSENT("sender-key", OBJECT_DISTRIBUTION),
    ABSENT("distribution", OBJECT_SENDER_KEY),
    ABSENT("bundle", OBJECT_PREKEY),

    {"a key's id behind a distribution id", "sender-key.id", OBJECT_SENDER_KEY, SENDER_KEY_TODAY,
     20, "02", OK},
    {"a ciphertext behind a distribution id", "sender-key.ciphertext", OBJECT_SENDER_KEY,
     SENDER_KEY_TODAY, 26, "c1c2c3", OK},
    {"an optional field that was left out", "prekey.one-time-prekey-id", OBJECT_PREKEY,
     "33"
     "1202b1b2"
     "2216" SIGNAL,
     0, NULL, E_MISSING},
    {"the last of several counts", "signal.counter", OBJECT_SIGNAL,
     "33"
     "1005"
     "1006"
     "10fb01" MAC,
     6, "fb01", OK},
    {"an over-long varint is all of its bytes", "signal.counter", OBJECT_SIGNAL,
     "33"
     "10858000" MAC,
     2, "858000", OK},
    {"a known field of another wire type", "signal.counter", OBJECT_SIGNAL,
     "33"
     "120105" MAC,
     0, NULL, E_PARSE},
    {"a message of another wire type", "signal.mac", OBJECT_PREKEY,
     "33"
     "2005",
     0, NULL, E_PARSE},
    {"a ciphertext of another wire type", "signal.header", OBJECT_SIGNAL,
     "33"
     "2005" MAC,
     0, NULL, E_PARSE},
    {"a prekey message without a message", "signal.mac", OBJECT_PREKEY,
     "33"
     "0807",
     0, NULL, E_MISSING},
    {"a header without a ciphertext", "signal.header", OBJECT_SIGNAL,
     "33"
     "1005" MAC,
     0, NULL, E_MISSING},
    {"what does not parse", "signal.counter", OBJECT_SIGNAL,
     "33"
     "10" MAC,
     0, NULL, E_PARSE},
    {"shorter than version and MAC", "signal.mac", OBJECT_SIGNAL, "0102030405060708", 0, NULL,
     E_PARSE},
    {"a MAC after an empty protobuf", "signal.mac", OBJECT_SIGNAL, "33" MAC, 1, MAC, OK},
    {"an inner message shorter than its MAC", "signal.mac", OBJECT_PREKEY,
     "33"
     "2202"
     "3301",
     0, NULL, E_PARSE},
    {"the whole of nothing is nothing", "signal", OBJECT_SIGNAL, "", 0, "", OK},
};

#undef S
#undef P
#undef K
#undef D
#undef B

static void is_located(void **state)
{
    const struct row *row = *state;
    struct bytes in = sample(row->hex ? row->hex : sample_hex(row->object));
    size_t at = 77, len = 77;
    assert_int_equal(field_locate(field_find(row->name), row->object, in, &at, &len), row->st);
    assert_int_equal(at, row->at);
    if (row->content)
        assert_hex(bytes_slice(in, at, len), row->content);
    else
        assert_int_equal(len, 0);
    sample_free(in);
}

/* ---- numbers */

struct number_row {
    const char *sentence;
    const char *name;
    enum object object;
    const char *hex;
    enum status st;
    uint32_t number;
};

static const struct number_row numbers[] = {
    {"a counter", "signal.counter", OBJECT_SIGNAL, SIGNAL, OK, 5},
    {"a counter inside a prekey message", "signal.counter", OBJECT_PREKEY, PREKEY, OK, 5},
    {"two bytes", "sender-key.iteration", OBJECT_SENDER_KEY, SENDER_KEY, OK, 300},
    {"only the low 32 bits count", "signal.counter", OBJECT_SIGNAL,
     "33"
     "10858080808001" MAC,
     OK, 5},
    {"an epoch", "signal.pq-epoch", OBJECT_SIGNAL, SIGNAL_V4, OK, 300},
    {"a type above 127", "signal.pq-type", OBJECT_SIGNAL,
     "44"
     "2a04010105ff" MAC,
     OK, 255},
    {"a chunk is no number", "signal.pq-chunk", OBJECT_SIGNAL, SIGNAL_V4, E_MISSING, 0},
    {"bytes are no number", "signal.mac", OBJECT_SIGNAL, SIGNAL, E_MISSING, 0},
    {"nor is a key", "signal.ratchet-key", OBJECT_SIGNAL, SIGNAL, E_MISSING, 0},
    {"absent", "signal.counter", OBJECT_SIGNAL,
     "33"
     "1803" MAC,
     E_MISSING, 0},
    {"another object", "bundle.device", OBJECT_SIGNAL, SIGNAL, E_MISSING, 0},
    {"another wire type", "signal.counter", OBJECT_SIGNAL,
     "33"
     "120105" MAC,
     E_PARSE, 0},
};

static void is_read(void **state)
{
    const struct number_row *row = *state;
    struct bytes in = sample(row->hex);
    uint32_t number = 77;
    assert_int_equal(field_number(field_find(row->name), row->object, in, &number), row->st);
    assert_int_equal(number, row->number);
    sample_free(in);
}

/* ---- names */

static void names_are_unique_and_found(void **state)
{
    (void)state;
    const struct field *f;
    size_t n = 0;
    for (; (f = field_at(n)); n++) {
        assert_ptr_equal(field_find(f->name), f);
        assert_non_null(field_table_of(f));
        assert_in_range(f->object, OBJECT_SIGNAL, N_OBJECT - 1);
        assert_true(f->explanation && strlen(f->explanation) > 5);
        for (size_t j = 0; j < n; j++) {
            assert_string_not_equal(f->name, field_at(j)->name);
            assert_string_not_equal(f->explanation, field_at(j)->explanation);
        }
    }
    assert_true(n > 60);
}

static void every_field_has_a_row(void **state)
{
    (void)state;
    const struct field *f;
    for (size_t i = 0; (f = field_at(i)); i++) {
        bool is_located_somewhere = object_is_of_client(f->object); /* field_codec_test.c */
        for (size_t j = 0; j < COUNT(rows); j++)
            is_located_somewhere |= strcmp(rows[j].name, f->name) == 0 && rows[j].st == OK;
        if (!is_located_somewhere)
            fail_msg("%s is not tested", f->name);
    }
}

static void other_names_are_not_found(void **state)
{
    (void)state;
    static const char *const others[] = {"",           "signal.",     "Signal.mac", "signal.mac ",
                                         "signal.tag", "stanza.tpye", NULL};
    for (size_t i = 0; i < COUNT(others); i++)
        assert_null(field_find(others[i]));
}

static void a_field_of_nobody_is_missing(void **state)
{
    (void)state;
    struct bytes in = sample(SIGNAL);
    struct field copy = *field_find("signal.mac");
    size_t at, len;
    uint32_t number;
    assert_int_equal(field_locate(&copy, OBJECT_SIGNAL, in, &at, &len), E_MISSING);
    assert_int_equal(field_locate(NULL, OBJECT_SIGNAL, in, &at, &len), E_MISSING);
    assert_int_equal(field_number(NULL, OBJECT_SIGNAL, in, &number), E_MISSING);
    sample_free(in);
}

static void each_kind_of_message_is_an_object(void **state)
{
    (void)state;
    assert_int_equal(object_of_kind(SIGNAL_KIND_MESSAGE), OBJECT_SIGNAL);
    assert_int_equal(object_of_kind(SIGNAL_KIND_PREKEY), OBJECT_PREKEY);
    assert_int_equal(object_of_kind(SIGNAL_KIND_SENDER_KEY), OBJECT_SENDER_KEY);
    assert_int_equal(object_of_kind(SIGNAL_KIND_DISTRIBUTION), OBJECT_DISTRIBUTION);
    assert_int_equal(object_of_kind(SIGNAL_KIND_NONE), OBJECT_NONE);
    assert_int_equal(object_of_kind((enum signal_kind)99), OBJECT_NONE);
}

/* ---- lengths planned before there are bytes */

static void honest_message(size_t plaintext_len, struct buffer *out)
{
    static const uint8_t zeros[2048] = {0};
    struct signal_message m = {
        .version = SIGNAL_VERSION_BYTE,
        .ratchet_key = bytes_of(zeros, SIGNAL_KEY_LEN),
        .counter = 127,
        .has_previous_counter = true,
        .ciphertext = bytes_of(zeros, (plaintext_len / 16 + 1) * 16),
    };
    assert_int_equal(signal_message_encode(&m, out), OK);
    assert_int_equal(buffer_append(out, bytes_of(zeros, SIGNAL_MAC_LEN)), OK);
}

static void lengths_planned_are_lengths_found(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 15, 16, 100, 111, 112, 128, 1000};
    static const char *const fields[] = {"signal",           "signal.version",     "signal.header",
                                         "signal.protobuf",  "signal.ratchet-key", "signal.mac",
                                         "signal.ciphertext"};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct buffer message;
        buffer_init(&message, 4096);
        honest_message(lengths[i], &message);
        for (size_t j = 0; j < COUNT(fields); j++) {
            const struct field *f = field_find(fields[j]);
            size_t at, len;
            assert_int_equal(field_locate(f, OBJECT_SIGNAL, buffer_bytes(&message), &at, &len), OK);
            assert_int_equal(field_planned_len(f, lengths[i]), len);
        }
        buffer_fini(&message);
    }
    assert_int_equal(field_planned_len(field_find("prekey"), 100), 0);
    assert_int_equal(field_planned_len(field_find("signal.counter"), 100), 0);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(names_are_unique_and_found),
    cmocka_unit_test(every_field_has_a_row),
    cmocka_unit_test(other_names_are_not_found),
    cmocka_unit_test(a_field_of_nobody_is_missing),
    cmocka_unit_test(each_kind_of_message_is_an_object),
    cmocka_unit_test(lengths_planned_are_lengths_found),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(numbers) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, is_located);
    ADD_ROWS(tests, n, numbers, sentence, is_read);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("field", tests, n + COUNT(written), NULL, NULL);
}
