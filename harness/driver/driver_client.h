/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/driver_client.h - the client surface of proto/target.proto: one function an operation.
 * Depends on: base, driver/driver, wire/profile; proto/target.proto.
 *
 * Statuses and answers as in driver/driver.h. A target answers each operation at once and reports
 * its outcome as events.
 */
#ifndef ASSAY_DRIVER_DRIVER_CLIENT_H
#define ASSAY_DRIVER_DRIVER_CLIENT_H

#include "driver/driver.h"
#include "wire/profile.h"

#define TARGET_EVENTS_MAX 256u /* of one answer */

/* Numbers of proto/target.proto. */
enum target_event_kind {
    TARGET_EVENT_NONE = 0,
    TARGET_EVENT_CONNECTED,
    TARGET_EVENT_CLOSED,
    TARGET_EVENT_GAVE_UP,
    TARGET_EVENT_SHOWN,
    TARGET_EVENT_SENT,
    TARGET_EVENT_FAILED,
    TARGET_EVENT_PREPARED,
    TARGET_EVENT_REFUSED,
    TARGET_EVENT_WARNED,
    TARGET_EVENT_DELIVERED,
    TARGET_EVENT_READ,
    N_TARGET_EVENT_KIND
};

#define TARGET_REASON_SERVER 20u /* the server said no */

struct target_event {
    uint64_t number;
    enum target_event_kind kind; /* TARGET_EVENT_NONE for an unknown number */
    const char *peer;            /* "" for nobody */
    uint32_t device;
    const char *id;
    struct bytes content;
    uint32_t reason;
    bool by_self;
    const char *detail;
};

struct target_connect {
    const char *party;
    uint16_t port; /* on 127.0.0.1 */
    uint64_t account_id;
    const char *user, *issuer, *audience;
    struct bytes root_key;
    const struct wire_profile *profile; /* sent whole, as names and values */
};

MUST_USE enum status driver_create_client(struct driver *d, const char *party, struct address self,
                                          struct arena *arena, struct answer *out);
MUST_USE enum status driver_connect(struct driver *d, const struct target_connect *how,
                                    struct arena *arena, struct answer *out);
MUST_USE enum status driver_disconnect(struct driver *d, const char *party, struct arena *arena,
                                       struct answer *out);
/* |content| an encoded assay.content.v1.Content. */
MUST_USE enum status driver_send_content(struct driver *d, const struct target_conversation *where,
                                         struct bytes content, struct arena *arena,
                                         struct answer *out);
MUST_USE enum status driver_prepare(struct driver *d, const struct target_conversation *where,
                                    struct arena *arena, struct answer *out);
MUST_USE enum status driver_rotate(struct driver *d, const char *party, struct arena *arena,
                                   struct answer *out);
MUST_USE enum status driver_mark_read(struct driver *d, const struct target_conversation *where,
                                      struct arena *arena, struct answer *out);
/* The events after number |since|, in answer.events and n_events. Numbers that do not count up by
 * one are SEEN_GARBAGE. */
MUST_USE enum status driver_events(struct driver *d, const char *party, uint64_t since,
                                   struct arena *arena, struct answer *out);
/* answer.text: the key set. */
MUST_USE enum status driver_key_set(struct driver *d, struct arena *arena, struct answer *out);

#endif
