/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/driver_internal.h - what the files of the driver share.
 * Depends on: base, driver/driver; proto/target.proto.
 */
#ifndef ASSAY_DRIVER_DRIVER_INTERNAL_H
#define ASSAY_DRIVER_DRIVER_INTERNAL_H

#include "driver/driver.h"
#include "wire/profile.h"

#include "target.pb-c.h"

/* Reset |out| to SEEN_NOTHING_YET. */
void answer_clear(struct answer *out);
/* |out| says that the harness could not do its part, for |st|, which is returned. */
enum status answer_trouble(struct answer *out, enum status st);

/*
 * The first |max_len| bytes of |in| as a C string in the arena: NUL bytes become '?', everything
 * else stays as it is, UTF-8 or not. NULL when the arena is full.
 */
const char *answer_text(struct arena *arena, struct bytes in, size_t max_len);

/*
 * Decode |frame| as the reply to the request |seq| of operation |op|.
 *
 * out          seen, and what belongs to it, copied to |arena|. Among them SEEN_GARBAGE (no Reply,
 *              no result, a result that does not answer |op|, or a Reply that takes too much
 *              memory)
 *              and SEEN_OUT_OF_SEQUENCE.
 * out_profile  filled from a Profile; may be NULL unless |op| is Hello.
 *
 * E_NOMEM: the arena or the machine has no room; out->seen is SEEN_HARNESS_TROUBLE.
 */
MUST_USE enum status answer_decode(struct bytes frame, uint64_t seq,
                                   Assay__Target__V1__Request__OpCase op, struct arena *arena,
                                   struct target_profile *out_profile, struct answer *out);

/*
 * Number |request| and send it, and wait for its answer. Everything in it is borrowed.
 * |out_profile| as above. Statuses as the operations of driver.h.
 */
MUST_USE enum status driver_exchange(struct driver *d, Assay__Target__V1__Request *request,
                                     struct arena *arena, struct target_profile *out_profile,
                                     struct answer *out);

/* Views for protobuf-c, whose structs are not const although packing only reads them. */
char *lend_text(const char *text);
ProtobufCBinaryData lend(struct bytes in);
Assay__Target__V1__Address address_of(struct address peer);
/* The profile as the names and values of its file, in the arena; NULL when it is full. */
Assay__Target__V1__Constant **lend_constants(const struct wire_profile *p, struct arena *arena,
                                             size_t *out_count);
/* The beginning of a message |m| of the contract: {MESSAGE(seal), .party = ...}. */
#define MESSAGE(m) .base = PROTOBUF_C_MESSAGE_INIT(&assay__target__v1__##m##__descriptor)
#define OP(name) ASSAY__TARGET__V1__REQUEST__OP_##name
/* driver_exchange of a request of operation |op| with its |message|. */
MUST_USE enum status driver_ask(struct driver *d, Assay__Target__V1__Request__OpCase op,
                                void *message, struct arena *arena,
                                struct target_profile *out_profile, struct answer *out);

/* The next request has the number that every Reset has. */
void driver_restart_numbering(struct driver *d);

#endif
