/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/game.h"

#include <string.h>

/* Families in the order of reports. */
static const struct game *const families[] = {
    games_of_secrecy,  games_of_healing,     games_of_identity, games_of_trust,
    games_of_delivery, games_of_negotiation, games_of_content,  games_of_tampering,
    games_of_cost,     games_of_deniability, games_of_groups,   games_of_quantum,
};

const struct game *game_at(size_t index)
{
    for (size_t f = 0; f < COUNT_OF(families); f++)
        for (const struct game *g = families[f]; g->id; g++)
            if (index-- == 0)
                return g;
    return NULL;
}

size_t game_count(void)
{
    size_t n = 0;
    while (game_at(n))
        n++;
    return n;
}

const struct game *game_find(const char *id)
{
    const struct game *g;
    for (size_t i = 0; (g = game_at(i)); i++)
        if (strcmp(g->id, id) == 0)
            return g;
    return NULL;
}
