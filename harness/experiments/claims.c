/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/claims.h"

#include "experiments/claims_form.h"
#include "scenario/xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAMESPACE "urn:assay:claims:1"
#define WORD_MAX 64u

static const char *const evidence_names[] = {[EVIDENCE_NONE] = "",
                                             [EVIDENCE_BLACK_BOX] = "black-box",
                                             [EVIDENCE_STATE] = "state",
                                             [EVIDENCE_DOCUMENT] = "document"};

const char *evidence_name(enum evidence e)
{
    return evidence_names[(unsigned)e <= EVIDENCE_DOCUMENT ? e : EVIDENCE_NONE];
}

static enum evidence evidence_from(const char *name)
{
    for (int e = EVIDENCE_BLACK_BOX; e <= EVIDENCE_DOCUMENT; e++)
        if (name && strcmp(evidence_names[e], name) == 0)
            return (enum evidence)e;
    return EVIDENCE_NONE;
}

struct reading {
    struct claims *out;
    struct arena *arena;
    struct diags *diags;
    bool is_out_of_memory;
};

#define COMPLAIN(r, line, ...) diags_add((r)->diags, (r)->out->path, line, __VA_ARGS__)

static const char *keep(struct reading *r, const char *text)
{
    const char *kept = arena_text(r->arena, text ? text : "");
    r->is_out_of_memory = r->is_out_of_memory || !kept;
    return kept ? kept : "";
}

/* ---- documents */

static const struct claimed_document *find_document(const struct claims *c, const char *id,
                                                    size_t len)
{
    for (size_t i = 0; i < c->n_documents; i++)
        if (strlen(c->documents[i].id) == len && memcmp(c->documents[i].id, id, len) == 0)
            return &c->documents[i];
    return NULL;
}

static void read_document(struct reading *r, const struct element *e)
{
    const char *id = element_attribute(e, "id");
    if (find_document(r->out, id, strlen(id))) {
        COMPLAIN(r, e->line, "a document is called \"%.64s\" already", id);
        return;
    }
    if (r->out->n_documents == CLAIMS_DOCUMENTS_MAX) {
        COMPLAIN(r, e->line, "more than %u documents", CLAIMS_DOCUMENTS_MAX);
        return;
    }
    r->out->documents[r->out->n_documents++] =
        (struct claimed_document){.id = keep(r, id),
                                  .kind = keep(r, element_attribute(e, "kind")),
                                  .title = keep(r, element_attribute(e, "title")),
                                  .url = keep(r, element_attribute(e, "url")),
                                  .sha256 = keep(r, element_attribute(e, "sha256"))};
}

/* Ids in |names|, separated by white space. */
static void read_named(struct reading *r, const struct element *e, const char *names,
                       struct claim *claim)
{
    static const char blanks[] = " \t\r\n";
    for (const char *at = names; at && *at;) {
        size_t len;
        at += strspn(at, blanks);
        if (!(len = strcspn(at, blanks)))
            break;
        const struct claimed_document *d = find_document(r->out, at, len);
        if (!d)
            COMPLAIN(r, e->line, "no <document> is called \"%.*s\"", (int)(len < 64 ? len : 64),
                     at);
        else if (claim->n_documents < CLAIM_DOCUMENTS_MAX)
            claim->documents[claim->n_documents++] = d;
        else
            COMPLAIN(r, e->line, "more than %u documents for one property", CLAIM_DOCUMENTS_MAX);
        at += len;
    }
}

/* ---- measures */

static bool has_measure(const struct property *p, enum measure m)
{
    for (size_t i = 0; i < CLAIM_MEASURES_MAX; i++)
        if (m && p->measures[i] == m)
            return true;
    return false;
}

static void complain_of_measure(struct reading *r, const struct element *e, const char *name,
                                const struct property *p)
{
    const char *names[CLAIM_MEASURES_MAX];
    size_t n = 0;
    while (n < CLAIM_MEASURES_MAX && p->measures[n]) {
        names[n] = measure_entry(p->measures[n])->name;
        n++;
    }
    const char *nearest = n ? diag_nearest(name, names, n) : NULL;
    if (nearest)
        COMPLAIN(r, e->line, "%s has no measure \"%.64s\" (did you mean \"%s\"?)", p->id, name,
                 nearest);
    else if (n)
        COMPLAIN(r, e->line, "%s has no measure \"%.64s\"; it has \"%s\"", p->id, name, names[0]);
    else
        COMPLAIN(r, e->line, "%s is not measured by a number", p->id);
}

static void read_measure(struct reading *r, const struct element *e, struct claim *claim)
{
    const char *name = element_attribute(e, "name"), *text = element_attribute(e, "at-most");
    enum measure m = measure_from_name(name);
    char *end;
    errno = 0;
    long at_most = strtol(text, &end, 10);
    if (!has_measure(claim->property, m)) {
        complain_of_measure(r, e, name, claim->property);
        return;
    }
    if (!*text || *end || errno || at_most < 0 || at_most >= MEASURE_NEVER) {
        COMPLAIN(r, e->line, "at-most is \"%.32s\"; expected a number from 0 to %ld", text,
                 MEASURE_NEVER - 1);
        return;
    }
    for (size_t i = 0; i < claim->n_measures; i++)
        if (claim->measures[i].measure == m)
            COMPLAIN(r, e->line, "%s is given twice for %s", name, claim->property->id);
    if (!claim->is_claimed)
        COMPLAIN(r, e->line, "%s is not claimed, and so has no measure to keep",
                 claim->property->id);
    if (claim->n_measures < CLAIM_MEASURES_MAX)
        claim->measures[claim->n_measures++] = (struct claimed_measure){m, at_most};
}

/* ---- properties */

static const struct property *which(struct reading *r, const struct element *e)
{
    const char *id = element_attribute(e, "id"), *ids[CLAIMS_MAX];
    size_t n, i;
    const struct property *found = property_find(id), *all = properties(&n);
    for (i = 0; i < n && i < CLAIMS_MAX; i++)
        ids[i] = all[i].id;
    if (found)
        return found;
    const char *nearest = diag_nearest(id, ids, i);
    COMPLAIN(r, e->line, "no property is called \"%.64s\"%s%s%s", id,
             nearest ? " (did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?)" : "");
    return NULL;
}

static void check_evidence(struct reading *r, const struct element *e, const struct claim *claim)
{
    const struct property *p = claim->property;
    if (!claim->is_claimed)
        return;
    if (p->evidence == EVIDENCE_DOCUMENT && claim->asked != EVIDENCE_DOCUMENT)
        COMPLAIN(r, e->line,
                 "only documents can speak for %s (%s): say evidence=\"document\" and name them",
                 p->id, p->name);
    else if (p->evidence == EVIDENCE_STATE && claim->asked == EVIDENCE_BLACK_BOX)
        COMPLAIN(r, e->line, "messages alone do not decide %s (%s): say evidence=\"state\"", p->id,
                 p->name);
    if (claim->asked == EVIDENCE_DOCUMENT && claim->n_documents == 0)
        COMPLAIN(r, e->line, "evidence=\"document\" without documents=\"...\"");
}

static void read_property(struct reading *r, const struct element *e)
{
    const struct property *p = which(r, e);
    if (!p)
        return;
    const struct claim *before = claims_find(r->out, p->id);
    if (before) {
        COMPLAIN(r, e->line, "%s is on line %u already", p->id, before->line);
        return;
    }
    if (r->out->n_claims == CLAIMS_MAX)
        return;
    struct claim *claim = &r->out->claims[r->out->n_claims++];
    const char *asked = element_attribute(e, "evidence");
    *claim = (struct claim){.property = p,
                            .is_claimed = strcmp(element_attribute(e, "claimed"), "yes") == 0,
                            .asked = asked ? evidence_from(asked) : p->evidence,
                            .note = "",
                            .line = e->line};
    read_named(r, e, element_attribute(e, "documents"), claim);
    for (size_t i = 0; i < e->n_children; i++)
        if (strcmp(e->children[i].name, "measure") == 0)
            read_measure(r, &e->children[i], claim);
        else
            claim->note = keep(r, e->children[i].text);
    check_evidence(r, e, claim);
}

static void read_all(struct reading *r, const struct element *root)
{
    bool claims_something = false;
    r->out->line = root->line;
    r->out->protocol = keep(r, element_attribute(root, "protocol"));
    r->out->version = keep(r, element_attribute(root, "version"));
    for (size_t i = 0; i < root->n_children; i++)
        if (strcmp(root->children[i].name, "document") == 0)
            read_document(r, &root->children[i]);
    for (size_t i = 0; i < root->n_children; i++)
        if (strcmp(root->children[i].name, "property") == 0)
            read_property(r, &root->children[i]);
    for (size_t i = 0; i < r->out->n_claims; i++)
        claims_something = claims_something || r->out->claims[i].is_claimed;
    if (!r->diags->count && !claims_something)
        COMPLAIN(r, root->line, "nothing is claimed");
}

enum status claims_load(const char *path, const char *schema_path, struct arena *arena,
                        struct claims *out, struct diags *diags)
{
    struct xml_document *document = NULL;
    struct xml_schema *schema = NULL;
    struct reading r = {.out = out, .arena = arena, .diags = diags};
    memset(out, 0, sizeof(*out));
    out->path = arena_text(arena, path);
    if (!out->path)
        return E_NOMEM;
    enum status st = xml_load(
        &(struct xml_options){.path = path, .root = "claims", .ns = NAMESPACE}, &document, diags);
    if (!st)
        claims_form_check(xml_root(document), out->path, diags);
    if (!st && diags->count)
        st = E_INPUT;
    if (!st)
        st = xml_schema_load(schema_path, &schema, diags);
    if (!st)
        st = xml_validate(document, schema, diags);
    if (!st) {
        read_all(&r, xml_root(document));
        st = r.is_out_of_memory ? E_NOMEM : diags->count ? E_INPUT : OK;
    }
    xml_schema_free(schema);
    xml_free(document);
    return st;
}

enum status claims_check_protocol(const struct claims *claims, const char *protocol,
                                  struct diags *diags)
{
    if (strcmp(claims->protocol, protocol) == 0)
        return OK;
    return diags_add(
        diags, claims->path, claims->line,
        "the claims are for protocol \"%.64s\", and the target says it speaks \"%.64s\"",
        claims->protocol, protocol);
}

const struct claim *claims_find(const struct claims *claims, const char *property)
{
    for (size_t i = 0; i < claims->n_claims; i++)
        if (strcmp(claims->claims[i].property->id, property) == 0)
            return &claims->claims[i];
    return NULL;
}

long claim_at_most(const struct claim *claim, enum measure m)
{
    for (size_t i = 0; claim && claim->is_claimed && i < claim->n_measures; i++)
        if (claim->measures[i].measure == m)
            return claim->measures[i].at_most;
    return -1;
}
