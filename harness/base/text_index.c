/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text_index.h"

#include <search.h>
#include <string.h>

struct indexed {
    const char *text;
    size_t at;
};

static int compare(const void *left, const void *right)
{
    const struct indexed *a = left, *b = right;
    return strcmp(a->text, b->text);
}

size_t text_index_find(const struct text_index *index, const char *text)
{
    const struct indexed wanted = {text, 0};
    const struct indexed *const *node = tfind(&wanted, &index->root, compare);
    return node ? (*node)->at : TEXT_INDEX_NONE;
}

enum status text_index_add(struct text_index *index, struct arena *arena, const char *text,
                           size_t at)
{
    struct indexed *entry;
    if (text_index_find(index, text) != TEXT_INDEX_NONE)
        return OK;
    entry = arena_alloc(arena, sizeof(*entry));
    if (!entry)
        return E_NOMEM;
    *entry = (struct indexed){text, at};
    if (!tsearch(entry, &index->root, compare))
        return E_NOMEM;
    index->count++;
    return OK;
}

void text_index_fini(struct text_index *index)
{
    while (index->root)
        (void)tdelete(*(void **)index->root, &index->root, compare);
    index->count = 0;
}
