/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/server_mutation.h"

static const struct word handshake[] = {
    WORD("flip-ephemeral", "One bit of the server's ephemeral key is flipped: the two sides agree "
                           "on different secrets, and what is encrypted next does not verify."),
    WORD_NUMBER("low-order-ephemeral", 0, 6,
                "The ephemeral key is one of seven points of low order (0 to 6): the shared secret "
                "is zeros and known to everybody.",
                "RFC 7748, 6.1"),
    WORD_BY(
        "zero-ephemeral", "RFC 7748, 6.1",
        "The ephemeral key is 32 bytes of zero, from an empty field or an uninitialised buffer."),
    WORD_BY(
        "short-ephemeral", "Noise, 4.1",
        "The ephemeral key has 31 bytes: a client that copies 32 takes a byte of what follows."),
    WORD_BY("long-ephemeral", "Noise, 4.1",
            "The ephemeral key has 33 bytes: a client that ignores the last one accepts what it "
            "did not hash."),
    WORD_BY("no-ephemeral", "Noise, 7.5", "The ephemeral key is left out of the server's message."),
    WORD_BY("flip-static", "Noise, 5.3",
            "One bit of the encrypted static key is flipped, so that its tag does not verify."),
    WORD_BY("low-order-static", "RFC 7748, 6.1",
            "The static key is a point of low order, and the certificate is about it: only the key "
            "can be refused."),
    WORD_BY("no-static", "Noise, 7.5",
            "The static key is left out: nothing says who the server is."),
    WORD_BY("swapped-static-and-payload", "Noise, 7.5",
            "The static key and the payload stand in each other's place."),
    WORD_BY("flip-payload", "Noise, 5.3",
            "One bit of the encrypted payload is flipped, so that its tag does not verify."),
    WORD_BY(
        "no-payload", "Noise, 5.3",
        "The payload is left out, its tag included: nothing authenticates the transcript so far."),
    WORD("empty-payload",
         "The payload is encrypted and has no bytes, so that there is no certificate."),
    WORD_BY(
        "wrong-prologue", "Noise, 6",
        "The server mixes another prologue than the profile's, so that the transcripts differ."),
    WORD("other-transcript", "The server hashes the empty payload of the first message where the "
                             "profile skips it, or the reverse."),
    WORD_BY("other-pattern", "Noise, 7.5",
            "The server answers in the pattern NN, in which it has no static key to prove."),
    WORD("repeats-earlier", "The bytes of the server's message of an earlier connection: a client "
                            "that uses an ephemeral key twice accepts them."),
    WORD("echoes-client-hello", "The client's own message comes back: a client that reads it as "
                                "the server's talks to itself."),
    WORD_BY("garbage", "Noise, 7.5", "Random bytes come instead of the server's message."),
    WORD_NUMBER("truncated", 0, UINT32_MAX, "The server's message ends after so many bytes.",
                "Noise, 5.3"),
    WORD_BY("trailing-bytes", "Noise, 5.3",
            "Five bytes follow the server's message in its frame, covered by no tag."),
    WORD("plaintext-stanza", "A <success> in clear comes instead of the server's message: a client "
                             "that takes it has no channel at all."),
    WORD_TOLERATED_BY("unknown-fields", "Protocol Buffers, Encoding",
                      "Unknown protobuf fields stand beside the known ones, to be ignored."),
    WORD_TOLERATED_BY("padded-fields", "proto/gatekeeper.proto",
                      "The message's field for padding is filled, which changes nothing."),
    WORD("silence", "No answer comes to the client's first message: it must give up after "
                    "`handshake.timeout-ms`."),
    WORD("closes", "The server closes the connection instead of an answer."),
    WORD("success-early", "A <success> in clear follows the server's message, before the client "
                          "has authenticated itself."),
    WORD_TOLERATED_BY("byte-by-byte", "docs/wire.md, Frame",
                      "Each byte of the server's message is written by itself: a client that reads "
                      "a frame with one read loses it."),
    WORD_TOLERATED_NUMBER("split", 0, UINT32_MAX,
                          "The server's message comes in two writes, cut after so many bytes.",
                          "docs/wire.md, Frame"),
    WORD_BY("frame-too-long", "docs/wire.md, Frame",
            "A frame longer than the profile's maximum is announced: a client that allocates it "
            "first runs out of memory."),
    WORD_BY("frame-of-zero", "docs/wire.md, Frame",
            "A frame of length zero comes before the server's message."),
};

static const struct word channel[] = {
    WORD_NUMBER("flip-bit", 0, UINT32_MAX,
                "This bit of the ciphertext is flipped, counted from the first byte's lowest: its "
                "tag does not verify."),
    WORD("flip-tag", "One bit of the transport message's tag is flipped."),
    WORD("cut-tag", "The last byte of the tag is left out: a client that compares only what is "
                    "there accepts it."),
    WORD("empty-message", "A transport message of one byte, too short for a tag: subtracting the "
                          "tag's length wraps."),
    WORD("repeat",
         "The same frame comes twice; the second copy cannot verify under the next counter."),
    WORD("skip",
         "The transport message before it is lost, so that the counters of both sides differ."),
    WORD("swap", "The transport message and its successor come in reverse order, which a channel "
                 "without counters on the wire cannot repair."),
    WORD("other-key", "The transport message is encrypted under the key of the other direction."),
    WORD("plaintext", "The stanza crosses unencrypted in a frame."),
    WORD("handshake-again",
         "32 bytes like a first handshake message come on a channel that is established."),
    WORD_BY("zero-frame", "docs/wire.md, Frame",
            "A frame of length zero, which holds no transport message."),
    WORD("frame-over-maximum", "An authentic frame is longer than the channel's maximum; a client "
                               "that has none shows what is in it."),
    WORD_TOLERATED_NUMBER("largest", 0, UINT32_MAX,
                          "White space follows the stanza until the transport message, or the "
                          "stanza, is the longest that the profile allows, less so many bytes: a "
                          "client that compares with the wrong sign refuses it.",
                          "docs/wire.md, Channel"),
    WORD_BY(
        "announced-not-sent", "docs/wire.md, Frame",
        "A length of 1000 is announced, nothing follows for a while, then the connection ends."),
    WORD_BY("largest-announced", "docs/wire.md, Frame",
            "The largest length that can be written is announced, nothing follows, then the "
            "connection ends."),
    WORD_BY("trailing-bytes", "docs/wire.md, Frame",
            "Bytes that are no whole frame follow the last frame, then the connection ends."),
    WORD_TOLERATED_BY("half-close", "RFC 9293, 3.6",
                      "The server closes its direction after the frame and still reads, so that "
                      "the message must be answered."),
    WORD_BY("reset-within", "docs/wire.md, Frame",
            "The connection is reset in the middle of the frame: a client must not use the half it "
            "has."),
    WORD_BY("close-within", "docs/wire.md, Frame",
            "The connection is closed in the middle of the frame, which is no end of a message."),
    WORD_TOLERATED_BY(
        "byte-by-byte", "docs/wire.md, Frame",
        "Each byte of the frame is written by itself, so that no read returns a whole frame."),
    WORD_TOLERATED_NUMBER(
        "split", 0, UINT32_MAX,
        "The frame comes in two writes, cut after so many bytes, also within its length.",
        "docs/wire.md, Frame"),
    WORD_TOLERATED_NUMBER("joined", 0, UINT32_MAX,
                          "So many frames stand before it in the same write: a client that handles "
                          "one frame for each read falls behind.",
                          "docs/wire.md, Frame"),
    WORD_TOLERATED_BY("slow", "docs/wire.md, Frame",
                      "The frame comes slowly, sixteen bytes every two milliseconds."),
};

static const struct word fetch[] = {
    WORD("error-404", "The answer names the user and says item-not-found: there is no such user."),
    WORD("error-406",
         "The answer names the user and says not-acceptable: the server does not give the keys."),
    WORD("no-user", "The list has the keys of another user only: a client that takes the first "
                    "entry encrypts to a stranger."),
    WORD("empty-list", "The answer is a result whose list has no user."),
    WORD_BY("error-result", "RFC 6120, 8.2.3", "The iq itself is of type error."),
    WORD_BY("wrong-iq-id", "RFC 6120, 8.1.3",
            "The answer has an id that was never asked under, and the question gets none."),
    WORD("silence", "No answer comes to the question for keys."),
    WORD_BY("no-identity", "X3DH, 3.2", "The identity key is left out of the user's keys."),
    WORD("short-identity", "The identity key has 31 bytes."),
    WORD("long-identity",
         "The identity key has 33 bytes: a client that cuts it uses a key nobody sent."),
    WORD("wrong-type", "The key type is 06, which no client knows, instead of 05."),
    WORD_BY("no-skey", "X3DH, 3.2",
            "The signed prekey is left out, without which no session can be made."),
    WORD_BY("no-signature", "X3DH, 3.3",
            "The signature of the signed prekey is left out: a client that goes on uses a key of "
            "the server's choice."),
    WORD("short-signature", "The signature of the signed prekey has 63 bytes."),
    WORD("long-signature",
         "The signature of the signed prekey has 65 bytes, the first 64 of which verify."),
    WORD_BY("flip-signature", "X3DH, 3.3", "One bit of the signed prekey's signature is flipped."),
    WORD("short-value", "The value of the signed prekey has 31 bytes."),
    WORD("long-value", "The value of the signed prekey has 33 bytes."),
    WORD("short-key-id", "The id of the signed prekey has 2 bytes instead of `prekey.id-size`."),
    WORD("long-key-id", "The id of the signed prekey has one byte more than `prekey.id-size`."),
    WORD("short-registration",
         "The registration id has 3 bytes instead of `prekey.registration-size`."),
    WORD("long-registration",
         "The registration id has one byte more than `prekey.registration-size`."),
    WORD("key-without-value", "The one-time prekey has an id and no value: a client that takes "
                              "zeros for it agrees on a known secret."),
    WORD_BY("low-order-skey", "RFC 7748, 6.1",
            "The signed prekey is a point of low order, well signed: the agreement with it gives "
            "zeros."),
    WORD_BY("low-order-key", "RFC 7748, 6.1",
            "The one-time prekey, which nobody signs, is a point of low order."),
    WORD_BY("not-base64", "RFC 4648, 3.3", "The text of the identity key is not base64."),
    WORD_TOLERATED_BY("without-one-time-prekey", "X3DH, 3.3",
                      "There is no one-time prekey: the session is set up with three agreements "
                      "instead of four."),
    WORD_TOLERATED("unknown-children",
                   "Unknown elements stand beside the known ones, to be ignored."),
};

static const struct word_part handshake_part = WORD_PART(handshake);
static const struct word_part channel_part = WORD_PART(channel);
static const struct word_part fetch_part = WORD_PART(fetch);

const struct word_table server_words[N_SERVER_MUTATIONS] = {
    [SERVER_MUTATIONS_HANDSHAKE] = {"handshake", '=', "docs/wire.md, Channel", {&handshake_part}},
    [SERVER_MUTATIONS_CHANNEL] = {"channel", '=', "docs/wire.md, Channel", {&channel_part}},
    [SERVER_MUTATIONS_FETCH] = {"fetch", '=', "docs/wire.md, Stanza", {&fetch_part}},
};

const uint8_t server_low_order_points[SERVER_LOW_ORDER_POINTS][32] = {
    {0},
    {1},
    {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
     0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
     0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
    {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
     0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
     0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};
