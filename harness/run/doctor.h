/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/doctor.h - walks an adapter through the contract, one operation at a time.
 * Depends on: base, driver/driver, cipher.
 *
 * The preconditions are what must hold before any run is scored, because they show that the path
 * can fail: an unknown operation comes back unsupported, an honest message opens, one nobody could
 * open is refused, two resets give two identities, two equal seeds agree where the adapter claims a
 * seed.
 *
 * Beside them stands what an author gets wrong without a run noticing: a name that is nearly one of
 * assay's, a capability whose operation does not answer, an adapter that calls everything that goes
 * wrong a refusal. What is claimed and not looked at is said.
 */
#ifndef ASSAY_RUN_DOCTOR_H
#define ASSAY_RUN_DOCTOR_H

#include "driver/driver.h"
#include "wire/profile.h"

#define DOCTOR_CHECKS_MAX 64u

struct doctor_check {
    const char *operation; /* "Hello", "GetBundle", ... */
    enum { DOCTOR_OK = 1, DOCTOR_FAILED, DOCTOR_SKIPPED } result;
    bool is_precondition;
    const char *text;        /* what was seen, one line */
    const char *requirement; /* that is violated, where the check failed so; "" for none */
    const char *help;        /* anchor in docs/adapter.md, "#open"; "" when fine */
};

struct doctor_report {
    struct doctor_check checks[DOCTOR_CHECKS_MAX];
    size_t count;
    size_t n_failed;
    size_t n_failed_preconditions;
};

struct doctor_options {
    bool preconditions_only; /* the short form before a run */
    const struct wire_profile
        *wire;           /* to look at the client surface, too, where it is offered; NULL: not */
    uint64_t timeout_ms; /* for what a client must do */
};

/*
 * Where the target speaks no cipher of |ciphers|, it plays both sides, and nothing is taken apart.
 *
 * Walk |driver| (connected, Hello done as |profile|) through all checks, on each surface it offers
 * of "library" and "client"; no other surface is built.
 * Texts live in |arena|. E_NOMEM, E_CRYPTO, E_IO (no socket for the gatekeeper).
 */
MUST_USE enum status doctor_examine(struct driver *driver, const struct target_profile *profile,
                                    const struct doctor_options *options, struct arena *arena,
                                    struct doctor_report *out);

#endif
