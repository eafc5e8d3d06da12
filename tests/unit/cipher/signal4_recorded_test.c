/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal4, cipher/spqr and cipher/kem against conversations of libsignal-client 0.103.0,
 * where they stand beside the project: a party of ours with the keys given opens its messages, and
 * an agreement of several epochs goes step by step as ours does.
 */
#include "base/arena.h"
#include "base/crypto.h"
#include "cipher/spqr/spqr.h"
#include "help.h"
#include "support/hex.h"
#include "support/published.h"
#include "wire/pb.h"

#include <string.h>

#define KEY_LEN 33u
#define MAC_LEN 8u
#define VECTORS "signal-v4/libsignal-client-0.103.0.json"

struct reading {
    const json_t *conversation;
    struct arena arena;
};

static struct bytes hex_of(struct reading *r, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (!text)
        fail_msg("no member %s", name);
    return unhex_in(&r->arena, text);
}

static struct bytes field(const struct pb_message *message, uint32_t number)
{
    const struct pb_field *found = pb_find(message, number);
    return found ? found->body : bytes_of(NULL, 0);
}

/* A SignalMessage: version byte, protobuf, MAC. */
static void parse_message(struct bytes body, struct pb_message *out)
{
    assert_true(body.len > 1 + MAC_LEN);
    assert_true(body.data && body.data[0] == 0x44);
    assert_int_equal(pb_parse(bytes_slice(body, 1, body.len - 1 - MAC_LEN), out), OK);
}

/* A PreKeySignalMessage has no MAC; its SignalMessage is field 4. */
static struct bytes inner_message(const json_t *message, struct bytes body,
                                  struct pb_message *outer)
{
    outer->count = 0;
    if (strcmp(json_string_value(json_object_get(message, "kind")), "prekey-message") != 0)
        return body;
    assert_int_equal(pb_parse(bytes_slice(body, 1, body.len), outer), OK);
    return field(outer, 4);
}

static void copy_hex(struct reading *r, const json_t *object, const char *name, uint8_t *out,
                     size_t len)
{
    struct bytes in = hex_of(r, object, name);
    assert_int_equal(in.len, len);
    memcpy(out, in.data, len);
}

static struct party_prekey prekey_of(struct reading *r, const json_t *object)
{
    struct party_prekey key = {.id = (uint32_t)json_integer_value(json_object_get(object, "id"))};
    copy_hex(r, object, "private", key.private_key, sizeof(key.private_key));
    copy_hex(r, object, "public", key.public_key, sizeof(key.public_key));
    if (json_object_get(object, "signature"))
        copy_hex(r, object, "signature", key.signature, sizeof(key.signature));
    return key;
}

#define EK_AT 1536u /* of a KEM's private key */

/* A party of ours with the receiver's keys. */
static void be_the_receiver(struct reading *r, struct actor *out)
{
    const json_t *own = json_object_get(r->conversation, "receiver_keys");
    const json_t *kem = json_object_get(own, "kem_prekey");
    const json_t *one_time = json_object_get(own, "one_time_prekey");
    struct bytes dk = hex_of(r, kem, "secret");
    struct party_prekey signed_prekey = prekey_of(r, json_object_get(own, "signed_prekey"));
    struct party_prekey one_time_prekey = {0};
    struct party_kem_prekey kem_prekey = {
        .id = (uint32_t)json_integer_value(json_object_get(kem, "id")),
        .is_last_resort = true,
        .public_key = bytes_slice(dk, 1 + EK_AT, KEM_EK_MAX),
        .private_key = bytes_slice(dk, 1, SIZE_MAX),
    };
    struct party_keys keys = {
        .registration_id = (uint32_t)json_integer_value(json_object_get(own, "registration_id")),
        .signed_prekeys = &signed_prekey,
        .n_signed_prekeys = 1,
        .one_time_prekeys = &one_time_prekey,
        .n_one_time_prekeys = json_is_object(one_time) ? 1 : 0,
        .kem_prekeys = &kem_prekey,
        .n_kem_prekeys = 1,
    };
    if (keys.n_one_time_prekeys)
        one_time_prekey = prekey_of(r, one_time);
    copy_hex(r, own, "identity_private", keys.identity_private, 32);
    copy_hex(r, own, "identity_public", keys.identity_public, KEY_LEN);
    const char *name = json_string_value(json_object_get(r->conversation, "receiver"));
    actor_init(out, (struct address){name, 1}, "recorded", rules_honest_v4(), &keys);
}

static size_t one_way_opens(struct reading *r)
{
    struct address from = {json_string_value(json_object_get(r->conversation, "sender")), 1};
    struct actor receiver;
    const json_t *one;
    size_t i;
    be_the_receiver(r, &receiver);
    json_array_foreach(json_object_get(r->conversation, "messages"), i, one)
    {
        struct bytes plaintext = hex_of(r, one, "plaintext");
        char text[64] = "";
        assert_true(plaintext.len < sizeof(text));
        memcpy(text, plaintext.data, plaintext.len);
        assert_int_equal(
            open_bytes(&receiver, from, SIGNAL_KIND_PREKEY, hex_of(r, one, "bytes"), text),
            REFUSAL_NONE);
    }
    actor_fini(&receiver);
    return i;
}

/* The same turns by two of ours: the fields say the same, but for what is random in a chunk. */
static size_t dialogue_goes_as_ours(struct reading *r)
{
    static const uint8_t pq_key[32] = {9};
    struct spqr parties[2];
    struct random random;
    const json_t *one;
    size_t i;
    assert_int_equal(random_init(&random, bytes_of_text("recorded"), "dialogue"), OK);
    for (int p = 0; p < 2; p++)
        assert_int_equal(spqr_start(&parties[p], pq_key, p == 0, true), OK);
    json_array_foreach(json_object_get(r->conversation, "messages"), i, one)
    {
        int from = strcmp(json_string_value(json_object_get(one, "by")), "a") != 0;
        struct pb_message outer, message;
        struct spqr_field theirs, ours;
        uint8_t key[2][32];
        bool has_key;
        parse_message(inner_message(one, hex_of(r, one, "bytes"), &outer), &message);
        assert_int_equal(spqr_read_field(SPQR_HONEST, field(&message, 5), &theirs), OK);
        assert_int_equal(spqr_send(&parties[from], &random, &ours, key[0]), OK);
        assert_int_equal(ours.key_index, theirs.key_index);
        assert_int_equal(ours.braid.epoch, theirs.braid.epoch);
        assert_int_equal(ours.braid.type, theirs.braid.type);
        assert_int_equal(ours.braid.index, theirs.braid.index);
        assert_int_equal(spqr_receive(&parties[!from], &ours, &has_key, key[1]), OK);
        assert_memory_equal(key[0], key[1], 32);
    }
    for (int p = 0; p < 2; p++)
        spqr_fini(&parties[p]);
    return i;
}

/* Their chunks, put together: the vector's hash is the header's, in each epoch. */
static unsigned their_keys_fit_their_headers(struct reading *r)
{
    struct erasure_collector header = {.needed = 3}, ek = {.needed = 36};
    uint8_t piece[96], whole[KEM_VECTOR_LEN + 32], hash[32];
    unsigned n = 0;
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(r->conversation, "messages"), i, one)
    {
        struct pb_message outer, message;
        struct spqr_field theirs;
        parse_message(inner_message(one, hex_of(r, one, "bytes"), &outer), &message);
        assert_int_equal(spqr_read_field(SPQR_HONEST, field(&message, 5), &theirs), OK);
        const struct braid_message *m = &theirs.braid;
        if (m->type == BRAID_HEADER && erasure_collect(&header, m->index, m->chunk)) {
            erasure_piece(&header, piece);
            header = (struct erasure_collector){.needed = 3};
        }
        if ((m->type != BRAID_EK && m->type != BRAID_EK_CT1_RECEIVED) || ek.n == ek.needed ||
            !erasure_collect(&ek, m->index, m->chunk)) {
            if (m->type == BRAID_CT2)
                ek = (struct erasure_collector){.needed = 36};
            continue;
        }
        erasure_piece(&ek, whole);
        memcpy(whole + KEM_VECTOR_LEN, piece, 32);
        assert_int_equal(crypto_sha3_256(bytes_of(whole, sizeof(whole)), hash), OK);
        assert_memory_equal(hash, piece + 32, 32);
        n++;
    }
    return n;
}

static void each_conversation(const char *label, size_t (*check)(struct reading *r),
                              size_t n_wanted)
{
    json_t *document = published_vectors(VECTORS);
    const json_t *conversation;
    size_t i, n = 0;
    json_array_foreach(json_object_get(document, "conversations"), i, conversation)
    {
        struct reading r = {.conversation = conversation};
        const char *name = json_string_value(json_object_get(conversation, "label"));
        if (strncmp(name, label, strlen(label)) != 0)
            continue;
        arena_init(&r.arena, 16u << 20);
        n += check(&r);
        arena_fini(&r.arena);
    }
    json_decref(document);
    assert_int_equal(n, n_wanted);
}

static size_t headers(struct reading *r) { return their_keys_fit_their_headers(r); }

static void recorded_messages_open(void **state)
{
    (void)state;
    each_conversation("one-way", one_way_opens, 120);
}

static void a_recorded_dialogue_goes_as_ours_would(void **state)
{
    (void)state;
    each_conversation("dialogue", dialogue_goes_as_ours, 260);
}

static void recorded_keys_fit_their_headers(void **state)
{
    (void)state;
    each_conversation("dialogue", headers, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_messages_open),
        cmocka_unit_test(a_recorded_dialogue_goes_as_ours_would),
        cmocka_unit_test(recorded_keys_fit_their_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
