#include "cli/scoreboard.h"

#include "base/clock.h"
#include "reports/report.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROGRESS_EVERY_MS 100u

void progress_committed(void *context, const json_t *case_result, size_t done, size_t total)
{
    struct progress *p = context;
    const char *verdict = json_string_value(json_object_get(case_result, "verdict"));
    const char *id = json_string_value(json_object_get(case_result, "id"));
    if (verdict && (strcmp(verdict, "fail") == 0 || strcmp(verdict, "error") == 0))
        p->n_failed++;
    uint64_t now_ms = clock_now_ms(clock_monotonic());
    if (!p->is_shown || (now_ms - p->last_ms < PROGRESS_EVERY_MS && done < total))
        return;
    p->last_ms = now_ms;
    fprintf(p->cli->err, "\r\033[K  %zu of %zu   %zu failed   %.50s", done, total, p->n_failed,
            id ? id : "");
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

static enum exit_code print_form(const struct cli *cli, json_t *results, enum report_form form,
                                 const struct report_options *options)
{
    struct buffer rendered;
    buffer_init(&rendered, REPORT_MAX);
    enum status st = report_render(form, results, options, &rendered);
    if (!st && fwrite(rendered.data, 1, rendered.len, cli->out) != rendered.len)
        st = E_IO;
    buffer_fini(&rendered);
    return st ? cli_complain_status(cli, "printing the results", st) : EXIT_CONFORMANT;
}

static enum exit_code exit_of(const json_t *results)
{
    const json_t *code = json_object_get(json_object_get(results, "summary"), "exit");
    json_int_t n = json_is_integer(code) ? json_integer_value(code) : EXIT_TROUBLE;
    return n >= EXIT_CONFORMANT && n <= EXIT_TROUBLE ? (enum exit_code)n : EXIT_TROUBLE;
}

enum exit_code scoreboard_show(const struct cli *cli, json_t *document,
                               const struct scoreboard_options *options)
{
    struct report_options how = {
        .has_colour = cli->is_out_terminal && !cli->wants_no_color && !options->wants_no_color,
        .width = terminal_width(cli),
        .out_dir = options->out_dir,
    };
    if (options->is_json)
        return print_form(cli, document, REPORT_JSON, NULL);
    return options->is_quiet ? EXIT_CONFORMANT : print_form(cli, document, REPORT_TERMINAL, &how);
}

enum exit_code scoreboard_print(const struct cli *cli, json_t *results,
                                const struct scoreboard_options *options)
{
    const json_t *outcome = json_object_get(json_object_get(results, "summary"), "outcome");
    enum exit_code printed = scoreboard_show(cli, results, options), code = exit_of(results);
    if (options->is_quiet && !options->is_json && code != EXIT_CONFORMANT)
        cli_complain(cli, code, "%s; see %s/report.html (exit %d)", json_string_value(outcome),
                     options->out_dir, (int)code);
    return printed ? printed : code;
}
