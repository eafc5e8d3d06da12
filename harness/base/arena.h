/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/arena.h - memory that lives as long as one case, released at once.
 * Depends on: status, bytes.
 *
 * Invariants: what arena_alloc returns is zeroed, aligned for any type and valid until arena_fini
 * or arena_reset. An arena holds at most |max| bytes in all; past that, and when the allocator
 * fails, NULL is returned.
 */
#ifndef ASSAY_BASE_ARENA_H
#define ASSAY_BASE_ARENA_H

#include "base/bytes.h"
#include "base/status.h"

struct arena_block;

struct arena {
    struct arena_block *blocks;
    size_t used; /* bytes of its blocks, without their heads */
    size_t max;
};

void arena_init(struct arena *a, size_t max);
/* Wipe and release everything. Accepts NULL. */
void arena_fini(struct arena *a);
/* The same, and ready for use again. */
void arena_reset(struct arena *a);

/* |size| zeroed bytes, or NULL. */
void *arena_alloc(struct arena *a, size_t size);
/* |count| times |size| zeroed bytes, or NULL (also when the product overflows). */
void *arena_array(struct arena *a, size_t count, size_t size);
/* A copy of |in|. Data is NULL on failure, and for an empty |in| points at one zero byte. */
struct bytes arena_copy(struct arena *a, struct bytes in);
/* A copy of |text|, or NULL on failure or for NULL. */
char *arena_text(struct arena *a, const char *text);
/* printf into the arena, or NULL. */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
