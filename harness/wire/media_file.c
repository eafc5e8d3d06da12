/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/media_file.h"

#include <stdlib.h>

#define PART (64u * 1024u)

struct reading {
    struct media_reader *reader;
    const struct media_file_watch *watch;
    struct buffer plain;
};

static enum status check_part(struct reading *r, struct bytes part)
{
    if (r->watch->blob)
        r->watch->blob(r->watch->context, part);
    return media_check(r->reader, part);
}

static enum status tell_plaintext(struct reading *r)
{
    enum status st = r->watch->plaintext(r->watch->context, buffer_bytes(&r->plain));
    buffer_clear(&r->plain);
    return st;
}

static enum status open_part(struct reading *r, struct bytes part)
{
    enum status st = media_open(r->reader, part, &r->plain);
    return st ? st : tell_plaintext(r);
}

static enum status each_part(FILE *file, struct reading *r,
                             enum status (*use)(struct reading *r, struct bytes part))
{
    uint8_t *part = malloc(PART);
    enum status st = part ? OK : E_NOMEM;
    size_t n;
    rewind(file);
    while (!st && (n = fread(part, 1, PART, file)) > 0)
        st = use(r, bytes_of(part, n));
    free(part);
    return st;
}

enum status media_file_read(FILE *file, struct media_reader *reader,
                            const struct media_file_watch *watch, enum media_fault *fault)
{
    struct reading r = {.reader = reader, .watch = watch};
    buffer_init(&r.plain, 2u * PART);
    enum status st = each_part(file, &r, check_part);
    if (!st)
        st = media_check_end(reader, fault);
    if (!st && *fault == MEDIA_GOOD) {
        st = each_part(file, &r, open_part);
        if (!st)
            st = media_open_end(reader, &r.plain, fault);
        if (!st)
            st = tell_plaintext(&r);
    }
    buffer_fini(&r.plain);
    return st;
}
