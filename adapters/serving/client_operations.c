/* SPDX-License-Identifier: 0BSD */
/* The client surface: one function for each operation. Events report what came of an order. */
#include "service.h"

/* Room in a frame for events, besides the other bytes of the reply. */
#define EVENTS_BYTES_PER_REPLY (FRAME_MAX - 1024u)

static void do_create_client(struct service *s, const Assay__Target__V1__Request *request,
                             struct answer *a)
{
    const Assay__Target__V1__CreateClient *op = request->create_client;
    struct named_party named = {.is_client = true};
    if (!is_handle_free(s, op->party, a))
        return;
    if (!(named.log = event_log_new())) {
        say_fault(a, "out of memory");
        return;
    }
    int result =
        s->what->clients->client_new(s->state, address_of(op->self), named.log, &named.party);
    if (!result) {
        keep_party(s, op->party, named, a);
        return;
    }
    event_log_free(named.log);
    say_code(s, a, result);
}

static void do_connect(struct service *s, const Assay__Target__V1__Request *request,
                       struct answer *a)
{
    struct named_party *n = client_or_fault(s, request->connect->party, a);
    if (n)
        say_result(s, a, s->what->clients->connect(n->party, request->connect, serve_now_ms()));
}

static void do_disconnect(struct service *s, const Assay__Target__V1__Request *request,
                          struct answer *a)
{
    struct named_party *n = client_or_fault(s, request->disconnect->party, a);
    if (n)
        say_result(s, a, s->what->clients->disconnect(n->party));
}

static void do_send_text(struct service *s, const Assay__Target__V1__Request *request,
                         struct answer *a)
{
    const Assay__Target__V1__SendText *op = request->send_text;
    struct named_party *n = client_or_fault(s, op->party, a);
    if (n)
        say_result(s, a, s->what->clients->send_text(n->party, address_of(op->peer), op->text));
}

static void do_send_content(struct service *s, const Assay__Target__V1__Request *request,
                            struct answer *a)
{
    const Assay__Target__V1__SendContent *op = request->send_content;
    struct named_party *n = client_or_fault(s, op->party, a);
    if (n)
        say_result(s, a,
                   s->what->clients->send_content(n->party, address_of(op->peer), op->content.data,
                                                  op->content.len));
}

static void do_prepare(struct service *s, const Assay__Target__V1__Request *request,
                       struct answer *a)
{
    struct named_party *n = client_or_fault(s, request->prepare->party, a);
    if (n)
        say_result(s, a, s->what->clients->prepare(n->party, address_of(request->prepare->peer)));
}

static void do_events(struct service *s, const Assay__Target__V1__Request *request,
                      struct answer *a)
{
    struct named_party *n = client_or_fault(s, request->events->party, a);
    if (!n)
        return;
    SET_RESULT(a, EVENT_LIST, event_list, event_list);
    a->result.event_list.n_events =
        event_log_since(n->log, request->events->since, EVENTS_BYTES_PER_REPLY, a->events);
    a->result.event_list.events = a->events;
}

static void do_key_set(struct service *s, const Assay__Target__V1__Request *request,
                       struct answer *a)
{
    (void)request;
    int result = s->what->clients->key_set(s->state, &a->bytes);
    if (result) {
        say_code(s, a, result);
        return;
    }
    SET_RESULT(a, KEY_SET_SHOWN, key_set_shown, key_set_shown);
    a->result.key_set_shown.jwks = (char *)a->bytes.data;
}

static void do_rotate(struct service *s, const Assay__Target__V1__Request *request,
                      struct answer *a)
{
    struct named_party *n = client_or_fault(s, request->rotate_prekey->party, a);
    if (n)
        say_result(s, a, s->what->clients->rotate(n->party));
}

static void do_mark_read(struct service *s, const Assay__Target__V1__Request *request,
                         struct answer *a)
{
    const Assay__Target__V1__MarkRead *op = request->mark_read;
    struct named_party *n = client_or_fault(s, op->party, a);
    if (n)
        say_result(s, a, s->what->clients->mark_read(n->party, address_of(op->peer)));
}

static const struct {
    Assay__Target__V1__Request__OpCase op;
    service_operation *run;
} operations[] = {
    {ASSAY__TARGET__V1__REQUEST__OP_CREATE_CLIENT, do_create_client},
    {ASSAY__TARGET__V1__REQUEST__OP_CONNECT, do_connect},
    {ASSAY__TARGET__V1__REQUEST__OP_DISCONNECT, do_disconnect},
    {ASSAY__TARGET__V1__REQUEST__OP_SEND_TEXT, do_send_text},
    {ASSAY__TARGET__V1__REQUEST__OP_SEND_CONTENT, do_send_content},
    {ASSAY__TARGET__V1__REQUEST__OP_PREPARE, do_prepare},
    {ASSAY__TARGET__V1__REQUEST__OP_EVENTS, do_events},
    {ASSAY__TARGET__V1__REQUEST__OP_KEY_SET, do_key_set},
    {ASSAY__TARGET__V1__REQUEST__OP_ROTATE_PREKEY, do_rotate},
    {ASSAY__TARGET__V1__REQUEST__OP_MARK_READ, do_mark_read},
};

service_operation *client_operation(Assay__Target__V1__Request__OpCase op)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (operations[i].op == op)
            return operations[i].run;
    return NULL;
}
