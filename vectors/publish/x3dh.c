/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * X3DH as Signal v3 has it: what each side computes from its private and the other's public keys,
 * and which bundles an initiator must refuse.
 */
#include "base/crypto.h"
#include "base/crypto_curve.h"
#include "cipher/signal/handshake.h"
#include "cipher/signal/xeddsa.h"
#include "publish/people.h"

#include <stdio.h>
#include <string.h>

#define KEY SIGNAL_KEY_LEN
#define BUNDLE_MAX 4096u

static const struct flag flags[] = {
    {"Ordinary", "BASIC", "Keys as a key generator makes them."},
    {"NoOneTimePrekey", "FUNCTIONALITY", "Without one-time prekey there are three agreements."},
    {"EdgeScalar", "EDGE_CASE", "A private key is an extreme of what clamping allows."},
    {"SameKey", "EDGE_CASE", "Two of the keys are one."},
    {"HighBit", "NON_CANONICAL",
     "Bit 255 of a public key is set. X25519 ignores it, so the agreement is the same; who asks "
     "for "
     "canonical keys refuses it."},
    {"TorsionKey", "WEAK_KEY",
     "A public key has a component of order 2, which no agreement sees; a careful implementation "
     "refuses it."},
    {"LowOrderKey", "WEAK_KEY",
     "A public key has small order, so that the agreements with it are zero. Current versions of "
     "Signal refuse them, older ones take them."},
    {"ModifiedSignature", "AUTH_BYPASS", "The signature of the signed prekey is not a good one."},
    {"OtherSigned", "AUTH_BYPASS",
     "The signature is good, but of other bytes or by another key than it has to be."},
    {"WrongKeyForm", "MALFORMED", "A public key has not the form 05 || u."},
    {"KeyLength", "MALFORMED",
     "A public key of 32 bytes, or with a byte after its end. Some implementations take one."},
};

static const struct judge judges[] = {
    {"libsignal-protocol-c 2.3.3",
     "ratcheting_session_alice_initialize and _bob_initialize give the same root and chain keys; "
     "curve_decode_point and session_builder_process_pre_key_bundle agree with every bundle that "
     "has a signature"},
    {"OpenSSL 3",
     "X25519 and HKDF give the same agreements and keys; Ed25519 agrees with every bundle"},
};

/* ---- agreements */

/* One agreement: both sides' pairs, of which each sees the other's public halves. */
struct scene {
    struct key_pair identity_a, base, identity_b, signed_prekey, one_time_prekey;
    bool has_one_time_prekey;
};

struct maker {
    struct writer *writer;
    struct random *random;
    struct rules rules;  /* honest, but that keys of small order are taken */
    struct party *party; /* the computing side, whose identity is set for each test */
    const char *role;    /* of the group that is being written */
};

static void make_scene(struct maker *m, bool has_one_time_prekey, struct scene *out)
{
    make_pair(m->random, &out->identity_a);
    make_pair(m->random, &out->base);
    make_pair(m->random, &out->identity_b);
    make_pair(m->random, &out->signed_prekey);
    make_pair(m->random, &out->one_time_prekey);
    out->has_one_time_prekey = has_one_time_prekey;
}

static void begin_group(struct maker *m, const char *role)
{
    m->role = role;
    writer_text(writer_group(m->writer, "X3dhAgreement"), "role", role);
}

static void write_public(json_t *test, const char *name, const struct key_pair *pair)
{
    writer_hex(test, name, bytes_of(pair->public_key, KEY));
}

static void write_private(json_t *test, const char *name, const struct key_pair *pair)
{
    writer_hex(test, name, bytes_of(pair->private_key, 32));
}

static void write_agreement(json_t *test, const char *name, const struct key_pair *own,
                            const struct key_pair *their)
{
    uint8_t secret[32];
    must(keys_agree(own, their->public_key, secret) == OK, name);
    writer_hex(test, name, bytes_of(secret, 32));
}

static void write_secret(json_t *test, const uint8_t root[32], const uint8_t chain[32])
{
    writer_hex(test, "rootKey", bytes_of(root, 32));
    writer_hex(test, "chainKey", bytes_of(chain, 32));
}

static void add_initiator(struct maker *m, enum result result, const char *names,
                          const char *comment, const struct scene *s)
{
    struct their_keys theirs = {.name = BOB.name, .has_one_time_prekey = s->has_one_time_prekey};
    struct session *session;
    enum refusal why;
    memcpy(theirs.identity, s->identity_b.public_key, KEY);
    memcpy(theirs.signed_prekey, s->signed_prekey.public_key, KEY);
    memcpy(theirs.one_time_prekey, s->one_time_prekey.public_key, KEY);
    m->party->identity = s->identity_a;
    must(handshake_initiate(m->party, &m->rules, &mutation_none, &s->base, &theirs, &session,
                            &why) == OK,
         comment);
    json_t *test = writer_test(m->writer, result, names, comment);
    write_private(test, "identityPrivate", &s->identity_a);
    write_private(test, "basePrivate", &s->base);
    write_public(test, "peerIdentityPublic", &s->identity_b);
    write_public(test, "peerSignedPrekeyPublic", &s->signed_prekey);
    if (s->has_one_time_prekey)
        write_public(test, "peerOneTimePrekeyPublic", &s->one_time_prekey);
    write_agreement(test, "dh1", &s->identity_a, &s->signed_prekey);
    write_agreement(test, "dh2", &s->base, &s->identity_b);
    write_agreement(test, "dh3", &s->base, &s->signed_prekey);
    if (s->has_one_time_prekey)
        write_agreement(test, "dh4", &s->base, &s->one_time_prekey);
    write_secret(test, session->sender.root_before, session->chains[0].chain.key);
    session_free(session);
}

static void add_responder(struct maker *m, enum result result, const char *names,
                          const char *comment, const struct scene *s)
{
    struct prekey signed_prekey = {.id = 1, .pair = s->signed_prekey};
    struct prekey one_time = {.id = 1, .pair = s->one_time_prekey};
    struct first_message first = {.name = ALICE.name,
                                  .signed_prekey = &signed_prekey,
                                  .one_time_prekey = s->has_one_time_prekey ? &one_time : NULL};
    struct session *session;
    enum refusal why;
    memcpy(first.base_key, s->base.public_key, KEY);
    memcpy(first.identity, s->identity_a.public_key, KEY);
    m->party->identity = s->identity_b;
    must(handshake_respond(m->party, &m->rules, 0, &first, &session, &why) == OK, comment);
    json_t *test = writer_test(m->writer, result, names, comment);
    write_private(test, "identityPrivate", &s->identity_b);
    write_private(test, "signedPrekeyPrivate", &s->signed_prekey);
    if (s->has_one_time_prekey)
        write_private(test, "oneTimePrekeyPrivate", &s->one_time_prekey);
    write_public(test, "peerIdentityPublic", &s->identity_a);
    write_public(test, "peerBasePublic", &s->base);
    write_agreement(test, "dh1", &s->signed_prekey, &s->identity_a);
    write_agreement(test, "dh2", &s->identity_b, &s->base);
    write_agreement(test, "dh3", &s->signed_prekey, &s->base);
    if (s->has_one_time_prekey)
        write_agreement(test, "dh4", &s->one_time_prekey, &s->base);
    write_secret(test, session->sender.root, session->sender.chain);
    session_free(session);
}

typedef void add_side(struct maker *m, enum result result, const char *names, const char *comment,
                      const struct scene *s);

/* The pair at |i| of a scene, and what it is called; NULL past the last. */
static struct key_pair *pair_at(struct scene *s, size_t i, const char **name)
{
    static const char *const names[] = {"the initiator's identity key", "the base key",
                                        "the responder's identity key", "the signed prekey",
                                        "the one-time prekey"};
    struct key_pair *const pairs[] = {&s->identity_a, &s->base, &s->identity_b, &s->signed_prekey,
                                      &s->one_time_prekey};
    if (i >= COUNT_OF(pairs))
        return NULL;
    *name = names[i];
    return pairs[i];
}

static bool is_initiators(size_t i) { return i < 2; }

static void ordinary(struct maker *m, add_side *add)
{
    struct scene s;
    for (unsigned i = 0; i < 16; i++) {
        make_scene(m, true, &s);
        add(m, RESULT_VALID, "Ordinary", "with a one-time prekey", &s);
    }
    for (unsigned i = 0; i < 8; i++) {
        make_scene(m, false, &s);
        add(m, RESULT_VALID, "Ordinary,NoOneTimePrekey", "without one-time prekey", &s);
    }
}

static void edges(struct maker *m, add_side *add)
{
    const char *name;
    char comment[96];
    struct scene s;
    for (size_t which = 0; pair_at(&s, which, &name); which++) {
        for (size_t i = 0; i < N_EDGE_SCALARS; i++) {
            make_scene(m, true, &s);
            make_edge_pair(i, pair_at(&s, which, &name));
            snprintf(comment, sizeof(comment), "%s has an extreme scalar", name);
            add(m, RESULT_VALID, "EdgeScalar", comment, &s);
        }
    }
}

static void same_keys(struct maker *m, add_side *add)
{
    static const struct {
        size_t to, from;
        const char *comment;
    } rows[] = {{2, 0, "both identities are one: a session with oneself"},
                {3, 2, "the signed prekey is the responder's identity key"},
                {4, 3, "the one-time prekey is the signed prekey"},
                {1, 0, "the base key is the initiator's identity key"}};
    const char *name;
    struct scene s;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        make_scene(m, true, &s);
        *pair_at(&s, rows[i].to, &name) = *pair_at(&s, rows[i].from, &name);
        add(m, RESULT_VALID, "SameKey", rows[i].comment, &s);
    }
}

/* Public keys in other spellings and of small order, as the computing side sees them. */
static void strange_keys(struct maker *m, add_side *add, bool is_initiator)
{
    const char *name;
    char comment[160];
    struct scene s;
    for (size_t which = 0; pair_at(&s, which, &name); which++) {
        if (is_initiators(which) == is_initiator)
            continue;
        make_scene(m, true, &s);
        pair_at(&s, which, &name)->public_key[KEY - 1] |= 128;
        snprintf(comment, sizeof(comment), "bit 255 of %s is set", name);
        add(m, RESULT_ACCEPTABLE, "HighBit", comment, &s);
        make_scene(m, true, &s);
        must(crypto_curve_add_torsion(pair_at(&s, which, &name)->public_key + 1) == OK, "torsion");
        snprintf(comment, sizeof(comment), "%s has a component of order 2", name);
        add(m, RESULT_ACCEPTABLE, "TorsionKey", comment, &s);
        for (size_t i = 0; i < N_LOW_ORDER; i++) {
            make_scene(m, true, &s);
            memcpy(pair_at(&s, which, &name)->public_key + 1, low_order_point(i)->u, 32);
            snprintf(comment, sizeof(comment), "%s is %s", name, low_order_point(i)->explanation);
            add(m, RESULT_ACCEPTABLE, "LowOrderKey", comment, &s);
        }
    }
}

static void agreements(struct maker *m, const char *role, add_side *add, bool is_initiator)
{
    begin_group(m, role);
    ordinary(m, add);
    edges(m, add);
    same_keys(m, add);
    strange_keys(m, add, is_initiator);
}

/* ---- bundles */

static void add_bundle(struct maker *m, enum result result, const char *names, const char *comment,
                       const struct signal_bundle *b)
{
    json_t *test = writer_test(m->writer, result, names, comment);
    writer_number(test, "registrationId", b->registration_id);
    writer_hex(test, "identityPublic", b->identity_key);
    writer_number(test, "signedPrekeyId", b->signed_prekey_id);
    writer_hex(test, "signedPrekeyPublic", b->signed_prekey);
    writer_hex(test, "signature", b->signature);
    if (!b->has_one_time_prekey)
        return;
    writer_number(test, "oneTimePrekeyId", b->one_time_prekey_id);
    writer_hex(test, "oneTimePrekeyPublic", b->one_time_prekey);
}

static void sign(struct maker *m, const struct key_pair *by, struct bytes what, uint8_t *out)
{
    must(xeddsa_sign(by->private_key, what, m->random, out) == OK, "a signature");
}

/* A bundle of |p|, whose views are |p|'s. */
static struct signal_bundle bundle_of(const struct person *p)
{
    struct signal_bundle b = {
        .registration_id = p->registration_id,
        .device = 1,
        .identity_key = bytes_of(p->identity.public_key, KEY),
        .signed_prekey_id = SIGNED_PREKEY_ID,
        .signed_prekey = bytes_of(p->signed_prekey.public_key, KEY),
        .signature = bytes_of(p->signed_record.signature, SIGNAL_SIGNATURE_LEN),
        .has_one_time_prekey = true,
        .one_time_prekey_id = ONE_TIME_PREKEY_ID,
        .one_time_prekey = bytes_of(p->one_time_prekeys[0].public_key, KEY),
    };
    return b;
}

/* Signatures that are good, of something else. */
static void other_signed(struct maker *m, const struct person *p, const struct person *other)
{
    const struct {
        const char *comment;
        const struct key_pair *by;
        struct bytes what;
    } rows[] = {
        {"signed by another identity", &other->identity,
         bytes_of(p->signed_prekey.public_key, KEY)},
        {"signed by the signed prekey", &p->signed_prekey,
         bytes_of(p->signed_prekey.public_key, KEY)},
        {"the signature is of the 32 bytes without 05", &p->identity,
         bytes_of(p->signed_prekey.public_key + 1, 32)},
        {"the signature is of the one-time prekey", &p->identity,
         bytes_of(p->one_time_prekeys[0].public_key, KEY)},
        {"the signature is of the identity key", &p->identity,
         bytes_of(p->identity.public_key, KEY)},
        {"the signature is of no byte", &p->identity, bytes_of(NULL, 0)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct signal_bundle b = bundle_of(p);
        uint8_t signature[SIGNAL_SIGNATURE_LEN];
        sign(m, rows[i].by, rows[i].what, signature);
        b.signature = bytes_of(signature, sizeof(signature));
        add_bundle(m, RESULT_INVALID, "OtherSigned", rows[i].comment, &b);
    }
}

static void bad_signatures(struct maker *m, const struct person *p)
{
    static const size_t lengths[] = {0, 32, 63, 65};
    static const unsigned bits[] = {0, 100, 255, 256, 400, 511};
    struct signal_bundle b = bundle_of(p);
    uint8_t bad[65] = {0};
    char comment[64];
    for (size_t i = 0; i < COUNT_OF(bits); i++) {
        memcpy(bad, p->signed_record.signature, SIGNAL_SIGNATURE_LEN);
        bad[bits[i] / 8] = (uint8_t)(bad[bits[i] / 8] ^ 1u << bits[i] % 8);
        b.signature = bytes_of(bad, SIGNAL_SIGNATURE_LEN);
        snprintf(comment, sizeof(comment), "bit %u of the signature is flipped", bits[i]);
        add_bundle(m, RESULT_INVALID, "ModifiedSignature", comment, &b);
    }
    memcpy(bad, p->signed_record.signature, SIGNAL_SIGNATURE_LEN);
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        b.signature = bytes_of(bad, lengths[i]);
        snprintf(comment, sizeof(comment), "a signature of %zu bytes", lengths[i]);
        add_bundle(m, RESULT_INVALID, "ModifiedSignature", comment, &b);
    }
    memset(bad, 0, sizeof(bad));
    b.signature = bytes_of(bad, SIGNAL_SIGNATURE_LEN);
    add_bundle(m, RESULT_INVALID, "ModifiedSignature", "the signature is zeros", &b);
}

/* A key of another form; where it is the signed prekey, the signature is of that form. */
static void key_forms(struct maker *m, const struct person *p)
{
    static const struct {
        const char *what, *names;
        uint8_t type;
        size_t from, len;
        enum result result;
    } forms[] = {
        {"has type 06", "WrongKeyForm", 6, 0, KEY, RESULT_INVALID},
        {"has type 00", "WrongKeyForm", 0, 0, KEY, RESULT_INVALID},
        {"has no byte", "WrongKeyForm", 5, 0, 0, RESULT_INVALID},
        {"is only its type", "WrongKeyForm", 5, 0, 1, RESULT_INVALID},
        {"lacks its type", "KeyLength", 5, 1, 32, RESULT_ACCEPTABLE},
        {"has a byte after its end", "KeyLength", 5, 0, KEY + 1, RESULT_ACCEPTABLE},
    };
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        for (unsigned which = 0; which < 3; which++) {
            static const char *const names[] = {"the identity key", "the signed prekey",
                                                "the one-time prekey"};
            struct signal_bundle b = bundle_of(p);
            struct bytes *const keys[] = {&b.identity_key, &b.signed_prekey, &b.one_time_prekey};
            uint8_t key[KEY + 1] = {0}, signature[SIGNAL_SIGNATURE_LEN];
            char comment[96];
            memcpy(key, keys[which]->data, KEY);
            key[0] = forms[i].type;
            *keys[which] = bytes_of(key + forms[i].from, forms[i].len);
            if (which == 1) {
                sign(m, &p->identity, b.signed_prekey, signature);
                b.signature = bytes_of(signature, sizeof(signature));
            }
            snprintf(comment, sizeof(comment), "%s %s", names[which], forms[i].what);
            add_bundle(m, forms[i].result, forms[i].names, comment, &b);
        }
    }
}

static void bundles(struct maker *m)
{
    struct person p, other;
    writer_group(m->writer, "X3dhBundle");
    for (unsigned i = 0; i < 2; i++) {
        make_person(m->random, &p);
        make_person(m->random, &other);
        struct signal_bundle b = bundle_of(&p);
        add_bundle(m, RESULT_VALID, "Ordinary", "a good bundle", &b);
        b.has_one_time_prekey = false;
        add_bundle(m, RESULT_VALID, "Ordinary,NoOneTimePrekey", "a good bundle, no one-time prekey",
                   &b);
        bad_signatures(m, &p);
        other_signed(m, &p, &other);
    }
    key_forms(m, &p);
}

static void write(struct writer *w)
{
    struct maker m = {.writer = w, .random = writer_random(w), .rules = *rules_honest()};
    struct person p;
    m.rules.handshake.refuses_low_order = m.rules.ratchet.refuses_low_order = false;
    make_person(m.random, &p);
    m.party = person_party(&p, ALICE, m.random, &m.rules);
    agreements(&m, "initiator", add_initiator, true);
    agreements(&m, "responder", add_responder, false);
    bundles(&m);
    party_free(m.party);
}

const struct family family_x3dh = {
    .name = "x3dh",
    .algorithm = "X3DH",
    .header =
        "X3DH as Signal v3 has it. In X3dhAgreement one side computes dh1 to dh4 and HKDF-SHA256 "
        "(salt 32 zeros, input FF x 32 || dh1 || dh2 || dh3 [|| dh4], info WhisperText, 64 "
        "bytes) = rootKey || chainKey: a valid test is computed so; an acceptable one is "
        "computed so or refused. In X3dhBundle an initiator processes what a server gives out: "
        "the signature is of signedPrekeyPublic, all 33 bytes.",
    .flags = flags,
    .n_flags = COUNT_OF(flags),
    .judges = judges,
    .n_judges = COUNT_OF(judges),
    .write = write,
};
