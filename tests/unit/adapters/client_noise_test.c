/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reference client's handshake against what others computed: the worked example of the variant
 * that skips the empty payload, byte for byte, and (where the folder stands beside the project)
 * cacophony's vectors for IK. Stock XX meets dissononce in tests/adapters.
 */
#include "client/handshake.h"
#include "support/hex.h"
#include "support/published.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BYTES_MAX 512u

struct piece {
    uint8_t data[BYTES_MAX];
    size_t len;
};

static struct piece hex(const char *text)
{
    struct piece out = {0};
    struct buffer decoded;
    buffer_init(&decoded, BYTES_MAX);
    if (text)
        unhex(text, &decoded);
    if (decoded.len)
        memcpy(out.data, decoded.data, decoded.len);
    out.len = decoded.len;
    buffer_fini(&decoded);
    return out;
}

static void assert_octets(const struct octets *o, const char *expected)
{
    struct piece b = hex(expected);
    assert_false(o->is_broken);
    assert_int_equal(o->len, b.len);
    assert_memory_equal(o->data, b.data, b.len);
}

/* ---- the worked example: private keys are one byte repeated, the payloads CERT and PAYLOAD */

static const char server_hello[] = "1a6a0a207b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a"
                                   "4cb8a1b14123076c390387466635d58f0"
                                   "323bdcbe69099601a1a274074852c87a5a56adbc2200326ad89abf7d0428235"
                                   "760e33dfb73581a1461b8c7d4317d495f"
                                   "5177517d9cc13dcea83347ed";
static const char client_finish[] = "224b0a30b9cb19690dfcfb9a42e033388870388167c822982ffe1d4ef4c15a"
                                    "4d3e5d9d41f662dddbe0ab7c97b2e81113"
                                    "ac06f5fc121710255c5aa06bd77962c4ff9cb60358a77d68aeaf455497";

struct example {
    struct noise noise;
    struct octets out, clear;
};

static int begin_example(void **state)
{
    static struct example e;
    struct piece prologue = hex("57410603");
    uint8_t ephemeral[KEY_LEN], fixed[KEY_LEN];
    const struct noise_keys keys = {.fixed = fixed, .ephemeral = ephemeral};
    memset(ephemeral, 0x11, sizeof(ephemeral));
    memset(fixed, 0x22, sizeof(fixed));
    octets_init(&e.out, 1024);
    octets_init(&e.clear, 1024);
    *state = &e;
    return noise_start(&e.noise, &keys, prologue.data, prologue.len, false);
}

static int end_example(void **state)
{
    struct example *e = *state;
    octets_fini(&e->out);
    octets_fini(&e->clear);
    return 0;
}

static int read_reply(struct example *e, const struct piece *b)
{
    return handshake_read_reply(&e->noise, true, b->data, b->len, &e->clear);
}

static void the_hash_after_the_prologue_is_the_examples(void **state)
{
    struct example *e = *state;
    struct piece h = hex("ffff0c9267310966f1311170c04b38c79504285bf5edf763e5c946492a50a755");
    assert_memory_equal(e->noise.hash, h.data, HASH_LEN);
}

static void the_hello_is_the_examples(void **state)
{
    struct example *e = *state;
    struct piece h = hex("6c9ea30317f933b43ebefedd04d07fa1428b9530c67179ef1189ce3a91089bae");
    assert_int_equal(handshake_write_hello(&e->noise, true, &e->out), 0);
    assert_octets(&e->out,
                  "12220a207b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13");
    assert_memory_equal(e->noise.hash, h.data, HASH_LEN);
}

static void the_reply_opens_to_its_certificate(void **state)
{
    struct example *e = *state;
    struct piece reply = hex(server_hello);
    struct piece fixed = hex("ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6b");
    assert_int_equal(handshake_write_hello(&e->noise, true, &e->out), 0);
    assert_int_equal(read_reply(e, &reply), 0);
    assert_int_equal(e->clear.len, 4);
    assert_memory_equal(e->clear.data, "CERT", 4);
    assert_memory_equal(e->noise.remote_fixed, fixed.data, KEY_LEN);
}

static void finish_example(struct example *e, struct channel *out)
{
    struct piece reply = hex(server_hello);
    assert_int_equal(handshake_write_hello(&e->noise, true, &e->out), 0);
    assert_int_equal(read_reply(e, &reply), 0);
    octets_clear(&e->out);
    assert_int_equal(
        handshake_write_finish(&e->noise, true, (const uint8_t *)"PAYLOAD", 7, &e->out), 0);
    assert_int_equal(noise_split(&e->noise, out), 0);
}

static void the_finish_and_the_keys_are_the_examples(void **state)
{
    struct example *e = *state;
    struct channel channel;
    struct piece send = hex("eb2fe0bed643c43335b1354ec654dc80e37916a5b95f315e54435ddd476ef060");
    struct piece receive = hex("f6363bb26e6e9cb20ac77b14b6ec4ee9c92f3f1d9d1397468bb4ea23bed9d1d8");
    struct piece h = hex("7554f62482e91020295691fe9cf1e3101265c52f82a90a0b6677dc9700cbe68b");
    finish_example(e, &channel);
    assert_octets(&e->out, client_finish);
    assert_memory_equal(channel.send_key, send.data, KEY_LEN);
    assert_memory_equal(channel.receive_key, receive.data, KEY_LEN);
    assert_memory_equal(e->noise.hash, h.data, HASH_LEN);
}

static void the_first_transport_message_is_the_examples(void **state)
{
    struct example *e = *state;
    struct channel channel;
    struct piece end = hex("00f80102");
    finish_example(e, &channel);
    octets_clear(&e->out);
    assert_int_equal(channel_seal(&channel, end.data, end.len, &e->out), 0);
    assert_octets(&e->out, "1b608fdcaba0bb6bfc1285525a6f32422c362fe6");
}

/* Every bit of the reply: of the keys, the tags, and of what names the fields. */
static void a_reply_with_any_byte_changed_is_refused(void **state)
{
    struct piece reply = hex(server_hello);
    for (size_t i = 0; i < reply.len; i++) {
        struct example *e = *state;
        struct piece mutated = reply;
        assert_int_equal(begin_example(state), 0);
        assert_int_equal(handshake_write_hello(&e->noise, true, &e->out), 0);
        mutated.data[i] ^= 0x40;
        assert_int_not_equal(read_reply(e, &mutated), 0);
        end_example(state);
    }
}

static void a_stock_client_does_not_understand_the_reply(void **state)
{
    struct example *e = *state;
    struct piece reply = hex(server_hello);
    e->noise.hashes_empty_payload = true;
    assert_int_equal(handshake_write_hello(&e->noise, true, &e->out), 0);
    assert_int_not_equal(read_reply(e, &reply), 0);
}

static void a_low_order_ephemeral_key_is_refused(void **state)
{
    struct example *e = *state;
    uint8_t reply[KEY_LEN + SEALED_KEY_LEN + TAG_LEN] = {0};
    assert_int_equal(handshake_write_hello(&e->noise, false, &e->out), 0);
    assert_int_not_equal(handshake_read_reply(&e->noise, false, reply, sizeof(reply), &e->clear),
                         0);
}

static void a_short_reply_is_refused(void **state)
{
    struct example *e = *state;
    uint8_t reply[KEY_LEN + SEALED_KEY_LEN + TAG_LEN] = {9};
    assert_int_equal(handshake_write_hello(&e->noise, false, &e->out), 0);
    assert_int_not_equal(
        handshake_read_reply(&e->noise, false, reply, sizeof(reply) - 1, &e->clear), 0);
}

/* ---- cacophony's IK, as the initiator */

static const json_t *member(const json_t *v, const char *name) { return json_object_get(v, name); }

static struct piece text_of(const json_t *v, const char *name)
{
    return hex(json_string_value(member(v, name)));
}

static const json_t *find_vector(json_t *root, const char *name)
{
    json_t *list = json_is_array(root) ? root : json_object_get(root, "vectors");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        const char *is = json_string_value(member(v, "protocol_name"));
        if (is && strcmp(is, name) == 0 && !member(v, "init_psks"))
            return v;
    }
    return NULL;
}

static void check_transport(const json_t *messages, struct channel *channel)
{
    struct octets out;
    for (size_t i = 2; i < json_array_size(messages); i++) {
        const json_t *m = json_array_get(messages, i);
        struct piece clear = text_of(m, "payload"), sealed = text_of(m, "ciphertext");
        octets_init(&out, 1024);
        if (i % 2 == 0) {
            assert_int_equal(channel_seal(channel, clear.data, clear.len, &out), 0);
            assert_octets(&out, json_string_value(member(m, "ciphertext")));
        } else {
            assert_int_equal(channel_open(channel, sealed.data, sealed.len, &out), 0);
            assert_octets(&out, json_string_value(member(m, "payload")));
        }
        octets_fini(&out);
    }
}

static void ik_is_cacophonys(void **state)
{
    json_t *root = published_vectors("noise/noise_25519_aesgcm_sha256.json");
    const json_t *v = find_vector(root, "Noise_IK_25519_AESGCM_SHA256");
    (void)state;
    assert_non_null(v);
    struct noise n;
    struct channel channel;
    struct octets out, clear;
    struct piece fixed = text_of(v, "init_static"), ephemeral = text_of(v, "init_ephemeral");
    struct piece remote = text_of(v, "init_remote_static"), prologue = text_of(v, "init_prologue");
    const json_t *messages = member(v, "messages");
    const json_t *first = json_array_get(messages, 0), *second = json_array_get(messages, 1);
    struct piece payload = text_of(first, "payload"), reply = text_of(second, "ciphertext");
    const struct noise_keys keys = {fixed.data, ephemeral.data, remote.data};
    octets_init(&out, 1024);
    octets_init(&clear, 1024);
    assert_int_equal(noise_start(&n, &keys, prologue.data, prologue.len, true), 0);
    assert_int_equal(handshake_write_hello_ik(&n, false, payload.data, payload.len, &out), 0);
    assert_octets(&out, json_string_value(member(first, "ciphertext")));
    assert_int_equal(handshake_read_reply(&n, false, reply.data, reply.len, &clear), 0);
    assert_octets(&clear, json_string_value(member(second, "payload")));
    assert_int_equal(noise_split(&n, &channel), 0);
    check_transport(messages, &channel);
    octets_fini(&out);
    octets_fini(&clear);
    json_decref(root);
}

#define EXAMPLE(test) cmocka_unit_test_setup_teardown(test, begin_example, end_example)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXAMPLE(the_hash_after_the_prologue_is_the_examples),
        EXAMPLE(the_hello_is_the_examples),
        EXAMPLE(the_reply_opens_to_its_certificate),
        EXAMPLE(the_finish_and_the_keys_are_the_examples),
        EXAMPLE(the_first_transport_message_is_the_examples),
        EXAMPLE(a_reply_with_any_byte_changed_is_refused),
        EXAMPLE(a_stock_client_does_not_understand_the_reply),
        EXAMPLE(a_low_order_ephemeral_key_is_refused),
        EXAMPLE(a_short_reply_is_refused),
        cmocka_unit_test(ik_is_cacophonys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
