/* Games of deniability: Signal's classification (games.md E.6). */
#include "match.h"

#define NONE MATCH_NO_MEASURE

static const struct match_row rows[] = {
    {"a transcript of Signal's proves nothing", "reference", NULL, "DEN-1", "won", NONE, NULL},
    {"nor one of assay's own party", "flawed", NULL, "DEN-1", "won", NONE, NULL},
    {"nor one of Olm's", "olm", NULL, "DEN-1", "won", NONE, NULL},
    {"nor one of static keys", "box", NULL, "DEN-1", "won", NONE, NULL},
};

int main(int argc, char **argv)
{
    return match_run("games of deniability", argc, argv, rows, sizeof(rows) / sizeof(rows[0]));
}
