/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/spqr/deviation.h - what a wrong implementation of SPQR does, one at a time.
 * Depends on: nothing.
 *
 * SPQR_HONEST is what docs/spec/signal-v4.md says. The others are decisions that last; the rules of
 * a party (cipher/signal/rules.h) say which of them holds, and when.
 */
#ifndef ASSAY_CIPHER_SPQR_DEVIATION_H
#define ASSAY_CIPHER_SPQR_DEVIATION_H

enum spqr_deviation {
    SPQR_HONEST = 0,
    /* Reading field 5. */
    SPQR_TAKES_ANY_VERSION,
    SPQR_SKIPS_LATER_VERSIONS, /* as if nothing were said: no key, the state stays */
    SPQR_TAKES_EPOCH_ZERO,     /* for epoch 1 */
    SPQR_TAKES_ANY_TYPE,       /* for "nothing" */
    SPQR_CUTS_INDEX,           /* to 32 bits */
    SPQR_CUTS_CHUNK_INDEX,     /* to 16 bits */
    SPQR_FILLS_SHORT_CHUNK,    /* with zeros */
    SPQR_REFUSES_REST,         /* bytes after the end */
    SPQR_TAKES_NO_KEY_IN_ANY_EPOCH,
    /* The chain of symmetric keys. */
    SPQR_SWAPS_DIRECTIONS,     /* of a new epoch */
    SPQR_SECRET_WHEN_SENDING,  /* a new epoch's receiving key is that of the epoch before */
    SPQR_FORGETS_ROOT,         /* a new epoch's salt is zeros */
    SPQR_KEEPS_EPOCH_LONGER,   /* by one */
    SPQR_ERASES_EPOCH_AT_ONCE, /* the one before the sending epoch */
    SPQR_FOLLOWS_ANY_JUMP,     /* of the index */
    SPQR_FOLLOWS_SHORT_JUMPS,  /* up to 500 */
    SPQR_KEEPS_NO_SKIPPED_KEYS,
    /* The agreement. */
    SPQR_SENDS_UNREDUCED, /* a key with a coefficient not below q, under a header made for it */
    SPQR_SKIPS_HEADER_MAC,
    SPQR_SKIPS_CIPHERTEXT_MAC,
    SPQR_SKIPS_KEY_HASH,      /* an ek that is not the header's is taken */
    SPQR_AUTHENTICATOR_STAYS, /* after an epoch its key is what it was */
    SPQR_LABELS_FIRST_EPOCH,  /* derivations say epoch 1 */
    SPQR_CHUNK_OF_ANY_EPOCH,  /* one of an older epoch counts */
    SPQR_REFUSES_OLDER_EPOCH, /* messages of it */
    SPQR_TAKES_EPOCH_TO_COME, /* for the current one */
    SPQR_STAYS_IN_EPOCH,      /* ct2 is not looked at */
    SPQR_ROLES_STAY,          /* in the next epoch */
    SPQR_IGNORES_TYPE_THREE,  /* as an acknowledgement of ct1 */
    SPQR_REFUSES_LATE_CT1,    /* chunks of it that are not needed */
    SPQR_ENDS_WITHOUT_KEY,    /* ct2 is sent before ek is whole */
    /* Chunks. */
    SPQR_COUNTS_REPEATED, /* a chunk that came before as another one */
    SPQR_KEEPS_FIRST,     /* of two chunks with one number */
    SPQR_IGNORES_REDUNDANCY,
    SPQR_SENDS_NO_REDUNDANCY,
    SPQR_SENDS_ONE_FURTHER,    /* redundancy is evaluated one point too far */
    SPQR_RECEIVES_ONE_FURTHER, /* redundancy is taken to be so */
    SPQR_WRONG_CHUNK_36,       /* sent */
    SPQR_EIGHT_BIT_POINTS,     /* chunks are evaluated at their number modulo 256 */
    SPQR_SENDS_TWICE,          /* each chunk */
    SPQR_EK_BEGINS_AGAIN,      /* ek's chunks are sent from 0 again once ct1 is there */
    SPQR_IGNORES_THREES_CHUNK, /* that of ek beside the first "ct1 received" */
    /* Widths and epochs. */
    SPQR_WRITES_SHORT_INDEX,  /* of a key, modulo 128 */
    SPQR_ERASES_WHEN_RECEIVED /* the epoch before, as soon as a key of a newer one was taken */
};

#endif
