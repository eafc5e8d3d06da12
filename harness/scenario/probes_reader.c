/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/probes_reader.h"

#include "scenario/compose.h"
#include "scenario/situation.h"

#include <string.h>

static const char *const kinds[N_PART] = {[PART_PROBE] = "probe",
                                          [PART_MOMENT] = "moment",
                                          [PART_BEGINNING] = "beginning",
                                          [PART_CONDITION] = "condition"};

#define AFTERMATH "aftermath"

/* A file while it is read. */
struct probes {
    struct reading *r;
    const struct element *root;
    struct parts parts;
    const struct element *const *elements[N_PART]; /* of each part */
};

/* ---- the parts */

static size_t n_children_called(const struct element *e, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < e->n_children; i++)
        n += strcmp(e->children[i].name, name) == 0;
    return n;
}

static bool take_never(struct reading *r, const struct element *e, struct part *out)
{
    struct exclusion *never = arena_array(r->arena, e->n_children + 1, sizeof(*never));
    r->is_starved |= !never;
    for (size_t i = 0; never && i < e->n_children; i++) {
        const struct element *child = &e->children[i];
        if (strcmp(child->name, "never") != 0)
            continue;
        const char *with = element_attribute(child, "with");
        const char *because = element_attribute(child, "because");
        if (!with || !*with || !because || !*because)
            return reading_complain(r, child->line,
                                    "<never>: with=\"\" and because=\"\" are expected: ids, and "
                                    "why they cannot be together");
        never[out->n_never].with = reading_sentence(r, with);
        never[out->n_never++].because = reading_sentence(r, because);
    }
    out->never = never;
    return !r->is_starved;
}

static bool take_part(struct reading *r, const struct element *e, struct part *out)
{
    const char *id = element_attribute(e, "id");
    const struct element *first = e->n_children ? &e->children[0] : NULL;
    if (!id || !reading_is_id(id))
        return reading_complain(r, e->line,
                                "<%s id=\"%.100s\">: an id is expected: lower-case words with "
                                "\"-\" between, which never change",
                                e->name, id ? id : "");
    if (!first || strcmp(first->name, "purpose") != 0 || !*first->text)
        return reading_complain(r, e->line, "<%s id=\"%s\">: <purpose> is expected first", e->name,
                                id);
    out->id = reading_text(r, id);
    out->ciphers = element_attribute(e, "cipher");
    return take_never(r, e, out);
}

static bool is_taken(const struct probes *p, const char *id)
{
    for (unsigned kind = 0; kind < N_PART; kind++)
        for (size_t i = 0; i < p->parts.n[kind]; i++)
            if (strcmp(p->parts.items[kind][i].id, id) == 0)
                return true;
    return false;
}

static bool take_kind(struct probes *p, unsigned kind)
{
    struct reading *r = p->r;
    size_t n = n_children_called(p->root, kinds[kind]);
    struct part *parts = arena_array(r->arena, n + 1, sizeof(*parts));
    const struct element **elements = arena_array(r->arena, n + 1, sizeof(*elements));
    r->is_starved |= !parts || !elements;
    if (r->is_starved)
        return false;
    p->parts.items[kind] = parts;
    p->elements[kind] = elements;
    if (n == 0 || n > PARTS_MAX)
        return reading_complain(r, p->root->line, "<probes>: 1 to %u <%s> are expected", PARTS_MAX,
                                kinds[kind]);
    for (size_t i = 0; i < p->root->n_children; i++) {
        const struct element *e = &p->root->children[i];
        size_t at = p->parts.n[kind];
        if (strcmp(e->name, kinds[kind]) != 0)
            continue;
        if (!take_part(r, e, &parts[at]))
            return false;
        if (is_taken(p, parts[at].id))
            return reading_complain(r, e->line, "<%s id=\"%s\">: another part has this id", e->name,
                                    parts[at].id);
        elements[at] = e;
        p->parts.n[kind]++;
    }
    return true;
}

/* ---- is what is named there? */

static bool is_known_child(const char *name)
{
    for (unsigned kind = 0; kind < N_PART; kind++)
        if (strcmp(kinds[kind], name) == 0)
            return true;
    return strcmp(name, AFTERMATH) == 0;
}

static bool check_children(const struct probes *p)
{
    if (*p->root->text)
        return reading_complain(p->r, p->root->line, "<probes>: text is not expected");
    for (size_t i = 0; i < p->root->n_children; i++) {
        const struct element *e = &p->root->children[i];
        if (!is_known_child(e->name))
            return reading_complain_near(p->r, e->line, e->name, kinds, N_PART,
                                         "<%.60s>: a beginning, a moment, a condition, a probe or "
                                         "an aftermath is expected",
                                         e->name);
    }
    return true;
}

/* Each id that |part| cannot be with is one of this file's. */
static bool check_never(const struct probes *p, const struct part *part, unsigned line)
{
    for (size_t i = 0; i < part->n_never; i++) {
        for (const char *at = part->never[i].with; *at; at += strspn(at, " ")) {
            size_t len = strcspn(at, " ");
            const char *id = arena_printf(p->r->arena, "%.*s", (int)len, at);
            p->r->is_starved |= !id;
            if (!id)
                return false;
            if (!is_taken(p, id))
                return reading_complain(p->r, line,
                                        "<never with=\"%.100s\">: there is no such part", id);
            at += len;
        }
    }
    return true;
}

static const struct element *find_aftermath(const struct probes *p, const char *id)
{
    for (size_t i = 0; id && i < p->root->n_children; i++) {
        const struct element *e = &p->root->children[i];
        const char *own = element_attribute(e, "id");
        if (strcmp(e->name, AFTERMATH) == 0 && own && strcmp(own, id) == 0)
            return e;
    }
    return NULL;
}

static bool check_parts(const struct probes *p)
{
    for (unsigned kind = 0; kind < N_PART; kind++)
        for (size_t i = 0; i < p->parts.n[kind]; i++)
            if (!check_never(p, &p->parts.items[kind][i], p->elements[kind][i]->line))
                return false;
    for (size_t i = 0; i < p->parts.n[PART_PROBE]; i++) {
        const struct element *e = p->elements[PART_PROBE][i];
        const char *id = element_attribute(e, AFTERMATH);
        if (!find_aftermath(p, id))
            return reading_complain(p->r, e->line,
                                    "<probe aftermath=\"%.100s\">: the id of an <aftermath> is "
                                    "expected",
                                    id ? id : "");
    }
    return true;
}

/* ---- the suite */

static bool make_cases(const struct probes *p, const struct combination *chosen, size_t n,
                       struct element *suite)
{
    struct reading *r = p->r;
    struct element *cases = arena_array(r->arena, n + 1, sizeof(*cases));
    r->is_starved |= !cases;
    for (size_t i = 0; !r->is_starved && i < n; i++) {
        const struct combination *c = &chosen[i];
        const struct element *probe = p->elements[PART_PROBE][c->at[PART_PROBE]];
        const struct composition composition = {
            .id = combination_id(&p->parts, c, r->arena),
            .probe = probe,
            .moment = p->elements[PART_MOMENT][c->at[PART_MOMENT]],
            .beginning = p->elements[PART_BEGINNING][c->at[PART_BEGINNING]],
            .condition =
                c->at[PART_CONDITION] ? p->elements[PART_CONDITION][c->at[PART_CONDITION]] : NULL,
            .aftermath = find_aftermath(p, element_attribute(probe, AFTERMATH))};
        r->is_starved |= !composition.id || compose(&composition, r->arena, &cases[i]);
    }
    suite->children = cases;
    suite->n_children = n;
    return !r->is_starved;
}

/* Every rule is listed once, however many combinations it concerns. */
static bool list_left_out(const struct probes *p, struct probes_made *out)
{
    struct arena *arena = p->r->arena;
    size_t n = 0;
    for (unsigned kind = 0; kind < N_PART; kind++)
        for (size_t i = 0; i < p->parts.n[kind]; i++)
            n += p->parts.items[kind][i].n_never;
    struct left_out *list = arena_array(arena, n + 1, sizeof(*list));
    p->r->is_starved |= !list;
    for (unsigned kind = 0; list && kind < N_PART; kind++)
        for (size_t i = 0; i < p->parts.n[kind]; i++)
            for (size_t k = 0; k < p->parts.items[kind][i].n_never; k++) {
                const struct part *part = &p->parts.items[kind][i];
                list[out->n_left_out++] =
                    (struct left_out){part->id, part->never[k].with, part->never[k].because};
            }
    out->left_out = list;
    return !p->r->is_starved;
}

bool probes_read(struct reading *r, const struct element *root, struct probes_made *out)
{
    struct probes p = {.r = r, .root = root, .parts.ciphers = element_attribute(root, "cipher")};
    struct combination *chosen;
    size_t n;
    memset(out, 0, sizeof(*out));
    if (!check_children(&p))
        return false;
    for (unsigned kind = 0; kind < N_PART; kind++)
        if (!take_kind(&p, kind))
            return false;
    if (!check_parts(&p))
        return false;
    enum status st = situations_choose(&p.parts, r->arena, &chosen, &n);
    r->is_starved |= st == E_NOMEM;
    if (st == E_LIMIT)
        return reading_complain(r, root->line, "<probes>: more than %u combinations",
                                COMBINATIONS_MAX);
    out->suite = *root;
    out->suite.name = "suite";
    return !st && make_cases(&p, chosen, n, &out->suite) && list_left_out(&p, out);
}
