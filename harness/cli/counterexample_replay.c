#include "cli/counterexample_replay.h"

#include "cli/inputs.h"
#include "experiments/counterexample.h"
#include "experiments/play.h"

#include <string.h>

static void print_lines(const struct cli *cli, const json_t *lines)
{
    size_t i;
    const json_t *line;
    json_array_foreach(lines, i, line)
        fprintf(cli->out, "  %3zu  %s\n", i + 1, cli_tame(cli, json_string_value(line)));
}

static void print_proofs(const struct cli *cli, const json_t *proofs)
{
    size_t i;
    const json_t *proof;
    json_array_foreach(proofs, i, proof)
        fprintf(cli->out, "\n  %s (%d bytes)\n  %s\n",
                cli_tame(cli, json_string_value(json_object_get(proof, "name"))),
                (int)json_integer_value(json_object_get(proof, "length")),
                json_string_value(json_object_get(proof, "hex")));
}

static void print_story(const struct cli *cli, const struct counterexample *c, const json_t *result)
{
    const json_t *example = json_object_get(result, "counterexample");
    const char *schedule = json_string_value(json_object_get(example, "schedule"));
    fprintf(cli->out, "%s  %s\n%s\n\n", c->game->id, c->game->title, c->game->sentence);
    fprintf(cli->out, "schedule \"%s\", number %u\n", schedule ? schedule : "", c->schedule.number);
    print_lines(cli, json_object_get(example, "story"));
    print_proofs(cli, json_object_get(example, "proofs"));
}

/* What is recorded against what came of it now. */
static enum exit_code compare(const struct cli *cli, const struct counterexample *c,
                              const json_t *result)
{
    const char *state = json_string_value(json_object_get(result, "state"));
    const char *detail = json_string_value(json_object_get(result, "detail"));
    const json_t *measure = json_object_get(result, "measure");
    bool is_number = strcmp(c->state, "measured") == 0 && json_is_integer(measure);
    bool is_still =
        is_number ? json_integer_value(measure) >= c->measured : state && strcmp(state, "won") == 0;
    fprintf(cli->out, "\nrecorded: %s\nnow:      %s\n\n", cli_tame(cli, c->finding),
            cli_tame(cli, detail ? detail : ""));
    if (!state || strcmp(state, "unable") == 0 || strcmp(state, "trouble") == 0) {
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
    struct driver_options how = {
        .address = *o->address, .clock = clock_monotonic(), .timeout_ms = o->timeout_ms};
    enum exit_code code = EXIT_CONFORMANT;
    json_t *result = NULL;
    for (size_t i = 0; i < 2 && !code; i++)
        code = inputs_greet(cli, o->address, o->timeout_ms, &clients[i], &profile);
    if (!code) {
        const struct experiment_options options = {.honest_driver = clients[0],
                                                   .adversary_driver = clients[1],
                                                   .profile = &profile,
                                                   .driver_options = &how,
                                                   .seed = bytes_of(c->seed, sizeof(c->seed))};
        result = play_again(&options, c->game, &c->schedule);
        if (!result)
            code = cli_complain_status(cli, o->path, E_NOMEM);
    }
    if (result && o->is_json)
        json_dumpf(result, cli->out, JSON_INDENT(1));
    if (result && !o->is_json && !o->is_quiet)
        print_story(cli, c, result);
    if (result)
        code = compare(cli, c, result);
    json_decref(result);
    for (size_t i = 0; i < 2; i++)
        driver_close(clients[i]);
    return code;
}

enum exit_code replay(const struct cli *cli, const struct replay_options *o)
{
    struct counterexample c;
    struct diags diags;
    enum exit_code code;
    diags_init(&diags);
    enum status st = counterexample_load(o->path, cli->arena, &c, &diags);
    if (st == E_INPUT)
        code = cli_complain_input(cli, &diags, "nothing played");
    else
        code = st ? cli_complain_status(cli, o->path, st) : play_loaded(cli, o, &c);
    diags_fini(&diags);
    return code;
}
