/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signal v4: PQXDH and the first epoch of the Triple Ratchet, as the receiver of first messages
 * sees them. Only what the initiator sends: what a receiver answers has randomness of its own, and
 * no library but ours lets it be chosen.
 */
#include "publish/triple_talk.h"

#include "wire/field.h"

#include <stdio.h>

#define POOL 6u

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

/* ---- tests */

static void lengths(struct triple_talk *t, bool has_one_time_prekey)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 160};
    static const uint8_t zeros[160];
    struct triple_letter letter;
    triple_talk_begin(t,
                      has_one_time_prekey ? "Plaintexts of all lengths, with one-time prekey"
                                          : "Plaintexts of all lengths, without one-time prekey",
                      has_one_time_prekey);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char comment[48];
        snprintf(comment, sizeof(comment), "%zu bytes", sizes[i]);
        triple_talk_seal_bytes(t, bytes_of(zeros, sizes[i]), &letter);
        triple_talk_open(t, &letter, RESULT_VALID, "Length", comment);
        triple_letter_fini(&letter);
    }
    triple_talk_end(t);
}

static void backwards(struct triple_talk *t)
{
    struct triple_letter letters[POOL];
    triple_talk_begin(t, "Messages that arrive in the opposite order, and once more each", true);
    for (size_t i = 0; i < POOL; i++)
        triple_talk_seal(t, "backwards", &letters[i]);
    for (size_t i = POOL; i-- > 0;)
        triple_talk_open(t, &letters[i], RESULT_VALID, i + 1 < POOL ? "Late" : "Lost",
                         "opened in the opposite order");
    for (size_t i = 0; i < POOL; i++) {
        triple_talk_open(t, &letters[i], RESULT_INVALID, "Duplicate", "it was opened before");
        triple_letter_fini(&letters[i]);
    }
    triple_talk_end(t);
}

/* The key's header is three chunks; any three do. Message n carries chunk n. */
static void chunks(struct triple_talk *t)
{
    static const unsigned rows[][4] = {{0, 1, 2, 3},    {3, 4, 5, 6},         {0, 4, 9, 10},
                                       {2, 50, 51, 52}, {100, 300, 900, 901}, {7, 1, 3, 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        triple_talk_begin(t, "Chunks of the header of ML-KEM's key, and a message after it", true);
        unsigned next = 0;
        for (size_t n = 0; n < COUNT_OF(rows[i]); n++) {
            struct triple_letter letter;
            char comment[64];
            triple_talk_lose(t, rows[i][n] > next ? rows[i][n] - next : 0);
            next = rows[i][n] > next ? rows[i][n] : next;
            triple_talk_seal(t, "a chunk", &letter);
            snprintf(comment, sizeof(comment), "it carries chunk %u", next++);
            triple_talk_open(t, &letter, RESULT_VALID, n == 2 ? "Redundancy" : "Lost", comment);
            triple_letter_fini(&letter);
        }
        triple_talk_end(t);
    }
}

static void gaps(struct triple_talk *t)
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
        struct triple_letter early, letter;
        char words[64], comment[64];
        triple_talk_begin(t, "Messages are lost, and one of them arrives after all", true);
        triple_talk_seal(t, "early", &early);
        snprintf(words, sizeof(words), "counter:%u,spqr-index:%u", rows[i].counter,
                 rows[i].counter + 1);
        triple_talk_forge(t, NULL, words, &letter);
        snprintf(comment, sizeof(comment), "%u messages before it are missing", rows[i].counter);
        triple_talk_open(t, &letter, rows[i].result, rows[i].names, comment);
        if (rows[i].result != RESULT_ACCEPTABLE)
            triple_talk_open(t, &early, RESULT_VALID, "Late", "one that was missing");
        triple_letter_fini(&early);
        triple_letter_fini(&letter);
        triple_talk_end(t);
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

static void open_bent(struct triple_talk *t)
{
    struct triple_letter letter;
    triple_talk_begin(t, "A first message, bent on the way", true);
    triple_talk_seal(t, "the genuine message", &letter);
    for (size_t i = 0; i < COUNT_OF(bends); i++) {
        struct triple_letter bad = letter;
        buffer_init(&bad.body, PARTY_MESSAGE_MAX);
        must(field_edit(field_find(bends[i].field), OBJECT_PREKEY, buffer_bytes(&letter.body),
                        &bends[i].edit, &bad.body) == OK,
             bends[i].field);
        triple_talk_open(t, &bad, RESULT_INVALID, bends[i].names, bends[i].comment);
        triple_letter_fini(&bad);
    }
    triple_talk_open(t, &letter, RESULT_VALID, "", "the genuine message opens all the same");
    triple_letter_fini(&letter);
    triple_talk_end(t);
}

static void open_forged(struct triple_talk *t)
{
    struct triple_letter letter, forged;
    triple_talk_begin(t, "First messages sealed wrongly, or of sessions started wrongly", true);
    for (size_t i = 0; i < COUNT_OF(forgeries); i++) {
        triple_talk_forge(t, forgeries[i].start, forgeries[i].seal, &forged);
        triple_talk_open(t, &forged, RESULT_INVALID, forgeries[i].names, forgeries[i].comment);
        triple_letter_fini(&forged);
    }
    triple_talk_seal(t, "the genuine message", &letter);
    triple_talk_open(t, &letter, RESULT_VALID, "", "the genuine message opens all the same");
    triple_letter_fini(&letter);
    triple_talk_end(t);
}

/* What some take: the group ends there. */
static void open_differing(struct triple_talk *t)
{
    static const struct {
        const char *words, *names, *comment;
    } rows[] = {{"spqr-no-key", "NoSpqrKey", "epoch 1 and index 0; right MAC"},
                {"spqr-version:2", "LaterSpqrVersion", "SPQR's version is 2; right MAC"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct triple_letter forged;
        triple_talk_begin(t, "A first message that implementations judge differently", true);
        triple_talk_forge(t, NULL, rows[i].words, &forged);
        triple_talk_open(t, &forged, RESULT_ACCEPTABLE, rows[i].names, rows[i].comment);
        triple_letter_fini(&forged);
        triple_talk_end(t);
    }
}

static void write(struct writer *w)
{
    struct triple_talk t = {.writer = w, .rules = *rules_honest_v4()};
    t.rules.ratchet.previous_counter_is_length = false; /* as deployed */
    lengths(&t, true);
    lengths(&t, false);
    backwards(&t);
    chunks(&t);
    gaps(&t);
    open_bent(&t);
    open_forged(&t);
    open_differing(&t);
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
