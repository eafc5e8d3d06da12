/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flaw_entry.h - a row of the tables of flaws: which rule it changes, and how.
 * Depends on: flaws.
 */
#ifndef FLAWED_FLAW_ENTRY_H
#define FLAWED_FLAW_ENTRY_H

#include "flaws.h"

/* What kind of value a rule has. */
enum rule_type { RULE_FLAG, RULE_NUMBER, RULE_TEXT };

struct change {
    size_t at; /* of the rule in struct rules */
    enum rule_type type;
    uint32_t value; /* RULE_FLAG, RULE_NUMBER (an enum's value, too) */
    const char *text;
};

struct flaw_entry {
    struct flaw flaw;
    struct change change;
    struct change
        also; /* a second rule that makes the first one matter; at 0 with no type for none */
    bool has_also;
    struct rules_trigger trigger;
};

#define AT(member) offsetof(struct rules, member)
#define FLAG(member, value) .change = {AT(member), RULE_FLAG, value, NULL}
#define NUMBER(member, value) .change = {AT(member), RULE_NUMBER, value, NULL}
#define TEXT(member, value) .change = {AT(member), RULE_TEXT, 0, value}
#define ALSO(member, value) .also = {AT(member), RULE_NUMBER, value, NULL}, .has_also = true
#define ALSO_FLAG(member, value) .also = {AT(member), RULE_FLAG, value, NULL}, .has_also = true
#define FLAW(name, requirement, text) .flaw = {name, requirement, text, NULL}
#define UNSEEN(name, requirement, text, why) .flaw = {name, requirement, text, why}
#define WHEN(when, n) .trigger = {when, n}

/* Those that only a party of Signal v4 can have. */
extern const struct flaw_entry flaws_v4[];
extern const size_t flaws_v4_count;

/* Those of the blind rounds (docs/detection.md). */
extern const struct flaw_entry blind_flaws[];
extern const size_t blind_flaws_count;
extern const struct flaw_entry second_blind_flaws[];
extern const size_t second_blind_flaws_count;
extern const struct flaw_entry second_blind_flaws_v4[]; /* only of v4 */
extern const size_t second_blind_flaws_v4_count;
extern const struct flaw_entry third_blind_flaws[];
extern const size_t third_blind_flaws_count;
extern const struct flaw_entry third_blind_flaws_v4[];
extern const size_t third_blind_flaws_v4_count;
extern const struct flaw_entry fourth_blind_flaws[];
extern const size_t fourth_blind_flaws_count;
extern const struct flaw_entry fourth_blind_flaws_v4[];
extern const size_t fourth_blind_flaws_v4_count;
/* The one called |name|, of all rounds, or NULL. */
const struct flaw_entry *blind_rounds_find(const char *name, bool is_v4);

#endif
