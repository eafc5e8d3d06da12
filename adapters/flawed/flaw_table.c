/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flaw_table.h"

#include <string.h>

bool flaw_table_set(const struct flaw_row *rows, size_t n, const char *name, void *rules)
{
    for (size_t i = 0; i < n; i++) {
        const struct flaw_row *row = &rows[i];
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
