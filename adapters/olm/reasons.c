/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reasons.h"

#include <stddef.h>

#define REASON(name) ASSAY__TARGET__V1__REASON__REASON_##name

static const struct {
    Assay__Target__V1__Reason reason;
    const char *text;
} refusals[] = {
    [OLM_BAD_MESSAGE_VERSION] = {REASON(VERSION), "BAD_MESSAGE_VERSION"},
    [OLM_BAD_MESSAGE_FORMAT] = {REASON(MALFORMED), "BAD_MESSAGE_FORMAT"},
    /* a used message key, too: libolm does not tell them apart */
    [OLM_BAD_MESSAGE_MAC] = {REASON(AUTHENTICATION), "BAD_MESSAGE_MAC"},
    [OLM_BAD_MESSAGE_KEY_ID] = {REASON(UNKNOWN_PREKEY), "BAD_MESSAGE_KEY_ID"},
    [OLM_INVALID_BASE64] = {REASON(MALFORMED), "INVALID_BASE64"},
    [OLM_BAD_SIGNATURE] = {REASON(PREKEY_SIGNATURE), "BAD_SIGNATURE"},
    [OLM_E_BUNDLE] = {REASON(MALFORMED), "not a bundle"},
    [OLM_E_SIGNATURE] = {REASON(PREKEY_SIGNATURE), "the keys are not signed by their device"},
    [OLM_E_OTHER_NAME] = {REASON(UNTRUSTED_IDENTITY), "the keys name another device"},
    [OLM_E_MESSAGE] = {REASON(MALFORMED), "not a message of type 0 or 1"},
    [OLM_E_PAYLOAD] = {REASON(MALFORMED), "decrypted, but not a payload"},
    [OLM_E_SENDER] = {REASON(AUTHENTICATION), "the payload is from another device"},
    [OLM_E_RECIPIENT] = {REASON(ADDRESSEE), "the payload is for another device"},
    [OLM_E_NO_SESSION] = {REASON(NO_SESSION), "no session with this peer"},
    [OLM_E_UNTRUSTED] = {REASON(UNTRUSTED_IDENTITY), "another identity is known for this peer"},
    [OLM_E_ACCEPTED] = {REASON(INVALID_KEY), "not an Ed25519 key, and none was warned of"},
    [OLM_E_STATE] = {REASON(MALFORMED), "not a state this adapter saved"},
    [OLM_E_IDENTITY] = {REASON(INVALID_KEY), "not an identity this adapter exported"},
};

static const struct {
    int code;
    const char *text;
} faults[] = {
    {OLM_E_NOMEM, "out of memory"},
    {OLM_E_LIBRARY, "a library did what its manual rules out"},
    {OLM_E_NAME, "a name that is too long or not UTF-8"},
    {OLM_E_FULL, "no room for another peer"},
};

bool reason_of(int code, Assay__Target__V1__Reason *out_reason, const char **out_text)
{
    size_t at = (size_t)code;
    *out_text = "unexpected error of libolm";
    if (at < sizeof(refusals) / sizeof(refusals[0]) && refusals[at].text) {
        *out_reason = refusals[at].reason;
        *out_text = refusals[at].text;
        return true;
    }
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        if (faults[i].code == code)
            *out_text = faults[i].text;
    return false;
}
