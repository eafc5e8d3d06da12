/* SPDX-License-Identifier: 0BSD */
#include "events.h"

#include <stdlib.h>
#include <string.h>

#define CONTENT_MAX (1024u * 1024u + 64u)
#define EVENT_OVERHEAD 16u /* at least the tag and length of an event within its list */

/* One event and the memory its fields point into. */
struct kept_event {
    Assay__Target__V1__Event event;
    Assay__Target__V1__Address peer;
    size_t packed_len;
    char room[];
};

/* A ring: the newest of |count| has the number |last|. */
struct event_log {
    struct kept_event *ring[EVENTS_KEPT];
    size_t first, count;
    size_t bytes;
    uint64_t last;
};

struct event_log *event_log_new(void) { return calloc(1, sizeof(struct event_log)); }

static void drop_oldest(struct event_log *log)
{
    struct kept_event *oldest = log->ring[log->first];
    log->bytes -= oldest ? oldest->packed_len : 0;
    free(oldest);
    log->ring[log->first] = NULL;
    log->first = (log->first + 1) % EVENTS_KEPT;
    log->count--;
}

void event_log_free(struct event_log *log)
{
    while (log && log->count)
        drop_oldest(log);
    free(log);
}

/* Copy |len| bytes and a terminator to *at, and move on. */
static char *put(char **at, const void *from, size_t len)
{
    char *to = *at;
    if (len)
        memcpy(to, from, len);
    to[len] = '\0';
    *at += len + 1;
    return to;
}

static size_t length_of(const char *text) { return text ? strlen(text) : 0; }

static struct kept_event *copy_of(const struct logged_event *told, uint64_t number)
{
    size_t room = length_of(told->peer) + length_of(told->id) + length_of(told->detail);
    if (told->content_len > CONTENT_MAX || room > CONTENT_MAX)
        return NULL;
    struct kept_event *k = calloc(1, sizeof(*k) + room + told->content_len + 4);
    if (!k)
        return NULL;
    char *at = k->room;
    Assay__Target__V1__Event *e = &k->event;
    assay__target__v1__event__init(e);
    assay__target__v1__address__init(&k->peer);
    e->number = number;
    e->kind = told->kind;
    e->reason = told->reason;
    e->by_self = told->by_self;
    e->id = put(&at, told->id, length_of(told->id));
    e->detail = put(&at, told->detail, length_of(told->detail));
    e->content.data = (uint8_t *)put(&at, told->content, told->content_len);
    e->content.len = told->content_len;
    if (told->peer) {
        k->peer.name = put(&at, told->peer, length_of(told->peer));
        k->peer.device = told->device;
        e->peer = &k->peer;
    }
    k->packed_len = assay__target__v1__event__get_packed_size(e) + EVENT_OVERHEAD;
    return k;
}

uint64_t event_log_add(struct event_log *log, const struct logged_event *told)
{
    struct kept_event *k = copy_of(told, ++log->last);
    /* an event that cannot be kept has a place, too, so that numbers stay positions */
    if (log->count == EVENTS_KEPT)
        drop_oldest(log);
    while (k && log->count && log->bytes + k->packed_len > EVENTS_BYTES_KEPT)
        drop_oldest(log);
    log->ring[(log->first + log->count) % EVENTS_KEPT] = k;
    log->count++;
    log->bytes += k ? k->packed_len : 0;
    return k ? log->last : 0;
}

size_t event_log_since(struct event_log *log, uint64_t since, size_t max_bytes,
                       Assay__Target__V1__Event *out[EVENTS_PER_REPLY])
{
    uint64_t oldest = log->last - log->count + 1;
    size_t bytes = 0, n = 0;
    for (size_t i = since < oldest ? 0 : (size_t)(since - oldest + 1);
         since < log->last && i < log->count && n < EVENTS_PER_REPLY; i++) {
        struct kept_event *k = log->ring[(log->first + i) % EVENTS_KEPT];
        if (!k)
            continue;
        bytes += k->packed_len;
        if (bytes > max_bytes)
            break;
        out[n++] = &k->event;
    }
    return n;
}
