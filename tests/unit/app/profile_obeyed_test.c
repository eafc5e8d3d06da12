/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every constant of the profile is obeyed: under another legal value the same conversation of
 * assay's own client and server goes otherwise - other bytes cross, or other events follow - or the
 * profile refuses the value. One test a row of the table in wire/profile.c.
 */
#include "app_fixture.h"
#include "support/rows.h"
#include "wire/token.h"
#include "support/wire_names.h"

#include <stdio.h>
#include <string.h>

#define TRANSCRIPT_MAX (64u * 1024u * 1024u)
#define ROWS_MAX 100u
#define NAMESPACE_STREAM "http://etherx.jabber.org/streams"

/* Another legal value of each constant that can be set. */
static const struct {
    const char *name, *value;
} others[] = {
    {"frame.header", "57410603"},
    {"frame.length-size", "4"},
    {"frame.max", "256"},
    {"frame.intro", "yes"},
    {"noise.prologue", "01"},
    {"noise.empty-payload", "skipped"},
    {"noise.max-message", "1024"},
    {"handshake.form", "fields"},
    {"handshake.timeout-ms", "500"},
    {"certificate.policy", "none"},
    {"certificate.root", "0101010101010101010101010101010101010101010101010101010101010101"},
    {"stanza.user-domain", "other.example"},
    {"stanza.server", "other.example"},
    {"stanza.namespace-ping", "w:p"},
    {"stanza.namespace-prekeys", "urn:other:prekeys"},
    {"stanza.namespace-stream", "urn:other:streams"},
    {"stanza.max-depth", "4"},
    {"stanza.max-attributes", "8"},
    {"stanza.max-bytes", "1500"},
    {"padding.min", "9"},
    {"padding.max", "200"},
    {"prekey.id-size", "4"},
    {"prekey.registration-size", "3"},
    {"prekey.upload-count", "11"},
    {"prekey.refill-below", "2"},
    {"retry.keys-from", "3"},
    {"retry.give-up", "3"},
    {"reconnect.first-ms", "70"},
    {"reconnect.most-ms", "700"},
    {"token.algorithms", "ES256"},
    {"token.max-lifetime", "60"},
    {"token.binds-static", "no"},
};

static struct fixture fixture;
#define ALICE_SIDE (&fixture.sides[0])
#define BOB_SIDE (&fixture.sides[1])

/* ---- the conversation */

static void push(const char *document)
{
    struct server_connection *c = server_account_connection(fixture.server, BOB_SIDE->account);
    enum status st = c ? server_connection_push(c, bytes_of_text(document), NULL) : E_MISSING;
    buffer_printf(fixture.transcript, "[push: %s]", status_text(st));
    fixture_settle(&fixture);
    for (int i = 0; i < 3 && !server_account_connection(fixture.server, BOB_SIDE->account); i++)
        fixture_wait(&fixture);
}

static void push_repeated(const char *before, const char *each, unsigned n, const char *after)
{
    char document[8192];
    size_t len = (size_t)snprintf(document, sizeof(document), "%s", before);
    for (unsigned i = 0; i < n; i++)
        len += (size_t)snprintf(document + len, sizeof(document) - len, each, i);
    snprintf(document + len, sizeof(document) - len, "%s", after);
    push(document);
}

static void documents_of_many_sizes(void)
{
    push_repeated("<ib", " a%u=\"x\"", 20, "/>");
    push_repeated("<ib>", "<a n=\"%u\">", 8, "</a></a></a></a></a></a></a></a></ib>");
    push_repeated("<ib>", "0123456789 %u", 150, "</ib>");
}

static void what_the_server_asks(void)
{
    push("<iq id=\"p1\" type=\"get\" xmlns=\"urn:xmpp:ping\" from=\"gatekeeper.example\"/>");
    push("<notification id=\"n1\" type=\"encrypt\" from=\"gatekeeper.example\"><count "
         "value=\"3\"/></notification>");
    push("<stream:error xmlns:stream=\"" NAMESPACE_STREAM "\" code=\"515\"/>");
}

/* Alice restarts from an empty store, so to speak: nobody decrypts this, however often it comes. */
static void messages_that_do_not_decrypt(void)
{
    char document[400];
    snprintf(document, sizeof(document),
             "<message id=\"m1\" from=\"alice:1@%s\" to=\"bob:1@%s\" t=\"1700000000\" "
             "type=\"text\"><enc v=\"2\" type=\"msg\">MwohBQ==</enc></message>",
             fixture.profile.stanza_user_domain, fixture.profile.stanza_user_domain);
    for (int i = 0; i < 7; i++)
        push(document);
}

static void a_client_that_sends_the_intro(void)
{
    static const uint8_t intro[] = {0x45, 0x44, 0x00, 0x01, 0x00, 0x00, 0x02, 0x11, 0x22};
    struct server_connection *c;
    assert_int_equal(server_connection_open(fixture.server, &c), OK);
    assert_int_equal(server_connection_receive(c, bytes_of(intro, sizeof(intro))), OK);
    buffer_printf(fixture.transcript, "[intro: %d]", (int)server_connection_wants_end(c));
    server_connection_free(c);
}

static void the_token_is_looked_at(void)
{
    struct server_connection *c = server_account_connection(fixture.server, BOB_SIDE->account);
    const struct token_expectation e = {.issuer = "https://provider.example",
                                        .audience = "https://gatekeeper.example",
                                        .subject = "user",
                                        .now = 1700000001};
    struct token_report report;
    struct buffer keys;
    struct arena arena;
    if (!c)
        return;
    buffer_init(&keys, KEY_SET_MAX);
    arena_init(&arena, 1u << 20);
    assert_int_equal(token_key_set(&fixture.key, 1, false, &keys), OK);
    assert_int_equal(token_check(server_connection_introduction(c)->payload.token,
                                 buffer_bytes(&keys), &fixture.profile, &e, &arena, &report),
                     OK);
    for (unsigned r = 1; r < N_TOKEN_RULE; r++)
        buffer_printf(fixture.transcript, "[%s: %d]", token_rule_name((enum token_rule)r),
                      report.rules[r].holds);
    arena_fini(&arena);
    buffer_fini(&keys);
}

static void the_server_is_slow_and_away(void)
{
    fixture.is_lossy = true;
    side_lose(BOB_SIDE);
    for (int i = 0; i < 4; i++)
        fixture_wait(&fixture);
    fixture.is_lossy = false;
    fixture.refuses_dials = true;
    side_lose(BOB_SIDE);
    for (int i = 0; i < 12; i++)
        fixture_wait(&fixture);
}

static void converse(const struct wire_profile *p, struct buffer *transcript)
{
    enum status st = fixture_init_profile(&fixture, p, transcript, NULL);
    buffer_printf(transcript, "[server: %s]", status_text(st));
    if (st)
        return;
    side_connect(ALICE_SIDE);
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
    the_token_is_looked_at();
    side_say(ALICE_SIDE, BOB_SIDE, "hello");
    fixture_settle(&fixture);
    side_say(BOB_SIDE, ALICE_SIDE, "hello yourself");
    fixture_settle(&fixture);
    a_client_that_sends_the_intro();
    what_the_server_asks();
    documents_of_many_sizes();
    messages_that_do_not_decrypt();
    the_server_is_slow_and_away();
    fixture_fini(&fixture);
    assert_int_equal(buffer_status(transcript), OK);
}

/* ---- the tests */

static const char *other_value(const char *name)
{
    for (size_t i = 0; i < COUNT(others); i++)
        if (strcmp(others[i].name, name) == 0)
            return others[i].value;
    return NULL;
}

static void is_refused(const struct profile_constant *c)
{
    struct wire_profile p;
    const char *value = c->type == CONSTANT_NUMBER   ? "7"
                        : c->type == CONSTANT_YES_NO ? "yes"
                                                     : "something else";
    profile_defaults(&p);
    assert_string_not_equal(c->otherwise, value);
    assert_int_equal(profile_set(&p, c->name, value), E_INPUT);
}

static void is_obeyed_or_refused(void **state)
{
    const struct profile_constant *c = *state;
    struct wire_profile p;
    struct buffer usual, changed;
    if (c->is_fixed) {
        is_refused(c);
        return;
    }
    assert_non_null(other_value(c->name)); /* a new constant: give it another value above */
    buffer_init(&usual, TRANSCRIPT_MAX);
    buffer_init(&changed, TRANSCRIPT_MAX);
    profile_defaults(&p);
    converse(&p, &usual);
    assert_int_equal(profile_set(&p, c->name, other_value(c->name)), OK);
    converse(&p, &changed);
    assert_false(bytes_equal(buffer_bytes(&usual), buffer_bytes(&changed)));
    buffer_fini(&changed);
    buffer_fini(&usual);
}

/* Without this a difference would prove nothing. */
static void the_same_profile_gives_the_same_bytes(void **state)
{
    struct wire_profile p;
    struct buffer one, another;
    (void)state;
    profile_defaults(&p);
    buffer_init(&one, TRANSCRIPT_MAX);
    buffer_init(&another, TRANSCRIPT_MAX);
    converse(&p, &one);
    converse(&p, &another);
    assert_true(one.len > 10000);
    assert_true(bytes_equal(buffer_bytes(&one), buffer_bytes(&another)));
    buffer_fini(&another);
    buffer_fini(&one);
}

/* What the server says by itself is in the namespace too: the older connection gives up. */
static void the_server_replaces_in_the_profiles_namespace(void **state)
{
    struct wire_profile p;
    (void)state;
    profile_defaults(&p);
    assert_int_equal(profile_set(&p, "stanza.namespace-stream", "urn:a&b"), OK);
    assert_int_equal(fixture_init_profile(&fixture, &p, NULL, NULL), OK);
    side_connect(ALICE_SIDE);
    fixture_settle(&fixture);
    BOB_SIDE->account = ALICE_SIDE->account;
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
    assert_int_equal(ALICE_SIDE->told[GAVE_UP], 1);
    fixture_fini(&fixture);
}

int main(void)
{
    static struct CMUnitTest tests[ROWS_MAX] = {
        cmocka_unit_test(the_same_profile_gives_the_same_bytes),
        cmocka_unit_test(the_server_replaces_in_the_profiles_namespace)};
    size_t n_constants, n = 2;
    const struct profile_constant *constants = profile_constants(&n_constants);
    for (size_t i = 0; i < n_constants && n < ROWS_MAX; i++)
        tests[n++] = (struct CMUnitTest){constants[i].name, is_obeyed_or_refused, NULL, NULL,
                                         (void *)(uintptr_t)&constants[i]};
    return _cmocka_run_group_tests("the profile is obeyed", tests, n, NULL, NULL);
}
