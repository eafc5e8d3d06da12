/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/preconditions_met.h - before a run: does the target do what every verdict stands on?
 * Depends on: run/doctor, cli/cli, cli/document.
 *
 * A run on a path that cannot fail would prove nothing. What does not hold is said, and goes into
 * the record; no case is to be run then.
 */
#ifndef ASSAY_CLI_PRECONDITIONS_MET_H
#define ASSAY_CLI_PRECONDITIONS_MET_H

#include "cli/cli.h"
#include "cli/document.h"
#include "run/doctor.h"

/*
 * Look at |driver|'s target, which said |profile|; |wire| is NULL where no case needs a whole
 * client. The record's n_preconditions says how many do not hold. Anything but EXIT_CONFORMANT has
 * been complained about.
 */
MUST_USE enum exit_code preconditions_met(const struct cli *cli, struct driver *driver,
                                          const struct target_address *address,
                                          const struct target_profile *profile,
                                          const struct wire_profile *wire, uint64_t timeout_ms,
                                          struct document *document);

/* doctor_examine; what failed while assay or the target did not get its share of the machine is
 * looked at again. */
MUST_USE enum status preconditions_examine(const struct cli *cli, struct driver *driver,
                                           const struct target_profile *profile,
                                           const struct doctor_options *options,
                                           struct doctor_report *out);

#endif
