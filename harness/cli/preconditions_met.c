/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/preconditions_met.h"

#include "base/version.h"
#include "cipher/cipher.h"

/* It goes on, started anew if it has to be. */
static bool goes_on(const struct cli *cli, struct driver *driver)
{
    struct buffer why;
    struct target_profile profile;
    struct answer answer = {.seen = SEEN_NOTHING_YET};
    if (!driver_is_broken(driver))
        return true;
    buffer_init(&why, 4096);
    bool is_up = driver_reopen(driver, &why) == OK &&
                 driver_hello(driver, ASSAY_VERSION, cli->arena, &profile, &answer) == OK &&
                 answer.seen == SEEN_DONE;
    buffer_fini(&why);
    return is_up;
}

/* Does a check violate a requirement? That stands, whatever the time it took. */
static bool is_beyond_doubt(const struct doctor_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->checks[i].result == DOCTOR_FAILED && report->checks[i].requirement[0])
            return true;
    return false;
}

enum status preconditions_examine(const struct cli *cli, struct driver *driver,
                                  const struct target_profile *profile,
                                  const struct doctor_options *options, struct doctor_report *out)
{
    for (unsigned i = 0;; i++) {
        struct driver_moment began = driver_moment(driver);
        enum status st = doctor_examine(driver, profile, options, cli->arena, out);
        if (st || out->n_failed == 0 || is_beyond_doubt(out) ||
            driver_lost_ms(driver, &began) < DRIVER_LATE_MS || i == DRIVER_LATE_MAX ||
            !goes_on(cli, driver))
            return st;
    }
}

/* A precondition that does not hold, into the record. */
static enum exit_code fail_precondition(const struct cli *cli, struct document *document,
                                        const struct doctor_check *check)
{
    struct record_run *run = document->run;
    struct record_precondition *all =
        arena_array(&document->arena, run->n_preconditions + 1, sizeof(*all));
    if (!all)
        return cli_complain_status(cli, "results", E_NOMEM);
    for (size_t i = 0; i < run->n_preconditions; i++)
        all[i] = run->preconditions[i];
    all[run->n_preconditions++] = (struct record_precondition){
        .check = check->operation, .seen = check->text, .requirement = check->requirement};
    run->preconditions = all;
    return EXIT_CONFORMANT;
}

static enum exit_code fail_protocol(const struct cli *cli, const struct target_profile *profile,
                                    struct document *document)
{
    const char *text =
        arena_printf(cli->arena,
                     "the suites speak Signal (%s), and the target says it speaks \"%.64s\"; "
                     "assay claims is for other protocols",
                     cipher_names(cli->arena), cli_tame(cli, profile->protocol));
    const struct doctor_check check = {
        .operation = "the protocol", .text = text ? text : "", .requirement = ""};
    cli_complain(cli, EXIT_UNCERTAIN, "vacuous: %s (exit %d)", check.text, EXIT_UNCERTAIN);
    return fail_precondition(cli, document, &check);
}

enum exit_code preconditions_met(const struct cli *cli, struct driver *driver,
                                 const struct target_address *address,
                                 const struct target_profile *profile,
                                 const struct wire_profile *wire, uint64_t timeout_ms,
                                 struct document *document)
{
    struct doctor_report report;
    enum exit_code code = EXIT_CONFORMANT;
    if (!cipher_from_name(profile->protocol))
        return fail_protocol(cli, profile, document);
    const struct doctor_options options = {
        .preconditions_only = true, .wire = wire, .timeout_ms = timeout_ms};
    enum status st = preconditions_examine(cli, driver, profile, &options, &report);
    if (st)
        return cli_complain_status(cli, "doctor", st);
    for (size_t i = 0; i < report.count && !code; i++) {
        const struct doctor_check *check = &report.checks[i];
        if (!check->is_precondition || check->result != DOCTOR_FAILED)
            continue;
        fprintf(cli->err, "%-14s FAILED  %s\n", check->operation, cli_tame(cli, check->text));
        code = fail_precondition(cli, document, check);
    }
    if (report.n_failed_preconditions > 0)
        cli_complain(cli, EXIT_UNCERTAIN,
                     "no case was run, because the target does not do what any verdict stands on; "
                     "see assay doctor --target '%s'",
                     address->text);
    return code;
}
