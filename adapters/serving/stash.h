/* SPDX-License-Identifier: 0BSD */
/*
 * stash.h - the state of a party as bytes and back: big-endian numbers, and texts after their
 * length.
 * Depends on: serve.
 *
 * A stash has a maximum. A write that does not fit, or for which there is no memory, breaks the
 * stash; the writer checks once at the end. A reader is broken by its first mistake, and then reads
 * only zeros and NULL.
 */
#ifndef SERVING_STASH_H
#define SERVING_STASH_H

#include "serve.h"

struct stash {
    uint8_t *data;
    size_t len, cap, max;
    bool is_broken;
};

void stash_init(struct stash *s, size_t max);
/* Wipes and frees; as after stash_init. */
void stash_fini(struct stash *s);
/* |len| bytes as they are. */
void stash_put_raw(struct stash *s, const void *data, size_t len);
void stash_put_number(struct stash *s, uint64_t value);
/* |len| as a number, then the bytes. */
void stash_put(struct stash *s, const void *data, size_t len);
void stash_put_text(struct stash *s, const char *text);
/* Move the bytes to *out (the caller frees); the stash is then empty. False when it is broken; then
 * *out is empty. */
bool stash_give(struct stash *s, struct served_bytes *out);

/* A view of what is still to be read; borrowed. */
struct stash_reader {
    const uint8_t *data;
    size_t len;
    bool is_broken;
};

struct stash_reader stash_read(const uint8_t *data, size_t len);
/* NULL when fewer than |len| are left. */
const uint8_t *stash_take_raw(struct stash_reader *r, size_t len);
uint64_t stash_take_number(struct stash_reader *r);
/* 0 when it is more than |max|, which is a mistake. */
uint64_t stash_take_up_to(struct stash_reader *r, uint64_t max);
/* A view; NULL and 0 when its length exceeds |max| or what is left. */
const uint8_t *stash_take(struct stash_reader *r, size_t max, size_t *out_len);
/* A text with its terminator, given to the caller; NULL also for bytes with a NUL among them. */
char *stash_take_text(struct stash_reader *r, size_t max);
/* Everything was read, and nothing was wrong. */
bool stash_is_read(const struct stash_reader *r);

#endif
