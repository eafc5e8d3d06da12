/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool/channel.h - a worker's end of the socket pair between it and the pool.
 * Depends on: base.
 *
 * A record is a length of four bytes, big-endian, then that many bytes. The pool sends jobs, one at
 * a time; the worker answers each with one record, its result. Before the result it may send the
 * length CHANNEL_PROGRESS with nothing after it any number of times: the job's deadline starts
 * over.
 */
#ifndef ASSAY_POOL_CHANNEL_H
#define ASSAY_POOL_CHANNEL_H

#include "base/bytes.h"
#include "base/status.h"

#define CHANNEL_LENGTH_SIZE 4u       /* bytes */
#define CHANNEL_PROGRESS 0xffffffffu /* a length that says: still at work */
#define CHANNEL_JOB_MAX 64u          /* bytes; so a job always fits in an idle socket */

struct channel {
    int fd;
    uint8_t job[CHANNEL_JOB_MAX];
};

/*
 * Wait for the next job. *out_job is a view into |c| until the next call. False when there is none
 * any more: the pool closed its end, or sent what is no job.
 */
MUST_USE bool channel_receive(struct channel *c, struct bytes *out_job);

/* Answer the job. False when the pool cannot be written to, or |result| is too long. */
MUST_USE bool channel_send(const struct channel *c, struct bytes result);

/* Say that the job is still being worked on. |c| NULL: nobody is told. An error shows at the next
 * channel_send(). */
void channel_progress(const struct channel *c);

/* The length of a record, for both ends. */
void channel_write_length(uint8_t out[CHANNEL_LENGTH_SIZE], uint32_t len);
uint32_t channel_read_length(const uint8_t in[CHANNEL_LENGTH_SIZE]);

#endif
