/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/counterexample_replay.h"

#include "cli/inputs.h"
#include "experiments/counterexample.h"
#include "experiments/play.h"

#include <string.h>

static void print_story(const struct cli *cli, const struct counterexample *c,
                        const struct claims_counterexample *example)
{
    fprintf(cli->out, "%s  %s\n%s\n\n", c->game->id, c->game->title, c->game->sentence);
    fprintf(cli->out, "schedule \"%s\", number %u\n", example->schedule, c->schedule.number);
    for (size_t i = 0; i < example->n_story; i++)
        fprintf(cli->out, "  %3zu  %s\n", i + 1, cli_tame(cli, example->story[i]));
    for (size_t i = 0; i < example->n_proofs; i++)
        fprintf(cli->out, "\n  %s (%zu bytes)\n  %s\n", cli_tame(cli, example->proofs[i].name),
                example->proofs[i].length, example->proofs[i].hex);
}

/* What is recorded against what came of it now. */
static enum exit_code compare(const struct cli *cli, const struct counterexample *c,
                              const struct game_result *now)
{
    bool is_number = strcmp(c->state, "measured") == 0 && now->measured >= 0;
    bool is_still = is_number ? now->measured >= c->measured : now->state == RESULT_WON;
    fprintf(cli->out, "\nrecorded: %s\nnow:      %s\n\n", cli_tame(cli, c->finding),
            cli_tame(cli, now->detail));
    if (now->state == RESULT_UNABLE || now->state == RESULT_TROUBLE) {
        fprintf(cli->out, "the game could not be played\n");
        return EXIT_UNCERTAIN;
    }
    fprintf(cli->out, "%s\n",
            !is_still   ? "not any more"
            : is_number ? "still as much"
                        : "still won");
    return is_still ? EXIT_FAILED : EXIT_CONFORMANT;
}

static enum exit_code play_loaded(const struct cli *cli, const struct replay_options *o,
                                  const struct counterexample *c)
{
    struct driver *clients[2] = {NULL, NULL};
    struct target_profile profile;
    struct driver_options how = {.address = *o->address,
                                 .clock = clock_monotonic(),
                                 .timeout_ms = o->timeout_ms,
                                 .start_ms = o->start_ms};
    enum exit_code code = EXIT_CONFORMANT;
    struct game_result result;
    for (size_t i = 0; i < 2 && !code; i++)
        code =
            inputs_greet(cli, o->address, o->timeout_ms, o->start_ms, &clients[i], &profile, NULL);
    if (!code) {
        const struct experiment_options options = {.honest_driver = clients[0],
                                                   .adversary_driver = clients[1],
                                                   .profile = &profile,
                                                   .driver_options = &how,
                                                   .seed = bytes_of(c->seed, sizeof(c->seed))};
        enum status st = play_again(&options, c->game, &c->schedule, cli->arena, &result);
        if (st)
            code = cli_complain_status(cli, o->path, st);
    }
    if (!code && o->is_json && form_print(&game_result_form, &result, FORM_PAGE, cli->out))
        code = cli_complain(cli, EXIT_TROUBLE, "the result could not be printed");
    else if (!code && !o->is_quiet && result.counterexample)
        print_story(cli, c, result.counterexample);
    if (!code)
        code = compare(cli, c, &result);
    for (size_t i = 0; i < 2; i++)
        driver_close(clients[i]);
    return code;
}

enum exit_code replay(const struct cli *cli, const struct replay_options *o)
{
    struct counterexample c;
    struct diags diags;
    diags_init(&diags);
    enum status st = counterexample_load(o->path, cli->arena, &c, &diags);
    enum exit_code code = cli_conclude(cli, st, o->path, &diags, "nothing played");
    if (!code)
        code = play_loaded(cli, o, &c);
    diags_fini(&diags);
    return code;
}
