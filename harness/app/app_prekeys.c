/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prekeys of the app: publishing, counting, refilling, fetching (docs/wire.md, iq). */
#include "app/app_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX 1048576u
#define REFILL_MAX 50u /* one-time prekeys published at a time, after the first time */
#define KEM_MAX 16u    /* one-time KEM prekeys at a time, of which each takes 2 KiB of a stanza */
#define OTHER_IDS 0x10000u /* what a flaw adds to ids that it publishes */

static void new_iq(struct app *a, char out[32])
{
    snprintf(out, 32, "iq-%u", a->rules->stanza.repeats_iq_ids ? 1 : ++a->next_iq);
}

static void begin_iq(const struct app *a, struct stanza_writer *w, const char *id, const char *type)
{
    stanza_begin_own(w, DOCUMENT_MAX);
    STANZA_OPEN(w, "iq", {"id", id}, {"type", type}, {"xmlns", a->profile.stanza_namespace_prekeys},
                {"to", a->profile.stanza_server});
}

/* ---- publishing */

static struct bytes bare(struct bytes key) { return bytes_slice(key, 1, key.len); }

/* A prekey with its signature; |is_spoilt|: with one bit of that changed. */
static void write_prekey(struct stanza_writer *w, const char *name, struct stanza_prekey key,
                         bool is_spoilt)
{
    uint8_t other[SIGNAL_SIGNATURE_LEN];
    memcpy(other, key.signature.data, sizeof(other));
    other[0] ^= 1;
    if (is_spoilt)
        key.signature = bytes_of(other, sizeof(other));
    stanza_prekey_element(w, name, &key);
}

/* Signal v4: |b|'s KEM prekey, with its type byte. */
static void write_kem(const struct app *a, struct stanza_writer *w, const struct signal_bundle *b,
                      uint32_t id)
{
    const struct stanza_prekey key = {id, a->profile.prekey_id_size, b->kem_prekey,
                                      b->kem_signature};
    if (b->has_kem_prekey && !a->rules->prekeys.omits_kem)
        write_prekey(w, "kem", key, a->rules->prekeys.spoils_kem_signature);
}

static void write_signed(const struct app *a, struct stanza_writer *w,
                         const struct signal_bundle *b)
{
    uint8_t type = 5;
    const struct stanza_prekey key = {b->signed_prekey_id, a->profile.prekey_id_size,
                                      bare(b->signed_prekey), b->signature};
    stanza_number_element(w, "registration", b->registration_id,
                          a->profile.prekey_registration_size);
    stanza_bytes_element(w, "type", bytes_of(&type, 1));
    stanza_bytes_element(w, "identity", bare(b->identity_key));
    write_prekey(w, "skey", key, a->rules->prekeys.signs_bare);
    if (!a->rules->prekeys.omits_last_resort &&
        !(a->has_published && app_lapses(a, APP_LAPSE_REFILL_WITHOUT_KEM)))
        write_kem(a, w, b, b->kem_prekey_id);
}

static uint32_t kem_max(const struct app *a)
{
    return KEM_MAX + (app_lapses(a, APP_LAPSE_SEVENTEEN_KEM) ? 1 : 0);
}

/* Under which id the |i|th one-time KEM prekey is published, whose own is |id|. */
static uint32_t one_time_kem_id(const struct app *a, uint32_t id, uint32_t i)
{
    if (a->rules->prekeys.has_zero_kem_id && i == 7) /* not what conversations begin with */
        return 0;
    if (a->rules->prekeys.refills_under_other_kem_ids && a->has_published)
        return id + OTHER_IDS;
    return a->rules->prekeys.repeats_kem_ids && i == 1 ? id - 1 : id;
}

static void write_one_time(const struct app *a, struct stanza_writer *w,
                           const struct signal_bundle *b, uint32_t i, struct bytes first_value)
{
    struct stanza_prekey key = {.id = b->one_time_prekey_id,
                                .id_size = a->profile.prekey_id_size,
                                .value = bare(b->one_time_prekey)};
    if (a->rules->prekeys.repeats_ids && i == 1)
        key.id--;
    if (a->rules->prekeys.has_zero_id && i == 0)
        key.id = 0;
    if (a->rules->prekeys.refills_under_other_ids && a->has_published)
        key.id += OTHER_IDS;
    if (a->rules->prekeys.repeats_keys && i)
        key.value = first_value;
    stanza_prekey_element(w, "key", &key);
    if (i < kem_max(a))
        write_kem(a, w, b, one_time_kem_id(a, b->kem_prekey_id, i));
}

/* A fresh bundle, decoded to |out|; views into |bundle|, which is initialised here. */
static enum status make_bundle(struct app *a, const struct publish_options *options,
                               struct buffer *bundle, struct signal_bundle *out)
{
    buffer_init(bundle, 65536);
    enum status st = party_publish(a->party, options, bundle);
    return st ? st : signal_bundle_decode(buffer_bytes(bundle), out);
}

/* |count| one-time prekeys never published before, of a client of v4 with as many one-time KEM
 * prekeys, at most KEM_MAX. */
static enum status write_list(struct app *a, struct stanza_writer *w, uint32_t count)
{
    uint8_t first_value[32] = {0};
    enum status st = OK;
    stanza_open(w, "list");
    for (uint32_t i = 0; !st && i < count; i++) {
        struct buffer bundle;
        struct signal_bundle b;
        const struct publish_options options = {.with_last_resort = i >= kem_max(a)};
        st = make_bundle(a, &options, &bundle, &b);
        if (!st && i == 0)
            memcpy(first_value, bare(b.one_time_prekey).data, 32);
        if (!st)
            write_one_time(a, w, &b, i, bytes_of(first_value, 32));
        buffer_fini(&bundle);
    }
    stanza_close(w);
    return st;
}

/* The signed prekey and, of a client of v4, the last resort are made anew where |rotates|.
 * |before|: whose last resort to upload instead; NULL: the new one. */
static enum status publish(struct app *a, uint32_t count, bool rotates,
                           const struct signal_bundle *before)
{
    struct stanza_writer w;
    struct buffer bundle;
    struct signal_bundle b;
    const struct publish_options options = {.without_one_time_prekey = true,
                                            .rotate_signed_prekey = rotates};
    new_iq(a, a->upload_iq);
    begin_iq(a, &w, a->upload_iq, "set");
    enum status st = make_bundle(a, &options, &bundle, &b);
    if (!st && before) {
        b.kem_prekey_id = before->kem_prekey_id;
        b.kem_prekey = before->kem_prekey;
        b.kem_signature = before->kem_signature;
    }
    if (!st)
        st = write_list(a, &w, count);
    if (!st)
        write_signed(a, &w, &b);
    if (!st && a->uploaded.len == 0) {
        st = stanza_end(&w);
        buffer_append(&a->uploaded, buffer_bytes(&w.own));
    }
    if (!st)
        st = app_push(a, &w);
    else
        buffer_fini(&w.own);
    buffer_fini(&bundle);
    return st;
}

static uint32_t first_count(const struct app *a)
{
    return a->rules->prekeys.uploads_few ? 1 : a->profile.prekey_upload_count;
}

enum status app_refill(struct app *a)
{
    if (a->rules->prekeys.never_refills ||
        (a->past.has_refilled && app_lapses(a, APP_LAPSE_REFILLS_ONCE)))
        return OK;
    a->past.has_refilled = true;
    if (!a->rules->prekeys.refills_same)
        return publish(a,
                       a->profile.prekey_upload_count < REFILL_MAX ? a->profile.prekey_upload_count
                                                                   : REFILL_MAX,
                       false, NULL);
    struct stanza_writer w;
    stanza_begin_own(&w, DOCUMENT_MAX);
    buffer_append(&w.own, buffer_bytes(&a->uploaded));
    return app_push(a, &w);
}

/* Flaw: the last resort stays what it was. */
static enum status rotate_signed_only(struct app *a)
{
    const struct publish_options options = {.without_one_time_prekey = true};
    struct signal_bundle before;
    struct buffer bundle;
    enum status st = make_bundle(a, &options, &bundle, &before);
    if (!st)
        st = publish(a, 0, true, &before);
    buffer_fini(&bundle);
    return st;
}

enum status app_rotate(struct app *a)
{
    a->wants_rotation = a->state != APP_READY;
    if (a->wants_rotation)
        return OK;
    return app_lapses(a, APP_LAPSE_OLD_LAST_RESORT) ? rotate_signed_only(a)
                                                    : publish(a, 0, true, NULL);
}

/* ---- after authentication */

static enum status ask_count(struct app *a)
{
    struct stanza_writer w;
    new_iq(a, a->count_iq);
    begin_iq(a, &w, a->count_iq, "get");
    stanza_open(&w, "count");
    return app_push(a, &w);
}

static enum status ready(struct app *a)
{
    a->state = APP_READY;
    a->pause_ms = 0;
    a->past.came_in = true;
    app_tell(a, &(struct app_event){.kind = EVENT_CONNECTED});
    enum status st = app_outgoing_resend(a);
    if (!st)
        st = app_tell_read(a);
    return !st && a->wants_rotation ? app_rotate(a) : st;
}

enum status app_take_success(struct app *a)
{
    if (a->state != APP_AUTHENTICATING)
        return OK; /* a second <success> is ignored */
    a->state = APP_PUBLISHING;
    if (!a->has_published)
        return publish(a, first_count(a), false, NULL);
    enum status st = ready(a);
    return st ? st : ask_count(a);
}

/* ---- fetching */

/* Does a text to |peer| wait for keys? */
static bool waits_for(const struct app *a, struct address peer)
{
    for (const struct fetch *f = a->fetches; f; f = f->next)
        if (!f->is_prepare && !f->again && strcmp(f->name, peer.name) == 0 &&
            f->device == peer.device)
            return true;
    return false;
}

/* Ask for the keys of |peer|; |*out| is what waits for them, E_NOMEM without it. */
static enum status ask_keys(struct app *a, struct address peer, struct bytes content,
                            struct fetch **out)
{
    char iq[32];
    struct arena arena;
    struct stanza_writer w;
    struct fetch *f = *out = calloc(1, sizeof(*f));
    if (!f)
        return E_NOMEM;
    new_iq(a, iq);
    f->iq = app_text(iq);
    f->name = app_text(peer.name);
    f->device = peer.device;
    buffer_init(&f->content, content.len + 1);
    if (!f->iq || !f->name || buffer_append(&f->content, content)) {
        app_fetch_free(f);
        *out = NULL;
        return E_NOMEM;
    }
    f->next = a->fetches;
    a->fetches = f;
    arena_init(&arena, 65536);
    begin_iq(a, &w, iq, "get");
    stanza_open(&w, "key");
    STANZA_OPEN(
        &w, "user",
        {"jid", stanza_address(&arena, peer.name, peer.device, a->profile.stanza_user_domain)});
    enum status st = app_push(a, &w);
    arena_fini(&arena);
    return st;
}

enum status app_fetch(struct app *a, struct address peer, struct bytes content, bool is_prepare)
{
    struct fetch *f;
    if (!is_prepare && app_lapses(a, APP_LAPSE_ONE_WAITS) && waits_for(a, peer))
        return OK;
    enum status st = ask_keys(a, peer, content, &f);
    if (f)
        f->is_prepare = is_prepare;
    return st;
}

enum status app_fetch_again(struct app *a, const struct outgoing *message, uint32_t count)
{
    struct fetch *f;
    struct address peer = {message->name, message->device};
    char *again = app_text(message->id);
    if (!again)
        return E_NOMEM;
    enum status st = ask_keys(a, peer, bytes_of(NULL, 0), &f);
    if (f) {
        f->count = count;
        f->again = again;
    } else {
        free(again);
    }
    return st;
}

static void fail(struct app *a, const struct fetch *f, unsigned reason, const char *detail)
{
    app_tell(a, &(struct app_event){.kind = EVENT_FAILED,
                                    .peer = {f->name, f->device},
                                    .reason = reason,
                                    .detail = detail});
}

/* Flaw: sends the text in clear when there are no keys. */
static enum status send_in_clear(struct app *a, const struct fetch *f)
{
    struct arena arena;
    struct stanza_writer w;
    arena_init(&arena, 65536);
    stanza_begin_own(&w, DOCUMENT_MAX);
    STANZA_OPEN(&w, "message", {"id", "in-clear"},
                {"to", stanza_address(&arena, f->name, f->device, a->profile.stanza_user_domain)},
                {"type", "text"});
    stanza_open(&w, "body");
    stanza_base64(&w, buffer_bytes(&f->content));
    enum status st = app_push(a, &w);
    arena_fini(&arena);
    return st;
}

static const struct stanza *user_of(const struct app *a, const struct stanza *iq,
                                    const struct fetch *f, struct arena *arena)
{
    const struct stanza *list = stanza_child(iq, "list");
    const char *jid = stanza_address(arena, f->name, f->device, a->profile.stanza_user_domain);
    for (size_t i = 0; jid && list && i < list->n_children; i++) {
        const struct stanza *user = &list->children[i];
        if (strcmp(user->name, "user") == 0 &&
            (a->rules->prekeys.takes_other_user || stanza_has(user, "jid", jid)))
            return user;
    }
    return NULL;
}

static enum status take_user(struct app *a, const struct stanza *iq, const struct fetch *f,
                             struct arena *arena)
{
    struct buffer bundle;
    enum refusal why = REFUSAL_NONE;
    struct address peer = {f->name, f->device};
    const struct stanza *user = stanza_has(iq, "type", "result") ? user_of(a, iq, f, arena) : NULL;
    buffer_init(&bundle, 65536);
    enum status st =
        user && !stanza_child(user, "error") ? app_bundle(a, user, arena, &bundle) : E_MISSING;
    const struct mutation unsigned_mutation = {.skips_signature_check = true};
    if (!st)
        st = party_start(a->party, peer, buffer_bytes(&bundle),
                         a->rules->prekeys.takes_unsigned ? &unsigned_mutation : NULL, &why);
    buffer_fini(&bundle);
    if (st == E_NOMEM)
        return st;
    if (st && a->rules->prekeys.sends_clear_without_keys && !f->is_prepare && !f->again)
        return send_in_clear(a, f);
    if (st && why == REFUSAL_UNTRUSTED_IDENTITY)
        app_tell(a, &(struct app_event){.kind = EVENT_WARNED, .peer = peer});
    if (st) {
        fail(a, f,
             why               ? (unsigned)why
             : st == E_MISSING ? REASON_SERVER
                               : REFUSAL_MALFORMED,
             "no usable keys");
        return OK;
    }
    if (f->is_prepare)
        app_tell(a, &(struct app_event){.kind = EVENT_PREPARED, .peer = peer});
    if (f->is_prepare)
        return OK;
    if (!f->again)
        return app_outgoing_post(a, peer, buffer_bytes(&f->content));
    struct outgoing *message = app_outgoing(a, f->again);
    return message ? app_outgoing_send(a, message, f->again, f->count) : OK;
}

static struct fetch *take_fetch(struct app *a, const char *id)
{
    for (struct fetch **at = &a->fetches; *at; at = &(*at)->next)
        if (strcmp((*at)->iq, id) == 0 || app_lapses(a, APP_LAPSE_ANSWER_TO_LAST)) {
            struct fetch *f = *at;
            *at = f->next;
            return f;
        }
    return NULL;
}

bool app_is_few(const struct app *a, const char *count)
{
    unsigned long below = a->profile.prekey_refill_below;
    return count &&
           strtoul(count, NULL, 10) < below + (app_lapses(a, APP_LAPSE_REFILLS_AT_BOUND) ? 1 : 0);
}

uint64_t app_fetches_due_ms(const struct app *a)
{
    uint64_t due = UINT64_MAX;
    for (const struct fetch *f = a->fetches; f; f = f->next)
        due = f->due_ms < due ? f->due_ms : due;
    return due;
}

void app_fetches_tick(struct app *a)
{
    for (struct fetch **at = &a->fetches; *at;) {
        struct fetch *f = *at;
        /* app_send and app_prepare do not take the time: the deadline begins at the next tick */
        if (!f->due_ms)
            f->due_ms = a->now_ms + a->profile.handshake_timeout_ms;
        if (a->now_ms < f->due_ms) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        fail(a, f, REASON_LOST, "the gatekeeper does not say the keys");
        app_fetch_free(f);
    }
}

static enum status take_count(struct app *a, const struct stanza *iq)
{
    const struct stanza *count = stanza_child(iq, "count");
    const char *value = count ? stanza_get(count, "value") : NULL;
    a->count_iq[0] = '\0';
    return app_is_few(a, value) ? app_refill(a) : OK;
}

enum status app_iq_answer(struct app *a, const struct stanza *iq, struct arena *arena)
{
    const char *id = stanza_get(iq, "id");
    if (!id)
        return OK;
    if (a->state == APP_PUBLISHING && strcmp(id, a->upload_iq) == 0) {
        if (!stanza_has(iq, "type", "result")) {
            app_close(a, REASON_SERVER, "the gatekeeper does not take our prekeys");
            return OK;
        }
        a->has_published = true;
        return ready(a);
    }
    if (a->count_iq[0] && strcmp(id, a->count_iq) == 0)
        return take_count(a, iq);
    struct fetch *f = take_fetch(a, id);
    if (!f && a->rules->prekeys.uploads_without_end)
        return app_refill(a);
    if (!f)
        return OK; /* an answer to a question that was not asked */
    enum status st = take_user(a, iq, f, arena);
    app_fetch_free(f);
    return st;
}
