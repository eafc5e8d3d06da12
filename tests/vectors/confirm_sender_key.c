/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "confirm.h"

#include "cipher/signal/keys.h"

#include <string.h>

#define GROUP "group"

static bool opens(struct confirm *c, struct lsc *member, struct address sender, const json_t *test)
{
    struct buffer plaintext;
    buffer_init(&plaintext, PARTY_PLAINTEXT_MAX);
    bool is_opened =
        lsc_open_group(member, GROUP, sender, confirm_hex(c, test, "message"), &plaintext) == 0 &&
        (!json_object_get(test, "plaintext") ||
         confirm_is(c, test, "plaintext", buffer_bytes(&plaintext)));
    buffer_fini(&plaintext);
    return is_opened;
}

bool confirm_sender_key(struct confirm *c, const json_t *group, bool *taken)
{
    const struct address sender = {"alice", 1};
    struct party_keys keys = {.registration_id = 1};
    struct key_pair identity;
    const json_t *tests = confirm_object(group, "tests");
    if (json_object_get(group, "distributionId"))
        return false;
    confirm_must(keys_generate(&c->random, &identity) == OK, "an identity");
    memcpy(keys.identity_private, identity.private_key, 32);
    memcpy(keys.identity_public, identity.public_key, SIGNAL_KEY_LEN);
    struct lsc *member = lsc_new((struct address){"bob", 1}, &c->random, &keys);
    confirm_must(member != NULL, "the library's party");
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *test = json_array_get(tests, i);
        if (strcmp(confirm_text(test, "act"), "distribution") == 0)
            taken[i] = lsc_absorb(member, GROUP, sender, confirm_hex(c, test, "message")) == 0;
        else
            taken[i] = opens(c, member, sender, test);
    }
    lsc_free(member);
    return true;
}
