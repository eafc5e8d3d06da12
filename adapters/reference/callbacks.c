/* SPDX-License-Identifier: 0BSD */
/* libsignal-protocol-c's store callbacks, over the party's transactional store. */
#include "party.h"

#include <string.h>

#define FOUND 1
#define MISSING 0

size_t party_address_key(const char *name, size_t name_len, int32_t device, uint8_t *out)
{
    if (name_len > STORE_KEY_MAX - 5)
        return 0;
    memcpy(out, name, name_len);
    out[name_len] = 0;
    for (int i = 0; i < 4; i++)
        out[name_len + 1 + (size_t)i] = (uint8_t)((uint32_t)device >> (24 - 8 * i));
    return name_len + 5;
}

static size_t key_of(const signal_protocol_address *address, uint8_t *out)
{
    return party_address_key(address->name, address->name_len, address->device_id, out);
}

static size_t key_of_id(uint32_t id, uint8_t *out)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(id >> (24 - 8 * i));
    return 4;
}

static int give_copy(const struct record *r, signal_buffer **out)
{
    *out = signal_buffer_create(r->value, r->value_len);
    return *out ? FOUND : SG_ERR_NOMEM;
}

static int status_of(int result) { return result ? SG_ERR_NOMEM : 0; }

/* Records under addresses and groups. */
static int put_named(struct party *p, enum store_kind kind, const uint8_t *key, size_t key_len,
                     const uint8_t *record, size_t record_len)
{
    if (key_len == 0)
        return PARTY_E_NAME;
    return status_of(store_put(&p->store, kind, key, key_len, record, record_len));
}

/* ---- sessions */

static int load_session(signal_buffer **record, signal_buffer **user_record,
                        const signal_protocol_address *address, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[STORE_KEY_MAX];
    const struct record *r = store_get(&p->store, STORE_SESSION, key, key_of(address, key));
    *user_record = NULL;
    return r ? give_copy(r, record) : MISSING;
}

static int store_session(const signal_protocol_address *address, uint8_t *record, size_t record_len,
                         uint8_t *user_record, size_t user_record_len, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[STORE_KEY_MAX];
    (void)user_record;
    (void)user_record_len;
    return put_named(p, STORE_SESSION, key, key_of(address, key), record, record_len);
}

static int contains_session(const signal_protocol_address *address, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[STORE_KEY_MAX];
    return store_get(&p->store, STORE_SESSION, key, key_of(address, key)) ? FOUND : MISSING;
}

static int delete_session(const signal_protocol_address *address, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[STORE_KEY_MAX];
    return store_delete(&p->store, STORE_SESSION, key, key_of(address, key)) ? SG_ERR_NOMEM : FOUND;
}

/* ---- one-time and signed prekeys */

static int load_key(struct party *p, enum store_kind kind, uint32_t id, signal_buffer **record)
{
    uint8_t key[4];
    const struct record *r = store_get(&p->store, kind, key, key_of_id(id, key));
    if (!r)
        return SG_ERR_INVALID_KEY_ID;
    return give_copy(r, record) == FOUND ? 0 : SG_ERR_NOMEM;
}

static int load_prekey(signal_buffer **record, uint32_t id, void *user_data)
{
    return load_key(user_data, STORE_PREKEY, id, record);
}

static int store_prekey(uint32_t id, uint8_t *record, size_t len, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[4];
    return status_of(store_put(&p->store, STORE_PREKEY, key, key_of_id(id, key), record, len));
}

static int contains_prekey(uint32_t id, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[4];
    return store_get(&p->store, STORE_PREKEY, key, key_of_id(id, key)) ? FOUND : MISSING;
}

static int remove_prekey(uint32_t id, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[4];
    return status_of(store_delete(&p->store, STORE_PREKEY, key, key_of_id(id, key)));
}

static int load_signed(signal_buffer **record, uint32_t id, void *user_data)
{
    return load_key(user_data, STORE_SIGNED_PREKEY, id, record);
}

static int store_signed(uint32_t id, uint8_t *record, size_t len, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[4];
    return status_of(
        store_put(&p->store, STORE_SIGNED_PREKEY, key, key_of_id(id, key), record, len));
}

static int contains_signed(uint32_t id, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[4];
    return store_get(&p->store, STORE_SIGNED_PREKEY, key, key_of_id(id, key)) ? FOUND : MISSING;
}

static int remove_signed(uint32_t id, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[4];
    return status_of(store_delete(&p->store, STORE_SIGNED_PREKEY, key, key_of_id(id, key)));
}

/* ---- identities: trust on first use */

static int own_identity(signal_buffer **public_data, signal_buffer **private_data, void *user_data)
{
    struct party *p = user_data;
    const struct record *public_key = store_get(&p->store, STORE_META, "public", 6);
    const struct record *private_key = store_get(&p->store, STORE_META, "private", 7);
    if (!public_key || !private_key)
        return SG_ERR_UNKNOWN;
    if (give_copy(public_key, public_data) != FOUND)
        return SG_ERR_NOMEM;
    if (give_copy(private_key, private_data) == FOUND)
        return 0;
    signal_buffer_free(*public_data);
    *public_data = NULL;
    return SG_ERR_NOMEM;
}

static int own_registration_id(void *user_data, uint32_t *registration_id)
{
    struct party *p = user_data;
    const struct record *r = store_get(&p->store, STORE_META, "registration", 12);
    if (!r || r->value_len != sizeof(*registration_id))
        return SG_ERR_UNKNOWN;
    memcpy(registration_id, r->value, sizeof(*registration_id));
    return 0;
}

static int save_identity(const signal_protocol_address *address, uint8_t *key_data, size_t key_len,
                         void *user_data)
{
    struct party *p = user_data;
    uint8_t key[STORE_KEY_MAX];
    if (!key_data) /* the library asks to delete it */
        return status_of(store_delete(&p->store, STORE_IDENTITY, key, key_of(address, key)));
    return put_named(p, STORE_IDENTITY, key, key_of(address, key), key_data, key_len);
}

static int is_trusted(const signal_protocol_address *address, uint8_t *key_data, size_t key_len,
                      void *user_data)
{
    struct party *p = user_data;
    uint8_t key[STORE_KEY_MAX];
    const struct record *r = store_get(&p->store, STORE_IDENTITY, key, key_of(address, key));
    return !r || (r->value_len == key_len && memcmp(r->value, key_data, key_len) == 0);
}

/* ---- sender keys */

static size_t key_of_sender(const signal_protocol_sender_key_name *name, uint8_t *out)
{
    if (name->group_id_len > STORE_KEY_MAX / 2 || name->sender.name_len > STORE_KEY_MAX / 2 - 6)
        return 0;
    memcpy(out, name->group_id, name->group_id_len);
    out[name->group_id_len] = 0;
    return name->group_id_len + 1 + key_of(&name->sender, out + name->group_id_len + 1);
}

static int store_sender_key(const signal_protocol_sender_key_name *name, uint8_t *record,
                            size_t record_len, uint8_t *user_record, size_t user_record_len,
                            void *user_data)
{
    struct party *p = user_data;
    uint8_t key[STORE_KEY_MAX];
    (void)user_record;
    (void)user_record_len;
    return put_named(p, STORE_SENDER_KEY, key, key_of_sender(name, key), record, record_len);
}

static int load_sender_key(signal_buffer **record, signal_buffer **user_record,
                           const signal_protocol_sender_key_name *name, void *user_data)
{
    struct party *p = user_data;
    uint8_t key[STORE_KEY_MAX];
    const struct record *r = store_get(&p->store, STORE_SENDER_KEY, key, key_of_sender(name, key));
    *user_record = NULL;
    return r ? give_copy(r, record) : MISSING;
}

int party_bind_stores(struct party *p)
{
    const signal_protocol_session_store sessions = {.load_session_func = load_session,
                                                    .store_session_func = store_session,
                                                    .contains_session_func = contains_session,
                                                    .delete_session_func = delete_session,
                                                    .user_data = p};
    const signal_protocol_pre_key_store prekeys = {.load_pre_key = load_prekey,
                                                   .store_pre_key = store_prekey,
                                                   .contains_pre_key = contains_prekey,
                                                   .remove_pre_key = remove_prekey,
                                                   .user_data = p};
    const signal_protocol_signed_pre_key_store signed_prekeys = {
        .load_signed_pre_key = load_signed,
        .store_signed_pre_key = store_signed,
        .contains_signed_pre_key = contains_signed,
        .remove_signed_pre_key = remove_signed,
        .user_data = p};
    const signal_protocol_identity_key_store identities = {.get_identity_key_pair = own_identity,
                                                           .get_local_registration_id =
                                                               own_registration_id,
                                                           .save_identity = save_identity,
                                                           .is_trusted_identity = is_trusted,
                                                           .user_data = p};
    const signal_protocol_sender_key_store sender_keys = {
        .store_sender_key = store_sender_key, .load_sender_key = load_sender_key, .user_data = p};
    int result = signal_protocol_store_context_create(&p->stores, p->context);
    if (!result)
        result = signal_protocol_store_context_set_session_store(p->stores, &sessions);
    if (!result)
        result = signal_protocol_store_context_set_pre_key_store(p->stores, &prekeys);
    if (!result)
        result = signal_protocol_store_context_set_signed_pre_key_store(p->stores, &signed_prekeys);
    if (!result)
        result = signal_protocol_store_context_set_identity_key_store(p->stores, &identities);
    if (!result)
        result = signal_protocol_store_context_set_sender_key_store(p->stores, &sender_keys);
    return result;
}
