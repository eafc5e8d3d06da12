/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/codec.h - writing and reading what a party keeps, by one walk.
 * Depends on: base.
 *
 * One walk over a party writes it or reads it, so that the two cannot differ. Numbers are 32 bits,
 * little-endian; lists are their count and their items. Writing walks a shallow copy and changes
 * nothing behind it.
 */
#ifndef ASSAY_CIPHER_SIGNAL_CODEC_H
#define ASSAY_CIPHER_SIGNAL_CODEC_H

#include "base/buffer.h"

struct codec {
    struct buffer *out;    /* writing, when not NULL */
    struct bytes in;       /* reading: what is left */
    enum status st;        /* the first error; after it nothing is read or written */
    uint32_t lost;         /* enum rules_lost bits left out of what is written */
    uint32_t lost_in;      /* rules.spqr.lost_in */
    bool has_post_quantum; /* the parts that only v4 has */
    bool carries;          /* reading what a party of v3 kept for one of v4 */
};

bool codec_is_writing(const struct codec *c);

/* Write |data|, or read into it. */
void codec_raw(struct codec *c, uint8_t *data, size_t len);
void codec_number(struct codec *c, uint32_t *value);
void codec_flag(struct codec *c, bool *flag);
/* A count of items that take at least |item_len| bytes each, so that it cannot announce more than
 * there is. */
void codec_count(struct codec *c, size_t *count, size_t item_len);

#endif
