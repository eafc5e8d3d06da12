/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a stanza; and any bend on it, whose result is parsed too. What parses is written
 * anew and must parse again.
 */
#include "wire/stanza_mutation.h"

#define MUTATED_MAX ((size_t)1024 * 1024)
#define ARENA_MAX ((size_t)64 * 1024 * 1024)

static const struct stanza_limits limits = {
    .max_bytes = MUTATED_MAX, .max_depth = 32, .max_attributes = 64};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status parse(struct bytes in, struct arena *arena, const struct stanza **out)
{
    const char *problem = NULL;
    enum status st = stanza_parse(in, &limits, arena, out, &problem);
    if ((st == OK) != (*out != NULL) || !problem || (st == OK) != (*problem == '\0'))
        __builtin_trap();
    if (st == E_NOMEM)
        __builtin_trap();
    return st;
}

/* The root's attributes and text, through the writer: the values must come back. */
static void write_again(const struct stanza *s, struct arena *arena)
{
    struct buffer out;
    struct stanza_writer w;
    const struct stanza *again;
    buffer_init(&out, MUTATED_MAX * 8);
    stanza_begin(&w, &out);
    stanza_open(&w, "a");
    stanza_attribute(&w, "text", s->text);
    stanza_text(&w, s->text);
    if (stanza_end(&w))
        __builtin_trap();
    if (out.len <= limits.max_bytes) {
        if (parse(buffer_bytes(&out), arena, &again) ||
            !bytes_equal(bytes_of_text(again->text), bytes_of_text(s->text)) ||
            !bytes_equal(bytes_of_text(stanza_get(again, "text")), bytes_of_text(s->text)))
            __builtin_trap();
    }
    buffer_fini(&out);
}

static void mutation(struct bytes in, unsigned what, struct arena *arena)
{
    static const struct stanza_mutation_context context = {"o<:1@x", "file:///nonexistent"};
    struct word_use b = {what, 33};
    struct buffer out;
    const struct stanza *s;
    buffer_init(&out, MUTATED_MAX);
    if (!stanza_mutation_apply(&b, in, &context, &out))
        (void)!parse(buffer_bytes(&out), arena, &s);
    buffer_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    const struct stanza *s;
    struct bytes in = bytes_of(data, size);
    arena_init(&arena, ARENA_MAX);
    if (parse(in, &arena, &s) == OK) {
        struct bytes body;
        const char *name, *domain;
        uint32_t device;
        write_again(s, &arena);
        (void)!stanza_bytes(s, &arena, &body);
        if (stanza_get(s, "from"))
            stanza_address_parse(stanza_get(s, "from"), &arena, &name, &device, &domain);
    }
    if (size)
        mutation(in, data[size - 1] + (size > 1 ? data[size / 2] & 1u : 0u), &arena);
    for (unsigned what = 1; word_name(&stanza_words, what) && size < 512; what += 7)
        mutation(in, what, &arena);
    arena_fini(&arena);
    return 0;
}
