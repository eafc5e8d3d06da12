/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two sides of a proxy: an app that hands on what comes, a server that only tells; and accounts
 * that nobody reaches. */
#include "app/app.h"
#include "server/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ALICE 1000u
#define BOB 1001u
#define N_TOLD 16u
#define CONNECTED 1u
#define CLOSED 2u
#define ROUNDS 20

struct fixture {
    struct wire_profile profile;
    struct random server_random, app_random;
    struct server *server;
    struct server_connection *connection;
    struct token_key *key;
    struct app *app;
    unsigned told[N_TOLD], n_stanzas, n_handed, n_said;
    char handed[4096]; /* the last one */
    uint64_t unreached;
};

static uint64_t unix_now(void *context)
{
    (void)context;
    return 1700000000u;
}

static void told(void *context, const struct app_event *event)
{
    struct fixture *f = context;
    assert_in_range(event->kind, 1, N_TOLD - 1);
    f->told[event->kind]++;
}

static void noticed(void *context, const struct server_event *event)
{
    struct fixture *f = context;
    f->n_stanzas += event->what == SERVER_STANZA;
}

static void handed(void *context, struct bytes document)
{
    struct fixture *f = context;
    assert_true(document.len < sizeof(f->handed));
    memcpy(f->handed, document.data, document.len);
    f->handed[document.len] = 0;
    f->n_handed++;
}

static void said(void *context, struct bytes document)
{
    struct fixture *f = context;
    f->n_said += document.len > 0;
}

static bool reaches(void *context, uint64_t account)
{
    const struct fixture *f = context;
    return account != f->unreached;
}

static void make_server(struct fixture *f, bool only_tells)
{
    const struct server_options options = {.profile = &f->profile,
                                           .random = &f->server_random,
                                           .unix_now = unix_now,
                                           .observer = {.happened = noticed, .context = f},
                                           .policy = {true, true, true, true, true, true},
                                           .only_tells = only_tells,
                                           .reaches = reaches,
                                           .reaches_context = f};
    assert_int_equal(server_new(&options, &f->server), OK);
    assert_int_equal(server_account_add(f->server, &(struct server_account){ALICE, "alice", 1}),
                     OK);
    assert_int_equal(server_account_add(f->server, &(struct server_account){BOB, "bob", 1}), OK);
}

static void make_app(struct fixture *f, bool hands_on)
{
    const struct app_options options = {.self = {"alice", 1},
                                        .random = &f->app_random,
                                        .token_key = f->key,
                                        .unix_now = unix_now,
                                        .said = said,
                                        .saw_context = f,
                                        .hands_on = hands_on ? handed : NULL};
    assert_int_equal(app_new(&options, (struct app_observer){told, f}, &f->app), OK);
}

/* Bytes both ways, until there are none. */
static void settle(struct fixture *f)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct buffer *up = app_output(f->app), *down = server_connection_output(f->connection);
        if (up->len) {
            assert_int_equal(server_connection_receive(f->connection, buffer_bytes(up)), OK);
            buffer_clear(up);
        }
        if (down->len) {
            assert_int_equal(app_receive(f->app, buffer_bytes(down), 0), OK);
            buffer_clear(down);
        }
    }
}

static void connect_them(struct fixture *f)
{
    struct app_connect how = {.profile = &f->profile,
                              .account_id = ALICE,
                              .user = "alice@provider.example",
                              .issuer = "https://provider.example",
                              .audience = f->profile.stanza_server};
    memcpy(how.root_key, server_root(f->server).data, sizeof(how.root_key));
    assert_int_equal(app_connect(f->app, &how, 0), OK);
    assert_int_equal(server_connection_open(f->server, &f->connection), OK);
    app_dialled(f->app, true, 0);
    settle(f);
}

static int begin(void **state)
{
    static struct fixture f;
    static const uint8_t seed[32] = {1};
    memset(&f, 0, sizeof(f));
    profile_defaults(&f.profile);
    f.profile.prekey_upload_count = 12;
    assert_int_equal(random_init(&f.server_random, bytes_of_text("sides"), "server"), OK);
    assert_int_equal(random_init(&f.app_random, bytes_of_text("sides"), "app"), OK);
    assert_int_equal(token_key_new(TOKEN_EDDSA, bytes_of(seed, 32), "k", &f.key), OK);
    *state = &f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    app_free(f->app);
    server_free(f->server);
    token_key_free(f->key);
    return 0;
}

static void an_app_that_hands_on_publishes_and_answers_nothing(void **state)
{
    static const char notice[] =
        "<notification id=\"n\" type=\"encrypt\" from=\"x\"><count value=\"1\"/></notification>";
    struct fixture *f = *state;
    make_server(f, false);
    make_app(f, true);
    connect_them(f);
    assert_int_equal(f->told[CONNECTED], 1);
    assert_int_equal(f->n_handed, 0); /* <success> is of this side */
    assert_int_equal(f->n_said, 0);
    assert_int_equal(server_connection_push(f->connection, bytes_of_text(notice), NULL), OK);
    settle(f);
    assert_int_equal(f->n_handed, 1);
    assert_string_equal(f->handed, notice);
    assert_int_equal(f->n_said, 0);
    assert_int_equal(f->n_stanzas, 0);
}

static void what_it_is_told_to_say_arrives_and_the_answer_is_handed_on(void **state)
{
    struct fixture *f = *state;
    make_server(f, false);
    make_app(f, true);
    connect_them(f);
    assert_int_equal(
        app_say(f->app, bytes_of_text("<iq id=\"a\" type=\"get\" xmlns=\"urn:nobody\"/>")), OK);
    settle(f);
    assert_int_equal(f->n_said, 1);
    assert_int_equal(f->n_stanzas, 1);
    assert_non_null(strstr(f->handed, "type=\"error\""));
}

static void a_failure_ends_it_and_is_not_handed_on(void **state)
{
    struct fixture *f = *state;
    make_server(f, false);
    make_app(f, true);
    server_refuse_service(f->server, 1, 401);
    connect_them(f);
    assert_int_equal(f->told[CONNECTED], 0);
    assert_int_equal(f->told[CLOSED], 1);
    assert_int_equal(f->n_handed, 0);
}

static void a_server_that_only_tells_answers_nothing(void **state)
{
    struct fixture *f = *state;
    make_server(f, true);
    make_app(f, false);
    connect_them(f); /* the app uploads its prekeys, and waits */
    assert_int_equal(f->n_stanzas, 1);
    assert_int_equal(f->n_said, 1);
    assert_int_equal(f->told[CONNECTED], 0);
    assert_int_equal(server_one_time_keys_left(f->server, ALICE), 0);
}

static void nobody_writes_to_an_account_that_is_not_reached(void **state)
{
    struct fixture *f = *state;
    f->unreached = BOB;
    make_server(f, false);
    make_app(f, true);
    connect_them(f);
    struct buffer document;
    buffer_init(&document, 4096);
    buffer_printf(&document,
                  "<message id=\"m\" to=\"bob:1@%s\" type=\"text\"><enc v=\"2\" "
                  "type=\"msg\">QUJD</enc></message>",
                  f->profile.stanza_user_domain);
    assert_int_equal(app_say(f->app, buffer_bytes(&document)), OK);
    settle(f);
    assert_non_null(strstr(f->handed, "error=\"404\""));
    assert_int_equal(server_waiting(f->server, BOB), 0);
    f->unreached = 0;
    assert_int_equal(app_say(f->app, buffer_bytes(&document)), OK);
    settle(f);
    assert_null(strstr(f->handed, "error="));
    assert_int_equal(server_waiting(f->server, BOB), 1);
    buffer_fini(&document);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest rows[] = {
        ROW(an_app_that_hands_on_publishes_and_answers_nothing),
        ROW(what_it_is_told_to_say_arrives_and_the_answer_is_handed_on),
        ROW(a_failure_ends_it_and_is_not_handed_on),
        ROW(a_server_that_only_tells_answers_nothing),
        ROW(nobody_writes_to_an_account_that_is_not_reached),
    };
    return cmocka_run_group_tests_name("both sides of a proxy", rows, NULL, NULL);
}
