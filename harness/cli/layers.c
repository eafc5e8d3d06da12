/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/layers.h"

#include "base/hex.h"
#include "record/dump.h"

#include <string.h>

#define ROW_BYTES 16u

static bool is_mutated(const struct shown_bytes *shown, size_t at, size_t len)
{
    return shown->mutated_len > 0 && at < shown->mutated_at + shown->mutated_len &&
           shown->mutated_at < at + len;
}

/* One row: offset, a "*" when something in it was mutated, up to ROW_BYTES bytes, and the field's
 * name on its first row. */
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

static void print_span(const struct cli *cli, const struct shown_bytes *shown,
                       const struct dump_span *span)
{
    char name[96] = "";
    if (span->name && span->is_number)
        snprintf(name, sizeof(name), "%s = %u", span->name, span->number);
    else if (span->name)
        snprintf(name, sizeof(name), "%s", span->name);
    for (size_t from = 0; from < span->len; from += ROW_BYTES) {
        size_t left = span->len - from;
        struct bytes row =
            bytes_slice(shown->bytes, span->at + from, left < ROW_BYTES ? left : ROW_BYTES);
        print_row(cli, row, span->at + from, is_mutated(shown, span->at + from, row.len),
                  from == 0 ? name : "");
    }
}

static void print_bytes(const struct cli *cli, const struct shown_bytes *shown)
{
    struct dump_span spans[DUMP_SPANS_MAX];
    size_t n = dump_split(shown->kind, shown->bytes, spans);
    fprintf(cli->out, "         %s (%s), %zu bytes%s\n", cli_tame(cli, shown->label),
            cli_tame(cli, shown->kind), shown->bytes.len,
            shown->is_cut ? " shown, there are more" : "");
    for (size_t i = 0; i < n; i++)
        print_span(cli, shown, &spans[i]);
}

static void print_step(const struct cli *cli, const struct step_result *step)
{
    const char *reason = step->reason_name;
    if (step->n > 0)
        fprintf(cli->out, "step %-3zu %s\n", step->n, cli_tame(cli, step->text));
    else
        fprintf(cli->out, "before   %s\n", cli_tame(cli, step->text));
    for (size_t i = 0; i < step->n_bytes; i++)
        print_bytes(cli, &step->bytes[i]);
    fprintf(cli->out, "         expected: %-10s seen: %s%s%s%s   %s\n", expect_name(step->expect),
            seen_name(step->seen), *reason ? " (" : "", cli_tame(cli, reason), *reason ? ")" : "",
            verdict_name(step->verdict));
    if (*step->detail)
        fprintf(cli->out, "         %s\n", cli_tame(cli, step->detail));
}

void layers_print(const struct cli *cli, const struct record_case *c)
{
    fprintf(cli->out, "%s   %s   %s\n%s\n\n", cli_tame(cli, c->id), cli_tame(cli, c->requirement),
            level_name(c->level), cli_tame(cli, c->purpose));
    for (size_t i = 0; i < c->result.n_steps; i++)
        print_step(cli, &c->result.steps[i]);
    for (size_t i = 0; i < c->result.n_measures; i++)
        fprintf(cli->out, "%s: %s\n", cli_tame(cli, c->result.measures[i].name),
                cli_tame(cli, c->result.measures[i].value));
}
