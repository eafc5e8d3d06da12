#include "cli/preconditions_met.h"

#include "cipher/cipher.h"
#include "run/run.h"

/* What failed while assay or the target did not get its share of the machine is looked at again. */
static enum status examine_fairly(const struct cli *cli, struct driver *driver,
                                  const struct target_profile *profile,
                                  const struct doctor_options *options, struct doctor_report *out)
{
    for (unsigned i = 0;; i++) {
        struct clock_moment began = clock_moment(driver_clock(driver));
        uint64_t delay_ms = driver_target_delay_ms(driver);
        enum status st = doctor_examine(driver, profile, options, cli->arena, out);
        uint64_t lost_ms =
            clock_lost_ms(driver_clock(driver), &began) + driver_target_delay_ms(driver) - delay_ms;
        if (st || out->n_failed_preconditions == 0 || lost_ms < RUN_LATE_MS ||
            driver_is_broken(driver) || i == RUN_LATE_MAX)
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
    enum status st = examine_fairly(cli, driver, profile, &options, &report);
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
