/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations of Signal v3, step by step with every key: what arrives in order, late, twice or
 * never, and what was bent on the way or sealed wrongly and must be refused.
 */
#include "publish/talk.h"

#include <stdio.h>
#include <string.h>

#define POOL 10u /* letters on the way */

static const struct flag flags[] = {
    {"Duplicate", "AUTH_BYPASS", "The message was opened before."},
    {"Late", "FUNCTIONALITY", "Messages that were sealed later have arrived before it."},
    {"Lost", "FUNCTIONALITY", "Messages that were sealed before it have not arrived."},
    {"FarAhead", "EDGE_CASE",
     "More messages of its chain are missing than everybody follows: bounds of 1,000, 2,000 and "
     "25,000 are in the field."},
    {"TooFarAhead", "AUTH_BYPASS",
     "More messages of its chain are missing than anybody follows who has a bound."},
    {"ModifiedMessage", "AUTH_BYPASS", "A part of the message was changed; its MAC was not."},
    {"WrongMac", "AUTH_BYPASS",
     "The MAC is wrong, or right for other identities, bytes or lengths than it has to cover."},
    {"WrongDerivation", "AUTH_BYPASS", "The sender derives keys otherwise, as the comment says."},
    {"WrongPadding", "MALFORMED", "The MAC is right and what it covers does not decrypt."},
    {"LongPadding", "MALFORMED",
     "The MAC is right, and the padding of AES-CBC says that it is longer than a block. Most "
     "refuse it."},
    {"WrongVersion", "MALFORMED", "The version byte names a version that is not spoken."},
    {"LowNibble", "FUNCTIONALITY",
     "The version byte says that the sender speaks a newer or older version, too. Some receivers "
     "refuse it."},
    {"WrongKind", "AUTH_BYPASS",
     "A first message without its prekey part, or another's prekey part."},
    {"UnknownPrekey", "AUTH_BYPASS", "The message names a prekey that its receiver does not have."},
    {"UsedPrekey", "AUTH_BYPASS", "The one-time prekey was used before, in another session."},
    {"Unauthenticated", "FUNCTIONALITY",
     "The prekey part around the first message was changed where v3 authenticates nothing. All "
     "known implementations take it."},
    {"PreviousCounter", "FUNCTIONALITY",
     "The previous counter is another one. Senders write the number of messages or the last "
     "number; most receivers do not read it."},
    {"WeakRatchetKey", "WEAK_KEY",
     "The ratchet key has small order, is another spelling, or is one that must not be one. The "
     "MAC is right; careful receivers refuse it."},
    {"WeakBaseKey", "WEAK_KEY",
     "The base key has small order, is another spelling, or is one that must not be one. The MAC "
     "is right; careful receivers refuse it."},
    {"SecondSession", "FUNCTIONALITY", "A session beside one that exists."},
    {"Length", "EDGE_CASE", "Plaintexts from no byte on, around the size of a block."},
};

static const struct judge judges[] = {
    {"libsignal-protocol-c 2.3.3",
     "with the same keys, and draws as its randomness, seals each message byte for byte, and "
     "opens or refuses each as it says"},
    {"OpenSSL 3",
     "HMAC, HKDF, X25519 and AES give the keys and the MAC of each sealed message from its "
     "chainKey, and its plaintext"},
};

struct maker {
    struct writer *writer;
    struct rules rules;
    struct talk talk;
};

static void begin(struct maker *m, const char *title)
{
    talk_begin(&m->talk, m->writer, &m->rules, title);
}

static struct bytes text(const char *words) { return bytes_of_text(words); }

/* Seal and open at once. */
static void say(struct maker *m, struct speaker *by, const char *words)
{
    struct letter letter;
    talk_seal(&m->talk, by, text(words), 0, &letter);
    talk_open(&m->talk, &letter, RESULT_VALID, "", "opened in order");
    letter_fini(&letter);
}

static void establish(struct maker *m)
{
    talk_start(&m->talk, &m->talk.alice, 0);
    say(m, &m->talk.alice, "hello");
    say(m, &m->talk.bob, "hello to you");
}

/* ---- honest ones */

static void lengths(struct maker *m, const char *title, int which)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 31, 32, 33, 160, 255, 256, 1000};
    static const uint8_t zeros[1000];
    struct letter letter;
    begin(m, title);
    talk_start(&m->talk, &m->talk.alice, which);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char comment[48];
        snprintf(comment, sizeof(comment), "%zu bytes", sizes[i]);
        talk_seal(&m->talk, &m->talk.alice, bytes_of(zeros, sizes[i]), 0, &letter);
        talk_open(&m->talk, &letter, RESULT_VALID, "Length", comment);
        letter_fini(&letter);
    }
    talk_end(&m->talk);
}

static void turns(struct maker *m)
{
    begin(m, "Twelve turns of one message, then six of three");
    talk_start(&m->talk, &m->talk.alice, 0);
    for (unsigned i = 0; i < 12; i++)
        say(m, i % 2 ? &m->talk.bob : &m->talk.alice, "one");
    for (unsigned i = 0; i < 18; i++)
        say(m, i / 3 % 2 ? &m->talk.bob : &m->talk.alice, "of three");
    talk_end(&m->talk);
}

static void backwards(struct maker *m)
{
    struct letter letters[POOL];
    begin(m, "Ten messages that arrive in the opposite order, and once more each");
    establish(m);
    for (size_t i = 0; i < POOL; i++)
        talk_seal(&m->talk, &m->talk.alice, text("backwards"), 0, &letters[i]);
    for (size_t i = POOL; i-- > 0;)
        talk_open(&m->talk, &letters[i], RESULT_VALID, "Late", "opened in the opposite order");
    for (size_t i = 0; i < POOL; i++) {
        talk_open(&m->talk, &letters[i], RESULT_INVALID, "Duplicate", "it was opened before");
        letter_fini(&letters[i]);
    }
    talk_end(&m->talk);
}

/* One message of each turn is held back for as long as its chain is kept by everybody. */
static void across_turns(struct maker *m)
{
    struct letter held[4];
    begin(m, "The last message of each chain arrives three turns later");
    establish(m);
    for (size_t i = 0; i < COUNT_OF(held); i++) {
        say(m, &m->talk.alice, "in time");
        talk_seal(&m->talk, &m->talk.alice, text("held back"), 0, &held[i]);
        say(m, &m->talk.bob, "an answer");
    }
    for (size_t i = 0; i < COUNT_OF(held); i++) {
        talk_open(&m->talk, &held[i], RESULT_VALID, "Late", "the last of an older chain");
        talk_open(&m->talk, &held[i], RESULT_INVALID, "Duplicate", "it was opened before");
        letter_fini(&held[i]);
    }
    say(m, &m->talk.alice, "the end");
    talk_end(&m->talk);
}

static void gaps(struct maker *m)
{
    static const struct {
        unsigned n_lost;
        enum result result;
        const char *names;
    } rows[] = {{1, RESULT_VALID, "Lost"},
                {8, RESULT_VALID, "Lost"},
                {99, RESULT_VALID, "Lost"},
                {500, RESULT_VALID, "Lost"},
                {999, RESULT_VALID, "Lost"},
                {1999, RESULT_ACCEPTABLE, "FarAhead"},
                {26000, RESULT_INVALID, "TooFarAhead"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct letter early, letter;
        char comment[64];
        begin(m, "Messages are lost, and one of them arrives after all");
        establish(m);
        talk_seal(&m->talk, &m->talk.alice, text("early"), 0, &early);
        talk_seal(&m->talk, &m->talk.alice, text("after the gap"), rows[i].n_lost, &letter);
        snprintf(comment, sizeof(comment), "%u messages before it are missing", rows[i].n_lost + 1);
        talk_open(&m->talk, &letter, rows[i].result, rows[i].names, comment);
        if (rows[i].result != RESULT_ACCEPTABLE)
            talk_open(&m->talk, &early, RESULT_VALID, "Late", "one that was missing");
        letter_fini(&early);
        letter_fini(&letter);
        talk_end(&m->talk);
    }
}

static uint32_t below(struct maker *m, uint32_t limit)
{
    uint32_t n;
    must(random_below(writer_random(m->writer), limit, &n) == OK, "a number");
    return n;
}

/* Messages are sealed and arrive in any order, late, twice or bent, by chance. None is held back
 * longer than everybody keeps its chain. */
static void by_chance(struct maker *m, unsigned n_steps)
{
    struct letter pool[POOL];
    size_t n_pool = 0;
    begin(m, "As chance has it");
    establish(m);
    for (unsigned i = 0; i < n_steps; i++) {
        struct speaker *by = below(m, 2) ? &m->talk.alice : &m->talk.bob;
        bool is_stale = n_pool && m->talk.turn - pool[0].turn >= 6;
        if (n_pool < POOL && below(m, 2) && !is_stale) {
            talk_seal(&m->talk, by, text("by chance"), 0, &pool[n_pool++]);
            continue;
        }
        if (!n_pool)
            continue;
        size_t at = is_stale ? 0 : below(m, (uint32_t)n_pool);
        struct letter bad;
        letter_edit(&pool[at], "signal.mac", &(struct edit){EDIT_FLIP_BIT, below(m, 64), {0}},
                    &bad);
        if (below(m, 3) == 0)
            talk_open(&m->talk, &bad, RESULT_INVALID, "ModifiedMessage",
                      "a bit of the MAC is flipped");
        letter_fini(&bad);
        talk_open(&m->talk, &pool[at], RESULT_VALID, at ? "Late" : "", "opened");
        if (below(m, 3) == 0)
            talk_open(&m->talk, &pool[at], RESULT_INVALID, "Duplicate", "it was opened before");
        letter_fini(&pool[at]);
        n_pool--;
        memmove(&pool[at], &pool[at + 1], (n_pool - at) * sizeof(pool[0]));
    }
    while (n_pool)
        letter_fini(&pool[--n_pool]);
    talk_end(&m->talk);
}

/* ---- bent on the way */

struct bend {
    const char *field;
    struct edit edit;
    const char *names, *comment;
};

static const struct bend bends[] = {
    {"signal.mac",
     {EDIT_FLIP_BIT, 0, {0}},
     "ModifiedMessage",
     "the first bit of the MAC is flipped"},
    {"signal.mac",
     {EDIT_FLIP_BIT, 63, {0}},
     "ModifiedMessage",
     "the last bit of the MAC is flipped"},
    {"signal.ciphertext",
     {EDIT_FLIP_BIT, 0, {0}},
     "ModifiedMessage",
     "the first bit of the ciphertext is flipped"},
    {"signal.ciphertext",
     {EDIT_FLIP_BIT, 127, {0}},
     "ModifiedMessage",
     "the last bit of the ciphertext's first block is flipped"},
    {"signal.ciphertext",
     {EDIT_CUT, 1, {0}},
     "ModifiedMessage",
     "the ciphertext lacks its last byte"},
    {"signal.ciphertext", {EDIT_CUT, 16, {0}}, "ModifiedMessage", "the ciphertext lacks a block"},
    {"signal.ciphertext", {EDIT_REMOVE, 0, {0}}, "ModifiedMessage", "there is no ciphertext"},
    {"signal.ratchet-key",
     {EDIT_FLIP_BIT, 100, {0}},
     "ModifiedMessage",
     "a bit of the ratchet key is flipped"},
    {"signal.ratchet-key",
     {EDIT_FLIP_BIT, 263, {0}},
     "ModifiedMessage",
     "bit 255 of the ratchet key is flipped"},
    {"signal.ratchet-key",
     {EDIT_FLIP_BIT, 0, {0}},
     "ModifiedMessage",
     "the type of the ratchet key is another"},
    {"signal.ratchet-key",
     {EDIT_CUT, 1, {0}},
     "ModifiedMessage",
     "the ratchet key lacks its last byte"},
    {"signal.ratchet-key", {EDIT_REMOVE, 0, {0}}, "ModifiedMessage", "there is no ratchet key"},
    {"signal.counter", {EDIT_SET_NUMBER, 1, {0}}, "ModifiedMessage", "the counter is the next one"},
    {"signal.counter", {EDIT_SET_NUMBER, 100, {0}}, "ModifiedMessage", "the counter is 100"},
    {"signal.counter",
     {EDIT_SET_NUMBER, 4294967295u, {0}},
     "ModifiedMessage",
     "the counter is 2^32 - 1"},
    {"signal.counter",
     {EDIT_LONG_VARINT, 3, {0}},
     "ModifiedMessage",
     "the counter is written with three bytes"},
    {"signal.previous-counter",
     {EDIT_SET_NUMBER, 77, {0}},
     "ModifiedMessage",
     "the previous counter is 77"},
    {"signal.protobuf",
     {EDIT_REVERSE, 0, {0}},
     "ModifiedMessage",
     "the fields stand in the opposite order"},
    {"signal.ciphertext",
     {EDIT_UNKNOWN, 15, {(const uint8_t *)"x", 1}},
     "ModifiedMessage",
     "there is an unknown field"},
    {"signal.version",
     {EDIT_FLIP_BIT, 0, {0}},
     "ModifiedMessage",
     "a bit of the version's low nibble is flipped"},
    {"signal.version", {EDIT_FLIP_BIT, 4, {0}}, "ModifiedMessage", "the version is 2"},
    {"signal.version", {EDIT_FLIP_BIT, 6, {0}}, "ModifiedMessage", "the version is 7"},
    {"signal", {EDIT_CUT, 1, {0}}, "ModifiedMessage", "the last byte is missing"},
    {"signal", {EDIT_CUT, 8, {0}}, "ModifiedMessage", "the MAC is missing"},
    {"signal", {EDIT_KEEP, 1, {0}}, "ModifiedMessage", "only the version byte is left"},
    {"signal",
     {EDIT_APPEND, 0, {(const uint8_t *)"\0", 1}},
     "ModifiedMessage",
     "a byte follows the MAC"},
};

/* Of a first message only. */
static const struct bend first_bends[] = {
    {"prekey.base-key",
     {EDIT_FLIP_BIT, 100, {0}},
     "ModifiedMessage",
     "a bit of the base key is flipped"},
    {"prekey.base-key",
     {EDIT_FLIP_BIT, 0, {0}},
     "ModifiedMessage",
     "the type of the base key is another"},
    {"prekey.base-key", {EDIT_REMOVE, 0, {0}}, "ModifiedMessage", "there is no base key"},
    {"prekey.identity-key",
     {EDIT_FLIP_BIT, 100, {0}},
     "ModifiedMessage",
     "a bit of the identity key is flipped"},
    {"prekey.identity-key", {EDIT_REMOVE, 0, {0}}, "ModifiedMessage", "there is no identity key"},
    {"prekey.message", {EDIT_REMOVE, 0, {0}}, "ModifiedMessage", "there is no message inside"},
    {"prekey.message", {EDIT_KEEP, 0, {0}}, "ModifiedMessage", "the message inside has no byte"},
    {"prekey.signed-prekey-id",
     {EDIT_SET_NUMBER, 16000000, {0}},
     "UnknownPrekey",
     "an unknown signed prekey"},
    {"prekey.signed-prekey-id",
     {EDIT_REMOVE, 0, {0}},
     "UnknownPrekey",
     "no signed prekey is named"},
    {"prekey.one-time-prekey-id",
     {EDIT_SET_NUMBER, 16000000, {0}},
     "UnknownPrekey",
     "an unknown one-time prekey"},
    {"prekey.one-time-prekey-id",
     {EDIT_SET_NUMBER, 22, {0}},
     "UnknownPrekey",
     "another one-time prekey than was used"},
    {"prekey.version", {EDIT_FLIP_BIT, 4, {0}}, "WrongVersion", "the prekey part has version 2"},
    {"prekey.version", {EDIT_FLIP_BIT, 6, {0}}, "WrongVersion", "the prekey part has version 7"},
    {"prekey", {EDIT_KEEP, 1, {0}}, "ModifiedMessage", "only the version byte is left"},
};

/* Sealed wrongly by one who has the keys. */
static const struct {
    const char *words;
    enum result result;
    const char *names, *comment;
} forgeries[] = {
    {"mac-swapped-identities", RESULT_INVALID, "WrongMac",
     "the MAC has the receiver's identity first"},
    {"mac-other-identity", RESULT_INVALID, "WrongMac", "the MAC is of another sender's identity"},
    {"mac-no-identities", RESULT_INVALID, "WrongMac", "the MAC is of no identities"},
    {"mac-ciphertext-only", RESULT_INVALID, "WrongMac", "the MAC leaves the header out"},
    {"mac-zero", RESULT_INVALID, "WrongMac", "the MAC is zeros"},
    {"mac-length:0", RESULT_INVALID, "WrongMac", "there is no MAC"},
    {"mac-length:7", RESULT_INVALID, "WrongMac", "the MAC has seven bytes"},
    {"mac-length:9", RESULT_INVALID, "WrongMac", "the MAC has nine bytes"},
    {"mac-length:32", RESULT_INVALID, "WrongMac", "the MAC has all its 32 bytes"},
    {"other-message-info", RESULT_INVALID, "WrongDerivation",
     "the message keys are derived with another info"},
    {"padding:zero", RESULT_INVALID, "WrongPadding", "the last byte of the padding is 0"},
    {"padding:inconsistent", RESULT_INVALID, "WrongPadding", "the bytes of the padding differ"},
    {"padding:none", RESULT_INVALID, "WrongPadding",
     "whole blocks without padding, the last byte 255"},
    {"padding:empty", RESULT_INVALID, "WrongPadding", "a ciphertext of no byte"},
    {"version:35", RESULT_INVALID, "WrongVersion", "version 2, speaks 3; right MAC"},
    {"version:19", RESULT_INVALID, "WrongVersion", "version 1, speaks 3; right MAC"},
    {"version:3", RESULT_INVALID, "WrongVersion", "version 0, speaks 3; right MAC"},
    {"version:68", RESULT_INVALID, "WrongVersion", "version 4, speaks 4; right MAC"},
    {"version:243", RESULT_INVALID, "WrongVersion", "version 15, speaks 3; right MAC"},
};

/* Taken by some, each in a conversation of its own. */
static const struct {
    const char *words, *names, *comment;
} differing[] = {
    {"padding:over-block", "LongPadding", "the padding is longer than a block"},
    {"version:52", "LowNibble", "version 3, speaks 4; right MAC"},
    {"version:63", "LowNibble", "version 3, speaks 15; right MAC"},
    {"version:48", "LowNibble", "version 3, speaks 0; right MAC"},
    {"previous-counter:0", "PreviousCounter", "the previous counter is 0; right MAC"},
    {"previous-counter:1", "PreviousCounter",
     "the previous counter counts the messages; right MAC"},
    {"previous-counter:4294967295", "PreviousCounter",
     "the previous counter is 2^32 - 1; right MAC"},
    {"omit-previous-counter", "PreviousCounter", "there is no previous counter; right MAC"},
    {"ratchet-key:low-order-1", "WeakRatchetKey", "the ratchet key is u = 0"},
    {"ratchet-key:low-order-2", "WeakRatchetKey", "the ratchet key is u = 1"},
    {"ratchet-key:low-order-3", "WeakRatchetKey", "the ratchet key has order 8"},
    {"ratchet-key:low-order-4", "WeakRatchetKey", "the ratchet key has order 8, the other one"},
    {"ratchet-key:low-order-5", "WeakRatchetKey", "the ratchet key is u = p - 1"},
    {"ratchet-key:low-order-6", "WeakRatchetKey", "the ratchet key is u = p"},
    {"ratchet-key:low-order-7", "WeakRatchetKey", "the ratchet key is u = p + 1"},
    {"ratchet-key:high-bit", "WeakRatchetKey", "bit 255 of the ratchet key is set"},
    {"ratchet-key:own-identity", "WeakRatchetKey", "the ratchet key is the sender's identity key"},
    {"ratchet-key:of-peer", "WeakRatchetKey", "the ratchet key is the receiver's own"},
};

/* A session started wrongly: its first message does not open, or is taken by some. */
static const struct {
    const char *words;
    enum result result;
    const char *names, *comment;
} starts[] = {
    {"no-discontinuity-block", RESULT_INVALID, "WrongDerivation",
     "the 32 bytes FF are left out of X3DH"},
    {"other-handshake-info", RESULT_INVALID, "WrongDerivation", "X3DH with another info"},
    {"other-handshake-salt", RESULT_INVALID, "WrongDerivation", "X3DH with another salt"},
    {"dh-order", RESULT_INVALID, "WrongDerivation", "X3DH with its first two agreements swapped"},
    {"omit-dh4", RESULT_INVALID, "WrongDerivation", "X3DH without its fourth agreement"},
    {"base-key:low-order-1", RESULT_ACCEPTABLE, "WeakBaseKey", "the base key is u = 0"},
    {"base-key:low-order-2", RESULT_ACCEPTABLE, "WeakBaseKey", "the base key is u = 1"},
    {"base-key:low-order-3", RESULT_ACCEPTABLE, "WeakBaseKey", "the base key has order 8"},
    {"base-key:high-bit", RESULT_ACCEPTABLE, "WeakBaseKey", "bit 255 of the base key is set"},
    {"base-key:torsion", RESULT_ACCEPTABLE, "WeakBaseKey",
     "the base key has a component of order 2"},
    {"base-key:own-identity", RESULT_ACCEPTABLE, "WeakBaseKey",
     "the base key is the sender's identity key"},
};

static void open_bent(struct maker *m, const struct letter *letter, const struct bend *bend)
{
    struct letter bad;
    letter_edit(letter, bend->field, &bend->edit, &bad);
    talk_open(&m->talk, &bad, RESULT_INVALID, bend->names, bend->comment);
    letter_fini(&bad);
}

static void open_genuine(struct maker *m, const struct letter *letter)
{
    talk_open(&m->talk, letter, RESULT_VALID, "", "the genuine message opens all the same");
}

/* A first message, bent in every way; with one-time prekey |which|, or -1 none. */
static void bent_first(struct maker *m, int which)
{
    struct letter letter, bare;
    begin(m, which < 0 ? "A first message without one-time prekey, bent on the way"
                       : "A first message, bent on the way");
    talk_start(&m->talk, &m->talk.alice, which);
    talk_seal(&m->talk, &m->talk.alice, text("the first message"), 0, &letter);
    for (size_t i = 0; i < COUNT_OF(bends); i++)
        open_bent(m, &letter, &bends[i]);
    for (size_t i = 0; i < COUNT_OF(first_bends); i++)
        if (which >= 0 || !strstr(first_bends[i].field, "one-time"))
            open_bent(m, &letter, &first_bends[i]);
    if (which >= 0)
        open_bent(m, &letter,
                  &(struct bend){"prekey.one-time-prekey-id",
                                 {EDIT_REMOVE, 0, {0}},
                                 "UnknownPrekey",
                                 "the one-time prekey that was used is not named"});
    talk_forge(&m->talk, &m->talk.alice, text("bare"), "never-prekey-message", &bare);
    talk_open(&m->talk, &bare, RESULT_INVALID, "WrongKind", "a first message without prekey part");
    letter_fini(&bare);
    open_genuine(m, &letter);
    say(m, &m->talk.bob, "an answer");
    letter_fini(&letter);
    talk_end(&m->talk);
}

/* An ordinary message, bent and forged in every way; of the one who started, or of the other. */
static void bent_ordinary(struct maker *m, bool is_bobs)
{
    struct letter letter, forged;
    begin(m, is_bobs ? "A first answer, bent on the way or sealed wrongly"
                     : "A later message, bent on the way or sealed wrongly");
    talk_start(&m->talk, &m->talk.alice, 0);
    say(m, &m->talk.alice, "hello");
    if (!is_bobs)
        say(m, &m->talk.bob, "hello to you");
    struct speaker *by = is_bobs ? &m->talk.bob : &m->talk.alice;
    for (size_t i = 0; i < COUNT_OF(forgeries); i++) {
        talk_forge(&m->talk, by, text("forged"), forgeries[i].words, &forged);
        talk_open(&m->talk, &forged, forgeries[i].result, forgeries[i].names, forgeries[i].comment);
        letter_fini(&forged);
    }
    talk_seal(&m->talk, by, text("the genuine message"), 0, &letter);
    for (size_t i = 0; i < COUNT_OF(bends); i++)
        open_bent(m, &letter, &bends[i]);
    open_genuine(m, &letter);
    talk_open(&m->talk, &letter, RESULT_INVALID, "Duplicate", "it was opened before");
    letter_fini(&letter);
    say(m, talk_other(&m->talk, by), "an answer");
    talk_end(&m->talk);
}

/* What some take: the conversation ends there, since nobody knows what is kept then. */
static void differing_messages(struct maker *m)
{
    struct letter forged;
    for (size_t i = 0; i < COUNT_OF(differing); i++) {
        begin(m, "A message that implementations judge differently");
        establish(m);
        talk_forge(&m->talk, &m->talk.alice, text("forged"), differing[i].words, &forged);
        talk_open(&m->talk, &forged, RESULT_ACCEPTABLE, differing[i].names, differing[i].comment);
        letter_fini(&forged);
        talk_end(&m->talk);
    }
}

static void wrong_starts(struct maker *m)
{
    struct letter forged;
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        begin(m, "A session started wrongly");
        talk_forge_first(&m->talk, &m->talk.alice, 0, text("forged"), starts[i].words, &forged);
        talk_open(&m->talk, &forged, starts[i].result, starts[i].names, starts[i].comment);
        letter_fini(&forged);
        if (starts[i].result == RESULT_INVALID) {
            talk_start(&m->talk, &m->talk.alice, 0);
            say(m, &m->talk.alice, "the same one-time prekey, used rightly");
        }
        talk_end(&m->talk);
    }
}

/* ---- sessions */

static void unauthenticated(struct maker *m)
{
    static const struct bend rows[] = {
        {"prekey.registration-id",
         {EDIT_SET_NUMBER, 99, {0}},
         "Unauthenticated",
         "the registration id is another one"},
        {"prekey.version",
         {EDIT_FLIP_BIT, 2, {0}},
         "Unauthenticated",
         "the low nibble of the prekey part's version is another one"},
        {"prekey.message",
         {EDIT_UNKNOWN, 15, {(const uint8_t *)"x", 1}},
         "Unauthenticated",
         "the prekey part has an unknown field"},
        {"prekey.protobuf",
         {EDIT_REVERSE, 0, {0}},
         "Unauthenticated",
         "the fields of the prekey part stand in the opposite order"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct letter letter, changed;
        begin(m, "A first message, changed where nothing is authenticated");
        talk_start(&m->talk, &m->talk.alice, 0);
        talk_seal(&m->talk, &m->talk.alice, text("hello"), 0, &letter);
        letter_edit(&letter, rows[i].field, &rows[i].edit, &changed);
        talk_open(&m->talk, &changed, RESULT_ACCEPTABLE, rows[i].names, rows[i].comment);
        letter_fini(&letter);
        letter_fini(&changed);
        talk_end(&m->talk);
    }
}

static void repeated_first(struct maker *m)
{
    struct letter first, second;
    begin(m, "First messages until the first answer, out of order");
    talk_start(&m->talk, &m->talk.alice, 0);
    talk_seal(&m->talk, &m->talk.alice, text("one"), 0, &first);
    talk_seal(&m->talk, &m->talk.alice, text("two"), 0, &second);
    talk_open(&m->talk, &second, RESULT_VALID, "Late", "the second one arrives first");
    talk_open(&m->talk, &first, RESULT_VALID, "Late", "the first one arrives second");
    talk_open(&m->talk, &first, RESULT_INVALID, "Duplicate", "it was opened before");
    talk_open(&m->talk, &second, RESULT_INVALID, "Duplicate", "it was opened before");
    say(m, &m->talk.bob, "an answer");
    say(m, &m->talk.alice, "no prekey part any more");
    letter_fini(&first);
    letter_fini(&second);
    talk_end(&m->talk);
}

static void second_session(struct maker *m)
{
    struct letter late, used;
    begin(m, "A second session; a message of the first arrives after it; a prekey used twice");
    establish(m);
    talk_seal(&m->talk, &m->talk.alice, text("of the first session"), 0, &late);
    talk_forge_first(&m->talk, &m->talk.alice, 0, text("used"), "", &used);
    talk_open(&m->talk, &used, RESULT_INVALID, "UsedPrekey", "its one-time prekey is gone");
    talk_start(&m->talk, &m->talk.alice, 1);
    say(m, &m->talk.alice, "of the second session");
    talk_open(&m->talk, &late, RESULT_VALID, "Late,SecondSession", "of the session before");
    talk_open(&m->talk, &late, RESULT_INVALID, "Duplicate", "it was opened before");
    letter_fini(&late);
    letter_fini(&used);
    talk_end(&m->talk);
}

/* Which session each goes on with after it is not the same in all implementations. */
static void crossing(struct maker *m)
{
    struct letter from_alice, from_bob;
    begin(m, "Both start at once, and their first messages cross");
    talk_start(&m->talk, &m->talk.alice, 0);
    talk_start(&m->talk, &m->talk.bob, 0);
    talk_seal(&m->talk, &m->talk.alice, text("from alice"), 0, &from_alice);
    talk_seal(&m->talk, &m->talk.bob, text("from bob"), 0, &from_bob);
    talk_open(&m->talk, &from_alice, RESULT_VALID, "SecondSession", "crossed");
    talk_open(&m->talk, &from_bob, RESULT_VALID, "SecondSession", "crossed");
    letter_fini(&from_alice);
    letter_fini(&from_bob);
    talk_end(&m->talk);
}

static void write(struct writer *w)
{
    struct maker m = {.writer = w, .rules = *rules_honest()};
    m.rules.ratchet.previous_counter_is_length = false; /* as all that are deployed */
    lengths(&m, "Plaintexts of all lengths, with one-time prekey", 0);
    lengths(&m, "Plaintexts of all lengths, without one-time prekey", -1);
    turns(&m);
    backwards(&m);
    across_turns(&m);
    gaps(&m);
    for (unsigned i = 0; i < 6; i++)
        by_chance(&m, 70);
    bent_first(&m, 0);
    bent_first(&m, -1);
    bent_ordinary(&m, false);
    bent_ordinary(&m, true);
    m.rules.handshake.refuses_low_order = m.rules.ratchet.refuses_low_order = false;
    differing_messages(&m);
    wrong_starts(&m);
    unauthenticated(&m);
    repeated_first(&m);
    second_session(&m);
    crossing(&m);
}

const struct family family_conversation = {
    .name = "conversation",
    .algorithm = "Signal v3: X3DH and the Double Ratchet",
    .header =
        "Each group is a conversation, each test a step of it, in order: a party starts a session "
        "with the other's bundle, seals a message, or opens one. draws are the private keys that a "
        "party makes, in order: who can inject them seals each message byte for byte; who cannot "
        "can "
        "import the keys of one party and open, until it seals itself. A sealed message comes with "
        "what its sender has before it: rootKey after the step that began its chain, the ratchet "
        "key "
        "pair, counter and chainKey, and its message keys; lost is how many messages with the same "
        "plaintext were sealed before it and never arrive. An invalid message must be refused and "
        "change nothing. After an acceptable one the conversation ends.",
    .flags = flags,
    .n_flags = COUNT_OF(flags),
    .judges = judges,
    .n_judges = COUNT_OF(judges),
    .write = write,
};
