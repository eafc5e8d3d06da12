/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/scoreboard.h"

#include "base/clock.h"
#include "reports/report.h"

#include <string.h>
#include <unistd.h>

#define TERMINAL_EVERY_MS 100u
#define PLAIN_EVERY_MS 5000u
#define ESTIMATE_FROM_MS 1000u
#define PROGRESS_MAX 256u

void progress_begin(struct progress *p, const struct cli *cli, bool is_shown, const char *unit,
                    size_t n_before)
{
    uint64_t now_ms = clock_now_ms(clock_monotonic());
    *p = (struct progress){.cli = cli,
                           .is_shown = is_shown,
                           .began_ms = now_ms,
                           .last_ms = now_ms,
                           .unit = unit,
                           .n_before = n_before};
}

/* ", about 40 s left", as if what is left took as long as what is done; "" while nothing can be
 * said. */
static const char *estimate(const struct progress *p, uint64_t now_ms, char *text, size_t len)
{
    uint64_t spent_ms = now_ms - p->began_ms;
    text[0] = '\0';
    if (p->done <= p->n_before || p->done >= p->total || spent_ms < ESTIMATE_FROM_MS)
        return text;
    uint64_t left_s = spent_ms * (p->total - p->done) / (p->done - p->n_before) / 1000 + 1;
    if (left_s < 120)
        snprintf(text, len, ", about %llu s left", (unsigned long long)left_s);
    else
        snprintf(text, len, ", about %llu min left", (unsigned long long)(left_s + 59) / 60);
    return text;
}

/* Columns of a line that begins with two spaces and does not fill the terminal's last one. */
static unsigned room_of(int fd)
{
    unsigned columns = cli_terminal_columns(fd);
    return columns == 0 ? PROGRESS_MAX : columns > 3 ? columns - 3 : 0;
}

void progress_tick(void *context)
{
    struct progress *p = context;
    uint64_t now_ms = clock_now_ms(clock_monotonic());
    bool is_terminal = p->cli->is_err_terminal;
    char left[64], line[PROGRESS_MAX];
    if (!p->is_shown || now_ms - p->last_ms < (is_terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS))
        return;
    p->last_ms = now_ms;
    snprintf(line, sizeof(line), "%zu of %zu %s, %zu failed%s   %s", p->done, p->total, p->unit,
             p->n_failed, estimate(p, now_ms, left, sizeof(left)), p->last);
    if (is_terminal) /* two spaces before it, and the last column stays free: no line breaks */
        fprintf(p->cli->err, "\r\033[K  %.*s", (int)room_of(STDERR_FILENO), line);
    else
        fprintf(p->cli->err, "%s\n", line);
    fflush(p->cli->err);
}

void progress_committed(void *context, const struct record_case *result, size_t done, size_t total)
{
    struct progress *p = context;
    enum state state = record_case_state(result);
    p->n_failed += state == STATE_FAILED || state == STATE_ERROR;
    if (p->done <= p->n_before && p->cli->is_err_terminal)
        p->last_ms = 0; /* the first is not waited for */
    p->done = done;
    p->total = total;
    snprintf(p->last, sizeof(p->last), "%s", result->id);
    progress_tick(p);
}

void progress_end(struct progress *p)
{
    if (p->is_shown && p->cli->is_err_terminal)
        fputs("\r\033[K", p->cli->err);
}

enum exit_code scoreboard_show(const struct cli *cli, const struct document *document,
                               const struct scoreboard_options *options)
{
    const struct report_options how = {
        .has_colour = cli->is_out_terminal && !cli->wants_no_color && !options->wants_no_color,
        .width = cli_columns(cli),
        .out_dir = options->out_dir,
        .since = options->since,
    };
    struct buffer rendered;
    if (options->is_quiet && !options->is_json)
        return EXIT_CONFORMANT;
    buffer_init(&rendered, REPORT_MAX);
    enum status st =
        report_render(options->is_json ? REPORT_JSON : REPORT_TERMINAL, document, &how, &rendered);
    if (!st && fwrite(rendered.data, 1, rendered.len, cli->out) != rendered.len)
        st = E_IO;
    buffer_fini(&rendered);
    return st ? cli_complain_status(cli, "printing the results", st) : EXIT_CONFORMANT;
}

enum exit_code scoreboard_print(const struct cli *cli, const struct document *document,
                                const struct scoreboard_options *options)
{
    const struct record_summary *summary = document->run->summary;
    enum exit_code printed = scoreboard_show(cli, document, options);
    enum exit_code code = (enum exit_code)summary->exit_code;
    if (options->is_quiet && !options->is_json && code != EXIT_CONFORMANT)
        cli_complain(cli, code, "%s; see %s/report.html (exit %d)", run_state_name(summary->state),
                     options->out_dir, (int)code);
    return printed ? printed : code;
}
