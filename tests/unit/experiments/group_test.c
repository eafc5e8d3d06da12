/* Games of groups: Signal's sender keys as measured (docs/claims.md), and who loses them. */
#include "match.h"
#include "support/rows.h"

#define NONE MATCH_NO_MEASURE

static const struct match_row rows[] = {
    {"what a group has read stays secret", "reference", NULL, "FS-6", "held", NONE, NULL},
    {"and so with assay's own party", "flawed", NULL, "FS-6", "held", NONE, NULL},
    {"keys kept after their use read it", "flawed", "keeps-group-message-keys", "FS-6", "won", NONE,
     "the thief reads it"},
    {"a chain that stands still is in the state", "flawed", "group-chain-stands-still", "FS-6",
     "won", NONE, "still stands in B's state"},
    {"Signal's groups do not heal", "reference", NULL, "PCS-7", "won", NONE, "all 8 messages"},
    {"until a fresh sender key is given", "reference", NULL, "PCS-7-fresh", "held", NONE, NULL},
    {"which must be another than before", "flawed", "sender-key-never-fresh", "PCS-7-fresh", "won",
     NONE, "8 of 8"},
};

int main(int argc, char **argv)
{
    return match_run("games of groups", argc, argv, rows, COUNT(rows));
}
