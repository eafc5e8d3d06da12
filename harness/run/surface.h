/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/surface.h - what is done on each surface, as tables of functions: one row a surface.
 * Depends on: run/context, run/exchange, scenario/surface.
 *
 * On the library surface an act is one operation of the control socket, and what crosses are the
 * cipher's bytes. On the client surface the same act is a whole exchange through the gatekeeper:
 * publishing is a connection and an upload, sealing a text is what arrives as <message>, opening
 * is what is shown. The verbs do not know which; so one case runs at either depth. What can be done
 * on one surface only says so in its row of the vocabulary (scenario/verb.h).
 */
#ifndef ASSAY_RUN_SURFACE_H
#define ASSAY_RUN_SURFACE_H

#include "run/context.h"
#include "run/exchange.h"

struct surface_acts {
    enum surface surface;

    /* What the planner goes by. */
    const char *claimed_under; /* stands before a capability's name in a target's claims */
    const char *granted; /* a capability of the harness's own here, or NULL: no target claims it */
    const char *not_offered;   /* why a case cannot run here: the target does not offer it */
    const char *not_asked_for; /* and: another surface was asked for */
    bool has_longest_message;  /* the wire profile bounds what can be sent */

    /* What preparing a case does here, for its first step in the report. */
    const char *preparation;
    /* The same seed gives the same exchange, so that a tape of it can be judged again. Where it is
     * not so, ports, times and the number of questions differ each time. */
    bool keeps_tape;
    /* Plaintexts are characters, since they are shown to a person. */
    bool shows_text;

    /* Before and after everything else of a case. NULL: nothing. */
    enum status (*begin)(struct context *s, const struct context_options *options);
    void (*end)(struct context *s);

    enum status (*create)(struct context *s, struct case_party *a, struct answer *out);

    /* What verbs do that speak a cipher, from here to is_what_was_sealed: all NULL on a surface
     * that has no such verb, for verb_do keeps them away. publish: answer.body is the encoded
     * bundle. */
    enum status (*publish)(struct context *s, struct case_party *by,
                           const struct publish_options *options, struct answer *out);
    /* |fetch_mutation| NULL: the gatekeeper answers as it should. */
    enum status (*start)(struct context *s, struct case_party *by, struct case_party *with,
                         const struct artifact *bundle, const struct word_use *fetch_mutation,
                         struct answer *out);
    /* |made| has addressee, group, plaintext and content; kind, body and observed are filled. */
    enum status (*seal)(struct context *s, struct case_party *by, struct artifact *made,
                        struct answer *out);
    /* answer.seen is what follows from comparing: SEEN_PLAINTEXT, SEEN_OTHER_PLAINTEXT,
     * SEEN_ABSORBED, or what else was seen. */
    enum status (*open)(struct context *s, struct artifact *message, struct case_party *to,
                        struct case_party *from, struct answer *out);
    enum status (*restore)(struct context *s, struct case_party *copy,
                           const struct artifact *snapshot, struct answer *out);

    /* Of a message by either side: fill |made|->content, which carries the plaintext. */
    enum status (*make_content)(struct context *s, const struct seal_what *what,
                                struct artifact *made);
    /* Of a message by a party of the harness: what its cipher carries, in the arena. */
    enum status (*pack)(struct context *s, const struct seal_what *what,
                        const struct artifact *made, struct bytes *out);
    /* Is |opened|, which a party of the harness decrypted, what |message| was sealed with? When it
     * has not the form of that, |*out_violates| is the requirement that asks for it. */
    bool (*is_what_was_sealed)(const struct context *s, const struct artifact *message,
                               struct bytes opened, const char **out_violates);

    /* When something was found where it must not be: SEEN_LEAK, what, and what that violates. NULL:
     * nothing is planted here. */
    void (*look_for_leak)(const struct context *s, const struct op *op, struct step_result *out);
    /* Look at what the target sent by itself (run/watch.h). NULL: it sends only what it is told. */
    enum status (*watch)(struct context *s);
};

/* NULL for SURFACE_NONE. Static storage. */
const struct surface_acts *surface_acts(enum surface surface);

/* Does a target with |profile| offer |surface|? One that names none is a library. */
bool surface_is_offered(const struct target_profile *profile, enum surface surface);

extern const struct surface_acts surface_library;
extern const struct surface_acts surface_client;
extern const struct surface_acts surface_service;
extern const struct surface_acts surface_server;
extern const struct surface_acts surface_proxy;

#endif
