/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flaw_entry.h"

#include <string.h>

static const struct {
    unsigned round;
    bool is_of_v4;
    const struct flaw_entry *flaws;
    const size_t *count;
} tables[] = {
    {1, false, blind_flaws, &blind_flaws_count},
    {2, false, second_blind_flaws, &second_blind_flaws_count},
    {2, true, second_blind_flaws_v4, &second_blind_flaws_v4_count},
};

#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

bool flaws_of_blind_rounds_at(size_t index, struct blind_flaw *out)
{
    for (size_t i = 0; i < N_TABLES; i++) {
        if (index < *tables[i].count) {
            out->flaw = &tables[i].flaws[index].flaw;
            out->round = tables[i].round;
            out->is_of_v4 = tables[i].is_of_v4;
            return true;
        }
        index -= *tables[i].count;
    }
    return false;
}

const struct flaw_entry *blind_rounds_find(const char *name, bool is_v4)
{
    for (size_t i = 0; i < N_TABLES; i++)
        for (size_t k = 0; k < *tables[i].count && (is_v4 || !tables[i].is_of_v4); k++)
            if (strcmp(tables[i].flaws[k].flaw.name, name) == 0)
                return &tables[i].flaws[k];
    return NULL;
}
