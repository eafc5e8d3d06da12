/* SPDX-License-Identifier: 0BSD */
/* The service surface, and the server surface: one function for each operation. */
#include "service.h"

static void say_service_code(struct service *s, struct answer *a, int code)
{
    const char *detail = s->what->service->detail(s->provider);
    if (code < 0) {
        say_fault(a, detail);
        return;
    }
    SET_RESULT(a, REFUSED, refused, refused);
    a->result.refused.reason = (Assay__Target__V1__Reason)(code - 1);
    a->result.refused.detail = writable(detail);
}

static void say_service_result(struct service *s, struct answer *a, int code)
{
    if (code)
        say_service_code(s, a, code);
    else
        say_done(a);
}

static void do_service(struct service *s, const Assay__Target__V1__Request *request,
                       struct answer *a)
{
    (void)request;
    SET_RESULT(a, SERVICE_SHOWN, service_shown, service_shown);
    int code = s->what->service->service(s->provider, &a->result.service_shown);
    if (code)
        say_service_code(s, a, code);
}

static void do_host_media(struct service *s, const Assay__Target__V1__Request *request,
                          struct answer *a)
{
    SET_RESULT(a, MEDIA_HOSTED, media_hosted, media_hosted);
    int code =
        s->what->service->host_media(s->provider, request->host_media, &a->result.media_hosted);
    if (code)
        say_service_code(s, a, code);
}

static void do_take_media(struct service *s, const Assay__Target__V1__Request *request,
                          struct answer *a)
{
    SET_RESULT(a, MEDIA_TAKEN, media_taken, media_taken);
    int code =
        s->what->service->take_media(s->provider, request->take_media, &a->result.media_taken);
    if (code)
        say_service_code(s, a, code);
}

static void do_expire_media(struct service *s, const Assay__Target__V1__Request *request,
                            struct answer *a)
{
    if (offers(s->what->service->expire_media != NULL, a))
        say_service_result(s, a,
                           s->what->service->expire_media(s->provider, request->expire_media));
}

static void do_mint_token(struct service *s, const Assay__Target__V1__Request *request,
                          struct answer *a)
{
    SET_RESULT(a, TOKEN_MINTED, token_minted, token_minted);
    int code =
        s->what->service->mint_token(s->provider, request->mint_token, &a->result.token_minted);
    if (code)
        say_service_code(s, a, code);
}

static void do_rotate_keys(struct service *s, const Assay__Target__V1__Request *request,
                           struct answer *a)
{
    if (offers(s->what->service->rotate_keys != NULL, a))
        say_service_result(s, a, s->what->service->rotate_keys(s->provider, request->rotate_keys));
}

static void do_enlist(struct service *s, const Assay__Target__V1__Request *request,
                      struct answer *a)
{
    if (offers(s->what->service->enlist != NULL, a))
        say_service_result(s, a, s->what->service->enlist(s->provider, request->enlist));
}

static void do_withdraw(struct service *s, const Assay__Target__V1__Request *request,
                        struct answer *a)
{
    if (offers(s->what->service->withdraw != NULL, a))
        say_service_result(s, a, s->what->service->withdraw(s->provider, request->withdraw));
}

static void do_pushes(struct service *s, const Assay__Target__V1__Request *request,
                      struct answer *a)
{
    if (!offers(s->what->service->pushes != NULL, a))
        return;
    SET_RESULT(a, PUSH_LIST, push_list, push_list);
    int code = s->what->service->pushes(s->provider, request->pushes, &a->result.push_list);
    if (code)
        say_service_code(s, a, code);
}

void do_open_server(struct service *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    SET_RESULT(a, SERVER_OPENED, server_opened, server_opened);
    int code =
        s->what->server->open_server(s->state, request->open_server, &a->result.server_opened);
    if (code)
        say_code(s, a, code);
}

static const struct {
    Assay__Target__V1__Request__OpCase op;
    service_operation *run;
} operations[] = {
    {ASSAY__TARGET__V1__REQUEST__OP_SERVICE, do_service},
    {ASSAY__TARGET__V1__REQUEST__OP_HOST_MEDIA, do_host_media},
    {ASSAY__TARGET__V1__REQUEST__OP_TAKE_MEDIA, do_take_media},
    {ASSAY__TARGET__V1__REQUEST__OP_EXPIRE_MEDIA, do_expire_media},
    {ASSAY__TARGET__V1__REQUEST__OP_MINT_TOKEN, do_mint_token},
    {ASSAY__TARGET__V1__REQUEST__OP_ROTATE_KEYS, do_rotate_keys},
    {ASSAY__TARGET__V1__REQUEST__OP_ENLIST, do_enlist},
    {ASSAY__TARGET__V1__REQUEST__OP_WITHDRAW, do_withdraw},
    {ASSAY__TARGET__V1__REQUEST__OP_PUSHES, do_pushes},
};

service_operation *provider_operation(Assay__Target__V1__Request__OpCase op)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (operations[i].op == op)
            return operations[i].run;
    return NULL;
}
