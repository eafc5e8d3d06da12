/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts of the server: prekeys published, counted and served; messages routed, kept and sent
 * again; and clients that send what no client should. */
#include "server_fixture.h"

#include "app/app_internal.h"
#include "server/server_internal.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TESTS_MAX 128u
#define LONG_ID 30000u

/* ---- uploads */

#define SKEY_AND(registration, type, identity, id, value, signature)                               \
    "<iq id=\"up\" type=\"set\" xmlns=\"encrypt\"><registration>" registration                     \
    "</registration><type>" type "</type><identity>" identity "</identity><list/><skey><id>" id    \
    "</id><value>" value "</value><signature>" signature "</signature></skey></iq>"
#define LIST(keys) "<iq id=\"up\" type=\"set\" xmlns=\"encrypt\"><list>" keys "</list></iq>"
#define B4 "AAECAw=="
#define B3 "AAEC"
#define B5 "AAECAwQ="
#define B2 "AAE="
#define B31 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define B32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define B33 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define B64                                                                                        \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define B63 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY(id, value) "<key><id>" id "</id><value>" value "</value></key>"

struct upload_row {
    const char *sentence;
    const char *document;
    bool is_taken;
    size_t more; /* one-time prekeys than before */
};

static const struct upload_row uploads[] = {
    {"an upload of all sizes right is taken", SKEY_AND(B4, "BQ==", B32, B3, B32, B64), true, 0},
    {"a registration id of 3 bytes is refused", SKEY_AND(B3, "BQ==", B32, B3, B32, B64), false, 0},
    {"a registration id of 5 bytes is refused", SKEY_AND(B5, "BQ==", B32, B3, B32, B64), false, 0},
    {"another key type is refused", SKEY_AND(B4, "Bg==", B32, B3, B32, B64), false, 0},
    {"no key type is refused", SKEY_AND(B4, "", B32, B3, B32, B64), false, 0},
    {"an identity of 31 bytes is refused", SKEY_AND(B4, "BQ==", B31, B3, B32, B64), false, 0},
    {"an identity of 33 bytes is refused", SKEY_AND(B4, "BQ==", B33, B3, B32, B64), false, 0},
    {"a signed id of 2 bytes is refused", SKEY_AND(B4, "BQ==", B32, B2, B32, B64), false, 0},
    {"a signed id of 4 bytes is refused", SKEY_AND(B4, "BQ==", B32, B4, B32, B64), false, 0},
    {"a signed key of 31 bytes is refused", SKEY_AND(B4, "BQ==", B32, B3, B31, B64), false, 0},
    {"a signed key of 33 bytes is refused", SKEY_AND(B4, "BQ==", B32, B3, B33, B64), false, 0},
    {"a signature of 63 bytes is refused", SKEY_AND(B4, "BQ==", B32, B3, B32, B63), false, 0},
    {"an identity that is no base64 is refused", SKEY_AND(B4, "BQ==", "!", B3, B32, B64), false, 0},
    {"one key more is taken", LIST(KEY("/wAB", B32)), true, 1},
    {"two keys more are taken", LIST(KEY("/wAB", B32) KEY("/wAC", B32)), true, 2},
    {"the same id twice is one key", LIST(KEY("/wAB", B32) KEY("/wAB", B32)), true, 1},
    {"a key of 31 bytes is refused", LIST(KEY("/wAB", B31)), false, 0},
    {"a key of 33 bytes is refused", LIST(KEY("/wAB", B33)), false, 0},
    {"a key's id of 2 bytes is refused", LIST(KEY(B2, B32)), false, 0},
    {"a key's id of 4 bytes is refused", LIST(KEY(B4, B32)), false, 0},
    {"a key without a value is refused", LIST("<key><id>" B3 "</id></key>"), false, 0},
    {"a good key before a bad one is not kept", LIST(KEY("/wAB", B32) KEY("/wAC", B31)), false, 0},
    {"an unknown element among keys is ignored", LIST("<lock/>" KEY("/wAB", B32)), true, 1},
    {"a key of another namespace is unknown",
     LIST("<key xmlns=\"urn:x\"><id>/wAB</id></key>" KEY("/wAB", B32)), true, 1},
    {"a list without keys changes nothing", LIST(""), true, 0},
    {"a one-time KEM prekey of another size is refused",
     LIST("<kem><id>/wAB</id><value>" B33 "</value><signature>" B64 "</signature></kem>"), false,
     0},
    {"a KEM prekey without a value is refused", LIST("<kem><id>/wAB</id></kem>"), false, 0},
    {"a last resort of another size is refused",
     "<iq id=\"up\" type=\"set\" xmlns=\"encrypt\"><list/><kem><id>/wAB</id><value>" B33
     "</value><signature>" B64 "</signature></kem></iq>",
     false, 0},
    {"a KEM prekey of another namespace is unknown",
     LIST("<kem xmlns=\"urn:x\"/>" KEY("/wAB", B32)), true, 1},
};

static void is_published(void **state)
{
    const struct upload_row *row = *state;
    struct fixture *f = fixture_open("public");
    struct buffer before, after;
    assert_true(fixture_connect(f, 0));
    buffer_init(&before, 65536);
    buffer_init(&after, 65536);
    size_t n = server_one_time_keys_left(f->server, fixture_account(0));
    assert_int_equal(n, f->profile.prekey_upload_count);
    assert_int_equal(server_bundle_take(f->server, fixture_account(0), ONE_TIME_NONE, &before), OK);
    fixture_forget(f);
    fixture_say(f, 0, row->document);
    assert_int_equal(fixture_server_said(f, "id=\"up\" type=\"result\""), row->is_taken);
    assert_int_equal(fixture_server_said(f, "id=\"up\" type=\"error\""), !row->is_taken);
    assert_int_equal(fixture_server_said(f, "code=\"406\""), !row->is_taken);
    assert_int_equal(server_one_time_keys_left(f->server, fixture_account(0)), n + row->more);
    assert_int_equal(server_bundle_take(f->server, fixture_account(0), ONE_TIME_NONE, &after), OK);
    bool has_identity = row->is_taken && strstr(row->document, "<skey>");
    assert_int_equal(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)), !has_identity);
    buffer_fini(&before);
    buffer_fini(&after);
    fixture_close(f);
}

static void ignored_upload_is_taken_and_not_answered(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    assert_true(fixture_connect(f, 0));
    size_t n = server_one_time_keys_left(f->server, fixture_account(0));
    server_ignore_uploads(f->server, 1);
    fixture_forget(f);
    fixture_say(f, 0, LIST(KEY("/wAB", B32)));
    assert_false(fixture_server_said(f, "id=\"up\""));
    assert_int_equal(server_one_time_keys_left(f->server, fixture_account(0)), n + 1);
    fixture_say(f, 0, LIST(KEY("/wAC", B32)));
    assert_true(fixture_server_said(f, "id=\"up\" type=\"result\""));
    assert_int_equal(server_one_time_keys_left(f->server, fixture_account(0)), n + 2);
    fixture_close(f);
}

/* To who has clients of v3 alone a KEM prekey is an element that nobody knows. */
static void kem_prekeys_are_unknown_under_v3(void **state)
{
    static const char malformed[] = LIST("<kem><id>/wAB</id></kem>" KEY("/wAB", B32));
    (void)state;
    struct fixture *f = fixture_open("public");
    assert_true(fixture_connect(f, 0));
    size_t n = server_one_time_keys_left(f->server, fixture_account(0));
    f->server->options.is_of_v3 = true;
    fixture_forget(f);
    fixture_say(f, 0, malformed);
    assert_true(fixture_server_said(f, "id=\"up\" type=\"result\""));
    assert_int_equal(server_one_time_keys_left(f->server, fixture_account(0)), n + 1);
    fixture_close(f);
}

/* ---- fetches */

static void is_fetched(void **state)
{
    const struct word *entry = *state;
    struct fixture *f = fixture_open("public");
    struct word_use mutation = {0};
    if (entry)
        assert_true(word_parse(&server_words[SERVER_MUTATIONS_FETCH], entry->name, &mutation));
    assert_true(fixture_connect(f, 0));
    assert_true(fixture_connect(f, 1));
    server_set_fetch_mutation(f->server, mutation);
    fixture_send(f, 0, 1, "after a fetch");
    assert_int_equal(
        server_fetches(f->server, fixture_account(1)),
        word_is(&server_words[SERVER_MUTATIONS_FETCH], mutation, "silence") ||
                word_is(&server_words[SERVER_MUTATIONS_FETCH], mutation, "error-result")
            ? 0
            : 1);
    assert_int_equal(fixture_was_shown(f, 1, "after a fetch"), !entry || entry->is_tolerated);
    assert_non_null(f->clients[0].connection); /* the client stays connected after wrong keys */
    fixture_close(f);
}

static void each_one_time_prekey_is_given_once(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    struct server_policy policy = f->server->options.policy;
    uint32_t ids[64];
    size_t n = 0;
    assert_true(fixture_connect(f, 0));
    policy.keeps_prekeys = false; /* the client is not told to refill */
    fixture_set_policy(f, policy);
    for (;; n++) {
        struct buffer out;
        struct signal_bundle b;
        buffer_init(&out, 65536);
        if (server_bundle_take(f->server, fixture_account(0), ONE_TIME_OLDEST, &out) != OK)
            break;
        assert_int_equal(signal_bundle_decode(buffer_bytes(&out), &b), OK);
        assert_true(b.has_one_time_prekey);
        assert_true(n < 64);
        ids[n] = b.one_time_prekey_id;
        for (size_t i = 0; i < n; i++)
            assert_int_not_equal(ids[i], ids[n]);
        buffer_fini(&out);
    }
    assert_int_equal(n, f->profile.prekey_upload_count);
    fixture_close(f);
}

static void a_client_whose_keys_run_out_is_told(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    assert_true(fixture_connect(f, 0));
    for (uint32_t i = 0; i < f->profile.prekey_upload_count; i++) {
        struct buffer out;
        buffer_init(&out, 65536);
        assert_int_equal(server_bundle_take(f->server, fixture_account(0), ONE_TIME_OLDEST, &out),
                         OK);
        buffer_fini(&out);
        fixture_carry(f);
    }
    assert_true(fixture_server_said(f, "<notification id="));
    assert_true(server_one_time_keys_left(f->server, fixture_account(0)) >=
                f->profile.prekey_refill_below);
    fixture_close(f);
}

/* ---- messages */

static void messages_go_both_ways(void **state)
{
    struct fixture *f = fixture_open(*state);
    assert_true(fixture_connect(f, 0));
    assert_true(fixture_connect(f, 1));
    fixture_send(f, 0, 1, "there");
    assert_true(fixture_was_shown(f, 1, "there"));
    fixture_send(f, 1, 0, "and back");
    assert_true(fixture_was_shown(f, 0, "and back"));
    assert_int_equal(f->clients[0].told[EVENT_DELIVERED], 1); /* receipts are routed, too */
    assert_int_equal(f->clients[1].told[EVENT_DELIVERED], 1);
    assert_int_equal(server_waiting(f->server, fixture_account(0)), 0);
    assert_int_equal(server_waiting(f->server, fixture_account(1)), 0);
    assert_false(fixture_server_said(f, "offline"));
    fixture_close(f);
}

static void messages_wait_in_order(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    assert_true(fixture_connect(f, 1));
    assert_true(fixture_connect(f, 0));
    fixture_cut(f, 1);
    for (int i = 0; i < 5; i++) {
        char text[32];
        snprintf(text, sizeof(text), "message %d", i);
        fixture_send(f, 0, 1, text);
    }
    assert_int_equal(server_waiting(f->server, fixture_account(1)), 5);
    fixture_forget(f);
    assert_true(fixture_connect(f, 1));
    assert_int_equal(fixture_count(f, "offline=\"1\""), 5);
    assert_true(fixture_was_shown(f, 1, "message 4"));
    assert_int_equal(f->clients[1].told[EVENT_SHOWN], 5);
    assert_int_equal(server_waiting(f->server, fixture_account(1)), 0);
    fixture_close(f);
}

static void what_is_not_acked_comes_again(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    struct app_rules rules = {.delivery = {.never_acks = true}};
    assert_true(fixture_connect(f, 0));
    assert_true(fixture_connect(f, 1));
    f->clients[1].app->rules = &rules;
    fixture_send(f, 0, 1, "once");
    for (int again = 0; again < 3; again++) {
        assert_int_equal(server_waiting(f->server, fixture_account(1)), 1);
        fixture_cut(f, 1);
        fixture_forget(f);
        if (again == 2)
            f->clients[1].app->rules = app_rules_honest();
        assert_true(fixture_connect(f, 1));
        assert_int_equal(fixture_count(f, "<message"), 1);
    }
    assert_int_equal(server_waiting(f->server, fixture_account(1)), 0);
    assert_int_equal(f->clients[1].told[EVENT_SHOWN], 1);
    fixture_close(f);
}

struct ack_row {
    const char *sentence;
    const char *ack;
    size_t waiting;
};

static const struct ack_row acks[] = {
    {"an ack of the message takes it", "<ack class=\"message\" id=\"m-7\"/>", 0},
    {"an ack of another id does not", "<ack class=\"message\" id=\"m-8\"/>", 1},
    {"an ack without an id does not", "<ack class=\"message\"/>", 1},
    {"an ack of a receipt does not", "<ack class=\"receipt\" id=\"m-7\"/>", 1},
    {"an ack without a class does not", "<ack id=\"m-7\"/>", 1},
};

static void push_message(struct fixture *f, size_t to)
{
    struct buffer document;
    const struct server_message m = {.id = "m-7",
                                     .from = fixture_account(0),
                                     .to = fixture_account(to),
                                     .type = "text",
                                     .enc_type = "msg",
                                     .body = bytes_of_text("no ciphertext")};
    buffer_init(&document, 65536);
    assert_int_equal(server_message_write(f->server, &m, &document), OK);
    assert_int_equal(server_deliver(f->server, fixture_account(to), m.id, buffer_bytes(&document)),
                     OK);
    buffer_fini(&document);
}

static void is_acked(void **state)
{
    const struct ack_row *row = *state;
    struct fixture *f = fixture_open("public");
    struct app_rules rules = {.delivery = {.never_acks = true}, .retry = {.never_asks = true}};
    f->clients[1].app->rules = &rules;
    assert_true(fixture_connect(f, 1));
    push_message(f, 1);
    fixture_carry(f);
    assert_int_equal(server_waiting(f->server, fixture_account(1)), 1);
    fixture_say(f, 1, row->ack);
    assert_int_equal(server_waiting(f->server, fixture_account(1)), row->waiting);
    fixture_close(f);
}

/* ---- what a client may send */

struct saying_row {
    const char *sentence;
    const char *document;
    const char *answer;  /* part of the server's answer; NULL: it does not answer */
    size_t answers;      /* documents it sends */
    const char *trouble; /* why it ends the connection; NULL: it does not */
};

#define TO_BERTA "to=\"berta:1@interop.example\""
static const struct saying_row sayings[] = {
    {"a ping is answered", "<iq id=\"p\" type=\"get\" xmlns=\"urn:xmpp:ping\"/>",
     "id=\"p\" type=\"result\"", 1, NULL},
    {"an iq nobody knows is an error", "<iq id=\"p\" type=\"get\" xmlns=\"urn:x\"/>",
     "<error code=\"400\"", 1, NULL},
    {"an iq without a purpose is an error", "<iq id=\"p\" type=\"set\"/>", "<error code=\"400\"", 1,
     NULL},
    {"a result nobody asked for is not answered", "<iq id=\"p\" type=\"result\"/>", NULL, 0, NULL},
    {"an iq without an id is not answered", "<iq type=\"get\" xmlns=\"urn:xmpp:ping\"/>", NULL, 0,
     NULL},
    {"a count is answered", "<iq id=\"c\" type=\"get\" xmlns=\"encrypt\"><count/></iq>",
     "<count value=\"10\"/>", 1, NULL},
    {"a fetch of nobody is a 404",
     "<iq id=\"f\" type=\"get\" xmlns=\"encrypt\"><key><user "
     "jid=\"zoe:1@interop.example\"/></key></iq>",
     "<error code=\"404\"", 1, NULL},
    {"a fetch of somebody who published nothing is a 404",
     "<iq id=\"f\" type=\"get\" xmlns=\"encrypt\"><key><user "
     "jid=\"carla:1@interop.example\"/></key></iq>",
     "<error code=\"404\"", 1, NULL},
    {"a fetch without a user is an error",
     "<iq id=\"f\" type=\"get\" xmlns=\"encrypt\"><key><user/></key></iq>", "<error code=\"404\"",
     1, NULL},
    {"a message to nobody has one ack, with an error",
     "<message id=\"m\" to=\"zoe:1@interop.example\" type=\"text\"><enc v=\"2\" "
     "type=\"msg\">AAAA</enc></message>",
     "error=\"404\"", 1, NULL},
    {"a message to no address has one ack, with an error",
     "<message id=\"m\"><enc v=\"2\" type=\"msg\">AAAA</enc></message>", "error=\"404\"", 1, NULL},
    {"a message without enc has one ack, with an error", "<message id=\"m\" " TO_BERTA "/>",
     "error=\"488\"", 1, NULL},
    {"a message that is no base64 has one ack, with an error",
     "<message id=\"m\" " TO_BERTA "><enc v=\"2\" type=\"msg\">?</enc></message>", "error=\"479\"",
     1, NULL},
    {"the other attributes of an enc are routed",
     "<message id=\"m\" " TO_BERTA " type=\"media\"><enc v=\"2\" type=\"msg\" mediatype=\"image\" "
     "count=\"2\">AAAA</enc></message>",
     "mediatype=\"image\" count=\"2\"", 4, NULL},
    {"a retry receipt is routed whole",
     "<receipt id=\"m\" " TO_BERTA
     " type=\"retry\"><retry count=\"1\" id=\"m\" v=\"1\"/><registration>AAECAw==</registration>"
     "<keys><type>BQ==</type><key><id>AAEC</id></key></keys></receipt>",
     "<retry count=\"1\" id=\"m\" v=\"1\"></retry><registration>AAECAw==</registration>"
     "<keys><type>BQ==</type><key><id>AAEC</id></key></keys></receipt>",
     2, NULL},
    {"a receipt for nobody is acked and lost", "<receipt id=\"m\" to=\"zoe:1@interop.example\"/>",
     "<ack class=\"receipt\" id=\"m\"", 1, NULL},
    {"an unknown stanza is ignored", "<weather id=\"w\"/>", NULL, 0, NULL},
    {"what is no document ends the connection", "<iq", NULL, 0, "a transport message is no stanza"},
    {"two documents end the connection", "<ib/><ib/>", NULL, 0, "a transport message is no stanza"},
    {"a DOCTYPE ends the connection", "<!DOCTYPE iq><iq/>", NULL, 0,
     "a transport message is no stanza"},
    {"nothing ends the connection", "", NULL, 0, "a transport message is no stanza"},
};

static void is_said(void **state)
{
    const struct saying_row *row = *state;
    struct fixture *f = fixture_open("public");
    assert_true(fixture_connect(f, 0));
    assert_true(fixture_connect(f, 1));
    fixture_forget(f);
    f->detail[0] = 0;
    fixture_say(f, 0, row->document);
    if (row->answer)
        assert_true(fixture_server_said(f, row->answer));
    if (row->trouble)
        assert_non_null(strstr(f->detail, row->trouble));
    else
        assert_string_equal(f->detail, "");
    assert_int_equal(f->clients[0].connection == NULL, row->trouble != NULL);
    assert_int_equal(fixture_count(f, "\n"), row->answers);
    assert_non_null(f->clients[1].connection);
    fixture_close(f);
}

static char *repeated(const char *before, const char *part, size_t n, const char *after)
{
    size_t len = strlen(before) + n * strlen(part) + strlen(after) + 1;
    char *text = malloc(len);
    assert_non_null(text);
    char *at = text + snprintf(text, len, "%s", before);
    for (size_t i = 0; i < n; i++)
        at += snprintf(at, len - (size_t)(at - text), "%s", part);
    snprintf(at, len - (size_t)(at - text), "%s", after);
    return text;
}

static void an_answer_that_grows_too_long_ends_the_connection_only(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    char *document =
        repeated("<iq type=\"get\" xmlns=\"urn:xmpp:ping\" id='", "\"", LONG_ID, "'/>");
    assert_true(fixture_connect(f, 0));
    assert_true(fixture_connect(f, 1));
    fixture_say(f, 0, document);
    assert_string_equal(f->detail, "a stanza that cannot be answered within the limits");
    assert_null(f->clients[0].connection);
    assert_non_null(f->clients[1].connection);
    free(document);
    fixture_close(f);
}

static void a_message_that_grows_too_long_is_refused_and_not_kept(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    char *document =
        repeated("<message id=\"m\" to=\"berta:1@interop.example\"><enc v=\"2\" type=\"msg\">",
                 "AAAA", 16350, "</enc></message>");
    assert_true(fixture_connect(f, 0));
    fixture_say(f, 0, document);
    assert_true(fixture_server_said(f, "error=\"479\""));
    assert_int_equal(server_waiting(f->server, fixture_account(1)), 0);
    assert_true(fixture_connect(f, 1));
    free(document);
    fixture_close(f);
}

static void a_message_for_a_connection_about_to_end_waits(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    uint8_t zero[3] = {0};
    assert_true(fixture_connect(f, 0));
    assert_true(fixture_connect(f, 1));
    assert_int_equal(server_connection_receive(f->clients[1].connection, bytes_of(zero, 3)), OK);
    assert_int_equal(server_connection_wants_end(f->clients[1].connection), SERVER_CLOSES);
    assert_null(server_account_connection(f->server, fixture_account(1)));
    push_message(f, 1); /* before the end was noticed */
    assert_int_equal(server_waiting(f->server, fixture_account(1)), 1);
    fixture_carry(f);
    assert_true(fixture_connect(f, 1));
    assert_int_equal(server_waiting(f->server, fixture_account(1)), 0);
    fixture_close(f);
}

/* The same mutation cuts a frame within its body, or after so many bytes: within its length. */
static void a_connection_closes_where_the_frame_is_cut(void **state)
{
    static const struct {
        uint32_t n;
        size_t written;
    } rows[] = {{0, (3 + 5 + 16) / 2}, {1, 1}};
    struct word_use cut;
    (void)state;
    assert_true(word_parse(&server_words[SERVER_MUTATIONS_CHANNEL], "close-within", &cut));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture *f = fixture_open("public");
        assert_true(fixture_connect(f, 0));
        struct server_connection *c = f->clients[0].connection;
        size_t before = server_connection_output(c)->len;
        cut.n = rows[i].n;
        assert_int_equal(server_connection_push(c, bytes_of_text("<ib/>"), &cut), OK);
        assert_int_equal(server_connection_output(c)->len - before, rows[i].written);
        assert_int_equal(server_connection_wants_end(c), SERVER_CLOSES);
        fixture_close(f);
    }
}

static void a_client_that_does_not_read_has_a_bound(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    struct buffer document;
    assert_true(fixture_connect(f, 1));
    buffer_init(&document, 65536);
    assert_non_null(buffer_extend(&document, 60000));
    memset(document.data, ' ', document.len);
    memcpy(document.data, "<ib/>", 5);
    for (int i = 0; i < 300; i++)
        assert_int_equal(
            server_deliver(f->server, fixture_account(1), "x", buffer_bytes(&document)), OK);
    assert_true(server_connection_output(f->clients[1].connection)->len <
                SERVER_BACKLOG_MAX + 65536);
    fixture_forget(f);
    fixture_carry(f); /* when it reads, the rest follows */
    assert_true(fixture_count(f, "<ib/>") > 250);
    assert_non_null(f->clients[1].connection);
    buffer_fini(&document);
    fixture_close(f);
}

static void a_client_that_asks_and_does_not_read_is_ended(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    struct app *c = f->clients[0].app;
    assert_true(fixture_connect(f, 0));
    const char *ping = "<iq type=\"get\" xmlns=\"urn:xmpp:ping\" id='0123456789'/>";
    size_t i = 0;
    for (; i < 2000000 && server_connection_wants_end(f->clients[0].connection) == SERVER_STAYS;
         i++) {
        struct buffer message, frame;
        buffer_init(&message, 4096);
        buffer_init(&frame, 4096);
        assert_int_equal(noise_seal(&c->send, bytes_of_text(ping), &message), OK);
        buffer_append_byte(&frame, 0);
        buffer_append_byte(&frame, 0);
        buffer_append_byte(&frame, (uint8_t)message.len);
        assert_int_equal(buffer_append(&frame, buffer_bytes(&message)), OK);
        assert_int_equal(server_connection_receive(f->clients[0].connection, buffer_bytes(&frame)),
                         OK);
        buffer_fini(&message);
        buffer_fini(&frame);
    }
    assert_string_equal(f->detail, "the client does not read what it is sent");
    assert_true(server_connection_output(f->clients[0].connection)->len < 32u * 1024u * 1024u);
    fixture_close(f);
}

/* ---- whoever is not admitted */

static bool admits_nobody(void *context, const struct server_introduction *introduction)
{
    *(size_t *)context += introduction->payload.token.len;
    return false;
}

static void who_is_not_admitted_gets_a_failure_and_nothing_else(void **state)
{
    struct fixture *f = fixture_open("public");
    size_t token_len = 0;
    (void)state;
    f->server->options.admits = admits_nobody;
    f->server->options.admits_context = &token_len;
    assert_false(fixture_connect(f, 0));
    assert_true(token_len > 0);
    assert_true(fixture_server_said(f, "<failure reason=\"401\"/>"));
    assert_false(fixture_server_said(f, "<success"));
    assert_int_equal(f->happened[SERVER_AUTHENTICATED], 0);
    f->server->options.admits = NULL;
    assert_true(fixture_connect(f, 0));
    fixture_close(f);
}

/* ---- the table of tests */

int main(void)
{
    static struct CMUnitTest tests[TESTS_MAX];
    const struct word *e;
    size_t n = 0;
    ADD_ROWS(tests, n, uploads, sentence, is_published);
    ADD_ROWS(tests, n, acks, sentence, is_acked);
    ADD_ROWS(tests, n, sayings, sentence, is_said);
    for (unsigned i = 1; (e = word_at(&server_words[SERVER_MUTATIONS_FETCH], i)); i++)
        tests[n++] = (struct CMUnitTest){e->why, is_fetched, NULL, NULL, (void *)(uintptr_t)e};
    const struct CMUnitTest others[] = {
        {"an honest fetch is followed by the message", is_fetched, NULL, NULL, NULL},
        cmocka_unit_test(ignored_upload_is_taken_and_not_answered),
        cmocka_unit_test(kem_prekeys_are_unknown_under_v3),
        cmocka_unit_test(each_one_time_prekey_is_given_once),
        cmocka_unit_test(a_client_whose_keys_run_out_is_told),
        {"public: messages go both ways", messages_go_both_ways, NULL, NULL,
         (void *)(uintptr_t) "public"},
        {"observed: messages go both ways", messages_go_both_ways, NULL, NULL,
         (void *)(uintptr_t) "observed"},
        cmocka_unit_test(messages_wait_in_order),
        cmocka_unit_test(what_is_not_acked_comes_again),
        cmocka_unit_test(an_answer_that_grows_too_long_ends_the_connection_only),
        cmocka_unit_test(a_message_that_grows_too_long_is_refused_and_not_kept),
        cmocka_unit_test(a_message_for_a_connection_about_to_end_waits),
        cmocka_unit_test(a_connection_closes_where_the_frame_is_cut),
        cmocka_unit_test(a_client_that_does_not_read_has_a_bound),
        cmocka_unit_test(a_client_that_asks_and_does_not_read_is_ended),
        cmocka_unit_test(who_is_not_admitted_gets_a_failure_and_nothing_else),
    };
    for (size_t i = 0; i < COUNT(others); i++)
        tests[n++] = others[i];
    return _cmocka_run_group_tests("server_delivery", tests, n, NULL, NULL);
}
