/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blind_client_conversations.h"

#include <stdio.h>
#include <string.h>

#define TELL(w, p, ...) client_world_tell(w, p, &(struct client_message){__VA_ARGS__})
#define HOUR_MS ((uint64_t)3600 * 1000)

/* The client is connected, and knows alice. */
static struct client_peer *begin(struct client_world *w)
{
    client_world_connect(w);
    struct client_peer *alice = client_world_peer(w, "alice", 1);
    client_world_start(w, alice);
    TELL(w, alice, .id = "A-1", .text = "hello");
    return alice;
}

static void say(struct client_world *w, const struct client_peer *to, const char *text)
{
    client_world_say(w, to, text);
    client_world_settle(w);
}

/* Push |document| with |old|, which is in it, replaced. */
static void push_with(struct client_world *w, struct buffer *document, const char *old,
                      const char *new)
{
    const char *text = buffer_text(document), *at = strstr(text, old);
    struct buffer changed;
    if (!at)
        client_world_must(E_MISSING);
    buffer_init(&changed, document->len + strlen(new) + 1);
    buffer_append(&changed, bytes_slice(buffer_bytes(document), 0, (size_t)(at - text)));
    buffer_append_text(&changed, new);
    client_world_must(buffer_append_text(&changed, at + strlen(old)));
    client_world_push(w, buffer_text(&changed));
    buffer_fini(&changed);
}

/* |p| says "text" in the message A-2, which comes with |old| replaced. */
static void tell_with(struct client_world *w, struct client_peer *p, const char *old,
                      const char *new)
{
    struct buffer document;
    buffer_init(&document, 65536);
    client_world_write(w, p, &(struct client_message){.id = "A-2", .text = "text"}, &document);
    push_with(w, &document, old, new);
    buffer_fini(&document);
}

/* ---- the channel and the connection */

static void refused_once(struct client_world *w)
{
    begin(w);
    server_refuse_service(w->server, 1, 503);
    client_world_lose(w);
    client_world_wait(w);
}

static void lost_after_hours(struct client_world *w)
{
    begin(w);
    w->now_ms += 3 * HOUR_MS;
    client_world_lose(w);
}

static void long_outage(struct client_world *w)
{
    begin(w);
    server_refuse_service(w->server, 8, 503);
    client_world_lose(w);
    for (size_t i = 0; i < 8; i++)
        client_world_wait(w);
}

static void offline_in_pause(struct client_world *w)
{
    begin(w);
    server_refuse_service(w->server, 1, 503);
    client_world_lose(w);
    app_disconnect(w->app);
    client_world_wait(w);
}

static void upload_lost(struct client_world *w)
{
    w->loses_once_in = true;
    client_world_connect(w);
    client_world_wait(w);
}

/* ---- the outbox */

static void ack_of_receipt(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    say(w, alice, "text");
    client_world_push(w, "<ack class=\"receipt\" id=\"M-1\" from=\"s\" t=\"1\"/>");
    client_world_lose(w);
}

static void ack_with_error(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    say(w, alice, "text");
    client_world_push(w, "<ack class=\"message\" id=\"M-1\" from=\"s\" t=\"1\" error=\"404\"/>");
    client_world_lose(w);
}

static void two_unacknowledged(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    say(w, alice, "one");
    say(w, alice, "two");
    client_world_lose(w);
}

static void said_while_away(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    server_refuse_service(w->server, 1, 503);
    client_world_lose(w);
    say(w, alice, "while away");
    client_world_restart(w);
}

static void second_device_over_restart(struct client_world *w)
{
    begin(w);
    struct client_peer *second = client_world_peer(w, "alice", 2);
    client_world_start(w, second);
    TELL(w, second, .id = "B-1", .text = "hello");
    say(w, second, "to the second device");
    client_world_restart(w);
}

static void first_message_over_restart(struct client_world *w)
{
    begin(w);
    const struct client_peer *bob = client_world_peer(w, "bob", 1);
    say(w, bob, "first");
    client_world_restart(w);
}

/* ---- retries */

/* Of somebody whose messages do not open. */
static struct client_peer *begin_with_bob(struct client_world *w)
{
    begin(w);
    struct client_peer *bob = client_world_peer(w, "bob", 1);
    client_world_start(w, bob);
    return bob;
}

static void asks_over_restart(struct client_world *w)
{
    struct client_peer *bob = begin_with_bob(w);
    TELL(w, bob, .id = "B-1", .text = NULL);
    client_world_restart(w);
    TELL(w, bob, .id = "B-1", .text = NULL);
}

static void asks_until_it_gives_up(struct client_world *w)
{
    struct client_peer *bob = begin_with_bob(w);
    for (size_t i = 0; i < 6; i++)
        TELL(w, bob, .id = "B-1", .text = NULL);
}

static void first_message_again(struct client_world *w)
{
    struct client_peer *bob = begin_with_bob(w);
    struct buffer document;
    buffer_init(&document, 65536);
    client_world_write(w, bob, &(struct client_message){.id = "B-1", .text = "first"}, &document);
    client_world_push(w, buffer_text(&document));
    push_with(w, &document, "B-1", "B-2");
    buffer_fini(&document);
}

static void asked_for_first_of_two(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    say(w, alice, "one");
    say(w, alice, "two");
    client_world_ask(w, alice, "M-1", 1, NULL);
}

/* ---- received stanzas */

static void to_second_device(struct client_world *w)
{
    tell_with(w, begin(w), "to=\"target:1@", "to=\"target:2@");
}

static void cdata(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    TELL(w, alice, .id = "A-2", .before = "<unknown><![CDATA[<]]></unknown>", .text = "text");
}

static void late_time(struct client_world *w)
{
    tell_with(w, begin(w), "t=\"1\"", "t=\"4102444800\"");
}

static void repeated_after_sixteen(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    struct buffer first;
    buffer_init(&first, 65536);
    client_world_write(w, alice, &(struct client_message){.id = "A-2", .text = "text"}, &first);
    client_world_push(w, buffer_text(&first));
    for (unsigned i = 3; i < 20; i++) {
        char id[16];
        snprintf(id, sizeof(id), "A-%u", i);
        TELL(w, alice, .id = id, .text = "text");
    }
    client_world_push(w, buffer_text(&first));
    buffer_fini(&first);
}

static void paddings(struct client_world *w)
{
    struct client_peer *alice = begin(w);
    TELL(w, alice, .id = "A-2", .text = "one byte of padding", .padding = 1);
    TELL(w, alice, .id = "A-3", .text = "sixteen", .padding = 16);
}

static void receipt_of_stranger(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    char document[512];
    say(w, alice, "text");
    snprintf(document, sizeof(document),
             "<receipt id=\"M-1\" from=\"bob:1@%s\" to=\"target:1@%s\"/>",
             w->profile.stanza_user_domain, w->profile.stanza_user_domain);
    client_world_push(w, document);
}

static void read_over_restart(struct client_world *w)
{
    const struct client_peer *alice = begin(w);
    client_world_must(app_mark_read(w->app, (struct address){alice->name, 1}));
    client_world_settle(w);
    client_world_restart(w);
}

static void unknown_set(struct client_world *w)
{
    begin(w);
    client_world_push(w, "<iq id=\"q\" type=\"get\" xmlns=\"urn:unknown\" from=\"s\"/>");
    client_world_push(w, "<iq id=\"r\" type=\"set\" xmlns=\"urn:unknown\" from=\"s\"/>");
}

/* Two others come under alice's name. */
static void other_identities(struct client_world *w)
{
    begin(w);
    for (size_t i = 0; i < 2; i++) {
        const struct party_options options = {
            .self = {"alice", 1}, .random = &w->peers_random, .rules = w->rules};
        struct client_peer other = {.name = "alice", .device = 1};
        client_world_must(party_new(&options, &other.party));
        client_world_start(w, &other);
        TELL(w, &other, .id = i ? "C-2" : "C-1", .text = "not alice");
        party_free(other.party);
    }
}

/* ---- prekeys */

static void count_at_bound(struct client_world *w)
{
    char document[256];
    begin(w);
    snprintf(
        document, sizeof(document),
        "<notification id=\"n\" type=\"encrypt\" from=\"s\"><count value=\"%u\"/></notification>",
        (unsigned)w->profile.prekey_refill_below);
    client_world_push(w, document);
}

static void two_fetches(struct client_world *w)
{
    begin(w);
    const struct client_peer *bob = client_world_peer(w, "bob", 1),
                             *carol = client_world_peer(w, "carol", 1);
    client_world_say(w, bob, "to bob");
    client_world_say(w, carol, "to carol");
    client_world_settle(w);
}

static void signed_prekey_zero(struct client_world *w)
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
    b.signed_prekey_id = 0;
    client_world_must(signal_bundle_encode(&b, &changed));
    client_world_must(server_bundle_put(w->server, bob->account, buffer_bytes(&changed)));
    say(w, bob, "text");
    buffer_fini(&bundle);
    buffer_fini(&changed);
}

static void refill(struct client_world *w)
{
    begin(w);
    client_world_push(w, "<notification id=\"n\" type=\"encrypt\" from=\"s\"><count value=\"1\"/>"
                         "</notification>");
}

static void large_upload(struct client_world *w)
{
    w->profile.prekey_upload_count = 20;
    begin(w);
}

const struct client_conversation fourth_blind_clients[] = {
    {"refused-once", false, refused_once},
    {"lost-after-hours", false, lost_after_hours},
    {"long-outage", false, long_outage},
    {"offline-in-pause", false, offline_in_pause},
    {"upload-lost", false, upload_lost},
    {"ack-of-receipt", true, ack_of_receipt},
    {"ack-with-error", true, ack_with_error},
    {"two-unacknowledged", true, two_unacknowledged},
    {"said-while-away", false, said_while_away},
    {"second-device-over-restart", true, second_device_over_restart},
    {"first-message-over-restart", true, first_message_over_restart},
    {"asks-over-restart", false, asks_over_restart},
    {"asks-until-it-gives-up", false, asks_until_it_gives_up},
    {"first-message-again", false, first_message_again},
    {"asked-for-first-of-two", false, asked_for_first_of_two},
    {"to-second-device", false, to_second_device},
    {"cdata", false, cdata},
    {"late-time", false, late_time},
    {"repeated-after-sixteen", false, repeated_after_sixteen},
    {"paddings", false, paddings},
    {"receipt-of-stranger", false, receipt_of_stranger},
    {"read-over-restart", false, read_over_restart},
    {"unknown-set", false, unknown_set},
    {"other-identities", false, other_identities},
    {"count-at-bound", false, count_at_bound},
    {"two-fetches", false, two_fetches},
    {"signed-prekey-zero", false, signed_prekey_zero},
    {"refill", false, refill},
    {"large-upload", false, large_upload},
};

const size_t n_fourth_blind_clients =
    sizeof(fourth_blind_clients) / sizeof(fourth_blind_clients[0]);
