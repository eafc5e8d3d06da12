/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "confirm.h"

#include <string.h>

bool confirm_fingerprint(struct confirm *c, const json_t *group, bool *taken)
{
    struct lsc library = {.context = c->context};
    int iterations = (int)confirm_number(group, "iterations");
    const json_t *tests = confirm_object(group, "tests");
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *test = json_array_get(tests, i);
        char digits[61] = {0};
        confirm_must(lsc_fingerprint(&library, confirm_fixed(c, test, "ownKey", SIGNAL_KEY_LEN),
                                     confirm_text(test, "ownId"),
                                     confirm_fixed(c, test, "peerKey", SIGNAL_KEY_LEN),
                                     confirm_text(test, "peerId"), iterations, digits) == 0,
                     "a fingerprint");
        taken[i] = strcmp(digits, confirm_text(test, "displayable")) == 0;
    }
    return true;
}
