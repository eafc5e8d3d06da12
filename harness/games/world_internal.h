/*
 * games/world_internal.h - what the files of a world share.
 * Depends on: games/world.
 */
#ifndef ASSAY_GAMES_WORLD_INTERNAL_H
#define ASSAY_GAMES_WORLD_INTERNAL_H

#include "games/world.h"

#define WORLD_PERSONS_MAX 1000u /* at home and in the den together; an adapter holds 1,024 */
#define WORLD_SHADOWS_MAX 4u
#define WORLD_CASCADE_MAX 8u /* messages that cause messages that cause messages ... */

/* A copy that is fed what its owner hears and says, so that it keeps up as long as it can. */
struct shadow {
    const struct person *of;
    struct person *copy;
    bool has_died; /* the copy broke: it reads nothing more */
};

struct world {
    struct world_options options;
    struct arena arena;
    struct random random;
    struct person *sides[N_SIDE];
    struct person *home[16]; /* whom outgoing messages can reach */
    size_t n_home;
    unsigned n_persons, n_copies, n_messages;
    struct shadow shadows[WORLD_SHADOWS_MAX];
    size_t n_shadows;
    unsigned cascade;
    bool copies_may_break; /* shadows are being fed: one that breaks reads nothing more */

    bool is_spoilt;
    enum played spoilt_as; /* PLAYED_TROUBLE or PLAYED_UNABLE */
    const char *spoilt_because;
    bool has_warned;
    struct bytes last_plaintext;
    uint32_t last_reason;
    const char *story[WORLD_STORY_MAX];
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
enum went world_went(struct world *w, struct person *by, enum status st, const struct answer *a,
                     const char *what);
/* The same, and anything but well spoils the world. */
bool world_must(struct world *w, struct person *by, enum status st, const struct answer *a,
                const char *what);

/* A person of |where| with a handle of its own, not yet made at the target. NULL spoils. */
struct person *world_person(struct world *w, const char *name, struct target_peer address,
                            struct client *where);
/* Whoever at home has this address; NULL when nobody. */
struct person *world_at(struct world *w, struct target_peer address);
/* As |holder| names the conversation of |m| when it speaks with |other|. */
struct target_conversation world_where(const struct person *holder, const struct person *other,
                                       const struct message *m);
/* What a spoilt world gives instead of a message: never NULL, of no bytes. */
struct message *world_no_message(struct world *w);
/* |m| has been delivered to its addressee: shadows hear it, too. */
void world_shadows_hear(struct world *w, struct message *m, const struct person *reader);
/* |m| has just been sealed by its author: shadows say it, too. */
void world_shadows_say(struct world *w, struct message *m);

#endif
