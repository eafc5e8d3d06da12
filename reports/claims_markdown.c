/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/claims_words.h"
#include "reports/words.h"
#include "reports/render.h"
#include "reports/markdown_writer.h"

#include <string.h>

#define PROOF_DIGITS_SHOWN 64u
#define HTML_CASE_HEAD 4u
#define HTML_CASE_TAIL 8u

static void headline(struct markdown_writer *s, const struct record_claims *v)
{
    markdown_plain(s, "## ");
    markdown_text(s, v->protocol);
    markdown_plain(s, " ");
    markdown_text(s, v->version);
    markdown_plain(s, ": is it as secure as Signal?\n\n");
    for (int side = 0; side < N_CLAIMS_SIDE; side++) {
        const struct claims_conclusion *c = v->conclusions[side];
        if (!c)
            continue;
        markdown_plain(s, claims_words_beside((enum claims_side)side));
        markdown_plain(s, "**");
        markdown_text(s, claims_words_stamp(c));
        markdown_plain(s, "**");
        markdown_text(s, claims_words_rest(c));
        markdown_plain(s, "\n\n");
    }
    markdown_plain(s, "Target ");
    claims_words_party(&s->raw, v->sides[CLAIMS_TARGET]);
    markdown_flush_code(s);
    for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++) {
        if (!v->sides[side])
            continue;
        buffer_printf(s->out, ", %s by ", claims_words_side((enum claims_side)side));
        claims_words_party(&s->raw, v->sides[side]);
        markdown_flush_code(s);
    }
    markdown_plain(s, ", assay ");
    markdown_text(s, v->assay);
    buffer_printf(s->out, ", %u schedules a game, seed ", v->schedules);
    words_seed(&s->raw, v->seed);
    markdown_flush_code(s);
    markdown_plain(s, ".\n\n");
}

/* ---- the table */

static void finding_cell(struct markdown_writer *s, const struct record_claims *v,
                         const struct claims_property *p, const struct claims_finding *f)
{
    bool is_bad = claims_words_finding_tone(f->finding) == TONE_BAD;

    markdown_plain(s, is_bad ? " | **" : " | ");
    claims_words_finding(&s->raw, v, p, f);
    markdown_flush(s);
    markdown_plain(s, is_bad ? "**" : "");
    if (f->detail[0] && f->finding != FINDING_NOT_VIOLATED) {
        markdown_plain(s, ": ");
        markdown_text(s, f->detail);
    }
    markdown_plain(s, f->is_required ? " (required)" : "");
}

static void finding_row(struct markdown_writer *s, const struct record_claims *v,
                        const struct claims_property *p)
{
    markdown_plain(s, "| **");
    markdown_text(s, p->id);
    markdown_plain(s, "** ");
    markdown_text(s, p->name);
    markdown_plain(s, " | ");
    claims_words_claimed(&s->raw, p);
    markdown_flush(s);
    for (int side = 0; side < N_CLAIMS_SIDE; side++) {
        if (!v->sides[side])
            continue;
        markdown_plain(s, " | ");
        claims_words_measured(&s->raw, v, p, (enum claims_side)side);
        markdown_flush(s);
    }
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (v->conclusions[side])
            finding_cell(s, v, p, p->findings[side]);
    markdown_plain(s, " |\n");
}

static void findings(struct markdown_writer *s, const struct record_claims *v)
{
    size_t n_columns = 3;

    markdown_plain(s, "| property | claimed | measured here |");
    for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++)
        if (v->sides[side]) {
            buffer_printf(s->out, " measured for %s |", claims_words_side((enum claims_side)side));
            n_columns++;
        }
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (v->conclusions[side]) {
            buffer_printf(s->out, " %sfinding |", claims_words_beside((enum claims_side)side));
            n_columns++;
        }
    markdown_plain(s, "\n|");
    for (size_t i = 0; i < n_columns; i++)
        markdown_plain(s, "---|");
    markdown_plain(s, "\n");
    for (size_t i = 0; i < v->n_properties; i++)
        finding_row(s, v, &v->properties[i]);
}

static void weaknesses(struct markdown_writer *s, const struct record_claims *v)
{
    size_t n = 0;

    for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++)
        for (size_t i = 0; i < v->n_properties; i++) {
            const struct claims_property *p = &v->properties[i];
            if (!claims_view_signal_is_weak(v, p, (enum claims_side)side))
                continue;
            if (n++ == 0)
                markdown_plain(s, "\n### Weaknesses Signal itself has\n\n");
            markdown_plain(s, "- **");
            markdown_text(s, p->id);
            markdown_plain(s, "** ");
            markdown_text(s, p->name);
            markdown_plain(s, ": ");
            claims_words_weakness(&s->raw, v, p, (enum claims_side)side);
            markdown_flush(s);
            markdown_plain(s, "\n");
        }
}

static void gate_cell(struct markdown_writer *s, const struct claims_holding *side)
{
    markdown_plain(s, " | ");
    markdown_text(s, claims_words_precondition(side));
    if (side && side->detail[0]) {
        markdown_plain(s, ": ");
        markdown_text(s, side->detail);
    }
}

/* A column for each side that took part, in the head of a table or, |is_rule|, in the line under
 * it. */
static void side_columns(struct markdown_writer *s, const struct record_claims *v, bool is_rule)
{
    for (int side = 0; side < N_CLAIMS_SIDE; side++) {
        if (v->sides[side] && is_rule)
            markdown_plain(s, "---|");
        else if (v->sides[side])
            buffer_printf(s->out, " %s |", claims_words_side((enum claims_side)side));
    }
}

static void preconditions(struct markdown_writer *s, const struct record_claims *v)
{
    if (v->n_preconditions) {
        markdown_plain(s, "\n### Preconditions\n\n| precondition |");
        side_columns(s, v, false);
        markdown_plain(s, "\n|---|");
        side_columns(s, v, true);
        markdown_plain(s, "\n");
    }
    for (size_t i = 0; i < v->n_preconditions; i++) {
        markdown_plain(s, "| **");
        markdown_text(s, v->preconditions[i].id);
        markdown_plain(s, "** ");
        markdown_text(s, v->preconditions[i].title);
        for (int side = 0; side < N_CLAIMS_SIDE; side++)
            if (v->sides[side])
                gate_cell(s, v->preconditions[i].sides[side]);
        markdown_plain(s, " |\n");
    }
}

/* ---- refutations */

static void story(struct markdown_writer *s, const struct claims_counterexample *c)
{
    bool was_told = true;

    for (size_t i = 0; i < c->n_story; i++) {
        bool is_told = claims_words_is_told(i, c->n_story, HTML_CASE_HEAD, HTML_CASE_TAIL);
        if (is_told) {
            buffer_printf(s->out, "%zu. ", i + 1);
            markdown_text(s, c->story[i]);
            markdown_plain(s, "\n");
        } else if (was_told) {
            buffer_printf(s->out, "\n%zu steps are in claims.json\n\n",
                          c->n_story - HTML_CASE_HEAD - HTML_CASE_TAIL);
        }
        was_told = is_told;
    }
}

static void proofs(struct markdown_writer *s, const struct claims_counterexample *c)
{
    for (size_t i = 0; i < c->n_proofs; i++) {
        const struct claims_proof *proof = &c->proofs[i];
        markdown_plain(s, i ? "- " : "\n- ");
        markdown_text(s, proof->name);
        buffer_printf(s->out, " (%zu %s): ", proof->length, proof->length == 1 ? "byte" : "bytes");
        buffer_printf(&s->raw, "%.*s%s", (int)PROOF_DIGITS_SHOWN, proof->hex,
                      proof->length > PROOF_DIGITS_SHOWN / 2 ? "..." : "");
        markdown_flush_code(s);
        markdown_plain(s, "\n");
    }
}

static void refutation(struct markdown_writer *s, const struct record_claims *v,
                       const struct claims_game *g, const char *out_dir)
{
    const struct game_result *o = claims_view_result(g, CLAIMS_TARGET);

    markdown_plain(s, "\n#### ");
    markdown_text(s, g->id);
    markdown_plain(s, " ");
    markdown_text(s, g->title);
    markdown_plain(s, " (");
    markdown_text(s, g->property);
    markdown_plain(s, ")\n\n");
    claims_words_defeat(&s->raw, v, g);
    markdown_flush(s);
    markdown_plain(s, ". ");
    markdown_text(s, g->sentence);
    markdown_plain(s, "\n");
    if (!o->counterexample)
        return;
    if (o->counterexample->schedule[0]) {
        markdown_plain(s, "\nSmallest schedule ");
        markdown_code(s, o->counterexample->schedule);
        markdown_plain(s, ":\n");
    }
    markdown_plain(s, "\n");
    story(s, o->counterexample);
    proofs(s, o->counterexample);
    claims_words_again(&s->raw, v, o, out_dir);
    if (s->raw.len) {
        markdown_plain(s, "- again: ");
        markdown_flush_code(s);
        markdown_plain(s, "\n");
    }
}

static void refutations(struct markdown_writer *s, const struct record_claims *v,
                        const char *out_dir)
{
    size_t n = 0;

    for (size_t i = 0; i < v->n_games; i++) {
        if (claims_view_defeat(v, &v->games[i]) == DEFEAT_NONE)
            continue;
        if (n++ == 0)
            markdown_plain(s, "\n### Refutations and weaker numbers\n");
        refutation(s, v, &v->games[i], out_dir);
    }
}

/* ---- what else there is */

static void told(struct markdown_writer *s, const struct record_claims *v)
{
    size_t n = 0;

    for (size_t i = 0; i < v->n_games; i++) {
        const struct claims_game *g = &v->games[i];
        if (g->kind != GAME_REPORTS || !claims_view_result(g, CLAIMS_TARGET)->state)
            continue;
        if (n++ == 0)
            markdown_plain(s, "\n### Told, not judged\n\n");
        markdown_plain(s, "- **");
        markdown_text(s, g->id);
        markdown_plain(s, "** ");
        markdown_text(s, g->title);
        markdown_plain(s, ": ");
        markdown_text(s, claims_view_result(g, CLAIMS_TARGET)->detail);
        for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++) {
            if (!claims_view_result(g, (enum claims_side)side)->state)
                continue;
            buffer_printf(s->out, "; %s: ", claims_words_side((enum claims_side)side));
            markdown_text(s, claims_view_result(g, (enum claims_side)side)->detail);
        }
        markdown_plain(s, "\n");
    }
}

static void documents(struct markdown_writer *s, const struct record_claims *v)
{
    if (v->n_documents)
        markdown_plain(s, "\n### Documents\n\n");
    for (size_t i = 0; i < v->n_documents; i++) {
        const struct claims_document *d = &v->documents[i];
        markdown_plain(s, "- ");
        markdown_text(s, d->title);
        markdown_plain(s, " (");
        markdown_text(s, d->kind);
        markdown_plain(s, ") ");
        markdown_code(s, d->url);
        if (d->sha256[0]) {
            markdown_plain(s, ", SHA-256 ");
            markdown_code(s, d->sha256);
        }
        markdown_plain(s, "\n");
    }
}

static void limits(struct markdown_writer *s, const struct record_claims *v)
{
    markdown_plain(s, "\n### What this does not prove\n\n");
    for (size_t i = 0; claims_words_limit(&s->raw, v, i); i++) {
        markdown_plain(s, "- ");
        markdown_flush(s);
        markdown_plain(s, "\n");
    }
    markdown_plain(s, "\nRun by ");
    claims_words_command(&s->raw, v);
    markdown_flush_code(s);
    markdown_plain(s, "\n");
}

void claims_markdown_render(const struct record_claims *v, const struct report_options *options,
                            struct buffer *out)
{
    struct markdown_writer s = {.out = out};

    buffer_init(&s.raw, REPORT_MAX);
    headline(&s, v);
    findings(&s, v);
    weaknesses(&s, v);
    preconditions(&s, v);
    refutations(&s, v, options->out_dir);
    told(&s, v);
    documents(&s, v);
    limits(&s, v);
    buffer_fini(&s.raw);
}
