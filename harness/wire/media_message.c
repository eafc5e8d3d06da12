/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/media_message.h"

#include "wire/pb.h"

#include <string.h>

#define MEDIA_FIELDS_MAX 65536u

static bool is_media(enum content_kind kind)
{
    return kind >= CONTENT_IMAGE && kind <= CONTENT_FILE;
}

static void put(struct buffer *out, uint32_t number, struct bytes body)
{
    if (body.len)
        pb_put_bytes(out, number, body);
}

enum status media_message_encode(const struct media_message *m, struct buffer *out)
{
    struct buffer inner;
    buffer_init(&inner, MEDIA_FIELDS_MAX);
    put(&inner, 1, m->url);
    put(&inner, 2, m->mimetype);
    put(&inner, 3, m->caption);
    put(&inner, 4, m->file_name);
    put(&inner, 5, m->media_key);
    put(&inner, 6, m->file_sha256);
    put(&inner, 7, m->file_enc_sha256);
    pb_put_varint(&inner, 8, m->file_length);
    put(&inner, 12, m->thumbnail);
    pb_put_bytes(out, (uint32_t)m->kind, buffer_bytes(&inner));
    enum status st = buffer_status(&inner);
    buffer_fini(&inner);
    return st ? st : buffer_status(out);
}

enum status media_message_decode(struct bytes in, struct media_message *out)
{
    struct content content;
    struct pb_message m;
    memset(out, 0, sizeof(*out));
    if (content_decode(in, &content) || !is_media(content.kind) || pb_parse(content.body, &m))
        return E_PARSE;
    out->kind = content.kind;
    bool is_sound = pb_body(&m, 1, &out->url) && pb_body(&m, 2, &out->mimetype) &&
                    pb_body(&m, 3, &out->caption) && pb_body(&m, 4, &out->file_name) &&
                    pb_body(&m, 5, &out->media_key) && pb_body(&m, 6, &out->file_sha256) &&
                    pb_body(&m, 7, &out->file_enc_sha256) && pb_number(&m, 8, &out->file_length) &&
                    pb_body(&m, 12, &out->thumbnail) && out->media_key.len == MEDIA_KEY_LEN &&
                    out->file_sha256.len == MEDIA_DIGEST_LEN &&
                    out->file_enc_sha256.len == MEDIA_DIGEST_LEN;
    return is_sound ? OK : E_PARSE;
}

enum status media_message_keys(const struct media_message *m, const struct wire_profile *p,
                               struct media_keys *out)
{
    const char *const labels[N_CONTENT_KIND] = {
        [CONTENT_IMAGE] = p->media_info_image,
        [CONTENT_VOICE] = p->media_info_audio,
        [CONTENT_VIDEO] = p->media_info_video,
        [CONTENT_FILE] = p->media_info_document,
    };
    return media_expand(m->media_key.data, bytes_of_text(labels[m->kind]), out);
}

void media_message_digests(const struct media_message *m, struct media_digests *out)
{
    memcpy(out->plaintext, m->file_sha256.data, MEDIA_DIGEST_LEN);
    memcpy(out->blob, m->file_enc_sha256.data, MEDIA_DIGEST_LEN);
    out->plaintext_len = m->file_length;
}

const char *media_type_of(enum content_kind kind)
{
    static const char *const types[N_CONTENT_KIND] = {
        [CONTENT_IMAGE] = "image/jpeg",
        [CONTENT_VOICE] = "audio/ogg; codecs=opus",
        [CONTENT_VIDEO] = "video/mp4",
        [CONTENT_FILE] = "application/pdf",
    };
    return types[kind];
}
