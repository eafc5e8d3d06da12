/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal4/signal4.h"

static enum status new_party(const struct cipher_party_options *options, struct cipher_party **out)
{
    return operations_party_new(options, rules_honest_v4(), out);
}

static enum status load(struct bytes state, struct random *random, struct cipher_party **out)
{
    return operations_load(state, random, rules_honest_v4(), out);
}

static enum status parse(const char *text, struct arena *arena, const struct cipher_mutation **out)
{
    return operations_mutation_parse(&signal4_words, text, arena, out);
}

static const struct cipher_mutations mutations = {
    .words = &signal4_words,
    .parse = parse,
    SIGNAL_MUTATIONS,
};

/* ---- an insider. Nobody takes its keys: the contract has no KEM keys to import. */

static const struct cipher_weak_key weak_keys[] = {
    {.what = "ratchet key", .seal = "ratchet-key:low-order-1"},
    {.what = "base key", .start = "base-key:low-order-1"},
};

static const struct cipher_older_version older_versions[] = {
    {0x34, "version:52"}, {0x33, "version:51"}, {0x00, "version:0"}};

static const struct cipher_downgrade downgrades[] = {
    {"under the elliptic keys alone that says nothing to SPQR", NULL, "spqr-absent", false},
    {"whose word to SPQR is cut out", NULL, "spqr-stripped", false},
    {"under the elliptic keys alone of version 3", NULL, "spqr-absent,version:51", false},
    {"under the elliptic keys alone that says \"no key\" to SPQR", NULL, "spqr-no-key", true},
    {"of X3DH, as of version 3", "no-kem", "version:51", false},
    {"without the KEM's ciphertext and the id of its key", "no-kem-secret",
     "omit-kem-prekey-id,omit-kem-ciphertext", false},
};

static const struct cipher_insider insider = {
    .weak_keys = weak_keys,
    .n_weak_keys = sizeof(weak_keys) / sizeof(weak_keys[0]),
    .older_versions = older_versions,
    .n_older_versions = sizeof(older_versions) / sizeof(older_versions[0]),
    .downgrades = downgrades,
    .n_downgrades = sizeof(downgrades) / sizeof(downgrades[0]),
    .secrets = operations_secrets,
    .distributed_secret = operations_distributed_secret,
    .signature_len = SIGNAL_SIGNATURE_LEN,
    .verifies = operations_verifies,
};

const struct cipher cipher_signal4 = {
    .name = "signal-v4",
    .has_post_quantum = true,
    .kem_prekey_len = SIGNAL_KEM_WIRE_LEN,
    .bundle_kind = 2,
    .bundle_form = "an assay.signal.v1.PreKeyBundle with identity key, signed prekey, KEM prekey "
                   "and their ids",
    .fields = &operations_fields_v4,
    .epoch_field = "signal.pq-epoch",
    .mutations = &mutations,
    .insider = &insider,
    .party_new = new_party,
    .load = load,
    SIGNAL_OPERATIONS,
};
