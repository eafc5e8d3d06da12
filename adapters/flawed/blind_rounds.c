/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client_flaw.h"
#include "flaw_entry.h"

#include <string.h>

/* |flaws| of a party, or |clients| of a client. */
static const struct {
    unsigned round;
    bool is_of_v4;
    const struct flaw_entry *flaws;
    const struct client_flaw *clients;
    const size_t *count;
} tables[] = {
    {1, false, blind_flaws, NULL, &blind_flaws_count},
    {2, false, second_blind_flaws, NULL, &second_blind_flaws_count},
    {2, true, second_blind_flaws_v4, NULL, &second_blind_flaws_v4_count},
    {3, false, NULL, third_blind_flaws_client, &third_blind_flaws_client_count},
    {3, true, NULL, third_blind_flaws_client_v4, &third_blind_flaws_client_v4_count},
    {3, false, third_blind_flaws, NULL, &third_blind_flaws_count},
    {3, true, third_blind_flaws_v4, NULL, &third_blind_flaws_v4_count},
    {4, false, NULL, fourth_blind_flaws_client, &fourth_blind_flaws_client_count},
    {4, true, NULL, fourth_blind_flaws_client_v4, &fourth_blind_flaws_client_v4_count},
    {4, false, fourth_blind_flaws, NULL, &fourth_blind_flaws_count},
    {4, true, fourth_blind_flaws_v4, NULL, &fourth_blind_flaws_v4_count},
};

#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

static const struct flaw *flaw_of(size_t table, size_t index)
{
    return tables[table].clients ? &tables[table].clients[index].flaw
                                 : &tables[table].flaws[index].flaw;
}

bool flaws_of_blind_rounds_at(size_t index, struct blind_flaw *out)
{
    for (size_t i = 0; i < N_TABLES; i++) {
        if (index < *tables[i].count) {
            out->flaw = flaw_of(i, index);
            out->round = tables[i].round;
            out->is_of_v4 = tables[i].is_of_v4;
            out->is_of_client = tables[i].clients != NULL;
            return true;
        }
        index -= *tables[i].count;
    }
    return false;
}

/* Where |name| stands, of a client or not; false: nowhere. */
static bool find(const char *name, bool is_v4, bool is_of_client, size_t *table, size_t *index)
{
    for (*table = 0; *table < N_TABLES; ++*table)
        for (*index = 0; *index < *tables[*table].count; ++*index)
            if ((is_v4 || !tables[*table].is_of_v4) &&
                is_of_client == (tables[*table].clients != NULL) &&
                strcmp(flaw_of(*table, *index)->name, name) == 0)
                return true;
    return false;
}

const struct flaw_entry *blind_rounds_find(const char *name, bool is_v4)
{
    size_t table, index;
    return find(name, is_v4, false, &table, &index) ? &tables[table].flaws[index] : NULL;
}

bool blind_rounds_set_client(const char *name, bool is_v4, struct app_rules *rules)
{
    size_t table, index;
    if (!find(name, is_v4, true, &table, &index))
        return false;
    rules->lapse = tables[table].clients[index].lapse;
    return true;
}
