/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of flaws of the wire. */
#include "flaw_table_checks.h"
#include "wire_flaws.h"

static bool rules(const char *name, void *out) { return wire_flaws_rules(name, out); }

int main(void)
{
    _Static_assert(sizeof(struct app_rules) <= FLAW_RULES_MAX, "the checks have room for them");
    return flaw_table_check(&(struct flaw_table_under_test){.name = "wire flaws",
                                                            .least = 45,
                                                            .count = wire_flaws_count,
                                                            .at = wire_flaws_at,
                                                            .rules = rules,
                                                            .honest = app_rules_honest(),
                                                            .rules_len = sizeof(struct app_rules),
                                                            .others = {flaws_at}});
}
