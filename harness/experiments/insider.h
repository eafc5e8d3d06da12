/*
 * experiments/insider.h - where the protocol is Signal: the harness as one side of the conversation, who
 * knows every key of it.
 * Depends on: peer, experiments/experiment.
 *
 * Only games that ask for it include this; the opaque path knows nothing of Signal. An insider
 * plays "alice" (device 1) with its own Signal party against B, who is the target's; or holds B's
 * private keys because it made them ("import-keys"). What it knows is what a thief of the same keys
 * would.
 */
#ifndef ASSAY_EXPERIMENTS_INSIDER_H
#define ASSAY_EXPERIMENTS_INSIDER_H

#include "experiments/experiment.h"
#include "cipher/signal3/party.h"

struct insider {
    struct experiment *experiment;
    struct party *party;             /* the harness's own, as "alice" */
    struct experiment_party *alice;  /* an address to be from; no party of the target's */
    struct experiment_party *victim; /* the target's B */
    struct party_keys keys;          /* of the victim when they were imported */
    struct party_prekey signed_prekey, one_time_prekey;
};

/* Is the target's protocol one an insider speaks? */
bool insider_can(const struct experiment *e);

/*
 * Begin: the harness's party, and B at the target; with |knows_keys| B is made anew with keys of
 * the harness's (capability "import-keys", else the world is unable). Spoils the world on trouble.
 * End with insider_end whatever happened.
 */
void insider_begin(struct experiment *e, bool knows_keys, struct insider *out);
void insider_end(struct insider *in);
/* The insider starts from B's bundle, bent by |mutation| (NULL: honestly); nothing is delivered. */
void insider_start(struct insider *in, const struct mutation *mutation);
/* The same, honestly, and one round trip. */
void insider_establish(struct insider *in);

/* The insider seals, bent by |mutation| (NULL: honestly); |out_keys| (may be NULL) gets what only the
 * sender knows, the caller's sealed_fini. The message is from alice to the victim, for experiment_offer. */
struct message *insider_seal(struct insider *in, const struct mutation *mutation,
                             struct sealed *out_keys);
/*
 * A first message in |as|'s name (a party of the target's, whose public key its bundle says), made
 * from the victim's private keys alone; for an insider that knows keys. NULL when the world is
 * spoilt.
 */
struct message *insider_impersonate(struct insider *in, struct experiment_party *as,
                                    struct bytes plaintext);

/* The chain key that a sender key's distribution message gives away; empty where the protocol is
 * not Signal. */
struct bytes insider_chain_key(const struct experiment *e, struct bytes distribution);

/* The victim seals, the insider opens: must be exact, or the world is spoilt. */
struct message *insider_hear(struct insider *in);

#endif
