/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/counterexample.h"

#include "base/hex.h"
#include "scenario/xml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMESPACE "urn:assay:counterexample:1"
#define BEGINNING 512u /* bytes looked at to tell what a file is */
#define NUMBER_MAX 1000000u

bool counterexample_is(const char *path)
{
    char beginning[BEGINNING + 1];
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(beginning, 1, BEGINNING, f) : 0;
    if (f)
        fclose(f);
    return bytes_contains(bytes_of(beginning, n), bytes_of_text(NAMESPACE));
}

/* ---- reading */

struct reading {
    const char *path;
    const struct element *root;
    struct diags *diags;
};

static const char *want(const struct reading *r, const char *name)
{
    const char *value = element_attribute(r->root, name);
    if (!value)
        diags_add(r->diags, r->path, r->root->line, "<counterexample> without %s", name);
    return value ? value : "";
}

static bool read_number(const char *text, long most, long *out)
{
    char *end;
    errno = 0;
    *out = strtol(text, &end, 10);
    return *text && !*end && !errno && *out >= 0 && *out <= most;
}

static void read_game(const struct reading *r, struct counterexample *out)
{
    const char *id = want(r, "game");
    out->game = game_find(id);
    if (!out->game && element_attribute(r->root, "game"))
        diags_add(r->diags, r->path, r->root->line, "no game is called \"%.32s\"", id);
}

static void read_schedule(const struct reading *r, struct counterexample *out)
{
    long number = 0;
    const char *text = want(r, "schedule"), *which = want(r, "number"), *seed = want(r, "seed");
    if (!read_number(which, NUMBER_MAX, &number))
        diags_add(r->diags, r->path, r->root->line, "number is \"%.32s\"; expected 0 to %u", which,
                  NUMBER_MAX);
    if (hex_decode_exact(seed, out->seed, sizeof(out->seed)))
        diags_add(r->diags, r->path, r->root->line, "seed is no %u hexadecimal digits",
                  2 * RANDOM_SEED_LEN);
    if (r->diags->count)
        return;
    enum status st = schedule_make(bytes_of(out->seed, sizeof(out->seed)), out->game->id,
                                   (unsigned)number, out->game->n_flights, &out->schedule);
    if (st || schedule_parse(text, &out->schedule))
        diags_add(r->diags, r->path, r->root->line,
                  "schedule is \"%.64s\"; expected flights like \"A1 B2\"", text);
}

enum status counterexample_load(const char *path, struct arena *arena, struct counterexample *out,
                                struct diags *diags)
{
    struct xml_document *document;
    memset(out, 0, sizeof(*out));
    enum status st =
        xml_load(&(struct xml_options){.path = path, .root = "counterexample", .ns = NAMESPACE},
                 &document, diags);
    if (st)
        return st;
    struct reading r = {path, xml_root(document), diags};
    const struct element *finding = element_child(r.root, "finding");
    const char *measured = element_attribute(r.root, "measured");
    const char *state = want(&r, "state");
    read_game(&r, out);
    if (*state && strcmp(state, "won") != 0 && strcmp(state, "measured") != 0)
        diags_add(diags, path, r.root->line, "state is \"%.32s\"; expected won or measured", state);
    out->state = arena_text(arena, state);
    out->finding = arena_text(arena, finding ? finding->text : "");
    if (measured && !read_number(measured, MEASURE_NEVER, &out->measured))
        diags_add(diags, path, r.root->line, "measured is \"%.32s\"; expected a number", measured);
    read_schedule(&r, out);
    xml_free(document);
    if (!out->state || !out->finding)
        return E_NOMEM;
    return diags->count ? E_INPUT : OK;
}

/* ---- writing */

enum status counterexample_save(const struct counterexample *what, struct buffer *out)
{
    struct arena arena;
    arena_init(&arena, 4096);
    const char *schedule = schedule_text(&what->schedule, &arena);
    (void)buffer_printf(out,
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<counterexample "
                        "xmlns=\"" NAMESPACE "\" game=\"%s\" seed=\"",
                        what->game->id);
    (void)hex_append(out, bytes_of(what->seed, sizeof(what->seed)));
    (void)buffer_printf(out, "\" number=\"%u\"\n    schedule=\"%s\" state=\"%s\"",
                        what->schedule.number, schedule ? schedule : "", what->state);
    if (what->measured > 0)
        (void)buffer_printf(out, " measured=\"%ld\"", what->measured);
    (void)buffer_append_text(out, ">\n  <finding>");
    xml_escape(out, what->finding);
    (void)buffer_append_text(out, "</finding>\n</counterexample>\n");
    arena_fini(&arena);
    return schedule ? buffer_status(out) : E_NOMEM;
}
