/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games of groups: Signal's sender keys as measured (docs/spec/games.md), and who loses them. */
#include "match.h"
#include "support/rows.h"

#define NONE MATCH_NO_MEASURE

static const struct match_row rows[] = {
    {"delivered messages of Signal's groups stay secret", "reference", NULL, "FS-6", "held", NONE,
     NULL},
    {"delivered messages of assay's own party's groups do, too", "flawed", NULL, "FS-6", "held",
     NONE, NULL},
    {"message keys kept after use read delivered messages", "flawed", "keeps-group-message-keys",
     "FS-6", "won", NONE, "the adversary reads it"},
    {"a chain key that never advances is in the state", "flawed", "group-chain-stands-still",
     "FS-6", "won", NONE, "still stands in B's state"},
    {"Signal's groups do not heal", "reference", NULL, "PCS-7", "won", NONE, "all 8 messages"},
    {"a fresh sender key heals Signal's groups", "reference", NULL, "PCS-7-fresh", "held", NONE,
     NULL},
    {"the old sender key given again heals nothing", "flawed", "sender-key-never-fresh",
     "PCS-7-fresh", "won", NONE, "8 of 8"},
};

int main(int argc, char **argv)
{
    return match_run("games of groups", argc, argv, rows, COUNT(rows));
}
