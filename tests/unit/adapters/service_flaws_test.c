/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of flaws of a provider's service. */
#include "flaw_table_checks.h"
#include "service_flaws.h"
#include "wire_flaws.h"

static bool rules(const char *name, void *out) { return service_flaws_rules(name, out); }

int main(void)
{
    static const struct provider_rules honest;
    _Static_assert(sizeof(honest) <= FLAW_RULES_MAX, "the checks have room for them");
    return flaw_table_check(&(struct flaw_table_under_test){.name = "service flaws",
                                                            .least = 40,
                                                            .count = service_flaws_count,
                                                            .at = service_flaws_at,
                                                            .rules = rules,
                                                            .honest = &honest,
                                                            .rules_len = sizeof(honest),
                                                            .others = {flaws_at, wire_flaws_at}});
}
