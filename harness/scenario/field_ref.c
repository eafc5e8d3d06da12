/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/field_ref.h"

#include <string.h>

static struct field_ref of_cipher(const struct cipher_field *f)
{
    return (struct field_ref){
        .name = f->name, .explanation = f->explanation, .is_number = f->is_number, .cipher = *f};
}

static struct field_ref of_wire(const struct field *f)
{
    return (struct field_ref){
        .name = f->name, .explanation = f->explanation, .is_number = f->is_number, .wire = f};
}

/* The first table of the wire is Signal's; it is reached through the cipher that has it. */
static const struct field *wire_field_at(size_t i)
{
    size_t first = 0;
    while (field_at(first) && !object_is_of_client(field_at(first)->object))
        first++;
    return field_at(first + i);
}

bool field_ref_at(const struct cipher *cipher, size_t i, struct field_ref *out)
{
    struct cipher_field f;
    size_t n = 0;
    memset(out, 0, sizeof(*out));
    while (n < i && cipher->fields->at(n, &f))
        n++;
    if (cipher->fields->at(n, &f)) {
        *out = of_cipher(&f);
        return true;
    }
    const struct field *wire = wire_field_at(i - n);
    if (wire)
        *out = of_wire(wire);
    return wire != NULL;
}

bool field_ref_find(const struct cipher *cipher, const char *name, struct field_ref *out)
{
    struct cipher_field f;
    const struct field *wire = NULL;
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; name && cipher->fields->at(i, &f); i++)
        if (strcmp(f.name, name) == 0) {
            *out = of_cipher(&f);
            return true;
        }
    if (field_ref_is_of_client(name))
        wire = field_find(name);
    if (wire)
        *out = of_wire(wire);
    return wire != NULL;
}

const char *const *field_ref_names(const struct cipher *cipher, struct arena *arena,
                                   size_t *out_count)
{
    struct field_ref f;
    size_t n = 0;
    while (field_ref_at(cipher, n, &f))
        n++;
    const char **names = arena_array(arena, n + 1, sizeof(*names));
    for (size_t i = 0; names && field_ref_at(cipher, i, &f); i++)
        names[i] = f.name;
    *out_count = names ? n : 0;
    return names;
}

bool field_ref_is_of_client(const char *name)
{
    const struct field *f = field_find(name);
    return f && object_is_of_client(f->object);
}

size_t field_ref_planned_len(const struct cipher *cipher, const struct field_ref *f,
                             size_t plaintext_len)
{
    return f->wire ? field_planned_len(f->wire, plaintext_len)
                   : cipher->fields->planned_len(&f->cipher, plaintext_len);
}

size_t field_ref_least_len(const struct cipher *cipher, const struct field_ref *f,
                           size_t plaintext_len)
{
    return f->wire ? field_planned_len(f->wire, plaintext_len)
                   : cipher->fields->least_len(&f->cipher, plaintext_len);
}
