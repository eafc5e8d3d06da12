/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages to others: sealed, sent, and sent again on request or after a reconnect. */
#include "app/app_internal.h"

#include "base/hex.h"
#include "wire/media_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX (16u * 1024u * 1024u)

static enum status seal(struct app *a, struct outgoing *message, struct sealed *out)
{
    struct buffer plaintext;
    enum refusal why;
    uint32_t n = 0;
    buffer_init(&plaintext, DOCUMENT_MAX);
    enum status st =
        random_below(a->options.random, a->profile.padding_max - a->profile.padding_min + 1, &n);
    n += a->profile.padding_min;
    if (!st && (a->rules->content.sends_no_padding || a->rules->content.pads_too_much)) {
        st = buffer_append(&plaintext, buffer_bytes(&message->content));
        for (uint32_t i = 0; a->rules->content.pads_too_much && i < 40; i++)
            buffer_append_byte(&plaintext, 40);
    } else if (!st) {
        st = content_pad(buffer_bytes(&message->content), n, &a->profile, &plaintext);
    }
    if (!st)
        st = party_seal(a->party, (struct address){message->name, message->device},
                        buffer_bytes(&plaintext), NULL, out, &why);
    buffer_fini(&plaintext);
    return st;
}

static const char *media_type(enum content_kind kind)
{
    static const char *const types[N_CONTENT_KIND] = {[CONTENT_IMAGE] = "image",
                                                      [CONTENT_VOICE] = "ptt",
                                                      [CONTENT_VIDEO] = "video",
                                                      [CONTENT_FILE] = "document"};
    return types[kind];
}

static void write_media_key(const struct outgoing *message, struct arena *arena,
                            struct stanza_writer *w)
{
    struct media_message medium;
    if (media_message_decode(buffer_bytes(&message->content), &medium) == OK)
        stanza_attribute(w, "media-key", hex_text(arena, medium.media_key));
}

static enum status write_message(struct app *a, struct outgoing *message, const char *id,
                                 uint32_t count, enum signal_kind kind)
{
    struct arena arena;
    struct stanza_writer w;
    struct content content;
    const struct app_rules *r = a->rules;
    char text[64] = "";
    if (content_decode(buffer_bytes(&message->content), &content))
        return E_PARSE;
    const char *media = media_type(content.kind);
    arena_init(&arena, 65536);
    stanza_begin_own(&w, DOCUMENT_MAX);
    STANZA_OPEN(&w, "message", {"id", id},
                {"to", stanza_address(&arena, message->name, message->device,
                                      a->profile.stanza_user_domain)});
    if (!r->stanza.omits_type)
        stanza_attribute(&w, "type",
                         media && !r->stanza.mistypes_media ? "media"
                         : content.kind == CONTENT_REACTION ? "reaction"
                                                            : "text");
    if (r->stanza.says_text && content.text.len && content.text.len < sizeof(text)) {
        memcpy(text, content.text.data, content.text.len);
        stanza_attribute(&w, "preview", text);
    }
    stanza_attribute(&w, "account", r->stanza.says_user ? a->user : NULL);
    if (r->stanza.says_media_key)
        write_media_key(message, &arena, &w);
    STANZA_OPEN(&w, "enc", {"v", r->stanza.omits_version ? NULL : "2"},
                {"type", kind == SIGNAL_KIND_PREKEY ? "pkmsg" : "msg"},
                {"mediatype", r->stanza.mistypes_media ? NULL : media});
    if (count)
        stanza_attribute_number(&w, "count", count);
    stanza_base64(&w, a->rules->retry.resends_in_clear && count ? buffer_bytes(&message->content)
                                                                : buffer_bytes(&message->body));
    message->was_said |= app_is_in(a);
    enum status st = app_push(a, &w);
    arena_fini(&arena);
    return st;
}

/* Flaw: the last message to whom |message| is for. */
static struct outgoing *last_to(struct outgoing *message)
{
    for (struct outgoing *m = message->next; m; m = m->next)
        if (m->device == message->device && strcmp(m->name, message->name) == 0)
            message = m;
    return message;
}

enum status app_outgoing_send(struct app *a, struct outgoing *message, const char *id,
                              uint32_t count)
{
    struct sealed sealed;
    enum status st = OK;
    sealed_init(&sealed);
    if (count && app_lapses(a, APP_LAPSE_RESENDS_LAST))
        message = last_to(message);
    bool repeats = a->rules->retry.repeats_bytes && count && message->body.len;
    if (!repeats)
        st = seal(a, message, &sealed);
    if (!st && !repeats) {
        buffer_clear(&message->body);
        st = buffer_append(&message->body, buffer_bytes(&sealed.body));
        message->kind = sealed.kind;
    }
    if (!st)
        st = write_message(a, message, id, count, message->kind);
    sealed_fini(&sealed);
    return st;
}

static char *new_id(struct app *a)
{
    char text[48];
    snprintf(text, sizeof(text), "M-%u", a->rules->stanza.repeats_ids ? 1 : ++a->next_id);
    return app_text(text);
}

/* ---- what the person says */

static bool is_to(const struct outgoing *message, struct address peer)
{
    return message->device == peer.device && strcmp(message->name, peer.name) == 0;
}

static bool waits_for(const struct outgoing *message, struct address peer)
{
    return message->body.len == 0 && is_to(message, peer);
}

bool app_outgoing_waits(const struct app *a, struct address peer)
{
    for (const struct outgoing *message = a->outgoing; message; message = message->next)
        if (waits_for(message, peer) || (message->again && is_to(message, peer)))
            return true;
    return false;
}

static struct outgoing *append(struct app *a, struct address peer, struct bytes content)
{
    struct outgoing *message = calloc(1, sizeof(*message));
    if (!message)
        return NULL;
    message->id = new_id(a);
    message->name = app_text(peer.name);
    message->device = peer.device;
    buffer_init(&message->content, content.len + 1);
    buffer_init(&message->body, DOCUMENT_MAX);
    if (!message->id || !message->name || buffer_append(&message->content, content)) {
        app_outgoing_free(message);
        return NULL;
    }
    struct outgoing **end = &a->outgoing;
    while (*end)
        end = &(*end)->next;
    *end = message;
    return message;
}

static void forget(struct app *a, struct outgoing *message)
{
    struct outgoing **at = &a->outgoing;
    while (*at != message)
        at = &(*at)->next;
    *at = message->next;
    app_outgoing_free(message);
}

static void fail(struct app *a, struct outgoing *message, unsigned reason, const char *detail)
{
    app_tell(a, &(struct app_event){.kind = EVENT_FAILED,
                                    .peer = {message->name, message->device},
                                    .id = message->id,
                                    .reason = reason,
                                    .detail = detail});
    /* one that is only to be sent again stays what it is */
    if (!message->again)
        forget(a, message);
    else
        message->again = 0;
}

static enum status say(struct app *a, struct outgoing *message)
{
    char second[64];
    enum status st = app_outgoing_send(a, message, message->id, 0);
    if (st || !a->rules->stanza.says_twice)
        return st;
    snprintf(second, sizeof(second), "%s-again", message->id);
    return app_outgoing_send(a, message, second, 0);
}

static enum status say_again(struct app *a, struct outgoing *message)
{
    enum status st = app_outgoing_send(a, message, message->id, message->again);
    if (!st)
        message->again = 0;
    return st;
}

enum status app_outgoing_continue(struct app *a, struct address peer)
{
    if (!party_has_session(a->party, peer))
        return OK;
    for (struct outgoing *message = a->outgoing, *next; message; message = next) {
        next = message->next;
        enum status st = OK;
        if (waits_for(message, peer))
            st = say(a, message);
        else if (message->again && is_to(message, peer))
            st = say_again(a, message);
        if (st == E_NOMEM)
            return st;
        if (st)
            fail(a, message, REASON_CONTENT, "it cannot be encrypted");
    }
    return OK;
}

void app_outgoing_fail(struct app *a, struct address peer, unsigned reason, const char *detail)
{
    for (struct outgoing *message = a->outgoing, *next; message; message = next) {
        next = message->next;
        if (waits_for(message, peer) || (message->again && is_to(message, peer)))
            fail(a, message, reason, detail);
    }
}

/* What waited before it goes first. A message that cannot be sealed is none: the caller tells. */
enum status app_outgoing_post(struct app *a, struct address peer, struct bytes content)
{
    enum status st = app_outgoing_continue(a, peer);
    struct outgoing *message = st ? NULL : append(a, peer, content);
    if (!message)
        return st ? st : E_NOMEM;
    if (party_has_session(a->party, peer) && (st = say(a, message)))
        forget(a, message);
    return st;
}

static enum status write_in_clear(struct app *a, const struct outgoing *message)
{
    struct arena arena;
    struct stanza_writer w;
    arena_init(&arena, 65536);
    stanza_begin_own(&w, DOCUMENT_MAX);
    STANZA_OPEN(&w, "message", {"id", "in-clear"},
                {"to", stanza_address(&arena, message->name, message->device,
                                      a->profile.stanza_user_domain)},
                {"type", "text"});
    stanza_open(&w, "body");
    stanza_base64(&w, buffer_bytes(&message->content));
    enum status st = app_push(a, &w);
    arena_fini(&arena);
    return st;
}

enum status app_outgoing_in_clear(struct app *a, struct address peer)
{
    enum status st = OK;
    for (struct outgoing *message = a->outgoing, *next; !st && message; message = next) {
        next = message->next;
        if (!waits_for(message, peer))
            continue;
        st = write_in_clear(a, message);
        forget(a, message);
    }
    return st;
}

/* ---- after a reconnect */

/* Flaw: what is sent after a reconnect has another id than before. */
static enum status change_id(struct app *a, struct outgoing *message)
{
    char *id = new_id(a);
    if (!id)
        return E_NOMEM;
    free(message->id);
    message->id = id;
    return OK;
}

static bool is_resent(const struct app *a, const struct outgoing *message)
{
    bool is_open =
        !message->is_acked || (message->is_failed && app_lapses(a, APP_LAPSE_RESENDS_FAILED));
    return is_open && message->body.len;
}

static enum status resend(struct app *a, struct outgoing *message)
{
    enum status st = OK;
    if (!is_resent(a, message))
        return OK;
    if (app_lapses(a, APP_LAPSE_RESENDS_UNDER_NEW_ID))
        st = change_id(a, message);
    return st ? st : write_message(a, message, message->id, 0, message->kind);
}

/* Flaw: the newest first. */
static enum status resend_backwards(struct app *a)
{
    enum status st = OK;
    struct outgoing *end = NULL;
    while (!st && end != a->outgoing) {
        struct outgoing *last = a->outgoing;
        while (last->next != end)
            last = last->next;
        st = resend(a, last);
        end = last;
    }
    return st;
}

/* Each message without an ack is sent again with the same ciphertext. */
enum status app_outgoing_resend(struct app *a)
{
    enum status st = OK;
    if (app_lapses(a, APP_LAPSE_RESENDS_BACKWARDS))
        return resend_backwards(a);
    for (struct outgoing *message = a->outgoing; !st && message; message = message->next)
        st = resend(a, message);
    return st;
}

enum status app_tell_read(struct app *a)
{
    enum status st = OK;
    for (struct seen_message *m = a->seen; !st && app_is_in(a) && m; m = m->next) {
        struct stanza_writer w;
        if (!m->is_read || m->is_told)
            continue;
        stanza_begin_own(&w, 65536);
        STANZA_OPEN(&w, "receipt", {"id", m->id}, {"to", m->from}, {"type", "read"});
        st = app_push(a, &w);
        m->is_told = !st;
    }
    return st;
}
