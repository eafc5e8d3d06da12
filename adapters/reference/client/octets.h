/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/octets.h - bytes that grow, never beyond a maximum; text in base64.
 * Depends on: nothing.
 *
 * An append that does not fit, or for which there is no memory, breaks the octets: nothing is
 * appended then or later. The writer checks |is_broken| once at the end.
 */
#ifndef REFERENCE_CLIENT_OCTETS_H
#define REFERENCE_CLIENT_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct octets {
    uint8_t *data;
    size_t len, cap, max;
    bool is_broken;
};

void octets_init(struct octets *o, size_t max);
/* Wipes and frees; as after octets_init. */
void octets_fini(struct octets *o);
/* Append |len| bytes to be filled in; NULL when broken. */
uint8_t *octets_extend(struct octets *o, size_t len);
void octets_put(struct octets *o, const void *data, size_t len);
void octets_put_text(struct octets *o, const char *text);
/* Big-endian, |size| bytes of it. */
void octets_put_number(struct octets *o, uint64_t value, size_t size);
/* Remove the first |len| bytes. */
void octets_take(struct octets *o, size_t len);
/* Remove all, and no longer broken. */
void octets_clear(struct octets *o);

/* Standard alphabet with padding; URL alphabet without. */
void octets_put_base64(struct octets *o, const void *data, size_t len);
void octets_put_base64url(struct octets *o, const void *data, size_t len);
/* Strict: standard alphabet, padded, no white space, spare bits zero.
 * False for anything else. */
bool octets_from_base64(struct octets *o, const char *text, size_t len);

/* Well-formed UTF-8 (RFC 3629). */
bool is_utf8(const uint8_t *data, size_t len);

#endif
