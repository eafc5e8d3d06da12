/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what is found in what clients send: more than was asked for, what cannot be read, and
 * uploads that are right in an unusual way. */
#include "run/client_watch.h"
#include "run/verify_upload.h"

#include "cipher/signal3/signal3.h"
#include "cipher/signal4/signal4.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ACCOUNT 1000u
#define STANZAS_MAX 64u
#define EVENTS_MAX 8u

struct fixture {
    struct arena arena;
    struct context context;
    struct wire_profile profile;
    struct client_context client;
    struct observed_stanza observed[STANZAS_MAX];
    struct told_stanza told[STANZAS_MAX];
    struct observed_connection connections[4];
    struct case_party party;
    struct target_event events[EVENTS_MAX];
    const struct target_event *told_events[EVENTS_MAX];
};

static int begin(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof(f));
    arena_init(&f.arena, 1024 * 1024);
    f.context.arena = &f.arena;
    f.context.cipher = &cipher_signal3;
    f.profile.prekey_upload_count = 30;
    f.profile.noise_max_message = 65535;
    f.client.context = &f.context;
    f.client.profile = &f.profile;
    f.client.observed = f.observed;
    f.client.told = f.told;
    f.client.connections = f.connections;
    f.client.n_accounts = 1;
    f.client.accounts[0].id = ACCOUNT;
    f.client.accounts[0].at = &f.party;
    f.party.events = f.told_events;
    f.connections[0] =
        (struct observed_connection){.number = 1, .account = ACCOUNT, .is_authenticated = true};
    f.client.n_connections = 1;
    *state = &f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    arena_fini(&f->arena);
    return 0;
}

/* The client comes back. */
static void reconnects(struct fixture *f)
{
    unsigned number = (unsigned)f->client.n_connections + 1;
    f->connections[f->client.n_connections++] = (struct observed_connection){
        .number = number, .account = ACCOUNT, .is_authenticated = true};
}

static const struct stanza *parsed(struct fixture *f, const char *document)
{
    const struct stanza_limits limits = {.max_bytes = 65536, .max_depth = 8, .max_attributes = 16};
    const struct stanza *s;
    assert_int_equal(stanza_parse(bytes_of_text(document), &limits, &f->arena, &s, NULL), OK);
    return s;
}

/* The gatekeeper sends |document|. */
static void tells(struct fixture *f, const char *document)
{
    const struct stanza *s = parsed(f, document), *count = stanza_child(s, "count");
    f->told[f->client.n_told++] =
        (struct told_stanza){.account = ACCOUNT,
                             .before = f->client.n_observed,
                             .name = s->name,
                             .id = stanza_get(s, "id"),
                             .type = stanza_get(s, "type"),
                             .class = stanza_get(s, "class"),
                             .is_error = stanza_get(s, "error") != NULL,
                             .from = stanza_get(s, "from"),
                             .says_few = count && stanza_has(count, "value", "1")};
}

/* The client sends |document|. */
static void sends(struct fixture *f, const char *document)
{
    f->observed[f->client.n_observed++] =
        (struct observed_stanza){.account = ACCOUNT,
                                 .connection = (unsigned)f->client.n_connections,
                                 .stanza = parsed(f, document),
                                 .document = bytes_of_text(document)};
    assert_int_equal(client_watch_look(&f->client, &f->context.watch), OK);
}

/* The client tells its person. */
static void says(struct fixture *f, enum target_event_kind kind, const char *id)
{
    size_t n = f->party.n_events++;
    f->events[n] = (struct target_event){.number = n + 1, .kind = kind, .peer = "peer", .id = id};
    f->told_events[n] = &f->events[n];
    assert_int_equal(client_watch_look(&f->client, &f->context.watch), OK);
}

static void assert_nothing(const struct fixture *f) { assert_null(f->context.watch.found); }

static void assert_found(const struct fixture *f, const char *violates, const char *found)
{
    assert_non_null(f->context.watch.found);
    assert_string_equal(f->context.watch.found, found);
    assert_string_equal(f->context.watch.violates, violates);
}

#define MESSAGE "<message id='m1' from='peer:1@x'/>"
#define ACK "<ack class='message' id='m1'/>"

static void one_answer_of_each_kind_is_right(void **state)
{
    struct fixture *f = *state;
    tells(f, MESSAGE);
    sends(f, "<receipt id='m1' to='peer:1@x'/>");
    sends(f, ACK);
    f->client.n_reads++;
    sends(f, "<receipt id='m1' type='read' to='peer:1@x'/>");
    tells(f, MESSAGE);
    sends(f, ACK);
    tells(f, "<iq id='q1' type='get'/>");
    sends(f, "<iq id='q1' type='result'/>");
    assert_nothing(f);
}

static void second_ack_is_found(void **state)
{
    struct fixture *f = *state;
    tells(f, MESSAGE);
    sends(f, ACK);
    assert_nothing(f);
    sends(f, ACK);
    assert_found(f, "ST-03",
                 "the client sent <ack> with the id m1 2 times; it was asked for 1 times");
}

static void answer_before_the_question_is_found(void **state)
{
    struct fixture *f = *state;
    sends(f, ACK);
    tells(f, MESSAGE);
    assert_found(f, "ST-03",
                 "the client sent <ack> with the id m1, which nothing had that asks for one");
}

static void ack_for_an_ack_is_found(void **state)
{
    struct fixture *f = *state;
    tells(f, "<ack class='message' id='m1'/>");
    sends(f, ACK);
    assert_found(f, "ST-03",
                 "the client sent <ack> with the id m1, which nothing had that asks for one");
}

static void receipt_for_a_receipt_is_found(void **state)
{
    struct fixture *f = *state;
    tells(f, "<receipt id='o1' from='peer:1@x'/>");
    sends(f, "<ack class='receipt' id='o1'/>");
    assert_nothing(f);
    sends(f, "<receipt id='o1' to='peer:1@x'/>");
    assert_found(f, "ST-04",
                 "the client sent <receipt> with the id o1, which nothing had that asks for one");
}

static void receipt_to_somebody_else_is_found(void **state)
{
    struct fixture *f = *state;
    tells(f, MESSAGE);
    sends(f, "<receipt id='m1' to='mallory:1@x'/>");
    assert_found(
        f, "LK-03",
        "the client sent a receipt for the message m1 to mallory:1@x, who did not send it");
}

static void read_receipt_before_reading_is_found(void **state)
{
    struct fixture *f = *state;
    tells(f, MESSAGE);
    sends(f, "<receipt id='m1' type='read' to='peer:1@x'/>");
    assert_found(f, "ST-05", "the client sent a read receipt, and nobody had read anything");
}

static void second_request_for_one_delivery_is_found(void **state)
{
    struct fixture *f = *state;
    tells(f, MESSAGE);
    sends(f, "<receipt id='m1' type='retry' to='peer:1@x'/>");
    tells(f, MESSAGE);
    sends(f, "<receipt id='m1' type='retry' to='peer:1@x'/>");
    assert_nothing(f);
    sends(f, "<receipt id='m1' type='retry' to='peer:1@x'/>");
    assert_found(f, "RT-01",
                 "the client sent <receipt retry> with the id m1 3 times; it was asked "
                 "for 2 times");
}

/* It does not know what arrived. */
static void after_a_reconnect_once_more_is_right(void **state)
{
    struct fixture *f = *state;
    tells(f, MESSAGE);
    sends(f, "<receipt id='m1' to='peer:1@x'/>");
    f->client.accounts[0].n_orders = 1;
    sends(f, "<message id='o1'><enc>AA==</enc></message>");
    reconnects(f);
    sends(f, "<receipt id='m1' to='peer:1@x'/>");
    sends(f, "<message id='o1'><enc>AA==</enc></message>");
    assert_nothing(f);
    sends(f, "<message id='o1'><enc>AA==</enc></message>");
    assert_found(f, "ST-24",
                 "the client sent 3 messages with the id o1; it was asked for it again 0 times");
}

#define OF_TYPE(to, type, body)                                                                    \
    "<message id='o1' to='" to "'><enc type='" type "'>" body "</enc></message>"

/* What comes again goes to whom it went, and is of the type it was. */
static void message_that_comes_again_as_something_else_is_found(void **state)
{
    static const struct {
        const char *again, *violates, *found;
    } rows[] = {
        {OF_TYPE("peer:2@x", "pkmsg", "AA=="), NULL, NULL},
        {OF_TYPE("peer:2@x", "msg", "AQ=="), NULL, NULL}, /* newly encrypted */
        {OF_TYPE("peer:1@x", "pkmsg", "AA=="), "ST-01",
         "the client sent a message again under the id o1 to peer:1@x, and had sent it to "
         "peer:2@x"},
        {OF_TYPE("peer:1@x", "pkmsg", "AQ=="), "ST-02",
         "the client sent a message under the id o1 to peer:1@x, and had sent it to peer:2@x"},
        {OF_TYPE("peer:2@x", "msg", "AA=="), "ST-01",
         "the client sent the message o1 again, and its enc is of another type than it was"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture *f = *state;
        f->client.accounts[0].n_orders = 1;
        sends(f, OF_TYPE("peer:2@x", "pkmsg", "AA=="));
        reconnects(f);
        sends(f, rows[i].again);
        if (rows[i].violates)
            assert_found(f, rows[i].violates, rows[i].found);
        else
            assert_nothing(f);
        end(state);
        begin(state);
    }
}

/* Also of an attempt that was not let in; what somebody else on this machine dials is no matter. */
static void key_or_token_of_another_connection_is_found(void **state)
{
    static const struct {
        const char *key, *token;
        enum peer whose;
        const char *violates, *found;
    } rows[] = {
        {"key two", "token two", PEER_TARGET, NULL, NULL},
        {"key one", "token two", PEER_OTHER, NULL, NULL},
        {"key one", "", PEER_TARGET, "HS-04",
         "a connection began with the ephemeral key of one before it"},
        {"key two", "token one", PEER_UNKNOWN, "ID-09",
         "a connection was made with the token of one before it"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture *f = *state;
        f->connections[0].is_authenticated = false;
        f->connections[0].introduction.ephemeral = bytes_of_text("key one");
        f->connections[0].introduction.payload.token = bytes_of_text("token one");
        assert_int_equal(client_watch_look(&f->client, &f->context.watch), OK);
        reconnects(f);
        f->connections[1].whose = rows[i].whose;
        f->connections[1].introduction.ephemeral = bytes_of_text(rows[i].key);
        assert_int_equal(client_watch_look(&f->client, &f->context.watch), OK);
        f->connections[1].introduction.payload.token = bytes_of_text(rows[i].token);
        assert_int_equal(client_watch_look(&f->client, &f->context.watch), OK);
        if (rows[i].violates)
            assert_found(f, rows[i].violates, rows[i].found);
        else
            assert_nothing(f);
        end(state);
        begin(state);
    }
}

static void message_that_nobody_said_is_found(void **state)
{
    struct fixture *f = *state;
    f->client.accounts[0].n_orders = 1;
    sends(f, "<message id='o1'/>");
    assert_nothing(f);
    sends(f, "<message id='o2'/>");
    assert_found(f, "ST-24", "the client sent the message o2, and its person had said 1 so far");
}

static void message_is_sent_again_as_often_as_it_is_asked_for(void **state)
{
    struct fixture *f = *state;
    f->client.accounts[0].n_orders = 1;
    sends(f, "<message id='o1'><enc>AA==</enc></message>");
    tells(f, "<receipt id='o1' type='retry' from='peer:1@x'/>");
    sends(f, "<message id='o1'><enc>AQ==</enc></message>");
    assert_nothing(f);
    sends(f, "<message id='o1'><enc>Ag==</enc></message>");
    assert_found(f, "ST-24",
                 "the client sent 3 messages with the id o1; it was asked for it again 1 times");
}

/* Whomever the message then goes to. */
static void request_of_somebody_else_calls_for_nothing(void **state)
{
    struct fixture *f = *state;
    f->client.accounts[0].n_orders = 1;
    sends(f, "<message id='o1' to='peer:1@x'><enc>AA==</enc></message>");
    tells(f, "<receipt id='o1' type='retry' from='peer:1@x'/>");
    sends(f, "<message id='o1' to='peer:1@x'><enc>AQ==</enc></message>");
    assert_nothing(f);
    tells(f, "<receipt id='o1' type='retry' from='mallory:1@x'/>");
    sends(f, "<message id='o1' to='mallory:1@x'><enc>Ag==</enc></message>");
    assert_found(f, "ST-24",
                 "the client sent 3 messages with the id o1; it was asked for it again 1 times");
}

static void another_message_under_an_id_is_the_ids_fault(void **state)
{
    struct fixture *f = *state;
    f->client.accounts[0].n_orders = 2;
    sends(f, "<message id='o1'><enc>AA==</enc></message>");
    sends(f, "<message id='o1'><enc>AQ==</enc></message>");
    assert_found(f, "ST-02",
                 "the client sent 2 messages with the id o1; it was asked for it again 0 times");
}

/* ---- what comes again, and in which order */

#define FIRST "<message id='o1' to='peer:1@x'><enc>AA==</enc></message>"
#define SECOND "<message id='o2' to='peer:1@x'><enc>AQ==</enc></message>"
#define TO_ANOTHER "<message id='o3' to='other:1@x'><enc>Ag==</enc></message>"

static void begin_sending(struct fixture *f)
{
    f->client.accounts[0].n_orders = 3;
    says(f, TARGET_EVENT_CONNECTED, "");
    sends(f, FIRST);
}

static void what_was_told_to_be_taken_and_comes_again_is_found(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    tells(f, "<ack class='message' id='o1'/>");
    says(f, TARGET_EVENT_SENT, "o1");
    reconnects(f);
    says(f, TARGET_EVENT_CONNECTED, "");
    assert_nothing(f);
    sends(f, FIRST);
    assert_found(f, "RC-10",
                 "the client sent the message o1 again, and had told that it was taken");
}

/* The ack may have come to a client that had dialled already. */
static void what_was_told_to_be_taken_on_the_new_connection_may_come_again(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    reconnects(f);
    says(f, TARGET_EVENT_CONNECTED, "");
    tells(f, "<ack class='message' id='o1'/>");
    says(f, TARGET_EVENT_SENT, "o1");
    sends(f, FIRST);
    assert_nothing(f);
}

static void what_was_taken_and_is_asked_for_may_come_again(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    tells(f, "<ack class='message' id='o1'/>");
    says(f, TARGET_EVENT_SENT, "o1");
    reconnects(f);
    says(f, TARGET_EVENT_CONNECTED, "");
    tells(f, "<receipt id='o1' type='retry' from='peer:1@x'/>");
    sends(f, FIRST);
    assert_nothing(f);
}

static void messages_that_come_again_in_another_order_are_found(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    sends(f, SECOND);
    reconnects(f);
    sends(f, SECOND);
    assert_nothing(f);
    sends(f, FIRST);
    assert_found(f, "ST-26",
                 "the client sent the message o1 again after a message that was said later");
}

static void messages_that_come_again_in_their_order_are_right(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    sends(f, SECOND);
    reconnects(f);
    sends(f, FIRST);
    sends(f, SECOND);
    assert_nothing(f);
}

static void messages_to_two_may_come_again_in_any_order(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    sends(f, TO_ANOTHER);
    reconnects(f);
    sends(f, TO_ANOTHER);
    sends(f, FIRST);
    assert_nothing(f);
}

/* A message that was asked for comes when it is asked for. */
static void a_later_message_that_is_asked_for_may_overtake(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    sends(f, SECOND);
    reconnects(f);
    tells(f, "<receipt id='o2' type='retry' from='peer:1@x'/>");
    sends(f, SECOND);
    sends(f, FIRST);
    assert_nothing(f);
}

/* ---- what the person is told */

static void sent_without_an_ack_is_found(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    tells(f, "<ack class='message' id='o1' error='404'/>");
    tells(f, "<ack class='receipt' id='o1'/>");
    tells(f, "<ack class='message' id='o2'/>");
    assert_nothing(f);
    says(f, TARGET_EVENT_SENT, "o1");
    assert_found(f, "ST-28",
                 "the person was told that the message o1 was sent, and nobody who could had "
                 "said so");
}

static void sent_after_an_ack_or_a_receipt_is_right(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    sends(f, SECOND);
    tells(f, "<ack class='message' id='o1'/>");
    says(f, TARGET_EVENT_SENT, "o1");
    tells(f, "<receipt id='o2' from='peer:1@x'/>");
    says(f, TARGET_EVENT_SENT, "o2");
    assert_nothing(f);
}

static void delivered_by_the_word_of_another_is_found(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    tells(f, "<ack class='message' id='o1'/>");
    tells(f, "<receipt id='o1' from='peer:2@x'/>");
    assert_nothing(f);
    says(f, TARGET_EVENT_DELIVERED, "o1");
    assert_found(f, "RT-08",
                 "the person was told that the message o1 was delivered, and nobody who could had "
                 "said so");
}

static void read_by_the_word_of_a_delivery_is_found(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    tells(f, "<receipt id='o1' from='peer:1@x'/>");
    says(f, TARGET_EVENT_DELIVERED, "o1");
    assert_nothing(f);
    says(f, TARGET_EVENT_READ, "o1");
    assert_found(f, "RT-08",
                 "the person was told that the message o1 was read, and nobody who could had "
                 "said so");
}

static void delivered_and_read_by_the_word_of_whom_it_is_for_is_right(void **state)
{
    struct fixture *f = *state;
    begin_sending(f);
    tells(f, "<receipt id='o1' type='read' from='peer:1@x'/>");
    says(f, TARGET_EVENT_DELIVERED, "o1");
    says(f, TARGET_EVENT_READ, "o1");
    assert_nothing(f);
}

static void uploads_without_end_are_found(void **state)
{
    struct fixture *f = *state;
    sends(f, "<iq id='i1' type='set'/>");
    tells(f, "<notification id='n1'><count value='1'/></notification>");
    sends(f, "<iq id='i2' type='set'/>");
    f->client.accounts[0].n_rotations++;
    sends(f, "<iq id='i3' type='set'/>");
    assert_nothing(f);
    sends(f, "<iq id='i4' type='set'/>");
    assert_found(f, "ST-24", "the client published prekeys 4 times, and 3 things called for it");
}

static void upload_after_a_count_that_is_high_enough_is_found(void **state)
{
    struct fixture *f = *state;
    sends(f, "<iq id='i1' type='set'/>");
    tells(f, "<iq id='i2' type='result'><count value='9'/></iq>");
    sends(f, "<iq id='i3' type='set'/>");
    assert_found(f, "ST-24", "the client published prekeys 2 times, and 1 things called for it");
}

static void keys_that_no_transport_message_has_room_for_come_in_parts(void **state)
{
    struct fixture *f = *state;
    f->profile.prekey_upload_count =
        512; /* of 256 bytes each: two are filled, and two bytes more */
    sends(f, "<iq id='i1' type='set'/>");
    sends(f, "<iq id='i2' type='set'/>");
    sends(f, "<iq id='i3' type='set'/>");
    assert_nothing(f);
    sends(f, "<iq id='i4' type='set'/>");
    assert_found(f, "ST-24", "the client published prekeys 4 times, and 1 things called for it");
}

static void keys_that_fill_one_come_at_once(void **state)
{
    struct fixture *f = *state;
    f->profile.prekey_upload_count = 255;
    sends(f, "<iq id='i1' type='set'/>");
    assert_nothing(f);
    sends(f, "<iq id='i2' type='set'/>");
    assert_found(f, "ST-24", "the client published prekeys 2 times, and 1 things called for it");
}

#define FOUR_KEMS "<kem/><kem/><kem/><kem/>"
#define SIXTEEN_KEMS                                                                               \
    "<iq id='k1' type='set'><list>" FOUR_KEMS FOUR_KEMS FOUR_KEMS FOUR_KEMS "</list></iq>"

static void kem_prekeys_that_do_not_fit_come_in_the_next_upload(void **state)
{
    struct fixture *f = *state;
    f->context.cipher = &cipher_signal4;
    sends(f, SIXTEEN_KEMS);
    sends(f, "<iq id='i2' type='set'><list><kem/></list></iq>");
    assert_nothing(f);
    sends(f, "<iq id='i3' type='set'/>");
    assert_found(f, "ST-24", "the client published prekeys 3 times, and 1 things called for it");
}

/* However many keys the profile wants, 16 KEM prekeys at most are in one. */
static void a_client_of_v4_does_not_publish_twice_for_nothing(void **state)
{
    struct fixture *f = *state;
    f->context.cipher = &cipher_signal4;
    f->profile.prekey_upload_count = 90;
    sends(f, "<iq id='i1' type='set'/>");
    sends(f, "<iq id='i2' type='set'/>");
    assert_found(f, "ST-24", "the client published prekeys 2 times, and 1 things called for it");
}

#define UPLOAD(list) "<iq type='set'><list>" list "</list></iq>"
#define KEY(id, first) "<key><id>" id "</id><value>" first THIRTY_ONE_ZEROS "</value></key>"
#define THIRTY_ONE_ZEROS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
/* 1,569 bytes of a KEM prekey in base64, and other lengths */
#define KEM_DIGITS 2092
#define KEM_OF(id) "<kem><id>" id "</id><value>%0*d</value></kem>"
#define KEM "<kem><id>AQ==</id><value>AA==</value></kem>"

/* A refill in parts, of which the last has what did not fit. */
static void refill_may_end_with_kem_prekeys_alone(void **state)
{
    struct fixture *f = *state;
    struct step_result out = {0};
    struct look l = {.s = &f->context, .account = &f->client.accounts[0], .out = &out};
    f->context.client = &f->client;
    f->context.cipher = &cipher_signal4;
    f->profile.prekey_id_size = 1;
    sends(f, UPLOAD(KEY("AQ==", "A")));
    sends(f, UPLOAD(KEY("Ag==", "B")));
    sends(f, arena_printf(&f->arena, UPLOAD(KEM_OF("AQ==")), KEM_DIGITS, 0));
    assert_true(verify_upload_refilled(&l));
    sends(f, UPLOAD(""));
    assert_false(verify_upload_refilled(&l));
    assert_string_equal(out.detail, "the newest upload has no one-time prekeys");
}

static void kem_prekey_has_one_length(void **state)
{
    static const int digits[] = {KEM_DIGITS - 4, KEM_DIGITS + 4};
    for (size_t i = 0; i < 2; i++) {
        struct step_result out = {0};
        struct look l;
        begin(state);
        struct fixture *f = *state;
        l = (struct look){.s = &f->context, .account = &f->client.accounts[0], .out = &out};
        f->context.client = &f->client;
        f->context.cipher = &cipher_signal4;
        f->profile.prekey_id_size = 1;
        sends(f, arena_printf(&f->arena, UPLOAD(KEM_OF("AQ==")), digits[i], 0));
        assert_false(verify_upload_shape(&l));
        assert_string_equal(out.detail, "a prekey's id or value has another size");
        end(state);
    }
    begin(state);
}

static void no_upload_has_seventeen_kem_prekeys(void **state)
{
    for (unsigned n = 16; n <= 17; n++) {
        struct fixture *f = *state;
        struct step_result out = {0};
        struct look l = {.s = &f->context, .account = &f->client.accounts[0], .out = &out};
        struct buffer list;
        f->context.client = &f->client;
        f->context.cipher = &cipher_signal4;
        f->profile.prekey_id_size = 1;
        f->profile.prekey_upload_count = 1;
        buffer_init(&list, 65536);
        for (unsigned i = 0; i < n; i++)
            assert_int_equal(buffer_append(&list, bytes_of_text(arena_printf(
                                                      &f->arena, KEM_OF("AQ=="), KEM_DIGITS, 0))),
                             OK);
        assert_int_equal(buffer_append_byte(&list, 0), OK);
        sends(f, UPLOAD(KEY("AQ==", "A")));
        sends(f, arena_printf(&f->arena, "<iq type='set'><list>%s</list></iq>",
                              (const char *)list.data));
        sends(f, UPLOAD(KEY("Ag==", "B")));
        assert_false(verify_upload_shape(&l));
        assert_string_equal(out.detail,
                            n == 16 ? "identity, signed prekey or signature has another size"
                                    : "17 one-time KEM prekeys came in one upload, and 16 may");
        buffer_fini(&list);
        end(state);
        begin(state);
    }
}

static void no_kem_prekey_has_the_id_0(void **state)
{
    struct fixture *f = *state;
    struct step_result out = {0};
    struct look l = {.s = &f->context, .account = &f->client.accounts[0], .out = &out};
    f->context.client = &f->client;
    f->context.cipher = &cipher_signal4;
    f->profile.prekey_id_size = 1;
    sends(f, UPLOAD(KEY("AQ==", "A")));
    sends(f, arena_printf(&f->arena, UPLOAD(KEM_OF("AQ==")), KEM_DIGITS, 0));
    assert_true(verify_upload_ids(&l));
    sends(f, arena_printf(&f->arena, UPLOAD(KEM_OF("AA==")), KEM_DIGITS, 0));
    assert_false(verify_upload_ids(&l));
    assert_string_equal(out.detail, "a KEM prekey's id is 0 or does not fit 3 bytes");
}

static void unknown_children_of_a_list_are_no_prekeys(void **state)
{
    struct fixture *f = *state;
    struct step_result out = {0};
    struct look l = {.s = &f->context, .account = &f->client.accounts[0], .out = &out};
    f->context.client = &f->client;
    f->profile.prekey_id_size = 1;
    sends(f, UPLOAD(KEY("AQ==", "A") KEM "<weather/>"));
    assert_true(verify_upload_keys(&l));
    sends(f, UPLOAD("<key/>"));
    assert_false(verify_upload_keys(&l));
}

static void id_that_comes_again_on_a_connection_is_found(void **state)
{
    struct fixture *f = *state;
    sends(f, "<iq id='i1' type='get'/>");
    reconnects(f);
    sends(f, "<iq id='i1' type='get'/>");
    assert_nothing(f);
    sends(f, "<iq id='i1' type='get'><count/></iq>");
    assert_found(f, "ST-25", "the client sent two stanzas of its own with the id i1");
}

#define EIGHT                                                                                      \
    "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82" \
    "\xac"

/* Characters, not bytes. */
static void id_of_other_letters_is_right(void **state)
{
    struct fixture *f = *state;
    sends(f, "<iq type='get' id='" EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT "'/>");
    assert_nothing(f);
    sends(f, "<iq type='get' id='" EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT "x'/>");
    assert_found(f, "ST-25", "the client sent <iq> whose id is longer than 64 characters");
}

static void id_that_is_too_long_is_found(void **state)
{
    struct fixture *f = *state;
    sends(f, "<iq type='get' "
             "id='0123456789012345678901234567890123456789012345678901234567890123'/>");
    assert_nothing(f);
    sends(f, "<iq type='get' "
             "id='01234567890123456789012345678901234567890123456789012345678901234'/>");
    assert_found(f, "ST-25", "the client sent <iq> whose id is longer than 64 characters");
}

static void answers_to_what_cannot_be_read_are_not_counted(void **state)
{
    struct fixture *f = *state;
    f->client.is_unsure = true;
    sends(f, ACK);
    sends(f, "<receipt id='m1'/>");
    assert_nothing(f);
}

static void connection_that_could_not_go_on_is_found(void **state)
{
    struct fixture *f = *state;
    f->connections[0].trouble = "a transport message does not verify";
    assert_int_equal(client_watch_look(&f->client, &f->context.watch), OK);
    assert_found(f, "ST-25",
                 "the gatekeeper could not go on with what the client sent: a "
                 "transport message does not verify");
}

static void broken_frame_is_the_frames_fault(void **state)
{
    struct fixture *f = *state;
    f->connections[0].trouble = "a frame of length zero";
    assert_int_equal(client_watch_look(&f->client, &f->context.watch), OK);
    assert_found(f, "FR-10",
                 "the gatekeeper could not go on with what the client sent: a frame of "
                 "length zero");
}

/* What a hostile handshake makes of a client is for the case to say. */
static void connection_that_never_was_is_passed_over(void **state)
{
    struct fixture *f = *state;
    f->connections[0].is_authenticated = false;
    f->connections[0].trouble = "a frame of length zero";
    assert_int_equal(client_watch_look(&f->client, &f->context.watch), OK);
    assert_nothing(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_answer_of_each_kind_is_right),
        TEST(second_ack_is_found),
        TEST(answer_before_the_question_is_found),
        TEST(ack_for_an_ack_is_found),
        TEST(receipt_for_a_receipt_is_found),
        TEST(receipt_to_somebody_else_is_found),
        TEST(read_receipt_before_reading_is_found),
        TEST(second_request_for_one_delivery_is_found),
        TEST(after_a_reconnect_once_more_is_right),
        TEST(message_that_comes_again_as_something_else_is_found),
        TEST(key_or_token_of_another_connection_is_found),
        TEST(message_that_nobody_said_is_found),
        TEST(message_is_sent_again_as_often_as_it_is_asked_for),
        TEST(request_of_somebody_else_calls_for_nothing),
        TEST(another_message_under_an_id_is_the_ids_fault),
        TEST(what_was_told_to_be_taken_and_comes_again_is_found),
        TEST(what_was_told_to_be_taken_on_the_new_connection_may_come_again),
        TEST(what_was_taken_and_is_asked_for_may_come_again),
        TEST(messages_that_come_again_in_another_order_are_found),
        TEST(messages_that_come_again_in_their_order_are_right),
        TEST(messages_to_two_may_come_again_in_any_order),
        TEST(a_later_message_that_is_asked_for_may_overtake),
        TEST(sent_without_an_ack_is_found),
        TEST(sent_after_an_ack_or_a_receipt_is_right),
        TEST(delivered_by_the_word_of_another_is_found),
        TEST(read_by_the_word_of_a_delivery_is_found),
        TEST(delivered_and_read_by_the_word_of_whom_it_is_for_is_right),
        TEST(uploads_without_end_are_found),
        TEST(upload_after_a_count_that_is_high_enough_is_found),
        TEST(keys_that_no_transport_message_has_room_for_come_in_parts),
        TEST(keys_that_fill_one_come_at_once),
        TEST(kem_prekeys_that_do_not_fit_come_in_the_next_upload),
        TEST(a_client_of_v4_does_not_publish_twice_for_nothing),
        TEST(refill_may_end_with_kem_prekeys_alone),
        TEST(kem_prekey_has_one_length),
        TEST(no_upload_has_seventeen_kem_prekeys),
        TEST(no_kem_prekey_has_the_id_0),
        TEST(unknown_children_of_a_list_are_no_prekeys),
        TEST(id_that_comes_again_on_a_connection_is_found),
        TEST(id_that_is_too_long_is_found),
        TEST(id_of_other_letters_is_right),
        TEST(answers_to_what_cannot_be_read_are_not_counted),
        TEST(connection_that_could_not_go_on_is_found),
        TEST(broken_frame_is_the_frames_fault),
        TEST(connection_that_never_was_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
