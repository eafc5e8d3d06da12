/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/splice.h - messages and bundles recombined as a network could, without understanding
 * them: a bundle with one part of another's, a message with another's beginning.
 * Depends on: experiments/experiment, wire/pb.
 */
#ifndef ASSAY_EXPERIMENTS_SPLICE_H
#define ASSAY_EXPERIMENTS_SPLICE_H

#include "experiments/experiment.h"

#define SPLICE_PARTS_MAX 32u

/*
 * |whole| with its |at|th part replaced by |other|'s. Parts are fields, where both parse as
 * protobuf with the same number of fields, else pieces of 32 bytes. False past the last part, and
 * when the experiment is void. |out| lives in its arena.
 */
bool splice_part(struct experiment *e, struct bytes whole, struct bytes other, size_t at,
                 struct bytes *out);

/*
 * Reflection: |reader|'s own message offered to it as from |from|, unchanged and with the first 32
 * or 33 bytes (a public key, without or with its type byte) of |genuine|, a message of |from|'s. It
 * succeeds where both directions use the same keys. The first success, else the last attempt's
 * outcome; |out_body| is what was offered.
 */
enum opened splice_reflect(struct experiment *e, struct experiment_party *reader,
                           const struct experiment_party *from, const struct message *own,
                           const struct message *genuine, struct bytes *out_body);

#endif
