/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/requirement_set.h"

#include "base/files.h"

#include <errno.h>
#include <string.h>

#define ROWS_MAX 65536u
#define ID_MAX 256u /* bytes */
#define FILE_MAX (8u * 1024u * 1024u)
#define ARENA_MAX (32u * 1024u * 1024u)
#define BLANKS " \t\r"

/* One line, in place. E_INPUT with a complaint, E_NOMEM. */
static enum status take_line(struct requirement_set *set, char *line, const char *path,
                             unsigned number, struct diags *diags)
{
    char *rest = NULL;
    const char *id = strtok_r(line, BLANKS, &rest);
    const char *word = id ? strtok_r(NULL, BLANKS, &rest) : NULL;
    enum level level = level_from_name(word);
    if (!id || id[0] == '#')
        return OK;
    if (level == LEVEL_NONE || level == LEVEL_ADDED || strtok_r(NULL, BLANKS, &rest))
        return diags_add(diags, path, number,
                         "\"%.100s\": an id and its level are expected: must, should, hardening or "
                         "measure",
                         id);
    if (strlen(id) >= ID_MAX)
        return diags_add(diags, path, number, "\"%.100s\": longer than any id", id);
    if (text_index_find(&set->index, id) != TEXT_INDEX_NONE)
        return diags_add(diags, path, number, "\"%.100s\": a line before has it, too", id);
    if (set->count == ROWS_MAX)
        return diags_add(diags, path, number, "more than %u ids", ROWS_MAX);
    const char *kept = arena_text(&set->arena, id);
    if (!kept)
        return E_NOMEM;
    set->rows[set->count] = (struct requirement_set_row){kept, level};
    return text_index_add(&set->index, &set->arena, kept, set->count++);
}

static enum status take_lines(struct requirement_set *set, char *text, const char *path,
                              struct diags *diags)
{
    enum status st = OK;
    unsigned number = 1;
    for (char *line = text; line && st != E_NOMEM; number++) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        enum status of_line = take_line(set, line, path, number, diags);
        st = of_line ? of_line : st;
        line = next;
    }
    return st;
}

enum status requirement_set_load(const char *path, struct requirement_set *out, struct diags *diags)
{
    struct buffer text;
    memset(out, 0, sizeof(*out));
    arena_init(&out->arena, ARENA_MAX);
    out->rows = arena_array(&out->arena, ROWS_MAX, sizeof(*out->rows));
    buffer_init(&text, FILE_MAX);
    enum status st = out->rows ? files_read(path, &text) : E_NOMEM;
    char *copy = st ? NULL : arena_text(&out->arena, buffer_text(&text));
    size_t len = text.len;
    buffer_fini(&text);
    if (st == E_IO)
        return diags_add(diags, path, 0, "cannot be read: %s", strerror(errno));
    if (st == E_LIMIT)
        return diags_add(diags, path, 0, "is longer than any set");
    if (!copy)
        return E_NOMEM;
    if (strlen(copy) != len)
        return diags_add(diags, path, 0, "has a NUL byte");
    return take_lines(out, copy, path, diags);
}

void requirement_set_free(struct requirement_set *set)
{
    text_index_fini(&set->index);
    arena_fini(&set->arena);
    memset(set, 0, sizeof(*set));
}

enum level requirement_set_level(const struct requirement_set *set, const char *id)
{
    char name[ID_MAX];
    size_t len = strcspn(id, "#");
    if (len >= sizeof(name))
        return LEVEL_ADDED;
    memcpy(name, id, len);
    name[len] = '\0';
    size_t at = text_index_find(&set->index, name);
    return at == TEXT_INDEX_NONE ? LEVEL_ADDED : set->rows[at].level;
}
