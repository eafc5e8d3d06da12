/*
 * experiments/experiment_internal.h - what the files of a world share.
 * Depends on: experiments/experiment.
 */
#ifndef ASSAY_EXPERIMENTS_EXPERIMENT_INTERNAL_H
#define ASSAY_EXPERIMENTS_EXPERIMENT_INTERNAL_H

#include "experiments/experiment.h"

#define EXPERIMENT_PARTIES_MAX 1000u /* at home and in the den together; an adapter holds 1,024 */
#define EXPERIMENT_CLONES_MAX 4u
#define EXPERIMENT_CASCADE_MAX 8u /* messages that cause messages that cause messages ... */

/* A copy that is fed what its owner hears and says, so that it keeps up as long as it can. */
struct clone {
    const struct experiment_party *of;
    struct experiment_party *copy;
    bool has_died; /* the copy broke: it reads nothing more */
};

struct experiment {
    struct experiment_options options;
    struct arena arena;
    struct random random;
    struct experiment_party *sides[N_SIDE];
    struct experiment_party *honest[16]; /* whom outgoing messages can reach */
    size_t n_honest;
    unsigned n_parties, n_copies, n_messages;
    struct clone clones[EXPERIMENT_CLONES_MAX];
    size_t n_clones;
    unsigned cascade;
    bool copies_may_break; /* shadows are being fed: one that breaks reads nothing more */

    bool is_void;
    enum played void_as; /* PLAYED_TROUBLE or PLAYED_UNABLE */
    const char *void_because;
    bool has_warned;
    struct bytes last_plaintext;
    uint32_t last_reason;
    const char *story[EXPERIMENT_STORY_MAX];
    size_t n_story, n_untold;
};

/* What an answer is, once trouble of ours and unsupported operations have spoilt the world. */
enum went {
    WENT_NOWHERE = 0, /* the world is spoilt */
    WENT_WELL,
    WENT_REFUSED,
    WENT_BROKEN
};

/* Judge |a|, take what came beside it (warnings, outgoing messages of |by|). |what| says in a few
 * words what was asked. */
enum went experiment_went(struct experiment *w, struct experiment_party *by, enum status st,
                          const struct answer *a, const char *what);
/* The same, and anything but well spoils the world. */
bool experiment_must(struct experiment *w, struct experiment_party *by, enum status st,
                     const struct answer *a, const char *what);

/* A person of |where| with a handle of its own, not yet made at the target. NULL spoils. */
struct experiment_party *experiment_party(struct experiment *w, const char *name,
                                          struct target_peer address, struct driver *where);
/* Whoever at home has this address; NULL when nobody. */
struct experiment_party *experiment_at(struct experiment *w, struct target_peer address);
/* As |holder| names the conversation of |m| when it speaks with |other|. */
struct target_conversation experiment_where(const struct experiment_party *holder,
                                            const struct experiment_party *other,
                                            const struct message *m);
/* What a spoilt world gives instead of a message: never NULL, of no bytes. */
struct message *experiment_no_message(struct experiment *w);
/* |m| has been delivered to its addressee: shadows hear it, too. */
void experiment_clones_read(struct experiment *w, struct message *m,
                            const struct experiment_party *reader);
/* |m| has just been sealed by its author: shadows say it, too. */
void experiment_clones_tell(struct experiment *w, struct message *m);

#endif
