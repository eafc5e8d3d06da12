/*
 * run/scene.h - the client surface of one case: assay's gatekeeper on a socket, the accounts of
 * everybody in the case, what each client of the target sent and told.
 * Depends on: run/stage, run/canary, target/door, target/client_remote, peer/gatekeeper.
 *
 * A target's party is a whole client here. It acts by itself: each function below that waits moves
 * the gatekeeper's bytes and asks the target for events until something is known or the deadline
 * passes. Nothing here judges.
 */
#ifndef ASSAY_RUN_SCENE_H
#define ASSAY_RUN_SCENE_H

#include "peer/gatekeeper.h"
#include "base/canary.h"
#include "run/stage.h"
#include "target/client_remote.h"
#include "target/door.h"

#define SCENE_ISSUER "https://provider.example"       /* whose tokens a target is told to make */
#define SCENE_NEVER_FETCHED "/nobody-must-fetch-this" /* of scene_bait; a canary */
#define SCENE_HEARD_MAX 65536u                        /* stanzas, lines and events kept in a case */

/* A stanza that came from a client. */
struct heard {
    uint64_t account;
    unsigned line; /* the connection's number */
    const struct stanza *stanza;
    struct bytes document;
};

/* A connection, as the gatekeeper saw it. */
struct heard_line {
    unsigned number;
    uint64_t account; /* 0: never authenticated */
    bool said_hello, is_authenticated, is_over;
    const char *trouble; /* why the gatekeeper ended it; NULL when it did not */
    bool ended_by_client;
    struct gate_introduction introduction; /* copied once authenticated */
    size_t stanzas_before;                 /* heard from it before authentication */
};

struct scene_account {
    uint64_t id;
    const char *name;
    uint32_t device;
    const char *user; /* the visible identifier: a canary outside the token */
    struct actor
        *at; /* the target's party that is connected for it, or was last; NULL for the harness's */
    struct bytes bundle; /* what the gatekeeper serves for it */
};

struct scene {
    struct stage *stage; /* kept */
    const struct wire_profile *profile;
    struct random random;
    struct gatekeeper *gatekeeper;
    struct door *door;
    struct clock clock;
    uint64_t timeout_ms;
    struct canaries canaries;
    struct heard *heard;
    size_t n_heard, cap_heard;
    struct heard_line *lines;
    size_t n_lines, cap_lines;
    struct scene_account accounts[STAGE_ACTORS_MAX];
    size_t n_accounts;
    const char *key_set; /* the provider's, asked once */
    unsigned next_id;
    enum status trouble; /* the listener ran out of something */
};

struct scene_options {
    const struct wire_profile *profile;
    struct clock clock;
    uint64_t timeout_ms;
    struct capture *capture; /* NULL for none */
};

/* In the stage's arena. E_NOMEM, E_CRYPTO, E_IO. */
MUST_USE enum status scene_open(struct stage *s, const struct scene_options *options,
                                struct scene **out);
/* Closes sockets; memory is the arena's. Accepts NULL. */
void scene_close(struct scene *scene);

/* An address for external entities: who fetches it comes to the gatekeeper's own door and is found
 * out. NULL when the arena is full. */
const char *scene_bait(const struct scene *scene);

/* The account of |a|'s address; made when it is new. NULL when full. */
struct scene_account *scene_account(struct scene *scene, struct actor *a);

/* Make |a| as a client of the target. As the client_ functions. */
MUST_USE enum status scene_create(struct scene *scene, struct actor *a, struct answer *out);

/* Ask for |a|'s events. *out SEEN_DONE, or what was wrong with the answer. */
MUST_USE enum status scene_poll(struct scene *scene, struct actor *a, struct answer *out);

/*
 * Move bytes and poll |a| until |is_enough| says so. *out SEEN_DONE; SEEN_SILENCE past |for_ms|; or
 * what went wrong on the control socket.
 */
MUST_USE enum status scene_until(struct scene *scene, struct actor *a,
                                 bool (*is_enough)(void *context), void *context, uint64_t for_ms,
                                 struct answer *out);
/* Move bytes for so long. */
MUST_USE enum status scene_linger(struct scene *scene, struct actor *a, uint64_t for_ms,
                                  struct answer *out);

/* The newest event of |a| of this kind after the first |since| kept ones; NULL for none. */
const struct remote_event *scene_event(const struct actor *a, enum remote_event_kind kind,
                                       size_t since);
/* The line on which |a| is connected now, or NULL. */
struct gate_line *scene_line(struct scene *scene, const struct actor *a);
/* The newest line heard of with this account, or (0) at all. */
struct heard_line *scene_heard_line(struct scene *scene, uint64_t account);

struct scene_connect {
    struct gate_bend handshake;
    enum certificate_bend certificate;
};
/*
 * |a| dials. *out SEEN_DONE once it is connected; SEEN_REFUSAL when it ended the first attempt by
 * itself and said why; SEEN_CLOSE when it ended without a word; SEEN_UNREADABLE when the gatekeeper
 * could not go on with what it sent.
 */
MUST_USE enum status scene_connect(struct scene *scene, struct actor *a,
                                   const struct scene_connect *how, struct answer *out);
/* The same when it is not connected, honestly. */
MUST_USE enum status scene_be_connected(struct scene *scene, struct actor *a, struct answer *out);

/* Push a ping to |a| and wait for its answer: what it was sent before has been seen to. *out
 * SEEN_DONE, SEEN_CLOSE, SEEN_SILENCE. */
MUST_USE enum status scene_barrier(struct scene *scene, struct actor *a, struct answer *out);

/* A ping with this id, and no waiting. */
MUST_USE enum status scene_push_ping(struct scene *scene, struct gate_line *line, const char *id);

/* A stanza id no one used in this case, in the arena; NULL when it is full. */
const char *scene_new_id(struct scene *scene);
/* The |n|-th stanza called |name| that |account| sent after the first |since| heard, with this id
 * (NULL: any); NULL for none. */
const struct heard *scene_find(const struct scene *scene, uint64_t account, const char *name,
                               const char *id, size_t since);

#endif
