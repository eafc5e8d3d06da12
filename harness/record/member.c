/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/member.h"

#include "base/hex.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REAL_DIGITS 10 /* on a page */
#define REAL_MAX 1e15
#define HEX_MAX 16384u /* digits of one byte string that are decoded */
#define SPELLED_MAX (256u * 1024u)
#define DIFFERENT_MAX 200 /* bytes shown of each of two values that differ */

static const struct member text_members[] = {{.kind = MEMBER_TEXT}};
const struct form form_text = {
    .members = text_members, .n_members = 1, .size = sizeof(char *), .shape = FORM_BARE};

/* Where in a document, from the inside out. */
struct place {
    const struct place *above;
    const char *key;
    long index; /* in an array, or -1 */
};

struct reader {
    struct arena *arena;
    struct buffer *problem; /* NULL: nobody asks */
    bool is_strict;
    enum status st; /* E_PARSE, E_NOMEM, or OK so far */
};

/* ---- fields of structs by their offset */

static void *pointer_at(const void *item, size_t at)
{
    void *pointer;
    memcpy(&pointer, (const char *)item + at, sizeof(pointer));
    return pointer;
}

static void put_pointer(void *item, size_t at, const void *pointer)
{
    memcpy((char *)item + at, &pointer, sizeof(pointer));
}

static size_t count_at(const void *item, const struct member *m)
{
    size_t n;
    memcpy(&n, (const char *)item + m->count_at, sizeof(n));
    return n;
}

static void put_count(void *item, const struct member *m, size_t n)
{
    memcpy((char *)item + m->count_at, &n, sizeof(n));
}

static int64_t number_at(const void *item, const struct member *m)
{
    const char *at = (const char *)item + m->at;
    int64_t wide = 0;
    uint32_t narrow = 0;
    if (m->size == sizeof(wide))
        memcpy(&wide, at, sizeof(wide));
    else
        memcpy(&narrow, at, sizeof(narrow));
    return m->size == sizeof(wide) ? wide : narrow;
}

static void put_number(void *item, const struct member *m, int64_t n)
{
    uint32_t narrow = (uint32_t)n;
    bool is_wide = m->size == sizeof(n);
    memcpy((char *)item + m->at, is_wide ? (void *)&n : &narrow, m->size);
}

/* ---- writing: NULL where memory is short, which jansson passes on */

static json_t *json_of(const struct form *form, const void *item);

/* What is no UTF-8, byte by byte. */
static json_t *spelled(const char *text)
{
    struct buffer out;
    buffer_init(&out, SPELLED_MAX);
    for (; *text; text++) {
        if ((unsigned char)*text < 0x80)
            buffer_append_byte(&out, (uint8_t)*text);
        else
            buffer_printf(&out, "\\x%02x", (unsigned char)*text);
    }
    json_t *value = json_string(buffer_text(&out));
    buffer_fini(&out);
    return value;
}

static json_t *text_json(const struct member *m, const char *text)
{
    if ((m->traits & MEMBER_NULLABLE) && (!text || !*text))
        return json_null();
    const char *written = text ? text : "";
    json_t *value = json_string(written);
    return value ? value : spelled(written);
}

static json_t *bytes_json(const void *at)
{
    struct bytes bytes;
    struct buffer hex;
    memcpy(&bytes, at, sizeof(bytes));
    buffer_init(&hex, 2 * bytes.len + 1);
    hex_append(&hex, bytes);
    json_t *value = json_string(buffer_text(&hex));
    buffer_fini(&hex);
    return value;
}

/* A list, or a map. */
static json_t *things_json(const struct member *m, const void *item)
{
    bool is_map = m->kind == MEMBER_MAP;
    const char *thing =
        m->kind == MEMBER_ROOM ? (const char *)item + m->at : pointer_at(item, m->at);
    json_t *all = is_map ? json_object() : json_array();
    int failed = !all;
    for (size_t i = 0; !failed && i < count_at(item, m); i++, thing += m->of->size)
        failed = is_map ? json_object_set_new(all, pointer_at(thing, 0), json_of(m->of, thing))
                        : json_array_append_new(all, json_of(m->of, thing));
    if (!failed)
        return all;
    json_decref(all);
    return NULL;
}

static json_t *value_json(const struct member *m, const void *item)
{
    const char *at = (const char *)item + m->at;
    int word;
    double real;
    switch (m->kind) {
    case MEMBER_TEXT:
        return text_json(m, pointer_at(item, m->at));
    case MEMBER_NUMBER:
        return (m->traits & MEMBER_NULLABLE) && number_at(item, m) < 0
                   ? json_null()
                   : json_integer(number_at(item, m));
    case MEMBER_REAL:
        memcpy(&real, at, sizeof(real));
        return json_real(real);
    case MEMBER_FLAG:
        return json_boolean(*at);
    case MEMBER_WORD:
        memcpy(&word, at, sizeof(word));
        return json_string(m->word(word));
    case MEMBER_BYTES:
        return bytes_json(at);
    case MEMBER_LIST:
    case MEMBER_ROOM:
    case MEMBER_MAP:
        return things_json(m, item);
    case MEMBER_STRUCT:
        return json_of(m->of, at);
    case MEMBER_POINTER:
        return pointer_at(item, m->at) ? json_of(m->of, pointer_at(item, m->at)) : json_null();
    case MEMBER_NONE:
        break;
    }
    return NULL;
}

static bool is_empty(const struct member *m, const void *item)
{
    const char *text = m->kind == MEMBER_TEXT ? pointer_at(item, m->at) : NULL;
    switch (m->kind) {
    case MEMBER_TEXT:
        return !text || !*text;
    case MEMBER_NUMBER:
        return number_at(item, m) == 0;
    case MEMBER_POINTER:
        return !pointer_at(item, m->at);
    case MEMBER_FLAG:
        return !*((const char *)item + m->at);
    default:
        return count_at(item, m) == 0;
    }
}

static json_t *json_of(const struct form *form, const void *item)
{
    if (form->shape == FORM_BARE)
        return value_json(form->members, item);
    json_t *all = form->shape == FORM_ARRAY ? json_array() : json_object();
    int failed = !all;
    for (size_t i = 0; !failed && i < form->n_members; i++) {
        const struct member *m = &form->members[i];
        if ((m->traits & MEMBER_LEFT_OUT) && is_empty(m, item))
            continue;
        failed = m->key ? json_object_set_new(all, m->key, value_json(m, item))
                        : json_array_append_new(all, value_json(m, item));
    }
    if (!failed)
        return all;
    json_decref(all);
    return NULL;
}

static int append_chunk(const char *text, size_t len, void *out)
{
    return buffer_append(out, bytes_of(text, len)) ? -1 : 0;
}

enum status form_write(const struct form *form, const void *item, enum form_layout layout,
                       struct buffer *out)
{
    static const size_t flags[] = {[FORM_LINE] = JSON_COMPACT,
                                   [FORM_PAGE] = JSON_INDENT(1) | JSON_ENSURE_ASCII |
                                                 JSON_REAL_PRECISION(REAL_DIGITS)};
    json_t *document = json_of(form, item);
    int failed = !document || json_dump_callback(document, append_chunk, out, flags[layout]);
    json_decref(document);
    if (layout == FORM_PAGE)
        buffer_append_text(out, "\n");
    if (buffer_status(out))
        return buffer_status(out);
    return failed ? E_NOMEM : OK;
}

enum status form_print(const struct form *form, const void *item, enum form_layout layout,
                       FILE *out)
{
    struct buffer text;
    if (!out)
        return OK;
    buffer_init(&text, RECORD_TEXT_MAX);
    enum status st = form_write(form, item, layout, &text);
    if (!st && (fprintf(out, "%s%s", buffer_text(&text), layout == FORM_LINE ? "\n" : "") < 0 ||
                fflush(out)))
        st = E_IO;
    buffer_fini(&text);
    return st;
}

/* ---- reading */

static void print_place(struct buffer *out, const struct place *where)
{
    if (!where)
        return;
    print_place(out, where->above);
    buffer_printf(out, "%s%s", where->above ? "." : "", where->key);
    if (where->index >= 0)
        buffer_printf(out, "[%ld]", where->index);
}

static void fail(struct reader *r, const struct place *where, const char *key, const char *what)
{
    if (r->st)
        return;
    r->st = E_PARSE;
    if (!r->problem)
        return;
    print_place(r->problem, where);
    buffer_printf(r->problem, "%s%s: %s", where && key ? "." : "", key ? key : "", what);
}

void form_fail(struct reader *r, const struct place *where, const char *key, const char *what)
{
    if (r->is_strict)
        fail(r, where, key, what);
}

static void *room(struct reader *r, size_t count, size_t size)
{
    void *all = count && !r->st ? arena_array(r->arena, count, size) : NULL;
    if (count && !all && !r->st)
        r->st = E_NOMEM;
    return all;
}

static const char *copy(struct reader *r, const char *text)
{
    const char *kept = text && *text && !r->st ? arena_text(r->arena, text) : "";
    if (!kept)
        r->st = E_NOMEM;
    return kept ? kept : "";
}

static void read_item(struct reader *r, const struct form *form, const json_t *value,
                      const struct place *where, void *item);
static void read_value(struct reader *r, const json_t *value, const struct place *where,
                       const struct member *m, void *item);

static void read_number(struct reader *r, const json_t *value, const struct place *where,
                        const struct member *m, void *item)
{
    json_int_t n = json_integer_value(value);
    uint64_t most = m->most ? m->most : m->size == sizeof(n) ? INT64_MAX : INT32_MAX;
    bool is_sound = json_is_integer(value) && n >= 0 && (uint64_t)n <= most;
    if (value && !is_sound)
        form_fail(r, where, m->key,
                  json_is_integer(value) ? "a number out of range" : "not a whole number");
    put_number(item, m, is_sound ? n : m->traits & MEMBER_NULLABLE ? -1 : 0);
}

static void read_real(struct reader *r, const json_t *value, const struct place *where,
                      const struct member *m, void *item)
{
    double real = json_number_value(value);
    if (!json_is_number(value) || !(fabs(real) <= REAL_MAX)) {
        form_fail(r, where, m->key, "not a number that can be drawn");
        real = 0;
    }
    memcpy((char *)item + m->at, &real, sizeof(real));
}

static void read_word(struct reader *r, const json_t *value, const struct place *where,
                      const struct member *m, void *item)
{
    const char *text = json_string_value(value);
    int found = 0;
    for (int i = 1; text && i < m->n_words && !found; i++)
        found = strcmp(m->word(i), text) == 0 ? i : 0;
    if (!found)
        form_fail(r, where, m->key, "not one of its words");
    memcpy((char *)item + m->at, &found, sizeof(found));
}

static void read_bytes(struct reader *r, const json_t *value, const struct member *m, void *item)
{
    const char *hex = json_string_value(value);
    struct buffer decoded;
    struct bytes bytes = {0};
    buffer_init(&decoded, HEX_MAX / 2);
    if (hex && hex_decode(hex, strlen(hex), &decoded) == OK && decoded.len) {
        bytes = arena_copy(r->arena, buffer_bytes(&decoded));
        if (!bytes.data)
            r->st = E_NOMEM;
    }
    buffer_fini(&decoded);
    memcpy((char *)item + m->at, &bytes, sizeof(bytes));
}

static void read_list(struct reader *r, const json_t *value, const struct place *where,
                      const struct member *m, void *item)
{
    size_t n = json_array_size(value); /* 0 of what is no array */
    if (value && !json_is_array(value))
        form_fail(r, where, m->key, "not an array");
    else if (m->most && n > m->most)
        form_fail(r, where, m->key, "more of them than assay writes");
    bool is_in_place = m->kind == MEMBER_ROOM;
    if (is_in_place && n > m->most)
        n = (size_t)m->most;
    char *all = is_in_place ? (char *)item + m->at : room(r, n, m->of->size);
    for (size_t i = 0; all && i < n; i++) {
        const struct place here = {where, m->key, (long)i};
        read_item(r, m->of, json_array_get(value, i), &here, all + i * m->of->size);
    }
    if (!is_in_place)
        put_pointer(item, m->at, all);
    put_count(item, m, all ? n : 0);
}

static void read_map(struct reader *r, const json_t *value, const struct place *where,
                     const struct member *m, void *item)
{
    json_t *map = (json_t *)(uintptr_t)value; /* jansson's iterators want it so */
    size_t n = json_object_size(map), i = 0;  /* 0 of what is no object */
    char *all = room(r, n, m->of->size);
    for (void *at = json_object_iter(map); all && at && i < n;
         at = json_object_iter_next(map, at), i++) {
        char *thing = all + i * m->of->size;
        const struct place here = {where, m->key, (long)i};
        put_pointer(thing, 0, copy(r, json_object_iter_key(at)));
        read_item(r, m->of, json_object_iter_value(at), &here, thing);
    }
    put_pointer(item, m->at, all);
    put_count(item, m, i);
}

static void read_struct(struct reader *r, const json_t *value, const struct place *where,
                        const struct member *m, void *item)
{
    const struct place here = {where, m->key, -1};
    void *at = (char *)item + m->at;
    if (value && !json_is_object(value) && m->of->shape == FORM_OBJECT) {
        form_fail(r, where, m->key, "not an object");
        value = NULL;
    }
    if (m->kind == MEMBER_POINTER) {
        at = room(r, value != NULL, m->of->size);
        put_pointer(item, m->at, at);
    }
    if (at && (value || !r->is_strict))
        read_item(r, m->of, value, &here, at);
}

/* Absence, null, and what even a form that is not strict insists on. */
static const json_t *present(struct reader *r, const json_t *value, const struct place *where,
                             const struct member *m)
{
    bool may_be_missing = m->traits & (MEMBER_NULLABLE | MEMBER_LEFT_OUT | MEMBER_OPTIONAL);
    bool is_there = m->kind == MEMBER_LIST ? json_is_array(value) : json_is_object(value);
    if (json_is_null(value))
        value = NULL;
    if ((m->traits & MEMBER_NEEDED) && !is_there)
        fail(r, where, m->key, "missing");
    if (!value && !may_be_missing)
        form_fail(r, where, m->key, "missing");
    return value;
}

static void read_value(struct reader *r, const json_t *value, const struct place *where,
                       const struct member *m, void *item)
{
    value = present(r, value, where, m);
    switch (m->kind) {
    case MEMBER_TEXT:
        if (value && !json_is_string(value))
            form_fail(r, where, m->key, "not a text");
        put_pointer(item, m->at, copy(r, json_string_value(value)));
        break;
    case MEMBER_NUMBER:
        read_number(r, value, where, m, item);
        break;
    case MEMBER_REAL:
        read_real(r, value, where, m, item);
        break;
    case MEMBER_FLAG:
        if (value && !json_is_boolean(value))
            form_fail(r, where, m->key, "neither true nor false");
        *((char *)item + m->at) = json_is_true(value);
        break;
    case MEMBER_WORD:
        read_word(r, value, where, m, item);
        break;
    case MEMBER_BYTES:
        read_bytes(r, value, m, item);
        break;
    case MEMBER_LIST:
    case MEMBER_ROOM:
        read_list(r, value, where, m, item);
        break;
    case MEMBER_MAP:
        read_map(r, value, where, m, item);
        break;
    case MEMBER_STRUCT:
    case MEMBER_POINTER:
        read_struct(r, value, where, m, item);
        break;
    case MEMBER_NONE:
        break;
    }
}

static void read_item(struct reader *r, const struct form *form, const json_t *value,
                      const struct place *where, void *item)
{
    bool is_array = form->shape == FORM_ARRAY;
    if (form->shape == FORM_OBJECT && !json_is_object(value))
        form_fail(r, where, NULL, "not an object");
    if (is_array && json_array_size(value) != form->n_members)
        form_fail(r, where, NULL, "not as many numbers as it takes");
    for (size_t i = 0; i < form->n_members && r->st != E_NOMEM; i++) {
        const struct member *m = &form->members[i];
        const json_t *one = m->key     ? json_object_get(value, m->key)
                            : is_array ? json_array_get(value, i)
                                       : value;
        read_value(r, one, where, m, item);
    }
    if (form->check && !r->st)
        form->check(r, where, item);
}

enum status form_read(const struct form *form, struct bytes json, struct arena *arena,
                      struct buffer *problem, void *item)
{
    struct reader r = {.arena = arena, .problem = problem, .is_strict = form->is_strict};
    json_error_t error;
    json_t *document =
        json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES, &error);
    memset(item, 0, form->size);
    if (document)
        read_item(&r, form, document, NULL, item);
    else if (problem)
        buffer_printf(problem, "line %d: %s", error.line, error.text);
    if (!document)
        r.st = E_PARSE;
    json_decref(document);
    return r.st;
}

/* ---- comparing */

static void print_value(struct buffer *out, const json_t *value)
{
    char *text =
        value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII) : NULL;
    buffer_printf(out, "%.*s", DIFFERENT_MAX, text ? text : "nothing");
    free(text);
}

static bool print_difference(struct buffer *out, json_t *one, json_t *other,
                             const struct place *where)
{
    const char *key;
    json_t *value;
    if (json_equal(one, other))
        return false;
    json_object_foreach(one, key, value)
    {
        const struct place here = {where, key, -1};
        if (json_is_object(other) &&
            print_difference(out, value, json_object_get(other, key), &here))
            return true;
    }
    json_object_foreach(other, key, value)
    {
        const struct place here = {where, key, -1};
        if (json_is_object(one) && !json_object_get(one, key) &&
            print_difference(out, NULL, value, &here))
            return true;
    }
    print_place(out, where);
    buffer_append_text(out, ": ");
    print_value(out, one);
    buffer_append_text(out, ", not ");
    print_value(out, other);
    return true;
}

enum status form_difference(const struct form *form, const void *one, const void *other,
                            struct buffer *out)
{
    json_t *first = json_of(form, one), *second = json_of(form, other);
    enum status st = first && second ? OK : E_NOMEM;
    if (!st)
        print_difference(out, first, second, NULL);
    json_decref(first);
    json_decref(second);
    return st ? st : buffer_status(out);
}
