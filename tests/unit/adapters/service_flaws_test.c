/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of flaws of a provider's service. */
#include "flaw_table_checks.h"
#include "service_flaws.h"
#include "wire_flaws.h"

static const struct flaw *wire_flaws_at(size_t i) { return flaw_table_at(&wire_flaws, i); }

int main(void)
{
    static const struct provider_rules honest;
    return flaw_table_check(&(struct flaw_table_under_test){.name = "service flaws",
                                                            .least = 40,
                                                            .tables = {&service_flaws},
                                                            .honest = &honest,
                                                            .rules_len = sizeof(honest),
                                                            .others = {flaws_at, wire_flaws_at}});
}
