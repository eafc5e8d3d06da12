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
#include "cipher/cipher.h"
#include "run/result.h"
#include "scenario/case.h"
#include "driver/driver.h"

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
    struct cipher_party *party; /* the harness's own; NULL for a party of the target */
    struct random random;       /* the party draws from it */
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
    const struct cipher_kind *kind; /* of a message; never NULL */
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
    /* Of a message the harness sealed: its keys, to change it under them; else NULL. */
    struct cipher_sealed *sealed;
    const struct artifact *origin; /* of a tampered one: what it was made from */
    const char *field;             /* of a tampered one: which field was bent */
    size_t mutated_at, mutated_len;
};

struct context {
    struct arena *arena;         /* borrowed */
    struct driver *driver;       /* borrowed */
    const struct cipher *cipher; /* that the case is about */
    struct random random;        /* the case's own */
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
 * Begin, with arena, driver and cipher set: Reset the target with a seed of the case's, make the
 * target's party "target" and the harness's "peer". What the target did goes to |out| (expect does).
 * E_NOMEM, E_CRYPTO, E_LIMIT.
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

/* Make |a|'s own party of the cipher; |identity_of| (or NULL) has the identity it shares. */
MUST_USE enum status context_make_own(struct context *s, struct case_party *a,
                                      const struct case_party *identity_of);

/* What |t| is for: the role of its kind, or CIPHER_BUNDLE. */
enum cipher_role artifact_role(const struct artifact *t);
/* The type that an <enc> says for |t|, and the kind of message for a type (NULL counts as "msg"). */
const char *artifact_enc_type(const struct artifact *t);
const struct cipher_kind *context_kind_of_enc(const struct context *s, const char *type);

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
