/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/generated.h"

#include <string.h>

#define NAME_WIDTH 24

static void show_progress(void *context, uint32_t done, uint32_t total, uint32_t failed)
{
    struct progress *p = context;
    p->done = done;
    p->total = total;
    p->n_failed = failed;
    progress_tick(p);
}

enum status generated_drive(const struct generate_options *options, struct progress *progress,
                            struct generate_outcome *out)
{
    struct generate_options shown = *options;
    shown.taken = show_progress;
    shown.context = progress;
    enum status st = generate_run(&shown, out);
    progress_end(progress);
    return st;
}

static void print_table(const struct cli *cli, const struct record_table *table)
{
    fprintf(cli->out, "  %s\n", table->name);
    for (size_t i = 0; i < table->n_rows; i++)
        fprintf(cli->out, "    %-*s %12llu\n", NAME_WIDTH, table->rows[i].name,
                (unsigned long long)table->rows[i].count);
}

void generated_print(const struct cli *cli, const struct record_run *run)
{
    const struct record_generated *g = run->generated;
    double seconds = run->times.seconds;
    if (!g)
        return;
    fprintf(cli->out, "\nGenerated conversations: %llu of %llu schedules run, %llu failed\n",
            (unsigned long long)g->run, (unsigned long long)g->asked,
            (unsigned long long)g->failed);
    for (size_t i = 0; i < g->n_failures; i++)
        fprintf(cli->out, "    %llu failed as %s: %s\n",
                (unsigned long long)g->failures[i].schedules, cli_tame(cli, g->failures[i].id),
                cli_tame(cli, g->failures[i].cause));
    fprintf(cli->out, "  %llu steps; %llu deliveries had to open, %llu had to be refused\n",
            (unsigned long long)g->steps, (unsigned long long)g->opened,
            (unsigned long long)g->refused);
    if (seconds > 0)
        fprintf(cli->out, "  %.0f schedules a second, %llu KiB of memory at most in a process\n",
                (double)g->run / seconds, (unsigned long long)run->times.peak_memory_kb);
    for (size_t i = 0; i < g->n_tables; i++)
        print_table(cli, &g->tables[i]);
}
