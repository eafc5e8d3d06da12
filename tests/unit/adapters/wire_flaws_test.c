/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of flaws of the wire. */
#include "flaw_table_checks.h"
#include "wire_flaws.h"

int main(void)
{
    return flaw_table_check(&(struct flaw_table_under_test){.name = "wire flaws",
                                                            .least = 45,
                                                            .tables = {&wire_flaws, &wire_flaws_v4},
                                                            .honest = app_rules_honest(),
                                                            .rules_len = sizeof(struct app_rules),
                                                            .others = {flaws_at, flaws_of_v4_at}});
}
