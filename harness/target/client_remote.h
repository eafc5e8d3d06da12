/*
 * target/client_remote.h - the client surface of proto/target.proto: one function an operation.
 * Depends on: base, target/client, wire/profile; proto/target.proto.
 *
 * Statuses and answers as in target/client.h. A target answers each of them at once; what comes of
 * it is told as events.
 */
#ifndef ASSAY_TARGET_CLIENT_REMOTE_H
#define ASSAY_TARGET_CLIENT_REMOTE_H

#include "target/client.h"
#include "wire/profile.h"

#define REMOTE_EVENTS_MAX 256u /* of one answer */

/* Numbers of proto/target.proto. */
enum remote_event_kind {
    REMOTE_NONE = 0,
    REMOTE_CONNECTED,
    REMOTE_CLOSED,
    REMOTE_GAVE_UP,
    REMOTE_SHOWN,
    REMOTE_SENT,
    REMOTE_FAILED,
    REMOTE_PREPARED,
    REMOTE_REFUSED,
    REMOTE_WARNED,
    REMOTE_DELIVERED,
    REMOTE_READ,
    N_REMOTE_EVENT
};

struct remote_event {
    uint64_t number;
    enum remote_event_kind kind; /* one we do not know is REMOTE_NONE */
    const char *peer;            /* "" for nobody */
    uint32_t device;
    const char *id;
    struct bytes content;
    uint32_t reason;
    bool by_self;
    const char *detail;
};

struct remote_connect {
    const char *party;
    uint16_t port; /* on 127.0.0.1 */
    uint64_t account_id;
    const char *user, *issuer, *audience;
    struct bytes root_key;
    const struct wire_profile *profile; /* crosses whole, as names and values */
};

MUST_USE enum status client_create_client(struct client *c, const char *party,
                                          struct target_peer self, struct arena *arena,
                                          struct answer *out);
MUST_USE enum status client_connect(struct client *c, const struct remote_connect *how,
                                    struct arena *arena, struct answer *out);
MUST_USE enum status client_disconnect(struct client *c, const char *party, struct arena *arena,
                                       struct answer *out);
/* |text| UTF-8. */
MUST_USE enum status client_send_text(struct client *c, const struct target_conversation *where,
                                      struct bytes text, struct arena *arena, struct answer *out);
/* |content| an encoded assay.content.v1.Content. */
MUST_USE enum status client_send_content(struct client *c, const struct target_conversation *where,
                                         struct bytes content, struct arena *arena,
                                         struct answer *out);
MUST_USE enum status client_prepare(struct client *c, const struct target_conversation *where,
                                    struct arena *arena, struct answer *out);
MUST_USE enum status client_rotate(struct client *c, const char *party, struct arena *arena,
                                   struct answer *out);
MUST_USE enum status client_mark_read(struct client *c, const struct target_conversation *where,
                                      struct arena *arena, struct answer *out);
/* What happened since event |since|; answer.events and n_events. An event whose number does not
 * count up by one is SEEN_GARBAGE. */
MUST_USE enum status client_events(struct client *c, const char *party, uint64_t since,
                                   struct arena *arena, struct answer *out);
/* answer.text: the key set. */
MUST_USE enum status client_key_set(struct client *c, struct arena *arena, struct answer *out);

#endif
