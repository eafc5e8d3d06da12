/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a stream of frames: each is taken off the front as it comes, and what was taken can
 * be put together again. The first byte chooses the size of the length, the second the maximum.
 */
#include "wire/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A frame that was decoded is, encoded, what it was decoded from. */
static void comes_back(struct bytes payload, size_t length_size, struct bytes from)
{
    struct buffer again;
    buffer_init(&again, from.len);
    if (frame_encode(payload, length_size, &again) || !bytes_equal(buffer_bytes(&again), from))
        __builtin_trap();
    buffer_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t length_size = data[0] % 6, max_len = (size_t)data[1] * 16;
    struct bytes in = bytes_of(data + 2, size - 2), payload;
    for (;;) {
        size_t used = 0;
        enum status st = frame_decode(in, length_size, max_len, &payload, &used);
        if (payload.len > max_len || used > in.len || (st && used) || (!used && payload.len))
            __builtin_trap();
        if (!used)
            return 0;
        comes_back(payload, length_size, bytes_slice(in, 0, used));
        in = bytes_slice(in, used, SIZE_MAX);
    }
}
