/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app_fixture.h"

#include "wire/content.h"

#include <stdio.h>
#include <string.h>

#define UNIX_NOW 1700000000u
#define STEPS_MAX 2000

static const char *const names[N_SIDES] = {"alice", "bob"};

static uint64_t unix_now(void *context)
{
    const struct fixture *f = context;
    return UNIX_NOW + f->now_ms / 1000;
}

static void show(struct side *s, struct bytes bytes)
{
    struct content content;
    size_t len = strlen(s->shown);
    assert_int_equal(content_decode(bytes, &content), OK);
    snprintf(s->shown + len, sizeof(s->shown) - len, "%.*s|", (int)content.text.len,
             (const char *)content.text.data);
}

static void told(void *context, const struct app_event *event)
{
    struct side *s = context;
    if (s->fixture->transcript)
        buffer_printf(s->fixture->transcript, "[%llu: event %u, %u]",
                      (unsigned long long)s->fixture->now_ms, (unsigned)event->kind,
                      (unsigned)event->reason);
    assert_in_range(event->kind, 1, N_TOLD - 1);
    s->told[event->kind]++;
    if (event->reason)
        s->reason = event->reason;
    if (event->kind == SHOWN)
        show(s, event->content);
}

static void noticed(void *context, const struct server_event *event)
{
    struct fixture *f = context;
    f->unreadable += event->what == SERVER_UNREADABLE;
    f->n_refused += event->what == SERVER_REFUSED;
}

static void set(struct wire_profile *p, const char *name, const char *value)
{
    assert_int_equal(profile_set(p, name, value), OK);
}

static void observed(struct wire_profile *p)
{
    set(p, "frame.header", "57410603");
    set(p, "frame.intro", "yes");
    set(p, "noise.prologue", "57410603");
    set(p, "noise.empty-payload", "skipped");
    set(p, "handshake.form", "fields");
    set(p, "stanza.server", "s.whatsapp.net");
    set(p, "stanza.user-domain", "interop");
    set(p, "token.binds-static", "no");
}

static struct app_options options_of(struct side *s, size_t i, const struct app_rules *rules)
{
    return (struct app_options){.self = {names[i], 1},
                                .random = &s->random,
                                .rules = s->version,
                                .wire = rules,
                                .token_key = s->fixture->key,
                                .unix_now = unix_now,
                                .unix_context = s->fixture};
}

static void side_init(struct fixture *f, size_t i, const struct app_rules *rules)
{
    struct side *s = &f->sides[i];
    app_free(s->app);
    s->fixture = f;
    s->account = 1000 + i;
    const struct app_options options = options_of(s, i, rules);
    assert_int_equal(random_init(&s->random, bytes_of_text("callers"), names[i]), OK);
    assert_int_equal(app_new(&options, (struct app_observer){told, s}, &s->app), OK);
}

void fixture_init_versions(struct fixture *f, const struct rules *alices, const struct rules *bobs)
{
    fixture_init(f, false, NULL);
    f->sides[0].version = alices;
    f->sides[1].version = bobs;
    for (size_t i = 0; i < N_SIDES; i++)
        side_init(f, i, NULL);
}

void fixture_init(struct fixture *f, bool is_observed, const struct app_rules *alices_rules)
{
    struct wire_profile p;
    profile_defaults(&p);
    if (is_observed)
        observed(&p);
    /* few keys: making them takes most of the time of a test */
    p.prekey_upload_count = 12;
    assert_int_equal(fixture_init_profile(f, &p, NULL, alices_rules), OK);
}

enum status fixture_init_profile(struct fixture *f, const struct wire_profile *profile,
                                 struct buffer *transcript, const struct app_rules *alices_rules)
{
    static const uint8_t seed[32] = {1};
    memset(f, 0, sizeof(*f));
    f->profile = *profile;
    f->transcript = transcript;
    const struct server_options options = {.profile = &f->profile,
                                           .random = &f->random,
                                           .unix_now = unix_now,
                                           .unix_context = f,
                                           .observer = {.happened = noticed, .context = f},
                                           .policy = {true, true, true, true, true, true}};
    assert_int_equal(random_init(&f->random, bytes_of_text("callers"), "gate"), OK);
    enum status st = server_new(&options, &f->server);
    if (st)
        return st;
    assert_int_equal(token_key_new(TOKEN_EDDSA, bytes_of(seed, 32), "k", &f->key), OK);
    for (size_t i = 0; i < N_SIDES; i++) {
        const struct server_account account = {1000 + i, names[i], 1};
        side_init(f, i, i == 0 ? alices_rules : NULL);
        assert_int_equal(server_account_add(f->server, &account), OK);
    }
    return OK;
}

void fixture_fini(struct fixture *f)
{
    for (size_t i = 0; i < N_SIDES; i++)
        app_free(f->sides[i].app);
    server_free(f->server);
    token_key_free(f->key);
}

void side_lose(struct side *s)
{
    if (s->connection)
        server_connection_free(s->connection);
    s->connection = NULL;
    app_ended(s->app, s->fixture->now_ms);
}

static void dial(struct side *s)
{
    s->dials++;
    if (s->fixture->transcript)
        buffer_printf(s->fixture->transcript, "[%llu: dial]",
                      (unsigned long long)s->fixture->now_ms);
    if (!s->fixture->refuses_dials)
        assert_int_equal(server_connection_open(s->fixture->server, &s->connection), OK);
    app_dialled(s->app, s->connection != NULL, s->fixture->now_ms);
}

/* Pass what is in |from|, as a copy: the receiver may write to its own buffers. */
static void take_all(struct buffer *from, struct buffer *out)
{
    buffer_init(out, from->len + 1);
    assert_int_equal(buffer_append(out, buffer_bytes(from)), OK);
    buffer_consume(from, from->len);
}

bool side_pass_up(struct side *s)
{
    struct buffer sent;
    bool is_some = app_output(s->app)->len > 0;
    take_all(app_output(s->app), &sent);
    if (s->fixture->transcript)
        buffer_append(s->fixture->transcript, buffer_bytes(&sent));
    if (is_some && !s->fixture->is_lossy)
        assert_int_equal(server_connection_receive(s->connection, buffer_bytes(&sent)), OK);
    buffer_fini(&sent);
    return is_some;
}

static bool step_down(struct side *s)
{
    struct buffer sent;
    bool is_some = server_connection_output(s->connection)->len > 0;
    take_all(server_connection_output(s->connection), &sent);
    if (s->fixture->transcript)
        buffer_append(s->fixture->transcript, buffer_bytes(&sent));
    if (is_some)
        assert_int_equal(app_receive(s->app, buffer_bytes(&sent), s->fixture->now_ms), OK);
    buffer_fini(&sent);
    return is_some;
}

static bool step(struct side *s)
{
    if (!s->connection) {
        if (app_wants_end(s->app))
            app_ended(s->app, s->fixture->now_ms);
        if (!app_wants_dial(s->app, s->fixture->now_ms))
            return false;
        dial(s);
        return s->connection != NULL;
    }
    bool moved = side_pass_up(s);
    moved |= step_down(s);
    if (moved ||
        (!app_wants_end(s->app) && server_connection_wants_end(s->connection) == SERVER_STAYS))
        return moved;
    side_lose(s);
    return true;
}

void fixture_settle(struct fixture *f)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        bool moved = false;
        for (size_t j = 0; j < N_SIDES; j++)
            moved |= step(&f->sides[j]);
        if (!moved)
            return;
    }
    fail_msg("it never comes to rest");
}

bool fixture_wait(struct fixture *f)
{
    uint64_t due = UINT64_MAX;
    for (size_t i = 0; i < N_SIDES; i++)
        if (app_due_ms(f->sides[i].app) < due)
            due = app_due_ms(f->sides[i].app);
    if (due == UINT64_MAX)
        return false;
    if (due > f->now_ms)
        f->now_ms = due;
    for (size_t i = 0; i < N_SIDES; i++)
        app_tick(f->sides[i].app, f->now_ms);
    fixture_settle(f);
    return true;
}

void side_connect(struct side *s)
{
    struct app_connect how = {.profile = &s->fixture->profile,
                              .account_id = s->account,
                              .user = "user",
                              .issuer = "https://provider.example",
                              .audience = "https://gatekeeper.example"};
    memcpy(how.root_key, server_root(s->fixture->server).data, 32);
    assert_int_equal(app_connect(s->app, &how, s->fixture->now_ms), OK);
}

void side_say(struct side *from, struct side *to, const char *text)
{
    struct buffer content;
    buffer_init(&content, 4096);
    assert_int_equal(content_encode_text(bytes_of_text(text), &content), OK);
    const struct address peer = {names[to - from->fixture->sides], 1};
    assert_int_equal(app_send(from->app, peer, buffer_bytes(&content)), OK);
    buffer_fini(&content);
}

void side_restart(struct side *s, const struct app_rules *rules)
{
    struct buffer state;
    const struct app_options options = options_of(s, (size_t)(s - s->fixture->sides), rules);
    buffer_init(&state, (size_t)64 * 1024 * 1024);
    assert_int_equal(app_save(s->app, &state), OK);
    assert_true(app_is_saved(buffer_bytes(&state)));
    side_lose(s);
    app_free(s->app);
    s->app = NULL;
    assert_int_equal(
        app_load(buffer_bytes(&state), &options, (struct app_observer){told, s}, &s->app), OK);
    buffer_fini(&state);
}
