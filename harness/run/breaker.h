/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/breaker.h - when a target is taken to be down.
 * Depends on: base.
 *
 * A case hangs when the target is silent and does not answer Ping any more. The target is down when
 * BREAKER_IN_A_ROW cases hung one after another; and when BREAKER_MANY did, and they are at least
 * one in BREAKER_SHARE of all that ran: such a target is never silent long enough for the first,
 * and costs a timeout each time. Counted in the order of the plan, so it does not depend on the
 * number of workers.
 */
#ifndef ASSAY_RUN_BREAKER_H
#define ASSAY_RUN_BREAKER_H

#include <stdbool.h>
#include <stddef.h>

#define BREAKER_IN_A_ROW 5u
#define BREAKER_MANY 20u
#define BREAKER_SHARE 10u

/* All zeros at first. */
struct breaker {
    size_t n_in_a_row, n_hung, n_ran;
};

/*
 * One more case ran.
 *
 * is_hang   it hung, and hung again when it was done again
 * has_hung  it hung at least once
 *
 * True when the target is down.
 */
bool breaker_count(struct breaker *b, bool is_hang, bool has_hung);

/* Why it is down: "5 cases in a row without an answer". */
void breaker_say(const struct breaker *b, char *text, size_t len);

#endif
