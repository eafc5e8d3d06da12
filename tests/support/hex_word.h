/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * support/hex_word.h - bytes as words on the lines that programs and scripts of tests exchange:
 * hexadecimal, "-" for no bytes.
 * Depends on: base.
 */
#ifndef ASSAY_TESTS_SUPPORT_HEX_WORD_H
#define ASSAY_TESTS_SUPPORT_HEX_WORD_H

#include "base/buffer.h"

/* Initialise |out| with the maximum |max| and decode |word| into it. False: |word| is none. */
bool hex_word_read(const char *word, size_t max, struct buffer *out);

/* Print |in| on standard output. */
void hex_word_print(struct bytes in);

#endif
