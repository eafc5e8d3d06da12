/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/exchange.h - the acts a case is made of, the same whether the target or the harness's own
 * party does them.
 * Depends on: run/context.
 *
 * Each function does one act and says in |out| what was seen of it. The status is only about the
 * harness: on anything but OK the caller reports SEEN_HARNESS_TROUBLE.
 */
#ifndef ASSAY_RUN_EXCHANGE_H
#define ASSAY_RUN_EXCHANGE_H

#include "run/context.h"
#include "wire/content.h"

/* |by| publishes a prekey bundle (X3DH 3.2). *out_bundle is NULL unless seen is SEEN_DONE. */
MUST_USE enum status exchange_publish(struct context *s, struct case_party *by, size_t slot,
                                      const struct publish_options *options,
                                      struct artifact **out_bundle, struct step_result *out);

/* What is done wrong at a start; members NULL for nothing. */
struct start_mutations {
    const struct cipher_mutation *party; /* by a party of the harness */
    const struct word_use *fetch;        /* by the gatekeeper */
};

/* |by| processes |bundle| as |with|'s (X3DH 3.3). |mutations| NULL for none. */
MUST_USE enum status exchange_start(struct context *s, struct case_party *by,
                                    struct case_party *with, const struct artifact *bundle,
                                    const struct start_mutations *mutations,
                                    struct step_result *out);

struct seal_what {
    struct case_party *by;
    struct case_party *to; /* NULL with a group */
    const char *group;     /* NULL for one peer */
    struct bytes plaintext;
    const struct cipher_mutation *mutation; /* NULL for none */
    /* On the client surface; CONTENT_NONE for a text, and NULL for nothing wrong. */
    enum content_kind content_kind;
    const struct word_use *content_mutation;
    struct bytes content; /* what is said, in place of a kind; empty for none */
};

/*
 * Encrypt one message. *out_message is NULL unless seen is SEEN_DONE. A target's ciphertext in
 * which 16 bytes or more of plaintext stand readable is SEEN_UNREADABLE: it was not encrypted.
 */
MUST_USE enum status exchange_seal(struct context *s, size_t slot, const struct seal_what *what,
                                   struct artifact **out_message, struct step_result *out);

/*
 * Give |message| to |to|; the transport says it is from |from|. Compares the plaintext with what
 * was sealed: SEEN_PLAINTEXT or SEEN_OTHER_PLAINTEXT. When a party of the harness cannot open what
 * the target made, that is SEEN_UNREADABLE; what the harness made or changed itself it refuses like
 * anybody: SEEN_REFUSAL.
 */
MUST_USE enum status exchange_deliver(struct context *s, struct artifact *message,
                                      struct case_party *to, struct case_party *from,
                                      struct step_result *out);

/* The distribution message of |by|'s sender key in |group|. */
MUST_USE enum status exchange_distribute(struct context *s, size_t slot, struct case_party *by,
                                         const char *group, bool is_fresh,
                                         struct artifact **out_message, struct step_result *out);

/*
 * Seal |plaintext| from |by| to |to| and deliver it at once. |out| ends with SEEN_PLAINTEXT, or
 * with the first thing that was not as it should be.
 */
MUST_USE enum status exchange_once(struct context *s, struct case_party *by, struct case_party *to,
                                   struct step_result *out);

struct address case_party_address(const struct case_party *a);

#endif
