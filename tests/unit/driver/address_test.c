/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of targets: what is accepted, and that every mistake is reported with its remedy. */
#include "driver/address.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

struct row {
    const char *name;
    const char *text;
    enum status st;
    enum target_kind kind;
    const char *first;  /* command, path or host */
    const char *port;   /* TARGET_TCP */
    const char *remedy; /* is part of the problem */
};

#define LONG_PATH                                                                                  \
    "/a/path/that/is/longer/than/a/unix/socket/address/takes/which/is/a/hundred/and/seven/bytes/"  \
    "on/linux/so/this/one/does/not/fit"

static const struct row rows[] = {
    {"builtin is the built-in command", "builtin:", OK, TARGET_EXEC, "reference --quiet", NULL, ""},
    {"builtin takes nothing", "builtin:x", E_PARSE, 0, NULL, NULL, "takes nothing"},
    {"exec keeps the command as it is", "exec:./a  'b c' | d", OK, TARGET_EXEC, "./a  'b c' | d",
     NULL, ""},
    {"exec needs a command", "exec: ", E_PARSE, 0, NULL, NULL, "exec:./my-adapter"},
    {"unix path", "unix:/run/a:b.sock", OK, TARGET_UNIX, "/run/a:b.sock", NULL, ""},
    {"unix needs a path", "unix:", E_PARSE, 0, NULL, NULL, "unix:/run"},
    {"unix path too long", "unix:" LONG_PATH, E_PARSE, 0, NULL, NULL, "shorter"},
    {"tcp name", "tcp:candidate.example:7000", OK, TARGET_TCP, "candidate.example", "7000", ""},
    {"tcp IPv4", "tcp:127.0.0.1:65535", OK, TARGET_TCP, "127.0.0.1", "65535", ""},
    {"tcp IPv6", "tcp:[::1]:1", OK, TARGET_TCP, "::1", "1", ""},
    {"tcp IPv6 without brackets", "tcp:::1:7000", E_PARSE, 0, NULL, NULL, "[::1]:7000"},
    {"tcp without port", "tcp:localhost", E_PARSE, 0, NULL, NULL, "localhost:7000"},
    {"tcp without host", "tcp::7000", E_PARSE, 0, NULL, NULL, "host"},
    {"tcp empty brackets", "tcp:[]:7000", E_PARSE, 0, NULL, NULL, "host"},
    {"tcp empty port", "tcp:localhost:", E_PARSE, 0, NULL, NULL, "1 to 65535"},
    {"tcp port 0", "tcp:localhost:0", E_PARSE, 0, NULL, NULL, "1 to 65535"},
    {"tcp port 65536", "tcp:localhost:65536", E_PARSE, 0, NULL, NULL, "1 to 65535"},
    {"tcp port overflowing", "tcp:localhost:4294967297", E_PARSE, 0, NULL, NULL, "1 to 65535"},
    {"tcp port signed", "tcp:localhost:+7", E_PARSE, 0, NULL, NULL, "1 to 65535"},
    {"tls is not spoken", "tls:localhost:7000", E_PARSE, 0, NULL, NULL, "proxy"},
    {"unknown scheme", "http://localhost", E_PARSE, 0, NULL, NULL, "exec:COMMAND"},
    {"empty", "", E_PARSE, 0, NULL, NULL, "exec:COMMAND"},
};

static void parses(void **state)
{
    const struct row *row = (const struct row *)*state;
    struct target_address address;
    struct arena arena;
    const char *problem;
    arena_init(&arena, 65536);
    assert_int_equal(
        target_address_parse(row->text, "reference --quiet", &arena, &address, &problem), row->st);
    if (row->st) {
        assert_non_null(strstr(problem, row->remedy));
        assert_int_equal(address.kind, TARGET_NONE);
    } else {
        assert_int_equal(address.kind, row->kind);
        assert_string_equal(address.text, row->text);
        const char *first = row->kind == TARGET_EXEC   ? address.command
                            : row->kind == TARGET_UNIX ? address.path
                                                       : address.host;
        assert_string_equal(first, row->first);
        if (row->port)
            assert_string_equal(address.port, row->port);
        assert_int_equal(address.is_builtin, strcmp(row->text, "builtin:") == 0);
    }
    arena_fini(&arena);
}

static void says_when_there_is_no_builtin(void **state)
{
    (void)state;
    struct target_address address;
    struct arena arena;
    const char *problem;
    arena_init(&arena, 4096);
    assert_int_equal(target_address_parse("builtin:", NULL, &arena, &address, &problem), E_PARSE);
    assert_non_null(strstr(problem, "exec:"));
    arena_fini(&arena);
}

static void says_when_memory_is_short(void **state)
{
    (void)state;
    struct target_address address;
    struct arena arena;
    const char *problem;
    arena_init(&arena, 16);
    assert_int_equal(
        target_address_parse("unix:/a/path/of/more/than/16", NULL, &arena, &address, &problem),
        E_NOMEM);
    arena_fini(&arena);
}

int main(void)
{
    static struct CMUnitTest tests[COUNT(rows) + 2];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, name, parses);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(says_when_there_is_no_builtin);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(says_when_memory_is_short);
    return _cmocka_run_group_tests("address", tests, n, NULL, NULL);
}
