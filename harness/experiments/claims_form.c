/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/claims_form.h"

#include <stdio.h>
#include <string.h>

#define NAMES_MAX 8u
#define PARTS_MAX 4u
#define WORDS_MAX 300u

struct attribute_form {
    const char *name; /* NULL after the last */
    bool is_required;
    const char *choices[NAMES_MAX]; /* of these; NULL first: any words */
    const char *begins;             /* "https://"; NULL for any */
    unsigned n_digits;              /* hexadecimal, in small letters; 0 for any */
};

struct element_form {
    const char *name;
    const char *parts[PARTS_MAX]; /* children by name; NULL after the last */
    struct attribute_form attributes[NAMES_MAX];
    const char *must_have; /* a child that must be there; NULL for none */
};

static const struct element_form forms[] = {
    {.name = "claims",
     .parts = {"document", "property"},
     .attributes = {{.name = "protocol", .is_required = true},
                    {.name = "version", .is_required = true}},
     .must_have = "property"},
    {.name = "document",
     .attributes = {{.name = "id", .is_required = true},
                    {.name = "kind",
                     .is_required = true,
                     .choices = {"specification", "proof", "audit", "other"}},
                    {.name = "title", .is_required = true},
                    {.name = "url", .is_required = true, .begins = "http"},
                    {.name = "sha256", .n_digits = 64}}},
    {.name = "property",
     .parts = {"measure", "note"},
     .attributes = {{.name = "id", .is_required = true},
                    {.name = "claimed", .is_required = true, .choices = {"yes", "no"}},
                    {.name = "evidence", .choices = {"black-box", "state", "document"}},
                    {.name = "documents"}}},
    {.name = "measure",
     .attributes = {{.name = "name", .is_required = true},
                    {.name = "at-most", .is_required = true}}},
    {.name = "note"},
};

struct checking {
    const char *path;
    struct diags *diags;
};

#define COMPLAIN(c, e, ...) diags_add((c)->diags, (c)->path, (e)->line, __VA_ARGS__)

static const struct element_form *form_of(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}

/* |word| is none of |names|: complain with the nearest name, or with all when they are few. */
static void complain_near(const struct checking *c, const struct element *e, const char *what,
                          const char *word, const char *const *names, size_t n)
{
    const char *nearest = diag_nearest(word, names, n);
    if (nearest)
        COMPLAIN(c, e, "%s \"%.64s\" (did you mean \"%s\"?)", what, word, nearest);
    else if (n)
        COMPLAIN(c, e, "%s \"%.64s\"; expected %s%s%s%s%s", what, word, names[0], n > 1 ? ", " : "",
                 n > 1 ? names[1] : "", n > 2 ? ", " : "", n > 2 ? names[2] : "");
    else
        COMPLAIN(c, e, "%s \"%.64s\"", what, word);
}

static size_t count(const char *const *names, size_t most)
{
    size_t n = 0;
    while (n < most && names[n])
        n++;
    return n;
}

static void check_value(const struct checking *c, const struct element *e,
                        const struct attribute_form *a, const char *value)
{
    char what[64];
    size_t n = count(a->choices, NAMES_MAX);
    for (size_t i = 0; i < n; i++)
        if (strcmp(a->choices[i], value) == 0)
            return;
    (void)snprintf(what, sizeof(what), "%s is", a->name);
    if (n)
        complain_near(c, e, what, value, a->choices, n);
    else if (a->begins && strncmp(value, a->begins, strlen(a->begins)) != 0)
        COMPLAIN(c, e, "%s is \"%.64s\"; expected an address that begins with https://", a->name,
                 value);
    else if (a->n_digits &&
             (strlen(value) != a->n_digits || strspn(value, "0123456789abcdef") != a->n_digits))
        COMPLAIN(c, e, "%s is \"%.80s\"; expected %u hexadecimal digits in small letters", a->name,
                 value, a->n_digits);
    else if (!*value && a->is_required)
        COMPLAIN(c, e, "%s is empty", a->name);
    else if (strlen(value) > WORDS_MAX && a->is_required)
        COMPLAIN(c, e, "%s is longer than %u bytes", a->name, WORDS_MAX);
}

static void check_attributes(const struct checking *c, const struct element *e,
                             const struct element_form *form)
{
    const char *names[NAMES_MAX];
    size_t n = 0;
    for (; n < NAMES_MAX && form->attributes[n].name; n++) {
        const char *value = element_attribute(e, form->attributes[n].name);
        names[n] = form->attributes[n].name;
        if (value)
            check_value(c, e, &form->attributes[n], value);
        else if (form->attributes[n].is_required)
            COMPLAIN(c, e, "<%s> without %s", form->name, names[n]);
    }
    for (size_t i = 0; i < e->n_attributes; i++) {
        bool is_known = false;
        for (size_t k = 0; k < n; k++)
            is_known = is_known || strcmp(names[k], e->attributes[i].name) == 0;
        if (!is_known)
            complain_near(c, e, "no such attribute:", e->attributes[i].name, names, n);
    }
}

static void check_element(const struct checking *c, const struct element *e,
                          const struct element_form *form);

static void check_parts(const struct checking *c, const struct element *e,
                        const struct element_form *form)
{
    size_t n = count(form->parts, PARTS_MAX);
    for (size_t i = 0; i < e->n_children; i++) {
        const struct element *child = &e->children[i];
        bool is_part = false;
        for (size_t k = 0; k < n; k++)
            is_part = is_part || strcmp(form->parts[k], child->name) == 0;
        if (is_part)
            check_element(c, child, form_of(child->name));
        else
            complain_near(c, child, "no such element here:", child->name, form->parts, n);
    }
    if (form->must_have && !element_child(e, form->must_have))
        COMPLAIN(c, e, "<%s> without a <%s>", form->name, form->must_have);
}

/* A recursion of two levels: claims files are no deeper, and their reader stops at
 * XML_DEPTH_MAX. */
static void check_element(const struct checking *c, const struct element *e,
                          const struct element_form *form)
{
    if (!form)
        return;
    check_attributes(c, e, form);
    check_parts(c, e, form);
}

void claims_form_check(const struct element *root, const char *path, struct diags *diags)
{
    const struct checking c = {path, diags};
    check_element(&c, root, form_of("claims"));
}
