/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/wire_words.h"

#include "scenario/server_words.h"
#include "scenario/service_words.h"
#include "server/server_mutation.h"
#include "wire/certificate.h"
#include "wire/content.h"
#include "wire/stanza_mutation.h"
#include "wire/token.h"

/* clang-format off */
#define AT(word) [(word)-1]
static const struct word services[N_SERVICE - 1] = {
    AT(SERVICE_PING) = WORD("ping",
        "an iq get in the ping's namespace, to be answered with a result"),
    AT(SERVICE_UNKNOWN_GET) = WORD_BY("unknown-get", "RFC 6120, 8.2.3",
        "an iq get in a namespace that no client knows, to be answered with an error"),
    AT(SERVICE_UNKNOWN_SET) = WORD_BY("unknown-set", "RFC 6120, 8.2.3",
        "an iq set in a namespace that no client knows, to be answered with an error"),
    AT(SERVICE_SET_OF_PREKEYS) = WORD_BY("set-of-prekeys", "RFC 6120, 8.2.3",
        "an iq set in the prekeys' namespace, which clients send and do not take, to be answered "
        "with an error"),
    AT(SERVICE_UNASKED_RESULT) = WORD_BY("unasked-result", "RFC 6120, 8.2.3",
        "an iq result to a question that was never asked"),
    AT(SERVICE_UNKNOWN_STANZA) = WORD_BY("unknown-stanza", "docs/wire.md, Stanza",
        "a kind of stanza that no client knows, with an id, to be answered with error 489"),
    AT(SERVICE_UNKNOWN_NOTIFICATION) = WORD("unknown-notification",
        "a notification of an unknown type, to be acked all the same"),
    AT(SERVICE_FEW_PREKEYS) = WORD_BY("few-prekeys", "docs/wire.md, Stanza",
        "a notification that \"code\" one-time prekeys are left"),
    AT(SERVICE_INFORMATION) = WORD_BY("information", "docs/wire.md, Stanza",
        "an <ib>, which may be ignored"),
    AT(SERVICE_DELIVERED) = WORD("delivered",
        "a receipt that says that the message \"of\" was delivered"),
    AT(SERVICE_READ) = WORD("read", "a receipt that says that the message \"of\" was read"),
    AT(SERVICE_ASKED_FOR) = WORD(
        "asked-for", "a receipt that asks for the message \"of\" again, with the count \"code\""),
    AT(SERVICE_TAKEN) = WORD_BY("taken", "docs/wire.md, Stanza",
        "an ack of the message \"of\": the gatekeeper has taken it"),
    AT(SERVICE_NOT_TAKEN) = WORD_BY("not-taken", "docs/wire.md, Stanza",
        "an ack of the message \"of\" with the error \"code\": the gatekeeper has not taken it"),
    AT(SERVICE_TAKEN_RECEIPT) = WORD_BY("taken-receipt", "docs/wire.md, Stanza",
        "an ack of a receipt, with the id that the message \"of\" has, too"),
    AT(SERVICE_NOT_TAKEN_RECEIPT) = WORD_BY("not-taken-receipt", "docs/wire.md, Stanza",
        "the same with the error \"code\""),
    AT(SERVICE_UNKNOWN_ACK) = WORD("unknown-ack", "an ack with an id under which nothing was sent"),
    AT(SERVICE_SUCCESS_AGAIN) = WORD_BY("success-again", "docs/wire.md, Authentication",
        "a second <success>, after the first one ended authentication"),
    AT(SERVICE_FAILURE) = WORD("failure",
        "<failure> with the reason \"code\", then the end of the connection"),
    AT(SERVICE_STREAM_ERROR) = WORD("stream-error",
        "<stream:error> with \"code\", then the end of the connection"),
    AT(SERVICE_REPLACED) = WORD("replaced",
        "<stream:error> with a conflict of type replaced: another connection took over"),
};

static const struct word rules[RULE_TOKEN - 1] = {
    AT(RULE_HEADER_ONCE) = WORD_BY("header-once", "docs/wire.md, Frame",
        "the profile's header came once, before the first frame"),
    AT(RULE_FRAMES) = WORD_BY("frames", "docs/wire.md, Frame",
        "every frame had a length from 1 to the profile's maximum"),
    AT(RULE_STATIC_ENCRYPTED) = WORD_BY("static-encrypted", "Noise, 7.5",
        "the client's static key crossed encrypted, in 48 bytes"),
    AT(RULE_CLIENT_PAYLOAD) = WORD_BY("client-payload", "docs/wire.md, Authentication",
        "the ClientPayload has the product INTEROP, the account's number and a token"),
    AT(RULE_NOTHING_EARLY) = WORD_BY("nothing-early", "docs/wire.md, Channel",
        "no stanza came before the handshake was done"),
    AT(RULE_FRESH_EPHEMERAL) = WORD_BY("fresh-ephemeral", "docs/wire.md, Channel",
        "no earlier connection of the case had this ephemeral key"),
    AT(RULE_FRESH_TOKEN) = WORD_BY("fresh-token", "docs/wire.md, Authentication",
        "no earlier connection of the case had this token or jti"),
    AT(RULE_DATED_TOKEN) = WORD_BY("dated-token", "RFC 7519, 4.1.6",
        "the token was issued later than that of the first connection, which was made two seconds "
        "before or more"),
    AT(RULE_STOPPED_EARLY) = WORD_BY("stopped-early", "docs/wire.md, Channel",
        "of an attempt that was broken off: nothing came after the server's handshake "
        "message, neither static key nor token"),
    AT(RULE_UPLOAD_SHAPE) = WORD("upload-shape",
        "sizes, key type and number of what was published are those of the profile"),
    AT(RULE_UPLOAD_IDS) = WORD("upload-ids",
        "the ids of published prekeys are unique, not 0, and fit the profile's size"),
    AT(RULE_UPLOAD_SIGNATURE) = WORD("upload-signature",
        "the signatures of the signed prekey and of each KEM prekey verify, type byte included"),
    AT(RULE_UPLOAD_KEYS) = WORD_BY("upload-keys", "X3DH, 3.2", "no public key was published twice"),
    AT(RULE_REFILLED) = WORD("refilled",
        "new one-time prekeys came when few were left, none of them published before"),
    AT(RULE_ROTATED) = WORD("rotated",
        "the newest upload with a signed prekey has one that was never published before, an empty "
        "list, and of v4 a last resort that was never published before"),
    AT(RULE_KEYS_ASKED_ONCE) = WORD("keys-asked-once",
        "on its newest connection the client asked for nobody's keys twice"),
    AT(RULE_NOTHING_YET) = WORD_BY("nothing-yet", "docs/wire.md, Authentication",
        "no stanza has come on the client's newest connection, which was not let in yet"),
    AT(RULE_MESSAGE_SHAPE) = WORD("message-shape",
        "a message has id, to, type and one enc with v and type"),
    AT(RULE_MESSAGE_ID) = WORD("message-id", "no other message of this sender had this id"),
    AT(RULE_MESSAGE_TYPE) = WORD("message-type", "type and mediatype agree with the content"),
    AT(RULE_NAMES_NOBODY_ELSE) = WORD_BY("names-nobody-else", "docs/wire.md, Authentication",
        "no party of the case stands in the message but its sender and its addressee"),
    AT(RULE_PADDING) = WORD_BY("padding", "docs/wire.md, Content",
        "the plaintext ends in N bytes of value N, N in the profile's range"),
    AT(RULE_CONTENT) = WORD_BY("content", "docs/wire.md, Content",
        "the content decodes to exactly one kind and is what was sent"),
};
#undef AT
/* clang-format on */

static const struct word_part service_part = WORD_PART(services), rule_part = WORD_PART(rules);
static const struct word_table service_words = {
    "service", '=', "docs/wire.md, What a client answers", {&service_part}};
static const struct word_table rule_words = {
    "rule", '=', "docs/wire.md, Stanza", {&rule_part, &token_rules}};

/* The registry: every table of words there is, and the attribute whose values it has. */
static const struct wire_words_entry {
    enum attribute_type type;
    const struct word_table *words;
} tables[] = {
    {ATTRIBUTE_HANDSHAKE_MUTATION, &server_words[SERVER_MUTATIONS_HANDSHAKE]},
    {ATTRIBUTE_CERTIFICATE_MUTATION, &certificate_words},
    {ATTRIBUTE_CHANNEL_MUTATION, &server_words[SERVER_MUTATIONS_CHANNEL]},
    {ATTRIBUTE_STANZA_MUTATION, &stanza_words},
    {ATTRIBUTE_CONTENT_MUTATION, &content_words},
    {ATTRIBUTE_FETCH_MUTATION, &server_words[SERVER_MUTATIONS_FETCH]},
    {ATTRIBUTE_SERVICE, &service_words},
    {ATTRIBUTE_RULE, &rule_words},
    {ATTRIBUTE_SERVICE_RULE, &service_rule_words},
    {ATTRIBUTE_MEDIUM_MUTATION, &medium_words},
    {ATTRIBUTE_CLIENT_MUTATION, &client_words},
    {ATTRIBUTE_UTTERANCE, &utterance_words},
};

const struct word_table *wire_word_table(size_t i)
{
    return i < COUNT_OF(tables) ? tables[i].words : NULL;
}

const struct word_table *wire_words_of(enum attribute_type type)
{
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        if (tables[i].type == type)
            return tables[i].words;
    return NULL;
}

const char *const *wire_words(enum attribute_type type, struct arena *arena, size_t *out_count)
{
    return word_names(wire_words_of(type), arena, out_count);
}

unsigned wire_rule_of_word(unsigned i) { return i < RULE_TOKEN ? i : i + 1; }
