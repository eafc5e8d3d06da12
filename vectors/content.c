/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay-vectors-content OUTDIR - every bend of content and padding, of every kind it fits, as bytes
 * with a known answer: OUTDIR/content.json. What is written is described in README.md.
 */
#include "base/hex.h"
#include "wire/content.h"
#include "support/wire_names.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX ((size_t)1024 * 1024)
#define NUMBERS_MAX 16u
#define SALT "assay content vectors"

/* The numbers of a bend that has one, for a text; any other kind gets the last one alone. */
static const struct {
    const char *name;
    uint32_t numbers[NUMBERS_MAX];
    size_t count;
    bool is_large; /* for a text only */
} numbered[] = {
    {"padding", .numbers = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, .count = 16},
    {"unknown-varint", .numbers = {8, 14, 16, 2047, 2048, 536870911}, .count = 6},
    {"unknown-bytes", .numbers = {9, 16, 1000, 536870911}, .count = 4},
    {"long-length", .numbers = {2, 3, 4, 5}, .count = 4},
    {"long-tag", .numbers = {2, 3, 4, 5}, .count = 4},
    {"long-value", .numbers = {2, 3, 4, 5, 6, 7, 8, 9, 10}, .count = 9},
    {"long-number", .numbers = {10}, .count = 1},
    {"truncate", .numbers = {1, 2, 3, 10}, .count = 4},
    {"wire-type", .numbers = {6, 7}, .count = 2},
    {"length-beyond", .numbers = {6, 127, 128, 65536, 2147483647, 2147483648, 4294967295},
     .count = 7},
    {"nesting", .numbers = {1000, 101, 100, 1}, .count = 4},
    {"nesting-closed", .numbers = {10001}, .count = 1, .is_large = true},
    {"padding-over", .numbers = {17, 18, 32, 127, 128, 254, 255}, .count = 7},
    {"padding-inconsistent", .numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
     .count = 15},
    {"padding-only", .numbers = {1, 2, 15, 16, 17, 255}, .count = 6},
};

static void must(bool is_fine, const char *what)
{
    if (is_fine)
        return;
    fprintf(stderr, "assay-vectors-content: %s failed\n", what);
    exit(1);
}

static json_t *hex_json(struct bytes in)
{
    struct buffer text;
    buffer_init(&text, 2 * BYTES_MAX + 1);
    must(hex_append(&text, in) == OK, "hex");
    json_t *value = json_string(buffer_text(&text));
    buffer_fini(&text);
    return value;
}

static json_t *shown_json(struct bytes honest)
{
    struct content c;
    must(content_decode(honest, &c) == OK, "decoding an honest content");
    if (c.kind != CONTENT_TEXT)
        return json_pack("{s:s}", "kind", content_kind_name(c.kind));
    return json_pack("{s:s, s:s%}", "kind", content_kind_name(c.kind), "text",
                     (const char *)c.text.data, c.text.len);
}

/* One case, unless the mutation does not fit this kind. */
static void add(json_t *cases, const struct word_use *mutation, enum content_kind kind,
                struct bytes honest)
{
    struct wire_profile p;
    struct buffer mutated;
    char name[64];
    const struct word *w = word_at(&content_words, mutation->what);
    profile_defaults(&p);
    buffer_init(&mutated, BYTES_MAX);
    enum status st = content_mutation_apply(mutation, honest, &p, &mutated);
    must(st == OK || st == E_MISSING, w->name);
    snprintf(name, sizeof(name), w->most ? "%s=%u" : "%s", w->name, mutation->n);
    if (!st)
        json_array_append_new(cases,
                              json_pack("{s:s, s:s, s:s, s:o, s:s, s:o}", "name", name, "kind",
                                        content_kind_name(kind), "must",
                                        w->is_tolerated ? "be taken" : "be refused", "shown",
                                        w->is_tolerated ? shown_json(honest) : json_null(), "why",
                                        w->why, "bytes", hex_json(buffer_bytes(&mutated))));
    buffer_fini(&mutated);
}

static void add_numbers(json_t *cases, unsigned what, enum content_kind kind, struct bytes honest)
{
    size_t i = 0, n_rows = sizeof(numbered) / sizeof(numbered[0]);
    while (i < n_rows && strcmp(numbered[i].name, word_name(&content_words, what)) != 0)
        i++;
    must(i < n_rows, "finding the numbers of a mutation");
    if (numbered[i].is_large && kind != CONTENT_TEXT)
        return;
    size_t k = kind == CONTENT_TEXT ? 0 : numbered[i].count - 1;
    for (; k < numbered[i].count; k++)
        add(cases, &(struct word_use){what, numbered[i].numbers[k]}, kind, honest);
}

static void add_kind(json_t *honests, json_t *cases, enum content_kind kind)
{
    struct buffer honest;
    buffer_init(&honest, BYTES_MAX);
    must(content_encode_example(kind, bytes_of_text(SALT), &honest) == OK, "an example");
    json_object_set_new(honests, content_kind_name(kind), hex_json(buffer_bytes(&honest)));
    for (unsigned what = 1; word_name(&content_words, what); what++) {
        if (word_at(&content_words, what)->most)
            add_numbers(cases, what, kind, buffer_bytes(&honest));
        else
            add(cases, &(struct word_use){what, 0}, kind, buffer_bytes(&honest));
    }
    buffer_fini(&honest);
}

int main(int argc, char **argv)
{
    char path[4096];
    json_t *honests = json_object(), *cases = json_array();
    if (argc != 2) {
        fputs("usage: assay-vectors-content OUTDIR\n", stderr);
        return 64;
    }
    for (unsigned kind = CONTENT_TEXT; kind < N_CONTENT_KIND; kind++)
        add_kind(honests, cases, (enum content_kind)kind);
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:o, s:o}", "format", "assay-content-1", "title",
                  "Contents with their padding, profile public", "origin",
                  "assay, vectors/content.c; judged by protoc", "honest", honests, "cases", cases);
    must(snprintf(path, sizeof(path), "%s/content.json", argv[1]) < (int)sizeof(path), "the path");
    FILE *out = fopen(path, "w");
    must(out && json_dumpf(root, out, JSON_INDENT(1)) == 0 && fputc('\n', out) != EOF &&
             fclose(out) == 0,
         path);
    json_decref(root);
    return 0;
}
