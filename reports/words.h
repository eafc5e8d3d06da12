/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/words.h - what every form says in the same words: numbers, the headline, what was
 * expected and seen.
 * Depends on: base, reports/view.
 *
 * Functions append raw text, which may hold what a target said: escape it (reports/escape.h) before
 * it is shown.
 */
#ifndef ASSAY_REPORTS_WORDS_H
#define ASSAY_REPORTS_WORDS_H

#include "base/buffer.h"
#include "reports/view.h"

/* "1 known failure", "3 known failures". */
void words_count(struct buffer *out, unsigned long long n, const char *one, const char *many);
/* Milliseconds as "6.2 s", "3 min 5 s". */
void words_duration(struct buffer *out, unsigned long long milliseconds);

/* A seed of 64 digits as it can be typed in: without zeros at its end, which --seed fills in. */
void words_seed(struct buffer *out, const char *seed);

/* "CONFORMANT", "NOT CONFORMANT"; of a run that does not decide it "PASSED", ...; static. */
const char *words_stamp(const struct view *v);
/* What follows the stamp: " in the layer cipher to profile "public": 3 MUST executions fail, all
 * listed as known; 146 of 251 requirements not applicable (the target is no whole client)." */
void words_headline(struct buffer *out, const struct view *v);
/* The other answer: "as listed (exit 0).", "failed (exit 1): 2 MUST executions failed." Reasons
 * that stand in the headline already are left out. */
void words_regression(struct buffer *out, const struct view *v);
/* "all suites in the layer cipher; 146 of 251 requirements not applicable (...)". */
void words_scope(struct buffer *out, const struct view *v);
/* "3 executions were done again: ..." */
void words_late(struct buffer *out, const struct view *v);
/* Is the exit code 0? */
bool words_is_good(const struct view *v);

/* "refused (duplicate)", "opened": what a step saw. */
void words_seen(struct buffer *out, const struct step_result *step);
/* What came of the step that did not pass, in a few words that many share: "takes what it must
 * refuse", "hangs"; "" where there is none. Static. */
const char *words_effect(const struct record_case *result);
/* "MUST", "SHOULD", "hardening", "measure". */
const char *words_level(enum level level);
/* "Double Ratchet, section 3.5". */
void words_source(struct buffer *out, const struct record_requirement *requirement);
/* "232 of 335 requirements covered, 19 not run, 65 not built yet, 19 not observable". */
void words_coverage(struct buffer *out, const struct record_coverage *c);
/* "accept-identity: 6 MUST executions do not apply; people change ...". */
void words_not_offered(struct buffer *out, const struct record_missing *m);
/* "libsignal-protocol-c 2.3.3". */
void words_target(struct buffer *out, const struct view *v);

/* A word of a command line, in single quotes where the shell would otherwise make something else of
 * it. */
void words_shell(struct buffer *out, const char *word);
/* "assay repro out/repro/x.xml --target exec:./a"; nothing when the case has no repro file. */
void words_again(struct buffer *out, const struct view *v, const struct record_case *result,
                 const char *out_dir);

/* "12 executions of 3 cases, and 228 blocked by it; also D-12, V-05": what a cause reaches. */
void words_reach(struct buffer *out, const struct record_cause *cause);

#endif
