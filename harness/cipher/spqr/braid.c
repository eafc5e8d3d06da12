/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/spqr/braid.h"

#include "base/buffer.h"
#include "base/crypto.h"

#include <string.h>

#define PROTOCOL "Signal_PQCKA_V1_MLKEM768:"

static const uint8_t zeros[32] = {0};

/* The protocol's name, |label| and the epoch, eight bytes big-endian, appended. */
static void append_label(struct buffer *out, const char *label, const struct braid *braid)
{
    uint64_t epoch = braid->deviates == SPQR_LABELS_FIRST_EPOCH ? 1 : braid->epoch;
    buffer_append_text(out, PROTOCOL);
    buffer_append_text(out, label);
    for (unsigned i = 0; i < 8; i++)
        buffer_append_byte(out, (uint8_t)(epoch >> (56 - 8 * i)));
}

static enum status derive(const struct braid *braid, struct bytes secret, const char *label,
                          uint8_t *out, size_t out_len)
{
    struct buffer info;
    buffer_init(&info, 128);
    append_label(&info, label, braid);
    enum status st = buffer_status(&info);
    if (!st)
        st = crypto_hkdf_sha256(secret, bytes_of(zeros, sizeof(zeros)), buffer_bytes(&info), out,
                                out_len);
    buffer_fini(&info);
    return st;
}

/* The authenticator's step: root and MAC key from the root and |secret|. */
static enum status update(struct braid *braid, const uint8_t secret[32])
{
    uint8_t input[64], keys[64];
    memcpy(input, braid->root, 32);
    memcpy(input + 32, secret, 32);
    enum status st =
        derive(braid, bytes_of(input, sizeof(input)), "Authenticator Update", keys, sizeof(keys));
    if (!st) {
        memcpy(braid->root, keys, 32);
        memcpy(braid->mac_key, keys + 32, 32);
    }
    crypto_wipe(input, sizeof(input));
    crypto_wipe(keys, sizeof(keys));
    return st;
}

static enum status mac_of(const struct braid *braid, const char *label, struct bytes first,
                          struct bytes second, uint8_t mac[BRAID_MAC_LEN])
{
    struct buffer covered;
    buffer_init(&covered, 128 + KEM_CT1_LEN + KEM_CT2_LEN);
    append_label(&covered, label, braid);
    buffer_append(&covered, first);
    buffer_append(&covered, second);
    enum status st = buffer_status(&covered);
    if (!st)
        st = crypto_hmac_sha256(bytes_of(braid->mac_key, 32), buffer_bytes(&covered), mac);
    buffer_fini(&covered);
    return st;
}

static enum status header_mac(const struct braid *braid, uint8_t mac[BRAID_MAC_LEN])
{
    return mac_of(braid, "ekheader", bytes_of(braid->header, KEM_HEADER_LEN), bytes_of(NULL, 0),
                  mac);
}

static enum status ciphertext_mac(const struct braid *braid, uint8_t mac[BRAID_MAC_LEN])
{
    return mac_of(braid, "ciphertext", bytes_of(braid->ct1, KEM_CT1_LEN),
                  bytes_of(braid->ct2, KEM_CT2_LEN), mac);
}

/* The epoch's secret from the KEM's, and the authenticator moved on with it. */
static enum status found_secret(struct braid *braid, const uint8_t kem_secret[KEM_SECRET_LEN],
                                struct braid_secret *secret)
{
    enum status st = derive(braid, bytes_of(kem_secret, KEM_SECRET_LEN), "SCKA Key", secret->secret,
                            sizeof(secret->secret));
    if (!st && braid->deviates != SPQR_AUTHENTICATOR_STAYS)
        st = update(braid, secret->secret);
    secret->is_new = !st;
    return st;
}

static void enter(struct braid *braid, enum braid_state state)
{
    braid->state = state;
    braid->next_chunk = 0;
}

static void collect_anew(struct erasure_collector *collector, size_t piece_len)
{
    memset(collector, 0, sizeof(*collector));
    collector->needed = (unsigned)(piece_len / ERASURE_CHUNK_LEN);
}

static void await_header(struct braid *braid)
{
    enter(braid, BRAID_NO_HEADER_RECEIVED);
    collect_anew(&braid->collector, sizeof(braid->header));
}

/* The next epoch's first state, where the roles are changed. */
static void begin_epoch(struct braid *braid, bool sends_key)
{
    if (sends_key != (braid->deviates == SPQR_ROLES_STAY))
        enter(braid, BRAID_KEYS_UNSAMPLED);
    else
        await_header(braid);
}

enum status braid_start(struct braid *braid, const uint8_t pq_key[32], bool is_initiator)
{
    memset(braid, 0, sizeof(*braid));
    braid->epoch = 1;
    if (is_initiator)
        enter(braid, BRAID_KEYS_UNSAMPLED);
    else
        await_header(braid);
    return update(braid, pq_key);
}

bool braid_has_chunk(enum braid_type type)
{
    return type != BRAID_NONE && type != BRAID_CT1_RECEIVED_ONLY;
}

/* ---- Sending. */

/* Only by SPQR_SENDS_UNREDUCED: the first coefficient becomes 4095; the header's hash follows. */
static enum status spoil_key(struct braid *braid)
{
    uint8_t ek[KEM_VECTOR_LEN + 32];
    if (braid->deviates != SPQR_SENDS_UNREDUCED)
        return OK;
    braid->vector[0] = 0xff;
    braid->vector[1] |= 0x0f;
    memcpy(ek, braid->vector, KEM_VECTOR_LEN);
    memcpy(ek + KEM_VECTOR_LEN, braid->header, 32);
    return crypto_sha3_256(bytes_of(ek, sizeof(ek)), braid->header + 32);
}

static enum status sample_keys(struct braid *braid, struct random *random)
{
    uint8_t seeds[2 * KEM_SEED_LEN], ek[1184];
    enum status st = random_fill(random, seeds, sizeof(seeds));
    if (!st)
        st = kem_keygen(&kem_ml_kem_768, seeds, seeds + KEM_SEED_LEN, ek, braid->dk);
    if (!st)
        st = kem_split_ek(ek, braid->header, braid->vector);
    if (!st)
        st = spoil_key(braid);
    if (!st)
        st = header_mac(braid, braid->header + KEM_HEADER_LEN);
    enter(braid, BRAID_KEYS_SAMPLED);
    collect_anew(&braid->collector, sizeof(braid->ct1));
    crypto_wipe(seeds, sizeof(seeds));
    return st;
}

static enum status sample_ct1(struct braid *braid, struct random *random,
                              struct braid_secret *secret)
{
    uint8_t kem_secret[KEM_SECRET_LEN];
    enum status st = random_fill(random, braid->m, sizeof(braid->m));
    if (!st)
        st = kem_encaps_first(braid->header, braid->m, braid->ct1, kem_secret);
    if (!st)
        st = found_secret(braid, kem_secret, secret);
    enter(braid, BRAID_CT1_SAMPLED);
    collect_anew(&braid->ek_collector, sizeof(braid->vector));
    crypto_wipe(kem_secret, sizeof(kem_secret));
    return st;
}

/* What is sent in each state: a type, and for most a chunk of a piece. */
static struct bytes piece_sent(const struct braid *braid, enum braid_type *type)
{
    switch (braid->state) {
    case BRAID_KEYS_UNSAMPLED:
    case BRAID_KEYS_SAMPLED:
        *type = BRAID_HEADER;
        return bytes_of(braid->header, sizeof(braid->header));
    case BRAID_HEADER_SENT:
        *type = BRAID_EK;
        return bytes_of(braid->vector, sizeof(braid->vector));
    case BRAID_CT1_RECEIVED:
        *type = BRAID_EK_CT1_RECEIVED;
        return bytes_of(braid->vector, sizeof(braid->vector));
    case BRAID_HEADER_RECEIVED:
    case BRAID_CT1_SAMPLED:
    case BRAID_EK_RECEIVED_CT1_SAMPLED:
        *type = BRAID_CT1;
        return bytes_of(braid->ct1, sizeof(braid->ct1));
    case BRAID_CT2_SAMPLED:
        *type = BRAID_CT2;
        return bytes_of(braid->ct2, sizeof(braid->ct2));
    case BRAID_EK_SENT_CT1_RECEIVED:
        *type = BRAID_CT1_RECEIVED_ONLY;
        return bytes_of(NULL, 0);
    case BRAID_NO_HEADER_RECEIVED:
    case BRAID_CT1_ACKNOWLEDGED:
        break;
    }
    *type = BRAID_NONE;
    return bytes_of(NULL, 0);
}

/* At which point the chunk |index| of |needed| is evaluated: at its number. */
static uint16_t point_of(const struct braid *braid, uint16_t index, size_t needed)
{
    if ((braid->deviates == SPQR_SENDS_ONE_FURTHER && index >= needed) ||
        (braid->deviates == SPQR_WRONG_CHUNK_36 && index == ERASURE_NEEDED_MAX))
        return (uint16_t)(index + 1);
    return braid->deviates == SPQR_EIGHT_BIT_POINTS ? index & 0xff : index;
}

static void write_chunk(struct braid *braid, struct bytes piece, struct braid_message *message)
{
    size_t needed = piece.len / ERASURE_CHUNK_LEN;
    uint16_t next = braid->next_chunk++;
    if (braid->deviates == SPQR_SENDS_NO_REDUNDANCY && next >= needed) {
        message->type =
            message->type == BRAID_EK_CT1_RECEIVED ? BRAID_CT1_RECEIVED_ONLY : BRAID_NONE;
        return;
    }
    message->index = braid->deviates == SPQR_SENDS_TWICE ? next / 2 : next;
    erasure_chunk(piece, point_of(braid, message->index, needed), message->chunk);
}

enum status braid_send(struct braid *braid, struct random *random, struct braid_message *message,
                       struct braid_secret *secret)
{
    enum status st = OK;
    memset(message, 0, sizeof(*message));
    secret->is_new = false;
    message->epoch = braid->epoch;
    if (braid->state == BRAID_KEYS_UNSAMPLED)
        st = sample_keys(braid, random);
    else if (braid->state == BRAID_HEADER_RECEIVED)
        st = sample_ct1(braid, random, secret);
    struct bytes piece = piece_sent(braid, &message->type);
    if (!st && braid_has_chunk(message->type))
        write_chunk(braid, piece, message);
    return st;
}

/* ---- Receiving. */

static enum status take_header(struct braid *braid)
{
    uint8_t mac[BRAID_MAC_LEN];
    erasure_piece(&braid->collector, braid->header);
    enum status st = header_mac(braid, mac);
    if (st)
        return st;
    if (braid->deviates != SPQR_SKIPS_HEADER_MAC &&
        !bytes_equal_secret(bytes_of(mac, sizeof(mac)),
                            bytes_of(braid->header + KEM_HEADER_LEN, BRAID_MAC_LEN)))
        return E_PARSE;
    enter(braid, BRAID_HEADER_RECEIVED);
    return OK;
}

/* ek is whole, and the other side has ct1: ct2 can be made, and is worth sending. */
static enum status make_ct2(struct braid *braid)
{
    enum status st = kem_encaps_second(braid->header, braid->vector, braid->m, braid->ct2);
    if (st == E_PARSE &&
        (braid->deviates == SPQR_SKIPS_KEY_HASH || braid->deviates == SPQR_ENDS_WITHOUT_KEY))
        st = OK;
    if (!st)
        st = ciphertext_mac(braid, braid->ct2 + KEM_CT2_LEN);
    enter(braid, BRAID_CT2_SAMPLED);
    return st;
}

/* Refuses a wrong ek at once, though ct2 may have to wait. */
static enum status check_ek(struct braid *braid)
{
    uint8_t ct2[KEM_CT2_LEN];
    erasure_piece(&braid->ek_collector, braid->vector);
    enum status st = kem_encaps_second(braid->header, braid->vector, braid->m, ct2);
    return st == E_PARSE && braid->deviates == SPQR_SKIPS_KEY_HASH ? OK : st;
}

static enum status decapsulate(struct braid *braid, struct braid_secret *secret)
{
    uint8_t ciphertext[KEM_CT1_LEN + KEM_CT2_LEN], kem_secret[KEM_SECRET_LEN], mac[BRAID_MAC_LEN];
    enum status st;
    erasure_piece(&braid->collector, braid->ct2);
    memcpy(ciphertext, braid->ct1, KEM_CT1_LEN);
    memcpy(ciphertext + KEM_CT1_LEN, braid->ct2, KEM_CT2_LEN);
    if ((st = kem_decaps(&kem_ml_kem_768, bytes_of(braid->dk, sizeof(braid->dk)),
                         bytes_of(ciphertext, sizeof(ciphertext)), kem_secret)) ||
        (st = found_secret(braid, kem_secret, secret)) || (st = ciphertext_mac(braid, mac)))
        goto out;
    if (braid->deviates != SPQR_SKIPS_CIPHERTEXT_MAC &&
        !bytes_equal_secret(bytes_of(mac, sizeof(mac)),
                            bytes_of(braid->ct2 + KEM_CT2_LEN, BRAID_MAC_LEN))) {
        st = E_PARSE;
        goto out;
    }
    braid->epoch++;
    crypto_wipe(braid->dk, sizeof(braid->dk));
    begin_epoch(braid, false);
out:
    crypto_wipe(kem_secret, sizeof(kem_secret));
    return st;
}

static bool has_chunk(const struct erasure_collector *collector, uint16_t index)
{
    for (unsigned i = 0; i < collector->n; i++)
        if (collector->index[i] == index)
            return true;
    return false;
}

/* Take the message's chunk; is the piece complete? */
static bool collects(const struct braid *braid, struct erasure_collector *collector,
                     const struct braid_message *message)
{
    uint16_t index = message->index;
    bool is_redundant = index >= collector->needed;
    switch (braid->deviates) {
    case SPQR_IGNORES_REDUNDANCY:
        if (is_redundant)
            return false;
        break;
    case SPQR_RECEIVES_ONE_FURTHER:
        index = (uint16_t)(index + is_redundant);
        break;
    case SPQR_EIGHT_BIT_POINTS:
        index &= 0xff;
        break;
    case SPQR_COUNTS_REPEATED:
        if (has_chunk(collector, index))
            index |= 0x8000; /* as if it were another */
        break;
    case SPQR_KEEPS_FIRST:
        if (has_chunk(collector, index))
            return false;
        break;
    default:
        break;
    }
    return erasure_collect(collector, index, message->chunk);
}

/* The key's sender. */
static enum status key_sender_receives(struct braid *braid, const struct braid_message *message,
                                       struct braid_secret *secret)
{
    bool is_ct1 = message->type == BRAID_CT1;
    bool is_ct2 = message->type == BRAID_CT2 && braid->deviates != SPQR_STAYS_IN_EPOCH;
    if (braid->state == BRAID_CT1_RECEIVED && is_ct1 && braid->deviates == SPQR_REFUSES_LATE_CT1)
        return E_PARSE;
    if (braid->state == BRAID_KEYS_SAMPLED && is_ct1)
        enter(braid, BRAID_HEADER_SENT);
    if (braid->state == BRAID_HEADER_SENT && is_ct1 &&
        collects(braid, &braid->collector, message)) {
        uint16_t next_chunk = braid->next_chunk;
        erasure_piece(&braid->collector, braid->ct1);
        enter(braid, BRAID_CT1_RECEIVED);
        if (braid->deviates != SPQR_EK_BEGINS_AGAIN)
            braid->next_chunk = next_chunk; /* the same piece goes on */
        return OK;
    }
    if (braid->state == BRAID_CT1_RECEIVED && is_ct2) {
        enter(braid, BRAID_EK_SENT_CT1_RECEIVED);
        collect_anew(&braid->collector, sizeof(braid->ct2));
    }
    if (braid->state == BRAID_EK_SENT_CT1_RECEIVED && is_ct2 &&
        collects(braid, &braid->collector, message))
        return decapsulate(braid, secret);
    return OK;
}

/* The ciphertext's sender, while ct1 goes out. */
static enum status ct1_sender_receives(struct braid *braid, const struct braid_message *message)
{
    bool has_ek = message->type == BRAID_EK || message->type == BRAID_EK_CT1_RECEIVED;
    bool is_received =
        (message->type == BRAID_EK_CT1_RECEIVED && braid->deviates != SPQR_IGNORES_TYPE_THREE) ||
        message->type == BRAID_CT1_RECEIVED_ONLY;
    enum status st;
    if (braid->state == BRAID_EK_RECEIVED_CT1_SAMPLED)
        return is_received ? make_ct2(braid) : OK;
    if (!has_ek)
        return OK;
    if (is_received && braid->state == BRAID_CT1_SAMPLED &&
        braid->deviates == SPQR_IGNORES_THREES_CHUNK) {
        braid->state = BRAID_CT1_ACKNOWLEDGED;
        return OK;
    }
    if (collects(braid, &braid->ek_collector, message)) {
        if ((st = check_ek(braid)))
            return st;
        if (braid->state == BRAID_CT1_ACKNOWLEDGED || is_received)
            return make_ct2(braid);
        braid->state = BRAID_EK_RECEIVED_CT1_SAMPLED; /* ct1's chunks go on */
    } else if (is_received && braid->deviates == SPQR_ENDS_WITHOUT_KEY) {
        return make_ct2(braid);
    } else if (is_received) {
        braid->state = BRAID_CT1_ACKNOWLEDGED;
    }
    return OK;
}

enum status braid_receive(struct braid *braid, const struct braid_message *message,
                          struct braid_secret *secret)
{
    secret->is_new = false;
    if (message->epoch < braid->epoch && braid->deviates == SPQR_REFUSES_OLDER_EPOCH)
        return E_MISSING;
    if (message->epoch < braid->epoch && braid->deviates != SPQR_CHUNK_OF_ANY_EPOCH)
        return OK;
    if (message->epoch > braid->epoch) {
        if (braid->state != BRAID_CT2_SAMPLED || message->epoch != braid->epoch + 1)
            return braid->deviates == SPQR_TAKES_EPOCH_TO_COME ? OK : E_MISSING;
        braid->epoch++;
        begin_epoch(braid, true);
        return OK;
    }
    switch (braid->state) {
    case BRAID_KEYS_UNSAMPLED:
    case BRAID_HEADER_RECEIVED:
    case BRAID_CT2_SAMPLED:
        return OK;
    case BRAID_NO_HEADER_RECEIVED:
        return message->type == BRAID_HEADER && collects(braid, &braid->collector, message)
                   ? take_header(braid)
                   : OK;
    case BRAID_CT1_SAMPLED:
    case BRAID_EK_RECEIVED_CT1_SAMPLED:
    case BRAID_CT1_ACKNOWLEDGED:
        return ct1_sender_receives(braid, message);
    case BRAID_KEYS_SAMPLED:
    case BRAID_HEADER_SENT:
    case BRAID_CT1_RECEIVED:
    case BRAID_EK_SENT_CT1_RECEIVED:
        break;
    }
    return key_sender_receives(braid, message, secret);
}

void braid_forget(struct braid *braid)
{
    crypto_wipe(braid->dk, sizeof(braid->dk));
    crypto_wipe(braid->m, sizeof(braid->m));
    crypto_wipe(braid->ct1, sizeof(braid->ct1));
    crypto_wipe(braid->ct2, sizeof(braid->ct2));
}
