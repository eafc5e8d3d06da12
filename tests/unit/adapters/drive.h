/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit/adapters/drive.h - an adapter in a process of its own, and conversations of its parties.
 * Depends on: driver/driver, wire, cipher/signal/party, cmocka.
 *
 * Functions fail the running test when the adapter does what the test is not about. Bytes given
 * live until the test ends. A party is known to others by its handle, unless create_as says
 * otherwise, as device 1.
 */
#ifndef ASSAY_TESTS_UNIT_ADAPTERS_DRIVE_H
#define ASSAY_TESTS_UNIT_ADAPTERS_DRIVE_H

#include "cipher/signal/party.h"
#include "driver/driver.h"
#include "wire/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct drive {
    const char *command;
    struct driver *driver;
    struct target_profile profile;
    struct arena arena;
    struct answer answer; /* the last one */
    uint32_t bundle_kind; /* of the last bundle published; Signal's before the first */
};

struct message {
    uint32_t kind;
    struct bytes body;
};

/* Parties "alice" and "bob" exist. */
int drive_set_up(void **state);
int drive_tear_down(void **state);

/* A new process of the adapter, after Hello. */
void reopen(struct drive *d);
/* |seed| is filled up with zeros. */
void reset(struct drive *d, const char *seed);
/* With the randomness of ordinary use. */
void reset_to_chance(struct drive *d);
void create(struct drive *d, const char *party);
void create_as(struct drive *d, const char *party, const char *address_name);

struct bytes publish(struct drive *d, const char *party, bool with_one_time_prekey);
void process(struct drive *d, const char *party, const char *peer, struct bytes bundle,
             enum seen wanted);
/* |from| processes a fresh bundle of |to|. */
void start(struct drive *d, const char *from, const char *to, bool with_one_time_prekey);
/* Alice starts a session with Bob, and each opens a message of the other. */
void establish(struct drive *d);

struct message seal(struct drive *d, const char *from, const char *to, const char *text);
struct message seal_bytes(struct drive *d, const char *from, const char *to, struct bytes plain);
/* |m| with the lowest bit of byte |at| flipped. */
struct message mutated(struct drive *d, const struct message *m, size_t at);

/* What was seen; SEEN_NOTHING_YET for a plaintext, which is in d->answer.body. */
enum seen open_as(struct drive *d, const char *to, const char *from, const struct message *m);
void assert_opens(struct drive *d, const char *to, const char *from, const struct message *m,
                  const char *text);
void assert_refused(struct drive *d, const char *to, const char *from, const struct message *m,
                    enum refusal why);
/* For its MAC; libsignal-protocol-c does not tell that from other reasons and says none. */
void assert_refused_unauthentic(struct drive *d, const char *to, const char *from,
                                const struct message *m);
/* Seal and open. */
void say(struct drive *d, const char *from, const char *to, const char *text);

struct message distribute(struct drive *d, const char *by, const char *group, bool is_fresh);
struct message seal_group(struct drive *d, const char *by, const char *group, const char *text);
enum seen open_group(struct drive *d, const char *to, const char *from, const char *group,
                     const struct message *m);

struct bytes snapshot(struct drive *d, const char *party);
void restore(struct drive *d, const char *party, struct bytes state);
void forget_session(struct drive *d, const char *party, const char *peer);
const char *fingerprint(struct drive *d, const char *at, const char *peer);

#endif
