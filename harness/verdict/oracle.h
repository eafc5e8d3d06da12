/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verdict/oracle.h - what was expected, what was seen, and what follows from the two.
 * Depends on: nothing. It sees no bytes, no case and no driver.
 *
 * The whole judgement is one table, oracle[expect][seen]; a test proves that no cell is empty.
 * Rules it holds to (docs/architecture.md): only a stated refusal is a refusal; a crash, a close, a
 * silence is never a pass; opens demands the exact plaintext; a claimed capability that answers
 * unsupported fails.
 */
#ifndef ASSAY_VERDICT_ORACLE_H
#define ASSAY_VERDICT_ORACLE_H

#include <stddef.h>

/* What a step says must happen. */
enum expect {
    EXPECT_NONE = 0, /* unset: judging against it is an error of ours */
    EXPECT_OPENS,    /* the message opens to exactly the plaintext that was sealed */
    EXPECT_REFUSES,  /* a stated refusal */
    EXPECT_EITHER, /* opens to the exact plaintext, or a stated refusal: both are sound; what it was
                      is measured */
    EXPECT_DOES,   /* the operation succeeds: a party made, a bundle published, a session started, a
                      message sealed */
    EXPECT_HOLDS,  /* a relation the harness checks on bytes it already has: equal, different,
                      present, absent */
    EXPECT_ABSORBS,   /* the message is taken and has no plaintext for a person (a distribution
                         message) */
    EXPECT_NOT_SHOWN, /* nothing of it reaches the person: a stated refusal, or taken without a
                         plaintext */
    N_EXPECT
};

/* What the target did. */
enum seen {
    SEEN_NOTHING_YET = 0,
    SEEN_PLAINTEXT,       /* opened, and the plaintext is byte for byte the sealed one */
    SEEN_OTHER_PLAINTEXT, /* opened, to something else */
    SEEN_ABSORBED,        /* opened, without plaintext */
    SEEN_DONE,            /* the operation succeeded */
    SEEN_REFUSAL,         /* stated: Refused */
    SEEN_UNREADABLE, /* the target produced bytes that a party following the specification cannot
                        use */
    SEEN_RELATION_HOLDS,
    SEEN_RELATION_BROKEN,
    SEEN_UNSUPPORTED, /* Unsupported, to a claimed or required operation */
    SEEN_FAULT,       /* Fault: the target reports an error of its own */
    SEEN_GARBAGE, /* a reply that does not parse, or of a kind that does not answer the request */
    SEEN_OUT_OF_SEQUENCE, /* a reply to another request */
    SEEN_OVERSIZE,        /* a frame announced as longer than the maximum; not read */
    SEEN_CLOSE,           /* the connection was closed */
    SEEN_DEATH,           /* the process ended: exit code or signal */
    SEEN_SILENCE,         /* no reply before the deadline */
    SEEN_LEAK,            /* bytes that the target sent contain a secret */
    SEEN_HARNESS_TROUBLE, /* the harness could not do its part; nothing is known about the target */
    N_SEEN
};

/* What we conclude, from good to bad; a case has the worst verdict of its steps. */
enum verdict {
    VERDICT_NONE = 0,
    VERDICT_PASS,
    VERDICT_INCONCLUSIVE,
    VERDICT_FAIL,
    VERDICT_ERROR,
    N_VERDICT
};

/* How binding a requirement is. */
enum level {
    LEVEL_NONE = 0,
    LEVEL_MUST,
    LEVEL_SHOULD,
    LEVEL_HARDENING, /* beyond the text; reported, failing a run only with --strict */
    LEVEL_MEASURE,   /* a property that honest implementations choose differently; reported, never
                        failing */
    LEVEL_ADDED,     /* in a run only: newer than the requirement set that decides; reported, never
                        failing */
    N_LEVEL
};

/* The table. Values out of range give VERDICT_ERROR. */
enum verdict oracle_judge(enum expect expect, enum seen seen);

/* The worse of two. */
enum verdict verdict_worst(enum verdict a, enum verdict b);

/* Names as they stand in suites, results and reports ("opens", "refusal", "pass", "must"); "?" out
 * of range. */
const char *expect_name(enum expect e);
const char *seen_name(enum seen s);
const char *verdict_name(enum verdict v);
const char *level_name(enum level l);

/* The value with this name, or the zero value of the enum. */
enum expect expect_from_name(const char *name);
enum seen seen_from_name(const char *name);
enum verdict verdict_from_name(const char *name);
enum level level_from_name(const char *name);

/* One sentence for a person: what it means that this was seen. */
const char *seen_text(enum seen s);

#endif
