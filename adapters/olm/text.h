/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.h - keys and messages as libolm and Matrix write them: base64 without padding.
 * Depends on: nothing.
 */
#ifndef ADAPTER_OLM_TEXT_H
#define ADAPTER_OLM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_KEY_LEN 43u              /* of 32 bytes */
#define TEXT_KEY_SIZE 44u             /* and the terminator */
#define TEXT_SIGNATURE_SIZE (86u + 1) /* of 64 bytes */

/* A device's long-term public keys; an empty text is no key. */
struct identity {
    char curve25519[TEXT_KEY_SIZE];
    char ed25519[TEXT_KEY_SIZE];
};

/* The text of |len| bytes with its terminator, malloced; NULL when memory is short. */
char *text_of(const uint8_t *data, size_t len, size_t *out_len);
/* The bytes of |text| (|len| characters) in |out|, which has room for len / 4 * 3 + 2. False for
 * another alphabet, padding, a length nothing has, or bits left over: every byte string has one
 * text. */
bool text_read(const char *text, size_t len, uint8_t *out, size_t *out_len);
/* Is this the text of 32 bytes? NULL is not. */
bool text_is_key(const char *text);

#endif
