/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes where a handshake message or a transport message is expected, in every pattern and on
 * both sides; and as a handshake frame, a ClientPayload and a certificate chain.
 */
#include "wire/certificate.h"
#include "wire/handshake.h"
#include "wire/noise.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_message(struct noise *n, struct bytes in)
{
    struct buffer clear;
    buffer_init(&clear, in.len + 16);
    /* nothing but the first message of a pattern without keys can be made up */
    if (noise_may_read(n) && noise_read(n, in, &clear) == OK && noise_is_done(n))
        __builtin_trap();
    if (noise_may_read(n) && noise_is_done(n))
        __builtin_trap();
    buffer_fini(&clear);
}

static void as_noise(uint8_t choice, struct bytes in)
{
    static const uint8_t key[32] = {8, 1, 2, 3}, other[32] = {9};
    struct noise *n;
    const struct noise_options o = {.pattern =
                                        (enum noise_pattern)(1 + choice % (N_NOISE_PATTERN - 1)),
                                    .is_initiator = choice & 64,
                                    .hashes_empty_payload = choice & 128,
                                    .static_private = key,
                                    .ephemeral_private = other,
                                    .remote_static = other,
                                    .remote_ephemeral = other};
    struct buffer own;
    buffer_init(&own, 4096);
    if (noise_new(&o, &n))
        return;
    if (noise_may_write(n) && noise_write(n, (struct bytes){0}, &own))
        __builtin_trap();
    read_message(n, in);
    noise_free(n);
    buffer_fini(&own);
}

static void as_transport(struct bytes in)
{
    struct noise_cipher c = {.counter = 3};
    struct buffer clear;
    buffer_init(&clear, in.len + 16);
    if (noise_open(&c, in, &clear) == OK || c.counter != 3 || clear.len)
        __builtin_trap();
    buffer_fini(&clear);
}

static bool never(void *context, const uint8_t public_key[32], struct bytes message,
                  const uint8_t signature[64])
{
    (void)context;
    (void)public_key;
    (void)message;
    (void)signature;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[32] = {1};
    const struct signer signer = {.verify = never};
    struct client_payload payload;
    struct buffer message;
    if (size == 0)
        return 0;
    struct bytes in = bytes_of(data + 1, size - 1);
    as_noise(data[0], in);
    as_transport(in);
    buffer_init(&message, 65536);
    if (handshake_unwrap(HANDSHAKE_FIELDS, SERVER_HELLO, 32, 48, in, &message) == OK &&
        message.len < 80)
        __builtin_trap();
    buffer_fini(&message);
    if (client_payload_decode(in, &payload) == OK && payload.token.len > in.len)
        __builtin_trap();
    if (certificate_check(in, key, key, 1, 0, &signer) == CERTIFICATE_SOUND)
        __builtin_trap();
    return 0;
}
