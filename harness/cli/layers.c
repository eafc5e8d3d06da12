#include "cli/layers.h"

#include "base/hex.h"
#include "reports/dump.h"

#include <string.h>

#define ROW_BYTES 16u

/* What was bent: |len| bytes from |at|. */
struct mark {
    size_t at;
    size_t len;
};

static const char *text_of(const struct cli *cli, const json_t *object, const char *key)
{
    return cli_tame(cli, json_string_value(json_object_get(object, key)));
}

static bool is_marked(const struct mark *m, size_t at, size_t len)
{
    return m->len > 0 && at < m->at + m->len && m->at < at + len;
}

/* One row: offset, a "*" when something in it was bent, up to ROW_BYTES bytes, and the field's name
 * on its first row. */
static void print_row(const struct cli *cli, struct bytes row, size_t at, bool is_mutated,
                      const char *name)
{
    fprintf(cli->out, "           %06zx %c ", at, is_mutated ? '*' : ' ');
    for (size_t i = 0; i < ROW_BYTES; i++) {
        if (i < row.len)
            fprintf(cli->out, "%02x ", row.data[i]);
        else
            fputs("   ", cli->out);
    }
    fprintf(cli->out, " %s\n", name);
}

static void print_span(const struct cli *cli, struct bytes all, const struct dump_span *span,
                       const struct mark *mark)
{
    char name[96] = "";
    if (span->name && span->is_number)
        snprintf(name, sizeof(name), "%s = %u", span->name, span->number);
    else if (span->name)
        snprintf(name, sizeof(name), "%s", span->name);
    for (size_t from = 0; from < span->len; from += ROW_BYTES) {
        size_t left = span->len - from;
        struct bytes row = bytes_slice(all, span->at + from, left < ROW_BYTES ? left : ROW_BYTES);
        print_row(cli, row, span->at + from, is_marked(mark, span->at + from, row.len),
                  from == 0 ? name : "");
    }
}

static void print_bytes(const struct cli *cli, const json_t *shown)
{
    struct dump_span spans[DUMP_SPANS_MAX];
    struct buffer raw;
    const char *hex = json_string_value(json_object_get(shown, "hex"));
    const char *kind = text_of(cli, shown, "kind");
    const json_t *mutated = json_object_get(shown, "bent");
    struct mark mark = {(size_t)json_integer_value(json_array_get(mutated, 0)),
                        (size_t)json_integer_value(json_array_get(mutated, 1))};
    bool is_cut = json_is_true(json_object_get(shown, "cut"));
    buffer_init(&raw, 65536);
    if (hex && hex_decode(hex, strlen(hex), &raw) == OK) {
        fprintf(cli->out, "         %s (%s), %zu bytes%s\n", text_of(cli, shown, "label"), kind,
                raw.len, is_cut ? " shown, there are more" : "");
        size_t n = dump_split(kind, buffer_bytes(&raw), spans);
        for (size_t i = 0; i < n; i++)
            print_span(cli, buffer_bytes(&raw), &spans[i], &mark);
    }
    buffer_fini(&raw);
}

static void print_step(const struct cli *cli, const json_t *step)
{
    size_t i;
    const json_t *shown;
    const char *reason = text_of(cli, step, "reason"), *detail = text_of(cli, step, "detail");
    const char *expect = text_of(cli, step, "expect"), *seen = text_of(cli, step, "seen");
    json_int_t n = json_integer_value(json_object_get(step, "n"));
    if (n > 0)
        fprintf(cli->out, "step %-3lld %s\n", (long long)n, text_of(cli, step, "text"));
    else
        fprintf(cli->out, "before   %s\n", text_of(cli, step, "text"));
    json_array_foreach(json_object_get(step, "bytes"), i, shown) { print_bytes(cli, shown); }
    fprintf(cli->out, "         expected: %-10s seen: %s%s%s%s   %s\n", expect, seen,
            *reason ? " (" : "", reason, *reason ? ")" : "", text_of(cli, step, "verdict"));
    if (*detail)
        fprintf(cli->out, "         %s\n", detail);
}

void layers_print(const struct cli *cli, const json_t *result)
{
    size_t i;
    const json_t *step, *measure;
    fprintf(cli->out, "%s   %s   %s\n%s\n\n", text_of(cli, result, "id"),
            text_of(cli, result, "requirement"), text_of(cli, result, "level"),
            text_of(cli, result, "purpose"));
    json_array_foreach(json_object_get(result, "steps"), i, step) { print_step(cli, step); }
    json_array_foreach(json_object_get(result, "measures"), i, measure)
    {
        fprintf(cli->out, "%s: %s\n", text_of(cli, measure, "name"),
                text_of(cli, measure, "value"));
    }
}
