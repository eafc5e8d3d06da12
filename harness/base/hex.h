/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/hex.h - bytes as lower-case hexadecimal text and back.
 * Depends on: buffer.
 */
#ifndef ASSAY_BASE_HEX_H
#define ASSAY_BASE_HEX_H

#include "base/arena.h"
#include "base/buffer.h"

/* Append two digits a byte. */
enum status hex_append(struct buffer *out, struct bytes in);

/* |in| as text in the arena, or NULL when it is full. */
char *hex_text(struct arena *a, struct bytes in);

/*
 * Decode |text| (|len| characters). White space is skipped, either case is taken.
 * E_PARSE: another character, or an odd number of digits. E_NOMEM / E_LIMIT from |out|.
 */
MUST_USE enum status hex_decode(const char *text, size_t len, struct buffer *out);

/* Decode into exactly |len| bytes at |out|; E_PARSE when |text| is anything else. */
MUST_USE enum status hex_decode_exact(const char *text, uint8_t *out, size_t len);

#endif
