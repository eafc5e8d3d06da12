#include "server/server_mutation.h"

#include <stdlib.h>
#include <string.h>

static const struct server_mutation_entry handshake[] = {
    {"flip-ephemeral", false, false, "one bit of the server's ephemeral key is flipped"},
    {"low-order-ephemeral", true, false,
     "the ephemeral key is a point of low order (0 to 6): the secret is known to everybody"},
    {"zero-ephemeral", false, false, "the ephemeral key is 32 bytes of zero"},
    {"short-ephemeral", false, false, "the ephemeral key has 31 bytes"},
    {"long-ephemeral", false, false, "the ephemeral key has 33 bytes"},
    {"no-ephemeral", false, false, "the ephemeral key is left out"},
    {"flip-static", false, false, "one bit of the encrypted static key is flipped"},
    {"low-order-static", false, false, "the static key is a point of low order"},
    {"no-static", false, false, "the static key is left out"},
    {"swapped-static-and-payload", false, false, "static key and payload changed places"},
    {"flip-payload", false, false, "one bit of the encrypted payload is flipped"},
    {"no-payload", false, false, "the payload is left out, tag and all"},
    {"empty-payload", false, false, "the payload is there and empty: no certificate"},
    {"wrong-prologue", false, false, "the gatekeeper mixes another prologue"},
    {"other-transcript", false, false,
     "the gatekeeper hashes the empty payload where the profile skips it, or the reverse"},
    {"other-pattern", false, false,
     "the gatekeeper answers in the pattern NN, without a static key"},
    {"repeats-earlier", false, false, "the bytes of an earlier connection's message"},
    {"echoes-client-hello", false, false, "the client's own message comes back"},
    {"garbage", false, false, "random bytes"},
    {"truncated", true, false, "only so many bytes of the message"},
    {"trailing-bytes", false, false, "five bytes more than the message"},
    {"plaintext-stanza", false, false, "a <success> in clear instead of a handshake"},
    {"unknown-fields", false, true, "unknown protobuf fields stand beside the known ones"},
    {"padded-fields", false, true, "the field for padding is filled"},
    {"silence", false, false, "no answer at all"},
    {"closes", false, false, "the connection ends instead of an answer"},
    {"success-early", false, false,
     "a <success> in clear follows before the client's last message"},
    {"byte-by-byte", false, true, "one byte in each write"},
    {"split", true, true, "two writes, cut after so many bytes"},
    {"frame-too-long", false, false, "a frame over the profile's maximum is announced"},
    {"frame-of-zero", false, false, "a frame of length zero comes first"},
};

static const struct server_mutation_entry channel[] = {
    {"flip-bit", true, false, "this bit of the ciphertext is flipped"},
    {"flip-tag", false, false, "one bit of the tag is flipped"},
    {"cut-tag", false, false, "the tag's last byte is left out"},
    {"empty-message", false, false, "a transport message of nothing, without a tag"},
    {"repeat", false, false, "the same bytes come twice"},
    {"skip", false, false, "the message before it in the order never comes"},
    {"swap", false, false, "it and its successor come in reverse order"},
    {"other-key", false, false, "it is encrypted under the other direction's key"},
    {"plaintext", false, false, "it is not encrypted"},
    {"handshake-again", false, false, "a first handshake message comes instead"},
    {"zero-frame", false, false, "a frame of length zero"},
    {"frame-over-maximum", false, false,
     "an authentic frame over the channel's maximum; a client that has none shows what is in it"},
    {"announced-not-sent", false, false, "a length, nothing for a while, then the end"},
    {"largest-announced", false, false,
     "the largest length there is, nothing for a while, then the end"},
    {"trailing-bytes", false, false, "bytes after the last frame, then the end"},
    {"half-close", false, true, "the gatekeeper closes its direction after the frame"},
    {"reset-within", false, false, "the connection is reset in the middle of the frame"},
    {"close-within", false, false, "the connection is closed in the middle of the frame"},
    {"byte-by-byte", false, true, "one byte in each write"},
    {"split", true, true, "two writes, cut after so many bytes"},
    {"joined", true, true, "so many pings in the same write before it"},
    {"slow", false, true, "sixteen bytes every two milliseconds"},
};

static const struct server_mutation_entry fetch[] = {
    {"error-404", false, false, "there is no such user"},
    {"error-406", false, false, "the server will not say"},
    {"no-user", false, false, "the list has another user only"},
    {"empty-list", false, false, "the list is empty"},
    {"error-result", false, false, "the iq itself is an error"},
    {"wrong-iq-id", false, false, "an answer to a question nobody asked, and none to this one"},
    {"silence", false, false, "no answer"},
    {"no-identity", false, false, "the identity key is left out"},
    {"short-identity", false, false, "the identity key has 31 bytes"},
    {"long-identity", false, false, "the identity key has 33 bytes"},
    {"wrong-type", false, false, "the key type is 06"},
    {"no-skey", false, false, "the signed prekey is left out"},
    {"no-signature", false, false, "the signature is left out"},
    {"short-signature", false, false, "the signature has 63 bytes"},
    {"long-signature", false, false, "the signature has 65 bytes"},
    {"flip-signature", false, false, "one bit of the signature is flipped"},
    {"short-value", false, false, "the signed prekey has 31 bytes"},
    {"long-value", false, false, "the signed prekey has 33 bytes"},
    {"short-key-id", false, false, "the signed prekey's id has 2 bytes"},
    {"long-key-id", false, false, "the signed prekey's id has 4 bytes"},
    {"short-registration", false, false, "the registration id has 3 bytes"},
    {"long-registration", false, false, "the registration id has 5 bytes"},
    {"key-without-value", false, false, "the one-time prekey has an id and no value"},
    {"low-order-skey", false, false, "the signed prekey is a point of low order"},
    {"low-order-key", false, false, "the one-time prekey is a point of low order"},
    {"not-base64", false, false, "the identity key is no base64"},
    {"without-one-time-prekey", false, true,
     "no one-time prekey: the session is set up with three results"},
    {"unknown-children", false, true, "unknown elements stand beside the known ones"},
};

static const struct {
    const struct server_mutation_entry *entries;
    size_t count;
} tables[N_SERVER_MUTATIONS] = {
    [SERVER_MUTATIONS_HANDSHAKE] = {handshake, sizeof(handshake) / sizeof(handshake[0])},
    [SERVER_MUTATIONS_CHANNEL] = {channel, sizeof(channel) / sizeof(channel[0])},
    [SERVER_MUTATIONS_FETCH] = {fetch, sizeof(fetch) / sizeof(fetch[0])},
};

const struct server_mutation_entry *server_mutation_entry(enum server_mutation_table table,
                                                          unsigned what)
{
    if ((unsigned)table >= N_SERVER_MUTATIONS || what == 0 || what > tables[table].count)
        return NULL;
    return &tables[table].entries[what - 1];
}

bool server_mutation_parse(enum server_mutation_table table, const char *text,
                           struct server_mutation *out)
{
    const char *sign = text ? strchr(text, '=') : NULL;
    size_t len = sign ? (size_t)(sign - text) : text ? strlen(text) : 0;
    char *end = NULL;
    unsigned long n = sign ? strtoul(sign + 1, &end, 10) : 0;
    *out = (struct server_mutation){0};
    if (sign && (sign[1] < '0' || sign[1] > '9' || *end || n > UINT32_MAX))
        return false;
    for (unsigned i = 0; len && (unsigned)table < N_SERVER_MUTATIONS && i < tables[table].count;
         i++) {
        const struct server_mutation_entry *e = &tables[table].entries[i];
        if (strlen(e->name) != len || strncmp(e->name, text, len) != 0 ||
            e->has_number != (sign != NULL))
            continue;
        *out = (struct server_mutation){i + 1, (uint32_t)n};
        return true;
    }
    return false;
}

bool server_mutation_is(enum server_mutation_table table, struct server_mutation mutation,
                        const char *name)
{
    const struct server_mutation_entry *e = server_mutation_entry(table, mutation.what);
    return e && strcmp(e->name, name) == 0;
}
