/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_text.h"

#include <string.h>

/* One byte becomes six at most: \u001f. */
#define ESCAPED_MAX 6u

enum status json_text_append(struct buffer *out, const char *text)
{
    (void)buffer_append_byte(out, '"');
    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (c < 0x20)
            (void)buffer_printf(out, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            (void)buffer_printf(out, "\\%c", c);
        else
            (void)buffer_append_byte(out, c);
    }
    return buffer_append_byte(out, '"');
}

const char *json_text(struct arena *arena, const char *text)
{
    struct buffer quoted;
    buffer_init(&quoted, ESCAPED_MAX * strlen(text) + 3u);
    const char *out =
        json_text_append(&quoted, text) == OK ? arena_text(arena, buffer_text(&quoted)) : NULL;
    buffer_fini(&quoted);
    return out;
}
