/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include <openssl/crypto.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A block has half of what there is already, between these. */
#define BLOCK_LEAST 4096u
#define BLOCK_MOST (256u * 1024u)

struct arena_block {
    struct arena_block *next;
    size_t cap;
    size_t used;
    alignas(max_align_t) uint8_t data[];
};

void arena_init(struct arena *a, size_t max)
{
    memset(a, 0, sizeof(*a));
    a->max = max;
}

void arena_fini(struct arena *a)
{
    if (!a)
        return;
    struct arena_block *block = a->blocks;
    while (block) {
        struct arena_block *next = block->next;
        OPENSSL_cleanse(block->data, block->used);
        free(block);
        block = next;
    }
    arena_init(a, a->max);
}

void arena_reset(struct arena *a) { arena_fini(a); }

static struct arena_block *add_block(struct arena *a, size_t size)
{
    size_t wanted = a->used / 2 < BLOCK_LEAST  ? BLOCK_LEAST
                    : a->used / 2 > BLOCK_MOST ? BLOCK_MOST
                                               : a->used / 2;
    size_t cap = size > wanted ? size : wanted;
    if (cap > a->max - a->used)
        cap = size;
    if (cap > a->max - a->used || cap > SIZE_MAX - sizeof(struct arena_block))
        return NULL;
    struct arena_block *block = (struct arena_block *)calloc(1, sizeof(*block) + cap);
    if (!block)
        return NULL;
    block->cap = cap;
    block->next = a->blocks;
    a->blocks = block;
    a->used += cap;
    return block;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t align = alignof(max_align_t);
    if (size > SIZE_MAX - align)
        return NULL;
    size_t rounded = (size + align - 1) / align * align;
    if (rounded == 0)
        rounded = align;
    struct arena_block *block = a->blocks;
    if (!block || block->cap - block->used < rounded)
        block = add_block(a, rounded);
    if (!block)
        return NULL;
    void *at = block->data + block->used;
    block->used += rounded;
    return at;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(a, count * size);
}

struct bytes arena_copy(struct arena *a, struct bytes in)
{
    uint8_t *copy = (uint8_t *)arena_alloc(a, in.len ? in.len : 1);
    if (!copy)
        return bytes_of(NULL, 0);
    if (in.len)
        memcpy(copy, in.data, in.len);
    return bytes_of(copy, in.len);
}

char *arena_text(struct arena *a, const char *text)
{
    if (!text)
        return NULL;
    size_t len = strlen(text);
    char *copy = (char *)arena_alloc(a, len + 1);
    if (copy)
        memcpy(copy, text, len);
    return copy;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need < 0)
        return NULL;
    char *text = (char *)arena_alloc(a, (size_t)need + 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)need + 1, format, args);
    va_end(args);
    return text;
}
