/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/insider.h - where the harness speaks the target's cipher: the harness as one end of
 * the conversation, which then knows every key of it.
 * Depends on: cipher, experiments/experiment.
 *
 * Only games that need it include this; all others know nothing of the cipher. An insider plays
 * "alice" (device 1) with a party of its own against B, who is the target's, or holds B's private
 * keys because it made them ("import-keys"). So it can do what an adversary with the same keys
 * could.
 */
#ifndef ASSAY_EXPERIMENTS_INSIDER_H
#define ASSAY_EXPERIMENTS_INSIDER_H

#include "cipher/cipher.h"
#include "experiments/experiment.h"

struct insider {
    struct experiment *experiment;
    const struct cipher *cipher;
    struct cipher_party *party;      /* the harness's own, as "alice" */
    struct experiment_party *alice;  /* the sender in messages; not a party of the target's */
    struct experiment_party *victim; /* the target's B */
    struct cipher_keys keys;         /* of the victim when they were imported; in the arena of the
                                        experiment, which wipes them */
};

/* The target's cipher, when an insider speaks it; else NULL. */
const struct cipher *insider_cipher(const struct experiment *e);

/* The same; where there is none, the experiment becomes void because "only where assay speaks the
 * protocol itself" it |does|. */
const struct cipher *insider_needed(struct experiment *e, const char *does);

/*
 * Begin, where insider_cipher is not NULL: the harness's party, and B at the target; with
 * |knows_keys| B is made anew with keys of the harness's (capability "import-keys", else
 * experiment_unable). Trouble makes the experiment void. End with insider_end in any case.
 */
void insider_begin(struct experiment *e, bool knows_keys, struct insider *out);
void insider_end(struct insider *in);
/* The insider starts from B's bundle, changed by the mutation named |mutation| (NULL: honestly);
 * nothing is delivered. */
void insider_start(struct insider *in, const char *mutation);
/* The same, honestly, and one round trip. */
void insider_establish(struct insider *in);

/* The insider seals, changed by the mutation named |mutation| (NULL: honestly); |out_keys| (may be
 * NULL) gets what only the sender knows, the caller's sealed_free; NULL when the experiment is
 * void. The message is from alice to the victim, for experiment_offer. */
struct message *insider_seal(struct insider *in, const char *mutation,
                             struct cipher_sealed **out_keys);
/*
 * A first message in |as|'s name (a party of the target's, whose public key its bundle says), made
 * from the victim's private keys alone; for an insider that knows keys. NULL when the experiment is
 * void.
 */
struct message *insider_impersonate(struct insider *in, struct experiment_party *as,
                                    struct bytes plaintext);

/* The secret that a sender key's distribution message gives away; empty where no insider speaks the
 * protocol. */
struct bytes insider_distributed_secret(const struct experiment *e, struct bytes distribution);

/* The victim opens |m|, which the insider sealed: exactly, or the experiment becomes void. */
void insider_deliver(struct insider *in, const struct message *m);
/* The victim seals, and the insider opens: exactly, or the experiment becomes void. */
struct message *insider_receive(struct insider *in);

#endif
