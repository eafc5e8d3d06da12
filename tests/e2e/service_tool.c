/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * service-tool TARGET ROOTS [LENGTH]: start a target, have it host one picture (of so many bytes),
 * and say where it is and how it is read: the URL, and in hexadecimal IV, cipher key, MAC key, the
 * blob's digest, the plaintext's, the media key; and the plaintext's length. The roots to trust
 * go to the file ROOTS. It lives until its standard input ends.
 */
#include "driver/driver_service.h"
#include "wire/media_message.h"

#include "base/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPLY_MS 120000u
#define PICTURE_LEN 100000u

static void say_hex(struct arena *arena, struct bytes in)
{
    const char *text = hex_text(arena, in);
    printf(" %s", text ? text : "?");
}

static int say(struct bytes content, struct arena *arena)
{
    struct media_message m;
    struct media_keys keys;
    struct wire_profile profile;
    profile_defaults(&profile);
    if (media_message_decode(content, &m) || media_message_keys(&m, &profile, &keys))
        return 1;
    printf("%.*s", (int)m.url.len, (const char *)m.url.data);
    say_hex(arena, bytes_of(keys.iv, sizeof(keys.iv)));
    say_hex(arena, bytes_of(keys.cipher_key, sizeof(keys.cipher_key)));
    say_hex(arena, bytes_of(keys.mac_key, sizeof(keys.mac_key)));
    say_hex(arena, m.file_enc_sha256);
    say_hex(arena, m.file_sha256);
    say_hex(arena, m.media_key);
    printf(" %llu\n", (unsigned long long)m.file_length);
    return fflush(stdout) ? 1 : 0;
}

static int write_roots(const char *path, const char *roots)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return 1;
    int failed = fputs(roots, f) < 0;
    return fclose(f) || failed;
}

static int host(struct driver *d, const char *roots_path, uint64_t length, struct arena *arena)
{
    static const uint8_t seed[32] = {7};
    const struct target_medium picture = {.kind = 1,
                                          .pattern = bytes_of_text("a picture of a cat, "),
                                          .length = length,
                                          .file_name = "",
                                          .user = "alice"};
    struct target_profile profile;
    struct answer answer;
    char byte;
    if (driver_hello(d, "service-tool", arena, &profile, &answer) ||
        driver_reset(d, bytes_of(seed, sizeof(seed)), arena, &answer) ||
        driver_service(d, arena, &answer) || answer.seen != SEEN_DONE ||
        write_roots(roots_path, answer.service->roots) ||
        driver_host_media(d, &picture, arena, &answer) || answer.seen != SEEN_DONE ||
        say(answer.body, arena))
        return 1;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    return 0;
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct buffer detail;
    struct driver *d = NULL;
    const char *problem = "usage: service-tool TARGET ROOTS [LENGTH]";
    struct driver_options options = {.clock = clock_monotonic(), .timeout_ms = REPLY_MS};
    arena_init(&arena, 16u * 1024u * 1024u);
    buffer_init(&detail, 4096);
    int result = 1;
    uint64_t length = argc == 4 ? strtoull(argv[3], NULL, 10) : PICTURE_LEN;
    if (argc >= 3 && argc <= 4 &&
        target_address_parse(argv[1], "", &arena, &options.address, &problem) == OK &&
        driver_open(&options, &d, &detail) == OK)
        result = host(d, argv[2], length, &arena);
    if (result)
        fprintf(stderr, "service-tool: %s\n", problem ? problem : buffer_text(&detail));
    driver_close(d);
    buffer_fini(&detail);
    arena_fini(&arena);
    return result;
}
