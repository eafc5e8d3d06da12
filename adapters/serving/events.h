/* SPDX-License-Identifier: 0BSD */
/*
 * events.h - the events of a client, kept until the harness asks for them (proto/target.proto,
 * Events).
 * Depends on: proto/target.proto.
 *
 * Numbers count up from 1 and are never used twice. At most EVENTS_KEPT events with
 * EVENTS_BYTES_KEPT bytes are kept; then the oldest are forgotten.
 */
#ifndef SERVING_EVENTS_H
#define SERVING_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target.pb-c.h"

#define EVENTS_KEPT 4096u
#define EVENTS_BYTES_KEPT (64u * 1024u * 1024u)
#define EVENTS_PER_REPLY 256u

struct event_log;

/* Everything is borrowed; texts and content may be NULL for none. */
struct logged_event {
    Assay__Target__V1__EventKind kind;
    Assay__Target__V1__Reason reason;
    const char *peer; /* NULL: nobody */
    uint32_t device;
    const char *id;
    const uint8_t *content;
    size_t content_len;
    bool by_self;
    const char *detail;
};

/* NULL when memory is short. */
struct event_log *event_log_new(void);
/* Accepts NULL. */
void event_log_free(struct event_log *log);

/* Its number. 0 without memory, or when the content is over 1 MiB and 64 bytes: then its number is
 * used up, and the event is not shown. */
uint64_t event_log_add(struct event_log *log, const struct logged_event *told);

/*
 * The events after number |since|, oldest first, as pointers into the log (valid until the next
 * add): at most EVENTS_PER_REPLY of them and no more than |max_bytes| packed. How many.
 */
size_t event_log_since(struct event_log *log, uint64_t since, size_t max_bytes,
                       Assay__Target__V1__Event *out[EVENTS_PER_REPLY]);

#endif
