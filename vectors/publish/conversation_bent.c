/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was bent on the way or sealed wrongly and must be refused, and what some take. */
#include "publish/conversation.h"

#include <string.h>

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

static void open_bent(struct conversation *c, const struct letter *letter, const struct bend *bend)
{
    struct letter bad;
    letter_edit(letter, bend->field, &bend->edit, &bad);
    talk_open(&c->talk, &bad, RESULT_INVALID, bend->names, bend->comment);
    letter_fini(&bad);
}

static void open_genuine(struct conversation *c, const struct letter *letter)
{
    talk_open(&c->talk, letter, RESULT_VALID, "", "the genuine message opens all the same");
}

/* A first message, bent in every way; with one-time prekey |which|, or -1 none. */
static void bent_first(struct conversation *c, int which)
{
    struct letter letter, bare;
    conversation_begin(c, which < 0 ? "A first message without one-time prekey, bent on the way"
                                    : "A first message, bent on the way");
    talk_start(&c->talk, &c->talk.alice, which);
    talk_seal(&c->talk, &c->talk.alice, bytes_of_text("the first message"), 0, &letter);
    for (size_t i = 0; i < COUNT_OF(bends); i++)
        open_bent(c, &letter, &bends[i]);
    for (size_t i = 0; i < COUNT_OF(first_bends); i++)
        if (which >= 0 || !strstr(first_bends[i].field, "one-time"))
            open_bent(c, &letter, &first_bends[i]);
    if (which >= 0)
        open_bent(c, &letter,
                  &(struct bend){"prekey.one-time-prekey-id",
                                 {EDIT_REMOVE, 0, {0}},
                                 "UnknownPrekey",
                                 "the one-time prekey that was used is not named"});
    talk_forge(&c->talk, &c->talk.alice, bytes_of_text("bare"), "never-prekey-message", &bare);
    talk_open(&c->talk, &bare, RESULT_INVALID, "WrongKind", "a first message without prekey part");
    letter_fini(&bare);
    open_genuine(c, &letter);
    conversation_say(c, &c->talk.bob, "an answer");
    letter_fini(&letter);
    talk_end(&c->talk);
}

/* An ordinary message, bent and forged in every way; of the one who started, or of the other. */
static void bent_ordinary(struct conversation *c, bool is_bobs)
{
    struct letter letter, forged;
    conversation_begin(c, is_bobs ? "A first answer, bent on the way or sealed wrongly"
                                  : "A later message, bent on the way or sealed wrongly");
    talk_start(&c->talk, &c->talk.alice, 0);
    conversation_say(c, &c->talk.alice, "hello");
    if (!is_bobs)
        conversation_say(c, &c->talk.bob, "hello to you");
    struct speaker *by = is_bobs ? &c->talk.bob : &c->talk.alice;
    for (size_t i = 0; i < COUNT_OF(forgeries); i++) {
        talk_forge(&c->talk, by, bytes_of_text("forged"), forgeries[i].words, &forged);
        talk_open(&c->talk, &forged, forgeries[i].result, forgeries[i].names, forgeries[i].comment);
        letter_fini(&forged);
    }
    talk_seal(&c->talk, by, bytes_of_text("the genuine message"), 0, &letter);
    for (size_t i = 0; i < COUNT_OF(bends); i++)
        open_bent(c, &letter, &bends[i]);
    open_genuine(c, &letter);
    talk_open(&c->talk, &letter, RESULT_INVALID, "Duplicate", "it was opened before");
    letter_fini(&letter);
    conversation_say(c, talk_other(&c->talk, by), "an answer");
    talk_end(&c->talk);
}

/* What some take: the conversation ends there, since nobody knows what is kept then. */
static void differing_messages(struct conversation *c)
{
    struct letter forged;
    for (size_t i = 0; i < COUNT_OF(differing); i++) {
        conversation_begin(c, "A message that implementations judge differently");
        conversation_establish(c);
        talk_forge(&c->talk, &c->talk.alice, bytes_of_text("forged"), differing[i].words, &forged);
        talk_open(&c->talk, &forged, RESULT_ACCEPTABLE, differing[i].names, differing[i].comment);
        letter_fini(&forged);
        talk_end(&c->talk);
    }
}

static void wrong_starts(struct conversation *c)
{
    struct letter forged;
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        conversation_begin(c, "A session started wrongly");
        talk_forge_first(&c->talk, &c->talk.alice, 0, bytes_of_text("forged"), starts[i].words,
                         &forged);
        talk_open(&c->talk, &forged, starts[i].result, starts[i].names, starts[i].comment);
        letter_fini(&forged);
        if (starts[i].result == RESULT_INVALID) {
            talk_start(&c->talk, &c->talk.alice, 0);
            conversation_say(c, &c->talk.alice, "the same one-time prekey, used rightly");
        }
        talk_end(&c->talk);
    }
}

static void unauthenticated(struct conversation *c)
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
        conversation_begin(c, "A first message, changed where nothing is authenticated");
        talk_start(&c->talk, &c->talk.alice, 0);
        talk_seal(&c->talk, &c->talk.alice, bytes_of_text("hello"), 0, &letter);
        letter_edit(&letter, rows[i].field, &rows[i].edit, &changed);
        talk_open(&c->talk, &changed, RESULT_ACCEPTABLE, rows[i].names, rows[i].comment);
        letter_fini(&letter);
        letter_fini(&changed);
        talk_end(&c->talk);
    }
}

void conversation_refuse(struct conversation *c)
{
    bent_first(c, 0);
    bent_first(c, -1);
    bent_ordinary(c, false);
    bent_ordinary(c, true);
}

void conversation_differ(struct conversation *c)
{
    differing_messages(c);
    wrong_starts(c);
    unauthenticated(c);
}
