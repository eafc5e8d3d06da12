/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/scope.h - who and what exists at each step of a case while it is read.
 * Depends on: base, scenario/field_ref, scenario/op, scenario/vector_file, cipher/cipher.
 *
 * Built step by step as a case is read, so that a name is known before it is used, a sweep has a
 * size before there are bytes, and a refusal can be traced to what it was made from.
 */
#ifndef ASSAY_SCENARIO_SCOPE_H
#define ASSAY_SCENARIO_SCOPE_H

#include "scenario/field_ref.h"
#include "scenario/op.h"
#include "scenario/vector_file.h"

#define SCOPE_PARTIES_MAX 24u
#define SCOPE_ARTIFACTS_MAX 400u
#define SCOPE_SESSIONS_MAX 64u

enum sort {
    SORT_NONE = 0,
    SORT_MESSAGE, /* from one party to another: a message or a prekey message */
    SORT_GROUP_MESSAGE,
    SORT_DISTRIBUTION,
    SORT_BUNDLE,
    SORT_SNAPSHOT,
    SORT_CONNECTION,
    SORT_HOSTED /* a medium that the target hosts, or a token that it made */
};

struct scope_party {
    const char *name;
    bool is_target;
    unsigned line; /* of the step that made it; 0 for "target" and "peer" */
    const struct scope_party *restored_from; /* whose snapshot it was made from, or NULL */
};

struct scope_artifact {
    const char *name;
    enum sort sort;
    unsigned line;
    const struct scope_party *author;
    const struct scope_party *addressee; /* of a message; the other side for a group's */
    const char *group;                   /* or NULL */
    const struct scope_artifact *origin; /* what it was tampered from, or NULL */
    bool is_mutated;                     /* its maker did something wrong */
    bool has_keys; /* the harness knows its keys: it can be resealed, a bundle signed again */
    size_t plaintext_len;
};

/* Who started a session with whom, and whether something was wrong with the start. */
struct scope_session {
    const struct scope_party *by, *with;
    bool is_mutated;
};

struct scope {
    const struct cipher *cipher; /* of the case */
    struct scope_party parties[SCOPE_PARTIES_MAX];
    size_t n_parties;
    struct scope_artifact artifacts[SCOPE_ARTIFACTS_MAX];
    size_t n_artifacts;
    struct scope_session sessions[SCOPE_SESSIONS_MAX];
    size_t n_sessions;
};

/* Of a case about |cipher|; "target" and "peer" are there. */
void scope_init(struct scope *s, const struct cipher *cipher);

/* NULL when there is none. */
const struct scope_party *scope_party(const struct scope *s, const char *name);
const struct scope_artifact *scope_artifact(const struct scope *s, const char *name);

/* The names of all parties, or of all artifacts, by index; NULL when |arena| is full. */
const char *const *scope_party_names(const struct scope *s, struct arena *arena, size_t *out_count);
const char *const *scope_artifact_names(const struct scope *s, struct arena *arena,
                                        size_t *out_count);

/* Where |artifact| comes from: itself, or what it was first tampered from. */
const struct scope_artifact *scope_root(const struct scope_artifact *artifact);

/* Does |field| belong to what |artifact| is? */
bool scope_has_field(const struct scope_artifact *artifact, const struct field_ref *field);
/* Can a <tamper> change |field| of it? That of its own bytes, and of what will be around them when
 * it crosses to the target; of a connection, the handshake and the token. */
bool scope_can_tamper(const struct scope_artifact *artifact, const struct field_ref *field);

/* What the op names; NULL when it names none. */
const struct scope_party *scope_party_at(const struct scope *s, const struct op *op, enum attr a);
const struct scope_artifact *scope_artifact_at(const struct scope *s, const struct op *op,
                                               enum attr a);

/*
 * What |op| adds. |vector| is the recording of a recorded step, or NULL. E_LIMIT: too many parties
 * or artifacts. E_NOMEM.
 */
MUST_USE enum status scope_apply(struct scope *s, const struct op *op,
                                 const struct vector_file *vector, struct arena *arena);

#endif
