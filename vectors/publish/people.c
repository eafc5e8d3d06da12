/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/people.h"

#include "cipher/signal/xeddsa.h"

#include <stdio.h>
#include <string.h>

#define REGISTRATION_IDS 16380u

const struct address ALICE = {"alice", 1}, BOB = {"bob", 1};

void make_pair(struct random *random, struct key_pair *out)
{
    must(keys_generate(random, out) == OK, "a key pair");
}

void make_edge_pair(size_t i, struct key_pair *out)
{
    static const struct {
        uint8_t first, middle, last;
    } scalars[N_EDGE_SCALARS] = {{0, 0, 64},         {8, 0, 64},        {248, 255, 127},
                                 {240, 255, 127},    {248, 0, 64},      {0, 255, 127},
                                 {0x50, 0x55, 0x55}, {0xa8, 0xaa, 0x6a}};
    uint8_t scalar[32];
    memset(scalar, scalars[i].middle, 32);
    scalar[0] = scalars[i].first;
    scalar[31] = scalars[i].last;
    must(keys_from_private(scalar, out) == OK, "a key pair");
}

static void record_of(const struct key_pair *pair, uint32_t id, struct party_prekey *out)
{
    out->id = id;
    memcpy(out->private_key, pair->private_key, 32);
    memcpy(out->public_key, pair->public_key, SIGNAL_KEY_LEN);
}

/* Sign the signed prekey, and bring the records and |keys| to what the pairs are. */
static void settle(struct person *p, struct random *random)
{
    record_of(&p->signed_prekey, SIGNED_PREKEY_ID, &p->signed_record);
    must(xeddsa_sign(p->identity.private_key, bytes_of(p->signed_prekey.public_key, SIGNAL_KEY_LEN),
                     random, p->signed_record.signature) == OK,
         "a signature");
    for (uint32_t i = 0; i < N_ONE_TIME_PREKEYS; i++)
        record_of(&p->one_time_prekeys[i], ONE_TIME_PREKEY_ID + i, &p->one_time_records[i]);
    memcpy(p->keys.identity_private, p->identity.private_key, 32);
    memcpy(p->keys.identity_public, p->identity.public_key, SIGNAL_KEY_LEN);
    p->keys.registration_id = p->registration_id;
    p->keys.signed_prekeys = &p->signed_record;
    p->keys.n_signed_prekeys = 1;
    p->keys.one_time_prekeys = p->one_time_records;
    p->keys.n_one_time_prekeys = N_ONE_TIME_PREKEYS;
}

void make_person(struct random *random, struct person *out)
{
    memset(out, 0, sizeof(*out));
    make_pair(random, &out->identity);
    make_pair(random, &out->signed_prekey);
    for (size_t i = 0; i < N_ONE_TIME_PREKEYS; i++)
        make_pair(random, &out->one_time_prekeys[i]);
    must(random_below(random, REGISTRATION_IDS, &out->registration_id) == OK, "a number");
    out->registration_id++;
    settle(out, random);
}

struct party *person_party(const struct person *p, struct address self, struct random *random,
                           const struct rules *rules)
{
    struct party *party;
    struct party_options options = {self, random, rules, &p->keys};
    must(party_new(&options, &party) == OK, "a party");
    return party;
}

void write_pair(json_t *object, const char *prefix, const struct key_pair *pair)
{
    char name[64];
    snprintf(name, sizeof(name), "%sPrivate", prefix);
    writer_hex(object, name, bytes_of(pair->private_key, 32));
    snprintf(name, sizeof(name), "%sPublic", prefix);
    writer_hex(object, name, bytes_of(pair->public_key, SIGNAL_KEY_LEN));
}
