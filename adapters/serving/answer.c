/* SPDX-License-Identifier: 0BSD */
/* Replies and parties: what every operation needs. */
#include "service.h"

#include <stdlib.h>
#include <string.h>

char *writable(const char *text) { return (char *)(uintptr_t)text; }

/* ---- filling in a reply */

void say_done(struct answer *a) { SET_RESULT(a, DONE, done, done); }

void say_unsupported(struct answer *a) { SET_RESULT(a, UNSUPPORTED, unsupported, unsupported); }

void say_fault(struct answer *a, const char *text)
{
    SET_RESULT(a, FAULT, fault, fault);
    a->result.fault.detail = writable(text);
}

void say_code(const struct service *s, struct answer *a, int code)
{
    Assay__Target__V1__Reason reason;
    const char *text;
    if (!s->what->reason_of(code, &reason, &text)) {
        say_fault(a, text);
        return;
    }
    SET_RESULT(a, REFUSED, refused, refused);
    a->result.refused.reason = reason;
    a->result.refused.detail = writable(text);
}

void say_result(const struct service *s, struct answer *a, int code)
{
    if (code)
        say_code(s, a, code);
    else
        say_done(a);
}

ProtobufCBinaryData view_of(const struct served_bytes *bytes)
{
    ProtobufCBinaryData view = {.len = bytes->len, .data = bytes->data};
    return view;
}

void say_sealed(struct answer *a, Assay__Target__V1__MessageKind kind)
{
    SET_RESULT(a, SEALED, sealed, sealed);
    assay__target__v1__message__init(&a->message);
    a->message.kind = kind;
    a->message.body = view_of(&a->bytes);
    a->result.sealed.message = &a->message;
}

void say_opened(struct answer *a, bool without_plaintext)
{
    SET_RESULT(a, OPENED, opened, opened);
    a->result.opened.plaintext = view_of(&a->bytes);
    a->result.opened.without_plaintext = without_plaintext;
}

void say_state(struct answer *a)
{
    SET_RESULT(a, STATE, state, state);
    a->result.state.state = view_of(&a->bytes);
}

void say_outgoing(struct answer *a, struct served_address to, Assay__Target__V1__MessageKind kind)
{
    say_done(a);
    if (!a->bytes.len)
        return;
    assay__target__v1__outgoing__init(&a->outgoing);
    assay__target__v1__message__init(&a->message);
    assay__target__v1__address__init(&a->to);
    a->to.name = writable(to.name);
    a->to.device = to.device;
    a->message.kind = kind;
    a->message.body = view_of(&a->bytes);
    a->outgoing.to = &a->to;
    a->outgoing.message = &a->message;
    a->outgoings[0] = &a->outgoing;
    a->reply.outgoing = a->outgoings;
    a->reply.n_outgoing = 1;
}

/* ---- parties */

struct served_address address_of(const Assay__Target__V1__Address *a)
{
    struct served_address out = {a ? a->name : "", a ? a->device : 0};
    return out;
}

static struct named_party *find_party(struct service *s, const char *handle)
{
    for (size_t i = 0; i < s->n_parties; i++)
        if (strcmp(s->parties[i].handle, handle) == 0)
            return &s->parties[i];
    return NULL;
}

struct named_party *named_or_fault(struct service *s, const char *handle, struct answer *a)
{
    struct named_party *named = find_party(s, handle);
    if (!named)
        say_fault(a, "no party has this handle");
    return named;
}

void *party_or_fault(struct service *s, const char *handle, struct answer *a)
{
    struct named_party *named = named_or_fault(s, handle, a);
    if (!named || !named->is_client)
        return named ? named->party : NULL;
    say_fault(a, "this party is a whole client: it has no such operation");
    return NULL;
}

struct named_party *client_or_fault(struct service *s, const char *handle, struct answer *a)
{
    struct named_party *named = named_or_fault(s, handle, a);
    if (!named || named->is_client)
        return named;
    say_fault(a, "this party is not a client");
    return NULL;
}

bool is_handle_free(struct service *s, const char *handle, struct answer *a)
{
    if (s->n_parties < PARTIES_MAX && !find_party(s, handle))
        return true;
    say_fault(a, s->n_parties < PARTIES_MAX ? "a party has this handle already"
                                            : "no room for another party");
    return false;
}

static void end_party(const struct service *s, struct named_party *named)
{
    if (named->is_client)
        s->what->clients->client_free(named->party);
    else
        s->what->party_free(named->party);
    event_log_free(named->log);
    free(named->handle);
}

void keep_party(struct service *s, const char *handle, struct named_party named, struct answer *a)
{
    named.handle = strdup(handle);
    if (!named.handle) {
        end_party(s, &named);
        say_fault(a, "out of memory");
        return;
    }
    s->parties[s->n_parties++] = named;
    say_done(a);
}

void forget_everything(struct service *s)
{
    while (s->n_parties)
        end_party(s, &s->parties[--s->n_parties]);
}
