/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/vector_file.h"

#include <jansson.h>
#include <string.h>

#define NAME_MAX_LEN 48u

/* A name that can be part of a thing's. */
static bool is_name(const char *text)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    return text && *text && strlen(text) <= NAME_MAX_LEN && text[strspn(text, allowed)] == '\0';
}

static const char *text_member(const json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}

static const struct vector_message *find(const struct vector_file *v, const char *name)
{
    for (size_t i = 0; name && i < v->count; i++)
        if (strcmp(v->messages[i].name, name) == 0)
            return &v->messages[i];
    return NULL;
}

static enum status add(struct vector_file *v, const json_t *entry, const char *of,
                       size_t plaintext_len, struct arena *arena, const char **out_problem)
{
    const char *name = text_member(entry, "name");
    if (!is_name(name) || !text_member(entry, "kind") || !text_member(entry, "body"))
        *out_problem = "has a message without name, kind or body";
    else if (find(v, name))
        *out_problem = arena_printf(arena, "has two messages called \"%s\"", name);
    else if (v->count == VECTOR_MESSAGES_MAX)
        *out_problem = "has too many messages";
    if (*out_problem)
        return E_INPUT;
    struct vector_message *m = &v->messages[v->count++];
    m->name = arena_text(arena, name);
    m->of = of;
    m->plaintext_len = plaintext_len;
    return m->name ? OK : E_NOMEM;
}

static enum status take_messages(struct vector_file *v, const json_t *root, struct arena *arena,
                                 const char **out_problem)
{
    size_t i;
    json_t *entry;
    enum status st = OK;
    json_array_foreach(json_object_get(root, "messages"), i, entry)
    {
        const char *from = text_member(entry, "from");
        const char *plaintext = text_member(entry, "plaintext");
        size_t len = plaintext ? strlen(plaintext) / 2 : 0;
        if (!st && from && strcmp(from, "initiator") == 0)
            st = add(v, entry, NULL, len, arena, out_problem);
    }
    json_array_foreach(json_object_get(root, "bad"), i, entry)
    {
        const struct vector_message *good = find(v, text_member(entry, "of"));
        if (!st && !good) {
            *out_problem = "has a bad message that says not of which message of the initiator";
            st = E_INPUT;
        }
        if (!st)
            st = add(v, entry, good->name, good->plaintext_len, arena, out_problem);
    }
    if (!st && v->count == 0) {
        *out_problem = "has no message of the initiator";
        st = E_INPUT;
    }
    return st;
}

enum status vector_file_load(const char *dir, const char *name, struct arena *arena,
                             struct vector_file *out, const char **out_problem)
{
    json_error_t error;
    memset(out, 0, sizeof(*out));
    *out_problem = NULL;
    const char *path = arena_printf(arena, "%s/%s", dir, name);
    if (!path)
        return E_NOMEM;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        *out_problem = error.line > 0 ? arena_printf(arena, "line %d: %s", error.line, error.text)
                                      : arena_text(arena, "is not there, or cannot be read");
        return *out_problem ? E_INPUT : E_NOMEM;
    }
    enum status st = take_messages(out, root, arena, out_problem);
    json_decref(root);
    return st;
}
