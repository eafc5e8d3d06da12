/*
 * run/doctor_internal.h - what the doctor's two ways have in common: for a target that speaks a
 * cipher, whose other side assay can be, and for one of whose protocol nothing is known.
 * Depends on: run/doctor, run/exchange, run/client_context.
 */
#ifndef ASSAY_RUN_DOCTOR_INTERNAL_H
#define ASSAY_RUN_DOCTOR_INTERNAL_H

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
    /* Capabilities that a check looked at, as they are claimed. */
    const char *walked[DRIVER_CAPABILITIES_MAX];
    size_t n_walked;
};

struct check {
    enum status (*run)(struct examination *);
    bool is_precondition;
};

/* ---- doctor_check.c */

/* A new check, skipped so far. */
struct doctor_check *doctor_begin(struct examination *e, const char *operation,
                                  bool is_precondition);
void doctor_pass(struct doctor_check *c, const char *text);
/* Is |capability| claimed, as it is called on the surface looked at? Then it counts as walked. */
bool doctor_is_claimed(struct examination *e, const char *capability);
/* |help| an anchor of docs/adapter.md, |what| what must be, |r| what was seen instead. */
void doctor_fail(struct examination *e, struct doctor_check *c, const char *help, const char *what,
                 const struct step_result *r);

/* The same, with |text| as it is; NULL: there was no memory for it. */
void doctor_fail_text(struct examination *e, struct doctor_check *c, const char *help,
                      const char *text);

/* Checks of any target. */
enum status doctor_unknown_operation(struct examination *e);
enum status doctor_ping(struct examination *e);

/* ---- doctor_claims.c */

/* What the target said of itself in Hello: names that are nearly one of assay's. */
enum status doctor_names(struct examination *e);
/* Where the target's service stands, and whether assay may ask there. */
enum status doctor_service(struct examination *e);
/* An operation for a party that was never made is a fault of somebody's, and no refusal. */
enum status doctor_unknown_party(struct examination *e);
/* One check for each claimed capability whose operation can be asked for in a word: it is answered.
 * |where|: a party of the target, and a peer it has a session with. Sessions with it are gone. */
enum status doctor_walk_claims(struct examination *e, const struct target_conversation *where,
                               struct bytes peer_identity);
/* Which claims no check looked at, on any surface. */
enum status doctor_unwalked(struct examination *e);

/* ---- doctor_opaque.c */

extern const struct check doctor_opaque_checks[];
extern const size_t doctor_opaque_count;

#endif
