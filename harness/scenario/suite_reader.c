/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/suite_reader.h"

#include "cipher/cipher.h"
#include "scenario/case_reader.h"
#include "scenario/probes_reader.h"

#include <stdlib.h>
#include <string.h>

/* ---- the suite's own attributes */

/* How many ciphers the suite names; 0 for none. */
static size_t n_ciphers(const struct element *root)
{
    const char *names = element_attribute(root, "cipher");
    size_t n = names ? 1 : 0;
    for (; names && *names; names++)
        n += *names == ' ';
    return n;
}

/* The |i|-th of |names|, and what follows it. */
static const char *cipher_named(const char *names, size_t i)
{
    while (i-- > 0)
        names = strchr(names, ' ') + 1;
    return names;
}

/* Is it wanted for the |i|-th of the ciphers it names? */
static bool is_wanted(const struct reading *r, const struct element *root, size_t i)
{
    const char *names = element_attribute(root, "cipher");
    if (!r->protocol || !*r->protocol)
        return !r->protocol || i == 0;
    const char *name = names ? cipher_named(names, i) : cipher_default()->name;
    size_t len = strcspn(name, " ");
    return strlen(r->protocol) == len && strncmp(name, r->protocol, len) == 0;
}

/* The cipher that the reading is for among those named by the suite, or the default one. False
 * after a complaint. */
static bool take_cipher(struct reading *r, const struct element *e, struct suite *out)
{
    const char *name = element_attribute(e, "cipher");
    out->cipher = r->cipher = cipher_default();
    if (!name)
        return true;
    out->ciphers = reading_text(r, name);
    name = cipher_named(name, r->cipher_at);
    name = arena_printf(r->arena, "%.*s", (int)strcspn(name, " "), name);
    r->is_starved |= !name;
    out->cipher = r->cipher = name ? cipher_from_name(name) : NULL;
    if (!r->cipher && name)
        reading_complain(r, e->line, "<suite cipher=\"%.60s\">: one of these is expected: %s", name,
                         cipher_names(r->arena));
    return r->cipher != NULL;
}

/* Does the case hold for the cipher that is being read? It does for all of the suite's, unless it
 * names some. */
static bool holds(const struct reading *r, const struct element *e)
{
    const char *names = element_attribute(e, "cipher");
    size_t len = strlen(r->cipher->name);
    for (const char *at = names; at && (at = strstr(at, r->cipher->name)); at += len)
        if ((at == names || at[-1] == ' ') && (!at[len] || at[len] == ' '))
            return true;
    return !names;
}

static bool take_attributes(struct reading *r, const struct element *e, struct suite *out)
{
    static const char *const names[] = {"id", "title", "layer", "cipher"};
    const size_t n_names = COUNT_OF(names);
    for (size_t i = 0; i < e->n_attributes; i++) {
        const char *name = e->attributes[i].name;
        size_t known = 0;
        while (known < n_names && strcmp(names[known], name) != 0)
            known++;
        if (known < n_names)
            continue;
        return reading_complain_near(r, e->line, name, names, n_names,
                                     "<suite %.60s=\"%.60s\">: there is no such attribute", name,
                                     e->attributes[i].value);
    }
    const char *id = element_attribute(e, "id");
    const char *title = element_attribute(e, "title");
    const char *layer = element_attribute(e, "layer");
    if (!id || !reading_is_id(id))
        return reading_complain(
            r, e->line,
            "<suite id=\"%.100s\">: an id is expected: lower-case words with \"-\" "
            "between, which never change",
            id ? id : "");
    if (!title || !*title || !layer || !reading_is_id(layer))
        return reading_complain(r, e->line,
                                "<suite id=\"%s\">: a title and a layer such as \"cipher\" are "
                                "expected",
                                id);
    out->id = reading_text(r, id);
    out->title = reading_text(r, title);
    out->layer = reading_text(r, layer);
    return take_cipher(r, e, out) && !r->is_starved;
}

/* ---- its cases */

static int by_id(const void *a, const void *b)
{
    const struct case_spec *const *one = a, *const *other = b;
    return strcmp((*one)->id, (*other)->id);
}

static bool check_unique(struct reading *r, const struct case_spec *cases, size_t n)
{
    const struct case_spec **sorted = arena_array(r->arena, n + 1, sizeof(*sorted));
    bool is_unique = true;
    r->is_starved |= !sorted;
    for (size_t i = 0; sorted && i < n; i++)
        sorted[i] = &cases[i];
    if (sorted)
        qsort(sorted, n, sizeof(*sorted), by_id);
    for (size_t i = 1; sorted && i < n; i++) {
        const struct case_spec *a = sorted[i - 1], *b = sorted[i];
        if (strcmp(a->id, b->id) != 0)
            continue;
        reading_complain(r, a->line > b->line ? a->line : b->line,
                         "<case id=\"%s\">: the case in line %u has this id", a->id,
                         a->line > b->line ? b->line : a->line);
        is_unique = false;
    }
    return sorted && is_unique;
}

static bool check_children(struct reading *r, const struct element *root, size_t *out_n_cases)
{
    static const char *const names[] = {"case", "repro"};
    bool is_right = true;
    *out_n_cases = 0;
    if (*root->text)
        return reading_complain(r, root->line, "<suite>: text is not expected between cases");
    for (size_t i = 0; i < root->n_children; i++) {
        const struct element *e = &root->children[i];
        bool is_repro = strcmp(e->name, "repro") == 0;
        bool is_last = i + 1 == root->n_children;
        *out_n_cases += !is_repro;
        r->is_repro |= is_repro;
        if (strcmp(e->name, "case") == 0 || (is_repro && is_last))
            continue;
        if (is_repro)
            reading_complain(r, e->line, "<repro>: is expected last");
        else
            reading_complain_near(r, e->line, e->name, names, 1, "<%.60s>: <case> is expected",
                                  e->name);
        is_right = false;
    }
    if (is_right && (*out_n_cases == 0 || *out_n_cases > SUITE_CASES_MAX)) {
        reading_complain(r, root->line, "<suite>: 1 to %u cases are expected", SUITE_CASES_MAX);
        is_right = false;
    }
    return is_right;
}

static bool check_siblings(struct reading *r, const struct read_case *read, size_t n)
{
    bool is_right = true;
    for (size_t i = 0; i < n; i++)
        is_right &= case_check_sibling(r, &read[i], read, n);
    return is_right;
}

/* The steps of a composed case are in several places of the file, and what is wrong in one of them
 * is wrong in many cases. */
static bool give_up(struct reading *r, const struct element *e)
{
    if (!r->is_composed || r->is_starved)
        return false;
    const char *id = element_attribute(e, "id");
    reading_complain(r, e->line, "<probe>: so it is in the case %.200s", id);
    return true;
}

static bool take_cases(struct reading *r, const struct element *root, struct suite *out)
{
    size_t n = 0;
    if (!check_children(r, root, &n))
        return false;
    struct read_case *read = calloc(n + 1, sizeof(*read));
    struct case_spec *cases = arena_array(r->arena, n + 1, sizeof(*cases));
    r->is_starved |= !read || !cases;
    bool is_right = !r->is_starved;
    size_t n_all = n;
    n = 0;
    for (size_t i = 0; i < n_all && !r->is_starved; i++) {
        if (!holds(r, &root->children[i]))
            continue;
        is_right &= case_read(r, out, &root->children[i], &read[n]);
        if (!is_right && give_up(r, &root->children[i]))
            break;
        cases[n] = read[n].spec;
        n++;
    }
    out->cases = cases;
    out->n_cases = n;
    is_right = is_right && check_unique(r, cases, n) && check_siblings(r, read, n);
    free(read);
    return is_right;
}

/* ---- the file */

static enum status take_for_cipher(struct reading *r, const struct xml_document *d,
                                   const struct probes_made *made, struct suite **out)
{
    struct suite *suite = arena_alloc(r->arena, sizeof(*suite));
    if (!suite)
        return E_NOMEM;
    suite->file = r->file;
    memcpy(suite->digest, xml_digest(d), sizeof(suite->digest));
    suite->left_out = made->left_out;
    suite->n_left_out = made->n_left_out;
    *out = suite;
    bool is_right = take_attributes(r, &made->suite, suite) && take_cases(r, &made->suite, suite);
    if (r->is_starved)
        return E_NOMEM;
    return is_right ? OK : E_INPUT;
}

/* For each cipher that it names and that is wanted; those after the first hang on it. */
static enum status take_suite(struct reading *r, const struct xml_document *d, struct suite **out)
{
    struct suite *last = NULL;
    struct probes_made made = {.suite = *xml_root(d)};
    enum status st = OK;
    size_t n = n_ciphers(xml_root(d));
    r->is_composed = strcmp(xml_root(d)->name, PROBES_ROOT) == 0;
    if (r->is_composed && !probes_read(r, xml_root(d), &made))
        return r->is_starved ? E_NOMEM : E_INPUT;
    for (size_t i = 0; !st && (i == 0 || i < n); i++) {
        struct suite *before = last;
        if (!is_wanted(r, xml_root(d), i))
            continue;
        r->cipher_at = i;
        st = take_for_cipher(r, d, &made, &last);
        if (before)
            before->also = last;
        else
            *out = last;
    }
    return st;
}

enum status suite_read(struct reading *r, size_t max, const struct xml_schema *schema,
                       struct suite **out)
{
    struct xml_options options = {.path = r->file,
                                  .root = "suite",
                                  .or_root = PROBES_ROOT,
                                  .ns = SUITE_NAMESPACE,
                                  .max = max};
    struct xml_document *d = NULL;
    *out = NULL;
    enum status st = xml_load(&options, &d, r->diags);
    if (st)
        return st;
    r->scope = calloc(1, sizeof(*r->scope));
    st = r->scope ? take_suite(r, d, out) : E_NOMEM;
    if (!st && schema)
        st = xml_validate(d, schema, r->diags);
    free(r->scope);
    r->scope = NULL;
    xml_free(d);
    return st;
}
