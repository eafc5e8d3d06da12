#include "sample.h"

#include <string.h>

struct bytes sample(const char *hex)
{
    struct buffer decoded;
    buffer_init(&decoded, (size_t)1024 * 1024);
    assert_int_equal(hex_decode(hex, strlen(hex), &decoded), OK);
    /* exactly so long, so that reading past the end is reading past an allocation */
    uint8_t *copy = test_malloc(decoded.len ? decoded.len : 1);
    if (decoded.len)
        memcpy(copy, decoded.data, decoded.len);
    struct bytes out = bytes_of(copy, decoded.len);
    buffer_fini(&decoded);
    return out;
}

void sample_free(struct bytes b) { test_free((void *)(uintptr_t)b.data); }

void assert_bytes(struct bytes got, const char *hex)
{
    struct buffer text;
    buffer_init(&text, (size_t)1024 * 1024);
    assert_int_equal(hex_append(&text, got), OK);
    assert_string_equal(buffer_text(&text), hex);
    buffer_fini(&text);
}

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
