/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of flaws of a proxy. */
#include "flaw_table_checks.h"
#include "proxy_flaws.h"

static bool rules(const char *name, void *out) { return proxy_flaws_rules(name, out); }

int main(void)
{
    static const struct proxy_rules honest;
    _Static_assert(sizeof(honest) <= FLAW_RULES_MAX, "the checks have room for them");
    return flaw_table_check(&(struct flaw_table_under_test){.name = "proxy flaws",
                                                            .least = 20,
                                                            .count = proxy_flaws_count,
                                                            .at = proxy_flaws_at,
                                                            .rules = rules,
                                                            .honest = &honest,
                                                            .rules_len = sizeof(honest),
                                                            .others = {NULL}});
}
