/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/talk.h"

#include "cipher/signal/store.h"
#include "cipher/signal/xeddsa.h"

#include <stdio.h>
#include <string.h>

#define BUNDLE_MAX 4096u
#define STATE_MAX ((size_t)64 * 1024 * 1024)
#define DRAWS_MAX 10000u

/* ---- beginning and end */

static json_t *prekey_json(const struct key_pair *pair, uint32_t id)
{
    json_t *value = json_pack("{s:I}", "id", (json_int_t)id);
    writer_hex(value, "private", bytes_of(pair->private_key, 32));
    writer_hex(value, "public", bytes_of(pair->public_key, SIGNAL_KEY_LEN));
    return value;
}

static void begin_speaker(struct talk *t, json_t *group, struct speaker *s, struct address address)
{
    struct random *random = writer_random(t->writer);
    const struct person *p = &s->person;
    json_t *value = json_object(), *one_time = json_array();
    uint8_t seed[32];
    s->address = address;
    make_person(random, &s->person);
    must(random_fill(random, seed, sizeof(seed)) == OK &&
             random_init(&s->random, bytes_of(seed, sizeof(seed)), address.name) == OK,
         "randomness");
    s->first = s->random;
    s->party = person_party(&s->person, address, &s->random, t->rules);
    writer_number(value, "registrationId", p->registration_id);
    write_pair(value, "identity", &p->identity);
    json_t *signed_prekey = prekey_json(&p->signed_prekey, SIGNED_PREKEY_ID);
    writer_hex(signed_prekey, "signature",
               bytes_of(p->signed_record.signature, SIGNAL_SIGNATURE_LEN));
    writer_json(value, "signedPrekey", signed_prekey);
    for (uint32_t i = 0; i < N_ONE_TIME_PREKEYS; i++)
        json_array_append_new(one_time,
                              prekey_json(&p->one_time_prekeys[i], ONE_TIME_PREKEY_ID + i));
    writer_json(value, "oneTimePrekeys", one_time);
    s->draws = json_array();
    writer_json(value, "draws", s->draws);
    writer_json(group, address.name, value);
}

void talk_begin(struct talk *t, struct writer *w, const struct rules *rules, const char *title)
{
    memset(t, 0, sizeof(*t));
    t->writer = w;
    t->rules = rules;
    json_t *group = writer_group(w, "Conversation");
    writer_text(group, "title", title);
    begin_speaker(t, group, &t->alice, ALICE);
    begin_speaker(t, group, &t->bob, BOB);
}

static bool is_at(const struct random *a, const struct random *b)
{
    return a->counter == b->counter && a->block_used == b->block_used;
}

/* All that the party drew were private keys of 32 bytes: write them down, as they are used. */
static void end_speaker(struct speaker *s)
{
    for (unsigned n = 0; !is_at(&s->first, &s->random); n++) {
        struct key_pair pair;
        must(n < DRAWS_MAX, "finding what was drawn");
        make_pair(&s->first, &pair);
        json_t *holder = json_object();
        writer_hex(holder, "key", bytes_of(pair.private_key, 32));
        must(json_array_append(s->draws, json_object_get(holder, "key")) == 0, "a key");
        json_decref(holder);
    }
    party_free(s->party);
}

void talk_end(struct talk *t)
{
    end_speaker(&t->alice);
    end_speaker(&t->bob);
}

struct speaker *talk_other(struct talk *t, const struct speaker *s)
{
    return s == &t->alice ? &t->bob : &t->alice;
}

/* ---- steps */

static json_t *add_step(struct talk *t, const char *act, const struct speaker *by,
                        enum result result, const char *names, const char *comment)
{
    json_t *test = writer_test(t->writer, result, names, comment);
    writer_text(test, "act", act);
    writer_text(test, "by", by->address.name);
    return test;
}

static void encode_bundle(const struct person *p, int which, struct buffer *out)
{
    struct signal_bundle b = {
        .registration_id = p->registration_id,
        .device = 1,
        .identity_key = bytes_of(p->identity.public_key, SIGNAL_KEY_LEN),
        .signed_prekey_id = SIGNED_PREKEY_ID,
        .signed_prekey = bytes_of(p->signed_prekey.public_key, SIGNAL_KEY_LEN),
        .signature = bytes_of(p->signed_record.signature, SIGNAL_SIGNATURE_LEN),
        .has_one_time_prekey = which >= 0,
    };
    if (which >= 0) {
        b.one_time_prekey_id = ONE_TIME_PREKEY_ID + (uint32_t)which;
        b.one_time_prekey = bytes_of(p->one_time_prekeys[which].public_key, SIGNAL_KEY_LEN);
    }
    buffer_init(out, BUNDLE_MAX);
    must(signal_bundle_encode(&b, out) == OK, "a bundle");
}

static const struct mutation *read_words(const char *words, struct mutation *out)
{
    must(mutation_parse(&signal_words, words, out), words);
    return out;
}

static void start(struct talk *t, struct speaker *by, int which, const struct mutation *mutation)
{
    struct speaker *peer = talk_other(t, by);
    struct buffer bundle;
    enum refusal why;
    encode_bundle(&peer->person, which, &bundle);
    must(party_start(by->party, peer->address, buffer_bytes(&bundle), mutation, &why) == OK,
         "starting a session");
    buffer_fini(&bundle);
}

void talk_start(struct talk *t, struct speaker *by, int which)
{
    start(t, by, which, NULL);
    json_t *test = add_step(t, "start", by, RESULT_VALID, "", "a session is started");
    if (which >= 0)
        writer_number(test, "oneTimePrekeyId", ONE_TIME_PREKEY_ID + (json_int_t)which);
}

static const char *kind_text(enum signal_kind kind)
{
    return kind == SIGNAL_KIND_PREKEY ? "prekey" : "message";
}

/* What |s|'s session seals the next message with. */
static const struct sender *sender_of(const struct talk *t, const struct speaker *s)
{
    const struct speaker *peer = s == &t->alice ? &t->bob : &t->alice;
    const struct record *r = store_find(s->party, peer->address);
    must(r && r->current, "finding the session");
    return &r->current->sender;
}

static void seal(struct talk *t, struct speaker *by, struct bytes plaintext,
                 const struct mutation *mutation, struct sealed *out)
{
    enum refusal why;
    sealed_init(out);
    must(party_seal(by->party, talk_other(t, by)->address, plaintext, mutation, out, &why) == OK,
         "sealing");
}

static void keep(struct talk *t, const struct speaker *by, struct bytes plaintext,
                 struct sealed *sealed, struct letter *out)
{
    *out = (struct letter){by, sealed->kind, {0}, plaintext, t->turn};
    buffer_init(&out->body, PARTY_MESSAGE_MAX);
    must(buffer_append(&out->body, buffer_bytes(&sealed->body)) == OK, "memory");
    sealed_fini(sealed);
}

void talk_seal(struct talk *t, struct speaker *by, struct bytes plaintext, unsigned n_lost,
               struct letter *out)
{
    struct sealed sealed;
    for (unsigned i = 0; i < n_lost; i++) {
        seal(t, by, plaintext, NULL, &sealed);
        sealed_fini(&sealed);
    }
    if (t->last != by)
        t->turn++;
    t->last = by;
    const struct sender before = *sender_of(t, by);
    seal(t, by, plaintext, NULL, &sealed);
    json_t *test = add_step(t, "seal", by, RESULT_VALID, "", "sealed");
    if (n_lost)
        writer_number(test, "lost", n_lost);
    writer_text(test, "kind", kind_text(sealed.kind));
    writer_hex(test, "plaintext", plaintext);
    writer_hex(test, "message", buffer_bytes(&sealed.body));
    writer_hex(test, "rootKey", bytes_of(before.root, 32));
    writer_hex(test, "ratchetPrivate", bytes_of(before.key.private_key, 32));
    writer_number(test, "counter", before.counter);
    writer_hex(test, "chainKey", bytes_of(before.chain, 32));
    writer_hex(test, "cipherKey", bytes_of(sealed.cipher_key, 32));
    writer_hex(test, "macKey", bytes_of(sealed.mac_key, 32));
    writer_hex(test, "iv", bytes_of(sealed.iv, 16));
    keep(t, by, plaintext, &sealed, out);
}

/* ---- what is not sealed honestly: the party is put back as it was */

struct kept {
    struct buffer state;
    struct random random;
};

static void keep_party(const struct speaker *s, struct kept *out)
{
    buffer_init(&out->state, STATE_MAX);
    must(party_save(s->party, &out->state) == OK, "saving a party");
    out->random = s->random;
}

static void put_back(const struct talk *t, struct speaker *s, struct kept *kept)
{
    party_free(s->party);
    must(party_load(buffer_bytes(&kept->state), &s->random, t->rules, &s->party) == OK,
         "loading a party");
    s->random = kept->random;
    buffer_fini(&kept->state);
}

void talk_forge(struct talk *t, struct speaker *by, struct bytes plaintext, const char *words,
                struct letter *out)
{
    struct mutation mutation;
    struct sealed sealed;
    struct kept kept;
    keep_party(by, &kept);
    seal(t, by, plaintext, read_words(words, &mutation), &sealed);
    keep(t, by, plaintext, &sealed, out);
    put_back(t, by, &kept);
}

void talk_forge_first(struct talk *t, struct speaker *by, int which, struct bytes plaintext,
                      const char *words, struct letter *out)
{
    struct mutation mutation;
    struct sealed sealed;
    struct kept kept;
    keep_party(by, &kept);
    start(t, by, which, *words ? read_words(words, &mutation) : NULL);
    seal(t, by, plaintext, NULL, &sealed);
    keep(t, by, plaintext, &sealed, out);
    put_back(t, by, &kept);
}

void letter_edit(const struct letter *letter, const char *field, const struct edit *edit,
                 struct letter *out)
{
    enum object object = object_of_kind(letter->kind);
    *out = *letter;
    buffer_init(&out->body, PARTY_MESSAGE_MAX);
    must(field_edit(field_find(field), object, buffer_bytes(&letter->body), edit, &out->body) == OK,
         field);
}

void letter_fini(struct letter *letter) { buffer_fini(&letter->body); }

void talk_open(struct talk *t, const struct letter *letter, enum result result, const char *names,
               const char *comment)
{
    struct speaker *by = talk_other(t, letter->from);
    struct buffer plaintext;
    enum refusal why;
    buffer_init(&plaintext, PARTY_PLAINTEXT_MAX);
    enum status st = party_open(by->party, letter->from->address, letter->kind,
                                buffer_bytes(&letter->body), &plaintext, &why);
    bool is_opened = st == OK && bytes_equal(buffer_bytes(&plaintext), letter->plaintext);
    must(result == RESULT_ACCEPTABLE || is_opened == (result == RESULT_VALID), comment);
    json_t *test = add_step(t, "open", by, result, names, comment);
    writer_text(test, "kind", kind_text(letter->kind));
    writer_hex(test, "message", buffer_bytes(&letter->body));
    if (result != RESULT_INVALID)
        writer_hex(test, "plaintext", letter->plaintext);
    buffer_fini(&plaintext);
}
