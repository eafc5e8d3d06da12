/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void talk_read(int fd, void *out, size_t len)
{
    uint8_t *at = (uint8_t *)out;
    while (len) {
        ssize_t n = read(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(0);
        at += n;
        len -= (size_t)n;
    }
}

void talk_write(int fd, const void *data, size_t len)
{
    const uint8_t *at = (const uint8_t *)data;
    while (len) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(0);
        at += n;
        len -= (size_t)n;
    }
}

static size_t read_frame(int fd, uint8_t *out)
{
    uint8_t head[4];
    talk_read(fd, head, sizeof(head));
    size_t len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    if (len > TALK_FRAME_MAX)
        _exit(64);
    talk_read(fd, out, len);
    return len;
}

void talk_write_frame(int fd, const void *payload, size_t len)
{
    uint8_t head[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                       (uint8_t)len};
    talk_write(fd, head, sizeof(head));
    talk_write(fd, payload, len);
}

static Assay__Target__V1__Request *parse(const struct talk *t)
{
    Assay__Target__V1__Request *r =
        assay__target__v1__request__unpack(NULL, t->frame_len, t->frame);
    if (!r)
        _exit(65);
    return r;
}

void talk_read_request(struct talk *t)
{
    t->frame_len = read_frame(t->in_fd, t->frame);
    Assay__Target__V1__Request *r = parse(t);
    t->seq = r->seq;
    assay__target__v1__request__free_unpacked(r, NULL);
}

void talk_write_reply(struct talk *t, const Assay__Target__V1__Reply *reply)
{
    size_t len = assay__target__v1__reply__get_packed_size(reply);
    uint8_t *packed = (uint8_t *)malloc(len ? len : 1);
    if (!packed)
        _exit(71);
    assay__target__v1__reply__pack(reply, packed);
    talk_write_frame(t->out_fd, packed, len);
    free(packed);
}

static void answer_by_ourselves(struct talk *t)
{
    static char name[] = "hostile-target", version[] = "1", protocol[] = "none";
    Assay__Target__V1__Profile profile;
    Assay__Target__V1__Done done = ASSAY__TARGET__V1__DONE__INIT;
    Assay__Target__V1__Unsupported unsupported = ASSAY__TARGET__V1__UNSUPPORTED__INIT;
    Assay__Target__V1__Reply reply = ASSAY__TARGET__V1__REPLY__INIT;
    Assay__Target__V1__Request *r = parse(t);
    assay__target__v1__profile__init(&profile);

    reply.seq = t->seq;
    if (r->op_case == ASSAY__TARGET__V1__REQUEST__OP_HELLO) {
        profile.protocol_version = 1;
        profile.name = name;
        profile.version = version;
        profile.protocol = protocol;
        reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_PROFILE;
        reply.profile = &profile;
    } else if (r->op_case == ASSAY__TARGET__V1__REQUEST__OP_RESET ||
               r->op_case == ASSAY__TARGET__V1__REQUEST__OP_PING) {
        reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_DONE;
        reply.done = &done;
    } else {
        reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_UNSUPPORTED;
        reply.unsupported = &unsupported;
    }
    talk_write_reply(t, &reply);
    assay__target__v1__request__free_unpacked(r, NULL);
}

void talk_answer_honestly(struct talk *t)
{
    if (t->adapter_fd < 0) {
        answer_by_ourselves(t);
        return;
    }
    talk_write_frame(t->adapter_fd, t->frame, t->frame_len);
    t->frame_len = read_frame(t->adapter_fd, t->frame);
    talk_write_frame(t->out_fd, t->frame, t->frame_len);
}
