/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/verb.h"

#include <string.h>

/* clang-format off */

/* One attribute: its name, its type without ATTRIBUTE_, one clause, and what differs from zero. */
#define A(name_, type_, ...) {.name = name_, .type = ATTRIBUTE_##type_, .explanation = __VA_ARGS__}
#define REQUIRED .is_required = true
#define DEFAULT(text) .fallback = (text)

/* Attributes that several verbs have. */
#define BY(who) A("by", PARTY, "who acts", DEFAULT(who))
#define AT A("at", TARGET, "the party of the target", DEFAULT("target"))
#define PEER A("peer", PARTY, "the other side", DEFAULT("peer"))
#define AS(what) A("as", NEW_ARTIFACT, "the name of the " what, REQUIRED)
#define DEVICE \
    A("device", NUMBER, "its device number, 1 to 127; to 2147483647 with `wide-device-ids`", \
      DEFAULT("1"), .least = 1, .most = 2147483647)
#define ADDRESS \
    A("address", TEXT, "the name it is known under; without it, its name in the case", .least = 1, \
      .most = 256)
#define ONE_TIME_PREKEY \
    A("one-time-prekey", YES_NO, "whether the bundle carries a one-time prekey", DEFAULT("yes"), \
      .capability = "without-one-time-prekey", .needed_when = "no")
#define GROUP(text) A("group", TEXT, (text), .least = 1, .most = 256, .capability = "sender-keys")
#define REASON \
    A("reason", REASON, "why it should be refused; another reason is a note, not a failure")
#define COSTS \
    A("costs", CHOICE, \
      "the specification lets the session die of it: nothing need be accepted after the refusal", \
      .choices = {"session"})
#define EXPECT(otherwise, ...) \
    A("expect", EXPECT, "what must happen", DEFAULT(otherwise), .choices = {__VA_ARGS__})
#define HOLDS A("expect", EXPECT, "the relation holds", DEFAULT("holds"), .choices = {"holds"})
#define THEN(...) A("then", CHOICE, "what the target must do", REQUIRED, .choices = {__VA_ARGS__})

#define MOST_DIALS \
    A("most-dials", NUMBER, "it is back with so many dials; without it, with as many as it likes", \
      .least = 1, .most = 1000)

#define LINGER \
    A("linger", YES_NO, \
      "whether it is waited long for what must come, and a moment for what must not; without " \
      "that, a second after the answer to a later ping has to do, and what comes later is seen " \
      "at a later step", DEFAULT("yes"))

#define EACH_OF .sweeps = {"each-of"}
#define ON_ANY (SURFACE_BIT(SURFACE_LIBRARY) | SURFACE_BIT(SURFACE_CLIENT))
#define ON_SERVICE SURFACE_BIT(SURFACE_SERVICE)
#define USER A("user", TEXT, "whose visible identifier", .least = 1, .most = 64, DEFAULT("alice"))
#define MEDIUM_KIND \
    A("kind", CHOICE, "what it is", DEFAULT("image"), \
      .choices = {"image", "voice", "video", "file"}, EACH_OF)
#define MEDIUM_SIZE \
    A("size", NUMBER, "bytes of the plaintext, 0 to 2147483648", .least = 0, .most = 2147483648, \
      DEFAULT("5000"), EACH_OF)
#define ON_CLIENT SURFACE_BIT(SURFACE_CLIENT)
#define ON_PROXY SURFACE_BIT(SURFACE_PROXY)
#define ON_SERVER (SURFACE_BIT(SURFACE_SERVER) | ON_PROXY) /* or a proxy in its place */
#define CLIENT \
    A("client", CHOICE, "which client; bob-again is a second one of bob's account", \
      DEFAULT("alice"), .choices = {"alice", "bob", "mallory", "bob-again"})
#define WHOSE(name, text) \
    A(name, CHOICE, text, DEFAULT("bob"), .choices = {"alice", "bob", "mallory", "nobody"})
#define ON_SERVICE_OR_BESIDE (ON_SERVICE | ON_CLIENT) /* what a whole client's provider serves */

static const struct verb_rule rules[N_VERB] = {
    [VERB_PARTY] = {.name = "party", .surfaces = ON_ANY,
        .explanation = "One more party of the target, with an identity of its own.",
        .attributes = {A("name", NEW_PARTY, "its name in the case", REQUIRED), ADDRESS, DEVICE}},
    [VERB_PEER] = {.name = "peer", .surfaces = ON_ANY,
        .explanation = "One more party of the harness.",
        .attributes = {
            A("name", NEW_PARTY, "its name in the case", REQUIRED), ADDRESS, DEVICE,
            A("identity-of", HARNESS, "whose identity keys it shares; without it, it has its own"),
        }},
    [VERB_PUBLISH] = {.name = "publish", .surfaces = ON_ANY, .party = "by",
        .explanation = "A party publishes a prekey bundle.",
        .attributes = {
            AS("bundle"), BY("target"), ONE_TIME_PREKEY,
            A("newest", YES_NO,
              "whether the gatekeeper gives the one-time prekeys that were published last, not the "
              "first", DEFAULT("no"), .surfaces = ON_CLIENT, .needed_when = "yes"),
            A("rotate", YES_NO,
              "whether it makes a new signed prekey first; the old one still opens",
              DEFAULT("no"), .capability = "rotate-signed-prekey", .needed_when = "yes"),
            A("signed-by", CHOICE,
              "whose private key signs the signed prekey, or that the identity signs every key "
              "without its type byte; other than identity only for a party of the harness",
              DEFAULT("identity"),
              .choices = {"identity", "signed-prekey", "one-time-prekey", "identity-bare"}),
        }},
    [VERB_START] = {.name = "start", .surfaces = ON_ANY,
        .explanation = "A party processes a bundle, so that it can seal to whoever published it.",
        .attributes = {
            BY("peer"),
            A("bundle", BUNDLE, "the bundle", REQUIRED),
            A("with", PARTY, "whose bundle it is said to be; without it, its publisher's"),
            A("bend", MUTATION, "what a party of the harness does wrong", EACH_OF),
            A("fetch", FETCH_MUTATION,
              "how the gatekeeper's answer to the fetch of keys is mutated", EACH_OF,
              .surfaces = ON_CLIENT),
            EXPECT("does", "does", "refuses", "either"),
            REASON, COSTS,
        }},
    [VERB_ESTABLISH] = {.name = "establish", .surfaces = ON_ANY, .party = "with",
        .explanation = "A whole handshake: publish, start, a first message and its answer, both "
            "opened.",
        .attributes = {
            BY("peer"),
            A("with", PARTY,
              "whose bundle it starts from; without it, the target's for a party of the harness "
              "and the peer's for a party of the target"),
            ONE_TIME_PREKEY,
        }},
    [VERB_SEAL] = {.name = "seal", .surfaces = ON_ANY,
        .explanation = "A party encrypts one message.",
        .attributes = {
            AS("message"), BY("peer"),
            A("to", PARTY,
              "for whom; without it, the target for a party of the harness and the peer for a "
              "party of the target"),
            A("size", NUMBER, "bytes of unguessable plaintext, 0 to 1048576", .least = 0,
              .most = 1048576, DEFAULT("24"), EACH_OF),
            A("text", TEXT, "this plaintext instead", .least = 0, .most = 65536),
            A("characters", CHOICE,
              "a plaintext instead with characters that no suite file can hold: U+0000, all "
              "control characters, or an end that looks like a block's padding",
              .choices = {"nul", "controls", "padding", "bit-padding"}, EACH_OF),
            A("same-plaintext-as", MESSAGE, "the plaintext of that message instead"),
            A("acked", YES_NO, "whether the gatekeeper acknowledges it", DEFAULT("yes"),
              .surfaces = ON_CLIENT, .needed_when = "no"),
            A("bend", MUTATION, "what a party of the harness does wrong", EACH_OF),
            A("content", CONTENT_MUTATION, "how a party of the harness mutates content or padding",
              EACH_OF, .surfaces = ON_CLIENT),
            A("kind", CHOICE, "what is said; without it, a text", .surfaces = ON_CLIENT, EACH_OF,
              .choices = {"text", "image", "voice", "video", "file", "receipt", "reaction"}),
            A("medium", HOSTED, "a medium that the target hosts is what is said",
              .surfaces = ON_CLIENT, .capability = "service"),
            GROUP("a message to this group, under the sender's key; no \"to\" then"),
            EXPECT("does", "does", "refuses"),
            REASON,
        }},
    [VERB_DELIVER] = {.name = "deliver", .surfaces = ON_ANY,
        .explanation = "One message, or several in an order, arrive at the other side.",
        .attributes = {
            A("message", MESSAGE, "the message"),
            A("messages", MESSAGES,
              "several of them, space between; the step ends at the first that does not do as "
              "expected"),
            A("order", CHOICE, "in which order several arrive; a number names one permutation",
              DEFAULT("as-listed"), .choices = {"as-listed", "reversed", "shuffled"},
              .sweeps = {"each-permutation"}),
            A("to", PARTY, "where it arrives; without it, where it was sealed for"),
            A("from", PARTY, "whom the transport names as its sender; without it, its sender"),
            GROUP("the group the transport names; without it, the message's own"),
            A("stanza", STANZA_MUTATION, "how the stanza around it is mutated", EACH_OF,
              .surfaces = ON_CLIENT),
            A("channel", CHANNEL_MUTATION, "how the transport message or its frame is mutated",
              EACH_OF, .surfaces = ON_CLIENT),
            A("same-id", YES_NO, "whether the stanza has the id of the delivery before",
              DEFAULT("no"), .surfaces = ON_CLIENT, .needed_when = "yes"),
            A("id-of", MESSAGE, "the stanza has the id that this message was delivered under",
              .surfaces = ON_CLIENT),
            A("id", TEXT, "the stanza has this id, which no other has", .surfaces = ON_CLIENT,
              .least = 1, .most = 256, EACH_OF),
            EXPECT("opens", "opens", "refuses", "either", "absorbs", "not-shown"),
            REASON, COSTS,
            A("measure", TEXT,
              "the name under which is reported what happened, with expect=\"either\"",
              .least = 1, .most = 64),
        }},
    [VERB_DROP] = {.name = "drop", .surfaces = ON_ANY,
        .explanation = "A party seals messages that never arrive.",
        .attributes = {
            A("count", NUMBER, "how many, 1 to 100000", .least = 1, .most = 100000, REQUIRED,
              EACH_OF),
            A("but-each", NUMBER,
              "each so-many-th of them arrives, and opens, so that the other side keeps up; "
              "without it, none does",
              .least = 2, .most = 100000),
            BY("peer"),
            A("to", PARTY, "for whom, as in seal"), GROUP("to this group"),
        }},
    [VERB_CONVERSE] = {.name = "converse", .surfaces = ON_ANY,
        .explanation = "Honest traffic both ways, each message that is not lost opened at once.",
        .attributes = {
            A("turns", NUMBER, "how many times a side speaks; \"with\" begins, 1 to 10000",
              .least = 1, .most = 10000, DEFAULT("2")),
            A("max-burst", NUMBER, "the most messages in a turn, 1 to 1000",
              .least = 1, .most = 1000, DEFAULT("3")),
            A("min-burst", NUMBER, "the fewest messages in a turn", .least = 1, .most = 1000,
              DEFAULT("1")),
            A("lost", NUMBER, "so many of a hundred messages are lost, by chance, 0 to 90",
              .least = 0, .most = 90, DEFAULT("0")),
            A("overtaking", YES_NO,
              "of two messages of a turn the second is opened before the first", DEFAULT("no")),
            A("epochs", NUMBER,
              "it goes on until both sides have agreed so many epochs more, which must have "
              "happened when the turns are over; in ciphers that have epochs",
              .least = 1, .most = 100),
            A("measure", TEXT, "the name under which is reported how many turns that took",
              .least = 1, .most = 64),
            A("with", PARTY, "who begins", DEFAULT("peer")),
            A("at", PARTY, "the other side", DEFAULT("target")),
        }},
    [VERB_TAMPER] = {.name = "tamper", .surfaces = ON_ANY,
        .explanation = "A copy of a message, a bundle or a connection with one thing changed.",
        .attributes = {
            A("message", MESSAGE, "what to copy"),
            A("bundle", BUNDLE, "or this"),
            A("connection", ARTIFACT,
              "or this: its token, or the handshake of the next one like it",
              .surfaces = ON_CLIENT),
            AS("copy"),
            A("field", FIELD,
              "what to change of it; fields of what is around a message need `client`, and change "
              "when it crosses",
              REQUIRED),
            A("flip", NUMBER, "this bit; 0 is the lowest of the field's first byte",
              .sweeps = {"each-bit", "each-of"}),
            A("set", HEX, "the content becomes this", EACH_OF),
            A("set-number", NUMBER, "the number becomes this", EACH_OF),
            A("add-number", NUMBER, "the number becomes larger by this, modulo 2^32", EACH_OF),
            A("remove", CHOICE, "the field is left out", .choices = {"yes"}),
            A("cut", NUMBER, "so many bytes are cut from its end",
              .sweeps = {"each-length", "each-of"}),
            A("keep", NUMBER, "so many bytes of its beginning are kept",
              .sweeps = {"each-length", "each-of"}),
            A("append", HEX, "this is appended to it", EACH_OF),
            A("duplicate", HEX, "a second copy with this content follows; the last one wins",
              EACH_OF),
            A("unknown", NUMBER,
              "a field with this unknown number is added to the protobuf around it",
              .least = 1, .most = 536870911, EACH_OF),
            A("reverse", CHOICE, "the protobuf around it is written in reverse order",
              .choices = {"yes"}),
            A("long-varint", NUMBER, "the number is written with so many bytes, over-long",
              .least = 2, .most = 10, EACH_OF),
            A("take-from", ARTIFACT, "the content becomes that thing's"),
            A("reseal", YES_NO,
              "whether the MAC, or a bundle's signatures, are made again, so that the change "
              "reaches what is behind them; only for what a party of the harness made",
              DEFAULT("no")),
        }},
    [VERB_CHECK] = {.name = "check", .surfaces = ON_ANY,
        .explanation = "A relation on a field of what was produced, or on its kind.",
        .attributes = {
            A("of", ARTIFACT, "what is looked at", REQUIRED),
            A("field", FIELD, "which field of it"),
            A("is", TEXT, "it is this number, or these bytes in hex"),
            A("same-as", ARTIFACT, "it is the same in that thing"),
            A("differs-from", ARTIFACT, "it is another in that thing"),
            A("differs-from-all", ARTIFACTS, "it is another in all of them"),
            A("present", YES_NO, "it is there, or it is not"),
            A("kind", CHOICE, "the kind of the message; no field then",
              .choices = {"prekey", "message", "sender-key", "distribution"}),
            A("measure", TEXT, "nothing is asked of it: the name under which it is reported",
              .least = 1, .most = 64),
            HOLDS,
        }},
    [VERB_SNAPSHOT] = {.name = "snapshot", .surfaces = ON_ANY, .capability = "snapshot",
        .explanation = "Everything a party of the target would keep on disk.",
        .attributes = {
            AS("snapshot"),
            A("of", TARGET, "whose", DEFAULT("target")),
        }},
    [VERB_RESTORE] = {.name = "restore", .surfaces = ON_ANY, .capability = "snapshot",
        .explanation = "A new party of the target made from a snapshot, at the old one's address.",
        .attributes = {
            A("snapshot", SNAPSHOT, "the snapshot", REQUIRED),
            A("as", NEW_PARTY, "the new party's name in the case", REQUIRED),
        }},
    [VERB_FORGET] = {.name = "forget", .surfaces = ON_ANY, .capability = "forget-session",
        .explanation = "A party of the target loses its sessions with a peer; identity and prekeys "
            "stay.",
        .attributes = {AT, PEER}},
    [VERB_ACCEPT] = {.name = "accept", .surfaces = ON_ANY, .capability = "accept-identity",
        .explanation = "The person at the target accepts another identity key for a peer.",
        .attributes = {
            AT, PEER,
            A("identity-of", HARNESS, "whose identity key", REQUIRED),
            A("changed", CHOICE, "this half of the key is another, so that it is nobody's",
              .choices = {"first-half", "second-half"}, EACH_OF),
        }},
    [VERB_FINGERPRINT] = {.name = "fingerprint", .surfaces = ON_ANY, .capability = "fingerprint",
        .explanation = "The fingerprints that both sides show of their two identity keys.",
        .attributes = {
            AT,
            A("with", HARNESS, "the other side", DEFAULT("peer")),
            A("relation", CHOICE, "how they compare", DEFAULT("equal"),
              .choices = {"equal", "different"}),
            HOLDS,
        }},
    [VERB_RECORDED] = {.name = "recorded", .surfaces = ON_ANY, .capability = "import-keys",
        .explanation = "A canned conversation: a party of the target with the recorded keys, and "
            "the messages that were sent to it.",
        .attributes = {
            A("vector", VECTOR, "a file under vectors/", REQUIRED),
            A("as", NEW_ARTIFACT, "what the names of its messages begin with: rec.m0 is m0 of rec",
              REQUIRED),
            A("party", NEW_PARTY, "the party's name in the case", DEFAULT("recorded")),
        }},
    [VERB_DISTRIBUTE] = {.name = "distribute", .surfaces = ON_ANY, .capability = "sender-keys",
        .explanation = "The distribution message of a party's own sender key.",
        .attributes = {
            AS("message"), BY("peer"),
            A("group", TEXT, "of this group", .least = 1, .most = 256, REQUIRED),
            A("fresh", YES_NO, "whether it makes a new sender key first", DEFAULT("no")),
        }},
    [VERB_PING] = {.name = "ping", .surfaces = ON_ANY,
        .explanation = "The target is alive.",
        .attributes = {AT}},
    [VERB_MEASURE] = {.name = "measure", .surfaces = ON_ANY,
        .explanation = "Finds out a number that honest implementations choose differently; "
            "reported, never judged.",
        .attributes = {
            A("what", CHOICE, "which number", REQUIRED,
              .choices = {"skip-bound", "old-chains", "archived-sessions"}),
            AT,
        }},
    [VERB_CONNECT] = {.name = "connect", .surfaces = ON_CLIENT,
        .explanation = "The target dials the gatekeeper, shakes hands, authenticates and publishes "
            "its prekeys.",
        .attributes = {
            AT,
            A("as", NEW_ARTIFACT, "the name of the connection, for <verify>"),
            A("handshake", HANDSHAKE_MUTATION, "how the gatekeeper's handshake message is mutated",
              EACH_OF),
            A("certificate", CERTIFICATE_MUTATION, "what is wrong with its certificate chain",
              EACH_OF),
            A("like", ARTIFACT, "a tampered connection: this handshake is changed in the same way"),
            A("prekeys", NUMBER, "from now on it is told to publish so many one-time prekeys, "
              "instead of the profile's `prekey.upload-count`", .least = 1, .most = 1000, EACH_OF),
            A("expect", EXPECT,
              "what must happen; a client refuses by ending the connection and saying so",
              DEFAULT("does"), .choices = {"does", "refuses", "either"}),
            REASON,
        }},
    [VERB_DISCONNECT] = {.name = "disconnect", .surfaces = ON_CLIENT,
        .explanation = "The target goes away and stays away.",
        .attributes = {AT}},
    [VERB_HANG_UP] = {.name = "hang-up", .surfaces = ON_CLIENT,
        .explanation = "The gatekeeper ends the connection.",
        .attributes = {
            AT,
            A("how", CHOICE, "in which way", DEFAULT("close"), EACH_OF,
              .choices = {"close", "reset", "half-close", "within-frame", "within-length"}),
            A("prompted", YES_NO,
              "whether its person has it connect at once, in the middle of its pause",
              DEFAULT("no")),
            MOST_DIALS,
            A("then", CHOICE, "what the target must do; pauses: it is left in its first pause",
              REQUIRED, .choices = {"returns", "stays-away", "pauses"}),
            HOLDS,
        }},
    [VERB_TURN_AWAY] = {.name = "turn-away", .surfaces = ON_CLIENT,
        .explanation = "The gatekeeper ends the connection and turns every dial away for a while; "
            "then it is open again.",
        .attributes = {
            AT,
            A("for-ms", NUMBER, "for so long, in milliseconds", DEFAULT("1000"), .least = 100,
              .most = 10000),
            A("failure", NUMBER,
              "with <failure> of this reason; without it, each dial is closed at once",
              .least = 100, .most = 999, EACH_OF),
            A("most-dials", NUMBER, "more dials than this in that time are a tight loop",
              DEFAULT("12"), .least = 1, .most = 1000),
            A("then", CHOICE, "what the target must do; pauses: it is left in the pause it is in",
              REQUIRED, .choices = {"returns", "gives-up", "pauses"}),
            HOLDS,
        }},
    [VERB_PUSH] = {.name = "push", .surfaces = ON_CLIENT,
        .explanation = "The gatekeeper sends a stanza of its own.",
        .attributes = {
            AT,
            A("stanza", SERVICE, "which", REQUIRED, EACH_OF),
            A("of", MESSAGE, "the message a receipt or an ack is for"),
            A("from", HARNESS, "whose receipt it is; without it, the message's addressee's"),
            A("code", NUMBER, "its number, where it has one", .most = UINT32_MAX, EACH_OF),
            A("times", NUMBER, "so many at once, each with an id of its own", DEFAULT("1"),
              .least = 1, .most = 1000, EACH_OF),
            A("bend", STANZA_MUTATION, "how its XML is mutated", EACH_OF),
            A("channel", CHANNEL_MUTATION, "how the transport message or its frame is mutated",
              EACH_OF),
            MOST_DIALS,
            THEN("answers", "acks", "answers-error", "publishes", "stays", "closes", "returns",
                 "gives-up", "tells", "tells-nothing"),
            LINGER, HOLDS,
        }},
    [VERB_QUEUE] = {.name = "queue", .surfaces = ON_CLIENT,
        .explanation = "Messages of the harness's parties wait at the gatekeeper until the target "
            "is there.",
        .attributes = {
            A("messages", MESSAGES, "the messages, in this order", REQUIRED),
            A("twice", YES_NO, "whether each comes twice, with one id", DEFAULT("no")),
            A("same-id", YES_NO, "whether each that came before has the id that it had then",
              DEFAULT("no")),
            A("id-of", MESSAGE, "each has the id that this message came under"),
        }},
    [VERB_RETRY] = {.name = "retry", .surfaces = ON_CLIENT,
        .explanation = "A peer could not decrypt a message of the target and asks for it again; "
            "what comes is a new message.",
        .attributes = {
            A("of", MESSAGE, "the message that is asked for", REQUIRED), AS("message"),
            A("at", TARGET, "who is asked; without it, who sent the message"),
            A("count", NUMBER, "which attempt it is", DEFAULT("1"), .least = 1,
              .most = UINT32_MAX, EACH_OF),
            A("from", HARNESS, "who asks; without it, the addressee"),
            A("keys-of", HARNESS,
              "whose keys the request carries; without it, the addressee's from count 2"),
            A("id", CHOICE, "the message's id, or one the target never used", DEFAULT("same"),
              .choices = {"same", "unknown"}),
            A("expect", EXPECT, "whether the message comes again; nothing coming is a refusal",
              DEFAULT("does"), .choices = {"does", "refuses", "either"}),
            LINGER,
        }},
    [VERB_SAY] = {.name = "say", .surfaces = ON_CLIENT,
        .explanation = "The person at the target says several texts, one right after another, "
            "while the gatekeeper reads nothing; then each arrives, once and in this order, and "
            "the peer opens it.",
        .attributes = {
            AT,
            A("peer", HARNESS, "the other side", DEFAULT("peer")),
            A("other", HARNESS, "every second text is for them; each side's arrive in their order"),
            A("when", CHOICE,
              "while it is connected; while it is away, or gave up: it does not dial for them, and "
              "when its person connects it they arrive, unless it told that they could not be "
              "sent; or while it is connected, and the connection is lost before any was read",
              DEFAULT("connected"), .choices = {"connected", "away", "lost"}),
            A("count", NUMBER, "how many, 1 to 200", .least = 1, .most = 200, DEFAULT("5"),
              EACH_OF),
            A("size", NUMBER, "bytes of each text, 16 to 65536", .least = 16, .most = 65536,
              DEFAULT("24"), EACH_OF),
            A("awaited", YES_NO,
              "whether the step waits until they arrive; else <arrived> does, for all that were "
              "said until then",
              DEFAULT("yes"), .needed_when = "no"),
            HOLDS,
        }},
    [VERB_ARRIVED] = {.name = "arrived", .surfaces = ON_CLIENT,
        .explanation = "The texts that the person said, and that were not awaited, arrive: each "
            "once, each side's in the order in which they were said, and the peers open them.",
        .attributes = {
            AT,
            A("unless", CHOICE,
              "but those of which the person was told that they could not be sent",
              .choices = {"told"}),
            HOLDS,
        }},
    [VERB_HOLD] = {.name = "hold", .surfaces = ON_CLIENT,
        .explanation = "From now on the gatekeeper keeps back something that it has to say, until "
            "<release>. What only that would bring about is not waited for meanwhile: a client is "
            "connected as far as it can be.",
        .attributes = {
            A("what", CHOICE,
              "<success>, and all that would follow it on a new connection; its answers to uploads "
              "of prekeys, which it has taken; the keys that it is asked for; or the acks of "
              "messages",
              REQUIRED, .choices = {"success", "uploads", "keys", "acks"}),
        }},
    [VERB_RELEASE] = {.name = "release", .surfaces = ON_CLIENT,
        .explanation = "The gatekeeper says what it kept back, on connections that are still "
            "there, and the target's party says that it is connected, unless it has before.",
        .attributes = {AT, HOLDS}},
    [VERB_DECLINE] = {.name = "decline", .surfaces = ON_CLIENT,
        .explanation = "The gatekeeper answers the next uploads of prekeys with an error, and "
            "keeps the keys that it had. What the target sent until then is read first.",
        .attributes = {
            AT,
            A("times", NUMBER, "so many of them; 0: none from now on", DEFAULT("1"),
              .least = 0, .most = 100, EACH_OF),
        }},
    [VERB_IGNORE] = {.name = "ignore", .surfaces = ON_CLIENT,
        .explanation = "The gatekeeper takes the next uploads of prekeys, and never answers them.",
        .attributes = {
            A("times", NUMBER, "so many of them", DEFAULT("1"), .least = 1, .most = 100, EACH_OF),
        }},
    [VERB_SERVE] = {.name = "serve", .surfaces = ON_CLIENT,
        .explanation = "From now on the gatekeeper answers with this bundle whoever asks for the "
            "keys of its publisher.",
        .attributes = {A("bundle", BUNDLE, "of a party of the harness", REQUIRED)}},
    [VERB_ROTATE] = {.name = "rotate", .surfaces = ON_CLIENT, .capability = "rotate-signed-prekey",
        .explanation = "The target makes a new signed prekey, connected or not; what it publishes "
            "is not waited for.",
        .attributes = {AT}},
    [VERB_READ] = {.name = "read", .surfaces = ON_CLIENT, .capability = "read-receipts",
        .explanation = "The person at the target reads what a peer sent.",
        .attributes = {AT, PEER}},
    [VERB_WRITE] = {.name = "write", .surfaces = ON_CLIENT,
        .explanation = "The person at the target says something, whether it is connected or not; "
            "what becomes of it is looked at by <heard>.",
        .attributes = {
            AS("message"), AT,
            A("peer", HARNESS, "for whom", DEFAULT("peer")),
            A("size", NUMBER, "bytes of unguessable plaintext, 0 to 65536", .least = 0,
              .most = 65536, DEFAULT("24"), EACH_OF),
        }},
    [VERB_HEARD] = {.name = "heard", .surfaces = ON_CLIENT,
        .explanation = "What became of everything that was written: each of these arrived, once, "
            "under an id of its own, and for each side in the order in which it was written; whom "
            "it is for opens it; what came again came under its id and is the same; and of what "
            "the gatekeeper acknowledged on this connection the person was told that it was sent.",
        .attributes = {
            AT,
            A("messages", MESSAGES, "the messages, in the order in which they were written",
              REQUIRED),
            A("may-fail", YES_NO,
              "whether some may be missing, of which the person was told that they could not be "
              "sent", DEFAULT("no")),
            HOLDS,
        }},
    [VERB_ACKNOWLEDGE] = {.name = "acknowledge", .surfaces = ON_CLIENT,
        .explanation = "From now on the gatekeeper acknowledges what clients send, or does not.",
        .attributes = {
            A("what", CHOICE, "what it acknowledges", REQUIRED,
              .choices = {"everything", "nothing"}),
        }},
    [VERB_ANSWERED] = {.name = "answered", .surfaces = ON_CLIENT,
        .explanation = "What the target sent back for a message that was delivered to it.",
        .attributes = {
            A("message", MESSAGE, "the message", REQUIRED),
            A("by", CHOICE, "what came", REQUIRED,
              .choices = {"ack", "error", "delivery-receipt", "read-receipt", "retry",
                          "retry-with-keys"}),
            A("code", NUMBER, "with this error", .most = 999),
            A("count", NUMBER, "with this count, of a retry", .least = 1, .most = UINT32_MAX),
            A("times", NUMBER, "so often; 0: never", DEFAULT("1"), .least = 0, .most = 100),
            A("or-more", YES_NO, "whether more often is as good", DEFAULT("no")),
            A("before", CHOICE, "and before the ack", .choices = {"ack"}),
            A("as", NEW_ARTIFACT,
              "the name of the bundle that keys which came with a retry are, to <start> from"),
            LINGER, HOLDS,
        }},
    [VERB_SHOWN] = {.name = "shown", .surfaces = ON_CLIENT,
        .explanation = "What the person at the target saw since the last <shown>, <establish> or "
            "<converse>: exactly this, in this order.",
        .attributes = {
            AT,
            A("messages", MESSAGES, "the messages; without it, nothing"), LINGER, HOLDS,
        }},
    [VERB_WARNED] = {.name = "warned", .surfaces = ON_CLIENT,
        .explanation = "The person at the target was told, since the last <warned>, that this "
            "peer's identity key is another now, and of nobody else for the first time.",
        .attributes = {
            AT,
            A("peer", HARNESS, "whose; without it, nobody's"), HOLDS,
        }},
    [VERB_VERIFY] = {.name = "verify", .surfaces = ON_CLIENT,
        .explanation = "A rule that a connection, what a client published, or a message it sent "
            "must keep to.",
        .attributes = {
            AT,
            A("of", ARTIFACT,
              "a message of the target, or a connection; without it, the target's newest "
              "connection"),
            A("rule", RULE, "which", REQUIRED, EACH_OF), HOLDS,
        }},
    [VERB_HOST] = {.name = "host", .surfaces = ON_SERVICE_OR_BESIDE, .capability = "service",
        .explanation = "A client of the target's provider encrypts a medium and uploads it; what "
            "it would send about it is looked at.",
        .attributes = {AS("medium"), MEDIUM_KIND, MEDIUM_SIZE}},
    [VERB_TAKE] = {.name = "take", .surfaces = ON_SERVICE,
        .explanation = "A client of the target's provider downloads a medium of ours, verifies and "
            "decrypts it.",
        .attributes = {
            MEDIUM_KIND, MEDIUM_SIZE,
            A("medium", MEDIUM_MUTATION, "what is wrong with it, or with its host", EACH_OF),
            EXPECT("opens", "opens", "refuses", "either"),
            REASON,
        }},
    [VERB_EXPIRE] = {.name = "expire", .surfaces = ON_SERVICE, .capability = "expire",
        .explanation = "A medium's time is over.",
        .attributes = {A("of", HOSTED, "the medium", REQUIRED)}},
    [VERB_REQUEST] = {.name = "request", .surfaces = ON_SERVICE_OR_BESIDE,
        .capability = "service",
        .explanation = "A rule that the service's answers, or what it asked of ours, must keep to.",
        .attributes = {
            A("of", HOSTED, "the medium or the token it is about"),
            A("rule", SERVICE_RULE, "which", REQUIRED, EACH_OF), HOLDS,
        }},
    [VERB_MINT] = {.name = "mint", .surfaces = ON_SERVICE,
        .explanation = "The provider makes a token for a connection of a user.",
        .attributes = {
            AS("token"), USER,
            A("only-enlisted", YES_NO, "whether it must refuse users who are not enlisted",
              DEFAULT("no"), .capability = "enlist", .needed_when = "yes"),
            EXPECT("does", "does", "refuses"),
        }},
    [VERB_ROTATE_KEYS] = {.name = "rotate-keys", .surfaces = ON_SERVICE,
        .capability = "rotate-keys",
        .explanation = "The provider signs with a new key from now on.",
        .attributes = {
            A("retire", YES_NO, "whether the old keys go at once", DEFAULT("no")),
        }},
    [VERB_ENLIST] = {.name = "enlist", .surfaces = ON_SERVICE, .capability = "enlist",
        .explanation = "A user chose to be reachable: the provider enlists them with the "
            "gatekeeper.",
        .attributes = {USER}},
    [VERB_WITHDRAW] = {.name = "withdraw", .surfaces = ON_SERVICE, .capability = "enlist",
        .explanation = "A user does not want to be reachable any more.",
        .attributes = {USER}},
    [VERB_NOTIFY] = {.name = "notify", .surfaces = ON_SERVICE, .capability = "push",
        .explanation = "The gatekeeper posts pushes for a user; none of what is in them comes back "
            "in the answers.",
        .attributes = {
            USER,
            A("count", NUMBER, "how many, each with an id of its own", DEFAULT("1"), .least = 1,
              .most = 10000),
            A("how", CHOICE, "what is wrong with them", EACH_OF,
              .choices = {"honest", "unauthenticated", "with-another-credential", "again",
                          "oversized", "malformed", "backwards"}, DEFAULT("honest")),
            A("then", CHOICE, "what the receiver must do", REQUIRED,
              .choices = {"takes", "refuses"}), HOLDS,
        }},
    [VERB_DRAINED] = {.name = "drained", .surfaces = ON_SERVICE, .capability = "push",
        .explanation = "The user's client connects: each push that was taken waited for it, once, "
            "in the order in which it came; and nothing else did.",
        .attributes = {USER, HOLDS}},
    [VERB_SIGN_IN] = {.name = "sign-in", .surfaces = ON_SERVER,
        .explanation = "A client of the harness dials the server, shakes hands, authenticates and "
            "publishes its prekeys.",
        .attributes = {
            CLIENT,
            A("how", CLIENT_MUTATION, "what is wrong with it", EACH_OF),
            A("then", CHOICE, "what the server must do", DEFAULT("lets-in"),
              .choices = {"lets-in", "turns-away"}),
            HOLDS,
        }},
    [VERB_SIGN_OUT] = {.name = "sign-out", .surfaces = ON_SERVER,
        .explanation = "A client of the harness goes away.",
        .attributes = {CLIENT}},
    [VERB_POST] = {.name = "post", .surfaces = ON_SERVER,
        .explanation = "A client sends texts, or what it says of media, to another; the server "
            "acknowledges each.",
        .attributes = {
            CLIENT, WHOSE("to", "for whom"),
            A("count", NUMBER, "how many, 1 to 1000", DEFAULT("1"), .least = 1, .most = 1000),
            A("kind", CHOICE, "what each is", DEFAULT("text"), EACH_OF,
              .choices = {"text", "image", "voice", "video", "file"}),
            A("then", CHOICE, "what the server must do; what it refuses has an error in its ack, "
              "or nobody's keys", DEFAULT("takes"), .choices = {"takes", "refuses"}),
            HOLDS,
        }},
    [VERB_RECEIVED] = {.name = "received", .surfaces = ON_SERVER,
        .explanation = "To a client came each message that the server took for it since the last "
            "<received>, once, unchanged, with its type and mediatype, in the order in which they "
            "were sent; and nothing else.",
        .attributes = {
            CLIENT,
            A("times", NUMBER, "so many messages of before came again", DEFAULT("0"), .most = 1000),
            HOLDS,
        }},
    [VERB_LOOK_UP] = {.name = "look-up", .surfaces = ON_SERVER,
        .explanation = "A client fetches the prekeys of somebody.",
        .attributes = {
            CLIENT, WHOSE("of", "whose"),
            A("then", CHOICE, "what must come: with a one-time prekey that never came before in "
              "the case, without one, or that there is no such user", DEFAULT("new-key"),
              .choices = {"new-key", "without-key", "not-found"}),
            HOLDS,
        }},
    [VERB_UTTER] = {.name = "utter", .surfaces = ON_SERVER,
        .explanation = "A client that is signed in sends what an honest one does not.",
        .attributes = {
            CLIENT,
            A("what", UTTERANCE, "what", REQUIRED, EACH_OF),
            A("then", CHOICE, "what the server must do: answer, answer with an error, end the "
              "connection, or pass the message on under the name of its real sender or answer with "
              "an error", REQUIRED,
              .choices = {"answers", "answers-error", "ends", "names-sender"}),
            HOLDS,
        }},
    [VERB_OPT_IN] = {.name = "opt-in", .surfaces = SURFACE_BIT(SURFACE_SERVER),
        .capability = "enlist",
        .explanation = "A client's user chose to be reachable: their provider, which is the "
            "harness, enlists them with the server.",
        .attributes = {
            CLIENT,
            A("how", CHOICE, "what is wrong with it: its proof, or where pushes would go",
              DEFAULT("sound"), EACH_OF,
              .choices = {"sound", "no-proof", "alg-none", "unknown-key", "bad-signature",
                          "other-audience", "other-user", "expired", "used-again",
                          "push-in-clear"}),
            A("then", CHOICE, "what the server must do", DEFAULT("takes"),
              .choices = {"takes", "refuses"}),
            HOLDS,
        }},
    [VERB_OPT_OUT] = {.name = "opt-out", .surfaces = SURFACE_BIT(SURFACE_SERVER),
        .capability = "enlist",
        .explanation = "A client's user does not want to be reachable any more: their provider "
            "withdraws them.",
        .attributes = {
            CLIENT,
            A("how", CHOICE, "what is wrong with it: its proof", DEFAULT("sound"), EACH_OF,
              .choices = {"sound", "no-proof", "alg-none", "unknown-key", "bad-signature",
                          "other-audience", "other-user", "expired", "used-again"}),
            A("then", CHOICE, "what the server must do", DEFAULT("takes"),
              .choices = {"takes", "refuses"}),
            HOLDS,
        }},
    [VERB_PUSHED] = {.name = "pushed", .surfaces = SURFACE_BIT(SURFACE_SERVER),
        .capability = "push",
        .explanation = "The pushes that came for a client's user since the last <pushed>, each of "
            "which must be sound: under the credential of their enlistment, with an id of its own, "
            "and with nothing of a message or of who sent it.",
        .attributes = {
            CLIENT,
            A("then", CHOICE, "whether at least one came, or none", DEFAULT("comes"),
              .choices = {"comes", "nothing"}),
            HOLDS,
        }},
    [VERB_RELAYED] = {.name = "relayed", .surfaces = ON_PROXY,
        .explanation = "A rule that a proxy must keep to: what crossed between it and clients is "
            "compared with what crossed between it and the gatekeeper.",
        .attributes = {
            CLIENT,
            A("rule", CHOICE, "which: each stanza that clients sent comes to the gatekeeper, once, "
              "unchanged, in its order; the same towards the clients; each client that is signed "
              "in has one connection of its own user's there, and nobody else has one; each of "
              "these came with a sound token of that user's, used once; and with an ephemeral key "
              "used once; nothing secret is readable on either side; when the gatekeeper ends the "
              "client's connection, the proxy does", REQUIRED, EACH_OF,
              .choices = {"up", "down", "connections", "tokens", "keys", "secrets", "ends"}),
            HOLDS,
        }},
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
        if (*rule->attributes[i].name == *name && strcmp(rule->attributes[i].name, name) == 0)
            return &rule->attributes[i];
    const struct attribute_rule *common = verb_common_attribute();
    return rule && name && strcmp(common->name, name) == 0 ? common : NULL;
}
