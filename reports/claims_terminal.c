/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/claims_words.h"
#include "reports/escape.h"
#include "reports/terminal_writer.h"
#include "reports/render.h"
#include "reports/words.h"

#include <string.h>

#define MARGIN 6u
#define INDENT 2u
#define ID_COLUMNS 7u
#define FINDING_COLUMNS 31u
#define BESIDE_COLUMNS 11u /* "Signal v3: " */
#define NAME_COLUMNS_MAX 40u
#define CLAUSE_COLUMN 76u /* where the property of a refutation stands */
#define HTML_CASE_HEAD 3u
#define HTML_CASE_TAIL 7u

static const enum style tone_styles[N_TONE] = {[TONE_MILD] = STYLE_FAINT,
                                               [TONE_GOOD] = STYLE_GOOD,
                                               [TONE_BAD] = STYLE_BAD,
                                               [TONE_DOUBT] = STYLE_DOUBT};

static void head_line(struct terminal_writer *p, const struct record_claims *v)
{
    buffer_printf(&p->raw, "assay %s", v->assay);
    terminal_writer_flush(p, STYLE_STRONG, 0);
    buffer_printf(&p->raw, "   claims %s %s   target %s ", v->protocol, v->version,
                  v->sides[CLAIMS_TARGET]->address);
    claims_words_party(&p->raw, v->sides[CLAIMS_TARGET]);
    buffer_append_text(&p->raw, "   seed ");
    words_seed(&p->raw, v->seed);
    buffer_printf(&p->raw, "   %u schedules", v->schedules);
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    terminal_writer_newline(p);
    terminal_writer_newline(p);
}

/* ---- preconditions */

static void precondition_lines(struct terminal_writer *p, const struct record_claims *v)
{
    for (size_t i = 0; i < v->n_preconditions; i++) {
        terminal_writer_put(p, STYLE_PLAIN, "", INDENT);
        terminal_writer_put(p, STYLE_PLAIN, v->preconditions[i].id, 4);
        for (int side = 0; side < N_CLAIMS_SIDE; side++) {
            const struct claims_holding *result = v->preconditions[i].sides[side];
            if (!v->sides[side])
                continue;
            terminal_writer_put(p, STYLE_FAINT, claims_words_side((enum claims_side)side),
                                side == CLAIMS_TARGET ? 8 : BESIDE_COLUMNS);
            terminal_writer_put(p, tone_styles[claims_words_precondition_tone(result)],
                                claims_words_precondition(result), 15);
        }
        buffer_append_text(&p->raw, v->preconditions[i].title);
        for (int side = 0; side < N_CLAIMS_SIDE; side++)
            if (v->preconditions[i].sides[side] && v->preconditions[i].sides[side]->detail[0])
                buffer_printf(&p->raw, "; %s: %s", claims_words_side((enum claims_side)side),
                              v->preconditions[i].sides[side]->detail);
        terminal_writer_wrap(p, p->column);
        terminal_writer_newline(p);
    }
    terminal_writer_newline(p);
}

/* ---- properties */

static size_t widest_name(const struct record_claims *v)
{
    size_t most = 0;

    for (size_t i = 0; i < v->n_properties; i++) {
        size_t columns = escape_columns(v->properties[i].name);
        most = columns > most ? columns : most;
    }
    return most < NAME_COLUMNS_MAX ? most : NAME_COLUMNS_MAX;
}

/* What there is to say of a finding: on its line when it fits, else below. */
static void remark(struct terminal_writer *p, const struct record_claims *v,
                   const struct claims_property *property, const struct claims_finding *f)
{
    bool is_calm = f->finding == FINDING_NOT_VIOLATED || f->finding == FINDING_NOT_CLAIMED;

    if (is_calm && property->n_measures == 0)
        return;
    if (is_calm)
        claims_words_measured(&p->raw, v, property, CLAIMS_TARGET);
    else
        buffer_append_text(&p->raw, f->detail);
    if (p->column + escape_columns(buffer_text(&p->raw)) > p->width)
        terminal_writer_newline(p);
    terminal_writer_wrap(p, INDENT + ID_COLUMNS);
}

/* Do both findings say the same? What is as weak as both Signals is, though each is named. */
static bool is_same(const struct claims_finding *a, const struct claims_finding *b)
{
    return a->finding == b->finding && a->is_required == b->is_required &&
           (a->finding == FINDING_AS_WEAK_AS_SIGNAL || strcmp(a->detail, b->detail) == 0);
}

/* |beside|: which Signal, where it matters. */
static void finding_line(struct terminal_writer *p, const struct record_claims *v,
                         const struct claims_property *property, const struct claims_finding *f,
                         const char *beside)
{
    terminal_writer_put(p, STYLE_FAINT, beside, 0);
    claims_words_finding(&p->raw, v, property, f);
    terminal_writer_flush(p, tone_styles[claims_words_finding_tone(f->finding)], FINDING_COLUMNS);
    remark(p, v, property, f);
    terminal_writer_newline(p);
}

static void property_line(struct terminal_writer *p, const struct record_claims *v,
                          const struct claims_property *property, size_t names)
{
    const struct claims_finding *v3 = property->findings[CLAIMS_V3],
                                *v4 = property->findings[CLAIMS_V4];
    const struct claims_finding *first = v3 ? v3 : v4 ? v4 : property->findings[CLAIMS_ALONE];
    bool is_one = !v3 || !v4 || is_same(v3, v4);

    terminal_writer_put(p, STYLE_PLAIN, "", INDENT);
    terminal_writer_put(p, STYLE_PLAIN, property->id, ID_COLUMNS);
    terminal_writer_put(p, first->is_required ? STYLE_STRONG : STYLE_PLAIN, property->name,
                        names + 2);
    finding_line(p, v, property, first, is_one ? "" : claims_words_beside(CLAIMS_V3));
    if (is_one)
        return;
    terminal_writer_put(p, STYLE_PLAIN, "", INDENT + ID_COLUMNS + names + 2);
    finding_line(p, v, property, v4, claims_words_beside(CLAIMS_V4));
}

static void property_lines(struct terminal_writer *p, const struct record_claims *v)
{
    size_t names = widest_name(v);

    for (size_t i = 0; i < v->n_properties; i++)
        property_line(p, v, &v->properties[i], names);
}

static void weakness_line(struct terminal_writer *p, const struct record_claims *v,
                          const struct claims_property *property, enum claims_side side)
{
    terminal_writer_indent(p, INDENT);
    terminal_writer_put(p, STYLE_PLAIN, property->id, ID_COLUMNS);
    claims_words_weakness(&p->raw, v, property, side);
    terminal_writer_wrap(p, INDENT + ID_COLUMNS);
    terminal_writer_newline(p);
}

static void weakness_lines(struct terminal_writer *p, const struct record_claims *v)
{
    size_t n = 0;

    for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++)
        for (size_t i = 0; i < v->n_properties; i++) {
            if (!claims_view_signal_is_weak(v, &v->properties[i], (enum claims_side)side))
                continue;
            if (n++ == 0) {
                terminal_writer_newline(p);
                terminal_writer_put(p, STYLE_PLAIN, "  Weaknesses Signal itself has", 0);
                terminal_writer_newline(p);
            }
            weakness_line(p, v, &v->properties[i], (enum claims_side)side);
        }
}

/* ---- refutations */

static void html_case_lines(struct terminal_writer *p, const struct claims_counterexample *c)
{
    bool was_told = true;

    for (size_t i = 0; i < c->n_story; i++) {
        bool is_told = claims_words_is_told(i, c->n_story, HTML_CASE_HEAD, HTML_CASE_TAIL);
        if (is_told) {
            buffer_append_text(&p->raw, c->story[i]);
            terminal_writer_wrap(p, MARGIN);
            terminal_writer_newline(p);
        } else if (was_told) {
            terminal_writer_indent(p, MARGIN);
            buffer_printf(&p->raw, "... %zu steps, in claims.json ...",
                          c->n_story - HTML_CASE_HEAD - HTML_CASE_TAIL);
            terminal_writer_flush(p, STYLE_FAINT, 0);
            terminal_writer_newline(p);
        }
        was_told = is_told;
    }
}

/* What to type next. */
static void hint_lines(struct terminal_writer *p, const struct record_claims *v,
                       const struct claims_game *g, const char *out_dir)
{
    claims_words_again(&p->raw, v, claims_view_result(g, CLAIMS_TARGET), out_dir);
    if (p->raw.len) {
        struct buffer again = p->raw;
        buffer_init(&p->raw, again.max);
        terminal_writer_indent(p, MARGIN);
        terminal_writer_put(p, STYLE_FAINT, "again", 10);
        buffer_append(&p->raw, buffer_bytes(&again));
        terminal_writer_command(p, MARGIN + 2);
        terminal_writer_newline(p);
        buffer_fini(&again);
    }
    terminal_writer_indent(p, MARGIN);
    terminal_writer_put(p, STYLE_FAINT, "explain", 10);
    buffer_append_text(&p->raw, "assay explain ");
    words_shell(&p->raw, g->property);
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    terminal_writer_newline(p);
}

static void refutation_block(struct terminal_writer *p, const struct record_claims *v,
                             const struct claims_game *g, const char *out_dir)
{
    static const struct {
        const char *stamp;
        enum style style;
    } stamps[N_DEFEAT] = {
        [DEFEAT_NONE] = {"HELD", STYLE_GOOD},
        [DEFEAT_REFUTED] = {"REFUTED", STYLE_BAD},
        [DEFEAT_SHARED] = {"WEAK", STYLE_DOUBT},
        [DEFEAT_WEAKER] = {"WEAKER", STYLE_BAD},
    };
    const struct game_result *o = claims_view_result(g, CLAIMS_TARGET);
    enum claims_defeat defeat = claims_view_defeat(v, g);

    terminal_writer_newline(p);
    terminal_writer_put(p, stamps[defeat].style, stamps[defeat].stamp, 0);
    terminal_writer_put(p, STYLE_PLAIN, "  ", 0);
    buffer_printf(&p->raw, "%s %s", g->id, g->title);
    terminal_writer_flush(p, STYLE_STRONG, 0);
    terminal_writer_indent(p, CLAUSE_COLUMN);
    buffer_printf(&p->raw, "  %s", g->property);
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    terminal_writer_newline(p);
    if (o->counterexample && o->counterexample->schedule[0])
        buffer_printf(&p->raw, "schedule %s      ", o->counterexample->schedule);
    claims_words_defeat(&p->raw, v, g);
    terminal_writer_wrap(p, MARGIN);
    terminal_writer_newline(p);
    if (o->counterexample)
        html_case_lines(p, o->counterexample);
    buffer_append_text(&p->raw, g->sentence);
    terminal_writer_wrap(p, MARGIN);
    terminal_writer_newline(p);
    hint_lines(p, v, g, out_dir);
}

static void refutation_blocks(struct terminal_writer *p, const struct record_claims *v,
                              const char *out_dir)
{
    for (size_t i = 0; i < v->n_games; i++)
        if (claims_view_defeat(v, &v->games[i]) != DEFEAT_NONE)
            refutation_block(p, v, &v->games[i], out_dir);
}

/* ---- the conclusion */

static void conclusion_lines(struct terminal_writer *p, const struct record_claims *v,
                             const char *out_dir)
{
    terminal_writer_newline(p);
    for (int side = 0; side < N_CLAIMS_SIDE; side++) {
        const struct claims_conclusion *c = v->conclusions[side];
        if (!c)
            continue;
        terminal_writer_put(p, STYLE_PLAIN, "", INDENT);
        terminal_writer_put(p, STYLE_PLAIN, claims_words_beside((enum claims_side)side), 0);
        terminal_writer_put(p, tone_styles[claims_words_verdict_tone(c)], claims_words_stamp(c), 0);
        buffer_append_text(&p->raw, claims_words_rest(c));
        terminal_writer_wrap(p, INDENT);
        terminal_writer_newline(p);
    }
    if (v->interrupted[0]) {
        buffer_printf(&p->raw, "interrupted: %s", v->interrupted);
        terminal_writer_wrap(p, INDENT);
        terminal_writer_newline(p);
    }
    if (out_dir) {
        buffer_printf(&p->raw, "  report    %s/%s", out_dir, report_claims_file(REPORT_HTML));
        terminal_writer_flush(p, STYLE_PLAIN, 0);
        terminal_writer_newline(p);
    }
}

void claims_terminal_render(const struct record_claims *v, const struct report_options *options,
                            struct buffer *out)
{
    struct terminal_writer p;

    terminal_writer_init(&p, options, out);
    head_line(&p, v);
    precondition_lines(&p, v);
    property_lines(&p, v);
    weakness_lines(&p, v);
    refutation_blocks(&p, v, options->out_dir);
    conclusion_lines(&p, v, options->out_dir);
    terminal_writer_fini(&p);
}
