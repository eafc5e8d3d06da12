#include "scenario/verb.h"

#include <string.h>

/* One member a line, one attribute after the other. */
/* clang-format off */

/* Attributes that several verbs have. */
#define BY(who) {"by", ATTRIBUTE_PARTY, .fallback = (who), .explanation = "who acts"}
#define AT \
    {"at", ATTRIBUTE_TARGET, .fallback = "target", .explanation = "the party of the target"}
#define PEER {"peer", ATTRIBUTE_PARTY, .fallback = "peer", .explanation = "the other side"}
#define AS(what) \
    {"as", ATTRIBUTE_NEW_ARTIFACT, .is_required = true, .explanation = "the name of the " what}
#define DEVICE \
    {"device", ATTRIBUTE_NUMBER, .fallback = "1", .least = 1, .most = 127, \
     .explanation = "its device number, 1 to 127"}
#define ADDRESS \
    {"address", ATTRIBUTE_TEXT, .least = 1, .most = 256, \
     .explanation = "the name it is known under; without it, its name in the case"}
#define ONE_TIME_PREKEY \
    {"one-time-prekey", ATTRIBUTE_YES_NO, .fallback = "yes", \
     .capability = "without-one-time-prekey", .needed_when = "no", \
     .explanation = "whether the bundle carries a one-time prekey"}
#define GROUP(text) \
    {"group", ATTRIBUTE_TEXT, .least = 1, .most = 256, .capability = "sender-keys", \
     .explanation = (text)}
#define REASON \
    {"reason", ATTRIBUTE_REASON, \
     .explanation = "why it should be refused; another reason is a note, not a failure"}
#define COSTS \
    {"costs", ATTRIBUTE_CHOICE, .choices = {"session"}, \
     .explanation = "the specification lets the session die of it: nothing need be accepted " \
                    "after the refusal"}
#define HOLDS \
    {"expect", ATTRIBUTE_EXPECT, .fallback = "holds", .choices = {"holds"}, \
     .explanation = "the relation holds"}
#define THEN(...) \
    {"then", ATTRIBUTE_CHOICE, .is_required = true, .choices = {__VA_ARGS__}, \
     .explanation = "what the target must do"}

#define EACH_OF .sweeps = {"each-of"}
#define ON_ANY SURFACES_ALL
#define ON_CLIENT SURFACE_BIT(SURFACE_CLIENT)

static const struct verb_rule rules[N_VERB] = {
    [VERB_PARTY] = {
        .name = "party",
        .explanation = "One more party of the target, with an identity of its own.",
        .surfaces = ON_ANY,
        .attributes = {
            {"name", ATTRIBUTE_NEW_PARTY, .is_required = true,
             .explanation = "its name in the case"},
            ADDRESS,
            DEVICE,
        },
    },
    [VERB_PEER] = {
        .name = "peer",
        .explanation = "One more party of the harness.",
        .surfaces = ON_ANY,
        .attributes = {
            {"name", ATTRIBUTE_NEW_PARTY, .is_required = true,
             .explanation = "its name in the case"},
            ADDRESS,
            DEVICE,
            {"identity-of", ATTRIBUTE_HARNESS,
             .explanation = "whose identity keys it shares; without it, it has its own"},
        },
    },
    [VERB_PUBLISH] = {
        .name = "publish",
        .explanation = "A party publishes a prekey bundle.",
        .surfaces = ON_ANY,
        .party = "by",
        .attributes = {
            AS("bundle"),
            BY("target"),
            ONE_TIME_PREKEY,
            {"rotate", ATTRIBUTE_YES_NO, .fallback = "no", .capability = "rotate-signed-prekey",
             .needed_when = "yes",
             .explanation = "whether it makes a new signed prekey first; the old one still opens"},
            {"signed-by", ATTRIBUTE_CHOICE, .fallback = "identity",
             .choices = {"identity", "signed-prekey", "one-time-prekey"},
             .explanation = "whose private key signs the signed prekey; other than identity only "
                            "for a party of the harness"},
        },
    },
    [VERB_START] = {
        .name = "start",
        .explanation = "A party processes a bundle, so that it can seal to whoever published it.",
        .surfaces = ON_ANY,
        .attributes = {
            BY("peer"),
            {"bundle", ATTRIBUTE_BUNDLE, .is_required = true, .explanation = "the bundle"},
            {"with", ATTRIBUTE_PARTY,
             .explanation = "whose bundle it is said to be; without it, its publisher's"},
            {"bend", ATTRIBUTE_MUTATION, EACH_OF,
             .explanation = "what a party of the harness does wrong"},
            {"fetch", ATTRIBUTE_FETCH_MUTATION, EACH_OF, .surfaces = ON_CLIENT,
             .explanation = "how the gatekeeper bends the answer to the fetch of keys"},
            {"expect", ATTRIBUTE_EXPECT, .fallback = "does",
             .choices = {"does", "refuses", "either"},
             .explanation = "what must happen"},
            REASON,
            COSTS,
        },
    },
    [VERB_ESTABLISH] = {
        .name = "establish",
        .explanation = "A whole handshake: publish, start, a first message and its answer, both "
                       "opened.",
        .surfaces = ON_ANY,
        .party = "with",
        .attributes = {
            BY("peer"),
            {"with", ATTRIBUTE_PARTY,
             .explanation = "whose bundle it starts from; without it, the target's for a party of "
                            "the harness and the peer's for a party of the target"},
            ONE_TIME_PREKEY,
        },
    },
    [VERB_SEAL] = {
        .name = "seal",
        .explanation = "A party encrypts one message.",
        .surfaces = ON_ANY,
        .attributes = {
            AS("message"),
            BY("peer"),
            {"to", ATTRIBUTE_PARTY,
             .explanation = "for whom; without it, the target for a party of the harness and the "
                            "peer for a party of the target"},
            {"size", ATTRIBUTE_NUMBER, .least = 0, .most = 1048576, .fallback = "24", EACH_OF,
             .explanation = "bytes of unguessable plaintext, 0 to 1048576"},
            {"text", ATTRIBUTE_TEXT, .least = 0, .most = 65536,
             .explanation = "this plaintext instead"},
            {"same-plaintext-as", ATTRIBUTE_MESSAGE,
             .explanation = "the plaintext of that message instead"},
            {"bend", ATTRIBUTE_MUTATION, EACH_OF,
             .explanation = "what a party of the harness does wrong"},
            {"content", ATTRIBUTE_CONTENT_MUTATION, EACH_OF, .surfaces = ON_CLIENT,
             .explanation = "how a party of the harness bends content or padding"},
            {"kind", ATTRIBUTE_CHOICE, .surfaces = ON_CLIENT, EACH_OF,
             .choices = {"text", "image", "voice", "video", "file", "receipt", "reaction"},
             .explanation = "what is said; without it, a text"},
            GROUP("a message to this group, under the sender's key; no \"to\" then"),
            {"expect", ATTRIBUTE_EXPECT, .fallback = "does", .choices = {"does", "refuses"},
             .explanation = "what must happen"},
            REASON,
        },
    },
    [VERB_DELIVER] = {
        .name = "deliver",
        .explanation = "One message, or several in an order, arrive at the other side.",
        .surfaces = ON_ANY,
        .attributes = {
            {"message", ATTRIBUTE_MESSAGE, .explanation = "the message"},
            {"messages", ATTRIBUTE_MESSAGES,
             .explanation = "several of them, space between; the step ends at the first that does "
                            "not do as expected"},
            {"order", ATTRIBUTE_CHOICE, .fallback = "as-listed",
             .choices = {"as-listed", "reversed", "shuffled"}, .sweeps = {"each-permutation"},
             .explanation = "in which order several arrive; a number names one permutation"},
            {"to", ATTRIBUTE_PARTY,
             .explanation = "where it arrives; without it, where it was sealed for"},
            {"from", ATTRIBUTE_PARTY,
             .explanation = "whom the transport names as its sender; without it, its sender"},
            GROUP("the group the transport names; without it, the message's own"),
            {"stanza", ATTRIBUTE_STANZA_MUTATION, EACH_OF, .surfaces = ON_CLIENT,
             .explanation = "how the stanza around it is bent"},
            {"channel", ATTRIBUTE_CHANNEL_MUTATION, EACH_OF, .surfaces = ON_CLIENT,
             .explanation = "how the transport message or its frame is bent"},
            {"same-id", ATTRIBUTE_YES_NO, .fallback = "no", .surfaces = ON_CLIENT,
             .needed_when = "yes",
             .explanation = "whether the stanza has the id of the delivery before"},
            {"expect", ATTRIBUTE_EXPECT, .fallback = "opens",
             .choices = {"opens", "refuses", "either", "absorbs", "not-shown"},
             .explanation = "what must happen"},
            REASON,
            COSTS,
            {"measure", ATTRIBUTE_TEXT, .least = 1, .most = 64,
             .explanation = "the name under which is reported what happened, with "
                            "expect=\"either\""},
        },
    },
    [VERB_DROP] = {
        .name = "drop",
        .explanation = "A party seals messages that never arrive.",
        .surfaces = ON_ANY,
        .attributes = {
            {"count", ATTRIBUTE_NUMBER, .least = 1, .most = 100000, .is_required = true, EACH_OF,
             .explanation = "how many, 1 to 100000"},
            BY("peer"),
            {"to", ATTRIBUTE_PARTY, .explanation = "for whom, as in seal"},
            GROUP("to this group"),
        },
    },
    [VERB_CONVERSE] = {
        .name = "converse",
        .explanation = "Honest traffic both ways, each message opened at once.",
        .surfaces = ON_ANY,
        .attributes = {
            {"turns", ATTRIBUTE_NUMBER, .least = 1, .most = 10000, .fallback = "2",
             .explanation = "how many times a side speaks; \"with\" begins, 1 to 10000"},
            {"max-burst", ATTRIBUTE_NUMBER, .least = 1, .most = 1000, .fallback = "3",
             .explanation = "the most messages in a turn, 1 to 1000; at least one is sent"},
            {"with", ATTRIBUTE_PARTY, .fallback = "peer", .explanation = "who begins"},
            {"at", ATTRIBUTE_PARTY, .fallback = "target", .explanation = "the other side"},
        },
    },
    [VERB_TAMPER] = {
        .name = "tamper",
        .explanation = "A copy of a message, a bundle or a connection with one thing changed.",
        .surfaces = ON_ANY,
        .attributes = {
            {"message", ATTRIBUTE_MESSAGE, .explanation = "what to copy"},
            {"bundle", ATTRIBUTE_BUNDLE, .explanation = "or this"},
            {"connection", ATTRIBUTE_ARTIFACT, .surfaces = ON_CLIENT,
             .explanation = "or this: its token, or the handshake of the next one like it"},
            AS("copy"),
            {"field", ATTRIBUTE_FIELD, .is_required = true,
             .explanation = "what to change of it; fields of what is around a message need "
                            "`client`, and change when it crosses"},
            {"flip", ATTRIBUTE_NUMBER, .sweeps = {"each-bit", "each-of"},
             .explanation = "this bit; 0 is the lowest of the field's first byte"},
            {"set", ATTRIBUTE_HEX, EACH_OF, .explanation = "the content becomes this"},
            {"set-number", ATTRIBUTE_NUMBER, EACH_OF, .explanation = "the number becomes this"},
            {"remove", ATTRIBUTE_CHOICE, .choices = {"yes"},
             .explanation = "the field is left out"},
            {"cut", ATTRIBUTE_NUMBER, .sweeps = {"each-length", "each-of"},
             .explanation = "so many bytes are cut from its end"},
            {"keep", ATTRIBUTE_NUMBER, .sweeps = {"each-length", "each-of"},
             .explanation = "so many bytes of its beginning are kept"},
            {"append", ATTRIBUTE_HEX, EACH_OF, .explanation = "this is appended to it"},
            {"duplicate", ATTRIBUTE_HEX, EACH_OF,
             .explanation = "a second copy with this content follows; the last one wins"},
            {"unknown", ATTRIBUTE_NUMBER, .least = 1, .most = 536870911, EACH_OF,
             .explanation = "a field with this unknown number is added to the protobuf around it"},
            {"reverse", ATTRIBUTE_CHOICE, .choices = {"yes"},
             .explanation = "the protobuf around it is written in reverse order"},
            {"long-varint", ATTRIBUTE_NUMBER, .least = 2, .most = 10, EACH_OF,
             .explanation = "the number is written with so many bytes, over-long"},
            {"take-from", ATTRIBUTE_ARTIFACT, .explanation = "the content becomes that thing's"},
            {"reseal", ATTRIBUTE_YES_NO, .fallback = "no",
             .explanation = "whether the MAC is made again, so that the change reaches what is "
                            "behind it; only for what the harness sealed"},
        },
    },
    [VERB_CHECK] = {
        .name = "check",
        .explanation = "A relation on a field of what was produced, or on its kind.",
        .surfaces = ON_ANY,
        .attributes = {
            {"of", ATTRIBUTE_ARTIFACT, .is_required = true, .explanation = "what is looked at"},
            {"field", ATTRIBUTE_FIELD, .explanation = "which field of it"},
            {"is", ATTRIBUTE_TEXT, .explanation = "it is this number, or these bytes in hex"},
            {"same-as", ATTRIBUTE_ARTIFACT, .explanation = "it is the same in that thing"},
            {"differs-from", ATTRIBUTE_ARTIFACT, .explanation = "it is another in that thing"},
            {"differs-from-all", ATTRIBUTE_ARTIFACTS,
             .explanation = "it is another in all of them"},
            {"present", ATTRIBUTE_YES_NO, .explanation = "it is there, or it is not"},
            {"kind", ATTRIBUTE_CHOICE,
             .choices = {"prekey", "message", "sender-key", "distribution"},
             .explanation = "the kind of the message; no field then"},
            HOLDS,
        },
    },
    [VERB_SNAPSHOT] = {
        .name = "snapshot",
        .explanation = "Everything a party of the target would keep on disk.",
        .surfaces = ON_ANY,
        .capability = "snapshot",
        .attributes = {
            AS("snapshot"),
            {"of", ATTRIBUTE_TARGET, .fallback = "target", .explanation = "whose"},
        },
    },
    [VERB_RESTORE] = {
        .name = "restore",
        .explanation = "A new party of the target made from a snapshot, at the old one's address.",
        .surfaces = ON_ANY,
        .capability = "snapshot",
        .attributes = {
            {"snapshot", ATTRIBUTE_SNAPSHOT, .is_required = true, .explanation = "the snapshot"},
            {"as", ATTRIBUTE_NEW_PARTY, .is_required = true,
             .explanation = "the new party's name in the case"},
        },
    },
    [VERB_FORGET] = {
        .name = "forget",
        .explanation = "A party of the target loses its sessions with a peer; identity and "
                       "prekeys stay.",
        .surfaces = ON_ANY,
        .capability = "forget-session",
        .attributes = {
            AT,
            PEER,
        },
    },
    [VERB_ACCEPT] = {
        .name = "accept",
        .explanation = "The person at the target accepts another identity key for a peer.",
        .surfaces = ON_ANY,
        .capability = "accept-identity",
        .attributes = {
            AT,
            PEER,
            {"identity-of", ATTRIBUTE_HARNESS, .is_required = true,
             .explanation = "whose identity key"},
        },
    },
    [VERB_FINGERPRINT] = {
        .name = "fingerprint",
        .explanation = "The fingerprints that both sides show of their two identity keys.",
        .surfaces = ON_ANY,
        .capability = "fingerprint",
        .attributes = {
            AT,
            {"with", ATTRIBUTE_HARNESS, .fallback = "peer", .explanation = "the other side"},
            {"relation", ATTRIBUTE_CHOICE, .fallback = "equal", .choices = {"equal", "different"},
             .explanation = "how they compare"},
            HOLDS,
        },
    },
    [VERB_RECORDED] = {
        .name = "recorded",
        .explanation = "A canned conversation: a party of the target with the recorded keys, and "
                       "the messages that were sent to it.",
        .surfaces = ON_ANY,
        .capability = "import-keys",
        .attributes = {
            {"vector", ATTRIBUTE_VECTOR, .is_required = true,
             .explanation = "a file under vectors/"},
            {"as", ATTRIBUTE_NEW_ARTIFACT, .is_required = true,
             .explanation = "what the names of its messages begin with: rec.m0 is m0 of rec"},
            {"party", ATTRIBUTE_NEW_PARTY, .fallback = "recorded",
             .explanation = "the party's name in the case"},
        },
    },
    [VERB_DISTRIBUTE] = {
        .name = "distribute",
        .explanation = "The distribution message of a party's own sender key.",
        .surfaces = ON_ANY,
        .capability = "sender-keys",
        .attributes = {
            AS("message"),
            BY("peer"),
            {"group", ATTRIBUTE_TEXT, .least = 1, .most = 256, .is_required = true,
             .explanation = "of this group"},
            {"fresh", ATTRIBUTE_YES_NO, .fallback = "no",
             .explanation = "whether it makes a new sender key first"},
        },
    },
    [VERB_PING] = {
        .name = "ping",
        .explanation = "The target is alive.",
        .surfaces = ON_ANY,
        .attributes = {
            AT,
        },
    },
    [VERB_MEASURE] = {
        .name = "measure",
        .explanation = "Finds out a number that honest implementations choose differently; "
                       "reported, never judged.",
        .surfaces = ON_ANY,
        .attributes = {
            {"what", ATTRIBUTE_CHOICE, .is_required = true,
             .choices = {"skip-bound", "old-chains", "archived-sessions"},
             .explanation = "which number"},
            AT,
        },
    },
    [VERB_CONNECT] = {
        .name = "connect",
        .explanation = "The target dials the gatekeeper, shakes hands, authenticates and "
                       "publishes its prekeys.",
        .surfaces = ON_CLIENT,
        .attributes = {
            AT,
            {"as", ATTRIBUTE_NEW_ARTIFACT,
             .explanation = "the name of the connection, for <verify>"},
            {"handshake", ATTRIBUTE_HANDSHAKE_MUTATION, EACH_OF,
             .explanation = "how the gatekeeper's handshake message is bent"},
            {"certificate", ATTRIBUTE_CERTIFICATE_MUTATION, EACH_OF,
             .explanation = "what is wrong with its certificate chain"},
            {"like", ATTRIBUTE_ARTIFACT,
             .explanation = "a tampered connection: this handshake is changed in the same way"},
            {"expect", ATTRIBUTE_EXPECT, .fallback = "does",
             .choices = {"does", "refuses", "either"},
             .explanation = "what must happen; a client refuses by ending the connection and "
                            "saying so"},
            REASON,
        },
    },
    [VERB_DISCONNECT] = {
        .name = "disconnect",
        .explanation = "The target goes away and stays away.",
        .surfaces = ON_CLIENT,
        .attributes = {
            AT,
        },
    },
    [VERB_HANG_UP] = {
        .name = "hang-up",
        .explanation = "The gatekeeper ends the connection.",
        .surfaces = ON_CLIENT,
        .attributes = {
            AT,
            {"how", ATTRIBUTE_CHOICE, .fallback = "close", EACH_OF,
             .choices = {"close", "reset", "half-close", "within-frame", "within-length"},
             .explanation = "in which way"},
            THEN("returns", "stays-away"),
            HOLDS,
        },
    },
    [VERB_TURN_AWAY] = {
        .name = "turn-away",
        .explanation = "The gatekeeper ends the connection and turns every dial away for a while; "
                       "then it is open again.",
        .surfaces = ON_CLIENT,
        .attributes = {
            AT,
            {"for-ms", ATTRIBUTE_NUMBER, .fallback = "1000", .least = 100, .most = 10000,
             .explanation = "for so long, in milliseconds"},
            {"failure", ATTRIBUTE_NUMBER, .least = 100, .most = 999, EACH_OF,
             .explanation = "with <failure> of this reason; without it, each dial is closed at "
                            "once"},
            {"most-dials", ATTRIBUTE_NUMBER, .fallback = "12", .least = 1, .most = 1000,
             .explanation = "more dials than this in that time are a tight loop"},
            THEN("returns", "gives-up"),
            HOLDS,
        },
    },
    [VERB_PUSH] = {
        .name = "push",
        .explanation = "The gatekeeper sends a stanza of its own.",
        .surfaces = ON_CLIENT,
        .attributes = {
            AT,
            {"stanza", ATTRIBUTE_SERVICE, .is_required = true, EACH_OF, .explanation = "which"},
            {"of", ATTRIBUTE_MESSAGE, .explanation = "the message a receipt is for"},
            {"code", ATTRIBUTE_NUMBER, .most = 999, EACH_OF,
             .explanation = "its number, where it has one"},
            {"bend", ATTRIBUTE_STANZA_MUTATION, EACH_OF, .explanation = "how its XML is bent"},
            {"channel", ATTRIBUTE_CHANNEL_MUTATION, EACH_OF,
             .explanation = "how the transport message or its frame is bent"},
            THEN("answers", "acks", "answers-error", "publishes", "stays", "closes", "returns",
                 "gives-up", "tells"),
            HOLDS,
        },
    },
    [VERB_QUEUE] = {
        .name = "queue",
        .explanation = "Messages of the harness's parties wait at the gatekeeper until the target "
                       "is there.",
        .surfaces = ON_CLIENT,
        .attributes = {
            {"messages", ATTRIBUTE_MESSAGES, .is_required = true,
             .explanation = "the messages, in this order"},
            {"twice", ATTRIBUTE_YES_NO, .fallback = "no",
             .explanation = "whether each comes twice, with one id"},
        },
    },
    [VERB_RETRY] = {
        .name = "retry",
        .explanation = "A peer could not decrypt a message of the target and asks for it again; "
                       "what comes is a new message.",
        .surfaces = ON_CLIENT,
        .attributes = {
            {"of", ATTRIBUTE_MESSAGE, .is_required = true,
             .explanation = "the message that is asked for"},
            AS("message"),
            {"count", ATTRIBUTE_NUMBER, .fallback = "1", .least = 1, .most = 20, EACH_OF,
             .explanation = "which attempt it is"},
            {"keys-of", ATTRIBUTE_HARNESS,
             .explanation = "whose keys the request carries; without it, the addressee's from "
                            "count 2"},
            {"id", ATTRIBUTE_CHOICE, .fallback = "same", .choices = {"same", "unknown"},
             .explanation = "the message's id, or one the target never used"},
            {"expect", ATTRIBUTE_EXPECT, .fallback = "does",
             .choices = {"does", "refuses", "either"},
             .explanation = "whether the message comes again; nothing coming is a refusal"},
        },
    },
    [VERB_READ] = {
        .name = "read",
        .explanation = "The person at the target reads what a peer sent.",
        .surfaces = ON_CLIENT,
        .capability = "read-receipts",
        .attributes = {
            AT,
            PEER,
        },
    },
    [VERB_ANSWERED] = {
        .name = "answered",
        .explanation = "What the target sent back for a message that was delivered to it.",
        .surfaces = ON_CLIENT,
        .attributes = {
            {"message", ATTRIBUTE_MESSAGE, .is_required = true, .explanation = "the message"},
            {"by", ATTRIBUTE_CHOICE, .is_required = true,
             .choices = {"ack", "error", "delivery-receipt", "read-receipt", "retry",
                         "retry-with-keys"},
             .explanation = "what came"},
            {"code", ATTRIBUTE_NUMBER, .most = 999, .explanation = "with this error"},
            {"times", ATTRIBUTE_NUMBER, .fallback = "1", .least = 0, .most = 100,
             .explanation = "so often; 0: never"},
            {"before", ATTRIBUTE_CHOICE, .choices = {"ack"}, .explanation = "and before the ack"},
            HOLDS,
        },
    },
    [VERB_SHOWN] = {
        .name = "shown",
        .explanation = "What the person at the target saw since the last <shown>, <establish> or "
                       "<converse>: exactly this, in this order.",
        .surfaces = ON_CLIENT,
        .attributes = {
            AT,
            {"messages", ATTRIBUTE_MESSAGES, .explanation = "the messages; without it, nothing"},
            HOLDS,
        },
    },
    [VERB_VERIFY] = {
        .name = "verify",
        .explanation = "A rule that a connection, what a client published, or a message it sent "
                       "must keep to.",
        .surfaces = ON_CLIENT,
        .attributes = {
            AT,
            {"of", ATTRIBUTE_ARTIFACT,
             .explanation = "a message of the target, or a connection; without it, the target's "
                            "newest connection"},
            {"rule", ATTRIBUTE_RULE, .is_required = true, EACH_OF, .explanation = "which"},
            HOLDS,
        },
    },
};
/* clang-format on */

const struct verb_rule *verb_rule(enum verb verb)
{
    if ((unsigned)verb >= N_VERB || verb == VERB_NONE)
        return NULL;
    return &rules[verb];
}

enum verb verb_from_name(const char *name)
{
    for (unsigned v = VERB_NONE + 1; name && v < N_VERB; v++)
        if (strcmp(rules[v].name, name) == 0)
            return (enum verb)v;
    return VERB_NONE;
}

const struct attribute_rule *verb_common_attribute(void)
{
    static const struct attribute_rule rule = {
        "requirement", ATTRIBUTE_TEXT, .least = 4, .most = 16,
        .explanation = "the requirement that the step speaks for, where it is another than the "
                       "case's; none: it is setup"};
    return &rule;
}

const struct attribute_rule *verb_attribute(enum verb verb, const char *name)
{
    const struct verb_rule *rule = verb_rule(verb);
    for (size_t i = 0; rule && name && i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++)
        if (strcmp(rule->attributes[i].name, name) == 0)
            return &rule->attributes[i];
    const struct attribute_rule *common = verb_common_attribute();
    return rule && name && strcmp(common->name, name) == 0 ? common : NULL;
}
