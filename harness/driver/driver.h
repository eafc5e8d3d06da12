/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/driver.h - the harness's side of proto/target.proto: one function for each operation,
 * which returns what the target answered.
 * Depends on: base, verdict, cipher/cipher (struct address), driver/transport; proto/target.proto.
 *
 * A driver has at most one request in flight. After anything but a well-formed reply it is
 * *broken*: further calls return SEEN_CLOSE without touching the stream, until driver_reopen.
 * struct answer says what the target did; the status of a call is about the harness only.
 */
#ifndef ASSAY_DRIVER_DRIVER_H
#define ASSAY_DRIVER_DRIVER_H

#include "base/arena.h"
#include "cipher/cipher.h"
#include "driver/transport.h"

#define DRIVER_DETAIL_MAX 1024u
#define DRIVER_CAPABILITIES_MAX 64u
/* BundleKind and MessageKind of bytes that this side does not understand. */
#define DRIVER_KIND_OPAQUE 15u
#define DRIVER_VERSIONS_MAX 16u
#define DRIVER_OUTGOING_MAX 64u /* messages beside one answer */

/* What a target says of itself in Hello. Texts live in the arena given to driver_hello and may
 * contain control characters. */
struct target_profile {
    uint32_t protocol_version;
    const char *name;
    const char *version;
    const char *adapter_version;
    const char *protocol;
    const char *surfaces[DRIVER_CAPABILITIES_MAX];
    size_t n_surfaces;
    const char *layers[DRIVER_CAPABILITIES_MAX];
    size_t n_layers;
    const char *capabilities[DRIVER_CAPABILITIES_MAX];
    size_t n_capabilities;
    uint32_t connections;                      /* at least 1 */
    const char *versions[DRIVER_VERSIONS_MAX]; /* the strongest first */
    size_t n_versions;
};

bool target_profile_has(const struct target_profile *profile, const char *capability);

struct target_event;
struct target_service;

/* A further message to be delivered, besides the one in the answer. */
struct target_outgoing {
    struct address to;
    uint32_t kind; /* MessageKind */
    struct bytes body;
};

/* One reply, as facts. Views and texts live in the arena given to the call. */
struct answer {
    /*
     * SEEN_DONE          the result that answers the operation: Done, BundleMade, Sealed, State,
     *                    FingerprintShown or Profile
     * SEEN_NOTHING_YET   Opened with a plaintext: the caller compares it and decides
     * SEEN_ABSORBED      Opened without a plaintext
     * SEEN_REFUSAL, SEEN_UNSUPPORTED, SEEN_FAULT
     * SEEN_GARBAGE, SEEN_OUT_OF_SEQUENCE, SEEN_OVERSIZE, SEEN_CLOSE, SEEN_DEATH, SEEN_SILENCE
     *                    the driver is now broken
     */
    enum seen seen;
    /* With SEEN_REFUSAL: assay.target.v1.Reason; an unknown number becomes 0. */
    uint32_t reason;
    /* For people: refusal or fault detail, or how the target died; never NULL. */
    const char *detail;
    uint32_t kind; /* BundleKind or MessageKind */
    struct bytes
        body; /* bundle, message, plaintext, state, scannable fingerprint, content, digest */
    const char *text; /* displayable fingerprint, key set, token, file name, host; "" otherwise */
    const struct target_outgoing *outgoing; /* further messages to be delivered */
    size_t n_outgoing;
    bool warned;                       /* the user was warned that a peer's long-term key changed */
    const struct target_event *events; /* of driver_events (driver/driver_client.h) */
    size_t n_events;
    const struct target_service *service; /* of driver_service (driver/driver_service.h) */
    uint64_t number;                      /* a medium's length, a server's port */
    const char *const *texts;             /* ids of pushes; of a server: target_server_text */
    size_t n_texts;
};

/* Called for every frame in both directions and for the end of a connection; for the tape. */
struct driver_recorder {
    void (*sent)(void *context, struct bytes request);
    void (*received)(void *context, struct bytes reply);
    void (*ended)(void *context, enum seen seen, const char *detail);
    void *context;
};

struct driver;

struct driver_options {
    struct target_address address; /* not used when |transport| is given */
    struct transport transport; /* ops NULL: open |address|. Given: taken over; driver_reopen then
                                   fails with E_IO */
    struct clock clock;
    uint64_t timeout_ms; /* for each reply */
    uint64_t start_ms;   /* to connect, or to start, and for the first reply; 0: as for each */
    struct driver_recorder recorder; /* functions may be NULL */
};

/* Make and connect. E_IO, E_TIMEOUT: not reachable, |detail| says why in one sentence. E_NOMEM. */
MUST_USE enum status driver_open(const struct driver_options *options, struct driver **out,
                                 struct buffer *detail);
/* Close, and end an owned process. Accepts NULL. */
void driver_close(struct driver *d);
/* Drop the connection and make a fresh one (a new process for exec:), so that nothing of the old
 * state is left. */
MUST_USE enum status driver_reopen(struct driver *d, struct buffer *detail);
bool driver_is_broken(const struct driver *d);
/* The host, beside loopback, where the target's service may stand; NULL for none. */
const char *driver_service_host(const struct driver *d);
/* The clock it was opened with, which counts waits from now on. */
struct clock driver_clock(const struct driver *d);
/* From now on |timeout_ms| for each reply. A request after |until_ms| of the clock (0: never) is
 * not sent: SEEN_SILENCE, and the driver is not broken. */
void driver_set_limits(struct driver *d, uint64_t timeout_ms, uint64_t until_ms);
/* Until the next driver_set_limits, replies have |least_ms| at least, and the end of all moves by
 * as much; by how much that is. */
uint64_t driver_stretch(struct driver *d, uint64_t least_ms);

/* What went wrong while assay or the target lost so much of its time is done again. */
#define DRIVER_LATE_MS 500u
#define DRIVER_LATE_MAX 4u /* in a row; then it counts as it is */

struct driver_moment {
    struct clock_moment own;
    uint64_t delay_ms;
};
struct driver_moment driver_moment(const struct driver *d);
/* Milliseconds since |since| that this process lost (clock_lost_ms), and that an owned target
 * did. */
uint64_t driver_lost_ms(const struct driver *d, const struct driver_moment *since);
void driver_set_recorder(struct driver *d, const struct driver_recorder *recorder);
uint64_t driver_target_cpu_us(const struct driver *d);
/* The target's process where it is ours, leader of its process group; else 0. */
pid_t driver_process(const struct driver *d);

struct target_import_prekey {
    uint32_t id;
    struct bytes private_key, public_key, signature;
};

struct target_import {
    struct bytes identity_private, identity_public;
    uint32_t registration_id;
    const struct target_import_prekey *signed_prekeys;
    size_t n_signed_prekeys;
    const struct target_import_prekey *one_time_prekeys;
    size_t n_one_time_prekeys;
};

/*
 * The operations. Each returns OK with *out filled, or another status when the harness could not do
 * its part; then out->seen is SEEN_HARNESS_TROUBLE and nothing is known about the target:
 *
 * E_LIMIT   the request would not fit a frame; nothing was sent, and the driver can go on
 * E_NOMEM   no memory, or |arena| is full
 * E_IO      the operating system said no; the driver is broken
 * E_PARSE   a tape in the target's place was asked for something else; the driver is broken
 *
 * Each request and its reply have |timeout_ms| together (the first |start_ms|). Every Reset has seq
 * 2, so that the requests after it are the same bytes whatever came before.
 */
MUST_USE enum status driver_hello(struct driver *d, const char *harness_version,
                                  struct arena *arena, struct target_profile *out_profile,
                                  struct answer *out);
MUST_USE enum status driver_reset(struct driver *d, struct bytes seed, struct arena *arena,
                                  struct answer *out);
MUST_USE enum status driver_ping(struct driver *d, struct arena *arena, struct answer *out);
/* Options of CreateParty, each with a capability of its own; empty or NULL: not given. */
struct target_party_options {
    const struct target_import *keys; /* "import-keys" */
    struct bytes identity;            /* "export-identity": what driver_export_identity gave */
    const char *version;              /* "versions" */
};
/* |options| may be NULL. */
MUST_USE enum status driver_create_party(struct driver *d, const char *party, struct address self,
                                         const struct target_party_options *options,
                                         struct arena *arena, struct answer *out);
MUST_USE enum status driver_get_bundle(struct driver *d, const char *party,
                                       bool without_one_time_prekey, bool rotate_signed_prekey,
                                       struct arena *arena, struct answer *out);
/* |kind| is a BundleKind, as the bundle was published. */
MUST_USE enum status driver_start_session(struct driver *d, const char *party, struct address peer,
                                          uint32_t kind, struct bytes bundle, struct arena *arena,
                                          struct answer *out);

/* To one peer, or to |group| when that is not NULL. */
struct target_conversation {
    const char *party;
    struct address peer; /* Open: who the transport says it is from */
    const char *group;
};
MUST_USE enum status driver_seal(struct driver *d, const struct target_conversation *where,
                                 struct bytes plaintext, struct arena *arena, struct answer *out);
MUST_USE enum status driver_open_message(struct driver *d, const struct target_conversation *where,
                                         uint32_t kind, struct bytes body, struct arena *arena,
                                         struct answer *out);
MUST_USE enum status driver_snapshot(struct driver *d, const char *party, struct arena *arena,
                                     struct answer *out);
MUST_USE enum status driver_restore(struct driver *d, const char *party, struct bytes state,
                                    struct arena *arena, struct answer *out);
/* The same, with the post-quantum secrets of |post_quantum_of|, another state ("split-state"). */
MUST_USE enum status driver_restore_split(struct driver *d, const char *party, struct bytes state,
                                          struct bytes post_quantum_of, struct arena *arena,
                                          struct answer *out);
MUST_USE enum status driver_fingerprint(struct driver *d, const struct target_conversation *where,
                                        const char *own_id, const char *peer_id,
                                        struct arena *arena, struct answer *out);
MUST_USE enum status driver_forget_session(struct driver *d,
                                           const struct target_conversation *where,
                                           struct arena *arena, struct answer *out);
MUST_USE enum status driver_accept_identity(struct driver *d,
                                            const struct target_conversation *where,
                                            struct bytes identity_key, struct arena *arena,
                                            struct answer *out);
MUST_USE enum status driver_distribute(struct driver *d, const char *party, const char *group,
                                       bool fresh, struct arena *arena, struct answer *out);

MUST_USE enum status driver_export_identity(struct driver *d, const char *party,
                                            struct arena *arena, struct answer *out);
/* Make a message that where->party would accept as from where->peer. */
MUST_USE enum status driver_forge(struct driver *d, const struct target_conversation *where,
                                  struct bytes plaintext, struct arena *arena, struct answer *out);
MUST_USE enum status driver_refresh(struct driver *d, const struct target_conversation *where,
                                    struct arena *arena, struct answer *out);
/* Open what where->party itself sent to where->peer. */
MUST_USE enum status driver_open_own(struct driver *d, const struct target_conversation *where,
                                     uint32_t kind, struct bytes body, struct arena *arena,
                                     struct answer *out);
/* A request whose operation no version knows: a sound adapter answers Unsupported. */
MUST_USE enum status driver_unknown_operation(struct driver *d, struct arena *arena,
                                              struct answer *out);

#endif
