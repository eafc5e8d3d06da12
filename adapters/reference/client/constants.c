/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/constants.h"

#include "client/codes.h"

#include <stdlib.h>
#include <string.h>

enum type { NUMBER, YES_NO, HEX, TEXT };

#define AT(member) offsetof(struct constants, member)

static const struct {
    const char *name;
    enum type type;
    size_t at;
    const char *otherwise;
    uint32_t least, most; /* numbers */
} table[] = {
    {"frame.header", HEX, AT(frame_header), "", 0, 0},
    {"frame.length-size", NUMBER, AT(frame_length_size), "3", 2, 4},
    {"frame.max", NUMBER, AT(frame_max), "16777215", 1, 16777215},
    {"frame.intro", YES_NO, AT(frame_intro), "no", 0, 0},
    {"noise.allows-ik", YES_NO, AT(noise_allows_ik), "no", 0, 0},
    {"noise.prologue", HEX, AT(noise_prologue), "", 0, 0},
    {"noise.empty-payload", TEXT, AT(noise_empty_payload), "hashed", 0, 0},
    {"noise.max-message", NUMBER, AT(noise_max_message), "65535", 64, 16777215},
    {"handshake.form", TEXT, AT(handshake_form), "noise", 0, 0},
    {"handshake.timeout-ms", NUMBER, AT(handshake_timeout_ms), "3000", 1, 600000},
    {"certificate.policy", TEXT, AT(certificate_policy), "chain", 0, 0},
    {"certificate.root", HEX, AT(certificate_root), "", 0, 0},
    {"stanza.user-domain", TEXT, AT(user_domain), "interop.example", 0, 0},
    {"stanza.server", TEXT, AT(server), "gatekeeper.example", 0, 0},
    {"stanza.namespace-ping", TEXT, AT(namespace_ping), "urn:xmpp:ping", 0, 0},
    {"stanza.namespace-prekeys", TEXT, AT(namespace_prekeys), "encrypt", 0, 0},
    {"stanza.namespace-stream", TEXT, AT(namespace_stream), "http://etherx.jabber.org/streams", 0,
     0},
    {"stanza.max-depth", NUMBER, AT(max_depth), "32", 1, 1024},
    {"stanza.max-attributes", NUMBER, AT(max_attributes), "64", 1, 4096},
    {"stanza.max-bytes", NUMBER, AT(max_bytes), "4194304", 64, 16777215},
    {"padding.min", NUMBER, AT(padding_min), "1", 1, 255},
    {"padding.max", NUMBER, AT(padding_max), "16", 1, 255},
    {"prekey.id-size", NUMBER, AT(prekey_id_size), "3", 1, 4},
    {"prekey.registration-size", NUMBER, AT(prekey_registration_size), "4", 1, 4},
    {"prekey.upload-count", NUMBER, AT(prekey_upload_count), "10", 1, 2000},
    {"prekey.refill-below", NUMBER, AT(prekey_refill_below), "5", 0, 2000},
    {"retry.keys-from", NUMBER, AT(retry_keys_from), "2", 1, 20},
    {"retry.give-up", NUMBER, AT(retry_give_up), "5", 1, 20},
    {"reconnect.first-ms", NUMBER, AT(reconnect_first_ms), "50", 1, 600000},
    {"reconnect.most-ms", NUMBER, AT(reconnect_most_ms), "1600", 1, 600000},
    {"token.algorithms", TEXT, AT(token_algorithms), "EdDSA ES256", 0, 0},
    {"token.max-lifetime", NUMBER, AT(token_max_lifetime), "3600", 1, 86400},
    {"token.binds-static", YES_NO, AT(token_binds_static), "yes", 0, 0},
};

static bool set_number(uint32_t *to, const char *value, uint32_t least, uint32_t most)
{
    char *end = NULL;
    unsigned long long n = strtoull(value, &end, 0);
    *to = (uint32_t)n;
    return value[0] >= '0' && value[0] <= '9' && *end == '\0' && n >= least && n <= most;
}

static bool set_yes_no(bool *to, const char *value)
{
    *to = strcmp(value, "yes") == 0;
    return *to || strcmp(value, "no") == 0;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool set_hex(struct constant_bytes *to, const char *value)
{
    size_t len = strlen(value);
    to->len = 0;
    if (len % 2 || len / 2 > sizeof(to->data))
        return false;
    for (size_t i = 0; i < len; i += 2) {
        int high = digit(value[i]), low = digit(value[i + 1]);
        if (high < 0 || low < 0)
            return false;
        to->data[to->len++] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool set_text(char *to, const char *value)
{
    size_t len = strlen(value);
    if (len >= CONSTANT_TEXT_MAX)
        return false;
    memcpy(to, value, len + 1);
    return true;
}

static bool set_at(struct constants *c, size_t i, const char *value)
{
    void *to = (char *)c + table[i].at;
    switch (table[i].type) {
    case NUMBER:
        return set_number(to, value, table[i].least, table[i].most);
    case YES_NO:
        return set_yes_no(to, value);
    case HEX:
        return set_hex(to, value);
    default:
        return set_text(to, value);
    }
}

void constants_default(struct constants *out)
{
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        (void)set_at(out, i, table[i].otherwise);
}

int constants_set(struct constants *c, const char *name, const char *value)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (strcmp(table[i].name, name) == 0)
            return set_at(c, i, value) ? 0 : CLIENT_E_CONSTANT;
    return 0;
}

int constants_take(struct constants *out, Assay__Target__V1__Constant *const *list, size_t n)
{
    int result = 0;
    constants_default(out);
    for (size_t i = 0; !result && i < n; i++)
        result = constants_set(out, list[i]->name, list[i]->value);
    if (!result && out->padding_min > out->padding_max)
        result = CLIENT_E_CONSTANT;
    return result;
}
