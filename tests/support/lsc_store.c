/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/lsc_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NULL when absent. */
static const struct lsc_entry *get(const struct lsc *l, const char *key)
{
    for (size_t i = 0; i < l->n_entries; i++)
        if (strcmp(l->entries[i].key, key) == 0)
            return &l->entries[i];
    return NULL;
}

static void drop(struct lsc *l, const char *key)
{
    for (size_t i = 0; i < l->n_entries; i++) {
        if (strcmp(l->entries[i].key, key) != 0)
            continue;
        free(l->entries[i].data);
        l->entries[i] = l->entries[--l->n_entries];
        return;
    }
}

int lsc_put(struct lsc *l, const char *key, const uint8_t *data, size_t len)
{
    struct lsc_entry *entries;
    uint8_t *copy = malloc(len ? len : 1);

    if (!copy)
        return SG_ERR_NOMEM;
    memcpy(copy, data, len);
    drop(l, key);
    entries = realloc(l->entries, (l->n_entries + 1) * sizeof(*entries));
    if (!entries) {
        free(copy);
        return SG_ERR_NOMEM;
    }
    l->entries = entries;
    entries += l->n_entries++;
    snprintf(entries->key, sizeof(entries->key), "%s", key);
    entries->data = copy;
    entries->len = len;
    return 0;
}

/* 1 found, 0 missing: what session and sender-key loaders answer. */
static int load(struct lsc *l, const char *key, signal_buffer **out)
{
    const struct lsc_entry *e = get(l, key);

    if (!e)
        return 0;
    *out = signal_buffer_create(e->data, e->len);
    return *out ? 1 : SG_ERR_NOMEM;
}

static void session_key(char *out, const signal_protocol_address *a)
{
    snprintf(out, LSC_KEY_MAX, "session %d %.*s", (int)a->device_id, (int)a->name_len, a->name);
}

static void identity_key(char *out, const signal_protocol_address *a)
{
    snprintf(out, LSC_KEY_MAX, "identity %d %.*s", (int)a->device_id, (int)a->name_len, a->name);
}

static int load_session(signal_buffer **record, signal_buffer **user_record,
                        const signal_protocol_address *address, void *user_data)
{
    char key[LSC_KEY_MAX];

    (void)user_record;
    session_key(key, address);
    return load(user_data, key, record);
}

static int store_session(const signal_protocol_address *address, uint8_t *record, size_t record_len,
                         uint8_t *user_record, size_t user_record_len, void *user_data)
{
    char key[LSC_KEY_MAX];

    (void)user_record;
    (void)user_record_len;
    session_key(key, address);
    return lsc_put(user_data, key, record, record_len);
}

static int contains_session(const signal_protocol_address *address, void *user_data)
{
    char key[LSC_KEY_MAX];

    session_key(key, address);
    return get(user_data, key) != NULL;
}

static int delete_session(const signal_protocol_address *address, void *user_data)
{
    char key[LSC_KEY_MAX];

    session_key(key, address);
    drop(user_data, key);
    return 1;
}

static int no_sub_devices(signal_int_list **sessions, const char *name, size_t name_len,
                          void *user_data)
{
    (void)name;
    (void)name_len;
    (void)user_data;
    *sessions = NULL;
    return SG_ERR_UNKNOWN;
}

static int no_delete_all(const char *name, size_t name_len, void *user_data)
{
    (void)name;
    (void)name_len;
    (void)user_data;
    return SG_ERR_UNKNOWN;
}

static int load_prekey(signal_buffer **record, uint32_t id, void *user_data)
{
    char key[LSC_KEY_MAX];

    snprintf(key, sizeof(key), "prekey %u", (unsigned)id);
    return load(user_data, key, record) == 1 ? SG_SUCCESS : SG_ERR_INVALID_KEY_ID;
}

static int store_prekey(uint32_t id, uint8_t *record, size_t len, void *user_data)
{
    char key[LSC_KEY_MAX];

    snprintf(key, sizeof(key), "prekey %u", (unsigned)id);
    return lsc_put(user_data, key, record, len);
}

static int contains_prekey(uint32_t id, void *user_data)
{
    char key[LSC_KEY_MAX];

    snprintf(key, sizeof(key), "prekey %u", (unsigned)id);
    return get(user_data, key) != NULL;
}

static int remove_prekey(uint32_t id, void *user_data)
{
    char key[LSC_KEY_MAX];

    snprintf(key, sizeof(key), "prekey %u", (unsigned)id);
    drop(user_data, key);
    return 0;
}

static int load_signed(signal_buffer **record, uint32_t id, void *user_data)
{
    char key[LSC_KEY_MAX];

    snprintf(key, sizeof(key), "signed %u", (unsigned)id);
    return load(user_data, key, record) == 1 ? SG_SUCCESS : SG_ERR_INVALID_KEY_ID;
}

static int store_signed(uint32_t id, uint8_t *record, size_t len, void *user_data)
{
    char key[LSC_KEY_MAX];

    snprintf(key, sizeof(key), "signed %u", (unsigned)id);
    return lsc_put(user_data, key, record, len);
}

static int contains_signed(uint32_t id, void *user_data)
{
    char key[LSC_KEY_MAX];

    snprintf(key, sizeof(key), "signed %u", (unsigned)id);
    return get(user_data, key) != NULL;
}

static int remove_signed(uint32_t id, void *user_data)
{
    char key[LSC_KEY_MAX];

    snprintf(key, sizeof(key), "signed %u", (unsigned)id);
    drop(user_data, key);
    return 0;
}

static int get_identity(signal_buffer **public_data, signal_buffer **private_data, void *user_data)
{
    const struct lsc *l = user_data;

    *public_data = signal_buffer_create(l->identity_public, sizeof(l->identity_public));
    *private_data = signal_buffer_create(l->identity_private, sizeof(l->identity_private));
    return *public_data && *private_data ? 0 : SG_ERR_NOMEM;
}

static int get_registration_id(void *user_data, uint32_t *out)
{
    const struct lsc *l = user_data;

    *out = l->registration_id;
    return 0;
}

static int save_identity(const signal_protocol_address *address, uint8_t *data, size_t len,
                         void *user_data)
{
    char key[LSC_KEY_MAX];

    identity_key(key, address);
    return lsc_put(user_data, key, data, len);
}

static int is_trusted(const signal_protocol_address *address, uint8_t *data, size_t len,
                      void *user_data)
{
    char key[LSC_KEY_MAX];

    identity_key(key, address);
    const struct lsc_entry *e = get(user_data, key);
    return !e || (e->len == len && memcmp(e->data, data, len) == 0);
}

static void group_key(char *out, const signal_protocol_sender_key_name *n)
{
    snprintf(out, LSC_KEY_MAX, "group %.*s %d %.*s", (int)n->group_id_len, n->group_id,
             (int)n->sender.device_id, (int)n->sender.name_len, n->sender.name);
}

static int store_sender_key(const signal_protocol_sender_key_name *name, uint8_t *record,
                            size_t len, uint8_t *user_record, size_t user_len, void *user_data)
{
    char key[LSC_KEY_MAX];

    (void)user_record;
    (void)user_len;
    group_key(key, name);
    return lsc_put(user_data, key, record, len);
}

static int load_sender_key(signal_buffer **record, signal_buffer **user_record,
                           const signal_protocol_sender_key_name *name, void *user_data)
{
    char key[LSC_KEY_MAX];

    (void)user_record;
    group_key(key, name);
    return load(user_data, key, record);
}

static void destroy(void *user_data) { (void)user_data; }

int lsc_set_stores(struct lsc *l)
{
    const signal_protocol_session_store sessions = {
        load_session,   no_sub_devices, store_session, contains_session,
        delete_session, no_delete_all,  destroy,       l};
    const signal_protocol_pre_key_store prekeys = {load_prekey,   store_prekey, contains_prekey,
                                                   remove_prekey, destroy,      l};
    const signal_protocol_signed_pre_key_store signeds = {
        load_signed, store_signed, contains_signed, remove_signed, destroy, l};
    const signal_protocol_identity_key_store identities = {
        get_identity, get_registration_id, save_identity, is_trusted, destroy, l};
    const signal_protocol_sender_key_store groups = {store_sender_key, load_sender_key, destroy, l};
    int result;

    if ((result = signal_protocol_store_context_create(&l->store, l->context)) ||
        (result = signal_protocol_store_context_set_session_store(l->store, &sessions)) ||
        (result = signal_protocol_store_context_set_pre_key_store(l->store, &prekeys)) ||
        (result = signal_protocol_store_context_set_signed_pre_key_store(l->store, &signeds)) ||
        (result = signal_protocol_store_context_set_identity_key_store(l->store, &identities)))
        return result;
    return signal_protocol_store_context_set_sender_key_store(l->store, &groups);
}
