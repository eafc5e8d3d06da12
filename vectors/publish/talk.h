/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vectors/publish/talk.h - a conversation being written, as a group whose tests are its steps.
 * Depends on: cipher/signal, publish/people, wire/field.
 *
 * Two parties of ours seal and open; each step becomes a test, in order. A step that must be
 * refused changes nothing, so the conversation goes on after it.
 */
#ifndef ASSAY_VECTORS_PUBLISH_TALK_H
#define ASSAY_VECTORS_PUBLISH_TALK_H

#include "publish/people.h"
#include "wire/field.h"

struct speaker {
    struct address address;
    struct person person;
    struct random random, first; /* now, and at the beginning: what is drawn is written down */
    struct party *party;
    json_t *draws;
};

struct letter {
    const struct speaker *from;
    enum signal_kind kind;
    struct buffer body;
    struct bytes plaintext; /* borrowed */
    unsigned turn;          /* of the conversation, when it was sealed */
};

struct talk {
    struct writer *writer;
    const struct rules *rules;
    struct speaker alice, bob;
    const struct speaker *last; /* who sealed last */
    unsigned turn;
};

/* A conversation of fresh parties; talk_end is due. */
void talk_begin(struct talk *t, struct writer *w, const struct rules *rules, const char *title);
void talk_end(struct talk *t);

struct speaker *talk_other(struct talk *t, const struct speaker *s);

/* |by| processes the other's bundle, with its one-time prekey |which| or (-1) none. A test. */
void talk_start(struct talk *t, struct speaker *by, int which);

/* |by| seals |plaintext|, after |n_lost| messages of the same plaintext that never arrive. A test.
 * letter_fini is due. */
void talk_seal(struct talk *t, struct speaker *by, struct bytes plaintext, unsigned n_lost,
               struct letter *out);

/* What |by| would seal with mutation |words| (cipher/signal/mutation.h); its state stays.
 * No test. */
void talk_forge(struct talk *t, struct speaker *by, struct bytes plaintext, const char *words,
                struct letter *out);
/* The same for a first message of a session started with |words| and one-time prekey |which|. */
void talk_forge_first(struct talk *t, struct speaker *by, int which, struct bytes plaintext,
                      const char *words, struct letter *out);

/* |letter| with one change of one field. No test. */
void letter_edit(const struct letter *letter, const char *field, const struct edit *edit,
                 struct letter *out);
void letter_fini(struct letter *letter);

/* The other side opens |letter|. A test. */
void talk_open(struct talk *t, const struct letter *letter, enum result result, const char *names,
               const char *comment);

#endif
