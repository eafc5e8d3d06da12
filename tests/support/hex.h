/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * support/hex.h - hexadecimal text in tests. What is not hexadecimal fails the test.
 * Depends on: base, cmocka.
 */
#ifndef ASSAY_TESTS_SUPPORT_HEX_H
#define ASSAY_TESTS_SUPPORT_HEX_H

#include "base/hex.h"

/* Decode |hex| to the end of |out|, whose maximum it may not pass. */
void unhex(const char *hex, struct buffer *out);

/* The bytes of |hex|, in |arena|. */
struct bytes unhex_in(struct arena *arena, const char *hex);

/* Assert that |got| is |wanted|, lower-case digits without white space. */
void assert_hex(struct bytes got, const char *wanted);

#endif
