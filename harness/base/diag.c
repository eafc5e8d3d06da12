/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/diag.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 4096u
#define WORD_MAX 128u

void diags_init(struct diags *d)
{
    memset(d, 0, sizeof(*d));
    arena_init(&d->arena, (size_t)256 * 1024);
}

void diags_fini(struct diags *d)
{
    if (d)
        arena_fini(&d->arena);
}

enum status diags_add(struct diags *d, const char *file, unsigned line, const char *format, ...)
{
    d->count++;
    if (d->count > DIAG_MAX)
        return E_INPUT;
    char text[TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    struct diag *item = &d->items[d->count - 1];
    item->line = line;
    item->file = arena_text(&d->arena, file ? file : "");
    item->text = arena_text(&d->arena, text);
    if (!item->file)
        item->file = "";
    if (!item->text)
        item->text = "out of memory";
    return E_INPUT;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edits between two words of at most WORD_MAX bytes; two neighbours swapped are one edit. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][WORD_MAX + 1]; /* for the character before the last, the last, and this one */
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    size_t a_len = strlen(a), b_len = strlen(b);
    for (size_t j = 0; j <= b_len; j++)
        before[j] = last[j] = row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t change = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = smallest(last[j] + 1, row[j - 1] + 1, change);
            bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
    }
    return row[b_len];
}

const char *diag_nearest(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    if (!word || strlen(word) > WORD_MAX)
        return NULL;
    size_t limit = strlen(word) / 3;
    size_t best_distance = (limit ? limit : 1) + 1;
    for (size_t i = 0; i < count; i++) {
        if (!names[i] || strlen(names[i]) > WORD_MAX)
            continue;
        size_t d = distance(word, names[i]);
        if (d < best_distance) {
            best_distance = d;
            best = names[i];
        }
    }
    return best;
}
