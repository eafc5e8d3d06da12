/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal3/signal3.h"

static enum status new_party(const struct cipher_party_options *options, struct cipher_party **out)
{
    return operations_party_new(options, rules_honest(), out);
}

static enum status load(struct bytes state, struct random *random, struct cipher_party **out)
{
    return operations_load(state, random, rules_honest(), out);
}

static enum status parse(const char *text, struct arena *arena, const struct cipher_mutation **out)
{
    return operations_mutation_parse(&signal_words, text, arena, out);
}

static const struct cipher_mutations mutations = {
    .words = &signal_words,
    .parse = parse,
    .acts = operations_mutation_acts,
    .listed_in = "suites/README.md",
    .forged = "mac-zero",
    .forged_violates = "D-16",
    .skip = "counter",
};

static const struct cipher_kind kinds[] = {
    {SIGNAL_KIND_PREKEY, "prekey", CIPHER_FIRST_MESSAGE},
    {SIGNAL_KIND_MESSAGE, "message", CIPHER_MESSAGE},
    {SIGNAL_KIND_SENDER_KEY, "sender-key", CIPHER_GROUP_MESSAGE},
    {SIGNAL_KIND_DISTRIBUTION, "distribution", CIPHER_DISTRIBUTION},
};

const struct cipher cipher_signal3 = {
    .name = "signal-v3",
    .bundle_kind = 1,
    .bundle_form = "an assay.signal.v1.PreKeyBundle with identity key, signed prekey and its id",
    .kinds = kinds,
    .n_kinds = sizeof(kinds) / sizeof(kinds[0]),
    .limits = {.plaintext_max = PARTY_PLAINTEXT_MAX,
               .message_max = PARTY_MESSAGE_MAX,
               .bundle_max = SIGNAL_BUNDLE_MAX,
               .fingerprint_digits = SIGNAL_FINGERPRINT_DIGITS},
    .fields = &operations_fields,
    .mutations = &mutations,
    .groups = &operations_groups,
    .insider = &signal3_insider,
    .party_new = new_party,
    .load = load,
    SIGNAL_OPERATIONS,
};
