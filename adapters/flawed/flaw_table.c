/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flaw_table.h"

#include <string.h>

const struct flaw *flaw_table_at(const struct flaw_table *table, size_t index)
{
    return index < table->n ? &table->rows[index].flaw : NULL;
}

bool flaw_table_set(const struct flaw_table *table, const char *name, void *rules)
{
    for (size_t i = 0; i < table->n; i++) {
        const struct flaw_row *row = &table->rows[i];
        bool flag = row->value != 0;
        if (strcmp(row->flaw.name, name) != 0)
            continue;
        if (row->member == FLAW_FLAG)
            memcpy((char *)rules + row->at, &flag, sizeof(flag));
        else
            memcpy((char *)rules + row->at, &row->value, sizeof(row->value));
        return true;
    }
    return false;
}
