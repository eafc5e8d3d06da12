/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/handshake.h - X3DH (revision 1) and PQXDH (revision 3): the first secret of a
 * session, for both roles.
 * Depends on: base, wire/signal, cipher/kem, cipher/signal/store.
 *
 *              initiator A                       responder B
 *     DH1      DH(IK_A, SPK_B)                   DH(SPK_B, IK_A)
 *     DH2      DH(EK_A, IK_B)                    DH(IK_B, EK_A)
 *     DH3      DH(EK_A, SPK_B)                   DH(SPK_B, EK_A)
 *     DH4      DH(EK_A, OPK_B)                   DH(OPK_B, EK_A)
 *              with a one-time prekey only
 *
 *     SS       Encaps(PQPK_B) = SS, CT          Decaps(PQPK_B, CT)
 *              with PQXDH only
 *
 *     secret   HKDF(salt 0, FF * 32 || DH1 || DH2 || DH3 [|| DH4] [|| SS], info)
 *              = root key || chain key [|| key of SPQR]
 */
#ifndef ASSAY_CIPHER_SIGNAL_HANDSHAKE_H
#define ASSAY_CIPHER_SIGNAL_HANDSHAKE_H

#include "cipher/signal/store.h"

#define KEM_RAW_LEN (SIGNAL_KEM_WIRE_LEN - 1u) /* of a KEM key or ciphertext without type byte */

/* A bundle's keys, read and in wire form. */
struct their_keys {
    const char *name; /* whose they are said to be; borrowed */
    uint8_t identity[SIGNAL_KEY_LEN];
    uint8_t signed_prekey[SIGNAL_KEY_LEN];
    bool has_one_time_prekey;
    uint8_t one_time_prekey[SIGNAL_KEY_LEN];
    bool has_kem_prekey;
    uint8_t kem_prekey[KEM_RAW_LEN];
};

/* Read a KEM key or ciphertext as the wire has it. False for one of another length or type, by the
 * rules. */
bool handshake_read_kem(const struct rules_kem *rules, struct bytes in, uint8_t out[KEM_RAW_LEN]);

/*
 * A session started with |theirs| by base key |base| (section 3.3). The caller sets number, pending
 * and registration ids, and frees. E_CRYPTO with *why REFUSAL_INVALID_KEY for a zero agreement.
 * E_NOMEM.
 */
MUST_USE enum status handshake_initiate(const struct party *p, const struct rules *rules,
                                        const struct mutation *mutation,
                                        const struct key_pair *base,
                                        const struct their_keys *theirs, struct session **out,
                                        enum refusal *why);

/* What a first message names, read. */
struct first_message {
    const char *name; /* whom it is said to be from; borrowed */
    uint8_t base_key[SIGNAL_KEY_LEN];
    uint8_t identity[SIGNAL_KEY_LEN];
    uint32_t registration_id;
    const struct prekey *signed_prekey;
    const struct prekey *one_time_prekey; /* or NULL */
    const struct kem_prekey *kem_prekey;  /* or NULL: without a KEM */
    struct bytes kem_ciphertext;          /* a type byte first; of any length */
};

/* The session that |first| starts at the responder (section 3.4), derived without |left_out|
 * (rules_derivation bits). */
MUST_USE enum status handshake_respond(const struct party *p, const struct rules *rules,
                                       uint32_t left_out, const struct first_message *first,
                                       struct session **out, enum refusal *why);

#endif
