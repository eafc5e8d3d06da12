/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reasons.h"

#include "client/codes.h"
#include "library_log.h"
#include "party.h"
#include "provider.h"

#define REASON(name) ASSAY__TARGET__V1__REASON__REASON_##name

static const struct {
    int code;
    Assay__Target__V1__Reason reason;
    const char *text;
} reasons[] = {
    {SG_ERR_INVAL, REASON(MALFORMED), "SG_ERR_INVAL"},
    {SG_ERR_INVALID_PROTO_BUF, REASON(MALFORMED), "SG_ERR_INVALID_PROTO_BUF"},
    {SG_ERR_DUPLICATE_MESSAGE, REASON(DUPLICATE), "SG_ERR_DUPLICATE_MESSAGE"},
    {SG_ERR_INVALID_KEY, REASON(INVALID_KEY), "SG_ERR_INVALID_KEY"},
    {SG_ERR_INVALID_KEY_ID, REASON(UNKNOWN_PREKEY), "SG_ERR_INVALID_KEY_ID"},
    {SG_ERR_INVALID_MAC, REASON(AUTHENTICATION), "SG_ERR_INVALID_MAC"},
    /* the log had no known line (library_log.h) */
    {SG_ERR_INVALID_MESSAGE, REASON(UNSPECIFIED), "SG_ERR_INVALID_MESSAGE"},
    {SG_ERR_INVALID_VERSION, REASON(VERSION), "SG_ERR_INVALID_VERSION"},
    {SG_ERR_LEGACY_MESSAGE, REASON(VERSION), "SG_ERR_LEGACY_MESSAGE"},
    {SG_ERR_NO_SESSION, REASON(NO_SESSION), "SG_ERR_NO_SESSION"},
    {SG_ERR_UNTRUSTED_IDENTITY, REASON(UNTRUSTED_IDENTITY), "SG_ERR_UNTRUSTED_IDENTITY"},
    {PROVIDER_BAD_PADDING, REASON(PADDING), "the padding is wrong"},
    {PARTY_E_BUNDLE, REASON(MALFORMED), "not a prekey bundle"},
    {PARTY_E_KIND, REASON(MALFORMED), "not a kind of message this target opens"},
    {PARTY_E_SIGNATURE, REASON(PREKEY_SIGNATURE), "the library refused the bundle's signature"},
    {LOG_E_INCOMPLETE, REASON(MALFORMED), "SG_ERR_INVALID_MESSAGE: incomplete"},
    {LOG_E_VERSION, REASON(VERSION), "SG_ERR_INVALID_MESSAGE: version"},
    {LOG_E_MAC, REASON(AUTHENTICATION), "SG_ERR_INVALID_MESSAGE: bad MAC or signature"},
    {LOG_E_NO_KEY, REASON(NO_SESSION), "SG_ERR_INVALID_MESSAGE: no such sender key"},
    {LOG_E_TOO_FAR, REASON(TOO_FAR), "SG_ERR_INVALID_MESSAGE: over 2000 ahead"},
    {PARTY_E_STATE, REASON(MALFORMED), "not a state this adapter saved"},
    {PARTY_E_UNSIGNED, REASON(PREKEY_SIGNATURE), "a bundle without signature"},
    {PARTY_E_IMPORT, REASON(INVALID_KEY), "imported keys are not keys"},
    {CLIENT_E_CONSTANT, REASON(MALFORMED), "a constant's value is none"},
    {CLIENT_E_ORDER, REASON(MALFORMED), "an order nobody can carry out"},
    {CLIENT_E_FRAME, REASON(FRAME), "not a frame"},
    {CLIENT_E_HANDSHAKE, REASON(HANDSHAKE), "the handshake does not verify"},
    {CLIENT_E_CERTIFICATE, REASON(CERTIFICATE), "the certificate chain does not check"},
    {CLIENT_E_CHANNEL, REASON(CHANNEL), "a transport message does not verify"},
    {CLIENT_E_STANZA, REASON(STANZA), "not a stanza that can be taken"},
    {CLIENT_E_ADDRESSEE, REASON(ADDRESSEE), "for somebody else"},
    {CLIENT_E_PADDING, REASON(PADDING), "the content's padding is wrong"},
    {CLIENT_E_CONTENT, REASON(CONTENT), "not one content of one kind"},
    {CLIENT_E_SERVER, REASON(SERVER), "the server said so"},
    {CLIENT_E_LOST, REASON(LOST), "the connection is lost"},
    {CLIENT_E_TOO_LONG, REASON(POLICY), "too long for a transport message"},
    {CLIENT_E_BUNDLE, REASON(MALFORMED), "published keys of wrong sizes"},
};

static const struct {
    int code;
    const char *text;
} faults[] = {
    {SG_ERR_NOMEM, "out of memory"},
    {CLIENT_E_NOMEM, "out of memory"},
    {PARTY_E_NAME, "a name or a group is too long for this adapter"},
};

bool reason_of(int code, Assay__Target__V1__Reason *out_reason, const char **out_text)
{
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].code != code)
            continue;
        *out_reason = reasons[i].reason;
        *out_text = reasons[i].text;
        return true;
    }
    *out_text = "unexpected error of the library";
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        if (faults[i].code == code)
            *out_text = faults[i].text;
    return false;
}
