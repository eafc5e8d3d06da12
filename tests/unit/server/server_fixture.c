#include "server_fixture.h"

#include "app/app_internal.h"
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

static const char *const names[WORLD_CLIENTS] = {"anna", "berta", "carla"};
static const struct server_policy all_habits = {true, true, true, true, true, true};

static uint64_t unix_now(void *context)
{
    (void)context;
    return NOW;
}

/* ---- what is told */

static void server_happened(void *context, const struct server_event *e)
{
    struct fixture *w = context;
    w->happened[e->what]++;
    if (e->detail[0])
        snprintf(w->detail, sizeof(w->detail), "%s", e->detail);
}

static void server_document(void *context, const struct server_connection *connection,
                            bool from_client, struct bytes clear)
{
    struct fixture *w = context;
    struct buffer *to = from_client ? &w->heard : &w->said;
    (void)connection;
    assert_int_equal(buffer_append(to, clear), OK);
    assert_int_equal(buffer_append_byte(to, '\n'), OK);
}

static void app_happened(void *context, const struct app_event *e)
{
    struct fixture_client *c = context;
    assert_true(e->kind < WORLD_KINDS);
    c->told[e->kind]++;
    if (e->kind != TELL_SHOWN)
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
    const char *expected;
    profile_defaults(p);
    for (size_t i = 0; strcmp(name, "observed") == 0 && i < COUNT(observed); i++)
        assert_int_equal(profile_set(p, observed[i][0], observed[i][1], &expected), OK);
}

static void make_client(struct fixture *w, size_t i)
{
    struct fixture_client *c = &w->clients[i];
    c->fixture = w;
    c->account = fixture_account(i);
    c->self = (struct address){names[i], 1};
    buffer_init(&c->shown, 65536);
    const struct app_options options = {
        .self = c->self, .random = &w->random, .token_key = w->token_key, .unix_now = unix_now};
    assert_int_equal(app_new(&options, (struct app_observer){app_happened, c}, &c->app), OK);
    const struct server_account account = {fixture_account(i), names[i], 1};
    assert_int_equal(server_account_add(w->server, &account), OK);
}

struct fixture *fixture_open(const char *profile)
{
    static const uint8_t seed[32] = "the seed of a token's key";
    struct fixture *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    make_profile(&w->profile, profile);
    buffer_init(&w->said, SAID_MAX);
    buffer_init(&w->heard, SAID_MAX);
    assert_int_equal(random_init(&w->random, bytes_of_text("fixture"), "fixture"), OK);
    assert_int_equal(token_key_new(TOKEN_EDDSA, bytes_of(seed, 32), "k", &w->token_key), OK);
    const struct server_options options = {.profile = &w->profile,
                                           .random = &w->random,
                                           .unix_now = unix_now,
                                           .listener = {server_happened, NULL, server_document, w},
                                           .policy = all_habits};
    assert_int_equal(server_new(&options, &w->server), OK);
    for (size_t i = 0; i < WORLD_CLIENTS; i++)
        make_client(w, i);
    w->dials_once = true;
    return w;
}

void fixture_close(struct fixture *w)
{
    for (size_t i = 0; i < WORLD_CLIENTS; i++) {
        app_free(w->clients[i].app);
        buffer_fini(&w->clients[i].shown);
    }
    server_free(w->server);
    token_key_free(w->token_key);
    buffer_fini(&w->said);
    buffer_fini(&w->heard);
    free(w);
}

void fixture_set_habits(struct fixture *w, struct server_policy policy)
{
    server_set_policy(w->server, policy);
}

uint64_t fixture_account(size_t i) { return FIRST_ACCOUNT + i; }

/* ---- carrying */

static struct bytes front(const struct fixture *w, const struct buffer *b)
{
    return bytes_slice(buffer_bytes(b), 0, w->piece ? w->piece : b->len);
}

static bool carry_up(struct fixture *w, struct fixture_client *c)
{
    struct buffer *out = app_output(c->app);
    struct bytes some = front(w, out);
    if (!c->connection || !some.len)
        return false;
    assert_int_equal(server_connection_receive(c->connection, some), OK);
    buffer_consume(out, some.len);
    return true;
}

static bool carry_down(struct fixture *w, struct fixture_client *c)
{
    struct buffer *out = c->connection ? server_connection_output(c->connection) : NULL;
    struct bytes some = out ? front(w, out) : (struct bytes){0};
    if (!some.len)
        return false;
    assert_int_equal(app_receive(c->app, some, w->now_ms), OK);
    buffer_consume(out, some.len);
    assert_int_equal(server_connection_written(c->connection), OK);
    return true;
}

static void end_line(struct fixture *w, struct fixture_client *c)
{
    server_connection_gone(c->connection);
    c->connection = NULL;
    app_ended(c->app, w->now_ms);
}

/* Whoever wants to end does, when its bytes are carried. */
static bool end_when_due(struct fixture *w, struct fixture_client *c)
{
    bool wants =
        c->connection && (app_wants_end(c->app) ||
                          (server_connection_wants_end(c->connection) != SERVER_STAYS &&
                           server_connection_wants_end(c->connection) != SERVER_HALF_CLOSES));
    if (wants)
        end_line(w, c);
    return wants;
}

static bool dial(struct fixture *w, struct fixture_client *c)
{
    if (c->connection || !app_wants_dial(c->app, w->now_ms))
        return false;
    assert_int_equal(server_connection_open(w->server, &c->connection), OK);
    app_dialled(c->app, true, w->now_ms);
    return true;
}

void fixture_carry(struct fixture *w)
{
    bool has_moved = true;
    for (unsigned round = 0; has_moved; round++) {
        assert_true(round < ROUNDS_MAX);
        has_moved = false;
        for (size_t i = 0; i < WORLD_CLIENTS; i++) {
            struct fixture_client *c = &w->clients[i];
            bool went_up = carry_up(w, c), went_down = carry_down(w, c);
            has_moved |=
                went_up || went_down || end_when_due(w, c) || (!w->dials_once && dial(w, c));
        }
    }
}

bool fixture_connect(struct fixture *w, size_t i)
{
    struct fixture_client *c = &w->clients[i];
    struct app_connect how = {.profile = &w->profile,
                              .account_id = c->account,
                              .user = "user-0123456789abcdef",
                              .issuer = "https://provider.example",
                              .audience = w->profile.stanza_server};
    memcpy(how.root_key, server_root(w->server).data, 32);
    unsigned before = c->told[TELL_CONNECTED];
    assert_int_equal(app_connect(c->app, &how, w->now_ms), OK);
    assert_true(dial(w, c));
    fixture_carry(w);
    return c->connection && c->told[TELL_CONNECTED] == before + 1;
}

void fixture_cut(struct fixture *w, size_t i)
{
    assert_non_null(w->clients[i].connection);
    end_line(w, &w->clients[i]);
}

/* ---- saying */

void fixture_send(struct fixture *w, size_t from, size_t to, const char *text)
{
    struct buffer content;
    buffer_init(&content, 65536);
    assert_int_equal(content_encode_text(bytes_of_text(text), &content), OK);
    assert_int_equal(app_send(w->clients[from].app, w->clients[to].self, buffer_bytes(&content)),
                     OK);
    buffer_fini(&content);
    fixture_carry(w);
}

bool fixture_was_shown(const struct fixture *w, size_t i, const char *text)
{
    struct content content;
    const struct buffer *shown = &w->clients[i].shown;
    return shown->len && content_decode(buffer_bytes(shown), &content) == OK &&
           bytes_equal(content.text, bytes_of_text(text));
}

void fixture_say(struct fixture *w, size_t i, const char *document)
{
    struct buffer message;
    struct app *c = w->clients[i].app;
    buffer_init(&message, SAID_MAX);
    assert_int_equal(noise_seal(&c->send, bytes_of_text(document), &message), OK);
    assert_int_equal(
        frame_encode(buffer_bytes(&message), w->profile.frame_length_size, app_output(c)), OK);
    buffer_fini(&message);
    fixture_carry(w);
}

bool fixture_gate_said(struct fixture *w, const char *part)
{
    return strstr(buffer_text(&w->said), part) != NULL;
}

bool fixture_client_said(struct fixture *w, const char *part)
{
    return strstr(buffer_text(&w->heard), part) != NULL;
}

size_t fixture_count(struct fixture *w, const char *part)
{
    size_t n = 0;
    for (const char *at = buffer_text(&w->said); (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

void fixture_forget(struct fixture *w)
{
    buffer_clear(&w->said);
    buffer_clear(&w->heard);
}
