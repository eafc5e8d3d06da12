#include "reports/reader.h"

#include <string.h>

void reader_fail(struct reader *r, const char *where, const char *key, const char *what)
{
    if (r->st)
        return;
    r->st = E_PARSE;
    if (r->problem)
        buffer_printf(r->problem, "%s%s%s: %s", where, where[0] && key[0] ? "." : "", key, what);
}

const char *reader_place(struct reader *r, const char *where, const char *key, long index)
{
    const char *dot = where[0] ? "." : "";
    const char *place = index < 0 ? arena_printf(r->arena, "%s%s%s", where, dot, key)
                                  : arena_printf(r->arena, "%s%s%s[%ld]", where, dot, key, index);
    return place ? place : key;
}

/* The member, NULL when it is absent or null; complains when it is needed. */
static const json_t *member(struct reader *r, const json_t *object, const char *where,
                            const char *key, enum need need)
{
    const json_t *value = r->st ? NULL : json_object_get(object, key);

    if (value && !json_is_null(value))
        return value;
    if (need == NEED_REQUIRED)
        reader_fail(r, where, key, "missing");
    return NULL;
}

const char *reader_text(struct reader *r, const json_t *object, const char *where, const char *key,
                        enum need need)
{
    const json_t *value = member(r, object, where, key, need);

    if (value && !json_is_string(value))
        reader_fail(r, where, key, "not a text");
    return value && json_is_string(value) ? json_string_value(value) : "";
}

int reader_word(struct reader *r, const json_t *object, const char *where, const char *key,
                const char *const *words)
{
    const char *text = reader_text(r, object, where, key, NEED_REQUIRED);

    for (int i = 1; !r->st && words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    reader_fail(r, where, key, "not one of its words");
    return 0;
}

bool reader_number_or_null(struct reader *r, const json_t *object, const char *where,
                           const char *key, long most, long *out)
{
    const json_t *value = member(r, object, where, key, NEED_OPTIONAL);
    json_int_t n = json_integer_value(value);

    *out = 0;
    if (!value)
        return false;
    if (!json_is_integer(value))
        reader_fail(r, where, key, "not a whole number");
    else if (n < 0 || n > most)
        reader_fail(r, where, key, "a number out of range");
    if (r->st)
        return false;
    *out = (long)n;
    return true;
}

long reader_number(struct reader *r, const json_t *object, const char *where, const char *key,
                   long most)
{
    long n;

    if (!reader_number_or_null(r, object, where, key, most, &n))
        reader_fail(r, where, key, "missing");
    return n;
}

bool reader_flag(struct reader *r, const json_t *object, const char *where, const char *key)
{
    const json_t *value = member(r, object, where, key, NEED_REQUIRED);

    if (value && !json_is_boolean(value))
        reader_fail(r, where, key, "neither true nor false");
    return json_is_true(value);
}

const json_t *reader_object(struct reader *r, const json_t *object, const char *where,
                            const char *key, enum need need)
{
    const json_t *value = member(r, object, where, key, need);

    if (value && !json_is_object(value))
        reader_fail(r, where, key, "not an object");
    return r->st ? NULL : value;
}

const json_t *reader_array(struct reader *r, const json_t *object, const char *where,
                           const char *key, size_t most, enum need need)
{
    const json_t *value = member(r, object, where, key, need);

    if (value && !json_is_array(value))
        reader_fail(r, where, key, "not an array");
    else if (json_array_size(value) > most)
        reader_fail(r, where, key, "more of them than assay writes");
    return r->st ? NULL : value;
}

const char *const *reader_texts(struct reader *r, const json_t *object, const char *where,
                                const char *key, size_t most, size_t *out_n)
{
    const json_t *values = reader_array(r, object, where, key, most, NEED_OPTIONAL);
    const char **texts = reader_room(r, json_array_size(values), sizeof *texts);

    *out_n = 0;
    for (size_t i = 0; texts && i < json_array_size(values); i++) {
        const char *text = json_string_value(json_array_get(values, i));
        if (!text)
            reader_fail(r, where, key, "holds what is not a text");
        texts[i] = text ? text : "";
    }
    if (texts)
        *out_n = json_array_size(values);
    return texts;
}

void *reader_room(struct reader *r, size_t count, size_t size)
{
    void *room = count && !r->st ? arena_array(r->arena, count, size) : NULL;

    if (count && !room && !r->st)
        r->st = E_NOMEM;
    return room;
}
