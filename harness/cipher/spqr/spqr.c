/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/spqr/spqr.h"

#include "wire/pb.h"

#include <string.h>

/* At most ten bytes; what is above 64 bits is dropped. The rest is what comes after it. */
static enum status read_varint(struct bytes *rest, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < rest->len && i < 10; i++) {
        *value |= (uint64_t)(rest->data[i] & 0x7f) << 7 * i;
        if (rest->data[i] & 0x80)
            continue;
        *rest = bytes_slice(*rest, i + 1, rest->len);
        return OK;
    }
    return E_PARSE;
}

void spqr_write_field(const struct spqr_field *field, struct buffer *out)
{
    buffer_append_byte(out, SPQR_VERSION);
    pb_put_raw_varint(out, field->braid.epoch, 1);
    pb_put_raw_varint(out, field->key_index, 1);
    buffer_append_byte(out, (uint8_t)field->braid.type);
    if (!braid_has_chunk(field->braid.type))
        return;
    pb_put_raw_varint(out, field->braid.index, 1);
    buffer_append(out, bytes_of(field->braid.chunk, ERASURE_CHUNK_LEN));
}

/* A chunk's number and the chunk, at the front of |rest|. */
static enum status read_chunk(enum spqr_deviation deviates, struct bytes *rest,
                              struct braid_message *out)
{
    uint64_t index;
    if (read_varint(rest, &index) || (index > UINT16_MAX && deviates != SPQR_CUTS_CHUNK_INDEX) ||
        (rest->len < ERASURE_CHUNK_LEN && deviates != SPQR_FILLS_SHORT_CHUNK))
        return E_PARSE;
    struct bytes chunk = bytes_slice(*rest, 0, ERASURE_CHUNK_LEN);
    out->index = (uint16_t)index;
    memcpy(out->chunk, chunk.data, chunk.len);
    *rest = bytes_slice(*rest, chunk.len, rest->len);
    return OK;
}

enum status spqr_read_field(enum spqr_deviation deviates, struct bytes in, struct spqr_field *field)
{
    uint64_t epoch, key_index;
    memset(field, 0, sizeof(*field));
    if (in.len == 0 || (in.data[0] != SPQR_VERSION && deviates != SPQR_TAKES_ANY_VERSION))
        return E_PARSE;
    struct bytes rest = bytes_slice(in, 1, in.len);
    if (read_varint(&rest, &epoch) || read_varint(&rest, &key_index) || rest.len == 0)
        return E_PARSE;
    if (epoch == 0 && deviates == SPQR_TAKES_EPOCH_ZERO)
        epoch = 1;
    uint8_t type = rest.data[0];
    if (type >= BRAID_TYPES && deviates == SPQR_TAKES_ANY_TYPE)
        type = BRAID_NONE;
    if (epoch == 0 || (key_index > UINT32_MAX && deviates != SPQR_CUTS_INDEX) ||
        type >= BRAID_TYPES)
        return E_PARSE;
    field->key_index = (uint32_t)key_index;
    field->braid.epoch = epoch;
    field->braid.type = (enum braid_type)type;
    rest = bytes_slice(rest, 1, rest.len);
    if (braid_has_chunk(field->braid.type) && read_chunk(deviates, &rest, &field->braid))
        return E_PARSE;
    return rest.len && deviates == SPQR_REFUSES_REST ? E_PARSE : OK;
}

void spqr_deviate(struct spqr *spqr, enum spqr_deviation deviates)
{
    spqr->braid.deviates = spqr->chain.deviates = deviates;
}

enum status spqr_start(struct spqr *spqr, const uint8_t pq_key[SPQR_KEY_LEN], bool is_initiator,
                       bool has_bound)
{
    enum status st = braid_start(&spqr->braid, pq_key, is_initiator);
    spqr->has_bound = has_bound;
    if (st)
        memset(&spqr->chain, 0, sizeof(spqr->chain));
    return st ? st : spqr_chain_start(&spqr->chain, pq_key, is_initiator);
}

void spqr_fini(struct spqr *spqr)
{
    spqr_chain_fini(&spqr->chain);
    memset(&spqr->braid, 0, sizeof(spqr->braid));
}

enum status spqr_copy(const struct spqr *from, struct spqr *to)
{
    to->braid = from->braid;
    to->has_bound = from->has_bound;
    return spqr_chain_copy(&from->chain, &to->chain);
}

static enum status add_epoch(struct spqr *spqr, const struct braid_secret *secret)
{
    return secret->is_new ? spqr_chain_add_epoch(&spqr->chain, secret->secret) : OK;
}

enum status spqr_send(struct spqr *spqr, struct random *random, struct spqr_field *field,
                      uint8_t key[SPQR_KEY_LEN])
{
    struct braid_secret secret;
    enum status st;
    if ((st = braid_send(&spqr->braid, random, &field->braid, &secret)) ||
        (st = add_epoch(spqr, &secret)))
        return st;
    return spqr_chain_send(&spqr->chain, field->braid.epoch - 1, &field->key_index, key);
}

enum status spqr_receive(struct spqr *spqr, const struct spqr_field *field, bool *has_key,
                         uint8_t key[SPQR_KEY_LEN])
{
    struct braid_secret secret;
    enum status st;
    *has_key = field->key_index != 0 ||
               (field->braid.epoch != 1 && spqr->braid.deviates != SPQR_TAKES_NO_KEY_IN_ANY_EPOCH);
    if ((st = braid_receive(&spqr->braid, &field->braid, &secret)) ||
        (st = add_epoch(spqr, &secret)))
        return st;
    if (!*has_key)
        return OK;
    uint64_t epoch = field->braid.epoch;
    if (spqr->braid.deviates == SPQR_TAKES_EPOCH_TO_COME && epoch > spqr->braid.epoch)
        epoch = spqr->braid.epoch;
    return spqr_chain_receive(&spqr->chain, epoch - 1, field->key_index, spqr->has_bound, key);
}
