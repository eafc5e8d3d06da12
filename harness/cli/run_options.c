/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/run_options.h"

#include "run/generate.h"

_Static_assert(N_ROWS <= OPTIONS_MAX, "struct options has a place for each row");

const struct option_rule run_rules[N_ROWS] = {
    [ROW_TARGET] = TARGET_OPTION,
    [ROW_TARGET_SERVER] =
        TEXT_OPTION("target-server", "ADDRESS",
                    "the same, of a gatekeeper's server, which clients of assay dial"),
    [ROW_TARGET_PROXY] = TEXT_OPTION(
        "target-proxy", "ADDRESS",
        "the same, of a provider's server in between: clients of assay dial it, and it dials "
        "assay's gatekeeper"),
    [ROW_SERVICE_HOST] = SERVICE_HOST_OPTION,
    [ROW_PROFILE] = TEXT_OPTION("profile", "NAME|FILE", "the interop scheme (default public)"),
    [ROW_SURFACE] =
        CHOICE_OPTION("surface", "SURFACE",
                      "touch the target as a library or as a whole client (default: each "
                      "case where it needs to)",
                      SURFACE_NAMES),
    [ROW_SUITE] = LIST_OPTION("suite", "ID", "only this suite"),
    [ROW_CASE] = LIST_OPTION(
        "case", "PATTERN|@FILE",
        "only cases whose id matches, as in \"ratchet/*mac*\"; @FILE: a pattern a line"),
    [ROW_EXCLUDE] = LIST_OPTION("exclude", "PATTERN|@FILE", "no case whose id matches"),
    [ROW_MAX_TIME] =
        NUMBER_OPTION("max-time", "SECONDS", 1, 604800, "begin no case after so many seconds"),
    [ROW_BUDGET] = NUMBER_OPTION(
        "budget", "SECONDS", 1, 604800,
        "the same, and what caught most of assay's own flaws in the time it took comes first"),
    [ROW_QUICK] = FLAG_OPTION(
        "quick", "one execution of each sweep and fewer conversations, the whole breadth"),
    [ROW_LEVEL] =
        CHOICE_OPTION("level", "LEVEL", "nothing less binding than must, should or hardening",
                      "must", "should", "hardening", "measure"),
    [ROW_REQUIREMENTS] = TEXT_OPTION(
        "requirements", "SET",
        "only the requirements of this day decide, as 2026-11 (default newest: all there are)"),
    [ROW_SEED] = TEXT_OPTION("seed", "HEX", "1 to 64 digits; the same seed gives the same run"),
    [ROW_GENERATE] = NUMBER_OPTION("generate", "N", 1, GENERATE_MAX,
                                   "instead of the suites, so many random conversations"),
    [ROW_SHARING] =
        FLAG_OPTION("sharing", "forged copies of a sweep one after another in one session"),
    [ROW_SHARD] = TEXT_OPTION("shard", "K/N",
                              "only the Kth of N parts of the run; assay merge puts them together"),
    [ROW_RESUME] = TEXT_OPTION("resume", "DIR",
                               "go on with the run in DIR, which was broken off; its options hold"),
    [ROW_JOBS] = NUMBER_OPTION("jobs", "N", 1, 256,
                               "worker processes (default one per core, two with whole clients)"),
    [ROW_OUT] = TEXT_OPTION("out", "DIR", "where results go (default out)"),
    [ROW_KNOWN] =
        TEXT_OPTION("known-failures", "FILE", "cases that may fail, each with its reason"),
    [ROW_WRITE_KNOWN] =
        TEXT_OPTION("write-known", "FILE", "write such a list of what failed in this run"),
    [ROW_SUITE_DIR] = SUITE_DIR_OPTION,
    [ROW_TIMEOUT] = TIMEOUT_OPTION,
    [ROW_START_TIMEOUT] = START_TIMEOUT_OPTION,
    [ROW_PCAP] =
        TEXT_OPTION("pcap", "FILE",
                    "keep what crosses the gatekeeper's connections (pcapng, decrypted stanzas as "
                    "comments; one worker)"),
    [ROW_REPRO] =
        CHOICE_OPTION("repro", "WHICH", "keep some repro files, 40 at most, or all (default some)",
                      "some", "all"),
    [ROW_SINCE] = SINCE_OPTION,
    [ROW_STRICT] = FLAG_OPTION("strict", "should and hardening failures fail the run, too"),
    [ROW_QUIET] = FLAG_OPTION("quiet", "print only what is wrong"),
    [ROW_JSON] = FLAG_OPTION("json", "print results.json to standard output, and nothing else"),
    [ROW_NO_COLOR] = FLAG_OPTION("no-color", "no colours; NO_COLOR does the same"),
};

enum run_row run_target_row(const struct options *o)
{
    return option_given(o, ROW_TARGET_SERVER)  ? ROW_TARGET_SERVER
           : option_given(o, ROW_TARGET_PROXY) ? ROW_TARGET_PROXY
                                               : ROW_TARGET;
}

enum surface run_only_surface(const struct options *o)
{
    switch (run_target_row(o)) {
    case ROW_TARGET_SERVER:
        return SURFACE_SERVER;
    case ROW_TARGET_PROXY:
        return SURFACE_PROXY;
    default:
        return SURFACE_NONE;
    }
}

enum exit_code run_check_target(const struct cli *cli, const struct options *o)
{
    static const enum run_row others[] = {ROW_TARGET, ROW_TARGET_PROXY, ROW_SURFACE, ROW_GENERATE,
                                          ROW_PCAP};
    enum run_row row = run_target_row(o);
    for (size_t i = 0; row != ROW_TARGET && i < COUNT_OF(others); i++)
        if (others[i] != row && option_given(o, others[i]))
            return cli_complain(cli, EXIT_USAGE, "--%s does not go with --%s", run_rules[row].name,
                                run_rules[others[i]].name);
    return EXIT_CONFORMANT;
}
