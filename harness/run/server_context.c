/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/server_context.h"

#include "run/proxy_context.h"
#include "run/server_push.h"

#include <string.h>
#include <unistd.h>

#define FIRST_ACCOUNT 5000u
#define MADE_BY_MAX 262144u

/* ---- its life */

static enum status make_key(struct server_context *c)
{
    struct random random;
    uint8_t seed[32];
    enum status st = random_fork(&c->context->random, "provider's key", &random);
    if (!st)
        st = random_fill(&random, seed, sizeof(seed));
    return st ? st : token_key_new(TOKEN_EDDSA, bytes_of(seed, sizeof(seed)), "clients-1", &c->key);
}

static enum status make_clients(struct server_context *c)
{
    static const struct {
        const char *label, *name, *user;
        unsigned account;
    } rows[N_SERVER_SIDE] = {
        [SERVER_SIDE_ALICE] = {"alice", "alice", "alice@provider.example", 0},
        [SERVER_SIDE_BOB] = {"bob", "bob", "bob@provider.example", 1},
        [SERVER_SIDE_MALLORY] = {"mallory", "mallory", "mallory@provider.example", 2},
        [SERVER_SIDE_BOB_AGAIN] = {"bob-again", "bob", "bob@provider.example", 1},
    };
    enum status st = OK;
    for (size_t i = 0; !st && i < N_SERVER_SIDE; i++) {
        struct server_client *l = &c->clients[i];
        l->context = c;
        l->name = rows[i].name;
        l->user = rows[i].user;
        l->account = FIRST_ACCOUNT + rows[i].account;
        l->fd = -1;
        l->said = l->last_sender = "";
        buffer_init(&l->made_by, MADE_BY_MAX);
        buffer_init(&l->heard, SERVER_CONTEXT_HEARD_MAX);
        st = random_fork(&c->context->random, rows[i].label, &l->random);
    }
    return st;
}

enum status server_context_open(struct context *s, const struct context_options *options,
                                struct server_context **out)
{
    struct server_context *c = arena_alloc(s->arena, sizeof(*c));
    *out = c;
    if (!c)
        return E_NOMEM;
    c->context = s;
    c->clock = options->clock;
    c->timeout_ms = options->timeout_ms;
    if (options->profile)
        c->profile = *options->profile;
    else
        profile_defaults(&c->profile);
    enum status st = make_clients(c);
    return st ? st : make_key(c);
}

enum status server_context_open_proxy(struct context *s, const struct context_options *options,
                                      struct server_context **out)
{
    enum status st = server_context_open(s, options, out);
    struct server_context *c = *out;
    return st ? st : proxy_context_open(s, options, &c->profile, SERVER_CONTEXT_ISSUER, &c->proxy);
}

void server_context_close(struct server_context *c)
{
    for (size_t i = 0; c && i < N_SERVER_SIDE; i++) {
        if (c->clients[i].fd >= 0)
            close(c->clients[i].fd);
        app_free(c->clients[i].app);
        buffer_fini(&c->clients[i].made_by);
        buffer_fini(&c->clients[i].heard);
        c->clients[i].app = NULL;
        c->clients[i].fd = -1;
    }
    for (size_t i = 0; c && i < c->n_crowd; i++)
        close(c->crowd[i]);
    if (c) {
        proxy_context_close(c->proxy);
        server_push_close(c->push);
        c->proxy = NULL;
        c->push = NULL;
        token_key_free(c->key);
        c->key = NULL;
        c->n_crowd = 0;
    }
}

/* ---- where it listens */

static bool is_dialled(const struct server_context *c, const char *host)
{
    const char *named = driver_service_host(c->context->driver);
    return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0 ||
           (named && strcmp(host, named) == 0);
}

static void take_place(struct server_context *c, struct answer *out)
{
    bool has_root = out->body.len == sizeof(c->root);
    c->host = out->text;
    c->port = arena_printf(c->context->arena, "%u", (unsigned)out->number);
    if (has_root)
        memcpy(c->root, out->body.data, sizeof(c->root));
    if (!is_dialled(c, out->text))
        out->detail = "its server listens at a host that is neither loopback nor the one named "
                      "with the target, and is not dialled";
    else if (!c->port || out->number == 0 || out->number > UINT16_MAX)
        out->detail = "its server listens at no port";
    else if (!has_root && c->profile.certificate_chain)
        out->detail = "it says no root of 32 bytes, which clients must pin under this profile";
    else
        return;
    out->seen = SEEN_UNREADABLE;
}

/* The keys of the clients' tokens, in the arena. */
static enum status show_keys(struct server_context *c)
{
    struct buffer key_set;
    buffer_init(&key_set, KEY_SET_MAX);
    enum status st = token_key_set(&c->key, 1, false, &key_set);
    c->key_set = st ? NULL : arena_text(c->context->arena, buffer_text(&key_set));
    buffer_fini(&key_set);
    return st ? st : c->key_set ? OK : E_NOMEM;
}

/* What the target and, behind a proxy, our own gatekeeper are told. */
static enum status prepare_users(struct server_context *c)
{
    for (size_t i = 0; i < COUNT_OF(c->users); i++)
        c->users[i] = (struct target_user){.account = c->clients[i].account,
                                           .address = {c->clients[i].name, 1},
                                           .user = c->clients[i].user};
    enum status st = show_keys(c);
    return st || !c->proxy
               ? st
               : proxy_context_expect(c->proxy, c->users, COUNT_OF(c->users), c->key_set);
}

static void take_texts(struct server_context *c, struct answer *out)
{
    if (c->proxy)
        c->proxy->own_keys = out->texts[TARGET_SERVER_KEY_SET];
    const char *problem =
        c->push ? server_push_take_place(c->push, out->texts[TARGET_SERVER_ENLIST_URL],
                                         out->texts[TARGET_SERVER_ROOTS])
                : NULL;
    if (!problem)
        return;
    out->seen = SEEN_UNREADABLE;
    out->detail = problem;
}

enum status server_context_find(struct server_context *c, struct answer *out)
{
    struct target_gatekeeper gatekeeper;
    struct target_open_server what = {.users = c->users,
                                      .n_users = COUNT_OF(c->users),
                                      .issuer = SERVER_CONTEXT_ISSUER,
                                      .audience = c->profile.stanza_server,
                                      .profile = &c->profile};
    enum status st = prepare_users(c);
    what.key_set = c->key_set;
    if (!st && c->proxy) {
        gatekeeper = proxy_context_place(c->proxy);
        what.gatekeeper = &gatekeeper;
    }
    if (!st && server_push_is_needed(c->context->ops))
        st = server_push_open(c, &c->push);
    what.roots = c->push && !st ? authority_root(c->push->authority) : "";
    if (!st)
        st = driver_open_server(c->context->driver, &what, c->context->arena, out);
    if (!st && out->seen == SEEN_DONE)
        take_place(c, out);
    if (!st && out->seen == SEEN_DONE)
        take_texts(c, out);
    return st;
}
