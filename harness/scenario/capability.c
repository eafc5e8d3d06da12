/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/capability.h"

#include <string.h>

static const struct capability all[] = {
    {.name = "seed", .what = "equal seeds give equal bytes"},
    {.name = "import-keys", .what = "a party can be made from given keys, for canned vectors"},
    {.name = "without-one-time-prekey",
     .what = "a bundle can be published without a one-time prekey",
     .why_of_all = "one-time prekeys run out, and whoever has none left must still be reachable",
     .excused_by = "requires-one-time-prekey"},
    {.name = "rotate-signed-prekey",
     .what = "a new signed prekey can be made",
     .why_of_all = "every client replaces its signed prekey from time to time"},
    {.name = "snapshot",
     .what = "a party's state can be taken out and restored in a new process",
     .why_of_all = "every client is closed and started again, and goes on from what it stored"},
    {.name = "fingerprint", .what = "what two people compare can be shown"},
    {.name = "requires-one-time-prekey",
     .what = "first messages without a one-time prekey are refused by policy"},
    {.name = "spends-kem-prekeys",
     .what = "a one-time KEM prekey is deleted after use, and a last-resort one serves a base key "
             "once: with libraries that leave it to the application, that this one does it"},
    {.name = "forget-session", .what = "all sessions with a peer can be deleted"},
    {.name = "wide-device-ids", .what = "device numbers of peers may be above 127, up to 2^31-1"},
    {.name = "sender-keys", .what = "groups: messages under sender keys"},
    {.name = "accept-identity",
     .what = "a person can accept a peer's new identity key, and another one is refused until then",
     .why_of_all = "people change their devices: every client meets another identity key, and must "
                   "not use it before its person decided"},
    {.name = "client", .what = "the target is a whole client"},
    {.name = "service", .what = "the target is what a provider serves over HTTP"},
    {.name = "server", .what = "the target is a gatekeeper's server"},
    {.name = "proxy", .what = "the target is a provider's server between client and gatekeeper"},
    {.name = "expire", .what = "a medium's time can be made to be over (service)"},
    {.name = "rotate-keys", .what = "the provider's signing key can be changed (service)"},
    {.name = "enlist", .what = "users can be enlisted and withdrawn (service)"},
    {.name = "push", .what = "pushes are received (service)"},
    {.name = "read-receipts", .what = "a client says when its person has read a message"},
    {.name = "open-own", .what = "a copy of the author opens what it sealed (claims)"},
    {.name = "export-identity", .what = "the long-term secret alone can be taken out (claims)"},
    {.name = "forge", .what = "the forging that deniability stands on (claims)"},
    {.name = "refresh", .what = "the protocol's own healing step (claims)"},
    {.name = "split-state",
     .what = "a state can be restored with the post-quantum secrets of another one (claims)"},
    {.name = "versions", .what = "a party can be held to an older version (claims)"},
};

#define COUNT COUNT_OF(all)

const struct capability *capabilities(size_t *out_count)
{
    *out_count = COUNT;
    return all;
}

const struct capability *capability_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

const char *capability_not_claimed(struct arena *arena, const char *prefix, const char *name)
{
    return arena_printf(arena, "the target does not claim %s%s", prefix, name);
}

bool capability_is_private(const char *name) { return strncmp(name, "x-", 2) == 0; }

const char *const *capability_names(struct arena *arena, size_t *out_count)
{
    const char **names = arena_array(arena, COUNT, sizeof(*names));
    *out_count = names ? COUNT : 0;
    for (size_t i = 0; names && i < COUNT; i++)
        names[i] = all[i].name;
    return names;
}
