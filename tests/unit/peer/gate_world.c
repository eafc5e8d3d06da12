#include "gate_world.h"

#include "peer/caller_internal.h"
#include "wire/content.h"
#include "wire/frame.h"

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
static const struct gate_habits all_habits = {true, true, true, true, true, true};

static uint64_t unix_now(void *context)
{
    (void)context;
    return NOW;
}

/* ---- what is told */

static void gate_happened(void *context, const struct gate_event *e)
{
    struct world *w = context;
    w->happened[e->what]++;
    if (e->detail[0])
        snprintf(w->detail, sizeof(w->detail), "%s", e->detail);
}

static void gate_document(void *context, const struct gate_line *line, bool from_client,
                          struct bytes clear)
{
    struct world *w = context;
    struct buffer *to = from_client ? &w->heard : &w->said;
    (void)line;
    assert_int_equal(buffer_append(to, clear), OK);
    assert_int_equal(buffer_append_byte(to, '\n'), OK);
}

static void caller_happened(void *context, const struct caller_event *e)
{
    struct world_client *c = context;
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
    for (size_t i = 0; strcmp(name, "observed") == 0 && i < sizeof(observed) / sizeof(*observed);
         i++)
        assert_int_equal(profile_set(p, observed[i][0], observed[i][1], &expected), OK);
}

static void make_client(struct world *w, size_t i)
{
    struct world_client *c = &w->clients[i];
    c->world = w;
    c->account = world_account(i);
    c->self = (struct address){names[i], 1};
    buffer_init(&c->shown, 65536);
    const struct caller_options options = {
        .self = c->self, .random = &w->random, .token_key = w->token_key, .unix_now = unix_now};
    assert_int_equal(caller_new(&options, (struct caller_listener){caller_happened, c}, &c->caller),
                     OK);
    const struct gate_account account = {world_account(i), names[i], 1};
    assert_int_equal(gate_account_add(w->gate, &account), OK);
}

struct world *world_open(const char *profile)
{
    static const uint8_t seed[32] = "the seed of a token's key";
    struct world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    make_profile(&w->profile, profile);
    buffer_init(&w->said, SAID_MAX);
    buffer_init(&w->heard, SAID_MAX);
    assert_int_equal(random_init(&w->random, bytes_of_text("world"), "world"), OK);
    assert_int_equal(token_key_new(TOKEN_EDDSA, bytes_of(seed, 32), "k", &w->token_key), OK);
    const struct gate_options options = {.profile = &w->profile,
                                         .random = &w->random,
                                         .unix_now = unix_now,
                                         .listener = {gate_happened, NULL, gate_document, w},
                                         .habits = all_habits};
    assert_int_equal(gatekeeper_new(&options, &w->gate), OK);
    for (size_t i = 0; i < WORLD_CLIENTS; i++)
        make_client(w, i);
    w->dials_once = true;
    return w;
}

void world_close(struct world *w)
{
    for (size_t i = 0; i < WORLD_CLIENTS; i++) {
        caller_free(w->clients[i].caller);
        buffer_fini(&w->clients[i].shown);
    }
    gatekeeper_free(w->gate);
    token_key_free(w->token_key);
    buffer_fini(&w->said);
    buffer_fini(&w->heard);
    free(w);
}

void world_set_habits(struct world *w, struct gate_habits habits)
{
    gatekeeper_set_habits(w->gate, habits);
}

uint64_t world_account(size_t i) { return FIRST_ACCOUNT + i; }

/* ---- carrying */

static struct bytes front(const struct world *w, const struct buffer *b)
{
    return bytes_slice(buffer_bytes(b), 0, w->piece ? w->piece : b->len);
}

static bool carry_up(struct world *w, struct world_client *c)
{
    struct buffer *out = caller_output(c->caller);
    struct bytes some = front(w, out);
    if (!c->line || !some.len)
        return false;
    assert_int_equal(gate_line_receive(c->line, some), OK);
    buffer_consume(out, some.len);
    return true;
}

static bool carry_down(struct world *w, struct world_client *c)
{
    struct buffer *out = c->line ? gate_line_output(c->line) : NULL;
    struct bytes some = out ? front(w, out) : (struct bytes){0};
    if (!some.len)
        return false;
    assert_int_equal(caller_receive(c->caller, some, w->now_ms), OK);
    buffer_consume(out, some.len);
    assert_int_equal(gate_line_written(c->line), OK);
    return true;
}

static void end_line(struct world *w, struct world_client *c)
{
    gate_line_gone(c->line);
    c->line = NULL;
    caller_ended(c->caller, w->now_ms);
}

/* Whoever wants to end does, when its bytes are carried. */
static bool end_when_due(struct world *w, struct world_client *c)
{
    bool wants = c->line && (caller_wants_end(c->caller) ||
                             (gate_line_wants_end(c->line) != GATE_STAYS &&
                              gate_line_wants_end(c->line) != GATE_HALF_CLOSES));
    if (wants)
        end_line(w, c);
    return wants;
}

static bool dial(struct world *w, struct world_client *c)
{
    if (c->line || !caller_wants_dial(c->caller, w->now_ms))
        return false;
    assert_int_equal(gate_line_open(w->gate, &c->line), OK);
    caller_dialled(c->caller, true, w->now_ms);
    return true;
}

void world_carry(struct world *w)
{
    bool has_moved = true;
    for (unsigned round = 0; has_moved; round++) {
        assert_true(round < ROUNDS_MAX);
        has_moved = false;
        for (size_t i = 0; i < WORLD_CLIENTS; i++) {
            struct world_client *c = &w->clients[i];
            bool went_up = carry_up(w, c), went_down = carry_down(w, c);
            has_moved |=
                went_up || went_down || end_when_due(w, c) || (!w->dials_once && dial(w, c));
        }
    }
}

bool world_connect(struct world *w, size_t i)
{
    struct world_client *c = &w->clients[i];
    struct caller_connect how = {.profile = &w->profile,
                                 .account_id = c->account,
                                 .user = "user-0123456789abcdef",
                                 .issuer = "https://provider.example",
                                 .audience = w->profile.stanza_server};
    memcpy(how.root_key, gatekeeper_root(w->gate).data, 32);
    unsigned before = c->told[TELL_CONNECTED];
    assert_int_equal(caller_connect(c->caller, &how, w->now_ms), OK);
    assert_true(dial(w, c));
    world_carry(w);
    return c->line && c->told[TELL_CONNECTED] == before + 1;
}

void world_cut(struct world *w, size_t i)
{
    assert_non_null(w->clients[i].line);
    end_line(w, &w->clients[i]);
}

/* ---- saying */

void world_send(struct world *w, size_t from, size_t to, const char *text)
{
    struct buffer content;
    buffer_init(&content, 65536);
    assert_int_equal(content_encode_text(bytes_of_text(text), &content), OK);
    assert_int_equal(
        caller_send(w->clients[from].caller, w->clients[to].self, buffer_bytes(&content)), OK);
    buffer_fini(&content);
    world_carry(w);
}

bool world_was_shown(const struct world *w, size_t i, const char *text)
{
    struct content content;
    const struct buffer *shown = &w->clients[i].shown;
    return shown->len && content_decode(buffer_bytes(shown), &content) == OK &&
           bytes_equal(content.text, bytes_of_text(text));
}

void world_say(struct world *w, size_t i, const char *document)
{
    struct buffer message;
    struct caller *c = w->clients[i].caller;
    buffer_init(&message, SAID_MAX);
    assert_int_equal(noise_seal(&c->send, bytes_of_text(document), &message), OK);
    assert_int_equal(
        frame_encode(buffer_bytes(&message), w->profile.frame_length_size, caller_output(c)), OK);
    buffer_fini(&message);
    world_carry(w);
}

bool world_gate_said(struct world *w, const char *part)
{
    return strstr(buffer_text(&w->said), part) != NULL;
}

bool world_client_said(struct world *w, const char *part)
{
    return strstr(buffer_text(&w->heard), part) != NULL;
}

size_t world_count(struct world *w, const char *part)
{
    size_t n = 0;
    for (const char *at = buffer_text(&w->said); (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

void world_forget(struct world *w)
{
    buffer_clear(&w->said);
    buffer_clear(&w->heard);
}
