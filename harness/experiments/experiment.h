/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/experiment.h - two honest parties of the target, the network between them, and an
 * adversary that steals state.
 * Depends on: base, driver, experiments/game.
 *
 * The target plays the honest parties A and B in one process, the honest process. Copies that the
 * adversary makes of stolen state live in a second one, the adversary process, so that nothing but
 * the stolen bytes can help them. The harness is the network: it holds every message, and delivers
 * what, when and to whom a game says. It does not understand the bytes of bundles, messages and
 * states.
 *
 * Most operations return no status, so that a game reads as a sequence of events. When something
 * goes wrong that the game did not ask for (the target breaks, refuses honest traffic or lacks an
 * operation; we are out of memory), the experiment becomes *void*: every later operation does
 * nothing and gives an empty result, and the outcome is PLAYED_TROUBLE or PLAYED_UNABLE with the
 * first reason. "Makes void" below means this.
 *
 * An experiment lives for one schedule. Everything in it is in its arena.
 */
#ifndef ASSAY_EXPERIMENTS_EXPERIMENT_H
#define ASSAY_EXPERIMENTS_EXPERIMENT_H

#include "experiments/game.h"
#include "driver/driver.h"

#define EXPERIMENT_ARENA_MAX (64u * 1024u * 1024u)
#define EXPERIMENT_STORY_MAX 400u /* lines; later ones are left out */
#define EXPERIMENT_PLAINTEXT 32u  /* bytes, unguessable, of a message nobody chose */
#define EXPERIMENT_REACHABLE_MAX 16u
#define EXPERIMENT_CLONES_MAX 4u

/* A party at the target: an honest one, or a copy in the adversary process. */
struct experiment_party {
    const char *name; /* "A", "B", "copy 3 of B": for the story */
    const char *handle;
    struct address address;
    struct driver *driver; /* of the process it is in */
};

struct message {
    unsigned number; /* from 1, in the order of sealing */
    const struct experiment_party *from;
    const struct experiment_party *to;
    const char *group; /* NULL: from one party to another */
    uint32_t kind;
    struct bytes body;
    struct bytes plaintext;
    bool is_delivered;
    bool is_read; /* a clone has its plaintext, or made the same ciphertext */
};

/* A copy of a party's whole state, as the adversary took it. */
struct stolen_state {
    const struct experiment_party *owner;
    struct bytes state;
};

enum opened {
    OPENED_NOTHING = 0, /* the experiment is void */
    OPENED_EXACTLY,     /* to the plaintext of the message it was made from */
    OPENED_OTHERWISE,   /* to something else */
    OPENED_SILENTLY,    /* accepted, without a plaintext */
    OPENED_REFUSED,     /* a stated refusal */
    OPENED_BROKEN       /* a fault, a death, a silence: never a refusal */
};

/* Accepted with a plaintext, the message's own or not. */
bool opened_is_taken(enum opened opened);

struct experiment_options {
    struct driver *honest_driver, *adversary_driver; /* borrowed; two processes where possible */
    const struct target_profile *profile;
    const struct driver_options *driver_options; /* to start the target once more, for V5 */
    struct bytes seed;                           /* of the run */
    bool keeps_story;                            /* when a win is being saved */
};

/* A copy that does what its owner does, so that it keeps up for as long as it can. */
struct clone {
    const struct experiment_party *owner;
    struct experiment_party *copy;
    bool has_died; /* the copy broke and reads nothing more */
};

/* Games read these members, and draw from |random| and |arena|; only the outcome_* functions and
 * the series and flights of |outcome| are written by a game. */
struct experiment {
    struct experiment_options options;
    struct arena arena;
    struct random random; /* for all that a game chooses itself */
    struct experiment_party *a, *b;
    struct schedule schedule; /* of the game that is played */
    struct outcome outcome;   /* what the game fills in; its detail is never NULL */

    bool is_void;
    enum played void_kind;       /* PLAYED_TROUBLE or PLAYED_UNABLE, once it is void */
    const char *void_reason;     /* in one sentence; "" while it is not */
    bool has_warned;             /* an honest party has been told of a changed key */
    struct bytes last_plaintext; /* of the last OPENED_EXACTLY or OPENED_OTHERWISE */
    uint32_t last_reason; /* of the last message offered: enum refusal; 0 unless it was refused */
    const char *story[EXPERIMENT_STORY_MAX];
    size_t n_story;

    /* Of the files experiment_*.c alone. */
    struct experiment_party *reachable[EXPERIMENT_REACHABLE_MAX]; /* honest, by address */
    size_t n_reachable;
    unsigned n_parties, n_copies, n_messages;
    struct clone clones[EXPERIMENT_CLONES_MAX];
    size_t n_clones;
    unsigned cascade;
    bool copies_may_break; /* clones are at work: one that breaks does not make this void */
};

/*
 * Reset both processes, make A ("alice", device 1) and B ("bob", device 1). With capability "seed"
 * each process draws from a seed of its own, derived from the run's, |game| and |number|.
 * E_NOMEM when there is no experiment at all; every other trouble makes it void.
 */
MUST_USE enum status experiment_begin(const struct experiment_options *options, const char *game,
                                      unsigned number, struct experiment **out);
void experiment_end(struct experiment *e);

bool experiment_has(const struct experiment *e, const char *capability);

/* ---- void */

/* For a game: honest traffic failed, so the experiment is void. The first reason stays. */
void experiment_void(struct experiment *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* For a game: the target lacks what this needs, so the experiment is void. */
void experiment_unable(struct experiment *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- honest parties */

struct experiment_party *experiment_party_at(struct experiment *e, enum endpoint endpoint);
/* B for A; A for anybody else. */
struct experiment_party *experiment_other(struct experiment *e, const struct experiment_party *p);
/* The honest party with |p|'s address: |p| itself, unless it is a copy. */
struct experiment_party *experiment_honest_party(struct experiment *e,
                                                 const struct experiment_party *p);
/* Microseconds of a monotonic clock: for figures, never for a finding. */
uint64_t experiment_now_us(struct experiment *e);
/* Make one more honest party, which can be reached from now on; |options| may be NULL. */
struct experiment_party *experiment_add_party(struct experiment *e, const char *name,
                                              struct address address,
                                              const struct target_party_options *options);

/* A party's prekey bundle. */
struct bundle {
    uint32_t kind;
    struct bytes body;
};
struct bundle experiment_publish(struct experiment *e, struct experiment_party *by,
                                 bool without_one_time_prekey);
/* False when refused, which does not make void. */
bool experiment_start(struct experiment *e, struct experiment_party *by,
                      const struct experiment_party *with, struct bundle bundle);
/* The same with a bundle that |with| publishes now. */
bool experiment_start_with(struct experiment *e, struct experiment_party *by,
                           struct experiment_party *with);
/* The same; a refusal makes void. */
void experiment_must_start(struct experiment *e, struct experiment_party *by,
                           struct experiment_party *with);
/*
 * A conversation between A and B: B publishes, A starts, A's first message and B's answer are
 * delivered. Then each has received a message of the other's. */
void experiment_establish(struct experiment *e);
/* The first half only: A has started, nothing has been delivered. */
void experiment_introduce(struct experiment *e);
/* |by| loses its sessions with |with| ("forget-session"). */
void experiment_forget(struct experiment *e, struct experiment_party *by,
                       const struct experiment_party *with);
/* The displayable fingerprint, never NULL ("fingerprint"). */
const char *experiment_fingerprint(struct experiment *e, struct experiment_party *of,
                                   const struct experiment_party *with);

/* ---- messages */

/* Seal EXPERIMENT_PLAINTEXT unguessable bytes; a refusal makes void. */
struct message *experiment_seal(struct experiment *e, struct experiment_party *from,
                                struct experiment_party *to);
struct message *experiment_seal_text(struct experiment *e, struct experiment_party *from,
                                     struct experiment_party *to, struct bytes plaintext);
/* NULL when refused, which does not make void. */
struct message *experiment_try_seal(struct experiment *e, struct experiment_party *from,
                                    const struct experiment_party *to, struct bytes plaintext);
/* Deliver to |m->to| as from |m->from|. Unless it opens exactly, the experiment becomes void. */
void experiment_deliver(struct experiment *e, struct message *m);
/* A message that the target did not seal just now; |body| is copied. NULL makes void. */
struct message *experiment_add_message(struct experiment *e, const struct experiment_party *from,
                                       const struct experiment_party *to, uint32_t kind,
                                       struct bytes body, struct bytes plaintext);
/* Seal and deliver. */
struct message *experiment_send(struct experiment *e, struct experiment_party *from,
                                struct experiment_party *to);
/* The game's whole schedule of honest traffic, each message delivered at once. */
void experiment_converse(struct experiment *e);
/* A conversation between A and B, and then the schedule. */
void experiment_talk(struct experiment *e);
/* |n| round trips, A first. */
void experiment_round_trips(struct experiment *e, unsigned n);
/* Give |body| to |reader| as from |from|, whatever comes of it; |m| is what it was made from. */
enum opened experiment_offer(struct experiment *e, struct experiment_party *reader,
                             const struct experiment_party *from, const struct message *m,
                             struct bytes body);
/* Give |m| to |reader| unchanged. */
enum opened experiment_offer_again(struct experiment *e, struct experiment_party *reader,
                                   const struct message *m);
/* Does |m|, unchanged, open exactly? It is honest: a target that breaks on it makes void. */
bool experiment_opens(struct experiment *e, struct experiment_party *reader,
                      const struct message *m);
/* |by| takes the protocol's own healing step; what it sends is delivered to the other. */
void experiment_refresh(struct experiment *e, struct experiment_party *by);

/* ---- a group of A and B ("sender-keys") */

/*
 * |from| gives its sender key to the other, a new one when |fresh|, where the network does not see
 * it. The distribution message's bytes.
 */
struct bytes experiment_give_sender_key(struct experiment *e, struct experiment_party *from,
                                        bool fresh);
/* Seal unguessable bytes to the group; a refusal makes void. */
struct message *experiment_seal_to_group(struct experiment *e, struct experiment_party *from);
/* The same, delivered to the other. */
struct message *experiment_send_to_group(struct experiment *e, struct experiment_party *from);

/* ---- the adversary */

struct stolen_state *experiment_steal(struct experiment *e, struct experiment_party *from);
/* A fresh copy in the adversary process. */
struct experiment_party *experiment_copy(struct experiment *e, const struct stolen_state *stolen);
/* A copy behind |driver|, called |name|: an honest restore when that is the honest process. */
struct experiment_party *experiment_restore(struct experiment *e, const struct stolen_state *stolen,
                                            struct driver *driver, const char *name);
/*
 * What a thief with a quantum computer has: a fresh copy with what elliptic curves protect of
 * |elliptic|, and the post-quantum secrets of |post_quantum| ("split-state"; a protocol that has
 * none does without).
 */
struct experiment_party *experiment_split(struct experiment *e, const struct stolen_state *elliptic,
                                          const struct stolen_state *post_quantum);
/* A copy of |of| as it is now in the honest process, called |name|: asked in its place, it leaves
 * |of| as it was. */
struct experiment_party *experiment_stand_in(struct experiment *e, struct experiment_party *of,
                                             const char *name);
/* Only the long-term secret of |from|, for a party that imports it ("export-identity"). */
struct bytes experiment_steal_identity(struct experiment *e, const struct experiment_party *from);
/*
 * Make a clone: a copy that from now on is given every message its owner is given, and seals
 * whatever its owner seals. m->is_read says of each later message whether a clone got the plaintext
 * or made the very same ciphertext. It is the strongest adversary the target's own code makes.
 */
void experiment_clone(struct experiment *e, const struct stolen_state *stolen);
/*
 * READ: can a fresh copy of |stolen| get the plaintext of |m| out of its bytes? Tried in turn: open
 * as its addressee; or, when the copy's owner is the author, open as its own ("open-own"), open as
 * if the addressee had sent it, seal the same plaintext and compare. A success is proof; a failure
 * only says that the target's own code does not do it.
 */
bool experiment_reads(struct experiment *e, const struct stolen_state *stolen,
                      const struct message *m);
/* READ as a win: is any of |count| messages read, all delivered before the theft? */
void experiment_try_reading(struct experiment *e, const struct stolen_state *stolen,
                            struct message *const *messages, size_t count);
/* KNOW: does |secret| (at least 16 bytes) stand in |stolen|, raw, in hex or in base64, forwards or
 * backwards? */
bool experiment_finds(struct experiment *e, const struct stolen_state *stolen, struct bytes secret);
/* The same of the bytes of a message. */
bool experiment_shows(struct experiment *e, struct bytes body, struct bytes secret);
/* |size| zero bytes in the experiment's arena; NULL makes void. */
void *experiment_alloc(struct experiment *e, size_t size);
/* A copy of |bytes| with one byte more of room; NULL makes void. */
uint8_t *experiment_writable(struct experiment *e, struct bytes bytes);
/* A copy of |bytes| with the last one's lowest bit flipped; of nothing, nothing. */
struct bytes experiment_flipped(struct experiment *e, struct bytes bytes);
/* |len| random bytes; NULL makes void. */
uint8_t *experiment_random_bytes(struct experiment *e, size_t len);
/* The first message of a new session that a fresh copy of |stolen| starts from |bundle|, A's; every
 * copy writes the same text. */
struct bytes experiment_first_message(struct experiment *e, const struct stolen_state *stolen,
                                      struct bundle bundle);
/* Empty the adversary process, and let it draw fresh randomness from now on: Reset without a
 * seed. */
void experiment_randomise(struct experiment *e);
/* The same, with |seed|: what it draws is known then ("seed"). */
void experiment_reseed(struct experiment *e, struct bytes seed);
/* |by| forges a message as from |from|, by the procedure of the protocol's own design ("forge");
 * NULL when refused. */
struct message *experiment_forge(struct experiment *e, struct experiment_party *by,
                                 const struct experiment_party *from, struct bytes plaintext);

/* ---- outcomes */

/* One line of the story. */
void experiment_tell(struct experiment *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The adversary has won: a sentence, and the bytes that prove it. The first win stays. */
void outcome_win(struct experiment *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void outcome_prove(struct experiment *e, const char *name, struct bytes bytes);
/* The adversary got nothing, or this is the number; not when there is a win already. */
void outcome_hold(struct experiment *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void outcome_measure(struct experiment *e, long measured, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* One point of the figure; not past OUTCOME_SERIES_MAX. */
void outcome_plot(struct experiment *e, double x, double y);

#endif
