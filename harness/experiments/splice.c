/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/splice.h"

#include "wire/pb.h"

#include <string.h>

#define RUN 32u

/* A part, from |at| up to |end|. */
struct span {
    size_t at, end;
};

/* The |at|th part of both messages; false past the last. */
static bool parts_of(struct bytes whole, struct bytes other, size_t at, struct span *mine,
                     struct span *theirs)
{
    struct pb_message a, b;
    bool is_protobuf =
        pb_parse(whole, &a) == OK && pb_parse(other, &b) == OK && a.count > 1 && a.count == b.count;
    if (is_protobuf) {
        if (at >= a.count)
            return false;
        *mine = (struct span){a.fields[at].at, a.fields[at].end};
        *theirs = (struct span){b.fields[at].at, b.fields[at].end};
        return true;
    }
    if ((at + 1) * RUN > whole.len || (at + 1) * RUN > other.len)
        return false;
    *mine = *theirs = (struct span){at * RUN, (at + 1) * RUN};
    return true;
}

bool splice_part(struct experiment *e, struct bytes whole, struct bytes other, size_t at,
                 struct bytes *out)
{
    struct span mine, theirs;
    *out = bytes_of(NULL, 0);
    if (e->is_void || at >= SPLICE_PARTS_MAX || !parts_of(whole, other, at, &mine, &theirs))
        return false;
    size_t len = theirs.end - theirs.at, rest = whole.len - mine.end;
    uint8_t *made = experiment_alloc(e, mine.at + len + rest + 1);
    if (!made)
        return false;
    memcpy(made, whole.data, mine.at);
    memcpy(made + mine.at, other.data + theirs.at, len);
    memcpy(made + mine.at + len, whole.data + mine.end, rest);
    *out = bytes_of(made, mine.at + len + rest);
    return true;
}

enum opened splice_reflect(struct experiment *e, struct experiment_party *reader,
                           const struct experiment_party *from, const struct message *own,
                           const struct message *genuine, struct bytes *out_body)
{
    static const size_t heads[] = {0, 32, 33};
    enum opened opened = OPENED_NOTHING;
    *out_body = own->body;
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        size_t n = heads[i];
        if (n > own->body.len || n > genuine->body.len || !own->body.len)
            break;
        uint8_t *made = experiment_writable(e, own->body);
        if (!made)
            return OPENED_NOTHING;
        memcpy(made, genuine->body.data, n);
        *out_body = bytes_of(made, own->body.len);
        opened = experiment_offer(e, reader, from, own, *out_body);
        if (opened_is_taken(opened))
            break;
    }
    return opened;
}
