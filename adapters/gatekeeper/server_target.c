/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server_target.h"

#include "base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

static void end_process(struct server_target *t)
{
    if (t->process <= 0)
        return;
    kill(t->process, SIGKILL);
    waitpid(t->process, NULL, 0);
    t->process = 0;
}

void server_target_fini(struct server_target *t)
{
    end_process(t);
    buffer_fini(&t->admission.key_set);
}

void server_target_reset(struct server_target *t, const uint8_t seed[32], const char *name)
{
    end_process(t);
    if (random_init(&t->random, bytes_of(seed, 32), name))
        fprintf(stderr, "assay-%s: no randomness from a seed\n", name);
}

/* ---- what it is told */

bool server_target_copy(char *to, size_t max, const char *from)
{
    int n = snprintf(to, max, "%s", from);
    return n >= 0 && (size_t)n < max;
}

/* Unknown names of constants are ignored. */
static void take_profile(struct wire_profile *profile, const Assay__Target__V1__OpenServer *how)
{
    profile_defaults(profile);
    for (size_t i = 0; i < how->n_constants; i++)
        if (profile_set(profile, how->constants[i]->name, how->constants[i]->value))
            continue;
}

static enum status take_user(struct admission *a, const Assay__Target__V1__ServerUser *u)
{
    if (a->n_users == ADMISSION_USERS_MAX)
        return E_LIMIT;
    struct admitted_user *user = &a->users[a->n_users++];
    if (!u->address || !server_target_copy(user->user, sizeof(user->user), u->user) ||
        !server_target_copy(user->name, sizeof(user->name), u->address->name))
        return E_INPUT;
    user->account = u->account_id;
    user->device = u->address->device;
    return OK;
}

enum status server_target_take(struct server_target *t, const Assay__Target__V1__OpenServer *how,
                               const struct admission_rules *rules)
{
    struct admission *a = &t->admission;
    end_process(t);
    take_profile(&t->profile, how);
    buffer_fini(&a->key_set);
    memset(a, 0, sizeof(*a));
    a->rules = rules;
    a->profile = &t->profile;
    a->unix_now = unix_now;
    buffer_init(&a->key_set, KEY_SET_MAX);
    if (!server_target_copy(a->issuer, sizeof(a->issuer), how->issuer) ||
        !server_target_copy(a->audience, sizeof(a->audience), how->audience))
        return E_INPUT;
    enum status st = buffer_append_text(&a->key_set, how->key_set);
    for (size_t i = 0; !st && i < how->n_users; i++)
        st = take_user(a, how->users[i]);
    return st;
}

enum status server_target_server(struct server_target *t, struct server_options options,
                                 struct server **out)
{
    options.profile = &t->profile;
    options.random = &t->random;
    options.unix_now = unix_now;
    options.admits = admission_admits;
    options.admits_context = &t->admission;
    enum status st = server_new(&options, out);
    for (size_t i = 0; !st && i < t->admission.n_users; i++) {
        const struct admitted_user *u = &t->admission.users[i];
        st = server_account_add(*out, &(struct server_account){u->account, u->name, u->device});
    }
    return st;
}

/* ---- the process that serves */

enum status server_target_start(struct server_target *t, struct server *server,
                                void (*run)(void *context, struct listener *listener),
                                void *context, uint16_t *out_port)
{
    struct listener *listener;
    const struct listener_options options = {.server = server, .clock = clock_monotonic()};
    pid_t parent = getpid();
    enum status st = listener_open(&options, &listener);
    if (st)
        return st;
    *out_port = listener_port(listener);
    t->process = fork();
    if (t->process == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent)
            run(context, listener);
        _exit(1);
    }
    listener_close(listener);
    return t->process > 0 ? OK : E_IO;
}

void server_target_say(struct server_target *t, const struct server *server, uint16_t port,
                       Assay__Target__V1__ServerOpened *out)
{
    memcpy(t->root, server_root(server).data, sizeof(t->root));
    out->host = (char *)(uintptr_t) "127.0.0.1";
    out->port = port;
    out->root_key = (ProtobufCBinaryData){sizeof(t->root), t->root};
}
