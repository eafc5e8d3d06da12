/*
 * experiments/splice.h - bytes nobody here understands, cut and pasted the way a network would: a bundle
 * with one part of another's, a message with another's beginning.
 * Depends on: experiments/experiment, wire/pb.
 */
#ifndef ASSAY_EXPERIMENTS_SPLICE_H
#define ASSAY_EXPERIMENTS_SPLICE_H

#include "experiments/experiment.h"

#define SPLICE_PARTS_MAX 32u

/*
 * |whole| with its |at|th part exchanged for |other|'s: its fields where both read as protobuf of
 * equally many fields, else runs of 32 bytes. False past the last part. |out| lives in the world's
 * arena; the memory for it missing spoils the world.
 */
bool splice_part(struct experiment *e, struct bytes whole, struct bytes other, size_t at,
                 struct bytes *out);

/*
 * A message of |reader|'s own, turned round as from |from|: as it is, and with the first 32 or 33
 * bytes (a public key, bare or typed) of |genuine|, which is |from|'s. What a network can do to
 * a protocol whose keys are the same both ways. The best that came of it; |out_body| is what did
 * it.
 */
enum opened splice_turned_round(struct experiment *e, struct experiment_party *reader,
                                const struct experiment_party *from, const struct message *own,
                                const struct message *genuine, struct bytes *out_body);

#endif
