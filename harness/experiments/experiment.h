/*
 * experiments/experiment.h - two honest parties of the target, the network between them, and a thief.
 * Depends on: base, target, experiments/game.
 *
 * The target plays A and B in one process (home); a thief's copies live in another (the den), so
 * that nothing but the stolen bytes can help them. The harness is the network: it holds every
 * message, and delivers what, when and to whom a game says. Bundles, messages and states are bytes
 * nobody here understands.
 *
 * A game reads as a story: operations give no status. When something goes wrong that the game did
 * not ask for (the target breaks, refuses honest traffic, says unsupported, or we are out of
 * memory) the world is *spoilt*: every later operation does nothing and gives an empty result, and
 * the outcome is trouble or unable, with the first reason. What happened is told line by line in
 * the world's story.
 *
 * A world lives for one schedule; everything in it is in its arena.
 */
#ifndef ASSAY_EXPERIMENTS_EXPERIMENT_H
#define ASSAY_EXPERIMENTS_EXPERIMENT_H

#include "experiments/game.h"
#include "driver/driver.h"

#define EXPERIMENT_ARENA_MAX (64u * 1024u * 1024u)
#define EXPERIMENT_STORY_MAX 400u /* lines; what comes after is counted, not kept */
#define EXPERIMENT_PLAINTEXT 32u  /* bytes, unguessable, of a message nobody chose */

/* Somebody at the target: an honest party, or a copy in the den. */
struct experiment_party {
    const char *name; /* "A", "B", "B's copy 3": in stories */
    const char *handle;
    struct target_peer address;
    struct driver *where;
};

struct message {
    unsigned number; /* from 1, in the order of sealing */
    const struct experiment_party *from;
    const struct experiment_party *to;
    const char *group; /* NULL: from one to the other */
    uint32_t kind;
    struct bytes body;
    struct bytes plaintext;
    bool is_delivered;
    bool is_read; /* a shadow of the thief's has its plaintext, or made the same ciphertext */
};

/* A copy of a party's whole state, as the thief took it. */
struct stolen_state {
    const struct experiment_party *of;
    struct bytes state;
};

enum opened {
    OPENED_NOTHING = 0, /* the world is spoilt */
    OPENED_EXACTLY,     /* to the plaintext of the message it was made from */
    OPENED_OTHERWISE,   /* to something else */
    OPENED_SILENTLY,    /* taken, without a plaintext */
    OPENED_REFUSED,     /* a stated refusal */
    OPENED_BROKEN       /* a fault, a death, a silence: never a refusal */
};

struct experiment_options {
    struct driver *honest,
        *adversary_driver; /* borrowed; in two processes where the address allows it */
    const struct target_profile *profile;
    const struct driver_options *how; /* to open one more, for V5 */
    struct bytes seed;                /* of the run */
    bool tells;                       /* keep the story: when a win is being saved */
};

/*
 * Reset home and den, make A ("alice", device 1) and B ("bob", device 1). With capability "seed"
 * home and den draw from seeds of their own that derive from the run's, |game| and |number|.
 * E_NOMEM when there is no world at all; everything else spoils it.
 */
MUST_USE enum status experiment_begin(const struct experiment_options *options, const char *game,
                                      unsigned number, struct experiment **out);
void experiment_end(struct experiment *w);

struct arena *experiment_arena(struct experiment *w);
/* All that a game chooses itself. */
struct random *experiment_random(struct experiment *w);
const struct target_profile *experiment_profile(const struct experiment *w);
bool experiment_has(const struct experiment *w, const char *capability);

/* ---- spoilt */

bool experiment_is_void(const struct experiment *w);
/* Why, in one sentence; "" while it is not. */
const char *experiment_reason(const struct experiment *w);
/* PLAYED_TROUBLE or PLAYED_UNABLE, once it is. */
enum played experiment_void_as(const struct experiment *w);
/* By a game: honest traffic failed. The first reason stays. */
void experiment_void(struct experiment *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* By a game: the target cannot do this. */
void experiment_unable(struct experiment *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- honest parties */

struct experiment_party *experiment_a(struct experiment *w);
struct experiment_party *experiment_b(struct experiment *w);
struct experiment_party *experiment_side(struct experiment *w, enum side side);
struct experiment_party *experiment_other(struct experiment *w, const struct experiment_party *p);
/* The person at home with |p|'s address: |p| itself, unless it is a copy. */
struct experiment_party *experiment_honest(struct experiment *w, const struct experiment_party *p);
/* Microseconds of a clock that never goes back: for figures, never for a finding. */
uint64_t experiment_now_us(struct experiment *w);
/* One more, at home; |options| may be NULL. */
struct experiment_party *experiment_newcomer(struct experiment *w, const char *name,
                                             struct target_peer address,
                                             const struct target_party_options *options);

/* The same with keys of the caller's ("import-keys"). */
struct experiment_party *experiment_imported(struct experiment *w, const char *name,
                                             struct target_peer address,
                                             const struct target_import *keys);

/* B's bundle, for A to start from. */
struct bundle {
    uint32_t kind;
    struct bytes body;
};
struct bundle experiment_publish(struct experiment *w, struct experiment_party *by,
                                 bool without_one_time_prekey);
/* False when refused; spoils nothing then. */
bool experiment_start(struct experiment *w, struct experiment_party *by,
                      const struct experiment_party *with, struct bundle bundle);
/*
 * A conversation between A and B: B publishes, A starts, A's first message and B's answer are
 * delivered. After it both have heard from each other. */
void experiment_establish(struct experiment *w);
/* Only the first half: A has started, nothing has been delivered. */
void experiment_introduce(struct experiment *w);

/* ---- messages */

/* Seal |EXPERIMENT_PLAINTEXT| unguessable bytes; spoils when refused. */
struct message *experiment_seal(struct experiment *w, struct experiment_party *from,
                                struct experiment_party *to);
struct message *experiment_seal_text(struct experiment *w, struct experiment_party *from,
                                     struct experiment_party *to, struct bytes plaintext);
/* NULL when refused, without spoiling. */
struct message *experiment_try_seal(struct experiment *w, struct experiment_party *from,
                                    const struct experiment_party *to, struct bytes plaintext);
/* Deliver to |to| as from |m->from|: must open exactly, or the world is spoilt. */
void experiment_deliver(struct experiment *w, struct message *m);
/* A message nobody at the target sealed; bytes are copied. NULL spoils. */
struct message *experiment_outside(struct experiment *w, const struct experiment_party *from,
                                   const struct experiment_party *to, uint32_t kind,
                                   struct bytes body, struct bytes plaintext);
/* Seal and deliver. */
struct message *experiment_send(struct experiment *w, struct experiment_party *from,
                                struct experiment_party *to);
/* A whole schedule of honest traffic, each message delivered at once. */
void experiment_converse(struct experiment *w, const struct schedule *s);
/* |n| round trips, A first. */
void experiment_round_trips(struct experiment *w, unsigned n);
/* Give |body| to |reader| as from |from|, whatever comes of it; |m| is what it was made from. */
enum opened experiment_offer(struct experiment *w, struct experiment_party *reader,
                             const struct experiment_party *from, const struct message *m,
                             struct bytes body);
/* |m| as it was sealed. */
enum opened experiment_offer_again(struct experiment *w, struct experiment_party *reader,
                                   const struct message *m);
/* Does |m|, as it was sealed, open exactly? An honest message: a fault is no answer, and spoils. */
bool experiment_opens(struct experiment *w, struct experiment_party *reader,
                      const struct message *m);
/* The plaintext the last OPENED_EXACTLY or OPENED_OTHERWISE gave. */
struct bytes experiment_last_plaintext(const struct experiment *w);
/* Why the last OPENED_REFUSED was refused: assay.target.v1.Reason. */
uint32_t experiment_last_reason(const struct experiment *w);
/* Has the target told a person of a changed key, in any answer since experiment_begin? */
bool experiment_has_warned(const struct experiment *w);
/* The protocol's own healing step by |by|, and what it sends delivered to the other. */
void experiment_refresh(struct experiment *w, struct experiment_party *by);

/* ---- a group of A and B ("sender-keys") */

/*
 * |from| gives its sender key to the other, anew when |fresh|, where the network does not see it.
 * The distribution message's bytes.
 */
struct bytes experiment_give_sender_key(struct experiment *w, struct experiment_party *from,
                                        bool fresh);
/* Seal unguessable bytes to the group; spoils when refused. */
struct message *experiment_seal_to_group(struct experiment *w, struct experiment_party *from);
/* The same, delivered to the other. */
struct message *experiment_send_to_group(struct experiment *w, struct experiment_party *from);

/* ---- the thief */

struct stolen_state *experiment_steal(struct experiment *w, struct experiment_party *from);
/* A fresh copy in the den. */
struct experiment_party *experiment_copy(struct experiment *w, const struct stolen_state *stolen);
/* The same at home, for an honest restore; |process| of its own when |elsewhere|. */
struct experiment_party *experiment_restore(struct experiment *w, const struct stolen_state *stolen,
                                            struct driver *where, const char *name);
/* Only the long-term secret of |from|, for a newcomer that has it ("export-identity"). */
struct bytes experiment_identity(struct experiment *w, const struct experiment_party *from);
/*
 * A copy that from now on is given every message its owner is given, and seals whatever its owner
 * seals: m->is_read says of each later message whether it got the plaintext, or made the very same
 * ciphertext. The strongest thief the target's own code makes.
 */
void experiment_clone(struct experiment *w, const struct stolen_state *stolen);
/*
 * READ: can a fresh copy of |stolen| make the plaintext of |m| out of its bytes? Tried in turn: open
 * as its addressee, open as its author's own ("open-own"), open reflected, and, when the copy's
 * owner is the author, seal the same plaintext and compare. A success is proof; a failure is only
 * that the target's own code does not do it.
 */
bool experiment_reads(struct experiment *w, const struct stolen_state *stolen,
                      const struct message *m);
/* KNOW: does |secret| (at least 16 bytes) stand in |stolen|, raw, in hex or in base64, forwards or
 * backwards? */
bool experiment_finds(struct experiment *w, const struct stolen_state *stolen, struct bytes secret);

/* Empty the den, and let it draw the randomness of ordinary use from now on:
 * Reset without a seed. */
void experiment_randomise(struct experiment *w);

/* The same, with |seed|: what the den draws is known then ("seed"). */
void experiment_reseed(struct experiment *w, struct bytes seed);
struct driver *experiment_honest_driver(struct experiment *w);
/* |by| loses its sessions with |with| ("forget-session"). */
void experiment_forget(struct experiment *w, struct experiment_party *by,
                       const struct experiment_party *with);

/* The forging procedure of the protocol's own design ("forge"); NULL when refused. */
struct message *experiment_forge(struct experiment *w, struct experiment_party *by,
                                 const struct experiment_party *from, struct bytes plaintext);
/* The displayable fingerprint, never NULL ("fingerprint"). */
const char *experiment_fingerprint(struct experiment *w, struct experiment_party *of,
                                   const struct experiment_party *with);

/* ---- outcomes */

/* One line of the story; bytes as hex, cut. */
void experiment_tell(struct experiment *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *const *experiment_story(const struct experiment *w, size_t *out_count);

/* The adversary has won: a sentence, and the bytes that prove it. The first win stays. */
void outcome_win(struct experiment *w, struct outcome *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void outcome_prove(struct outcome *out, const char *name, struct bytes bytes);
/* The adversary got nothing, or this is the number; not when there is a win already. */
void outcome_hold(struct experiment *w, struct outcome *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void outcome_measure(struct experiment *w, struct outcome *out, long measured, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));

#endif
