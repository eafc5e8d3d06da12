/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/buffer.h - growable bytes with a mandatory ceiling.
 * Depends on: status, bytes.
 *
 * Invariants: len <= max, and len < cap <= max + 1 when cap is not 0 (room for a terminator); data
 * is NULL exactly when cap is 0. A buffer never grows past the maximum it was made with, whatever a
 * peer announces. An error sticks: after E_NOMEM or E_LIMIT every further append returns the same
 * error and changes nothing, so a writer may append many times and check once, with
 * buffer_status().
 */
#ifndef ASSAY_BASE_BUFFER_H
#define ASSAY_BASE_BUFFER_H

#include "base/bytes.h"
#include "base/status.h"

struct buffer {
    uint8_t *data;
    size_t len;
    size_t cap;
    size_t max; /* bytes */
    enum status st;
};

/* An empty buffer that may hold |max| bytes. Allocates nothing. |max| 0 makes a buffer that refuses
 * every byte. */
void buffer_init(struct buffer *b, size_t max);

/* Wipe and release. Accepts NULL and a buffer already released; the buffer may be used again with
 * the same maximum. */
void buffer_fini(struct buffer *b);

/* Forget the contents (wiped) and the sticking error; keep the memory. */
void buffer_clear(struct buffer *b);

/* Append. E_LIMIT past the maximum, E_NOMEM. On error nothing was appended. */
enum status buffer_append(struct buffer *b, struct bytes in);
enum status buffer_append_byte(struct buffer *b, uint8_t byte);
enum status buffer_append_text(struct buffer *b, const char *text);
/* printf into the buffer, without a terminator. */
enum status buffer_printf(struct buffer *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A number for people: "9,871". */
void buffer_append_number(struct buffer *b, unsigned long long n);

/* Append |len| bytes of zero and return them for writing; NULL on error.
 * Valid until the next append. */
uint8_t *buffer_extend(struct buffer *b, size_t len);

/* Remove the first |len| bytes (all, if fewer). */
void buffer_consume(struct buffer *b, size_t len);

/* The first error since init or clear, or OK. */
MUST_USE enum status buffer_status(const struct buffer *b);

/* A view of the contents, valid until the next change. */
struct bytes buffer_bytes(const struct buffer *b);

/* The contents as a C string (a terminator is kept beyond len); "" when empty or after an error. */
const char *buffer_text(struct buffer *b);

#endif
