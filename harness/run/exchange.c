/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/exchange.h"

#include "run/surface.h"

#include <string.h>

#define CANARY_LEN 16u

struct address case_party_address(const struct case_party *a)
{
    return (struct address){a->address_name, a->device};
}

static void count(struct context *s, enum seen seen)
{
    if (seen == SEEN_PLAINTEXT || seen == SEEN_ABSORBED || seen == SEEN_DONE)
        s->accepted++;
    if (seen == SEEN_REFUSAL)
        s->refused++;
}

/* What one of the harness's own parties said: OK, a refusal, or trouble of ours. */
static enum status own_answer(enum status st, enum refusal why, struct step_result *out)
{
    if (st != OK && st != E_CRYPTO && st != E_PARSE)
        return st;
    out->seen = st ? SEEN_REFUSAL : SEEN_DONE;
    out->reason = st ? (uint32_t)why : 0;
    return OK;
}

/* ---- publish */

static enum status target_publish(struct context *s, struct case_party *by,
                                  const struct publish_options *options, struct bytes *out_body,
                                  struct step_result *out)
{
    struct answer answer;
    struct cipher_bundle bundle;
    memset(&answer, 0, sizeof(answer));
    enum status st = s->surface->publish(s, by, options, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    *out_body = answer.body;
    if (out->seen == SEEN_DONE && s->cipher->bundle_read(answer.body, &bundle)) {
        out->seen = SEEN_UNREADABLE;
        step_says(s, out, "the bundle's body is not %s", s->cipher->bundle_form);
    }
    return OK;
}

static enum status own_publish(struct context *s, struct case_party *by,
                               const struct publish_options *options, struct bytes *out_body,
                               struct step_result *out)
{
    struct buffer body;
    buffer_init(&body, s->cipher->limits.bundle_max);
    enum status st = s->cipher->publish(by->party, options, &body);
    if (!st) {
        *out_body = arena_copy(s->arena, buffer_bytes(&body));
        out->seen = SEEN_DONE;
        st = out_body->data ? OK : E_NOMEM;
    }
    buffer_fini(&body);
    return st;
}

enum status exchange_publish(struct context *s, struct case_party *by, size_t slot,
                             const struct publish_options *options, struct artifact **out_bundle,
                             struct step_result *out)
{
    struct bytes body = {0};
    *out_bundle = NULL;
    enum status st = by->is_target ? target_publish(s, by, options, &body, out)
                                   : own_publish(s, by, options, &body, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    struct artifact *t = context_add_artifact(s, slot, ARTIFACT_BUNDLE, by);
    if (!t)
        return E_NOMEM;
    t->body = body;
    *out_bundle = t;
    return by->is_target ? watch_look(&s->watch, s->cipher, t, s->arena) : OK;
}

/* ---- start */

enum status exchange_start(struct context *s, struct case_party *by, struct case_party *with,
                           const struct artifact *bundle, const struct start_mutations *mutations,
                           struct step_result *out)
{
    enum status st;
    const struct cipher_mutation *mutation = mutations ? mutations->party : NULL;
    if (!by->is_target) {
        enum refusal why = REFUSAL_NONE;
        by->initiated = NULL;
        st = s->cipher->start(by->party, case_party_address(with), bundle->body, mutation, &why);
        if ((st = own_answer(st, why, out)))
            return st;
        /* an honest bundle that our party must refuse is the publisher's fault */
        if (out->seen == SEEN_REFUSAL && with->is_target && !bundle->origin) {
            out->seen = SEEN_UNREADABLE;
            step_says(s, out, "the bundle cannot be used: %s", refusal_name(why));
            if (why == REFUSAL_PREKEY_SIGNATURE)
                out->violates = s->surface->surface == SURFACE_CLIENT ? "PK-02" : "X-05";
        }
        return OK;
    }
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    st = s->surface->start(s, by, with, bundle, mutations ? mutations->fetch : NULL, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    count(s, out->seen);
    return OK;
}

/* ---- seal */

static enum status target_seal(struct context *s, const struct seal_what *what,
                               struct artifact *made, struct step_result *out)
{
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    enum status st = s->surface->seal(s, what->by, made, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen == SEEN_REFUSAL)
        count(s, out->seen);
    if (out->seen == SEEN_DONE && what->plaintext.len >= CANARY_LEN &&
        bytes_contains(made->body, bytes_slice(what->plaintext, 0, CANARY_LEN))) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "the plaintext stands readable in the sealed message";
    }
    return OK;
}

static enum status own_seal(struct context *s, const struct seal_what *what, struct artifact *made,
                            struct step_result *out)
{
    enum refusal why = REFUSAL_NONE;
    const struct cipher *cipher = s->cipher;
    struct bytes plaintext;
    enum status st = s->surface->pack(s, what, made, &plaintext);
    if (st)
        return st;
    if (what->group && !cipher->groups)
        return E_MISSING;
    st = what->group ? cipher->groups->seal(what->by->party, what->group, plaintext, what->mutation,
                                            &made->sealed, &why)
                     : cipher->seal(what->by->party, case_party_address(what->to), plaintext,
                                    what->mutation, &made->sealed, &why);
    if ((st = own_answer(st, why, out)))
        return st;
    if (out->seen == SEEN_REFUSAL) {
        /* our own party cannot seal: the case asks for what it has not prepared */
        out->seen = SEEN_HARNESS_TROUBLE;
        step_says(s, out, "%s cannot seal: %s", what->by->name, refusal_name(why));
        return OK;
    }
    made->kind = cipher_kind(cipher, cipher->sealed_kind(made->sealed));
    made->body = cipher->sealed_body(made->sealed);
    made->packed = plaintext;
    return OK;
}

enum status exchange_seal(struct context *s, size_t slot, const struct seal_what *what,
                          struct artifact **out_message, struct step_result *out)
{
    *out_message = NULL;
    struct artifact *made = context_add_artifact(s, slot, ARTIFACT_MESSAGE, what->by);
    if (!made)
        return E_NOMEM;
    made->addressee = what->to;
    made->group = what->group;
    made->plaintext = what->plaintext;
    enum status st = s->surface->make_content(s, what, made);
    if (!st)
        st = what->by->is_target ? target_seal(s, what, made, out) : own_seal(s, what, made, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    *out_message = made;
    return what->by->is_target ? watch_look(&s->watch, s->cipher, made, s->arena) : OK;
}

/* ---- deliver */

/* A session that |to| has opened a message of, and refused none since, needs no prekey: who asks
 * for it takes the repeated initial header for a new session. */
static void note_initiation(const struct artifact *message, const struct case_party *to,
                            struct step_result *out)
{
    struct case_party *author = message->author;
    bool is_first = message->kind->role == CIPHER_FIRST_MESSAGE && !message->origin;
    if (is_first && out->seen == SEEN_PLAINTEXT)
        author->initiated = to;
    if (out->seen != SEEN_REFUSAL || author->initiated != to)
        return;
    if (is_first && out->reason == REFUSAL_UNKNOWN_PREKEY)
        out->violates = "S-06";
    author->initiated = NULL;
}

static enum status target_open(struct context *s, struct artifact *message, struct case_party *to,
                               struct case_party *from, struct step_result *out)
{
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    enum status st = s->surface->open(s, message, to, from, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    count(s, out->seen);
    note_initiation(message, to, out);
    return out->seen == SEEN_PLAINTEXT ? watch_opened(&s->watch, s->cipher, message, to, s->arena)
                                       : OK;
}

static enum status own_open_any(const struct cipher *c, const struct artifact *message,
                                struct case_party *to, struct case_party *from,
                                struct buffer *plaintext, enum refusal *why)
{
    struct address sender = case_party_address(from);
    if (message->kind->role == CIPHER_DISTRIBUTION)
        return c->groups->absorb(to->party, message->group, sender, message->body, why);
    if (message->kind->role == CIPHER_GROUP_MESSAGE)
        return c->groups->open(to->party, message->group, sender, message->body, plaintext, why);
    return c->open(to->party, sender, message->kind->number, message->body, plaintext, why);
}

static enum status own_open(struct context *s, struct artifact *message, struct case_party *to,
                            struct case_party *from, struct step_result *out)
{
    struct buffer plaintext;
    enum refusal why = REFUSAL_NONE;
    buffer_init(&plaintext, s->cipher->limits.plaintext_max + 64);
    enum status st = own_open_any(s->cipher, message, to, from, &plaintext, &why);
    st = own_answer(st, why, out);
    if (st)
        goto out;
    bool is_targets = message->author->is_target && !message->origin;
    if (out->seen == SEEN_REFUSAL && is_targets) {
        out->seen = SEEN_UNREADABLE;
        out->is_own_refusal = true;
        step_says(s, out, "a party that follows the specification cannot open it: %s",
                  refusal_name(why));
    } else if (out->seen == SEEN_DONE && message->kind->role == CIPHER_DISTRIBUTION) {
        out->seen = SEEN_ABSORBED;
    } else if (out->seen == SEEN_DONE) {
        out->seen =
            s->surface->is_what_was_sealed(s, message, buffer_bytes(&plaintext), &out->violates)
                ? SEEN_PLAINTEXT
                : SEEN_OTHER_PLAINTEXT;
    }
    if (is_targets)
        count(s, out->seen);
    message->opened = arena_copy(s->arena, buffer_bytes(&plaintext));
    if (!message->opened.data)
        st = E_NOMEM;
out:
    buffer_fini(&plaintext);
    return st;
}

enum status exchange_deliver(struct context *s, struct artifact *message, struct case_party *to,
                             struct case_party *from, struct step_result *out)
{
    return to->is_target ? target_open(s, message, to, from, out)
                         : own_open(s, message, to, from, out);
}

/* ---- groups */

enum status exchange_distribute(struct context *s, size_t slot, struct case_party *by,
                                const char *group, bool is_fresh, struct artifact **out_message,
                                struct step_result *out)
{
    *out_message = NULL;
    struct artifact *made = context_add_artifact(s, slot, ARTIFACT_MESSAGE, by);
    if (!made)
        return E_NOMEM;
    made->group = group;
    made->kind = cipher_kind_of(s->cipher, CIPHER_DISTRIBUTION);
    enum status st;
    if (by->is_target) {
        struct answer answer;
        st = driver_distribute(s->driver, by->name, group, is_fresh, s->arena, &answer);
        if (st)
            return st;
        step_takes(out, &answer);
        made->body = answer.body;
    } else {
        if (!s->cipher->groups)
            return E_MISSING;
        if ((st = s->cipher->groups->distribute(by->party, group, is_fresh, &made->sealed)))
            return st;
        made->body = s->cipher->sealed_body(made->sealed);
        out->seen = SEEN_DONE;
    }
    if (out->seen != SEEN_DONE)
        return OK;
    *out_message = made;
    return by->is_target ? watch_look(&s->watch, s->cipher, made, s->arena) : OK;
}

enum status exchange_once(struct context *s, struct case_party *by, struct case_party *to,
                          struct step_result *out)
{
    struct artifact *message;
    struct seal_what what = {.by = by, .to = to, .plaintext = context_plaintext(s, 24)};
    if (!what.plaintext.data)
        return E_NOMEM;
    enum status st = exchange_seal(s, SLOT_PASSING, &what, &message, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    st = exchange_deliver(s, message, to, by, out);
    if (!st && out->seen != SEEN_PLAINTEXT)
        step_shows(out, message);
    return st;
}
