/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/verbs.h"

#include "run/client_context.h"
#include "run/exchange.h"
#include "run/order.h"
#include "run/surface.h"

#include <string.h>

/* ---- small helpers */

/* What the op does wrong, or NULL. */
static const struct cipher_mutation *mutation_of(const struct op *op)
{
    const struct operand *o = op_operand(op, ATTR_BEND);
    return o ? o->mutation : NULL;
}

static const struct word_use *word_of(const struct op *op, enum attr a)
{
    const struct operand *o = op_operand(op, a);
    return o ? o->word : NULL;
}

static enum status take_simple(struct step_result *out, enum status st, const struct answer *answer)
{
    if (!st)
        step_takes(out, answer);
    return st;
}

static bool is_done(const struct step_result *out) { return out->seen == SEEN_DONE; }

/* ---- parties */

static struct case_party *add_party(struct context *s, const struct op *op, bool is_target)
{
    return context_add_party(s, op_index(op, ATTR_NAME), op_text(op, ATTR_ADDRESS),
                             op_number(op, ATTR_DEVICE, 1), is_target);
}

static enum status do_party(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *a = add_party(s, op, true);
    struct answer answer;
    if (!a)
        return E_LIMIT;
    memset(&answer, 0, sizeof(answer));
    return take_simple(out, s->surface->create(s, a, &answer), &answer);
}

static enum status do_peer(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *a = add_party(s, op, false);
    if (!a)
        return E_LIMIT;
    const struct case_party *twin = verb_party(s, op, ATTR_IDENTITY_OF);
    if (op_has(op, ATTR_IDENTITY_OF) && (!twin || !twin->party))
        return E_MISSING;
    enum status st = context_make_own(s, a, twin);
    if (!st)
        out->seen = SEEN_DONE;
    return st;
}

/* ---- handshake */

static enum status do_publish(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *by = verb_party(s, op, ATTR_BY);
    struct publish_options options = {
        .without_one_time_prekey = !op_is_yes(op, ATTR_ONE_TIME_PREKEY),
        .rotate_signed_prekey = op_is_yes(op, ATTR_ROTATE),
        .takes_newest = op_is_yes(op, ATTR_NEWEST),
        .signer = (enum publish_signer)op_number(op, ATTR_SIGNED_BY, SIGNER_IDENTITY)};
    struct artifact *bundle;
    enum status st = exchange_publish(s, by, op_index(op, ATTR_AS), &options, &bundle, out);
    if (!st && bundle)
        step_shows(out, bundle);
    return st;
}

static enum status do_start(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *by = verb_party(s, op, ATTR_BY);
    struct artifact *bundle = verb_artifact(s, op, ATTR_BUNDLE);
    struct case_party *with = verb_party(s, op, ATTR_WITH);
    struct start_mutations mutations = {.party = mutation_of(op), .fetch = word_of(op, ATTR_FETCH)};
    step_shows(out, bundle);
    if (mutations.fetch)
        out->field = "fetch";
    return exchange_start(s, by, with, bundle, &mutations, out);
}

static enum status do_establish(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *by = verb_party(s, op, ATTR_BY);
    struct case_party *with = verb_party(s, op, ATTR_WITH);
    struct publish_options options = {.without_one_time_prekey =
                                          !op_is_yes(op, ATTR_ONE_TIME_PREKEY)};
    struct artifact *bundle;
    enum status st;
    if ((st = exchange_publish(s, with, SLOT_BUNDLE, &options, &bundle, out)) || !is_done(out))
        return st;
    if ((st = exchange_start(s, by, with, bundle, NULL, out)) || !is_done(out))
        return st;
    if ((st = exchange_once(s, by, with, out)) || out->seen != SEEN_PLAINTEXT)
        return st;
    if ((st = exchange_once(s, with, by, out)) || out->seen != SEEN_PLAINTEXT)
        return st;
    verb_forget_shown(s);
    out->seen = SEEN_DONE;
    return OK;
}

/* ---- traffic */

/* "a", what no XML document can hold, "z"; or what ends as PKCS #7 or ISO 7816-4 pad. */
static struct bytes unusual_text(uint32_t which)
{
    static const char *const texts[N_CHARACTERS] = {
        [CHARACTERS_NUL] = "a\0b\0\0z",
        [CHARACTERS_CONTROLS] = ("a\1\2\3\4\5\6\7\b\x0b\f\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"
                                 "\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f\xc2\x80\xc2\x9f"
                                 "\xef\xbf\xbe\xef\xbf\xbfz"),
        [CHARACTERS_PADDING] = ("sixteen of them:\x10\x10\x10\x10\x10\x10\x10\x10"
                                "\x10\x10\x10\x10\x10\x10\x10\x10"),
        [CHARACTERS_BIT_PADDING] = "eight\xc2\x80\0\0\0\0\0\0\0\0"};
    static const size_t lengths[N_CHARACTERS] = {[CHARACTERS_NUL] = 6,
                                                 [CHARACTERS_CONTROLS] = 41,
                                                 [CHARACTERS_PADDING] = 32,
                                                 [CHARACTERS_BIT_PADDING] = 15};
    return bytes_of(texts[which], lengths[which]);
}

static enum status plaintext_of(struct context *s, const struct op *op, struct bytes *out)
{
    if (op_has(op, ATTR_TEXT)) {
        *out = arena_copy(s->arena, bytes_of_text(op_text(op, ATTR_TEXT)));
    } else if (op_has(op, ATTR_CHARACTERS)) {
        *out = unusual_text(op_number(op, ATTR_CHARACTERS, CHARACTERS_NUL));
    } else if (op_has(op, ATTR_SAME_PLAINTEXT_AS)) {
        const struct artifact *like = verb_artifact(s, op, ATTR_SAME_PLAINTEXT_AS);
        if (!like)
            return E_MISSING;
        *out = like->plaintext;
        return OK;
    } else {
        *out = context_plaintext(s, op_number(op, ATTR_SIZE, 24));
    }
    return out->data ? OK : E_NOMEM;
}

static enum status do_seal(struct context *s, const struct op *op, struct step_result *out)
{
    const struct operand *kind = op_operand(op, ATTR_KIND);
    const struct operand *content = op_operand(op, ATTR_CONTENT);
    const struct artifact *medium = verb_artifact(s, op, ATTR_MEDIUM);
    struct seal_what what = {.by = verb_party(s, op, ATTR_BY),
                             .to = verb_party(s, op, ATTR_TO),
                             .group = op_text(op, ATTR_GROUP),
                             .mutation = mutation_of(op),
                             .content_kind = kind ? CONTENT_TEXT + kind->number : CONTENT_NONE,
                             .content_mutation = content ? content->word : NULL};
    struct artifact *message;
    if ((!what.group && !what.to) || (op_has(op, ATTR_MEDIUM) && !medium))
        return E_MISSING;
    if (medium)
        what.content = medium->body;
    bool acknowledges = s->client && server_acknowledges(s->client->server);
    enum status st = plaintext_of(s, op, &what.plaintext);
    if (acknowledges && !op_number(op, ATTR_ACKED, 1))
        server_acknowledge(s->client->server, false);
    if (!st)
        st = exchange_seal(s, op_index(op, ATTR_AS), &what, &message, out);
    if (acknowledges)
        server_acknowledge(s->client->server, true);
    if (!st && message)
        step_shows(out, message);
    return st;
}

/* ---- deliver: one message a part */

/* The id that the stanza of |sent|, a copy of |message|, has to have. False: there is none yet. */
static bool take_id(struct context *s, const struct op *op, const struct artifact *message,
                    struct artifact *sent)
{
    const struct artifact *other = verb_artifact(s, op, ATTR_ID_OF);
    sent->delivery.has_same_id =
        op_is_yes(op, ATTR_SAME_ID) || op_has(op, ATTR_ID_OF) || op_has(op, ATTR_ID);
    if (!sent->delivery.has_same_id)
        return true;
    if (op_has(op, ATTR_ID)) {
        sent->id = op_text(op, ATTR_ID);
        return true;
    }
    sent->id = op_has(op, ATTR_ID_OF) ? (other ? other->id : NULL) : verb_id_before(s, message);
    return sent->id != NULL;
}

static enum status deliver(struct context *s, const struct op *op, struct artifact *message,
                           struct step_result *out)
{
    const struct operand *stanza = op_operand(op, ATTR_STANZA);
    struct artifact sent = *message;
    struct case_party *to = message->addressee, *from = message->author;
    if (op_has(op, ATTR_TO))
        to = verb_party(s, op, ATTR_TO);
    else if (!to && message->group)
        to = context_party(s, message->author->is_target ? OP_PEER : OP_TARGET);
    if (op_has(op, ATTR_FROM))
        from = verb_party(s, op, ATTR_FROM);
    if (!to || !from)
        return E_MISSING;
    if (op_has(op, ATTR_GROUP))
        sent.group = op_text(op, ATTR_GROUP);
    sent.delivery = (struct delivery){.stanza_mutation = stanza ? stanza->word : NULL,
                                      .channel_mutation = word_of(op, ATTR_CHANNEL)};
    if (!take_id(s, op, message, &sent))
        return E_MISSING;
    step_shows(out, message);
    if (sent.delivery.stanza_mutation || sent.delivery.channel_mutation)
        out->field = sent.delivery.stanza_mutation ? "stanza" : "channel";
    enum status st = exchange_deliver(s, &sent, to, from, out);
    message->id = sent.id;
    message->opened = sent.opened;
    message->observed_before = sent.observed_before;
    return st;
}

static enum status do_deliver(struct context *s, const struct op *op, size_t part,
                              struct step_result *out)
{
    size_t n;
    const uint32_t *messages = op_delivered(op, &n);
    enum status st = OK;
    if (part == 0)
        st = order_arrange(op_number(op, ATTR_ORDER, ORDER_AS_LISTED), &s->random, s->order, n);
    struct artifact *message = context_artifact(s, messages[s->order[part]]);
    if (!st && !message)
        st = E_MISSING;
    return st ? st : deliver(s, op, message, out);
}

size_t verb_n_parts(const struct op *op)
{
    size_t n;
    return op_delivered(op, &n) ? n : 1;
}

static enum status do_drop(struct context *s, const struct op *op, struct step_result *out)
{
    struct seal_what what = {.by = verb_party(s, op, ATTR_BY),
                             .to = verb_party(s, op, ATTR_TO),
                             .group = op_text(op, ATTR_GROUP),
                             .plaintext = context_plaintext(s, 16)};
    uint32_t count = op_number(op, ATTR_COUNT, 1), each = op_number(op, ATTR_BUT_EACH, 0);
    out->seen = SEEN_DONE;
    for (uint32_t i = 1; i <= count; i++) {
        struct artifact *message;
        bool arrives = each && i % each == 0;
        enum status st = arrives ? exchange_once(s, what.by, what.to, out)
                                 : exchange_seal(s, SLOT_DROPPED, &what, &message, out);
        if (!st && arrives && out->seen == SEEN_PLAINTEXT) {
            verb_forget_shown(s);
            out->seen = SEEN_DONE;
        }
        if (st || !is_done(out))
            return st;
    }
    return OK;
}

/* ---- state */

static enum status do_snapshot(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *of = verb_party(s, op, ATTR_OF);
    struct answer answer;
    enum status st =
        take_simple(out, driver_snapshot(s->driver, of->name, s->arena, &answer), &answer);
    if (st || !is_done(out))
        return st;
    struct artifact *t = context_add_artifact(s, op_index(op, ATTR_AS), ARTIFACT_SNAPSHOT, of);
    if (!t)
        return E_NOMEM;
    t->body = answer.body;
    t->n_watched = s->watch.n + 1;
    return watch_snapshot(&s->watch, t, s->accepted, s->refused, s->arena);
}

static enum status do_restore(struct context *s, const struct op *op, struct step_result *out)
{
    struct artifact *snapshot = verb_artifact(s, op, ATTR_SNAPSHOT);
    struct answer answer;
    struct case_party *copy = context_add_party(
        s, op_index(op, ATTR_AS), snapshot->author->address_name, snapshot->author->device, true);
    if (!copy)
        return E_LIMIT;
    copy->restored_from = snapshot->author;
    copy->restored_at = snapshot->n_watched;
    memset(&answer, 0, sizeof(answer));
    return take_simple(out, s->surface->restore(s, copy, snapshot, &answer), &answer);
}

static enum status do_forget(struct context *s, const struct op *op, struct step_result *out)
{
    struct target_conversation where = verb_conversation(s, op, ATTR_PEER);
    struct answer answer;
    return take_simple(out, driver_forget_session(s->driver, &where, s->arena, &answer), &answer);
}

/* |key| with another half, the type byte aside: one bit of its ninth or its last byte but one. It
 * stays below p. */
static enum status change_half(struct context *s, enum changed_half half, struct bytes *key)
{
    size_t at = half == CHANGED_FIRST_HALF ? 8 : key->len - 2;
    uint8_t *changed = key->len > 9 ? arena_alloc(s->arena, key->len) : NULL;
    if (!changed)
        return E_NOMEM;
    memcpy(changed, key->data, key->len);
    changed[at] ^= 1;
    *key = bytes_of(changed, key->len);
    return OK;
}

static enum status do_accept(struct context *s, const struct op *op, struct step_result *out)
{
    struct target_conversation where = verb_conversation(s, op, ATTR_PEER);
    struct answer answer;
    const struct case_party *whose = verb_party(s, op, ATTR_IDENTITY_OF);
    if (!whose->party)
        return E_MISSING;
    struct bytes key = s->cipher->identity_key(whose->party);
    enum status st = OK;
    if (op_has(op, ATTR_CHANGED))
        st = change_half(s, (enum changed_half)op_number(op, ATTR_CHANGED, 0), &key);
    if (st)
        return st;
    st = driver_accept_identity(s->driver, &where, key, s->arena, &answer);
    return take_simple(out, st, &answer);
}

static enum status do_fingerprint(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *with = verb_party(s, op, ATTR_WITH);
    struct case_party *at = verb_party(s, op, ATTR_AT);
    struct target_conversation where = verb_conversation(s, op, ATTR_WITH);
    struct answer answer;
    char own[CIPHER_FINGERPRINT_MAX];
    enum refusal why;
    if (!with->party)
        return E_MISSING;
    enum status st = driver_fingerprint(s->driver, &where, at->address_name, with->address_name,
                                        s->arena, &answer);
    if ((st = take_simple(out, st, &answer)) || !is_done(out))
        return st;
    st = s->cipher->fingerprint(with->party, case_party_address(at),
                                bytes_of_text(with->address_name), bytes_of_text(at->address_name),
                                own, &why);
    if (st)
        return st == E_CRYPTO ? E_MISSING : st;
    bool is_equal = strcmp(own, answer.text) == 0;
    bool wants_equal = op_number(op, ATTR_RELATION, FINGERPRINTS_EQUAL) == FINGERPRINTS_EQUAL;
    out->seen = is_equal == wants_equal ? SEEN_RELATION_HOLDS : SEEN_RELATION_BROKEN;
    step_says(s, out, "target shows %s, peer shows %s", answer.text, own);
    return OK;
}

static enum status do_distribute(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *by = verb_party(s, op, ATTR_BY);
    struct artifact *message;
    enum status st = exchange_distribute(s, op_index(op, ATTR_AS), by, op_text(op, ATTR_GROUP),
                                         op_is_yes(op, ATTR_FRESH), &message, out);
    if (!st && message)
        step_shows(out, message);
    return st;
}

static enum status do_ping(struct context *s, const struct op *op, struct step_result *out)
{
    struct answer answer;
    (void)op;
    return take_simple(out, driver_ping(s->driver, s->arena, &answer), &answer);
}

/* ---- the table */

static const struct {
    enum status (*act)(struct context *, const struct op *, struct step_result *);
    enum attr parties[3], artifact; /* that must have been made; ATTR_NONE: none */
    bool needs_connection;          /* of its party |at| */
} rows[N_VERB] = {
    [VERB_PARTY] = {.act = do_party},
    [VERB_PEER] = {.act = do_peer},
    [VERB_PUBLISH] = {.act = do_publish, .parties = {ATTR_BY}},
    [VERB_START] = {.act = do_start, .parties = {ATTR_BY, ATTR_WITH}, .artifact = ATTR_BUNDLE},
    [VERB_ESTABLISH] = {.act = do_establish, .parties = {ATTR_BY, ATTR_WITH}},
    [VERB_SEAL] = {.act = do_seal, .parties = {ATTR_BY}},
    [VERB_DROP] = {.act = do_drop, .parties = {ATTR_BY}},
    [VERB_CONVERSE] = {.act = verb_converse, .parties = {ATTR_WITH, ATTR_AT}},
    [VERB_TAMPER] = {.act = verb_tamper},
    [VERB_CHECK] = {.act = verb_check, .artifact = ATTR_OF},
    [VERB_SNAPSHOT] = {.act = do_snapshot, .parties = {ATTR_OF}},
    [VERB_RESTORE] = {.act = do_restore, .artifact = ATTR_SNAPSHOT},
    [VERB_FORGET] = {.act = do_forget, .parties = {ATTR_AT, ATTR_PEER}},
    [VERB_ACCEPT] = {.act = do_accept, .parties = {ATTR_AT, ATTR_PEER, ATTR_IDENTITY_OF}},
    [VERB_FINGERPRINT] = {.act = do_fingerprint, .parties = {ATTR_AT, ATTR_WITH}},
    [VERB_RECORDED] = {.act = verb_recorded},
    [VERB_DISTRIBUTE] = {.act = do_distribute, .parties = {ATTR_BY}},
    [VERB_PING] = {.act = do_ping},
    [VERB_MEASURE] = {.act = verb_measure, .parties = {ATTR_AT}},
    [VERB_CONNECT] = {.act = verb_connect, .parties = {ATTR_AT}},
    [VERB_DISCONNECT] = {.act = verb_disconnect, .parties = {ATTR_AT}},
    [VERB_HANG_UP] = {.act = verb_hang_up, .parties = {ATTR_AT}, .needs_connection = true},
    [VERB_TURN_AWAY] = {.act = verb_turn_away, .parties = {ATTR_AT}, .needs_connection = true},
    [VERB_PUSH] = {.act = verb_push, .parties = {ATTR_AT}, .needs_connection = true},
    [VERB_QUEUE] = {.act = verb_queue},
    [VERB_RETRY] = {.act = verb_retry, .artifact = ATTR_OF},
    [VERB_SAY] = {.act = verb_say, .parties = {ATTR_AT, ATTR_PEER}},
    [VERB_ARRIVED] = {.act = verb_arrived, .parties = {ATTR_AT}},
    [VERB_HOLD] = {.act = verb_hold},
    [VERB_RELEASE] = {.act = verb_release, .parties = {ATTR_AT}},
    [VERB_DECLINE] = {.act = verb_decline, .parties = {ATTR_AT}},
    [VERB_IGNORE] = {.act = verb_ignore},
    [VERB_SERVE] = {.act = verb_serve, .artifact = ATTR_BUNDLE},
    [VERB_ROTATE] = {.act = verb_rotate, .parties = {ATTR_AT}},
    [VERB_READ] = {.act = verb_read, .parties = {ATTR_AT, ATTR_PEER}},
    [VERB_WRITE] = {.act = verb_write, .parties = {ATTR_AT, ATTR_PEER}},
    [VERB_HEARD] = {.act = verb_heard, .parties = {ATTR_AT}, .needs_connection = true},
    [VERB_ACKNOWLEDGE] = {.act = verb_acknowledge},
    [VERB_ANSWERED] = {.act = verb_answered, .artifact = ATTR_MESSAGE},
    [VERB_SHOWN] = {.act = verb_shown, .parties = {ATTR_AT}},
    [VERB_WARNED] = {.act = verb_warned, .parties = {ATTR_AT}},
    [VERB_VERIFY] = {.act = verb_verify},
    [VERB_HOST] = {.act = verb_host},
    [VERB_TAKE] = {.act = verb_take},
    [VERB_EXPIRE] = {.act = verb_expire},
    [VERB_REQUEST] = {.act = verb_request},
    [VERB_MINT] = {.act = verb_mint},
    [VERB_ROTATE_KEYS] = {.act = verb_rotate_keys},
    [VERB_ENLIST] = {.act = verb_enlist},
    [VERB_WITHDRAW] = {.act = verb_withdraw},
    [VERB_NOTIFY] = {.act = verb_notify},
    [VERB_DRAINED] = {.act = verb_drained},
    [VERB_SIGN_IN] = {.act = verb_sign_in},
    [VERB_SIGN_OUT] = {.act = verb_sign_out},
    [VERB_POST] = {.act = verb_post},
    [VERB_RECEIVED] = {.act = verb_received},
    [VERB_LOOK_UP] = {.act = verb_look_up},
    [VERB_UTTER] = {.act = verb_utter},
    [VERB_OPT_IN] = {.act = verb_opt_in},
    [VERB_OPT_OUT] = {.act = verb_opt_out},
    [VERB_PUSHED] = {.act = verb_pushed},
    [VERB_RELAYED] = {.act = verb_relayed},
};

/* Is everything there that the op needs, and what it names beside that? */
static bool has_what_it_needs(struct context *s, const struct op *op)
{
    enum attr artifact = rows[op->verb].artifact;
    for (size_t i = 0; i < 3 && rows[op->verb].parties[i]; i++)
        if (!verb_party(s, op, rows[op->verb].parties[i]))
            return false;
    return !artifact || verb_artifact(s, op, artifact);
}

static enum status act(struct context *s, const struct op *op, struct step_result *out)
{
    struct answer answer;
    if (!has_what_it_needs(s, op))
        return E_MISSING;
    if (!rows[op->verb].needs_connection)
        return rows[op->verb].act(s, op, out);
    memset(&answer, 0, sizeof(answer));
    enum status st = client_context_be_connected(s->client, verb_party(s, op, ATTR_AT), &answer);
    step_takes(out, &answer);
    return st || !is_done(out) ? st : rows[op->verb].act(s, op, out);
}

bool verb_is_known(enum verb verb)
{
    return verb == VERB_DELIVER || ((unsigned)verb < N_VERB && rows[verb].act);
}

enum status verb_do(struct context *s, const struct op *op, size_t part, struct step_result *out)
{
    if (!verb_is_known(op->verb) || part >= verb_n_parts(op) ||
        !(verb_rule(op->verb)->surfaces & SURFACE_BIT(s->surface->surface)))
        return E_MISSING; /* the planner keeps a case from a surface it cannot run on */
    enum status st = op->verb == VERB_DELIVER ? do_deliver(s, op, part, out) : act(s, op, out);
    if (!st && s->surface->look_for_leak)
        s->surface->look_for_leak(s, op, out);
    return st;
}
