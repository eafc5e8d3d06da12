/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every way to bend a field, byte for byte: the bent bytes are written out beside the change, and
 * everything that was not meant stays as it was. Samples are in sample.h.
 */
#include "sample.h"
#include "support/hex.h"
#include "support/rows.h"

#include <string.h>

struct row {
    const char *sentence;
    enum object object;
    const char *hex; /* the object before; NULL: the sample */
    const char *field;
    enum edit_what what;
    uint64_t n;
    const char *bytes;   /* hexadecimal, or NULL */
    const char *mutated; /* the object after; NULL: refused */
    enum status st;
};

#define NO NULL, E_MISSING
#define SIG OBJECT_SIGNAL, NULL
#define PRE OBJECT_PREKEY, NULL
/* A prekey message whose inner message, |len| bytes in hexadecimal, is |inner|. */
#define SIG4(spqr_len, spqr)                                                                       \
    "44"                                                                                           \
    "2a" spqr_len spqr "320177" MAC,                                                               \
        OK
#define PREKEY_OF(len, inner) "33" PREKEY_BEFORE "22" len inner PREKEY_AFTER, OK

static const struct row rows[] = {
    /* ---- flip */
    {"the lowest bit of the version", SIG, "signal.version", EDIT_FLIP_BIT, 0, NULL,
     "32" SIGNAL_BODY MAC, OK},
    {"the highest bit of the version", SIG, "signal.version", EDIT_FLIP_BIT, 7, NULL,
     "b3" SIGNAL_BODY MAC, OK},
    {"the first bit of the MAC", SIG, "signal.mac", EDIT_FLIP_BIT, 0, NULL,
     "33" SIGNAL_BODY "0002030405060708", OK},
    {"the last bit of the MAC", SIG, "signal.mac", EDIT_FLIP_BIT, 63, NULL,
     "33" SIGNAL_BODY "0102030405060788", OK},
    {"a bit past the MAC", SIG, "signal.mac", EDIT_FLIP_BIT, 64, NULL, NO},
    {"a bit far past everything", SIG, "signal.mac", EDIT_FLIP_BIT, UINT64_MAX, NULL, NO},
    {"a bit of a key leaves tag and length", SIG, "signal.ratchet-key", EDIT_FLIP_BIT, 8, NULL,
     "33"
     "0a02aaba"
     "1005"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"a bit of a number", SIG, "signal.counter", EDIT_FLIP_BIT, 1, NULL,
     "33"
     "0a02aabb"
     "1007"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"a bit of the header may be a length", SIG, "signal.header", EDIT_FLIP_BIT, 80, NULL,
     "33"
     "0a02aabb"
     "1005"
     "1803"
     "2202c1c2c3" MAC,
     OK},
    {"a bit of the message inside", PRE, "signal.mac", EDIT_FLIP_BIT, 0, NULL,
     PREKEY_OF("16", "33" SIGNAL_BODY "0002030405060708")},
    {"a bit of the whole", PRE, "prekey", EDIT_FLIP_BIT, 8, NULL,
     "33"
     "0907"
     "1202b1b2"
     "1a02d1d2"
     "2216" SIGNAL PREKEY_AFTER,
     OK},

    {"an iteration behind a distribution id keeps its number", OBJECT_SENDER_KEY, SENDER_KEY_TODAY,
     "sender-key.iteration", EDIT_SET_NUMBER, 1, NULL,
     "33"
     "0a10" DISTRIBUTION_ID "1002"
     "1801"
     "2203c1c2c3" SIGNATURE,
     OK},

    /* ---- within what the message says to SPQR; its length follows */
    {"the epoch, two bytes, to one", OBJECT_SIGNAL, SIGNAL_V4, "signal.pq-epoch", EDIT_SET_NUMBER,
     7, NULL, SIG4("25", "0107050209" CHUNK)},
    {"the index to three bytes", OBJECT_SIGNAL, SIGNAL_V4, "signal.pq-index", EDIT_SET_NUMBER,
     25001, NULL, SIG4("28", "01ac02a9c3010209" CHUNK)},
    {"the type to one that is none", OBJECT_SIGNAL, SIGNAL_V4, "signal.pq-type", EDIT_SET_NUMBER,
     255, NULL, SIG4("26", "01ac0205ff09" CHUNK)},
    {"the chunk's number past sixteen bits", OBJECT_SIGNAL, SIGNAL_V4, "signal.pq-chunk-index",
     EDIT_SET_NUMBER, 65536, NULL, SIG4("28", "01ac020502808004" CHUNK)},
    {"the chunk's number over-long", OBJECT_SIGNAL, SIGNAL_V4, "signal.pq-chunk-index",
     EDIT_LONG_VARINT, 3, NULL, SIG4("28", "01ac020502898000" CHUNK)},
    {"a bit of the chunk", OBJECT_SIGNAL, SIGNAL_V4, "signal.pq-chunk", EDIT_FLIP_BIT, 0, NULL,
     SIG4("26", "01ac02050209"
                "6061616161616161616161616161616161616161616161616161616161616161")},
    {"all but the chunk's first byte taken", OBJECT_SIGNAL, SIGNAL_V4, "signal.pq-chunk", EDIT_KEEP,
     1, NULL, SIG4("07", "01ac0205020961")},
    {"the chunk left out", OBJECT_SIGNAL, SIGNAL_V4, "signal.pq-chunk", EDIT_REMOVE, 0, NULL,
     SIG4("06", "01ac02050209")},
    {"a chunk where there is none", OBJECT_SIGNAL,
     "44"
     "2a0401010500" MAC,
     "signal.pq-chunk", EDIT_SET, 0, "61", NO},

    /* ---- set */
    {"set the version", SIG, "signal.version", EDIT_SET, 0, "44", "44" SIGNAL_BODY MAC, OK},
    {"set the MAC", SIG, "signal.mac", EDIT_SET, 0, "ffff", "33" SIGNAL_BODY "ffff", OK},
    {"set a key, its length follows", SIG, "signal.ratchet-key", EDIT_SET, 0, "010203",
     "33"
     "0a03010203"
     "1005"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"set a key to nothing", SIG, "signal.ratchet-key", EDIT_SET, 0, "",
     "33"
     "0a00"
     "1005"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"set the whole", SIG, "signal", EDIT_SET, 0, "00", "00", OK},
    {"set the protobuf", SIG, "signal.protobuf", EDIT_SET, 0, "1001",
     "33"
     "1001" MAC,
     OK},
    {"set the header", SIG, "signal.header", EDIT_SET, 0, "34",
     "34"
     "c1c2c3" MAC,
     OK},
    {"set a key of the message inside, both lengths follow", PRE, "signal.ratchet-key", EDIT_SET, 0,
     "010203",
     PREKEY_OF("17", "33"
                     "0a03010203"
                     "1005"
                     "1803"
                     "2203c1c2c3" MAC)},
    {"set the MAC of the message inside", PRE, "signal.mac", EDIT_SET, 0, "ffff",
     PREKEY_OF("10", "33" SIGNAL_BODY "ffff")},
    {"set the version of the message inside", PRE, "signal.version", EDIT_SET, 0, "44",
     PREKEY_OF("16", "44" SIGNAL_BODY MAC)},
    {"set the message inside", PRE, "prekey.message", EDIT_SET, 0, "3300", PREKEY_OF("02", "3300")},
    {"an absent field joins the end, before the MAC", OBJECT_SIGNAL,
     "33"
     "1005" MAC,
     "signal.ciphertext", EDIT_SET, 0, "c1",
     "33"
     "1005"
     "2201c1" MAC,
     OK},
    {"the signature of a bundle", OBJECT_BUNDLE, NULL, "bundle.signature", EDIT_SET, 0, "515253",
     "0809"
     "1001"
     "1a02d1d2"
     "2006"
     "2a02a1a2"
     "3203515253"
     "3807"
     "4202b3b4",
     OK},
    {"bytes do not make a number", SIG, "signal.counter", EDIT_SET, 0, "01", NO},

    /* ---- set a number */
    {"a number of one byte", SIG, "signal.counter", EDIT_SET_NUMBER, 0, NULL,
     "33"
     "0a02aabb"
     "1000"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"a number of 64 bits", SIG, "signal.counter", EDIT_SET_NUMBER, UINT64_MAX, NULL,
     "33"
     "0a02aabb"
     "10ffffffffffffffffff01"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"a number of the message inside, the length follows", PRE, "signal.counter", EDIT_SET_NUMBER,
     300, NULL,
     PREKEY_OF("17", "33"
                     "0a02aabb"
                     "10ac02"
                     "1803"
                     "2203c1c2c3" MAC)},
    {"a number beside the message leaves it", PRE, "prekey.registration-id", EDIT_SET_NUMBER, 300,
     NULL,
     "33" PREKEY_BEFORE "2216" SIGNAL "28ac02"
     "3006",
     OK},
    {"an absent number joins the end", OBJECT_SIGNAL,
     "33"
     "1005" MAC,
     "signal.previous-counter", EDIT_SET_NUMBER, 9, NULL,
     "33"
     "1005"
     "1809" MAC,
     OK},
    {"a number is not set in bytes", SIG, "signal.ciphertext", EDIT_SET_NUMBER, 1, NULL, NO},
    {"a number is not set in a region", SIG, "signal.mac", EDIT_SET_NUMBER, 1, NULL, NO},

    /* ---- remove */
    {"remove a number", SIG, "signal.counter", EDIT_REMOVE, 0, NULL,
     "33"
     "0a02aabb"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"remove bytes", SIG, "signal.ciphertext", EDIT_REMOVE, 0, NULL,
     "33"
     "0a02aabb"
     "1005"
     "1803" MAC,
     OK},
    {"remove the MAC", SIG, "signal.mac", EDIT_REMOVE, 0, NULL, "33" SIGNAL_BODY, OK},
    {"remove the version", SIG, "signal.version", EDIT_REMOVE, 0, NULL, SIGNAL_BODY MAC, OK},
    {"remove everything", SIG, "signal", EDIT_REMOVE, 0, NULL, "", OK},
    {"remove the MAC of the message inside", PRE, "signal.mac", EDIT_REMOVE, 0, NULL,
     PREKEY_OF("0e", "33" SIGNAL_BODY)},
    {"remove all of the message inside, its field stays", PRE, "signal", EDIT_REMOVE, 0, NULL,
     PREKEY_OF("00", "")},
    {"remove the field of the message inside", PRE, "prekey.message", EDIT_REMOVE, 0, NULL,
     "33" PREKEY_BEFORE PREKEY_AFTER, OK},
    {"remove the one-time prekey", PRE, "prekey.one-time-prekey-id", EDIT_REMOVE, 0, NULL,
     "33"
     "1202b1b2"
     "1a02d1d2"
     "2216" SIGNAL PREKEY_AFTER,
     OK},
    {"remove the signature of a group message", OBJECT_SENDER_KEY, NULL, "sender-key.signature",
     EDIT_REMOVE, 0, NULL, "33" SENDER_KEY_BODY, OK},
    {"remove what is not there", OBJECT_SIGNAL,
     "33"
     "1005" MAC,
     "signal.ciphertext", EDIT_REMOVE, 0, NULL, NO},

    /* ---- cut and keep */
    {"cut the end of a ciphertext", SIG, "signal.ciphertext", EDIT_CUT, 1, NULL,
     "33"
     "0a02aabb"
     "1005"
     "1803"
     "2202c1c2" MAC,
     OK},
    {"cut the end of the MAC", SIG, "signal.mac", EDIT_CUT, 1, NULL,
     "33" SIGNAL_BODY "01020304050607", OK},
    {"cut the end of everything, raw", SIG, "signal", EDIT_CUT, 9, NULL,
     "33"
     "0a02aabb"
     "1005"
     "1803"
     "2203c1c2",
     OK},
    {"cut all", SIG, "signal", EDIT_CUT, 22, NULL, "", OK},
    {"cut more than all", SIG, "signal", EDIT_CUT, 23, NULL, NO},
    {"cut a number", SIG, "signal.counter", EDIT_CUT, 1, NULL, NO},
    {"cut the message inside", PRE, "signal", EDIT_CUT, 1, NULL,
     PREKEY_OF("15", "33" SIGNAL_BODY "01020304050607")},
    {"cut the whole around it, lengths as they were", PRE, "prekey", EDIT_CUT, 4, NULL,
     "33" PREKEY_BEFORE "2216" SIGNAL, OK},
    {"keep the first byte of a key", SIG, "signal.ratchet-key", EDIT_KEEP, 1, NULL,
     "33"
     "0a01aa"
     "1005"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"keep nothing of a MAC", SIG, "signal.mac", EDIT_KEEP, 0, NULL, "33" SIGNAL_BODY, OK},
    {"keep the version alone", SIG, "signal", EDIT_KEEP, 1, NULL, "33", OK},
    {"keep more than there is", SIG, "signal.mac", EDIT_KEEP, 9, NULL, NO},
    {"keep part of the header", SIG, "signal.header", EDIT_KEEP, 1, NULL,
     "33"
     "c1c2c3" MAC,
     OK},

    /* ---- append */
    {"append to a ciphertext", SIG, "signal.ciphertext", EDIT_APPEND, 0, "eeff",
     "33"
     "0a02aabb"
     "1005"
     "1803"
     "2205c1c2c3eeff" MAC,
     OK},
    {"append to the MAC", SIG, "signal.mac", EDIT_APPEND, 0, "ee", "33" SIGNAL_BODY MAC "ee", OK},
    {"append to the protobuf, before the MAC", SIG, "signal.protobuf", EDIT_APPEND, 0, "7801",
     "33" SIGNAL_BODY "7801" MAC, OK},
    {"append to the whole: trailing bytes", SIG, "signal", EDIT_APPEND, 0, "eeff", SIGNAL "eeff",
     OK},
    {"append inside the message inside", PRE, "signal", EDIT_APPEND, 0, "eeff",
     PREKEY_OF("18", SIGNAL "eeff")},
    {"append after the message around it", PRE, "prekey", EDIT_APPEND, 0, "eeff", PREKEY "eeff",
     OK},
    {"append to a number", SIG, "signal.counter", EDIT_APPEND, 0, "00", NO},

    /* ---- duplicate */
    {"a second key", SIG, "signal.ratchet-key", EDIT_DUPLICATE, 0, "cc",
     "33"
     "0a02aabb"
     "0a01cc"
     "1005"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"a second number", SIG, "signal.counter", EDIT_DUPLICATE, 300, NULL,
     "33"
     "0a02aabb"
     "1005"
     "10ac02"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"a second number inside", PRE, "signal.counter", EDIT_DUPLICATE, 1, NULL,
     PREKEY_OF("18", "33"
                     "0a02aabb"
                     "1005"
                     "1001"
                     "1803"
                     "2203c1c2c3" MAC)},
    {"a second message", PRE, "prekey.message", EDIT_DUPLICATE, 0, "33",
     "33" PREKEY_BEFORE "2216" SIGNAL "220133" PREKEY_AFTER, OK},
    {"a second MAC", SIG, "signal.mac", EDIT_DUPLICATE, 0, "00", NO},

    /* ---- unknown */
    {"an unknown field, before the MAC", SIG, "signal", EDIT_UNKNOWN, 15, "ee",
     "33" SIGNAL_BODY "7a01ee" MAC, OK},
    {"an unknown field beside a known one", SIG, "signal.counter", EDIT_UNKNOWN, 100, "",
     "33" SIGNAL_BODY "a20600" MAC, OK},
    {"an unknown field inside", PRE, "signal.protobuf", EDIT_UNKNOWN, 15, "ee",
     PREKEY_OF("19", "33" SIGNAL_BODY "7a01ee" MAC)},
    {"an unknown field around it", PRE, "prekey.protobuf", EDIT_UNKNOWN, 15, "ee", PREKEY "7a01ee",
     OK},
    {"an unknown field in a bundle", OBJECT_BUNDLE, NULL, "bundle", EDIT_UNKNOWN, 15, "ee",
     BUNDLE "7a01ee", OK},
    {"the greatest number of a field", SIG, "signal", EDIT_UNKNOWN, 536870911, "",
     "33" SIGNAL_BODY "faffffff0f00" MAC, OK},
    {"a number past the greatest", SIG, "signal", EDIT_UNKNOWN, 536870912, "", NO},
    {"number 0", SIG, "signal", EDIT_UNKNOWN, 0, "", NO},

    {"an unknown field where there is no protobuf", OBJECT_SIGNAL, MAC, "signal", EDIT_UNKNOWN, 15,
     "ee", NULL, E_PARSE},
    {"an unknown field in an empty protobuf", OBJECT_SIGNAL, "33" MAC, "signal", EDIT_UNKNOWN, 15,
     "ee",
     "33"
     "7a01ee" MAC,
     OK},

    /* ---- reverse */
    {"fields in reverse order", SIG, "signal.protobuf", EDIT_REVERSE, 0, NULL,
     "33"
     "2203c1c2c3"
     "1803"
     "1005"
     "0a02aabb" MAC,
     OK},
    {"fields of the message inside", PRE, "signal.protobuf", EDIT_REVERSE, 0, NULL,
     PREKEY_OF("16", "33"
                     "2203c1c2c3"
                     "1803"
                     "1005"
                     "0a02aabb" MAC)},
    {"fields around it", PRE, "prekey.protobuf", EDIT_REVERSE, 0, NULL,
     "33"
     "3006"
     "2809"
     "2216" SIGNAL "1a02d1d2"
     "1202b1b2"
     "0807",
     OK},

    /* ---- over-long varints */
    {"two bytes for a small number", SIG, "signal.counter", EDIT_LONG_VARINT, 2, NULL,
     "33"
     "0a02aabb"
     "108500"
     "1803"
     "2203c1c2c3" MAC,
     OK},
    {"ten bytes for a small number", PRE, "prekey.signed-prekey-id", EDIT_LONG_VARINT, 10, NULL,
     "33" PREKEY_BEFORE "2216" SIGNAL "2809"
     "3086808080808080808000",
     OK},
    {"three bytes inside", PRE, "signal.counter", EDIT_LONG_VARINT, 3, NULL,
     PREKEY_OF("18", "33"
                     "0a02aabb"
                     "10858000"
                     "1803"
                     "2203c1c2c3" MAC)},
    {"eleven bytes are no varint", SIG, "signal.counter", EDIT_LONG_VARINT, 11, NULL, NO},
    {"bytes have no varint", SIG, "signal.ratchet-key", EDIT_LONG_VARINT, 2, NULL, NO},

    /* ---- only what is meant is written anew */
    {"over-long, unknown, double and shuffled neighbours stay", OBJECT_SIGNAL,
     "33"
     "22820063c4"
     "7d01020304"
     "10858000"
     "10858000"
     "1a"
     "8000"
     "0a02aabb" MAC,
     "signal.ratchet-key", EDIT_SET, 0, "cc",
     "33"
     "22820063c4"
     "7d01020304"
     "10858000"
     "10858000"
     "1a"
     "8000"
     "0a01cc" MAC,
     OK},
    {"the last of two is bent, the first stays", OBJECT_SIGNAL,
     "33"
     "1005"
     "1006" MAC,
     "signal.counter", EDIT_SET_NUMBER, 7, NULL,
     "33"
     "1005"
     "1007" MAC,
     OK},
    {"the last of two messages is bent", OBJECT_PREKEY,
     "33"
     "220133"
     "2216" SIGNAL,
     "signal.version", EDIT_SET, 0, "44",
     "33"
     "220133"
     "2216"
     "44" SIGNAL_BODY MAC,
     OK},
    {"a region is bent although the rest does not parse", OBJECT_SIGNAL,
     "33"
     "ffff" MAC,
     "signal.mac", EDIT_SET, 0, "ee",
     "33"
     "ffff"
     "ee",
     OK},
    {"the whole is bent although nothing parses", OBJECT_SIGNAL, "ff", "signal", EDIT_APPEND, 0,
     "ee", "ffee", OK},

    /* ---- refused */
    {"no edit", SIG, "signal", EDIT_NONE, 0, NULL, NO},
    {"an edit nobody knows", SIG, "signal", (enum edit_what)99, 0, NULL, NO},
    {"a field of another object", SIG, "prekey.base-key", EDIT_REMOVE, 0, NULL, NO},
    {"a field nobody knows", SIG, "signal.tag", EDIT_REMOVE, 0, NULL, NO},
    {"a field where nothing parses", OBJECT_SIGNAL,
     "33"
     "ff" MAC,
     "signal.counter", EDIT_SET_NUMBER, 1, NULL, NULL, E_PARSE},
    {"fields of what does not parse have no order", OBJECT_SIGNAL,
     "33"
     "ff" MAC,
     "signal", EDIT_REVERSE, 0, NULL, NULL, E_PARSE},
};

#undef NO
#undef SIG
#undef PRE

static void mutations(void **state)
{
    const struct row *row = *state;
    struct bytes in = sample(row->hex ? row->hex : sample_hex(row->object));
    struct bytes content = sample(row->bytes ? row->bytes : "");
    struct edit edit = {.what = row->what, .n = row->n, .bytes = content};
    struct buffer out;
    buffer_init(&out, 4096);
    buffer_append_text(&out, "what was there before is cleared");
    assert_int_equal(field_edit(field_find(row->field), row->object, in, &edit, &out), row->st);
    assert_hex(buffer_bytes(&out), row->mutated ? row->mutated : "");
    buffer_fini(&out);
    sample_free(content);
    sample_free(in);
}

/* Flipping the same bit twice is no change, for every bit of every field of every object. */
static void each_bit_flips_alone(void **state)
{
    (void)state;
    const struct field *f;
    for (size_t i = 0; (f = field_at(i)) && !object_is_of_client(f->object); i++) {
        struct bytes in =
            sample(field_is_of_v4(f) ? sample_v4_hex(f->object) : sample_hex(f->object));
        struct buffer out;
        size_t at, len;
        buffer_init(&out, 4096);
        assert_int_equal(field_locate(f, f->object, in, &at, &len), OK);
        for (size_t bit = 0; bit < len * 8; bit++) {
            struct edit flip = {.what = EDIT_FLIP_BIT, .n = bit};
            assert_int_equal(field_edit(f, f->object, in, &flip, &out), OK);
            assert_int_equal(out.len, in.len);
            out.data[at + bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_true(bytes_equal(buffer_bytes(&out), in));
        }
        buffer_fini(&out);
        sample_free(in);
    }
}

static void a_full_buffer_is_a_limit(void **state)
{
    (void)state;
    struct bytes in = sample(PREKEY);
    struct edit edit = {.what = EDIT_FLIP_BIT};
    for (size_t max = 0; max < in.len; max++) {
        struct buffer out;
        buffer_init(&out, max);
        assert_int_equal(field_edit(field_find("signal.mac"), OBJECT_PREKEY, in, &edit, &out),
                         E_LIMIT);
        buffer_fini(&out);
    }
    sample_free(in);
}

/* A mebibyte of ciphertext, as a case may have it, is bent like any other. */
static void a_large_message_is_mutated(void **state)
{
    (void)state;
    const size_t mebibyte = (size_t)1024 * 1024;
    uint8_t *zeros = test_calloc(1, mebibyte);
    struct signal_message m = {.version = 0x33,
                               .ratchet_key = bytes_of(zeros, SIGNAL_KEY_LEN),
                               .ciphertext = bytes_of(zeros, mebibyte)};
    struct edit edit = {.what = EDIT_CUT, .n = 1};
    struct buffer in, out;
    buffer_init(&in, 2 * mebibyte);
    buffer_init(&out, 2 * mebibyte);
    assert_int_equal(signal_message_encode(&m, &in), OK);
    assert_int_equal(buffer_append(&in, bytes_of(zeros, SIGNAL_MAC_LEN)), OK);
    assert_int_equal(
        field_edit(field_find("signal.ciphertext"), OBJECT_SIGNAL, buffer_bytes(&in), &edit, &out),
        OK);
    assert_int_equal(out.len, in.len - 1);
    buffer_fini(&in);
    buffer_fini(&out);
    test_free(zeros);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(each_bit_flips_alone),
    cmocka_unit_test(a_full_buffer_is_a_limit),
    cmocka_unit_test(a_large_message_is_mutated),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, mutations);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("field_edit", tests, COUNT(tests), NULL, NULL);
}
