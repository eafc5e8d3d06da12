/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/journal.h"

#include <string.h>

#define ENDING ".jsonl"

bool journal_is_named(const char *path)
{
    size_t len = strlen(path);
    return len > strlen(ENDING) && strcmp(path + len - strlen(ENDING), ENDING) == 0;
}

/* Take the first line off |text|; false when nothing is left. */
static bool next_line(struct bytes *text, struct bytes *out, bool *out_is_whole)
{
    if (text->len == 0)
        return false;
    const uint8_t *end = memchr(text->data, '\n', text->len);
    size_t len = end ? (size_t)(end - text->data) : text->len;
    *out = bytes_of(text->data, len);
    *out_is_whole = end != NULL;
    len += end != NULL;
    *text = bytes_of(text->data + len, text->len - len);
    return true;
}

static enum status read_header(struct bytes *text, struct buffer *problem, struct document *out,
                               bool *out_is_whole)
{
    struct bytes line = bytes_of(NULL, 0);
    bool is_whole = false;
    out->run = arena_alloc(&out->arena, sizeof(*out->run));
    if (!out->run)
        return E_NOMEM;
    if (!next_line(text, &line, &is_whole) ||
        form_read(&record_journal_form, line, &out->arena, NULL, out->run)) {
        buffer_append_text(problem, is_whole ? "not the journal of a run"
                                             : "it ends within its first line, which says whose it "
                                               "is: nothing is known about the run");
        return E_PARSE;
    }
    *out_is_whole = is_whole;
    if (record_is_run_format(out->run->format))
        return OK;
    buffer_append_text(problem, "not the journal of a run of this assay");
    return E_PARSE;
}

static size_t count_lines(struct bytes text)
{
    size_t n = 1;
    for (size_t i = 0; i < text.len; i++)
        n += text.data[i] == '\n';
    return n;
}

/* The last line, which only a run that came to its end has written. */
static enum status read_ending(struct bytes line, struct document *out, bool *out_is_ending)
{
    struct record_run ending = *out->run;
    enum status st = form_read(&record_ending_form, line, &out->arena, NULL, &ending);
    *out_is_ending = st == OK;
    if (st)
        return st == E_PARSE ? OK : st;
    out->run->interrupted = ending.interrupted;
    out->run->is_unreachable = ending.is_unreachable;
    out->run->preconditions = ending.preconditions;
    out->run->n_preconditions = ending.n_preconditions;
    out->run->generated = ending.generated;
    out->run->trials = ending.trials;
    out->run->n_trials = ending.n_trials;
    out->run->times = ending.times;
    return OK;
}

/* What is read of a journal, line by line. */
struct reading {
    struct record_line *lines;
    size_t *ends;
    size_t n_whole; /* lines whose line break is there, without the first */
    bool is_ended;
};

/* One case; *out_is_cut: the line is the last and not whole. */
static enum status read_case(struct bytes line, bool is_whole, struct buffer *problem,
                             struct document *out, struct reading *r, bool *out_is_cut)
{
    struct record_run *run = out->run;
    struct record_line *to = &r->lines[run->n_cases];
    enum status st = form_read(&record_line_form, line, &out->arena, NULL, to);
    *out_is_cut = st == E_PARSE && !is_whole;
    if (*out_is_cut)
        return OK;
    if (st == E_PARSE)
        buffer_printf(problem, "line %zu cannot be read", run->n_cases + 2);
    if (st)
        return st;
    run->cases[run->n_cases++] = to->result;
    if (is_whole) {
        r->n_whole++;
        r->ends[r->n_whole] = r->ends[r->n_whole - 1] + line.len + 1;
    }
    return OK;
}

/* Each line is a case, but the last of a whole journal. */
static enum status read_cases(struct bytes text, struct buffer *problem, struct document *out,
                              struct reading *r)
{
    struct bytes line;
    bool is_whole, is_cut = false;
    while (!is_cut && next_line(&text, &line, &is_whole)) {
        enum status st = text.len ? OK : read_ending(line, out, &r->is_ended);
        if (st || r->is_ended)
            return st;
        if ((st = read_case(line, is_whole, problem, out, r, &is_cut)))
            return st;
    }
    return OK;
}

static enum status read_all(struct bytes text, struct buffer *problem, struct document *out,
                            struct reading *r)
{
    size_t n = count_lines(text), len = text.len;
    bool is_whole = false;
    enum status st = read_header(&text, problem, out, &is_whole);
    if (st)
        return st;
    r->lines = arena_array(&out->arena, n, sizeof(*r->lines));
    r->ends = arena_array(&out->arena, n + 1, sizeof(*r->ends));
    out->run->cases = arena_array(&out->arena, n, sizeof(*out->run->cases));
    if (!r->lines || !r->ends || !out->run->cases)
        return E_NOMEM;
    r->ends[0] = is_whole ? len - text.len : 0;
    return read_cases(text, problem, out, r);
}

enum status journal_read(struct bytes text, struct buffer *problem, struct document *out,
                         struct journal *journal)
{
    struct reading r = {.is_ended = false};
    document_init(out);
    enum status st = read_all(text, problem, out, &r);
    if (journal)
        *journal = (struct journal){r.lines, r.n_whole, r.ends, r.is_ended};
    if (st || r.is_ended)
        return st;
    struct record_run *run = out->run;
    run->times.started = "";
    run->interrupted =
        run->planned
            ? arena_printf(&out->arena, "the journal ends after %zu of %llu executions",
                           run->n_cases, (unsigned long long)run->planned)
            : arena_printf(&out->arena, "the journal ends after %zu executions", run->n_cases);
    return run->interrupted ? OK : E_NOMEM;
}
