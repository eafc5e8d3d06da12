/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/reading.h - what everything that reads a suite has at hand: where complaints go, what
 * lives where.
 * Depends on: base, scenario/scope, scenario/xml.
 */
#ifndef ASSAY_SCENARIO_READING_H
#define ASSAY_SCENARIO_READING_H

#include "scenario/case.h"
#include "scenario/loader.h"
#include "scenario/scope.h"

struct reading {
    const char *file;                  /* as the user named it; lives in |arena| */
    const char *vector_dir;            /* or NULL */
    const struct catalogue *catalogue; /* its requirements */
    const struct cipher *cipher;       /* of the suite being read */
    size_t cipher_at;                  /* which of those it names */
    const char *protocol; /* the only one of them that is wanted; "" the first, NULL each */
    struct arena *arena;  /* of the catalogue */
    struct scope *scope;  /* of the case being read */
    struct diags *diags;
    bool is_repro;    /* a recorded failure: what it refuses needs no sibling */
    bool is_composed; /* its cases are combinations of parts, whose ids have an "@" */
    bool is_starved;  /* something was not allocated: E_NOMEM */
};

/* Complain at |line| of the file. Gives false, which is what a reader returns then. */
bool reading_complain(struct reading *r, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, and ` (did you mean "..."?)` when one of |names| is near |word|. */
bool reading_complain_near(struct reading *r, unsigned line, const char *word,
                           const char *const *names, size_t n_names, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* A copy in the arena, or NULL and is_starved. */
const char *reading_text(struct reading *r, const char *text);

/* A copy of text on one line, however it is wrapped in the file. NULL and is_starved. */
const char *reading_sentence(struct reading *r, const char *text);

/* Letters, digits, "-" and "_", a letter first, 1 to VERB_NAME_MAX. */
bool reading_is_name(const char *text);
/* An id: lower-case words with "-" between, 1 to 96 bytes. */
bool reading_is_id(const char *text);
/* The id of a combination: two of those, "@" between. */
bool reading_is_combination(const char *text);

#endif
