/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pushes that came from a server under test, and what is wrong with them. */
#include "run/server_push.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BOB "\"user\":\"bob@provider.example\",\"id\":\"1\""

struct fixture {
    struct arena arena;
    struct context context;
    struct server_context *server;
    struct server_push *push;
};

static int begin(void **state)
{
    static struct fixture f;
    const struct context_options options = {.clock = clock_monotonic()};
    memset(&f, 0, sizeof(f));
    arena_init(&f.arena, 64u * 1024u * 1024u);
    f.context.arena = &f.arena;
    assert_int_equal(random_init(&f.context.random, bytes_of_text("push"), "case"), OK);
    assert_int_equal(server_context_open(&f.context, &options, &f.server), OK);
    assert_int_equal(server_push_open(f.server, &f.push), OK);
    *state = &f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    server_push_close(f->push);
    server_context_close(f->server);
    arena_fini(&f->arena);
    return 0;
}

/* A push for |user|, as the receiver keeps it. */
static void comes(struct fixture *f, const char *user, const char *body)
{
    struct server_pushed *p = &f->push->pushes[f->push->n_pushes++];
    p->is_post = true;
    p->is_sound = *user;
    p->body_len = strlen(body);
    memcpy(p->body, body, p->body_len);
    snprintf(p->user, sizeof(p->user), "%s", user);
    snprintf(p->id, sizeof(p->id), "1");
    snprintf(p->authorization, sizeof(p->authorization), "Bearer ");
}

static const char *problem_of_bobs(struct fixture *f, const char *body)
{
    comes(f, "bob@provider.example", body);
    assert_int_equal(server_push_count(f->push, "bob@provider.example"), 1);
    return server_push_look(f->push, SERVER_SIDE_BOB);
}

static void its_addressee_may_be_named(void **state)
{
    assert_null(problem_of_bobs(*state, "{" BOB ",\"to\":\"bob:1@interop.example\"}"));
}

static void a_senders_address_is_found(void **state)
{
    const char *problem = problem_of_bobs(*state, "{" BOB ",\"from\":\"alice:1@interop.example\"}");
    assert_non_null(problem);
    assert_non_null(strstr(problem, "another user's address"));
}

static void a_senders_visible_identifier_is_found(void **state)
{
    const char *problem = problem_of_bobs(*state, "{" BOB ",\"from\":\"alice@provider.example\"}");
    assert_non_null(problem);
    assert_non_null(strstr(problem, "visible identifier"));
}

static void a_push_that_names_nobody_has_come(void **state)
{
    struct fixture *f = *state;
    comes(f, "", "{}");
    assert_int_equal(server_push_count(f->push, "bob@provider.example"), 1);
    assert_non_null(server_push_look(f->push, SERVER_SIDE_BOB));
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest rows[] = {
        ROW(its_addressee_may_be_named),
        ROW(a_senders_address_is_found),
        ROW(a_senders_visible_identifier_is_found),
        ROW(a_push_that_names_nobody_has_come),
    };
    return cmocka_run_group_tests_name("pushes from a server", rows, NULL, NULL);
}
