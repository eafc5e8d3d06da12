/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/value.h - one value of one attribute: what it means, or what is wrong with it.
 * Depends on: base, cipher/cipher, server/server_mutation, wire, scenario/op, scenario/scope.
 */
#ifndef ASSAY_SCENARIO_VALUE_H
#define ASSAY_SCENARIO_VALUE_H

#include "scenario/op.h"
#include "scenario/scope.h"

/* Why a value means nothing: for the message to whoever wrote it. */
struct mistake {
    const struct attribute_rule *rule;
    const char *value; /* as written; of a series, the one that is wrong */
    const char *text;  /* what is wrong with it; NULL when the arena is full */
    const char *word;  /* what may be a misspelling of one of |names|, when there are names */
    const char *const *names;
    size_t n_names;
};

/* A value to look up, and where what it means goes. All borrowed, |text| kept. */
struct lookup {
    const struct scope *scope; /* what the steps before it made; NULL: of a sweep, names nothing */
    const struct cipher *cipher;
    const struct attribute_rule *rule; /* that |text| was written for */
    const char *text;
    struct arena *arena;
    struct operand *out;
    struct mistake *mistake;
};

/*
 * Look up a value. A sweep stays a series; each value it lists is looked at. Says nothing about how
 * attributes go together (scenario/attribute_constraints.h).
 *
 * E_MISSING  it means nothing: |mistake| says why
 * E_LIMIT    a case has no room for what it names
 * E_NOMEM    |arena| is full
 */
MUST_USE enum status value_take(const struct lookup *l);

#endif
