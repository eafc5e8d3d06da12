/*
 * cipher/spqr and cipher/kem against conversations of libsignal-client 0.103.0, where they stand
 * beside the project: its messages open with the keys given, and an agreement of several epochs
 * goes step by step as ours does.
 */
#include "base/arena.h"
#include "base/crypto.h"
#include "cipher/spqr/spqr.h"
#include "support/hex.h"
#include "support/published.h"
#include "wire/pb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define KEY_LEN 33u
#define MAC_LEN 8u
#define VECTORS "signal-v4/libsignal-client-0.103.0.json"
#define PQXDH_INFO "WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024"

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

static void agree(struct reading *r, const char *owner, struct bytes public_key,
                  struct buffer *secrets)
{
    const json_t *keys = json_object_get(r->conversation, "receiver_keys");
    const json_t *one = owner ? json_object_get(keys, owner) : keys;
    struct bytes private_key = hex_of(r, one, owner ? "private" : "identity_private");
    assert_int_equal(private_key.len, 32);
    assert_int_equal(public_key.len, KEY_LEN);
    assert_int_equal(
        crypto_x25519(private_key.data, public_key.data + 1, buffer_extend(secrets, 32)), OK);
}

/* PQXDH as the responder: root, chain, key of SPQR. */
static void respond(struct reading *r, const struct pb_message *first, uint8_t keys[96])
{
    const json_t *own = json_object_get(r->conversation, "receiver_keys");
    struct bytes base_key = field(first, 2), identity = field(first, 3), ct = field(first, 8);
    struct bytes dk = hex_of(r, json_object_get(own, "kem_prekey"), "secret");
    struct buffer secrets;
    buffer_init(&secrets, 256);
    memset(buffer_extend(&secrets, 32), 0xff, 32);
    agree(r, "signed_prekey", identity, &secrets);
    agree(r, NULL, base_key, &secrets);
    agree(r, "signed_prekey", base_key, &secrets);
    if (pb_find(first, 1))
        agree(r, "one_time_prekey", base_key, &secrets);
    assert_true(dk.data && dk.data[0] == 0x08);
    assert_true(ct.data && ct.data[0] == 0x08);
    assert_int_equal(kem_decaps(&kem_kyber_1024, bytes_slice(dk, 1, dk.len),
                                bytes_slice(ct, 1, ct.len), buffer_extend(&secrets, 32)),
                     OK);
    assert_int_equal(crypto_hkdf_sha256(buffer_bytes(&secrets), bytes_of(NULL, 0),
                                        bytes_of_text(PQXDH_INFO), keys, 96),
                     OK);
    buffer_fini(&secrets);
}

/* The chain key of the initiator's first sending chain. */
static void first_chain(struct reading *r, const uint8_t root[32], struct bytes ratchet_key,
                        uint8_t chain[32])
{
    uint8_t keys[64];
    struct buffer secret;
    buffer_init(&secret, 32);
    agree(r, "signed_prekey", ratchet_key, &secret);
    assert_int_equal(crypto_hkdf_sha256(buffer_bytes(&secret), bytes_of(root, 32),
                                        bytes_of_text("WhisperRatchet"), keys, sizeof(keys)),
                     OK);
    memcpy(chain, keys + 32, 32);
    buffer_fini(&secret);
}

static void check_mac(struct reading *r, struct bytes body, const uint8_t mac_key[32])
{
    uint8_t mac[32];
    struct buffer covered;
    buffer_init(&covered, 4096);
    buffer_append(&covered, hex_of(r, r->conversation, "sender_identity"));
    buffer_append(&covered,
                  hex_of(r, json_object_get(r->conversation, "receiver_keys"), "identity_public"));
    buffer_append(&covered, bytes_slice(body, 0, body.len - MAC_LEN));
    assert_int_equal(crypto_hmac_sha256(bytes_of(mac_key, 32), buffer_bytes(&covered), mac), OK);
    assert_memory_equal(mac, body.data + body.len - MAC_LEN, MAC_LEN);
    buffer_fini(&covered);
}

/* What |body| says, with the next key of |chain| and the one SPQR gives for field 5. */
static void open_one(struct reading *r, struct bytes body, const struct pb_message *message,
                     uint8_t chain[32], struct spqr *spqr, struct buffer *plaintext)
{
    static const uint8_t one[] = {1}, two[] = {2};
    uint8_t seed[32], next[32], keys[80], pq_key[32];
    struct spqr_field pq_field;
    bool has_key;
    assert_int_equal(crypto_hmac_sha256(bytes_of(chain, 32), bytes_of(one, 1), seed), OK);
    assert_int_equal(crypto_hmac_sha256(bytes_of(chain, 32), bytes_of(two, 1), next), OK);
    memcpy(chain, next, 32);
    assert_int_equal(spqr_read_field(field(message, 5), &pq_field), OK);
    assert_int_equal(spqr_receive(spqr, &pq_field, &has_key, pq_key), OK);
    assert_true(has_key);
    assert_int_equal(crypto_hkdf_sha256(bytes_of(seed, 32), bytes_of(pq_key, 32),
                                        bytes_of_text("WhisperMessageKeys"), keys, sizeof(keys)),
                     OK);
    check_mac(r, body, keys + 32);
    assert_int_equal(crypto_aes_cbc_decrypt(keys, keys + 64, field(message, 4), plaintext), OK);
}

static size_t one_way_opens(struct reading *r)
{
    uint8_t keys[96] = {0}, chain[32] = {0};
    const json_t *one;
    struct spqr spqr = {0};
    size_t i;
    json_array_foreach(json_object_get(r->conversation, "messages"), i, one)
    {
        struct pb_message outer, message;
        struct buffer plaintext;
        struct bytes body = inner_message(one, hex_of(r, one, "bytes"), &outer);
        parse_message(body, &message);
        if (i == 0) {
            respond(r, &outer, keys);
            first_chain(r, keys, field(&message, 1), chain);
            assert_int_equal(spqr_start(&spqr, keys + 64, false, true), OK);
        }
        buffer_init(&plaintext, 4096);
        open_one(r, body, &message, chain, &spqr, &plaintext);
        assert_true(bytes_equal(buffer_bytes(&plaintext), hex_of(r, one, "plaintext")));
        buffer_fini(&plaintext);
    }
    /* the header came with them; the responder has not answered */
    assert_int_equal(spqr.braid.state, BRAID_HEADER_RECEIVED);
    spqr_fini(&spqr);
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
        assert_int_equal(spqr_read_field(field(&message, 5), &theirs), OK);
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
        assert_int_equal(spqr_read_field(field(&message, 5), &theirs), OK);
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
