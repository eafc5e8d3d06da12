/*
 * run/context.h - one case's world while it runs: who is there, what they have made, and the way to
 * the target.
 * Depends on: base, verdict, cipher, scenario, driver.
 *
 * Everything here lives as long as the case. Verbs (run/verbs.h) act on a stage; they never judge:
 * they fill a struct step_result with what was seen, and run/case_run.c asks the oracle.
 */
#ifndef ASSAY_RUN_CONTEXT_H
#define ASSAY_RUN_CONTEXT_H

#include "base/random.h"
#include "cipher/signal3/party.h"
#include "run/result.h"
#include "scenario/case.h"
#include "driver/driver.h"
#include "wire/field.h"

#define CONTEXT_PARTIES_MAX 32u
#define CONTEXT_ARTIFACTS_MAX 512u
#define CONTEXT_MEASURES_MAX 16u
#define CONTEXT_ARENA_MAX (256u * 1024u * 1024u)

struct client_context;
struct surface;
struct observed_stanza;
struct observed_connection;
struct target_event;

struct case_party {
    const char *name;         /* in the case, and a target party's handle */
    const char *address_name; /* who it says it is */
    uint32_t device;
    bool is_target;
    struct party *party;  /* the harness's own; NULL for a party of the target */
    struct random random; /* the party draws from it */
    /* On the client surface: what a client of the target told, in order, and how much of that
     * <shown> has looked at. */
    const struct target_event **events;
    size_t n_events, cap_events, n_shown;
};

/* How a message crosses, beside its bytes; on the client surface only. */
struct delivery {
    const char *stanza_mutation, *channel_mutation; /* words of scenario/wire_words.h, or NULL */
    bool has_same_id;
};

enum artifact_kind {
    ARTIFACT_NONE = 0,
    ARTIFACT_MESSAGE,
    ARTIFACT_BUNDLE,
    ARTIFACT_SNAPSHOT,
    ARTIFACT_RECORDING,
    ARTIFACT_CONNECTION
};

struct artifact {
    const char *name;
    enum artifact_kind what;
    struct case_party *author;
    struct case_party *addressee; /* of a message; NULL for a group message */
    const char *group;
    enum signal_kind kind; /* of a message */
    struct bytes body;
    struct bytes plaintext; /* of a message: what was sealed */
    /* On the client surface: the content that carries the plaintext, without its padding; a
     * target's message as it was heard; the id under which it was last delivered, and how it is to
     * be; the connection. */
    struct bytes content;
    const struct observed_stanza *observed;
    struct bytes opened; /* what the harness's own party decrypted, padding and all */
    const char *id;
    size_t observed_before; /* stanzas, when it was last delivered */
    struct delivery delivery;
    const struct observed_connection *connection;
    /* Of a message the harness sealed: its keys, to bend it under them; else NULL. */
    struct sealed *sealed;
    const struct artifact *origin; /* of a tampered one: what it was made from */
    const char *field;             /* of a tampered one: which field was bent */
    size_t mutated_at, mutated_len;
    struct bytes packed;      /* of a message the harness sealed: what is encrypted in it */
    struct field_edits edits; /* of a tampered one: changes that are made when it crosses */
};

struct context {
    struct arena *arena;   /* borrowed */
    struct driver *driver; /* borrowed */
    struct random random;  /* the case's own */
    const char *vector_dir;
    const struct surface *surface; /* how the target is touched, run/surface.h */
    struct client_context *client; /* of the client surface; NULL on the library surface */
    struct case_party parties[CONTEXT_PARTIES_MAX];
    size_t n_parties;
    struct artifact *artifacts[CONTEXT_ARTIFACTS_MAX];
    size_t n_artifacts;
    struct measured measures[CONTEXT_MEASURES_MAX];
    size_t n_measures;
    unsigned accepted, refused; /* seen from the target so far */
};

/*
 * Begin: Reset the target with a seed of the case's, make the target's party "target" and the
 * harness's "peer". What the target did goes to |out| (expect does). E_NOMEM, E_CRYPTO, E_LIMIT.
 */
struct client_context_options;

/* |client| NULL: the library surface. */
MUST_USE enum status context_begin(struct context *s, struct bytes run_seed, const char *case_id,
                                   const struct client_context_options *client,
                                   struct step_result *out);
/* Wipe and free parties. The arena and the client stay. */
void context_end(struct context *s);

/* NULL when there is none. */
struct case_party *context_party(struct context *s, const char *name);
struct artifact *context_artifact(struct context *s, const char *name);

/* Add. NULL when full or out of memory. The name is not copied: it lives in the case. */
struct case_party *context_add_party(struct context *s, const char *name, const char *address_name,
                                     uint32_t device, bool is_target);
/* A thing of the same name is replaced: a repeated <converse> makes none, so this happens only by
 * intent. */
struct artifact *context_add_artifact(struct context *s, const char *name, enum artifact_kind what,
                                      struct case_party *author);

/* |len| unguessable bytes in the arena, on the client surface characters; data NULL when it is
 * full. */
struct bytes context_plaintext(struct context *s, size_t len);

/* Keep a number honest implementations choose differently. Texts are copied. */
enum status context_measure(struct context *s, const char *name, const char *value);

/* Show |t| with the step. Past RESULT_BYTES_MAX nothing more is shown. */
void step_shows(struct step_result *out, const struct artifact *t);
/* Detail in the arena; "" when it is full. */
void step_says(struct context *s, struct step_result *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
