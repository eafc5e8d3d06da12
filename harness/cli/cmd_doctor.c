/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay doctor - walks an adapter's author through the contract, one operation at a time.
 */
#include "cipher/cipher.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/preconditions_met.h"
#include "cli/profile_file.h"
#include "record/member.h"

enum row {
    ROW_TARGET,
    ROW_SERVICE_HOST,
    ROW_PROFILE,
    ROW_TIMEOUT,
    ROW_START_TIMEOUT,
    ROW_JSON,
    N_ROWS
};

static const struct option_rule rules[N_ROWS] = {
    [ROW_TARGET] = TARGET_OPTION,
    [ROW_SERVICE_HOST] = SERVICE_HOST_OPTION,
    [ROW_PROFILE] = TEXT_OPTION("profile", "NAME|FILE", "for the client surface (default public)"),
    [ROW_TIMEOUT] = TIMEOUT_OPTION,
    [ROW_START_TIMEOUT] = START_TIMEOUT_OPTION,
    [ROW_JSON] = FLAG_OPTION("json", "the same for a machine"),
};

static const char *json_word(int result)
{
    static const char *const names[] = {
        [DOCTOR_OK] = "ok", [DOCTOR_FAILED] = "failed", [DOCTOR_SKIPPED] = "skipped"};
    return result < DOCTOR_OK || result > DOCTOR_SKIPPED ? NULL : names[result];
}

static const struct member check_members[] = {
    TEXT("operation", doctor_check, operation),
    ENUM("result", doctor_check, result, json_word, DOCTOR_SKIPPED + 1),
    FLAG("precondition", doctor_check, is_precondition),
    TEXT("text", doctor_check, text),
    TEXT("requirement", doctor_check, requirement),
    TEXT("help", doctor_check, help)};
static const struct form check_form = {FORM(doctor_check, check_members)};
static const struct member report_members[] = {
    NUMBER("failed", doctor_report, n_failed),
    NUMBER("failed_preconditions", doctor_report, n_failed_preconditions),
    THINGS("checks", MEMBER_ROOM, doctor_report, checks, count, &check_form, 0, DOCTOR_CHECKS_MAX)};
static const struct form report_form = {FORM(doctor_report, report_members)};

static enum exit_code print_json(const struct cli *cli, const struct doctor_report *report)
{
    enum status st = form_print(&report_form, report, FORM_PAGE, cli->out);
    if (st)
        return cli_complain_status(cli, "doctor", st);
    return report->n_failed ? EXIT_FAILED : EXIT_CONFORMANT;
}

static void print_check(const struct cli *cli, const struct doctor_check *check)
{
    static const char *const words[] = {
        [DOCTOR_OK] = "ok", [DOCTOR_FAILED] = "FAILED", [DOCTOR_SKIPPED] = "-"};
    fprintf(cli->out, "%-20s %-7s %s", check->operation, words[check->result],
            cli_tame(cli, check->text));
    if (check->help && *check->help)
        fprintf(cli->out, "  See docs/adapter.md%s", check->help);
    fputc('\n', cli->out);
}

static enum exit_code conclude(const struct cli *cli, const struct doctor_report *report,
                               const char *command)
{
    size_t n_made = 0;
    for (size_t i = 0; i < report->count; i++)
        n_made += report->checks[i].result != DOCTOR_SKIPPED;
    if (report->n_failed == 0) {
        fprintf(cli->out, "\nAll %zu checks hold: assay %s can judge this target.\n", n_made,
                command);
        return EXIT_CONFORMANT;
    }
    fprintf(cli->out, "\n%zu of %zu checks to go", report->n_failed, report->count);
    if (report->n_failed_preconditions > 0)
        fprintf(cli->out,
                "; %zu of them are preconditions: assay %s will not judge the target before.\n",
                report->n_failed_preconditions, command);
    else
        fprintf(cli->out, "; none is a precondition: assay %s can judge this target.\n", command);
    return EXIT_FAILED;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    struct target_address address;
    struct target_profile profile;
    struct doctor_report report;
    struct profile_file profile_file;
    struct driver *driver = NULL;
    uint64_t timeout_ms = (uint64_t)option_number(o, ROW_TIMEOUT, 10) * 1000;
    enum exit_code code =
        inputs_address(cli, "target", option_text(o, ROW_TARGET, "builtin:"), &address);
    address.service_host = option_text(o, ROW_SERVICE_HOST, NULL);
    if (!code)
        code = profile_file_load(cli, option_text(o, ROW_PROFILE, "public"), &profile_file);
    if (!code)
        code = inputs_greet(cli, &address, timeout_ms, inputs_start_ms(o, ROW_START_TIMEOUT),
                            &driver, &profile, NULL);
    if (code)
        return code;
    const struct doctor_options options = {.wire = &profile_file.wire, .timeout_ms = timeout_ms};
    enum status st = preconditions_examine(cli, driver, &profile, &options, &report);
    driver_close(driver);
    if (st)
        return cli_complain_status(cli, "doctor", st);
    if (option_given(o, ROW_JSON))
        return print_json(cli, &report);
    for (size_t i = 0; i < report.count; i++)
        print_check(cli, &report.checks[i]);
    return conclude(cli, &report, cipher_from_name(profile.protocol) ? "run" : "claims");
}

const struct command command_doctor = {
    .name = "doctor",
    .operands = "",
    .summary = "what of the contract an adapter keeps, operation by operation",
    .example = "  assay doctor --target exec:./my-adapter\n",
    .rules = rules,
    .n_rules = N_ROWS,
    .run = run,
};
