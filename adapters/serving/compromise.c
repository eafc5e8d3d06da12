/* SPDX-License-Identifier: 0BSD */
/* Operations for claims about compromise: export an identity, forge a message, take a healing
 * step. */
#include "service.h"

void do_export_identity(struct service *s, const Assay__Target__V1__Request *request,
                        struct answer *a)
{
    void *p = party_or_fault(s, request->export_identity->party, a);
    if (!p || !offers(s->what->export_identity != NULL, a))
        return;
    int result = s->what->export_identity(p, &a->bytes);
    if (result)
        say_code(s, a, result);
    else
        say_state(a);
}

void do_forge(struct service *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const Assay__Target__V1__Forge *op = request->forge;
    Assay__Target__V1__MessageKind kind = ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_OPAQUE;
    void *p = party_or_fault(s, op->party, a);
    if (!p || !offers(s->what->forge != NULL, a))
        return;
    int result = s->what->forge(p, address_of(op->from), op->plaintext.data, op->plaintext.len,
                                &kind, &a->bytes);
    if (result)
        say_code(s, a, result);
    else
        say_sealed(a, kind);
}

void do_refresh(struct service *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const Assay__Target__V1__Refresh *op = request->refresh;
    Assay__Target__V1__MessageKind kind = ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_OPAQUE;
    void *p = party_or_fault(s, op->party, a);
    if (!p || !offers(s->what->refresh != NULL, a))
        return;
    int result = s->what->refresh(p, address_of(op->peer), &kind, &a->bytes);
    if (result)
        say_code(s, a, result);
    else
        say_outgoing(a, address_of(op->peer), kind);
}
