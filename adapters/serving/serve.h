/* SPDX-License-Identifier: 0BSD */
/*
 * serve.h - one control connection of an adapter in C: frames in, operations, frames out
 * (proto/target.proto).
 * Depends on: events, serve_service; protobuf-c, proto/target.proto.
 *
 * The implementation comes in as a table, and the client surface, where there is one, as a second.
 *
 * An operation that is NULL is unsupported. Every operation returns 0 or a code of the
 * implementation, which |reason_of| explains. An operation that returns bytes allocates them with
 * malloc; serve frees them.
 */
#ifndef SERVING_SERVE_H
#define SERVING_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events.h"
#include "serve_service.h"
#include "target.pb-c.h"

#define SERVE_CONNECTIONS_MAX 64 /* at once, when listening */
#define SERVE_DIGITS 61u         /* a displayable fingerprint and its terminator */

struct served_bytes {
    uint8_t *data;
    size_t len;
};

struct served_address {
    const char *name; /* "" when the request has none */
    uint32_t device;
};

/*
 * The client surface. An operation accepts an order and returns at once: 0, or a code as above. Its
 * outcome is added to |log| (kept; it outlives the client). serve polls the control stream and the
 * clients' sockets in one loop, without threads: a client must never block.
 */
struct client_implementation {
    const char *const *capabilities; /* beyond the library's: "client/snapshot" ...; NULL last */
    const char *const *layers; /* beyond "cipher": "content", "stanza", "channel"; NULL last */

    int (*client_new)(void *state, struct served_address self, struct event_log *log,
                      void **out_client);
    /* Are these bytes of |save|, rather than of a library party? */
    bool (*is_saved)(const uint8_t *saved, size_t len);
    int (*restore)(void *state, const uint8_t *saved, size_t len, struct event_log *log,
                   void **out_client);
    void (*client_free)(void *client);

    /* Views in |how| live for the call. A client that is connected already starts over. */
    int (*connect)(void *client, const Assay__Target__V1__Connect *how, uint64_t now_ms);
    int (*disconnect)(void *client);
    int (*send_text)(void *client, struct served_address peer, const char *text);
    int (*send_content)(void *client, struct served_address peer, const uint8_t *content,
                        size_t len);
    int (*prepare)(void *client, struct served_address peer);
    int (*rotate)(void *client);
    int (*mark_read)(void *client, struct served_address peer);
    /* A JWK Set: JSON text with its terminator; of the connection, not of one client. */
    int (*key_set)(void *state, struct served_bytes *out_json);

    int (*save)(void *client, struct served_bytes *out);
    int (*fingerprint)(void *client, struct served_address peer, const char *own_id,
                       const char *peer_id, char out_text[SERVE_DIGITS],
                       struct served_bytes *out_scannable);
    int (*forget)(void *client, struct served_address peer);
    int (*accept)(void *client, struct served_address peer, const uint8_t *key, size_t len);

    /*
     * What to wait for: the socket or -1, POLLIN and POLLOUT in *events, and how long at most (-1:
     * no matter how long; 0: something is due now). Asked before each wait.
     */
    int (*poll_fd)(void *client, short *events, int64_t *out_timeout_ms, uint64_t now_ms);
    /* After each wait, with what poll said of the socket (0: nothing, time passed). |now_ms| is a
     * monotonic clock's. */
    void (*ready)(void *client, short revents, uint64_t now_ms);
};

/*
 * The server surface: a gatekeeper's server, which assay's clients dial; or (is_proxy) the proxy
 * surface: a server in between, which is told where the gatekeeper is. Returns 0 and fills |out|,
 * whose parts live until the next operation, or a code as above.
 */
struct server_implementation {
    bool is_proxy;
    int (*open_server)(void *state, const Assay__Target__V1__OpenServer *how,
                       Assay__Target__V1__ServerOpened *out);
};

struct implementation {
    const char *program; /* for messages on standard error */
    const char *name, *version, *adapter_version, *protocol;
    const char *const *capabilities; /* NULL after the last */
    const char *const *versions;     /* the strongest first, NULL after the last; NULL: only one */
    Assay__Target__V1__BundleKind bundle_kind;

    /* The empty state of a control connection; NULL without memory. |configuration| is the argument
     * of serve. */
    void *(*open)(const void *configuration);
    void (*close)(void *state);
    /* All parties were freed before; from now on all randomness comes from |seed| (32 bytes). */
    void (*reset)(void *state, const uint8_t seed[32]);

    /* NULL: the library surface is not offered. |options| (borrowed) may have imported keys, an
     * exported identity, a version. */
    int (*party_new)(void *state, struct served_address self,
                     const Assay__Target__V1__CreateParty *options, void **out_party);
    int (*party_restore)(void *state, const uint8_t *saved, size_t len, void **out_party);
    /* The same with the post-quantum secrets of |other|; NULL where there are none. */
    int (*party_restore_split)(void *state, const uint8_t *saved, size_t len, const uint8_t *other,
                               size_t other_len, void **out_party);
    void (*party_free)(void *party);
    int (*publish)(void *party, bool with_one_time_prekey, bool rotates, struct served_bytes *out);
    int (*start)(void *party, struct served_address peer, const uint8_t *bundle, size_t len);
    int (*seal)(void *party, struct served_address peer, const uint8_t *plaintext, size_t len,
                Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out);
    int (*open_message)(void *party, struct served_address from,
                        Assay__Target__V1__MessageKind kind, const uint8_t *body, size_t len,
                        struct served_bytes *out);
    int (*save)(void *party, struct served_bytes *out);
    int (*fingerprint)(void *party, struct served_address peer, const char *own_id,
                       const char *peer_id, char out_text[SERVE_DIGITS],
                       struct served_bytes *out_scannable);
    int (*forget)(void *party, struct served_address peer);
    int (*accept)(void *party, struct served_address peer, const uint8_t *key, size_t len);
    int (*distribute)(void *party, const char *group, bool is_fresh, struct served_bytes *out);
    int (*absorb)(void *party, const char *group, struct served_address from, const uint8_t *body,
                  size_t len);
    int (*seal_group)(void *party, const char *group, const uint8_t *plaintext, size_t len,
                      struct served_bytes *out);
    int (*open_group)(void *party, const char *group, struct served_address from,
                      const uint8_t *body, size_t len, struct served_bytes *out);

    int (*export_identity)(void *party, struct served_bytes *out);
    int (*forge)(void *party, struct served_address from, const uint8_t *plaintext, size_t len,
                 Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out);
    /* |out| is the message for |peer|; empty when there is none. */
    int (*refresh)(void *party, struct served_address peer,
                   Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out);
    int (*open_own)(void *party, struct served_address to, Assay__Target__V1__MessageKind kind,
                    const uint8_t *body, size_t len, struct served_bytes *out);

    /* Was the user warned of a changed key since the last call? */
    bool (*has_warned)(void *state);

    /* NULL: the client surface is not offered, and its operations are unsupported. */
    const struct client_implementation *clients;
    /* The same for the service surface, and the provider of a connection's state. */
    const struct service_implementation *service;
    void *(*provider)(void *state);
    /* The same for the server surface. */
    const struct server_implementation *server;

    /* True: |code| is a refusal, with *out_reason and *out_text. False: it is a fault, and
     * *out_text says what failed. */
    bool (*reason_of)(int code, Assay__Target__V1__Reason *out_reason, const char **out_text);
};

/*
 * Serve until the stream ends. 0 when it ended between frames; 1 with a sentence on standard error
 * when it failed, a frame was longer than 2 MiB, or a request did not parse.
 */
int serve(const struct implementation *what, const void *configuration, int in, int out);

/* The clock of |now_ms|: monotonic, milliseconds. */
uint64_t serve_now_ms(void);

#endif
