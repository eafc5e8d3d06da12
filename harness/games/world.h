/*
 * games/world.h - two honest parties of the target, the network between them, and a thief.
 * Depends on: base, target, games/game.
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
#ifndef ASSAY_GAMES_WORLD_H
#define ASSAY_GAMES_WORLD_H

#include "games/game.h"
#include "target/client.h"

#define WORLD_ARENA_MAX (64u * 1024u * 1024u)
#define WORLD_STORY_MAX 400u /* lines; what comes after is counted, not kept */
#define WORLD_PLAINTEXT 32u  /* bytes, unguessable, of a message nobody chose */

/* Somebody at the target: an honest party, or a copy in the den. */
struct person {
    const char *name; /* "A", "B", "B's copy 3": in stories */
    const char *handle;
    struct target_peer address;
    struct client *where;
};

struct message {
    unsigned number; /* from 1, in the order of sealing */
    const struct person *from;
    const struct person *to;
    const char *group; /* NULL: from one to the other */
    uint32_t kind;
    struct bytes body;
    struct bytes plaintext;
    bool is_delivered;
    bool is_read; /* a shadow of the thief's has its plaintext, or made the same ciphertext */
};

/* A copy of a party's whole state, as the thief took it. */
struct loot {
    const struct person *of;
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

struct world_options {
    struct client *home, *den; /* borrowed; in two processes where the address allows it */
    const struct target_profile *profile;
    const struct client_options *how; /* to open one more, for V5 */
    struct bytes seed;                /* of the run */
    bool tells;                       /* keep the story: when a win is being saved */
};

/*
 * Reset home and den, make A ("alice", device 1) and B ("bob", device 1). With capability "seed"
 * home and den draw from seeds of their own that derive from the run's, |game| and |number|.
 * E_NOMEM when there is no world at all; everything else spoils it.
 */
MUST_USE enum status world_begin(const struct world_options *options, const char *game,
                                 unsigned number, struct world **out);
void world_end(struct world *w);

struct arena *world_arena(struct world *w);
/* All that a game chooses itself. */
struct random *world_random(struct world *w);
const struct target_profile *world_profile(const struct world *w);
bool world_has(const struct world *w, const char *capability);

/* ---- spoilt */

bool world_is_spoilt(const struct world *w);
/* Why, in one sentence; "" while it is not. */
const char *world_reason(const struct world *w);
/* PLAYED_TROUBLE or PLAYED_UNABLE, once it is. */
enum played world_spoilt_as(const struct world *w);
/* By a game: honest traffic failed. The first reason stays. */
void world_spoil(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* By a game: the target cannot do this. */
void world_unable(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- honest parties */

struct person *world_a(struct world *w);
struct person *world_b(struct world *w);
struct person *world_side(struct world *w, enum side side);
struct person *world_other(struct world *w, const struct person *p);
/* The person at home with |p|'s address: |p| itself, unless it is a copy. */
struct person *world_at_home(struct world *w, const struct person *p);
/* Microseconds of a clock that never goes back: for figures, never for a finding. */
uint64_t world_now_us(struct world *w);
/* One more, at home; |wish| may be NULL. */
struct person *world_newcomer(struct world *w, const char *name, struct target_peer address,
                              const struct target_party_wish *wish);

/* The same with keys of the caller's ("import-keys"). */
struct person *world_imported(struct world *w, const char *name, struct target_peer address,
                              const struct target_import *keys);

/* B's bundle, for A to start from. */
struct bundle {
    uint32_t kind;
    struct bytes body;
};
struct bundle world_publish(struct world *w, struct person *by, bool without_one_time_prekey);
/* False when refused; spoils nothing then. */
bool world_start(struct world *w, struct person *by, const struct person *with,
                 struct bundle bundle);
/*
 * A conversation between A and B: B publishes, A starts, A's first message and B's answer are
 * delivered. After it both have heard from each other. */
void world_establish(struct world *w);
/* Only the first half: A has started, nothing has been delivered. */
void world_introduce(struct world *w);

/* ---- messages */

/* Seal |WORLD_PLAINTEXT| unguessable bytes; spoils when refused. */
struct message *world_seal(struct world *w, struct person *from, struct person *to);
struct message *world_seal_text(struct world *w, struct person *from, struct person *to,
                                struct bytes plaintext);
/* NULL when refused, without spoiling. */
struct message *world_try_seal(struct world *w, struct person *from, const struct person *to,
                               struct bytes plaintext);
/* Deliver to |to| as from |m->from|: must open exactly, or the world is spoilt. */
void world_deliver(struct world *w, struct message *m);
/* A message nobody at the target sealed; bytes are copied. NULL spoils. */
struct message *world_outside(struct world *w, const struct person *from, const struct person *to,
                              uint32_t kind, struct bytes body, struct bytes plaintext);
/* Seal and deliver. */
struct message *world_send(struct world *w, struct person *from, struct person *to);
/* A whole schedule of honest traffic, each message delivered at once. */
void world_converse(struct world *w, const struct schedule *s);
/* |n| round trips, A first. */
void world_round_trips(struct world *w, unsigned n);
/* Give |body| to |reader| as from |from|, whatever comes of it; |m| is what it was made from. */
enum opened world_offer(struct world *w, struct person *reader, const struct person *from,
                        const struct message *m, struct bytes body);
/* |m| as it was sealed. */
enum opened world_offer_again(struct world *w, struct person *reader, const struct message *m);
/* Does |m|, as it was sealed, open exactly? An honest message: a fault is no answer, and spoils. */
bool world_opens(struct world *w, struct person *reader, const struct message *m);
/* The plaintext the last OPENED_EXACTLY or OPENED_OTHERWISE gave. */
struct bytes world_last_plaintext(const struct world *w);
/* Why the last OPENED_REFUSED was refused: assay.target.v1.Reason. */
uint32_t world_last_reason(const struct world *w);
/* Has the target told a person of a changed key, in any answer since world_begin? */
bool world_has_warned(const struct world *w);
/* The protocol's own healing step by |by|, and what it sends delivered to the other. */
void world_refresh(struct world *w, struct person *by);

/* ---- a group of A and B ("sender-keys") */

/*
 * |from| gives its sender key to the other, anew when |fresh|, where the network does not see it.
 * The distribution message's bytes.
 */
struct bytes world_give_sender_key(struct world *w, struct person *from, bool fresh);
/* Seal unguessable bytes to the group; spoils when refused. */
struct message *world_seal_to_group(struct world *w, struct person *from);
/* The same, delivered to the other. */
struct message *world_send_to_group(struct world *w, struct person *from);

/* ---- the thief */

struct loot *world_steal(struct world *w, struct person *from);
/* A fresh copy in the den. */
struct person *world_copy(struct world *w, const struct loot *loot);
/* The same at home, for an honest restore; |process| of its own when |elsewhere|. */
struct person *world_restore(struct world *w, const struct loot *loot, struct client *where,
                             const char *name);
/* Only the long-term secret of |from|, for a newcomer that has it ("export-identity"). */
struct bytes world_identity(struct world *w, const struct person *from);
/*
 * A copy that from now on is given every message its owner is given, and seals whatever its owner
 * seals: m->is_read says of each later message whether it got the plaintext, or made the very same
 * ciphertext. The strongest thief the target's own code makes.
 */
void world_shadow(struct world *w, const struct loot *loot);
/*
 * READ: can a fresh copy of |loot| make the plaintext of |m| out of its bytes? Tried in turn: open
 * as its addressee, open as its author's own ("open-own"), open reflected, and, when the copy's
 * owner is the author, seal the same plaintext and compare. A success is proof; a failure is only
 * that the target's own code does not do it.
 */
bool world_reads(struct world *w, const struct loot *loot, const struct message *m);
/* KNOW: does |secret| (at least 16 bytes) stand in |loot|, raw, in hex or in base64, forwards or
 * backwards? */
bool world_finds(struct world *w, const struct loot *loot, struct bytes secret);

/* Empty the den, and let it draw the randomness of ordinary use from now on:
 * Reset without a seed. */
void world_randomise(struct world *w);

/* The same, with |seed|: what the den draws is known then ("seed"). */
void world_reseed(struct world *w, struct bytes seed);
struct client *world_home(struct world *w);
/* |by| loses its sessions with |with| ("forget-session"). */
void world_forget(struct world *w, struct person *by, const struct person *with);

/* The forging procedure of the protocol's own design ("forge"); NULL when refused. */
struct message *world_forge(struct world *w, struct person *by, const struct person *from,
                            struct bytes plaintext);
/* The displayable fingerprint, never NULL ("fingerprint"). */
const char *world_fingerprint(struct world *w, struct person *of, const struct person *with);

/* ---- outcomes */

/* One line of the story; bytes as hex, cut. */
void world_tell(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *const *world_story(const struct world *w, size_t *out_count);

/* The adversary has won: a sentence, and the bytes that prove it. The first win stays. */
void outcome_win(struct world *w, struct outcome *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void outcome_prove(struct outcome *out, const char *name, struct bytes bytes);
/* The adversary got nothing, or this is the number; not when there is a win already. */
void outcome_hold(struct world *w, struct outcome *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void outcome_measure(struct world *w, struct outcome *out, long measured, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
