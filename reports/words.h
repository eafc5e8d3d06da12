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

/* "9,871". */
void words_number(struct buffer *out, unsigned long long n);
/* "1 known failure", "3 known failures". */
void words_count(struct buffer *out, unsigned long long n, const char *one, const char *many);
/* Milliseconds as "6.2 s", "3 min 5 s". */
void words_duration(struct buffer *out, unsigned long long milliseconds);

/* "CONFORMANT", "NOT CONFORMANT", "VACUOUS", ...; static. */
const char *words_stamp(const struct view *v);
/* What follows the stamp: " to profile "public", with 3 known failures.", ":
 * 1 MUST case failed." */
void words_headline(struct buffer *out, const struct view *v);
/* Is the run conformant? */
bool words_is_good(const struct view *v);

/* "refused (duplicate)", "opened": what a step saw. */
void words_seen(struct buffer *out, const struct step_result *step);
/* "MUST", "SHOULD", "hardening", "measure". */
const char *words_level(enum level level);
/* "Double Ratchet, section 3.5". */
void words_source(struct buffer *out, const struct record_requirement *requirement);
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
