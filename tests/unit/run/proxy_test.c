/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What crossed on both sides of a proxy, compared: equal stanzas in whatever writing, and each way
 * in which they may differ. */
#include "run/proxy_context.h"

#include "run/server_context.h"
#include "run/verbs.h"
#include "scenario/resolve.h"
#include "server/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define ALICE 5000u
#define MESSAGE "<message id=\"1\" to=\"bob:1@d\"><enc v=\"2\" type=\"msg\">QUJD</enc></message>"
#define SECOND "<message id=\"2\" to=\"bob:1@d\"><enc v=\"2\" type=\"msg\">QUJD</enc></message>"

static const struct target_user users[] = {
    {.account = ALICE, .address = {"alice", 1}, .user = "alice@provider.example"}};

struct fixture {
    struct arena arena;
    struct context context;
    struct wire_profile profile;
    struct proxy_context *proxy;
    struct server_context clients;
    uint64_t begun_ms;
    unsigned n_said, n_arrived;
};

static int begin(void **state)
{
    static struct fixture f;
    const struct context_options options = {.clock = clock_monotonic()};
    memset(&f, 0, sizeof(f));
    arena_init(&f.arena, 64u * 1024u * 1024u);
    f.context.arena = &f.arena;
    profile_defaults(&f.profile);
    assert_int_equal(random_init(&f.context.random, bytes_of_text("proxy"), "case"), OK);
    assert_int_equal(
        proxy_context_open(&f.context, &options, &f.profile, "https://provider.example", &f.proxy),
        OK);
    assert_int_equal(proxy_context_expect(f.proxy, users, 1, "{\"keys\":[]}"), OK);
    *state = &f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    proxy_context_close(f->proxy);
    arena_fini(&f->arena);
    return 0;
}

/* Behind the proxy: as if the gatekeeper had received it. */
static void arrives(struct fixture *f, const char *document)
{
    const struct stanza_limits limits = stanza_limits_of(&f->profile);
    const struct stanza *s;
    assert_int_equal(stanza_parse(bytes_of_text(document), &limits, &f->arena, &s, NULL), OK);
    proxy_context_keep(f->proxy, ALICE, PROXY_UP, PROXY_BEHIND, s);
}

static void is_said(struct fixture *f, const char *document)
{
    proxy_context_said(f->proxy, ALICE, bytes_of_text(document));
}

static void equal_stanzas_are_equal_in_whatever_writing(void **state)
{
    struct fixture *f = *state;
    is_said(f, "<message id=\"1\" to=\"bob:1@d\"><enc v=\"2\" type=\"msg\">QUJD</enc></message>");
    arrives(
        f,
        "<message to='bob:1&#64;d'  id='1'><enc type='msg' v='2'><![CDATA[QUJD]]></enc></message>");
    assert_true(proxy_context_is_even(f->proxy, PROXY_UP));
    assert_null(proxy_context_compare(f->proxy, PROXY_UP));
}

static void another_body_is_a_difference_and_is_told_once(void **state)
{
    struct fixture *f = *state;
    is_said(f, MESSAGE);
    arrives(f, "<message id=\"1\" to=\"bob:1@d\"><enc v=\"2\" type=\"msg\">QUJE</enc></message>");
    const char *difference = proxy_context_compare(f->proxy, PROXY_UP);
    assert_non_null(difference);
    assert_non_null(strstr(difference, "alice"));
    assert_non_null(strstr(difference, "another of that name"));
    assert_null(proxy_context_compare(f->proxy, PROXY_UP));
}

static void a_text_that_moves_into_an_attribute_is_a_difference(void **state)
{
    struct fixture *f = *state;
    is_said(f, "<ack id=\"1\" to=\"\">x</ack>");
    arrives(f, "<ack id=\"1\" to=\"x\"></ack>");
    assert_non_null(proxy_context_compare(f->proxy, PROXY_UP));
}

static void one_more_attribute_is_a_difference(void **state)
{
    struct fixture *f = *state;
    is_said(f, "<ack id=\"1\"/>");
    arrives(f, "<ack id=\"1\" via=\"proxy\"/>");
    assert_non_null(proxy_context_compare(f->proxy, PROXY_UP));
}

static void what_is_lost_is_named(void **state)
{
    struct fixture *f = *state;
    is_said(f, MESSAGE);
    is_said(f, SECOND);
    arrives(f, MESSAGE);
    assert_false(proxy_context_is_even(f->proxy, PROXY_UP));
    const char *difference = proxy_context_compare(f->proxy, PROXY_UP);
    assert_non_null(difference);
    assert_non_null(strstr(difference, "sent <message id=\"2\">, and nothing came"));
}

static void what_comes_twice_is_a_difference(void **state)
{
    struct fixture *f = *state;
    is_said(f, MESSAGE);
    arrives(f, MESSAGE);
    arrives(f, MESSAGE);
    assert_non_null(proxy_context_compare(f->proxy, PROXY_UP));
}

static void another_order_is_a_difference(void **state)
{
    struct fixture *f = *state;
    is_said(f, MESSAGE);
    is_said(f, SECOND);
    arrives(f, SECOND);
    arrives(f, MESSAGE);
    assert_true(proxy_context_is_even(f->proxy, PROXY_UP));
    assert_non_null(proxy_context_compare(f->proxy, PROXY_UP));
}

static void the_other_direction_is_another_matter(void **state)
{
    struct fixture *f = *state;
    is_said(f, MESSAGE);
    assert_true(proxy_context_is_even(f->proxy, PROXY_DOWN));
    assert_null(proxy_context_compare(f->proxy, PROXY_DOWN));
}

static void pings_and_beginnings_are_of_one_side(void **state)
{
    struct fixture *f = *state;
    is_said(f, "<iq id=\"1\" type=\"get\" xmlns=\"urn:xmpp:ping\"/>");
    is_said(f, "<success t=\"1\"/>");
    assert_true(proxy_context_is_even(f->proxy, PROXY_UP));
}

static void an_identifier_in_clear_is_found(void **state)
{
    struct fixture *f = *state;
    proxy_context_bytes(f->proxy, bytes_of_text("....alice@provider.example...."));
    assert_non_null(f->proxy->in_clear.found);
    assert_null(f->proxy->in_stanzas.found);
}

/* A clock by which a stanza is said after 20 ms, and comes 80 ms later. */
static uint64_t slow_now_ms(void *context)
{
    struct fixture *f = context;
    const struct clock real = clock_monotonic();
    uint64_t now_ms = clock_now_ms(real);
    f->begun_ms = f->begun_ms ? f->begun_ms : now_ms;
    if (now_ms - f->begun_ms >= 20 && f->n_said++ == 0)
        is_said(f, MESSAGE);
    if (now_ms - f->begun_ms >= 100 && f->n_arrived++ == 0)
        arrives(f, MESSAGE);
    return now_ms;
}

static void what_is_on_its_way_is_waited_for(void **state)
{
    struct fixture *f = *state;
    const struct attribute rule = {"rule", "up"};
    const struct step step = {VERB_RELAYED, 0, &rule, 1};
    struct step_result result = {.detail = ""};
    struct op_list ops;
    assert_int_equal(resolve_steps(&step, 1, ciphers[0], &f->arena, &ops), OK);
    f->context.server = &f->clients;
    f->clients.context = &f->context;
    f->clients.proxy = f->proxy;
    f->clients.clock = (struct clock){.now_ms = slow_now_ms, .context = f};
    f->clients.timeout_ms = 1000;
    for (size_t i = 0; i < N_SERVER_SIDE; i++)
        f->clients.clients[i].fd = -1;
    assert_int_equal(verb_relayed(&f->context, &ops.ops[0], &result), OK);
    assert_int_equal(result.seen, SEEN_RELATION_HOLDS);
    assert_true(f->n_arrived > 0);
}

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

static void happened(void *context, const struct app_event *event)
{
    (void)context;
    (void)event;
}

/* Alice dials the gatekeeper with an expired token; |is_handed_on|: as a client of ours whose bytes
 * the proxy passes on, not as the proxy. Is she let in? */
static bool is_let_in(struct fixture *f, bool is_handed_on)
{
    struct app_rules rules = *app_rules_honest();
    struct token_key *key;
    struct buffer key_set, *made_by = &f->clients.clients[SERVER_SIDE_ALICE].made_by;
    struct server_connection *c;
    struct app *app;
    rules.token.is_expired = true;
    buffer_init(&key_set, KEY_SET_MAX);
    assert_int_equal(token_key_new(TOKEN_EDDSA, bytes_of(f->proxy->connections->ephemeral, 32),
                                   "clients-1", &key),
                     OK);
    assert_int_equal(token_key_set(&key, 1, false, &key_set), OK);
    f->proxy->client_keys = buffer_text(&key_set);
    f->context.server = &f->clients;
    for (size_t i = 0; i < N_SERVER_SIDE; i++)
        buffer_init(&f->clients.clients[i].made_by, KEY_SET_MAX);
    const struct app_options options = {.self = {"alice", 1},
                                        .random = &f->context.random,
                                        .wire = &rules,
                                        .token_key = key,
                                        .unix_now = unix_now};
    struct app_connect how = {.profile = &f->profile,
                              .account_id = ALICE,
                              .user = users[0].user,
                              .issuer = "https://provider.example",
                              .audience = f->profile.stanza_server};
    memcpy(how.root_key, proxy_context_place(f->proxy).root.data, sizeof(how.root_key));
    assert_int_equal(app_new(&options, (struct app_observer){happened, f}, &app), OK);
    assert_int_equal(app_connect(app, &how, 0), OK);
    assert_int_equal(server_connection_open(f->proxy->server, &c), OK);
    app_dialled(app, true, 0);
    for (int i = 0; i < 5; i++) {
        if (is_handed_on)
            buffer_append(made_by, buffer_bytes(app_output(app)));
        if (server_connection_receive(c, buffer_bytes(app_output(app))) == OK)
            buffer_clear(app_output(app));
        if (app_receive(app, buffer_bytes(server_connection_output(c)), 0) == OK)
            buffer_clear(server_connection_output(c));
    }
    server_connection_free(c);
    app_free(app);
    buffer_fini(made_by);
    buffer_fini(&key_set);
    token_key_free(key);
    return f->proxy->n_connections > 0;
}

static void an_expired_token_of_the_proxys_is_let_in_and_told_of(void **state)
{
    struct fixture *f = *state;
    assert_true(is_let_in(f, false));
    assert_non_null(proxy_context_bad_token(f->proxy));
}

static void an_expired_token_in_a_clients_own_handshake_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_false(is_let_in(f, true));
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest rows[] = {
        ROW(equal_stanzas_are_equal_in_whatever_writing),
        ROW(another_body_is_a_difference_and_is_told_once),
        ROW(a_text_that_moves_into_an_attribute_is_a_difference),
        ROW(one_more_attribute_is_a_difference),
        ROW(what_is_lost_is_named),
        ROW(what_comes_twice_is_a_difference),
        ROW(another_order_is_a_difference),
        ROW(the_other_direction_is_another_matter),
        ROW(pings_and_beginnings_are_of_one_side),
        ROW(an_identifier_in_clear_is_found),
        ROW(what_is_on_its_way_is_waited_for),
        ROW(an_expired_token_of_the_proxys_is_let_in_and_told_of),
        ROW(an_expired_token_in_a_clients_own_handshake_is_refused),
    };
    return cmocka_run_group_tests_name("both sides of a proxy", rows, NULL, NULL);
}
