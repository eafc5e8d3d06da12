/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/content.h"

#include "wire/pb.h"

#include <stdio.h>

#define EXAMPLE_MAX 8192u

enum status content_encode_text(struct bytes text, struct buffer *out)
{
    struct buffer inner;
    buffer_init(&inner, text.len + 16);
    if (text.len)
        pb_put_bytes(&inner, 1, text);
    pb_put_bytes(out, CONTENT_TEXT, buffer_bytes(&inner));
    enum status st = buffer_status(&inner);
    buffer_fini(&inner);
    return st ? st : buffer_status(out);
}

/* Letters and digits that depend on |salt|, so that no two examples are the same. */
static void word_of(struct bytes salt, size_t from, char out[17])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
    for (size_t i = 0; i < 16; i++)
        out[i] = letters[salt.len ? salt.data[(from + i) % salt.len] & 31 : 0];
    out[16] = '\0';
}

static void put_text(struct buffer *out, uint32_t number, const char *before, const char *word)
{
    char text[128];
    snprintf(text, sizeof(text), "%s%s", before, word);
    pb_put_bytes(out, number, bytes_of_text(text));
}

static void put_digest(struct buffer *out, uint32_t number, struct bytes salt, uint8_t mark)
{
    uint8_t bytes[32];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)((salt.len ? salt.data[i % salt.len] : 0) ^ mark);
    pb_put_bytes(out, number, bytes_of(bytes, sizeof(bytes)));
}

static void put_media(enum content_kind kind, struct bytes salt, struct buffer *out)
{
    static const char *const types[N_CONTENT_KIND] = {
        [CONTENT_IMAGE] = "image/jpeg",
        [CONTENT_VOICE] = "audio/ogg; codecs=opus",
        [CONTENT_VIDEO] = "video/mp4",
        [CONTENT_FILE] = "application/pdf",
    };
    char word[17];
    word_of(salt, 0, word);
    put_text(out, 1, "https://media.provider.example/", word);
    pb_put_bytes(out, 2, bytes_of_text(types[kind]));
    if (kind != CONTENT_VOICE)
        put_text(out, 3, "caption ", word);
    if (kind == CONTENT_FILE)
        put_text(out, 4, "file ", word);
    put_digest(out, 5, salt, 1);
    put_digest(out, 6, salt, 2);
    put_digest(out, 7, salt, 3);
    pb_put_varint(out, 8, 123456);
    if (kind == CONTENT_VOICE || kind == CONTENT_VIDEO)
        pb_put_varint(out, 9, 17);
    if (kind == CONTENT_IMAGE || kind == CONTENT_VIDEO) {
        pb_put_varint(out, 10, 640);
        pb_put_varint(out, 11, 480);
    }
    if (kind == CONTENT_VOICE)
        put_digest(out, 13, salt, 4);
}

static void put_example(enum content_kind kind, struct bytes salt, struct buffer *out)
{
    char word[17];
    word_of(salt, 0, word);
    switch (kind) {
    case CONTENT_TEXT:
        put_text(out, 1, "text ", word);
        break;
    case CONTENT_RECEIPT:
        pb_put_varint(out, 1, 2);
        put_text(out, 2, "id-", word);
        break;
    case CONTENT_REACTION:
        put_text(out, 1, "id-", word);
        pb_put_bytes(out, 2, bytes_of_text("\xf0\x9f\x91\x8d"));
        break;
    default:
        put_media(kind, salt, out);
    }
}

enum status content_encode_example(enum content_kind kind, struct bytes salt, struct buffer *out)
{
    struct buffer inner;
    if (kind <= CONTENT_NONE || kind >= N_CONTENT_KIND)
        return E_MISSING;
    buffer_init(&inner, EXAMPLE_MAX);
    put_example(kind, salt, &inner);
    pb_put_bytes(out, (uint32_t)kind, buffer_bytes(&inner));
    enum status st = buffer_status(&inner);
    buffer_fini(&inner);
    return st ? st : buffer_status(out);
}
