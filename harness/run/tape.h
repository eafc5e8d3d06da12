/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/tape.h - the recorded exchange of one case, enough to judge it again without a target.
 * Depends on: base, driver/driver, scenario/repro_file.
 *
 * A tape is what crossed the control socket from the case's Reset on: requests, replies, and how
 * the stream ended when it did. Since every Reset has the same seq, a case has the same tape alone
 * and in a full run.
 */
#ifndef ASSAY_RUN_TAPE_H
#define ASSAY_RUN_TAPE_H

#include "driver/driver.h"

/* Bytes recorded of one case; past it the tape says so and is not replayable. */
#define TAPE_MAX (64u * 1024u * 1024u)

enum tape_kind { TAPE_NONE = 0, TAPE_SENT, TAPE_RECEIVED, TAPE_ENDED };

struct tape_entry {
    enum tape_kind kind;
    enum seen seen; /* TAPE_ENDED */
    size_t at;      /* of the bytes in |data|: a frame's payload, or the ending's detail */
    size_t len;
};

struct tape {
    struct tape_entry *entries;
    size_t count;
    size_t cap;
    struct buffer data;
    enum status st; /* the first trouble; later entries are not kept */
};

void tape_init(struct tape *t);
void tape_clear(struct tape *t);
void tape_fini(struct tape *t);

void tape_add(struct tape *t, enum tape_kind kind, enum seen seen, struct bytes bytes);
struct bytes tape_bytes(const struct tape *t, const struct tape_entry *e);

/* SHA-256 over kind, seen, length and bytes of every entry. E_CRYPTO, or the tape's own trouble. */
MUST_USE enum status tape_digest(const struct tape *t, uint8_t out[32]);

/* A recorder that writes to |t|. */
struct driver_recorder tape_recorder(struct tape *t);

/*
 * A transport that plays |t| instead of a target: what is sent must be what was sent then, else
 * send returns E_PARSE; what was received comes back. |t| is borrowed and must outlive the
 * transport. E_NOMEM.
 */
MUST_USE enum status tape_transport(const struct tape *t, struct transport *out);

#endif
