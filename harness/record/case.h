/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record/case.h - what one case showed, step by step.
 * Depends on: base, verdict, record/state.
 *
 * The same structs are filled while a case runs, cross from a worker to the supervisor, stand in
 * the journal and in results.json, and are what reports show.
 */
#ifndef ASSAY_RECORD_CASE_H
#define ASSAY_RECORD_CASE_H

#include "base/bytes.h"
#include "record/member.h"
#include "record/state.h"

#define RESULT_BYTES_MAX 3u      /* byte strings shown with one step */
#define RESULT_BYTES_SHOWN 1024u /* bytes of each that are kept */

/* Bytes that belong to a step: a message, a bundle, a plaintext. */
struct shown_bytes {
    const char *label; /* the thing's name in the case */
    const char *kind;  /* "message", "prekey", "bundle", "plaintext", ... */
    struct bytes bytes;
    /* The part that differs from the honest original; mutated_len 0 when nothing does. */
    size_t mutated_at;
    size_t mutated_len;
    bool is_cut;   /* there were more than the RESULT_BYTES_SHOWN that are kept */
    size_t length; /* how many there were, where that was recorded; else 0 */
};

struct step_result {
    size_t n; /* 1 is the case's first step; 0 is the preparation before it */
    unsigned line;
    const char *verb;
    const char *text; /* the step as written, one line */
    enum expect expect;
    bool is_own_refusal; /* a party of the harness refused what the target made: SEEN_UNREADABLE */
    enum seen seen;
    uint32_t reason;         /* of a refusal, while the case runs */
    const char *reason_name; /* the same as recorded; "" when nothing was refused */
    const char *detail;      /* "" when there is nothing to add */
    const char *field; /* what was mutated, for the failure's signature; NULL when nothing was */
    /* While the case runs: what was seen violates this requirement, whatever the step speaks for;
     * NULL: that which the step speaks for. */
    const char *violates;
    enum verdict verdict;
    struct shown_bytes bytes[RESULT_BYTES_MAX];
    size_t n_bytes;
};

struct measured {
    const char *name;
    const char *value;
    const char *varied; /* what this instance of a sweep has; "" without a sweep */
};

struct case_result {
    enum verdict verdict; /* while the case runs; recorded as a state */
    const char *why;      /* "" or one sentence */
    const struct step_result *steps;
    size_t n_steps;
    unsigned accepted; /* acceptances and refusals actually seen from the target */
    unsigned refused;
    const char *cause; /* the signature of a non-pass; NULL, or "" when recorded, for a pass */
    /* The requirement that the step which did not pass speaks for (scenario/about.h); NULL for the
     * case's own, "" when recorded for a pass. */
    const char *violates;
    /* What it speaks for where no refusal before it is to blame; NULL, or "" when recorded: the
     * same, or nothing was refused before it. Whether one is to blame, a trial shows (record/run.h,
     * score/blame.h). */
    const char *alone;
    bool is_setup;           /* that step only prepares what the case is about */
    uint8_t tape_digest[32]; /* all zeros when the exchange was too long to be kept */
    const struct measured *measures;
    size_t n_measures;
};

/* What the user has listed about a failure. */
struct excuse {
    const char *reason;
    const char *until; /* the last day it is in force, "2027-03-01"; "" for none */
    bool is_expired;   /* known once the run is scored */
};

/* One object of results.json's "cases". */
struct record_case {
    const char *id; /* "suite/name", "suite/name#2" for an instance of a sweep */
    const char *suite;
    const char *name; /* without the suite's */
    size_t instance;  /* of a sweep, from 1; 0 without one */
    const char *surface;
    const char *requirement;
    enum level level;
    const char *purpose;
    enum state state;       /* what came of it, before anything excuses it */
    const char *blocked_by; /* STATE_BLOCKED: the requirement whose failure it follows from */
    const char *stands_on;  /* where a case of this requirement fails, too, this one says nothing;
                               NULL, or "" when recorded, for none */
    struct excuse *excuse;  /* NULL: not listed */
    size_t shared;          /* so many instances of its sweep shared a session; 0: it had its own */
    const char *tape;       /* the digest of the exchange, in hexadecimal; "" when there was none */
    const char *repro;      /* path below the results; "" for none */
    struct case_result result;
};

extern const struct form record_case_form;

/* With its excuse, when that is in force: STATE_KNOWN. */
enum state record_case_state(const struct record_case *c);

/* The first step that has the case's own verdict, or NULL (a passing case has none). */
const struct step_result *record_case_culprit(const struct record_case *c);

#endif
