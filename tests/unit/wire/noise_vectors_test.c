/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/noise against the cacophony vectors, where their folder stands beside the project: every
 * message of every pattern, in both roles, the handshake hash, the transport messages; and against
 * a worked example of the variant that skips the empty payload.
 */
#include "wire/handshake.h"
#include "wire/noise.h"
#include "support/hex.h"
#include "support/published.h"
#include "support/wire_names.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct bytes member(struct arena *arena, const json_t *v, const char *name)
{
    const char *text = json_string_value(json_object_get(v, name));
    return text ? unhex_in(arena, text) : (struct bytes){0};
}

static struct noise *side(struct arena *arena, const json_t *v, enum noise_pattern pattern,
                          bool is_initiator)
{
    struct noise *n;
    struct noise_options o = {
        .pattern = pattern,
        .is_initiator = is_initiator,
        .hashes_empty_payload = true,
        .prologue = member(arena, v, is_initiator ? "init_prologue" : "resp_prologue"),
        .static_private = member(arena, v, is_initiator ? "init_static" : "resp_static").data,
        .ephemeral_private =
            member(arena, v, is_initiator ? "init_ephemeral" : "resp_ephemeral").data,
        .remote_static = is_initiator ? member(arena, v, "init_remote_static").data : NULL};
    assert_int_equal(noise_new(&o, &n), OK);
    return n;
}

/* Handshake messages from both sides at once: each writes its own, and reads the other's vector. */
static size_t shake_hands(struct arena *arena, struct noise *initiator, struct noise *responder,
                          const json_t *messages)
{
    size_t i = 0;
    for (; !noise_is_done(initiator); i++) {
        const json_t *m = json_array_get(messages, i);
        struct noise *writer = noise_may_write(initiator) ? initiator : responder;
        struct noise *reader = writer == initiator ? responder : initiator;
        struct buffer wire, clear;
        buffer_init(&wire, 65536);
        buffer_init(&clear, 65536);
        assert_int_equal(noise_write(writer, member(arena, m, "payload"), &wire), OK);
        assert_true(bytes_equal(buffer_bytes(&wire), member(arena, m, "ciphertext")));
        assert_int_equal(noise_read(reader, member(arena, m, "ciphertext"), &clear), OK);
        assert_true(bytes_equal(buffer_bytes(&clear), member(arena, m, "payload")));
        buffer_fini(&wire);
        buffer_fini(&clear);
    }
    return i;
}

static void exchange(struct arena *arena, struct noise *initiator, struct noise *responder,
                     const json_t *messages, size_t from)
{
    struct noise_cipher i_send, i_receive, r_send, r_receive;
    assert_int_equal(noise_split(initiator, &i_send, &i_receive), OK);
    assert_int_equal(noise_split(responder, &r_send, &r_receive), OK);
    for (size_t i = from; i < json_array_size(messages); i++) {
        const json_t *m = json_array_get(messages, i);
        struct buffer wire, clear;
        buffer_init(&wire, 65536);
        buffer_init(&clear, 65536);
        bool is_initiators = i % 2 == 0;
        assert_int_equal(
            noise_seal(is_initiators ? &i_send : &r_send, member(arena, m, "payload"), &wire), OK);
        assert_true(bytes_equal(buffer_bytes(&wire), member(arena, m, "ciphertext")));
        assert_int_equal(
            noise_open(is_initiators ? &r_receive : &i_receive, buffer_bytes(&wire), &clear), OK);
        assert_true(bytes_equal(buffer_bytes(&clear), member(arena, m, "payload")));
        buffer_fini(&wire);
        buffer_fini(&clear);
    }
}

static void check_pattern(void **state)
{
    const char *name = *state;
    char protocol[64];
    snprintf(protocol, sizeof(protocol), "Noise_%s_25519_AESGCM_SHA256", name);
    json_t *root = published_vectors("noise/noise_25519_aesgcm_sha256.json");
    const json_t *all = json_object_get(root, "vectors");
    bool is_found = false;
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *v = json_array_get(all, i);
        if (strcmp(json_string_value(json_object_get(v, "protocol_name")), protocol) != 0)
            continue;
        struct arena arena;
        arena_init(&arena, 1024 * 1024);
        struct noise *initiator = side(&arena, v, noise_pattern_from_name(name), true);
        struct noise *responder = side(&arena, v, noise_pattern_from_name(name), false);
        const json_t *messages = json_object_get(v, "messages");
        size_t n = shake_hands(&arena, initiator, responder, messages);
        assert_true(noise_is_done(responder));
        assert_true(bytes_equal(noise_hash(initiator), member(&arena, v, "handshake_hash")));
        assert_true(bytes_equal(noise_hash(responder), member(&arena, v, "handshake_hash")));
        exchange(&arena, initiator, responder, messages, n);
        noise_free(initiator);
        noise_free(responder);
        arena_fini(&arena);
        is_found = true;
    }
    json_decref(root);
    assert_true(is_found);
}

/* ---- the variant, by the worked example of the field */

struct worked {
    struct arena arena;
    struct noise *client, *server;
    uint8_t keys[4][32]; /* client ephemeral, client static, server ephemeral, server static */
};

static void begin_worked(struct worked *w)
{
    const uint8_t fill[4] = {0x11, 0x22, 0x33, 0x44};
    arena_init(&w->arena, 1024 * 1024);
    for (int i = 0; i < 4; i++)
        memset(w->keys[i], fill[i], 32);
    struct bytes header = unhex_in(&w->arena, "57410603");
    struct noise_options client = {.pattern = NOISE_XX,
                                   .is_initiator = true,
                                   .prologue = header,
                                   .ephemeral_private = w->keys[0],
                                   .static_private = w->keys[1]};
    struct noise_options server = {.pattern = NOISE_XX,
                                   .prologue = header,
                                   .ephemeral_private = w->keys[2],
                                   .static_private = w->keys[3]};
    assert_int_equal(noise_new(&client, &w->client), OK);
    assert_int_equal(noise_new(&server, &w->server), OK);
}

static void end_worked(struct worked *w)
{
    noise_free(w->client);
    noise_free(w->server);
    arena_fini(&w->arena);
}

/* |from| writes |payload|; what crosses is |wanted| (NULL: not looked at); |to| reads it. */
static void pass(struct worked *w, struct noise *from, struct noise *to, enum handshake_part part,
                 const char *payload, const char *wanted)
{
    size_t e_len, s_len;
    struct buffer message, frame, back, clear;
    buffer_init(&message, 4096);
    buffer_init(&frame, 4096);
    buffer_init(&back, 4096);
    buffer_init(&clear, 4096);
    noise_shape(from, &e_len, &s_len);
    assert_int_equal(noise_write(from, bytes_of_text(payload), &message), OK);
    assert_int_equal(
        handshake_wrap(HANDSHAKE_FIELDS, part, e_len, s_len, buffer_bytes(&message), &frame), OK);
    if (wanted)
        assert_true(bytes_equal(buffer_bytes(&frame), unhex_in(&w->arena, wanted)));
    noise_shape(to, &e_len, &s_len);
    assert_int_equal(
        handshake_unwrap(HANDSHAKE_FIELDS, part, e_len, s_len, buffer_bytes(&frame), &back), OK);
    assert_int_equal(noise_read(to, buffer_bytes(&back), &clear), OK);
    assert_true(bytes_equal(buffer_bytes(&clear), bytes_of_text(payload)));
    buffer_fini(&message);
    buffer_fini(&frame);
    buffer_fini(&back);
    buffer_fini(&clear);
}

static void check_worked_example(void **state)
{
    struct worked w;
    struct noise_cipher c_send, c_receive;
    struct buffer frame;
    (void)state;
    begin_worked(&w);
    pass(&w, w.client, w.server, CLIENT_HELLO, "",
         "12220a207b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13");
    assert_true(bytes_equal(
        noise_hash(w.client),
        unhex_in(&w.arena, "6c9ea30317f933b43ebefedd04d07fa1428b9530c67179ef1189ce3a91089bae")));
    pass(&w, w.server, w.client, SERVER_HELLO, "CERT",
         "1a6a0a207b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b14123076c3903874666"
         "35d58f0323bdcbe6909"
         "9601a1a274074852c87a5a56adbc2200326ad89abf7d0428235760e33dfb73581a1461b8c7d4317d495f51775"
         "17d9cc13dcea83347ed");
    pass(&w, w.client, w.server, CLIENT_FINISH, "PAYLOAD",
         "224b0a30b9cb19690dfcfb9a42e033388870388167c822982ffe1d4ef4c15a4d3e5d9d41f662dddbe0ab7c97b"
         "2e81113ac06f5fc1217"
         "10255c5aa06bd77962c4ff9cb60358a77d68aeaf455497");
    assert_true(bytes_equal(
        noise_hash(w.server),
        unhex_in(&w.arena, "7554f62482e91020295691fe9cf1e3101265c52f82a90a0b6677dc9700cbe68b")));
    assert_int_equal(noise_split(w.client, &c_send, &c_receive), OK);
    buffer_init(&frame, 4096);
    assert_int_equal(noise_seal(&c_send, unhex_in(&w.arena, "00f80102"), &frame), OK);
    assert_true(bytes_equal(buffer_bytes(&frame),
                            unhex_in(&w.arena, "1b608fdcaba0bb6bfc1285525a6f32422c362fe6")));
    buffer_fini(&frame);
    end_worked(&w);
}

int main(void)
{
    static char nn[] = "NN", nk[] = "NK", xx[] = "XX", ik[] = "IK";
    const struct CMUnitTest tests[] = {
        {"every byte of the NN vectors", check_pattern, NULL, NULL, nn},
        {"every byte of the NK vectors", check_pattern, NULL, NULL, nk},
        {"every byte of the XX vectors", check_pattern, NULL, NULL, xx},
        {"every byte of the IK vectors", check_pattern, NULL, NULL, ik},
        {"the worked example that skips the empty payload", check_worked_example, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("wire/noise, vectors", tests, NULL, NULL);
}
