/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/model.h - what must happen at each step of a conversation, known by keeping books.
 * Depends on: scenario/op, scenario/scope.
 *
 * The model follows the steps of a case between "target" and parties of the harness and says of
 * each what every sound implementation does with it, or that it does not know. It holds no keys:
 * it counts. Where implementations may differ (how many old chains stay open, how far a chain is
 * skipped, what an unauthenticated field does) the answer is MODEL_OPEN_QUESTION, and so it is
 * for steps that cannot be done. So whatever is generated or shrunk under this model accuses
 * nobody wrongly.
 *
 * Of a cipher with epochs (cipher.epoch_field) it knows that a message of an epoch before the
 * last two does not open, and how many messages an epoch takes at the least.
 *
 * Of a whole client it knows what has to be remembered (model_mail.c): what was shown, answered,
 * written and acknowledged, over losses and restarts. What a step has to say of that it can fill in
 * (model_complete).
 */
#ifndef ASSAY_SCENARIO_MODEL_H
#define ASSAY_SCENARIO_MODEL_H

#include "scenario/op.h"
#include "scenario/scope.h"

#define MODEL_MESSAGES_MAX 160u
#define MODEL_BUNDLES_MAX 32u
#define MODEL_SNAPSHOTS_MAX 16u
#define MODEL_PARTIES_MAX 8u /* the target among them */
#define MODEL_CHAINS_MAX 16u /* sender keys */
#define MODEL_LETTERS_MAX 96u

/* Bounds every implementation in the field keeps, with room to spare. */
#define MODEL_CHAINS_HELD 4u  /* newer receiving chains under which an old one still opens */
#define MODEL_SEALED_MAX 800u /* messages a side, or a sender key, seals: no gap is longer */
#define MODEL_SESSIONS_MAX 8u /* sessions begun with one device: none is pushed out */
/* Messages opened, of both sides, without which no epoch can begin and end: Signal v4 takes
 * 44. */
#define MODEL_EPOCH_LEAST 40u

enum model_says {
    MODEL_OPEN_QUESTION = 0, /* nothing was changed */
    MODEL_DOES,
    MODEL_OPENS,
    MODEL_ABSORBS,
    MODEL_REFUSES
};

/* What a step is about: which requirement is violated when it does not do as it must. */
enum theme {
    THEME_NONE = 0,
    THEME_PLAIN,         /* honest traffic */
    THEME_AFTER_REFUSAL, /* honest traffic after something was refused */
    THEME_LATE,          /* from an earlier chain */
    THEME_OVERTAKEN,     /* out of order within a chain */
    THEME_CROSSING,      /* both sides started */
    THEME_RESTARTED,     /* the target came back from a snapshot */
    THEME_SESSIONS,      /* more than one session lives */
    THEME_PEERS,         /* so do conversations with others */
    THEME_ROTATED,       /* of prekeys before the newest */
    THEME_ACCEPTED,      /* of an identity that the person accepted */
    THEME_AFTER_FIRST,   /* the first after a changed first message was refused */
    THEME_FINGERPRINT,
    THEME_GROUP, /* under a sender key, in order */
    THEME_GROUP_OVERTAKEN,
    THEME_REPLAYED, /* from here on it is about what must be refused */
    THEME_FORGED,
    THEME_REFLECTED,
    THEME_MISNAMED, /* said to be from somebody else */
    THEME_SPENT,    /* its one-time prekey served another one */
    THEME_BAD_BUNDLE,
    THEME_UNTRUSTED, /* of another identity than the known one */
    THEME_GROUP_REPLAYED,
    THEME_GROUP_FORGED,
    THEME_GROUP_MISNAMED, /* said to be of another sender or group */
    THEME_GROUP_UNKNOWN,  /* under a sender key that never arrived */
    THEME_GROUP_OUTSIDE,  /* from before somebody came, or after they left */
    THEME_RETURNS,        /* of a whole client from here on: a connection is made again */
    THEME_SHOWN,
    THEME_WAITED,       /* shown, and it waited for a connection */
    THEME_SHOWN_ONCE,   /* it came again with its id */
    THEME_SHOWN_BEFORE, /* and on another connection */
    THEME_KEPT,         /* shown, after a restart */
    THEME_ACKED,
    THEME_ACKED_AFTER, /* what came before a restart */
    THEME_CONFIRMED,   /* by a delivery receipt */
    THEME_READ,
    THEME_READ_LATER, /* read without a connection */
    THEME_ASKED,      /* for what could not be opened */
    THEME_ASKED_AFTER,
    THEME_GIVEN_UP,     /* and is not any more */
    THEME_WRITTEN,      /* by the person, on a connection */
    THEME_WRITTEN_AWAY, /* without one, or before it was lost */
    THEME_SENT,         /* acknowledged late */
    THEME_TOLD,         /* a receipt for it */
    THEME_SENT_AGAIN,   /* when it was asked for */
    THEME_REFILLED,
    THEME_FRESH_KEY, /* of each connection */
    THEME_FRESH_TOKEN,
    THEME_STRANGER, /* a receipt or a request of somebody else */
    THEME_UNKNOWN,  /* a request for what was never written */
    THEME_TOO_LATE, /* a request of a high count */
    N_THEME
};

/* "replayed", "forged", ... as words of an id. Static. */
const char *theme_name(enum theme t);
/* The requirement's id, suites/requirements.xml. Static. */
const char *theme_requirement(enum theme t);
/* Less binding than the requirement is; LEVEL_NONE: as binding. */
enum level theme_level(enum theme t);
/* Is it about what must be refused? */
bool theme_is_of_refusal(enum theme t);

/* What a changed copy has changed: each row is refused wherever it arrives, and an honest one
 * of the same field is not. A value is |least| or one of the |limit| - 1 after it; |limit| 0:
 * none. */
struct forgery {
    const char *field;
    enum attr change;
    uint32_t least, limit;
    bool is_of_epochs; /* only where there are epochs */
};
/* NULL past the last. Static. */
const struct forgery *model_forgery(size_t i);

enum side { SIDE_TARGET = 0, SIDE_PEER = 1, N_SIDE };

/* One side of the conversation of the target with a party of the harness. */
struct model_side {
    bool has_session;
    bool is_waiting; /* it started a session and has opened nothing since */
    int bundle;      /* from which it started, where that matters to its first messages; or -1 */
    unsigned turn;   /* at least as often as it made a new ratchet key */
    unsigned newest_turn; /* the other side's newest that it has opened */
    unsigned newest_order;
    unsigned sealed;
    bool has_refused; /* the last thing that arrived was refused */
};

#define MODEL_TARGET 0u /* parties[0]; the others are the harness's */
#define MODEL_NOBODY MODEL_PARTIES_MAX

struct model_party {
    uint32_t party; /* who acts for it now, an index: a restored party takes over */
    /* Of a party of the harness, and its conversation with the target. */
    const char *address;
    unsigned device;
    unsigned home;     /* the first party at this address and device */
    unsigned identity; /* whose identity keys it has */
    bool is_accepted;  /* by the person at the target, in another's place */
    bool is_replaced;  /* another one was accepted in its place */
    struct model_side sides[N_SIDE];
    unsigned epoch; /* how often the target lost its sessions */
    unsigned n_opened;
    /* Of a home. */
    unsigned trusted;  /* whose identity the target knows there; 0: nobody's */
    unsigned sessions; /* begun so far */
    bool has_forged;   /* a changed first message was refused there */
};

/* What the person knows of what they wrote, from whom it is for. */
enum model_told { TOLD_NOTHING = 0, TOLD_DELIVERED, TOLD_READ };
enum model_written { WRITTEN_NOT = 0, WRITTEN_OUT, WRITTEN_HEARD, WRITTEN_UNSURE };

struct model_message {
    uint32_t artifact; /* its index */
    unsigned author;   /* a party */
    unsigned peer;     /* whose conversation with the target it is of; MODEL_TARGET: a group's */
    int chain;         /* the sender key it is under, or hands out; -1: none */
    bool is_distribution;
    int origin;     /* the index of what it is a changed copy of; -1 for an honest one */
    int bundle;     /* as of its author's side */
    unsigned turn;  /* of its author when it was sealed */
    unsigned order; /* among all its author sealed in the conversation, or under the sender key */
    unsigned epoch;
    unsigned n_opened;  /* by both sides, when it was sealed */
    unsigned opened_by; /* a bit for each party */
    bool is_initial;    /* its author was waiting */
    bool is_first;      /* the addressee had no session when it was sealed; of a changed copy, that
                           its base key is another */
    bool is_crossing;   /* both sides had started when it was sealed, and opened nothing */
    /* On the client surface. To the target: the letter that it came as last, or -1. Of the target:
     * what is known of what its person wrote, whether that may have failed, and, once it was heard,
     * whether it was acknowledged and how many losses there had been. */
    int letter;
    enum model_written written;
    bool may_fail, is_acked;
    unsigned losses;
    unsigned came; /* as of a letter: when it came last */
    enum model_told told;
};

/* What came to the target under one id of one sender, on the client surface. */
struct model_letter {
    unsigned id, author;
    bool is_shown, is_read;
    unsigned requests;  /* how often it was asked for */
    bool is_pending;    /* it came since the last <shown> */
    bool is_unsure;     /* how often it was answered is not known */
    bool is_blurred;    /* it came twice before what was answered was looked at */
    bool has_given_up;  /* it was asked for as often as may be */
    unsigned shared_at; /* the <queue> with which it got another sender's letter's id; 0: none */
    bool is_again;      /* it came again once it was shown */
    bool is_of_before;  /* the target restarted since */
    bool was_away;      /* when it was read */
    bool is_reading;    /* it was read, and the receipt may be on its way */
    bool is_read_late; /* it came again meanwhile: to which time the receipt belongs is not known */
    /* Since it came last (at which <queue>, counted): what losses there had been, what is due. */
    unsigned came;
    unsigned losses, read_losses;
    unsigned acks, receipts, retries, reads, errors;
};

/* What a whole client and its gatekeeper know of each other. */
struct model_mail {
    bool is_connected;
    bool is_withholding; /* the gatekeeper acknowledges nothing */
    unsigned losses;     /* connections that ended */
    struct model_letter letters[MODEL_LETTERS_MAX];
    size_t n_letters;
    unsigned n_ids, n_queues;
    unsigned shown[OP_LISTED_MAX]; /* messages, since the last <shown> */
    size_t n_shown;
    /* Since then: */
    bool is_pending; /* something came */
    bool is_waiting; /* without a connection */
    bool is_lost, is_restarted, has_again;
    /* Of prekeys: there was a refill; the last was not followed by anything that shows that it was
     * answered; a connection ended then, so that it may come again. */
    bool is_refilled, is_refilling, may_refill_again;
};

struct model_bundle {
    uint32_t artifact;
    unsigned author;
    int origin;          /* as of a message */
    bool is_bare;        /* it has no one-time prekey */
    unsigned rotations;  /* of the target's signed prekey, when it was published */
    unsigned started_by; /* a bit for each party */
    unsigned opened_by;  /* whose first message the target opened */
};

/* A sender key. */
struct model_chain {
    const char *group;
    unsigned author;
    unsigned sealed;
    unsigned from[MODEL_PARTIES_MAX]; /* one more than the order that each can read from; 0: none */
    unsigned next[MODEL_PARTIES_MAX]; /* one more than the newest that each opened */
};

struct model {
    const struct cipher *cipher;
    struct scope scope; /* the names, and what they stand for */
    struct model_party parties[MODEL_PARTIES_MAX];
    size_t n_parties;
    struct model_message messages[MODEL_MESSAGES_MAX];
    size_t n_messages;
    struct model_bundle bundles[MODEL_BUNDLES_MAX];
    size_t n_bundles;
    struct model_chain chains[MODEL_CHAINS_MAX];
    size_t n_chains;
    struct {
        uint32_t artifact;
        uint32_t of;
        unsigned stamp;
    } snapshots[MODEL_SNAPSHOTS_MAX];
    size_t n_snapshots;
    struct model_mail mail;
    unsigned stamp;     /* how often the target was asked for anything */
    unsigned sessions;  /* begun so far, with all */
    unsigned rotations; /* of the target's signed prekey */
    unsigned restarts;
};

struct model_answer {
    enum model_says says;
    enum theme theme;
    unsigned gap; /* OPENS: messages of its author that were sealed before and are not here yet */
};

void model_init(struct model *m, const struct cipher *cipher);

/* What must happen at |step|. Names in |step| are kept. */
struct model_answer model_step(struct model *m, const struct step *step);

/*
 * Write into |step| what the books say must be seen at it (what is shown, what was written, how
 * often something is answered), in the place of what it says of that. |arena| is for the new
 * attributes. False when nothing can be said, or the arena is full.
 */
bool model_complete(struct model *m, struct step *step, struct arena *arena);

/* The |i|th verb that it knows; VERB_NONE past the last. */
enum verb model_verb(size_t i);

/* The name of who acts for party |who| now. */
const char *model_party(const struct model *m, unsigned who);
const char *model_name(const struct model *m, const struct model_message *message);
/* Does the target take |who| for whom it knows at that address? */
bool model_trusts(const struct model *m, unsigned who);
/* Has |who| a sender key of their own in |group|? */
bool model_seals_in_group(const struct model *m, unsigned who, const char *group);
/* Whether |who| has opened |message|. */
bool model_has_opened(const struct model_message *message, unsigned who);

#endif
