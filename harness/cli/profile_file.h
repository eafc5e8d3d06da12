/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/profile_file.h - an interop profile from its file: the constants of one scheme that a run is
 * held against; suites/profiles has those that are shipped.
 * Depends on: base, wire/profile, scenario/xml, cli/cli.
 *
 * A file states what differs from the profile public. A constant that is fixed (wire/profile.h) can
 * only be stated as it is: a profile that asks for another value than assay can hold a target to is
 * refused rather than half obeyed; so is a file with the id of a shipped profile and other
 * constants.
 */
#ifndef ASSAY_CLI_PROFILE_FILE_H
#define ASSAY_CLI_PROFILE_FILE_H

#include "cli/cli.h"
#include "wire/profile.h"

struct profile_file {
    const char *id;
    const char *title;
    const char *file;
    struct wire_profile wire;
};

/*
 * Load the shipped profile called |name|, or the file |name| when there is a slash or a dot in it.
 * Texts live in the cli's arena. Anything but EXIT_CONFORMANT has been complained about: EXIT_USAGE
 * (no such profile, with the nearest), EXIT_BAD_INPUT (file, line, what was expected).
 */
MUST_USE enum exit_code profile_file_load(const struct cli *cli, const char *name,
                                          struct profile_file *out);

#endif
