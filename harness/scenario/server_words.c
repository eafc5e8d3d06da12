/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/server_words.h"

#define AUTHENTICATION "docs/wire.md, Authentication"
#define FRAME "docs/wire.md, Frame"

#define AT(word) [CLIENT_##word - 1]
static const struct word clients[N_CLIENT_MUTATION - 1] = {
    AT(NO_TOKEN) = WORD("no-token", "its last handshake message has no token"),
    AT(ALG_NONE) = WORD_BY("alg-none", "RFC 8725, 3.2", "its token's alg is none"),
    AT(ALG_HMAC) = WORD_BY("alg-hmac", "RFC 8725, 2.1",
                           "its token's alg is HS256, with the provider's public key for a secret"),
    AT(UNKNOWN_KEY) =
        WORD_BY("unknown-key", "RFC 7515, 4.1.4",
                "its token's kid is none of the provider's key set, and no key of the "
                "set made its signature"),
    AT(BAD_SIGNATURE) =
        WORD_BY("bad-signature", "RFC 7515, 5.2", "one character of its token's signature differs"),
    AT(OTHER_ISSUER) = WORD_BY("other-issuer", "RFC 8725, 3.8", "its token's iss is another one"),
    AT(OTHER_AUDIENCE) =
        WORD_BY("other-audience", "RFC 8725, 3.9", "its token is for another gatekeeper"),
    AT(OTHER_SUBJECT) =
        WORD("other-subject", "its token's sub is nobody whom the gatekeeper knows"),
    AT(OTHER_ACCOUNT) =
        WORD("other-account", "it names alice's account, with a sound token of its own user"),
    AT(UNKNOWN_ACCOUNT) = WORD("unknown-account", "it names an account that nobody has"),
    AT(EXPIRED) = WORD_BY("expired", "RFC 7519, 4.1.4", "its token is expired"),
    AT(EARLY) = WORD_BY("early", "RFC 7519, 4.1.5", "its token is valid from tomorrow on"),
    AT(LONG_LIVED) = WORD("long-lived", "its token lives ten times as long as the profile allows"),
    AT(WITHOUT_ID) = WORD("without-id", "its token has no jti"),
    AT(TOKEN_AGAIN) = WORD("token-again", "its token is the one of its connection before"),
    AT(UNBOUND) = WORD("unbound", "its token is bound to no static key"),
    AT(OTHER_PRODUCT) = WORD("other-product", "it says that it is another product's client"),
    AT(BAD_STATIC) =
        WORD_BY("bad-static", "docs/wire.md, Channel",
                "one bit of the encrypted static key in its last handshake message differs"),
    AT(BAD_PAYLOAD) = WORD_BY("bad-payload", "docs/wire.md, Channel",
                              "one bit of the tag of its last handshake message differs"),
    AT(STANZA_EARLY) = WORD_BY("stanza-early", "docs/wire.md, Channel",
                               "a stanza in clear stands where its last handshake message must"),
    AT(REPLAYED) = WORD_BY("replayed", "docs/wire.md, Channel",
                           "what comes is, byte for byte, what this client sent to make its "
                           "connection before"),
    AT(WITHOUT_ACKS) = WORD_TOLERATED_BY("without-acks", "docs/wire.md, What a client answers",
                                         "it will acknowledge no message"),
    AT(ONE_PREKEY) = WORD_TOLERATED_BY("one-prekey", "docs/wire.md, Stanza",
                                       "it publishes only one one-time prekey"),
};
#undef AT

#define AT(word) [UTTERANCE_##word - 1]
static const struct word utterances[N_UTTERANCE - 1] = {
    AT(PING) = WORD_TOLERATED("ping", "a ping, as an honest client sends it"),
    AT(FRAME_OF_ZERO) = WORD_BY("frame-of-zero", FRAME, "a frame of length zero"),
    AT(FRAME_TOO_LONG) = WORD_BY("frame-too-long", FRAME,
                                 "the length of a frame over the maximum, and not a byte of it"),
    AT(GARBAGE) =
        WORD_BY("garbage", "docs/wire.md, Channel", "a transport message that does not verify"),
    AT(IN_CLEAR) = WORD_BY("in-clear", "docs/wire.md, Channel",
                           "a ping in clear in place of a transport message"),
    AT(TWICE) = WORD_BY("twice", "docs/wire.md, Channel", "the same transport message twice"),
    AT(NO_XML) = WORD("no-xml", "a transport message with a text that is no XML"),
    AT(DOCTYPE) = WORD("doctype", "a stanza behind a DOCTYPE that declares an entity"),
    AT(COMMENT) = WORD("comment", "a stanza behind a comment"),
    AT(TWO_ROOTS) = WORD("two-roots", "two stanzas in one transport message"),
    AT(TOO_DEEP) = WORD("too-deep", "a stanza with elements deeper than the profile's maximum"),
    AT(UNKNOWN_IQ) = WORD("unknown-iq", "an iq of a purpose that nobody knows"),
    AT(UNKNOWN_STANZA) =
        WORD_TOLERATED("unknown-stanza", "a stanza of a kind that nobody knows, then a ping"),
    AT(TO_NOBODY) = WORD("to-nobody", "a message to a user who does not exist"),
    AT(EMPTY) = WORD("empty", "a message to bob without an <enc>"),
    AT(BAD_UPLOAD) = WORD("bad-upload", "prekeys whose signed prekey is a byte too short"),
    AT(FROM_ALICE) = WORD_TOLERATED_BY("from-alice", "docs/wire.md, What the gatekeeper answers",
                                       "a message to bob that says that it is from alice"),
    AT(CROWD) = WORD_TOLERATED_BY(
        "crowd", FRAME, "a ping, after a hundred connections that send one byte and stay"),
};
#undef AT

static const struct word_part client_part = WORD_PART(clients),
                              utterance_part = WORD_PART(utterances);
const struct word_table client_words = {"client", '=', AUTHENTICATION, {&client_part}};
const struct word_table utterance_words = {
    "utterance", '=', "docs/wire.md, Stanza", {&utterance_part}};
