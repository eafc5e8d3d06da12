/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drive.h"

#include "cipher/signal3/signal3.h"

#include <string.h>

#define PATIENCE_MS 30000u

static void expect(struct drive *d, enum status st, enum seen wanted)
{
    assert_int_equal(st, OK);
    if (d->answer.seen != wanted)
        fail_msg("seen %s (%s %s), wanted %s", seen_name(d->answer.seen),
                 refusal_name((enum refusal)d->answer.reason), d->answer.detail, seen_name(wanted));
}

static void greet(struct drive *d)
{
    expect(d, driver_hello(d->driver, "test", &d->arena, &d->profile, &d->answer), SEEN_DONE);
}

int drive_set_up(void **state)
{
    struct drive *d = *state;
    struct driver_options options = {.clock = clock_monotonic(), .timeout_ms = PATIENCE_MS};
    struct buffer detail;
    options.address =
        (struct target_address){.kind = TARGET_EXEC, .text = d->command, .command = d->command};
    arena_init(&d->arena, (size_t)256 * 1024 * 1024);
    buffer_init(&detail, 4096);
    if (driver_open(&options, &d->driver, &detail))
        fail_msg("%s", buffer_text(&detail));
    buffer_fini(&detail);
    greet(d);
    d->bundle_kind = cipher_signal3.bundle_kind;
    reset(d, "seed");
    create(d, "alice");
    create(d, "bob");
    return 0;
}

int drive_tear_down(void **state)
{
    struct drive *d = *state;
    driver_close(d->driver);
    d->driver = NULL;
    arena_fini(&d->arena);
    return 0;
}

void reopen(struct drive *d)
{
    struct buffer detail;
    buffer_init(&detail, 4096);
    assert_int_equal(driver_reopen(d->driver, &detail), OK);
    buffer_fini(&detail);
    greet(d);
}

void reset(struct drive *d, const char *seed)
{
    uint8_t bytes[32] = {0};
    memcpy(bytes, seed, strlen(seed));
    expect(d, driver_reset(d->driver, bytes_of(bytes, sizeof(bytes)), &d->arena, &d->answer),
           SEEN_DONE);
}

void reset_to_chance(struct drive *d)
{
    expect(d, driver_reset(d->driver, bytes_of(NULL, 0), &d->arena, &d->answer), SEEN_DONE);
}

void create_as(struct drive *d, const char *party, const char *address_name)
{
    struct address self = {address_name, 1};
    expect(d, driver_create_party(d->driver, party, self, NULL, &d->arena, &d->answer), SEEN_DONE);
}

void create(struct drive *d, const char *party) { create_as(d, party, party); }

/* ---- handshake */

struct bytes publish(struct drive *d, const char *party, bool with_one_time_prekey)
{
    expect(d,
           driver_get_bundle(d->driver, party, !with_one_time_prekey, false, &d->arena, &d->answer),
           SEEN_DONE);
    d->bundle_kind = d->answer.kind;
    return d->answer.body;
}

void process(struct drive *d, const char *party, const char *peer, struct bytes bundle,
             enum seen wanted)
{
    struct address with = {peer, 1};
    expect(
        d,
        driver_start_session(d->driver, party, with, d->bundle_kind, bundle, &d->arena, &d->answer),
        wanted);
}

void start(struct drive *d, const char *from, const char *to, bool with_one_time_prekey)
{
    process(d, from, to, publish(d, to, with_one_time_prekey), SEEN_DONE);
}

void establish(struct drive *d)
{
    start(d, "alice", "bob", true);
    say(d, "alice", "bob", "hello");
    say(d, "bob", "alice", "hello back");
}

/* ---- messages */

static struct message taken(const struct drive *d)
{
    return (struct message){d->answer.kind, d->answer.body};
}

struct message seal_bytes(struct drive *d, const char *from, const char *to, struct bytes plain)
{
    struct target_conversation where = {.party = from, .peer = {to, 1}};
    expect(d, driver_seal(d->driver, &where, plain, &d->arena, &d->answer), SEEN_DONE);
    return taken(d);
}

struct message seal(struct drive *d, const char *from, const char *to, const char *text)
{
    return seal_bytes(d, from, to, bytes_of_text(text));
}

struct message mutated(struct drive *d, const struct message *m, size_t at)
{
    assert_true(at < m->body.len);
    uint8_t *copy = arena_alloc(&d->arena, m->body.len);
    assert_non_null(copy);
    memcpy(copy, m->body.data, m->body.len);
    copy[at] ^= 1;
    return (struct message){m->kind, bytes_of(copy, m->body.len)};
}

enum seen open_as(struct drive *d, const char *to, const char *from, const struct message *m)
{
    return open_group(d, to, from, NULL, m);
}

void assert_opens(struct drive *d, const char *to, const char *from, const struct message *m,
                  const char *text)
{
    (void)open_as(d, to, from, m);
    expect(d, OK, SEEN_NOTHING_YET);
    assert_true(bytes_equal(d->answer.body, bytes_of_text(text)));
}

void assert_refused(struct drive *d, const char *to, const char *from, const struct message *m,
                    enum refusal why)
{
    (void)open_as(d, to, from, m);
    expect(d, OK, SEEN_REFUSAL);
    assert_string_equal(refusal_name((enum refusal)d->answer.reason), refusal_name(why));
}

void assert_refused_unauthentic(struct drive *d, const char *to, const char *from,
                                const struct message *m)
{
    (void)open_as(d, to, from, m);
    expect(d, OK, SEEN_REFUSAL);
    assert_true(d->answer.reason == REFUSAL_AUTHENTICATION || d->answer.reason == REFUSAL_NONE);
}

void say(struct drive *d, const char *from, const char *to, const char *text)
{
    struct message m = seal(d, from, to, text);
    assert_opens(d, to, from, &m, text);
}

/* ---- groups */

struct message distribute(struct drive *d, const char *by, const char *group, bool is_fresh)
{
    expect(d, driver_distribute(d->driver, by, group, is_fresh, &d->arena, &d->answer), SEEN_DONE);
    assert_int_equal(d->answer.kind, SIGNAL_KIND_DISTRIBUTION);
    return taken(d);
}

struct message seal_group(struct drive *d, const char *by, const char *group, const char *text)
{
    struct target_conversation where = {.party = by, .group = group};
    expect(d, driver_seal(d->driver, &where, bytes_of_text(text), &d->arena, &d->answer),
           SEEN_DONE);
    assert_int_equal(d->answer.kind, SIGNAL_KIND_SENDER_KEY);
    return taken(d);
}

enum seen open_group(struct drive *d, const char *to, const char *from, const char *group,
                     const struct message *m)
{
    struct target_conversation where = {.party = to, .peer = {from, 1}, .group = group};
    assert_int_equal(
        driver_open_message(d->driver, &where, m->kind, m->body, &d->arena, &d->answer), OK);
    return d->answer.seen;
}

/* ---- stolen state */

struct bytes snapshot(struct drive *d, const char *party)
{
    expect(d, driver_snapshot(d->driver, party, &d->arena, &d->answer), SEEN_DONE);
    return d->answer.body;
}

void restore(struct drive *d, const char *party, struct bytes state)
{
    expect(d, driver_restore(d->driver, party, state, &d->arena, &d->answer), SEEN_DONE);
}

void forget_session(struct drive *d, const char *party, const char *peer)
{
    struct target_conversation where = {.party = party, .peer = {peer, 1}};
    expect(d, driver_forget_session(d->driver, &where, &d->arena, &d->answer), SEEN_DONE);
}

const char *fingerprint(struct drive *d, const char *at, const char *peer)
{
    struct target_conversation where = {.party = at, .peer = {peer, 1}};
    expect(d, driver_fingerprint(d->driver, &where, at, peer, &d->arena, &d->answer), SEEN_DONE);
    return d->answer.text;
}
