/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/property.h"

#include "base/bytes.h"

#include <string.h>

static const struct measure_entry measures[N_MEASURE] = {
    [MEASURE_NONE] = {"none", "", "Nothing"},
    [MEASURE_HEALING_FLIGHTS] = {"healing-flights", "flights", "Readable after a theft"},
    [MEASURE_HEALING_ROUNDS] = {"healing-round-trips", "round trips", "Healed after a theft"},
    [MEASURE_HEALING_REFRESHES] = {"healing-steps", "steps", "Healed by steps of its own"},
    [MEASURE_INJECTION_ROUNDS] = {"injection-round-trips", "round trips",
                                  "An adversary's messages taken for"},
    [MEASURE_FORGERY_ROUNDS] = {"forgery-round-trips", "round trips",
                                "Messages forged to the victim taken for"},
    [MEASURE_SKIPPED_KEPT] = {"skipped-kept", "messages", "Skipped messages readable"},
    [MEASURE_SKIPPED_ROUNDS] = {"skipped-round-trips", "round trips",
                                "Skipped messages readable for"},
    [MEASURE_REPLAYS_TAKEN] = {"replays-taken", "deliveries", "Shown twice"},
    [MEASURE_VERSIONS_TAKEN] = {"versions-taken", "values", "Other first bytes taken"},
    [MEASURE_STRIPPED_TAKEN] = {"stripped-taken", "parts", "Parts a bundle can lose"},
    [MEASURE_LENGTH_BITS] = {"length-bits-shown", "of 8 bits", "Of a length, shown"},
    [MEASURE_SKIP_BOUND] = {"skip-bound", "messages", "Messages ahead taken"},
    [MEASURE_COST_RATIO] = {"cost-ratio", "microseconds", "Time for one forged message"},
    [MEASURE_PQ_MESSAGES] = {"quantum-healing-messages", "messages",
                             "Healed against a quantum computer"},
};

const struct measure_entry *measure_entry(enum measure m)
{
    return &measures[(unsigned)m < N_MEASURE ? m : MEASURE_NONE];
}

enum measure measure_from_name(const char *name)
{
    for (int m = MEASURE_NONE + 1; m < N_MEASURE; m++)
        if (strcmp(measures[m].name, name) == 0)
            return (enum measure)m;
    return MEASURE_NONE;
}

#define BLACK_BOX EVIDENCE_BLACK_BOX
#define STATE EVIDENCE_STATE
#define DOCUMENT EVIDENCE_DOCUMENT

/* In the order of reports. The sentence says what goes wrong for a person. */
/* clang-format off */
static const struct property table[] = {
    {"SP-01", "Content confidentiality", "Somebody on the way reads what is written.",
     "Unger et al. 2015; Cohn-Gordon et al. 2020", BLACK_BOX, REQUIRED_NEVER, {0}},
    {"SP-02", "Integrity", "Somebody on the way changes what a person reads.",
     "Unger et al. 2015", BLACK_BOX, REQUIRED_ALWAYS, {0}},
    {"SP-03", "Message authentication",
     "A message seems to come from somebody who did not send it.",
     "Unger et al. 2015", STATE, REQUIRED_FOR_V4, {MEASURE_FORGERY_ROUNDS}},
    {"SP-04", "Mutual authentication", "You speak with somebody else than you think.",
     "X3DH; Cohn-Gordon et al. 2020", STATE, REQUIRED_ALWAYS, {0}},
    {"SP-05", "Forward secrecy", "Whoever steals a phone reads what was recorded long before.",
     "Unger et al. 2015; Double Ratchet", STATE, REQUIRED_ALWAYS,
     {MEASURE_SKIPPED_KEPT, MEASURE_SKIPPED_ROUNDS}},
    {"SP-06", "Forward secrecy of the first message",
     "Whoever steals a phone reads how conversations began.", "X3DH", STATE, REQUIRED_ALWAYS, {0}},
    {"SP-07", "Healing after compromise",
     "Once a phone was copied, its conversations can be listened to for ever.",
     "Unger et al. 2015; Cohn-Gordon et al. 2020", STATE, REQUIRED_ALWAYS,
     {MEASURE_HEALING_ROUNDS, MEASURE_HEALING_FLIGHTS, MEASURE_HEALING_REFRESHES,
      MEASURE_INJECTION_ROUNDS}},
    {"SP-08", "Replay protection", "A message is shown, or acted on, twice.",
     "Double Ratchet", BLACK_BOX, REQUIRED_ALWAYS, {MEASURE_REPLAYS_TAKEN}},
    {"SP-09", "Resilience to loss and order", "Messages are lost because others came first.",
     "Unger et al. 2015", BLACK_BOX, REQUIRED_NEVER, {0}},
    {"SP-10", "Bounded skipping", "One forged message makes a phone work without end.",
     "Double Ratchet", BLACK_BOX, REQUIRED_NEVER, {MEASURE_SKIP_BOUND, MEASURE_COST_RATIO}},
    {"SP-11", "Key-change detection", "A friend's key is exchanged, and nobody is told.",
     "Unger et al. 2015", BLACK_BOX, REQUIRED_ALWAYS, {0}},
    {"SP-12", "Verifiable identity", "Two people cannot check whom they speak with.",
     "Unger et al. 2015", BLACK_BOX, REQUIRED_NEVER, {0}},
    {"SP-13", "Detection of an operator in the middle",
     "The operator can listen without anybody being able to tell.",
     "Unger et al. 2015", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-14", "Validated prekeys", "The server weakens the keys a conversation begins with.",
     "X3DH", BLACK_BOX, REQUIRED_ALWAYS, {MEASURE_STRIPPED_TAKEN}},
    {"SP-15", "Contributory behaviour", "One side alone decides the key, and tells others.",
     "RFC 7748; Cohn-Gordon et al. 2020", BLACK_BOX, REQUIRED_NEVER, {0}},
    {"SP-16", "Participant consistency", "People disagree about who is in the conversation.",
     "Unger et al. 2015; MLS", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-17", "Destination validation", "A message is moved into another conversation.",
     "Unger et al. 2015", BLACK_BOX, REQUIRED_NEVER, {0}},
    {"SP-18", "Speaker consistency", "The order of what was said can be changed unseen.",
     "Unger et al. 2015", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-19", "Deniability", "What you write in private can be proved to others.",
     "Unger et al. 2015; X3DH", STATE, REQUIRED_NEVER, {0}},
    {"SP-20", "Device-list authenticity", "The server adds a device that reads along.",
     "Albrecht et al. 2025", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-21", "Group membership authenticity", "Somebody is in a group whom nobody let in.",
     "Albrecht et al. 2025; MLS", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-22", "Group secrecy over time", "Who left a group reads on; who joined reads the past.",
     "Balbas et al. 2023; MLS", STATE, REQUIRED_NEVER, {0}},
    {"SP-23", "Metadata minimisation", "The server learns more than it must.",
     "Regulation (EU) 2022/1925, article 7(8)", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-24", "Length hiding", "The length of a message tells what it says.",
     "interop profile", BLACK_BOX, REQUIRED_NEVER, {MEASURE_LENGTH_BITS}},
    {"SP-25", "Channel security", "The connection to the server is read or changed.",
     "interop profile", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-26", "No key used twice",
     "After a restore two messages share a key, and their difference shows.",
     "Cremers et al. 2023", STATE, REQUIRED_NEVER, {0}},
    {"SP-27", "Randomness", "Keys to come can be worked out.", "games PCS-6, V4", STATE,
     REQUIRED_ALWAYS, {0}},
    {"SP-28", "Algorithm strength", "The encryption can be broken by calculation.",
     "libsignal-protocol-c", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-29", "Downgrade resistance", "A conversation is made to use an older, weaker version.",
     "Unger et al. 2015", BLACK_BOX, REQUIRED_ALWAYS, {MEASURE_VERSIONS_TAKEN}},
    {"SP-30", "Media encryption", "The host of a picture sees it, or changes it.",
     "interop profile", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-31", "Safe failure", "When something fails, what was written goes out readable.",
     "interop profile", BLACK_BOX, REQUIRED_ALWAYS, {0}},
    {"SP-32", "Key erasure and rotation", "Keys that were used are kept.",
     "X3DH; Double Ratchet", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-33", "Compromise of a proxy", "A server between two servers reads along.",
     "interop profile", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-34", "Abuse-report binding", "A report of abuse can be made up.",
     "message franking", DOCUMENT, REQUIRED_NEVER, {0}},
    {"SP-35", "Post-quantum confidentiality",
     "What is recorded today is read by a machine of tomorrow.",
     "PQXDH; ML-KEM Braid; not in Signal v3", STATE, REQUIRED_FOR_V4, {MEASURE_PQ_MESSAGES}},
};
/* clang-format on */

const struct property *properties(size_t *out_count)
{
    *out_count = COUNT_OF(table);
    return table;
}

const struct property *property_find(const char *id)
{
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (strcmp(table[i].id, id) == 0)
            return &table[i];
    return NULL;
}
