/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of flaws of a gatekeeper's server. */
#include "flaw_table_checks.h"
#include "gatekeeper_flaws.h"

static bool rules(const char *name, void *out) { return gatekeeper_flaws_rules(name, out); }

int main(void)
{
    static const struct gatekeeper_rules honest;
    _Static_assert(sizeof(honest) <= FLAW_RULES_MAX, "the checks have room for them");
    return flaw_table_check(&(struct flaw_table_under_test){.name = "gatekeeper flaws",
                                                            .least = 15,
                                                            .count = gatekeeper_flaws_count,
                                                            .at = gatekeeper_flaws_at,
                                                            .rules = rules,
                                                            .honest = &honest,
                                                            .rules_len = sizeof(honest),
                                                            .others = {NULL}});
}
