/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the model's steps are about. */
#include "scenario/model.h"

/* clang-format off */
static const struct {
    const char *name, *requirement;
    enum level level;
} themes[N_THEME] = {
    [THEME_NONE] = {"none", "D-04", LEVEL_NONE},
    [THEME_PLAIN] = {"in-order", "D-04", LEVEL_NONE},
    [THEME_AFTER_REFUSAL] = {"after-a-refusal", "V-05", LEVEL_NONE},
    [THEME_LATE] = {"late", "D-06", LEVEL_NONE},
    [THEME_OVERTAKEN] = {"overtaken", "D-05", LEVEL_NONE},
    [THEME_CROSSING] = {"crossing", "V-07", LEVEL_NONE},
    [THEME_RESTARTED] = {"restarted", "D-04", LEVEL_NONE},
    [THEME_SESSIONS] = {"several-sessions", "S-01", LEVEL_NONE},
    [THEME_PEERS] = {"several-peers", "S-01", LEVEL_NONE},
    [THEME_ROTATED] = {"rotated", "X-07", LEVEL_NONE},
    [THEME_ACCEPTED] = {"accepted", "S-11", LEVEL_NONE},
    [THEME_AFTER_FIRST] = {"after-a-refused-first-message", "X-21", LEVEL_NONE},
    [THEME_FINGERPRINT] = {"fingerprint", "X-25", LEVEL_NONE},
    [THEME_GROUP] = {"group", "G-02", LEVEL_NONE},
    [THEME_GROUP_OVERTAKEN] = {"group-overtaken", "G-07", LEVEL_NONE},
    [THEME_REPLAYED] = {"replayed", "D-14", LEVEL_NONE},
    [THEME_FORGED] = {"forged", "D-16", LEVEL_NONE},
    [THEME_REFLECTED] = {"reflected", "D-18", LEVEL_NONE},
    [THEME_MISNAMED] = {"misnamed", "S-05", LEVEL_NONE},
    [THEME_SPENT] = {"spent-prekey", "X-23", LEVEL_NONE},
    [THEME_BAD_BUNDLE] = {"bad-bundle", "X-10", LEVEL_NONE},
    [THEME_UNTRUSTED] = {"untrusted", "S-11", LEVEL_NONE},
    [THEME_GROUP_REPLAYED] = {"group-replayed", "G-04", LEVEL_NONE},
    [THEME_GROUP_FORGED] = {"group-forged", "G-03", LEVEL_NONE},
    [THEME_GROUP_MISNAMED] = {"group-misnamed", "G-09", LEVEL_NONE},
    [THEME_GROUP_UNKNOWN] = {"group-unknown-key", "G-10", LEVEL_NONE},
    [THEME_GROUP_OUTSIDE] = {"group-outsider", "G-08", LEVEL_NONE},
    [THEME_RETURNS] = {"comes-back", "RC-01", LEVEL_NONE},
    [THEME_SHOWN] = {"shown", "ST-13", LEVEL_NONE},
    [THEME_WAITED] = {"shown-later", "RC-03", LEVEL_NONE},
    [THEME_SHOWN_ONCE] = {"shown-once", "ST-14", LEVEL_NONE},
    [THEME_SHOWN_BEFORE] = {"shown-before-a-loss", "RC-04", LEVEL_NONE},
    [THEME_KEPT] = {"shown-after-a-restart", "RC-09", LEVEL_NONE},
    [THEME_ACKED] = {"acknowledged", "ST-03", LEVEL_NONE},
    [THEME_ACKED_AFTER] = {"acknowledged-after-a-restart", "RC-04", LEVEL_SHOULD},
    [THEME_CONFIRMED] = {"confirmed", "ST-04", LEVEL_NONE},
    [THEME_READ] = {"read", "ST-05", LEVEL_NONE},
    [THEME_READ_LATER] = {"read-while-away", "ST-05", LEVEL_SHOULD},
    [THEME_ASKED] = {"asked-for", "RT-01", LEVEL_NONE},
    [THEME_ASKED_AFTER] = {"asked-for-after-a-restart", "RT-01", LEVEL_SHOULD},
    [THEME_GIVEN_UP] = {"given-up", "RT-04", LEVEL_NONE},
    [THEME_WRITTEN] = {"written", "ST-26", LEVEL_NONE},
    [THEME_WRITTEN_AWAY] = {"written-while-away", "ST-29", LEVEL_NONE},
    [THEME_SENT] = {"acknowledged-late", "ST-28", LEVEL_NONE},
    [THEME_TOLD] = {"receipt", "ST-23", LEVEL_NONE},
    [THEME_SENT_AGAIN] = {"sent-again", "RT-03", LEVEL_NONE},
    [THEME_REFILLED] = {"prekeys", "PK-03", LEVEL_NONE},
    [THEME_FRESH_KEY] = {"fresh-key", "HS-04", LEVEL_NONE},
    [THEME_FRESH_TOKEN] = {"fresh-token", "ID-09", LEVEL_NONE},
    [THEME_STRANGER] = {"strangers-receipt", "RT-08", LEVEL_NONE},
    [THEME_UNKNOWN] = {"request-for-nothing", "RT-05", LEVEL_NONE},
    [THEME_TOO_LATE] = {"request-too-late", "RT-04", LEVEL_NONE},
};

/* clang-format on */

static size_t theme_index(enum theme t) { return (unsigned)t < N_THEME ? (size_t)t : 0; }
const char *theme_name(enum theme t) { return themes[theme_index(t)].name; }
const char *theme_requirement(enum theme t) { return themes[theme_index(t)].requirement; }
enum level theme_level(enum theme t) { return themes[theme_index(t)].level; }
bool theme_is_of_refusal(enum theme t)
{
    return (t >= THEME_REPLAYED && t <= THEME_GROUP_OUTSIDE) || t >= THEME_UNKNOWN;
}
