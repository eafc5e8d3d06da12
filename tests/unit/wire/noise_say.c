/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our side of a Noise handshake, for noise_live.py, over standard input and output. Arguments:
 *   PATTERN initiator|responder hashed|skipped PROLOGUE EPHEMERAL STATIC REMOTE-STATIC
 * keys and prologue in hexadecimal, "-" for none. Lines then, each answered by one line:
 *   write PAYLOAD   the handshake message      read MESSAGE    its payload
 *   seal TEXT       a transport message        open MESSAGE    its text
 *   hash            the handshake hash         remote          the remote static key
 * Bytes are hexadecimal, "-" for none; "refused" where it does not go on.
 */
#include "base/hex.h"
#include "support/hex_word.h"
#include "wire/noise.h"
#include "support/wire_names.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_LEN ((size_t)512 * 1024)
#define BYTES_MAX ((size_t)256 * 1024)

static char line[LINE_MAX_LEN];

struct side {
    struct noise *noise;
    struct noise_cipher send, receive;
};

static void print_line(struct bytes in)
{
    hex_word_print(in);
    putchar('\n');
}

static enum status act(struct side *s, const char *what, struct bytes in, struct buffer *out)
{
    if (strcmp(what, "write") == 0)
        return noise_write(s->noise, in, out);
    if (strcmp(what, "read") == 0)
        return noise_read(s->noise, in, out);
    if (strcmp(what, "seal") == 0)
        return noise_seal(&s->send, in, out);
    if (strcmp(what, "open") == 0)
        return noise_open(&s->receive, in, out);
    if (strcmp(what, "hash") == 0)
        return buffer_append(out, noise_hash(s->noise));
    return strcmp(what, "remote") == 0 ? buffer_append(out, noise_remote_static(s->noise))
                                       : E_INPUT;
}

static void answer(struct side *s)
{
    struct buffer in, out;
    char *argument = strchr(line, ' ');
    line[strcspn(line, "\n")] = '\0';
    if (argument)
        *argument++ = '\0';
    buffer_init(&out, BYTES_MAX);
    if (!hex_word_read(argument ? argument : "-", BYTES_MAX, &in) ||
        act(s, line, buffer_bytes(&in), &out))
        puts("refused");
    else
        print_line(buffer_bytes(&out));
    buffer_fini(&in);
    buffer_fini(&out);
    if (noise_is_done(s->noise) && s->send.counter == 0 && s->receive.counter == 0 &&
        noise_split(s->noise, &s->send, &s->receive))
        puts("refused");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    uint8_t keys[3][NOISE_KEY_LEN];
    struct buffer prologue;
    struct side s = {0};
    if (argc != 8 || !hex_word_read(argv[4], BYTES_MAX, &prologue))
        return 2;
    for (int i = 0; i < 3; i++)
        if (strcmp(argv[5 + i], "-") != 0 && hex_decode_exact(argv[5 + i], keys[i], NOISE_KEY_LEN))
            return 2;
    const struct noise_options how = {
        .pattern = noise_pattern_from_name(argv[1]),
        .is_initiator = strcmp(argv[2], "initiator") == 0,
        .hashes_empty_payload = strcmp(argv[3], "hashed") == 0,
        .prologue = buffer_bytes(&prologue),
        .ephemeral_private = keys[0],
        .static_private = strcmp(argv[6], "-") != 0 ? keys[1] : NULL,
        .remote_static = strcmp(argv[7], "-") != 0 ? keys[2] : NULL,
    };
    if (noise_new(&how, &s.noise))
        return 2;
    while (fgets(line, sizeof(line), stdin))
        answer(&s);
    noise_cipher_fini(&s.send);
    noise_cipher_fini(&s.receive);
    noise_free(s.noise);
    buffer_fini(&prologue);
    return 0;
}
