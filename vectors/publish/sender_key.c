/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sender keys, in the form that Signal's libraries write today and in the one before: what a member
 * of a group opens in order, late and after losses, and what it must refuse.
 */
#include "cipher/signal/sender_key.h"
#include "cipher/signal/store.h"
#include "publish/people.h"
#include "wire/field.h"

#include <stdio.h>
#include <string.h>

#define GROUP "a group"
#define POOL 8u
#define STATE_MAX ((size_t)64 * 1024 * 1024)

static const struct flag flags[] = {
    {"Length", "EDGE_CASE", "Plaintexts from no byte on, around the size of a block."},
    {"Late", "FUNCTIONALITY", "Messages that were sealed later have arrived before it."},
    {"Lost", "FUNCTIONALITY", "Messages that were sealed before it have not arrived."},
    {"FarAhead", "EDGE_CASE",
     "More messages are missing than everybody follows: bounds of 1,000, 2,000 and 25,000 are in "
     "the "
     "field."},
    {"TooFarAhead", "AUTH_BYPASS", "More messages are missing than anybody follows."},
    {"Duplicate", "AUTH_BYPASS", "The message was opened before."},
    {"NoKey", "AUTH_BYPASS",
     "The sender's key was not distributed, or only from a later message on."},
    {"SecondKey", "FUNCTIONALITY", "The sender has distributed a new key; both are known."},
    {"RepeatedDistribution", "AUTH_BYPASS",
     "A distribution message was processed again, and a message is repeated after it. Older "
     "versions "
     "turn the chain back and open it once more."},
    {"ModifiedMessage", "AUTH_BYPASS", "A part of the message was changed, or is missing."},
    {"WrongSignature", "AUTH_BYPASS", "The signature is of another key, or zeros."},
    {"WrongKeyId", "AUTH_BYPASS", "The signature is right, and the key it names is not known."},
};

static const struct judge judges[] = {
    {"libsignal-protocol-c 2.3.3", "opens or refuses each message of the form before today's"},
    {"libsignal-client 0.103.0", "opens or refuses each message of today's form"},
    {"OpenSSL 3",
     "HMAC, HKDF, AES and Ed25519 give keys, plaintext and signature of each sealed message"},
};

struct maker {
    struct writer *writer;
    struct rules rules;
    bool is_today;
    struct random alice_random, bob_random;
    struct party *alice, *bob;
};

/* A message, or a distribution of a key. */
struct letter {
    struct buffer body;
    enum signal_kind kind;
    struct bytes plaintext;
    bool is_honest; /* the next are known */
    uint32_t id, iteration;
    uint8_t chain_key[32], cipher_key[32], iv[16], signing_private[32];
};

static void begin(struct maker *m, const char *title)
{
    struct person p;
    uint8_t seed[32], id[SIGNAL_DISTRIBUTION_ID_LEN];
    struct random *random = writer_random(m->writer);
    json_t *group = writer_group(m->writer, "SenderKey");
    writer_text(group, "title", title);
    writer_text(group, "form", m->is_today ? "distribution-id" : "without-distribution-id");
    must(group_distribution_id(GROUP, id) == OK, "a distribution id");
    if (m->is_today)
        writer_hex(group, "distributionId", bytes_of(id, sizeof(id)));
    must(random_fill(random, seed, 32) == OK &&
             random_init(&m->alice_random, bytes_of(seed, 32), "alice") == OK &&
             random_init(&m->bob_random, bytes_of(seed, 32), "bob") == OK,
         "randomness");
    make_person(random, &p);
    m->alice = person_party(&p, ALICE, &m->alice_random, &m->rules);
    make_person(random, &p);
    m->bob = person_party(&p, BOB, &m->bob_random, &m->rules);
}

static void end(struct maker *m)
{
    party_free(m->alice);
    party_free(m->bob);
}

static void keep(struct sealed *sealed, struct bytes plaintext, struct letter *out)
{
    memset(out, 0, sizeof(*out));
    buffer_init(&out->body, PARTY_MESSAGE_MAX);
    must(buffer_append(&out->body, buffer_bytes(&sealed->body)) == OK, "memory");
    out->kind = sealed->kind;
    out->plaintext = plaintext;
    memcpy(out->cipher_key, sealed->cipher_key, 32);
    memcpy(out->iv, sealed->iv, 16);
    memcpy(out->signing_private, sealed->signing_key, 32);
    sealed_fini(sealed);
}

static void letter_fini(struct letter *letter) { buffer_fini(&letter->body); }

static void distribute(struct maker *m, bool is_fresh, struct letter *out)
{
    struct sealed sealed;
    sealed_init(&sealed);
    must(party_distribute(m->alice, GROUP, is_fresh, NULL, &sealed) == OK, "distributing");
    keep(&sealed, bytes_of(NULL, 0), out);
}

static void seal_with(struct maker *m, struct bytes plaintext, const struct mutation *mutation,
                      struct letter *out)
{
    struct sealed sealed;
    enum refusal why;
    const struct group_record *r = groups_find(&m->alice->groups, GROUP, ALICE);
    must(r && r->n_states, "finding the sender key");
    const struct group_state *state = &r->states[0];
    uint32_t id = state->id, iteration = state->chain.index;
    uint8_t chain_key[32];
    memcpy(chain_key, state->chain.key, 32);
    sealed_init(&sealed);
    must(party_seal_group(m->alice, GROUP, plaintext, mutation, &sealed, &why) == OK, "sealing");
    keep(&sealed, plaintext, out);
    out->is_honest = mutation == NULL;
    out->id = id;
    out->iteration = iteration;
    memcpy(out->chain_key, chain_key, 32);
}

static void seal(struct maker *m, const char *words, struct letter *out)
{
    seal_with(m, bytes_of_text(words), NULL, out);
}

/* The sender's state stays. */
static void forge(struct maker *m, const char *words, struct letter *out)
{
    struct mutation mutation;
    struct buffer state;
    struct random random = m->alice_random;
    must(mutation_parse(&signal_words, words, &mutation), words);
    buffer_init(&state, STATE_MAX);
    must(party_save(m->alice, &state) == OK, "saving a party");
    seal_with(m, bytes_of_text("hello"), &mutation, out);
    party_free(m->alice);
    must(party_load(buffer_bytes(&state), &m->alice_random, &m->rules, &m->alice) == OK,
         "loading a party");
    m->alice_random = random;
    buffer_fini(&state);
}

static void lose(struct maker *m, unsigned n)
{
    struct letter lost;
    for (unsigned i = 0; i < n; i++) {
        seal(m, "lost", &lost);
        letter_fini(&lost);
    }
}

/* ---- tests */

static void absorb(struct maker *m, const struct letter *letter, enum result result,
                   const char *names, const char *comment)
{
    enum refusal why;
    bool is_taken = party_absorb(m->bob, GROUP, ALICE, buffer_bytes(&letter->body), &why) == OK;
    must(result == RESULT_ACCEPTABLE || is_taken == (result == RESULT_VALID), comment);
    json_t *test = writer_test(m->writer, result, names, comment);
    writer_text(test, "act", "distribution");
    writer_hex(test, "message", buffer_bytes(&letter->body));
}

static void show_opening(struct maker *m, const struct letter *letter, enum result result,
                         const char *names, const char *comment)
{
    struct buffer plaintext;
    enum refusal why;
    buffer_init(&plaintext, PARTY_PLAINTEXT_MAX);
    enum status st =
        party_open_group(m->bob, GROUP, ALICE, buffer_bytes(&letter->body), &plaintext, &why);
    bool is_opened = st == OK && bytes_equal(buffer_bytes(&plaintext), letter->plaintext);
    buffer_fini(&plaintext);
    must(result == RESULT_ACCEPTABLE || is_opened == (result == RESULT_VALID), comment);
    json_t *test = writer_test(m->writer, result, names, comment);
    writer_text(test, "act", "open");
    writer_hex(test, "message", buffer_bytes(&letter->body));
    if (result == RESULT_INVALID)
        return;
    writer_hex(test, "plaintext", letter->plaintext);
    if (!letter->is_honest)
        return;
    writer_number(test, "keyId", letter->id);
    writer_number(test, "iteration", letter->iteration);
    writer_hex(test, "chainKey", bytes_of(letter->chain_key, 32));
    writer_hex(test, "cipherKey", bytes_of(letter->cipher_key, 32));
    writer_hex(test, "iv", bytes_of(letter->iv, 16));
    writer_hex(test, "signingPrivate", bytes_of(letter->signing_private, 32));
}

static void open_edited(struct maker *m, const struct letter *letter, const char *field,
                        struct edit edit, const char *comment)
{
    struct letter bad = *letter;
    buffer_init(&bad.body, PARTY_MESSAGE_MAX);
    must(field_edit(field_find(field), object_of_kind(letter->kind), buffer_bytes(&letter->body),
                    &edit, &bad.body) == OK,
         field);
    if (letter->kind == SIGNAL_KIND_DISTRIBUTION)
        absorb(m, &bad, RESULT_INVALID, "ModifiedMessage", comment);
    else
        show_opening(m, &bad, RESULT_INVALID, "ModifiedMessage", comment);
    letter_fini(&bad);
}

static void establish(struct maker *m)
{
    struct letter key;
    distribute(m, false, &key);
    absorb(m, &key, RESULT_VALID, "", "the sender's key");
    letter_fini(&key);
}

static void say(struct maker *m, const char *words)
{
    struct letter letter;
    seal(m, words, &letter);
    show_opening(m, &letter, RESULT_VALID, "", "opened in order");
    letter_fini(&letter);
}

static void lengths(struct maker *m)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 31, 32, 33, 160, 1000};
    static const uint8_t zeros[1000];
    struct letter letter;
    begin(m, "Plaintexts of all lengths");
    establish(m);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char comment[48];
        snprintf(comment, sizeof(comment), "%zu bytes", sizes[i]);
        seal_with(m, bytes_of(zeros, sizes[i]), NULL, &letter);
        show_opening(m, &letter, RESULT_VALID, "Length", comment);
        letter_fini(&letter);
    }
    end(m);
}

static void backwards(struct maker *m)
{
    struct letter letters[POOL];
    begin(m, "Eight messages that arrive in the opposite order, and once more each");
    establish(m);
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

/* The message of |iteration|, under its true key, without sealing those before it. */
static void seal_far(struct maker *m, unsigned iteration, struct letter *out)
{
    char words[32];
    snprintf(words, sizeof(words), "iteration:%u", iteration);
    forge(m, words, out);
}

static void gaps(struct maker *m)
{
    static const struct {
        unsigned n_lost;
        enum result result;
        const char *names;
    } rows[] = {{1, RESULT_VALID, "Lost"},
                {50, RESULT_VALID, "Lost"},
                {500, RESULT_VALID, "Lost"},
                {998, RESULT_VALID, "Lost"},
                {1999, RESULT_ACCEPTABLE, "FarAhead"},
                {26000, RESULT_INVALID, "TooFarAhead"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct letter early, letter;
        char comment[64];
        begin(m, "Messages are lost, and one of them arrives after all");
        establish(m);
        say(m, "hello");
        seal(m, "early", &early);
        seal_far(m, rows[i].n_lost + 2, &letter);
        snprintf(comment, sizeof(comment), "%u messages before it are missing", rows[i].n_lost + 1);
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
    const char *comment;
} bends[] = {
    {"sender-key.signature", {EDIT_FLIP_BIT, 0, {0}}, "the first bit of the signature is flipped"},
    {"sender-key.signature", {EDIT_FLIP_BIT, 300, {0}}, "a bit of the signature's S is flipped"},
    {"sender-key.signature", {EDIT_FLIP_BIT, 511, {0}}, "the last bit of the signature is flipped"},
    {"sender-key.ciphertext", {EDIT_FLIP_BIT, 0, {0}}, "a bit of the ciphertext is flipped"},
    {"sender-key.ciphertext", {EDIT_CUT, 16, {0}}, "the ciphertext lacks a block"},
    {"sender-key.ciphertext", {EDIT_REMOVE, 0, {0}}, "there is no ciphertext"},
    {"sender-key.iteration", {EDIT_SET_NUMBER, 5, {0}}, "the iteration is 5"},
    {"sender-key.iteration", {EDIT_REMOVE, 0, {0}}, "there is no iteration"},
    {"sender-key.id", {EDIT_SET_NUMBER, 1, {0}}, "another key is named"},
    {"sender-key.id", {EDIT_REMOVE, 0, {0}}, "no key is named"},
    {"sender-key.version", {EDIT_FLIP_BIT, 0, {0}}, "a bit of the version's low nibble is flipped"},
    {"sender-key.version", {EDIT_FLIP_BIT, 4, {0}}, "the version is 2"},
    {"sender-key.version", {EDIT_FLIP_BIT, 6, {0}}, "the version is 7"},
    {"sender-key", {EDIT_CUT, 1, {0}}, "the last byte is missing"},
    {"sender-key", {EDIT_CUT, 64, {0}}, "the signature is missing"},
    {"sender-key", {EDIT_KEEP, 1, {0}}, "only the version byte is left"},
    {"sender-key", {EDIT_APPEND, 0, {(const uint8_t *)"\0", 1}}, "a byte follows the signature"},
    {"distribution.version", {EDIT_FLIP_BIT, 4, {0}}, "the version is 2"},
    {"distribution.version", {EDIT_FLIP_BIT, 6, {0}}, "the version is 7"},
    {"distribution.chain-key", {EDIT_REMOVE, 0, {0}}, "there is no chain key"},
    {"distribution.signing-key", {EDIT_REMOVE, 0, {0}}, "there is no signing key"},
    {"distribution.signing-key", {EDIT_CUT, 1, {0}}, "the signing key lacks its last byte"},
    {"distribution.signing-key", {EDIT_FLIP_BIT, 0, {0}}, "the signing key's type is another"},
    {"distribution.id", {EDIT_REMOVE, 0, {0}}, "the key has no id"},
    {"distribution.iteration", {EDIT_REMOVE, 0, {0}}, "there is no iteration"},
    {"distribution", {EDIT_KEEP, 1, {0}}, "only the version byte is left"},
};

/* Is the i-th of |bends| one of objects of |kind|, under its older name? */
static bool bends_kind(size_t i, enum signal_kind kind)
{
    return field_find(bends[i].field)->object == object_of_kind(kind);
}

static void bent(struct maker *m)
{
    struct letter key, letter, forged;
    begin(m, "A key and a message, bent on the way or sealed wrongly");
    distribute(m, false, &key);
    for (size_t i = 0; i < COUNT_OF(bends); i++)
        if (bends_kind(i, SIGNAL_KIND_DISTRIBUTION))
            open_edited(m, &key, bends[i].field, bends[i].edit, bends[i].comment);
    seal(m, "hello", &letter);
    show_opening(m, &letter, RESULT_INVALID, "NoKey", "before the sender's key is known");
    absorb(m, &key, RESULT_VALID, "", "the sender's key");
    for (size_t i = 0; i < COUNT_OF(bends); i++)
        if (bends_kind(i, SIGNAL_KIND_SENDER_KEY))
            open_edited(m, &letter, bends[i].field, bends[i].edit, bends[i].comment);
    forge(m, "sign-other-key", &forged);
    show_opening(m, &forged, RESULT_INVALID, "WrongSignature", "signed with another key");
    letter_fini(&forged);
    forge(m, "no-signature", &forged);
    show_opening(m, &forged, RESULT_INVALID, "WrongSignature", "the signature is zeros");
    letter_fini(&forged);
    forge(m, "key-id:77", &forged);
    show_opening(m, &forged, RESULT_INVALID, "WrongKeyId",
                 "it names a key that was never distributed");
    letter_fini(&forged);
    show_opening(m, &letter, RESULT_VALID, "", "the genuine message opens all the same");
    letter_fini(&key);
    letter_fini(&letter);
    say(m, "and the next");
    end(m);
}

static void second_key(struct maker *m)
{
    struct letter late, key, missed;
    begin(m, "A second key; messages of both; a key given from the third message on");
    establish(m);
    say(m, "first key");
    seal(m, "late", &late);
    distribute(m, true, &key);
    absorb(m, &key, RESULT_VALID, "SecondKey", "a new key of the same sender");
    letter_fini(&key);
    say(m, "second key");
    show_opening(m, &late, RESULT_VALID, "Late,SecondKey", "of the key before");
    show_opening(m, &late, RESULT_INVALID, "Duplicate", "it was opened before");
    letter_fini(&late);
    distribute(m, true, &key);
    letter_fini(&key);
    seal(m, "missed", &missed);
    lose(m, 1);
    distribute(m, false, &key);
    absorb(m, &key, RESULT_VALID, "SecondKey", "a new key, from its third message on");
    show_opening(m, &missed, RESULT_INVALID, "NoKey", "sealed before what the receiver was given");
    letter_fini(&missed);
    letter_fini(&key);
    say(m, "third key");
    end(m);
}

static void repeated_distribution(struct maker *m)
{
    struct letter key, letter;
    begin(m, "A distribution message that is repeated");
    distribute(m, false, &key);
    absorb(m, &key, RESULT_VALID, "", "the sender's key");
    seal(m, "once", &letter);
    show_opening(m, &letter, RESULT_VALID, "", "opened in order");
    absorb(m, &key, RESULT_VALID, "RepeatedDistribution", "the same distribution again");
    show_opening(m, &letter, RESULT_ACCEPTABLE, "RepeatedDistribution", "the message again");
    letter_fini(&key);
    letter_fini(&letter);
    end(m);
}

static void write_form(struct maker *m)
{
    lengths(m);
    backwards(m);
    gaps(m);
    bent(m);
    second_key(m);
    repeated_distribution(m);
}

static void write(struct writer *w)
{
    struct maker old = {.writer = w, .rules = *rules_honest()};
    struct maker today = {.writer = w, .rules = *rules_honest_v4(), .is_today = true};
    write_form(&old);
    write_form(&today);
}

const struct family family_sender_key = {
    .name = "sender-key",
    .algorithm = "Sender keys",
    .header =
        "Each group is what one member of a group gets from another, device 1 of alice, in order: "
        "distributions of a sender key, which come inside of their session, and messages. An "
        "invalid "
        "one must be refused and change nothing; after an acceptable one the group ends. A valid "
        "message comes with what its sender has: seed = HMAC-SHA256(chainKey, 01), "
        "HKDF-SHA256(salt 32 "
        "zeros, input seed, info WhisperGroup, 48 bytes) = iv || cipherKey, and the XEdDSA "
        "signature of "
        "all before it. There are two forms, told by the member form.",
    .flags = flags,
    .n_flags = COUNT_OF(flags),
    .judges = judges,
    .n_judges = COUNT_OF(judges),
    .write = write,
};
