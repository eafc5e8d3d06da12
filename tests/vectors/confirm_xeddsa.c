/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "confirm.h"

bool confirm_xeddsa(struct confirm *c, const json_t *group, bool *taken)
{
    struct lsc library = {.context = c->context};
    const uint8_t *key = confirm_fixed(c, group, "publicKey", SIGNAL_KEY_LEN);
    const json_t *tests = confirm_object(group, "tests");
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *test = json_array_get(tests, i);
        taken[i] = lsc_verify(&library, key, confirm_hex(c, test, "msg"),
                              confirm_hex(c, test, "sig")) == 1;
    }
    return true;
}
