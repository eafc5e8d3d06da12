#include "cli/scoreboard.h"

#include "base/clock.h"
#include "reports/report.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROGRESS_EVERY_MS 100u

void progress_committed(void *context, const struct record_case *result, size_t done, size_t total)
{
    struct progress *p = context;
    if (result->state == STATE_FAILED || result->state == STATE_ERROR)
        p->n_failed++;
    uint64_t now_ms = clock_now_ms(clock_monotonic());
    if (!p->is_shown || (now_ms - p->last_ms < PROGRESS_EVERY_MS && done < total))
        return;
    p->last_ms = now_ms;
    fprintf(p->cli->err, "\r\033[K  %zu of %zu   %zu failed   %.50s", done, total, p->n_failed,
            result->id);
    fflush(p->cli->err);
}

void progress_end(struct progress *p)
{
    if (p->is_shown)
        fputs("\r\033[K", p->cli->err);
}

static unsigned terminal_width(const struct cli *cli)
{
    struct winsize size;
    if (cli->is_out_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        return size.ws_col;
    return 0;
}

enum exit_code scoreboard_show(const struct cli *cli, const struct document *document,
                               const struct scoreboard_options *options)
{
    const struct report_options how = {
        .has_colour = cli->is_out_terminal && !cli->wants_no_color && !options->wants_no_color,
        .width = terminal_width(cli),
        .out_dir = options->out_dir,
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
