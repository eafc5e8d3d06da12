/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/context.h - one case while it runs: who is there, what they have made, and the way to the
 * target.
 * Depends on: base, verdict, cipher, scenario, driver.
 *
 * Everything here lives as long as the case. Verbs (run/verbs.h) act on a context; they never
 * judge: they fill a struct step_result with what was seen, and run/case_run.c asks the oracle.
 */
#ifndef ASSAY_RUN_CONTEXT_H
#define ASSAY_RUN_CONTEXT_H

#include "base/random.h"
#include "cipher/cipher.h"
#include "run/result.h"
#include "run/watch.h"
#include "scenario/op.h"
#include "scenario/scope.h"
#include "driver/driver.h"
#include "wire/field.h"

#define CONTEXT_PARTIES_MAX 32u /* those of the case, then those that a step makes for itself */
#define CONTEXT_HELD_MAX 64u
#define CONTEXT_MEASURES_MAX 16u
#define CONTEXT_ARENA_MAX (256u * 1024u * 1024u)

struct client_context;
struct service_context;
struct server_context;
struct surface_acts;
struct observed_stanza;
struct observed_connection;
struct target_event;

struct case_party {
    const char *name;         /* in the case, and a target party's handle */
    const char *address_name; /* who it says it is */
    uint32_t device;
    bool is_target;
    struct cipher_party *party; /* the harness's own; NULL for a party of the target */
    struct random random;       /* the party draws from it */
    /* Of the target: whose snapshot it was made from, and how much had been watched by then. */
    const struct case_party *restored_from;
    size_t restored_at;
    /* Of the harness: who opened a first message of the session it started last; else NULL. */
    const struct case_party *initiated;
    /* On the client surface: what a client of the target told, in order, and how much of that
     * <shown> has looked at, and <warned>. */
    const struct target_event **events;
    size_t n_events, cap_events, n_shown, n_warned;
    size_t n_events_judged; /* what was told was looked at (run/client_watch.h) */
};

/*
 * Where an artifact is kept: under its index in the case (scenario/op.h), or in one of the places
 * after them for what a step makes for itself and no other step sees.
 */
enum {
    SLOT_BUNDLE = SCOPE_ARTIFACTS_MAX,
    SLOT_PASSING,
    SLOT_DROPPED,
    SLOT_HELD, /* so many from here on */
    N_SLOT = SLOT_HELD + CONTEXT_HELD_MAX
};

/* How a message crosses, beside its bytes; on the client surface only. NULL: as it should. */
struct delivery {
    const struct word_use *stanza_mutation;
    const struct word_use *channel_mutation;
    bool has_same_id;
};

enum artifact_kind {
    ARTIFACT_NONE = 0,
    ARTIFACT_MESSAGE,
    ARTIFACT_BUNDLE,
    ARTIFACT_SNAPSHOT,
    ARTIFACT_RECORDING,
    ARTIFACT_CONNECTION,
    ARTIFACT_HOSTED /* a medium that the target hosts, or a token that it made */
};

struct artifact {
    const char *name;
    enum artifact_kind what;
    struct case_party *author;
    struct case_party *addressee; /* of a message; NULL for a group message */
    const char *group;
    const struct cipher_kind *kind; /* of a message; never NULL */
    struct bytes body;
    struct bytes plaintext; /* of a message: what was sealed */
    /* On the client surface: the content that carries the plaintext, without its padding; a
     * target's message as it was observed; the id under which it was last delivered, and how it is
     * to be; the connection. */
    struct bytes content;
    const struct observed_stanza *observed;
    bool is_written;     /* by <write>: when it comes is not known */
    struct bytes opened; /* what the harness's own party decrypted, padding and all */
    const char *id;
    size_t observed_before; /* stanzas, when it was last delivered */
    struct delivery delivery;
    const struct observed_connection *connection;
    /* Of a message the harness sealed: its keys, to change it under them; else NULL. */
    struct cipher_sealed *sealed;
    const struct artifact *origin; /* of a tampered one: what it was made from */
    const char *field;             /* of a tampered one: which field was changed */
    size_t mutated_at, mutated_len;
    struct bytes packed;      /* of a message the harness sealed: what is encrypted in it */
    struct field_edits edits; /* of a tampered one: changes that are made when it crosses */
    size_t n_watched;         /* of a snapshot: how much had been watched when it was taken */
};

struct context {
    struct arena *arena;         /* borrowed */
    struct driver *driver;       /* borrowed */
    const struct cipher *cipher; /* that the case is about */
    struct random random;        /* the case's own */
    const char *vector_dir;
    const struct surface_acts *surface; /* how the target is touched, run/surface.h */
    struct client_context *client;      /* the client surface's own; for its verbs only */
    struct service_context *service;    /* the service surface's own; the same */
    struct server_context *server;      /* the server surface's own; the same */
    const struct op_list *ops;          /* borrowed */
    struct case_party parties[CONTEXT_PARTIES_MAX]; /* name NULL: not made yet */
    size_t n_parties;
    struct artifact *artifacts[N_SLOT]; /* NULL: not made yet */
    size_t order[OP_LISTED_MAX];        /* in which the messages of a <deliver> arrive */
    struct measured measures[CONTEXT_MEASURES_MAX];
    size_t n_measures;
    unsigned accepted, refused; /* seen from the target so far */
    uint64_t stretch_ms;        /* that the case may take longer, for what its steps allow */
    struct watch watch;         /* of what it sends */
};

struct context_options {
    struct bytes run_seed;
    const char *case_id;
    const struct op_list *ops;          /* NULL for none: no step of a case is done */
    const struct surface_acts *surface; /* kept */
    /* Of the surfaces where more than the control socket is moved. */
    const struct wire_profile *profile;
    struct clock clock;
    uint64_t timeout_ms;
    struct capture *capture; /* NULL for none */
};

/*
 * Begin, with arena, driver and cipher set: Reset the target with a seed of the case's, make the
 * target's party "target" and the harness's "peer". What the target did goes to |out| (expect
 * does).
 * E_NOMEM, E_CRYPTO, E_LIMIT, E_IO.
 */
MUST_USE enum status context_begin(struct context *s, const struct context_options *options,
                                   struct step_result *out);
/* Wipe and free parties. The arena and the driver stay. */
void context_end(struct context *s);

/* By index; NULL when it has not been made. */
struct case_party *context_party(struct context *s, uint32_t index);
struct artifact *context_artifact(struct context *s, size_t slot);

/* Make the party that the case has under |index|. |address_name| NULL: its name in the case. NULL
 * when it is there already, or out of memory. Texts are not copied: they live in the case. */
struct case_party *context_add_party(struct context *s, uint32_t index, const char *address_name,
                                     uint32_t device, bool is_target);
/* One of the harness's that the case does not know. NULL when full or out of memory. */
struct case_party *context_extra_party(struct context *s, const char *name,
                                       const char *address_name);
/* What is in |slot| is replaced. NULL when there is no such slot or no memory. */
struct artifact *context_add_artifact(struct context *s, size_t slot, enum artifact_kind what,
                                      struct case_party *author);

/* Make |a|'s own party of the cipher; |identity_of| (or NULL) has the identity it shares. */
MUST_USE enum status context_make_own(struct context *s, struct case_party *a,
                                      const struct case_party *identity_of);

/* What |t| is for: the role of its kind, or CIPHER_BUNDLE. */
enum cipher_role artifact_role(const struct artifact *t);
/* The type that an <enc> says for |t|, and the kind of message for a type (NULL counts as
 * "msg"). */
const char *artifact_enc_type(const struct artifact *t);
const struct cipher_kind *context_kind_of_enc(const struct context *s, const char *type);

/* |len| unguessable bytes in the arena, on the client surface characters; data NULL when it is
 * full. */
struct bytes context_plaintext(struct context *s, size_t len);

/* Keep a number honest implementations choose differently. Texts are copied. */
enum status context_measure(struct context *s, const char *name, const char *value);

/* Show |t| with the step. Past RESULT_BYTES_MAX nothing more is shown. */
void step_shows(struct step_result *out, const struct artifact *t);
/* What a target's answer says: seen, reason and detail. */
void step_takes(struct step_result *out, const struct answer *answer);
/* Detail in the arena; "" when it is full. */
void step_says(struct context *s, struct step_result *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
