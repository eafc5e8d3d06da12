/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/capture.h"

#include "base/buffer.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define SEGMENT_MAX 1400u
#define COMMENT_MAX 4096u
#define BLOCK_MAX (SEGMENT_MAX + COMMENT_MAX + 1024u)
#define CLIENT_PORT_BASE 40000u
#define PORTS 20000u
#define CONNECTIONS_MAX 4096u
#define OPTION_COMMENT 1u

enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_PUSH = 8, FLAG_ACK = 16 };

struct tcp_state {
    uint32_t number;
    uint32_t client_port; /* differs for connections of a capture as long as there are ports */
    uint32_t next[2];     /* sequence numbers: of the client, of the server */
};

struct capture {
    FILE *file;
    struct tcp_state connections[CONNECTIONS_MAX];
    size_t n_connections;
    uint32_t n_opened;
    enum status st;
    int why; /* errno, with E_IO */
};

/* ---- blocks (pcapng, sections 3 and 4), little-endian as the byte-order magic says */

static void put16(struct buffer *b, uint16_t v)
{
    buffer_append_byte(b, (uint8_t)v);
    buffer_append_byte(b, (uint8_t)(v >> 8));
}

static void put32(struct buffer *b, uint32_t v)
{
    put16(b, (uint16_t)v);
    put16(b, (uint16_t)(v >> 16));
}

static void pad4(struct buffer *b, size_t len)
{
    for (; len % 4; len++)
        buffer_append_byte(b, 0);
}

static void fail(struct capture *c)
{
    c->why = errno;
    c->st = E_IO;
}

static void write_block(struct capture *c, uint32_t type, const struct buffer *body)
{
    struct buffer block;
    buffer_init(&block, BLOCK_MAX);
    put32(&block, type);
    put32(&block, (uint32_t)body->len + 12);
    buffer_append(&block, buffer_bytes(body));
    put32(&block, (uint32_t)body->len + 12);
    if (!c->st)
        c->st = buffer_status(&block);
    if (!c->st && fwrite(block.data, 1, block.len, c->file) != block.len)
        fail(c);
    buffer_fini(&block);
}

enum status capture_new(FILE *file, struct capture **out)
{
    struct buffer section, interface;
    *out = NULL;
    void *shared = mmap(NULL, sizeof(struct capture), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return E_NOMEM;
    struct capture *c = shared;
    c->file = file;
    buffer_init(&section, 64);
    put32(&section, 0x1a2b3c4d);
    put16(&section, 1);
    put16(&section, 0);
    put32(&section, UINT32_MAX); /* the section's length is not known */
    put32(&section, UINT32_MAX);
    buffer_init(&interface, 64);
    put16(&interface, 1); /* Ethernet */
    put16(&interface, 0);
    put32(&interface, 0);
    write_block(c, 0x0a0d0d0a, &section);
    write_block(c, 1, &interface);
    buffer_fini(&section);
    buffer_fini(&interface);
    if (c->st) {
        enum status st = c->st;
        capture_free(c);
        return st;
    }
    *out = c;
    return OK;
}

void capture_free(struct capture *c)
{
    if (c)
        munmap(c, sizeof(*c));
}

enum status capture_status(const struct capture *c)
{
    errno = c->why;
    return c->st;
}

/* ---- Ethernet, IPv4, TCP; big-endian */

static void be16(uint8_t *to, uint32_t v)
{
    to[0] = (uint8_t)(v >> 8);
    to[1] = (uint8_t)v;
}

static void be32(uint8_t *to, uint32_t v)
{
    be16(to, v >> 16);
    be16(to + 2, v & 0xffff);
}

static uint32_t sum16(uint32_t sum, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum += (uint32_t)data[i] << (i % 2 ? 0 : 8);
    return sum;
}

static uint16_t folded(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

struct segment {
    uint32_t client_port, server_port;
    bool from_client;
    unsigned flags;
    uint32_t sequence, acknowledged;
    struct bytes payload;
};

static void write_headers(const struct segment *s, uint8_t out[54])
{
    static const uint8_t driver[4] = {127, 0, 0, 2}, server[4] = {127, 0, 0, 1};
    size_t tcp_len = 20 + s->payload.len;
    memset(out, 0, 54);
    out[5] = s->from_client ? 1 : 2; /* to, then from */
    out[11] = s->from_client ? 2 : 1;
    be16(out + 12, 0x0800);
    uint8_t *ip = out + 14, *tcp = out + 34;
    ip[0] = 0x45;
    be16(ip + 2, (uint32_t)(20 + tcp_len));
    ip[6] = 0x40; /* not to be fragmented */
    ip[8] = 64;
    ip[9] = 6;
    memcpy(ip + 12, s->from_client ? driver : server, 4);
    memcpy(ip + 16, s->from_client ? server : driver, 4);
    be16(ip + 10, folded(sum16(0, ip, 20)));
    be16(tcp, s->from_client ? s->client_port : s->server_port);
    be16(tcp + 2, s->from_client ? s->server_port : s->client_port);
    be32(tcp + 4, s->sequence);
    be32(tcp + 8, s->acknowledged);
    tcp[12] = 0x50;
    tcp[13] = (uint8_t)s->flags;
    be16(tcp + 14, 65535);
    uint32_t sum = sum16(0, ip + 12, 8) + 6 + (uint32_t)tcp_len;
    sum = sum16(sum16(sum, tcp, 20), s->payload.data, s->payload.len);
    be16(tcp + 16, folded(sum));
}

/* Bytes of the character |text| begins with;
 * 0 where it begins with none that a comment may hold. */
static size_t character_len(struct bytes text)
{
    uint8_t first = text.data[0];
    size_t len = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first == 0 || first > 0xf4 || len > text.len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((text.data[i] & 0xc0) != 0x80)
            return 0;
    bool is_overlong =
        (first == 0xe0 && text.data[1] < 0xa0) || (first == 0xf0 && text.data[1] < 0x90);
    bool is_none = (first == 0xed && text.data[1] > 0x9f) || (first == 0xf4 && text.data[1] > 0x8f);
    return is_overlong || is_none ? 0 : len;
}

/* A comment is UTF-8, whatever a stanza was: a byte that is not part of a character becomes '?',
 * and none is cut in two. */
static void put_comment(struct buffer *b, struct bytes text)
{
    struct buffer comment;
    if (!text.len)
        return;
    buffer_init(&comment, COMMENT_MAX);
    for (size_t at = 0; at < text.len;) {
        struct bytes rest = bytes_slice(text, at, text.len);
        size_t len = character_len(rest);
        if (comment.len + (len ? len : 1) > COMMENT_MAX)
            break;
        buffer_append(&comment, len ? bytes_slice(rest, 0, len) : bytes_of_text("?"));
        at += len ? len : 1;
    }
    put16(b, OPTION_COMMENT);
    put16(b, (uint16_t)comment.len);
    buffer_append(b, buffer_bytes(&comment));
    pad4(b, comment.len);
    put32(b, 0); /* end of options */
    buffer_fini(&comment);
}

static void write_segment(struct capture *c, const struct segment *s, struct bytes comment,
                          uint64_t unix_us)
{
    uint8_t headers[54];
    struct buffer body;
    uint32_t len = (uint32_t)(sizeof(headers) + s->payload.len);
    write_headers(s, headers);
    buffer_init(&body, BLOCK_MAX);
    put32(&body, 0);
    put32(&body, (uint32_t)(unix_us >> 32));
    put32(&body, (uint32_t)unix_us);
    put32(&body, len);
    put32(&body, len);
    buffer_append(&body, bytes_of(headers, sizeof(headers)));
    buffer_append(&body, s->payload);
    pad4(&body, len);
    put_comment(&body, comment);
    if (!c->st)
        c->st = buffer_status(&body);
    write_block(c, 6, &body);
    buffer_fini(&body);
}

/* ---- connections */

static struct tcp_state *state_of(struct capture *c, const struct capture_connection *connection)
{
    for (size_t i = c->n_connections; i-- > 0;)
        if (c->connections[i].number == connection->number)
            return &c->connections[i];
    return NULL;
}

static void send_segment(struct capture *c, const struct capture_connection *connection,
                         bool from_client, unsigned flags, struct bytes payload,
                         struct bytes comment, uint64_t unix_us)
{
    struct tcp_state *t = state_of(c, connection);
    if (!t)
        return;
    struct segment s = {.client_port = t->client_port,
                        .server_port = connection->server_port,
                        .from_client = from_client,
                        .flags = flags,
                        .sequence = t->next[!from_client],
                        .acknowledged = flags & FLAG_ACK ? t->next[from_client] : 0,
                        .payload = payload};
    write_segment(c, &s, comment, unix_us);
    t->next[!from_client] += (uint32_t)payload.len + (flags & (FLAG_SYN | FLAG_FIN) ? 1u : 0u);
}

void capture_opened(struct capture *c, const struct capture_connection *connection,
                    uint64_t unix_us)
{
    if (c->n_connections == CONNECTIONS_MAX)
        c->n_connections = 0; /* the oldest have ended long ago */
    c->connections[c->n_connections++] = (struct tcp_state){
        connection->number, CLIENT_PORT_BASE + c->n_opened++ % PORTS, {1000, 2000}};
    send_segment(c, connection, true, FLAG_SYN, (struct bytes){0}, bytes_of_text(connection->label),
                 unix_us);
    send_segment(c, connection, false, FLAG_SYN | FLAG_ACK, (struct bytes){0}, (struct bytes){0},
                 unix_us);
    send_segment(c, connection, true, FLAG_ACK, (struct bytes){0}, (struct bytes){0}, unix_us);
}

void capture_bytes(struct capture *c, const struct capture_connection *connection, bool from_client,
                   struct bytes raw, struct bytes clear, uint64_t unix_us)
{
    for (size_t at = 0; at < raw.len; at += SEGMENT_MAX) {
        send_segment(c, connection, from_client, FLAG_PUSH | FLAG_ACK,
                     bytes_slice(raw, at, SEGMENT_MAX), at == 0 ? clear : (struct bytes){0},
                     unix_us);
        send_segment(c, connection, !from_client, FLAG_ACK, (struct bytes){0}, (struct bytes){0},
                     unix_us);
    }
}

void capture_closed(struct capture *c, const struct capture_connection *connection, bool by_client,
                    uint64_t unix_us)
{
    send_segment(c, connection, by_client, FLAG_FIN | FLAG_ACK, (struct bytes){0},
                 (struct bytes){0}, unix_us);
    send_segment(c, connection, !by_client, FLAG_FIN | FLAG_ACK, (struct bytes){0},
                 (struct bytes){0}, unix_us);
    send_segment(c, connection, by_client, FLAG_ACK, (struct bytes){0}, (struct bytes){0}, unix_us);
    /* so that the connection is whole in the file however the process ends */
    if (fflush(c->file) && !c->st)
        fail(c);
}
