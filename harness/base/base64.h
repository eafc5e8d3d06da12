/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/base64.h - bytes as base64 text and back (RFC 4648, sections 4 and 5), strictly.
 * Depends on: buffer.
 *
 * Each sequence of bytes has exactly one encoding: any other is refused, so that padding, spare
 * bits and white space carry no information.
 */
#ifndef ASSAY_BASE_BASE64_H
#define ASSAY_BASE_BASE64_H

#include "base/buffer.h"

enum base64_alphabet {
    BASE64_STANDARD = 1, /* + and /, padded with = to whole groups of four */
    BASE64_URL           /* - and _, never padded, as JOSE writes it */
};

/* Append the text of |in|. E_NOMEM / E_LIMIT from |out|, which then has nothing of it. */
MUST_USE enum status base64_encode(struct bytes in, enum base64_alphabet alphabet,
                                   struct buffer *out);

/*
 * Append the bytes |text| stands for; of an empty text, none.
 * E_PARSE: a character not of this alphabet (white space too), padding missing, misplaced or, with
 * BASE64_URL, present, a length no bytes have, or spare bits that are not zero; nothing is
 * appended. E_NOMEM / E_LIMIT from |out|, which then has nothing of it.
 */
MUST_USE enum status base64_decode(struct bytes text, enum base64_alphabet alphabet,
                                   struct buffer *out);

#endif
