/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/known_writer.h"

#include "base/files.h"

#include <string.h>

#define FILE_MAX (16u * 1024u * 1024u)

static bool is_same_case(const char *id, const char *other)
{
    size_t len = strcspn(id, "#");
    return strcspn(other, "#") == len && memcmp(id, other, len) == 0;
}

/* One past the last execution of the case that begins at |first|; do all fail? Of chosen executions
 * nobody knows. */
static size_t end_of_case(const struct record_run *run, size_t first, bool *out_all_fail)
{
    size_t i = first;
    const struct record_selection *s = &run->selection;
    *out_all_fail = s->cases.n == 0 && s->excluded.n == 0 && s->left_out == 0 && s->shards == 0;
    for (; i < run->n_cases && is_same_case(run->cases[first].id, run->cases[i].id); i++)
        *out_all_fail &= run->cases[i].state == STATE_FAILED;
    return i;
}

/* |id_len| bytes of the id, and why. Nothing that the target said: it could look like another
 * line. */
static void write_line(const struct record_case *c, size_t id_len, struct buffer *out)
{
    const struct step_result *step = record_case_culprit(c);
    buffer_printf(out, "%.*s  # ", (int)id_len, c->id);
    if (c->excuse)
        buffer_append_text(out, c->excuse->reason);
    else if (step)
        buffer_printf(out, "%s: step %zu, expected %s, seen %s", c->requirement, step->n,
                      expect_name(step->expect), seen_name(step->seen));
    else
        buffer_printf(out, "%s: failed", c->requirement);
    buffer_append_text(out, "\n");
}

static void write_lines(const struct record_run *run, struct buffer *out)
{
    bool all_fail;
    for (size_t i = 0, end; i < run->n_cases; i = end) {
        end = end_of_case(run, i, &all_fail);
        if (all_fail)
            write_line(&run->cases[i], strcspn(run->cases[i].id, "#"), out);
        for (size_t k = i; !all_fail && k < end; k++)
            if (run->cases[k].state == STATE_FAILED)
                write_line(&run->cases[k], strlen(run->cases[k].id), out);
    }
}

enum exit_code known_writer_write(const struct cli *cli, const struct record_run *run,
                                  const char *path)
{
    struct buffer text;
    buffer_init(&text, FILE_MAX);
    buffer_append_text(&text,
                       "# Known failures (docs/reading-a-report.md): each line needs a reason "
                       "that a person has found.\n");
    write_lines(run, &text);
    enum status st = buffer_status(&text);
    if (!st)
        st = files_write(path, buffer_bytes(&text));
    buffer_fini(&text);
    return st ? cli_complain_file(cli, EXIT_TROUBLE, path, st) : EXIT_CONFORMANT;
}
