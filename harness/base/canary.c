/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/canary.h"

#include <string.h>

#define FORM_MAX (2u * CANARY_BYTES)

struct canary_form {
    const struct canary_form *next;
    const char *what, *encoding;
    uint8_t bytes[FORM_MAX];
    size_t len;
};

void canaries_init(struct canaries *c, struct arena *arena)
{
    memset(c, 0, sizeof(*c));
    c->arena = arena;
}

/* ---- encodings */

struct planting {
    struct canaries *c;
    const char *what;
    const uint8_t *secret; /* CANARY_BYTES */
    enum status st;
};

static void add(struct planting *p, const char *encoding, const uint8_t *bytes, size_t len)
{
    struct canary_form *form = arena_alloc(p->c->arena, sizeof(*form));
    if (!form) {
        p->st = E_NOMEM;
        return;
    }
    form->what = p->what;
    form->encoding = encoding;
    memcpy(form->bytes, bytes, len);
    form->len = len;
    form->next = p->c->forms;
    p->c->forms = form;
}

static void add_hex(struct planting *p, const char *encoding, const char *digits)
{
    uint8_t text[2 * CANARY_BYTES];
    for (size_t i = 0; i < CANARY_BYTES; i++) {
        text[2 * i] = (uint8_t)digits[p->secret[i] >> 4];
        text[2 * i + 1] = (uint8_t)digits[p->secret[i] & 15];
    }
    add(p, encoding, text, sizeof(text));
}

/*
 * The characters of base64 that depend on nothing but the secret when |skipped| bytes of it (0 to
 * 2) stand before the first whole group of three.
 */
static void add_base64(struct planting *p, const char *encoding, const char *alphabet,
                       size_t skipped)
{
    uint8_t text[4 * (CANARY_BYTES / 3)];
    size_t len = 0;
    for (size_t i = skipped; i + 3 <= CANARY_BYTES; i += 3) {
        uint32_t group =
            (uint32_t)p->secret[i] << 16 | (uint32_t)p->secret[i + 1] << 8 | p->secret[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6)
            text[len++] = (uint8_t)alphabet[group >> shift & 63];
    }
    add(p, encoding, text, len);
}

static void add_utf16(struct planting *p, const char *encoding, size_t low)
{
    uint8_t text[2 * CANARY_BYTES] = {0};
    for (size_t i = 0; i < CANARY_BYTES; i++)
        text[2 * i + low] = p->secret[i];
    add(p, encoding, text, sizeof(text));
}

/* In reverse byte order. */
static void add_backwards(struct planting *p, const char *encoding)
{
    uint8_t bytes[CANARY_BYTES];
    for (size_t i = 0; i < CANARY_BYTES; i++)
        bytes[i] = p->secret[CANARY_BYTES - 1 - i];
    add(p, encoding, bytes, sizeof(bytes));
}

enum status canaries_plant(struct canaries *c, const char *what, struct bytes secret)
{
    static const char standard[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char for_urls[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    struct planting p = {.c = c, .what = what, .secret = secret.data, .st = OK};
    if (secret.len < CANARY_BYTES || c->n_planted == CANARIES_MAX)
        return OK;
    c->n_planted++;
    add(&p, "as it is", secret.data, CANARY_BYTES);
    add_hex(&p, "in hex", "0123456789abcdef");
    add_hex(&p, "in hex", "0123456789ABCDEF");
    for (size_t skipped = 0; skipped < 3; skipped++) {
        add_base64(&p, "in base64", standard, skipped);
        add_base64(&p, "in base64url", for_urls, skipped);
    }
    add_utf16(&p, "in UTF-16", 0);
    add_utf16(&p, "in UTF-16", 1);
    add_backwards(&p, "backwards");
    return p.st;
}

void canaries_look(struct canaries *c, const char *where, struct bytes sent)
{
    for (const struct canary_form *f = c->forms; f && !c->found; f = f->next) {
        if (!bytes_contains(sent, bytes_of(f->bytes, f->len)))
            continue;
        const char *text =
            arena_printf(c->arena, "%s stands %s in %s", f->what, f->encoding, where);
        c->found = text ? text : "a secret stands in what the target sent";
        c->found_what = f->what;
        c->found_where = where;
    }
}
