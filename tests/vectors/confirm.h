/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/vectors/confirm.h - what libsignal-protocol-c says of vectors/published.
 * Depends on: base, jansson, libsignal-protocol-c by support/lsc.h.
 *
 * A group is judged by its type, one function each. The harness's own cipher has no part in an
 * answer.
 */
#ifndef ASSAY_TESTS_VECTORS_CONFIRM_H
#define ASSAY_TESTS_VECTORS_CONFIRM_H

#include "base/arena.h"
#include "support/lsc_internal.h"

#include <jansson.h>

#define CONFIRM_TESTS_MAX 4096u /* of a group */

struct confirm {
    struct arena arena;                /* what the functions below return lives in it */
    struct random random;              /* the library draws from it */
    signal_context *context;           /* the library with its cryptography by OpenSSL */
    bool is_silent[CONFIRM_TESTS_MAX]; /* of which tests of the group it has no opinion */
};

/* A member in hexadecimal, which has to be there; of |len| bytes. */
struct bytes confirm_hex(struct confirm *c, const json_t *object, const char *name);
const uint8_t *confirm_fixed(struct confirm *c, const json_t *object, const char *name, size_t len);
/* Other members, which have to be there. */
uint32_t confirm_number(const json_t *object, const char *name);
const char *confirm_text(const json_t *object, const char *name);
const json_t *confirm_object(const json_t *object, const char *name);

/* Is the member |name| exactly |actual|? */
bool confirm_is(struct confirm *c, const json_t *object, const char *name, struct bytes actual);

/* The library's form of a public key, and of a private key with its public half; NULL where the
 * member is not there. The caller's to SIGNAL_UNREF. */
ec_public_key *confirm_public(struct confirm *c, const json_t *object, const char *name);
ec_key_pair *confirm_pair(struct confirm *c, const json_t *object, const char *name);

/* End the program: |what| is wrong. */
__attribute__((noreturn)) void confirm_fail(const char *what);
/* The same, unless |is_fine|. */
static inline void confirm_must(bool is_fine, const char *what)
{
    if (!is_fine)
        confirm_fail(what);
}

/* Judge the tests of |group|: taken[i] says whether test i asks for what is so. All are false at
 * first; c->is_silent[i]: the library cannot be asked. False: it does not know what the group is
 * about. */
typedef bool confirm_judge(struct confirm *c, const json_t *group, bool *taken);

confirm_judge confirm_xeddsa, confirm_x3dh, confirm_x3dh_bundle, confirm_root_step,
    confirm_chain_step, confirm_conversation, confirm_sender_key, confirm_fingerprint;

#endif
