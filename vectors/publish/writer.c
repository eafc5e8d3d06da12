/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/writer.h"

#include "base/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED "assay published vectors, 1"
#define HEX_MAX ((size_t)1024 * 1024)

struct writer {
    const struct family *family;
    struct random random;
    json_t *groups;
    json_t *group; /* the last */
    json_int_t n_tests;
};

static const char *const result_names[] = {
    [RESULT_VALID] = "valid", [RESULT_INVALID] = "invalid", [RESULT_ACCEPTABLE] = "acceptable"};

void must_fail(const char *what)
{
    fprintf(stderr, "assay-vectors-publish: %s failed\n", what);
    exit(1);
}

struct random *writer_random(struct writer *w) { return &w->random; }

void writer_json(json_t *object, const char *name, json_t *value)
{
    must(json_object_set_new(object, name, value) == 0, name);
}

void writer_hex(json_t *object, const char *name, struct bytes value)
{
    struct buffer text;
    buffer_init(&text, 2 * HEX_MAX);
    must(hex_append(&text, value) == OK, "hexadecimal");
    writer_json(object, name, json_string(buffer_text(&text)));
    buffer_fini(&text);
}

void writer_number(json_t *object, const char *name, json_int_t value)
{
    writer_json(object, name, json_integer(value));
}

void writer_text(json_t *object, const char *name, const char *value)
{
    writer_json(object, name, json_string(value));
}

json_t *writer_group(struct writer *w, const char *type)
{
    w->group = json_pack("{s:s}", "type", type);
    must(json_array_append_new(w->groups, w->group) == 0, "a group");
    return w->group;
}

static bool is_known(const struct family *f, const char *flag)
{
    for (size_t i = 0; i < f->n_flags; i++) {
        if (strcmp(f->flags[i].name, flag) == 0)
            return true;
    }
    return false;
}

static json_t *flags_json(const struct family *f, const char *flags)
{
    json_t *all = json_array();
    for (const char *at = flags; *at;) {
        char name[64];
        size_t len = strcspn(at, ",");
        must(snprintf(name, sizeof(name), "%.*s", (int)len, at) == (int)len, flags);
        must(is_known(f, name), name);
        json_array_append_new(all, json_string(name));
        at += len + (at[len] == ',');
    }
    return all;
}

json_t *writer_test(struct writer *w, enum result result, const char *flags, const char *comment)
{
    json_t *test = json_pack("{s:I, s:s, s:o, s:s}", "tcId", ++w->n_tests, "comment", comment,
                             "flags", flags_json(w->family, flags), "result", result_names[result]);
    if (!json_object_get(w->group, "tests"))
        writer_json(w->group, "tests", json_array());
    must(json_array_append_new(json_object_get(w->group, "tests"), test) == 0, comment);
    return test;
}

static json_t *notes_json(const struct family *f)
{
    json_t *notes = json_object();
    for (size_t i = 0; i < f->n_flags; i++)
        writer_json(notes, f->flags[i].name,
                    json_pack("{s:s, s:s}", "bugType", f->flags[i].bug_type, "description",
                              f->flags[i].description));
    return notes;
}

static json_t *judges_json(const struct family *f)
{
    json_t *judges = json_array();
    for (size_t i = 0; i < f->n_judges; i++)
        json_array_append_new(judges,
                              json_pack("{s:s, s:s}", "implementation", f->judges[i].implementation,
                                        "how", f->judges[i].how));
    return judges;
}

void writer_file(const struct family *family, const char *dir)
{
    struct writer w = {.family = family, .groups = json_array()};
    char path[4096];
    must(random_init(&w.random, bytes_of_text(SEED), family->name) == OK, "randomness");
    family->write(&w);
    json_t *root = json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:s, s:o, s:o, s:o}", "algorithm", family->algorithm, "schema",
        "schema.json", "generatedBy", "assay-vectors-publish, seed \"" SEED "\"", "licence", "0BSD",
        "numberOfTests", w.n_tests, "header", family->header, "confirmedBy", judges_json(family),
        "notes", notes_json(family), "testGroups", w.groups);
    must(root != NULL, "a file");
    must(snprintf(path, sizeof(path), "%s/%s.json", dir, family->name) < (int)sizeof(path), dir);
    FILE *out = fopen(path, "w");
    must(out && json_dumpf(root, out, JSON_INDENT(1)) == 0 && fputc('\n', out) != EOF &&
             fclose(out) == 0,
         path);
    json_decref(root);
}
