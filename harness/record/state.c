/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/state.h"

static const struct {
    const char *name;
    const char *verdict;
} states[N_STATE] = {
    [STATE_NONE] = {"?", "?"},
    [STATE_PASSED] = {"passed", "pass"},
    [STATE_NOT_APPLICABLE] = {"not applicable", "not-applicable"},
    [STATE_NOT_RUN] = {"not run", "not-run"},
    [STATE_UNSCORED] = {"failed, not scored", "?"},
    [STATE_KNOWN] = {"known failure", "?"},
    [STATE_BLOCKED] = {"blocked", "blocked"},
    [STATE_INCONCLUSIVE] = {"inconclusive", "inconclusive"},
    [STATE_FAILED] = {"failed", "fail"},
    [STATE_ERROR] = {"error", "error"},
};

static const struct {
    const char *name;
    const char *stamp;
    int exit_code;
} run_states[N_RUN_STATE] = {
    [RUN_NONE] = {"error", "ERROR", 3},
    [RUN_AS_LISTED] = {"as-listed", "PASSED", 0},
    [RUN_VACUOUS] = {"vacuous", "VACUOUS", 2},
    [RUN_INCONCLUSIVE] = {"inconclusive", "INCONCLUSIVE", 2},
    [RUN_FAILED] = {"failed", "FAILED", 1},
    [RUN_UNREACHABLE] = {"unreachable", "UNREACHABLE", 69},
    [RUN_INTERRUPTED] = {"interrupted", "INTERRUPTED", 3},
    [RUN_ERROR] = {"error", "ERROR", 3},
};

static enum state known_state(enum state s) { return (unsigned)s < N_STATE ? s : STATE_NONE; }

static enum run_state known_run_state(enum run_state s)
{
    return (unsigned)s < N_RUN_STATE ? s : RUN_NONE;
}

const char *state_name(enum state s) { return states[known_state(s)].name; }

const char *state_verdict(enum state s) { return states[known_state(s)].verdict; }

enum state state_of_verdict(enum verdict v)
{
    static const enum state of[N_VERDICT] = {[VERDICT_NONE] = STATE_ERROR,
                                             [VERDICT_PASS] = STATE_PASSED,
                                             [VERDICT_INCONCLUSIVE] = STATE_INCONCLUSIVE,
                                             [VERDICT_FAIL] = STATE_FAILED,
                                             [VERDICT_ERROR] = STATE_ERROR};
    return (unsigned)v < N_VERDICT ? of[v] : STATE_ERROR;
}

bool state_is_trouble(enum state s)
{
    return s == STATE_INCONCLUSIVE || s == STATE_FAILED || s == STATE_ERROR;
}

uint64_t counts_executed(const struct counts *c)
{
    return c->of[STATE_PASSED] + c->of[STATE_KNOWN] + c->of[STATE_FAILED] +
           c->of[STATE_INCONCLUSIVE] + c->of[STATE_ERROR];
}

uint64_t counts_applicable(const struct counts *c)
{
    return counts_executed(c) + c->of[STATE_BLOCKED] + c->of[STATE_NOT_RUN];
}

const char *run_state_name(enum run_state s) { return run_states[known_run_state(s)].name; }

const char *run_state_stamp(enum run_state s) { return run_states[known_run_state(s)].stamp; }

int run_state_exit(enum run_state s) { return run_states[known_run_state(s)].exit_code; }

const char *conformance_name(enum conformance c)
{
    static const char *const names[N_CONFORMANCE] = {[CONFORMANCE_NONE] = "undecided",
                                                     [CONFORMANCE_UNDECIDED] = "undecided",
                                                     [CONFORMANCE_NO] = "not-conformant",
                                                     [CONFORMANCE_YES] = "conformant"};
    return names[(unsigned)c < N_CONFORMANCE ? c : CONFORMANCE_NONE];
}
