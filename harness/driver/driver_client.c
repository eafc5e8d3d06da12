/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/driver_client.h"

#include "driver/driver_internal.h"

enum status driver_create_client(struct driver *d, const char *party, struct address self,
                                 struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(self);
    Assay__Target__V1__CreateClient m = {MESSAGE(create_client), .party = lend_text(party),
                                         .self = &address};
    return driver_ask(d, OP(CREATE_CLIENT), &m, arena, NULL, out);
}

enum status driver_connect(struct driver *d, const struct target_connect *how, struct arena *arena,
                           struct answer *out)
{
    Assay__Target__V1__Connect m = {MESSAGE(connect),
                                    .party = lend_text(how->party),
                                    .host = lend_text("127.0.0.1"),
                                    .port = how->port,
                                    .account_id = how->account_id,
                                    .user = lend_text(how->user),
                                    .issuer = lend_text(how->issuer),
                                    .audience = lend_text(how->audience),
                                    .root_key = lend(how->root_key)};
    m.constants = lend_constants(how->profile, arena, &m.n_constants);
    if (!m.constants)
        return answer_trouble(out, E_NOMEM);
    return driver_ask(d, OP(CONNECT), &m, arena, NULL, out);
}

enum status driver_disconnect(struct driver *d, const char *party, struct arena *arena,
                              struct answer *out)
{
    Assay__Target__V1__Disconnect m = {MESSAGE(disconnect), .party = lend_text(party)};
    return driver_ask(d, OP(DISCONNECT), &m, arena, NULL, out);
}

enum status driver_rotate(struct driver *d, const char *party, struct arena *arena,
                          struct answer *out)
{
    Assay__Target__V1__RotatePreKey m = {MESSAGE(rotate_pre_key), .party = lend_text(party)};
    return driver_ask(d, OP(ROTATE_PREKEY), &m, arena, NULL, out);
}

enum status driver_send_content(struct driver *d, const struct target_conversation *where,
                                struct bytes content, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__SendContent m = {MESSAGE(send_content), .party = lend_text(where->party),
                                        .peer = &address, .content = lend(content)};
    return driver_ask(d, OP(SEND_CONTENT), &m, arena, NULL, out);
}

enum status driver_prepare(struct driver *d, const struct target_conversation *where,
                           struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Prepare m = {MESSAGE(prepare), .party = lend_text(where->party),
                                    .peer = &address};
    return driver_ask(d, OP(PREPARE), &m, arena, NULL, out);
}

enum status driver_mark_read(struct driver *d, const struct target_conversation *where,
                             struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__MarkRead m = {MESSAGE(mark_read), .party = lend_text(where->party),
                                     .peer = &address};
    return driver_ask(d, OP(MARK_READ), &m, arena, NULL, out);
}

enum status driver_events(struct driver *d, const char *party, uint64_t since, struct arena *arena,
                          struct answer *out)
{
    Assay__Target__V1__Events m = {MESSAGE(events), .party = lend_text(party), .since = since};
    return driver_ask(d, OP(EVENTS), &m, arena, NULL, out);
}

enum status driver_key_set(struct driver *d, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__KeySet m = {MESSAGE(key_set)};
    return driver_ask(d, OP(KEY_SET), &m, arena, NULL, out);
}
