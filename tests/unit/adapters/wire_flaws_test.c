/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of flaws of the wire. */
#include "flaw_table_checks.h"
#include "wire_flaws.h"

/* One table after the other. */
static size_t count(void) { return wire_flaws_count() + wire_flaws_of_v4_count(); }

static const struct flaw *at(size_t i)
{
    return i < wire_flaws_count() ? wire_flaws_at(i) : wire_flaws_of_v4_at(i - wire_flaws_count());
}

static bool rules(const char *name, void *out) { return wire_flaws_rules(name, true, out); }

int main(void)
{
    _Static_assert(sizeof(struct app_rules) <= FLAW_RULES_MAX, "the checks have room for them");
    return flaw_table_check(&(struct flaw_table_under_test){.name = "wire flaws",
                                                            .least = 45,
                                                            .count = count,
                                                            .at = at,
                                                            .rules = rules,
                                                            .honest = app_rules_honest(),
                                                            .rules_len = sizeof(struct app_rules),
                                                            .others = {flaws_at, flaws_of_v4_at}});
}
