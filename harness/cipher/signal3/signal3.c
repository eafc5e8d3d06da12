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
    SIGNAL_MUTATIONS,
};

const struct cipher cipher_signal3 = {
    .name = "signal-v3",
    .bundle_kind = 1,
    .bundle_form = "an assay.signal.v1.PreKeyBundle with identity key, signed prekey and its id",
    .fields = &operations_fields,
    .mutations = &mutations,
    .insider = &signal3_insider,
    .party_new = new_party,
    .load = load,
    SIGNAL_OPERATIONS,
};
