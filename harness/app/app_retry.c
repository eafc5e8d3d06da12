/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Retry receipts: sending and answering them (docs/wire.md, What a client answers). */
#include "app/app_internal.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX 262144u

/* The error of a retry receipt for this refusal. */
static const char *error_of(enum refusal why)
{
    switch (why) {
    case REFUSAL_NO_SESSION:
        return "1";
    case REFUSAL_INVALID_KEY:
        return "2";
    case REFUSAL_UNKNOWN_PREKEY:
        return "3";
    case REFUSAL_TOO_FAR:
        return "6";
    case REFUSAL_AUTHENTICATION:
        return "7";
    default:
        return "4";
    }
}

static enum status make_keys(struct app *a, struct buffer *out)
{
    struct buffer *first = &a->past.retry_keys;
    const struct publish_options options = {.with_last_resort =
                                                app_lapses(a, APP_LAPSE_RETRY_LAST_RESORT)};
    bool is_again = app_lapses(a, APP_LAPSE_RETRY_KEYS_AGAIN);
    if (is_again && first->len)
        return buffer_append(out, buffer_bytes(first));
    enum status st = party_publish(a->party, &options, out);
    return st || !is_again ? st : buffer_append(first, buffer_bytes(out));
}

static enum status write_keys(struct app *a, struct stanza_writer *w)
{
    static const uint8_t type[] = {5}, zeros[SIGNAL_SIGNATURE_LEN] = {0};
    const struct bytes other = bytes_of(zeros, sizeof(zeros)); /* a signature that is none */
    size_t id_size = a->profile.prekey_id_size;
    struct signal_bundle b;
    struct buffer bundle;
    buffer_init(&bundle, 65536);
    enum status st = make_keys(a, &bundle);
    if (!st)
        st = signal_bundle_decode(buffer_bytes(&bundle), &b);
    if (!st) {
        const struct app_rules *r = a->rules;
        struct bytes identity = r->retry.sends_other_identity ? b.signed_prekey : b.identity_key;
        struct bytes signature = r->retry.spoils_signature ? other : b.signature;
        struct bytes kem_signature = r->retry.spoils_kem_signature ? other : b.kem_signature;
        stanza_open(w, "keys");
        stanza_bytes_element(w, "type", bytes_of(type, 1));
        stanza_bytes_element(w, "identity", bytes_slice(identity, 1, 32));
        const struct stanza_prekey one_time = {.id = b.one_time_prekey_id +
                                                     (r->retry.sends_other_id ? 0x10000u : 0),
                                               .id_size = id_size,
                                               .value = bytes_slice(b.one_time_prekey, 1, 32)};
        const struct stanza_prekey of_identity = {b.signed_prekey_id, id_size,
                                                  bytes_slice(b.signed_prekey, 1, 32), signature};
        const struct stanza_prekey kem = {b.kem_prekey_id, id_size, b.kem_prekey, kem_signature};
        stanza_prekey_element(w, "key", &one_time);
        stanza_prekey_element(w, "skey", &of_identity);
        if (b.has_kem_prekey && !r->retry.omits_kem)
            stanza_prekey_element(w, "kem", &kem);
        stanza_close(w);
    }
    buffer_fini(&bundle);
    return st;
}

/* Of this message; by its lapse of all that this sender sent. */
static uint32_t retries_before(const struct app *a, const struct seen_message *m)
{
    uint32_t n = 0;
    if (!app_lapses(a, APP_LAPSE_RETRIES_OF_SENDER))
        return m->retries;
    for (const struct seen_message *other = a->seen; other; other = other->next)
        if (strcmp(other->from, m->from) == 0)
            n += other->retries;
    return n;
}

enum status app_ask_retry(struct app *a, const struct stanza *message, struct seen_message *m,
                          enum refusal why)
{
    struct stanza_writer w;
    const struct app_rules *r = a->rules;
    uint32_t count = retries_before(a, m) + 1;
    if (r->retry.never_asks || (count >= a->profile.retry_give_up && !r->retry.asks_for_ever))
        return OK;
    m->retries++;
    stanza_begin_own(&w, DOCUMENT_MAX);
    STANZA_OPEN(&w, "receipt", {"id", m->id}, {"to", m->from}, {"type", "retry"});
    stanza_open(&w, "retry");
    stanza_attribute_number(&w, "count", count);
    stanza_attribute(&w, "id", m->id);
    stanza_attribute(&w, "t", stanza_get(message, "t"));
    stanza_attribute(&w, "v", "1");
    stanza_attribute(&w, "error", error_of(why));
    stanza_close(&w);
    if (!r->retry.omits_registration)
        stanza_number_element(&w, "registration", party_registration_id(a->party),
                              a->profile.prekey_registration_size);
    enum status st = OK;
    bool is_past = count > a->profile.retry_keys_from && app_lapses(a, APP_LAPSE_RETRY_KEYS_AT);
    if (count >= a->profile.retry_keys_from && !is_past && !r->retry.never_sends_keys)
        st = write_keys(a, &w);
    if (!st)
        return app_push(a, &w);
    buffer_fini(&w.own);
    return st;
}

/* ---- answering */

/* Use the keys in the request. False: they were refused, and the user is warned of another
 * identity. */
static bool take_keys(struct app *a, const struct stanza *receipt, struct address peer,
                      struct arena *arena)
{
    struct buffer bundle;
    enum refusal why = REFUSAL_NONE;
    const struct stanza *keys = stanza_child(receipt, "keys");
    if (!keys || (party_has_session(a->party, peer) && app_lapses(a, APP_LAPSE_RETRY_KEYS_UNUSED)))
        return true;
    buffer_init(&bundle, 65536);
    enum status st = app_bundle(a, keys, arena, &bundle);
    if (!st)
        st = party_start(a->party, peer, buffer_bytes(&bundle), NULL, &why);
    if (st && why == REFUSAL_UNTRUSTED_IDENTITY && a->rules->retry.resends_to_anybody) {
        struct signal_bundle b;
        party_forget(a->party, peer);
        st = signal_bundle_decode(buffer_bytes(&bundle), &b);
        if (!st)
            st = party_accept_identity(a->party, peer, b.identity_key);
        if (!st)
            st = party_start(a->party, peer, buffer_bytes(&bundle), NULL, &why);
    }
    buffer_fini(&bundle);
    if (st && why == REFUSAL_UNTRUSTED_IDENTITY && !app_lapses(a, APP_LAPSE_RETRY_KEYS_UNWARNED))
        app_tell(a, &(struct app_event){.kind = EVENT_WARNED, .peer = peer});
    return !st;
}

enum status app_answer_retry(struct app *a, const struct stanza *receipt, struct arena *arena)
{
    const char *id = stanza_get(receipt, "id"), *from = stanza_get(receipt, "from");
    const struct stanza *retry = stanza_child(receipt, "retry");
    const char *count_text = retry ? stanza_get(retry, "count") : NULL;
    uint32_t count = count_text ? (uint32_t)strtoul(count_text, NULL, 10) : 0;
    const struct app_rules *r = a->rules;
    struct address peer;
    struct outgoing *message = id ? app_outgoing(a, id) : NULL;
    if (!message && r->retry.answers_unknown)
        message = a->outgoing;
    if (!message || !message->body.len || !count || !from || !app_address(a, from, arena, &peer) ||
        r->retry.never_answers)
        return OK;
    bool is_addressee =
        strcmp(peer.name, message->name) == 0 &&
        (peer.device == message->device || app_lapses(a, APP_LAPSE_RETRY_OF_OTHER_DEVICE));
    if (!is_addressee && !r->retry.answers_anybody)
        return OK;
    if ((count >= a->profile.retry_give_up || message->resent >= a->profile.retry_give_up) &&
        !r->retry.answers_for_ever)
        return OK;
    if (!take_keys(a, receipt, peer, arena))
        return OK;
    message->resent++;
    enum status st =
        app_outgoing_send(a, message, r->retry.answers_other_id ? "another-id" : id, count);
    return st ? st : app_outgoing_continue(a, peer);
}
