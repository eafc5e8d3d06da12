#include "reasons.h"

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
    /* the library says this for a bad MAC, a jump too far and a missing field alike */
    {SG_ERR_INVALID_MESSAGE, REASON(UNSPECIFIED), "SG_ERR_INVALID_MESSAGE"},
    {SG_ERR_INVALID_VERSION, REASON(VERSION), "SG_ERR_INVALID_VERSION"},
    {SG_ERR_LEGACY_MESSAGE, REASON(VERSION), "SG_ERR_LEGACY_MESSAGE"},
    {SG_ERR_NO_SESSION, REASON(NO_SESSION), "SG_ERR_NO_SESSION"},
    {SG_ERR_UNTRUSTED_IDENTITY, REASON(UNTRUSTED_IDENTITY), "SG_ERR_UNTRUSTED_IDENTITY"},
    {PROVIDER_BAD_PADDING, REASON(PADDING), "the padding is wrong"},
    {PARTY_E_BUNDLE, REASON(MALFORMED), "not a prekey bundle"},
    {PARTY_E_KIND, REASON(MALFORMED), "not a kind of message this target opens"},
    {PARTY_E_SIGNATURE, REASON(PREKEY_SIGNATURE), "the library refused the bundle's signature"},
    {PARTY_E_IMPORT, REASON(INVALID_KEY), "imported keys are not keys"},
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
    *out_text = code == SG_ERR_NOMEM ? "out of memory" : "unexpected error of the library";
    return false;
}
