/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client_flaw.h - the blind flaws of a whole client: each is one lapse (docs/detection.md).
 * Depends on: flaws; harness/app/app_rules.
 */
#ifndef FLAWED_CLIENT_FLAW_H
#define FLAWED_CLIENT_FLAW_H

#include "flaws.h"

#include "app/app_rules.h"

struct client_flaw {
    struct flaw flaw;
    enum app_lapse lapse;
};

extern const struct client_flaw third_blind_flaws_client[];
extern const size_t third_blind_flaws_client_count;
extern const struct client_flaw third_blind_flaws_client_v4[]; /* only of v4 */
extern const size_t third_blind_flaws_client_v4_count;
extern const struct client_flaw fourth_blind_flaws_client[];
extern const size_t fourth_blind_flaws_client_count;
extern const struct client_flaw fourth_blind_flaws_client_v4[]; /* only of v4 */
extern const size_t fourth_blind_flaws_client_v4_count;
/* Give the honest |rules| the lapse of the one called |name|, of all rounds. False without one. */
bool blind_rounds_set_client(const char *name, bool is_v4, struct app_rules *rules);

#endif
