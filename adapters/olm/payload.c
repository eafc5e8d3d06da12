/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "payload.h"

#include "reasons.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_MAX 16384u
#define PAYLOAD_MAX (2u * 1024u * 1024u)

int payload_write(const struct payload_ends *ends, const uint8_t *plaintext, size_t len,
                  struct served_bytes *out)
{
    struct stash s;
    json_t *head = json_pack("{s:{s:s}, s:s, s:{s:s}, s:s, s:O, s:s}", "keys", "ed25519",
                             ends->from_ed25519, "recipient", ends->to.name, "recipient_keys",
                             "ed25519", ends->to_ed25519, "sender", ends->from.name,
                             "sender_device_keys", ends->from_keys, "type", "m.room.message");
    char *text = head ? json_dumps(head, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    int result = text ? 0 : OLM_E_NOMEM;
    *out = (struct served_bytes){0};
    stash_init(&s, PAYLOAD_MAX);
    if (!result) {
        stash_put_text(&s, text);
        stash_put_raw(&s, plaintext, len);
        result = stash_give(&s, out) ? 0 : OLM_E_NOMEM;
    }
    free(text);
    json_decref(head);
    return result;
}

static bool is_text(const json_t *value, const char *wanted)
{
    const char *text = json_string_value(value);
    return text && strcmp(text, wanted) == 0;
}

static const json_t *ed25519_of(const json_t *head, const char *name)
{
    return json_object_get(json_object_get(head, name), "ed25519");
}

static int check(const json_t *head, struct served_address from, struct served_address self,
                 const char *own_ed25519, struct identity *out)
{
    const json_t *keys = json_object_get(head, "sender_device_keys");
    if (!json_is_object(keys))
        return OLM_E_PAYLOAD;
    if (!is_text(json_object_get(head, "recipient"), self.name) ||
        !is_text(ed25519_of(head, "recipient_keys"), own_ed25519))
        return OLM_E_RECIPIENT;
    if (!is_text(json_object_get(head, "sender"), from.name))
        return OLM_E_SENDER;
    int result = device_read(keys, from, out);
    if (result == OLM_E_OTHER_NAME || (!result && !is_text(ed25519_of(head, "keys"), out->ed25519)))
        return OLM_E_SENDER;
    return result == OLM_E_BUNDLE ? OLM_E_PAYLOAD : result;
}

int payload_read(struct served_bytes payload, struct served_address from,
                 struct served_address self, const char *own_ed25519, struct payload *out)
{
    struct stash_reader in = stash_read(payload.data, payload.len);
    size_t len;
    const uint8_t *text = stash_take(&in, HEAD_MAX, &len);
    json_t *head = text ? json_loadb((const char *)text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
    *out = (struct payload){.plaintext = in.data, .plaintext_len = in.len};
    int result = head ? check(head, from, self, own_ed25519, &out->from) : OLM_E_PAYLOAD;
    if (!result)
        out->from_keys = json_incref(json_object_get(head, "sender_device_keys"));
    json_decref(head);
    return result;
}
