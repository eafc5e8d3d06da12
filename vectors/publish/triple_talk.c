/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/triple_talk.h"

#include "base/crypto.h"
#include "cipher/signal/xeddsa.h"
#include "cipher/signal4/signal4.h"

#include <string.h>

#define KEM_ID 31u
#define STATE_MAX ((size_t)64 * 1024 * 1024)
#define BUNDLE_MAX 8192u

/* ---- the group */

static void make_kem_prekey(struct triple_talk *t)
{
    uint8_t seeds[2 * KEM_SEED_LEN];
    must(random_fill(writer_random(t->writer), seeds, sizeof(seeds)) == OK, "randomness");
    t->kem_public[0] = SIGNAL_KEM_TYPE;
    must(kem_keygen(&kem_kyber_1024, seeds, seeds + KEM_SEED_LEN, t->kem_public + 1,
                    t->kem_private) == OK,
         "a KEM prekey");
    t->kem.id = KEM_ID;
    t->kem.public_key = bytes_of(t->kem_public + 1, KEM_EK_MAX);
    t->kem.private_key = bytes_of(t->kem_private, KEM_DK_MAX);
    must(xeddsa_sign(t->bob_keys.identity.private_key, bytes_of(t->kem_public, SIGNAL_KEM_WIRE_LEN),
                     writer_random(t->writer), t->kem.signature) == OK,
         "a signature");
    t->bob_keys.keys.kem_prekeys = &t->kem;
    t->bob_keys.keys.n_kem_prekeys = 1;
}

static json_t *prekey_json(const struct key_pair *pair, uint32_t id)
{
    json_t *value = json_pack("{s:I}", "id", (json_int_t)id);
    writer_hex(value, "private", bytes_of(pair->private_key, 32));
    writer_hex(value, "public", bytes_of(pair->public_key, SIGNAL_KEY_LEN));
    return value;
}

static void write_receiver(const struct triple_talk *t, json_t *group)
{
    const struct person *p = &t->bob_keys;
    json_t *value = json_object(), *signed_prekey, *kem = json_object();
    writer_number(value, "registrationId", p->registration_id);
    write_pair(value, "identity", &p->identity);
    signed_prekey = prekey_json(&p->signed_prekey, SIGNED_PREKEY_ID);
    writer_hex(signed_prekey, "signature",
               bytes_of(p->signed_record.signature, SIGNAL_SIGNATURE_LEN));
    writer_json(value, "signedPrekey", signed_prekey);
    writer_json(value, "oneTimePrekey", prekey_json(&p->one_time_prekeys[0], ONE_TIME_PREKEY_ID));
    writer_number(kem, "id", KEM_ID);
    writer_hex(kem, "private", t->kem.private_key);
    writer_hex(kem, "public", bytes_of(t->kem_public, sizeof(t->kem_public)));
    writer_hex(kem, "signature", bytes_of(t->kem.signature, SIGNAL_SIGNATURE_LEN));
    writer_json(value, "kemPrekey", kem);
    writer_json(group, "receiver", value);
}

static void start(struct triple_talk *t, bool has_one_time_prekey, const struct mutation *mutation)
{
    const struct person *p = &t->bob_keys;
    const struct signal_bundle b = {
        .registration_id = p->registration_id,
        .device = 1,
        .identity_key = bytes_of(p->identity.public_key, SIGNAL_KEY_LEN),
        .signed_prekey_id = SIGNED_PREKEY_ID,
        .signed_prekey = bytes_of(p->signed_prekey.public_key, SIGNAL_KEY_LEN),
        .signature = bytes_of(p->signed_record.signature, SIGNAL_SIGNATURE_LEN),
        .has_one_time_prekey = has_one_time_prekey,
        .one_time_prekey_id = ONE_TIME_PREKEY_ID,
        .one_time_prekey = bytes_of(p->one_time_prekeys[0].public_key, SIGNAL_KEY_LEN),
        .has_kem_prekey = true,
        .kem_prekey_id = KEM_ID,
        .kem_prekey = bytes_of(t->kem_public, sizeof(t->kem_public)),
        .kem_signature = bytes_of(t->kem.signature, SIGNAL_SIGNATURE_LEN),
    };
    struct buffer bundle;
    enum refusal why;
    buffer_init(&bundle, BUNDLE_MAX);
    must(signal_bundle_encode(&b, &bundle) == OK, "a bundle");
    must(party_start(t->alice, BOB, buffer_bytes(&bundle), mutation, &why) == OK,
         "starting a session");
    buffer_fini(&bundle);
}

static const struct session *session_of(const struct triple_talk *t)
{
    const struct record *r = store_find(t->alice, BOB);
    must(r && r->current && r->current->pq, "finding the session");
    return r->current;
}

/* What PQXDH has given: the agreements, the KEM's secret, and what is derived from them. */
static void write_agreement(const struct triple_talk *t, json_t *group, bool has_one_time_prekey)
{
    const struct session *s = session_of(t);
    const struct person *bob = &t->bob_keys;
    const struct {
        const char *name;
        const struct key_pair *own, *their;
    } rows[] = {{"dh1", &t->alice_keys.identity, &bob->signed_prekey},
                {"dh2", &t->alice->base_key, &bob->identity},
                {"dh3", &t->alice->base_key, &bob->signed_prekey},
                {"dh4", &t->alice->base_key, &bob->one_time_prekeys[0]}};
    uint8_t input[32 * 6], keys[96];
    size_t len = 32, n = has_one_time_prekey ? 4 : 3;
    json_t *value = json_object();
    write_pair(value, "identity", &t->alice_keys.identity);
    write_pair(value, "base", &t->alice->base_key);
    memset(input, 0xff, 32);
    for (size_t i = 0; i < n; i++, len += 32) {
        must(keys_agree(rows[i].own, rows[i].their->public_key, input + len) == OK, rows[i].name);
        writer_hex(value, rows[i].name, bytes_of(input + len, 32));
    }
    struct bytes ciphertext = bytes_of(s->pq->kem_ciphertext, SIGNAL_KEM_WIRE_LEN);
    must(kem_decaps(&kem_kyber_1024, t->kem.private_key, bytes_slice(ciphertext, 1, ciphertext.len),
                    input + len) == OK,
         "the KEM's secret");
    writer_hex(value, "kemCiphertext", ciphertext);
    writer_hex(value, "kemSecret", bytes_of(input + len, 32));
    must(crypto_hkdf_sha256(bytes_of(input, len + 32), bytes_of(NULL, 0), bytes_of_text(PQXDH_INFO),
                            keys, sizeof(keys)) == OK &&
             memcmp(keys, s->sender.root_before, 32) == 0 &&
             memcmp(keys + 32, s->chains[0].chain.key, 32) == 0,
         "the keys of PQXDH");
    writer_hex(value, "rootKey", bytes_of(keys, 32));
    writer_hex(value, "chainKey", bytes_of(keys + 32, 32));
    writer_hex(value, "pqKey", bytes_of(keys + 64, 32));
    writer_json(group, "sender", value);
}

void triple_talk_begin(struct triple_talk *t, const char *title, bool has_one_time_prekey)
{
    struct random *random = writer_random(t->writer);
    uint8_t seed[32];
    json_t *group = writer_group(t->writer, "TripleRatchet");
    writer_text(group, "title", title);
    must(random_fill(random, seed, 32) == OK &&
             random_init(&t->alice_random, bytes_of(seed, 32), "alice") == OK &&
             random_init(&t->bob_random, bytes_of(seed, 32), "bob") == OK,
         "randomness");
    make_person(random, &t->alice_keys);
    make_person(random, &t->bob_keys);
    make_kem_prekey(t);
    t->alice = person_party(&t->alice_keys, ALICE, &t->alice_random, &t->rules);
    t->bob = person_party(&t->bob_keys, BOB, &t->bob_random, &t->rules);
    write_receiver(t, group);
    start(t, has_one_time_prekey, NULL);
    write_agreement(t, group, has_one_time_prekey);
}

void triple_talk_end(struct triple_talk *t)
{
    party_free(t->alice);
    party_free(t->bob);
}

/* ---- sealing */

static void seal_with(struct triple_talk *t, struct bytes plaintext,
                      const struct mutation *mutation, struct triple_letter *out)
{
    struct sealed sealed;
    enum refusal why;
    sealed_init(&sealed);
    memset(out, 0, sizeof(*out));
    must(party_seal(t->alice, BOB, plaintext, mutation, &sealed, &why) == OK, "sealing");
    out->plaintext = plaintext;
    buffer_init(&out->body, PARTY_MESSAGE_MAX);
    must(buffer_append(&out->body, buffer_bytes(&sealed.body)) == OK, "memory");
    memcpy(out->keys.cipher_key, sealed.cipher_key, 32);
    memcpy(out->keys.mac_key, sealed.mac_key, 32);
    memcpy(out->keys.iv, sealed.iv, 16);
    sealed_fini(&sealed);
}

void triple_letter_fini(struct triple_letter *letter) { buffer_fini(&letter->body); }

void triple_talk_seal_bytes(struct triple_talk *t, struct bytes plaintext,
                            struct triple_letter *out)
{
    const struct session *s = session_of(t);
    const struct sender before = s->sender;
    struct spqr_chain chain;
    uint8_t key[SPQR_KEY_LEN];
    uint32_t index;
    must(spqr_chain_copy(&s->pq->spqr.chain, &chain) == OK &&
             spqr_chain_send(&chain, 0, &index, key) == OK,
         "SPQR's next key");
    spqr_chain_fini(&chain);
    seal_with(t, plaintext, NULL, out);
    out->is_honest = true;
    out->sender = before;
    memcpy(out->spqr_key, key, sizeof(key));
}

void triple_talk_seal(struct triple_talk *t, const char *words, struct triple_letter *out)
{
    triple_talk_seal_bytes(t, bytes_of_text(words), out);
}

void triple_talk_lose(struct triple_talk *t, unsigned n)
{
    struct triple_letter lost;
    for (unsigned i = 0; i < n; i++) {
        triple_talk_seal(t, "lost", &lost);
        triple_letter_fini(&lost);
    }
}

void triple_talk_forge(struct triple_talk *t, const char *start_words, const char *seal_words,
                       struct triple_letter *out)
{
    struct mutation mutation;
    struct buffer state;
    struct random random = t->alice_random;
    buffer_init(&state, STATE_MAX);
    must(party_save(t->alice, &state) == OK, "saving a party");
    if (start_words) {
        must(mutation_parse(&signal4_words, start_words, &mutation), start_words);
        start(t, true, &mutation);
    }
    must(!seal_words || mutation_parse(&signal4_words, seal_words, &mutation), "a mutation");
    seal_with(t, bytes_of_text("forged"), seal_words ? &mutation : NULL, out);
    party_free(t->alice);
    must(party_load(buffer_bytes(&state), &t->alice_random, &t->rules, &t->alice) == OK,
         "loading a party");
    t->alice_random = random;
    buffer_fini(&state);
}

/* ---- opening */

void triple_talk_open(struct triple_talk *t, const struct triple_letter *letter, enum result result,
                      const char *names, const char *comment)
{
    struct buffer plaintext;
    enum refusal why;
    buffer_init(&plaintext, PARTY_PLAINTEXT_MAX);
    enum status st = party_open(t->bob, ALICE, SIGNAL_KIND_PREKEY, buffer_bytes(&letter->body),
                                &plaintext, &why);
    bool is_opened = st == OK && bytes_equal(buffer_bytes(&plaintext), letter->plaintext);
    buffer_fini(&plaintext);
    must(result == RESULT_ACCEPTABLE || is_opened == (result == RESULT_VALID), comment);
    json_t *test = writer_test(t->writer, result, names, comment);
    writer_hex(test, "message", buffer_bytes(&letter->body));
    if (result == RESULT_INVALID)
        return;
    writer_hex(test, "plaintext", letter->plaintext);
    if (!letter->is_honest)
        return;
    writer_hex(test, "ratchetPrivate", bytes_of(letter->sender.key.private_key, 32));
    writer_number(test, "counter", letter->sender.counter);
    writer_hex(test, "chainKey", bytes_of(letter->sender.chain, 32));
    writer_hex(test, "spqrKey", bytes_of(letter->spqr_key, SPQR_KEY_LEN));
    writer_hex(test, "cipherKey", bytes_of(letter->keys.cipher_key, 32));
    writer_hex(test, "macKey", bytes_of(letter->keys.mac_key, 32));
    writer_hex(test, "iv", bytes_of(letter->keys.iv, 16));
}
