#include "driver/driver_client.h"

#include "driver/driver_internal.h"

#include <string.h>

#define VALUE_MAX (2u * PROFILE_TEXT_MAX)

enum status driver_create_client(struct driver *d, const char *party, struct target_peer self,
                                 struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(self);
    Assay__Target__V1__CreateClient m;
    assay__target__v1__create_client__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_CREATE_CLIENT);
    request.create_client = &m;
    m.party = lend_text(party);
    m.self = &address;
    return driver_exchange(d, &request, arena, NULL, out);
}

/* The profile as the names and values of its file. */
static Assay__Target__V1__Constant **lend_constants(const struct wire_profile *p,
                                                    struct arena *arena, size_t *out_count)
{
    size_t n;
    const struct profile_constant *all = profile_constants(&n);
    Assay__Target__V1__Constant *items = arena_array(arena, n, sizeof(*items));
    Assay__Target__V1__Constant **list =
        arena_array(arena, n, sizeof(Assay__Target__V1__Constant *));
    *out_count = 0;
    for (size_t i = 0; items && list && i < n; i++) {
        char value[VALUE_MAX];
        profile_get(p, &all[i], value, sizeof(value));
        assay__target__v1__constant__init(&items[i]);
        items[i].name = lend_text(all[i].name);
        items[i].value = arena_text(arena, value);
        if (!items[i].value)
            return NULL;
        list[i] = &items[i];
        *out_count = i + 1;
    }
    return items ? list : NULL;
}

enum status driver_connect(struct driver *d, const struct target_connect *how, struct arena *arena,
                           struct answer *out)
{
    Assay__Target__V1__Connect m;
    assay__target__v1__connect__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_CONNECT);
    request.connect = &m;
    m.party = lend_text(how->party);
    m.host = lend_text("127.0.0.1");
    m.port = how->port;
    m.account_id = how->account_id;
    m.user = lend_text(how->user);
    m.issuer = lend_text(how->issuer);
    m.audience = lend_text(how->audience);
    m.root_key = lend(how->root_key);
    m.constants = lend_constants(how->profile, arena, &m.n_constants);
    if (!m.constants) {
        answer_clear(out);
        out->seen = SEEN_HARNESS_TROUBLE;
        return E_NOMEM;
    }
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_disconnect(struct driver *d, const char *party, struct arena *arena,
                              struct answer *out)
{
    Assay__Target__V1__Disconnect m;
    assay__target__v1__disconnect__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_DISCONNECT);
    request.disconnect = &m;
    m.party = lend_text(party);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_rotate(struct driver *d, const char *party, struct arena *arena,
                          struct answer *out)
{
    Assay__Target__V1__RotatePreKey m;
    assay__target__v1__rotate_pre_key__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_ROTATE_PREKEY);
    request.rotate_prekey = &m;
    m.party = lend_text(party);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_send_content(struct driver *d, const struct target_conversation *where,
                                struct bytes content, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__SendContent m;
    assay__target__v1__send_content__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_SEND_CONTENT);
    request.send_content = &m;
    m.party = lend_text(where->party);
    m.peer = &address;
    m.content = lend(content);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_prepare(struct driver *d, const struct target_conversation *where,
                           struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Prepare m;
    assay__target__v1__prepare__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_PREPARE);
    request.prepare = &m;
    m.party = lend_text(where->party);
    m.peer = &address;
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_mark_read(struct driver *d, const struct target_conversation *where,
                             struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__MarkRead m;
    assay__target__v1__mark_read__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_MARK_READ);
    request.mark_read = &m;
    m.party = lend_text(where->party);
    m.peer = &address;
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_events(struct driver *d, const char *party, uint64_t since, struct arena *arena,
                          struct answer *out)
{
    Assay__Target__V1__Events m;
    assay__target__v1__events__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_EVENTS);
    request.events = &m;
    m.party = lend_text(party);
    m.since = since;
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_key_set(struct driver *d, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__KeySet m;
    assay__target__v1__key_set__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_KEY_SET);
    request.key_set = &m;
    return driver_exchange(d, &request, arena, NULL, out);
}
