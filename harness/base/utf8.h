/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/utf8.h - characters of UTF-8.
 * Depends on: bytes.
 */
#ifndef ASSAY_BASE_UTF8_H
#define ASSAY_BASE_UTF8_H

#include "base/bytes.h"

#include <stdbool.h>

/* The bytes of the character that |in| begins with, which becomes *out. 0: of none (RFC 3629: no
 * overlong form, no surrogate, nothing past U+10FFFF), or |in| is empty. */
size_t utf8_take(struct bytes in, uint32_t *out);

/* How many characters |text| has; a byte that begins none counts as one. */
size_t utf8_length(const char *text);

/* Is |c| a control character, or one that cannot be seen where it stands, or changes how what
 * stands around it is seen? */
bool utf8_is_unseen(uint32_t c);

#endif
