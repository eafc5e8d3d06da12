/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that an app's token is sound whatever its user is called, and says exactly that. */
#include "app_fixture.h"

#include "support/rows.h"
#include "wire/token.h"

#include <string.h>

static struct fixture fixture;

struct row {
    const char *sentence, *user;
};

static const struct row rows[] = {
    {"a name of letters", "alice@provider.example"},
    {"quotes", "o\",\"sub\":\"mallory"},
    {"backslashes", "o\\"},
    {"control characters", "o\n\x01"},
    {"characters of four bytes", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80"},
};

static void says_the_name(void **state)
{
    const struct row *row = *state;
    fixture_init(&fixture, false, NULL);
    struct side *alice = &fixture.sides[0];
    struct app_connect how = {.profile = &fixture.profile,
                              .account_id = alice->account,
                              .user = row->user,
                              .issuer = "https://provider.example/\"",
                              .audience = "https://gatekeeper.example"};
    const struct token_expectation expected = {
        .issuer = how.issuer, .audience = how.audience, .subject = row->user, .now = 1700000001};
    struct token_report report;
    struct buffer keys;
    struct arena arena;
    memcpy(how.root_key, server_root(fixture.server).data, 32);
    assert_int_equal(app_connect(alice->app, &how, fixture.now_ms), OK);
    fixture_settle(&fixture);
    struct server_connection *c = server_account_connection(fixture.server, alice->account);
    assert_non_null(c);
    buffer_init(&keys, KEY_SET_MAX);
    arena_init(&arena, 1u << 20);
    assert_int_equal(token_key_set(&fixture.key, 1, false, &keys), OK);
    assert_int_equal(token_check(server_connection_introduction(c)->payload.token,
                                 buffer_bytes(&keys), &fixture.profile, &expected, &arena, &report),
                     OK);
    assert_true(report.rules[TOKEN_FORM].holds);
    assert_true(report.rules[TOKEN_ISSUER].holds);
    assert_true(report.rules[TOKEN_SUBJECT].holds);
    assert_true(report.rules[TOKEN_MINIMAL].holds);
    arena_fini(&arena);
    buffer_fini(&keys);
    fixture_fini(&fixture);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, says_the_name);
    return _cmocka_run_group_tests("app token", tests, n, NULL, NULL);
}
