/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media-seal KEY LABEL: seal standard input as a medium, KEY in hexadecimal, to standard output. */
#include "base/hex.h"
#include "wire/media.h"

#include <stdio.h>

static int run(const struct media_keys *keys)
{
    struct media_sealer *sealer = NULL;
    struct media_digests digests;
    uint8_t part[1000];
    struct buffer out;
    size_t n;
    enum status st = media_sealer_new(keys, &sealer);
    buffer_init(&out, 4096);
    while (!st && (n = fread(part, 1, sizeof(part), stdin)) > 0) {
        st = media_seal(sealer, bytes_of(part, n), &out);
        fwrite(out.data, 1, out.len, stdout);
        buffer_clear(&out);
    }
    if (!st && !(st = media_seal_end(sealer, &out, &digests)))
        fwrite(out.data, 1, out.len, stdout);
    media_sealer_free(sealer);
    buffer_fini(&out);
    return st ? 1 : 0;
}

int main(int argc, char **argv)
{
    uint8_t key[MEDIA_KEY_LEN];
    struct media_keys keys;
    if (argc != 3) {
        fputs("usage: media-seal KEY LABEL <PLAINTEXT >BLOB\n", stderr);
        return 64;
    }
    if (hex_decode_exact(argv[1], key, sizeof(key)) ||
        media_expand(key, bytes_of_text(argv[2]), &keys))
        return 1;
    return run(&keys);
}
