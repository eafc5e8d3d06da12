/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/dump.h"

#include "wire/field.h"

#include <stdlib.h>
#include <string.h>

static enum object object_of(const char *kind)
{
    if (strcmp(kind, "bundle") == 0)
        return OBJECT_BUNDLE;
    return object_of_kind(signal_kind_from_name(kind));
}

static int compare_spans(const void *left, const void *right)
{
    const struct dump_span *a = left, *b = right;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* The fields that can be found, in order of their place. */
static size_t find_fields(enum object object, struct bytes in, struct dump_span *out)
{
    const struct field *f;
    size_t n = 0;

    for (size_t i = 0; n < DUMP_SPANS_MAX && (f = field_at(i)); i++) {
        struct dump_span *span = &out[n];

        if (!field_is_leaf(f) || field_locate(f, object, in, &span->at, &span->len) ||
            span->len == 0 || span->at > in.len || span->len > in.len - span->at)
            continue;
        span->name = f->name;
        span->is_number = f->is_number && field_number(f, object, in, &span->number) == OK;
        n++;
    }
    qsort(out, n, sizeof *out, compare_spans);
    return n;
}

static size_t add(struct dump_span *out, size_t n, const struct dump_span *span)
{
    if (span->len == 0 || n >= DUMP_SPANS_MAX)
        return n;
    out[n] = *span;
    return n + 1;
}

size_t dump_split(const char *kind, struct bytes in, struct dump_span out[DUMP_SPANS_MAX])
{
    enum object object = object_of(kind);
    struct dump_span fields[DUMP_SPANS_MAX] = {{0}};
    size_t n_fields = object == OBJECT_NONE ? 0 : find_fields(object, in, fields);
    size_t n = 0, at = 0;

    for (size_t i = 0; i < n_fields; i++) {
        struct dump_span gap = {.at = at, .len = fields[i].at - at};
        /* Two fields in the same bytes cannot both be shown; the first one is. */
        if (fields[i].at < at)
            continue;
        n = add(out, n, &gap);
        n = add(out, n, &fields[i]);
        at = fields[i].at + fields[i].len;
    }
    struct dump_span rest = {.at = at, .len = in.len - at};
    return add(out, n, &rest);
}
