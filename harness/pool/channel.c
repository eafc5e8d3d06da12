/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/channel.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

void channel_write_length(uint8_t out[CHANNEL_LENGTH_SIZE], uint32_t len)
{
    out[0] = (uint8_t)(len >> 24);
    out[1] = (uint8_t)(len >> 16);
    out[2] = (uint8_t)(len >> 8);
    out[3] = (uint8_t)len;
}

uint32_t channel_read_length(const uint8_t in[CHANNEL_LENGTH_SIZE])
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

static bool read_exactly(int fd, uint8_t *out, size_t len)
{
    while (len) {
        ssize_t n = read(fd, out, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        out += n;
        len -= (size_t)n;
    }
    return true;
}

static bool write_exactly(int fd, const uint8_t *in, size_t len)
{
    while (len) {
        ssize_t n = send(fd, in, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        in += n;
        len -= (size_t)n;
    }
    return true;
}

bool channel_receive(struct channel *c, struct bytes *out_job)
{
    uint8_t head[CHANNEL_LENGTH_SIZE];
    *out_job = bytes_of(NULL, 0);
    if (!read_exactly(c->fd, head, sizeof(head)))
        return false;
    uint32_t len = channel_read_length(head);
    if (len > sizeof(c->job) || !read_exactly(c->fd, c->job, len))
        return false;
    *out_job = bytes_of(c->job, len);
    return true;
}

bool channel_send(const struct channel *c, struct bytes result)
{
    uint8_t head[CHANNEL_LENGTH_SIZE];
    if (result.len >= CHANNEL_PROGRESS)
        return false;
    channel_write_length(head, (uint32_t)result.len);
    return write_exactly(c->fd, head, sizeof(head)) &&
           write_exactly(c->fd, result.data, result.len);
}

void channel_progress(const struct channel *c)
{
    uint8_t head[CHANNEL_LENGTH_SIZE];
    if (!c)
        return;
    channel_write_length(head, CHANNEL_PROGRESS);
    (void)write_exactly(c->fd, head, sizeof(head));
}
