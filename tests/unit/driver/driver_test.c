/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The driver against written-down replies: what each means as an answer to each operation, what is
 * sent, and the state after an error.
 */
#include "script.h"
#include "cipher/signal3/signal3.h"
#include "driver/driver_internal.h"

#include "target.pb-c.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* ---- the operations, each with arguments of some sort */

struct fixture {
    struct script script;
    struct driver *driver;
    struct arena arena;
    struct answer answer;
    struct target_profile profile;
    enum status st;
};

static const struct target_conversation where = {.party = "alice", .peer = {"bob", 3}};

static void hello(struct fixture *f)
{
    f->st = driver_hello(f->driver, "9.9", &f->arena, &f->profile, &f->answer);
}
static void reset(struct fixture *f)
{
    f->st = driver_reset(f->driver, bytes_of("0123", 4), &f->arena, &f->answer);
}
static void ping(struct fixture *f) { f->st = driver_ping(f->driver, &f->arena, &f->answer); }
static void create_party(struct fixture *f)
{
    static const struct target_import_prekey signed_key = {7, {0}, {0}, {0}};
    struct target_import keys = {.registration_id = 5,
                                 .identity_private = bytes_of("private", 7),
                                 .signed_prekeys = &signed_key,
                                 .n_signed_prekeys = 1};
    const struct target_party_options options = {.keys = &keys};
    f->st = driver_create_party(f->driver, "alice", (struct address){"alice", 2}, &options,
                                &f->arena, &f->answer);
}
static void get_bundle(struct fixture *f)
{
    f->st = driver_get_bundle(f->driver, "alice", true, true, &f->arena, &f->answer);
}
static void start_session(struct fixture *f)
{
    f->st = driver_start_session(f->driver, "alice", where.peer, cipher_signal3.bundle_kind,
                                 bytes_of("bundle", 6), &f->arena, &f->answer);
}
static void seal(struct fixture *f)
{
    f->st = driver_seal(f->driver, &where, bytes_of("plain", 5), &f->arena, &f->answer);
}
static void open_message(struct fixture *f)
{
    f->st = driver_open_message(f->driver, &where, 2, bytes_of("sealed", 6), &f->arena, &f->answer);
}
static void snapshot(struct fixture *f)
{
    f->st = driver_snapshot(f->driver, "alice", &f->arena, &f->answer);
}
static void restore(struct fixture *f)
{
    f->st = driver_restore(f->driver, "alice", bytes_of("state", 5), &f->arena, &f->answer);
}
static void fingerprint(struct fixture *f)
{
    f->st = driver_fingerprint(f->driver, &where, "own", "peer", &f->arena, &f->answer);
}
static void forget_session(struct fixture *f)
{
    f->st = driver_forget_session(f->driver, &where, &f->arena, &f->answer);
}
static void accept_identity(struct fixture *f)
{
    f->st = driver_accept_identity(f->driver, &where, bytes_of("key", 3), &f->arena, &f->answer);
}
static void distribute(struct fixture *f)
{
    f->st = driver_distribute(f->driver, "alice", "group", true, &f->arena, &f->answer);
}
static void unknown(struct fixture *f)
{
    f->st = driver_unknown_operation(f->driver, &f->arena, &f->answer);
}

static int set_up(void **state)
{
    struct fixture *f = (struct fixture *)calloc(1, sizeof(*f));
    if (!f)
        return -1;
    arena_init(&f->arena, 1024 * 1024);
    script_init(&f->script);
    struct driver_options options = {
        .transport = script_transport(&f->script), .clock = clock_monotonic(), .timeout_ms = 1000};
    if (driver_open(&options, &f->driver, NULL))
        return -1;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    driver_close(f->driver);
    script_fini(&f->script);
    arena_fini(&f->arena);
    free(f);
    return 0;
}

/* ---- replies and what they mean */

struct row {
    const char *name;
    void (*call)(struct fixture *f);
    const char *hex; /* the whole Reply */
    enum seen seen;
    uint32_t number;  /* kind of a bundle or message, or reason of a refusal */
    const char *text; /* body, detail or displayable fingerprint */
};

static const struct row rows[] = {
    {"Profile answers Hello", hello, "0801 5200", SEEN_DONE, 0, ""},
    {"Done answers Reset, as number 2", reset, "0802 5a00", SEEN_DONE, 0, ""},
    {"Done answers Ping", ping, "0801 5a00", SEEN_DONE, 0, ""},
    {"Done answers CreateParty", create_party, "0801 5a00", SEEN_DONE, 0, ""},
    {"BundleMade answers GetBundle", get_bundle, "0801 6208 0a06 0801 1202 6162", SEEN_DONE, 1,
     "ab"},
    {"Done answers StartSession", start_session, "0801 5a00", SEEN_DONE, 0, ""},
    {"Sealed answers Seal", seal, "0801 6a08 0a06 0802 1202 6162", SEEN_DONE, 2, "ab"},
    {"Opened is for the caller to judge", open_message, "0801 7204 0a02 6162", SEEN_NOTHING_YET, 0,
     "ab"},
    {"Opened to nothing is an empty plaintext", open_message, "0801 7200", SEEN_NOTHING_YET, 0, ""},
    {"Opened without plaintext is absorbed", open_message, "0801 7202 1001", SEEN_ABSORBED, 0, ""},
    {"State answers Snapshot", snapshot, "0801 7a04 0a02 6162", SEEN_DONE, 0, "ab"},
    {"Done answers Restore", restore, "0801 5a00", SEEN_DONE, 0, ""},
    {"FingerprintShown answers Fingerprint", fingerprint, "0801 8201 04 0a02 3132", SEEN_DONE, 0,
     "12"},
    {"Done answers ForgetSession", forget_session, "0801 5a00", SEEN_DONE, 0, ""},
    {"Done answers AcceptIdentity", accept_identity, "0801 5a00", SEEN_DONE, 0, ""},
    {"Sealed answers DistributeSenderKey", distribute, "0801 6a08 0a06 0804 1202 6162", SEEN_DONE,
     4, "ab"},
    {"Unsupported answers what nobody knows", unknown, "0801 920100", SEEN_UNSUPPORTED, 0, ""},

    {"Refused has reason and detail", open_message, "0801 8a01 06 0803 1202 6e6f", SEEN_REFUSAL, 3,
     "no"},
    {"a reason we do not know becomes unspecified", open_message, "0801 8a01 02 0863", SEEN_REFUSAL,
     0, ""},
    {"a negative reason becomes unspecified", open_message, "0801 8a01 0b 08 ffffffffffffffffff01",
     SEEN_REFUSAL, 0, ""},
    {"Fault has a detail", seal, "0801 9a01 04 0a02 6e6f", SEEN_FAULT, 0, "no"},
    {"Unsupported answers anything", seal, "0801 920100", SEEN_UNSUPPORTED, 0, ""},
    {"a detail ends at its first NUL", seal, "0801 9a01 05 0a03 6e0062", SEEN_FAULT, 0, "n"},
    {"a detail need not be UTF-8", seal, "0801 9a01 04 0a02 fffe", SEEN_FAULT, 0, "\xff\xfe"},
    {"unknown fields are passed over", ping, "0801 9a0604 00000000 5a00", SEEN_DONE, 0, ""},

    {"an empty Reply is garbage", ping, "", SEEN_GARBAGE, 0, NULL},
    {"a Reply without result is garbage", ping, "0801", SEEN_GARBAGE, 0, NULL},
    {"a result from the future is garbage", ping, "0801 f20100", SEEN_GARBAGE, 0, NULL},
    {"a cut Reply is garbage", ping, "0801 5a", SEEN_GARBAGE, 0, NULL},
    {"a length beyond the end is garbage", ping, "0801 5aff", SEEN_GARBAGE, 0, NULL},
    {"Done is no answer to Seal", seal, "0801 5a00", SEEN_GARBAGE, 0, "Done is no answer to Seal"},
    {"Opened is no answer to Ping", ping, "0801 7200", SEEN_GARBAGE, 0,
     "Opened is no answer to Ping"},
    {"Done is no answer to what nobody knows", unknown, "0801 5a00", SEEN_GARBAGE, 0,
     "Done is no answer to an unknown operation"},
    {"Sealed needs a message", seal, "0801 6a00", SEEN_GARBAGE, 0,
     "Sealed without a message in it"},
    {"BundleMade needs a bundle", get_bundle, "0801 6200", SEEN_GARBAGE, 0,
     "BundleMade without a bundle in it"},
    {"another number is out of sequence", ping, "0802 5a00", SEEN_OUT_OF_SEQUENCE, 0,
     "a reply to request 2; this was request 1"},
    {"no number is out of sequence", ping, "5a00", SEEN_OUT_OF_SEQUENCE, 0,
     "a reply to request 0; this was request 1"},
};

static bool is_broken_by(enum seen seen)
{
    return seen == SEEN_GARBAGE || seen == SEEN_OUT_OF_SEQUENCE;
}

static void assert_text(const struct answer *a, const char *text)
{
    struct bytes wanted = bytes_of_text(text);
    if (a->seen == SEEN_REFUSAL || a->seen == SEEN_FAULT || is_broken_by(a->seen))
        assert_string_equal(a->detail, text);
    else
        assert_true(bytes_equal(a->body, wanted) || strcmp(a->text, text) == 0);
}

/* The row of the running test, set by its set_up: cmocka passes the fixture in its place. */
static const struct row *row_of_test;

static void means(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    const struct row *row = row_of_test;
    f->script.replies[0].hex = row->hex;
    row->call(f);
    assert_int_equal(f->st, OK);
    assert_string_equal(seen_name(f->answer.seen), seen_name(row->seen));
    assert_int_equal(row->seen == SEEN_REFUSAL ? f->answer.reason : f->answer.kind, row->number);
    assert_non_null(f->answer.detail);
    assert_non_null(f->answer.text);
    if (row->text)
        assert_text(&f->answer, row->text);
    assert_int_equal(driver_is_broken(f->driver), is_broken_by(row->seen));
}

static int set_up_row(void **state)
{
    row_of_test = (const struct row *)*state;
    return set_up(state);
}

/* ---- requests */

static Assay__Target__V1__Request *sent(struct fixture *f)
{
    Assay__Target__V1__Request *r =
        assay__target__v1__request__unpack(NULL, f->script.sent.len, f->script.sent.data);
    assert_non_null(r);
    return r;
}

static void open_names_whom_it_is_from(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    open_message(f);
    Assay__Target__V1__Request *r = sent(f);
    assert_int_equal(r->op_case, ASSAY__TARGET__V1__REQUEST__OP_OPEN);
    assert_string_equal(r->open->party, "alice");
    assert_string_equal(r->open->from->name, "bob");
    assert_int_equal(r->open->from->device, 3);
    assert_int_equal(r->open->message->kind, 2);
    assert_int_equal(r->open->message->body.len, 6);
    assay__target__v1__request__free_unpacked(r, NULL);
}

static void seal_gives_a_group_instead_of_a_peer(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    struct target_conversation group = {.party = "alice", .group = "friends"};
    assert_int_equal(driver_seal(f->driver, &group, bytes_of("x", 1), &f->arena, &f->answer), OK);
    Assay__Target__V1__Request *r = sent(f);
    assert_null(r->seal->peer);
    assert_string_equal(r->seal->group, "friends");
    assay__target__v1__request__free_unpacked(r, NULL);
}

static void imported_keys_go_along(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    create_party(f);
    Assay__Target__V1__Request *r = sent(f);
    assert_int_equal(r->create_party->self->device, 2);
    assert_int_equal(r->create_party->keys->registration_id, 5);
    assert_int_equal(r->create_party->keys->identity_private.len, 7);
    assert_int_equal(r->create_party->keys->n_signed_prekeys, 1);
    assert_int_equal(r->create_party->keys->signed_prekeys[0]->id, 7);
    assert_int_equal(r->create_party->keys->n_one_time_prekeys, 0);
    assay__target__v1__request__free_unpacked(r, NULL);
}

static void an_unknown_operation_is_a_request_without_one(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    unknown(f);
    Assay__Target__V1__Request *r = sent(f);
    assert_int_equal(r->op_case, ASSAY__TARGET__V1__REQUEST__OP__NOT_SET);
    assert_int_equal(r->base.n_unknown_fields, 1);
    assay__target__v1__request__free_unpacked(r, NULL);
}

static void numbers_count_up_and_go_back_with_reset(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    static const char *const replies[] = {"0801 5200", "0802 5a00", "0803 5a00", "0802 5a00"};
    for (size_t i = 0; i < 4; i++)
        f->script.replies[i].hex = replies[i];
    hello(f);
    reset(f);
    ping(f);
    assert_int_equal(f->answer.seen, SEEN_DONE);
    reset(f);
    assert_int_equal(f->answer.seen, SEEN_DONE);
}

/* ---- errors */

static void assert_ends_as(struct fixture *f, enum status st, enum seen seen)
{
    f->script.replies[0].st = st;
    ping(f);
    assert_int_equal(f->st, OK);
    assert_int_equal(f->answer.seen, seen);
    assert_true(driver_is_broken(f->driver));
    ping(f);
    assert_int_equal(f->answer.seen, SEEN_CLOSE);
    assert_int_equal(f->script.n_sent, 1);
}

static void no_reply_in_time_is_silence(void **state)
{
    assert_ends_as((struct fixture *)*state, E_TIMEOUT, SEEN_SILENCE);
}

static void a_frame_too_long_is_oversize(void **state)
{
    assert_ends_as((struct fixture *)*state, E_LIMIT, SEEN_OVERSIZE);
}

static void an_end_is_what_the_transport_says(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    f->script.ending = SEEN_DEATH;
    f->script.last_words = "exit code 3\nbye";
    f->script.replies[0].st = E_CLOSED;
    ping(f);
    assert_int_equal(f->answer.seen, SEEN_DEATH);
    assert_string_equal(f->answer.detail, "exit code 3\nbye");
}

static void an_end_while_sending_is_an_end(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    f->script.send_st = E_CLOSED;
    ping(f);
    assert_int_equal(f->st, OK);
    assert_int_equal(f->answer.seen, SEEN_CLOSE);
}

static void trouble_of_ours_accuses_nobody(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    f->script.replies[0].st = E_IO;
    ping(f);
    assert_int_equal(f->st, E_IO);
    assert_int_equal(f->answer.seen, SEEN_HARNESS_TROUBLE);
    assert_true(driver_is_broken(f->driver));
}

static void a_request_too_long_is_not_sent(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    uint8_t *big = (uint8_t *)calloc(1, TRANSPORT_FRAME_MAX);
    assert_non_null(big);
    f->st =
        driver_seal(f->driver, &where, bytes_of(big, TRANSPORT_FRAME_MAX), &f->arena, &f->answer);
    free(big);
    assert_int_equal(f->st, E_LIMIT);
    assert_int_equal(f->answer.seen, SEEN_HARNESS_TROUBLE);
    assert_int_equal(f->script.n_sent, 0);
    f->script.replies[0].hex = "0801 5a00";
    ping(f);
    assert_int_equal(f->answer.seen, SEEN_DONE);
}

static void a_full_arena_accuses_nobody(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    struct arena small;
    arena_init(&small, 16);
    f->script.replies[0].hex = "0801 7216 0a14 0000000000000000000000000000000000000000";
    f->st = driver_open_message(f->driver, &where, 2, bytes_of("x", 1), &small, &f->answer);
    assert_int_equal(f->st, E_NOMEM);
    assert_int_equal(f->answer.seen, SEEN_HARNESS_TROUBLE);
    assert_false(driver_is_broken(f->driver));
    arena_fini(&small);
}

static void what_was_given_cannot_be_opened_again(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    struct buffer detail;
    buffer_init(&detail, 256);
    assert_int_equal(driver_reopen(f->driver, &detail), E_IO);
    assert_true(detail.len > 0);
    buffer_fini(&detail);
}

static void outgoing_messages_come_with_the_answer(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    f->script.replies[0].hex =
        "0801 120b 0a05 0a0162 1002 1202 080f 120a 0a03 0a0163 1203 1201ff 5a00";
    ping(f);
    assert_int_equal(f->answer.seen, SEEN_DONE);
    assert_int_equal(f->answer.n_outgoing, 2);
    assert_string_equal(f->answer.outgoing[0].to.name, "b");
    assert_int_equal(f->answer.outgoing[0].to.device, 2);
    assert_int_equal(f->answer.outgoing[0].kind, DRIVER_KIND_OPAQUE);
    assert_int_equal(f->answer.outgoing[1].body.len, 1);
}

/* ---- every operation of the contract */

/* Does an empty result, field |number| of Reply, answer |op|? Whatever else is wrong with it. */
static bool is_answered_by(struct fixture *f, uint32_t op, uint32_t number)
{
    uint8_t reply[] = {0x08, 1, (uint8_t)((number << 3 | 2) & 0x7f) | 0x80, (uint8_t)(number >> 4),
                       0};
    assert_int_equal(answer_decode(bytes_of(reply, sizeof(reply)), 1,
                                   (Assay__Target__V1__Request__OpCase)op, &f->arena, NULL,
                                   &f->answer),
                     OK);
    return !strstr(f->answer.detail, "is no answer to");
}

static void each_operation_has_a_result_of_its_own(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    const ProtobufCMessageDescriptor *ops = &assay__target__v1__request__descriptor;
    const ProtobufCMessageDescriptor *results = &assay__target__v1__reply__descriptor;
    for (unsigned i = 0; i < ops->n_fields; i++) {
        unsigned n = 0;
        for (unsigned k = 0; k < results->n_fields; k++)
            if (results->fields[k].flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
                n += is_answered_by(f, ops->fields[i].id, results->fields[k].id);
        /* and those that answer any: Refused, Unsupported, Fault */
        if (ops->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF && n != 4)
            fail_msg("%u results answer %s", n, ops->fields[i].name);
    }
}

/* ---- profile */

static void a_profile_is_kept(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    /* version 1, name "n", capabilities "seed" and "snapshot", 3 connections */
    f->script.replies[0].hex = "0801 5217 0801 120 16e 3a0473656564 3a08736e617073686f74 4003";
    hello(f);
    assert_int_equal(f->answer.seen, SEEN_DONE);
    assert_int_equal(f->profile.protocol_version, 1);
    assert_string_equal(f->profile.name, "n");
    assert_string_equal(f->profile.version, "");
    assert_int_equal(f->profile.connections, 3);
    assert_true(target_profile_has(&f->profile, "seed"));
    assert_true(target_profile_has(&f->profile, "snapshot"));
    assert_false(target_profile_has(&f->profile, "snap"));
}

static void a_profile_of_many_capabilities_is_cut(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    char hex[16 + 4 * 100] = "0801 52c801"; /* 200 bytes: 100 empty names */
    for (size_t i = 0; i < 100; i++)
        memcpy(hex + 11 + 4 * i, "3a00", 5);
    f->script.replies[0].hex = hex;
    hello(f);
    assert_int_equal(f->answer.seen, SEEN_DONE);
    assert_int_equal(f->profile.n_capabilities, DRIVER_CAPABILITIES_MAX);
    assert_int_equal(f->profile.connections, 1);
}

static void a_profile_that_never_came_is_empty(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    f->script.replies[0].st = E_TIMEOUT;
    hello(f);
    assert_string_equal(f->profile.name, "");
    assert_int_equal(f->profile.connections, 1);
}

/* ---- recording */

struct log {
    size_t n_sent, n_received, n_ended;
    enum seen seen;
    struct bytes reply;
};

static void log_sent(void *context, struct bytes request)
{
    (void)request;
    ((struct log *)context)->n_sent++;
}

static void log_received(void *context, struct bytes reply)
{
    ((struct log *)context)->reply.len = reply.len;
    ((struct log *)context)->n_received++;
}

static void log_ended(void *context, enum seen seen, const char *detail)
{
    assert_non_null(detail);
    ((struct log *)context)->seen = seen;
    ((struct log *)context)->n_ended++;
}

static void a_recorder_sees_both_directions_and_the_end(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    struct log log = {0};
    struct driver_recorder recorder = {log_sent, log_received, log_ended, &log};
    driver_set_recorder(f->driver, &recorder);
    f->script.replies[0].hex = "0801 5a00";
    f->script.replies[1].hex = "0801 5a00";
    ping(f);
    assert_int_equal(log.n_ended, 0);
    assert_int_equal(log.reply.len, 4);
    ping(f);
    ping(f);
    assert_int_equal(log.n_sent, 2);
    assert_int_equal(log.n_received, 2);
    assert_int_equal(log.n_ended, 1);
    assert_int_equal(log.seen, SEEN_OUT_OF_SEQUENCE);
}

static const struct CMUnitTest written[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    TEST(open_names_whom_it_is_from),
    TEST(seal_gives_a_group_instead_of_a_peer),
    TEST(imported_keys_go_along),
    TEST(an_unknown_operation_is_a_request_without_one),
    TEST(numbers_count_up_and_go_back_with_reset),
    TEST(no_reply_in_time_is_silence),
    TEST(a_frame_too_long_is_oversize),
    TEST(an_end_is_what_the_transport_says),
    TEST(an_end_while_sending_is_an_end),
    TEST(trouble_of_ours_accuses_nobody),
    TEST(a_request_too_long_is_not_sent),
    TEST(a_full_arena_accuses_nobody),
    TEST(what_was_given_cannot_be_opened_again),
    TEST(outgoing_messages_come_with_the_answer),
    TEST(each_operation_has_a_result_of_its_own),
    TEST(a_profile_is_kept),
    TEST(a_profile_of_many_capabilities_is_cut),
    TEST(a_profile_that_never_came_is_empty),
    TEST(a_recorder_sees_both_directions_and_the_end),
};

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS_BETWEEN(tests, n, rows, name, means, set_up_row, tear_down);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("client", tests, COUNT(tests), NULL, NULL);
}
