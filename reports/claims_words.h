/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/claims_words.h - what every form of a claims report says in the same words.
 * Depends on: base, reports/claims_view.
 *
 * Functions append raw text, which may hold what a target said: escape it (reports/escape.h) before
 * it is shown.
 */
#ifndef ASSAY_REPORTS_CLAIMS_WORDS_H
#define ASSAY_REPORTS_CLAIMS_WORDS_H

#include "reports/claims_view.h"

/* How a finding, precondition or verdict is coloured. */
enum claims_tone { TONE_MILD = 0, TONE_GOOD, TONE_BAD, TONE_DOUBT, N_TONE };

/* "target", "Signal v3", "Signal v4"; static. */
const char *claims_words_side(enum claims_side side);
/* Of a conclusion beside one Signal "Signal v3: ", of one alone nothing; static. */
const char *claims_words_beside(enum claims_side side);

/* "EQUIVALENT", "NOT EQUIVALENT", "NOT DEMONSTRATED"; static. */
const char *claims_words_stamp(const struct claims_conclusion *c);
/* What follows the stamp: " because ..."; a part of the conclusion's line. */
const char *claims_words_rest(const struct claims_conclusion *c);
enum claims_tone claims_words_verdict_tone(const struct claims_conclusion *c);
/* "Signal v3: EQUIVALENT, Signal v4: NOT EQUIVALENT". */
void claims_words_stamps(struct buffer *out, const struct record_claims *v);

/* "refuted", "weaker than Signal", "not violated in 60 schedules"; |f|: of |p|. */
void claims_words_finding(struct buffer *out, const struct record_claims *v,
                          const struct claims_property *p, const struct claims_finding *f);
enum claims_tone claims_words_finding_tone(enum finding finding);
/* "yes, at most 40 messages (state)", "no", "not mentioned". */
void claims_words_claimed(struct buffer *out, const struct claims_property *p);
/* What one side showed: "healing: 1 round trip; no win in 40 schedules;
 * FS-3 could not be played". */
void claims_words_measured(struct buffer *out, const struct record_claims *v,
                           const struct claims_property *p, enum claims_side side);
/* "won in 3 of 20 schedules", "could not be played". */
void claims_words_outcome(struct buffer *out, const struct claims_game *g, enum claims_side side);
/* What came of a game a story is told of: "won in 20 of 20 schedules; Signal v3 loses this game
 * too", "healed: never; claimed: at most 1 round trip; Signal v3: 1 round trip". */
void claims_words_defeat(struct buffer *out, const struct record_claims *v,
                         const struct claims_game *g);
/* "2 round trips", "never" of a healing and "never ends" of all else, "not measured". */
void claims_words_value(struct buffer *out, const struct claims_measure *m, long value);
/* The same without its unit: "2". */
void claims_words_bare(struct buffer *out, const struct claims_measure *m, long value);
/* "holds", "does not hold", "not looked at". */
const char *claims_words_precondition(const struct claims_holding *side);
enum claims_tone claims_words_precondition_tone(const struct claims_holding *side);
/* "olm-adapter 3.2.12". */
void claims_words_party(struct buffer *out, const struct record_target *party);
/* The wins of the games of |p| against the Signal of |side|: "KCI-2 (Signed prekey):
 * won in 20 of 20 schedules". */
void claims_words_weakness(struct buffer *out, const struct record_claims *v,
                           const struct claims_property *p, enum claims_side side);

/* Of a long story the beginning and the end are told:
 * the first |head| steps and the last |tail|. */
bool claims_words_is_told(size_t step, size_t n_steps, size_t head, size_t tail);

/* What the report does not prove, sentence by sentence; false, and nothing, past the last. */
bool claims_words_limit(struct buffer *out, const struct record_claims *v, size_t index);
/* "assay repro out/repro/FS-1.xml --target exec:./a"; nothing without a saved counter-example. */
void claims_words_again(struct buffer *out, const struct record_claims *v,
                        const struct game_result *o, const char *out_dir);
/* The command line of the run: as it was typed, or put together from what the document says. */
void claims_words_command(struct buffer *out, const struct record_claims *v);

#endif
