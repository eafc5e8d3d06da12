/* Games of delivery: Signal's measured baseline (docs/claims.md), and who loses them. */
#include "match.h"
#include "support/rows.h"

#define NONE MATCH_NO_MEASURE

static const struct match_row rows[] = {
    {"Signal shows nothing twice", "reference", NULL, "RPL-1", "measured", 0, NULL},
    {"and so does assay's own party", "flawed", NULL, "RPL-1", "measured", 0, NULL},
    {"a repeated first message makes a new session", "flawed",
     "replayed-first-message-makes-new-session", "RPL-1", "measured", 2, "did not open after it"},
    {"static keys show everything twice", "box", NULL, "RPL-1", "measured", 7, NULL},
    {"nor after a restart", "reference", NULL, "RPL-1-restart", "measured", 0, NULL},
    {"static keys do after a restart", "box", NULL, "RPL-1-restart", "measured", 2, NULL},
    {"a message is for its addressee", "reference", NULL, "RPL-2", "held", NONE, NULL},
    {"a static key takes its own message back", "box", NULL, "RPL-2", "won", NONE, "turned round"},
    {"an older copy of Signal reads what came straight after it", "reference", NULL, "RPL-3",
     "held", NONE, NULL},
    {"two copies of Signal seal under one key", "reference", NULL, "ROLL", "won", NONE, NULL},
    {"two copies of a static key do not", "box", NULL, "ROLL", "held", NONE, NULL},
    {"Signal opens any order", "reference", NULL, "ORD-1", "held", NONE, NULL},
    {"who keeps no skipped keys does not", "flawed", "keeps-no-skipped-keys", "ORD-1", "won", NONE,
     NULL},
};

int main(int argc, char **argv)
{
    return match_run("games of delivery", argc, argv, rows, COUNT(rows));
}
