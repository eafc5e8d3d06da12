#include "cli/generated.h"

#include "base/clock.h"

#include <string.h>

#define PROGRESS_EVERY_MS 100u
#define NAME_WIDTH 24

static void show_progress(void *context, uint32_t done, uint32_t total, uint32_t failed)
{
    struct progress *p = context;
    uint64_t now_ms = clock_now_ms(clock_monotonic());
    if (!p->is_shown || (now_ms - p->last_ms < PROGRESS_EVERY_MS && done < total))
        return;
    p->last_ms = now_ms;
    fprintf(p->cli->err, "\r\033[K  %u of %u schedules   %u failed", done, total, failed);
    fflush(p->cli->err);
}

enum status generated_drive(const struct run_options *run, const struct catalogue *catalogue,
                            uint32_t count, struct progress *progress, struct generate_outcome *out)
{
    struct generate_options options = {.run = run,
                                       .catalogue = catalogue,
                                       .count = count,
                                       .taken = show_progress,
                                       .context = progress};
    enum status st = generate_run(&options, out);
    progress_end(progress);
    return st;
}

static long long number(const json_t *object, const char *name)
{
    return (long long)json_integer_value(json_object_get(object, name));
}

static void print_table(const struct cli *cli, const char *name, const json_t *rows)
{
    size_t i;
    const json_t *row;
    fprintf(cli->out, "  %s\n", name);
    json_array_foreach(rows, i, row)
    {
        const char *row_name = json_string_value(json_object_get(row, "name"));
        fprintf(cli->out, "    %-*s %12lld\n", NAME_WIDTH, row_name ? row_name : "",
                number(row, "count"));
    }
}

static void print_failures(const struct cli *cli, const json_t *failures)
{
    size_t i;
    const json_t *failure;
    json_array_foreach(failures, i, failure)
    {
        const char *cause = json_string_value(json_object_get(failure, "cause"));
        const char *id = json_string_value(json_object_get(failure, "case"));
        fprintf(cli->out, "    %lld failed as %s: %s\n", number(failure, "schedules"),
                cli_tame(cli, id ? id : ""), cli_tame(cli, cause ? cause : ""));
    }
}

void generated_print(const struct cli *cli, const json_t *results)
{
    const json_t *generated = json_object_get(results, "generated");
    const json_t *times = json_object_get(results, "times");
    double seconds = json_real_value(json_object_get(times, "seconds"));
    const char *name;
    json_t *rows;
    if (!generated)
        return;
    fprintf(cli->out, "\nGenerated conversations: %lld of %lld schedules run, %lld failed\n",
            number(generated, "run"), number(generated, "asked"), number(generated, "failed"));
    print_failures(cli, json_object_get(generated, "failures"));
    fprintf(cli->out, "  %lld steps; %lld deliveries had to open, %lld had to be refused\n",
            number(generated, "steps"), number(generated, "opened"), number(generated, "refused"));
    if (seconds > 0)
        fprintf(cli->out, "  %.0f schedules a second, %lld KiB of memory at most in a process\n",
                (double)number(generated, "run") / seconds, number(times, "peak_memory_kb"));
    json_object_foreach((json_t *)(uintptr_t)json_object_get(generated, "distribution"), name, rows)
        print_table(cli, name, rows);
}
