/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit/cipher/help.h - parties and messages for the peer's tests.
 * Depends on: base, cipher, cmocka.
 *
 * Functions fail the running test when something goes wrong that the test is not about.
 */
#ifndef ASSAY_TESTS_PEER_HELP_H
#define ASSAY_TESTS_PEER_HELP_H

#include "cipher/signal/party.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

extern const struct address ALICE, BOB, CAROL;

/* A party and its own randomness, which depends on |label| only. */
struct actor {
    struct random random;
    struct party *party;
    struct address address;
};

void actor_init(struct actor *a, struct address self, const char *label, const struct rules *rules,
                const struct party_keys *keys);
void actor_fini(struct actor *a);

/* A full set of private keys: an identity, one signed prekey (7) and three one-time prekeys (21,
 * 22, 23). */
struct key_set {
    struct party_prekey signed_prekey;
    struct party_prekey one_time[3];
    struct party_keys keys;
};
void key_set_init(struct key_set *k, const char *label);

void publish(struct actor *a, bool with_one_time_prekey, struct buffer *out);
/* |from| processes a fresh bundle of |to|. */
void start(struct actor *from, struct actor *to, bool with_one_time_prekey, const char *mutation);
/* Seal |text|; |out| is initialised here, the caller ends it. */
void seal(struct actor *from, struct actor *to, const char *text, const char *mutation,
          struct sealed *out);
/* |to| opens |s| as |from|'s; REFUSAL_NONE when the plaintext is exactly |text|. */
enum refusal open_as(struct actor *to, struct address from, const struct sealed *s,
                     const char *text);
enum refusal open_bytes(struct actor *to, struct address from, enum signal_kind kind,
                        struct bytes body, const char *text);
/* Seal and open at once. */
void say(struct actor *from, struct actor *to, const char *text);
/* Start and a message each way. */
void establish(struct actor *from, struct actor *to);

/* party_save into a new buffer, which the caller ends. */
void save(const struct actor *a, struct buffer *out);
/* Refused for a reason, and nothing kept has changed. */
enum refusal refuse_unchanged(struct actor *to, struct address from, enum signal_kind kind,
                              struct bytes body);

#endif
