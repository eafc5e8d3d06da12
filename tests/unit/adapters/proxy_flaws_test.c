/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of flaws of a proxy. */
#include "flaw_table_checks.h"
#include "proxy_flaws.h"

int main(void)
{
    static const struct proxy_rules honest;
    return flaw_table_check(&(struct flaw_table_under_test){.name = "proxy flaws",
                                                            .least = 20,
                                                            .tables = {&proxy_flaws},
                                                            .honest = &honest,
                                                            .rules_len = sizeof(honest)});
}
