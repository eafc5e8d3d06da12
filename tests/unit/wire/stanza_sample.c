/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stanza_sample.h"
#include "support/rows.h"

#include <string.h>

const struct stanza_limits sample_limits = {
    .max_bytes = 4194304, .max_depth = 32, .max_attributes = 64};
const struct stanza_mutation_context sample_context = {.other_address = "mallory:7@user.example",
                                                       .canary = "file:///nonexistent/canary?a&b"};

enum status sample_message(struct buffer *out)
{
    static const uint8_t body[] = {0x33, 0x0a, 0x21, 0x05, 0xff, 0x00, 0x01, 0xfe, 0x80, 0x3e};
    struct stanza_writer w;
    stanza_begin(&w, out);
    stanza_open(&w, "message");
    stanza_attribute(&w, "id", "3EB0<&'\">");
    stanza_attribute(&w, "from",
                     "b\xc3\xb6"
                     "b:1@user.example");
    stanza_attribute(&w, "to", SAMPLE_TO);
    stanza_attribute_number(&w, "t", 1700000000);
    stanza_attribute(&w, "type", "text");
    stanza_open(&w, "enc");
    stanza_attribute(&w, "v", "2");
    stanza_attribute(&w, "type", "msg");
    stanza_base64(&w, bytes_of(body, sizeof(body)));
    return stanza_end(&w);
}

struct word_use sample_mutation(unsigned what)
{
    static const struct {
        const char *name;
        uint32_t n;
    } numbers[] = {
        {"attributes", 100000},     {"depth", 100000},         {"children", 100000},
        {"text", 10485760},         {"depth-allowed", 32},     {"attributes-allowed", 64},
        {"children-allowed", 4000}, {"text-allowed", 4000000},
    };
    struct word_use mutation = {what, 0};
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (word_name(&stanza_words, what) &&
            strcmp(numbers[i].name, word_name(&stanza_words, what)) == 0)
            mutation.n = numbers[i].n;
    return mutation;
}
