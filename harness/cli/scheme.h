/*
 * cli/scheme.h - an interop profile: the constants of one scheme that a run is held against;
 * suites/profiles has them. Depends on: base, cli/cli.
 *
 * This version of assay speaks Signal v3 as deployed; a profile that asks for another constant than
 * assay can hold a target to is refused rather than half obeyed.
 */
#ifndef ASSAY_CLI_SCHEME_H
#define ASSAY_CLI_SCHEME_H

#include "cli/cli.h"

struct scheme_constant {
    const char *name;  /* "signal.version-byte" */
    const char *value; /* "0x33" */
    unsigned line;
};

#define SCHEME_CONSTANTS_MAX 32u

struct scheme {
    const char *id;
    const char *title;
    const char *file;
    struct scheme_constant constants[SCHEME_CONSTANTS_MAX];
    size_t n_constants;
};

/*
 * Load the shipped profile called |name|, or the file |name| when it has a slash or a dot in it.
 * Texts live in the cli's arena. Anything but EXIT_CONFORMANT has been complained about: EXIT_USAGE
 * (no such profile, with the nearest), EXIT_BAD_INPUT (file, line, what was expected).
 */
MUST_USE enum exit_code scheme_load(const struct cli *cli, const char *name, struct scheme *out);

#endif
