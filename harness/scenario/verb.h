/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/verb.h - the closed vocabulary of steps: every verb, its attributes, what each may say.
 * Depends on: base, verdict.
 *
 * One table describes the language. The loader checks against it, the planner expands sweeps by it,
 * the saver writes by it and suites/README.md is checked against it; what a verb does is in
 * run/verbs.c.
 *
 * Names. Parties and artifacts (messages, bundles, snapshots, recordings) each have one name
 * space per case. "target" (a party of the target) and "peer" (a party of the harness) exist from
 * the start of every case.
 */
#ifndef ASSAY_SCENARIO_VERB_H
#define ASSAY_SCENARIO_VERB_H

#include "base/status.h"
#include "scenario/surface.h"
#include "verdict/oracle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verb {
    VERB_NONE = 0,
    VERB_PARTY,     /* one more party of the target */
    VERB_PEER,      /* one more party of the harness */
    VERB_PUBLISH,   /* a prekey bundle, by either side */
    VERB_START,     /* process the other side's bundle */
    VERB_ESTABLISH, /* publish, start, first message, reply: both have opened one */
    VERB_SEAL,      /* encrypt one message, by either side */
    VERB_DELIVER,   /* give one message (or several, in an order) to the other side */
    VERB_DROP,      /* the sender seals so many messages that never arrive */
    VERB_CONVERSE,  /* honest traffic both ways, everything opened */
    VERB_TAMPER,    /* a changed copy of a message, a bundle or a connection */
    VERB_CHECK,     /* a relation on fields of what was produced */
    VERB_SNAPSHOT,
    VERB_RESTORE,
    VERB_FORGET,      /* the target loses its sessions with a peer */
    VERB_ACCEPT,      /* the person accepts a peer's new identity */
    VERB_FINGERPRINT, /* both sides' fingerprints, compared */
    VERB_RECORDED, /* a canned conversation: a target party with imported keys, and its messages */
    VERB_DISTRIBUTE, /* a sender key's distribution message, by either side */
    VERB_PING,       /* the target is alive */
    VERB_MEASURE,    /* find out a number honest implementations choose differently */
    /* Of a target that is a whole client of the harness's gatekeeper. */
    VERB_CONNECT,     /* the target dials, shakes hands, authenticates, publishes */
    VERB_DISCONNECT,  /* the target goes away and stays away */
    VERB_HANG_UP,     /* the gatekeeper ends the connection */
    VERB_TURN_AWAY,   /* the gatekeeper turns every dial away for a while */
    VERB_PUSH,        /* a stanza of the gatekeeper's own */
    VERB_QUEUE,       /* messages wait at the gatekeeper for the target */
    VERB_RETRY,       /* a peer asks the target for a message again */
    VERB_SAY,         /* the person says several things at once */
    VERB_ARRIVED,     /* what was said and not awaited arrived */
    VERB_HOLD,        /* the gatekeeper holds something back */
    VERB_RELEASE,     /* and sends it */
    VERB_DECLINE,     /* it answers uploads of prekeys with errors */
    VERB_IGNORE,      /* the gatekeeper answers no upload of prekeys */
    VERB_SERVE,       /* the gatekeeper has somebody's keys for whoever asks */
    VERB_ROTATE,      /* the target makes a new signed prekey */
    VERB_READ,        /* the person reads what a peer sent */
    VERB_WRITE,       /* the person says something, and nothing is waited for */
    VERB_HEARD,       /* what came of that */
    VERB_ACKNOWLEDGE, /* the gatekeeper acknowledges what clients send, or does not */
    VERB_ANSWERED,    /* what the target sent back for a message */
    VERB_SHOWN,       /* what the person saw, in order */
    VERB_WARNED,      /* of whose new identity key the person was told */
    VERB_VERIFY,      /* a rule on a connection, an upload, a message */
    /* Of a target that is a provider's service over HTTP. */
    VERB_HOST,        /* the target's client encrypts and uploads a medium */
    VERB_TAKE,        /* the target's client downloads a medium of ours */
    VERB_EXPIRE,      /* a medium's time is over */
    VERB_REQUEST,     /* a rule on what the service answers, or asked */
    VERB_MINT,        /* a token for a connection */
    VERB_ROTATE_KEYS, /* a new signing key */
    VERB_ENLIST,      /* a user chose to be reachable */
    VERB_WITHDRAW,    /* a user does not want to be reachable any more */
    VERB_NOTIFY,      /* the gatekeeper posts pushes */
    VERB_DRAINED,     /* what waited for a user */
    /* Of a target that is a gatekeeper's server. */
    VERB_SIGN_IN,  /* a client of the harness dials, shakes hands, authenticates, publishes */
    VERB_SIGN_OUT, /* it goes away */
    VERB_POST,     /* it sends messages */
    VERB_RECEIVED, /* what came to it */
    VERB_LOOK_UP,  /* it fetches somebody's prekeys */
    VERB_UTTER,    /* it sends what an honest client does not */
    VERB_OPT_IN,   /* its user's provider enlists them */
    VERB_OPT_OUT,  /* and withdraws them */
    VERB_PUSHED,   /* what was pushed for its user */
    /* Of a target that is a proxy; those of a server as well. */
    VERB_RELAYED, /* a rule on what crosses on both of its sides */
    N_VERB
};

/* What an attribute's value may be. */
enum attribute_type {
    ATTRIBUTE_TEXT = 1,     /* anything */
    ATTRIBUTE_PARTY,        /* a party that exists at this step */
    ATTRIBUTE_TARGET,       /* the same, and it must be a party of the target */
    ATTRIBUTE_HARNESS,      /* the same, and it must be a party of the harness */
    ATTRIBUTE_NEW_PARTY,    /* a name for a new one */
    ATTRIBUTE_MESSAGE,      /* a message made by an earlier step */
    ATTRIBUTE_MESSAGES,     /* several of them, space between */
    ATTRIBUTE_BUNDLE,       /* a bundle made by an earlier step */
    ATTRIBUTE_SNAPSHOT,     /* a snapshot made by an earlier step */
    ATTRIBUTE_ARTIFACT,     /* a message or a bundle made by an earlier step */
    ATTRIBUTE_ARTIFACTS,    /* several of them, space between */
    ATTRIBUTE_NEW_ARTIFACT, /* a name for what this step makes */
    ATTRIBUTE_NUMBER,       /* decimal, 0 to 2^32-1 */
    ATTRIBUTE_YES_NO,
    ATTRIBUTE_HEX,
    ATTRIBUTE_EXPECT,   /* one of the verb's allowed expectations */
    ATTRIBUTE_REASON,   /* a refusal's name */
    ATTRIBUTE_FIELD,    /* layer.name, of the suite's cipher */
    ATTRIBUTE_MUTATION, /* a mutation's name, of the suite's cipher */
    ATTRIBUTE_CHOICE,   /* one of |choices| */
    ATTRIBUTE_VECTOR,   /* a file name under vectors/, without directories above */
    /* Words of the wire's layers, scenario/wire_words.h. */
    ATTRIBUTE_STANZA_MUTATION,
    ATTRIBUTE_CONTENT_MUTATION,
    ATTRIBUTE_CERTIFICATE_MUTATION,
    ATTRIBUTE_HANDSHAKE_MUTATION,
    ATTRIBUTE_CHANNEL_MUTATION,
    ATTRIBUTE_FETCH_MUTATION,
    ATTRIBUTE_SERVICE, /* a stanza of the gatekeeper's own */
    ATTRIBUTE_RULE,    /* of <verify> */
    /* Words of the service surface, scenario/service_words.h. */
    ATTRIBUTE_SERVICE_RULE,    /* of <request> */
    ATTRIBUTE_MEDIUM_MUTATION, /* of <take> */
    ATTRIBUTE_CLIENT_MUTATION, /* of <sign-in>; scenario/server_words.h, as the next */
    ATTRIBUTE_UTTERANCE,       /* of <utter> */
    ATTRIBUTE_HOSTED           /* a medium or a token that an earlier step had made */
};

#define VERB_ATTRIBUTES_MAX 20u
#define VERB_CHOICES_MAX 10u
#define VERB_SWEEPS_MAX 3u

/* Parties and artifacts have names of 1 to so many bytes: letters, digits, "-" and "_",
 * a letter first. */
#define VERB_NAME_MAX 48u

struct attribute_rule {
    const char *name;
    enum attribute_type type;
    bool is_required;
    /* The value when absent, or NULL for none. */
    const char *fallback;
    /* Of ATTRIBUTE_CHOICE and ATTRIBUTE_EXPECT; NULL after the last. */
    const char *choices[VERB_CHOICES_MAX];
    /* "each-bit", "each-of", ... taken instead of a value; NULL after the last. */
    const char *sweeps[VERB_SWEEPS_MAX];
    /* Numbers: the range. Texts: the length in bytes. |most| 0: any. */
    uint32_t least, most;
    /* Needed of the target, or NULL; and the surfaces on which it means something, 0 for all. Both
     * only when the value is |needed_when| (NULL: whatever it is). */
    const char *capability;
    unsigned surfaces;
    const char *needed_when;
    /* One clause for suites/README.md and error messages. */
    const char *explanation;
};

struct verb_rule {
    const char *name;        /* as in XML */
    const char *explanation; /* one sentence */
    unsigned surfaces;       /* on which it can be done: SURFACE_BIT of each */
    /* Needed of the target, or NULL. */
    const char *capability;
    /* Capabilities are needed only when this attribute names a party of the target; NULL:
     * always. */
    const char *party;
    struct attribute_rule attributes[VERB_ATTRIBUTES_MAX]; /* name NULL after the last */
};

/* The rule of |verb|; NULL for VERB_NONE and out of range. Static storage. */
const struct verb_rule *verb_rule(enum verb verb);
/* VERB_NONE for an unknown name. */
enum verb verb_from_name(const char *name);
/* The attribute that each verb has, whatever it does: `requirement`. Static storage. */
const struct attribute_rule *verb_common_attribute(void);
/* NULL when the verb has no such attribute. */
const struct attribute_rule *verb_attribute(enum verb verb, const char *name);

#endif
