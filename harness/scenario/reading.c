/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COMPLAINT_MAX 4000u /* a list of all words of a layer fits */
#define ID_MAX 96u
#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

bool reading_complain(struct reading *r, unsigned line, const char *format, ...)
{
    char text[COMPLAINT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    diags_add(r->diags, r->file, line, "%s", text);
    return false;
}

bool reading_complain_near(struct reading *r, unsigned line, const char *word,
                           const char *const *names, size_t n_names, const char *format, ...)
{
    char text[COMPLAINT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    const char *near = names ? diag_nearest(word, names, n_names) : NULL;
    return near ? reading_complain(r, line, "%s (did you mean \"%s\"?)", text, near)
                : reading_complain(r, line, "%s", text);
}

const char *reading_text(struct reading *r, const char *text)
{
    const char *copy = arena_text(r->arena, text);
    r->is_starved |= text && !copy;
    return copy;
}

const char *reading_sentence(struct reading *r, const char *text)
{
    char *copy = arena_text(r->arena, text + strspn(text, " \t\r\n"));
    size_t len = 0;
    r->is_starved |= !copy;
    for (const char *at = copy; at && *at; at++) {
        bool is_space = strchr(" \t\r\n", *at) != NULL;
        if (!is_space)
            copy[len++] = *at;
        else if (len && copy[len - 1] != ' ')
            copy[len++] = ' ';
    }
    if (copy)
        copy[len && copy[len - 1] == ' ' ? len - 1 : len] = '\0';
    return copy;
}

bool reading_is_name(const char *text)
{
    size_t len = strlen(text);
    return len >= 1 && len <= VERB_NAME_MAX && strspn(text, LETTERS CAPITALS) > 0 &&
           strspn(text, LETTERS CAPITALS DIGITS "-_") == len;
}

bool reading_is_id(const char *text)
{
    size_t len = strlen(text);
    if (len < 1 || len > ID_MAX || strspn(text, LETTERS) == 0)
        return false;
    if (strspn(text, LETTERS DIGITS "-") != len)
        return false;
    return text[len - 1] != '-' && !strstr(text, "--");
}

bool reading_is_combination(const char *text)
{
    char first[ID_MAX + 1];
    const char *at = strchr(text, '@');
    size_t len = at ? (size_t)(at - text) : 0;
    if (len < 1 || len > ID_MAX)
        return false;
    memcpy(first, text, len);
    first[len] = '\0';
    return reading_is_id(first) && reading_is_id(at + 1);
}
