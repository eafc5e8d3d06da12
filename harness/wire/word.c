/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/word.h"

#include <string.h>

const struct word *word_at(const struct word_table *t, unsigned i)
{
    size_t at = (size_t)i - 1;
    for (size_t p = 0; i && p < WORD_PARTS_MAX && t->parts[p]; at -= t->parts[p++]->count)
        if (at < t->parts[p]->count)
            return (const void *)((const char *)t->parts[p]->rows + at * t->parts[p]->size);
    return NULL;
}

const char *word_name(const struct word_table *t, unsigned i)
{
    const struct word *w = word_at(t, i);
    return w ? w->name : NULL;
}

unsigned word_find(const struct word_table *t, const char *name, size_t len)
{
    const struct word *w;
    for (unsigned i = 1; (w = word_at(t, i)); i++)
        if (strlen(w->name) == len && memcmp(w->name, name, len) == 0)
            return i;
    return 0;
}

static bool take_number(const char *text, const struct word *w, uint32_t *out)
{
    uint64_t n = 0;
    size_t len = strlen(text);
    if (len == 0 || len > 10 || strspn(text, "0123456789") != len || (*text == '0' && len > 1))
        return false;
    for (; *text; text++)
        n = n * 10 + (uint64_t)(*text - '0');
    if (n < w->least || n > w->most)
        return false;
    *out = (uint32_t)n;
    return true;
}

bool word_parse(const struct word_table *t, const char *text, struct word_use *out)
{
    const char *sign = text ? strchr(text, t->sign) : NULL;
    *out = (struct word_use){0};
    /* a name may have the sign in it: "base-key:high-bit" */
    unsigned i = text ? word_find(t, text, strlen(text)) : 0;
    bool is_known = i && !word_at(t, i)->most;
    if (!i && sign) {
        i = word_find(t, text, (size_t)(sign - text));
        is_known = i && word_at(t, i)->most && take_number(sign + 1, word_at(t, i), &out->n);
    }
    out->what = is_known ? i : 0;
    return is_known;
}

bool word_is(const struct word_table *t, struct word_use use, const char *name)
{
    const struct word *w = word_at(t, use.what);
    return w && strcmp(w->name, name) == 0;
}

const char *const *word_names(const struct word_table *t, struct arena *arena, size_t *out_count)
{
    unsigned n = 0;
    while (t && word_at(t, n + 1))
        n++;
    const char **names = arena_array(arena, n + 1, sizeof(*names));
    for (unsigned i = 0; names && i < n; i++)
        names[i] = word_name(t, i + 1);
    *out_count = names ? n : 0;
    return names;
}

const char *word_by(const struct word_table *t, const struct word *w)
{
    return w->by ? w->by : t->by;
}
