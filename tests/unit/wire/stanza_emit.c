/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes the honest message and every bent one into a folder, with a manifest of lines
 * "FILE NAME taken|refused": what our parser said. stanza_judges.py has others look at them.
 */
#include "stanza_sample.h"

#include <stdio.h>

#define NO_LIMITS                                                                                  \
    {                                                                                              \
        .max_bytes = SIZE_MAX, .max_depth = UINT32_MAX, .max_attributes = UINT32_MAX               \
    }

static bool write_file(const char *folder, unsigned what, struct bytes document)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%u.xml", folder, what);
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool is_whole = fwrite(document.data, 1, document.len, file) == document.len;
    return fclose(file) == 0 && is_whole;
}

static bool emit(const char *folder, unsigned what, FILE *manifest)
{
    static const struct stanza_limits limits = NO_LIMITS;
    struct word_use mutation = sample_mutation(what);
    struct buffer honest, mutated;
    struct arena arena;
    const struct stanza *s;
    buffer_init(&honest, 4096);
    buffer_init(&mutated, SAMPLE_MAX);
    arena_init(&arena, (size_t)128 * 1024 * 1024);
    bool is_done =
        !sample_message(&honest) &&
        !stanza_mutation_apply(&mutation, buffer_bytes(&honest), &sample_context, &mutated) &&
        write_file(folder, what, buffer_bytes(&mutated));
    enum status st = stanza_parse(buffer_bytes(&mutated), &limits, &arena, &s, NULL);
    fprintf(manifest, "%u.xml %s %s\n", what, what ? word_name(&stanza_words, what) : "honest",
            st == OK ? "taken" : "refused");
    arena_fini(&arena);
    buffer_fini(&mutated);
    buffer_fini(&honest);
    return is_done;
}

int main(int argc, char **argv)
{
    char path[4096];
    if (argc != 2)
        return 2;
    snprintf(path, sizeof(path), "%s/manifest", argv[1]);
    FILE *manifest = fopen(path, "w");
    if (!manifest)
        return 2;
    bool is_done = emit(argv[1], 0, manifest);
    for (unsigned what = 1; word_name(&stanza_words, what) && is_done; what++)
        is_done = emit(argv[1], what, manifest);
    return fclose(manifest) == 0 && is_done ? 0 : 1;
}
