/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/conversation.h - generated conversations as cases: their steps for one target, and what it
 * means when one fails.
 * Depends on: run/worker, scenario/generator, scenario/reduce.
 *
 * What is in a conversation depends on a seed, on its number and on what the target claims, and on
 * nothing else: so it is the same for any number of workers, in each shard and when a run goes on.
 */
#ifndef ASSAY_RUN_CONVERSATION_H
#define ASSAY_RUN_CONVERSATION_H

#include "run/worker.h"
#include "scenario/generator.h"

#define CONVERSATION_TRIALS_MAX 600u /* runs for making one small, where nothing else waits */

/* What a conversation on |surface| may use of a target with |profile|; views into it. */
struct generator_claims conversation_claims(const struct target_profile *profile,
                                            enum surface surface);

/* The steps of the case |planned|, which is one (case_spec.conversations), into |what|, resolved.
 * E_NOMEM, E_CRYPTO, E_MISSING. */
MUST_USE enum status conversation_take(const struct planned *planned, struct arena *arena,
                                       struct worker_case *what);

/*
 * Make |what|, which came to |result|, small on the live target: the smallest of it that fails the
 * same way twice, and what that came to, or both as they were. |tape| is then of what |what| is. At
 * most |trials| runs; few when the target was silent, since each costs a whole timeout. What is
 * inconclusive stays as it is.
 */
void conversation_narrow(struct worker_case *what, unsigned trials, struct arena *arena,
                         struct tape *tape, struct case_result *result);

/* A conversation that failed: which requirement it violates, and how binding that is. */
struct conversation_fault {
    const struct requirement *requirement; /* NULL: the catalogue does not have it */
    enum level level;
};

/* What was seen to be violated at once, where that is known; else what the step is about at which
 * |what| ended with |result|. */
struct conversation_fault conversation_fault(const struct worker_case *what,
                                             const struct case_result *result,
                                             const struct catalogue *catalogue);

/* |result| of a conversation that did not pass before: should it pass now, it is not the same
 * twice. */
void conversation_doubt(struct case_result *result);

/* The same case |planned|, said to be about what |what| ended at: under that requirement, at its
 * level. In |arena|; NULL when it is full. */
const struct planned *conversation_failed(const struct planned *planned,
                                          const struct worker_case *what,
                                          const struct case_result *result, struct arena *arena);

#endif
