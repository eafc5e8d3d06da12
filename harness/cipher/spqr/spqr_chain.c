/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/spqr/spqr_chain.h"

#include "base/crypto.h"

#include <string.h>

#define SKIPPED_MAX ((size_t)(SPQR_KEPT_DISTANCE + 1) * SPQR_SKIPPED_LEN)

static const uint8_t zeros[32] = {0};

static void write_u32(uint8_t out[4], uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t read_u32(const uint8_t in[4])
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

void spqr_epoch_init(struct spqr_epoch *epoch)
{
    memset(epoch, 0, sizeof(*epoch));
    buffer_init(&epoch->sending.skipped, 0);
    buffer_init(&epoch->receiving.skipped, SKIPPED_MAX);
}

/* A root of 32 bytes, then the first chain key of either direction, appended as an epoch. */
static enum status append_epoch(struct spqr_chain *chain, uint64_t number, struct bytes secret,
                                struct bytes salt, const char *info)
{
    uint8_t keys[3 * SPQR_KEY_LEN];
    if (chain->n_epochs == SPQR_EPOCHS_MAX)
        return E_LIMIT;
    enum status st = crypto_hkdf_sha256(secret, salt, bytes_of_text(info), keys, sizeof(keys));
    if (!st) {
        struct spqr_epoch *epoch = &chain->epochs[chain->n_epochs++];
        spqr_epoch_init(epoch);
        epoch->number = number;
        memcpy(chain->root, keys, SPQR_KEY_LEN);
        bool is_a2b = chain->is_a2b != (chain->deviates == SPQR_SWAPS_DIRECTIONS);
        memcpy(epoch->sending.next, keys + (is_a2b ? 32 : 64), SPQR_KEY_LEN);
        memcpy(epoch->receiving.next, keys + (is_a2b ? 64 : 32), SPQR_KEY_LEN);
    }
    crypto_wipe(keys, sizeof(keys));
    return st;
}

enum status spqr_chain_start(struct spqr_chain *chain, const uint8_t pq_key[SPQR_KEY_LEN],
                             bool is_a2b)
{
    memset(chain, 0, sizeof(*chain));
    chain->is_a2b = is_a2b;
    return append_epoch(chain, 0, bytes_of(pq_key, SPQR_KEY_LEN), bytes_of(zeros, sizeof(zeros)),
                        "Signal PQ Ratchet V1 Chain  Start");
}

static void epoch_fini(struct spqr_epoch *epoch)
{
    buffer_fini(&epoch->receiving.skipped);
    crypto_wipe(epoch, sizeof(*epoch));
}

void spqr_chain_fini(struct spqr_chain *chain)
{
    for (unsigned i = 0; i < chain->n_epochs; i++)
        epoch_fini(&chain->epochs[i]);
    crypto_wipe(chain, sizeof(*chain));
}

enum status spqr_chain_copy(const struct spqr_chain *from, struct spqr_chain *to)
{
    enum status st = OK;
    *to = *from;
    for (unsigned i = 0; i < from->n_epochs; i++) {
        struct buffer *skipped = &to->epochs[i].receiving.skipped;
        buffer_init(skipped, SKIPPED_MAX);
        if (!st)
            st = buffer_append(skipped, buffer_bytes(&from->epochs[i].receiving.skipped));
    }
    if (st)
        spqr_chain_fini(to);
    return st;
}

enum status spqr_chain_add_epoch(struct spqr_chain *chain, const uint8_t secret[SPQR_KEY_LEN])
{
    const struct spqr_epoch *before = &chain->epochs[chain->n_epochs - 1];
    uint8_t salt[SPQR_KEY_LEN] = {0};
    if (chain->deviates != SPQR_FORGETS_ROOT)
        memcpy(salt, chain->root, sizeof(salt));
    enum status st =
        append_epoch(chain, before->number + 1, bytes_of(secret, SPQR_KEY_LEN),
                     bytes_of(salt, sizeof(salt)), "Signal PQ Ratchet V1 Chain Add Epoch");
    if (!st && chain->deviates == SPQR_SECRET_WHEN_SENDING)
        memcpy(chain->epochs[chain->n_epochs - 1].receiving.next, before->receiving.next,
               SPQR_KEY_LEN);
    return st;
}

static struct spqr_epoch *find_epoch(struct spqr_chain *chain, uint64_t number)
{
    for (unsigned i = 0; i < chain->n_epochs; i++)
        if (chain->epochs[i].number == number)
            return &chain->epochs[i];
    return NULL;
}

static enum status next_key(struct spqr_direction *direction, uint8_t key[SPQR_KEY_LEN])
{
    static const char label[] = "Signal PQ Ratchet V1 Chain Next";
    uint8_t info[4 + sizeof(label) - 1], keys[2 * SPQR_KEY_LEN];
    write_u32(info, direction->counter + 1);
    memcpy(info + 4, label, sizeof(label) - 1);
    enum status st =
        crypto_hkdf_sha256(bytes_of(direction->next, SPQR_KEY_LEN), bytes_of(zeros, sizeof(zeros)),
                           bytes_of(info, sizeof(info)), keys, sizeof(keys));
    if (st)
        return st;
    direction->counter++;
    memcpy(direction->next, keys, SPQR_KEY_LEN);
    memcpy(key, keys + SPQR_KEY_LEN, SPQR_KEY_LEN);
    crypto_wipe(keys, sizeof(keys));
    return OK;
}

static void erase_before(struct spqr_chain *chain, uint64_t number)
{
    unsigned n = 0;
    while (n < chain->n_epochs && chain->epochs[n].number < number)
        epoch_fini(&chain->epochs[n++]);
    chain->n_epochs -= n;
    memmove(chain->epochs, chain->epochs + n, chain->n_epochs * sizeof(chain->epochs[0]));
}

/* One epoch before the one that is sent in. */
static uint64_t oldest_kept(const struct spqr_chain *chain)
{
    uint64_t kept = 1;
    if (chain->deviates == SPQR_KEEPS_EPOCH_LONGER)
        kept = 2;
    else if (chain->deviates == SPQR_ERASES_EPOCH_AT_ONCE)
        kept = 0;
    return chain->sending_epoch > kept ? chain->sending_epoch - kept : 0;
}

/* So far may the index jump. */
static uint32_t jump_max(const struct spqr_chain *chain, bool has_bound)
{
    if (!has_bound || chain->deviates == SPQR_FOLLOWS_ANY_JUMP)
        return UINT32_MAX;
    return chain->deviates == SPQR_FOLLOWS_SHORT_JUMPS ? 500 : SPQR_JUMP_MAX;
}

enum status spqr_chain_send(struct spqr_chain *chain, uint64_t epoch, uint32_t *index,
                            uint8_t key[SPQR_KEY_LEN])
{
    struct spqr_epoch *found = find_epoch(chain, epoch);
    if (!found || epoch < chain->sending_epoch)
        return E_MISSING;
    enum status st = next_key(&found->sending, key);
    if (st)
        return st;
    *index = found->sending.counter;
    if (epoch > chain->sending_epoch) {
        chain->sending_epoch = epoch;
        erase_before(chain, oldest_kept(chain));
    }
    return OK;
}

static enum status take_skipped(struct spqr_direction *direction, uint32_t index,
                                uint8_t key[SPQR_KEY_LEN])
{
    struct buffer *skipped = &direction->skipped;
    for (size_t at = 0; at < skipped->len; at += SPQR_SKIPPED_LEN) {
        uint8_t *entry = skipped->data + at;
        if (read_u32(entry) != index)
            continue;
        memcpy(key, entry + 4, SPQR_KEY_LEN);
        memmove(entry, entry + SPQR_SKIPPED_LEN, skipped->len - at - SPQR_SKIPPED_LEN);
        skipped->len -= SPQR_SKIPPED_LEN;
        return index + (uint64_t)SPQR_KEPT_DISTANCE >= direction->counter ? OK : E_MISSING;
    }
    return E_MISSING;
}

static enum status keep_skipped(struct spqr_direction *direction, uint32_t newest,
                                const uint8_t key[SPQR_KEY_LEN])
{
    uint8_t entry[SPQR_SKIPPED_LEN];
    if (direction->counter + (uint64_t)SPQR_KEPT_DISTANCE < newest)
        return OK; /* would be too old at once */
    write_u32(entry, direction->counter);
    memcpy(entry + 4, key, SPQR_KEY_LEN);
    return buffer_append(&direction->skipped, bytes_of(entry, sizeof(entry)));
}

static void drop_old(struct spqr_direction *direction, uint32_t newest)
{
    size_t n = 0;
    while (n < direction->skipped.len &&
           read_u32(direction->skipped.data + n) + (uint64_t)SPQR_KEPT_DISTANCE < newest)
        n += SPQR_SKIPPED_LEN;
    buffer_consume(&direction->skipped, n);
}

enum status spqr_chain_receive(struct spqr_chain *chain, uint64_t epoch, uint32_t index,
                               bool has_bound, uint8_t key[SPQR_KEY_LEN])
{
    struct spqr_epoch *found = find_epoch(chain, epoch);
    enum status st;
    if (!found)
        return E_MISSING;
    struct spqr_direction *direction = &found->receiving;
    if (index <= direction->counter)
        return take_skipped(direction, index, key);
    if (index - direction->counter > jump_max(chain, has_bound))
        return E_LIMIT;
    drop_old(direction, index);
    while (direction->counter + 1 < index)
        if ((st = next_key(direction, key)) || (chain->deviates != SPQR_KEEPS_NO_SKIPPED_KEYS &&
                                                (st = keep_skipped(direction, index, key))))
            return st;
    if (!(st = next_key(direction, key)) && chain->deviates == SPQR_ERASES_WHEN_RECEIVED)
        erase_before(chain, epoch);
    return st;
}
