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

static enum status read_header(struct bytes *text, struct buffer *problem, struct document *out)
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
    if (strcmp(out->run->format, RECORD_RUN_FORMAT) == 0)
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
    out->run->times = ending.times;
    return OK;
}

/* Each line is a case, but the last of a whole journal. */
static enum status read_cases(struct bytes text, struct buffer *problem, struct document *out,
                              bool *out_is_whole)
{
    struct record_run *run = out->run;
    struct record_case *cases = arena_array(&out->arena, count_lines(text), sizeof(*cases));
    struct bytes line;
    bool is_whole;
    run->cases = cases;
    *out_is_whole = false;
    if (!cases)
        return E_NOMEM;
    while (next_line(&text, &line, &is_whole)) {
        enum status st = text.len ? OK : read_ending(line, out, out_is_whole);
        if (st || *out_is_whole)
            return st;
        st = form_read(&record_case_form, line, &out->arena, NULL, &cases[run->n_cases]);
        if (st == E_PARSE && !is_whole)
            break;
        if (st == E_PARSE)
            buffer_printf(problem, "line %zu cannot be read", run->n_cases + 2);
        if (st)
            return st;
        run->n_cases++;
    }
    return OK;
}

enum status journal_read(struct bytes text, struct buffer *problem, struct document *out)
{
    bool is_whole = false;
    document_init(out);
    enum status st = read_header(&text, problem, out);
    if (!st)
        st = read_cases(text, problem, out, &is_whole);
    if (st || is_whole)
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
