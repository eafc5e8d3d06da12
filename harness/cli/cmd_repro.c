/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay repro - one recorded failure, driven once more against a target.
 */
#include "cli/rerun.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/counterexample_replay.h"
#include "cli/profile_file.h"
#include "experiments/counterexample.h"

enum row {
    ROW_TARGET,
    ROW_SERVICE_HOST,
    ROW_PROFILE,
    ROW_TIMEOUT,
    ROW_START_TIMEOUT,
    ROW_JSON,
    ROW_QUIET,
    N_ROWS
};

static const struct option_rule rules[N_ROWS] = {
    [ROW_TARGET] = TARGET_OPTION,
    [ROW_SERVICE_HOST] = SERVICE_HOST_OPTION,
    [ROW_PROFILE] = TEXT_OPTION("profile", "NAME|FILE",
                                "for a case on the client surface (default: as it failed)"),
    [ROW_TIMEOUT] = TIMEOUT_OPTION,
    [ROW_START_TIMEOUT] = START_TIMEOUT_OPTION,
    [ROW_JSON] = FLAG_OPTION("json", "print the case's result"),
    [ROW_QUIET] = FLAG_OPTION("quiet", "print only the last line"),
};

static enum exit_code drive(const struct cli *cli, const struct options *o, struct inputs *inputs,
                            const struct target_address *address)
{
    struct repro_outcome outcome = {0};
    struct profile_file profile_file;
    struct repro_where where = {.address = address,
                                .timeout_ms = (uint64_t)option_number(o, ROW_TIMEOUT, 10) * 1000,
                                .start_ms = inputs_start_ms(o, ROW_START_TIMEOUT)};
    const char *profile = option_text(o, ROW_PROFILE, NULL);
    enum exit_code code =
        profile ? profile_file_load(cli, profile, &profile_file) : EXIT_CONFORMANT;
    if (code)
        return code;
    if (profile)
        where.wire = &profile_file.wire;
    enum status st = repro_run(o->operands[0], &inputs->catalogue, &inputs->loader, &where,
                               &inputs->diags, &outcome);
    if (st == E_IO)
        code = cli_complain(
            cli, EXIT_UNREACHABLE, "target %.256s is not reachable: %s (exit %d)", address->text,
            inputs->diags.count > 0 ? cli_tame(cli, inputs->diags.items[0].text) : "no answer",
            EXIT_UNREACHABLE);
    else
        code = cli_conclude(cli, st, o->operands[0], &inputs->diags, "nothing run");
    if (!st)
        code = rerun_print(cli, &outcome, option_given(o, ROW_QUIET), option_given(o, ROW_JSON));
    arena_fini(&outcome.arena);
    return code;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct inputs inputs;
    struct target_address address;
    enum exit_code code =
        inputs_address(cli, "target", option_text(o, ROW_TARGET, "builtin:"), &address);
    if (code)
        return code;
    address.service_host = option_text(o, ROW_SERVICE_HOST, NULL);
    if (counterexample_is(o->operands[0]))
        return replay(cli, &(struct replay_options){
                               .path = o->operands[0],
                               .address = &address,
                               .timeout_ms = (uint64_t)option_number(o, ROW_TIMEOUT, 10) * 1000,
                               .start_ms = inputs_start_ms(o, ROW_START_TIMEOUT),
                               .is_quiet = option_given(o, ROW_QUIET),
                               .is_json = option_given(o, ROW_JSON)});
    code = inputs_load(cli, NULL, 0, &inputs);
    if (!code)
        code = drive(cli, o, &inputs, &address);
    inputs_fini(&inputs);
    return code;
}

const struct command command_repro = {
    .name = "repro",
    .operands = "FILE",
    .summary = "one recorded failure again, layer by layer",
    .example = "  assay repro out/repro/CASE.xml --target exec:./my-adapter\n"
               "  assay repro out/claims/repro/FS-1.xml --target exec:./my-adapter\n\n"
               "  Exit code 1: still fails. 0: passes now. 3: assay could not do it.\n",
    .least_operands = 1,
    .most_operands = 1,
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
