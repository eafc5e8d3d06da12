/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codecs against libsignal-protocol-c: each writes what the other writes, byte for byte, each
 * reads what the other reads, and of 20,000 broken messages neither takes one that the other finds
 * malformed.
 */
#include "mutate.h"
#include "sample.h"
#include "support/lsc_internal.h"
#include "wire/pb.h"
#include "support/rows.h"

#include <signal/protocol.h>
#include <string.h>

#define BROKEN 5000u /* of each of four kinds */

struct fixture {
    struct lsc lsc;
    struct random random;
    ec_key_pair *ratchet, *identity;
    struct buffer theirs, ours;
    const void *row; /* what the test was made with */
};

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));
    f->row = *state;
    assert_int_equal(random_init(&f->random, bytes_of_text("wire"), "lsc"), OK);
    f->lsc.random = &f->random;
    assert_int_equal(signal_context_create(&f->lsc.context, NULL), 0);
    assert_int_equal(lsc_set_crypto(&f->lsc), 0);
    assert_int_equal(curve_generate_key_pair(f->lsc.context, &f->ratchet), 0);
    assert_int_equal(curve_generate_key_pair(f->lsc.context, &f->identity), 0);
    buffer_init(&f->theirs, 4096);
    buffer_init(&f->ours, 4096);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    buffer_fini(&f->theirs);
    buffer_fini(&f->ours);
    SIGNAL_UNREF(f->ratchet);
    SIGNAL_UNREF(f->identity);
    signal_context_destroy(f->lsc.context);
    test_free(f);
    return 0;
}

/* A key of theirs as it stands on the wire. */
static void put_key(const ec_public_key *key, struct buffer *out)
{
    signal_buffer *serialized = NULL;
    assert_int_equal(ec_public_key_serialize(&serialized, key), 0);
    assert_int_equal(
        buffer_append(out, bytes_of(signal_buffer_data(serialized), signal_buffer_len(serialized))),
        OK);
    signal_buffer_free(serialized);
}

static void take_serialized(const void *message, struct buffer *out)
{
    signal_buffer *b = ciphertext_message_get_serialized(message);
    assert_int_equal(buffer_append(out, bytes_of(signal_buffer_data(b), signal_buffer_len(b))), OK);
}

static signal_message *their_message(struct fixture *f, uint32_t counter, uint32_t previous)
{
    static const uint8_t mac_key[32] = {1}, ciphertext[16] = {2};
    signal_message *message = NULL;
    assert_int_equal(signal_message_create(&message, 3, mac_key, sizeof(mac_key),
                                           ec_key_pair_get_public(f->ratchet), counter, previous,
                                           ciphertext, sizeof(ciphertext),
                                           ec_key_pair_get_public(f->identity),
                                           ec_key_pair_get_public(f->ratchet), f->lsc.context),
                     0);
    return message;
}

struct counters {
    const char *sentence;
    uint32_t counter, previous;
};

static const struct counters counters[] = {
    {"a first message", 0, 0},
    {"counters of one byte", 127, 5},
    {"counters of two bytes", 128, 300},
    {"the greatest counters", UINT32_MAX, UINT32_MAX},
};

static void messages_are_written_alike(void **state)
{
    struct fixture *f = *state;
    const struct counters *c = f->row;
    struct signal_message read;
    signal_message *theirs = their_message(f, c->counter, c->previous);
    take_serialized(theirs, &f->theirs);
    SIGNAL_UNREF(theirs);
    assert_int_equal(signal_message_decode(buffer_bytes(&f->theirs), &read), OK);
    assert_int_equal(read.version, SIGNAL_VERSION_BYTE);
    assert_int_equal(read.counter, c->counter);
    assert_true(read.has_previous_counter);
    assert_int_equal(read.previous_counter, c->previous);
    assert_int_equal(read.ratchet_key.len, SIGNAL_KEY_LEN);
    assert_int_equal(read.ciphertext.len, 16);
    assert_int_equal(signal_message_encode(&read, &f->ours), OK);
    assert_int_equal(buffer_append(&f->ours, read.mac), OK);
    assert_true(bytes_equal(buffer_bytes(&f->ours), buffer_bytes(&f->theirs)));
}

static pre_key_signal_message *their_prekey_message(struct fixture *f, const uint32_t *one_time)
{
    pre_key_signal_message *out = NULL;
    signal_message *inner = their_message(f, 1, 0);
    assert_int_equal(pre_key_signal_message_create(
                         &out, 3, 16380, one_time, 7, ec_key_pair_get_public(f->ratchet),
                         ec_key_pair_get_public(f->identity), inner, f->lsc.context),
                     0);
    SIGNAL_UNREF(inner);
    return out;
}

static void the_same_prekey_message(struct fixture *f, const uint32_t *one_time)
{
    struct prekey_message read;
    pre_key_signal_message *theirs = their_prekey_message(f, one_time);
    take_serialized(theirs, &f->theirs);
    SIGNAL_UNREF(theirs);
    assert_int_equal(prekey_message_decode(buffer_bytes(&f->theirs), &read), OK);
    assert_int_equal(read.has_one_time_prekey_id, one_time != NULL);
    assert_int_equal(read.one_time_prekey_id, one_time ? *one_time : 0);
    assert_int_equal(read.registration_id, 16380);
    assert_int_equal(read.signed_prekey_id, 7);
    assert_int_equal(prekey_message_encode(&read, &f->ours), OK);
    assert_true(bytes_equal(buffer_bytes(&f->ours), buffer_bytes(&f->theirs)));
}

static void prekey_messages_are_written_alike(void **state)
{
    const uint32_t one_time = 16777214;
    the_same_prekey_message(*state, &one_time);
}

static void prekey_messages_without_one_time_prekey_are_written_alike(void **state)
{
    the_same_prekey_message(*state, NULL);
}

static void their_sender_key_message(struct fixture *f, struct buffer *out)
{
    static const uint8_t ciphertext[32] = {3};
    sender_key_message *theirs = NULL;
    assert_int_equal(sender_key_message_create(&theirs, 0x7fffffff, 2000, ciphertext,
                                               sizeof(ciphertext),
                                               ec_key_pair_get_private(f->ratchet), f->lsc.context),
                     0);
    take_serialized(theirs, out);
    SIGNAL_UNREF(theirs);
}

static void group_messages_are_written_alike(void **state)
{
    struct fixture *f = *state;
    struct sender_key_message read;
    their_sender_key_message(f, &f->theirs);
    assert_int_equal(sender_key_message_decode(buffer_bytes(&f->theirs), &read), OK);
    assert_int_equal(read.id, 0x7fffffff);
    assert_int_equal(read.iteration, 2000);
    assert_int_equal(sender_key_message_encode(&read, &f->ours), OK);
    assert_int_equal(buffer_append(&f->ours, read.signature), OK);
    assert_true(bytes_equal(buffer_bytes(&f->ours), buffer_bytes(&f->theirs)));
}

static void their_distribution_message(struct fixture *f, struct buffer *out)
{
    static const uint8_t chain_key[32] = {4};
    sender_key_distribution_message *theirs = NULL;
    assert_int_equal(
        sender_key_distribution_message_create(&theirs, 1, 0, chain_key, sizeof(chain_key),
                                               ec_key_pair_get_public(f->ratchet), f->lsc.context),
        0);
    take_serialized(theirs, out);
    SIGNAL_UNREF(theirs);
}

static void distribution_messages_are_written_alike(void **state)
{
    struct fixture *f = *state;
    struct distribution_message read;
    their_distribution_message(f, &f->theirs);
    assert_int_equal(distribution_message_decode(buffer_bytes(&f->theirs), &read), OK);
    assert_int_equal(read.id, 1);
    assert_int_equal(read.iteration, 0);
    assert_int_equal(distribution_message_encode(&read, &f->ours), OK);
    assert_true(bytes_equal(buffer_bytes(&f->ours), buffer_bytes(&f->theirs)));
}

static void what_we_write_they_read(void **state)
{
    struct fixture *f = *state;
    struct buffer key;
    signal_message *theirs = NULL;
    static const uint8_t filler[16] = {0};
    buffer_init(&key, SIGNAL_KEY_LEN);
    put_key(ec_key_pair_get_public(f->ratchet), &key);
    struct signal_message m = {.version = SIGNAL_VERSION_BYTE,
                               .ratchet_key = buffer_bytes(&key),
                               .counter = 300,
                               .ciphertext = bytes_of(filler, 16)};
    assert_int_equal(signal_message_encode(&m, &f->ours), OK);
    assert_int_equal(buffer_append(&f->ours, bytes_of(filler, SIGNAL_MAC_LEN)), OK);
    assert_int_equal(signal_message_deserialize(&theirs, f->ours.data, f->ours.len, f->lsc.context),
                     0);
    assert_int_equal(signal_message_get_counter(theirs), 300);
    assert_int_equal(signal_buffer_len(signal_message_get_body(theirs)), 16);
    SIGNAL_UNREF(theirs);
    buffer_fini(&key);
}

/* ---- broken messages: both read it, or neither */

static int they_read(enum object object, struct bytes in, signal_context *context)
{
    void *message = NULL;
    int result;
    if (object == OBJECT_SIGNAL)
        result = signal_message_deserialize((signal_message **)&message, in.data, in.len, context);
    else if (object == OBJECT_PREKEY)
        result = pre_key_signal_message_deserialize((pre_key_signal_message **)&message, in.data,
                                                    in.len, context);
    else if (object == OBJECT_SENDER_KEY)
        result = sender_key_message_deserialize((sender_key_message **)&message, in.data, in.len,
                                                context);
    else
        result = sender_key_distribution_message_deserialize(
            (sender_key_distribution_message **)&message, in.data, in.len, context);
    SIGNAL_UNREF(message);
    return result;
}

static bool we_read(enum object object, struct bytes in)
{
    struct signal_message message;
    struct prekey_message prekey;
    struct sender_key_message sender_key;
    struct distribution_message distribution;
    if (object == OBJECT_SIGNAL)
        return !signal_message_decode(in, &message);
    if (object == OBJECT_PREKEY)
        return !prekey_message_decode(in, &prekey) &&
               !signal_message_decode(prekey.message, &message);
    if (object == OBJECT_SENDER_KEY)
        return !sender_key_message_decode(in, &sender_key);
    return !distribution_message_decode(in, &distribution);
}

struct broken_row {
    const char *sentence;
    enum object object;
};

static const struct broken_row broken_rows[] = {
    {"broken messages: read by both or by neither", OBJECT_SIGNAL},
    {"broken prekey messages: read by both or by neither", OBJECT_PREKEY},
    {"broken group messages: read by both or by neither", OBJECT_SENDER_KEY},
    {"broken distribution messages: read by both or by neither", OBJECT_DISTRIBUTION},
};

static void valid_message(struct fixture *f, enum object object, struct buffer *out)
{
    void *message = NULL;
    if (object == OBJECT_SENDER_KEY)
        their_sender_key_message(f, out);
    else if (object == OBJECT_DISTRIBUTION)
        their_distribution_message(f, out);
    else
        message = object == OBJECT_SIGNAL ? (void *)their_message(f, 1, 2)
                                          : (void *)their_prekey_message(f, &(uint32_t){9});
    if (message)
        take_serialized(message, out);
    SIGNAL_UNREF(message);
}

/* Is |in| at a tag whose number is none: 0, or past the greatest? */
static bool is_no_number(struct bytes in)
{
    uint64_t tag = 0;
    for (size_t i = 0; i < 5 && i < in.len; i++) {
        tag |= (uint64_t)(in.data[i] & 0x7f) << (7 * i);
        if (in.data[i] < 0x80)
            return tag >> 3 == 0 || tag > UINT32_MAX;
    }
    return false;
}

/* Is there a field of which pb.h says that it is refused here and kept there? */
static bool has_no_number(struct bytes protobuf)
{
    struct pb_message before;
    for (size_t at = 0; at < protobuf.len; at++)
        if (is_no_number(bytes_slice(protobuf, at, SIZE_MAX)) &&
            pb_parse(bytes_slice(protobuf, 0, at), &before) == OK)
            return true;
    return false;
}

static bool has_no_number_anywhere(enum object object, struct bytes in)
{
    static const char *const protobufs[] = {"signal.protobuf", "prekey.protobuf",
                                            "sender-key.protobuf", "distribution.protobuf"};
    for (size_t i = 0; i < COUNT(protobufs); i++) {
        size_t at, len;
        if (!field_locate(field_find(protobufs[i]), object, in, &at, &len) &&
            has_no_number(bytes_slice(in, at, len)))
            return true;
    }
    return false;
}

/*
 * What they read, we read. What we read and they do not, they refuse for what is the peer's to
 * decide here: the version, the form of a key.
 */
static void broken_messages(void **state)
{
    struct fixture *f = *state;
    const struct broken_row *row = f->row;
    unsigned both = 0;
    valid_message(f, row->object, &f->theirs);
    for (unsigned i = 0; i < BROKEN; i++) {
        struct bytes broken = mutated(&f->random, buffer_bytes(&f->theirs));
        int their_result = they_read(row->object, broken, f->lsc.context);
        bool is_read = we_read(row->object, broken);
        if (their_result == 0 && !is_read)
            assert_true(has_no_number_anywhere(row->object, broken));
        if (is_read)
            assert_int_not_equal(their_result, SG_ERR_INVALID_PROTO_BUF);
        both += their_result == 0 && is_read;
        sample_free(broken);
    }
    assert_in_range(both, BROKEN / 50, BROKEN);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static const struct CMUnitTest written[] = {
    TEST(prekey_messages_are_written_alike),
    TEST(prekey_messages_without_one_time_prekey_are_written_alike),
    TEST(group_messages_are_written_alike),
    TEST(distribution_messages_are_written_alike),
    TEST(what_we_write_they_read),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(counters) + COUNT(broken_rows) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS_BETWEEN(tests, n, counters, sentence, messages_are_written_alike, set_up, tear_down);
    ADD_ROWS_BETWEEN(tests, n, broken_rows, sentence, broken_messages, set_up, tear_down);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("libsignal-protocol-c", tests, n + COUNT(written), NULL, NULL);
}
