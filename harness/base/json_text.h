/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/json_text.h - a text as a JSON string (RFC 8259, section 7), for documents that are written
 * by hand.
 * Depends on: arena, buffer.
 */
#ifndef ASSAY_BASE_JSON_TEXT_H
#define ASSAY_BASE_JSON_TEXT_H

#include "base/arena.h"
#include "base/buffer.h"

/*
 * Append |text|, UTF-8, in its quotes: quote, backslash and control characters are escaped, every
 * other byte is written as it is.
 *
 * E_LIMIT, E_NOMEM   as buffer_append; the error sticks to |out|
 */
enum status json_text_append(struct buffer *out, const char *text);

/* The same in |arena|, for arena_printf; NULL when that is full. */
const char *json_text(struct arena *arena, const char *text);

#endif
