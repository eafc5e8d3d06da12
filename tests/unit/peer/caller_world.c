#include "caller_world.h"

#include "wire/content.h"

#include <stdio.h>
#include <string.h>

#define UNIX_NOW 1700000000u
#define STEPS_MAX 2000

static const char *const names[N_SIDES] = {"alice", "bob"};

static uint64_t unix_now(void *context)
{
    const struct world *w = context;
    return UNIX_NOW + w->now_ms / 1000;
}

static void show(struct side *s, struct bytes bytes)
{
    struct content content;
    size_t len = strlen(s->shown);
    assert_int_equal(content_decode(bytes, &content), OK);
    snprintf(s->shown + len, sizeof(s->shown) - len, "%.*s|", (int)content.text.len,
             (const char *)content.text.data);
}

static void told(void *context, const struct caller_event *event)
{
    struct side *s = context;
    assert_in_range(event->kind, 1, N_TOLD - 1);
    s->told[event->kind]++;
    if (event->reason)
        s->reason = event->reason;
    if (event->kind == SHOWN)
        show(s, event->content);
}

static void noticed(void *context, const struct gate_event *event)
{
    struct world *w = context;
    w->unreadable += event->what == GATE_UNREADABLE;
    w->turned_away += event->what == GATE_TURNED_AWAY;
}

static void set(struct wire_profile *p, const char *name, const char *value)
{
    const char *expected;
    assert_int_equal(profile_set(p, name, value, &expected), OK);
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

static struct caller_options options_of(struct side *s, size_t i, const struct caller_rules *rules)
{
    return (struct caller_options){.self = {names[i], 1},
                                   .random = &s->random,
                                   .wire = rules,
                                   .token_key = s->world->key,
                                   .unix_now = unix_now,
                                   .unix_context = s->world};
}

static void side_init(struct world *w, size_t i, const struct caller_rules *rules)
{
    struct side *s = &w->sides[i];
    s->world = w;
    s->account = 1000 + i;
    const struct caller_options options = options_of(s, i, rules);
    const struct gate_account account = {s->account, names[i], 1};
    assert_int_equal(random_init(&s->random, bytes_of_text("callers"), names[i]), OK);
    assert_int_equal(caller_new(&options, (struct caller_listener){told, s}, &s->caller), OK);
    assert_int_equal(gate_account_add(w->gate, &account), OK);
}

void world_init(struct world *w, bool is_observed, const struct caller_rules *alices_rules)
{
    static const uint8_t seed[32] = {1};
    memset(w, 0, sizeof(*w));
    profile_defaults(&w->profile);
    if (is_observed)
        observed(&w->profile);
    /* fewer keys than in earnest: they are what takes the time */
    w->profile.prekey_upload_count = 12;
    const struct gate_options options = {.profile = &w->profile,
                                         .random = &w->random,
                                         .unix_now = unix_now,
                                         .unix_context = w,
                                         .listener = {.happened = noticed, .context = w},
                                         .habits = {true, true, true, true, true, true}};
    assert_int_equal(random_init(&w->random, bytes_of_text("callers"), "gate"), OK);
    assert_int_equal(token_key_new(TOKEN_EDDSA, bytes_of(seed, 32), "k", &w->key), OK);
    assert_int_equal(gatekeeper_new(&options, &w->gate), OK);
    for (size_t i = 0; i < N_SIDES; i++)
        side_init(w, i, i == 0 ? alices_rules : NULL);
}

void world_fini(struct world *w)
{
    for (size_t i = 0; i < N_SIDES; i++)
        caller_free(w->sides[i].caller);
    gatekeeper_free(w->gate);
    token_key_free(w->key);
}

void side_lose(struct side *s)
{
    if (s->line)
        gate_line_gone(s->line);
    s->line = NULL;
    caller_ended(s->caller, s->world->now_ms);
}

static void dial(struct side *s)
{
    s->dials++;
    if (!s->world->refuses_dials)
        assert_int_equal(gate_line_open(s->world->gate, &s->line), OK);
    caller_dialled(s->caller, s->line != NULL, s->world->now_ms);
}

/* What lies in |from| goes over, in a copy: whoever takes it writes to its own buffers. */
static void take_all(struct buffer *from, struct buffer *out)
{
    buffer_init(out, from->len + 1);
    assert_int_equal(buffer_append(out, buffer_bytes(from)), OK);
    buffer_consume(from, from->len);
}

bool side_pass_up(struct side *s)
{
    struct buffer sent;
    bool is_some = caller_output(s->caller)->len > 0;
    take_all(caller_output(s->caller), &sent);
    if (is_some && !s->world->is_lossy)
        assert_int_equal(gate_line_receive(s->line, buffer_bytes(&sent)), OK);
    buffer_fini(&sent);
    return is_some;
}

static bool step_down(struct side *s)
{
    struct buffer sent;
    bool is_some = gate_line_output(s->line)->len > 0;
    take_all(gate_line_output(s->line), &sent);
    if (is_some)
        assert_int_equal(caller_receive(s->caller, buffer_bytes(&sent), s->world->now_ms), OK);
    buffer_fini(&sent);
    return is_some;
}

static bool step(struct side *s)
{
    if (!s->line) {
        if (caller_wants_end(s->caller))
            caller_ended(s->caller, s->world->now_ms);
        if (!caller_wants_dial(s->caller, s->world->now_ms))
            return false;
        dial(s);
        return s->line != NULL;
    }
    bool moved = side_pass_up(s);
    moved |= step_down(s);
    if (moved || (!caller_wants_end(s->caller) && gate_line_wants_end(s->line) == GATE_STAYS))
        return moved;
    side_lose(s);
    return true;
}

void world_settle(struct world *w)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        bool moved = false;
        for (size_t j = 0; j < N_SIDES; j++)
            moved |= step(&w->sides[j]);
        if (!moved)
            return;
    }
    fail_msg("it never comes to rest");
}

bool world_wait(struct world *w)
{
    uint64_t due = UINT64_MAX;
    for (size_t i = 0; i < N_SIDES; i++)
        if (caller_due_ms(w->sides[i].caller) < due)
            due = caller_due_ms(w->sides[i].caller);
    if (due == UINT64_MAX)
        return false;
    if (due > w->now_ms)
        w->now_ms = due;
    for (size_t i = 0; i < N_SIDES; i++)
        caller_tick(w->sides[i].caller, w->now_ms);
    world_settle(w);
    return true;
}

void side_connect(struct side *s)
{
    struct caller_connect how = {.profile = &s->world->profile,
                                 .account_id = s->account,
                                 .user = "user",
                                 .issuer = "https://provider.example",
                                 .audience = "https://gatekeeper.example"};
    memcpy(how.root_key, gatekeeper_root(s->world->gate).data, 32);
    assert_int_equal(caller_connect(s->caller, &how, s->world->now_ms), OK);
}

void side_say(struct side *from, struct side *to, const char *text)
{
    struct buffer content;
    buffer_init(&content, 4096);
    assert_int_equal(content_encode_text(bytes_of_text(text), &content), OK);
    const struct address peer = {names[to - from->world->sides], 1};
    assert_int_equal(caller_send(from->caller, peer, buffer_bytes(&content)), OK);
    buffer_fini(&content);
}

void side_restart(struct side *s, const struct caller_rules *rules)
{
    struct buffer state;
    const struct caller_options options = options_of(s, (size_t)(s - s->world->sides), rules);
    buffer_init(&state, (size_t)64 * 1024 * 1024);
    assert_int_equal(caller_save(s->caller, &state), OK);
    assert_true(caller_is_saved(buffer_bytes(&state)));
    side_lose(s);
    caller_free(s->caller);
    s->caller = NULL;
    assert_int_equal(
        caller_load(buffer_bytes(&state), &options, (struct caller_listener){told, s}, &s->caller),
        OK);
    buffer_fini(&state);
}
