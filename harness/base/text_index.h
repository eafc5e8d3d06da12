/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/text_index.h - texts and the position each stands for.
 * Depends on: base/arena.
 *
 * A balanced tree, so that texts chosen by an adversary cost no more than others.
 */
#ifndef ASSAY_BASE_TEXT_INDEX_H
#define ASSAY_BASE_TEXT_INDEX_H

#include "base/arena.h"

#define TEXT_INDEX_NONE ((size_t)-1)

/* All zeros is an empty index. */
struct text_index {
    void *root;
    size_t count;
};

/* The position of |text|; TEXT_INDEX_NONE when it has none. */
size_t text_index_find(const struct text_index *index, const char *text);
/*
 * Let |text| (kept, as long as the index is used) stand for |at|, unless it stands for a position
 * already. The entry is in |arena|. E_NOMEM.
 */
MUST_USE enum status text_index_add(struct text_index *index, struct arena *arena, const char *text,
                                    size_t at);
void text_index_fini(struct text_index *index);

#endif
