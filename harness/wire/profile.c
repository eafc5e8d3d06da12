/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/profile.h"

#include "base/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct wire_profile, member)
#define NUMBER(name, member, from, to, value, text)                                                \
    {                                                                                              \
        name, CONSTANT_NUMBER, AT(member), from, to, {NULL}, 0, false, value, text                 \
    }
#define FIXED(name, type, member, value, text)                                                     \
    {                                                                                              \
        name, type, AT(member), 0, UINT32_MAX, {NULL}, 0, true, value, text                        \
    }
#define YES_NO(name, member, value, text)                                                          \
    {                                                                                              \
        name, CONSTANT_YES_NO, AT(member), 0, 0, {NULL}, 0, false, value, text                     \
    }
#define HEX(name, member, from, to, value, text)                                                   \
    {                                                                                              \
        name, CONSTANT_HEX, AT(member), from, to, {NULL}, 0, false, value, text                    \
    }
#define TEXT(name, member, value, text)                                                            \
    {                                                                                              \
        name, CONSTANT_TEXT, AT(member), 1, PROFILE_TEXT_MAX - 1, {NULL}, 0, false, value, text    \
    }

static const struct profile_constant constants[] = {
    HEX("frame.header", frame_header, 0, PROFILE_BYTES_MAX, "",
        "bytes a client sends once, before its first frame; empty for none"),
    NUMBER("frame.length-size", frame_length_size, 2, 4, "3",
           "bytes of a frame's length, big-endian"),
    NUMBER("frame.max", frame_max, 256, 16777215, "65535",
           "the longest frame, in bytes of payload"),
    YES_NO("frame.intro", frame_intro, "no",
           "whether a client may send the \"ED\" pre-intro before the header"),
    FIXED("noise.allows-ik", CONSTANT_YES_NO, noise_allows_ik, "no",
          "whether a client that kept the server's static key may use the pattern IK"),
    HEX("noise.prologue", noise_prologue, 0, PROFILE_BYTES_MAX, "",
        "what both sides mix into the handshake first"),
    {"noise.empty-payload",
     CONSTANT_CHOICE,
     AT(noise_hashes_empty_payload),
     0,
     0,
     {"skipped", "hashed", NULL},
     0,
     false,
     "hashed",
     "whether the empty payload of the first message is mixed into the hash, as stock Noise does"},
    NUMBER("noise.max-message", noise_max_message, 1024, 16777215, "65535",
           "the longest transport message with its tag, in bytes"),
    {"handshake.form",
     CONSTANT_CHOICE,
     AT(handshake_form),
     0,
     0,
     {"noise", "fields", NULL},
     1,
     false,
     "noise",
     "handshake messages are bare Noise messages, or protobuf fields that hold their parts"},
    NUMBER("handshake.timeout-ms", handshake_timeout_ms, 100, 60000, "3000",
           "how long a client waits for the server's handshake message"),
    {"certificate.policy",
     CONSTANT_CHOICE,
     AT(certificate_chain),
     0,
     0,
     {"none", "chain", NULL},
     0,
     false,
     "chain",
     "how the server's static key is authenticated"},
    HEX("certificate.root", root_key, 32, 32, "",
        "the pinned root key; empty: assay makes one for each case"),
    TEXT("stanza.user-domain", stanza_user_domain, "interop.example",
         "the domain of users' addresses"),
    TEXT("stanza.server", stanza_server, "gatekeeper.example",
         "the gatekeeper's own address, and the token's audience"),
    TEXT("stanza.namespace-ping", stanza_namespace_ping, "urn:xmpp:ping",
         "of an iq that asks whether one is there"),
    TEXT("stanza.namespace-prekeys", stanza_namespace_prekeys, "encrypt", "of an iq about prekeys"),
    TEXT("stanza.namespace-stream", stanza_namespace_stream, "http://etherx.jabber.org/streams",
         "of the prefix stream in stream:error"),
    NUMBER("stanza.max-depth", stanza_max_depth, 4, 1024, "32",
           "the deepest nesting of elements taken"),
    NUMBER("stanza.max-attributes", stanza_max_attributes, 8, 4096, "64",
           "the most attributes of one element taken"),
    NUMBER("stanza.max-bytes", stanza_max_bytes, 1024, 16777215, "4194304",
           "the longest stanza taken"),
    FIXED("signal.version-byte", CONSTANT_NUMBER, signal_version_byte, "0x33",
          "first byte of every message: v3, v3"),
    FIXED("signal.mac-length", CONSTANT_NUMBER, signal_mac_length, "8", "bytes of a message's MAC"),
    FIXED("signal.handshake-info", CONSTANT_TEXT, signal_handshake_info, "WhisperText",
          "HKDF info of X3DH"),
    FIXED("signal.root-info", CONSTANT_TEXT, signal_root_info, "WhisperRatchet",
          "HKDF info of a ratchet step"),
    FIXED("signal.message-info", CONSTANT_TEXT, signal_message_info, "WhisperMessageKeys",
          "HKDF info of message keys"),
    FIXED("signal.skip-accepted", CONSTANT_NUMBER, signal_skip_accepted, "1000",
          "a message so far ahead must still open"),
    FIXED("signal.skip-refused", CONSTANT_NUMBER, signal_skip_refused, "25001",
          "a message so far ahead must be refused"),
    FIXED("content.max-plaintext", CONSTANT_NUMBER, content_max_plaintext, "1048576",
          "bytes of plaintext that must be taken on the library surface"),
    NUMBER("padding.min", padding_min, 1, 255, "1", "the least padding after a content, in bytes"),
    NUMBER("padding.max", padding_max, 1, 255, "16", "the most"),
    NUMBER("prekey.id-size", prekey_id_size, 1, 4, "3", "bytes of a prekey id in stanzas"),
    NUMBER("prekey.registration-size", prekey_registration_size, 1, 4, "4",
           "bytes of a registration id in stanzas"),
    NUMBER("prekey.upload-count", prekey_upload_count, 1, 2000, "10",
           "one-time prekeys a client publishes at first"),
    NUMBER("prekey.refill-below", prekey_refill_below, 1, 2000, "5",
           "a client publishes more when fewer are left"),
    NUMBER("retry.keys-from", retry_keys_from, 1, 20, "2",
           "a retry of this count and later carries keys"),
    NUMBER("retry.give-up", retry_give_up, 1, 20, "5",
           "no retry of this count is asked for or answered"),
    NUMBER("reconnect.first-ms", reconnect_first_ms, 10, 60000, "50",
           "the first pause before a client dials again"),
    NUMBER("reconnect.most-ms", reconnect_most_ms, 10, 600000, "1600",
           "the longest; each pause is twice the one before"),
    {"token.algorithms",
     CONSTANT_NAMES,
     AT(token_algorithms),
     0,
     0,
     {"EdDSA", "ES256", NULL},
     0,
     false,
     "EdDSA ES256",
     "JWS algorithms a token may have"},
    FIXED("token.claims", CONSTANT_TEXT, token_claims, "iss sub aud iat exp jti",
          "claims a token must have"),
    NUMBER("token.max-lifetime", token_max_lifetime, 10, 86400, "3600",
           "seconds from iat to exp, at most"),
    YES_NO("token.binds-static", token_binds_static, "yes",
           "whether the token names the connection's static key"),
    FIXED("media.info-image", CONSTANT_TEXT, media_info_image, "WhatsApp Image Keys",
          "HKDF info of an image's keys"),
    FIXED("media.info-video", CONSTANT_TEXT, media_info_video, "WhatsApp Video Keys",
          "of a video's"),
    FIXED("media.info-audio", CONSTANT_TEXT, media_info_audio, "WhatsApp Audio Keys",
          "of a voice message's"),
    FIXED("media.info-document", CONSTANT_TEXT, media_info_document, "WhatsApp Document Keys",
          "of a file's"),
    FIXED("media.mac-length", CONSTANT_NUMBER, media_mac_length, "10",
          "bytes of the MAC at a blob's end"),
};

const struct profile_constant *profile_constants(size_t *out_count)
{
    *out_count = COUNT_OF(constants);
    return constants;
}

const struct profile_constant *profile_constant_find(const char *name)
{
    for (size_t i = 0; name && i < COUNT_OF(constants); i++)
        if (strcmp(constants[i].name, name) == 0)
            return &constants[i];
    return NULL;
}

/* ---- one function a type; true when |value| was one */

static void *member(struct wire_profile *p, const struct profile_constant *c)
{
    return (char *)p + c->at;
}

static const void *member_of(const struct wire_profile *p, const struct profile_constant *c)
{
    return (const char *)p + c->at;
}

static bool set_number(struct wire_profile *p, const struct profile_constant *c, const char *value)
{
    char *end;
    uint32_t *to = member(p, c);
    if (value[0] < '0' || value[0] > '9')
        return false;
    unsigned long long n = strtoull(value, &end, 0);
    if (*end || n < c->least || n > c->most)
        return false;
    *to = (uint32_t)n;
    return true;
}

static bool set_yes_no(struct wire_profile *p, const struct profile_constant *c, const char *value)
{
    bool *to = member(p, c);
    *to = strcmp(value, "yes") == 0;
    return *to || strcmp(value, "no") == 0;
}

static bool set_hex(struct wire_profile *p, const struct profile_constant *c, const char *value)
{
    struct buffer decoded;
    struct profile_bytes *to = member(p, c);
    buffer_init(&decoded, c->most);
    bool is_hex = hex_decode(value, strlen(value), &decoded) == OK &&
                  (decoded.len == 0 || decoded.len >= c->least);
    if (is_hex && decoded.len)
        memcpy(to->data, decoded.data, decoded.len);
    to->len = is_hex ? decoded.len : 0;
    buffer_fini(&decoded);
    return is_hex;
}

static bool set_text(struct wire_profile *p, const struct profile_constant *c, const char *value)
{
    size_t len = strlen(value);
    if (len >= PROFILE_TEXT_MAX || len == 0)
        return false;
    memcpy(member(p, c), value, len + 1);
    return true;
}

static bool is_choice(const struct profile_constant *c, const char *name, size_t len)
{
    for (size_t i = 0; c->choices[i]; i++)
        if (strlen(c->choices[i]) == len && memcmp(c->choices[i], name, len) == 0)
            return true;
    return false;
}

/* Does |name| stand in the |len| bytes before it, as a word? */
static bool stands_before(const char *text, const char *name, size_t len)
{
    for (const char *at = text; at < name; at += strcspn(at, " ") + 1)
        if (strcspn(at, " ") == len && memcmp(at, name, len) == 0)
            return true;
    return false;
}

static bool set_names(struct wire_profile *p, const struct profile_constant *c, const char *value)
{
    for (const char *name = value;; name++) {
        size_t len = strcspn(name, " ");
        if (!is_choice(c, name, len) || stands_before(value, name, len))
            return false;
        name += len;
        if (!*name)
            return set_text(p, c, value);
    }
}

static bool set_choice(struct wire_profile *p, const struct profile_constant *c, const char *value)
{
    for (uint32_t i = 0; c->choices[i]; i++) {
        if (strcmp(c->choices[i], value) != 0)
            continue;
        if (c->at == AT(handshake_form))
            p->handshake_form = (enum handshake_form)(i + c->least_index);
        else
            *(bool *)member(p, c) = i != 0;
        return true;
    }
    return false;
}

static bool (*const setters[])(struct wire_profile *, const struct profile_constant *,
                               const char *) = {
    [CONSTANT_NUMBER] = set_number, [CONSTANT_YES_NO] = set_yes_no, [CONSTANT_HEX] = set_hex,
    [CONSTANT_TEXT] = set_text,     [CONSTANT_NAMES] = set_names,   [CONSTANT_CHOICE] = set_choice,
};

/* ---- what a value may be, in a few words */

/* "a, b or c", with |last| before the last. */
static void list_choices(struct buffer *out, const struct profile_constant *c, const char *last)
{
    for (size_t i = 0; c->choices[i]; i++)
        buffer_printf(out, "%s%s", !i ? "" : c->choices[i + 1] ? ", " : last, c->choices[i]);
}

static void expect_hex(struct buffer *out, const struct profile_constant *c)
{
    buffer_append_text(out, "hexadecimal digits, two a byte: ");
    if (c->least == c->most)
        buffer_printf(out, "%u bytes, or none", c->most);
    else
        buffer_printf(out, "%u to %u bytes", c->least, c->most);
}

void profile_expects(const struct profile_constant *c, struct buffer *out)
{
    switch (c->type) {
    case CONSTANT_NUMBER:
        buffer_printf(out, "a number from %u to %u", c->least, c->most);
        break;
    case CONSTANT_YES_NO:
        buffer_append_text(out, "yes or no");
        break;
    case CONSTANT_HEX:
        expect_hex(out, c);
        break;
    case CONSTANT_TEXT:
        buffer_printf(out, "1 to %u bytes of text", PROFILE_TEXT_MAX - 1);
        break;
    case CONSTANT_NAMES:
        buffer_append_text(out, "one or more of ");
        list_choices(out, c, " and ");
        buffer_append_text(out, ", each once, a space between");
        break;
    case CONSTANT_CHOICE:
        list_choices(out, c, " or ");
        break;
    }
}

enum status profile_set(struct wire_profile *p, const char *name, const char *value)
{
    const struct profile_constant *c = profile_constant_find(name);
    if (!c)
        return E_MISSING;
    if (!setters[c->type](p, c, value))
        return E_INPUT;
    char is[2 * PROFILE_TEXT_MAX], must_be[2 * PROFILE_TEXT_MAX];
    struct wire_profile standard;
    if (!c->is_fixed)
        return OK;
    profile_defaults(&standard);
    profile_get(p, c, is, sizeof(is));
    profile_get(&standard, c, must_be, sizeof(must_be));
    return strcmp(is, must_be) == 0 ? OK : E_INPUT;
}

bool profile_equal(const struct wire_profile *a, const struct wire_profile *b)
{
    char of_a[2 * PROFILE_TEXT_MAX], of_b[2 * PROFILE_TEXT_MAX];
    for (size_t i = 0; i < COUNT_OF(constants); i++) {
        profile_get(a, &constants[i], of_a, sizeof(of_a));
        profile_get(b, &constants[i], of_b, sizeof(of_b));
        if (strcmp(of_a, of_b) != 0)
            return false;
    }
    return true;
}

void profile_defaults(struct wire_profile *out)
{
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        setters[constants[i].type](out, &constants[i], constants[i].otherwise);
}

/* ---- back to text */

static void get_hex(const struct profile_bytes *b, char *out, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    for (size_t i = 0; i < b->len && n + 2 < size; i++) {
        out[n++] = digits[b->data[i] >> 4];
        out[n++] = digits[b->data[i] & 15];
    }
    out[n] = '\0';
}

void profile_get(const struct wire_profile *p, const struct profile_constant *c, char *out,
                 size_t size)
{
    const void *from = member_of(p, c);
    size_t choice;
    switch (c->type) {
    case CONSTANT_NUMBER:
        snprintf(out, size, "%lu", (unsigned long)*(const uint32_t *)from);
        break;
    case CONSTANT_YES_NO:
        snprintf(out, size, "%s", *(const bool *)from ? "yes" : "no");
        break;
    case CONSTANT_HEX:
        get_hex(from, out, size);
        break;
    case CONSTANT_TEXT:
    case CONSTANT_NAMES:
        snprintf(out, size, "%s", (const char *)from);
        break;
    default:
        choice = c->at == AT(handshake_form) ? (size_t)p->handshake_form - c->least_index
                                             : *(const bool *)from;
        snprintf(out, size, "%s", choice < 3 && c->choices[choice] ? c->choices[choice] : "?");
        break;
    }
}
