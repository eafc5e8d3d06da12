/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/requirements_file.h"

#include "scenario/xml.h"

#include <string.h>

#define NAMESPACE "urn:assay:requirements:1"

/* Where |id| is in |c|->by_id, or would be. */
static size_t place_of(const struct catalogue *c, const char *id)
{
    size_t from = 0, to = c->n_requirements;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (strcmp(c->requirements[c->by_id[middle]].id, id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

const struct requirement *catalogue_requirement(const struct catalogue *c, const char *id)
{
    size_t place = id ? place_of(c, id) : c->n_requirements;
    const struct requirement *found =
        place < c->n_requirements ? &c->requirements[c->by_id[place]] : NULL;
    return found && strcmp(found->id, id) == 0 ? found : NULL;
}

static const struct source *source_named(const struct catalogue *c, const char *name)
{
    for (size_t i = 0; i < c->n_sources; i++)
        if (strcmp(c->sources[i].name, name) == 0)
            return &c->sources[i];
    return NULL;
}

/* Capital letters, "-", digits. */
static bool is_requirement_id(const char *id)
{
    size_t letters = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t digits = id[letters] == '-' ? strspn(id + letters + 1, "0123456789") : 0;
    return letters && digits && strlen(id) <= 16 && id[letters + 1 + digits] == '\0';
}

static const char *required(struct reading *r, const struct element *e, const char *name)
{
    const char *value = element_attribute(e, name);
    if (value && *value)
        return reading_text(r, value);
    reading_complain(r, e->line, "<%s>: attribute \"%s\" is missing", e->name, name);
    return NULL;
}

static const char *sentence(struct reading *r, const struct element *e, const char *name)
{
    const struct element *child = element_child(e, name);
    if (child && *child->text)
        return reading_sentence(r, child->text);
    reading_complain(r, e->line, "<requirement>: <%s> is missing", name);
    return NULL;
}

static bool take_texts(struct reading *r, const struct element *e, struct requirement *out)
{
    return (out->id = required(r, e, "id")) && (out->source = required(r, e, "source")) &&
           (out->section = required(r, e, "section")) &&
           (out->testable = required(r, e, "testable")) && (out->text = sentence(r, e, "text")) &&
           (out->impact = sentence(r, e, "impact"));
}

/* The source that |out| names, and the sentence of it that is quoted. */
static bool take_source(struct reading *r, const struct element *e, const struct catalogue *c,
                        struct requirement *out)
{
    const struct source *from = source_named(c, out->source);
    if (!from) {
        const char **names = arena_array(r->arena, c->n_sources + 1, sizeof(*names));
        for (size_t i = 0; names && i < c->n_sources; i++)
            names[i] = c->sources[i].name;
        return reading_complain_near(
            r, e->line, out->source, names, names ? c->n_sources : 0,
            "<requirement id=\"%.60s\">: source=\"%.60s\" is not in sources.xml", out->id,
            out->source);
    }
    out->kind = from->kind;
    out->url = from->url;
    out->quote = element_child(e, "quote") ? sentence(r, e, "quote") : NULL;
    return true;
}

static bool take_requirement(struct reading *r, const struct element *e,
                             const struct catalogue *so_far, struct requirement *out)
{
    const char *level = element_attribute(e, "level");
    const char *reason = element_attribute(e, "reason");
    if (!take_texts(r, e, out))
        return false;
    out->level = level ? level_from_name(level) : LEVEL_NONE;
    out->reason = reading_text(r, reason);
    out->after_refusal = reading_text(r, element_attribute(e, "after-refusal"));
    out->part_of = reading_text(r, element_attribute(e, "part-of"));
    out->refusal = reading_text(r, element_attribute(e, "refusal"));
    const char *problem = NULL;
    bool is_yes = strcmp(out->testable, "yes") == 0;
    if (!is_requirement_id(out->id))
        problem = "its id is expected to be capitals, \"-\" and digits";
    else if (catalogue_requirement(so_far, out->id))
        problem = "another requirement has this id";
    else if (out->level == LEVEL_NONE)
        problem = "level is expected to be must, should, hardening or measure";
    else if (!is_yes && strcmp(out->testable, "no") != 0 && strcmp(out->testable, "later") != 0)
        problem = "testable is expected to be yes, no or later";
    else if (!is_yes && (!reason || !*reason))
        problem = "a requirement that is not testable says why in reason=\"\"";
    if (problem)
        reading_complain(r, e->line, "<requirement id=\"%.60s\">: %s", out->id, problem);
    return !problem && take_source(r, e, so_far, out);
}

/* The requirement after the last of |out| is one of them now. */
static void add_taken(struct catalogue *out, size_t *by_id)
{
    size_t n = out->n_requirements, place = place_of(out, out->requirements[n].id);
    memmove(&by_id[place + 1], &by_id[place], (n - place) * sizeof(*by_id));
    by_id[place] = n;
    out->n_requirements++;
}

static enum status take_all(struct reading *r, const struct element *root, struct catalogue *out)
{
    size_t n = root->n_children, before = out->n_requirements, wrong = 0;
    if (n == 0 || n > REQUIREMENTS_MAX) {
        reading_complain(r, root->line, "1 to %u requirements are expected", REQUIREMENTS_MAX);
        return E_INPUT;
    }
    struct requirement *list = arena_array(r->arena, before + n, sizeof(*list));
    size_t *by_id = arena_array(r->arena, before + n, sizeof(*by_id));
    if (!list || !by_id)
        return E_NOMEM;
    if (before) {
        memcpy(list, out->requirements, before * sizeof(*list));
        memcpy(by_id, out->by_id, before * sizeof(*by_id));
    }
    out->requirements = list;
    out->by_id = by_id;
    for (size_t i = 0; i < n; i++) {
        if (take_requirement(r, &root->children[i], out, &list[out->n_requirements]))
            add_taken(out, by_id);
        else
            wrong++;
    }
    if (r->is_starved)
        return E_NOMEM;
    return wrong ? E_INPUT : OK;
}

static bool is_kind(const char *kind)
{
    return strcmp(kind, "specification") == 0 || strcmp(kind, "profile") == 0 ||
           strcmp(kind, "field") == 0;
}

static enum status take_sources(struct reading *r, const struct element *root,
                                struct catalogue *out)
{
    struct source *list = arena_array(r->arena, root->n_children + 1, sizeof(*list));
    size_t wrong = 0;
    if (!list)
        return E_NOMEM;
    out->sources = list;
    for (size_t i = 0; i < root->n_children; i++) {
        const struct element *e = &root->children[i];
        struct source *s = &list[out->n_sources];
        const char *problem = NULL;
        if (!(s->name = required(r, e, "name")) || !(s->kind = required(r, e, "class")) ||
            !(s->url = required(r, e, "url")))
            problem = "";
        else if (source_named(out, s->name))
            problem = "another source has this name";
        else if (!is_kind(s->kind))
            problem = "class is expected to be specification, profile or field";
        if (problem && *problem)
            reading_complain(r, e->line, "<source name=\"%.60s\">: %s", s->name, problem);
        wrong += problem != NULL;
        out->n_sources += problem == NULL;
    }
    if (r->is_starved)
        return E_NOMEM;
    return wrong ? E_INPUT : OK;
}

/* Read |r|->file, whose outermost element is |root|, with |take|. */
static enum status load(struct reading *r, const char *root, const char *schema_path,
                        enum status (*take)(struct reading *, const struct element *,
                                            struct catalogue *),
                        struct catalogue *out)
{
    struct xml_options options = {.path = r->file, .root = root, .ns = NAMESPACE};
    struct xml_document *d = NULL;
    struct xml_schema *schema = NULL;
    enum status st = xml_load(&options, &d, r->diags);
    if (!st)
        st = take(r, xml_root(d), out);
    if (!st)
        st = xml_schema_load(schema_path, &schema, r->diags);
    if (!st)
        st = xml_validate(d, schema, r->diags);
    xml_schema_free(schema);
    xml_free(d);
    return st;
}

enum status sources_file_load(struct reading *r, const char *schema_path, struct catalogue *out)
{
    return load(r, "sources", schema_path, take_sources, out);
}

enum status requirements_file_load(struct reading *r, const char *schema_path,
                                   struct catalogue *out)
{
    return load(r, "requirements", schema_path, take_all, out);
}
