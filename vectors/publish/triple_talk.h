/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vectors/publish/triple_talk.h - first messages of Signal v4, from alice to bob, as a group of
 * triple-ratchet.json whose tests are what bob opens.
 * Depends on: publish/people, harness/cipher.
 */
#ifndef VECTORS_PUBLISH_TRIPLE_TALK_H
#define VECTORS_PUBLISH_TRIPLE_TALK_H

#include "publish/people.h"
#include "cipher/signal/store.h"

#define PQXDH_INFO "WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024"

/* With writer and rules set. */
struct triple_talk {
    struct writer *writer;
    struct rules rules;
    struct random alice_random, bob_random;
    struct person alice_keys, bob_keys;
    uint8_t kem_public[SIGNAL_KEM_WIRE_LEN], kem_private[KEM_DK_MAX];
    struct party_kem_prekey kem;
    struct party *alice, *bob;
};

/* What alice sealed; triple_letter_fini is due. */
struct triple_letter {
    struct buffer body;
    struct bytes plaintext; /* borrowed */
    bool is_honest;         /* the next are known */
    struct sender sender;
    uint8_t spqr_key[SPQR_KEY_LEN];
    struct message_keys keys;
};
void triple_letter_fini(struct triple_letter *letter);

/* A group of fresh parties, and alice's session; triple_talk_end is due. */
void triple_talk_begin(struct triple_talk *t, const char *title, bool has_one_time_prekey);
void triple_talk_end(struct triple_talk *t);

void triple_talk_seal(struct triple_talk *t, const char *words, struct triple_letter *out);
void triple_talk_seal_bytes(struct triple_talk *t, struct bytes plaintext,
                            struct triple_letter *out);
/* Seal |n| messages that never arrive. */
void triple_talk_lose(struct triple_talk *t, unsigned n);
/* A message sealed wrongly by |seal_words|, of a session started wrongly by |start_words|, where
 * these are not NULL; alice's state stays. */
void triple_talk_forge(struct triple_talk *t, const char *start_words, const char *seal_words,
                       struct triple_letter *out);

/* A test: bob opens or refuses |letter|, as |result| says. */
void triple_talk_open(struct triple_talk *t, const struct triple_letter *letter, enum result result,
                      const char *names, const char *comment);

#endif
