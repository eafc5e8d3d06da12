/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations of Signal v3, step by step with every key: what arrives in order, late, twice or
 * never, and what was bent on the way or sealed wrongly and must be refused.
 */
#include "publish/conversation.h"

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

void conversation_begin(struct conversation *c, const char *title)
{
    talk_begin(&c->talk, c->writer, &c->rules, title);
}

void conversation_say(struct conversation *c, struct speaker *by, const char *words)
{
    struct letter letter;
    talk_seal(&c->talk, by, bytes_of_text(words), 0, &letter);
    talk_open(&c->talk, &letter, RESULT_VALID, "", "opened in order");
    letter_fini(&letter);
}

void conversation_establish(struct conversation *c)
{
    talk_start(&c->talk, &c->talk.alice, 0);
    conversation_say(c, &c->talk.alice, "hello");
    conversation_say(c, &c->talk.bob, "hello to you");
}

/* ---- honest ones */

static void lengths(struct conversation *c, const char *title, int which)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 31, 32, 33, 160, 255, 256, 1000};
    static const uint8_t zeros[1000];
    struct letter letter;
    conversation_begin(c, title);
    talk_start(&c->talk, &c->talk.alice, which);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char comment[48];
        snprintf(comment, sizeof(comment), "%zu bytes", sizes[i]);
        talk_seal(&c->talk, &c->talk.alice, bytes_of(zeros, sizes[i]), 0, &letter);
        talk_open(&c->talk, &letter, RESULT_VALID, "Length", comment);
        letter_fini(&letter);
    }
    talk_end(&c->talk);
}

static void turns(struct conversation *c)
{
    conversation_begin(c, "Twelve turns of one message, then six of three");
    talk_start(&c->talk, &c->talk.alice, 0);
    for (unsigned i = 0; i < 12; i++)
        conversation_say(c, i % 2 ? &c->talk.bob : &c->talk.alice, "one");
    for (unsigned i = 0; i < 18; i++)
        conversation_say(c, i / 3 % 2 ? &c->talk.bob : &c->talk.alice, "of three");
    talk_end(&c->talk);
}

static void backwards(struct conversation *c)
{
    struct letter letters[POOL];
    conversation_begin(c, "Ten messages that arrive in the opposite order, and once more each");
    conversation_establish(c);
    for (size_t i = 0; i < POOL; i++)
        talk_seal(&c->talk, &c->talk.alice, bytes_of_text("backwards"), 0, &letters[i]);
    for (size_t i = POOL; i-- > 0;)
        talk_open(&c->talk, &letters[i], RESULT_VALID, "Late", "opened in the opposite order");
    for (size_t i = 0; i < POOL; i++) {
        talk_open(&c->talk, &letters[i], RESULT_INVALID, "Duplicate", "it was opened before");
        letter_fini(&letters[i]);
    }
    talk_end(&c->talk);
}

/* One message of each turn is held back for as long as its chain is kept by everybody. */
static void across_turns(struct conversation *c)
{
    struct letter held[4];
    conversation_begin(c, "The last message of each chain arrives three turns later");
    conversation_establish(c);
    for (size_t i = 0; i < COUNT_OF(held); i++) {
        conversation_say(c, &c->talk.alice, "in time");
        talk_seal(&c->talk, &c->talk.alice, bytes_of_text("held back"), 0, &held[i]);
        conversation_say(c, &c->talk.bob, "an answer");
    }
    for (size_t i = 0; i < COUNT_OF(held); i++) {
        talk_open(&c->talk, &held[i], RESULT_VALID, "Late", "the last of an older chain");
        talk_open(&c->talk, &held[i], RESULT_INVALID, "Duplicate", "it was opened before");
        letter_fini(&held[i]);
    }
    conversation_say(c, &c->talk.alice, "the end");
    talk_end(&c->talk);
}

static void gaps(struct conversation *c)
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
        conversation_begin(c, "Messages are lost, and one of them arrives after all");
        conversation_establish(c);
        talk_seal(&c->talk, &c->talk.alice, bytes_of_text("early"), 0, &early);
        talk_seal(&c->talk, &c->talk.alice, bytes_of_text("after the gap"), rows[i].n_lost,
                  &letter);
        snprintf(comment, sizeof(comment), "%u messages before it are missing", rows[i].n_lost + 1);
        talk_open(&c->talk, &letter, rows[i].result, rows[i].names, comment);
        if (rows[i].result != RESULT_ACCEPTABLE)
            talk_open(&c->talk, &early, RESULT_VALID, "Late", "one that was missing");
        letter_fini(&early);
        letter_fini(&letter);
        talk_end(&c->talk);
    }
}

static uint32_t below(struct conversation *c, uint32_t limit)
{
    uint32_t n;
    must(random_below(writer_random(c->writer), limit, &n) == OK, "a number");
    return n;
}

/* Messages are sealed and arrive in any order, late, twice or bent, by chance. None is held back
 * longer than everybody keeps its chain. */
static void by_chance(struct conversation *c, unsigned n_steps)
{
    struct letter pool[POOL];
    size_t n_pool = 0;
    conversation_begin(c, "As chance has it");
    conversation_establish(c);
    for (unsigned i = 0; i < n_steps; i++) {
        struct speaker *by = below(c, 2) ? &c->talk.alice : &c->talk.bob;
        bool is_stale = n_pool && c->talk.turn - pool[0].turn >= 6;
        if (n_pool < POOL && below(c, 2) && !is_stale) {
            talk_seal(&c->talk, by, bytes_of_text("by chance"), 0, &pool[n_pool++]);
            continue;
        }
        if (!n_pool)
            continue;
        size_t at = is_stale ? 0 : below(c, (uint32_t)n_pool);
        struct letter bad;
        letter_edit(&pool[at], "signal.mac", &(struct edit){EDIT_FLIP_BIT, below(c, 64), {0}},
                    &bad);
        if (below(c, 3) == 0)
            talk_open(&c->talk, &bad, RESULT_INVALID, "ModifiedMessage",
                      "a bit of the MAC is flipped");
        letter_fini(&bad);
        talk_open(&c->talk, &pool[at], RESULT_VALID, at ? "Late" : "", "opened");
        if (below(c, 3) == 0)
            talk_open(&c->talk, &pool[at], RESULT_INVALID, "Duplicate", "it was opened before");
        letter_fini(&pool[at]);
        n_pool--;
        memmove(&pool[at], &pool[at + 1], (n_pool - at) * sizeof(pool[0]));
    }
    while (n_pool)
        letter_fini(&pool[--n_pool]);
    talk_end(&c->talk);
}

/* ---- sessions */

static void repeated_first(struct conversation *c)
{
    struct letter first, second;
    conversation_begin(c, "First messages until the first answer, out of order");
    talk_start(&c->talk, &c->talk.alice, 0);
    talk_seal(&c->talk, &c->talk.alice, bytes_of_text("one"), 0, &first);
    talk_seal(&c->talk, &c->talk.alice, bytes_of_text("two"), 0, &second);
    talk_open(&c->talk, &second, RESULT_VALID, "Late", "the second one arrives first");
    talk_open(&c->talk, &first, RESULT_VALID, "Late", "the first one arrives second");
    talk_open(&c->talk, &first, RESULT_INVALID, "Duplicate", "it was opened before");
    talk_open(&c->talk, &second, RESULT_INVALID, "Duplicate", "it was opened before");
    conversation_say(c, &c->talk.bob, "an answer");
    conversation_say(c, &c->talk.alice, "no prekey part any more");
    letter_fini(&first);
    letter_fini(&second);
    talk_end(&c->talk);
}

static void second_session(struct conversation *c)
{
    struct letter late, used;
    conversation_begin(
        c, "A second session; a message of the first arrives after it; a prekey used twice");
    conversation_establish(c);
    talk_seal(&c->talk, &c->talk.alice, bytes_of_text("of the first session"), 0, &late);
    talk_forge_first(&c->talk, &c->talk.alice, 0, bytes_of_text("used"), "", &used);
    talk_open(&c->talk, &used, RESULT_INVALID, "UsedPrekey", "its one-time prekey is gone");
    talk_start(&c->talk, &c->talk.alice, 1);
    conversation_say(c, &c->talk.alice, "of the second session");
    talk_open(&c->talk, &late, RESULT_VALID, "Late,SecondSession", "of the session before");
    talk_open(&c->talk, &late, RESULT_INVALID, "Duplicate", "it was opened before");
    letter_fini(&late);
    letter_fini(&used);
    talk_end(&c->talk);
}

/* Which session each goes on with after it is not the same in all implementations. */
static void crossing(struct conversation *c)
{
    struct letter from_alice, from_bob;
    conversation_begin(c, "Both start at once, and their first messages cross");
    talk_start(&c->talk, &c->talk.alice, 0);
    talk_start(&c->talk, &c->talk.bob, 0);
    talk_seal(&c->talk, &c->talk.alice, bytes_of_text("from alice"), 0, &from_alice);
    talk_seal(&c->talk, &c->talk.bob, bytes_of_text("from bob"), 0, &from_bob);
    talk_open(&c->talk, &from_alice, RESULT_VALID, "SecondSession", "crossed");
    talk_open(&c->talk, &from_bob, RESULT_VALID, "SecondSession", "crossed");
    letter_fini(&from_alice);
    letter_fini(&from_bob);
    talk_end(&c->talk);
}

static void write(struct writer *w)
{
    struct conversation c = {.writer = w, .rules = *rules_honest()};
    c.rules.ratchet.previous_counter_is_length = false; /* as all that are deployed */
    lengths(&c, "Plaintexts of all lengths, with one-time prekey", 0);
    lengths(&c, "Plaintexts of all lengths, without one-time prekey", -1);
    turns(&c);
    backwards(&c);
    across_turns(&c);
    gaps(&c);
    for (unsigned i = 0; i < 6; i++)
        by_chance(&c, 70);
    conversation_refuse(&c);
    c.rules.handshake.refuses_low_order = c.rules.ratchet.refuses_low_order = false;
    conversation_differ(&c);
    repeated_first(&c);
    second_session(&c);
    crossing(&c);
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
