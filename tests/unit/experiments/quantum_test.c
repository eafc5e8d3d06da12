/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games of a quantum computer and of weaker forms: what Signal v3 and v4 come to, who loses. */
#include "experiments/property.h"
#include "match.h"
#include "support/rows.h"

#define NONE MATCH_NO_MEASURE

static const struct match_row rows[] = {
    {"what Signal v3 recorded can be read", "reference", NULL, "PQ-1", "won", NONE,
     "secrets but post-quantum ones"},
    {"Signal v3 never heals from a quantum computer", "reference", NULL, "PQ-2", "measured",
     MEASURE_NEVER, "has elliptic secrets alone"},
    {"static keys never heal either", "box", NULL, "PQ-2", "measured", MEASURE_NEVER,
     "still be read after 240"},
    {"static keys say that all they have is elliptic", "box", NULL, "PQ-1", "won", NONE, NULL},
    {"what Signal v4 recorded cannot be read", "flawed-v4", NULL, "PQ-1", "held", NONE, NULL},
    {"Signal v4 heals with its epochs", "flawed-v4", NULL, "PQ-2", "measured", 83,
     "with two thirds lost"},
    {"without SPQR's key in them its messages are read", "flawed-v4", "no-spqr-key-in-messages",
     "PQ-1", "won", NONE, NULL},
    {"without the KEM's secret its first message is", "flawed-v4", "no-kem-secret-in-sessions",
     "PQ-1", "won", NONE, "message 1, "},
    {"an agreement that never ends never heals", "flawed-v4", "agreement-never-ends", "PQ-2",
     "measured", MEASURE_NEVER, NULL},
    {"one that sends each chunk twice heals later", "flawed-v4", "agreement-takes-twice-as-long",
     "PQ-2", "measured", 165, NULL},
    {"prekeys kept after their use are seen", "flawed-v4", "keeps-prekeys-of-both-kinds", "FS-4",
     "won", NONE, NULL},
    {"a bundle that may lack its KEM prekey is seen", "flawed-v4", "uses-bundles-without-kem",
     "DWN-2", "measured", 2, NULL},
    {"what chunks repeat is no text's trace", "flawed-v4", "agreement-takes-twice-as-long", "KEY-2",
     "held", NONE, NULL},
    {"nothing is said of failed messages where none fails", "flawed-v4",
     "no-kem-secret-in-sessions", "ID-2", "unable", NONE, NULL},
    {"Signal v4 takes no weaker form", "flawed-v4", NULL, "DWN-5", "held", NONE, NULL},
    {"but \"no key\", at any time", "flawed-v4", NULL, "DWN-5-no-key", "won", NONE, "no key"},
    {"a party that does without SPQR is seen", "flawed-v4", "takes-messages-without-spqr", "DWN-5",
     "won", NONE, "says nothing to SPQR"},
    {"a party that takes X3DH is seen", "flawed-v4", "takes-first-messages-of-x3dh", "DWN-5", "won",
     NONE, "of X3DH"},
    {"Signal v3 has no weaker form", "reference", NULL, "DWN-5", "unable", NONE, "no such form"},
    {"Signal v3's keys are elliptic alone", "reference", NULL, "DWN-5-no-key", "won", NONE,
     "elliptic keys alone"},
    {"Signal v4 takes no older version in a session", "flawed-v4", NULL, "DWN-4", "held", NONE,
     NULL},
    {"what is refused as seen before is not shown to be unreadable", "flawed-v4", NULL,
     "FS-4-without", "unable", NONE, "remembers"},
    {"prekeys that serve again are seen", "flawed-v4", "last-resort-serves-again", "FS-4-without",
     "won", NONE, NULL},
};

int main(int argc, char **argv)
{
    return match_run("games of a quantum computer", argc, argv, rows, COUNT(rows));
}
