/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a padded content and as a content; what decodes equals itself; and every bend of it
 * is written within bounds. */
#include "wire/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_profile p;
    struct bytes in = bytes_of(data, size), inner;
    struct content content;
    profile_defaults(&p);
    if (content_unpad(in, &p, &inner) == OK &&
        (inner.len >= in.len || in.len - inner.len > p.padding_max))
        __builtin_trap();
    if (content_decode(in, &content) == OK &&
        (content.kind == CONTENT_NONE || !content_equal(in, in) || content.text.len > size))
        __builtin_trap();
    for (unsigned what = 1; size && word_name(&content_words, what); what++) {
        struct word_use mutation = {what, data[0]};
        struct buffer out;
        buffer_init(&out, 65536);
        if (content_mutation_apply(&mutation, in, &p, &out) == OK && out.len > 65536)
            __builtin_trap();
        buffer_fini(&out);
    }
    return 0;
}
