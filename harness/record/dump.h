/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record/dump.h - which field of a message each byte belongs to.
 * Depends on: base, wire/field (pure codecs).
 */
#ifndef ASSAY_RECORD_DUMP_H
#define ASSAY_RECORD_DUMP_H

#include "base/bytes.h"

#define DUMP_SPANS_MAX 64u

/* Some bytes in a row that are one field, or the tags and lengths between two. */
struct dump_span {
    const char *name; /* "signal.counter"; NULL between fields; static */
    size_t at;
    size_t len; /* at least 1 */
    bool is_number;
    uint32_t number; /* its value, when it is one */
};

/*
 * Split |in|, an object of |kind| ("message", "prekey", "sender-key", "distribution", "bundle"),
 * into spans in order that together cover it. Bytes of another kind, or that do not parse, are one
 * span without a name.
 *
 * Returns the number of spans; 0 only when |in| is empty.
 */
size_t dump_split(const char *kind, struct bytes in, struct dump_span out[DUMP_SPANS_MAX]);

#endif
