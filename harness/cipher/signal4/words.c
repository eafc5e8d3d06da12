/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that only v4 has. */
#include "cipher/signal/mutation_row.h"
#include "cipher/signal4/signal4.h"

/* clang-format off */
static const struct mutation_row rows[] = {
    CHANGE(START, "no-kem", omits_kem, true, "PQXDH, 3.3",
         "the session is one of X3DH: no KEM secret is mixed in, the keys are derived under its "
         "info, no ciphertext is sent; with version:51 its first messages are those of X3DH"),
    CHANGE(START, "no-kem-secret", omits_kem_secret, true, "PQXDH, 3.3",
         "the KEM's secret is left out of the key derivation"),
    CHANGE(START, "kem-secret-first", kem_secret_comes_first, true, "PQXDH, 3.3",
         "the KEM's secret stands before the agreements in the key derivation"),
    CHANGE(START, "kem-other-key", encapsulates_to_other, true, "PQXDH, 3.3",
         "the KEM's ciphertext is for a key that the receiver does not have"),
    NUMBER(BOTH, "kem-prekey-id", kem_prekey_id, "PQXDH, 3.3",
         "the messages name this KEM prekey instead of the one that was used"),
    CHANGE(BOTH, "omit-kem-prekey-id", omits_kem_prekey_id, true, "PQXDH, 3.3",
         "the messages do not name the KEM prekey that was used"),
    CHANGE(BOTH, "omit-kem-ciphertext", omits_kem_ciphertext, true, "PQXDH, 3.3",
         "the messages do not have the KEM's ciphertext"),
    CHANGE(SEAL, "spqr-stripped", spqr, MUTATION_SPQR_STRIPPED, "Double Ratchet, 8",
         "the message says nothing to SPQR, whose key is in its keys all the same"),
    CHANGE(SEAL, "spqr-absent", spqr, MUTATION_SPQR_ABSENT, "Double Ratchet, 8",
         "the message says nothing to SPQR and is protected by the elliptic keys alone"),
    CHANGE(SEAL, "spqr-no-key", spqr, MUTATION_SPQR_NO_KEY, "Double Ratchet, 8",
         "the message says epoch 1 and index 0, which stands for no key, and is protected by the "
         "elliptic keys alone"),
    CHANGE(SEAL, "spqr-unsalted", spqr, MUTATION_SPQR_UNSALTED, "Double Ratchet, 8",
         "the message's keys are the elliptic ones alone, although it names a key of SPQR's"),
    CHANGE(SEAL, "spqr-receiving", spqr, MUTATION_SPQR_RECEIVING, "Double Ratchet, 8",
         "the key of SPQR's in the message's keys is of the other direction"),
    CHANGE(SEAL, "spqr-earlier-epoch", spqr, MUTATION_SPQR_EARLIER_EPOCH, "Signal, SPQR",
         "the message says the epoch before, and is under the next key of that epoch"),
    BYTE(SEAL, "spqr-version", spqr_version, "Signal, SPQR",
         "this is the version in what the message says to SPQR"),
    NUMBER(SEAL, "spqr-epoch", spqr_epoch, "Signal, SPQR",
         "this is the epoch in what the message says to SPQR"),
    NUMBER(SEAL, "spqr-index", spqr_index, "Signal, SPQR",
         "the message is under this key of SPQR's chain: the true one when it is not too far "
         "ahead, else the next one; the own chain does not move"),
    BYTE(SEAL, "spqr-type", spqr_type, "Signal, SPQR",
         "this is the type in what the message says to SPQR"),
    CHANGE(SEAL, "spqr-repeat-chunk", spqr_repeats_chunk, true, "Signal, SPQR",
         "the message has the chunk of the one before it again"),
    CHANGE(SEAL, "spqr-unreduced-key", spqr_unreduced_key, true, "FIPS 203, 7.2",
         "the key that the message begins to send has a coefficient not below q, and a header and "
         "MAC made for it"),
};
/* clang-format on */

static const struct word_part own = WORD_PART(rows);
const struct word_table signal4_words = {
    "signal-v4", ':', "docs/spec/signal-v4.md", {&signal_rows, &own}};
