/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <recorded>: a recorded conversation. A party of the target gets the recorded keys; the messages
 * become artifacts. */
#include "run/exchange.h"
#include "run/verbs.h"

#include "base/hex.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define IMPORT_PREKEYS_MAX 64u

/* The hex text |key| of |o| as bytes in the arena; an absent one is no bytes. */
static enum status hex_member(struct context *s, const json_t *o, const char *key,
                              struct bytes *out)
{
    const char *text = json_string_value(json_object_get(o, key));
    struct buffer decoded;
    *out = bytes_of(NULL, 0);
    if (!text)
        return OK;
    buffer_init(&decoded, s->cipher->limits.message_max);
    enum status st = hex_decode(text, strlen(text), &decoded);
    if (!st) {
        *out = arena_copy(s->arena, buffer_bytes(&decoded));
        st = out->data ? OK : E_NOMEM;
    }
    buffer_fini(&decoded);
    return st;
}

static enum status prekeys_of(struct context *s, const json_t *list,
                              struct target_import_prekey *out, size_t *out_count)
{
    size_t i;
    json_t *entry;
    *out_count = json_array_size(list);
    if (*out_count > IMPORT_PREKEYS_MAX)
        return E_LIMIT;
    json_array_foreach(list, i, entry)
    {
        out[i].id = (uint32_t)json_integer_value(json_object_get(entry, "id"));
        enum status st = hex_member(s, entry, "private", &out[i].private_key);
        if (!st)
            st = hex_member(s, entry, "public", &out[i].public_key);
        if (!st)
            st = hex_member(s, entry, "signature", &out[i].signature);
        if (st)
            return st;
    }
    return OK;
}

static enum status import_responder(struct context *s, const json_t *responder,
                                    const struct case_party *party, struct answer *answer)
{
    struct target_import_prekey signed_prekeys[IMPORT_PREKEYS_MAX];
    struct target_import_prekey one_time_prekeys[IMPORT_PREKEYS_MAX];
    struct target_import keys = {.signed_prekeys = signed_prekeys,
                                 .one_time_prekeys = one_time_prekeys};
    enum status st;
    keys.registration_id =
        (uint32_t)json_integer_value(json_object_get(responder, "registration_id"));
    if ((st = hex_member(s, responder, "identity_private", &keys.identity_private)) ||
        (st = hex_member(s, responder, "identity_public", &keys.identity_public)) ||
        (st = prekeys_of(s, json_object_get(responder, "signed_prekeys"), signed_prekeys,
                         &keys.n_signed_prekeys)) ||
        (st = prekeys_of(s, json_object_get(responder, "one_time_prekeys"), one_time_prekeys,
                         &keys.n_one_time_prekeys)))
        return st;
    const struct target_party_options options = {.keys = &keys};
    return driver_create_party(s->driver, party->name, case_party_address(party), &options,
                               s->arena, answer);
}

/* The plaintext of the message a bad variant was made from. */
static const json_t *named_entry(const json_t *list, const char *name)
{
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry)
    {
        const char *entry_name = json_string_value(json_object_get(entry, "name"));
        if (name && entry_name && strcmp(entry_name, name) == 0)
            return entry;
    }
    return NULL;
}

static enum status add_message(struct context *s, uint32_t index, const json_t *entry,
                               const json_t *plaintext_of, struct case_party *from,
                               struct case_party *to)
{
    struct artifact *t = context_add_artifact(s, index, ARTIFACT_MESSAGE, from);
    if (!t)
        return E_LIMIT;
    t->addressee = to;
    t->kind = cipher_kind_from_name(s->cipher, json_string_value(json_object_get(entry, "kind")));
    enum status st = hex_member(s, entry, "body", &t->body);
    return st ? st : hex_member(s, plaintext_of, "plaintext", &t->plaintext);
}

/* In the order in which the case counts them (scenario/vector_file.h): the initiator's, then the
 * bad ones. */
static enum status add_messages(struct context *s, uint32_t index, const json_t *vector,
                                struct case_party *from, struct case_party *to)
{
    const json_t *messages = json_object_get(vector, "messages");
    size_t i;
    json_t *entry;
    enum status st = OK;
    json_array_foreach(messages, i, entry)
    {
        const char *author = json_string_value(json_object_get(entry, "from"));
        bool is_initiators = author && strcmp(author, "initiator") == 0;
        if (!st && is_initiators)
            st = add_message(s, index++, entry, entry, from, to);
    }
    json_array_foreach(json_object_get(vector, "bad"), i, entry)
    {
        const char *of = json_string_value(json_object_get(entry, "of"));
        const json_t *good = named_entry(messages, of);
        if (!st)
            st = add_message(s, index++, entry, good, from, to);
    }
    return st;
}

static enum status load_vector(struct context *s, const char *name, json_t **out)
{
    json_error_t error;
    const char *path = arena_printf(s->arena, "%s/%s", s->vector_dir, name);
    *out = path ? json_load_file(path, JSON_REJECT_DUPLICATES, &error) : NULL;
    return *out ? OK : E_MISSING;
}

enum status verb_recorded(struct context *s, const struct op *op, struct step_result *out)
{
    json_t *vector = NULL;
    struct answer answer;
    enum status st = load_vector(s, op_text(op, ATTR_VECTOR), &vector);
    if (st)
        return st;
    const json_t *initiator = json_object_get(vector, "initiator");
    const char *address =
        arena_text(s->arena, json_string_value(json_object_get(initiator, "name")));
    uint32_t device = (uint32_t)json_integer_value(json_object_get(initiator, "device"));
    uint32_t party = op_index(op, ATTR_PARTY);
    struct case_party *to = context_add_party(s, party, NULL, 1, true);
    struct case_party *from = context_add_party(s, party + 1, address, device ? device : 1, false);
    st = to && from ? import_responder(s, json_object_get(vector, "responder"), to, &answer)
                    : E_LIMIT;
    if (!st) {
        step_takes(out, &answer);
        st = add_messages(s, op_index(op, ATTR_AS), vector, from, to);
    }
    json_decref(vector);
    return st;
}
