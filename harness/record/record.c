/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/record.h"

#include "base/text_index.h"

#include <string.h>

#define ARENA_MAX ((size_t)1024 * 1024 * 1024)

/* What tells one kind of document from another. */
struct kind {
    const char *format;
};

static const struct member kind_members[] = {TEXT("format", kind, format)};
static const struct form kind_form = {FORM(kind, kind_members)};

void document_init(struct document *d)
{
    memset(d, 0, sizeof(*d));
    arena_init(&d->arena, ARENA_MAX);
}

void document_fini(struct document *d)
{
    arena_fini(&d->arena);
    d->run = NULL;
    d->claims = NULL;
}

/* Does |index| have the case |id|, or the case it is an instance of? */
static bool names_case(const struct text_index *index, struct arena *arena, const char *id)
{
    const char *whole = arena_printf(arena, "%.*s", (int)strcspn(id, "#"), id);
    return text_index_find(index, id) != TEXT_INDEX_NONE ||
           (whole && text_index_find(index, whole) != TEXT_INDEX_NONE);
}

/* A known-failures line that had run out excused nothing. */
static enum status mark_expired(struct record_run *run, struct arena *arena)
{
    struct text_index expired = {0};
    const struct record_summary *s = run->summary;
    enum status st = OK;
    for (size_t i = 0; i < s->n_problems && !st; i++)
        if (strcmp(s->problems[i].problem, "expired") == 0)
            st = text_index_add(&expired, arena, s->problems[i].id, i);
    for (size_t i = 0; i < run->n_cases && !st && expired.count; i++)
        if (run->cases[i].excuse)
            run->cases[i].excuse->is_expired = names_case(&expired, arena, run->cases[i].id);
    text_index_fini(&expired);
    return st;
}

static enum status read_run(struct bytes json, struct buffer *problem, struct document *out)
{
    out->run = arena_alloc(&out->arena, sizeof(*out->run));
    if (!out->run)
        return E_NOMEM;
    enum status st = form_read(&record_run_form, json, &out->arena, problem, out->run);
    return st ? st : mark_expired(out->run, &out->arena);
}

enum status document_read(struct bytes json, struct buffer *problem, struct document *out)
{
    struct kind kind;
    document_init(out);
    enum status st = form_read(&kind_form, json, &out->arena, problem, &kind);
    if (st)
        return st;
    if (strcmp(kind.format, RECORD_CLAIMS_FORMAT) == 0) {
        out->claims = arena_alloc(&out->arena, sizeof(*out->claims));
        return out->claims ? form_read(&record_claims_form, json, &out->arena, problem, out->claims)
                           : E_NOMEM;
    }
    if (record_is_run_format(kind.format))
        return read_run(json, problem, out);
    if (problem)
        buffer_append_text(problem, "not a results.json or claims.json of this assay");
    return E_PARSE;
}

enum status document_write(const struct document *d, struct buffer *out)
{
    return d->claims ? form_write(&record_claims_form, d->claims, FORM_PAGE, out)
                     : form_write(&record_run_form, d->run, FORM_PAGE, out);
}
