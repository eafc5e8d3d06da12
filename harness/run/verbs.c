#include "run/verbs.h"

#include "run/exchange.h"
#include "run/order.h"
#include "run/client_context.h"
#include "run/surface.h"

#include <string.h>

#define SHOWN_MESSAGES_MAX 64u

/* ---- small helpers */

/* The bend named by the step, or NULL without one. E_MISSING: the loader should have caught it. */
static enum status step_mutation(struct context *s, const struct step *step,
                                 const struct cipher_mutation **out)
{
    const char *text = step_text(step, "bend");
    *out = NULL;
    return text ? s->cipher->mutations->parse(text, s->arena, out) : OK;
}

/* The other side of |a| when a step names none: the target for the harness's parties, "peer" for
 * the target's. */
static struct case_party *other_side(struct context *s, const struct case_party *a)
{
    return context_party(s, a->is_target ? "peer" : "target");
}

static struct case_party *named_or(struct context *s, const struct step *step,
                                   const char *attribute, struct case_party *otherwise)
{
    const char *name = step_text(step, attribute);
    return name ? context_party(s, name) : otherwise;
}

static bool is_done(const struct step_result *out) { return out->seen == SEEN_DONE; }

/* ---- actors */

static enum status do_party(struct context *s, const struct step *step, struct step_result *out)
{
    const char *name = step_text(step, "name");
    const char *address = step_text(step, "address");
    struct case_party *a =
        context_add_party(s, name, address ? address : name, step_number(step, "device", 1), true);
    struct answer answer;
    if (!a)
        return E_LIMIT;
    memset(&answer, 0, sizeof(answer));
    enum status st = s->surface->create(s, a, &answer);
    if (st)
        return st;
    out->seen = answer.seen;
    out->reason = answer.reason;
    out->detail = answer.detail;
    return OK;
}

static enum status do_peer(struct context *s, const struct step *step, struct step_result *out)
{
    const char *name = step_text(step, "name");
    const char *address = step_text(step, "address");
    const char *twin_name = step_text(step, "identity-of");
    struct case_party *a =
        context_add_party(s, name, address ? address : name, step_number(step, "device", 1), false);
    if (!a)
        return E_LIMIT;
    const struct case_party *twin = twin_name ? context_party(s, twin_name) : NULL;
    if (twin_name && (!twin || !twin->party))
        return E_MISSING;
    enum status st = context_make_own(s, a, twin);
    if (!st)
        out->seen = SEEN_DONE;
    return st;
}

/* ---- handshake */

static enum publish_signer signer_of_step(const struct step *step)
{
    static const char *const names[] = {[SIGNER_IDENTITY] = "identity",
                                        [SIGNER_SIGNED_PREKEY] = "signed-prekey",
                                        [SIGNER_ONE_TIME_PREKEY] = "one-time-prekey"};
    const char *name = step_text(step, "signed-by");
    for (unsigned i = 0; name && i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], name) == 0)
            return (enum publish_signer)i;
    return SIGNER_IDENTITY;
}

static enum status do_publish(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *by = context_party(s, step_text(step, "by"));
    struct publish_options options = {.without_one_time_prekey =
                                          !step_is_yes(step, "one-time-prekey"),
                                      .rotate_signed_prekey = step_is_yes(step, "rotate"),
                                      .signer = signer_of_step(step)};
    struct artifact *bundle;
    if (!by)
        return E_MISSING;
    enum status st = exchange_publish(s, by, step_text(step, "as"), &options, &bundle, out);
    if (!st && bundle)
        step_shows(out, bundle);
    return st;
}

static enum status do_start(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *by = context_party(s, step_text(step, "by"));
    struct artifact *bundle = context_artifact(s, step_text(step, "bundle"));
    struct start_mutations mutations = {.fetch = step_text(step, "fetch")};
    if (!by || !bundle)
        return E_MISSING;
    struct case_party *with = named_or(s, step, "with", bundle->author);
    enum status st = step_mutation(s, step, &mutations.party);
    if (st || !with)
        return st ? st : E_MISSING;
    step_shows(out, bundle);
    if (mutations.fetch)
        out->field = "fetch";
    return exchange_start(s, by, with, bundle, &mutations, out);
}

/* What was shown of a handshake or of passing traffic is no business of <shown>. */
static void forget_shown(struct context *s)
{
    for (size_t i = 0; i < s->n_parties; i++)
        s->parties[i].n_shown = s->parties[i].n_events;
}

static enum status do_establish(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *by = context_party(s, step_text(step, "by"));
    if (!by)
        return E_MISSING;
    struct case_party *with = named_or(s, step, "with", other_side(s, by));
    struct publish_options options = {.without_one_time_prekey =
                                          !step_is_yes(step, "one-time-prekey")};
    struct artifact *bundle;
    enum status st;
    if (!with)
        return E_MISSING;
    if ((st = exchange_publish(s, with, " bundle", &options, &bundle, out)) || !is_done(out))
        return st;
    if ((st = exchange_start(s, by, with, bundle, NULL, out)) || !is_done(out))
        return st;
    if ((st = exchange_once(s, by, with, out)) || out->seen != SEEN_PLAINTEXT)
        return st;
    if ((st = exchange_once(s, with, by, out)) || out->seen != SEEN_PLAINTEXT)
        return st;
    forget_shown(s);
    out->seen = SEEN_DONE;
    return OK;
}

/* ---- traffic */

static enum status plaintext_of_step(struct context *s, const struct step *step, struct bytes *out)
{
    const char *text = step_text(step, "text");
    const char *same_as = step_text(step, "same-plaintext-as");
    if (text) {
        *out = arena_copy(s->arena, bytes_of_text(text));
    } else if (same_as) {
        struct artifact *t = context_artifact(s, same_as);
        if (!t)
            return E_MISSING;
        *out = t->plaintext;
        return OK;
    } else {
        *out = context_plaintext(s, step_number(step, "size", 24));
    }
    return out->data ? OK : E_NOMEM;
}

static enum status do_seal(struct context *s, const struct step *step, struct step_result *out)
{
    struct seal_what what = {.by = context_party(s, step_text(step, "by")),
                             .group = step_text(step, "group"),
                             .content_kind = step_text(step, "kind"),
                             .content_mutation = step_text(step, "content")};
    struct artifact *message;
    if (!what.by)
        return E_MISSING;
    if (!what.group)
        what.to = named_or(s, step, "to", other_side(s, what.by));
    if (!what.group && !what.to)
        return E_MISSING;
    enum status st = step_mutation(s, step, &what.mutation);
    if (!st)
        st = plaintext_of_step(s, step, &what.plaintext);
    if (!st)
        st = exchange_seal(s, step_text(step, "as"), &what, &message, out);
    if (!st && message)
        step_shows(out, message);
    return st;
}

static enum status deliver_one(struct context *s, const struct step *step, struct artifact *message,
                               struct step_result *out)
{
    struct case_party *to = named_or(s, step, "to", message->addressee);
    struct case_party *from = named_or(s, step, "from", message->author);
    const char *group = step_text(step, "group");
    if (!to && message->group)
        to = other_side(s, message->author);
    if (!to || !from)
        return E_MISSING;
    struct artifact sent = *message;
    if (group)
        sent.group = group;
    sent.delivery = (struct delivery){.stanza_mutation = step_text(step, "stanza"),
                                      .channel_mutation = step_text(step, "channel"),
                                      .has_same_id = step_is_yes(step, "same-id")};
    step_shows(out, message);
    if (sent.delivery.stanza_mutation || sent.delivery.channel_mutation)
        out->field = sent.delivery.stanza_mutation ? "stanza" : "channel";
    enum status st = exchange_deliver(s, &sent, to, from, out);
    message->id = sent.id;
    message->opened = sent.opened;
    message->observed_before = sent.observed_before;
    /* where the case says the harness's own party must not be able to open it, that it cannot is a
     * refusal */
    if (out->seen == SEEN_UNREADABLE && step_expect(step) == EXPECT_REFUSES) {
        out->seen = SEEN_REFUSAL;
        s->refused++;
    }
    return st;
}

/* A measure tells acceptance from refusal; what is neither is named as it is. */
static const char *outcome_word(const struct step_result *out)
{
    if (out->seen == SEEN_PLAINTEXT || out->seen == SEEN_DONE)
        return "accepted";
    return out->seen == SEEN_REFUSAL ? "refused" : seen_name(out->seen);
}

enum status verb_artifacts(struct context *s, const char *names, struct artifact **out, size_t max,
                           size_t *out_count)
{
    *out_count = 0;
    for (const char *at = names + strspn(names, " "); *at; at += strspn(at, " ")) {
        char name[128];
        size_t len = strcspn(at, " ");
        if (*out_count == max || len >= sizeof(name))
            return E_LIMIT;
        memcpy(name, at, len);
        name[len] = 0;
        if (!(out[*out_count] = context_artifact(s, name)))
            return E_MISSING;
        ++*out_count;
        at += len;
    }
    return OK;
}

static enum status do_deliver(struct context *s, const struct step *step, struct step_result *out)
{
    struct artifact *messages[SHOWN_MESSAGES_MAX];
    size_t order[SHOWN_MESSAGES_MAX], n;
    const char *names = step_text(step, "messages");
    if (!names)
        names = step_text(step, "message");
    enum status st = verb_artifacts(s, names, messages, SHOWN_MESSAGES_MAX, &n);
    if (!st)
        st = order_arrange(step_text(step, "order"), &s->random, order, n);
    for (size_t i = 0; !st && i < n; i++) {
        out->n_bytes = 0;
        st = deliver_one(s, step, messages[order[i]], out);
        if (oracle_judge(step_expect(step), out->seen) != VERDICT_PASS)
            break;
    }
    const char *measure = step_text(step, "measure");
    if (!st && measure)
        st = context_measure(s, measure, outcome_word(out));
    return st;
}

static enum status do_drop(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *by = context_party(s, step_text(step, "by"));
    if (!by)
        return E_MISSING;
    struct seal_what what = {.by = by, .group = step_text(step, "group")};
    if (!what.group)
        what.to = named_or(s, step, "to", other_side(s, by));
    what.plaintext = context_plaintext(s, 16);
    out->seen = SEEN_DONE;
    for (uint32_t left = step_number(step, "count", 1); left; left--) {
        struct artifact *message;
        enum status st = exchange_seal(s, " dropped", &what, &message, out);
        if (st || !is_done(out))
            return st;
    }
    return OK;
}

static enum status do_converse(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *sides[2] = {context_party(s, step_text(step, "with")),
                                   context_party(s, step_text(step, "at"))};
    uint32_t turns = step_number(step, "turns", 2);
    uint32_t burst = step_number(step, "max-burst", 1);
    if (!sides[0] || !sides[1])
        return E_MISSING;
    out->seen = SEEN_DONE;
    for (uint32_t turn = 0; turn < turns; turn++) {
        uint32_t n;
        enum status st = random_below(&s->random, burst, &n);
        for (uint32_t i = 0; !st && i <= n; i++) {
            st = exchange_once(s, sides[turn % 2], sides[1 - turn % 2], out);
            if (st || out->seen != SEEN_PLAINTEXT)
                return st;
        }
        if (st)
            return st;
    }
    forget_shown(s);
    out->seen = SEEN_DONE;
    out->n_bytes = 0;
    return OK;
}

/* ---- state */

static enum status take_simple(struct step_result *out, enum status st, const struct answer *answer)
{
    if (st)
        return st;
    out->seen = answer->seen;
    out->reason = answer->reason;
    out->detail = answer->detail;
    return OK;
}

static enum status do_snapshot(struct context *s, const struct step *step, struct step_result *out)
{
    struct case_party *of = context_party(s, step_text(step, "of"));
    struct answer answer;
    if (!of)
        return E_MISSING;
    enum status st = driver_snapshot(s->driver, of->name, s->arena, &answer);
    if ((st = take_simple(out, st, &answer)) || !is_done(out))
        return st;
    struct artifact *t = context_add_artifact(s, step_text(step, "as"), ARTIFACT_SNAPSHOT, of);
    if (!t)
        return E_NOMEM;
    t->body = answer.body;
    return OK;
}

static enum status do_restore(struct context *s, const struct step *step, struct step_result *out)
{
    struct artifact *snapshot = context_artifact(s, step_text(step, "snapshot"));
    struct answer answer;
    if (!snapshot)
        return E_MISSING;
    struct case_party *copy = context_add_party(
        s, step_text(step, "as"), snapshot->author->address_name, snapshot->author->device, true);
    if (!copy)
        return E_LIMIT;
    memset(&answer, 0, sizeof(answer));
    enum status st = s->surface->restore(s, copy, snapshot, &answer);
    return take_simple(out, st, &answer);
}

static enum status conversation_of_step(struct context *s, const struct step *step,
                                        const char *peer_attribute, struct target_conversation *out)
{
    struct case_party *at = context_party(s, step_text(step, "at"));
    struct case_party *peer = context_party(s, step_text(step, peer_attribute));
    if (!at || !peer)
        return E_MISSING;
    *out = (struct target_conversation){.party = at->name, .peer = party_target_peer(peer)};
    return OK;
}

static enum status do_forget(struct context *s, const struct step *step, struct step_result *out)
{
    struct target_conversation where;
    struct answer answer;
    enum status st = conversation_of_step(s, step, "peer", &where);
    if (!st)
        st = driver_forget_session(s->driver, &where, s->arena, &answer);
    return take_simple(out, st, &answer);
}

static enum status do_accept(struct context *s, const struct step *step, struct step_result *out)
{
    struct target_conversation where;
    struct answer answer;
    struct case_party *whose = context_party(s, step_text(step, "identity-of"));
    enum status st = conversation_of_step(s, step, "peer", &where);
    if (!st && (!whose || !whose->party))
        st = E_MISSING;
    if (!st)
        st = driver_accept_identity(s->driver, &where, s->cipher->identity_key(whose->party),
                                    s->arena, &answer);
    return take_simple(out, st, &answer);
}

static enum status do_fingerprint(struct context *s, const struct step *step,
                                  struct step_result *out)
{
    struct case_party *with = context_party(s, step_text(step, "with"));
    struct case_party *at = context_party(s, step_text(step, "at"));
    struct target_conversation where;
    struct answer answer;
    char own[CIPHER_FINGERPRINT_MAX];
    enum refusal why;
    enum status st = conversation_of_step(s, step, "with", &where);
    if (!st && (!with->party || !at))
        st = E_MISSING;
    if (!st)
        st = driver_fingerprint(s->driver, &where, at->address_name, with->address_name, s->arena,
                                &answer);
    if ((st = take_simple(out, st, &answer)) || !is_done(out))
        return st;
    st = s->cipher->fingerprint(with->party, case_party_address(at),
                                bytes_of_text(with->address_name), bytes_of_text(at->address_name),
                                own, &why);
    if (st)
        return st == E_CRYPTO ? E_MISSING : st;
    bool is_equal = strcmp(own, answer.text) == 0;
    bool wants_equal = strcmp(step_text(step, "relation"), "equal") == 0;
    out->seen = is_equal == wants_equal ? SEEN_RELATION_HOLDS : SEEN_RELATION_BROKEN;
    step_says(s, out, "target shows %s, peer shows %s", answer.text, own);
    return OK;
}

static enum status do_distribute(struct context *s, const struct step *step,
                                 struct step_result *out)
{
    struct case_party *by = context_party(s, step_text(step, "by"));
    struct artifact *message;
    if (!by)
        return E_MISSING;
    enum status st = exchange_distribute(s, step_text(step, "as"), by, step_text(step, "group"),
                                         step_is_yes(step, "fresh"), &message, out);
    if (!st && message)
        step_shows(out, message);
    return st;
}

static enum status do_ping(struct context *s, const struct step *step, struct step_result *out)
{
    struct answer answer;
    (void)step;
    enum status st = driver_ping(s->driver, s->arena, &answer);
    return take_simple(out, st, &answer);
}

/* ---- the table */

static enum status (*const functions[N_VERB])(struct context *, const struct step *,
                                              struct step_result *) = {
    [VERB_PARTY] = do_party,         [VERB_PEER] = do_peer,
    [VERB_PUBLISH] = do_publish,     [VERB_START] = do_start,
    [VERB_ESTABLISH] = do_establish, [VERB_SEAL] = do_seal,
    [VERB_DELIVER] = do_deliver,     [VERB_DROP] = do_drop,
    [VERB_CONVERSE] = do_converse,   [VERB_TAMPER] = verb_tamper,
    [VERB_CHECK] = verb_check,       [VERB_SNAPSHOT] = do_snapshot,
    [VERB_RESTORE] = do_restore,     [VERB_FORGET] = do_forget,
    [VERB_ACCEPT] = do_accept,       [VERB_FINGERPRINT] = do_fingerprint,
    [VERB_RECORDED] = verb_recorded, [VERB_DISTRIBUTE] = do_distribute,
    [VERB_PING] = do_ping,           [VERB_MEASURE] = verb_measure,
    [VERB_CONNECT] = verb_connect,   [VERB_DISCONNECT] = verb_disconnect,
    [VERB_HANG_UP] = verb_hang_up,   [VERB_TURN_AWAY] = verb_turn_away,
    [VERB_PUSH] = verb_push,         [VERB_QUEUE] = verb_queue,
    [VERB_RETRY] = verb_retry,       [VERB_READ] = verb_read,
    [VERB_ANSWERED] = verb_answered, [VERB_SHOWN] = verb_shown,
    [VERB_VERIFY] = verb_verify,
};

bool verb_is_known(enum verb verb) { return (unsigned)verb < N_VERB && functions[verb]; }

enum status verb_do(struct context *s, const struct step *step, struct step_result *out)
{
    if (!verb_is_known(step->verb))
        return E_MISSING;
    if (step->verb >= VERB_CONNECT && !s->client)
        return E_MISSING; /* the planner keeps such cases from the library surface */
    enum status st = functions[step->verb](s, step, out);
    if (!st && s->client && s->client->canaries.found) {
        out->seen = SEEN_LEAK;
        out->detail = s->client->canaries.found;
    }
    return st;
}
