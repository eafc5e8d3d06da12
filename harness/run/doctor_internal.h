/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/doctor_internal.h - what the doctor's two ways have in common: for a target that speaks a
 * cipher, whose other side assay can be, and for one of whose protocol nothing is known.
 * Depends on: run/doctor, run/exchange, run/client_context.
 */
#ifndef ASSAY_RUN_DOCTOR_INTERNAL_H
#define ASSAY_RUN_DOCTOR_INTERNAL_H

#include "base/row.h"
#include "run/doctor.h"
#include "run/exchange.h"
#include "run/client_context.h"

/* What one examination carries from check to check. */
struct examination {
    struct driver *driver;
    const struct cipher *cipher; /* the target's; NULL: nothing is known of its protocol */
    const struct target_profile *profile;
    struct arena *arena;
    struct doctor_report *report;
    struct context *context;
    struct context_options where; /* which surface is looked at, and how */
    bool is_session_up;
    struct target_conversation self; /* a party of the target, and a peer it has a session with */
    struct bytes peer_identity;      /* that peer's key; empty: not known */
    /* Capabilities that a check looked at, as they are claimed. */
    const char *walked[DRIVER_CAPABILITIES_MAX];
    size_t n_walked;
    /* Set by an act where its row does not say all: what holds; what does not, so that the check
     * fails whatever was seen, with another anchor; the requirement that is violated. */
    const char *holds, *fails, *help, *requirement;
};

enum check_trait {
    CHECK_PRECONDITION = 1,
    CHECK_NEEDS_SESSION = 2, /* skipped without one */
    CHECK_IS_SESSION = 4,    /* there is a session when it holds, and none else */
    CHECK_LIBRARY_ONLY = 8,
    CHECK_CLAIM = 16,         /* left out without a session, or where |capability| is not claimed */
    CHECK_NEEDS_IDENTITY = 32 /* left out where the peer's is not known */
};

/* A check of the doctor's: what is done, what must be seen of it, and what is said then. */
struct check {
    const char *operation;
    const char *help; /* an anchor of docs/adapter.md */
    unsigned traits;
    enum status (*act)(struct examination *e, struct step_result *out);
    enum seen wanted;
    const char *holds;
    const char *fails;       /* what must be; NULL: "it claims |capability|" */
    const char *capability;  /* that it needs, or NULL */
    const char *not_claimed; /* what is said without it */
};

/* ---- doctor_check.c */

/* A new check, skipped so far. */
struct doctor_check *doctor_begin(struct examination *e, const char *operation,
                                  bool is_precondition);
void doctor_pass(struct doctor_check *c, const char *text);
/* |text| NULL: there was no memory for it. */
void doctor_fail_text(struct examination *e, struct doctor_check *c, const char *help,
                      const char *text);
/* Is |capability| claimed, as it is called on the surface looked at? Then it counts as walked. */
bool doctor_is_claimed(struct examination *e, const char *capability);
/* Make |row|'s check. */
enum status doctor_make(struct examination *e, const struct check *row);
/* |a| is what was seen; gives |st|. */
enum status doctor_take(struct step_result *out, enum status st, const struct answer *a);

/* Acts and rows of any target's. */
enum status doctor_unknown_operation(struct examination *e, struct step_result *out);
enum status doctor_ping(struct examination *e, struct step_result *out);
#define CHECK_UNKNOWN_OPERATION                                                                    \
    TABLE_ROW("unknown operation", "#unknown", CHECK_PRECONDITION, doctor_unknown_operation,       \
              SEEN_UNSUPPORTED, "answered unsupported",                                            \
              "an operation nobody knows must come back Unsupported", NULL, NULL)
#define CHECK_PING                                                                                 \
    TABLE_ROW("Ping", "#ping", 0, doctor_ping, SEEN_DONE, "alive",                                 \
              "Ping must be answered with Done", NULL, NULL)

/* ---- doctor_claims.c */

/* What the target said of itself in Hello: names that are nearly one of assay's. */
enum status doctor_names(struct examination *e);
/* An operation for a party that was never made is a fault of somebody's, and no refusal. */
enum status doctor_unknown_party(struct examination *e, struct step_result *out);
#define CHECK_UNKNOWN_PARTY                                                                        \
    TABLE_ROW("unknown party", "#fault", 0, doctor_unknown_party, SEEN_FAULT,                      \
              "a fault, and no refusal", "it must be a Fault", NULL, NULL)
/* A check for each claimed capability whose operation can be asked for in a word: it is answered.
 * Sessions with the peer are gone afterwards. */
extern const struct check doctor_claims[];
extern const size_t doctor_claim_count;
/* Which claims no check looked at, on any surface. */
enum status doctor_unwalked(struct examination *e);

/* ---- doctor_service.c */

/* Each operation of the service surface. */
enum status doctor_service(struct examination *e);
/* The server surface, whose checks (but those of claims) are preconditions: without a client that
 * is let in nothing is seen, and one that lets everybody in refuses nothing. */
enum status doctor_server(struct examination *e);
/* The proxy surface; the same. */
enum status doctor_proxy(struct examination *e);

/* ---- doctor_opaque.c */

extern const struct check doctor_opaque_checks[];
extern const size_t doctor_opaque_count;

#endif
