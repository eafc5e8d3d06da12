/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server_fixture.h"

#include "app/app_internal.h"
#include "server/server_internal.h"
#include "wire/content.h"
#include "wire/frame.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1800000000u
#define ROUNDS_MAX 100000u
#define SAID_MAX (32u * 1024u * 1024u)

static const char *const names[FIXTURE_CLIENTS] = {"anna", "berta", "carla"};
static const struct server_policy whole_server = {true, true, true, true, true, true};

static uint64_t unix_now(void *context)
{
    (void)context;
    return NOW;
}

/* ---- observing */

static void server_happened(void *context, const struct server_event *e)
{
    struct fixture *f = context;
    f->happened[e->what]++;
    if (e->detail[0])
        snprintf(f->detail, sizeof(f->detail), "%s", e->detail);
}

static void server_document(void *context, const struct server_connection *connection,
                            bool from_client, struct bytes clear)
{
    struct fixture *f = context;
    (void)connection;
    if (from_client)
        return;
    assert_int_equal(buffer_append(&f->sent, clear), OK);
    assert_int_equal(buffer_append_byte(&f->sent, '\n'), OK);
}

static void app_happened(void *context, const struct app_event *e)
{
    struct fixture_client *c = context;
    assert_true(e->kind < FIXTURE_KINDS);
    c->told[e->kind]++;
    if (e->kind != EVENT_SHOWN)
        return;
    buffer_clear(&c->shown);
    assert_int_equal(buffer_append(&c->shown, e->content), OK);
}

/* ---- beginning and end */

static void make_profile(struct wire_profile *p, const char *name)
{
    static const char *const observed[][2] = {
        {"frame.header", "57410603"},     {"frame.intro", "yes"},
        {"noise.prologue", "57410603"},   {"noise.empty-payload", "skipped"},
        {"handshake.form", "fields"},     {"stanza.server", "s.whatsapp.net"},
        {"stanza.namespace-ping", "w:p"}, {"token.binds-static", "no"},
    };
    profile_defaults(p);
    for (size_t i = 0; strcmp(name, "observed") == 0 && i < COUNT(observed); i++)
        assert_int_equal(profile_set(p, observed[i][0], observed[i][1]), OK);
}

static void make_client(struct fixture *f, size_t i)
{
    struct fixture_client *c = &f->clients[i];
    c->fixture = f;
    c->account = fixture_account(i);
    c->self = (struct address){names[i], 1};
    buffer_init(&c->shown, 65536);
    const struct app_options options = {
        .self = c->self, .random = &f->random, .token_key = f->token_key, .unix_now = unix_now};
    assert_int_equal(app_new(&options, (struct app_observer){app_happened, c}, &c->app), OK);
    const struct server_account account = {fixture_account(i), names[i], 1};
    assert_int_equal(server_account_add(f->server, &account), OK);
}

struct fixture *fixture_open(const char *profile)
{
    static const uint8_t seed[32] = "the seed of a token's key";
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    make_profile(&f->profile, profile);
    buffer_init(&f->sent, SAID_MAX);
    assert_int_equal(random_init(&f->random, bytes_of_text("fixture"), "fixture"), OK);
    assert_int_equal(token_key_new(TOKEN_EDDSA, bytes_of(seed, 32), "k", &f->token_key), OK);
    const struct server_options options = {.profile = &f->profile,
                                           .random = &f->random,
                                           .unix_now = unix_now,
                                           .observer = {server_happened, NULL, server_document, f},
                                           .policy = whole_server};
    assert_int_equal(server_new(&options, &f->server), OK);
    for (size_t i = 0; i < FIXTURE_CLIENTS; i++)
        make_client(f, i);
    f->dials_once = true;
    return f;
}

void fixture_close(struct fixture *f)
{
    for (size_t i = 0; i < FIXTURE_CLIENTS; i++) {
        app_free(f->clients[i].app);
        buffer_fini(&f->clients[i].shown);
    }
    server_free(f->server);
    token_key_free(f->token_key);
    buffer_fini(&f->sent);
    free(f);
}

void fixture_set_policy(struct fixture *f, struct server_policy policy)
{
    f->server->options.policy = policy;
}

uint64_t fixture_account(size_t i) { return FIRST_ACCOUNT + i; }

/* ---- passing bytes */

static struct bytes front(const struct fixture *f, const struct buffer *b)
{
    return bytes_slice(buffer_bytes(b), 0, f->piece ? f->piece : b->len);
}

static bool carry_up(struct fixture *f, struct fixture_client *c)
{
    struct buffer *out = app_output(c->app);
    struct bytes some = front(f, out);
    if (!c->connection || !some.len)
        return false;
    assert_int_equal(server_connection_receive(c->connection, some), OK);
    buffer_consume(out, some.len);
    return true;
}

static bool carry_down(struct fixture *f, struct fixture_client *c)
{
    struct buffer *out = c->connection ? server_connection_output(c->connection) : NULL;
    struct bytes some = out ? front(f, out) : (struct bytes){0};
    if (!some.len)
        return false;
    assert_int_equal(app_receive(c->app, some, f->now_ms), OK);
    buffer_consume(out, some.len);
    assert_int_equal(server_connection_written(c->connection), OK);
    return true;
}

static void end_connection(struct fixture *f, struct fixture_client *c)
{
    server_connection_free(c->connection);
    c->connection = NULL;
    app_ended(c->app, f->now_ms);
}

/* A side that wants to end the connection does so once its bytes are passed. */
static bool end_when_due(struct fixture *f, struct fixture_client *c)
{
    bool wants =
        c->connection && (app_wants_end(c->app) ||
                          (server_connection_wants_end(c->connection) != SERVER_STAYS &&
                           server_connection_wants_end(c->connection) != SERVER_HALF_CLOSES));
    if (wants)
        end_connection(f, c);
    return wants;
}

static bool dial(struct fixture *f, struct fixture_client *c)
{
    if (c->connection || !app_wants_dial(c->app, f->now_ms))
        return false;
    assert_int_equal(server_connection_open(f->server, &c->connection), OK);
    app_dialled(c->app, true, f->now_ms);
    return true;
}

void fixture_carry(struct fixture *f)
{
    bool has_moved = true;
    for (unsigned round = 0; has_moved; round++) {
        assert_true(round < ROUNDS_MAX);
        has_moved = false;
        for (size_t i = 0; i < FIXTURE_CLIENTS; i++) {
            struct fixture_client *c = &f->clients[i];
            bool went_up = carry_up(f, c), went_down = carry_down(f, c);
            has_moved |=
                went_up || went_down || end_when_due(f, c) || (!f->dials_once && dial(f, c));
        }
    }
}

bool fixture_connect(struct fixture *f, size_t i)
{
    struct fixture_client *c = &f->clients[i];
    struct app_connect how = {.profile = &f->profile,
                              .account_id = c->account,
                              .user = "user-0123456789abcdef",
                              .issuer = "https://provider.example",
                              .audience = f->profile.stanza_server};
    memcpy(how.root_key, server_root(f->server).data, 32);
    unsigned before = c->told[EVENT_CONNECTED];
    assert_int_equal(app_connect(c->app, &how, f->now_ms), OK);
    assert_true(dial(f, c));
    fixture_carry(f);
    return c->connection && c->told[EVENT_CONNECTED] == before + 1;
}

void fixture_cut(struct fixture *f, size_t i)
{
    assert_non_null(f->clients[i].connection);
    end_connection(f, &f->clients[i]);
}

/* ---- sending */

void fixture_send(struct fixture *f, size_t from, size_t to, const char *text)
{
    struct buffer content;
    buffer_init(&content, 65536);
    assert_int_equal(content_encode_text(bytes_of_text(text), &content), OK);
    assert_int_equal(app_send(f->clients[from].app, f->clients[to].self, buffer_bytes(&content)),
                     OK);
    buffer_fini(&content);
    fixture_carry(f);
}

bool fixture_was_shown(const struct fixture *f, size_t i, const char *text)
{
    struct content content;
    const struct buffer *shown = &f->clients[i].shown;
    return shown->len && content_decode(buffer_bytes(shown), &content) == OK &&
           bytes_equal(content.text, bytes_of_text(text));
}

void fixture_say(struct fixture *f, size_t i, const char *document)
{
    assert_int_equal(app_say(f->clients[i].app, bytes_of_text(document)), OK);
    fixture_carry(f);
}

bool fixture_server_said(struct fixture *f, const char *part)
{
    return strstr(buffer_text(&f->sent), part) != NULL;
}

size_t fixture_count(struct fixture *f, const char *part)
{
    size_t n = 0;
    for (const char *at = buffer_text(&f->sent); (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

void fixture_forget(struct fixture *f) { buffer_clear(&f->sent); }
