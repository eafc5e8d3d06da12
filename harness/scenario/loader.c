/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/loader.h"

#include "cipher/cipher.h"
#include "scenario/reading.h"
#include "scenario/requirements_file.h"
#include "scenario/suite_reader.h"
#include "scenario/xml.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CATALOGUE_MAX (512u * 1024u * 1024u)
#define FILES_MAX 1000u

/* What one load has at hand. */
struct load {
    const struct loader_options *options;
    struct catalogue *catalogue;
    struct diags *diags;
    struct xml_schema *schema;
    struct suite **suites;
    size_t n_suites;
    bool is_wrong; /* some file was; the rest is still read, so that all complaints come at once */
};

static const char *join(struct arena *arena, const char *dir, const char *name)
{
    return arena_printf(arena, "%s/%s", dir, name);
}

/* ---- the files of a directory */

struct names {
    const char *items[FILES_MAX];
    size_t count;
};

static int by_name(const void *a, const void *b)
{
    const char *const *one = a, *const *other = b;
    return strcmp(*one, *other);
}

static bool is_xml_name(const char *name)
{
    size_t len = strlen(name);
    return name[0] != '.' && len > 4 && strcmp(name + len - 4, ".xml") == 0;
}

/* requirements.xml, requirements-wire.xml ... */
static bool is_requirements_name(const char *name)
{
    size_t len = strlen("requirements");
    return is_xml_name(name) && strncmp(name, "requirements", len) == 0 &&
           (name[len] == '.' || name[len] == '-');
}

#define SOURCES_NAME "sources.xml"

static bool is_suite_name(const char *name)
{
    return is_xml_name(name) && !is_requirements_name(name) && strcmp(name, SOURCES_NAME) != 0;
}

/* The files in |dir| that are |wanted|, in order of name. */
static enum status list_names(struct load *l, const char *dir, bool (*wanted)(const char *name),
                              struct names *out)
{
    struct arena *arena = &l->catalogue->arena;
    DIR *open = opendir(dir);
    out->count = 0;
    if (!open)
        return diags_add(l->diags, dir, 0, "cannot be opened: %s", strerror(errno));
    enum status st = OK;
    for (struct dirent *entry = readdir(open); entry && !st; entry = readdir(open)) {
        if (!wanted(entry->d_name))
            continue;
        if (out->count == FILES_MAX) {
            diags_add(l->diags, dir, 0, "holds more than %u files", FILES_MAX);
            st = E_INPUT;
        } else if (!(out->items[out->count++] = arena_text(arena, entry->d_name))) {
            st = E_NOMEM;
        }
    }
    closedir(open);
    if (!st)
        qsort(out->items, out->count, sizeof(out->items[0]), by_name);
    return st;
}

/* ---- suites */

const struct suite *suite_for(const struct suite *suite, const char *protocol)
{
    for (const struct suite *s = suite; s; s = s->also)
        if (strcmp(s->cipher->name, protocol) == 0)
            return s;
    return suite;
}

static const struct suite *find_suite(const struct load *l, const char *id)
{
    for (size_t i = 0; i < l->n_suites; i++)
        if (strcmp(l->suites[i]->id, id) == 0)
            return l->suites[i];
    return NULL;
}

static struct reading reading_of(const struct loader_options *options, struct catalogue *c,
                                 struct diags *diags, const char *path)
{
    return (struct reading){.file = path,
                            .vector_dir = options->vector_dir,
                            .catalogue = c,
                            .arena = &c->arena,
                            .diags = diags};
}

static enum status load_suite(struct load *l, const char *path)
{
    struct reading r = reading_of(l->options, l->catalogue, l->diags, path);
    struct suite *suite;
    if (l->options->is_first_cipher_enough)
        r.protocol = "";
    enum status st = suite_read(&r, XML_FILE_MAX, l->schema, &suite);
    if (st)
        return st;
    const struct suite *same = find_suite(l, suite->id);
    if (same)
        return diags_add(l->diags, path, 0, "<suite id=\"%s\">: %s has this id", suite->id,
                         same->file);
    if (l->n_suites == FILES_MAX)
        return E_LIMIT;
    l->suites[l->n_suites++] = suite;
    return OK;
}

/* |must_hold|: a folder without a suite is a mistake of whoever named it. */
static enum status load_directory(struct load *l, const char *dir, bool must_hold)
{
    struct names *names = calloc(1, sizeof(*names));
    enum status st = names ? list_names(l, dir, is_suite_name, names) : E_NOMEM;
    if (!st && must_hold && names->count == 0)
        st = diags_add(l->diags, dir, 0, "holds no suite: no file whose name ends in .xml");
    for (size_t i = 0; !st && i < names->count; i++) {
        const char *path = join(&l->catalogue->arena, dir, names->items[i]);
        st = path ? load_suite(l, path) : E_NOMEM;
        if (st == E_INPUT) {
            l->is_wrong = true;
            st = OK;
        }
    }
    free(names);
    return st;
}

static int by_suite_id(const void *a, const void *b)
{
    const struct suite *const *one = a, *const *other = b;
    return strcmp((*one)->id, (*other)->id);
}

/* ---- everything */

static enum status load_requirements_file(struct load *l, const char *schema, const char *name)
{
    struct catalogue *c = l->catalogue;
    const char *path = join(&c->arena, l->options->suite_dir, name);
    if (!path)
        return E_NOMEM;
    c->requirement_files[c->n_requirement_files++] = path;
    struct reading r = reading_of(l->options, c, l->diags, path);
    return strcmp(name, SOURCES_NAME) == 0 ? sources_file_load(&r, schema, c)
                                           : requirements_file_load(&r, schema, c);
}

/* Those of the shipped suites only: private suites test what somebody else asks. */
static enum status load_requirements(struct load *l)
{
    struct arena *arena = &l->catalogue->arena;
    const char *dir = l->options->suite_dir;
    const char *schema = join(arena, dir, "requirements.rng");
    struct names *names = malloc(sizeof(*names));
    enum status st = names && schema ? list_names(l, dir, is_requirements_name, names) : E_NOMEM;
    if (!st && names->count == 0) {
        diags_add(l->diags, dir, 0, "holds no requirements.xml");
        st = E_INPUT;
    }
    if (!st &&
        !(l->catalogue->requirement_files = arena_array(arena, names->count + 1, sizeof(char *))))
        st = E_NOMEM;
    if (!st)
        st = load_requirements_file(l, schema, SOURCES_NAME);
    for (size_t i = 0; !st && i < names->count; i++)
        st = load_requirements_file(l, schema, names->items[i]);
    free(names);
    return st;
}

static enum status load_schema(struct load *l)
{
    const char *path = join(&l->catalogue->arena, l->options->suite_dir, "suite.rng");
    return path ? xml_schema_load(path, &l->schema, l->diags) : E_NOMEM;
}

static enum status load_all(struct load *l)
{
    const struct loader_options *o = l->options;
    enum status st;
    l->suites = arena_array(&l->catalogue->arena, FILES_MAX, sizeof(*l->suites));
    if (!l->suites)
        return E_NOMEM;
    if ((st = load_requirements(l)) || (st = load_schema(l)) ||
        (st = load_directory(l, o->suite_dir, false)))
        return st;
    for (size_t i = 0; i < o->n_more_suite_dirs; i++)
        if ((st = load_directory(l, o->more_suite_dirs[i], true)))
            return st;
    qsort(l->suites, l->n_suites, sizeof(l->suites[0]), by_suite_id);
    l->catalogue->suites = l->suites;
    l->catalogue->n_suites = l->n_suites;
    return l->is_wrong ? E_INPUT : OK;
}

enum status catalogue_load(const struct loader_options *options, struct catalogue *out,
                           struct diags *diags)
{
    struct load load = {.options = options, .catalogue = out, .diags = diags};
    memset(out, 0, sizeof(*out));
    arena_init(&out->arena, CATALOGUE_MAX);
    enum status st = load_all(&load);
    xml_schema_free(load.schema);
    return st;
}

/* Does a text of words with a space between have |word|? */
static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; at && *at; at += strspn(at, " ")) {
        if (strcspn(at, " ") == len && strncmp(at, word, len) == 0)
            return true;
        at += strcspn(at, " ");
    }
    return false;
}

enum status catalogue_add_cipher(struct catalogue *c, const struct loader_options *options,
                                 const char *protocol, struct diags *diags)
{
    enum status st = OK;
    for (size_t i = 0; i < c->n_suites && !st; i++) {
        struct suite *suite = c->suites[i], *more = NULL;
        bool is_read = strcmp(suite_for(suite, protocol)->cipher->name, protocol) == 0;
        if (is_read || !has_word(suite->ciphers, protocol))
            continue;
        struct reading r = reading_of(options, c, diags, suite->file);
        r.protocol = protocol;
        if (!(st = suite_read(&r, XML_FILE_MAX, NULL, &more)) && more) {
            more->also = suite->also;
            suite->also = more;
        }
    }
    return st;
}

void catalogue_free(struct catalogue *c)
{
    if (!c)
        return;
    arena_fini(&c->arena);
    memset(c, 0, sizeof(*c));
}

enum status catalogue_load_file(struct catalogue *base, const struct loader_options *options,
                                const char *path, const struct suite **out, struct diags *diags)
{
    struct load load = {.options = options, .catalogue = base, .diags = diags};
    const char *kept = arena_text(&base->arena, path);
    struct suite *suite = NULL;
    *out = NULL;
    enum status st = kept ? load_schema(&load) : E_NOMEM;
    if (!st) {
        struct reading r = reading_of(options, base, diags, kept);
        st = suite_read(&r, SUITE_REPRO_FILE_MAX, load.schema, &suite);
        *out = suite;
    }
    xml_schema_free(load.schema);
    return st;
}
