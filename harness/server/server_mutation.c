#include "server/server_mutation.h"

#include <string.h>

static const struct word handshake[] = {
    WORD("flip-ephemeral",
         "One bit of the server's ephemeral key is flipped: the two sides agree on different "
         "secrets, and what is encrypted next does not verify.",
         NULL),
    WORD_NUMBER("low-order-ephemeral", 0, 6,
                "The ephemeral key is one of seven points of low order (0 to 6): the shared secret "
                "is zeros and known to everybody.",
                "RFC 7748, 6.1"),
    WORD("zero-ephemeral",
         "The ephemeral key is 32 bytes of zero, from an empty field or an uninitialised buffer.",
         "RFC 7748, 6.1"),
    WORD("short-ephemeral",
         "The ephemeral key has 31 bytes: a client that copies 32 takes a byte of what follows.",
         "Noise, 4.1"),
    WORD("long-ephemeral",
         "The ephemeral key has 33 bytes: a client that ignores the last one accepts what it did "
         "not hash.",
         "Noise, 4.1"),
    WORD("no-ephemeral", "The ephemeral key is left out of the server's message.", "Noise, 7.5"),
    WORD("flip-static",
         "One bit of the encrypted static key is flipped, so that its tag does not verify.",
         "Noise, 5.3"),
    WORD("low-order-static",
         "The static key is a point of low order, and the certificate is about it: only the key "
         "can be refused.",
         "RFC 7748, 6.1"),
    WORD("no-static", "The static key is left out: nothing says who the server is.", "Noise, 7.5"),
    WORD("swapped-static-and-payload",
         "The static key and the payload stand in each other's place.", "Noise, 7.5"),
    WORD("flip-payload",
         "One bit of the encrypted payload is flipped, so that its tag does not verify.",
         "Noise, 5.3"),
    WORD("no-payload",
         "The payload is left out, its tag included: nothing authenticates the transcript so far.",
         "Noise, 5.3"),
    WORD("empty-payload",
         "The payload is encrypted and has no bytes, so that there is no certificate.", NULL),
    WORD("wrong-prologue",
         "The server mixes another prologue than the profile's, so that the transcripts differ.",
         "Noise, 6"),
    WORD("other-transcript",
         "The server hashes the empty payload of the first message where the profile skips it, or "
         "the reverse.",
         NULL),
    WORD("other-pattern",
         "The server answers in the pattern NN, in which it has no static key to prove.",
         "Noise, 7.5"),
    WORD("repeats-earlier",
         "The bytes of the server's message of an earlier connection: a client that uses an "
         "ephemeral key twice accepts them.",
         NULL),
    WORD("echoes-client-hello",
         "The client's own message comes back: a client that reads it as the server's talks to "
         "itself.",
         NULL),
    WORD("garbage", "Random bytes come instead of the server's message.", "Noise, 7.5"),
    WORD_NUMBER("truncated", 0, UINT32_MAX, "The server's message ends after so many bytes.",
                "Noise, 5.3"),
    WORD("trailing-bytes",
         "Five bytes follow the server's message in its frame, covered by no tag.", "Noise, 5.3"),
    WORD("plaintext-stanza",
         "A <success> in clear comes instead of the server's message: a client that takes it has "
         "no channel at all.",
         NULL),
    WORD_TOLERATED("unknown-fields",
                   "Unknown protobuf fields stand beside the known ones, to be ignored.",
                   "Protocol Buffers, Encoding"),
    WORD_TOLERATED("padded-fields",
                   "The message's field for padding is filled, which changes nothing.",
                   "proto/gatekeeper.proto"),
    WORD("silence",
         "No answer comes to the client's first message: it must give up after "
         "`handshake.timeout-ms`.",
         NULL),
    WORD("closes", "The server closes the connection instead of an answer.", NULL),
    WORD("success-early",
         "A <success> in clear follows the server's message, before the client has authenticated "
         "itself.",
         NULL),
    WORD_TOLERATED("byte-by-byte",
                   "Each byte of the server's message is written by itself: a client that reads a "
                   "frame with one read loses it.",
                   "docs/wire.md, Frame"),
    WORD_TOLERATED_NUMBER("split", 0, UINT32_MAX,
                          "The server's message comes in two writes, cut after so many bytes.",
                          "docs/wire.md, Frame"),
    WORD("frame-too-long",
         "A frame longer than the profile's maximum is announced: a client that allocates it first "
         "runs out of memory.",
         "docs/wire.md, Frame"),
    WORD("frame-of-zero", "A frame of length zero comes before the server's message.",
         "docs/wire.md, Frame"),
};

static const struct word channel[] = {
    WORD_NUMBER("flip-bit", 0, UINT32_MAX,
                "This bit of the ciphertext is flipped, counted from the first byte's lowest: its "
                "tag does not verify.",
                NULL),
    WORD("flip-tag", "One bit of the transport message's tag is flipped.", NULL),
    WORD("cut-tag",
         "The last byte of the tag is left out: a client that compares only what is there accepts "
         "it.",
         NULL),
    WORD(
        "empty-message",
        "A transport message of one byte, too short for a tag: subtracting the tag's length wraps.",
        NULL),
    WORD("repeat",
         "The same frame comes twice; the second copy cannot verify under the next counter.", NULL),
    WORD("skip",
         "The transport message before it is lost, so that the counters of both sides differ.",
         NULL),
    WORD("swap",
         "The transport message and its successor come in reverse order, which a channel without "
         "counters on the wire cannot repair.",
         NULL),
    WORD("other-key", "The transport message is encrypted under the key of the other direction.",
         NULL),
    WORD("plaintext", "The stanza crosses unencrypted in a frame.", NULL),
    WORD("handshake-again",
         "32 bytes like a first handshake message come on a channel that is established.", NULL),
    WORD("zero-frame", "A frame of length zero, which holds no transport message.",
         "docs/wire.md, Frame"),
    WORD("frame-over-maximum",
         "An authentic frame is longer than the channel's maximum; a client that has none shows "
         "what is in it.",
         NULL),
    WORD("announced-not-sent",
         "A length of 1000 is announced, nothing follows for a while, then the connection ends.",
         "docs/wire.md, Frame"),
    WORD("largest-announced",
         "The largest length that can be written is announced, nothing follows, then the "
         "connection ends.",
         "docs/wire.md, Frame"),
    WORD("trailing-bytes",
         "Bytes that are no whole frame follow the last frame, then the connection ends.",
         "docs/wire.md, Frame"),
    WORD_TOLERATED("half-close",
                   "The server closes its direction after the frame and still reads, so that the "
                   "message must be answered.",
                   "RFC 9293, 3.6"),
    WORD("reset-within",
         "The connection is reset in the middle of the frame: a client must not use the half it "
         "has.",
         "docs/wire.md, Frame"),
    WORD("close-within",
         "The connection is closed in the middle of the frame, which is no end of a message.",
         "docs/wire.md, Frame"),
    WORD_TOLERATED(
        "byte-by-byte",
        "Each byte of the frame is written by itself, so that no read returns a whole frame.",
        "docs/wire.md, Frame"),
    WORD_TOLERATED_NUMBER(
        "split", 0, UINT32_MAX,
        "The frame comes in two writes, cut after so many bytes, also within its length.",
        "docs/wire.md, Frame"),
    WORD_TOLERATED_NUMBER("joined", 0, UINT32_MAX,
                          "So many frames stand before it in the same write: a client that handles "
                          "one frame for each read falls behind.",
                          "docs/wire.md, Frame"),
    WORD_TOLERATED("slow", "The frame comes slowly, sixteen bytes every two milliseconds.",
                   "docs/wire.md, Frame"),
};

static const struct word fetch[] = {
    WORD("error-404", "The answer names the user and says item-not-found: there is no such user.",
         NULL),
    WORD("error-406",
         "The answer names the user and says not-acceptable: the server does not give the keys.",
         NULL),
    WORD("no-user",
         "The list has the keys of another user only: a client that takes the first entry encrypts "
         "to a stranger.",
         NULL),
    WORD("empty-list", "The answer is a result whose list has no user.", NULL),
    WORD("error-result", "The iq itself is of type error.", "RFC 6120, 8.2.3"),
    WORD("wrong-iq-id",
         "The answer has an id that was never asked under, and the question gets none.",
         "RFC 6120, 8.1.3"),
    WORD("silence", "No answer comes to the question for keys.", NULL),
    WORD("no-identity", "The identity key is left out of the user's keys.", "X3DH, 3.2"),
    WORD("short-identity", "The identity key has 31 bytes.", NULL),
    WORD("long-identity",
         "The identity key has 33 bytes: a client that cuts it uses a key nobody sent.", NULL),
    WORD("wrong-type", "The key type is 06, which no client knows, instead of 05.", NULL),
    WORD("no-skey", "The signed prekey is left out, without which no session can be made.",
         "X3DH, 3.2"),
    WORD("no-signature",
         "The signature of the signed prekey is left out: a client that goes on uses a key of the "
         "server's choice.",
         "X3DH, 3.3"),
    WORD("short-signature", "The signature of the signed prekey has 63 bytes.", NULL),
    WORD("long-signature",
         "The signature of the signed prekey has 65 bytes, the first 64 of which verify.", NULL),
    WORD("flip-signature", "One bit of the signed prekey's signature is flipped.", "X3DH, 3.3"),
    WORD("short-value", "The value of the signed prekey has 31 bytes.", NULL),
    WORD("long-value", "The value of the signed prekey has 33 bytes.", NULL),
    WORD("short-key-id", "The id of the signed prekey has 2 bytes instead of `prekey.id-size`.",
         NULL),
    WORD("long-key-id", "The id of the signed prekey has one byte more than `prekey.id-size`.",
         NULL),
    WORD("short-registration",
         "The registration id has 3 bytes instead of `prekey.registration-size`.", NULL),
    WORD("long-registration",
         "The registration id has one byte more than `prekey.registration-size`.", NULL),
    WORD("key-without-value",
         "The one-time prekey has an id and no value: a client that takes zeros for it agrees on a "
         "known secret.",
         NULL),
    WORD("low-order-skey",
         "The signed prekey is a point of low order, well signed: the agreement with it gives "
         "zeros.",
         "RFC 7748, 6.1"),
    WORD("low-order-key", "The one-time prekey, which nobody signs, is a point of low order.",
         "RFC 7748, 6.1"),
    WORD("not-base64", "The text of the identity key is not base64.", "RFC 4648, 3.3"),
    WORD_TOLERATED(
        "without-one-time-prekey",
        "There is no one-time prekey: the session is set up with three agreements instead of four.",
        "X3DH, 3.3"),
    WORD_TOLERATED("unknown-children",
                   "Unknown elements stand beside the known ones, to be ignored.", NULL),
};

static const struct word_part handshake_part = WORD_PART(handshake);
static const struct word_part channel_part = WORD_PART(channel);
static const struct word_part fetch_part = WORD_PART(fetch);

const struct word_table server_words[N_SERVER_MUTATIONS] = {
    [SERVER_MUTATIONS_HANDSHAKE] = {"handshake", '=', "docs/wire.md, Channel", {&handshake_part}},
    [SERVER_MUTATIONS_CHANNEL] = {"channel", '=', "docs/wire.md, Channel", {&channel_part}},
    [SERVER_MUTATIONS_FETCH] = {"fetch", '=', "docs/wire.md, Stanza", {&fetch_part}},
};

bool server_mutation_parse(enum server_mutation_table table, const char *text,
                           struct server_mutation *out)
{
    out->what = word_parse(&server_words[table], text, &out->n);
    return out->what != 0;
}

bool server_mutation_is(enum server_mutation_table table, struct server_mutation mutation,
                        const char *name)
{
    const struct word *w = word_at(&server_words[table], mutation.what);
    return w && strcmp(w->name, name) == 0;
}
