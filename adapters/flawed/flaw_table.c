/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flaw_table.h"

#include <stdio.h>
#include <string.h>

const struct flaw *flaw_table_at(const struct flaw_table *table, size_t index)
{
    return index < table->n ? &table->rows[index].flaw : NULL;
}

void flaw_list_print(const struct flaw *flaw, const char *surface, const char *decides)
{
    printf("%s\t%s\t%s\t%s\t%s\t%s\n", flaw->name, flaw->requirement, flaw->text,
           flaw->unobservable ? flaw->unobservable : "", surface, decides);
}

void flaw_table_print(const struct flaw_table *table, const char *surface)
{
    char decides[FLAW_DECIDES_LEN];
    for (size_t i = 0; i < table->n; i++) {
        snprintf(decides, sizeof(decides), "%zu", table->rows[i].at);
        flaw_list_print(&table->rows[i].flaw, surface, decides);
    }
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
