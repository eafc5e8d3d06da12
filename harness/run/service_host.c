/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own host on the service surface: what the gatekeeper's side answers to a target that enlists
 * its users there, and to one that downloads our media, sound or not. */
#include "run/service_context.h"
#include "run/service_stream.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define HUGE_LENGTH (1ull << 40)
#define SLOW_NS 100000000L

/* ---- producing what has no end */

static long endless(void *context, uint64_t at, uint8_t *out, size_t max)
{
    struct service_context *c = context;
    memset(out, 0x5a, max);
    http_host_lock(c->host);
    c->most_sent = at > c->most_sent ? at : c->most_sent;
    http_host_unlock(c->host);
    return (long)max;
}

static long slow(void *context, uint64_t at, uint8_t *out, size_t max)
{
    const struct timespec pause = {0, SLOW_NS};
    (void)context;
    (void)at;
    (void)max;
    nanosleep(&pause, NULL);
    *out = 0x5a;
    return 1;
}

static long ends_early(void *context, uint64_t at, uint8_t *out, size_t max)
{
    (void)context;
    memset(out, 0x5a, max);
    return at ? -1 : (long)(max < 100 ? max : 100);
}

/* ---- media */

static void answer_bent(struct service_context *c, const struct service_ours *o,
                        struct http_answer *out)
{
    out->produced_len = HTTP_LENGTH_UNKNOWN;
    out->context = c;
    switch (o->mutation) {
    case MEDIUM_ENDLESS:
        out->produce = endless;
        break;
    case MEDIUM_HUGE:
        out->produce = endless;
        out->produced_len = HUGE_LENGTH;
        break;
    case MEDIUM_SLOW:
        out->produce = slow;
        break;
    case MEDIUM_ENDS_EARLY:
        out->produce = ends_early;
        out->produced_len = o->blob.len;
        break;
    case MEDIUM_COMPRESSED:
    case MEDIUM_BOMB:
        http_answer_add(out, "Content-Encoding", "gzip");
        break;
    case MEDIUM_STATUS:
        out->status = o->status;
        http_answer_add(out, "Retry-After", "1");
        break;
    case MEDIUM_REDIRECT_AWAY:
    case MEDIUM_REDIRECT_MAPPED:
    case MEDIUM_REDIRECT_LOCALHOST:
    case MEDIUM_REDIRECT_FILE:
        out->status = 302;
        http_answer_add(out, "Location", "%s", o->elsewhere);
        out->body = bytes_of(NULL, 0);
        break;
    default:
        break;
    }
}

/* Without memory the connection is closed. */
static void answer_stream(const struct service_ours *o, struct http_answer *out)
{
    struct service_reading *reading;
    if (service_reading_new(o->stream, &reading)) {
        out->status = 0;
        return;
    }
    out->produce = service_reading_next;
    out->context = reading;
    out->release = service_reading_free;
    out->produced_len = media_blob_len(o->stream->length);
}

static void answer_medium(struct service_context *c, const char *path, struct http_answer *out)
{
    for (size_t i = 0; i < c->n_ours; i++) {
        struct service_ours *o = &c->ours[i];
        if (strcmp(o->path, path) != 0)
            continue;
        o->asked++;
        out->status = 200;
        http_answer_add(out, "Content-Type", "application/octet-stream");
        out->body = o->blob;
        if (o->stream)
            answer_stream(o, out);
        else
            answer_bent(c, o, out);
        return;
    }
    out->status = 404;
}

/* ---- enlistment */

/* Longer than a name or a token may be: as if it were not there. */
static const char *text_in(const json_t *object, const char *name, size_t max)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text && strlen(text) <= max ? text : "";
}

static struct service_user *known(struct service_context *c, const char *name)
{
    for (size_t i = 0; i < c->n_users; i++)
        if (strcmp(c->users[i].name, name) == 0)
            return &c->users[i];
    return NULL;
}

/* Whether the proof holds is asked later (<request rule="proof">): here everybody is let in whom
 * the case enlists. */
static void answer_enlist(struct service_context *c, const struct http_request *r,
                          struct http_answer *out)
{
    json_t *object =
        json_loadb((const char *)r->body.data, r->body.len, JSON_REJECT_DUPLICATES, NULL);
    struct service_user *u = known(c, text_in(object, "user", 256));
    bool is_post = strcmp(r->method, "POST") == 0, is_delete = strcmp(r->method, "DELETE") == 0;
    out->status = u && (is_post || is_delete) ? 200 : 400;
    if (u && is_post) {
        snprintf(u->proof, sizeof(u->proof), "%s", text_in(object, "proof", TOKEN_MAX));
        u->is_enlisted = true;
        u->proof_is_in_url |= r->has_query;
        out->body = bytes_of_text(u->answer);
    }
    if (u && is_delete)
        u->is_withdrawn = true;
    http_answer_add(out, "Content-Type", "application/json");
    json_decref(object);
}

static void answer(void *context, const struct http_request *r, struct http_answer *out)
{
    struct service_context *c = context;
    if (strcmp(r->path, "/enlist") == 0)
        answer_enlist(c, r, out);
    else
        answer_medium(c, r->path, out);
}

/* Of another host than ours, whose lock is not the one that the case takes. */
static void answer_beside(void *context, const struct http_request *r, struct http_answer *out)
{
    struct service_context *c = context;
    http_host_lock(c->host);
    answer(context, r, out);
    http_host_unlock(c->host);
}

static void answer_trap(void *context, const struct http_request *r, struct http_answer *out)
{
    (void)context;
    (void)r;
    out->status = 200;
    out->body = bytes_of_text("nobody must ask for this");
}

/* ---- starting them */

static enum status start(struct service_context *c, enum authority_certificate what,
                         void (*answers)(void *, const struct http_request *, struct http_answer *),
                         struct http_host **out)
{
    const struct http_host_options options = {
        .body_max = SERVICE_ANSWER_MAX, .answer = answers, .context = c};
    return http_host_new_under(c->authority, what, options, out);
}

enum status service_host_start(struct service_context *c)
{
    enum status st = c->host ? OK : start(c, AUTHORITY_SOUND, answer, &c->host);
    return st || c->trap ? st : start(c, AUTHORITY_SOUND, answer_trap, &c->trap);
}

enum status service_host_start_for(struct service_context *c, enum medium_mutation mutation)
{
    const struct http_host_options in_clear = {
        .body_max = SERVICE_ANSWER_MAX, .answer = answer_beside, .context = c};
    enum status st = service_host_start(c);
    if (!st && mutation == MEDIUM_UNTRUSTED && !c->untrusted)
        st = start(c, AUTHORITY_SELF_SIGNED, answer_beside, &c->untrusted);
    if (!st && mutation == MEDIUM_IN_CLEAR && !c->clear)
        st = http_host_new(&in_clear, &c->clear);
    return st;
}
