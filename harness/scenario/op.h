/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/op.h - the steps of a case, resolved: what run/ works on.
 * Depends on: base, verdict, scenario/case.
 *
 * A step says in words who does what (scenario/case.h); an op is the same step with every word
 * looked up, once, when the case is loaded or generated: parties and artifacts are indexes into the
 * case's lists, numbers are numbers, choices are enums, mutations are parsed. Who is meant when a
 * step names nobody (the other side) is filled in where it follows from the step alone.
 *
 * Two ops are comparable (op_equal), so that cases which begin alike can be found.
 */
#ifndef ASSAY_SCENARIO_OP_H
#define ASSAY_SCENARIO_OP_H

#include "base/bytes.h"
#include "scenario/case.h"

struct cipher_mutation;
struct word_use;
struct field_ref;
struct word_use;
struct word_use;

/* The attributes of all verbs, in the order of their names. */
/* clang-format off */
enum attr {
    ATTR_NONE = 0,
    ATTR_ACKED, ATTR_ADD_NUMBER, ATTR_ADDRESS, ATTR_APPEND, ATTR_AS, ATTR_AT, ATTR_AWAITED,
    ATTR_BEFORE, ATTR_BEND,
    ATTR_BUNDLE, ATTR_BUT_EACH,
    ATTR_BY, ATTR_CERTIFICATE, ATTR_CHANGED, ATTR_CHANNEL, ATTR_CHARACTERS,
    ATTR_CLIENT, ATTR_CODE, ATTR_CONNECTION, ATTR_CONTENT, ATTR_COSTS, ATTR_COUNT, ATTR_CUT,
    ATTR_DEVICE, ATTR_DIFFERS_FROM, ATTR_DIFFERS_FROM_ALL, ATTR_DUPLICATE,
    ATTR_EPOCHS, ATTR_EXPECT, ATTR_FAILURE, ATTR_FETCH, ATTR_FIELD, ATTR_FLIP, ATTR_FOR_MS,
    ATTR_FRESH, ATTR_FROM, ATTR_GROUP, ATTR_HANDSHAKE, ATTR_HOW, ATTR_ID, ATTR_ID_OF,
    ATTR_IDENTITY_OF,
    ATTR_IS, ATTR_KEEP,
    ATTR_KEYS_OF, ATTR_KIND, ATTR_LIKE, ATTR_LINGER, ATTR_LONG_VARINT, ATTR_LOST, ATTR_MAX_BURST,
    ATTR_MAY_FAIL, ATTR_MEASURE,
    ATTR_MEDIUM, ATTR_MESSAGE, ATTR_MESSAGES, ATTR_MIN_BURST, ATTR_MOST_DIALS, ATTR_NAME,
    ATTR_NEWEST,
    ATTR_OF, ATTR_ONE_TIME_PREKEY, ATTR_ONLY_ENLISTED,
    ATTR_OR_MORE, ATTR_ORDER, ATTR_OTHER, ATTR_OVERTAKING,
    ATTR_PARTY, ATTR_PEER, ATTR_PREKEYS, ATTR_PRESENT, ATTR_PROMPTED, ATTR_REASON, ATTR_RELATION,
    ATTR_REMOVE,
    ATTR_RESEAL, ATTR_RETIRE, ATTR_REVERSE, ATTR_ROTATE, ATTR_RULE, ATTR_SAME_AS, ATTR_SAME_ID,
    ATTR_SAME_PLAINTEXT_AS, ATTR_SET, ATTR_SET_NUMBER, ATTR_SIGNED_BY, ATTR_SIZE, ATTR_SNAPSHOT,
    ATTR_STANZA, ATTR_TAKE_FROM, ATTR_TEXT, ATTR_THEN, ATTR_TIMES, ATTR_TO, ATTR_TURNS, ATTR_TWICE,
    ATTR_UNKNOWN, ATTR_UNLESS, ATTR_USER, ATTR_VECTOR, ATTR_WHAT, ATTR_WHEN, ATTR_WITH,
    N_ATTR
};
/* clang-format on */

/* "by", "same-plaintext-as". Static. */
const char *attr_name(enum attr a);
/* ATTR_NONE for an unknown name. */
enum attr attr_from_name(const char *name);

/* The parties that are there from the start of every case, as indexes. */
enum { OP_TARGET = 0, OP_PEER = 1 };
#define OP_NOBODY UINT32_MAX

#define OP_LISTED_MAX 64u /* messages or artifacts in one list */

/* Values of attributes of type ATTRIBUTE_CHOICE, in the order of their row in scenario/verb.c. */
enum delivery_order {
    ORDER_AS_LISTED,
    ORDER_REVERSED,
    ORDER_SHUFFLED,
    ORDER_PERMUTATION /* plus the number of one, counted from 0 */
};
enum fingerprints { FINGERPRINTS_EQUAL, FINGERPRINTS_DIFFERENT };
enum changed_half { CHANGED_FIRST_HALF, CHANGED_SECOND_HALF };
enum measurement {
    MEASUREMENT_SKIP_BOUND,
    MEASUREMENT_OLD_CHAINS,
    MEASUREMENT_ARCHIVED_SESSIONS,
    N_MEASUREMENT
};
enum hang_up {
    HANG_UP_CLOSE,
    HANG_UP_RESET,
    HANG_UP_HALF_CLOSE,
    HANG_UP_WITHIN_FRAME,
    HANG_UP_WITHIN_LENGTH
};
enum after_hang_up { AFTER_HANG_UP_RETURNS, AFTER_HANG_UP_STAYS_AWAY, AFTER_HANG_UP_PAUSES };
enum after_turn_away { AFTER_TURN_AWAY_RETURNS, AFTER_TURN_AWAY_GIVES_UP, AFTER_TURN_AWAY_PAUSES };
enum after_push {
    AFTER_PUSH_ANSWERS,
    AFTER_PUSH_ACKS,
    AFTER_PUSH_ANSWERS_ERROR,
    AFTER_PUSH_PUBLISHES,
    AFTER_PUSH_STAYS,
    AFTER_PUSH_CLOSES,
    AFTER_PUSH_RETURNS,
    AFTER_PUSH_GIVES_UP,
    AFTER_PUSH_TELLS,
    AFTER_PUSH_TELLS_NOTHING,
    N_AFTER_PUSH
};
enum notified_how {
    NOTIFIED_HONEST,
    NOTIFIED_UNAUTHENTICATED,
    NOTIFIED_WITH_ANOTHER,
    NOTIFIED_AGAIN,
    NOTIFIED_OVERSIZED,
    NOTIFIED_MALFORMED,
    NOTIFIED_BACKWARDS
};
enum after_notify { AFTER_NOTIFY_TAKES, AFTER_NOTIFY_REFUSES };
enum unusual_characters {
    CHARACTERS_NUL,
    CHARACTERS_CONTROLS,
    CHARACTERS_PADDING,
    CHARACTERS_BIT_PADDING,
    N_CHARACTERS
};
/* In this order, too, the clients of the server surface; nobody is none of them. */
enum server_side {
    SERVER_SIDE_ALICE,
    SERVER_SIDE_BOB,
    SERVER_SIDE_MALLORY,
    SERVER_SIDE_BOB_AGAIN,
    N_SERVER_SIDE,
    SERVER_SIDE_NOBODY = N_SERVER_SIDE - 1 /* of whom a message is for, or whose keys are */
};
enum after_sign_in { AFTER_SIGN_IN_LETS_IN, AFTER_SIGN_IN_TURNS_AWAY };
enum posted_kind { POSTED_TEXT, POSTED_IMAGE, POSTED_VOICE, POSTED_VIDEO, POSTED_FILE };
enum after_post { AFTER_POST_TAKES, AFTER_POST_REFUSES };
enum after_utter {
    AFTER_UTTER_ANSWERS,
    AFTER_UTTER_ANSWERS_ERROR,
    AFTER_UTTER_ENDS,
    AFTER_UTTER_NAMES_SENDER
};
enum after_fetch { AFTER_FETCH_NEW_KEY, AFTER_FETCH_WITHOUT_KEY, AFTER_FETCH_NOT_FOUND };
enum opted_how {
    OPTED_SOUND,
    OPTED_NO_PROOF,
    OPTED_ALG_NONE,
    OPTED_UNKNOWN_KEY,
    OPTED_BAD_SIGNATURE,
    OPTED_OTHER_AUDIENCE,
    OPTED_OTHER_USER,
    OPTED_EXPIRED,
    OPTED_USED_AGAIN,
    OPTED_PUSH_IN_CLEAR
};
enum after_opt { AFTER_OPT_TAKES, AFTER_OPT_REFUSES };
enum after_pushed { AFTER_PUSHED_COMES, AFTER_PUSHED_NOTHING };
enum relay_rule {
    RELAY_UP,
    RELAY_DOWN,
    RELAY_CONNECTIONS,
    RELAY_TOKENS,
    RELAY_KEYS,
    RELAY_SECRETS,
    RELAY_ENDS,
    N_RELAY_RULE
};
enum acknowledged { ACKNOWLEDGED_EVERYTHING, ACKNOWLEDGED_NOTHING };
enum said_when { SAID_CONNECTED, SAID_AWAY, SAID_LOST };
enum held_what { HELD_SUCCESS, HELD_UPLOADS, HELD_KEYS, HELD_ACKS, N_HELD_WHAT };
enum retried_id { RETRIED_ID_SAME, RETRIED_ID_UNKNOWN };
enum answered_by {
    ANSWERED_BY_ACK,
    ANSWERED_BY_ERROR,
    ANSWERED_BY_DELIVERY_RECEIPT,
    ANSWERED_BY_READ_RECEIPT,
    ANSWERED_BY_RETRY,
    ANSWERED_BY_RETRY_WITH_KEYS
};

struct operand {
    enum attr name;
    const char *text; /* as written, or the verb's fallback; NULL when it was filled in */
    bool is_swept;    /* |text| is a series; each instance of the case has a value (resolve.h) */
    /*
     * Of a party, a target, a harness, a message, a bundle, a snapshot, an artifact: its index; of
     * a new one the index it gets. Of a number: itself. Of yes-no: 1 or 0. Of a choice: its place
     * in the row. Of a word of the wire: which of its table; a service or a
     * rule is its enum.
     */
    uint32_t number;
    union {
        struct bytes bytes; /* of hex */
        struct {
            const uint32_t *items;
            size_t n;
        } list;                                 /* of messages, artifacts: their indexes */
        const struct field_ref *field;          /* of a field */
        const struct cipher_mutation *mutation; /* of a mutation */
        const struct word_use *word;            /* of a word of the wire */
    };
};

struct op {
    enum verb verb;
    const struct step *step; /* as written: its text and its line */
    enum expect expect;      /* EXPECT_DOES for verbs without an expectation: they have to work */
    uint32_t reason;         /* the enum refusal that a refusal is expected to state; 0: any */
    const struct operand *operands; /* those with a value */
    size_t n_operands;
    /* Of a case that was loaded (scenario/about.h); else NULL and false. */
    const char *requirement; /* that it speaks for; NULL: the case's */
    const char *alone;       /* that it speaks for where no refusal before it is to blame; NULL: the
                                same, or there is none before it */
    const char *broken;      /* that it speaks for where the target breaks, ends or hangs instead of
                                refusing; NULL: |requirement| */
    const char *different;   /* about what it uses, for the failure's signature; NULL: nothing */
    bool is_setup;
};

struct op_list {
    const struct op *ops;
    size_t n_ops;
    const char *const *parties; /* names in the case, by index */
    size_t n_parties;
    const char *const *artifacts;
    size_t n_artifacts;
};

/* NULL when |op| has no such operand. */
const struct operand *op_operand(const struct op *op, enum attr a);
bool op_has(const struct op *op, enum attr a);
/* |otherwise| without it. */
uint32_t op_number(const struct op *op, enum attr a, uint32_t otherwise);
bool op_is_yes(const struct op *op, enum attr a);
/* As written; NULL without it. */
const char *op_text(const struct op *op, enum attr a);
/* An index; OP_NOBODY without it. */
uint32_t op_index(const struct op *op, enum attr a);

/* The artifacts that a <deliver> delivers, by index, and how many; none of another verb. */
const uint32_t *op_delivered(const struct op *op, size_t *out_count);
/* The attribute of a <tamper> that names what it copies. */
enum attr op_tampered(const struct op *op);

#endif
