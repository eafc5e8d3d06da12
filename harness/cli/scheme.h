/*
 * cli/scheme.h - an interop profile: the constants of one scheme that a run is held against;
 * suites/profiles has them. Depends on: base, scenario/xml, cli/cli.
 *
 * This version of assay speaks Signal v3 as publicly specified and deployed. A profile that asks
 * for another constant than assay can hold a target to is refused rather than half obeyed.
 */
#ifndef ASSAY_CLI_SCHEME_H
#define ASSAY_CLI_SCHEME_H

#include "cli/cli.h"

struct scheme {
    const char *id;
    const char *title;
    const char *file;
};

/*
 * Load the shipped profile called |name|, or the file |name| when there is a slash or a dot in it.
 * Texts live in the cli's arena. Anything but EXIT_CONFORMANT has been complained about: EXIT_USAGE
 * (no such profile, with the nearest), EXIT_BAD_INPUT (file, line, what was expected).
 */
MUST_USE enum exit_code scheme_load(const struct cli *cli, const char *name, struct scheme *out);

/* One constant that a profile may state, and what this assay can hold a target to. */
struct scheme_constant {
    const char *name;
    const char *value;
    const char *explanation;
};

/* All of them; *out_count rows. Static storage. */
const struct scheme_constant *scheme_constants(size_t *out_count);

#endif
