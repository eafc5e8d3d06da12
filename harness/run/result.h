/*
 * run/result.h - what one case showed, step by step, and its form in results.json.
 * Depends on: base, verdict, scenario; jansson.
 */
#ifndef ASSAY_RUN_RESULT_H
#define ASSAY_RUN_RESULT_H

#include <jansson.h>

#include "cipher/refusal.h"
#include "scenario/case.h"

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
};

struct step_result {
    size_t n; /* 1 is the case's first step; 0 is the preparation before it */
    unsigned line;
    const char *verb;
    const char *text; /* the step as written, one line */
    enum expect expect;
    enum seen seen;
    uint32_t reason;    /* of a refusal */
    const char *detail; /* "" when there is nothing to add */
    const char *field;  /* what was bent, for the failure's signature; NULL when nothing was */
    enum verdict verdict;
    struct shown_bytes bytes[RESULT_BYTES_MAX];
    size_t n_bytes;
};

struct measured {
    const char *name;
    const char *value;
};

struct case_result {
    enum verdict verdict;
    const char *why; /* "" or one sentence */
    const struct step_result *steps;
    size_t n_steps;
    unsigned accepted; /* acceptances and refusals actually seen from the target */
    unsigned refused;
    const char *cause; /* the signature of a non-pass; NULL for a pass */
    uint8_t tape_digest[32];
    const struct measured *measures;
    size_t n_measures;
};

/*
 * One object of results.json's "cases". |with_steps| false leaves the steps out (a passing instance
 * of a sweep). NULL when memory is short.
 */
json_t *case_result_json(const struct planned *planned, const struct case_result *result,
                         bool with_steps, const char *repro);

/* The same for a case that was not run: |verdict_text| is "not-applicable",
 * "not-run" or "error". */
json_t *case_unrun_json(const struct planned *planned, const char *verdict_text, const char *why);

#endif
