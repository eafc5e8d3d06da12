/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games of identity: Signal's outcomes as measured (docs/spec/games.md), and who loses them. */
#include "match.h"
#include "support/rows.h"

#define NONE MATCH_NO_MEASURE

static const struct match_row rows[] = {
    {"Signal withstands a stolen identity key alone", "reference", NULL, "KCI-1", "held", NONE,
     NULL},
    {"assay's own party withstands it, too", "flawed", NULL, "KCI-1", "held", NONE, NULL},
    {"Signal loses to stolen prekeys, by its design", "reference", NULL, "KCI-2", "won", NONE,
     NULL},
    {"Olm loses to stolen prekeys by its own forging procedure", "olm", NULL, "KCI-2", "won", NONE,
     NULL},
    {"nobody impersonates B to A with A's identity key", "reference", NULL, "KCI-3", "held", NONE,
     NULL},
    {"Signal's receiving chains close at the fifth round trip", "reference", NULL, "KCI-4",
     "measured", 5, "until 4 round trips"},
    {"one receiving chain closes at the first", "flawed", "one-receiver-chain", "KCI-4", "measured",
     1, "until 0 round trips"},
    {"two receiving chains close at the second", "flawed", "two-receiver-chains", "KCI-4",
     "measured", 2, "until 1 round trips"},
    {"a static key reflects for ever", "box", NULL, "KCI-4", "measured", 1000000, NULL},
    {"Signal has unknown key share", "reference", NULL, "UKS-1", "won", NONE, NULL},
    {"a later message cannot be relabelled", "reference", NULL, "UKS-2", "held", NONE, NULL},
    {"a first message can be relabelled", "reference", NULL, "UKS-2-first", "won", NONE, NULL},
    {"Signal refuses a changed key", "reference", NULL, "ID-1", "held", NONE, NULL},
    {"accepting new identities accepts the server's key", "flawed", "accepts-new-identity", "ID-1",
     "won", NONE, NULL},
    {"checking on opening only seals to the server's key", "flawed",
     "does-not-check-identity-on-start", "ID-1", "won", NONE, NULL},
    {"failed messages change nothing", "reference", NULL, "ID-2", "held", NONE, NULL},
    {"a forgery drops the session", "flawed", "forgery-drops-everything", "ID-2", "won", NONE,
     NULL},
    {"a forged first message leaves its identity behind", "flawed", "pins-identity-of-forgeries",
     "ID-2", "won", NONE, NULL},
    {"fingerprints agree, and differ for other keys", "reference", NULL, "ID-3", "held", NONE,
     NULL},
    {"a fingerprint of names only is the same for other keys", "flawed", "fingerprint-without-keys",
     "ID-3", "won", NONE, "the same fingerprint"},
    {"a fingerprint that begins with oneself cannot be compared", "flawed",
     "fingerprint-in-own-order", "ID-3", "won", NONE, "different fingerprints"},
};

int main(int argc, char **argv)
{
    return match_run("games of identity", argc, argv, rows, COUNT(rows));
}
