/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's side of a new connection: headers, frames, handshakes in both forms, and every
 * mutation of one. */
#include "server_fixture.h"

#include "app/app_internal.h"
#include "server/server_internal.h"
#include "support/hex.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS_MAX 512u

static const char *const profiles[] = {"public", "observed"};

/* ---- every mutation, in both forms, against an honest client */

struct mutation_row {
    char sentence[160];
    const char *profile;
    struct word_use mutation;
    unsigned certificate;
    bool keeps;
};

static void meets_a_client(void **state)
{
    const struct mutation_row *row = *state;
    struct fixture *f = fixture_open(row->profile);
    assert_true(fixture_connect(f, 1)); /* its hello is the earlier one of "repeats-earlier" */
    server_set_handshake_mutation(f->server, row->mutation);
    server_set_certificate_mutation(f->server, row->certificate);
    bool is_connected = fixture_connect(f, 0);
    assert_int_equal(is_connected, row->keeps);
    /* the client reads the early stanza after it has sent its own last message */
    bool may_be_late =
        word_is(&server_words[SERVER_MUTATIONS_HANDSHAKE], row->mutation, "success-early");
    assert_int_equal(f->happened[SERVER_AUTHENTICATED], row->keeps || may_be_late ? 2 : 1);
    server_set_handshake_mutation(f->server, (struct word_use){0});
    server_set_certificate_mutation(f->server, 0);
    if (!is_connected && f->clients[0].connection)
        fixture_cut(f, 0);
    if (!is_connected)
        assert_true(fixture_connect(f, 0)); /* the next connection is honest again */
    fixture_close(f);
}

static size_t add_row(struct mutation_row *rows, size_t n, const char *profile,
                      struct mutation_row row, const char *name)
{
    assert_true(n < ROWS_MAX);
    rows[n] = row;
    rows[n].profile = profile;
    snprintf(rows[n].sentence, sizeof(rows[n].sentence), "%s: %s %s", profile, name,
             row.keeps ? "and the client goes on" : "ends it");
    return n + 1;
}

static size_t mutation_rows(struct mutation_row *rows, const char *profile, size_t n)
{
    const struct word_table *words = &server_words[SERVER_MUTATIONS_HANDSHAKE];
    const struct word *e;
    for (unsigned what = 1; (e = word_at(words, what)); what++) {
        bool is_low_order = strcmp(e->name, "low-order-ephemeral") == 0;
        for (uint32_t i = is_low_order ? 0 : 7; i < (is_low_order ? 7u : 8u); i++)
            n = add_row(rows, n, profile,
                        (struct mutation_row){.mutation = {what, i}, .keeps = e->is_tolerated},
                        e->name);
    }
    for (unsigned c = 1; (e = word_at(&certificate_words, c)); c++)
        n = add_row(rows, n, profile,
                    (struct mutation_row){.certificate = c, .keeps = e->is_tolerated}, e->name);
    return n;
}

/* ---- bytes written by hand */

struct bytes_row {
    const char *sentence;
    const char *received; /* hexadecimal */
    bool is_closed;
    const char *detail; /* of the event; "" for none */
    unsigned hellos;
};

#define EPHEMERAL "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
#define HELLO "00002412220a20" EPHEMERAL
#define INTRO_CUT "45440001000003aabb"

static const struct bytes_row by_hand[] = {
    {"nothing at all is waited for", "", false, "", 0},
    {"half a header is waited for", "5741", false, "", 0},
    {"a header and nothing more is waited for", "57410603", false, "", 0},
    {"a wrong magic ends it", "58410603", true, "the header is not the profile's", 0},
    {"a wrong magic ends it with its first byte", "58", true, "the header is not the profile's", 0},
    {"a wrong version in the header ends it", "57410602", true, "the header is not the profile's",
     0},
    {"a frame without a header ends it", HELLO, true, "the header is not the profile's", 0},
    {"a header and a hello are answered", "57410603" HELLO, false, "", 1},
    {"a header twice is a frame far too long", "5741060357410603" HELLO, true,
     "a frame over the profile's maximum was announced", 0},
    {"an intro may come first", "45440001000003aabbcc57410603" HELLO, false, "", 1},
    {"an empty intro may come first", "4544000100000057410603" HELLO, false, "", 1},
    {"an intro that is not whole is waited for", INTRO_CUT, false, "", 0},
    {"two intros are one too many",
     "4544000100000045440001000000"
     "57410603" HELLO,
     true, "the header is not the profile's", 0},
    {"another beginning with an E is no intro", "45440002000000", true,
     "the header is not the profile's", 0},
    {"a frame of length zero ends it", "57410603000000", true, "a frame of length zero", 0},
    {"a frame over the maximum ends it by its length alone", "57410603ffffff", true,
     "a frame over the profile's maximum was announced", 0},
    {"a frame of the maximum is waited for", "5741060300ffff", false, "", 0},
    {"a hello that is no protobuf ends it", "57410603000003ffffff", true,
     "the client's first message is none", 0},
    {"an ephemeral key of 31 bytes ends it",
     "5741060300002312210a1f0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", true,
     "the client's first message is none", 0},
    {"a finish without a hello ends it", "57410603000004220208aa", true,
     "the client's first message is none", 0},
    {"garbage after the hello ends it", "57410603" HELLO "000003ffffff", true,
     "the client's last handshake message does not verify", 1},
    {"the hello again instead of the finish ends it", "57410603" HELLO HELLO, true,
     "the client's last handshake message does not verify", 1},
};

static struct server_connection *feed(struct fixture *f, const char *hex, size_t cut)
{
    struct server_connection *connection;
    struct buffer in;
    buffer_init(&in, 65536);
    unhex(hex, &in);
    assert_int_equal(server_connection_open(f->server, &connection), OK);
    assert_int_equal(server_connection_receive(connection, bytes_slice(buffer_bytes(&in), 0, cut)),
                     OK);
    if (cut < in.len)
        assert_int_equal(
            server_connection_receive(connection, bytes_slice(buffer_bytes(&in), cut, in.len)), OK);
    buffer_fini(&in);
    return connection;
}

static void comes_by_hand(void **state)
{
    const struct bytes_row *row = *state;
    for (size_t cut = 0; cut <= strlen(row->received) / 2; cut++) {
        struct fixture *f = fixture_open("observed");
        struct server_connection *connection = feed(f, row->received, cut);
        assert_int_equal(server_connection_wants_end(connection),
                         row->is_closed ? SERVER_CLOSES : SERVER_STAYS);
        assert_string_equal(f->detail, row->detail);
        assert_int_equal(f->happened[SERVER_CLIENT_HELLO], row->hellos);
        assert_int_equal(f->happened[SERVER_REFUSED] + f->happened[SERVER_UNREADABLE],
                         row->is_closed);
        server_connection_free(connection);
        fixture_close(f);
    }
}

/* ---- whole connections */

static void pieces_of_every_size(void **state)
{
    for (size_t piece = 1; piece < 90; piece++) {
        struct fixture *f = fixture_open(*state);
        f->piece = piece;
        assert_true(fixture_connect(f, 0));
        assert_true(fixture_connect(f, 1));
        fixture_send(f, 0, 1, "in pieces");
        assert_true(fixture_was_shown(f, 1, "in pieces"));
        fixture_close(f);
    }
}

static void what_the_handshake_said_is_kept(void **state)
{
    struct fixture *f = fixture_open(*state);
    assert_true(fixture_connect(f, 0));
    const struct server_introduction *i = server_connection_introduction(f->clients[0].connection);
    const struct app *c = f->clients[0].app;
    assert_true(bytes_equal(i->static_key, bytes_of(c->static_public, 32)));
    assert_int_equal(i->static_on_wire.len, 48);
    assert_int_equal(i->ephemeral.len, 32);
    assert_int_equal(i->header.len, f->profile.frame_header.len);
    assert_int_equal(i->payload.product, 2);
    assert_int_equal(i->payload.account_id, fixture_account(0));
    assert_true(i->payload.token.len > 100);
    assert_memory_equal(i->payload.token.data, "eyJ", 3); /* base64url of {" */
    assert_int_equal(i->hellos, 2);
    assert_int_equal(server_connection_account(f->clients[0].connection), fixture_account(0));
    fixture_close(f);
}

static void announced_bytes_take_no_memory(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("observed");
    f->profile.frame_max = 16777215;
    struct server_connection *connection = feed(f, "57410603fffffe", SIZE_MAX);
    assert_int_equal(server_connection_wants_end(connection), SERVER_STAYS);
    assert_true(connection->in.cap < 4096);
    server_connection_free(connection);
    fixture_close(f);
}

static void the_same_seed_gives_the_same_keys(void **state)
{
    (void)state;
    struct fixture *a = fixture_open("public"), *b = fixture_open("public");
    assert_true(bytes_equal(server_root(a->server), server_root(b->server)));
    assert_true(bytes_equal(server_static(a->server), server_static(b->server)));
    assert_false(bytes_equal(server_root(a->server), server_static(a->server)));
    fixture_close(a);
    fixture_close(b);
}

static void nobody_has_the_key_of_a_pinned_root(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    struct server *g;
    const struct server_options options = {.profile = &f->profile, .random = &f->random};
    f->profile.root_key.len = 32;
    assert_int_equal(server_new(&options, &g), E_INPUT);
    assert_null(g);
    fixture_close(f);
}

static void an_unknown_account_is_refused(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    f->clients[0].account = 77;
    assert_false(fixture_connect(f, 0));
    assert_string_equal(f->detail, "the ClientPayload names no account of this gatekeeper");
    fixture_close(f);
}

static void out_of_service_so_often(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    server_refuse_service(f->server, 2, 503);
    assert_false(fixture_connect(f, 0));
    assert_true(fixture_server_said(f, "<failure reason=\"503\"/>"));
    server_refuse_service(f->server, 1, 0);
    assert_false(fixture_connect(f, 0));
    assert_int_equal(f->happened[SERVER_CLIENT_HELLO],
                     1); /* closed before any byte of a handshake */
    assert_true(fixture_connect(f, 0));
    fixture_close(f);
}

static void a_second_connection_replaces_the_first(void **state)
{
    (void)state;
    struct fixture *f = fixture_open("public");
    struct server_connection *other;
    assert_true(fixture_connect(f, 0));
    struct server_connection *first = f->clients[0].connection;
    assert_int_equal(server_connection_open(f->server, &other), OK);
    app_ended(f->clients[0].app, f->now_ms);
    f->clients[0].connection = NULL;
    server_connection_free(other);
    assert_true(fixture_connect(f, 0));
    assert_int_equal(server_connection_wants_end(first), SERVER_CLOSES);
    assert_true(fixture_server_said(f, "<conflict type=\"replaced\"/>"));
    assert_ptr_equal(server_account_connection(f->server, fixture_account(0)),
                     f->clients[0].connection);
    server_connection_free(first);
    assert_ptr_equal(server_account_connection(f->server, fixture_account(0)),
                     f->clients[0].connection);
    fixture_close(f);
}

int main(void)
{
    static struct mutation_row rows[ROWS_MAX];
    static struct CMUnitTest tests[ROWS_MAX + 64];
    size_t n = 0, n_rows = 0;
    for (size_t p = 0; p < 2; p++)
        n_rows = mutation_rows(rows, profiles[p], n_rows);
    for (; n < n_rows; n++)
        tests[n] = (struct CMUnitTest){rows[n].sentence, meets_a_client, NULL, NULL, &rows[n]};
    ADD_ROWS(tests, n, by_hand, sentence, comes_by_hand);
    for (size_t p = 0; p < 2; p++) {
        void *profile = (void *)(uintptr_t)profiles[p];
        tests[n++] = (struct CMUnitTest){p ? "observed: bytes may come in pieces of every size"
                                           : "public: bytes may come in pieces of every size",
                                         pieces_of_every_size, NULL, NULL, profile};
        tests[n++] = (struct CMUnitTest){p ? "observed: what the handshake said is kept"
                                           : "public: what the handshake said is kept",
                                         what_the_handshake_said_is_kept, NULL, NULL, profile};
    }
    const struct CMUnitTest others[] = {
        cmocka_unit_test(announced_bytes_take_no_memory),
        cmocka_unit_test(the_same_seed_gives_the_same_keys),
        cmocka_unit_test(nobody_has_the_key_of_a_pinned_root),
        cmocka_unit_test(an_unknown_account_is_refused),
        cmocka_unit_test(out_of_service_so_often),
        cmocka_unit_test(a_second_connection_replaces_the_first),
    };
    for (size_t i = 0; i < COUNT(others); i++)
        tests[n++] = others[i];
    return _cmocka_run_group_tests("server_handshake", tests, n, NULL, NULL);
}
