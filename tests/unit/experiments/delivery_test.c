/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games of delivery: Signal's outcomes as measured (docs/spec/games.md), and who loses them. */
#include "match.h"
#include "support/rows.h"

#define NONE MATCH_NO_MEASURE

static const struct match_row rows[] = {
    {"Signal shows nothing twice", "reference", NULL, "RPL-1", "measured", 0, NULL},
    {"assay's own party shows nothing twice", "flawed", NULL, "RPL-1", "measured", 0, NULL},
    {"a repeated first message makes a new session", "flawed",
     "replayed-first-message-makes-new-session", "RPL-1", "measured", 2, "did not open after it"},
    {"static keys show everything twice", "box", NULL, "RPL-1", "measured", 7, NULL},
    {"Signal shows nothing twice after a restart", "reference", NULL, "RPL-1-restart", "measured",
     0, NULL},
    {"static keys show everything twice after a restart", "box", NULL, "RPL-1-restart", "measured",
     2, NULL},
    {"Signal opens a message for its addressee only", "reference", NULL, "RPL-2", "held", NONE,
     NULL},
    {"static keys accept their own message reflected", "box", NULL, "RPL-2", "won", NONE,
     "turned round"},
    {"a restored older state of Signal opens later messages", "reference", NULL, "RPL-3", "held",
     NONE, NULL},
    {"two copies of Signal's state seal under one key", "reference", NULL, "ROLL", "won", NONE,
     NULL},
    {"two copies of static keys' state do not", "box", NULL, "ROLL", "held", NONE, NULL},
    {"Signal opens messages in any order", "reference", NULL, "ORD-1", "held", NONE, NULL},
    {"without skipped keys they do not open in any order", "flawed", "keeps-no-skipped-keys",
     "ORD-1", "won", NONE, NULL},
};

int main(int argc, char **argv)
{
    return match_run("games of delivery", argc, argv, rows, COUNT(rows));
}
