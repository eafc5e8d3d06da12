/*
 * run/surface.h - where the target is touched: the acts of a party of the target, as a table of
 * functions.
 * Depends on: run/context.
 *
 * On the library surface an act is one operation of the control socket, and what crosses are
 * Signal's bytes. On the client surface the same act is a whole exchange through the gatekeeper:
 * publishing is a connection and an upload, sealing a text is what arrives as <message>, opening is
 * what is shown. The verbs do not know which; so one case runs at either depth.
 */
#ifndef ASSAY_RUN_SURFACE_H
#define ASSAY_RUN_SURFACE_H

#include "run/context.h"

struct surface {
    const char *name; /* "library", "client" */
    enum status (*create)(struct context *s, struct case_party *a, struct answer *out);
    /* answer.body: the encoded bundle. */
    enum status (*publish)(struct context *s, struct case_party *by,
                           const struct publish_options *options, struct answer *out);
    /* |fetch_mutation|: a word of the fetch's bends, or NULL. */
    enum status (*start)(struct context *s, struct case_party *by, struct case_party *with,
                         const struct artifact *bundle, const char *fetch_mutation,
                         struct answer *out);
    /* |made| has addressee, group, plaintext and content; kind, body and heard are filled. */
    enum status (*seal)(struct context *s, struct case_party *by, struct artifact *made,
                        struct answer *out);
    /* answer.seen is what follows from comparing: SEEN_PLAINTEXT, SEEN_OTHER_PLAINTEXT,
     * SEEN_ABSORBED, or what else was seen. */
    enum status (*open)(struct context *s, struct artifact *message, struct case_party *to,
                        struct case_party *from, struct answer *out);
    enum status (*restore)(struct context *s, struct case_party *copy,
                           const struct artifact *snapshot, struct answer *out);
};

extern const struct surface surface_library;
extern const struct surface surface_client;

#endif
