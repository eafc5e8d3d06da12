/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blind_client_conversations.h"

#include <string.h>

#define TELL(w, p, ...) client_world_tell(w, p, &(struct client_message){__VA_ARGS__})

/* The client is connected, and knows alice. */
static struct client_peer *begin(struct client_world *w)
{
    client_world_connect(w);
    struct client_peer *alice = client_world_peer(w, "alice", 1);
    client_world_start(w, alice);
    TELL(w, alice, .id = "A-1", .text = "hello");
    return alice;
}

/* ---- frames and the channel */

static void pieces(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    w->piece = 80;
    TELL(w, alice, .id = "A-2", .text = "in several pieces");
}

static void bytes_apart(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    w->piece = 2;
    TELL(w, alice, .id = "A-2", .text = "two bytes at a time");
}

static void behind_success(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    struct buffer document;
    buffer_init(&document, 65536);
    client_world_write(w, alice, &(struct client_message){.id = "A-2", .text = "waits"}, &document);
    w->loses_sent = true;
    client_world_must(server_deliver(w->server, 1000, "A-2", buffer_bytes(&document)));
    client_world_settle(w);
    w->loses_sent = false;
    client_world_lose(w);
    buffer_fini(&document);
}

static void largest(struct client_world *w)
{
    const char *ping = "<iq id=\"p\" type=\"get\" xmlns=\"urn:xmpp:ping\"/>";
    struct buffer document;
    begin(w);
    buffer_init(&document, 65536);
    client_world_must(buffer_append_text(&document, ping));
    while (document.len < w->profile.noise_max_message - NOISE_TAG_LEN)
        client_world_must(buffer_append_byte(&document, ' '));
    client_world_push(w, buffer_text(&document));
    buffer_fini(&document);
}

static void many_pings(struct client_world *w)
{
    begin(w);
    for (size_t i = 0; i < 260; i++)
        client_world_push(w, "<iq id=\"p\" type=\"get\" xmlns=\"urn:xmpp:ping\"/>");
}

/* A connection is lost in the middle of a frame. */
static void half_frame(struct client_world *w)
{
    begin(w);
    client_world_must(server_connection_push(
        w->connection, bytes_of_text("<iq id=\"p\" type=\"get\" xmlns=\"urn:xmpp:ping\"/>"), NULL));
    client_world_must(app_receive(
        w->app, bytes_slice(buffer_bytes(server_connection_output(w->connection)), 0, 20),
        w->now_ms));
    client_world_lose(w);
}

static void short_write(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    client_world_say(w, alice, "written in two pieces");
    w->first_write = 30;
    client_world_settle(w);
}

/* The chain of the second connection is not sound. */
static void bad_chain(struct client_world *w)
{
    begin(w);
    server_set_certificate_mutation(w->server, 1);
    client_world_lose(w);
}

#define STREAM_ERROR "<stream:error xmlns:stream=\"http://etherx.jabber.org/streams\" "

/* ---- reconnects and the outbox */

static void restart_required(struct client_world *w)
{
    begin(w);
    client_world_push(w, STREAM_ERROR "code=\"515\"/>");
}

static void refused_service(struct client_world *w)
{
    begin(w);
    server_refuse_service(w->server, 3, 503);
    for (size_t i = 0; i < 4; i++)
        client_world_lose(w);
}

static void replaced(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    client_world_push(w, STREAM_ERROR "code=\"401\"/>");
    client_world_say(w, alice, "after it gave up");
    client_world_settle(w);
}

static void unacknowledged(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    client_world_say(w, alice, "one");
    client_world_say(w, alice, "two");
    client_world_settle(w);
    client_world_push(w, "<ack class=\"message\" id=\"M-2\" from=\"s\" t=\"1\"/>");
    client_world_lose(w);
}

/* ---- retries */

static void asked_again(struct client_world *w)
{
    struct client_peer *alice = begin(w), *second = client_world_peer(w, "alice", 2);
    client_world_say(w, alice, "text");
    client_world_settle(w);
    client_world_ask(w, second, "M-1", 1, NULL);
    client_world_restart(w);
    client_world_ask(w, alice, "M-1", 1, NULL);
}

static void asked_with_keys(struct client_world *w)
{
    struct client_peer *alice = begin(w), *other = client_world_peer(w, "alice", 3);
    client_world_say(w, alice, "text");
    client_world_settle(w);
    client_world_ask(w, alice, "M-1", 2, other->party);
    client_world_ask(w, alice, "M-1", 2, alice->party);
}

/* What does not decrypt, twice, of two messages. */
static void asks_again(struct client_world *w)
{
    begin(w);
    struct client_peer *bob = client_world_peer(w, "bob", 1);
    client_world_start(w, bob);
    for (size_t i = 0; i < 2; i++) {
        TELL(w, bob, .id = "B-1", .text = NULL);
        TELL(w, bob, .id = "B-2", .text = NULL);
    }
    client_world_restart(w);
    TELL(w, bob, .id = "B-1", .text = "at last");
}

/* ---- received messages */

static void devices(struct client_world *w)
{
    begin(w);
    struct client_peer *second = client_world_peer(w, "alice", 2);
    client_world_start(w, second);
    TELL(w, second, .id = "A-1", .text = "the same id");
    TELL(w, second, .id = "A-2", .text = "another id");
    client_world_must(app_mark_read(w->app, (struct address){"alice", 1}));
    client_world_settle(w);
}

static void offline(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    TELL(w, alice, .id = "A-2", .attributes = "offline=\"1\"", .text = "waited");
}

static void same_id(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    client_world_say(w, alice, "text");
    client_world_settle(w);
    TELL(w, alice, .id = "M-1", .text = "under an id of yours");
}

static void unknown_child(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    TELL(w, alice, .id = "A-2", .before = "<unknown/>", .text = "behind it");
}

static void name_with_colon(struct client_world *w)
{
    begin(w);
    struct client_peer *colon = client_world_peer(w, "a:b", 1);
    client_world_start(w, colon);
    TELL(w, colon, .id = "C-1", .text = "text");
}

static void texts(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    TELL(w, alice, .id = "A-2", .text = "");
    TELL(w, alice, .id = "A-3", .text = "two\r\nlines");
}

/* ---- prekeys */

static void few_prekeys(struct client_world *w)
{
    begin(w);
    for (size_t i = 0; i < 2; i++)
        client_world_push(w,
                          "<notification id=\"n\" type=\"encrypt\" from=\"s\"><count value=\"1\"/>"
                          "</notification>");
}

static void two_wait(struct client_world *w)
{
    begin(w);
    const struct client_peer *bob = client_world_peer(w, "bob", 1);
    client_world_say(w, bob, "one");
    client_world_say(w, bob, "two");
    client_world_settle(w);
}

static void large_ids(struct client_world *w)
{
    begin(w);
    struct client_peer *bob = client_world_peer(w, "bob", 1);
    const struct publish_options publish = {0};
    struct buffer bundle, changed;
    struct signal_bundle b;
    buffer_init(&bundle, 65536);
    buffer_init(&changed, 65536);
    client_world_must(party_publish(bob->party, &publish, &bundle));
    client_world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    b.one_time_prekey_id = 70000;
    client_world_must(signal_bundle_encode(&b, &changed));
    client_world_must(server_bundle_put(w->server, bob->account, buffer_bytes(&changed)));
    client_world_say(w, bob, "text");
    client_world_settle(w);
    buffer_fini(&bundle);
    buffer_fini(&changed);
}

static void rotation(struct client_world *w)
{
    begin(w);
    client_world_must(app_rotate(w->app));
    client_world_settle(w);
}

const struct client_conversation third_blind_clients[] = {
    {"pieces", false, pieces},
    {"bytes-apart", false, bytes_apart},
    {"behind-success", false, behind_success},
    {"largest", false, largest},
    {"half-frame", false, half_frame},
    {"short-write", false, short_write},
    {"bad-chain", false, bad_chain},
    {"restart-required", false, restart_required},
    {"refused-service", false, refused_service},
    {"replaced", false, replaced},
    {"unacknowledged", true, unacknowledged},
    {"asked-again", false, asked_again},
    {"asked-with-keys", false, asked_with_keys},
    {"asks-again", false, asks_again},
    {"devices", false, devices},
    {"offline", false, offline},
    {"same-id", false, same_id},
    {"unknown-child", false, unknown_child},
    {"name-with-colon", false, name_with_colon},
    {"texts", false, texts},
    {"few-prekeys", false, few_prekeys},
    {"two-wait", false, two_wait},
    {"large-ids", false, large_ids},
    {"rotation", false, rotation},
    {"many-pings", false, many_pings},
};

const size_t n_third_blind_clients = sizeof(third_blind_clients) / sizeof(third_blind_clients[0]);
