/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/driver_server.h"

#include "driver/driver_internal.h"

static Assay__Target__V1__ServerUser **lend_users(const struct target_open_server *what,
                                                  struct arena *arena)
{
    struct lent {
        Assay__Target__V1__ServerUser user;
        Assay__Target__V1__Address address;
    } *items = arena_array(arena, what->n_users + 1, sizeof(*items));
    Assay__Target__V1__ServerUser **list =
        arena_array(arena, what->n_users + 1, sizeof(Assay__Target__V1__ServerUser *));
    for (size_t i = 0; items && list && i < what->n_users; i++) {
        items[i].address = address_of(what->users[i].address);
        items[i].user = (Assay__Target__V1__ServerUser){
            MESSAGE(server_user), .account_id = what->users[i].account,
            .address = &items[i].address, .user = lend_text(what->users[i].user)};
        list[i] = &items[i].user;
    }
    return items ? list : NULL;
}

enum status driver_open_server(struct driver *d, const struct target_open_server *what,
                               struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Gatekeeper gatekeeper = {MESSAGE(gatekeeper)};
    Assay__Target__V1__OpenServer m = {MESSAGE(open_server),
                                       .n_users = what->n_users,
                                       .issuer = lend_text(what->issuer),
                                       .audience = lend_text(what->audience),
                                       .key_set = lend_text(what->key_set),
                                       .roots = lend_text(what->roots)};
    m.users = lend_users(what, arena);
    m.constants = lend_constants(what->profile, arena, &m.n_constants);
    if (what->gatekeeper) {
        gatekeeper.host = lend_text(what->gatekeeper->host);
        gatekeeper.port = what->gatekeeper->port;
        gatekeeper.root_key = lend(what->gatekeeper->root);
        m.gatekeeper = &gatekeeper;
    }
    if (!m.users || !m.constants)
        return answer_trouble(out, E_NOMEM);
    return driver_ask(d, OP(OPEN_SERVER), &m, arena, NULL, out);
}
