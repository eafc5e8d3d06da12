/*
 * run/stage.h - one case's world while it runs: who is there, what they have made, and the way to
 * the target.
 * Depends on: base, verdict, peer, scenario, target.
 *
 * Everything here lives as long as the case. Verbs (run/verbs.h) act on a stage; they never judge:
 * they fill a struct step_result with what was seen, and run/case_run.c asks the oracle.
 */
#ifndef ASSAY_RUN_STAGE_H
#define ASSAY_RUN_STAGE_H

#include "base/random.h"
#include "peer/party.h"
#include "run/result.h"
#include "scenario/case.h"
#include "target/client.h"

#define STAGE_ACTORS_MAX 32u
#define STAGE_THINGS_MAX 512u
#define STAGE_MEASURES_MAX 16u
#define STAGE_ARENA_MAX (256u * 1024u * 1024u)

struct scene;
struct surface;
struct heard;
struct heard_line;
struct remote_event;

struct actor {
    const char *name;         /* in the case, and a target party's handle */
    const char *address_name; /* who it says it is */
    uint32_t device;
    bool is_target;
    struct party *party;  /* the harness's own; NULL for a party of the target */
    struct random random; /* the party draws from it */
    /* On the client surface: what a client of the target told, in order, and how much of that
     * <shown> has looked at. */
    const struct remote_event **events;
    size_t n_events, cap_events, n_shown;
};

/* How a message crosses, beside its bytes; on the client surface only. */
struct delivery {
    const char *stanza_bend, *channel_bend; /* words of scenario/wire_words.h, or NULL */
    bool has_same_id;
};

enum thing_kind {
    THING_NONE = 0,
    THING_MESSAGE,
    THING_BUNDLE,
    THING_SNAPSHOT,
    THING_RECORDING,
    THING_CONNECTION
};

struct thing {
    const char *name;
    enum thing_kind what;
    struct actor *author;
    struct actor *addressee; /* of a message; NULL for a group message */
    const char *group;
    enum signal_kind kind; /* of a message */
    struct bytes body;
    struct bytes plaintext; /* of a message: what was sealed */
    /* On the client surface: the content that carries the plaintext, without its padding; a
     * target's message as it was heard; the id under which it was last delivered, and how it is to
     * be; the connection. */
    struct bytes content;
    const struct heard *heard;
    struct bytes opened; /* what the harness's own party decrypted, padding and all */
    const char *id;
    size_t heard_before; /* stanzas, when it was last delivered */
    struct delivery delivery;
    const struct heard_line *line;
    /* Of a message the harness sealed: its keys, to bend it under them; else NULL. */
    struct sealed *sealed;
    const struct thing *origin; /* of a tampered one: what it was made from */
    const char *field;          /* of a tampered one: which field was bent */
    size_t bent_at, bent_len;
};

struct stage {
    struct arena *arena;   /* borrowed */
    struct client *client; /* borrowed */
    struct random random;  /* the case's own */
    const char *vector_dir;
    const struct surface *surface; /* how the target is touched, run/surface.h */
    struct scene *scene;           /* of the client surface; NULL on the library surface */
    struct actor actors[STAGE_ACTORS_MAX];
    size_t n_actors;
    struct thing *things[STAGE_THINGS_MAX];
    size_t n_things;
    struct measured measures[STAGE_MEASURES_MAX];
    size_t n_measures;
    unsigned accepted, refused; /* seen from the target so far */
};

/*
 * Begin: Reset the target with a seed of the case's, make the target's party "target" and the
 * harness's "peer". What the target did goes to |out| (expect does). E_NOMEM, E_CRYPTO, E_LIMIT.
 */
struct scene_options;

/* |scene| NULL: the library surface. */
MUST_USE enum status stage_begin(struct stage *s, struct bytes run_seed, const char *case_id,
                                 const struct scene_options *scene, struct step_result *out);
/* Wipe and free parties. The arena and the client stay. */
void stage_end(struct stage *s);

/* NULL when there is none. */
struct actor *stage_actor(struct stage *s, const char *name);
struct thing *stage_thing(struct stage *s, const char *name);

/* Add. NULL when full or out of memory. The name is not copied: it lives in the case. */
struct actor *stage_add_actor(struct stage *s, const char *name, const char *address_name,
                              uint32_t device, bool is_target);
/* A thing of the same name is replaced: a repeated <converse> makes none, so this happens only by
 * intent. */
struct thing *stage_add_thing(struct stage *s, const char *name, enum thing_kind what,
                              struct actor *author);

/* |len| unguessable bytes in the arena, on the client surface characters; data NULL when it is
 * full. */
struct bytes stage_plaintext(struct stage *s, size_t len);

/* Keep a number honest implementations choose differently. Texts are copied. */
enum status stage_measure(struct stage *s, const char *name, const char *value);

/* Show |t| with the step. Past RESULT_BYTES_MAX nothing more is shown. */
void step_shows(struct step_result *out, const struct thing *t);
/* Detail in the arena; "" when it is full. */
void step_says(struct stage *s, struct step_result *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
