/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/diff_forms.c - two runs compared, for a person and for a machine: the forms of
 * reports/diff.h.
 */
#include "record/member.h"
#include "reports/diff.h"
#include "reports/escape.h"
#include "reports/words.h"

#define ROWS_SHOWN 200u /* of one kind, on a terminal */

static const struct {
    const char *name;
    const char *title;
} kinds[N_DIFF] = {
    [DIFF_SAME] = {"same", "As before"},
    [DIFF_BROKEN] = {"broken", "Broken"},
    [DIFF_NEW] = {"new", "New"},
    [DIFF_FIXED] = {"fixed", "Fixed"},
    [DIFF_CHANGED] = {"changed", "Wrong in another way"},
    [DIFF_GONE] = {"gone", "Gone"},
};

/* "broken"; "same" out of range. */
static const char *kind_name(enum diff_kind kind)
{
    return kinds[(unsigned)kind < N_DIFF ? kind : DIFF_SAME].name;
}

const char *diff_kind_title(enum diff_kind kind)
{
    return kinds[(unsigned)kind < N_DIFF ? kind : DIFF_SAME].title;
}

const char *diff_state_name(enum state s) { return s ? state_name(s) : "absent"; }

void diff_tally(const struct diff *d, struct buffer *out)
{
    for (int kind = DIFF_SAME + 1; kind < N_DIFF; kind++) {
        buffer_append_number(out, d->executions[kind]);
        buffer_printf(out, " %s, ", kinds[kind].name);
    }
    buffer_append_number(out, d->executions[DIFF_SAME]);
    buffer_append_text(out, " as before");
}

/* ---- for a person */

static void tame(struct buffer *out, const char *text)
{
    escape_append(out, ESCAPE_TERMINAL, text, ESCAPE_TEXT_MAX);
}

/* A break decides, and what is wrong in another way does not, unless it is said. */
static const char *deciding_words(const struct diff_row *row)
{
    if (row->is_deciding == (row->kind == DIFF_BROKEN))
        return "";
    return row->is_deciding ? "; decides" : "; does not decide";
}

static void print_row(const struct diff_row *row, struct buffer *out)
{
    buffer_append_text(out, "  ");
    tame(out, row->count > 1 ? row->name : row->example);
    if (row->count > 1)
        buffer_printf(out, " (%llu executions)", (unsigned long long)row->count);
    buffer_append_text(out, "  ");
    tame(out, row->requirement);
    buffer_printf(out, ", %s: %s -> %s%s\n", words_level(row->level), diff_state_name(row->before),
                  diff_state_name(row->after), deciding_words(row));
    if ((row->kind != DIFF_BROKEN && !row->is_deciding) || !row->why[0])
        return;
    buffer_append_text(out, "      ");
    tame(out, row->why);
    buffer_append_byte(out, '\n');
}

static void print_kind(const struct diff *d, enum diff_kind kind, struct buffer *out)
{
    uint64_t n = 0, executions = 0;
    for (size_t i = 0; i < d->n_rows; i++) {
        if (d->rows[i].kind != kind)
            continue;
        if (n++ == 0) {
            buffer_printf(out, "%s: ", kinds[kind].title);
            words_count(out, d->executions[kind], "execution", "executions");
            buffer_append_byte(out, '\n');
        }
        if (n <= ROWS_SHOWN)
            print_row(&d->rows[i], out);
        else
            executions += d->rows[i].count;
    }
    if (executions) {
        buffer_append_text(out, "  and ");
        words_count(out, executions, "execution more", "executions more");
        buffer_append_text(out, " (--json has all)\n");
    }
    if (n)
        buffer_append_byte(out, '\n');
}

/* |absent|: what is said of a run that has no text. */
static void print_pairs(const char *title, const struct diff_pairs *pairs, const char *absent,
                        struct buffer *out)
{
    if (!pairs->n)
        return;
    buffer_printf(out, "%s:\n", title);
    for (size_t i = 0; i < pairs->n; i++) {
        const struct diff_pair *p = &pairs->items[i];
        buffer_append_text(out, "  ");
        tame(out, p->name);
        buffer_append_text(out, ": ");
        tame(out, p->before[0] ? p->before : absent);
        buffer_append_text(out, " -> ");
        tame(out, p->after[0] ? p->after : absent);
        buffer_append_byte(out, '\n');
    }
    buffer_append_byte(out, '\n');
}

void diff_print(const struct diff *d, struct buffer *out)
{
    print_pairs("Not the same in both runs", &d->conditions, "none", out);
    print_pairs("Preconditions", &d->preconditions, "holds", out);
    for (int kind = DIFF_SAME + 1; kind < N_DIFF; kind++)
        print_kind(d, (enum diff_kind)kind, out);
    print_pairs("Requirements", &d->requirements, "unknown", out);
    print_pairs("Measured", &d->measures, "not measured", out);
    diff_tally(d, out);
    buffer_printf(out, " (exit %d)\n", diff_exit(d));
}

/* ---- for a machine */

static const char *kind_word(int kind) { return kind_name((enum diff_kind)kind); }
static const char *state_word(int state) { return diff_state_name((enum state)state); }
static const char *level_word(int level) { return level_name((enum level)level); }

static const struct member pair_members[] = {TEXT("name", diff_pair, name),
                                             TEXT("before", diff_pair, before),
                                             TEXT("after", diff_pair, after)};
static const struct form pair_form = {FORM(diff_pair, pair_members)};
static const struct member row_members[] = {ENUM("kind", diff_row, kind, kind_word, N_DIFF),
                                            TEXT("case", diff_row, name),
                                            TEXT("example", diff_row, example),
                                            NUMBER("executions", diff_row, count),
                                            TEXT("requirement", diff_row, requirement),
                                            ENUM("level", diff_row, level, level_word, N_LEVEL),
                                            ENUM("before", diff_row, before, state_word, N_STATE),
                                            ENUM("after", diff_row, after, state_word, N_STATE),
                                            FLAG("decides", diff_row, is_deciding),
                                            TEXT("why", diff_row, why)};
static const struct form row_form = {FORM(diff_row, row_members)};

/* The document: what |diff| has, and what follows from it. */
struct diff_document {
    const char *format;
    int exit_code;
    uint64_t broken, fresh, fixed, changed, gone, same;
    struct diff diff;
};

static const struct member document_members[] = {
    TEXT("format", diff_document, format),
    NUMBER("exit_code", diff_document, exit_code),
    NUMBER("broken", diff_document, broken),
    NUMBER("new", diff_document, fresh),
    NUMBER("fixed", diff_document, fixed),
    NUMBER("changed", diff_document, changed),
    NUMBER("gone", diff_document, gone),
    NUMBER("same", diff_document, same),
    NUMBER("decide", diff_document, diff.n_deciding),
    LIST("conditions", diff_document, diff.conditions.items, diff.conditions.n, &pair_form),
    LIST("preconditions", diff_document, diff.preconditions.items, diff.preconditions.n,
         &pair_form),
    LIST("cases", diff_document, diff.rows, diff.n_rows, &row_form),
    LIST("requirements", diff_document, diff.requirements.items, diff.requirements.n, &pair_form),
    LIST("measures", diff_document, diff.measures.items, diff.measures.n, &pair_form)};
static const struct form document_form = {FORM(diff_document, document_members)};

enum status diff_write(const struct diff *d, struct buffer *out)
{
    const struct diff_document document = {.format = "assay-diff-1",
                                           .exit_code = diff_exit(d),
                                           .broken = d->executions[DIFF_BROKEN],
                                           .fresh = d->executions[DIFF_NEW],
                                           .fixed = d->executions[DIFF_FIXED],
                                           .changed = d->executions[DIFF_CHANGED],
                                           .gone = d->executions[DIFF_GONE],
                                           .same = d->executions[DIFF_SAME],
                                           .diff = *d};
    return form_write(&document_form, &document, FORM_PAGE, out);
}
