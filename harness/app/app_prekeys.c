/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prekeys of the app: publishing, counting, refilling (docs/wire.md, iq). */
#include "app/app_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX 1048576u
#define REFILL_MAX 50u /* one-time prekeys published at a time, after the first time */
#define KEM_MAX 16u    /* one-time KEM prekeys at a time, of which each takes 2 KiB of a stanza */
#define OTHER_IDS 0x10000u /* what a flaw adds to ids that it publishes */

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
    app_new_iq(a, a->upload_iq);
    app_begin_iq(a, &w, a->upload_iq, "set");
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

static bool is_upload_wanted(const struct app *a)
{
    return a->wants_rotation || a->owes_signed || a->wants_refill;
}

static enum status refill(struct app *a)
{
    uint32_t n = a->profile.prekey_upload_count;
    a->wants_refill = false;
    a->is_refill = true;
    return publish(a, n < REFILL_MAX ? n : REFILL_MAX, false, NULL);
}

static enum status rotate(struct app *a)
{
    bool is_new = a->wants_rotation;
    a->wants_rotation = a->is_refill = false;
    a->owes_signed = true;
    return is_new && app_lapses(a, APP_LAPSE_OLD_LAST_RESORT) ? rotate_signed_only(a)
                                                              : publish(a, 0, is_new, NULL);
}

/* One upload at a time, and none before its time. */
static enum status continue_uploads(struct app *a)
{
    if (a->state != APP_READY || a->upload_iq[0] || !is_upload_wanted(a) ||
        a->now_ms < a->upload_due_ms)
        return OK;
    a->upload_due_ms = 0;
    return a->wants_rotation || a->owes_signed ? rotate(a) : refill(a);
}

/* It was not taken: what it was for is uploaded after a pause. */
static void put_off_upload(struct app *a)
{
    uint32_t most = a->profile.reconnect_most_ms;
    a->upload_iq[0] = '\0';
    a->wants_refill |= a->is_refill;
    a->upload_pause_ms =
        a->upload_pause_ms ? a->upload_pause_ms * 2 : a->profile.reconnect_first_ms;
    if (a->upload_pause_ms > most)
        a->upload_pause_ms = most;
    a->upload_due_ms = a->now_ms + a->upload_pause_ms;
}

enum status app_refill(struct app *a)
{
    if (a->rules->prekeys.never_refills ||
        (a->past.has_refilled && app_lapses(a, APP_LAPSE_REFILLS_ONCE)))
        return OK;
    a->past.has_refilled = true;
    if (!a->rules->prekeys.refills_same) {
        a->wants_refill = true;
        return continue_uploads(a);
    }
    struct stanza_writer w;
    stanza_begin_own(&w, DOCUMENT_MAX);
    buffer_append(&w.own, buffer_bytes(&a->uploaded));
    return app_push(a, &w);
}

enum status app_rotate(struct app *a)
{
    a->wants_rotation = true;
    return continue_uploads(a);
}

uint64_t app_uploads_due_ms(const struct app *a)
{
    bool never_fails = a->upload_iq[0] && app_lapses(a, APP_LAPSE_UPLOAD_NEVER_FAILS);
    if (a->state != APP_READY || never_fails || !(a->upload_iq[0] || is_upload_wanted(a)))
        return UINT64_MAX;
    return a->upload_due_ms;
}

void app_uploads_tick(struct app *a)
{
    if (app_uploads_due_ms(a) == UINT64_MAX)
        return;
    /* app_rotate does not take the time: the deadline begins at the next tick */
    if (a->upload_iq[0] && !a->upload_due_ms)
        a->upload_due_ms = a->now_ms + a->profile.handshake_timeout_ms;
    else if (a->upload_iq[0] && a->now_ms >= a->upload_due_ms)
        put_off_upload(a);
    else if (continue_uploads(a))
        app_close(a, REASON_LOST, "no prekeys could be made");
}

/* ---- counting */

static enum status ask_count(struct app *a)
{
    struct stanza_writer w;
    app_new_iq(a, a->count_iq);
    app_begin_iq(a, &w, a->count_iq, "get");
    stanza_open(&w, "count");
    return app_push(a, &w);
}

bool app_is_few(const struct app *a, const char *count)
{
    unsigned long below = a->profile.prekey_refill_below;
    return count &&
           strtoul(count, NULL, 10) < below + (app_lapses(a, APP_LAPSE_REFILLS_AT_BOUND) ? 1 : 0);
}

static enum status take_count(struct app *a, const struct stanza *iq)
{
    const struct stanza *count = stanza_child(iq, "count");
    const char *value = count ? stanza_get(count, "value") : NULL;
    a->count_iq[0] = '\0';
    return app_is_few(a, value) ? app_refill(a) : OK;
}

/* ---- after authentication */

/* What waited for <success> goes out. */
static enum status go_on(struct app *a)
{
    enum status st = app_outgoing_resend(a);
    if (!st)
        st = app_fetches_ask(a);
    return st ? st : app_tell_read(a);
}

static void become_ready(struct app *a)
{
    a->state = APP_READY;
    a->pause_ms = 0;
    a->upload_pause_ms = 0;
    a->past.came_in = true;
    app_tell(a, &(struct app_event){.kind = EVENT_CONNECTED});
}

enum status app_take_success(struct app *a)
{
    if (a->state != APP_AUTHENTICATING)
        return OK; /* a second <success> is ignored */
    a->state = APP_PUBLISHING;
    if (a->has_published)
        become_ready(a);
    enum status st = a->has_published ? OK : publish(a, first_count(a), false, NULL);
    if (!st)
        st = go_on(a);
    if (!st)
        st = continue_uploads(a);
    return st || !a->has_published ? st : ask_count(a);
}

/* ---- answers */

static enum status take_upload_answer(struct app *a, bool is_taken)
{
    if (!is_taken && a->state == APP_PUBLISHING) {
        app_close(a, REASON_SERVER, "the gatekeeper does not take our prekeys");
        return OK;
    }
    if (!is_taken) {
        put_off_upload(a);
        return OK;
    }
    a->upload_iq[0] = '\0';
    a->upload_pause_ms = 0;
    a->upload_due_ms = 0;
    a->owes_signed = false;
    if (a->state == APP_READY && a->rules->prekeys.uploads_without_end)
        return app_refill(a);
    a->has_published = true;
    if (a->state == APP_PUBLISHING)
        become_ready(a);
    return continue_uploads(a);
}

enum status app_iq_answer(struct app *a, const struct stanza *iq, struct arena *arena)
{
    const char *id = stanza_get(iq, "id");
    if (!id)
        return OK;
    if (a->upload_iq[0] && strcmp(id, a->upload_iq) == 0)
        return take_upload_answer(a, stanza_has(iq, "type", "result"));
    if (a->count_iq[0] && strcmp(id, a->count_iq) == 0)
        return take_count(a, iq);
    bool is_fetch;
    enum status st = app_fetch_answer(a, iq, arena, &is_fetch);
    /* else an answer to a question that was not asked */
    return st || is_fetch || !a->rules->prekeys.uploads_without_end ? st : app_refill(a);
}
