/*
 * scenario/value.h - one value of one attribute against its rule.
 * Depends on: base, scenario/reading, cipher/cipher.
 */
#ifndef ASSAY_SCENARIO_VALUE_H
#define ASSAY_SCENARIO_VALUE_H

#include "scenario/reading.h"

/*
 * Check |value|, written for |rule| of a step |verb| at |line|; a sweep's values one by one. False
 * after a complaint. Says nothing about how attributes go together (scenario/step_reader.h).
 */
bool value_check(struct reading *r, unsigned line, const char *verb,
                 const struct attribute_rule *rule, const char *value);

/* The names of all capabilities a target can claim; |*out_count| of them. Static storage. */
const char *const *value_capabilities(size_t *out_count);

#endif
