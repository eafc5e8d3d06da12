/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hostile/talk.h - the adapter's side of proto/target.proto, as far as a hostile target needs it.
 * Depends on: proto/target.proto.
 *
 * Every function ends the process when the other side has closed.
 */
#ifndef ASSAY_TESTS_HOSTILE_TALK_H
#define ASSAY_TESTS_HOSTILE_TALK_H

#include <stddef.h>
#include <stdint.h>

#include "target.pb-c.h"

#define TALK_FRAME_MAX (2u * 1024u * 1024u) /* bytes of message, proto/target.proto */

struct talk {
    int in_fd;
    int out_fd;
    int adapter_fd; /* a real adapter that answers while we are still honest; -1: we answer
                       ourselves */
    uint64_t seq;   /* of the request read last; 0 before the first */
    uint8_t *frame; /* that request, TALK_FRAME_MAX bytes of room */
    size_t frame_len;
};

/* Exactly |len| bytes; exits with code 0 at the end of the stream. */
void talk_read(int fd, void *out, size_t len);
void talk_write(int fd, const void *data, size_t len);

/* The next request into |t|: its frame and its seq. */
void talk_read_request(struct talk *t);
/* One frame around |payload|. */
void talk_write_frame(int fd, const void *payload, size_t len);
/* Pack |reply| as it is and write its frame. */
void talk_write_reply(struct talk *t, const Assay__Target__V1__Reply *reply);

/* Answer the request in |t| as a sound adapter would: the real one where there is one, else by
 * ourselves. */
void talk_answer_honestly(struct talk *t);

#endif
