/*
 * scenario/wire_words.h - the words of the wire's layers that a suite may use: names of bends, of
 * service stanzas, of rules a thing is checked by.
 * Depends on: base, wire, server/server_mutation, scenario/verb.
 *
 * The bends themselves are where they are applied (wire/stanza_mutation.h, wire/content.h,
 * wire/certificate.h, server/server_mutation.h); here they are found by the type of an attribute.
 */
#ifndef ASSAY_SCENARIO_WIRE_WORDS_H
#define ASSAY_SCENARIO_WIRE_WORDS_H

#include "base/arena.h"
#include "scenario/verb.h"

/* All words of the type, for "did you mean" and for suites/README.md; NULL when |arena| is full. */
const char *const *wire_words(enum attribute_type type, struct arena *arena, size_t *out_count);
/* One clause about the |i|-th of them, or "". */
const char *wire_word_explanation(enum attribute_type type, size_t i);
/* Must an honest client go on as if the bend |word| were not there? False for what is no bend. */
bool wire_word_keeps(enum attribute_type type, const char *word);

/* What the gatekeeper can send by itself (<push stanza="...">). */
enum service_stanza {
    SERVICE_NONE = 0,
    SERVICE_PING,
    SERVICE_UNKNOWN_GET,    /* an iq get in a namespace nobody knows */
    SERVICE_UNASKED_RESULT, /* an iq result to no question */
    SERVICE_UNKNOWN_STANZA,
    SERVICE_UNKNOWN_NOTIFICATION,
    SERVICE_FEW_PREKEYS, /* notification: so many one-time prekeys are left (code) */
    SERVICE_INFORMATION, /* <ib>: to be ignored */
    SERVICE_DELIVERED,   /* a receipt for the message |of| */
    SERVICE_READ,
    SERVICE_UNKNOWN_ACK, /* an ack for nothing */
    SERVICE_SUCCESS_AGAIN,
    SERVICE_FAILURE,      /* <failure reason=code> */
    SERVICE_STREAM_ERROR, /* <stream:error code=code> */
    SERVICE_REPLACED,     /* <stream:error><conflict type="replaced"/> */
    N_SERVICE
};
enum service_stanza service_from_name(const char *name);

/* What <verify> looks at. Rules of the token have wire/token.h's names. */
enum wire_rule {
    RULE_NONE = 0,
    /* of a connection */
    RULE_HEADER_ONCE,      /* the profile's header, once, first */
    RULE_FRAMES,           /* every frame has a length from 1 to the maximum */
    RULE_STATIC_ENCRYPTED, /* 48 bytes, and not the key in clear */
    RULE_CLIENT_PAYLOAD,   /* product INTEROP, the account, a token */
    RULE_NOTHING_EARLY,    /* no stanza before the handshake was done */
    RULE_FRESH_EPHEMERAL,  /* another than in every earlier connection of the case */
    RULE_FRESH_TOKEN,      /* another token and jti than in every earlier one */
    RULE_STOPPED_EARLY,    /* an attempt: nothing came after the gatekeeper's handshake message */
    /* of what a client published */
    RULE_UPLOAD_SHAPE,     /* sizes, type byte, the profile's number of one-time prekeys */
    RULE_UPLOAD_IDS,       /* unique, below 2^24, not 0 */
    RULE_UPLOAD_SIGNATURE, /* verifies over the 33-byte key */
    RULE_UPLOAD_KEYS,      /* all public keys different */
    RULE_REFILLED,         /* after few were left, new ones came, none of them seen before */
    /* of a message's stanza */
    RULE_MESSAGE_SHAPE,     /* id, to, type, one enc with v and type */
    RULE_MESSAGE_ID,        /* unique among all it sent */
    RULE_MESSAGE_TYPE,      /* type and mediatype agree with the content */
    RULE_NAMES_NOBODY_ELSE, /* nobody of the case stands in it but sender and addressee */
    RULE_PADDING,           /* the plaintext ends in 1 to 16 bytes of that value */
    RULE_CONTENT,           /* it decodes, and is what was sent */
    /* a token rule: RULE_TOKEN + enum token_rule */
    RULE_TOKEN
};
/* RULE_NONE for another name. */
unsigned wire_rule_from_name(const char *name);

#endif
