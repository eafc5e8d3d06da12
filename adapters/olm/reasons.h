/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reasons.h - the codes of this adapter, and what they are in the contract's words.
 * Depends on: libolm's error codes; proto/target.proto.
 */
#ifndef ADAPTER_OLM_REASONS_H
#define ADAPTER_OLM_REASONS_H

#include <stdbool.h>

#include <olm/error.h>

#include "target.pb-c.h"

/* 0 is success, libolm's codes keep their numbers, and these follow. */
enum olm_code {
    OLM_E_NOMEM = 100,
    OLM_E_LIBRARY,    /* libolm or OpenSSL did what their manuals rule out */
    OLM_E_NAME,       /* an address no Matrix identifier could carry */
    OLM_E_FULL,       /* no room for another peer */
    OLM_E_BUNDLE,     /* not a bundle */
    OLM_E_SIGNATURE,  /* keys not signed by the device they are said to be of */
    OLM_E_OTHER_NAME, /* keys that say they are another device's */
    OLM_E_MESSAGE,    /* no type byte, or of a kind that is not ours */
    OLM_E_PAYLOAD,    /* decrypted, but not a payload */
    OLM_E_SENDER,     /* the payload is from somebody else */
    OLM_E_RECIPIENT,  /* the payload is for somebody else */
    OLM_E_NO_SESSION,
    OLM_E_UNTRUSTED, /* another identity is pinned for this peer */
    OLM_E_ACCEPTED,  /* what should be accepted is not a key */
    OLM_E_STATE,     /* not a state this adapter saved */
    OLM_E_IDENTITY,  /* not an identity this adapter exported */
};

/*
 * Is |code| a decision of the protocol code? Then *out_reason and *out_text say which. Anything
 * else is a fault; *out_text then says that.
 */
bool reason_of(int code, Assay__Target__V1__Reason *out_reason, const char **out_text);

#endif
