/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of flaws of a gatekeeper's server. */
#include "flaw_table_checks.h"
#include "gatekeeper_flaws.h"

int main(void)
{
    static const struct gatekeeper_rules honest;
    return flaw_table_check(&(struct flaw_table_under_test){.name = "gatekeeper flaws",
                                                            .least = 15,
                                                            .tables = {&gatekeeper_flaws},
                                                            .honest = &honest,
                                                            .rules_len = sizeof(honest)});
}
