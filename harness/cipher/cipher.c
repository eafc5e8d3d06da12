/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/cipher.h"

#include <string.h>

static const struct cipher_kind no_kind = {.name = "?"};

const struct cipher *cipher_default(void) { return ciphers[0]; }

const struct cipher *cipher_from_name(const char *name)
{
    for (size_t i = 0; name && ciphers[i]; i++)
        if (strcmp(ciphers[i]->name, name) == 0)
            return ciphers[i];
    return NULL;
}

const char *cipher_names(struct arena *arena)
{
    const char *names = "";
    for (size_t i = 0; names && ciphers[i]; i++)
        names = arena_printf(arena, "%s%s%s", names, i ? ", " : "", ciphers[i]->name);
    return names ? names : "";
}

const struct cipher_kind *cipher_kind(const struct cipher *c, uint32_t number)
{
    for (size_t i = 0; i < c->n_kinds; i++)
        if (c->kinds[i].number == number)
            return &c->kinds[i];
    return &no_kind;
}

const struct cipher_kind *cipher_kind_from_name(const struct cipher *c, const char *name)
{
    for (size_t i = 0; i < c->n_kinds; i++)
        if (name && strcmp(c->kinds[i].name, name) == 0)
            return &c->kinds[i];
    return &no_kind;
}

const struct cipher_kind *cipher_kind_of(const struct cipher *c, enum cipher_role role)
{
    for (size_t i = 0; i < c->n_kinds; i++)
        if (c->kinds[i].role == role)
            return &c->kinds[i];
    return &no_kind;
}
