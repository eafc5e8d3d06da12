/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games of deniability: Signal's classification as measured (docs/spec/games.md). */
#include "match.h"
#include "support/rows.h"

#define NONE MATCH_NO_MEASURE

static const struct match_row rows[] = {
    {"a transcript of Signal's proves nothing", "reference", NULL, "DEN-1", "won", NONE, NULL},
    {"a transcript of assay's own party proves nothing", "flawed", NULL, "DEN-1", "won", NONE,
     NULL},
    {"a transcript of Olm's proves nothing", "olm", NULL, "DEN-1", "won", NONE, NULL},
    {"a transcript of static keys proves nothing", "box", NULL, "DEN-1", "won", NONE, NULL},
    {"no message of Signal's is signed", "reference", NULL, "DEN-2", "held", NONE, NULL},
    {"a signature beside the text is found", "flawed", "signs-what-it-says", "DEN-2", "won", NONE,
     "its author's signature"},
};

int main(int argc, char **argv)
{
    return match_run("games of deniability", argc, argv, rows, COUNT(rows));
}
