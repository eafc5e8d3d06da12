/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signal v4: PQXDH and the first epoch of the Triple Ratchet, as the receiver of first messages
 * sees them. Only what the initiator sends: what a receiver answers has randomness of its own, and
 * no library but ours lets it be chosen.
 */
#include "base/crypto.h"
#include "cipher/signal/store.h"
#include "cipher/signal/xeddsa.h"
#include "cipher/signal4/signal4.h"
#include "publish/people.h"
#include "wire/field.h"

#include <stdio.h>
#include <string.h>

#define KEM_ID 31u
#define POOL 6u
#define STATE_MAX ((size_t)64 * 1024 * 1024)
#define BUNDLE_MAX 8192u
#define PQXDH_INFO "WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024"

static const struct flag flags[] = {
    {"Length", "EDGE_CASE", "Plaintexts from no byte on, around the size of a block."},
    {"Late", "FUNCTIONALITY", "Messages that were sealed later have arrived before it."},
    {"Lost", "FUNCTIONALITY", "Messages that were sealed before it have not arrived."},
    {"Redundancy", "FUNCTIONALITY",
     "The header of ML-KEM's key has come by chunks past its own three: it has to be interpolated, "
     "and its MAC is right."},
    {"FarAhead", "EDGE_CASE",
     "More messages are missing than everybody follows; today's bound is 25,000."},
    {"TooFarAhead", "AUTH_BYPASS", "More messages are missing than anybody follows."},
    {"Duplicate", "AUTH_BYPASS", "The message was opened before."},
    {"ModifiedMessage", "AUTH_BYPASS", "A part of the message was changed; its MAC was not."},
    {"UnknownPrekey", "AUTH_BYPASS",
     "The message names a prekey that its receiver does not have, or none."},
    {"WrongKem", "AUTH_BYPASS",
     "The KEM's ciphertext is another one, missing, or of another form."},
    {"WrongDerivation", "AUTH_BYPASS", "The sender derives keys otherwise, as the comment says."},
    {"WrongMac", "AUTH_BYPASS",
     "The MAC is wrong, or right for other identities, bytes or lengths than it has to cover."},
    {"WrongPadding", "MALFORMED", "The MAC is right and what it covers does not decrypt."},
    {"WrongVersion", "MALFORMED", "The version byte names a version that is not spoken here."},
    {"WrongSpqr", "AUTH_BYPASS",
     "What the message says to SPQR is missing, of another form, or not what its keys are made "
     "with."},
    {"NoSpqrKey", "AUTH_BYPASS",
     "The message says epoch 1 and index 0, which stands for no key, and is under the elliptic "
     "keys "
     "alone. Deployed versions open it."},
    {"LaterSpqrVersion", "FUNCTIONALITY",
     "The message says a version of SPQR above 1, all else is of version 1. libsignal-client "
     "0.103.0 "
     "reads it as version 1; others refuse it."},
};

static const struct judge judges[] = {
    {"libsignal-client 0.103.0",
     "with the receiver's keys imported, opens or refuses each message as it says"},
    {"OpenSSL 3",
     "X25519, HKDF, HMAC and AES give from kemSecret on all keys, the MAC of each sealed message, "
     "and its plaintext; kemSecret itself is confirmed by libsignal-client, which opens"},
};

struct maker {
    struct writer *writer;
    struct rules rules;
    struct random alice_random, bob_random;
    struct person alice_keys, bob_keys;
    uint8_t kem_public[SIGNAL_KEM_WIRE_LEN], kem_private[KEM_DK_MAX];
    struct party_kem_prekey kem;
    struct party *alice, *bob;
};

struct letter {
    struct buffer body;
    struct bytes plaintext; /* borrowed */
    bool is_honest;         /* the next are known */
    struct sender sender;
    uint8_t spqr_key[SPQR_KEY_LEN];
    struct message_keys keys;
};

/* ---- the group */

static void make_kem_prekey(struct maker *m)
{
    uint8_t seeds[2 * KEM_SEED_LEN];
    must(random_fill(writer_random(m->writer), seeds, sizeof(seeds)) == OK, "randomness");
    m->kem_public[0] = SIGNAL_KEM_TYPE;
    must(kem_keygen(&kem_kyber_1024, seeds, seeds + KEM_SEED_LEN, m->kem_public + 1,
                    m->kem_private) == OK,
         "a KEM prekey");
    m->kem.id = KEM_ID;
    m->kem.public_key = bytes_of(m->kem_public + 1, KEM_EK_MAX);
    m->kem.private_key = bytes_of(m->kem_private, KEM_DK_MAX);
    must(xeddsa_sign(m->bob_keys.identity.private_key, bytes_of(m->kem_public, SIGNAL_KEM_WIRE_LEN),
                     writer_random(m->writer), m->kem.signature) == OK,
         "a signature");
    m->bob_keys.keys.kem_prekeys = &m->kem;
    m->bob_keys.keys.n_kem_prekeys = 1;
}

static json_t *prekey_json(const struct key_pair *pair, uint32_t id)
{
    json_t *value = json_pack("{s:I}", "id", (json_int_t)id);
    writer_hex(value, "private", bytes_of(pair->private_key, 32));
    writer_hex(value, "public", bytes_of(pair->public_key, SIGNAL_KEY_LEN));
    return value;
}

static void write_receiver(const struct maker *m, json_t *group)
{
    const struct person *p = &m->bob_keys;
    json_t *value = json_object(), *signed_prekey, *kem = json_object();
    writer_number(value, "registrationId", p->registration_id);
    write_pair(value, "identity", &p->identity);
    signed_prekey = prekey_json(&p->signed_prekey, SIGNED_PREKEY_ID);
    writer_hex(signed_prekey, "signature",
               bytes_of(p->signed_record.signature, SIGNAL_SIGNATURE_LEN));
    writer_json(value, "signedPrekey", signed_prekey);
    writer_json(value, "oneTimePrekey", prekey_json(&p->one_time_prekeys[0], ONE_TIME_PREKEY_ID));
    writer_number(kem, "id", KEM_ID);
    writer_hex(kem, "private", m->kem.private_key);
    writer_hex(kem, "public", bytes_of(m->kem_public, sizeof(m->kem_public)));
    writer_hex(kem, "signature", bytes_of(m->kem.signature, SIGNAL_SIGNATURE_LEN));
    writer_json(value, "kemPrekey", kem);
    writer_json(group, "receiver", value);
}

static void start(struct maker *m, bool has_one_time_prekey, const struct mutation *mutation)
{
    const struct person *p = &m->bob_keys;
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
        .kem_prekey = bytes_of(m->kem_public, sizeof(m->kem_public)),
        .kem_signature = bytes_of(m->kem.signature, SIGNAL_SIGNATURE_LEN),
    };
    struct buffer bundle;
    enum refusal why;
    buffer_init(&bundle, BUNDLE_MAX);
    must(signal_bundle_encode(&b, &bundle) == OK, "a bundle");
    must(party_start(m->alice, BOB, buffer_bytes(&bundle), mutation, &why) == OK,
         "starting a session");
    buffer_fini(&bundle);
}

static const struct session *session_of(const struct maker *m)
{
    const struct record *r = store_find(m->alice, BOB);
    must(r && r->current && r->current->pq, "finding the session");
    return r->current;
}

/* What PQXDH has given: the agreements, the KEM's secret, and what is derived from them. */
static void write_agreement(const struct maker *m, json_t *group, bool has_one_time_prekey)
{
    const struct session *s = session_of(m);
    const struct person *bob = &m->bob_keys;
    const struct {
        const char *name;
        const struct key_pair *own, *their;
    } rows[] = {{"dh1", &m->alice_keys.identity, &bob->signed_prekey},
                {"dh2", &m->alice->base_key, &bob->identity},
                {"dh3", &m->alice->base_key, &bob->signed_prekey},
                {"dh4", &m->alice->base_key, &bob->one_time_prekeys[0]}};
    uint8_t input[32 * 6], keys[96];
    size_t len = 32, n = has_one_time_prekey ? 4 : 3;
    json_t *value = json_object();
    write_pair(value, "identity", &m->alice_keys.identity);
    write_pair(value, "base", &m->alice->base_key);
    memset(input, 0xff, 32);
    for (size_t i = 0; i < n; i++, len += 32) {
        must(keys_agree(rows[i].own, rows[i].their->public_key, input + len) == OK, rows[i].name);
        writer_hex(value, rows[i].name, bytes_of(input + len, 32));
    }
    struct bytes ciphertext = bytes_of(s->pq->kem_ciphertext, SIGNAL_KEM_WIRE_LEN);
    must(kem_decaps(&kem_kyber_1024, m->kem.private_key, bytes_slice(ciphertext, 1, ciphertext.len),
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

static void begin(struct maker *m, const char *title, bool has_one_time_prekey)
{
    struct random *random = writer_random(m->writer);
    uint8_t seed[32];
    json_t *group = writer_group(m->writer, "TripleRatchet");
    writer_text(group, "title", title);
    must(random_fill(random, seed, 32) == OK &&
             random_init(&m->alice_random, bytes_of(seed, 32), "alice") == OK &&
             random_init(&m->bob_random, bytes_of(seed, 32), "bob") == OK,
         "randomness");
    make_person(random, &m->alice_keys);
    make_person(random, &m->bob_keys);
    make_kem_prekey(m);
    m->alice = person_party(&m->alice_keys, ALICE, &m->alice_random, &m->rules);
    m->bob = person_party(&m->bob_keys, BOB, &m->bob_random, &m->rules);
    write_receiver(m, group);
    start(m, has_one_time_prekey, NULL);
    write_agreement(m, group, has_one_time_prekey);
}

static void end(struct maker *m)
{
    party_free(m->alice);
    party_free(m->bob);
}

/* ---- sealing */

static void seal_with(struct maker *m, struct bytes plaintext, const struct mutation *mutation,
                      struct letter *out)
{
    struct sealed sealed;
    enum refusal why;
    sealed_init(&sealed);
    memset(out, 0, sizeof(*out));
    must(party_seal(m->alice, BOB, plaintext, mutation, &sealed, &why) == OK, "sealing");
    out->plaintext = plaintext;
    buffer_init(&out->body, PARTY_MESSAGE_MAX);
    must(buffer_append(&out->body, buffer_bytes(&sealed.body)) == OK, "memory");
    memcpy(out->keys.cipher_key, sealed.cipher_key, 32);
    memcpy(out->keys.mac_key, sealed.mac_key, 32);
    memcpy(out->keys.iv, sealed.iv, 16);
    sealed_fini(&sealed);
}

static void letter_fini(struct letter *letter) { buffer_fini(&letter->body); }

static void seal_bytes(struct maker *m, struct bytes plaintext, struct letter *out)
{
    const struct session *s = session_of(m);
    const struct sender before = s->sender;
    struct spqr_chain chain;
    uint8_t key[SPQR_KEY_LEN];
    uint32_t index;
    must(spqr_chain_copy(&s->pq->spqr.chain, &chain) == OK &&
             spqr_chain_send(&chain, 0, &index, key) == OK,
         "SPQR's next key");
    spqr_chain_fini(&chain);
    seal_with(m, plaintext, NULL, out);
    out->is_honest = true;
    out->sender = before;
    memcpy(out->spqr_key, key, sizeof(key));
}

static void seal(struct maker *m, const char *words, struct letter *out)
{
    seal_bytes(m, bytes_of_text(words), out);
}

static void lose(struct maker *m, unsigned n)
{
    struct letter lost;
    for (unsigned i = 0; i < n; i++) {
        seal(m, "lost", &lost);
        letter_fini(&lost);
    }
}

/* A message sealed wrongly by |seal_words|, of a session started wrongly by |start_words| where
 * these are; the sender's state stays. */
static void forge(struct maker *m, const char *start_words, const char *seal_words,
                  struct letter *out)
{
    struct mutation mutation;
    struct buffer state;
    struct random random = m->alice_random;
    buffer_init(&state, STATE_MAX);
    must(party_save(m->alice, &state) == OK, "saving a party");
    if (start_words) {
        must(mutation_parse(&signal4_words, start_words, &mutation), start_words);
        start(m, true, &mutation);
    }
    must(!seal_words || mutation_parse(&signal4_words, seal_words, &mutation), "a mutation");
    seal_with(m, bytes_of_text("forged"), seal_words ? &mutation : NULL, out);
    party_free(m->alice);
    must(party_load(buffer_bytes(&state), &m->alice_random, &m->rules, &m->alice) == OK,
         "loading a party");
    m->alice_random = random;
    buffer_fini(&state);
}

/* ---- tests */

static void show_opening(struct maker *m, const struct letter *letter, enum result result,
                         const char *names, const char *comment)
{
    struct buffer plaintext;
    enum refusal why;
    buffer_init(&plaintext, PARTY_PLAINTEXT_MAX);
    enum status st = party_open(m->bob, ALICE, SIGNAL_KIND_PREKEY, buffer_bytes(&letter->body),
                                &plaintext, &why);
    bool is_opened = st == OK && bytes_equal(buffer_bytes(&plaintext), letter->plaintext);
    buffer_fini(&plaintext);
    must(result == RESULT_ACCEPTABLE || is_opened == (result == RESULT_VALID), comment);
    json_t *test = writer_test(m->writer, result, names, comment);
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

static void lengths(struct maker *m, bool has_one_time_prekey)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 160};
    static const uint8_t zeros[160];
    struct letter letter;
    begin(m,
          has_one_time_prekey ? "Plaintexts of all lengths, with one-time prekey"
                              : "Plaintexts of all lengths, without one-time prekey",
          has_one_time_prekey);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char comment[48];
        snprintf(comment, sizeof(comment), "%zu bytes", sizes[i]);
        seal_bytes(m, bytes_of(zeros, sizes[i]), &letter);
        show_opening(m, &letter, RESULT_VALID, "Length", comment);
        letter_fini(&letter);
    }
    end(m);
}

static void backwards(struct maker *m)
{
    struct letter letters[POOL];
    begin(m, "Messages that arrive in the opposite order, and once more each", true);
    for (size_t i = 0; i < POOL; i++)
        seal(m, "backwards", &letters[i]);
    for (size_t i = POOL; i-- > 0;)
        show_opening(m, &letters[i], RESULT_VALID, i + 1 < POOL ? "Late" : "Lost",
                     "opened in the opposite order");
    for (size_t i = 0; i < POOL; i++) {
        show_opening(m, &letters[i], RESULT_INVALID, "Duplicate", "it was opened before");
        letter_fini(&letters[i]);
    }
    end(m);
}

/* The key's header is three chunks; any three do. Message n carries chunk n. */
static void chunks(struct maker *m)
{
    static const unsigned rows[][4] = {{0, 1, 2, 3},    {3, 4, 5, 6},         {0, 4, 9, 10},
                                       {2, 50, 51, 52}, {100, 300, 900, 901}, {7, 1, 3, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        begin(m, "Chunks of the header of ML-KEM's key, and a message after it", true);
        unsigned next = 0;
        for (size_t n = 0; n < COUNT_OF(rows[i]); n++) {
            struct letter letter;
            char comment[64];
            lose(m, rows[i][n] > next ? rows[i][n] - next : 0);
            next = rows[i][n] > next ? rows[i][n] : next;
            seal(m, "a chunk", &letter);
            snprintf(comment, sizeof(comment), "it carries chunk %u", next++);
            show_opening(m, &letter, RESULT_VALID, n == 2 ? "Redundancy" : "Lost", comment);
            letter_fini(&letter);
        }
        end(m);
    }
}

static void gaps(struct maker *m)
{
    static const struct {
        unsigned counter;
        enum result result;
        const char *names;
    } rows[] = {{2, RESULT_VALID, "Lost"},
                {500, RESULT_VALID, "Lost"},
                {999, RESULT_VALID, "Lost"},
                {2500, RESULT_ACCEPTABLE, "FarAhead"},
                {26000, RESULT_INVALID, "TooFarAhead"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct letter early, letter;
        char words[64], comment[64];
        begin(m, "Messages are lost, and one of them arrives after all", true);
        seal(m, "early", &early);
        snprintf(words, sizeof(words), "counter:%u,spqr-index:%u", rows[i].counter,
                 rows[i].counter + 1);
        forge(m, NULL, words, &letter);
        snprintf(comment, sizeof(comment), "%u messages before it are missing", rows[i].counter);
        show_opening(m, &letter, rows[i].result, rows[i].names, comment);
        if (rows[i].result != RESULT_ACCEPTABLE)
            show_opening(m, &early, RESULT_VALID, "Late", "one that was missing");
        letter_fini(&early);
        letter_fini(&letter);
        end(m);
    }
}

static const struct {
    const char *field;
    struct edit edit;
    const char *names, *comment;
} bends[] = {
    {"signal.mac",
     {EDIT_FLIP_BIT, 0, {0}},
     "ModifiedMessage",
     "the first bit of the MAC is flipped"},
    {"signal.ciphertext",
     {EDIT_FLIP_BIT, 0, {0}},
     "ModifiedMessage",
     "a bit of the ciphertext is flipped"},
    {"signal.ratchet-key",
     {EDIT_FLIP_BIT, 100, {0}},
     "ModifiedMessage",
     "a bit of the ratchet key is flipped"},
    {"signal.counter", {EDIT_SET_NUMBER, 1, {0}}, "ModifiedMessage", "the counter is the next one"},
    {"signal.pq-ratchet", {EDIT_REMOVE, 0, {0}}, "WrongSpqr", "nothing is said to SPQR"},
    {"signal.pq-ratchet", {EDIT_FLIP_BIT, 0, {0}}, "WrongSpqr", "SPQR's version is 0"},
    {"signal.pq-ratchet", {EDIT_FLIP_BIT, 1, {0}}, "WrongSpqr", "SPQR's version is 3"},
    {"signal.pq-chunk", {EDIT_FLIP_BIT, 77, {0}}, "WrongSpqr", "a bit of the chunk is flipped"},
    {"signal.pq-ratchet", {EDIT_CUT, 1, {0}}, "WrongSpqr", "the chunk lacks its last byte"},
    {"signal.version",
     {EDIT_FLIP_BIT, 0, {0}},
     "ModifiedMessage",
     "a bit of the version's low nibble is flipped"},
    {"signal.version", {EDIT_FLIP_BIT, 4, {0}}, "WrongVersion", "the message inside has version 5"},
    {"signal", {EDIT_CUT, 1, {0}}, "ModifiedMessage", "the last byte is missing"},
    {"prekey.version", {EDIT_FLIP_BIT, 4, {0}}, "WrongVersion", "the prekey part has version 5"},
    {"prekey.base-key",
     {EDIT_FLIP_BIT, 100, {0}},
     "ModifiedMessage",
     "a bit of the base key is flipped"},
    {"prekey.identity-key",
     {EDIT_FLIP_BIT, 100, {0}},
     "ModifiedMessage",
     "a bit of the identity key is flipped"},
    {"prekey.signed-prekey-id",
     {EDIT_SET_NUMBER, 16000000, {0}},
     "UnknownPrekey",
     "an unknown signed prekey"},
    {"prekey.one-time-prekey-id",
     {EDIT_SET_NUMBER, 16000000, {0}},
     "UnknownPrekey",
     "an unknown one-time prekey"},
    {"prekey.one-time-prekey-id",
     {EDIT_REMOVE, 0, {0}},
     "UnknownPrekey",
     "the one-time prekey that was used is not named"},
    {"prekey.kem-prekey-id",
     {EDIT_SET_NUMBER, 16000000, {0}},
     "UnknownPrekey",
     "an unknown KEM prekey"},
    {"prekey.kem-prekey-id", {EDIT_REMOVE, 0, {0}}, "WrongKem", "no KEM prekey is named"},
    {"prekey.kem-ciphertext", {EDIT_REMOVE, 0, {0}}, "WrongKem", "there is no KEM ciphertext"},
    {"prekey.kem-ciphertext",
     {EDIT_FLIP_BIT, 0, {0}},
     "WrongKem",
     "the KEM ciphertext's type is another"},
    {"prekey.kem-ciphertext",
     {EDIT_FLIP_BIT, 8, {0}},
     "WrongKem",
     "the first bit of the KEM ciphertext is flipped"},
    {"prekey.kem-ciphertext",
     {EDIT_FLIP_BIT, 12551, {0}},
     "WrongKem",
     "the last bit of the KEM ciphertext is flipped"},
    {"prekey.kem-ciphertext",
     {EDIT_CUT, 1, {0}},
     "WrongKem",
     "the KEM ciphertext lacks its last byte"},
    {"prekey.message", {EDIT_REMOVE, 0, {0}}, "ModifiedMessage", "there is no message inside"},
};

static const struct {
    const char *start, *seal, *names, *comment;
} forgeries[] = {
    {"no-discontinuity-block", NULL, "WrongDerivation", "the 32 bytes FF are left out of PQXDH"},
    {"other-handshake-info", NULL, "WrongDerivation", "PQXDH with another info"},
    {"dh-order", NULL, "WrongDerivation", "PQXDH with its first two agreements swapped"},
    {"omit-dh4", NULL, "WrongDerivation", "PQXDH without its fourth agreement"},
    {"no-kem-secret", NULL, "WrongDerivation", "PQXDH without the KEM's secret"},
    {"kem-secret-first", NULL, "WrongDerivation",
     "PQXDH with the KEM's secret before the agreements"},
    {"kem-other-key", NULL, "WrongKem", "the KEM ciphertext is for another key"},
    {NULL, "mac-swapped-identities", "WrongMac", "the MAC has the receiver's identity first"},
    {NULL, "mac-no-identities", "WrongMac", "the MAC is of no identities"},
    {NULL, "mac-zero", "WrongMac", "the MAC is zeros"},
    {NULL, "mac-length:7", "WrongMac", "the MAC has seven bytes"},
    {NULL, "mac-length:32", "WrongMac", "the MAC has all its 32 bytes"},
    {NULL, "other-message-info", "WrongDerivation",
     "the message keys are derived with another info"},
    {NULL, "padding:zero", "WrongPadding", "the last byte of the padding is 0"},
    {NULL, "padding:inconsistent", "WrongPadding", "the bytes of the padding differ"},
    {NULL, "spqr-stripped", "WrongSpqr", "nothing is said to SPQR, its key is mixed in"},
    {NULL, "spqr-absent", "WrongSpqr", "nothing is said to SPQR, no key is mixed in"},
    {NULL, "spqr-unsalted", "WrongSpqr", "SPQR's key is named and not mixed in"},
    {NULL, "spqr-receiving", "WrongSpqr", "SPQR's key is of the other direction"},
    {NULL, "spqr-version:0", "WrongSpqr", "SPQR's version is 0; right MAC"},
    {NULL, "spqr-epoch:0", "WrongSpqr", "SPQR's epoch is 0; right MAC"},
    {NULL, "spqr-epoch:2", "WrongSpqr", "SPQR's epoch is 2, which cannot be yet; right MAC"},
    {NULL, "spqr-type:7", "WrongSpqr", "SPQR's type is 7, which is none; right MAC"},
    {NULL, "spqr-type:255", "WrongSpqr", "SPQR's type is 255, which is none; right MAC"},
};

static void open_bent(struct maker *m)
{
    struct letter letter;
    begin(m, "A first message, bent on the way", true);
    seal(m, "the genuine message", &letter);
    for (size_t i = 0; i < COUNT_OF(bends); i++) {
        struct letter bad = letter;
        buffer_init(&bad.body, PARTY_MESSAGE_MAX);
        must(field_edit(field_find(bends[i].field), OBJECT_PREKEY, buffer_bytes(&letter.body),
                        &bends[i].edit, &bad.body) == OK,
             bends[i].field);
        show_opening(m, &bad, RESULT_INVALID, bends[i].names, bends[i].comment);
        letter_fini(&bad);
    }
    show_opening(m, &letter, RESULT_VALID, "", "the genuine message opens all the same");
    letter_fini(&letter);
    end(m);
}

static void open_forged(struct maker *m)
{
    struct letter letter, forged;
    begin(m, "First messages sealed wrongly, or of sessions started wrongly", true);
    for (size_t i = 0; i < COUNT_OF(forgeries); i++) {
        forge(m, forgeries[i].start, forgeries[i].seal, &forged);
        show_opening(m, &forged, RESULT_INVALID, forgeries[i].names, forgeries[i].comment);
        letter_fini(&forged);
    }
    seal(m, "the genuine message", &letter);
    show_opening(m, &letter, RESULT_VALID, "", "the genuine message opens all the same");
    letter_fini(&letter);
    end(m);
}

/* What some take: the group ends there. */
static void open_differing(struct maker *m)
{
    static const struct {
        const char *words, *names, *comment;
    } rows[] = {{"spqr-no-key", "NoSpqrKey", "epoch 1 and index 0; right MAC"},
                {"spqr-version:2", "LaterSpqrVersion", "SPQR's version is 2; right MAC"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct letter forged;
        begin(m, "A first message that implementations judge differently", true);
        forge(m, NULL, rows[i].words, &forged);
        show_opening(m, &forged, RESULT_ACCEPTABLE, rows[i].names, rows[i].comment);
        letter_fini(&forged);
        end(m);
    }
}

static void write(struct writer *w)
{
    struct maker m = {.writer = w, .rules = *rules_honest_v4()};
    m.rules.ratchet.previous_counter_is_length = false; /* as deployed */
    lengths(&m, true);
    lengths(&m, false);
    backwards(&m);
    chunks(&m);
    gaps(&m);
    open_bent(&m);
    open_forged(&m);
    open_differing(&m);
}

const struct family family_triple_ratchet = {
    .name = "triple-ratchet",
    .algorithm = "Signal v4: PQXDH and the Triple Ratchet",
    .header =
        "Each group is what a receiver, device 1 of bob, gets from device 1 of alice before it "
        "answers: first messages of one session, in order. Import the receiver's keys and open "
        "them. "
        "sender has what PQXDH gives: HKDF-SHA256(salt 32 zeros, input FF x 32 || dh1 || dh2 || "
        "dh3 [|| "
        "dh4] || kemSecret, info " PQXDH_INFO
        ", 96 bytes) = rootKey || chainKey || pqKey. A sealed "
        "message comes with what its sender has before it, and spqrKey, the salt of HKDF for its "
        "keys. "
        "KEM keys and ciphertexts are round-3 Kyber1024 after a type byte 08, private ones "
        "without. An "
        "invalid message must be refused and change nothing; after an acceptable one the group "
        "ends.",
    .flags = flags,
    .n_flags = COUNT_OF(flags),
    .judges = judges,
    .n_judges = COUNT_OF(judges),
    .write = write,
};
