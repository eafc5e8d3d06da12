/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of one app, made and freed, and the events it reports. */
#include "app/app_internal.h"

#include "base/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct app_rules *app_rules_honest(void)
{
    static const struct app_rules honest;
    return &honest;
}

bool app_lapses(const struct app *a, enum app_lapse what) { return a->rules->lapse == what; }

bool app_is_of_user(const char *jid, const char *other)
{
    const char *end = strrchr(jid, ':');
    size_t len = end ? (size_t)(end - jid) + 1 : strlen(jid) + 1;
    return strncmp(jid, other, len) == 0 && !strchr(other + len, ':');
}

bool app_is_in(const struct app *a) { return a->state >= APP_PUBLISHING; }

bool app_is_of_v4(const struct app *a) { return a->options.rules && a->options.rules->kem.is_used; }

/* Flaw: was there a warning about |peer| before? From now on there was. */
static bool was_warned(struct app *a, struct address peer)
{
    struct buffer line;
    buffer_init(&line, 2 * APP_TEXT_MAX);
    buffer_printf(&line, "\n%s:%u\n", peer.name, (unsigned)peer.device);
    bool was = strstr(buffer_text(&a->past.warned), buffer_text(&line)) != NULL;
    if (!was)
        buffer_append(&a->past.warned, buffer_bytes(&line));
    buffer_fini(&line);
    return was;
}

void app_tell(struct app *a, const struct app_event *event)
{
    struct app_event e = *event;
    e.detail = e.detail ? e.detail : "";
    e.id = e.id ? e.id : "";
    e.peer.name = e.peer.name ? e.peer.name : "";
    if (e.kind == EVENT_WARNED && app_lapses(a, APP_LAPSE_WARNS_ONCE) && was_warned(a, e.peer))
        return;
    if (a->observer.happened)
        a->observer.happened(a->observer.context, &e);
}

char *app_text(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = malloc(len);
    if (copy)
        memcpy(copy, text, len);
    return copy;
}

/* Flaw: names in small letters. */
static void fold_case(const char **name, struct arena *arena)
{
    char *folded = arena_printf(arena, "%s", *name);
    for (char *at = folded; at && *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    *name = folded ? folded : *name;
}

bool app_address(const struct app *a, const char *jid, struct arena *arena, struct address *out)
{
    const char *domain;
    bool is_one = stanza_address_parse(jid, arena, &out->name, &out->device, &domain) &&
                  strcmp(domain, a->profile.stanza_user_domain) == 0;
    if (is_one && app_lapses(a, APP_LAPSE_FIRST_COLON) && strchr(out->name, ':'))
        return false;
    if (is_one && a->rules->stanza.folds_case)
        fold_case(&out->name, arena);
    return is_one;
}

/* ---- messages and fetches */

void app_seen_free(struct seen_message *m)
{
    free(m->from);
    free(m->id);
    free(m);
}

static bool is_same_sender(const struct app *a, const char *known, const char *from)
{
    return a->rules->delivery.shown_by_id_alone || strcmp(known, from) == 0 ||
           (app_lapses(a, APP_LAPSE_ID_OF_OTHER_DEVICE) && app_is_of_user(known, from));
}

struct seen_message *app_seen(struct app *a, const char *from, const char *id)
{
    size_t n = 0, most = app_lapses(a, APP_LAPSE_REMEMBERS_SIXTEEN) ? 16 : APP_KEPT_MAX;
    struct seen_message **last = &a->seen;
    for (struct seen_message *m = a->seen; m; last = &m->next, m = m->next, n++)
        if (is_same_sender(a, m->from, from) && strcmp(m->id, id) == 0)
            return m;
    struct seen_message *m = calloc(1, sizeof(*m));
    if (!m || !(m->from = app_text(from)) || !(m->id = app_text(id))) {
        if (m)
            app_seen_free(m);
        return NULL;
    }
    if (n >= most) {
        struct seen_message *oldest = a->seen;
        a->seen = oldest->next;
        if (last == &oldest->next)
            last = &a->seen;
        app_seen_free(oldest);
    }
    *last = m;
    return m;
}

struct outgoing *app_outgoing(const struct app *a, const char *id)
{
    for (struct outgoing *message = a->outgoing; message; message = message->next)
        if (message->body.len && strcmp(message->id, id) == 0)
            return message;
    return NULL;
}

void app_outgoing_free(struct outgoing *message)
{
    free(message->id);
    free(message->name);
    buffer_fini(&message->content);
    buffer_fini(&message->body);
    free(message);
}

void app_fetch_free(struct fetch *f)
{
    free(f->iq);
    free(f->name);
    free(f);
}

/* Texts that wait have keys asked for again on the next connection, and so has an order to prepare.
 * How many one-time prekeys are left the count says there. */
void app_iqs_forget(struct app *a)
{
    for (struct fetch **at = &a->fetches; *at;) {
        struct fetch *f = *at;
        free(f->iq);
        f->iq = NULL;
        f->due_ms = 0;
        if (f->is_prepare) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        app_fetch_free(f);
    }
    a->upload_iq[0] = a->count_iq[0] = '\0';
    a->upload_due_ms = 0;
    a->wants_refill = false;
}

/* ---- the app */

static enum status make(const struct app_options *options, struct app_observer observer,
                        struct app **out)
{
    *out = NULL;
    struct app *a = calloc(1, sizeof(*a));
    if (!a)
        return E_NOMEM;
    a->options = *options;
    a->rules = options->wire ? options->wire : app_rules_honest();
    a->observer = observer;
    a->device = options->self.device;
    snprintf(a->name, sizeof(a->name), "%s", options->self.name);
    profile_defaults(&a->profile);
    buffer_init(&a->in, 32u * 1024u * 1024u);
    buffer_init(&a->out, 32u * 1024u * 1024u);
    buffer_init(&a->uploaded, 1024u * 1024u);
    buffer_init(&a->past.retry_keys, 65536);
    buffer_init(&a->past.warned, 65536);
    *out = a;
    return OK;
}

enum status app_new(const struct app_options *options, struct app_observer observer,
                    struct app **out)
{
    enum status st = make(options, observer, out);
    if (st)
        return st;
    const struct party_options party = {
        .self = options->self, .random = options->random, .rules = options->rules};
    if ((st = party_new(&party, &(*out)->party))) {
        app_free(*out);
        *out = NULL;
    }
    return st;
}

void app_free(struct app *a)
{
    if (!a)
        return;
    for (struct seen_message *m = a->seen, *next; m; m = next) {
        next = m->next;
        app_seen_free(m);
    }
    for (struct outgoing *message = a->outgoing, *next; message; message = next) {
        next = message->next;
        app_outgoing_free(message);
    }
    for (struct fetch *f = a->fetches, *next; f; f = next) {
        next = f->next;
        app_fetch_free(f);
    }
    party_free(a->party);
    noise_free(a->noise);
    buffer_fini(&a->in);
    buffer_fini(&a->out);
    buffer_fini(&a->uploaded);
    buffer_fini(&a->past.retry_keys);
    buffer_fini(&a->past.warned);
    free(a->token);
    crypto_wipe(a, sizeof(*a));
    free(a);
}
