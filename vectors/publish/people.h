/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vectors/publish/people.h - key pairs and parties of the families about sessions.
 * Depends on: cipher/signal, publish/writer.
 */
#ifndef ASSAY_VECTORS_PUBLISH_PEOPLE_H
#define ASSAY_VECTORS_PUBLISH_PEOPLE_H

#include "cipher/signal/keys.h"
#include "cipher/signal/party.h"
#include "publish/writer.h"

#define SIGNED_PREKEY_ID 7u
#define ONE_TIME_PREKEY_ID 21u
#define N_ONE_TIME_PREKEYS 2u
#define N_EDGE_SCALARS 8u

extern const struct address ALICE, BOB;

/* Everything one party has before it speaks: made by make_person, or changed after it. */
struct person {
    struct key_pair identity, signed_prekey, one_time_prekeys[N_ONE_TIME_PREKEYS];
    uint32_t registration_id;
    struct party_prekey signed_record, one_time_records[N_ONE_TIME_PREKEYS];
    struct party_keys keys; /* views of this object */
};

void make_pair(struct random *random, struct key_pair *out);
/* A pair whose scalar is an extreme of what clamping allows; |i| below N_EDGE_SCALARS. */
void make_edge_pair(size_t i, struct key_pair *out);
void make_person(struct random *random, struct person *out);
/* A party with the keys of |p|, which it does not keep. */
struct party *person_party(const struct person *p, struct address self, struct random *random,
                           const struct rules *rules);

/* Set PREFIXPrivate and PREFIXPublic. */
void write_pair(json_t *object, const char *prefix, const struct key_pair *pair);

#endif
