/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define HEX_MAX ((size_t)1024 * 1024)

void unhex(const char *hex, struct buffer *out)
{
    assert_non_null(hex);
    assert_int_equal(hex_decode(hex, strlen(hex), out), OK);
}

struct bytes unhex_in(struct arena *arena, const char *hex)
{
    struct buffer decoded;
    buffer_init(&decoded, HEX_MAX);
    unhex(hex, &decoded);
    struct bytes copy = arena_copy(arena, buffer_bytes(&decoded));
    buffer_fini(&decoded);
    assert_non_null(copy.data);
    return copy;
}

void assert_hex(struct bytes got, const char *wanted)
{
    struct buffer text;
    buffer_init(&text, HEX_MAX);
    assert_int_equal(hex_append(&text, got), OK);
    assert_string_equal(buffer_text(&text), wanted);
    buffer_fini(&text);
}
