/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include "support/hex.h"

#include <string.h>

struct bytes sample(const char *hex)
{
    struct buffer decoded;
    buffer_init(&decoded, (size_t)1024 * 1024);
    unhex(hex, &decoded);
    /* exactly so long, so that reading past the end is reading past an allocation */
    uint8_t *copy = test_malloc(decoded.len ? decoded.len : 1);
    if (decoded.len)
        memcpy(copy, decoded.data, decoded.len);
    struct bytes out = bytes_of(copy, decoded.len);
    buffer_fini(&decoded);
    return out;
}

void sample_free(struct bytes b) { test_free((void *)(uintptr_t)b.data); }

const char *sample_hex(enum object object)
{
    static const char *const samples[N_OBJECT] = {
        [OBJECT_NONE] = "",
        [OBJECT_SIGNAL] = SIGNAL,
        [OBJECT_PREKEY] = PREKEY,
        [OBJECT_SENDER_KEY] = SENDER_KEY,
        [OBJECT_DISTRIBUTION] = DISTRIBUTION,
        [OBJECT_BUNDLE] = BUNDLE,
    };
    return samples[object];
}

const char *sample_v4_hex(enum object object)
{
    static const char *const samples[N_OBJECT] = {
        [OBJECT_SIGNAL] = SIGNAL_V4, [OBJECT_PREKEY] = PREKEY_V4, [OBJECT_BUNDLE] = BUNDLE_V4};
    return samples[object];
}
